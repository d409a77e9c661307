/* Which faults are on, and whether one strikes this request. */
#include "faults.h"

#include <stdlib.h>
#include <string.h>

struct active {
    const struct sim_fault *fault;
    char variant[32], vendor[32], name[96];
    int64_t lo, hi; /**< numbers of matching requests that are struck, from 1; hi -1 = no end */
    int percent;    /**< -1 = by number */
    struct sim_rng rng;
    int64_t seen;
    bool is_latched; /**< daily quota spent: every later call of the vendor fails until the day ends */
    bool strikes;    /**< for the request being served */
};

struct sim_fault_state {
    struct active active[64];
    size_t n;
};

struct sim_fault_state *sim_fault_state_open(void)
{
    return sim_alloc(sizeof(struct sim_fault_state));
}

void sim_fault_state_close(struct sim_fault_state *state)
{
    free(state);
}

/** Whether @p word is one of the blank-separated @p words. */
static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = words; *at;) {
        size_t have = strcspn(at, " ");
        if (have == size && strncmp(at, word, size) == 0)
            return true;
        at += have + (at[have] == ' ');
    }
    return false;
}

static bool copy_part(char *out, size_t room, const char *text, size_t size)
{
    if (size >= room)
        return false;
    memcpy(out, text, size);
    out[size] = '\0';
    return true;
}

static bool parse_selector(const char *text, struct active *active)
{
    active->lo = 1;
    active->hi = -1;
    active->percent = -1;
    if (!*text)
        return true;
    char *end;
    if (*text == '%') {
        active->percent = (int)(strtod(text + 1, &end) * 100 + 0.5);
        return end != text + 1 && !*end;
    }
    if (*text != '#')
        return false;
    active->lo = active->hi = strtoll(text + 1, &end, 10);
    if (*end == '+') {
        active->hi = -1;
        end++;
    } else if (*end == '-') {
        active->hi = strtoll(end + 1, &end, 10);
    }
    return active->lo > 0 && !*end;
}

static const struct sim_fault *find_fault(const char *id)
{
    for (size_t i = 0; i < sim_n_faults; i++) {
        if (strcmp(sim_faults[i].id, id) == 0)
            return &sim_faults[i];
    }
    return NULL;
}

static bool parse_one(const char *text, struct active *active)
{
    char id[8] = "";
    size_t id_size = strcspn(text, ".@");
    if (!copy_part(id, sizeof id, text, id_size) || !(active->fault = find_fault(id)))
        return false;
    text += id_size;
    const char *first = active->fault->variants;
    (void)copy_part(active->variant, sizeof active->variant, first, strcspn(first, " "));
    if (*text == '.') {
        size_t size = strcspn(++text, "@");
        if (!copy_part(active->variant, sizeof active->variant, text, size) ||
            (*first && !has_word(first, active->variant)))
            return false;
        text += size;
    }
    if (*text++ != '@')
        return false;
    size_t size = strcspn(text, ":");
    if (!text[size] || !copy_part(active->vendor, sizeof active->vendor, text, size))
        return false;
    if (strcmp(active->fault->vendors, "*") != 0 && !has_word(active->fault->vendors, active->vendor))
        return false;
    text += size + 1;
    size = strcspn(text, "#%");
    return size && copy_part(active->name, sizeof active->name, text, size) && parse_selector(text + size, active);
}

bool sim_faults_set(struct sim *sim, const char *spec, struct sim_buf *message)
{
    struct sim_fault_state *state = sim->faults;
    state->n = 0;
    while (*spec) {
        size_t size = strcspn(spec, ",");
        char *one = sim_copy(spec, size);
        struct active active = {0};
        bool ok = state->n < SIM_LEN(state->active) && parse_one(one, &active);
        if (ok && active.fault->arm)
            ok = active.fault->arm(sim, active.vendor, active.name, active.variant);
        if (!ok)
            sim_buf_format(message, "not a fault: '%s'\n", one);
        active.rng = sim_rng_of(sim->options.seed, sim_hash(one));
        free(one);
        if (!ok)
            return false;
        state->active[state->n++] = active;
        spec += size + (spec[size] == ',');
    }
    return true;
}

static bool names(const struct active *active, const struct sim_request *request)
{
    char full[160];
    snprintf(full, sizeof full, "%s/%s", request->stream, request->route->endpoint);
    return strcmp(active->vendor, request->vendor->name) == 0 &&
           (sim_glob(active->name, request->stream) || sim_glob(active->name, request->route->endpoint) ||
            sim_glob(active->name, full));
}

static bool strikes(struct active *active, const struct sim_request *request)
{
    if (active->is_latched && strcmp(active->vendor, request->vendor->name) == 0)
        return true;
    if (!names(active, request) || active->fault->arm)
        return false;
    active->seen++;
    if (active->percent >= 0)
        return (int)sim_rng_below(&active->rng, 100) < active->percent;
    return active->seen >= active->lo && (active->hi < 0 || active->seen <= active->hi);
}

bool sim_faults_before(struct sim_request *request, struct sim_response *response)
{
    struct sim_fault_state *state = request->sim->faults;
    bool is_answered = false;
    for (size_t i = 0; i < state->n; i++) {
        struct active *active = &state->active[i];
        active->strikes = strikes(active, request);
        if (!active->strikes)
            continue;
        request->wants |= active->fault->wants;
        request->variant = active->variant;
        bool answers =
            !is_answered && active->fault->strike && active->fault->strike(request, response, active->variant);
        is_answered |= answers;
        if (answers || active->fault->wants || active->fault->spoil)
            request->fault = active->fault->id;
        active->is_latched |= answers && strcmp(active->fault->id, "M05") == 0;
    }
    return is_answered;
}

void sim_faults_after(struct sim_request *request, struct sim_response *response)
{
    struct sim_fault_state *state = request->sim->faults;
    for (size_t i = 0; i < state->n; i++) {
        if (state->active[i].strikes && state->active[i].fault->spoil)
            state->active[i].fault->spoil(request, response, state->active[i].variant);
    }
}

void sim_faults_new_day(struct sim *sim)
{
    for (size_t i = 0; i < sim->faults->n; i++) {
        struct active *active = &sim->faults->active[i];
        if (active->is_latched) {
            active->is_latched = false;
            active->seen = INT64_MIN / 2; /* spent once */
        }
    }
}
