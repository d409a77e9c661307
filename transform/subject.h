/**
 * @file subject.h
 * The fields a rule of taki.yml may ask of a person (docs/configuration.md lists them from here).
 */
#ifndef TAKI_TRANSFORM_SUBJECT_H
#define TAKI_TRANSFORM_SUBJECT_H

#include "taki/str.h"

/* clang-format off */
#define TAKI_SUBJECT_FIELDS(X)                                                                                         \
    X(department) X(seniority) X(title) X(email_domain) X(country) X(prefecture) X(industry) X(size_band) X(employees)   \
    X(company_name) X(lead_source) X(status) X(tier) X(is_target) X(is_customer) X(is_reachable) X(is_target_lead) X(score) X(engagement) \
    X(static_grade) X(dynamic_grade) X(buying_phase)
/* clang-format on */

#define TAKI_SUBJECT_MEMBER(name) taki_str name;
struct taki_subject {
    TAKI_SUBJECT_FIELDS(TAKI_SUBJECT_MEMBER)
};

extern const char *const taki_subject_names[];
extern const size_t taki_subject_count;
/** For taki_expression_holds over a struct taki_subject. */
taki_str taki_subject_value(const void *subject, size_t field);

#endif
