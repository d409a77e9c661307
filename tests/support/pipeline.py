"""What the whole-pipeline tests share: a simulated vendor, the three programs, published tables as rows. Standard library only."""
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

SECRETS = {"SF_ID": "demo-client", "SF_SECRET": "demo-secret", "MKTO_ID": "demo-client", "MKTO_SECRET": "demo-secret"}


class Sim:
    """taki-sim on a free port; stops with the `with` block."""

    def __init__(self, bin_dir, *arguments):
        self.process = subprocess.Popen([os.path.join(bin_dir, "taki-sim"), "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError("taki-sim did not start: " + line)
        self.url = "http://" + line.split()[2]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()

    def post(self, path):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data=b"", method="POST")) as answer:
            return answer.read()

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read()

    def advance(self, days=1):
        self.post("/_sim/advance?days=%d" % days)

    def faults(self, spec):
        self.post("/_sim/faults?spec=" + urllib.request.quote(spec))


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr


class Pipeline:
    """The programs of a build over one configuration and one data_dir."""

    def __init__(self, bin_dir, config, data_dir, env=None):
        self.bin, self.config, self.data = bin_dir, config, data_dir
        self.env = dict(os.environ, LC_ALL="C", TAKI_DATA_DIR=data_dir, TAKI_TEST_WAIT_RATIO="0", **SECRETS)
        self.env.update(env or {})
        self.env = {name: value for name, value in self.env.items() if value is not None}

    def run(self, program, *arguments, env=None, check=True):
        command = [os.path.join(self.bin, "taki-" + program), *arguments, "-c", self.config, "--progress", "none"]
        merged = {name: value for name, value in dict(self.env, **(env or {})).items() if value is not None}
        done = subprocess.run(command, env=merged, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if check and done.returncode != 0:
            raise RuntimeError("%s ended with %d\n%s" % (" ".join(command), done.returncode, done.stderr[-4000:]))
        return Result(done)

    def night(self, **options):
        for program in ("extract", "transform", "load"):
            self.run(program, "run", **options)

    def published(self, table, date=None):
        """Rows of a published table as dicts; NULL is None, empty text is ''."""
        root = os.path.join(self.data, "publish", "v1")
        folder = os.path.join(root, "current") if date is None else os.path.join(root, "csv", table, "dt=" + date)
        name = table + ".csv.gz" if date is None else sorted(os.listdir(folder))[0]
        with gzip.open(os.path.join(folder, name)) as file:
            return read_csv(file.read().decode("utf-8"))


CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)')


def read_csv(text):
    """The frozen dialect (design.md 3.4), where unquoted empty is NULL and "" is an empty text; csv.reader cannot tell them apart."""
    rows, row, at = [], [], 0
    for cell in CELL.finditer(text):
        if cell.start() != at:
            raise ValueError("not the frozen dialect at %r" % text[at:at + 60])
        quoted, plain, end = cell.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        at = cell.end()
        if end == "\n":
            rows.append(row)
            row = []
    if at != len(text) or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("not the frozen dialect: cut, or rows of different width")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def tree_hash(folder, skip=()):
    """One line a file: relative path and sha256; symlinks as their target."""
    lines = []
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files) + [f for f in folders if os.path.islink(os.path.join(root, f))]:
            path = os.path.join(root, name)
            relative = os.path.relpath(path, folder)
            if any(part in relative for part in skip):
                continue
            if os.path.islink(path):
                lines.append("%s -> %s" % (relative, os.readlink(path)))
            else:
                with open(path, "rb") as file:
                    lines.append("%s %s" % (relative, hashlib.sha256(file.read()).hexdigest()))
    return sorted(lines)


def shared(*parts):
    """A path beside the project, or exit 77 (skipped) where it is absent: that material does not ship."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(here, "..", "..", "..", "shared", *parts)
    if not os.path.exists(path):
        print("skipped: %s is not beside the project" % os.path.join("shared", *parts))
        sys.exit(77)
    return os.path.abspath(path)


class Checks:
    """Counts comparisons and prints those that fail."""

    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, what, got, want):
        if got == want:
            self.passed += 1
            return True
        self.failed += 1
        print("FAILED %s: got %r, want %r" % (what, got, want))
        return False

    def true(self, what, condition, detail=""):
        return self.equal(what + (" (%s)" % detail if detail else ""), bool(condition), True)

    def done(self):
        print("%d checks passed, %d failed" % (self.passed, self.failed))
        sys.exit(1 if self.failed else 0)


def temporary(prefix):
    return tempfile.TemporaryDirectory(prefix="taki-" + prefix + "-")


def summary(data_dir, program):
    with open(os.path.join(data_dir, "runs", "latest-taki-%s.json" % program)) as file:
        return json.load(file)


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
