/* Random audits of attested renewals: the draw, its answer, its end.  SPEC 2.12. */
#include "standing_rules.h"

enum { PERCENT = 100, SEED_BYTES = 8 };

/* Bytes that the journal keeps with the event, so that the draw can be made again by anybody. */
static uint64_t seed_of(const struct standing_event *event)
{
    uint64_t seed = 0;
    for (int i = 0; i < SEED_BYTES; i++)
        seed = seed << 8 | event->meta.entropy[i];
    return seed;
}

void standing_audit_draw(struct standing_work *work, const struct wf_edition *edition)
{
    struct standing *after = work->after;
    if (edition->audit_percent == 0 || after->audit == STANDING_AUDIT_ASKED)
        return;
    after->audit_seed = seed_of(work->event);
    bool drawn = (int32_t)(after->audit_seed % PERCENT) < edition->audit_percent;
    if (!drawn && after->audit != STANDING_AUDIT_NEXT)
        return;
    after->audit = STANDING_AUDIT_ASKED;
    after->audit_until = work->today + edition->audit_answer_days;
    work->effects->audit_changed = true;
    struct standing_mail *mail = standing_mail_add(work, STANDING_MAIL_AUDIT);
    mail->designations = work->effects->reports;
    mail->until = after->audit_until;
}

/* The association's rule says what an audit that was not passed does. */
static void fail(struct standing_work *work)
{
    struct standing *after = work->after;
    after->audit = STANDING_AUDIT_FAILED;
    after->audit_until = 0;
    if (wf_policy_edition(work->association, work->today)->audit_lapses)
        standing_lapse_all(work);
}

struct wf_verdict standing_audit_answer(struct standing_work *work)
{
    struct standing *after = work->after;
    if (after->audit != STANDING_AUDIT_ASKED && after->audit != STANDING_AUDIT_FAILED)
        return standing_refuse(STANDING_BECAUSE_NO_AUDIT);
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (!work->event->satisfied && after->audit == STANDING_AUDIT_FAILED)
        return wf_ignored();
    work->effects->audit_changed = true;
    after->audit_until = 0;
    if (!work->event->satisfied) {
        fail(work);
        return wf_applied();
    }
    after->audit = STANDING_AUDIT_NONE;
    standing_cycle_try(work);
    return wf_applied();
}

wf_time standing_audit_ends(const struct standing_work *work)
{
    if (work->after->audit != STANDING_AUDIT_ASKED)
        return WF_NEVER;
    return wf_policy_midnight(work->policy->book, work->association, work->after->audit_until + 1);
}

bool standing_audit_is_over(const struct standing_work *work)
{
    return work->now >= standing_audit_ends(work);
}

struct wf_verdict standing_audit_overdue(struct standing_work *work)
{
    work->effects->audit_changed = true;
    fail(work);
    return wf_applied();
}

void standing_audit_put_off(struct standing *standing)
{
    if (standing->audit != STANDING_AUDIT_NONE)
        standing->audit = STANDING_AUDIT_NEXT;
    standing->audit_until = 0;
}
