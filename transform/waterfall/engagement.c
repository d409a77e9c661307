#include "story.h"

#include <math.h>

/* Beyond this many half-lives a touch is worth less than 1e-15 of its depth: nothing a 12-digit figure could show. */
#define FORGOTTEN_HALF_LIVES 60.0

double taki_engagement(const struct taki_limits *limits, const struct taki_story_touch *touches, size_t count,
                       taki_instant until, taki_date at)
{
    double sum = 0;
    for (size_t i = 0; i < count && touches[i].ts.us <= until.us; i++) {
        double half_lives = (double)(at.days - touches[i].date.days) / limits->half_life_days;
        if (touches[i].depth > 0 && half_lives < FORGOTTEN_HALF_LIVES)
            sum += (double)touches[i].depth * exp2(-half_lives);
    }
    return sum;
}

taki_str taki_dynamic_grade(const struct taki_limits *limits, double engagement)
{
    static const taki_str grades[] = {TAKI_STR_INIT("1"), TAKI_STR_INIT("2"), TAKI_STR_INIT("3"), TAKI_STR_INIT("4")};
    size_t grade = 0;
    while (grade < 3 && engagement < limits->dynamic_thresholds[grade])
        grade++;
    return grades[grade];
}
