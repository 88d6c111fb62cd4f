/* SPEC 3.6 and 3.7. */
#include "stats_blind.h"

#include <math.h>

void stats_blindness(size_t no, size_t suspect, size_t yes, struct stats_blindness *result)
{
    double all = (double)(no + suspect + yes);
    *result = (struct stats_blindness){
        .no = no,
        .suspect = suspect,
        .yes = yes,
        .index = all > 0 ? ((double)no + (double)suspect / 2) / all : NAN,
        .known = stats_share_interval(yes, no + suspect + yes),
    };
}

/* Writers of the cohort or of its pool whom this reader may read; NULL: whom anybody may. */
static uint32_t count_readable(const struct stats_writer *writers, size_t count,
                               const bool *excluded, size_t readers, size_t reader,
                               const struct stats_writer *like, bool pooled)
{
    uint32_t readable = 0;
    for (size_t i = 0; i < count; i++) {
        bool alike = pooled ? writers[i].pool == like->pool : writers[i].cohort == like->cohort;
        readable += alike && !(excluded && excluded[i * readers + reader]);
    }
    return readable;
}

/* Only a reader who may read somebody of the cohort can guess at one of them. */
static void gauge_cohort(const struct stats_writer *writers, size_t count, const bool *excluded,
                         size_t readers, const struct stats_writer *like,
                         struct stats_gauge *result)
{
    result->alone = count_readable(writers, count, NULL, 0, 0, like, false);
    result->pooled = count_readable(writers, count, NULL, 0, 0, like, true);
    for (size_t reader = 0; reader < readers; reader++) {
        uint32_t alone = count_readable(writers, count, excluded, readers, reader, like, false);
        uint32_t pooled = count_readable(writers, count, excluded, readers, reader, like, true);
        if (alone == 0)
            continue;
        result->alone = alone < result->alone ? alone : result->alone;
        result->pooled = pooled < result->pooled ? pooled : result->pooled;
    }
}

void stats_gauge(const struct stats_writer *writers, size_t count, const bool *excluded,
                 size_t readers, uint32_t cohorts, struct stats_gauge *result)
{
    for (uint32_t cohort = 0; cohort < cohorts; cohort++) {
        result[cohort] = (struct stats_gauge){0};
        for (size_t i = 0; i < count; i++) {
            if (writers[i].cohort == cohort) {
                gauge_cohort(writers, count, excluded, readers, &writers[i], &result[cohort]);
                break;
            }
        }
    }
}
