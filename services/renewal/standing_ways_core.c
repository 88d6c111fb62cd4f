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
    after->ethics_on = after->no_sanction_on = after->leave_until = after->return_on = 0;
    after->phase = phase;
    standing_audit_put_off(after);
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

/* SPEC 2.13 */
struct wf_verdict standing_unarchive(struct standing_work *work)
{
    struct standing *after = work->after;
    struct standing_designation *designation =
        standing_find(after, work->event->category, work->event->age_line);
    if (designation != NULL && designation->status == STANDING_IS_ACTIVE)
        return standing_refuse(STANDING_BECAUSE_IS_ACTIVE);
    if (designation == NULL || designation->status != STANDING_IS_ARCHIVED)
        return standing_refuse(STANDING_BECAUSE_NEEDS_APPLICATION);
    if (designation->due < work->today)
        return standing_refuse(STANDING_BECAUSE_ARCHIVE_OVER);
    designation->status = STANDING_IS_ACTIVE;
    designation->since = work->today;
    standing_report(work, designation);
    standing_cycle_settle(work);
    return wf_applied();
}

static bool is_offered(const struct wf_association *association, wf_date on,
                       const struct standing_designation *designation)
{
    const struct wf_edition *edition = wf_policy_edition(association, on);
    return edition->categories[designation->category].offered &&
           (edition->age_lines >> designation->age_line & 1) != 0;
}

/* What is active and offered there goes; the other keeps what was earned when.  SPEC 2.14. */
struct wf_verdict standing_move_away(struct standing_work *work)
{
    struct standing *after = work->after;
    const struct wf_association *target =
        wf_policy_association(work->policy->book, work->event->target);
    if (target == NULL)
        return standing_refuse(STANDING_BECAUSE_ASSOCIATION_UNKNOWN);
    if (target == work->association)
        return standing_refuse(STANDING_BECAUSE_SAME_ASSOCIATION);
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (work->today > after->cycle_due)
        return standing_refuse(STANDING_BECAUSE_OVERDUE);
    wf_date since = since_of(work);
    unsigned moves = 0;
    for (int32_t i = 0; i < after->designation_count; i++) {
        struct standing_designation *one = &after->designations[i];
        if (one->status != STANDING_IS_ACTIVE || !is_offered(target, since, one))
            continue;
        one->status = STANDING_IS_ARCHIVED;
        one->since = since;
        one->due = one->renewal_on = 0; /* it cannot be taken back here */
        standing_report(work, one);
        moves |= 1u << i;
    }
    if (moves == 0)
        return standing_refuse(STANDING_BECAUSE_NOT_OFFERED_THERE);
    work->effects->moves = (uint16_t)moves;
    standing_cycle_settle(work);
    tell(work, STANDING_MAIL_TRANSFERRED, (uint16_t)moves, since);
    return wf_applied();
}

void standing_lapse_all(struct standing_work *work)
{
    uint16_t moved = move(work, bit(STANDING_IS_ACTIVE), STANDING_IS_LAPSED, work->today);
    rest_in(work, STANDING_LAPSED);
    tell(work, STANDING_MAIL_LAPSED, moved, work->today);
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

/* Hundredths of training hours that a return owes: of the reinstatement, or those of one renewal
 * where a leave's return owes them. */
static int32_t return_training(const struct standing_work *work, const struct wf_edition *edition)
{
    const struct standing *standing = work->after;
    int32_t most = 0;
    if (!holds_any(standing, bit(STANDING_IS_ON_LEAVE)))
        return edition->reinstate_training_hundredths;
    for (int32_t i = 0; i < standing->designation_count && edition->leave_return_hours; i++) {
        const struct standing_designation *one = &standing->designations[i];
        int32_t owed = edition->categories[one->category].renewal_training_hundredths;
        if (one->status == STANDING_IS_ON_LEAVE && owed > most)
            most = owed;
    }
    return most;
}

/* Nebraska: somebody gives the person RSC; only who owes RSC at renewal needs one. */
static bool lacks_provider(const struct standing_work *work, const struct wf_edition *edition)
{
    const struct standing *standing = work->after;
    bool owes = false;
    if (!edition->reinstate_provider || holds_any(standing, bit(STANDING_IS_ON_LEAVE)))
        return false;
    for (int32_t i = 0; i < standing->designation_count; i++) {
        const struct standing_designation *one = &standing->designations[i];
        owes |= (returnable() >> one->status & 1) != 0 &&
                edition->categories[one->category].renewal_rsc_hundredths > 0;
    }
    return owes && !standing_provider_of_a_year(work);
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
    if (standing_training_of_a_year(work) < return_training(work, edition))
        needs |= WF_NEED_TRAINING;
    if (lacks_provider(work, edition))
        needs |= WF_NEED_RSC;
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
        if ((moved >> i & 1) == 0)
            continue;
        after->designations[i].due = due;
        after->designations[i].hours_from = standing_hours_begin(work, due);
    }
    after->return_on = after->leave_until = 0;
    if (edition->reinstate_audit)
        after->audit = STANDING_AUDIT_NEXT;
    standing_cycle_settle(work);
    tell(work, STANDING_MAIL_REINSTATED, moved, due);
}

static void fill_return(const struct standing_work *work, struct standing_mail *mail)
{
    const struct standing *after = work->after;
    const struct wf_edition *edition = wf_policy_edition(work->association, after->return_on);
    int32_t owed = return_training(work, edition) - standing_training_of_a_year(work);
    mail->missing = return_missing(work, &mail->fee_missing_minor);
    mail->member_through = work->today;
    mail->training_missing = owed > 0 ? owed : 0;
    memcpy(mail->currency, edition->currency, sizeof mail->currency);
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
    fill_return(work, mail);
}

void standing_return_needs(const struct standing_policy *policy, const struct standing *standing,
                           wf_date today, struct standing_mail *mail)
{
    struct standing_work work = {
        .policy = policy, .today = today, .after = (struct standing *)standing};
    work.association = wf_policy_association(policy->book, standing->association);
    if (work.association != NULL && standing->phase == STANDING_RETURNING)
        fill_return(&work, mail);
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
    wf_date leave_until = after->leave_until;
    rest_in(work, STANDING_RETURNING);
    after->return_on = since_of(work);
    after->leave_until = leave_until;
    standing_return_try(work);
    if (after->phase == STANDING_RETURNING)
        tell_return(work);
    return wf_applied();
}
