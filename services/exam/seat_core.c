/* The machine `seat`.  SPEC 6.2. */
#include "seat_core.h"

enum { KNOWN_YES = 3, COORDINATOR = 1, NOTICE_OFFERED = 1, NOTICE_REMINDER = 2, NOTICE_LAST = 3 };

static const uint8_t cells[SEAT_STATE_COUNT][SEAT_EVENT_COUNT] = {
#define SEAT_ROW(state, tick, wanted, accepted, declined, opened, recused, submitted, question,    \
                 known, asked, approved, close, aside, count, pause, resume, correct, withdraw)    \
    [SEAT_##state] = {[SEAT_EVENT_TICK] = SEAT_DO_##tick,                                          \
                      [SEAT_EVENT_WANTED] = SEAT_DO_##wanted,                                      \
                      [SEAT_EVENT_ACCEPTED] = SEAT_DO_##accepted,                                  \
                      [SEAT_EVENT_DECLINED] = SEAT_DO_##declined,                                  \
                      [SEAT_EVENT_OPENED] = SEAT_DO_##opened,                                      \
                      [SEAT_EVENT_RECUSED] = SEAT_DO_##recused,                                    \
                      [SEAT_EVENT_SUBMITTED] = SEAT_DO_##submitted,                                \
                      [SEAT_EVENT_QUESTIONED] = SEAT_DO_##question,                                \
                      [SEAT_EVENT_KNOWN] = SEAT_DO_##known,                                        \
                      [SEAT_EVENT_ASKED] = SEAT_DO_##asked,                                        \
                      [SEAT_EVENT_APPROVED] = SEAT_DO_##approved,                                  \
                      [SEAT_EVENT_CLOSE] = SEAT_DO_##close,                                        \
                      [SEAT_EVENT_ASIDE] = SEAT_DO_##aside,                                        \
                      [SEAT_EVENT_COUNTED] = SEAT_DO_##count,                                      \
                      [SEAT_EVENT_PAUSE] = SEAT_DO_##pause,                                        \
                      [SEAT_EVENT_RESUME] = SEAT_DO_##resume,                                      \
                      [SEAT_EVENT_CORRECT] = SEAT_DO_##correct,                                    \
                      [SEAT_EVENT_WITHDRAW] = SEAT_DO_##withdraw},
#include "seat_cells.def"
#undef SEAT_ROW
};

enum seat_action seat_cell(enum seat_state_id state, enum seat_event_kind event)
{
    return (enum seat_action)cells[state][event];
}

const char *seat_state_name(enum seat_state_id state)
{
    static const char *const names[SEAT_STATE_COUNT] = {
#define SEAT_STATE(symbol, name) [SEAT_##symbol] = name,
#include "seat_states.def"
#undef SEAT_STATE
    };
    return names[state];
}

/* One step: what it is decided by, and where it is changed. */
struct turn {
    const struct exam_policy *policy;
    const struct seat_event *event;
    wf_time now;
    struct seat *after;
    struct seat_effects *effects;
};

bool seat_is_live(const struct seat *seat)
{
    return seat->state == SEAT_OFFERED || seat->state == SEAT_ACCEPTED ||
           seat->state == SEAT_OPENED;
}

/* ---- time (SPEC 6.2) ---- */

enum { POINTS = 4 };

/* The reminder points of a seat; WF_NEVER: not one of its present state. */
static wf_time reminder_at(const struct seat *seat, int point)
{
    static const int32_t days[POINTS] = {2, 5, 1, -1}; /* before the last day */
    wf_time end = point == 0 ? seat->respond_until : seat->due_until;
    if ((point == 0) != (seat->state == SEAT_OFFERED))
        return WF_NEVER;
    return end - (days[point] + 1) * WF_DAY + EXAM_REMINDER_HOUR * WF_HOUR;
}

static wf_time next_reminder(const struct seat *seat)
{
    wf_time first = WF_NEVER;
    for (int i = 0; i < POINTS && seat->reminders < EXAM_REMINDERS_MAX; i++) {
        wf_time at = reminder_at(seat, i);
        if (at < first && at > seat->offered_at && !(seat->points_passed & 1u << i))
            first = at;
    }
    return first;
}

static wf_time end_of(const struct exam_policy *policy, const struct seat *seat)
{
    return seat->state == SEAT_OFFERED ? seat->respond_until
                                       : seat->due_until + policy->grace_days * WF_DAY;
}

/* Counted from the locking, of work and calibrations alike: the paper's own time would tell them apart. */
static wf_time end_of_keeping(const struct exam_policy *policy, const struct seat *seat)
{
    bool kept = !seat->locked_at || seat->forgotten || !policy->keep_text_days;
    return kept ? WF_NEVER : seat->locked_at + policy->keep_text_days * WF_DAY;
}

wf_time seat_next_deadline(const void *policy, const void *state)
{
    const struct seat *seat = state;
    if (seat->state == SEAT_SUBMITTED && seat->calibration)
        return seat->judge_at;
    if (seat->state == SEAT_COUNTED)
        return end_of_keeping(policy, seat);
    if (!seat_is_live(seat) || seat->paused_at)
        return WF_NEVER;
    wf_time reminder = next_reminder(seat), end = end_of(policy, seat);
    return reminder < end ? reminder : end;
}

/* ---- actions ---- */

/* Of a calibration its paper hears nothing but what is about the text. */
static void tell(const struct turn *turn, enum seat_told told, const char *why)
{
    if (turn->after->calibration && told != SEAT_TOLD_IT_QUESTIONED)
        return;
    turn->effects->told = told;
    memcpy(turn->effects->why, why, strlen(why) + 1);
}

static void tell_pool(const struct turn *turn, enum seat_calibration what)
{
    if (turn->after->calibration)
        turn->effects->calibration = what;
}

static struct wf_verdict leave(const struct turn *turn, enum seat_state_id state, const char *why)
{
    turn->after->state = state;
    turn->effects->desk = SEAT_DESK_CLOSED;
    tell(turn, SEAT_TOLD_IT_GONE, why);
    tell_pool(turn, SEAT_CALIBRATION_GONE);
    return wf_applied();
}

static struct wf_verdict offer(const struct turn *turn)
{
    const struct seat_event *event = turn->event;
    struct seat *seat = turn->after;
    memcpy(seat->handle, event->handle, sizeof seat->handle);
    memcpy(seat->reader, event->reader, sizeof seat->reader);
    seat->place = event->place;
    seat->round = event->round;
    seat->calibration = event->calibration;
    seat->key_hundredths = event->key_hundredths;
    seat->pack = event->pack;
    seat->text_version = event->text.version;
    seat->offered_at = turn->now;
    seat->respond_until = exam_end_of_day(turn->now, turn->policy->respond_days);
    seat->due_until = exam_end_of_day(turn->now, turn->policy->due_days);
    seat->state = SEAT_OFFERED;
    turn->effects->desk = SEAT_DESK_OFFERED;
    turn->effects->notice = NOTICE_OFFERED;
    return wf_applied();
}

static struct wf_verdict pass_time(const struct turn *turn)
{
    struct seat *seat = turn->after;
    bool due = false;
    if (seat->paused_at)
        return wf_ignored();
    if (turn->now >= end_of(turn->policy, seat))
        return leave(turn, seat->state == SEAT_OFFERED ? SEAT_EXPIRED : SEAT_TAKEN_OVER,
                     seat->state == SEAT_OFFERED ? "expired" : "taken-over");
    while (next_reminder(seat) <= turn->now) {
        for (int i = 0; i < POINTS; i++)
            if (reminder_at(seat, i) <= turn->now)
                seat->points_passed |= 1u << i;
        due = true;
    }
    if (!due)
        return wf_ignored();
    seat->reminders++;
    bool last = seat->reminders == EXAM_REMINDERS_MAX || next_reminder(seat) == WF_NEVER;
    turn->effects->notice = last && seat->state != SEAT_OFFERED ? NOTICE_LAST : NOTICE_REMINDER;
    return wf_applied();
}

static struct wf_verdict enter(const struct turn *turn, enum seat_state_id state)
{
    turn->after->state = state;
    return wf_applied();
}

/* The desk knows whether it is paused; what was done there before it heard of a pause has been done. */
static struct wf_verdict open_seat(const struct turn *turn)
{
    tell(turn, SEAT_TOLD_IT_OPENED, "");
    tell_pool(turn, SEAT_CALIBRATION_OPENED);
    return enter(turn, SEAT_OPENED);
}

/* By the paper, which needs not be told. */
static struct wf_verdict end(const struct turn *turn, enum seat_state_id state)
{
    turn->effects->desk = SEAT_DESK_CLOSED;
    return enter(turn, state);
}

/* SPEC 6.9. */
static struct wf_verdict judge(const struct turn *turn)
{
    const struct seat *seat = turn->after;
    int64_t total = (int64_t)100 * adjudicate_total(&seat->pack, seat->sheet.points);
    int64_t distance =
        total > seat->key_hundredths ? total - seat->key_hundredths : seat->key_hundredths - total;
    tell_pool(turn, distance <= seat->pack.total_tolerance ? SEAT_CALIBRATION_WITHIN
                                                           : SEAT_CALIBRATION_OUTSIDE);
    return enter(turn, SEAT_COUNTED);
}

/* As long as a result would wait for what its readers say of the writer. */
static struct wf_verdict judge_in_time(const struct turn *turn)
{
    if (!turn->after->calibration || turn->now < turn->after->judge_at)
        return wf_ignored();
    return judge(turn);
}

static struct wf_verdict forget(const struct turn *turn)
{
    if (turn->now < end_of_keeping(turn->policy, turn->after))
        return wf_ignored();
    turn->after->forgotten = true;
    return end(turn, SEAT_COUNTED);
}

/* The desk locks, and it alone knows which text its reader has before them: a sheet that was locked before a
 * pause or a new text reached the desk is locked, and its reader was told so. */
static struct wf_verdict submit(const struct turn *turn)
{
    static const uint16_t reasons[] = {[EXAM_SCORES_OK] = SEAT_BECAUSE_NONE,
                                       [EXAM_SCORES_UNKNOWN] = SEAT_BECAUSE_CRITERION,
                                       [EXAM_SCORES_MISSING] = SEAT_BECAUSE_MISSING,
                                       [EXAM_SCORES_RANGE] = SEAT_BECAUSE_RANGE};
    struct seat *seat = turn->after;
    struct exam_sheet sheet = turn->event->sheet;
    if (sheet.text_version > seat->text_version)
        return wf_refused(SEAT_BECAUSE_NOT_THIS_TEXT);
    uint16_t reason = reasons[exam_scores_take(&seat->pack, &turn->event->scores, sheet.points)];
    if (reason != SEAT_BECAUSE_NONE)
        return wf_refused(reason);
    seat->sheet = sheet;
    seat->correction_wanted = false;
    seat->locked_at = turn->now;
    seat->judge_at = seat->calibration ? turn->now + turn->policy->attestation_hours * WF_HOUR : 0;
    tell(turn, SEAT_TOLD_IT_SUBMITTED, "");
    if (seat->state != SEAT_OPENED)
        tell_pool(turn, SEAT_CALIBRATION_OPENED);
    return enter(turn, SEAT_SUBMITTED);
}

static struct wf_verdict question(const struct turn *turn)
{
    tell(turn, SEAT_TOLD_IT_QUESTIONED, "");
    return wf_applied();
}

/* A calibration does by itself what the paper of another seat would order. */
static struct wf_verdict know(const struct turn *turn)
{
    struct seat *seat = turn->after;
    if (seat->known == turn->event->known)
        return wf_ignored();
    seat->known = turn->event->known;
    tell(turn, SEAT_TOLD_IT_KNOWN, "");
    if (!seat->calibration || seat->state != SEAT_SUBMITTED)
        return wf_applied();
    if (seat->known != KNOWN_YES)
        return judge(turn);
    tell_pool(turn, SEAT_CALIBRATION_GONE);
    return end(turn, SEAT_SET_ASIDE);
}

static struct wf_verdict ask(const struct turn *turn)
{
    if (turn->after->correction_wanted)
        return wf_ignored();
    turn->after->correction_wanted = true;
    return wf_applied();
}

static struct wf_verdict correct(const struct turn *turn)
{
    turn->after->correction_wanted = false;
    turn->after->due_until = exam_end_of_day(turn->now, turn->policy->respond_days);
    turn->after->points_passed = 0;
    turn->effects->desk = SEAT_DESK_CORRECTION;
    return enter(turn, SEAT_OPENED);
}

static struct wf_verdict approve(const struct turn *turn)
{
    if (!turn->event->by.roles)
        return wf_refused(SEAT_BECAUSE_NOT_AN_OPERATOR);
    if (!(turn->event->by.roles & 1u << COORDINATOR))
        return wf_refused(SEAT_BECAUSE_WRONG_ROLE);
    if (!turn->after->correction_wanted)
        return wf_refused(SEAT_BECAUSE_NO_CORRECTION);
    if (turn->after->calibration)
        return correct(turn);
    tell(turn, SEAT_TOLD_IT_CORRECTION, "");
    return enter(turn, SEAT_CORRECTING);
}

static struct wf_verdict pause_reading(const struct turn *turn)
{
    if (turn->after->paused_at)
        return wf_ignored();
    turn->after->paused_at = turn->now;
    turn->effects->desk = SEAT_DESK_PAUSED;
    return wf_applied();
}

/* The days grow by the whole days of the pause, so that no two seats end at an odd instant. */
static struct wf_verdict resume(const struct turn *turn)
{
    struct seat *seat = turn->after;
    bool paused = seat->paused_at != 0; /* the desk too, also where its sheet crossed the pause */
    if (turn->event->text.version <= seat->text_version)
        return wf_ignored();
    if (paused) {
        wf_time longer = (turn->now - seat->paused_at + WF_DAY - 1) / WF_DAY * WF_DAY;
        seat->respond_until += longer;
        seat->due_until += longer;
        seat->paused_at = 0;
    }
    if (!seat_is_live(seat) && !paused) /* a locked sheet was about the text as it was then */
        return wf_ignored();
    seat->text_version = turn->event->text.version;
    turn->effects->desk = SEAT_DESK_TEXT;
    return wf_applied();
}

static struct wf_verdict act(const struct turn *turn, enum seat_action action)
{
    switch (action) {
    case SEAT_DO_GONE:
        return wf_refused(SEAT_BECAUSE_GONE);
    case SEAT_DO_EXISTS:
        return wf_refused(SEAT_BECAUSE_EXISTS);
    case SEAT_DO_LOCKED:
        return wf_refused(SEAT_BECAUSE_LOCKED);
    case SEAT_DO_NOTHING:
        return wf_refused(SEAT_BECAUSE_NO_CORRECTION);
    case SEAT_DO_TOO_LATE:
        return wf_refused(SEAT_BECAUSE_TOO_LATE);
    case SEAT_DO_TIME:
        return pass_time(turn);
    case SEAT_DO_OFFER:
        return offer(turn);
    case SEAT_DO_ACCEPT:
        return enter(turn, SEAT_ACCEPTED);
    case SEAT_DO_DECLINE:
        return leave(turn, SEAT_DECLINED, "declined");
    case SEAT_DO_OPEN:
        return open_seat(turn);
    case SEAT_DO_RECUSE:
        return leave(turn, SEAT_RECUSED, "recused");
    case SEAT_DO_SUBMIT:
        return submit(turn);
    case SEAT_DO_QUESTION:
        return question(turn);
    case SEAT_DO_KNOW:
        return know(turn);
    case SEAT_DO_ASK:
        return ask(turn);
    case SEAT_DO_APPROVE:
        return approve(turn);
    case SEAT_DO_CLOSE:
        return end(turn, SEAT_CLOSED);
    case SEAT_DO_ASIDE:
        return end(turn, SEAT_SET_ASIDE);
    case SEAT_DO_COUNT:
        return enter(turn, SEAT_COUNTED);
    case SEAT_DO_JUDGE:
        return judge_in_time(turn);
    case SEAT_DO_FORGET:
        return forget(turn);
    case SEAT_DO_PAUSE:
        return pause_reading(turn);
    case SEAT_DO_RESUME:
        return resume(turn);
    case SEAT_DO_CORRECT:
        return correct(turn);
    case SEAT_DO_IGNORE:
    case SEAT_ACTION_COUNT:
        break;
    }
    return wf_ignored();
}

struct wf_verdict seat_step(const void *policy, const void *before, const void *event, wf_time now,
                            void *after, void *effects)
{
    struct seat next = *(const struct seat *)before;
    struct seat_effects done = {0};
    struct turn turn = {
        .policy = policy, .event = event, .now = now, .after = &next, .effects = &done};
    struct wf_verdict verdict = act(&turn, seat_cell(next.state, turn.event->kind));
    if (verdict.step == WF_APPLIED) {
        *(struct seat *)after = next;
        *(struct seat_effects *)effects = done;
    }
    return verdict;
}

bool seat_holds(const void *state, const char **broken)
{
    const struct seat *seat = state;
    bool locked = seat->state == SEAT_SUBMITTED || seat->state == SEAT_CORRECTING ||
                  seat->state == SEAT_COUNTED;
    *broken = NULL;
    if (seat->state == SEAT_UNKNOWN)
        return true;
    if (!seat->handle[0] || !seat->reader[0])
        *broken = "a seat has a paper and a reader";
    else if (locked && !seat->sheet.version)
        *broken = "what is locked has a sheet";
    else if (seat->reminders > EXAM_REMINDERS_MAX)
        *broken = "reminders are bounded";
    else if (seat->respond_until <= seat->offered_at || seat->due_until <= seat->offered_at)
        *broken = "a seat ends after it was offered";
    return !*broken;
}
