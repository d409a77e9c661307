/* Users, picklists, and eight campaigns a quarter with their costs. */
#include "company.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *channel, *type, *objective, *category, *content;
    const char *statuses[4]; /**< the last one named is success */
    int64_t monthly_cost;
    uint32_t weight;    /**< how often a person answers this kind */
    bool in_salesforce; /**< also a Salesforce Campaign, with CampaignMembers */
} kinds[] = {
    {"セミナー",
     "event",                                     "conversion",
     "promotion_ads",                                                             "consideration",
     {"Invited", "Registered", "Attended"},
     400000,                                                                                                                             20,
     false                                                                                                                                       },
    {"ウェビナー",
     "event",                                     "nurture",
     "outsourcing",                                                               "interest",
     {"Invited", "Registered", "Attended"},
     120000,                                                                                                                             22,
     false                                                                                                                                       },
    {"展示会",                      "event",   "acquisition", "promotion_ads", "awareness",     {"Invited", "Visited Booth"}, 900000, 12, true},
    {"ホワイトペーパー媒体",
     "default",                                   "acquisition",
     "promotion_ads",                                                             "interest",
     {"Member", "Downloaded"},
     250000,                                                                                                                             20,
     false                                                                                                                                       },
    {"検索広告",
     "default",                                   "acquisition",
     "promotion_ads",                                                             "awareness",
     {"Clicked", "Filled-out Form"},
     300000,                                                                                                                             14,
     false                                                                                                                                       },
    {"ナーチャリングメール",
     "email",                                     "nurture",
     "production",                                                                "interest",
     {"Sent", "Opened", "Clicked"},
     30000,                                                                                                                              8,
     false                                                                                                                                       },
    {"広報",                         "default", "brand",       "it_infra",      "awareness",     {"Member", "Responded"},      80000,  1,  true},
    {"ユーザー会",
     "event",                                     "expansion",
     "production",                                                                "retention",
     {"Invited", "Registered", "Attended"},
     200000,                                                                                                                             3,
     true                                                                                                                                        },
};

#define USER(n, text, mail, prof, role_n)                                                                              \
    {                                                                                                                  \
        n, text, mail, prof, role_n                                                                                    \
    }
static const struct {
    enum user id;
    const char *name, *mail;
    int profile, role;
} users[] = {
    USER(USER_MARKETING, "真木 玲", "maki", 1, 1), USER(USER_INSIDE, "犬井 静", "inui", 2, 2),
    USER(USER_INSIDE_2, "井手 渉", "ide", 2, 2),   USER(USER_FIELD, "永田 進", "nagata", 3, 3),
    USER(USER_FIELD_2, "江藤 望", "eto", 3, 4),    USER(USER_FIELD_3, "Chris Field", "cfield", 3, 5),
    USER(USER_SYNC, "Marketo Sync", "sync", 4, 0),
};
static const char *const profiles[] = {"マーケティング", "インサイドセールス", "営業", "API連携"};
static const char *const roles[] = {"マーケティング部", "インサイドセールス課", "営業1課", "営業2課", "Global Sales"};

static void make_labels(struct sim_company *company, const char *object, const char *const *labels, size_t count,
                        int64_t when)
{
    for (size_t i = 0; i < count; i++) {
        struct sim_row *row = record_new(company, object, NULL, when);
        record_set(company, object, row,
                   strcmp(object, "UserRole") == 0 || strcmp(object, "Profile") == 0 ? "Name" : "MasterLabel",
                   labels[i]);
        if (sim_field_find(sim_table_find(company->sim->store, "salesforce", object), "SortOrder") != SIZE_MAX) {
            record_set(company, object, row, "ApiName", labels[i]);
            record_set_int(company, object, row, "SortOrder", (int64_t)i + 1);
        }
    }
}

static void make_stages(struct sim_company *company, int64_t when)
{
    static const struct {
        const char *label, *forecast;
        int probability;
        bool is_closed, is_won;
    } stages[] = {
        {"提案",       "Pipeline", 30,  false, false},
        {"見積",       "BestCase", 50,  false, false},
        {"最終交渉", "Commit",   80,  false, false},
        {"受注",       "Closed",   100, true,  true },
        {"失注",       "Omitted",  0,   true,  false}
    };
    for (size_t i = 0; i < SIM_LEN(stages); i++) {
        struct sim_row *row = record_new(company, "OpportunityStage", NULL, when);
        record_set(company, "OpportunityStage", row, "MasterLabel", stages[i].label);
        record_set(company, "OpportunityStage", row, "ApiName", stages[i].label);
        record_set(company, "OpportunityStage", row, "IsActive", "true");
        record_set(company, "OpportunityStage", row, "IsClosed", stages[i].is_closed ? "true" : "false");
        record_set(company, "OpportunityStage", row, "IsWon", stages[i].is_won ? "true" : "false");
        record_set(company, "OpportunityStage", row, "ForecastCategoryName", stages[i].forecast);
        record_set_int(company, "OpportunityStage", row, "DefaultProbability", stages[i].probability);
        record_set_int(company, "OpportunityStage", row, "SortOrder", (int64_t)i + 1);
    }
}

static void make_channels(struct sim_company *company, int64_t when)
{
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "channels");
    for (size_t i = 0; i < SIM_LEN(kinds); i++) {
        char id[12];
        snprintf(id, sizeof id, "%zu", i + 1);
        struct sim_row *row = sim_row_put(store, table, sim_row_draft(store, table, id));
        struct sim_buf steps = {0};
        for (size_t s = 0; s < SIM_LEN(kinds[i].statuses) && kinds[i].statuses[s]; s++) {
            bool is_last = s + 1 == SIM_LEN(kinds[i].statuses) || !kinds[i].statuses[s + 1];
            sim_buf_format(&steps,
                           "%s{\"name\":\"%s\",\"description\":\"\",\"hidden\":false,\"step\":%zu,\"success\":%s}",
                           s ? "," : "[", kinds[i].statuses[s], (s + 1) * 10, is_last ? "true" : "false");
        }
        sim_buf_text(&steps, "]");
        sim_row_set(store, table, row, "name", kinds[i].channel);
        sim_row_set(store, table, row, "applicableProgramType", kinds[i].type);
        sim_row_set(store, table, row, "progressionStatuses", steps.data);
        sim_row_set_time(store, table, row, "createdAt", when);
        sim_row_set_time(store, table, row, "updatedAt", when);
        sim_buf_free(&steps);
    }
}

void company_make_users(struct sim_company *company, int64_t when)
{
    static const char *const statuses[] = {"新規", "コール中", "トスアップ済", "営業受入", "却下", "リサイクル"};
    make_labels(company, "Profile", profiles, SIM_LEN(profiles), when);
    make_labels(company, "UserRole", roles, SIM_LEN(roles), when);
    make_labels(company, "LeadStatus", statuses, SIM_LEN(statuses), when);
    make_stages(company, when);
    make_channels(company, when);
    for (size_t i = 0; i < SIM_LEN(users); i++) {
        struct sim_row *row = record_new(company, "User", NULL, when);
        char *mail = sim_format("%s@taki-sim.example", users[i].mail);
        char *profile = sim_format("00e%012dAAA", users[i].profile), *role = sim_format("00E%012dEAA", users[i].role);
        record_set(company, "User", row, "Name", users[i].name);
        record_set(company, "User", row, "Email", mail);
        record_set(company, "User", row, "Username", mail);
        record_set(company, "User", row, "IsActive", "true");
        record_set(company, "User", row, "ProfileId", profile);
        record_set(company, "User", row, "UserRoleId", users[i].role ? role : NULL);
        record_set(company, "User", row, "TimeZoneSidKey", "Asia/Tokyo");
        free(mail);
        free(profile);
        free(role);
    }
    struct sim_row *accepted = sim_table_find(company->sim->store, "salesforce", "LeadStatus")->rows[3];
    record_set(company, "LeadStatus", accepted, "IsConverted", "true");
}

static void make_campaign(struct sim_company *company, struct program *program, int64_t when)
{
    struct sim_row *row = record_new(company, "Campaign", company_user(USER_MARKETING), when);
    char day[11];
    snprintf(program->campaign, sizeof program->campaign, "%s", row->id);
    record_set(company, "Campaign", row, "Name", program->name);
    record_set(company, "Campaign", row, "Type", kinds[program->kind].channel);
    record_set(company, "Campaign", row, "Status", "In Progress");
    record_set(company, "Campaign", row, "IsActive", "true");
    sim_date_print(program->from + SIM_JST, day);
    record_set(company, "Campaign", row, "StartDate", day);
    sim_date_print(program->to + SIM_JST, day);
    record_set(company, "Campaign", row, "EndDate", day);
    record_set_int(company, "Campaign", row, "BudgetedCost", kinds[program->kind].monthly_cost * 3);
    record_set(company, "Campaign", row, "OwnerId", company_user(USER_MARKETING));
    record_set(company, "Campaign", row, "Objective__c", kinds[program->kind].objective);
    record_set(company, "Campaign", row, "Budget_Category__c", kinds[program->kind].category);
    record_set(company, "Campaign", row, "Content_Stage__c", kinds[program->kind].content);
    for (size_t s = 0; s < SIM_LEN(kinds[0].statuses) && kinds[program->kind].statuses[s]; s++) {
        bool is_last = s + 1 == SIM_LEN(kinds[0].statuses) || !kinds[program->kind].statuses[s + 1];
        struct sim_row *status = record_new(company, "CampaignMemberStatus", company_user(USER_MARKETING), when);
        record_set(company, "CampaignMemberStatus", status, "CampaignId", program->campaign);
        record_set(company, "CampaignMemberStatus", status, "Label", kinds[program->kind].statuses[s]);
        record_set(company, "CampaignMemberStatus", status, "HasResponded", is_last ? "true" : "false");
        record_set(company, "CampaignMemberStatus", status, "IsDefault", s ? "false" : "true");
        record_set_int(company, "CampaignMemberStatus", status, "SortOrder", (int64_t)s + 1);
    }
}

/** Costs of three months; the money of Salesforce campaigns stands there (ActualCost), not here. */
static char *cost_list(struct sim_company *company, const struct program *program)
{
    struct sim_buf costs = {0};
    sim_buf_text(&costs, "[");
    for (int month = 0; month < 3 && !program->campaign[0]; month++) {
        char day[11];
        sim_date_print(program->from + SIM_JST + INT64_C(31) * month * SIM_DAY, day);
        int64_t cost = kinds[program->kind].monthly_cost + sim_rng_between(&company->rng, -20, 20) * 1000;
        sim_buf_format(&costs, "%s{\"startDate\":\"%.7s-01\",\"cost\":%" PRId64 ",\"note\":\"\"}", month ? "," : "",
                       day, cost);
    }
    sim_buf_text(&costs, "]");
    return costs.data;
}

static void make_program(struct sim_company *company, size_t kind, int64_t when)
{
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "programs");
    company->programs = sim_grow(company->programs, (company->n_programs + 1) * sizeof *company->programs);
    struct program *program = &company->programs[company->n_programs++];
    char day[11];
    sim_date_print(when + SIM_JST, day);
    *program = (struct program){
        .kind = kind, .from = when, .to = when + 91 * SIM_DAY, .name = sim_format("%s %.7s", kinds[kind].channel, day)};
    snprintf(program->id, sizeof program->id, "%u", 1000 + company->n_programs);
    if (kinds[kind].in_salesforce)
        make_campaign(company, program, when);
    struct sim_row *row = sim_row_put(store, table, sim_row_draft(store, table, program->id));
    char *costs = cost_list(company, program);
    sim_row_set(store, table, row, "name", program->name);
    sim_row_set(store, table, row, "description", kinds[kind].objective);
    sim_row_set(store, table, row, "type", kinds[kind].type);
    sim_row_set(store, table, row, "channel", kinds[kind].channel);
    sim_row_set(store, table, row, "workspace", "Default");
    sim_row_set(store, table, row, "folder", "{\"type\":\"Folder\",\"value\":31,\"folderName\":\"Programs\"}");
    sim_row_set(store, table, row, "costs", costs);
    sim_row_set(store, table, row, "sfdcId", program->campaign[0] ? program->campaign : NULL);
    sim_row_set(store, table, row, "sfdcName", program->campaign[0] ? program->name : NULL);
    sim_row_set_time(store, table, row, "createdAt", when);
    sim_row_set_time(store, table, row, "updatedAt", when);
    free(costs);
}

static void close_campaigns(struct sim_company *company, int64_t when)
{
    for (uint32_t i = 0; i < company->n_programs; i++) {
        struct sim_row *row = record_find(company, "Campaign", company->programs[i].campaign);
        if (!row || sim_row_get(sim_table_find(company->sim->store, "salesforce", "Campaign"), row, "ActualCost"))
            continue;
        int64_t cost =
            kinds[company->programs[i].kind].monthly_cost * 3 + sim_rng_between(&company->rng, -50, 50) * 1000;
        record_set_int(company, "Campaign", row, "ActualCost", cost);
        record_set(company, "Campaign", row, "Status", "Completed");
        record_touch(company, "Campaign", row, when);
    }
}

void company_open_quarter(struct sim_company *company, uint32_t number, int64_t when)
{
    close_campaigns(company, when);
    for (size_t kind = 0; kind < SIM_LEN(kinds); kind++)
        make_program(company, kind, when);
    company_at(company, when + 91 * SIM_DAY, company_open_quarter, number + 1);
}

static struct program *pick_program(struct sim_company *company, struct sim_rng *rng, int64_t when)
{
    uint32_t total = 0, at = 0;
    for (size_t k = 0; k < SIM_LEN(kinds); k++)
        total += kinds[k].weight;
    uint32_t drawn = sim_rng_below(rng, total);
    while (at + 1 < SIM_LEN(kinds) && drawn >= kinds[at].weight)
        drawn -= kinds[at++].weight;
    for (uint32_t i = company->n_programs; i > 0; i--) {
        if (company->programs[i - 1].kind == at && company->programs[i - 1].from <= when)
            return &company->programs[i - 1];
    }
    return NULL;
}

static void keep_member(struct sim_company *company, uint32_t who, const struct program *program, const char *status,
                        bool is_success, int64_t when)
{
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "program_members");
    char *key = sim_format("%s-%s", program->id, company->persons[who].mkto);
    struct sim_row *row = sim_row_find(table, key);
    bool is_new = !row;
    if (is_new) {
        row = sim_row_put(store, table, sim_row_draft(store, table, key));
        sim_row_set(store, table, row, "programId", program->id);
        sim_row_set(store, table, row, "leadId", company->persons[who].mkto);
        sim_row_set(store, table, row, "acquiredBy", "false");
        sim_row_set(store, table, row, "isExhausted", "false");
        sim_row_set_time(store, table, row, "createdAt", when);
        sim_row_set_time(store, table, row, "membershipDate", when);
        sim_row_set(store, table, row, "reachedSuccess", "false");
    }
    sim_row_set(store, table, row, "statusName", status);
    if (is_success && !sim_row_get(table, row, "reachedSuccessDate")) {
        sim_row_set(store, table, row, "reachedSuccess", "true");
        sim_row_set_time(store, table, row, "reachedSuccessDate", when);
    }
    sim_row_set_time(store, table, row, "updatedAt", when);
    free(key);
}

static void move_status(struct sim_company *company, uint32_t who, const struct program *program, size_t step,
                        int64_t when)
{
    const char *const *statuses = kinds[program->kind].statuses;
    bool is_success = step + 1 == SIM_LEN(kinds[0].statuses) || !statuses[step + 1];
    char *attributes =
        sim_format("[{\"name\":\"Acquired By\",\"value\":false},{\"name\":\"New Status\",\"value\":\"%s\"},"
                   "{\"name\":\"Old Status\",\"value\":\"%s\"},{\"name\":\"Success\",\"value\":%s}]",
                   statuses[step], step ? statuses[step - 1] : "Not in Program", is_success ? "true" : "false");
    marketo_activity(company, who, 104, (struct primary){program->id, program->name}, attributes, when);
    keep_member(company, who, program, statuses[step], is_success, when);
    free(attributes);
}

/** The Salesforce side of a campaign in sync: one row a person, overwritten by repeats. */
static void keep_campaign_member(struct sim_company *company, uint32_t who, const struct program *program, int64_t when)
{
    const struct person *person = &company->persons[who];
    const char *const *statuses = kinds[program->kind].statuses;
    size_t last = 0;
    char day[11];
    if (!program->campaign[0] || (!person->lead[0] && !person->contact[0]))
        return;
    while (last + 1 < SIM_LEN(kinds[0].statuses) && statuses[last + 1])
        last++;
    struct sim_row *row = record_new(company, "CampaignMember", company_user(USER_SYNC), when);
    record_set(company, "CampaignMember", row, "CampaignId", program->campaign);
    record_set(company, "CampaignMember", row, "LeadId", person->lead[0] ? person->lead : NULL);
    record_set(company, "CampaignMember", row, "ContactId", person->contact[0] ? person->contact : NULL);
    record_set(company, "CampaignMember", row, "Status", statuses[last]);
    record_set(company, "CampaignMember", row, "HasResponded", "true");
    sim_date_print(when + SIM_JST, day);
    record_set(company, "CampaignMember", row, "FirstRespondedDate", day);
}

bool company_respond(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    const struct program *program = pick_program(company, &person->rng, when);
    if (!program || !marketo_lead(company, who))
        return false;
    size_t steps = 0;
    while (steps < SIM_LEN(kinds[0].statuses) && kinds[program->kind].statuses[steps])
        steps++;
    for (size_t step = 1; step < steps; step++)
        move_status(company, who, program, step, when - (int64_t)(steps - 1 - step) * 5);
    keep_campaign_member(company, who, program, when);
    return true;
}
