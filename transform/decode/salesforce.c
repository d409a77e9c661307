#include "mapping.h"
#include "salesforce_own.h"

#include <string.h>

/* Salesforce by its standard API names (apis.md 1.7); a handful of widely used custom names are defaults that the
 * configuration may replace. */

#define HEAD                                                                                                           \
    {"Id", "source_id", TAKI_CONVERT_ID}, {"SystemModstamp", "modified_at", 0},                                        \
    {                                                                                                                  \
        "IsDeleted", "is_deleted", 0                                                                                   \
    }
#define MONEY_HEAD                                                                                                     \
    HEAD,                                                                                                              \
    {                                                                                                                  \
        "CurrencyIsoCode", "currency", 0                                                                               \
    }
/* Objects without SystemModstamp never change, or are read whole each time. */
#define FIXED_HEAD                                                                                                     \
    {"Id", "source_id", TAKI_CONVERT_ID},                                                                              \
    {                                                                                                                  \
        "IsDeleted", "is_deleted", 0                                                                                   \
    }

/* clang-format off */
static const struct taki_map_row lead_rows[] = {
    HEAD,
    {"FirstName", "first_name", 0}, {"LastName", "last_name", 0}, {"Name", "full_name", 0}, {"Email", "email", 0},
    {"HasOptedOutOfEmail", "opt_out", 0}, {"DoNotCall", "do_not_call", 0}, {"Phone", "phone", 0},
    {"MobilePhone", "mobile", 0}, {"Title", "title", 0}, {"Company", "company_name", 0}, {"Website", "website", 0},
    {"Country", "country", 0}, {"State", "prefecture", 0}, {"Industry", "industry", 0},
    {"NumberOfEmployees", "employees", 0}, {"LeadSource", "lead_source", 0}, {"Status", "status", 0},
    {"CreatedDate", "created_at", 0}, {"CreatedById", "creator", 0}, {"OwnerId", "owner", 0},
    {"MasterRecordId", "merged_into", 0}, {"ConvertedDate", "converted_at", 0},
    {"ConvertedContactId", "converted_contact", 0}, {"ConvertedAccountId", "converted_account", 0},
    {"ConvertedOpportunityId", "converted_opportunity", 0},
};
static const struct taki_map_row contact_rows[] = {
    HEAD,
    {"FirstName", "first_name", 0}, {"LastName", "last_name", 0}, {"Name", "full_name", 0}, {"Email", "email", 0},
    {"HasOptedOutOfEmail", "opt_out", 0}, {"DoNotCall", "do_not_call", 0}, {"Phone", "phone", 0},
    {"MobilePhone", "mobile", 0}, {"Title", "title", 0}, {"Department", "department", 0},
    {"MailingCountry", "country", 0}, {"MailingState", "prefecture", 0}, {"LeadSource", "lead_source", 0},
    {"CreatedDate", "created_at", 0}, {"CreatedById", "creator", 0}, {"OwnerId", "owner", 0},
    {"AccountId", "account", 0}, {"MasterRecordId", "merged_into", 0}, {"Account.Name", "company_name", 0},
};
static const struct taki_map_row account_rows[] = {
    MONEY_HEAD,
    {"Name", "name", 0}, {"Website", "website", 0}, {"Industry", "industry", 0}, {"NumberOfEmployees", "employees", 0},
    {"AnnualRevenue", "revenue", TAKI_CONVERT_DECIMAL}, {"BillingCountry", "country", 0}, {"BillingState", "prefecture", 0},
    {"Phone", "phone", 0}, {"ParentId", "parent", 0}, {"OwnerId", "owner", 0}, {"MasterRecordId", "merged_into", 0},
    {"CreatedDate", "created_at", 0},
};
static const struct taki_map_row opportunity_rows[] = {
    MONEY_HEAD,
    {"AccountId", "account", 0}, {"Name", "name", 0}, {"Product_Line__c", "product_line", 0}, {"OwnerId", "owner", 0},
    {"CreatedDate", "created_at", 0}, {"CreatedById", "creator", 0}, {"StageName", "stage", 0}, {"Amount", "amount", 0},
    {"CloseDate", "close_date", 0}, {"IsClosed", "is_closed", 0}, {"IsWon", "is_won", 0},
    {"Loss_Reason__c", "loss_reason", 0}, {"MainCompetitors__c", "competitor", 0}, {"CampaignId", "primary_campaign", 0},
    {"Previous_Opportunity__c", "previous_opportunity", 0}, {"NextStep", "next_step", 0},
    {"Probability", "probability", TAKI_CONVERT_PERCENT}, {"Type", "type", 0},
};
static const struct taki_map_row opportunity_history_rows[] = {
    FIXED_HEAD, {"CurrencyIsoCode", "currency", 0},
    {"OpportunityId", "opportunity", 0}, {"CreatedDate", "ts", 0}, {"StageName", "stage", 0}, {"Amount", "amount", 0},
    {"CloseDate", "close_date", 0}, {"Probability", "probability", TAKI_CONVERT_PERCENT}, {"CreatedById", "actor", 0},
};
#define FIELD_HISTORY(PARENT)                                                                                         \
    FIXED_HEAD, {PARENT, "record", 0}, {"CreatedDate", "ts", 0}, {"Field", "field", 0}, {"OldValue", "old_value", 0}, \
    {"NewValue", "new_value", 0}, {"CreatedById", "actor", 0}
static const struct taki_map_row lead_history_rows[] = {FIELD_HISTORY("LeadId")};
static const struct taki_map_row contact_history_rows[] = {FIELD_HISTORY("ContactId")};
static const struct taki_map_row opportunity_field_history_rows[] = {FIELD_HISTORY("OpportunityId")};
static const struct taki_map_row contact_role_rows[] = {
    HEAD,
    {"OpportunityId", "opportunity", 0}, {"ContactId", "person", 0}, {"Role", "role", 0}, {"IsPrimary", "is_primary", 0},
    {"CreatedDate", "added_at", 0},
};
static const struct taki_map_row campaign_rows[] = {
    MONEY_HEAD,
    {"Name", "name", 0}, {"Type", "channel", 0}, {"StartDate", "start_date", 0}, {"EndDate", "end_date", 0},
    {"ParentId", "parent", 0}, {"OwnerId", "owner", 0}, {"BudgetedCost", "planned_cost", 0}, {"ActualCost", "actual_cost", 0},
    {"CreatedDate", "created_at", 0},
};
static const struct taki_map_row campaign_member_rows[] = {
    HEAD,
    {"CampaignId", "campaign", 0}, {"LeadId", "person", 0}, {"ContactId", "person2", 0}, {"Status", "status", 0},
    {"HasResponded", "responded", 0}, {"CreatedDate", "created_at", 0},
};
static const struct taki_map_row member_status_rows[] = {
    HEAD,
    {"CampaignId", "parent", 0}, {"Label", "label", 0}, {"SortOrder", "position", 0}, {"HasResponded", "is_success", 0},
};
static const struct taki_map_row lead_status_rows[] = {
    {"Id", "source_id", TAKI_CONVERT_ID}, {"SystemModstamp", "modified_at", 0}, {"MasterLabel", "label", 0},
    {"SortOrder", "position", 0}, {"IsConverted", "is_converted", 0},
};
static const struct taki_map_row stage_rows[] = {
    {"Id", "source_id", TAKI_CONVERT_ID}, {"SystemModstamp", "modified_at", 0}, {"MasterLabel", "label", 0},
    {"SortOrder", "position", 0}, {"IsClosed", "is_closed", 0}, {"IsWon", "is_won", 0},
};
static const struct taki_map_row named_rows[] = {
    {"Id", "source_id", TAKI_CONVERT_ID}, {"SystemModstamp", "modified_at", 0}, {"Name", "label", 0},
};
static const struct taki_map_row task_rows[] = {
    HEAD,
    {"WhoId", "person", 0}, {"AccountId", "account", 0}, {"OwnerId", "actor", 0}, {"Subject", "subject", 0},
    {"CallDisposition", "outcome", 0}, {"CompletedDateTime", "ts", 0}, {"CreatedDate", "created_at", 0},
};
static const struct taki_map_row event_rows[] = {
    HEAD,
    {"WhoId", "person", 0}, {"AccountId", "account", 0}, {"OwnerId", "actor", 0}, {"Subject", "subject", 0},
    {"StartDateTime", "ts", 0}, {"CreatedDate", "created_at", 0},
};
static const struct taki_map_row user_rows[] = {
    {"Id", "source_id", TAKI_CONVERT_ID}, {"SystemModstamp", "modified_at", 0},
    {"Name", "name", 0}, {"Email", "email", 0}, {"ProfileId", "profile_ref", 0}, {"UserRoleId", "role_ref", 0},
    {"Profile.Name", "profile", 0}, {"UserRole.Name", "role", 0}, {"Department", "department", 0}, {"IsActive", "active", 0},
};
static const struct taki_map_row currency_rows[] = {
    {"Id", "source_id", TAKI_CONVERT_ID}, {"SystemModstamp", "modified_at", 0}, {"IsoCode", "from_currency", 0},
    {"StartDate", "start_date", 0},
};
/* clang-format on */

#define OBJECT(NAME, ENTITY, ROWS, EXTRA, FINISH)                                                                      \
    {                                                                                                                  \
        NAME, TAKI_ENTITY_##ENTITY, ROWS, TAKI_LEN(ROWS), EXTRA, FINISH, NULL, TAKI_STREAM_VERSIONS                    \
    }
#define SMALL(NAME, ENTITY, ROWS, EXTRA, FINISH)                                                                       \
    {                                                                                                                  \
        NAME, TAKI_ENTITY_##ENTITY, ROWS, TAKI_LEN(ROWS), EXTRA, FINISH, NULL, TAKI_STREAM_REPLACE                     \
    }

static const struct taki_object_map objects[] = {
    OBJECT("Lead", PERSON, lead_rows, taki_sf_lead_extra, taki_sf_lead),
    OBJECT("Contact", PERSON, contact_rows, taki_sf_contact_extra, taki_sf_contact),
    OBJECT("Account", ACCOUNT, account_rows, taki_sf_account_extra, taki_sf_account),
    OBJECT("Opportunity", OPPORTUNITY, opportunity_rows, taki_sf_modified_extra, taki_sf_modified),
    OBJECT("OpportunityHistory", OPPORTUNITY_HISTORY, opportunity_history_rows, NULL, NULL),
    OBJECT("OpportunityFieldHistory", FIELD_CHANGE, opportunity_field_history_rows, NULL, taki_sf_opportunity_change),
    OBJECT("LeadHistory", FIELD_CHANGE, lead_history_rows, NULL, taki_sf_person_change),
    OBJECT("ContactHistory", FIELD_CHANGE, contact_history_rows, NULL, taki_sf_person_change),
    OBJECT("OpportunityContactRole", CONTACT_ROLE, contact_role_rows, taki_sf_modified_extra, taki_sf_modified),
    OBJECT("Campaign", CAMPAIGN, campaign_rows, taki_sf_modified_extra, taki_sf_modified),
    OBJECT("CampaignMember", CAMPAIGN_MEMBER, campaign_member_rows, taki_sf_member_extra, taki_sf_member),
    OBJECT("CampaignMemberStatus", VOCABULARY, member_status_rows, NULL, taki_sf_member_status),
    SMALL("LeadStatus", VOCABULARY, lead_status_rows, taki_sf_label_extra, taki_sf_lead_status),
    SMALL("OpportunityStage", VOCABULARY, stage_rows, taki_sf_label_extra, taki_sf_stage),
    SMALL("Profile", VOCABULARY, named_rows, NULL, taki_sf_profile),
    SMALL("UserRole", VOCABULARY, named_rows, NULL, taki_sf_user_role),
    OBJECT("Task", ACTIVITY, task_rows, taki_sf_task_extra, taki_sf_task),
    OBJECT("Event", ACTIVITY, event_rows, taki_sf_event_extra, taki_sf_event),
    OBJECT("User", USER, user_rows, taki_sf_modified_extra, taki_sf_modified),
    SMALL("CurrencyType", FX_RATE, currency_rows, taki_sf_currency_extra, taki_sf_currency),
    SMALL("DatedConversionRate", FX_RATE, currency_rows, taki_sf_currency_extra, taki_sf_currency),
};

const struct taki_vendor_map taki_vendor_salesforce = {
    .type = "salesforce",
    .objects = objects,
    .object_count = TAKI_LEN(objects),
    .long_ids = true,
};
