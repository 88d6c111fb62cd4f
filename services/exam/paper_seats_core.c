/* Seats of a paper: given by the pool, locked, lost, compared.  SPEC 6.1, 6.4. */
#include "paper_inner.h"

enum { KNOWN_YES = 3 };

int32_t paper_seat_at(const struct paper *paper, int32_t place)
{
    for (int32_t i = paper->seat_count - 1; i >= 0; i--) {
        const struct paper_seat *seat = &paper->seats[i];
        if (seat->round == paper->round && seat->place == place && seat->state <= PAPER_SEAT_LOCKED)
            return i;
    }
    return -1;
}

bool paper_ever_held(const struct paper *paper, const char *reader)
{
    for (int32_t i = 0; i < paper->seat_count; i++)
        if (strcmp(paper->seats[i].reader, reader) == 0)
            return true;
    for (int32_t i = 0; i < paper->lent_count; i++)
        if (strcmp(paper->lent[i].reader, reader) == 0)
            return true;
    return false;
}

bool paper_lacks(const struct paper *paper)
{
    bool pair = paper_seat_at(paper, 1) < 0 || paper_seat_at(paper, 2) < 0;
    return pair || (paper->third && !paper->third_lost && paper_seat_at(paper, 3) < 0);
}

void paper_order(const struct paper_turn *turn, const char *code, enum paper_order_kind kind,
                 const char *why)
{
    struct paper_effects *effects = turn->effects;
    if (effects->order_count == PAPER_ORDERS_MAX)
        return;
    struct paper_order *order = &effects->orders[effects->order_count++];
    memcpy(order->code, code, sizeof order->code);
    order->kind = kind;
    memcpy(order->why, why, strlen(why) + 1);
}

/* The state of a round that has no result yet. */
static void enter_reading(struct paper *paper)
{
    bool lacks = paper_lacks(paper);
    if (!lacks)
        paper->certified = false;
    if (lacks && (paper->certified || paper->seat_count == PAPER_SEATS_MAX))
        paper->state = PAPER_UNASSIGNABLE;
    else if (paper_seat_at(paper, 1) < 0 || paper_seat_at(paper, 2) < 0)
        paper->state = PAPER_ASSIGNING;
    else if (paper->third)
        paper->state = lacks ? PAPER_NEEDS_THIRD : PAPER_IN_THIRD;
    else
        paper->state = PAPER_IN_REVIEW;
}

static bool is_locked(const struct paper *paper, int32_t place)
{
    int32_t seat = paper_seat_at(paper, place);
    return seat >= 0 && paper->seats[seat].state == PAPER_SEAT_LOCKED;
}

static void close_third(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    int32_t third = paper_seat_at(paper, 3);
    if (third < 0 || paper->seats[third].counted)
        return;
    paper_order(turn, paper->seats[third].code, PAPER_ORDER_CLOSE, "not-needed");
    paper->seats[third].state = PAPER_SEAT_GONE;
}

static void accept_result(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    for (int32_t place = 1; place <= EXAM_PLACES; place++) {
        int32_t seat = paper_seat_at(paper, place);
        if (seat >= 0 && paper->seats[seat].counted)
            paper_order(turn, paper->seats[seat].code, PAPER_ORDER_COUNT, "");
    }
    close_third(turn);
    turn->effects->needs = true; /* of nobody more, but the pool keeps whom it gave */
    paper_resolve(turn);
}

/* E3: only when the pair is locked. */
static void advance(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    struct adjudicate_result result = {0};
    bool compared = is_locked(paper, 1) && is_locked(paper, 2);
    if (compared)
        paper_compare(paper, &result);
    if (compared && result.decided) {
        accept_result(turn);
        return;
    }
    if (compared && result.path == ADJUDICATE_PATH_COMMITTEE_WANTED) {
        paper->state = PAPER_COMMITTEE;
        return;
    }
    if (compared && paper->third_lost) {
        paper->state = PAPER_COMMITTEE;
        return;
    }
    if (compared && !paper->third) {
        paper->third = true;
        turn->effects->needs = true;
    }
    enter_reading(paper);
}

/* ---- the pool's choice ---- */

static void open_place(const struct paper_turn *turn, const struct paper_slot *slot)
{
    struct paper *paper = turn->after;
    struct paper_effects *effects = turn->effects;
    struct paper_seat *seat = &paper->seats[paper->seat_count];
    exam_code(turn->event->meta.entropy + 8 * effects->opened_count, seat->code);
    memcpy(seat->reader, slot->reader, sizeof seat->reader);
    seat->place = slot->place;
    seat->round = paper->round;
    seat->state = PAPER_SEAT_OFFERED;
    effects->opened[effects->opened_count++] = paper->seat_count++;
}

static void set_aside(const struct paper_turn *turn, int32_t at, const char *why)
{
    struct paper_seat *seat = &turn->after->seats[at];
    bool unopened = seat->state == PAPER_SEAT_OFFERED;
    paper_order(turn, seat->code, unopened ? PAPER_ORDER_CLOSE : PAPER_ORDER_SET_ASIDE, why);
    if (seat->place == 3 && seat->state == PAPER_SEAT_LOCKED)
        turn->after->third_lost = true;
    if (seat->counted)
        turn->after->result = (struct paper_result){0};
    seat->state = unopened ? PAPER_SEAT_GONE : PAPER_SEAT_ASIDE;
    seat->counted = false;
}

/* False: this slot cannot be taken as it was chosen, and the pool must hear how things are. */
static bool take_slot(const struct paper_turn *turn, const struct paper_slot *slot)
{
    struct paper *paper = turn->after;
    int32_t held = paper_seat_at(paper, slot->place);
    bool moved = strcmp(slot->why, "moved") == 0;
    if (slot->why[0] && held >= 0) {
        if (moved && paper->seats[held].state != PAPER_SEAT_OFFERED)
            return false;
        set_aside(turn, held, slot->why);
        held = -1;
    }
    if (!slot->reader[0])
        return true;
    bool wanted = slot->place < 3 || (paper->third && !paper->third_lost);
    if (held >= 0 || !wanted || paper->paused || paper->seat_count == PAPER_SEATS_MAX ||
        paper_ever_held(paper, slot->reader))
        return false;
    open_place(turn, slot);
    return true;
}

static struct wf_verdict choose(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    const struct paper_event *event = turn->event;
    bool over = paper->state == PAPER_RESOLVED || paper->state == PAPER_HELD ||
                paper->state == PAPER_COMMITTEE;
    bool taken = true;
    if (event->round != paper->round || event->choice <= paper->seen)
        return wf_ignored();
    paper->seen = event->choice;
    int32_t before = turn->effects->order_count;
    for (int32_t i = 0; i < event->slot_count; i++)
        taken = take_slot(turn, &event->slots[i]) && !event->slots[i].why[0] && taken;
    if (event->lacking[0]) {
        memcpy(paper->certificate, event->lacking, sizeof paper->certificate);
        paper->certified = true;
    }
    turn->effects->needs = !taken;
    if (!over || turn->effects->order_count > before)
        advance(turn);
    return wf_applied();
}

/* ---- what seats tell ---- */

static int32_t seat_of(const struct paper *paper, const char *code)
{
    for (int32_t i = 0; i < paper->seat_count; i++)
        if (strcmp(paper->seats[i].code, code) == 0)
            return i;
    return -1;
}

static struct wf_verdict note_opened(const struct paper_turn *turn, struct paper_seat *seat)
{
    if (seat->state != PAPER_SEAT_OFFERED)
        return wf_ignored();
    seat->state = PAPER_SEAT_OPENED;
    turn->effects->needs = true; /* it is never moved from now on */
    return wf_applied();
}

static struct wf_verdict lock(const struct paper_turn *turn, struct paper_seat *seat)
{
    struct exam_sheet sheet = turn->event->sheet;
    if (seat->state > PAPER_SEAT_OPENED || seat->round != turn->after->round ||
        exam_scores_take(&turn->after->pack, &turn->event->scores, sheet.points) != EXAM_SCORES_OK)
        return wf_ignored();
    turn->effects->needs = seat->state == PAPER_SEAT_OFFERED;
    seat->sheet = sheet;
    seat->state = PAPER_SEAT_LOCKED;
    advance(turn);
    return wf_applied();
}

static struct wf_verdict lose(const struct paper_turn *turn, struct paper_seat *seat)
{
    if (seat->state > PAPER_SEAT_OPENED)
        return wf_ignored();
    seat->state = PAPER_SEAT_GONE;
    turn->effects->needs = true;
    enter_reading(turn->after);
    return wf_applied();
}

static struct wf_verdict know(const struct paper_turn *turn, int32_t at, bool decides)
{
    struct paper_seat *seat = &turn->after->seats[at];
    seat->known = turn->event->known;
    bool out = decides && seat->known == KNOWN_YES && seat->state == PAPER_SEAT_LOCKED &&
               seat->round == turn->after->round;
    if (!out)
        return wf_applied();
    set_aside(turn, at, "knows-the-writer");
    turn->effects->needs = true;
    advance(turn);
    return wf_applied();
}

static struct wf_verdict pause_reading(const struct paper_turn *turn)
{
    struct paper *paper = turn->after;
    if (paper->paused || paper->forgotten || turn->event->text_version != paper->text_version)
        return wf_ignored();
    paper->paused = true;
    turn->effects->questioned = true;
    turn->effects->needs = paper->state == PAPER_RELEASED; /* it rests */
    for (int32_t i = 0; i < paper->seat_count; i++)
        if (paper->seats[i].state < PAPER_SEAT_LOCKED && paper->seats[i].round == paper->round)
            paper_order(turn, paper->seats[i].code, PAPER_ORDER_PAUSE, "");
    paper_order_lent(turn, PAPER_ORDER_PAUSE, "");
    return wf_applied();
}

static struct wf_verdict unlock(const struct paper_turn *turn, int32_t at)
{
    struct paper_seat *seat = &turn->after->seats[at];
    if (seat->state != PAPER_SEAT_LOCKED)
        return wf_ignored();
    seat->state = PAPER_SEAT_OPENED;
    paper_order(turn, seat->code, PAPER_ORDER_CORRECT, "");
    return wf_applied();
}

struct wf_verdict paper_act_of_seat(const struct paper_turn *turn, enum paper_action action)
{
    struct paper *paper = turn->after;
    if (action == PAPER_DO_CHOOSE)
        return choose(turn);
    const char *code = turn->event->meta.from.id;
    int32_t at = seat_of(paper, code);
    if (action == PAPER_DO_PAUSE && (at >= 0 || paper_has_lent(paper, code)))
        return pause_reading(turn);
    if (at < 0)
        return wf_ignored();
    if (action == PAPER_DO_OPEN)
        return note_opened(turn, &paper->seats[at]);
    if (action == PAPER_DO_LOCK)
        return lock(turn, &paper->seats[at]);
    if (action == PAPER_DO_LOSE)
        return lose(turn, &paper->seats[at]);
    if (action == PAPER_DO_KNOW || action == PAPER_DO_NOTE)
        return know(turn, at, action == PAPER_DO_KNOW);
    return unlock(turn, at);
}
