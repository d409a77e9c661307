/* How a person becomes known, answers campaigns, and is found to be an MQL. */
#include "company.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MQL_SCORE 100
#define MAIL ((struct primary){"701", "メルマガ"})

static void create_lead(struct sim_company *company, uint32_t who, const char *source, int64_t when)
{
    struct person *person = &company->persons[who];
    const struct firm *firm = &company->firms[person->firm];
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "leads");
    snprintf(person->mkto, sizeof person->mkto, "%" PRIu64, 5000 + ++company->leads);
    struct sim_row *row = sim_row_put(store, table, sim_row_draft(store, table, person->mkto));
    char *name = company_firm_variant(firm, &person->rng), *email = company_email_variant(person, &person->rng);
    char *phone = company_phone_variant(person, &person->rng);
    const struct {
        const char *field, *value;
    } values[] = {
        {"email",              email             },
        {"firstName",          person->first     },
        {"lastName",           person->last      },
        {"company",            name              },
        {"phone",              phone             },
        {"title",              person->title     },
        {"department",         person->department},
        {"kana",               person->kana      },
        {"country",            firm->country     },
        {"state",              firm->prefecture  },
        {"industry",           firm->industry    },
        {"leadSource",         source            },
        {"unsubscribed",       "false"           },
        {"emailInvalid",       "false"           },
        {"doNotCall",          "false"           },
        {"leadScore",          "0"               },
        {"originalSourceType", source            }
    };
    for (size_t i = 0; i < SIM_LEN(values); i++)
        sim_row_set(store, table, row, values[i].field, values[i].value);
    sim_row_set_time(store, table, row, "createdAt", when);
    sim_row_set_time(store, table, row, "updatedAt", when);
    free(name);
    free(email);
    free(phone);
    char day[11], *attributes;
    sim_date_print(when + SIM_JST, day);
    attributes = sim_format(
        "[{\"name\":\"Source Type\",\"value\":\"%s\"},{\"name\":\"Created Date\",\"value\":\"%s\"}]", source, day);
    marketo_activity(company, who, 12, NO_PRIMARY, attributes, when);
    free(attributes);
}

static void change_status(struct sim_company *company, uint32_t who, const char *from, const char *to, int64_t when)
{
    char *attributes =
        sim_format("[{\"name\":\"New Value\",\"value\":\"%s\"},{\"name\":\"Old Value\",\"value\":\"%s\"},"
                   "{\"name\":\"Reason\",\"value\":\"flow\"},{\"name\":\"Source\",\"value\":\"Marketo Flow Action\"}]",
                   to, from);
    marketo_activity(company, who, 13, (struct primary){"301", "Lead Status"}, attributes, when);
    free(attributes);
}

static void add_score(struct sim_company *company, uint32_t who, int64_t points, int64_t when)
{
    struct person *person = &company->persons[who];
    int64_t old = person->score;
    person->score += points;
    char *text = sim_format("%" PRId64, person->score);
    char *attributes = sim_format(
        "[{\"name\":\"Change Value\",\"value\":\"+%" PRId64 "\"},{\"name\":\"New Value\",\"value\":\"%" PRId64
        "\"},{\"name\":\"Old Value\",\"value\":\"%" PRId64 "\"},{\"name\":\"Reason\",\"value\":\"response\"}]",
        points, person->score, old);
    marketo_activity(company, who, 22, (struct primary){"201", "Lead Score"}, attributes, when);
    marketo_set(company, who, "leadScore", text, when);
    free(attributes);
    free(text);
}

static void send_mail(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_rng *rng = &person->rng;
    if (!marketo_lead(company, who))
        return;
    marketo_activity(company, who, 6, MAIL, NULL, when);
    if (sim_rng_percent(rng, 3)) {
        marketo_activity(company, who, 8, MAIL,
                         "[{\"name\":\"Category\",\"value\":\"2\"},{\"name\":\"Details\",\"value\":\"550 unknown\"}]",
                         when + 5);
        marketo_set(company, who, "emailInvalid", "true", when + 5);
        return;
    }
    marketo_activity(company, who, 7, MAIL, NULL, when + 3);
    if (sim_rng_percent(rng, 35))
        marketo_activity(company, who, 10, MAIL, NULL, when + 900);
    if (sim_rng_percent(rng, 4)) { /* a scanner's click, faster than any person */
        marketo_activity(company, who, 11, MAIL,
                         "[{\"name\":\"Link\",\"value\":\"https://taki-sim.example/a\"},{\"name\":\"Is Bot "
                         "Activity\",\"value\":true}]",
                         when + 4);
    }
    if (sim_rng_percent(rng, 18)) {
        marketo_activity(company, who, 11, MAIL, "[{\"name\":\"Link\",\"value\":\"https://taki-sim.example/a\"}]",
                         when + 960);
    }
    if (sim_rng_percent(rng, 2)) {
        marketo_activity(company, who, 9, MAIL, NULL, when + 1000);
        marketo_set(company, who, "unsubscribed", "true", when + 1000);
    }
}

static void visit(struct sim_company *company, uint32_t who, int64_t when)
{
    static const char *const pages[] = {"/products", "/pricing", "/case", "/seminar", "/company"};
    struct person *person = &company->persons[who];
    if (!marketo_lead(company, who))
        return;
    const char *page = pages[sim_rng_below(&person->rng, SIM_LEN(pages))];
    char *attributes = sim_format("[{\"name\":\"Webpage URL\",\"value\":\"%s\"}]", page);
    marketo_activity(company, who, 1, (struct primary){"501", page}, attributes, when);
    free(attributes);
    if (sim_rng_percent(&person->rng, 55))
        company_at(company, company_later(&person->rng, when, 3, 60), visit, who);
}

static void hear_again(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    send_mail(company, who, when);
    if (!person->is_gone && sim_rng_percent(&person->rng, 80))
        company_at(company, company_later(&person->rng, when, 25, 40), hear_again, who);
}

static void respond_again(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    if (!company_respond(company, who, when))
        return;
    add_score(company, who, 20, when + 300);
    if (sim_rng_percent(&person->rng, 45))
        company_at(company, company_later(&person->rng, when, 20, 150), respond_again, who);
}

/** Three ways to say MQL: revenue stage, score, data value. */
static void qualify(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    uint32_t way = sim_rng_below(&person->rng, 10);
    if (!marketo_lead(company, who))
        return;
    if (person->score < MQL_SCORE)
        add_score(company, who, MQL_SCORE - person->score + 5, when - 60);
    if (way < 6) {
        marketo_activity(company, who, 101, (struct primary){"1", "リードライフサイクル"},
                         "[{\"name\":\"New Stage\",\"value\":\"MQL\"},{\"name\":\"Old "
                         "Stage\",\"value\":\"Inquiry\"},{\"name\":\"Reason\",\"value\":\"score\"}]",
                         when);
    } else if (way < 8) {
        change_status(company, who, "Inquiry", "MQL", when);
        marketo_set(company, who, "leadStatus", "MQL", when);
    }
    company_hand_over(company, who, when + sim_rng_between(&person->rng, 120, 900));
}

static void import(struct sim_company *company, uint32_t who, int64_t when)
{
    create_lead(company, who, "List import", when);
    struct sim_store *store = company->sim->store;
    struct sim_table *lists = sim_table_find(store, "marketo", "lists"),
                     *members = sim_table_find(store, "marketo", "list_members");
    const char *mkto = company->persons[who].mkto;
    if (!sim_row_find(lists, "801")) {
        struct sim_row *list = sim_row_put(store, lists, sim_row_draft(store, lists, "801"));
        sim_row_set(store, lists, list, "name", "展示会名刺");
        sim_row_set(store, lists, list, "workspaceName", "Default");
        sim_row_set_time(store, lists, list, "createdAt", when);
        sim_row_set_time(store, lists, list, "updatedAt", when);
    }
    char *key = sim_format("801-%s", mkto);
    struct sim_row *member = sim_row_put(store, members, sim_row_draft(store, members, key));
    sim_row_set(store, members, member, "listId", "801");
    sim_row_set(store, members, member, "leadId", mkto);
    marketo_activity(company, who, 24, (struct primary){"801", "展示会名刺"}, NULL, when + 1);
    free(key);
}

void company_arrive(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_rng *rng = &person->rng;
    uint32_t way = sim_rng_below(rng, 100);
    if (way < 6) { /* field sales brings the contact and the deal */
        company_open_deal(company, who, when, "New Business");
        company_plan_upkeep(company, who, when);
        return;
    }
    if (way < 16) {
        import(company, who, when);
    } else {
        create_lead(company, who, way < 24 ? "Inbound" : "Web form fillout", when);
        marketo_activity(company, who, 2, (struct primary){"601", "資料請求フォーム"},
                         "[{\"name\":\"Form Fields\",\"value\":\"{}\"},{\"name\":\"Webpage ID\",\"value\":501}]", when);
        (void)company_respond(company, who, when + 30);
        add_score(company, who, 35, when + 400);
    }
    company_at(company, company_later(rng, when, 1, 20), hear_again, who);
    company_at(company, company_later(rng, when, 0, 10), visit, who);
    if (sim_rng_percent(rng, 50))
        company_at(company, company_later(rng, when, 15, 120), respond_again, who);
    if (sim_rng_percent(rng, way < 16 ? 15 : 58))
        company_at(company, company_later(rng, when, 0, 40), qualify, who);
    company_plan_upkeep(company, who, when);
}
