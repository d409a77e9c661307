/* The queue of what happens, and the calendar. */
#include "company.h"

#include <stdlib.h>
#include <string.h>

struct event {
    int64_t when;
    uint64_t seq;
    happening act;
    uint32_t who;
};

static bool is_before(const struct event *a, const struct event *b)
{
    return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

static void swap(struct event *a, struct event *b)
{
    struct event kept = *a;
    *a = *b;
    *b = kept;
}

void company_at(struct sim_company *company, int64_t when, happening act, uint32_t who)
{
    if (company->n_events == company->events_capacity) {
        company->events_capacity = company->events_capacity ? company->events_capacity * 2 : 256;
        company->events = sim_grow(company->events, company->events_capacity * sizeof *company->events);
    }
    size_t at = company->n_events++;
    company->events[at] = (struct event){when, company->seq++, act, who};
    for (; at && is_before(&company->events[at], &company->events[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&company->events[at], &company->events[(at - 1) / 2]);
}

static struct event take_first(struct sim_company *company)
{
    struct event first = company->events[0];
    company->events[0] = company->events[--company->n_events];
    for (size_t at = 0;;) {
        size_t child = at * 2 + 1;
        if (child >= company->n_events)
            break;
        if (child + 1 < company->n_events && is_before(&company->events[child + 1], &company->events[child]))
            child++;
        if (!is_before(&company->events[child], &company->events[at]))
            break;
        swap(&company->events[at], &company->events[child]);
        at = child;
    }
    return first;
}

int64_t company_later(struct sim_rng *rng, int64_t when, int64_t lo, int64_t hi)
{
    int64_t day = (when + SIM_JST) / SIM_DAY + sim_rng_between(rng, lo, hi);
    int64_t weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday; 0 = Monday */
    if (weekday > 4)
        day += 7 - weekday;
    int64_t moment = day * SIM_DAY - SIM_JST + 9 * SIM_HOUR + sim_rng_between(rng, 0, 9 * SIM_HOUR - 1);
    return moment > when ? moment : when + 60 + sim_rng_between(rng, 0, 1800);
}

const char *company_user(enum user user)
{
    static const char *const ids[] = {NULL,
                                      "005000000000001AAA",
                                      "005000000000002AAA",
                                      "005000000000003AAA",
                                      "005000000000004AAA",
                                      "005000000000005AAA",
                                      "005000000000006AAA",
                                      "005000000000007AAA"};
    return ids[user];
}

const char *company_inside(uint32_t person)
{
    return company_user(person % 2 ? USER_INSIDE : USER_INSIDE_2);
}

const char *company_field(uint32_t person)
{
    static const enum user users[] = {USER_FIELD, USER_FIELD_2, USER_FIELD_3};
    return company_user(users[person % 3]);
}

static void new_person(struct sim_company *company, uint32_t who, int64_t when)
{
    (void)who;
    company->persons = sim_grow(company->persons, (company->n_persons + 1) * sizeof *company->persons);
    company->persons[company->n_persons] = (struct person){0};
    company_make_person(company, company->n_persons);
    struct person *person = &company->persons[company->n_persons];
    company_at(company, company_later(&person->rng, when, 0, 0), company_arrive, company->n_persons++);
    company_at(company, when + company->arrival_gap, new_person, 0);
}

struct sim_company *sim_company_open(struct sim *sim)
{
    struct sim_company *company = sim_alloc(sizeof *company);
    int64_t start = sim->options.start + 60, persons = sim->options.persons > 0 ? sim->options.persons : 1;
    company->sim = sim;
    company->rng = sim_rng_of(sim->options.seed, 0);
    company->arrival_gap = (sim->options.today + SIM_DAY - sim->options.start) / persons;
    if (company->arrival_gap < 1)
        company->arrival_gap = 1;
    company_make_firms(company);
    company_make_users(company, start);
    company_at(company, start, company_open_quarter, 0);
    company_at(company, start + SIM_HOUR, new_person, 0);
    return company;
}

void sim_company_run(struct sim_company *company, int64_t now)
{
    while (company->n_events && company->events[0].when <= now) {
        struct event event = take_first(company);
        event.act(company, event.who, event.when);
    }
}

void sim_company_close(struct sim_company *company)
{
    for (uint32_t i = 0; i < company->n_firms; i++) {
        free(company->firms[i].name);
        free(company->firms[i].domain);
        free(company->firms[i].children);
    }
    for (uint32_t i = 0; i < company->n_persons; i++) {
        free(company->persons[i].last);
        free(company->persons[i].first);
        free(company->persons[i].kana);
        free(company->persons[i].email);
        free(company->persons[i].phone);
    }
    for (uint32_t i = 0; i < company->n_programs; i++)
        free(company->programs[i].name);
    free(company->firms);
    free(company->persons);
    free(company->deals);
    free(company->programs);
    free(company->events);
    free(company);
}
