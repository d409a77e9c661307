/* The simulated subscription's tables: `Name:type`, types as in salesforce_schema.c, R raw JSON. The first is the key.
 */
#include "vendors/marketo.h"

const struct sim_object marketo_objects[] = {
    {"leads",           "",
     "id:i email firstName lastName company title department phone mobilePhone website country state city postalCode "
     "industry numberOfEmployees:n leadSource leadStatus leadScore:n unsubscribed:b emailInvalid:b doNotCall:b "
     "sfdcType "
     "sfdcId sfdcLeadId sfdcContactId sfdcAccountId kana acquisitionProgramId:n originalSourceType createdAt:T "
     "updatedAt:T",                                                                                                        true },
    {"activities",      "",
     "marketoGUID:i leadId:n activityDate:T activityTypeId:n campaignId:n primaryAttributeValueId:n "
     "primaryAttributeValue attributes:R",                                                                                 true },
    {"programs",        "",
     "id:i name description createdAt:T updatedAt:T url type channel folder:R status workspace costs:R sfdcId sfdcName "
     "startDate:T endDate:T",                                                                                              false},
    {"channels",        "",   "id:i name description applicableProgramType createdAt:T updatedAt:T progressionStatuses:R",
     false                                                                                                                      },
    {"lists",           "",   "id:i name description programName workspaceName createdAt:T updatedAt:T",                   false},
    {"list_members",    "",   "key:i listId:n leadId:n",                                                                   false},
    {"program_members", "",
     "key:i programId:n leadId:n statusName acquiredBy:b membershipDate:T reachedSuccess:b reachedSuccessDate:T "
     "isExhausted:b nurtureCadence createdAt:T updatedAt:T",                                                               true },
    {"campaigns",       "",
     "id:i name description type programName programId:n workspaceName active:b createdAt:T updatedAt:T",                  false},
    {"activity_types",  "",   "id:i name description primaryAttribute:R attributes:R",                                     false},
    {NULL,              NULL, NULL,                                                                                        false},
};
