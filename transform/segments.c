#include "segments.h"

void taki_segments_fill(const struct taki_facts *facts, struct taki_segment_keys keys,
                        struct taki_segment out[TAKI_SEGMENTS])
{
    const struct taki_golden_account *account = keys.account == TAKI_NO_INDEX ? NULL : &facts->accounts[keys.account];
    const struct taki_deal_dim *deal = keys.deal == TAKI_NO_INDEX ? NULL : &facts->deals[keys.deal];
    taki_str region = TAKI_STR_NULL, owner_team = TAKI_STR_NULL;
    if (account)
        region = !taki_str_is_blank(account->prefecture) ? account->prefecture : account->country;
    if (deal)
        owner_team = deal->owner_team;
    if (taki_str_is_blank(owner_team))
        owner_team = taki_facts_team(facts, keys.person_owner, facts->today);
    const struct taki_segment filled[TAKI_SEGMENTS] = {
        {"all",          TAKI_STR("all")                                                                         },
        {"channel",      keys.campaign == TAKI_NO_INDEX ? TAKI_STR_NULL : facts->campaigns[keys.campaign].channel},
        {"industry",     account ? account->industry : TAKI_STR_NULL                                             },
        {"inside_team",  keys.inside_team                                                                        },
        {"motion",       deal ? deal->motion : TAKI_STR_NULL                                                     },
        {"owner_team",   owner_team                                                                              },
        {"product_line", deal ? deal->record->product_line : TAKI_STR_NULL                                       },
        {"region",       region                                                                                  },
        {"size_band",    account ? taki_size_band(account->employees) : TAKI_STR_NULL                            },
        {"tier",         account ? facts->targets[keys.account].tier : TAKI_STR_NULL                             },
    };
    for (size_t i = 0; i < TAKI_SEGMENTS; i++)
        out[i] = filled[i];
}

static int64_t convert(const struct taki_valued_deal *valued, int64_t minor, taki_date date)
{
    if (!valued->dim->has_currency)
        return TAKI_I64_NULL;
    return taki_fx_convert(valued->facts->fx, minor, valued->dim->currency, date);
}

int64_t taki_value_on(const void *valued_deal, taki_date date)
{
    const struct taki_valued_deal *valued = valued_deal;
    bool estimated;
    taki_instant end = taki_zone_day_end(valued->facts->rules->limits.zone, date);
    return convert(valued, taki_deal_amount_at(valued->deal, end, &estimated), date);
}

int64_t taki_value_at_sql(const struct taki_valued_deal *valued, taki_instant t_sql, bool *estimated)
{
    taki_date date = taki_zone_date(valued->facts->rules->limits.zone, t_sql);
    return convert(valued, taki_deal_amount_at(valued->deal, t_sql, estimated), date);
}

int64_t taki_value_at_close(const struct taki_valued_deal *valued, taki_instant closed, taki_date date)
{
    bool estimated, is_last = valued->deal->closed.us == closed.us;
    int64_t amount = is_last ? valued->deal->amount : taki_deal_amount_at(valued->deal, closed, &estimated);
    return convert(valued, amount, date);
}

int64_t taki_value_now(const struct taki_valued_deal *valued)
{
    taki_date date = valued->facts->today;
    if (!valued->deal->is_open && !taki_date_is_null(valued->deal->close_date) &&
        valued->deal->close_date.days < date.days)
        date = valued->deal->close_date;
    return convert(valued, valued->deal->amount, date);
}
