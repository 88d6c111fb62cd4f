/* The machine `pool`.  SPEC 6.3.  There is one state, so the table has one row: each event has its
 * function. */
#include "pool_inner.h"

/* ---- finding ---- */

int32_t pool_reader_of(const struct pool *pool, const char *id)
{
    for (int32_t i = 0; i < pool->reader_count; i++)
        if (strcmp(pool->readers[i].id, id) == 0)
            return i;
    return POOL_NOBODY;
}

int32_t pool_paper_of(const struct pool *pool, const char *handle)
{
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (strcmp(pool->papers[i].handle, handle) == 0)
            return i;
    return -1;
}

static int32_t free_paper(struct pool *pool)
{
    int32_t place = pool_paper_of(pool, "");
    if (place < 0 && pool->paper_count < POOL_PAPERS_MAX)
        place = pool->paper_count++;
    return place < 0 ? pool_clear_shelf(pool) : place;
}

/* ---- when a plan is wanted ---- */

static bool wants_plan(const struct pool *pool)
{
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (pool->papers[i].handle[0] && !pool->papers[i].lacking && pool_is_open(&pool->papers[i]))
            return true;
    return false;
}

void pool_changed(const struct pool_turn *turn)
{
    turn->pool->changes++;
    turn->pool->dirty = true;
}

/* Those that lacked are looked at again: a card changed, or room was freed. */
void pool_look_again(struct pool *pool)
{
    for (int32_t i = 0; i < pool->paper_count; i++)
        pool->papers[i].lacking = false;
}

void pool_ask_plan(const struct pool_turn *turn, bool repair)
{
    struct pool *pool = turn->pool;
    if (!repair && !wants_plan(pool)) {
        pool->planning = false;
        return;
    }
    pool->planning = true;
    pool->repairing = repair;
    pool->planning_since = turn->now;
    turn->effects->plan = true;
    turn->effects->repair = repair;
}

void pool_new_seed(const struct pool_turn *turn)
{
    struct pool *pool = turn->pool;
    if (pool->seed_count == POOL_SEEDS_MAX) {
        memmove(pool->seeds, pool->seeds + 1, sizeof pool->seeds - sizeof pool->seeds[0]);
        pool->seed_count--;
    }
    if (pool->seed_count > 0)
        pool->seeds[pool->seed_count - 1].until = turn->now;
    struct pool_seed *seed = &pool->seeds[pool->seed_count++];
    *seed = (struct pool_seed){.since = turn->now};
    memcpy(seed->bytes, turn->event->meta.entropy, POOL_SEED);
    turn->effects->seeded = true;
}

/* ---- cards ---- */

/* Who holds a place and may not any more, loses it. */
static void vacate(const struct pool_turn *turn, int32_t at)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    for (int32_t place = 0; place < EXAM_PLACES; place++) {
        struct pool_slot *slot = &paper->slots[place];
        if (slot->reader == POOL_NOBODY)
            continue;
        enum pool_why why = pool_why_not(turn->pool, paper, slot->reader, turn->today);
        if (why == POOL_WHY_NONE || (why == POOL_WHY_UNQUALIFIED && slot->opened))
            continue;
        pool_take(turn->pool, slot);
        slot->choice = paper->choice + 1;
        paper->lacking = false;
        turn->effects->chosen[at] = turn->effects->changed[at][place] = true;
        turn->effects->why[at][place] = (uint8_t)why;
    }
}

static struct wf_verdict take_card(const struct pool_turn *turn)
{
    struct pool *pool = turn->pool;
    const struct pool_event *event = turn->event;
    int32_t at = pool_reader_of(pool, event->reader);
    if (event->too_large)
        return wf_refused(POOL_BECAUSE_CARD_TOO_LARGE);
    if (at == POOL_NOBODY && pool->reader_count == POOL_READERS_MAX)
        return wf_refused(POOL_BECAUSE_FULL);
    if (at == POOL_NOBODY) {
        at = pool->reader_count++;
        memcpy(pool->readers[at].id, event->reader, sizeof event->reader);
    }
    pool->readers[at].card = event->card;
    if (pool->seed_count == 0)
        pool_new_seed(turn);
    pool_changed(turn);
    pool_look_again(pool);
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (pool->papers[i].handle[0])
            vacate(turn, i);
    pool_vacate_lent(turn);
    pool_recalibrate(turn);
    pool_ask_plan(turn, false);
    return wf_applied();
}

/* ---- what a paper wants ---- */

static void take_names(const struct pool *pool, const struct pool_name *names, int32_t count,
                       struct pool_held *rows, int32_t *row_count, int32_t most)
{
    *row_count = 0;
    for (int32_t i = 0; i < count && *row_count < most; i++) {
        int32_t reader = pool_reader_of(pool, names[i].id);
        if (reader != POOL_NOBODY)
            rows[(*row_count)++].reader = reader;
    }
}

static const struct pool_wish *wish_of(const struct pool_event *event, int32_t place)
{
    for (int32_t i = 0; i < event->wish_count; i++)
        if (event->wishes[i].place == place + 1)
            return &event->wishes[i];
    return NULL;
}

/* The paper knows better, but for what was chosen since it spoke: it answers that when it has it. */
static void take_wish(const struct pool_turn *turn, int32_t at, int32_t place)
{
    struct pool_slot *slot = &turn->pool->papers[at].slots[place];
    const struct pool_wish *wish = wish_of(turn->event, place);
    int32_t reader = wish ? pool_reader_of(turn->pool, wish->reader) : POOL_NOBODY;
    if (slot->choice > turn->event->seen)
        return;
    if (slot->reader != POOL_NOBODY && slot->reader != reader)
        pool_take(turn->pool, slot);
    slot->wanted = wish != NULL;
    if (reader == POOL_NOBODY)
        return;
    if (slot->reader == POOL_NOBODY)
        slot->on = turn->today;
    slot->reader = reader;
    slot->opened = wish->opened;
    slot->choice = turn->event->seen;
}

/* Nobody is wanted any more. */
static void empty_places(const struct pool_turn *turn, struct pool_paper *paper)
{
    for (int32_t place = 0; place < EXAM_PLACES; place++) {
        if (paper->handle[0] && paper->slots[place].reader != POOL_NOBODY)
            pool_take(turn->pool, &paper->slots[place]);
        paper->slots[place] = (struct pool_slot){.reader = POOL_NOBODY};
    }
}

static void end_paper(const struct pool_turn *turn, int32_t at)
{
    empty_places(turn, &turn->pool->papers[at]);
    pool_unshelve(turn->pool, at);
    turn->pool->papers[at] = (struct pool_paper){0};
}

static void describe_paper(const struct pool_turn *turn, struct pool_paper *paper)
{
    const struct pool_event *event = turn->event;
    memcpy(paper->handle, event->meta.from.id, sizeof paper->handle - 1);
    if (paper->round != event->round)
        for (int32_t place = 0; place < EXAM_PLACES; place++)
            paper->slots[place] = (struct pool_slot){.reader = POOL_NOBODY};
    paper->round = event->round;
    paper->category = event->category;
    memcpy(paper->form, event->form, sizeof paper->form);
    memcpy(paper->language, event->language, sizeof paper->language);
    paper->token_count = event->token_count;
    memcpy(paper->tokens, event->tokens, sizeof paper->tokens);
    paper->choice = paper->choice > event->seen ? paper->choice : event->seen;
    paper->lacking = false;
    for (int32_t i = 0; i < event->held_count; i++) {
        int32_t reader = pool_reader_of(turn->pool, event->held[i].id);
        if (reader != POOL_NOBODY)
            pool_note_held(paper, reader);
    }
    take_names(turn->pool, event->pinned, event->pinned_count, paper->pinned, &paper->pinned_count,
               POOL_PINNED_MAX);
}

static void want_readers(const struct pool_turn *turn, int32_t at)
{
    pool_unshelve(turn->pool, at);
    describe_paper(turn, &turn->pool->papers[at]);
    for (int32_t place = 0; place < EXAM_PLACES; place++)
        take_wish(turn, at, place);
    vacate(turn, at);
}

static void want_nobody(const struct pool_turn *turn, int32_t at)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    if (!turn->event->calibrates) {
        end_paper(turn, at);
        return;
    }
    empty_places(turn, paper);
    describe_paper(turn, paper);
    if (!pool_shelve(turn, at))
        end_paper(turn, at);
}

static struct wf_verdict take_needs(const struct pool_turn *turn)
{
    struct pool *pool = turn->pool;
    bool over = turn->event->round == 0;
    int32_t at = pool_paper_of(pool, turn->event->meta.from.id);
    if (at < 0 && over && !turn->event->calibrates)
        return wf_ignored();
    if (at < 0)
        at = free_paper(pool);
    if (at < 0)
        return over ? wf_ignored() : wf_later(60000);
    if (over)
        want_nobody(turn, at);
    else
        want_readers(turn, at);
    pool_changed(turn);
    pool_look_again(pool);
    pool_vacate_lent(turn);
    pool_recalibrate(turn);
    pool_ask_plan(turn, false);
    return wf_applied();
}

/* ---- notices ---- */

/* Several seats of a day are one mail: its count would tell how much came. */
static struct wf_verdict notice(const struct pool_turn *turn)
{
    const struct pool_event *event = turn->event;
    int32_t at = pool_reader_of(turn->pool, event->reader);
    if (at == POOL_NOBODY)
        return wf_ignored();
    struct pool_reader *reader = &turn->pool->readers[at];
    if (reader->noticed_kind == event->notice && reader->noticed_on == turn->today &&
        reader->noticed_due == event->due)
        return wf_ignored();
    reader->noticed_kind = event->notice;
    reader->noticed_on = turn->today;
    reader->noticed_due = event->due;
    turn->effects->notice = true;
    return wf_applied();
}

/* ---- time ---- */

static wf_time next_night(wf_time after)
{
    wf_time night = after / WF_DAY * WF_DAY + EXAM_NIGHT_HOUR * WF_HOUR;
    return night > after ? night : night + WF_DAY;
}

static wf_time night_of(const struct pool *pool)
{
    wf_time since = pool->repaired_at;
    if (pool->seed_count > 0 && pool->seeds[0].since > since)
        since = pool->seeds[0].since;
    return pool->dirty ? next_night(since) : WF_NEVER;
}

wf_time pool_next_deadline(const void *policy, const void *state)
{
    const struct pool *pool = state;
    wf_time night = night_of(pool);
    (void)policy;
    if (!pool->planning)
        return night;
    wf_time again = pool->planning_since + WF_MINUTE;
    return again < night ? again : night;
}

static struct wf_verdict pass_time(const struct pool_turn *turn)
{
    struct pool *pool = turn->pool;
    if (turn->now < pool_next_deadline(NULL, pool))
        return wf_ignored();
    bool night = turn->now >= night_of(pool);
    if (night) { /* qualifications and windows end by themselves: who lacked is looked at again */
        pool->repaired_at = turn->now;
        pool->changes++;
        pool_look_again(pool);
        pool_recalibrate(turn);
    }
    pool_ask_plan(turn, night || pool->repairing);
    return wf_applied();
}

/* ---- the step ---- */

static struct wf_verdict act(const struct pool_turn *turn)
{
    switch (turn->event->kind) {
    case POOL_EVENT_TICK:
        return pass_time(turn);
    case POOL_EVENT_CARD:
        return take_card(turn);
    case POOL_EVENT_NEEDS:
        return take_needs(turn);
    case POOL_EVENT_NOTICE:
        return notice(turn);
    case POOL_EVENT_CALIBRATION:
        return pool_take_told(turn);
    case POOL_EVENT_PLANNED:
        return pool_take_plan(turn);
    case POOL_EVENT_COUNT:
        break;
    }
    return wf_ignored();
}

/* The state is too large for a copy of our own: `after` is changed in place, and blank again when
 * nothing is applied. */
struct wf_verdict pool_step(const void *policy, const void *before, const void *event, wf_time now,
                            void *after, void *effects)
{
    struct pool_turn turn = {.event = event,
                             .now = now,
                             .today = (wf_date)(now / WF_DAY),
                             .pool = after,
                             .effects = effects};
    (void)policy;
    *turn.pool = *(const struct pool *)before;
    struct wf_verdict verdict = act(&turn);
    if (verdict.step != WF_APPLIED) {
        memset(after, 0, sizeof *turn.pool);
        memset(effects, 0, sizeof *turn.effects);
    }
    for (int32_t i = 0; verdict.step == WF_APPLIED && i < turn.pool->paper_count; i++)
        turn.pool->papers[i].choice += turn.effects->chosen[i];
    return verdict;
}

/* ---- invariants ---- */

static const char *broken_paper(const struct pool *pool, const struct pool_paper *paper)
{
    for (int32_t i = 0; i < EXAM_PLACES; i++) {
        int32_t reader = paper->slots[i].reader;
        if (paper->calibrates && (reader != POOL_NOBODY || paper->slots[i].wanted))
            return "what calibrates wants nobody";
        if (reader >= pool->reader_count)
            return "a place has a reader of the pool";
        for (int32_t j = 0; j < i && reader != POOL_NOBODY; j++)
            if (paper->slots[j].reader == reader)
                return "E2: nobody holds two places of a paper";
        if (reader != POOL_NOBODY && !paper->slots[i].opened &&
            pool_has_conflict(pool, paper, reader))
            return "E1: nobody reads who has a conflict";
    }
    return NULL;
}

static const char *broken_lent(const struct pool *pool, int32_t who)
{
    const struct pool_lent *lent = &pool->readers[who].lent;
    if (!lent->paper)
        return NULL;
    if (lent->paper > pool->paper_count || !pool->papers[lent->paper - 1].calibrates)
        return "a calibration is of a paper on the shelf";
    return !lent->opened && pool_has_conflict(pool, &pool->papers[lent->paper - 1], who)
               ? "E1: nobody is measured by a paper with a conflict"
               : NULL;
}

bool pool_holds(const void *state, const char **broken)
{
    const struct pool *pool = state;
    *broken = NULL;
    for (int32_t i = 0; i < pool->paper_count && !*broken; i++)
        if (pool->papers[i].handle[0])
            *broken = broken_paper(pool, &pool->papers[i]);
    for (int32_t i = 0; i < pool->reader_count && !*broken; i++)
        if (pool->readers[i].given_count > POOL_GIVEN_MAX)
            *broken = "a reader's window is bounded";
    for (int32_t i = 0; i < pool->reader_count && !*broken; i++)
        *broken = broken_lent(pool, i);
    return !*broken;
}
