/* How an application becomes an endorsement, whole or emerging; when its review begins; another category for a
 * draft.  SPEC 2.6 to 2.8. */
#include "application_rules.h"

#include <string.h>

/* ---- endorsed, SPEC 2.8 ---- */

static void endorse_emerging(struct application_work *work, wf_date on, int32_t months)
{
    struct application_state *after = work->after;
    after->emerging = true;
    after->emerging_until = months > 0 ? wf_date_add_months(on, months) : WF_NO_DATE;
    after->emerging_ends = months > 0 ? application_end_of(work, after->emerging_until) : 0;
    application_push(work, APPLICATION_GRANT)->day = on;
    application_tell(work, INTAKE_OUTCOME_EMERGING, 0);
    application_mail(work, APPLICATION_MAIL_EMERGING, after->emerging_until);
    application_enter(work, APPLICATION_EMERGING);
}

void application_endorse(struct application_work *work, wf_date on)
{
    struct application_state *after = work->after;
    const struct wf_edition *edition = application_edition(work, after->submitted_on);
    const struct wf_category_policy *category =
        edition ? application_category(work, edition) : NULL;
    after->decided_on = on;
    if (after->partial && category) {
        endorse_emerging(work, on, category->emerging_months);
        return;
    }
    after->emerging = false;
    after->emerging_ends = 0;
    application_push(work, APPLICATION_GRANT)->day = on;
    application_tell(work, INTAKE_OUTCOME_ENDORSED, 0);
    application_mail(work, APPLICATION_MAIL_ENDORSED, on);
    application_end(work, APPLICATION_ENDORSED, CANCEL_CLOSED);
}

bool application_emerging_over(struct application_work *work)
{
    struct application_state *after = work->after;
    if (!after->emerging || after->emerging_ends == 0 || work->now < after->emerging_ends)
        return false;
    struct application_effect *effect = application_push(work, APPLICATION_TELL);
    effect->outcome = INTAKE_OUTCOME_EMERGING_ENDED;
    effect->from = after->state;
    effect->day = after->emerging_until;
    (void)application_push(work, APPLICATION_ARCHIVE);
    application_mail(work, APPLICATION_MAIL_EMERGING_ENDED, after->emerging_until);
    after->emerging = false;
    after->emerging_ends = 0;
    if (after->state == APPLICATION_EMERGING)
        application_end(work, APPLICATION_EXPIRED, CANCEL_CLOSED);
    return true;
}

struct wf_verdict application_rule_tick_emerging(struct application_work *work)
{
    return application_emerging_over(work) ? wf_applied() : wf_ignored();
}

/* ---- review windows, SPEC 2.6 ---- */

static int32_t first_reviewer(const struct application_state *state)
{
    for (int32_t i = 0; i < state->reviewer_count; i++) {
        if (!state->reviewers[i].withdrawn)
            return i;
    }
    return -1;
}

/* The window opens: who was assigned before begins, else a reviewer is waited for. */
struct wf_verdict application_rule_tick_window(struct application_work *work)
{
    struct application_state *after = work->after;
    bool over = application_emerging_over(work);
    if (after->due == 0 || work->now < after->due)
        return over ? wf_applied() : wf_ignored();
    int32_t reviewer = first_reviewer(after);
    after->due = 0;
    if (reviewer >= 0) {
        application_enter(work, APPLICATION_UNDER_REVIEW);
        application_tell(work, INTAKE_OUTCOME_REVIEW_STARTED, reviewer);
    }
    return wf_applied();
}

struct wf_verdict application_rule_decision_early(struct application_work *work)
{
    int32_t place = application_find_reviewer(work->after, work->event->is.decision.reviewer);
    return application_refuse(place < 0 ? APPLICATION_REASON_NOT_ASSIGNED
                                        : APPLICATION_REASON_WINDOW_CLOSED);
}

/* ---- another category for a draft, SPEC 2.2 ---- */

struct wf_verdict application_rule_category(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_category_change *wish = &work->event->is.category;
    wf_date today = application_today(work);
    wf_date on = wish->on == WF_NO_DATE ? today : wish->on;
    const struct wf_edition *edition = application_edition(work, on);
    if (wish->category == after->registration.category &&
        wish->age_line == after->registration.age_line)
        return wf_applied();
    if (on > today)
        return application_refuse(APPLICATION_REASON_DATE_AHEAD);
    if (!edition || !application_is_offered(edition, wish->category, wish->age_line))
        return application_refuse(APPLICATION_REASON_CATEGORY_NOT_OFFERED);
    if (after->rater_count > 0)
        return application_refuse(APPLICATION_REASON_RATERS_ASKED);
    after->registration.category = wish->category;
    after->registration.age_line = wish->age_line;
    memcpy(after->edition, edition->name, sizeof after->edition);
    application_tell(work, INTAKE_OUTCOME_CATEGORY_RECORDED, 0);
    return wf_applied();
}
