/* The machine `seat`.  DESK 2. */
#include "seat_core.h"

#include <string.h>

struct turn {
    const struct wf_exam_form *form; /* of the seat; NULL: unknown */
    const struct seat_event *event;
    wf_time now;
    struct seat_state *after;
    struct seat_effects *effects;
};

static const uint8_t cells[SEAT_STATE_COUNT][SEAT_EVENT_COUNT] = {
#define SEAT_ROW(state, tick, offered, text, paused, closed, allowed, accept, decline, open, save, \
                 submit, recuse, question, known, correct)                                         \
    [SEAT_##state] = {                                                                             \
        [SEAT_EVENT_TICK] = SEAT_DO_##tick,         [SEAT_EVENT_OFFERED] = SEAT_DO_##offered,      \
        [SEAT_EVENT_TEXT] = SEAT_DO_##text,         [SEAT_EVENT_PAUSED] = SEAT_DO_##paused,        \
        [SEAT_EVENT_CLOSED] = SEAT_DO_##closed,     [SEAT_EVENT_ALLOWED] = SEAT_DO_##allowed,      \
        [SEAT_EVENT_ACCEPT] = SEAT_DO_##accept,     [SEAT_EVENT_DECLINE] = SEAT_DO_##decline,      \
        [SEAT_EVENT_OPEN] = SEAT_DO_##open,         [SEAT_EVENT_SAVE] = SEAT_DO_##save,            \
        [SEAT_EVENT_SUBMIT] = SEAT_DO_##submit,     [SEAT_EVENT_RECUSE] = SEAT_DO_##recuse,        \
        [SEAT_EVENT_QUESTION] = SEAT_DO_##question, [SEAT_EVENT_KNOWN] = SEAT_DO_##known,          \
        [SEAT_EVENT_CORRECT] = SEAT_DO_##correct},
#include "seat_cells.def"
#undef SEAT_ROW
};

enum seat_action seat_cell(enum seat_state_name state, enum seat_event_kind event)
{
    return (enum seat_action)cells[state][event];
}

bool seat_is_there(const struct seat_state *state)
{
    return state->state == SEAT_OFFERED || state->state == SEAT_ACCEPTED ||
           state->state == SEAT_OPENED || state->state == SEAT_LOCKED;
}

const char *seat_listed_state(const struct seat_state *state)
{
    if (!seat_is_there(state))
        return "";
    if (state->paused && state->state != SEAT_LOCKED)
        return "paused";
    if (state->state == SEAT_OFFERED)
        return "offered";
    if (state->state == SEAT_ACCEPTED)
        return "accepted";
    return state->state == SEAT_OPENED ? "opened" : "locked";
}

/* ---- from exam ---- */

static void take_text(struct turn *turn)
{
    const struct seat_event *event = turn->event;
    struct seat_state *seat = turn->after;
    seat->text_version = event->text_version;
    seat->text = event->text;
    memcpy(seat->text_sha256, event->text_sha256, sizeof seat->text_sha256);
    seat->paused = false;
    turn->effects->text = SEAT_PUT;
    turn->effects->list = true;
}

static struct wf_verdict offer(struct turn *turn)
{
    const struct seat_event *event = turn->event;
    struct seat_state *seat = turn->after;
    if (!turn->form)
        return wf_refused(SEAT_FORM_UNKNOWN);
    seat->state = SEAT_OFFERED;
    memcpy(seat->reader, event->reader, sizeof seat->reader);
    memcpy(seat->form, event->form, sizeof seat->form);
    memcpy(seat->language, event->language, sizeof seat->language);
    seat->respond_by = event->respond_by;
    seat->due = event->due;
    seat->sheet_version = 1;
    seat->offered_at = turn->now;
    take_text(turn);
    return wf_applied();
}

static struct wf_verdict replace_text(struct turn *turn)
{
    if (turn->event->text_version <= turn->after->text_version)
        return wf_ignored();
    turn->effects->forget_below = turn->event->text_version;
    take_text(turn);
    return wf_applied();
}

static struct wf_verdict pause_seat(struct turn *turn)
{
    if (turn->after->paused)
        return wf_ignored();
    turn->after->paused = true;
    turn->effects->list = true;
    return wf_applied();
}

/* Gone for its reader: the text, its key, and the line in the list. */
static struct wf_verdict leave(struct turn *turn, enum seat_state_name state)
{
    struct seat_state *seat = turn->after;
    turn->effects->list = seat_is_there(seat);
    turn->effects->text = seat->text.length ? SEAT_DROP : SEAT_KEEP;
    turn->effects->forget_below = seat->text_version + 1;
    seat->text = (struct seat_paper){0};
    seat->state = state;
    seat->wipe_at = turn->now + SEAT_WIPE_AGAIN;
    return wf_applied();
}

/* A text that crossed the seat's end on its way: its key was laid down before anybody looked. */
static struct wf_verdict drop_late_text(struct turn *turn)
{
    struct seat_state *seat = turn->after;
    if (turn->event->text_version > seat->text_version)
        seat->text_version = turn->event->text_version;
    seat->wipe_at = turn->now + SEAT_WIPE_AGAIN;
    turn->effects->forget_below = seat->text_version + 1;
    return wf_applied();
}

static struct wf_verdict wipe(struct turn *turn)
{
    if (!turn->after->wipe_at || turn->now < turn->after->wipe_at)
        return wf_ignored();
    turn->after->wipe_at = 0;
    turn->effects->forget_below = turn->after->text_version + 1;
    return wf_applied();
}

static struct wf_verdict allow(struct turn *turn)
{
    struct seat_state *seat = turn->after;
    if (turn->event->sheet_version != seat->sheet_version + 1)
        return wf_ignored();
    seat->state = SEAT_OPENED;
    seat->sheet_version++;
    seat->locked_at = 0;
    seat->known = SEAT_KNOWN_NONE;
    seat->correction_asked = false;
    memset(seat->sheet_sha256, 0, sizeof seat->sheet_sha256);
    turn->effects->list = true;
    return wf_applied();
}

/* ---- the reader's acts ---- */

static struct wf_verdict go(struct turn *turn, enum seat_state_name state)
{
    turn->after->state = state;
    turn->effects->list = turn->effects->report = true;
    return wf_applied();
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static struct wf_verdict decline(struct turn *turn)
{
#define WF_X(code, text) code,
    static const char *const reasons[] = {SEAT_DECLINE_REASONS(WF_X) NULL};
#undef WF_X
    if (!is_one_of(turn->event->reason, reasons))
        return wf_refused(SEAT_REASON_WANTED);
    turn->effects->report = true;
    return leave(turn, SEAT_DECLINED);
}

static struct wf_verdict recuse(struct turn *turn)
{
#define WF_X(code, text) code,
    static const char *const reasons[] = {SEAT_RECUSE_REASONS(WF_X) NULL};
#undef WF_X
    if (!is_one_of(turn->event->reason, reasons))
        return wf_refused(SEAT_REASON_WANTED);
    turn->effects->report = true;
    return leave(turn, SEAT_RECUSED);
}

static struct wf_verdict open_text(struct turn *turn)
{
    return turn->after->paused ? wf_refused(SEAT_PAUSED) : go(turn, SEAT_OPENED);
}

static enum seat_reason check_score(const struct wf_exam_form *form, const struct seat_score *score,
                                    unsigned *seen)
{
    int32_t place = wf_exam_criterion_find(form, score->criterion);
    if (place < 0)
        return SEAT_CRITERION_UNKNOWN;
    const struct wf_exam_criterion *criterion = &form->criteria[place];
    bool scored = score->points != SEAT_NO_POINTS;
    if (*seen & 1u << place)
        return SEAT_CRITERION_TWICE;
    if (scored && (score->points < criterion->least || score->points > criterion->most))
        return SEAT_OUT_OF_RUBRIC;
    if (scored)
        *seen |= 1u << place;
    return SEAT_NO_REASON;
}

enum seat_reason seat_check_sheet(const struct wf_exam_form *form, const struct seat_sheet *sheet,
                                  bool draft)
{
    unsigned scored = 0;
    uint64_t chosen = 0;
    for (int32_t i = 0; i < sheet->score_count; i++) {
        enum seat_reason reason = check_score(form, &sheet->scores[i], &scored);
        if (reason)
            return reason;
    }
    for (int32_t i = 0; i < sheet->comment_count; i++) {
        int32_t place = wf_exam_comment_find(form, sheet->comments[i]);
        if (place < 0)
            return SEAT_COMMENT_UNKNOWN;
        if (chosen & UINT64_C(1) << place)
            return SEAT_COMMENT_TWICE;
        chosen |= UINT64_C(1) << place;
    }
    bool whole = scored == (1u << form->criterion_count) - 1;
    return draft || whole ? SEAT_NO_REASON : SEAT_SCORE_MISSING;
}

static enum seat_reason why_not_taken(const struct turn *turn, bool draft)
{
    if (!turn->form)
        return SEAT_FORM_UNKNOWN;
    if (turn->event->sheet_version != turn->after->sheet_version)
        return SEAT_SHEET_CHANGED;
    if (!draft && turn->after->paused)
        return SEAT_PAUSED;
    if (!draft && turn->event->text_version != turn->after->text_version)
        return SEAT_TEXT_CHANGED;
    return seat_check_sheet(turn->form, &turn->event->entered, draft);
}

static struct wf_verdict save(struct turn *turn)
{
    enum seat_reason reason = why_not_taken(turn, true);
    if (reason)
        return wf_refused((uint16_t)reason);
    turn->after->sheet = turn->event->sheet;
    turn->after->saved_at = turn->now;
    turn->effects->sheet = SEAT_PUT;
    return wf_applied();
}

static struct wf_verdict lock(struct turn *turn)
{
    enum seat_reason reason = why_not_taken(turn, false);
    if (reason)
        return wf_refused((uint16_t)reason);
    turn->after->sheet = turn->event->sheet;
    turn->after->saved_at = turn->after->locked_at = turn->now;
    memcpy(turn->after->sheet_sha256, turn->event->sheet_sha256, sizeof turn->after->sheet_sha256);
    turn->effects->sheet = SEAT_PUT;
    return go(turn, SEAT_LOCKED);
}

/* The button pressed twice: the very sheet that is locked. */
static struct wf_verdict repeat(const struct turn *turn)
{
    bool same = turn->event->sheet_version == turn->after->sheet_version &&
                memcmp(turn->event->sheet_sha256, turn->after->sheet_sha256,
                       sizeof turn->after->sheet_sha256) == 0;
    return same ? wf_ignored() : wf_refused(SEAT_IS_LOCKED);
}

static struct wf_verdict question(struct turn *turn)
{
    if (turn->after->paused)
        return wf_ignored();
    if (!turn->form || wf_exam_prompt_find(turn->form, turn->event->prompt) < 0)
        return wf_refused(SEAT_PROMPT_UNKNOWN);
    turn->after->paused = true;
    turn->effects->list = turn->effects->report = true;
    return wf_applied();
}

static struct wf_verdict say_known(struct turn *turn)
{
    if (turn->after->known)
        return turn->after->known == turn->event->known ? wf_ignored()
                                                        : wf_refused(SEAT_ANSWERED_ALREADY);
    if (turn->event->known < SEAT_KNOWN_NO || turn->event->known > SEAT_KNOWN_YES)
        return wf_refused(SEAT_KNOWN_WANTED);
    turn->after->known = turn->event->known;
    turn->effects->report = true;
    return wf_applied();
}

static struct wf_verdict ask_correction(struct turn *turn)
{
    if (turn->after->correction_asked)
        return wf_refused(SEAT_ASKED_ALREADY);
    turn->after->correction_asked = true;
    turn->effects->report = true;
    return wf_applied();
}

/* ---- the table ---- */

static struct wf_verdict act(struct turn *turn, enum seat_action action)
{
    switch (action) {
    case SEAT_DO_IGNORE:
        return wf_ignored();
    case SEAT_DO_GONE:
        return wf_refused(SEAT_GONE);
    case SEAT_DO_UNACCEPTED:
        return wf_refused(SEAT_ACCEPT_FIRST);
    case SEAT_DO_UNOPENED:
        return wf_refused(SEAT_OPEN_FIRST);
    case SEAT_DO_TOO_LATE:
        return wf_refused(SEAT_RECUSE_INSTEAD);
    case SEAT_DO_FINAL:
        return wf_refused(SEAT_IS_LOCKED);
    case SEAT_DO_REPEAT:
        return repeat(turn);
    case SEAT_DO_UNLOCKED:
        return wf_refused(SEAT_NOT_LOCKED);
    case SEAT_DO_OFFER:
        return offer(turn);
    case SEAT_DO_TEXT:
        return replace_text(turn);
    case SEAT_DO_LATE_TEXT:
        return drop_late_text(turn);
    case SEAT_DO_PAUSE:
        return pause_seat(turn);
    case SEAT_DO_CLOSE:
        return leave(turn, SEAT_CLOSED);
    case SEAT_DO_ALLOW:
        return allow(turn);
    case SEAT_DO_ACCEPT:
        return go(turn, SEAT_ACCEPTED);
    case SEAT_DO_DECLINE:
        return decline(turn);
    case SEAT_DO_OPEN:
        return open_text(turn);
    case SEAT_DO_SAVE:
        return save(turn);
    case SEAT_DO_LOCK:
        return lock(turn);
    case SEAT_DO_RECUSE:
        return recuse(turn);
    case SEAT_DO_QUESTION:
        return question(turn);
    case SEAT_DO_KNOWN:
        return say_known(turn);
    case SEAT_DO_ASK:
        return ask_correction(turn);
    case SEAT_DO_WIPE:
        return wipe(turn);
    }
    return wf_ignored();
}

struct wf_verdict seat_step(const void *policy, const void *before, const void *event, wf_time now,
                            void *after, void *effects)
{
    const struct seat_policy *rules = policy;
    const struct seat_event *what = event;
    struct seat_state next = *(const struct seat_state *)before;
    struct seat_effects done = {0};
    struct turn turn = {.event = what, .now = now, .after = &next, .effects = &done};
    bool is_act = what->kind >= SEAT_EVENT_ACCEPT;
    turn.form =
        wf_exam_form_named(rules->book, what->kind == SEAT_EVENT_OFFERED ? what->form : next.form);
    if (is_act && (strcmp(what->reader, next.reader) != 0 || !next.reader[0]))
        return wf_refused(SEAT_GONE);
    struct wf_verdict verdict = act(&turn, seat_cell(next.state, what->kind));
    if (verdict.step == WF_APPLIED) {
        *(struct seat_state *)after = next;
        *(struct seat_effects *)effects = done;
    }
    return verdict;
}

wf_time seat_next_deadline(const void *policy, const void *state)
{
    const struct seat_state *seat = state;
    (void)policy;
    return seat->wipe_at ? seat->wipe_at : WF_NEVER;
}

bool seat_holds(const void *state, const char **broken)
{
    const struct seat_state *seat = state;
    bool is_there = seat_is_there(seat);
    *broken = NULL;
    if (seat->state == SEAT_UNKNOWN || seat->state >= SEAT_STATE_COUNT)
        *broken = "a seat has a state";
    else if (!seat->reader[0] || !seat->form[0] || !seat->sheet_version || !seat->text_version)
        *broken = "a seat has a reader, a form, a text and a sheet";
    else if (is_there != (seat->text.length > 0))
        *broken = "a text is there as long as its reader may see it";
    else if (seat->state == SEAT_LOCKED && (!seat->locked_at || !seat->sheet.length))
        *broken = "what is locked has a sheet and a time";
    else if (seat->locked_at && seat->state < SEAT_LOCKED)
        *broken = "what is not locked has no time of locking";
    else if (seat->known && !seat->locked_at)
        *broken = "only after locking is it asked whether the writer is known";
    else if (is_there && seat->wipe_at)
        *broken = "only what is gone is wiped";
    return !*broken;
}
