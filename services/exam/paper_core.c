/* The machine `paper`: table, time, and what intake and the gate do to it.  SPEC 6.1.  Seats are in
 * paper_seats_core.c, operators in paper_people_core.c. */
#include "paper_inner.h"

static const uint8_t cells[PAPER_STATE_COUNT][PAPER_EVENT_COUNT] = {
#define PAPER_ROW(state, tick, sealed, text, tokens, held, voided, appealed, chosen, lent, opened, \
                  submitted, gone, known, questioned, correction, split, pinned, excluded, gated)  \
    [PAPER_##state] = {[PAPER_EVENT_TICK] = PAPER_DO_##tick,                                       \
                       [PAPER_EVENT_SEALED] = PAPER_DO_##sealed,                                   \
                       [PAPER_EVENT_TEXT] = PAPER_DO_##text,                                       \
                       [PAPER_EVENT_TOKENS] = PAPER_DO_##tokens,                                   \
                       [PAPER_EVENT_HELD] = PAPER_DO_##held,                                       \
                       [PAPER_EVENT_VOIDED] = PAPER_DO_##voided,                                   \
                       [PAPER_EVENT_APPEALED] = PAPER_DO_##appealed,                               \
                       [PAPER_EVENT_CHOSEN] = PAPER_DO_##chosen,                                   \
                       [PAPER_EVENT_LENT] = PAPER_DO_##lent,                                       \
                       [PAPER_EVENT_OPENED] = PAPER_DO_##opened,                                   \
                       [PAPER_EVENT_SUBMITTED] = PAPER_DO_##submitted,                             \
                       [PAPER_EVENT_GONE] = PAPER_DO_##gone,                                       \
                       [PAPER_EVENT_KNOWN] = PAPER_DO_##known,                                     \
                       [PAPER_EVENT_QUESTIONED] = PAPER_DO_##questioned,                           \
                       [PAPER_EVENT_CORRECTION] = PAPER_DO_##correction,                           \
                       [PAPER_EVENT_SPLIT] = PAPER_DO_##split,                                     \
                       [PAPER_EVENT_PINNED] = PAPER_DO_##pinned,                                   \
                       [PAPER_EVENT_EXCLUDED] = PAPER_DO_##excluded,                               \
                       [PAPER_EVENT_GATED] = PAPER_DO_##gated},
#include "paper_cells.def"
#undef PAPER_ROW
};

enum paper_action paper_cell(enum paper_state_id state, enum paper_event_kind event)
{
    return (enum paper_action)cells[state][event];
}

const char *paper_state_name(enum paper_state_id state)
{
    static const char *const names[PAPER_STATE_COUNT] = {
#define PAPER_STATE(symbol, name, word) [PAPER_##symbol] = name,
#include "paper_states.def"
#undef PAPER_STATE
    };
    return names[state];
}

static const char *word_of(enum paper_state_id state)
{
    static const char *const words[PAPER_STATE_COUNT] = {
#define PAPER_STATE(symbol, name, word) [PAPER_##symbol] = word,
#include "paper_states.def"
#undef PAPER_STATE
    };
    return words[state];
}

/* Suspended is told like held, but for what is over. */
static enum paper_state_id told_state(const struct paper *paper)
{
    bool over = paper->state == PAPER_RELEASED || paper->state == PAPER_VOID;
    return paper->suspended && !over ? PAPER_HELD : paper->state;
}

const char *paper_word(const struct paper *paper)
{
    return word_of(told_state(paper));
}

/* ---- time ---- */

static bool all_attested(const struct paper *paper)
{
    for (int32_t i = 0; i < paper->seat_count; i++) {
        const struct paper_seat *seat = &paper->seats[i];
        bool behind = seat->round == paper->round && seat->counted;
        if (behind && seat->state == PAPER_SEAT_LOCKED && !seat->known)
            return false;
    }
    return true;
}

static wf_time end_of_hold(const struct exam_policy *policy, const struct paper *paper)
{
    wf_time least = paper->resolved_at + policy->gate_hold_hours * WF_HOUR;
    wf_time most = paper->resolved_at + policy->attestation_hours * WF_HOUR;
    return all_attested(paper) || most < least ? least : most;
}

static wf_time end_of_keeping(const struct exam_policy *policy, const struct paper *paper)
{
    wf_time since =
        paper->released_at > paper->resolved_at ? paper->released_at : paper->resolved_at;
    return paper->forgotten || !policy->keep_text_days
               ? WF_NEVER
               : since + (policy->keep_text_days + EXAM_LATE_APPEAL_DAYS) * WF_DAY;
}

wf_time paper_next_deadline(const void *policy, const void *state)
{
    const struct paper *paper = state;
    if (paper->suspended)
        return WF_NEVER;
    if (paper->state == PAPER_HELD)
        return paper->gate_at + WF_DAY;
    if (paper->state == PAPER_RELEASED)
        return end_of_keeping(policy, paper);
    if (paper->state != PAPER_RESOLVED)
        return WF_NEVER;
    wf_time hold = end_of_hold(policy, paper);
    return paper->gate_at && paper->gate_at + WF_MINUTE > hold ? paper->gate_at + WF_MINUTE : hold;
}

/* ---- results ---- */

void paper_resolve(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    paper_settle(paper);
    paper->state = PAPER_RESOLVED;
    paper->resolved_at = turn->now;
    paper->gate_at = 0;
}

/* The gate is a job; a minute later it is asked again, should it have been lost. */
static struct wf_verdict ask_gate(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (turn->now < paper_next_deadline(turn->policy, paper))
        return wf_ignored();
    paper->gate_at = turn->now;
    turn->effects->gate = true;
    return wf_applied();
}

static struct wf_verdict pass_gate(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    const struct paper_event *event = turn->event;
    bool asked = paper->gate_at && event->resolution == paper->resolution + 1;
    if (!asked || paper->suspended)
        return wf_ignored();
    memcpy(paper->gate_why, event->gate_why, sizeof paper->gate_why);
    if (!event->agrees) {
        paper->state = PAPER_HELD;
        return wf_applied();
    }
    paper->resolution++;
    paper->state = PAPER_RELEASED;
    paper->released_at = turn->now;
    turn->effects->released = true;
    turn->effects->needs = true; /* of nobody: it may calibrate now */
    return wf_applied();
}

/* SPEC 5.4: nobody reads it again. */
static struct wf_verdict forget(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (turn->now < paper_next_deadline(turn->policy, paper))
        return wf_ignored();
    paper->forgotten = true;
    paper->paused = false;
    paper_order_lent(turn, PAPER_ORDER_WITHDRAW, "forgotten");
    turn->effects->drop_text = turn->effects->needs = true;
    return wf_applied();
}

/* ---- from intake ---- */

static struct wf_verdict seal(const struct paper_turn *turn)
{
    const struct paper_event *event = turn->event;
    struct paper *paper = turn->after;
    if (!event->pack.criteria_count || event->pack.total_column)
        return wf_refused(PAPER_BECAUSE_PACK);
    paper->category = event->category;
    paper->age_line = event->age_line;
    memcpy(paper->form, event->form, sizeof paper->form);
    memcpy(paper->language, event->language, sizeof paper->language);
    paper->pack = event->pack;
    paper->text_version = event->text.version;
    memcpy(paper->text_sha256, event->text.sha256, sizeof paper->text_sha256);
    paper->token_count = event->token_count;
    memcpy(paper->tokens, event->tokens, sizeof paper->tokens);
    paper->sealed_at = turn->now;
    paper->round = 1;
    paper->state = PAPER_ASSIGNING;
    turn->effects->put_text = true;
    turn->effects->needs = true;
    return wf_applied();
}

static struct wf_verdict replace_text(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (turn->event->text.version <= paper->text_version || paper->forgotten)
        return wf_ignored();
    paper->text_version = turn->event->text.version;
    memcpy(paper->text_sha256, turn->event->text.sha256, sizeof paper->text_sha256);
    turn->effects->put_text = true;
    turn->effects->needs = paper->paused; /* empty places may be filled again */
    paper->paused = false;
    for (int32_t i = 0; i < paper->seat_count; i++)
        if (paper->seats[i].state <= PAPER_SEAT_LOCKED && paper->seats[i].round == paper->round)
            paper_order(turn, paper->seats[i].code, PAPER_ORDER_RESUME, "");
    paper_order_lent(turn, PAPER_ORDER_RESUME, "");
    return wf_applied();
}

static struct wf_verdict keep_tokens(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    paper->token_count = turn->event->token_count;
    memcpy(paper->tokens, turn->event->tokens, sizeof paper->tokens);
    turn->effects->needs = true;
    return wf_applied();
}

static struct wf_verdict hold(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (paper->suspended == turn->event->held)
        return wf_ignored();
    paper->suspended = turn->event->held;
    if (paper->state != PAPER_RELEASED)
        return wf_applied();
    turn->effects->needs = true;
    if (paper->suspended)
        paper_order_lent(turn, PAPER_ORDER_WITHDRAW, "held");
    return wf_applied();
}

static struct wf_verdict end_paper(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    for (int32_t i = 0; i < paper->seat_count; i++) {
        if (paper->seats[i].state > PAPER_SEAT_LOCKED)
            continue;
        /* Those of earlier rounds too: the desk still has the key of the text for them. */
        paper_order(turn, paper->seats[i].code, PAPER_ORDER_CLOSE, "void");
        paper->seats[i].state = PAPER_SEAT_GONE;
    }
    paper_order_lent(turn, PAPER_ORDER_CLOSE, "void");
    paper->state = PAPER_VOID;
    turn->effects->needs = turn->effects->drop_text = true;
    return wf_applied();
}

/* A clerical appeal computes again from the same sheets; a rescore begins a round. */
static struct wf_verdict appeal(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (turn->event->rescore && paper->forgotten)
        return wf_refused(PAPER_BECAUSE_FORGOTTEN);
    paper->earlier = paper->result;
    turn->effects->needs = true; /* nobody is measured by what is in doubt */
    paper_order_lent(turn, PAPER_ORDER_WITHDRAW, "appealed");
    if (turn->event->rescore) {
        paper->round++;
        paper->result = (struct paper_result){0};
        paper->third = paper->third_lost = paper->certified = paper->has_split = false;
        paper->state = PAPER_ASSIGNING;
        return wf_applied();
    }
    struct adjudicate_result result;
    if (paper->result.by_committee)
        paper_split(paper);
    else
        paper_compare(paper, &result);
    paper_resolve(turn);
    return wf_applied();
}

/* ---- the step ---- */

static struct wf_verdict act_of_intake(const struct paper_turn *turn, enum paper_action action)
{
    if (action == PAPER_DO_SEAL)
        return seal(turn);
    if (action == PAPER_DO_REPLACE)
        return replace_text(turn);
    if (action == PAPER_DO_TOKENS)
        return keep_tokens(turn);
    if (action == PAPER_DO_HOLD)
        return hold(turn);
    return action == PAPER_DO_VOID ? end_paper(turn) : appeal(turn);
}

static struct wf_verdict act(const struct paper_turn *turn, enum paper_action action)
{
    switch (action) {
    case PAPER_DO_ABSENT:
        return wf_refused(PAPER_BECAUSE_ABSENT);
    case PAPER_DO_EXISTS:
        return wf_refused(PAPER_BECAUSE_EXISTS);
    case PAPER_DO_TOO_EARLY:
        return wf_refused(PAPER_BECAUSE_TOO_EARLY);
    case PAPER_DO_NO_SPLIT:
        return wf_refused(PAPER_BECAUSE_NO_SPLIT);
    case PAPER_DO_ENDED:
        return wf_refused(PAPER_BECAUSE_ENDED);
    case PAPER_DO_SEAL:
    case PAPER_DO_REPLACE:
    case PAPER_DO_TOKENS:
    case PAPER_DO_HOLD:
    case PAPER_DO_VOID:
    case PAPER_DO_APPEAL:
        return act_of_intake(turn, action);
    case PAPER_DO_LEND:
        return paper_lend(turn);
    case PAPER_DO_CHOOSE:
    case PAPER_DO_OPEN:
    case PAPER_DO_LOCK:
    case PAPER_DO_LOSE:
    case PAPER_DO_KNOW:
    case PAPER_DO_NOTE:
    case PAPER_DO_PAUSE:
    case PAPER_DO_UNLOCK:
        return paper_act_of_seat(turn, action);
    case PAPER_DO_SPLIT:
    case PAPER_DO_PIN:
    case PAPER_DO_EXCLUDE:
        return paper_act_of_person(turn, action);
    case PAPER_DO_GATE:
        return ask_gate(turn);
    case PAPER_DO_GATED:
        return pass_gate(turn);
    case PAPER_DO_FORGET:
        return forget(turn);
    case PAPER_DO_IGNORE:
    case PAPER_ACTION_COUNT:
        break;
    }
    return wf_ignored();
}

struct wf_verdict paper_step(const void *policy, const void *before, const void *event, wf_time now,
                             void *after, void *effects)
{
    struct paper next = *(const struct paper *)before;
    struct paper_effects done = {0};
    struct paper_turn turn = {
        .policy = policy, .event = event, .now = now, .after = &next, .effects = &done};
    struct wf_verdict verdict = act(&turn, paper_cell(next.state, turn.event->kind));
    if (verdict.step != WF_APPLIED)
        return verdict;
    if (strcmp(paper_word(&next), word_of(next.told)) != 0) {
        next.told = told_state(&next);
        next.since = now;
        done.waiting = paper_word(&next)[0] != '\0';
    }
    *(struct paper *)after = next;
    *(struct paper_effects *)effects = done;
    return verdict;
}

/* ---- invariants (SPEC 5.5) ---- */

static const char *broken_seat(const struct paper *paper, int32_t at)
{
    const struct paper_seat *seat = &paper->seats[at];
    if (seat->state == PAPER_SEAT_LOCKED && !seat->sheet.version)
        return "what is locked has a sheet";
    if (seat->place < 1 || seat->place > EXAM_PLACES || seat->round > paper->round)
        return "a seat is of a place and a round";
    for (int32_t i = 0; i < at; i++) {
        const struct paper_seat *other = &paper->seats[i];
        bool both_in = seat->state <= PAPER_SEAT_LOCKED && other->state <= PAPER_SEAT_LOCKED;
        if (strcmp(seat->reader, other->reader) == 0)
            return "E2: nobody holds two seats of a paper";
        if (strcmp(seat->code, other->code) == 0)
            return "a code is never used again";
        if (both_in && seat->round == other->round && seat->place == other->place)
            return "a place has one reader";
    }
    return NULL;
}

/* SPEC 6.9: who reads a paper as a calibration has nothing else to do with it. */
static const char *broken_lent(const struct paper *paper)
{
    for (int32_t i = 0; i < paper->lent_count; i++) {
        const struct paper_lent *lent = &paper->lent[i];
        for (int32_t j = 0; j < paper->seat_count; j++)
            if (strcmp(lent->reader, paper->seats[j].reader) == 0 ||
                strcmp(lent->code, paper->seats[j].code) == 0)
                return "E2: a calibration is no second seat of a paper";
        for (int32_t j = 0; j < i; j++)
            if (strcmp(lent->reader, paper->lent[j].reader) == 0 ||
                strcmp(lent->code, paper->lent[j].code) == 0)
                return "E2: nobody is measured twice by a paper";
    }
    return NULL;
}

static bool pair_is_locked(const struct paper *paper)
{
    for (int32_t place = 1; place <= 2; place++) {
        int32_t seat = paper_seat_at(paper, place);
        if (seat < 0 || paper->seats[seat].state != PAPER_SEAT_LOCKED)
            return false;
    }
    return true;
}

bool paper_holds(const void *state, const char **broken)
{
    const struct paper *paper = state;
    bool over = paper->state == PAPER_RESOLVED || paper->state == PAPER_HELD ||
                paper->state == PAPER_RELEASED;
    *broken = NULL;
    for (int32_t i = 0; i < paper->seat_count && !*broken; i++)
        *broken = broken_seat(paper, i);
    if (!*broken)
        *broken = broken_lent(paper);
    if (!*broken && over && !paper->result.decided)
        *broken = "what is resolved has a result";
    if (!*broken && over && !paper->result.by_committee && !pair_is_locked(paper))
        *broken = "E1, E3: behind a result stand two locked sheets";
    if (!*broken && paper->third && paper->state != PAPER_VOID && !paper->third_lost &&
        paper->state == PAPER_IN_REVIEW)
        *broken = "a wanted third is waited for";
    return !*broken;
}
