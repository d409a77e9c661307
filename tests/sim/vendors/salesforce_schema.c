/* The objects of apis.md 1.7: `Name:type`, types i id, r reference (=Target/Relation), b boolean, n int, d double,
 * D date, T datetime, none text. Custom fields end in __c. */
#include "vendors/salesforce.h"

#include <string.h>

#define STAMPS " CreatedDate:T CreatedById:r=User/CreatedBy LastModifiedDate:T SystemModstamp:T"
#define OWNER " OwnerId:r=User/Owner"
#define HISTORY " IsDeleted:b Field DataType OldValue NewValue CreatedDate:T CreatedById:r=User/CreatedBy"

const struct sim_object salesforce_objects[] = {
    {"Lead",                    "00Q",
     "Id:i IsDeleted:b MasterRecordId:r=Lead/MasterRecord FirstName LastName Name Company Title Email Phone "
     "MobilePhone "
     "Website Country State City PostalCode Industry NumberOfEmployees:n LeadSource Status Rating" OWNER
     " HasOptedOutOfEmail:b DoNotCall:b IsConverted:b ConvertedDate:D ConvertedAccountId:r=Account/ConvertedAccount "
     "ConvertedContactId:r=Contact/ConvertedContact ConvertedOpportunityId:r=Opportunity/ConvertedOpportunity"
     " LastActivityDate:D" STAMPS
     " Status_Reason__c BANT_Budget__c BANT_Authority__c BANT_Need__c BANT_Timing__c Kana__c Department__c",             true },
    {"Contact",                 "003",
     "Id:i IsDeleted:b MasterRecordId:r=Contact/MasterRecord AccountId:r=Account/Account FirstName LastName Name Title "
     "Department Email Phone MobilePhone MailingCountry MailingState LeadSource" OWNER
     " HasOptedOutOfEmail:b DoNotCall:b LastActivityDate:D" STAMPS
     " Status__c Status_Reason__c BANT_Budget__c BANT_Authority__c BANT_Need__c BANT_Timing__c Kana__c",                 true },
    {"Account",                 "001",
     "Id:i IsDeleted:b MasterRecordId:r=Account/MasterRecord ParentId:r=Account/Parent Name Website Phone Industry "
     "NumberOfEmployees:n AnnualRevenue:d BillingCountry BillingState BillingCity BillingPostalCode" OWNER
     " Type" STAMPS " Corporate_Number__c",
     true                                                                                                                     },
    {"Opportunity",             "006",
     "Id:i IsDeleted:b AccountId:r=Account/Account CampaignId:r=Campaign/Campaign Name StageName Amount:d "
     "Probability:d CloseDate:D IsClosed:b IsWon:b ForecastCategoryName Type LeadSource NextStep" OWNER
     " LastActivityDate:D LastStageChangeDate:T ContactId:r=Contact/Contact" STAMPS
     " Loss_Reason__c Product_Line__c MainCompetitors__c Previous_Opportunity__c:r=Opportunity/Previous_Opportunity__r", true },
    {"OpportunityContactRole",  "00K",
     "Id:i IsDeleted:b OpportunityId:r=Opportunity/Opportunity ContactId:r=Contact/Contact Role IsPrimary:b" STAMPS,
     true                                                                                                                     },
    {"OpportunityHistory",      "008",
     "Id:i IsDeleted:b OpportunityId:r=Opportunity/Opportunity StageName Amount:d PrevAmount:d CloseDate:D "
     "PrevCloseDate:D Probability:d ExpectedRevenue:d ForecastCategory CreatedDate:T CreatedById:r=User/CreatedBy "
     "SystemModstamp:T",                                                                                                 false},
    {"OpportunityFieldHistory", "017", "Id:i OpportunityId:r=Opportunity/Opportunity" HISTORY,                           false},
    {"LeadHistory",             "017", "Id:i LeadId:r=Lead/Lead" HISTORY,                                                true },
    {"ContactHistory",          "017", "Id:i ContactId:r=Contact/Contact" HISTORY,                                       true },
    {"Campaign",                "701",
     "Id:i IsDeleted:b Name Type Status StartDate:D EndDate:D ParentId:r=Campaign/Parent IsActive:b BudgetedCost:d "
     "ActualCost:d ExpectedRevenue:d" OWNER STAMPS " Objective__c Budget_Category__c Content_Stage__c Vendor__c",
     true                                                                                                                     },
    {"CampaignMember",          "00v",
     "Id:i IsDeleted:b CampaignId:r=Campaign/Campaign LeadId:r=Lead/Lead ContactId:r=Contact/Contact Status "
     "HasResponded:b FirstRespondedDate:D" STAMPS,
     true                                                                                                                     },
    {"CampaignMemberStatus",    "01Y",
     "Id:i IsDeleted:b CampaignId:r=Campaign/Campaign Label SortOrder:n HasResponded:b IsDefault:b" STAMPS,              false},
    {"Task",                    "00T",
     "Id:i IsDeleted:b IsArchived:b WhoId:r WhatId:r AccountId:r=Account/Account Subject Type TaskSubtype Status "
     "IsClosed:b ActivityDate:D CompletedDateTime:T CallDisposition CallType CallDurationInSeconds:n Description" OWNER
         STAMPS,                                                                                                         true },
    {"Event",                   "00U",
     "Id:i IsDeleted:b IsArchived:b WhoId:r WhatId:r AccountId:r=Account/Account Subject Type EventSubtype "
     "ActivityDate:D "
     "StartDateTime:T EndDateTime:T Description" OWNER STAMPS,
     true                                                                                                                     },
    {"User",                    "005",
     "Id:i Name Username Email IsActive:b UserRoleId:r=UserRole/UserRole ProfileId:r=Profile/Profile Department Title "
     "UserType TimeZoneSidKey" STAMPS,
     true                                                                                                                     },
    {"UserRole",                "00E",
     "Id:i Name DeveloperName ParentRoleId:r=UserRole/ParentRole LastModifiedDate:T SystemModstamp:T",                   true },
    {"Profile",                 "00e", "Id:i Name UserType" STAMPS,                                                      true },
    {"LeadStatus",              "01J", "Id:i MasterLabel ApiName SortOrder:n IsDefault:b IsConverted:b" STAMPS,          false},
    {"OpportunityStage",        "01J",
     "Id:i MasterLabel ApiName SortOrder:n IsActive:b IsClosed:b IsWon:b DefaultProbability:d "
     "ForecastCategoryName" STAMPS,
     false                                                                                                                    },
    {NULL,                      NULL,  NULL,                                                                             false},
};

void sf_id(const char *prefix, uint64_t number, char out[19])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    memset(out, '0', 15);
    memcpy(out, prefix, 3);
    for (int at = 14; at > 2 && number; at--, number /= 62)
        out[at] = digits[number % 62];
    for (int chunk = 0; chunk < 3; chunk++) {
        int bits = 0;
        for (int i = 0; i < 5; i++)
            bits |= (out[chunk * 5 + i] >= 'A' && out[chunk * 5 + i] <= 'Z') << i;
        out[15 + chunk] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits];
    }
    out[18] = '\0';
}
