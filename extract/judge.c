#include "engine_parts.h"

#include <string.h>

/* The HTTP status alone, where no rule of the source matched (apis.md 0.3). */
static const struct status_row {
    int lowest, highest;
    enum taki_verdict verdict;
} status_table[] = {
    {200, 299, TAKI_VERDICT_FINE   },
    {401, 401, TAKI_VERDICT_EXPIRED},
    {403, 403, TAKI_VERDICT_DENIED },
    {406, 406, TAKI_VERDICT_SERVER },
    {408, 408, TAKI_VERDICT_SERVER },
    {413, 414, TAKI_VERDICT_LARGE  },
    {420, 420, TAKI_VERDICT_SERVER },
    {425, 425, TAKI_VERDICT_SERVER },
    {429, 429, TAKI_VERDICT_BURST  },
    {431, 431, TAKI_VERDICT_LARGE  },
    {500, 599, TAKI_VERDICT_SERVER },
};

static enum taki_verdict by_status(int status)
{
    for (size_t i = 0; i < TAKI_LEN(status_table); i++) {
        if (status >= status_table[i].lowest && status <= status_table[i].highest)
            return status_table[i].verdict;
    }
    return TAKI_VERDICT_FATAL;
}

static taki_str first_bytes(taki_str body)
{
    taki_str text = body;
    if (taki_str_starts(text, TAKI_STR("\xef\xbb\xbf")))
        text = (taki_str){text.data + 3, text.size - 3};
    return taki_str_trim((taki_str){text.data, text.size > 512 ? 512 : text.size});
}

bool taki_judge_is_html(const struct taki_reply *reply)
{
    taki_str type = taki_reply_header(reply, "content-type");
    if (type.size >= 9 && taki_str_equal_nocase((taki_str){type.data, 9}, TAKI_STR("text/html")))
        return true;
    taki_str start = first_bytes(reply->body);
    return start.size > 0 && start.data[0] == '<';
}

/* "a/b|c": the first path that leads somewhere. */
static taki_str text_at(const struct taki_reply *reply, const char *paths)
{
    taki_str rest = taki_str_of(paths);
    while (!taki_str_is_null(rest) && reply->json.count > 0) {
        taki_str path = taki_str_dup(reply->arena, taki_str_cut(rest, '|', &rest));
        const struct taki_json_node *node = taki_json_at(&reply->json, &reply->json.nodes[0], path.data);
        if (node != NULL)
            return taki_json_text(reply->arena, node);
    }
    return TAKI_STR_NULL;
}

static bool contains_nocase(taki_str text, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= text.size; i++) {
        if (taki_str_equal_nocase((taki_str){text.data + i, size}, (taki_str){part, size}))
            return true;
    }
    return false;
}

static const struct taki_judge_rule *rule_of(const struct taki_judging *judging, const struct taki_reply *reply)
{
    for (size_t i = 0; i < judging->rule_count; i++) {
        const struct taki_judge_rule *rule = &judging->rules[i];
        if ((rule->status == 0 || rule->status == reply->status) &&
            (rule->code == NULL || taki_str_is(reply->code, rule->code)) &&
            (rule->text == NULL || contains_nocase(reply->message, rule->text)))
            return rule;
    }
    return NULL;
}

/* Says in the body that it failed, whatever the HTTP status says. */
static bool says_failed(const struct taki_judging *judging, const struct taki_reply *reply)
{
    if (judging->success_at == NULL || reply->json.count == 0)
        return false;
    const struct taki_json_node *node = taki_json_at(&reply->json, &reply->json.nodes[0], judging->success_at);
    return node != NULL && node->type == TAKI_JSON_FALSE;
}

/* A token request has no session that could expire, and nothing to gain by asking again with the same secret. */
static enum taki_verdict of_login(enum taki_verdict verdict, int status)
{
    if (verdict == TAKI_VERDICT_EXPIRED || (verdict == TAKI_VERDICT_FATAL && (status == 400 || status == 401)))
        return TAKI_VERDICT_DENIED;
    return verdict;
}

static enum taki_verdict by_rules(const struct taki_judging *judging, struct taki_reply *reply, int *wait_ms)
{
    bool failed = reply->status < 200 || reply->status > 299 || says_failed(judging, reply);
    if (!failed)
        return TAKI_VERDICT_FINE;
    reply->code = text_at(reply, judging->code_at);
    reply->message = text_at(reply, judging->text_at);
    const struct taki_judge_rule *rule = rule_of(judging, reply);
    if (rule != NULL) {
        *wait_ms = rule->wait_ms;
        return rule->verdict;
    }
    enum taki_verdict verdict = by_status(reply->status);
    return verdict == TAKI_VERDICT_FINE ? TAKI_VERDICT_FATAL : verdict;
}

/* What web servers say in HTML and mean. */
static bool is_plain_no(int status)
{
    return status == 401 || status == 403 || status == 404 || status == 410;
}

enum taki_verdict taki_judge(const struct taki_judging *judging, const struct taki_request *request,
                             struct taki_reply *reply, int *wait_ms)
{
    static const struct taki_judging nothing = {0};
    *wait_ms = 0;
    bool data_expected = request->expect != TAKI_EXPECT_ANY || reply->status >= 400;
    if (data_expected && !is_plain_no(reply->status) && reply->status / 100 != 3 && taki_judge_is_html(reply))
        return TAKI_VERDICT_SERVER;
    enum taki_verdict verdict = by_rules(judging == NULL ? &nothing : judging, reply, wait_ms);
    return request->no_auth ? of_login(verdict, reply->status) : verdict;
}
