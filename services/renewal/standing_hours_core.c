/* Hours that a renewal asks for: kept once, counted for every designation.  SPEC 2.11. */
#include "standing_rules.h"

#include <string.h>

enum { YEAR = 12 };
/* Of the bits by Category: the association vetted the provider. */
enum { VETTED = 1 << 0 };

/* ---- keeping ---- */

/* What ended before every cycle that still runs, and more than a year ago, counts for nothing any
 * more. */
static bool is_needless(const struct standing_work *work, const struct standing_activity *activity)
{
    wf_date from = wf_date_add_months(work->today, -YEAR);
    for (int32_t i = 0; i < work->after->designation_count; i++) {
        const struct standing_designation *one = &work->after->designations[i];
        if (one->status == STANDING_IS_ACTIVE && one->hours_from < from)
            from = one->hours_from;
    }
    return activity->until < from;
}

static void drop_needless(struct standing_work *work)
{
    struct standing *after = work->after;
    int32_t kept = 0;
    for (int32_t i = 0; i < after->activity_count; i++) {
        if (!is_needless(work, &after->activities[i]))
            after->activities[kept++] = after->activities[i];
    }
    memset(&after->activities[kept], 0,
           (size_t)(after->activity_count - kept) * sizeof after->activities[0]);
    after->activity_count = kept;
}

struct wf_verdict standing_activity_keep(struct standing_work *work)
{
    struct standing *after = work->after;
    for (int32_t i = 0; i < after->activity_count; i++) {
        if (strcmp(after->activities[i].id, work->event->activity.id) == 0)
            return wf_ignored();
    }
    if (after->activity_count == STANDING_ACTIVITIES_MAX)
        drop_needless(work);
    if (after->activity_count == STANDING_ACTIVITIES_MAX)
        return standing_refuse(STANDING_BECAUSE_ACTIVITIES_FULL);
    after->activities[after->activity_count++] = work->event->activity;
    standing_return_try(work);
    return wf_applied();
}

/* ---- a year back, for reinstatements ---- */

static bool is_of_a_year(const struct standing_work *work, const struct standing_activity *activity)
{
    return activity->from > wf_date_add_months(work->today, -YEAR) &&
           activity->until <= work->today;
}

int32_t standing_training_of_a_year(const struct standing_work *work)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < work->after->activity_count; i++) {
        const struct standing_activity *activity = &work->after->activities[i];
        if (is_of_a_year(work, activity) && !activity->reviewing)
            sum += activity->training_hundredths;
    }
    return sum;
}

bool standing_provider_of_a_year(const struct standing_work *work)
{
    for (int32_t i = 0; i < work->after->activity_count; i++) {
        const struct standing_activity *activity = &work->after->activities[i];
        if (is_of_a_year(work, activity) && activity->provider_named &&
            activity->rsc_hundredths > 0)
            return true;
    }
    return false;
}

/* ---- counting ---- */

struct counting {
    const struct wf_association *association;
    const struct standing_designation *designation;
    const struct wf_edition *edition;
    struct standing_hours *hours;
    int32_t reviewing;           /* hundredths counted so far */
    wf_date first_rsc, last_rsc; /* of what counts; 0: nothing yet */
};

static void mark(uint32_t *bits, int32_t place)
{
    bits[place / 32] |= 1u << (place % 32);
}

static int32_t less(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void count_training(struct counting *counting, const struct standing_activity *activity,
                           int32_t place)
{
    struct standing_hours *hours = counting->hours;
    int32_t counted = activity->training_hundredths;
    if (activity->reviewing) {
        counted =
            less(counted, counting->edition->reviewer_credit_hundredths - counting->reviewing);
        counting->reviewing += counted;
        if (counted < activity->training_hundredths)
            hours->doubts[place] = STANDING_DOUBT_CREDIT;
    }
    if (counted <= 0)
        return;
    mark(hours->counted_training, place);
    hours->training += counted;
    if (activity->topic == STANDING_TOPIC_DEI)
        hours->dei += counted;
    if (activity->topic == STANDING_TOPIC_GIVING_RSC)
        hours->rsc_training += counted;
}

/* Peers need no provider; any other was endorsed as one that may give these hours, from when that
 * is the rule. */
static bool rsc_counts(const struct counting *counting, const struct standing_activity *activity)
{
    if (activity->peer)
        return counting->hours->needed.peer_counts;
    unsigned allowed = wf_policy_edition(counting->association, activity->from)
                           ->categories[counting->designation->category]
                           .rsc_provider_categories;
    unsigned held = activity->provider_categories & ~(unsigned)VETTED;
    bool endorsed = allowed != 0 ? (held & allowed) != 0 : held != 0;
    return wf_policy_rsc_provider_counts(counting->association, counting->designation->applied_on,
                                         activity->from, endorsed,
                                         (activity->provider_categories & VETTED) != 0);
}

static void count_rsc(struct counting *counting, const struct standing_activity *activity,
                      int32_t place)
{
    if (activity->rsc_hundredths == 0)
        return;
    if (!rsc_counts(counting, activity)) {
        counting->hours->doubts[place] =
            activity->peer ? STANDING_DOUBT_PEER : STANDING_DOUBT_PROVIDER;
        return;
    }
    mark(counting->hours->counted_rsc, place);
    counting->hours->rsc += activity->rsc_hundredths;
    if (counting->first_rsc == 0 || activity->from < counting->first_rsc)
        counting->first_rsc = activity->from;
    if (activity->until > counting->last_rsc)
        counting->last_rsc = activity->until;
}

/* Zero where the first renewal is free of it. */
static void owe(struct counting *counting, bool gives_rsc)
{
    const struct standing_designation *one = counting->designation;
    struct standing_hours *hours = counting->hours;
    unsigned free =
        wf_policy_first_free(counting->edition, one->applied_on, one->endorsed_on, one->due);
    hours->needed = wf_policy_renewal_hours(counting->edition, one->category, gives_rsc,
                                            one->endorsed_on, one->due);
    if ((free & (WF_NEED_TRAINING | WF_NEED_SUBMISSION)) != 0)
        hours->needed.training = hours->needed.dei = hours->needed.rsc_training = 0;
    if ((free & (WF_NEED_RSC | WF_NEED_SUBMISSION)) != 0)
        hours->needed.rsc = 0;
    if (hours->needed.rsc > 0)
        hours->rsc_months_needed =
            counting->edition->categories[one->category].renewal_rsc_months_min;
}

static enum standing_reason first_lack(const struct standing_hours *hours)
{
    if (hours->training < hours->needed.training)
        return STANDING_BECAUSE_TRAINING_SHORT;
    if (hours->dei < hours->needed.dei)
        return STANDING_BECAUSE_DEI_SHORT;
    if (hours->rsc_training < hours->needed.rsc_training)
        return STANDING_BECAUSE_RSC_TRAINING_SHORT;
    if (hours->rsc < hours->needed.rsc)
        return STANDING_BECAUSE_RSC_SHORT;
    if (hours->rsc_months < hours->rsc_months_needed)
        return STANDING_BECAUSE_RSC_SPREAD;
    return STANDING_BECAUSE_NONE;
}

struct standing_hours standing_hours_of(const struct standing_policy *policy,
                                        const struct standing *standing, int32_t designation,
                                        bool gives_rsc)
{
    struct standing_hours hours = {0};
    struct counting counting = {.designation = &standing->designations[designation],
                                .hours = &hours};
    counting.association = wf_policy_association(policy->book, standing->association);
    if (counting.association == NULL)
        return hours;
    counting.edition = standing_edition(counting.association, counting.designation->due);
    owe(&counting, gives_rsc);
    for (int32_t i = 0; i < standing->activity_count; i++) {
        const struct standing_activity *activity = &standing->activities[i];
        if (activity->from < counting.designation->hours_from)
            hours.doubts[i] = STANDING_DOUBT_BEFORE;
        else if (activity->until > counting.designation->due)
            hours.doubts[i] = STANDING_DOUBT_AFTER;
        if (hours.doubts[i] != STANDING_DOUBT_NONE)
            continue;
        count_training(&counting, activity, i);
        count_rsc(&counting, activity, i);
    }
    if (counting.first_rsc != 0)
        hours.rsc_months = wf_date_months_between(counting.first_rsc, counting.last_rsc + 1);
    hours.lacks = first_lack(&hours);
    return hours;
}
