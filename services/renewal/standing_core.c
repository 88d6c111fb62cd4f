#include "standing_rules.h"

#include <string.h>

enum { MONTHS = 12 };

#define REFUSALS(X)                                                                                \
    X(NOT_ENDORSED)                                                                                \
    X(LAPSED)                                                                                      \
    X(INACTIVE)                                                                                    \
    X(SANCTIONED)                                                                                  \
    X(EMERITUS)                                                                                    \
    X(NOT_SANCTIONED)                                                                              \
    X(IS_ACTIVE)                                                                                   \
    X(NEEDS_APPLICATION)                                                                           \
    X(OVERDUE)                                                                                     \
    X(ERASED)

enum action {
    IGNORE = 1,
    GRANT,
    SUBMIT,
    PAY,
    SIGN,
    ATTEST,
    KEEP_ACTIVITY,
    ANSWER_AUDIT,
    KEEP_MEMBER,
    CUT_MEMBER,
    ARCHIVE,
    UNARCHIVE,
    MOVE_AWAY,
    SANCTION,
    LIFT,
    TAKE_LEAVE,
    RETIRE,
    COME_BACK,
    ERASE,
    TIME,
#define STANDING_X(reason) REFUSE_##reason,
    REFUSALS(STANDING_X)
#undef STANDING_X
};

/* SPEC 2.2 */
static const uint8_t cells[STANDING_STATE_COUNT][STANDING_EVENT_COUNT] = {
#define STANDING_CELL(state, event, action) [STANDING_##state][STANDING_ON_##event] = action,
#include "standing_cells.def"
#undef STANDING_CELL
};

struct wf_verdict standing_refuse(enum standing_reason reason)
{
    return wf_refused((uint16_t)reason);
}

struct standing_designation *standing_find(struct standing *standing, int32_t category,
                                           int32_t age_line)
{
    for (int32_t i = 0; i < standing->designation_count; i++) {
        struct standing_designation *designation = &standing->designations[i];
        if (designation->category == category && designation->age_line == age_line)
            return designation;
    }
    return NULL;
}

void standing_report(struct standing_work *work, const struct standing_designation *designation)
{
    ptrdiff_t index = designation - work->after->designations;
    work->effects->reports = (uint16_t)(work->effects->reports | 1u << index);
}

/* ---- SPEC 2.3 ---- */

static wf_date first_due(const struct standing_work *work)
{
    const struct standing_event *event = work->event;
    const struct wf_edition *edition = wf_policy_edition(work->association, event->on);
    wf_date due = wf_policy_first_due(edition, event->applied_on, event->on);
    while (due < work->today)
        due = wf_policy_next_due(wf_policy_edition(work->association, due + 1), due);
    return due;
}

wf_date standing_hours_begin(const struct standing_work *work, wf_date due)
{
    const struct wf_edition *edition = standing_edition(work->association, due);
    int32_t years = edition->renewal == WF_RENEWAL_FIXED ? edition->cycle_years : 1;
    return wf_date_add_months(due, -MONTHS * years) + 1;
}

static void application_note(struct standing_designation *designation,
                             const struct standing_event *event)
{
    memcpy(designation->application, event->reference, sizeof designation->application);
    memcpy(designation->edition, event->edition, sizeof designation->edition);
}

static struct wf_verdict grant(struct standing_work *work)
{
    const struct standing_event *event = work->event;
    struct standing *after = work->after;
    struct standing_designation *designation =
        standing_find(after, event->category, event->age_line);
    if (designation != NULL && designation->status == STANDING_IS_ACTIVE) {
        if (strcmp(designation->application, event->reference) == 0)
            return wf_ignored();
        application_note(designation, event);
        standing_report(work, designation);
        return wf_applied();
    }
    if (designation == NULL)
        designation = &after->designations[after->designation_count++];
    memset(designation, 0, sizeof *designation);
    designation->category = event->category;
    designation->age_line = event->age_line;
    designation->status =
        after->phase == STANDING_SANCTIONED ? STANDING_IS_SANCTIONED : STANDING_IS_ACTIVE;
    designation->since = designation->endorsed_on = event->on;
    designation->applied_on = event->applied_on;
    designation->due = first_due(work);
    designation->hours_from = standing_hours_begin(work, designation->due);
    application_note(designation, event);
    standing_report(work, designation);
    if (after->phase == STANDING_SANCTIONED)
        return wf_applied();
    after->leave_until = after->return_on = 0;
    standing_cycle_settle(work);
    return wf_applied();
}

/* ---- SPEC 2.4, 2.5 ---- */

bool standing_is_future(const struct standing_work *work)
{
    return work->event->on > work->today + 1; /* a portal east of us may be a day ahead */
}

/* A return has no end. */
static bool is_over(const struct standing_work *work)
{
    return work->after->cycle_due != 0 && work->today > standing_cycle_ends(work);
}

static void try_all(struct standing_work *work)
{
    standing_cycle_try(work);
    standing_return_try(work);
}

/* The rule about hours that keeps a designation from being submitted; SPEC 2.11. */
static enum standing_reason hours_lack(const struct standing_work *work,
                                       const struct standing_designation *designation)
{
    if (standing_cycle_edition(work)->renewal_attested)
        return STANDING_BECAUSE_NONE;
    int32_t place = (int32_t)(designation - work->after->designations);
    return standing_hours_of(work->policy, work->after, place, work->event->gives_rsc).lacks;
}

static struct wf_verdict submit_one(struct standing_work *work,
                                    struct standing_designation *designation)
{
    struct standing *after = work->after;
    bool each = standing_cycle_edition(work)->renewal_each_category;
    if (designation->renewal_on != 0)
        return wf_ignored();
    enum standing_reason lacks = hours_lack(work, designation);
    if (lacks != STANDING_BECAUSE_NONE)
        return standing_refuse(lacks);
    after->gives_rsc = work->event->gives_rsc;
    for (int32_t i = 0; i < after->designation_count; i++) {
        struct standing_designation *one = &after->designations[i];
        bool meant = one == designation || (!each && hours_lack(work, one) == 0);
        if (meant && one->status == STANDING_IS_ACTIVE && one->due == after->cycle_due)
            one->renewal_on = work->event->on;
    }
    if (after->phase == STANDING_CURRENT)
        standing_cycle_open(work);
    standing_cycle_try(work);
    if (designation->renewal_on != 0)
        standing_cycle_mail(work, STANDING_MAIL_RECEIVED);
    return wf_applied();
}

static struct wf_verdict submit(struct standing_work *work)
{
    const struct standing_event *event = work->event;
    struct standing_designation *designation =
        standing_find(work->after, event->category, event->age_line);
    if (designation == NULL || designation->status != STANDING_IS_ACTIVE)
        return standing_refuse(STANDING_BECAUSE_NOT_HELD);
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (designation->due > work->after->cycle_due)
        return standing_refuse(STANDING_BECAUSE_ALREADY_RENEWED);
    if (is_over(work))
        return standing_refuse(STANDING_BECAUSE_LAPSED);
    wf_date opens = standing_cycle_opens(work);
    if (work->today < opens && event->on < opens)
        return standing_refuse(STANDING_BECAUSE_WINDOW_NOT_OPEN);
    return submit_one(work, designation);
}

static bool is_fee_of_phase(enum standing_phase phase, int32_t kind)
{
    if (phase == STANDING_RETURNING)
        return kind == STANDING_FEE_REINSTATEMENT;
    return kind == STANDING_FEE_RENEWAL || kind == STANDING_FEE_LATE;
}

static struct wf_verdict pay(struct standing_work *work)
{
    const struct standing_event *event = work->event;
    struct standing *after = work->after;
    if (!is_fee_of_phase(after->phase, event->fee_kind))
        return standing_refuse(STANDING_BECAUSE_FEE_KIND);
    if (strcmp(event->currency, wf_policy_edition(work->association, work->today)->currency) != 0)
        return standing_refuse(STANDING_BECAUSE_CURRENCY);
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (is_over(work))
        return standing_refuse(STANDING_BECAUSE_LAPSED);
    for (int32_t i = 0; i < after->payment_count; i++) {
        if (strcmp(after->payments[i].id, event->reference) == 0)
            return wf_ignored();
    }
    if (after->payment_count == STANDING_PAYMENTS_MAX)
        return standing_refuse(STANDING_BECAUSE_PAYMENTS_FULL);
    struct standing_payment *payment = &after->payments[after->payment_count++];
    memcpy(payment->id, event->reference, sizeof payment->id);
    payment->amount_minor = event->amount_minor;
    payment->paid_on = event->on;
    try_all(work);
    return wf_applied();
}

/* The code of ethics, or that no sanction is in force: a day of this cycle, kept once. */
static struct wf_verdict sign(struct standing_work *work, wf_date *signed_on)
{
    const struct standing_event *event = work->event;
    if (standing_is_future(work))
        return standing_refuse(STANDING_BECAUSE_DATE_IMPLAUSIBLE);
    if (is_over(work))
        return standing_refuse(STANDING_BECAUSE_LAPSED);
    bool is_return = work->after->phase == STANDING_RETURNING;
    if (event->on < (is_return ? work->after->return_on : standing_cycle_opens(work)))
        return standing_refuse(STANDING_BECAUSE_WINDOW_NOT_OPEN);
    if (*signed_on != 0)
        return wf_ignored();
    *signed_on = event->on;
    try_all(work);
    return wf_applied();
}

/* ---- SPEC 2.6 ---- */

static struct wf_verdict member(struct standing_work *work, wf_date until)
{
    if (until == work->after->member_until)
        return wf_ignored();
    work->after->member_until = until;
    if (work->association != NULL && !is_over(work))
        try_all(work);
    return wf_applied();
}

/* Until when; 0: the event does not say. */
static wf_date member_until(const struct standing_work *work)
{
    const struct standing_event *event = work->event;
    if (event->on != 0 || event->bought == 0 || work->association == NULL)
        return event->on;
    return wf_policy_membership_end(wf_policy_edition(work->association, event->bought),
                                    event->bought);
}

static wf_date later(wf_date a, wf_date b)
{
    return a > b ? a : b;
}

static wf_date earlier(wf_date a, wf_date b)
{
    return a < b ? a : b;
}

static struct wf_verdict keep_member(struct standing_work *work)
{
    wf_date until = member_until(work);
    if (until == 0)
        return standing_refuse(STANDING_BECAUSE_MEMBERSHIP_UNDATED);
    return member(work, later(work->after->member_until, until));
}

/* ---- SPEC 2.8 ---- */

static struct wf_verdict erase(struct standing_work *work)
{
    struct standing *after = work->after;
    for (int32_t i = 0; i < after->designation_count; i++) {
        struct standing_designation *designation = &after->designations[i];
        designation->status = STANDING_IS_ERASED;
        designation->since = work->today;
        designation->due = designation->renewal_on = designation->hours_from = 0;
        memset(designation->application, 0, sizeof designation->application);
        standing_report(work, designation);
    }
    memset(after->payments, 0, sizeof after->payments);
    memset(after->activities, 0, sizeof after->activities);
    after->payment_count = after->activity_count = after->reminders = 0;
    after->cycle_due = after->member_until = after->ethics_on = after->no_sanction_on = 0;
    after->leave_until = after->return_on = after->audit_until = 0;
    after->gives_rsc = false;
    after->audit = STANDING_AUDIT_NONE;
    after->audit_seed = 0;
    after->phase = STANDING_ERASED;
    return wf_applied();
}

/* ---- the table ---- */

static bool needs_policy(enum action action)
{
    return action == GRANT || action == SUBMIT || action == PAY || action == SIGN ||
           action == ATTEST || action == KEEP_ACTIVITY || action == ANSWER_AUDIT ||
           action == ARCHIVE || action == UNARCHIVE || action == MOVE_AWAY || action == SANCTION ||
           action == LIFT || action == TAKE_LEAVE || action == RETIRE || action == COME_BACK;
}

static struct wf_verdict passing_of_time(struct standing_work *work)
{
    if (work->association == NULL)
        return wf_ignored();
    if (work->after->leave_until != 0)
        return standing_leave_time(work);
    if (work->after->phase == STANDING_RETURNING)
        return wf_ignored();
    return standing_audit_is_over(work) ? standing_audit_overdue(work) : standing_cycle_time(work);
}

static struct wf_verdict act(enum action action, struct standing_work *work)
{
    switch (action) {
    case GRANT:
        return grant(work);
    case SUBMIT:
        return submit(work);
    case PAY:
        return pay(work);
    case SIGN:
        return sign(work, &work->after->ethics_on);
    case ATTEST:
        return sign(work, &work->after->no_sanction_on);
    case KEEP_ACTIVITY:
        return standing_activity_keep(work);
    case ANSWER_AUDIT:
        return standing_audit_answer(work);
    case KEEP_MEMBER:
        return keep_member(work);
    case CUT_MEMBER:
        return member(work, earlier(work->after->member_until, work->event->on - 1));
    case UNARCHIVE:
        return standing_unarchive(work);
    case MOVE_AWAY:
        return standing_move_away(work);
    case ARCHIVE:
        return standing_archive(work);
    case SANCTION:
        return standing_sanction(work);
    case LIFT:
        return standing_lift(work);
    case TAKE_LEAVE:
        return standing_take_leave(work);
    case RETIRE:
        return standing_retire(work);
    case COME_BACK:
        return standing_come_back(work);
    case ERASE:
        return erase(work);
    case TIME:
        return passing_of_time(work);
#define STANDING_X(reason)                                                                         \
    case REFUSE_##reason:                                                                          \
        return standing_refuse(STANDING_BECAUSE_##reason);
        REFUSALS(STANDING_X)
#undef STANDING_X
    case IGNORE:
        break;
    }
    return wf_ignored();
}

static void edition_note(struct standing_work *work, const struct standing *before)
{
    bool granted = work->event->kind == STANDING_ON_GRANTED;
    if (work->association == NULL || (!granted && before->cycle_due == 0))
        return;
    const struct wf_edition *edition = granted
                                           ? wf_policy_edition(work->association, work->event->on)
                                           : standing_edition(work->association, before->cycle_due);
    _Static_assert(sizeof edition->name <= sizeof work->effects->edition, "an edition's name");
    memcpy(work->effects->edition, edition->name, sizeof edition->name);
}

struct wf_verdict standing_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects)
{
    const struct standing *was = before;
    const struct standing_event *what = event;
    struct standing next = *was;
    struct standing_effects done = {0};
    struct standing_work work = {
        .policy = policy, .event = what, .now = now, .after = &next, .effects = &done};
    if (was->phase == STANDING_NONE) {
        memcpy(next.association, what->association, sizeof next.association);
        memcpy(next.person, what->person, sizeof next.person);
    }
    work.association = wf_policy_association(work.policy->book, next.association);
    work.today = work.association != NULL
                     ? wf_policy_local_date(work.policy->book, work.association, now)
                     : wf_time_to_utc_date(now);
    enum action action = (enum action)cells[was->phase][what->kind];
    if (needs_policy(action) && work.association == NULL)
        return standing_refuse(STANDING_BECAUSE_ASSOCIATION_UNKNOWN);
    struct wf_verdict verdict = act(action, &work);
    if (verdict.step != WF_APPLIED)
        return verdict;
    if (next.phase != was->phase || next.phase_since == 0)
        next.phase_since = work.today;
    edition_note(&work, was);
    *(struct standing *)after = next;
    *(struct standing_effects *)effects = done;
    return verdict;
}

/* ---- invariants ---- */

static int32_t count_active(const struct standing *standing, wf_date *due)
{
    int32_t count = 0;
    *due = 0;
    for (int32_t i = 0; i < standing->designation_count; i++) {
        const struct standing_designation *designation = &standing->designations[i];
        if (designation->status != STANDING_IS_ACTIVE)
            continue;
        count++;
        if (*due == 0 || designation->due < *due)
            *due = designation->due;
    }
    return count;
}

bool standing_holds(const void *state, const char **broken)
{
    const struct standing *standing = state;
    *broken = NULL;
    if ((unsigned)standing->phase >= STANDING_STATE_COUNT)
        *broken = "the state is none of the table";
    else if (standing->designation_count < 0 ||
             standing->designation_count > STANDING_DESIGNATIONS_MAX)
        *broken = "at most 16 designations";
    else if (standing->payment_count < 0 || standing->payment_count > STANDING_PAYMENTS_MAX)
        *broken = "at most 8 payments";
    else if (standing->activity_count < 0 || standing->activity_count > STANDING_ACTIVITIES_MAX)
        *broken = "at most 96 activities";
    if (*broken != NULL)
        return false;
    wf_date due = 0;
    int32_t active = count_active(standing, &due);
    bool running = standing->phase == STANDING_CURRENT || standing->phase == STANDING_OPEN ||
                   standing->phase == STANDING_GRACE;
    if (running != (active > 0))
        *broken = "a cycle runs exactly while a designation is active";
    else if (standing->cycle_due != due)
        *broken = "the cycle ends on the earliest due day of the active designations";
    else if (standing->phase == STANDING_NONE && standing->designation_count != 0)
        *broken = "nothing endorsed means no designation";
    else if (standing->reminders < 0 || standing->reminders > WF_REMINDERS_MAX)
        *broken = "at most as many reminders as a policy has";
    else if (!running && standing->phase != STANDING_RETURNING &&
             (standing->payment_count != 0 || standing->ethics_on != 0 ||
              standing->no_sanction_on != 0))
        *broken = "facts of a cycle without a cycle";
    else if (standing->phase == STANDING_LEAVE && standing->leave_until == 0)
        *broken = "a leave has an end";
    else if (standing->leave_until != 0 && standing->phase != STANDING_LEAVE &&
             standing->phase != STANDING_RETURNING)
        *broken = "only a leave and the return from it have an end of the leave";
    else if ((standing->audit == STANDING_AUDIT_ASKED) != (standing->audit_until != 0))
        *broken = "an audit that is asked for has an end, and nothing else has";
    else if (!running && standing->audit > STANDING_AUDIT_NEXT)
        *broken = "an audit is asked of who is active";
    else if ((standing->phase == STANDING_RETURNING) != (standing->return_on != 0))
        *broken = "a return has the day it was asked for, and nothing else has";
    return *broken == NULL;
}

static const char *const phase_names[STANDING_STATE_COUNT] = {
#define STANDING_STATE(symbol, name, waits) [STANDING_##symbol] = name,
#include "standing_states.def"
#undef STANDING_STATE
};

const char *standing_phase_name(enum standing_phase phase)
{
    return phase_names[phase];
}

int standing_phase_find(const char *name)
{
    for (int i = 0; i < STANDING_STATE_COUNT; i++) {
        if (strcmp(phase_names[i], name) == 0)
            return i;
    }
    return -1;
}
