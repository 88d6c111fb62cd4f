/* Raters of an application: asking, replacing, what reference reports.  SPEC 2.4. */
#include "application_rules.h"

#include <string.h>

static bool is_open(const struct application_rater *rater)
{
    return !rater->replaced &&
           (rater->state == RATING_IS_REQUESTED || rater->state == RATING_IS_BOUNCED ||
            rater->state == RATING_IS_OPENED);
}

/* The latest request to this person that was not replaced. */
int32_t application_find_rater(const struct application_state *state, const char *person)
{
    for (int32_t i = state->rater_count - 1; i >= 0; i--) {
        if (!state->raters[i].replaced && strcmp(state->raters[i].id, person) == 0)
            return i;
    }
    return -1;
}

/* Whoever was asked once has a part in the file, answered or not. */
bool application_is_rater(const struct application_state *state, const char *person)
{
    for (int32_t i = 0; i < state->rater_count; i++) {
        if (strcmp(state->raters[i].id, person) == 0)
            return true;
    }
    return false;
}

static enum application_reason_id may_ask(const struct application_state *state, const char *person)
{
    int32_t place = application_find_rater(state, person);
    if (strcmp(person, state->registration.person) == 0)
        return APPLICATION_REASON_RATER_IS_APPLICANT;
    if (place >= 0 &&
        (is_open(&state->raters[place]) || state->raters[place].state == RATING_IS_COMPLETED))
        return APPLICATION_REASON_RATER_TWICE;
    if (application_find_reviewer(state, person) >= 0)
        return APPLICATION_REASON_CONFLICT;
    if (state->rater_count == APPLICATION_RATERS)
        return APPLICATION_REASON_RATERS_FULL;
    return APPLICATION_REASON_NONE;
}

/* The person hears of the request first.  Only when she has answered is reference asked: an address that
 * comes after the link renews the request, one that came before is there when the mail is written. */
static void name(struct application_work *work, const char person[static WF_ID_MAX + 1])
{
    struct application_state *after = work->after;
    const struct application_rating_change *wish = &work->event->is.rater;
    int32_t place = after->rater_count++;
    struct application_rater *rater = &after->raters[place];
    *rater = (struct application_rater){.request = (uint32_t)place + 1,
                                        .role = wish->role,
                                        .endorsed = wish->endorsed,
                                        .endorsed_category = wish->endorsed_category,
                                        .vetted_until = WF_NO_DATE,
                                        .state = RATING_IS_REQUESTED,
                                        .at = work->now};
    memcpy(rater->id, person, sizeof rater->id);
    application_link(work, ROLE_RATER, place, false);
}

struct wf_verdict application_rater_linked(struct application_work *work, const char *person)
{
    bool asks = false;
    for (int32_t i = 0; i < work->after->rater_count; i++) {
        struct application_rater *rater = &work->after->raters[i];
        if (rater->asked || rater->state != RATING_IS_REQUESTED || strcmp(rater->id, person) != 0)
            continue;
        rater->asked = true;
        application_push(work, APPLICATION_ASK_RATER)->index = i;
        asks = true;
    }
    return asks ? wf_applied() : wf_ignored();
}

struct wf_verdict application_rule_rater_named(struct application_work *work)
{
    enum application_reason_id reason = may_ask(work->after, work->event->is.rater.rater);
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    name(work, work->event->is.rater.rater);
    return wf_applied();
}

static void cancel(struct application_work *work, int32_t place, enum application_cancel cause)
{
    struct application_rater *rater = &work->after->raters[place];
    rater->replaced = true;
    rater->state = RATING_IS_CANCELLED;
    rater->at = work->now;
    if (!rater->asked)
        return;
    struct application_effect *effect = application_push(work, APPLICATION_CANCEL_RATER);
    effect->index = place;
    effect->cause = cause;
}

/* A completed answer is worth having: it stays beside the new request. */
struct wf_verdict application_rule_rater_replaced(struct application_work *work)
{
    const struct application_rating_change *wish = &work->event->is.rater;
    int32_t place = application_find_rater(work->after, wish->rater);
    if (place < 0)
        return application_refuse(APPLICATION_REASON_RATER_UNKNOWN);
    enum application_reason_id reason = may_ask(work->after, wish->new_rater);
    if (reason != APPLICATION_REASON_NONE)
        return application_refuse(reason);
    if (work->after->raters[place].state != RATING_IS_COMPLETED) {
        cancel(work, place, CANCEL_REPLACED);
        application_link(work, ROLE_RATER, place, true);
    }
    name(work, wish->new_rater);
    return wf_applied();
}

struct wf_verdict application_rule_rater_vetted(struct application_work *work)
{
    const struct application_rating_change *wish = &work->event->is.rater;
    int32_t place = application_find_rater(work->after, wish->rater);
    if (place < 0)
        return application_refuse(APPLICATION_REASON_RATER_UNKNOWN);
    work->after->raters[place].vetted = wish->yes;
    work->after->raters[place].vetted_until = wish->until;
    return wf_applied();
}

struct wf_verdict application_rule_waiver(struct application_work *work)
{
    const struct application_rating_change *wish = &work->event->is.rater;
    int32_t place = application_find_rater(work->after, wish->rater);
    if (place < 0)
        return application_refuse(APPLICATION_REASON_RATER_UNKNOWN);
    if (work->after->raters[place].waived != wish->yes) {
        work->after->raters[place].waived = wish->yes;
        if (work->after->raters[place].asked)
            application_push(work, APPLICATION_CHANGE_WAIVER)->index = place;
    }
    return wf_applied();
}

static bool says_nothing_new(const struct application_rater *rater,
                             const struct application_rating_report *report)
{
    return rater->state == report->state && rater->valid_until == report->valid_until &&
           rater->not_enough_information == report->not_enough_information &&
           rater->recommended == report->recommended;
}

/* An answer that crossed its cancelling counts after all; whatever else is said about a cancelled
 * request changes nothing here. */
struct wf_verdict application_rule_rating_reported(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_rating_report *report = &work->event->is.report;
    if (report->request == 0 || report->request > (uint32_t)after->rater_count)
        return wf_ignored();
    int32_t place = (int32_t)report->request - 1;
    struct application_rater *rater = &after->raters[place];
    if (strcmp(rater->id, report->rater) != 0 || says_nothing_new(rater, report) ||
        (rater->replaced && report->state != RATING_IS_COMPLETED))
        return wf_ignored();
    rater->replaced = false;
    rater->state = report->state;
    rater->not_enough_information = report->not_enough_information;
    rater->recommended = report->recommended;
    rater->at = report->at;
    rater->valid_until = report->valid_until;
    application_tell(work, INTAKE_OUTCOME_RATING_CHANGED, place);
    return wf_applied();
}

void application_close_ratings(struct application_work *work, enum application_cancel cause)
{
    for (int32_t i = 0; i < work->after->rater_count; i++) {
        if (is_open(&work->after->raters[i]))
            cancel(work, i, cause);
    }
}
