/* The machine `pool`.  SPEC 6.3.  There is one state, so the table has one row: each event has its
 * function. */
#include "pool_core.h"

enum { TOKEN_AUTHOR = 6, OUT_OF_LAST = 2, GOOD_AGAIN = 2 };

/* One step: what it is decided by, and where it is changed. */
struct turn {
    const struct pool_event *event;
    wf_time now;
    wf_date today;
    struct pool *pool;
    struct pool_effects *effects;
};

/* ---- finding ---- */

static int32_t reader_of(const struct pool *pool, const char *id)
{
    for (int32_t i = 0; i < pool->reader_count; i++)
        if (strcmp(pool->readers[i].id, id) == 0)
            return i;
    return POOL_NOBODY;
}

static int32_t paper_of(const struct pool *pool, const char *handle)
{
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (strcmp(pool->papers[i].handle, handle) == 0)
            return i;
    return -1;
}

static int32_t free_paper(struct pool *pool)
{
    int32_t place = paper_of(pool, "");
    if (place < 0 && pool->paper_count < POOL_PAPERS_MAX)
        place = pool->paper_count++;
    return place;
}

/* ---- giving and taking ---- */

static void forget_old(struct pool_reader *reader, wf_date today)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < reader->given_count; i++)
        if (reader->given[i].on > today - reader->card.window_days)
            reader->given[kept++] = reader->given[i];
    reader->given_count = kept;
}

static void note_author(struct pool_reader *reader, const struct pool_paper *paper)
{
    for (int32_t i = 0; i < paper->token_count; i++)
        if (paper->tokens[i].kind == TOKEN_AUTHOR && reader->author_count < POOL_AUTHORS_MAX &&
            !exam_tokens_common(reader->authors, reader->author_count, &paper->tokens[i], 1))
            reader->authors[reader->author_count++] = paper->tokens[i];
}

static void note_held(struct pool_paper *paper, int32_t reader)
{
    for (int32_t i = 0; i < paper->held_count; i++)
        if (paper->held[i].reader == reader)
            return;
    if (paper->held_count < POOL_HELD_MAX)
        paper->held[paper->held_count++].reader = reader;
}

static void give(const struct turn *turn, int32_t at, int32_t place, int32_t who)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    struct pool_reader *reader = &turn->pool->readers[who];
    forget_old(reader, turn->today);
    reader->given[reader->given_count++].on = turn->today;
    reader->seats++;
    note_author(reader, paper);
    note_held(paper, who);
    paper->slots[place] = (struct pool_slot){
        .wanted = true, .reader = who, .choice = paper->choice + 1, .on = turn->today};
    turn->effects->chosen[at] = turn->effects->changed[at][place] = true;
}

/* A seat that ended unopened gives its room back. */
static void take(struct pool *pool, struct pool_slot *slot)
{
    struct pool_reader *reader = &pool->readers[slot->reader];
    for (int32_t i = 0; !slot->opened && i < reader->given_count; i++) {
        if (reader->given[i].on != slot->on)
            continue;
        reader->given[i] = reader->given[--reader->given_count];
        break;
    }
    slot->reader = POOL_NOBODY;
    slot->opened = false;
}

/* ---- when a plan is wanted ---- */

static bool wants_plan(const struct pool *pool)
{
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (pool->papers[i].handle[0] && !pool->papers[i].lacking && pool_is_open(&pool->papers[i]))
            return true;
    return false;
}

static void changed(const struct turn *turn)
{
    turn->pool->changes++;
    turn->pool->dirty = true;
}

/* Those that lacked are looked at again: a card changed, or room was freed. */
static void look_again(struct pool *pool)
{
    for (int32_t i = 0; i < pool->paper_count; i++)
        pool->papers[i].lacking = false;
}

static void ask_plan(const struct turn *turn, bool repair)
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

static void new_seed(const struct turn *turn)
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
static void vacate(const struct turn *turn, int32_t at)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    for (int32_t place = 0; place < EXAM_PLACES; place++) {
        struct pool_slot *slot = &paper->slots[place];
        if (slot->reader == POOL_NOBODY)
            continue;
        enum pool_why why = pool_why_not(turn->pool, paper, slot->reader, turn->today);
        if (why == POOL_WHY_NONE || (why == POOL_WHY_UNQUALIFIED && slot->opened))
            continue;
        take(turn->pool, slot);
        slot->choice = paper->choice + 1;
        paper->lacking = false;
        turn->effects->chosen[at] = turn->effects->changed[at][place] = true;
        turn->effects->why[at][place] = (uint8_t)why;
    }
}

static struct wf_verdict take_card(const struct turn *turn)
{
    struct pool *pool = turn->pool;
    const struct pool_event *event = turn->event;
    int32_t at = reader_of(pool, event->reader);
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
        new_seed(turn);
    changed(turn);
    look_again(pool);
    for (int32_t i = 0; i < pool->paper_count; i++)
        if (pool->papers[i].handle[0])
            vacate(turn, i);
    ask_plan(turn, false);
    return wf_applied();
}

/* ---- what a paper wants ---- */

static void take_names(const struct pool *pool, const struct pool_name *names, int32_t count,
                       struct pool_held *rows, int32_t *row_count, int32_t most)
{
    *row_count = 0;
    for (int32_t i = 0; i < count && *row_count < most; i++) {
        int32_t reader = reader_of(pool, names[i].id);
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
static void take_wish(const struct turn *turn, int32_t at, int32_t place)
{
    struct pool_slot *slot = &turn->pool->papers[at].slots[place];
    const struct pool_wish *wish = wish_of(turn->event, place);
    int32_t reader = wish ? reader_of(turn->pool, wish->reader) : POOL_NOBODY;
    if (slot->choice > turn->event->seen)
        return;
    if (slot->reader != POOL_NOBODY && slot->reader != reader)
        take(turn->pool, slot);
    slot->wanted = wish != NULL;
    if (reader == POOL_NOBODY)
        return;
    if (slot->reader == POOL_NOBODY)
        slot->on = turn->today;
    slot->reader = reader;
    slot->opened = wish->opened;
    slot->choice = turn->event->seen;
}

static void end_paper(const struct turn *turn, int32_t at)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    for (int32_t place = 0; place < EXAM_PLACES; place++)
        if (paper->slots[place].reader != POOL_NOBODY)
            take(turn->pool, &paper->slots[place]);
    *paper = (struct pool_paper){0};
}

static void describe_paper(const struct turn *turn, struct pool_paper *paper)
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
        int32_t reader = reader_of(turn->pool, event->held[i].id);
        if (reader != POOL_NOBODY)
            note_held(paper, reader);
    }
    take_names(turn->pool, event->pinned, event->pinned_count, paper->pinned, &paper->pinned_count,
               POOL_PINNED_MAX);
}

static struct wf_verdict take_needs(const struct turn *turn)
{
    struct pool *pool = turn->pool;
    int32_t at = paper_of(pool, turn->event->meta.from.id);
    if (at < 0 && turn->event->round == 0)
        return wf_ignored();
    if (at < 0)
        at = free_paper(pool);
    if (at < 0)
        return wf_later(60000);
    if (turn->event->round == 0) {
        end_paper(turn, at);
    } else {
        describe_paper(turn, &pool->papers[at]);
        for (int32_t place = 0; place < EXAM_PLACES; place++)
            take_wish(turn, at, place);
        vacate(turn, at);
    }
    changed(turn);
    look_again(pool);
    ask_plan(turn, false);
    return wf_applied();
}

/* ---- plans ---- */

static struct pool_slot *slot_of(struct pool *pool, const struct pool_row *row, int32_t *at)
{
    *at = paper_of(pool, row->handle);
    if (*at < 0 || row->place < 1 || row->place > EXAM_PLACES)
        return NULL;
    struct pool_slot *slot = &pool->papers[*at].slots[row->place - 1];
    return slot->wanted && !slot->opened ? slot : NULL;
}

/* First everybody who is to be moved goes, then everybody comes who may: a wrong row leaves an empty
 * place, which is planned again. */
static void release_moved(const struct turn *turn)
{
    for (int32_t i = 0; i < turn->event->row_count; i++) {
        int32_t at;
        const struct pool_row *row = &turn->event->rows[i];
        struct pool_slot *slot = slot_of(turn->pool, row, &at);
        int32_t reader = reader_of(turn->pool, row->reader);
        if (!slot || slot->reader == POOL_NOBODY || slot->reader == reader ||
            reader == POOL_NOBODY ||
            !pool_may_read(turn->pool, &turn->pool->papers[at], reader, turn->today))
            continue;
        take(turn->pool, slot);
        slot->choice = turn->pool->papers[at].choice + 1;
        turn->effects->chosen[at] = turn->effects->changed[at][row->place - 1] = true;
        turn->effects->why[at][row->place - 1] = POOL_WHY_MOVED;
    }
}

static bool place_rows(const struct turn *turn)
{
    bool any = false;
    for (int32_t i = 0; i < turn->event->row_count; i++) {
        int32_t at;
        const struct pool_row *row = &turn->event->rows[i];
        struct pool_slot *slot = slot_of(turn->pool, row, &at);
        int32_t reader = reader_of(turn->pool, row->reader);
        if (!slot || slot->reader != POOL_NOBODY || reader == POOL_NOBODY ||
            pool_room(&turn->pool->readers[reader], turn->today) == 0 ||
            !pool_may_read(turn->pool, &turn->pool->papers[at], reader, turn->today))
            continue;
        give(turn, at, row->place - 1, reader);
        any = true;
    }
    return any;
}

static void note_lacks(const struct turn *turn)
{
    for (int32_t i = 0; i < turn->event->lack_count; i++) {
        int32_t at = paper_of(turn->pool, turn->event->lacks[i].handle);
        if (at < 0 || !pool_is_open(&turn->pool->papers[at]))
            continue;
        turn->pool->papers[at].lacking = true;
        turn->effects->chosen[at] = true;
        turn->effects->lack[at] = (int16_t)(i + 1);
    }
}

bool pool_is_stale(const struct pool *pool, const struct pool_event *planned, wf_date today)
{
    return planned->plan != pool->changes ||
           (planned->made_on != WF_NO_DATE && planned->made_on != today);
}

static struct wf_verdict take_plan(const struct turn *turn)
{
    struct pool *pool = turn->pool;
    if (pool_is_stale(pool, turn->event, turn->today)) { /* made anew */
        if (!pool->planning)
            return wf_ignored();
        ask_plan(turn, pool->repairing);
        return wf_applied();
    }
    release_moved(turn);
    bool placed = place_rows(turn);
    note_lacks(turn);
    pool->changes++; /* even where nobody moved: the same outcome is not counted on the next seed */
    if (pool->seed_count > 0)
        pool->seeds[pool->seed_count - 1].plans++;
    if (turn->event->repaired) {
        pool->repaired_at = turn->now;
        pool->dirty = false;
        new_seed(turn);
    } else if (placed) {
        pool->dirty = true;
    }
    ask_plan(turn, false);
    return wf_applied();
}

/* ---- notices and calibration ---- */

/* Several seats of a day are one mail: its count would tell how much came. */
static struct wf_verdict notice(const struct turn *turn)
{
    const struct pool_event *event = turn->event;
    int32_t at = reader_of(turn->pool, event->reader);
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

static int32_t count_bits(int32_t bits)
{
    int32_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

static struct wf_verdict calibrate(const struct turn *turn)
{
    int32_t at = reader_of(turn->pool, turn->event->reader);
    if (at == POOL_NOBODY)
        return wf_ignored();
    struct pool_reader *reader = &turn->pool->readers[at];
    bool outside = !turn->event->within;
    reader->calibrations++;
    reader->outside = (reader->outside << 1 | outside) & ((1 << POOL_CALIBRATIONS) - 1);
    reader->good_in_a_row = outside ? 0 : reader->good_in_a_row + 1;
    if (reader->recalibrating && reader->good_in_a_row >= GOOD_AGAIN) {
        reader->recalibrating = false;
        reader->outside = 0;
        look_again(turn->pool);
    } else if (count_bits(reader->outside) >= OUT_OF_LAST) {
        reader->recalibrating = true;
    }
    changed(turn);
    ask_plan(turn, false);
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

static struct wf_verdict pass_time(const struct turn *turn)
{
    struct pool *pool = turn->pool;
    if (turn->now < pool_next_deadline(NULL, pool))
        return wf_ignored();
    bool night = turn->now >= night_of(pool);
    if (night) { /* qualifications and windows end by themselves: who lacked is looked at again */
        pool->repaired_at = turn->now;
        pool->changes++;
        look_again(pool);
    }
    ask_plan(turn, night || pool->repairing);
    return wf_applied();
}

/* ---- the step ---- */

static struct wf_verdict act(const struct turn *turn)
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
        return calibrate(turn);
    case POOL_EVENT_PLANNED:
        return take_plan(turn);
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
    struct turn turn = {.event = event,
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
    return !*broken;
}
