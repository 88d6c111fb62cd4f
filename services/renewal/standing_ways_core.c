/* Ways out of the renewal and back: archive, sanction, leave, retirement, reinstatement.  SPEC 2.10. */
#include "standing_rules.h"

#include <string.h>

/* The day an event names, today where it names none. */
static wf_date since_of(const struct standing_work *work)
{
    wf_date on = work->event->on;
    return on == 0 || on > work->today ? work->today : on;
}

static unsigned bit(enum standing_status status)
{
    return 1u << status;
}

/* Moves every designation of the statuses (bits) to another; the bits of those that moved. */
static uint16_t move(struct standing_work *work, unsigned statuses, enum standing_status to,
                     wf_date since)
{
    unsigned moved = 0;
    for (int32_t i = 0; i < work->after->designation_count; i++) {
        struct standing_designation *designation = &work->after->designations[i];
        if ((statuses >> designation->status & 1) == 0)
            continue;
        designation->status = to;
        designation->since = since;
        designation->renewal_on = 0;
        standing_report(work, designation);
        moved |= 1u << i;
    }
    return (uint16_t)moved;
}

static bool holds_any(const struct standing *standing, unsigned statuses)
{
    for (int32_t i = 0; i < standing->designation_count; i++) {
        if ((statuses >> standing->designations[i].status & 1) != 0)
            return true;
    }
    return false;
}

static void tell(struct standing_work *work, enum standing_template template, uint16_t designations,
                 wf_date since)
{
    if (designations == 0)
        return;
    struct standing_mail *mail = standing_mail_add(work, template);
    mail->designations = designations;
    mail->due = since;
    mail->until = work->after->leave_until;
}

/* No cycle runs any more: the state is one of those without a renewal. */
static void rest_in(struct standing_work *work, enum standing_phase phase)
{
    struct standing *after = work->after;
    standing_cycle_settle(work);
    memset(after->payments, 0, sizeof after->payments);
    after->payment_count = after->reminders = 0;
    after->ethics_on = after->leave_until = after->return_on = 0;
    after->phase = phase;
}

/* ---- out ---- */

struct wf_verdict standing_archive(struct standing_work *work)
{
    struct standing_designation *designation =
        standing_find(work->after, work->event->category, work->event->age_line);
    if (designation == NULL || designation->status != STANDING_IS_ACTIVE)
        return standing_refuse(STANDING_BECAUSE_NOT_HELD);
    designation->status = STANDING_IS_ARCHIVED;
    designation->since = work->today;
    designation->renewal_on = 0;
    standing_report(work, designation);
    standing_cycle_settle(work);
    return wf_applied();
}

struct wf_verdict standing_sanction(struct standing_work *work)
{
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    wf_date since = since_of(work);
    uint16_t moved =
        move(work, bit(STANDING_IS_ACTIVE) | bit(STANDING_IS_ON_LEAVE) | bit(STANDING_IS_EMERITUS),
             STANDING_IS_SANCTIONED, since);
    rest_in(work, STANDING_SANCTIONED);
    tell(work, STANDING_MAIL_INACTIVE, moved, since);
    return wf_applied();
}

struct wf_verdict standing_lift(struct standing_work *work)
{
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (holds_any(work->after, bit(STANDING_IS_SANCTIONED)))
        rest_in(work, STANDING_LIFTED);
    else
        rest_in(work, work->after->designation_count > 0 ? STANDING_LAPSED : STANDING_NONE);
    return wf_applied();
}

struct wf_verdict standing_take_leave(struct standing_work *work)
{
    const struct standing_event *event = work->event;
    int32_t most = standing_cycle_edition(work)->leave_months_max;
    if (most == 0)
        return standing_refuse(STANDING_BECAUSE_LEAVE_NOT_OFFERED);
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (work->today > standing_cycle_ends(work))
        return standing_refuse(STANDING_BECAUSE_LAPSED);
    wf_date since = since_of(work);
    if (event->until <= work->today || event->until > wf_date_add_months(since, most))
        return standing_refuse(STANDING_BECAUSE_LEAVE_TOO_LONG);
    uint16_t moved = move(work, bit(STANDING_IS_ACTIVE), STANDING_IS_ON_LEAVE, since);
    rest_in(work, STANDING_LEAVE);
    work->after->leave_until = event->until;
    tell(work, STANDING_MAIL_LEAVE, moved, since);
    return wf_applied();
}

struct wf_verdict standing_retire(struct standing_work *work)
{
    const struct wf_edition *edition = wf_policy_edition(work->association, work->today);
    if (!edition->emeritus)
        return standing_refuse(STANDING_BECAUSE_EMERITUS_NOT_OFFERED);
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    wf_date since = since_of(work);
    uint16_t moved = move(work, bit(STANDING_IS_ACTIVE) | bit(STANDING_IS_ON_LEAVE),
                          STANDING_IS_EMERITUS, since);
    rest_in(work, STANDING_EMERITUS);
    tell(work, STANDING_MAIL_EMERITUS, moved, since);
    return wf_applied();
}

/* ---- the end of a leave ---- */

wf_time standing_leave_ends(const struct standing_work *work)
{
    return wf_policy_midnight(work->policy->book, work->association, work->after->leave_until + 1);
}

struct wf_verdict standing_leave_time(struct standing_work *work)
{
    if (work->now < standing_leave_ends(work))
        return wf_ignored();
    wf_date since = work->after->leave_until + 1;
    uint16_t moved = move(work, bit(STANDING_IS_ON_LEAVE), STANDING_IS_LAPSED, since);
    rest_in(work, STANDING_LAPSED);
    tell(work, STANDING_MAIL_LAPSED, moved, since);
    return wf_applied();
}

/* ---- back ---- */

static unsigned returnable(void)
{
    return bit(STANDING_IS_LAPSED) | bit(STANDING_IS_ON_LEAVE) | bit(STANDING_IS_SANCTIONED);
}

static uint16_t return_missing(const struct standing_work *work, int64_t *fee_owed)
{
    const struct standing *standing = work->after;
    const struct wf_edition *edition = wf_policy_edition(work->association, standing->return_on);
    int64_t paid = 0;
    unsigned needs = 0;
    for (int32_t i = 0; i < standing->payment_count; i++)
        paid += standing->payments[i].amount_minor;
    *fee_owed = paid < edition->reinstate_fee_minor ? edition->reinstate_fee_minor - paid : 0;
    if (*fee_owed > 0)
        needs |= WF_NEED_FEE;
    if (edition->code_of_ethics && standing->ethics_on == 0)
        needs |= WF_NEED_ETHICS;
    if (edition->membership_required && standing->member_until < work->today)
        needs |= WF_NEED_MEMBERSHIP;
    return (uint16_t)needs;
}

void standing_return_try(struct standing_work *work)
{
    struct standing *after = work->after;
    int64_t owed = 0;
    if (after->phase != STANDING_RETURNING || return_missing(work, &owed) != 0)
        return;
    const struct wf_edition *edition = wf_policy_edition(work->association, work->today);
    wf_date due = wf_policy_next_due(edition, work->today - 1);
    uint16_t moved = move(work, returnable(), STANDING_IS_ACTIVE, work->today);
    for (int32_t i = 0; i < after->designation_count; i++) {
        if ((moved >> i & 1) != 0)
            after->designations[i].due = due;
    }
    after->return_on = 0;
    after->audit = edition->reinstate_audit;
    standing_cycle_settle(work);
    tell(work, STANDING_MAIL_REINSTATED, moved, due);
}

static void tell_return(struct standing_work *work)
{
    const struct standing *after = work->after;
    unsigned designations = 0;
    for (int32_t i = 0; i < after->designation_count; i++) {
        if ((returnable() >> after->designations[i].status & 1) != 0)
            designations |= 1u << i;
    }
    struct standing_mail *mail = standing_mail_add(work, STANDING_MAIL_RETURN);
    mail->designations = (uint16_t)designations;
    mail->missing = return_missing(work, &mail->fee_missing_minor);
    mail->member_through = work->today;
    memcpy(mail->currency, wf_policy_edition(work->association, after->return_on)->currency,
           sizeof mail->currency);
}

struct wf_verdict standing_come_back(struct standing_work *work)
{
    struct standing *after = work->after;
    const struct wf_edition *edition = wf_policy_edition(work->association, work->today);
    bool is_light = edition->reinstate_ratings == 0 && !edition->reinstate_review;
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (!holds_any(after, returnable()))
        return standing_refuse(STANDING_BECAUSE_NOT_HELD);
    if (after->phase != STANDING_LEAVE && !is_light)
        return standing_refuse(STANDING_BECAUSE_BY_APPLICATION);
    rest_in(work, STANDING_RETURNING);
    after->return_on = since_of(work);
    standing_return_try(work);
    if (after->phase == STANDING_RETURNING)
        tell_return(work);
    return wf_applied();
}
