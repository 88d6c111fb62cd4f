/* Hours for renewals, kept once for a person, and what somebody was endorsed as when giving them.
 * SPEC 3.5, 3.6. */
#include "person_rules.h"

#include <string.h>

enum { HUNDREDTHS_OF_A_DAY = 2400, KEPT_MONTHS = 48 };

/* ---- which associations hear of them ---- */

static bool is_first_of_association(const struct person_state *state, int32_t place)
{
    for (int32_t i = 0; i < place; i++) {
        if (strcmp(state->standings[i].association, state->standings[place].association) == 0)
            return false;
    }
    return true;
}

static void pass_to(struct person_work *work, int32_t activity, const char *association)
{
    struct person_effect *effect = person_push(work, PERSON_PASS_ACTIVITY, activity);
    memcpy(effect->association, association, sizeof effect->association);
}

static void pass_to_all(struct person_work *work, int32_t activity)
{
    for (int32_t i = 0; i < work->after->standing_count; i++) {
        if (is_first_of_association(work->after, i))
            pass_to(work, activity, work->after->standings[i].association);
    }
}

void person_pass_activities(struct person_work *work, const char *association)
{
    for (int32_t i = 0; i < work->after->activity_count; i++) {
        if (!work->after->activities[i].is_asked)
            pass_to(work, i, association);
    }
}

/* ---- adding ---- */

static int32_t find_activity(const struct person_state *state, const char *id)
{
    for (int32_t i = 0; i < state->activity_count; i++) {
        if (strcmp(state->activities[i].id, id) == 0)
            return i;
    }
    return -1;
}

static bool is_same(const struct person_activity *a, const struct person_activity *b)
{
    return a->topic == b->topic && a->training == b->training && a->rsc == b->rsc &&
           a->peer == b->peer && a->reviewing == b->reviewing && a->from == b->from &&
           a->until == b->until && strcmp(a->provider, b->provider) == 0;
}

static bool may_add(const struct person_work *work)
{
    const struct person_state *after = work->after;
    const char *actor = work->event->meta.actor;
    if (!after->keeper[0] || strcmp(after->keeper, actor) == 0)
        return true;
    for (int32_t i = 0; i < after->portal_count; i++) {
        if (strcmp(after->portals[i].portal, actor) == 0)
            return true;
    }
    return false;
}

/* The same provider's hours of the same days would count twice. */
static bool overlaps(const struct person_state *state, const struct person_activity *activity)
{
    for (int32_t i = 0; i < state->activity_count && activity->provider[0]; i++) {
        const struct person_activity *other = &state->activities[i];
        if (other->rsc > 0 && strcmp(other->provider, activity->provider) == 0 &&
            other->from <= activity->until && activity->from <= other->until)
            return true;
    }
    return false;
}

static enum person_reason_id implausible(const struct person_work *work,
                                         const struct person_activity *activity)
{
    wf_date tomorrow = wf_time_to_utc_date(work->now) + 1; /* a portal may be east of us */
    int64_t hours = (int64_t)activity->training + activity->rsc;
    if (activity->until < activity->from)
        return PERSON_REASON_DATES_REVERSED;
    if (activity->until > tomorrow)
        return PERSON_REASON_DATE_IMPLAUSIBLE;
    if (activity->training < 0 || activity->rsc < 0 || hours == 0)
        return PERSON_REASON_HOURS_MISSING;
    if (hours > (int64_t)HUNDREDTHS_OF_A_DAY * (activity->until - activity->from + 1))
        return PERSON_REASON_HOURS_IMPLAUSIBLE;
    if (activity->training > 0 && activity->topic == 0)
        return PERSON_REASON_TOPIC_MISSING;
    if (strcmp(activity->provider, work->event->meta.self.id) == 0)
        return PERSON_REASON_PROVIDER_IS_SELF;
    if (activity->rsc > 0 && overlaps(work->after, activity))
        return PERSON_REASON_ACTIVITY_OVERLAPS;
    return PERSON_REASON_NONE;
}

/* No cycle is longer than three years and its grace. */
static void make_room(struct person_work *work)
{
    struct person_state *after = work->after;
    wf_date from = wf_date_add_months(wf_time_to_utc_date(work->now), -KEPT_MONTHS);
    int32_t kept = 0;
    for (int32_t i = 0; i < after->activity_count; i++) {
        if (after->activities[i].until >= from)
            after->activities[kept++] = after->activities[i];
    }
    memset(&after->activities[kept], 0,
           (size_t)(after->activity_count - kept) * sizeof after->activities[0]);
    after->activity_count = kept;
}

struct wf_verdict person_add_activity(struct person_work *work)
{
    struct person_state *after = work->after;
    const struct person_activity *activity = &work->event->is.activity;
    if (!may_add(work))
        return person_refuse(PERSON_REASON_OTHER_PORTAL);
    int32_t place = find_activity(after, activity->id);
    if (place >= 0)
        return is_same(&after->activities[place], activity)
                   ? wf_applied()
                   : person_refuse(PERSON_REASON_ACTIVITY_DIFFERS);
    enum person_reason_id reason = implausible(work, activity);
    if (reason != PERSON_REASON_NONE)
        return person_refuse(reason);
    if (after->activity_count == PERSON_ACTIVITIES)
        make_room(work);
    if (after->activity_count == PERSON_ACTIVITIES)
        return person_refuse(PERSON_REASON_ACTIVITIES_FULL);
    person_meet(work);
    place = after->activity_count++;
    after->activities[place] = *activity;
    after->activities[place].is_asked = activity->rsc > 0 && activity->provider[0];
    if (after->activities[place].is_asked)
        person_push(work, PERSON_ASK_PROVIDER, place);
    else
        pass_to_all(work, place);
    return wf_applied();
}

/* ---- who gave them ---- */

static uint32_t endorsed_as(const struct person_state *state, wf_date on)
{
    uint32_t categories = 0;
    for (int32_t i = 0; i < state->span_count; i++) {
        const struct person_span *span = &state->spans[i];
        if (span->from <= on && (span->until == WF_NO_DATE || on <= span->until))
            categories |= 1u << span->category;
    }
    return categories;
}

struct wf_verdict person_answer_provider(struct person_work *work)
{
    struct person_effect *effect = person_push(work, PERSON_ANSWER_PROVIDER, 0);
    effect->categories = endorsed_as(work->after, work->event->is.asked.on);
    return wf_applied();
}

struct wf_verdict person_hear_of_provider(struct person_work *work)
{
    struct person_state *after = work->after;
    int32_t place = find_activity(after, work->event->is.told.activity);
    if (place < 0 || !after->activities[place].is_asked)
        return wf_ignored();
    after->activities[place].is_asked = false;
    after->activities[place].categories = work->event->is.told.categories;
    pass_to_all(work, place);
    return wf_applied();
}

/* ---- since when until when ---- */

static struct person_span *open_span(struct person_state *state,
                                     const struct person_standing *standing)
{
    for (int32_t i = 0; i < state->span_count; i++) {
        struct person_span *span = &state->spans[i];
        if (!span->is_verified && span->until == WF_NO_DATE &&
            span->category == standing->category && span->age_line == standing->age_line &&
            strcmp(span->association, standing->association) == 0)
            return span;
    }
    return NULL;
}

/* The one that ended first makes room: what it could prove is longest ago. */
static void drop_oldest(struct person_state *state)
{
    int32_t oldest = 0;
    for (int32_t i = 1; i < state->span_count; i++) {
        wf_date until = state->spans[i].until;
        if (until != WF_NO_DATE &&
            (state->spans[oldest].until == WF_NO_DATE || until < state->spans[oldest].until))
            oldest = i;
    }
    state->span_count--;
    memmove(&state->spans[oldest], &state->spans[oldest + 1],
            (size_t)(state->span_count - oldest) * sizeof state->spans[0]);
    memset(&state->spans[state->span_count], 0, sizeof state->spans[0]);
}

void person_note_span(struct person_work *work, const struct person_standing *standing)
{
    struct person_state *after = work->after;
    struct person_span *span = open_span(after, standing);
    bool active = standing->status == STANDING_ACTIVE;
    if (active == (span != NULL) || standing->since == WF_NO_DATE)
        return;
    if (!active) {
        span->until = standing->since - 1;
    } else {
        if (after->span_count == PERSON_SPANS)
            drop_oldest(after);
        span = &after->spans[after->span_count++];
        memcpy(span->association, standing->association, sizeof span->association);
        span->category = standing->category;
        span->age_line = standing->age_line;
        span->from = standing->since;
        span->until = WF_NO_DATE;
        span->is_verified = false;
    }
    person_tell_spans(work);
}

struct wf_verdict person_verify(struct person_work *work)
{
    struct person_state *after = work->after;
    const struct person_span *verified = &work->event->is.verified;
    int32_t place = 0;
    if (!wf_policy_association(work->policy->book, verified->association))
        return person_refuse(PERSON_REASON_ASSOCIATION_UNKNOWN);
    if (verified->until != WF_NO_DATE && verified->until < verified->from)
        return person_refuse(PERSON_REASON_DATES_REVERSED);
    while (place < after->span_count &&
           (!after->spans[place].is_verified ||
            after->spans[place].category != verified->category ||
            after->spans[place].age_line != verified->age_line ||
            after->spans[place].from != verified->from ||
            strcmp(after->spans[place].association, verified->association) != 0))
        place++;
    if (place == PERSON_SPANS)
        return person_refuse(PERSON_REASON_SPANS_FULL);
    person_meet(work);
    if (place == after->span_count)
        after->span_count++;
    after->spans[place] = *verified;
    person_tell_spans(work);
    return wf_applied();
}
