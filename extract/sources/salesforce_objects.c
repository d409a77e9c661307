#include "salesforce.h"

/* What is read of each object and why (reference apis.md 1.7). MUST: the run fails, naming it, when the user cannot
 * read it. MAY: only where the organisation has it. A field whose object lacks it is left out, counted in the log. */
#define MUST(name)                                                                                                     \
    {                                                                                                                  \
        name, true, false, NULL                                                                                        \
    }
#define USE(name)                                                                                                      \
    {                                                                                                                  \
        name, false, false, NULL                                                                                       \
    }
#define MAY(name)                                                                                                      \
    {                                                                                                                  \
        name, false, true, NULL                                                                                        \
    }

static const struct taki_source_field lead_fields[] = {MUST("Id"),
                                                       MUST("IsDeleted"),
                                                       MUST("MasterRecordId"),
                                                       USE("FirstName"),
                                                       MUST("LastName"),
                                                       MUST("Company"),
                                                       USE("Title"),
                                                       MUST("Email"),
                                                       USE("Phone"),
                                                       USE("MobilePhone"),
                                                       USE("Website"),
                                                       USE("Country"),
                                                       USE("State"),
                                                       USE("City"),
                                                       USE("PostalCode"),
                                                       USE("Industry"),
                                                       USE("NumberOfEmployees"),
                                                       USE("LeadSource"),
                                                       MUST("Status"),
                                                       USE("Rating"),
                                                       MUST("OwnerId"),
                                                       USE("HasOptedOutOfEmail"),
                                                       MUST("IsConverted"),
                                                       MUST("ConvertedDate"),
                                                       MUST("ConvertedAccountId"),
                                                       MUST("ConvertedContactId"),
                                                       MUST("ConvertedOpportunityId"),
                                                       MUST("CreatedDate"),
                                                       USE("LastActivityDate"),
                                                       MUST("SystemModstamp")};

static const struct taki_source_field lead_history_fields[] = {MUST("Id"),         MAY("IsDeleted"),    MUST("LeadId"),
                                                               USE("CreatedById"), MUST("CreatedDate"), MUST("Field"),
                                                               MUST("OldValue"),   MUST("NewValue")};

static const struct taki_source_field lead_status_fields[] = {
    USE("Id"),        MUST("MasterLabel"), MAY("ApiName"),       USE("SortOrder"),
    USE("IsDefault"), MUST("IsConverted"), USE("SystemModstamp")};

static const struct taki_source_field contact_fields[] = {MUST("Id"),
                                                          MUST("IsDeleted"),
                                                          MUST("MasterRecordId"),
                                                          MUST("AccountId"),
                                                          USE("FirstName"),
                                                          MUST("LastName"),
                                                          USE("Title"),
                                                          USE("Department"),
                                                          MUST("Email"),
                                                          USE("Phone"),
                                                          USE("MobilePhone"),
                                                          USE("LeadSource"),
                                                          MUST("OwnerId"),
                                                          USE("HasOptedOutOfEmail"),
                                                          MUST("CreatedDate"),
                                                          USE("LastActivityDate"),
                                                          MUST("SystemModstamp")};

static const struct taki_source_field contact_history_fields[] = {
    MUST("Id"),          MAY("IsDeleted"), MUST("ContactId"), USE("CreatedById"),
    MUST("CreatedDate"), MUST("Field"),    MUST("OldValue"),  MUST("NewValue")};

static const struct taki_source_field account_fields[] = {MUST("Id"),
                                                          MUST("IsDeleted"),
                                                          MUST("MasterRecordId"),
                                                          USE("ParentId"),
                                                          MUST("Name"),
                                                          USE("Website"),
                                                          USE("Industry"),
                                                          USE("NumberOfEmployees"),
                                                          USE("AnnualRevenue"),
                                                          USE("BillingCountry"),
                                                          USE("BillingState"),
                                                          USE("BillingCity"),
                                                          USE("BillingPostalCode"),
                                                          MUST("OwnerId"),
                                                          USE("Type"),
                                                          MAY("CurrencyIsoCode"),
                                                          USE("CreatedDate"),
                                                          MUST("SystemModstamp")};

static const struct taki_source_field opportunity_fields[] = {MUST("Id"),
                                                              MUST("IsDeleted"),
                                                              MUST("AccountId"),
                                                              USE("CampaignId"),
                                                              USE("Name"),
                                                              MUST("StageName"),
                                                              MUST("Amount"),
                                                              MAY("CurrencyIsoCode"),
                                                              USE("Probability"),
                                                              MUST("CloseDate"),
                                                              MUST("IsClosed"),
                                                              MUST("IsWon"),
                                                              USE("ForecastCategoryName"),
                                                              USE("Type"),
                                                              USE("LeadSource"),
                                                              USE("NextStep"),
                                                              MUST("OwnerId"),
                                                              MUST("CreatedDate"),
                                                              USE("LastActivityDate"),
                                                              MAY("LastStageChangeDate"),
                                                              MUST("SystemModstamp")};

static const struct taki_source_field opportunity_history_fields[] = {MUST("Id"),
                                                                      MUST("OpportunityId"),
                                                                      MUST("StageName"),
                                                                      MUST("Amount"),
                                                                      MAY("PrevAmount"),
                                                                      MUST("CloseDate"),
                                                                      MAY("PrevCloseDate"),
                                                                      USE("Probability"),
                                                                      USE("ExpectedRevenue"),
                                                                      USE("ForecastCategory"),
                                                                      MAY("CurrencyIsoCode"),
                                                                      MUST("CreatedDate"),
                                                                      USE("CreatedById"),
                                                                      USE("IsDeleted")};

static const struct taki_source_field opportunity_field_history_fields[] = {
    MUST("Id"),    MAY("IsDeleted"), MUST("OpportunityId"), USE("CreatedById"), MUST("CreatedDate"),
    MUST("Field"), MAY("DataType"),  MUST("OldValue"),      MUST("NewValue")};

static const struct taki_source_field opportunity_stage_fields[] = {USE("Id"),
                                                                    MUST("MasterLabel"),
                                                                    MAY("ApiName"),
                                                                    USE("SortOrder"),
                                                                    USE("IsActive"),
                                                                    MUST("IsClosed"),
                                                                    MUST("IsWon"),
                                                                    USE("DefaultProbability"),
                                                                    USE("ForecastCategoryName"),
                                                                    USE("SystemModstamp")};

static const struct taki_source_field opportunity_contact_role_fields[] = {
    MUST("Id"),       MUST("OpportunityId"), MUST("ContactId"),      USE("Role"),
    USE("IsPrimary"), MUST("CreatedDate"),   MUST("SystemModstamp"), USE("IsDeleted")};

static const struct taki_source_field campaign_fields[] = {MUST("Id"),
                                                           USE("IsDeleted"),
                                                           MUST("Name"),
                                                           MUST("Type"),
                                                           USE("Status"),
                                                           USE("StartDate"),
                                                           USE("EndDate"),
                                                           USE("ParentId"),
                                                           USE("IsActive"),
                                                           USE("BudgetedCost"),
                                                           USE("ActualCost"),
                                                           USE("ExpectedRevenue"),
                                                           MAY("CurrencyIsoCode"),
                                                           USE("OwnerId"),
                                                           USE("CreatedDate"),
                                                           MUST("SystemModstamp")};

static const struct taki_source_field campaign_member_fields[] = {
    MUST("Id"),           MUST("CampaignId"),        MUST("LeadId"),      MUST("ContactId"),      MUST("Status"),
    MUST("HasResponded"), USE("FirstRespondedDate"), MUST("CreatedDate"), MUST("SystemModstamp"), USE("IsDeleted")};

static const struct taki_source_field campaign_member_status_fields[] = {
    USE("Id"),        MUST("CampaignId"), MUST("Label"),        MUST("HasResponded"),
    USE("IsDefault"), MAY("IsDeleted"),   USE("SystemModstamp")};

static const struct taki_source_field task_fields[] = {MUST("Id"),
                                                       MUST("WhoId"),
                                                       MUST("WhatId"),
                                                       USE("AccountId"),
                                                       USE("Subject"),
                                                       USE("Type"),
                                                       USE("TaskSubtype"),
                                                       USE("Status"),
                                                       USE("IsClosed"),
                                                       USE("ActivityDate"),
                                                       USE("CompletedDateTime"),
                                                       USE("CallDisposition"),
                                                       USE("CallDurationInSeconds"),
                                                       MUST("OwnerId"),
                                                       MUST("CreatedDate"),
                                                       MUST("SystemModstamp"),
                                                       USE("IsDeleted"),
                                                       USE("IsArchived")};

static const struct taki_source_field event_fields[] = {
    MUST("Id"),          MUST("WhoId"),          MUST("WhatId"),       USE("AccountId"),   USE("Subject"),
    USE("Type"),         USE("ActivityDate"),    USE("StartDateTime"), USE("EndDateTime"), MUST("OwnerId"),
    MUST("CreatedDate"), MUST("SystemModstamp"), USE("IsDeleted"),     USE("IsArchived")};

static const struct taki_source_field user_fields[] = {
    MUST("Id"),         MUST("Name"),          USE("Email"),
    MUST("IsActive"),   USE("UserRoleId"),     MUST("ProfileId"),
    USE("Department"),  USE("TimeZoneSidKey"), MAY("DefaultCurrencyIsoCode"),
    USE("CreatedDate"), MUST("SystemModstamp")};

static const struct taki_source_field user_role_fields[] = {MUST("Id"), MUST("Name"), USE("DeveloperName"),
                                                            USE("ParentUserRoleId"), USE("SystemModstamp")};

static const struct taki_source_field profile_fields[] = {MUST("Id"), MUST("Name"), USE("UserType"),
                                                          USE("SystemModstamp")};

static const struct taki_source_field currency_type_fields[] = {
    USE("Id"),       MUST("IsoCode"),     MUST("ConversionRate"), MUST("DecimalPlaces"),
    USE("IsActive"), MUST("IsCorporate"), USE("SystemModstamp")};

static const struct taki_source_field dated_conversion_rate_fields[] = {USE("Id"),
                                                                        MUST("IsoCode"),
                                                                        MUST("StartDate"),
                                                                        MUST("NextStartDate"),
                                                                        MUST("ConversionRate"),
                                                                        USE("SystemModstamp")};

/* X(object, fields, cursor or NULL, deletes, bulk, can be off, why) */

#define OBJECTS(X)                                                                                                     \
    X(Lead, lead_fields, "SystemModstamp", FLAG, true, false, "a person before conversion, and the stage of the lead") \
    X(LeadHistory, lead_history_fields, "CreatedDate", FLAG, false, true, "when a lead changed its status or owner")   \
    X(LeadStatus, lead_status_fields, NULL, ABSENCE, false, false, "meaning of Lead.Status")                           \
    X(Contact, contact_fields, "SystemModstamp", FLAG, true, false, "a person at an account")                          \
    X(ContactHistory, contact_history_fields, "CreatedDate", FLAG, false, true, "when a contact changed")              \
    X(Account, account_fields, "SystemModstamp", FLAG, true, false, "the company, its parent and its size")            \
    X(Opportunity, opportunity_fields, "SystemModstamp", FLAG, true, false, "the pipeline")                            \
    X(OpportunityHistory, opportunity_history_fields, "CreatedDate", FLAG, false, false,                               \
      "every move of stage, amount, probability and close date")                                                       \
    X(OpportunityFieldHistory, opportunity_field_history_fields, "CreatedDate", FLAG, false, true,                     \
      "changes of tracked fields (owner, next step)")                                                                  \
    X(OpportunityStage, opportunity_stage_fields, NULL, ABSENCE, false, false, "meaning of Opportunity.StageName")     \
    X(OpportunityContactRole, opportunity_contact_role_fields, "SystemModstamp", FLAG, true, false,                    \
      "who takes part in a deal")                                                                                      \
    X(Campaign, campaign_fields, "SystemModstamp", FLAG, true, false, "measures and what they cost")                   \
    X(CampaignMember, campaign_member_fields, "SystemModstamp", FLAG, true, false, "touches")                          \
    X(CampaignMemberStatus, campaign_member_status_fields, NULL, ABSENCE, false, false,                                \
      "meaning of CampaignMember.Status")                                                                              \
    X(Task, task_fields, "SystemModstamp", FLAG, true, false,                                                          \
      "work of inside sales; archived after 365 days, then only queryAll shows it")                                    \
    X(Event, event_fields, "SystemModstamp", FLAG, true, false, "meetings")                                            \
    X(User, user_fields, "SystemModstamp", NONE, true, false, "owners; users are never deleted, only deactivated")     \
    X(UserRole, user_role_fields, NULL, ABSENCE, false, false, "owners' place in the hierarchy")                       \
    X(Profile, profile_fields, NULL, ABSENCE, false, false, "owners' function (maps.user_function)")                   \
    X(CurrencyType, currency_type_fields, NULL, ABSENCE, false, true, "amounts in the corporate currency")             \
    X(DatedConversionRate, dated_conversion_rate_fields, NULL, ABSENCE, false, true, "rates by close date")

#define OWN(object_, fields_, cursor_, deletes_, bulk_, off_, why_)                                                    \
    static const struct taki_salesforce_object own_##object_ = {(bulk_), (why_)};
OBJECTS(OWN)

/* clang-format off */
#define STREAM(object_, fields_, cursor_, deletes_, bulk_, off_, why_)                                                 \
    {.object = #object_, .format = "json", .cursor_field = (cursor_), .fields = (fields_), .can_be_off = (off_),       \
     .field_count = TAKI_LEN(fields_), .deletes = TAKI_DELETE_##deletes_, .own = &own_##object_,                       \
     .window = (cursor_) == NULL ? TAKI_WINDOW_WHOLE : TAKI_WINDOW_TIME, .choose_format = taki_salesforce_format,      \
     .fetch = taki_salesforce_fetch,                                                                                   \
     .paging = {.kind = TAKI_PAGING_NEXT_URL, .end = TAKI_END_DONE_TRUE, .records_at = "records",                      \
                .next_at = "nextRecordsUrl", .more_at = "done", .total_at = "totalSize"}},
/* clang-format on */

const struct taki_stream taki_salesforce_streams[] = {OBJECTS(STREAM)};
const size_t taki_salesforce_stream_count = TAKI_LEN(taki_salesforce_streams);
