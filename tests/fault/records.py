"""Reads concatenated landed pages on stdin, prints every distinct record once, sorted: what at-least-once extraction promises.

Envelopes (request ids, page tokens) differ between runs and are left out; a page that is not JSON is taken line by line.
"""
import json
import sys

found = set()


def add(value):
    if isinstance(value, dict) and any(isinstance(value.get(key), list) for key in ("records", "result")):
        for item in value.get("records") or value.get("result"):
            found.add(json.dumps(item, sort_keys=True, ensure_ascii=False))
    elif isinstance(value, dict) and "page" in value and "object" in value:
        found.add(json.dumps({key: value[key] for key in value if key != "page"}, sort_keys=True, ensure_ascii=False))
    elif not (isinstance(value, dict) and ("requestId" in value or "totalSize" in value)):
        found.add(json.dumps(value, sort_keys=True, ensure_ascii=False))


text = sys.stdin.buffer.read().decode("utf-8", "replace")
decoder, at = json.JSONDecoder(strict=False), 0
while at < len(text):
    if text[at].isspace():
        at += 1
        continue
    try:
        value, at = decoder.raw_decode(text, at)
        add(value)
    except ValueError:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        found.add(text[at:end])
        at = end + 1
sys.stdout.write("".join(line + "\n" for line in sorted(found)))
