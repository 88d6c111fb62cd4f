/* Seats that are given and end, and plans, whose every row is checked again.  SPEC 6.3. */
#include "pool_inner.h"

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
        if (paper->tokens[i].kind == EXAM_TOKEN_AUTHOR && reader->author_count < POOL_AUTHORS_MAX &&
            !exam_tokens_common(reader->authors, reader->author_count, &paper->tokens[i], 1))
            reader->authors[reader->author_count++] = paper->tokens[i];
}

void pool_note_held(struct pool_paper *paper, int32_t reader)
{
    for (int32_t i = 0; i < paper->held_count; i++)
        if (paper->held[i].reader == reader)
            return;
    if (paper->held_count < POOL_HELD_MAX)
        paper->held[paper->held_count++].reader = reader;
}

void pool_note_seat(const struct pool_turn *turn, struct pool_paper *paper, int32_t who)
{
    struct pool_reader *reader = &turn->pool->readers[who];
    forget_old(reader, turn->today);
    reader->given[reader->given_count++].on = turn->today;
    reader->seats++;
    note_author(reader, paper);
    pool_note_held(paper, who);
}

static void give(const struct pool_turn *turn, int32_t at, int32_t place, int32_t who)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    pool_note_seat(turn, paper, who);
    paper->slots[place] = (struct pool_slot){
        .wanted = true, .reader = who, .choice = paper->choice + 1, .on = turn->today};
    turn->effects->chosen[at] = turn->effects->changed[at][place] = true;
}

void pool_give_room_back(struct pool_reader *reader, wf_date on)
{
    for (int32_t i = 0; i < reader->given_count; i++) {
        if (reader->given[i].on != on)
            continue;
        reader->given[i] = reader->given[--reader->given_count];
        return;
    }
}

/* A seat that ended unopened gives its room back. */
void pool_take(struct pool *pool, struct pool_slot *slot)
{
    if (!slot->opened)
        pool_give_room_back(&pool->readers[slot->reader], slot->on);
    slot->reader = POOL_NOBODY;
    slot->opened = false;
}

/* ---- plans ---- */

static struct pool_slot *slot_of(struct pool *pool, const struct pool_row *row, int32_t *at)
{
    *at = pool_paper_of(pool, row->handle);
    if (*at < 0 || row->place < 1 || row->place > EXAM_PLACES)
        return NULL;
    struct pool_slot *slot = &pool->papers[*at].slots[row->place - 1];
    return slot->wanted && !slot->opened ? slot : NULL;
}

/* First everybody who is to be moved goes, then everybody comes who may: a wrong row leaves an empty
 * place, which is planned again. */
static void release_moved(const struct pool_turn *turn)
{
    for (int32_t i = 0; i < turn->event->row_count; i++) {
        int32_t at;
        const struct pool_row *row = &turn->event->rows[i];
        struct pool_slot *slot = slot_of(turn->pool, row, &at);
        int32_t reader = pool_reader_of(turn->pool, row->reader);
        if (!slot || slot->reader == POOL_NOBODY || slot->reader == reader ||
            reader == POOL_NOBODY ||
            !pool_may_read(turn->pool, &turn->pool->papers[at], reader, turn->today))
            continue;
        pool_take(turn->pool, slot);
        slot->choice = turn->pool->papers[at].choice + 1;
        turn->effects->chosen[at] = turn->effects->changed[at][row->place - 1] = true;
        turn->effects->why[at][row->place - 1] = POOL_WHY_MOVED;
    }
}

/* How many were placed, and where. */
static int32_t place_rows(const struct pool_turn *turn,
                          struct pool_placed placed[static POOL_ROWS_MAX])
{
    int32_t count = 0;
    for (int32_t i = 0; i < turn->event->row_count; i++) {
        int32_t at;
        const struct pool_row *row = &turn->event->rows[i];
        struct pool_slot *slot = slot_of(turn->pool, row, &at);
        int32_t reader = pool_reader_of(turn->pool, row->reader);
        if (!slot || slot->reader != POOL_NOBODY || reader == POOL_NOBODY ||
            pool_room(&turn->pool->readers[reader], turn->today) == 0 ||
            !pool_may_read(turn->pool, &turn->pool->papers[at], reader, turn->today))
            continue;
        give(turn, at, row->place - 1, reader);
        placed[count++] = (struct pool_placed){.paper = at, .reader = reader};
    }
    return count;
}

static void note_lacks(const struct pool_turn *turn)
{
    for (int32_t i = 0; i < turn->event->lack_count; i++) {
        int32_t at = pool_paper_of(turn->pool, turn->event->lacks[i].handle);
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

struct wf_verdict pool_take_plan(const struct pool_turn *turn)
{
    struct pool *pool = turn->pool;
    if (pool_is_stale(pool, turn->event, turn->today)) { /* made anew */
        if (!pool->planning)
            return wf_ignored();
        pool_ask_plan(turn, pool->repairing);
        return wf_applied();
    }
    release_moved(turn);
    struct pool_placed placed[POOL_ROWS_MAX];
    int32_t count = place_rows(turn, placed);
    pool_calibrate(turn, placed, count);
    note_lacks(turn);
    pool->changes++; /* even where nobody moved: the same outcome is not counted on the next seed */
    if (pool->seed_count > 0)
        pool->seeds[pool->seed_count - 1].plans++;
    if (turn->event->repaired) {
        pool->repaired_at = turn->now;
        pool->dirty = false;
        pool_new_seed(turn);
    } else if (count > 0) {
        pool->dirty = true;
    }
    pool_ask_plan(turn, false);
    return wf_applied();
}
