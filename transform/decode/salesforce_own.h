/**
 * @file salesforce_own.h
 * What Salesforce does differently, a hook an object: see salesforce.c for the columns.
 *
 * Each `_extra` list names the fields its hook asks for; the hook's comment says why.
 */
#ifndef TAKI_TRANSFORM_SALESFORCE_OWN_H
#define TAKI_TRANSFORM_SALESFORCE_OWN_H

#include "mapping.h"

typedef enum taki_status taki_sf_hook(struct taki_decoding *d, void *row, struct taki_error *err);

extern const char *const taki_sf_modified_extra[],
    *const taki_sf_lead_extra[], *const taki_sf_contact_extra[], *const taki_sf_account_extra[],
                                                                     *const taki_sf_member_extra[],
                                                                         *const taki_sf_label_extra[],
                                                                             *const taki_sf_task_extra[],
                                                                                 *const taki_sf_event_extra[],
                                                                                     *const taki_sf_currency_extra[];

/** LastModifiedDate where SystemModstamp was not fetched. */
taki_sf_hook taki_sf_modified;
/** Converted leads are the same person as their contact; a bounced address; a merge also gives a tombstone. */
taki_sf_hook taki_sf_lead, taki_sf_contact;
/** `Type` beginning with Customer marks customers; merges. */
taki_sf_hook taki_sf_account;
/** The record's kind beside its reference; changes of the reason field carry their new value as reason. */
taki_sf_hook taki_sf_opportunity_change, taki_sf_person_change;
/** Lead or contact or both; FirstRespondedDate is a date, in some exports an instant. */
taki_sf_hook taki_sf_member;
/** Kinds of the vocabulary; ApiName is what records hold. */
taki_sf_hook taki_sf_member_status, taki_sf_lead_status, taki_sf_stage, taki_sf_profile, taki_sf_user_role;
/** What a task or an event is about (WhatId's prefix), whether it is done, who or what logged it. */
taki_sf_hook taki_sf_task, taki_sf_event;
/** ConversionRate is units of the currency for one of the corporate currency. Kept as "/rate": the store, which knows
 * the rate of the reporting currency too, divides. */
taki_sf_hook taki_sf_currency;

#endif
