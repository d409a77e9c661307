/* Inside and field sales on Salesforce Leads: hand-over, calls, BANT, toss-up, acceptance, rejects, second tries. */
#include "company.h"

#include <stdlib.h>
#include <string.h>

static const char *const reject_reasons[] = {"時期尚早", "予算なし", "競合利用中",
                                             "担当違い", "連絡不能", "学生・個人"};

/** The record that carries the status: the Contact once there is one. */
static struct sim_row *status_row(struct sim_company *company, uint32_t who, const char **object)
{
    const struct person *person = &company->persons[who];
    *object = person->contact[0] ? "Contact" : "Lead";
    return record_find(company, *object, person->contact[0] ? person->contact : person->lead);
}

static bool set_status(struct sim_company *company, uint32_t who, const char *status, const char *reason,
                       const char *by, int64_t when)
{
    const char *object;
    struct sim_row *row = status_row(company, who, &object);
    if (!row)
        return false;
    bool is_contact = strcmp(object, "Contact") == 0;
    const char *field = is_contact ? "Status__c" : "Status";
    const char *old = sim_row_get(sim_table_find(company->sim->store, "salesforce", object), row, field);
    record_history(company,
                   &(struct change){is_contact ? "ContactHistory" : "LeadHistory", row->id, field, old, status, by},
                   when);
    record_set(company, object, row, field, status);
    record_set(company, object, row, "Status_Reason__c", reason);
    record_touch(company, object, row, when);
    return true;
}

/** A lead somebody typed in without looking: other spelling, never synced, merged some day or not. */
static void type_duplicate(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    char *name = company_firm_variant(&company->firms[person->firm], &person->rng),
         *email = company_email_variant(person, &person->rng);
    char *phone = company_phone_variant(person, &person->rng);
    struct sim_row *row = record_new(company, "Lead", company_inside(who), when);
    record_set(company, "Lead", row, "LastName", person->last);
    record_set(company, "Lead", row, "FirstName", sim_rng_percent(&person->rng, 50) ? person->first : NULL);
    record_set(company, "Lead", row, "Company", name);
    record_set(company, "Lead", row, "Email", sim_rng_percent(&person->rng, 70) ? email : NULL);
    record_set(company, "Lead", row, "Phone", phone);
    record_set(company, "Lead", row, "Status", "新規");
    record_set(company, "Lead", row, "LeadSource", "電話");
    record_set(company, "Lead", row, "IsConverted", "false");
    record_set(company, "Lead", row, "OwnerId", company_inside(who));
    sim_data_complete(company->sim, sim_table_find(company->sim->store, "salesforce", "Lead"), row);
    if (sim_rng_percent(&person->rng, 60) && record_find(company, "Lead", person->lead))
        record_delete(company, "Lead", row, person->lead, when + 3 * SIM_HOUR);
    free(name);
    free(email);
    free(phone);
}

static struct sim_row *sync_lead(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    const struct firm *firm = &company->firms[person->firm];
    struct sim_row *row = record_new(company, "Lead", company_user(USER_SYNC), when);
    char *name = company_firm_variant(firm, &person->rng), *phone = company_phone_variant(person, &person->rng);
    const struct {
        const char *field, *value;
    } values[] = {
        {"LastName",           person->last       },
        {"FirstName",          person->first      },
        {"Company",            name               },
        {"Title",              person->title      },
        {"Email",              person->email      },
        {"Phone",              phone              },
        {"Country",            firm->country      },
        {"State",              firm->prefecture   },
        {"Industry",           firm->industry     },
        {"LeadSource",         "Marketo"          },
        {"Status",             "新規"           },
        {"Kana__c",            person->kana       },
        {"Department__c",      person->department },
        {"OwnerId",            company_inside(who)},
        {"IsConverted",        "false"            },
        {"HasOptedOutOfEmail", "false"            },
        {"DoNotCall",          "false"            }
    };
    for (size_t i = 0; i < SIM_LEN(values); i++)
        record_set(company, "Lead", row, values[i].field, values[i].value);
    record_set_int(company, "Lead", row, "NumberOfEmployees", firm->employees);
    sim_data_complete(company->sim, sim_table_find(company->sim->store, "salesforce", "Lead"), row);
    snprintf(person->lead, sizeof person->lead, "%s", row->id);
    marketo_set(company, who, "sfdcLeadId", row->id, when);
    marketo_set(company, who, "sfdcType", "Lead", when);
    free(name);
    free(phone);
    return row;
}

void company_hand_over(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    if (person->is_gone || person->lead[0] || person->contact[0])
        return;
    (void)sync_lead(company, who, when);
    if (sim_rng_percent(&person->rng, 8))
        type_duplicate(company, who, when + SIM_HOUR);
    company_at(company, company_later(&person->rng, when, 1, 6), company_inside_call, who);
}

static void log_call(struct sim_company *company, uint32_t who, const char *outcome, const char *subject, int64_t when)
{
    struct person *person = &company->persons[who];
    char day[11];
    sim_date_print(when + SIM_JST, day);
    struct sim_row *row = record_new(company, "Task", company_inside(who), when);
    record_set(company, "Task", row, "WhoId", person->contact[0] ? person->contact : person->lead);
    if (person->contact[0])
        record_belongs(company, "Task", row, person->firm);
    record_set(company, "Task", row, "Subject", subject);
    record_set(company, "Task", row, "Type", "Call");
    record_set(company, "Task", row, "TaskSubtype", "Call");
    record_set(company, "Task", row, "CallType", "Outbound");
    record_set(company, "Task", row, "Status", "Completed");
    record_set(company, "Task", row, "IsClosed", "true");
    record_set(company, "Task", row, "IsArchived", "false");
    record_set(company, "Task", row, "ActivityDate", day);
    record_set(company, "Task", row, "CallDisposition", outcome);
    record_set(company, "Task", row, "OwnerId", company_inside(who));
    record_set(company, "Task", row, "Description",
               sim_rng_percent(&person->rng, 60) ? "先方と会話。\n次回:資料送付。\"至急\"とのこと" : NULL);
    record_set_int(company, "Task", row, "CallDurationInSeconds", sim_rng_between(&person->rng, 10, 900));
    sim_row_set_time(company->sim->store, sim_table_find(company->sim->store, "salesforce", "Task"), row,
                     "CompletedDateTime", when);
}

static void fill_bant(struct sim_company *company, uint32_t who, int64_t when)
{
    static const char *const fields[] = {"BANT_Budget__c", "BANT_Authority__c", "BANT_Need__c", "BANT_Timing__c"};
    static const char *const values[] = {"あり", "決裁者", "明確", "半年以内"};
    struct person *person = &company->persons[who];
    const char *object;
    struct sim_row *row = status_row(company, who, &object);
    for (size_t i = 0; row && i < SIM_LEN(fields); i++) {
        if (!sim_rng_percent(&person->rng, 75))
            continue;
        bool is_contact = strcmp(object, "Contact") == 0;
        record_history(company,
                       &(struct change){is_contact ? "ContactHistory" : "LeadHistory", row->id, fields[i], NULL,
                                        values[i], company_inside(who)},
                       when);
        record_set(company, object, row, fields[i], values[i]);
        record_touch(company, object, row, when);
    }
}

static void reject(struct sim_company *company, uint32_t who, const char *by, int64_t when)
{
    struct person *person = &company->persons[who];
    const char *reason =
        sim_rng_percent(&person->rng, 85) ? reject_reasons[sim_rng_below(&person->rng, SIM_LEN(reject_reasons))] : NULL;
    bool is_recycled = sim_rng_percent(&person->rng, 30);
    if (set_status(company, who, is_recycled ? "リサイクル" : "却下", reason, by, when) &&
        sim_rng_percent(&person->rng, 30))
        company_at(company, company_later(&person->rng, when, 80, 260), company_call_again, who);
}

void company_inside_call(struct sim_company *company, uint32_t who, int64_t when)
{
    static const char *const outcomes[] = {"connected", "no_answer", "left_message", "connected", "refused"};
    struct person *person = &company->persons[who];
    struct sim_rng *rng = &person->rng;
    const char *object;
    if (!status_row(company, who, &object))
        return;
    const char *outcome = outcomes[sim_rng_below(rng, SIM_LEN(outcomes))];
    log_call(company, who, outcome, "フォローコール", when);
    if (person->rounds == 0 && strcmp(object, "Lead") == 0)
        (void)set_status(company, who, "コール中", NULL, company_inside(who), when + 60);
    uint32_t fate = sim_rng_below(rng, 100);
    if (strcmp(outcome, "connected") != 0 && person->rounds < 5) {
        person->rounds++;
        company_at(company, company_later(rng, when, 1, 9), company_inside_call, who);
    } else if (fate < 50) {
        company_at(company, company_later(rng, when, 0, 6), company_toss_up, who);
    } else if (fate < 82) {
        reject(company, who, company_inside(who), when + 600);
    }
    person->rounds++;
}

static void refuse(struct sim_company *company, uint32_t who, int64_t when)
{
    reject(company, who, company_field(who), when);
}

static void accept(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_rng *rng = &person->rng;
    uint32_t fate = sim_rng_below(rng, 100);
    if (fate < 12) {
        reject(company, who, company_field(who), when);
        return;
    }
    if (fate < 20) /* nobody takes it up */
        return;
    if (fate < 90 && !set_status(company, who, "営業受入", NULL, company_field(who), when))
        return;
    const char *object;
    struct sim_row *row = status_row(company, who, &object);
    if (!row)
        return;
    record_set(company, object, row, "OwnerId", company_field(who));
    record_touch(company, object, row, when);
    if (sim_rng_percent(rng, 80)) {
        company_at(company, company_later(rng, when, 2, 20), company_convert, who);
    } else {
        company_at(company, company_later(rng, when, 3, 10), refuse, who);
    }
}

void company_toss_up(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    if (sim_rng_percent(&person->rng, 60))
        fill_bant(company, who, when - 120);
    if (!set_status(company, who, "トスアップ済", NULL, company_inside(who), when))
        return;
    company_at(company, company_later(&person->rng, when, 1, 5), accept, who);
}

/** Inside sales tries a rejected, recycled or lost person again. */
void company_call_again(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    const char *object;
    if (!status_row(company, who, &object))
        return;
    bool reached = sim_rng_percent(&person->rng, 65);
    log_call(company, who, reached ? "connected" : "no_answer", "掘り起こしコール", when);
    if (reached && sim_rng_percent(&person->rng, 70)) {
        company_at(company, company_later(&person->rng, when, 0, 12), company_toss_up, who);
    } else if (!reached && sim_rng_percent(&person->rng, 60)) {
        company_at(company, company_later(&person->rng, when, 3, 30), company_call_again, who);
    }
}
