/* The renewal of one cycle: what it needs, when it opens, falls due and ends.  SPEC 2.7, 3. */
#include "standing_rules.h"

#include <string.h>

/* Reminders leave in the morning, not at midnight. */
#define REMINDER_HOUR (9 * WF_HOUR)

/* ---- days ---- */

const struct wf_edition *standing_edition(const struct wf_association *association, wf_date due)
{
    const struct wf_edition *in_force = wf_policy_edition(association, due);
    const struct wf_edition *edition = in_force;
    while (wf_policy_next_due(edition, due - 1) != due) {
        if (edition == &association->editions[0])
            return in_force;
        edition--;
    }
    return edition;
}

const struct wf_edition *standing_cycle_edition(const struct standing_work *work)
{
    return standing_edition(work->association, work->after->cycle_due);
}

wf_date standing_cycle_opens(const struct standing_work *work)
{
    wf_date opens = wf_policy_window_opens(standing_cycle_edition(work), work->after->cycle_due);
    return opens == WF_NO_DATE ? 0 : opens;
}

wf_date standing_cycle_ends(const struct standing_work *work)
{
    return wf_policy_grace_end(standing_cycle_edition(work), work->after->cycle_due);
}

static wf_time midnight(const struct standing_work *work, wf_date date)
{
    return wf_policy_midnight(work->policy->book, work->association, date);
}

static wf_time reminder_at(const struct standing_work *work, int32_t number)
{
    const struct wf_edition *edition = standing_cycle_edition(work);
    wf_date day = work->after->cycle_due - edition->renewal_reminder_days[number];
    return midnight(work, day) + REMINDER_HOUR;
}

/* SPEC 3: without a window the machine opens, silently, when the first reminder is near. */
static wf_time opening(const struct standing_work *work)
{
    wf_date opens = standing_cycle_opens(work);
    if (opens != 0)
        return midnight(work, opens);
    if (standing_cycle_edition(work)->renewal_reminders > 0)
        return reminder_at(work, 0);
    return midnight(work, work->after->cycle_due);
}

/* ---- the cycle ---- */

static bool is_open_designation(const struct standing *standing, int32_t index)
{
    const struct standing_designation *designation = &standing->designations[index];
    return designation->status == STANDING_IS_ACTIVE && designation->due == standing->cycle_due;
}

void standing_cycle_settle(struct standing_work *work)
{
    struct standing *after = work->after;
    wf_date due = 0;
    for (int32_t i = 0; i < after->designation_count; i++) {
        const struct standing_designation *designation = &after->designations[i];
        if (designation->status == STANDING_IS_ACTIVE && (due == 0 || designation->due < due))
            due = designation->due;
    }
    if (due == after->cycle_due)
        return;
    if (due == 0 || due > after->cycle_due) {
        memset(after->payments, 0, sizeof after->payments);
        after->payment_count = 0;
        after->ethics_on = after->no_sanction_on = 0;
    }
    if (due == 0)
        standing_audit_put_off(after);
    after->cycle_due = due;
    after->reminders = 0;
    after->phase = due == 0 ? STANDING_LAPSED : STANDING_CURRENT;
}

static int32_t reminders_past(const struct standing_work *work)
{
    int32_t count = 0;
    while (count < standing_cycle_edition(work)->renewal_reminders &&
           reminder_at(work, count) <= work->now)
        count++;
    return count;
}

void standing_cycle_open(struct standing_work *work)
{
    work->after->phase = STANDING_OPEN;
    /* Without a window nobody has been told yet, so the first reminder is not skipped. */
    work->after->reminders = standing_cycle_opens(work) != 0 ? reminders_past(work) : 0;
}

/* ---- what it needs ---- */

struct fee {
    int64_t owed, late, paid, paid_in_time;
};

static struct fee fee_of(const struct standing_work *work)
{
    const struct standing *standing = work->after;
    const struct wf_edition *edition = standing_cycle_edition(work);
    struct fee fee = {.late = edition->renewal_late_fee_minor};
    for (int32_t i = 0; i < standing->designation_count; i++) {
        const struct standing_designation *designation = &standing->designations[i];
        int64_t owed = edition->categories[designation->category].renewal_fee_minor;
        if (is_open_designation(standing, i) && owed > fee.owed)
            fee.owed = owed;
    }
    for (int32_t i = 0; i < standing->payment_count; i++) {
        fee.paid += standing->payments[i].amount_minor;
        if (standing->payments[i].paid_on <= standing->cycle_due)
            fee.paid_in_time += standing->payments[i].amount_minor;
    }
    return fee;
}

/* What is still owed for a designation; 0: nothing. */
static int64_t fee_missing(const struct standing_work *work,
                           const struct standing_designation *designation, const struct fee *fee)
{
    wf_date judged = designation->renewal_on != 0 ? designation->renewal_on : work->today;
    bool in_time = judged <= work->after->cycle_due;
    if (in_time && fee->paid_in_time >= fee->owed)
        return 0;
    bool late = !in_time || work->today > work->after->cycle_due;
    int64_t needed = fee->owed + (late ? fee->late : 0);
    return fee->paid >= needed ? 0 : needed - fee->paid;
}

/* The day a membership must reach. */
static wf_date member_through(const struct standing_work *work)
{
    return work->today > work->after->cycle_due ? work->today : work->after->cycle_due;
}

static uint16_t missing(const struct standing_work *work, int32_t index, int64_t *fee_owed)
{
    const struct standing_designation *designation = &work->after->designations[index];
    const struct wf_edition *edition = standing_cycle_edition(work);
    struct fee fee = fee_of(work);
    unsigned free = wf_policy_first_free(edition, designation->applied_on, designation->endorsed_on,
                                         designation->due);
    unsigned needs = 0;
    *fee_owed = (free & WF_NEED_FEE) != 0 ? 0 : fee_missing(work, designation, &fee);
    if (*fee_owed > 0)
        needs |= WF_NEED_FEE;
    if (designation->renewal_on == 0)
        needs |= WF_NEED_SUBMISSION;
    if (edition->renewal_ethics && work->after->ethics_on == 0)
        needs |= WF_NEED_ETHICS;
    /* The attestation is part of the form: where none is wanted, neither is the other. */
    bool attests = edition->no_sanction_from != WF_NO_DATE &&
                   work->after->cycle_due >= edition->no_sanction_from &&
                   (free & WF_NEED_SUBMISSION) == 0;
    if (attests && work->after->no_sanction_on == 0)
        needs |= WF_NEED_NO_SANCTION;
    if (work->after->audit == STANDING_AUDIT_FAILED)
        needs |= WF_NEED_AUDIT;
    needs &= ~free;
    if (edition->membership_required && work->after->member_until < member_through(work))
        needs |= WF_NEED_MEMBERSHIP;
    return (uint16_t)needs;
}

uint16_t standing_missing(const struct standing_policy *policy, const struct standing *standing,
                          int32_t designation, wf_date today, int64_t *fee_missing_minor)
{
    struct standing_work work = {
        .policy = policy, .today = today, .after = (struct standing *)standing};
    work.association = wf_policy_association(policy->book, standing->association);
    *fee_missing_minor = 0;
    if (work.association == NULL || !is_open_designation(standing, designation))
        return 0;
    return missing(&work, designation, fee_missing_minor);
}

/* ---- mail ---- */

struct standing_mail *standing_mail_add(struct standing_work *work, enum standing_template template)
{
    struct standing_mail *mail = &work->effects->mails[work->effects->mail_count++];
    mail->template = template;
    return mail;
}

/* The most that one of the forms still to be sent must show; nothing where submitting attests. */
static void fill_hours(const struct standing_work *work, int32_t index, struct standing_mail *mail)
{
    if (work->after->designations[index].renewal_on != 0 ||
        standing_cycle_edition(work)->renewal_attested)
        return;
    struct wf_renewal_hours needed =
        standing_hours_of(work->policy, work->after, index, work->after->gives_rsc).needed;
    if (needed.training > mail->form_training)
        mail->form_training = needed.training;
    if (needed.rsc > mail->form_rsc)
        mail->form_rsc = needed.rsc;
}

void standing_cycle_mail(struct standing_work *work, enum standing_template template)
{
    unsigned designations = 0;
    unsigned lacks = 0;
    int64_t fee = 0;
    for (int32_t i = 0; i < work->after->designation_count; i++) {
        int64_t owed = 0;
        if (!is_open_designation(work->after, i))
            continue;
        designations |= 1u << i;
        lacks |= missing(work, i, &owed);
        fee = owed > fee ? owed : fee;
    }
    if (designations == 0)
        return;
    struct standing_mail *mail = standing_mail_add(work, template);
    mail->designations = (uint16_t)designations;
    mail->missing = (uint16_t)lacks;
    mail->fee_missing_minor = fee;
    memcpy(mail->currency, standing_cycle_edition(work)->currency, sizeof mail->currency);
    for (int32_t i = 0; i < work->after->designation_count; i++) {
        if ((designations >> i & 1) != 0)
            fill_hours(work, i, mail);
    }
    mail->member_through = member_through(work);
    mail->due = work->after->cycle_due;
    mail->until = standing_cycle_ends(work);
}

/* ---- renewing ---- */

static uint16_t complete_ones(const struct standing_work *work)
{
    unsigned complete = 0;
    for (int32_t i = 0; i < work->after->designation_count; i++) {
        int64_t owed = 0;
        if (is_open_designation(work->after, i) && missing(work, i, &owed) == 0)
            complete |= 1u << i;
    }
    return (uint16_t)complete;
}

void standing_cycle_try(struct standing_work *work)
{
    struct standing *after = work->after;
    if (after->phase != STANDING_OPEN && after->phase != STANDING_GRACE)
        return;
    uint16_t complete = complete_ones(work);
    if (complete == 0)
        return;
    wf_date due = after->cycle_due;
    wf_date next = wf_policy_next_due(wf_policy_edition(work->association, due + 1), due);
    const struct wf_edition *edition = standing_cycle_edition(work);
    for (int32_t i = 0; i < after->designation_count; i++) {
        if ((complete >> i & 1) == 0)
            continue;
        after->designations[i].due = next;
        after->designations[i].hours_from = due + 1;
        after->designations[i].renewal_on = 0;
    }
    work->effects->reports = (uint16_t)(work->effects->reports | complete);
    struct standing_mail *mail = standing_mail_add(work, STANDING_MAIL_ACCEPTED);
    mail->designations = complete;
    mail->due = next;
    standing_audit_draw(work, edition);
    standing_cycle_settle(work);
}

/* ---- time ---- */

static void lapse(struct standing_work *work)
{
    struct standing *after = work->after;
    wf_date since = standing_cycle_ends(work) + 1;
    unsigned fallen = 0;
    for (int32_t i = 0; i < after->designation_count; i++) {
        if (!is_open_designation(after, i))
            continue;
        fallen |= 1u << i;
    }
    for (int32_t i = 0; i < after->designation_count; i++) {
        struct standing_designation *designation = &after->designations[i];
        if ((fallen >> i & 1) == 0)
            continue;
        designation->status = STANDING_IS_LAPSED;
        designation->since = since;
        designation->renewal_on = 0;
    }
    work->effects->reports = (uint16_t)(work->effects->reports | fallen);
    struct standing_mail *mail = standing_mail_add(work, STANDING_MAIL_LAPSED);
    mail->designations = (uint16_t)fallen;
    mail->due = since;
    standing_cycle_settle(work);
}

static struct wf_verdict time_current(struct standing_work *work)
{
    if (work->now < opening(work))
        return wf_ignored();
    wf_date due = work->after->cycle_due;
    bool silent = standing_cycle_opens(work) == 0 || work->today > due;
    standing_cycle_open(work);
    standing_cycle_try(work);
    if (!silent && work->after->cycle_due == due)
        standing_cycle_mail(work, STANDING_MAIL_OPENED);
    return wf_applied();
}

static struct wf_verdict time_due(struct standing_work *work)
{
    struct standing *after = work->after;
    wf_date due = after->cycle_due;
    standing_cycle_try(work);
    if (after->cycle_due != due)
        return wf_applied();
    if (standing_cycle_ends(work) > due) {
        after->phase = STANDING_GRACE;
        standing_cycle_mail(work, STANDING_MAIL_OVERDUE);
    } else {
        lapse(work);
    }
    return wf_applied();
}

static struct wf_verdict time_open(struct standing_work *work)
{
    struct standing *after = work->after;
    if (work->now >= midnight(work, after->cycle_due + 1))
        return time_due(work);
    int32_t past = reminders_past(work);
    if (past <= after->reminders)
        return wf_ignored();
    after->reminders = past;
    standing_cycle_mail(work, STANDING_MAIL_REMINDER);
    return wf_applied();
}

static struct wf_verdict time_grace(struct standing_work *work)
{
    if (work->now < midnight(work, standing_cycle_ends(work) + 1))
        return wf_ignored();
    lapse(work);
    return wf_applied();
}

struct wf_verdict standing_cycle_time(struct standing_work *work)
{
    if (work->after->phase == STANDING_CURRENT)
        return time_current(work);
    return work->after->phase == STANDING_OPEN ? time_open(work) : time_grace(work);
}

static wf_time cycle_deadline(const struct standing_work *work)
{
    const struct standing *standing = work->after;
    if (standing->phase == STANDING_CURRENT)
        return opening(work);
    if (standing->phase == STANDING_GRACE)
        return midnight(work, standing_cycle_ends(work) + 1);
    wf_time due = midnight(work, standing->cycle_due + 1);
    if (standing->reminders >= standing_cycle_edition(work)->renewal_reminders)
        return due;
    wf_time reminder = reminder_at(work, standing->reminders);
    return reminder < due ? reminder : due;
}

wf_time standing_next_deadline(const void *policy, const void *state)
{
    /* Nothing below changes the state; the work wants one that it could. */
    struct standing_work work = {.policy = policy, .after = (struct standing *)state};
    const struct standing *standing = work.after;
    work.association = wf_policy_association(work.policy->book, standing->association);
    if (work.association != NULL && standing->leave_until != 0)
        return standing_leave_ends(&work);
    if (work.association == NULL || standing->cycle_due == 0)
        return WF_NEVER;
    wf_time cycle = cycle_deadline(&work);
    wf_time audit = standing_audit_ends(&work);
    return audit < cycle ? audit : cycle;
}
