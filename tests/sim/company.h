/**
 * @file company.h
 * The invented company behind generated data: what its parts (people, campaigns, sales, upkeep) share. Everything that
 * happens is an event in one queue ordered by time; each person draws from an own seeded stream, so that the same days
 * give the same records however they are advanced.
 */
#ifndef TAKI_SIM_COMPANY_H
#define TAKI_SIM_COMPANY_H

#include "world.h"

/** A row that names the firm's Account. */
struct child {
    const char *object;
    struct sim_row *row;
};
struct firm {
    char *name, *domain;
    const char *industry, *prefecture, *country;
    int64_t employees;
    bool is_japanese;
    uint32_t last_person; /**< index + 1 of the newest person; older ones by person.previous */
    char account[19];     /**< Salesforce Account, "" = none yet */
    struct child *children;
    size_t n_children;
};

struct person {
    struct sim_rng rng;
    uint32_t firm, previous; /**< previous person of the firm, index + 1 */
    bool is_japanese;
    char *last, *first, *kana, *email, *phone;
    const char *title, *department;
    char twin[16];    /**< second Marketo lead that will be merged into the first */
    char mkto[16];    /**< Marketo lead id, "" = none */
    char lead[19];    /**< Salesforce Lead */
    char contact[19]; /**< Salesforce Contact */
    int64_t score;
    int rounds;         /**< passes through sales so far */
    uint32_t last_deal; /**< index + 1 */
    const char *product;
    bool is_gone;
};
struct deal {
    uint32_t person;
    char id[19];
    int64_t amount, close;
    size_t stage;
    bool is_closed;
    int reopened;
};
struct program {
    char id[12];
    size_t kind;
    char campaign[19]; /**< Salesforce Campaign in sync, "" = none */
    char *name;
    int64_t from, to;
};

struct sim_company;
struct event;
typedef void (*happening)(struct sim_company *company, uint32_t who, int64_t when);

struct sim_company {
    struct sim *sim;
    struct sim_rng rng;
    struct firm *firms;
    uint32_t n_firms;
    struct person *persons;
    uint32_t n_persons;
    struct deal *deals;
    uint32_t n_deals;
    struct program *programs;
    uint32_t n_programs;
    struct event *events; /**< heap */
    size_t n_events, events_capacity;
    uint64_t seq, activities, leads;
    int64_t arrival_gap;
};

enum user {
    USER_MARKETING = 1,
    USER_INSIDE = 2,
    USER_INSIDE_2 = 3,
    USER_FIELD = 4,
    USER_FIELD_2 = 5,
    USER_FIELD_3 = 6,
    USER_SYNC = 7
};

void company_at(struct sim_company *company, int64_t when, happening act, uint32_t who);
/** A working moment (09-18 in Japan, Monday to Friday) lo..hi days after @p when, always later than it. */
int64_t company_later(struct sim_rng *rng, int64_t when, int64_t lo, int64_t hi);
const char *company_user(enum user user);
/** One of the inside or field users, by person. */
const char *company_inside(uint32_t person);
const char *company_field(uint32_t person);

/* people.c */
void company_make_firms(struct sim_company *company);
void company_make_person(struct sim_company *company, uint32_t who);
/** A spelling of the firm's name as dirty data have it; caller frees. */
char *company_firm_variant(const struct firm *firm, struct sim_rng *rng);
char *company_email_variant(const struct person *person, struct sim_rng *rng);
char *company_phone_variant(const struct person *person, struct sim_rng *rng);

/* records.c: Salesforce rows. Times in seconds UTC, ids of users by company_user. */
struct sim_row *record_new(struct sim_company *company, const char *object, const char *by, int64_t when);
struct sim_row *record_find(struct sim_company *company, const char *object, const char *id);
void record_set(struct sim_company *company, const char *object, struct sim_row *row, const char *field,
                const char *value);
void record_set_int(struct sim_company *company, const char *object, struct sim_row *row, const char *field,
                    int64_t value);
/** Names the firm's Account in the row and remembers it for account merges. */
void record_belongs(struct sim_company *company, const char *object, struct sim_row *row, uint32_t number);
void record_touch(struct sim_company *company, const char *object, struct sim_row *row, int64_t when);
/** A field change: in LeadHistory, ContactHistory or OpportunityFieldHistory, of the record @p parent. */
struct change {
    const char *object, *parent, *field, *from, *to, *by;
};
void record_history(struct sim_company *company, const struct change *change, int64_t when);
/** IsDeleted; after 15 days its fields are nulled, after 30 it is gone without trace. */
void record_delete(struct sim_company *company, const char *object, struct sim_row *row, const char *master,
                   int64_t when);
/** Marketo. */
struct sim_row *marketo_lead(struct sim_company *company, uint32_t who);
void marketo_set(struct sim_company *company, uint32_t who, const char *field, const char *value, int64_t when);
/** What an activity is about: its primary attribute. */
struct primary {
    const char *id, *text;
};
#define NO_PRIMARY ((struct primary){NULL, NULL})
void marketo_activity(struct sim_company *company, uint32_t who, int type, struct primary primary,
                      const char *attributes, int64_t when);

void company_open_quarter(struct sim_company *company, uint32_t number, int64_t when);
void company_make_users(struct sim_company *company, int64_t when);
/** The person answers a campaign that runs at @p when; false if none does. */
bool company_respond(struct sim_company *company, uint32_t who, int64_t when);
void company_arrive(struct sim_company *company, uint32_t who, int64_t when);
/* campaigns.c, marketing.c, sales.c, deals.c, upkeep.c */
void company_hand_over(struct sim_company *company, uint32_t who, int64_t when);
void company_toss_up(struct sim_company *company, uint32_t who, int64_t when);
void company_convert(struct sim_company *company, uint32_t who, int64_t when);
void company_inside_call(struct sim_company *company, uint32_t who, int64_t when);
void company_open_deal(struct sim_company *company, uint32_t who, int64_t when, const char *type);
void company_call_again(struct sim_company *company, uint32_t who, int64_t when);
void company_plan_upkeep(struct sim_company *company, uint32_t who, int64_t when);

#endif
