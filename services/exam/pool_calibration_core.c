/* Calibrations: released papers that readers are measured by.  SPEC 6.9. */
#include "pool_inner.h"

enum {
    FIRST_SEATS = 5,    /* one of them is a calibration */
    APPEAL_READERS = 3, /* a pair and a third: as many must be left */
    OUT_OF_LAST = 2,
    GOOD_AGAIN = 2
};

/* What is drawn for: no two draws of a step are alike. */
enum purpose { PURPOSE_DUE = 1, PURPOSE_PAPER, PURPOSE_LEAVER };

/* ---- drawing ---- */

/* The finish of SplitMix64: every bit of the number moves about half of the result's. */
static uint64_t mixed(uint64_t number)
{
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

/* From the event's entropy: a replay draws the same, and nobody knows it before. */
static uint32_t draw(const struct pool_turn *turn, enum purpose purpose, int32_t who,
                     int32_t turn_of, uint32_t below)
{
    uint64_t words[2];
    memcpy(words, turn->event->meta.entropy, sizeof words);
    uint64_t place =
        (uint64_t)purpose << 60 | (uint64_t)(uint32_t)who << 32 | (uint64_t)(uint32_t)turn_of;
    return (uint32_t)(mixed(words[0] ^ mixed(words[1] ^ mixed(place))) % below);
}

/* ---- the shelf ---- */

static bool is_lent(const struct pool *pool, int32_t at)
{
    for (int32_t i = 0; i < pool->reader_count; i++)
        if (pool->readers[i].lent.paper == at + 1)
            return true;
    return false;
}

static void forget_lent(struct pool_reader *reader)
{
    if (!reader->lent.opened)
        pool_give_room_back(reader, reader->lent.on);
    reader->lent = (struct pool_lent){0};
}

void pool_unshelve(struct pool *pool, int32_t at)
{
    for (int32_t i = 0; i < pool->reader_count; i++)
        if (pool->readers[i].lent.paper == at + 1)
            forget_lent(&pool->readers[i]);
    pool->papers[at].calibrates = false;
}

int32_t pool_clear_shelf(struct pool *pool)
{
    for (int32_t i = 0; i < pool->paper_count; i++) {
        if (!pool->papers[i].calibrates || is_lent(pool, i))
            continue;
        pool->papers[i] = (struct pool_paper){0};
        return i;
    }
    return -1;
}

static bool is_alike(const struct pool_paper *a, const struct pool_paper *b)
{
    return a->category == b->category && strcmp(a->form, b->form) == 0 &&
           strcmp(a->language, b->language) == 0;
}

/* How many stand there, of those alike or of all, and which of them may leave. */
static int32_t on_shelf(const struct pool *pool, int32_t at, bool alike,
                        int32_t leavers[static POOL_SHELF_MAX], int32_t *leaver_count)
{
    int32_t count = 0;
    *leaver_count = 0;
    for (int32_t i = 0; i < pool->paper_count; i++) {
        const struct pool_paper *paper = &pool->papers[i];
        if (!paper->calibrates || (alike && !is_alike(paper, &pool->papers[at])))
            continue;
        if (!is_lent(pool, i) && *leaver_count < POOL_SHELF_MAX)
            leavers[(*leaver_count)++] = i;
        count++;
    }
    return count;
}

/* Where there are as many as may be, one goes: any of those that nobody reads now, or the new one. */
static bool admit(const struct pool_turn *turn, int32_t at)
{
    int32_t leavers[POOL_SHELF_MAX], count;
    bool full = on_shelf(turn->pool, at, true, leavers, &count) >= POOL_SHELF_FORM_MAX ||
                on_shelf(turn->pool, at, false, leavers, &count) >= POOL_SHELF_MAX;
    if (!full)
        return true;
    uint32_t drawn = draw(turn, PURPOSE_LEAVER, at, 0, (uint32_t)count + 1);
    if (drawn == (uint32_t)count)
        return false;
    turn->pool->papers[leavers[drawn]] = (struct pool_paper){0};
    return true;
}

static bool is_named(const struct pool_event *event, const char *reader)
{
    for (int32_t i = 0; i < event->held_count; i++)
        if (strcmp(event->held[i].id, reader) == 0)
            return true;
    return false;
}

/* The paper has heard of these choices and did not take them: it was paused, or in doubt. */
static void settle(const struct pool_turn *turn, int32_t at)
{
    for (int32_t i = 0; i < turn->pool->reader_count; i++) {
        struct pool_reader *reader = &turn->pool->readers[i];
        if (reader->lent.paper == at + 1 && reader->lent.choice <= turn->event->seen &&
            !is_named(turn->event, reader->id)) {
            forget_lent(reader);
            reader->owed = true;
        }
    }
}

bool pool_shelve(const struct pool_turn *turn, int32_t at)
{
    struct pool_paper *paper = &turn->pool->papers[at];
    if (!paper->calibrates && !admit(turn, at))
        return false;
    paper->calibrates = true;
    paper->resting = turn->event->resting;
    paper->lent = paper->lent > turn->event->lent ? paper->lent : turn->event->lent;
    settle(turn, at);
    return true;
}

/* ---- giving ---- */

/* Who has read it reads no appeal of it. */
static bool leaves_readers(const struct pool_turn *turn, const struct pool_paper *paper,
                           int32_t who)
{
    int32_t left = 0;
    for (int32_t i = 0; i < turn->pool->reader_count && left < APPEAL_READERS; i++)
        left += i != who && pool_may_read(turn->pool, paper, i, turn->today);
    return left == APPEAL_READERS;
}

static bool is_fit(const struct pool_turn *turn, int32_t at, int32_t who)
{
    const struct pool_paper *paper = &turn->pool->papers[at];
    return paper->calibrates && !paper->resting && paper->lent < EXAM_LENT_MAX &&
           pool_may_calibrate(turn->pool, paper, who, turn->today) &&
           leaves_readers(turn, paper, who);
}

/* The first that fits, from a drawn place on; -1: none.  A form that is in use no more would be noticed: it comes
 * with work of the same form, if with work. */
static int32_t choose_paper(const struct pool_turn *turn, int32_t who, int32_t work)
{
    const struct pool_paper *papers = turn->pool->papers;
    int32_t count = turn->pool->paper_count;
    if (count == 0)
        return -1;
    int32_t first = (int32_t)draw(turn, PURPOSE_PAPER, who, 0, (uint32_t)count);
    for (int32_t i = 0; i < count; i++) {
        int32_t at = (first + i) % count;
        if ((work < 0 || is_alike(&papers[at], &papers[work])) && is_fit(turn, at, who))
            return at;
    }
    return -1;
}

static void tell(const struct pool_turn *turn, int32_t at, int32_t who, enum pool_why why)
{
    struct pool_effects *effects = turn->effects;
    uint64_t choice = ++turn->pool->papers[at].choice;
    if (effects->lending_count < POOL_LENDINGS_MAX)
        effects->lendings[effects->lending_count++] =
            (struct pool_lending){.paper = at, .reader = who, .why = why, .choice = choice};
}

/* False: there is no room, or nothing on the shelf for this reader.  `work`: the paper it comes with, or -1. */
static bool lend(const struct pool_turn *turn, int32_t who, int32_t work)
{
    struct pool_reader *reader = &turn->pool->readers[who];
    int32_t at = pool_room(reader, turn->today) > 0 ? choose_paper(turn, who, work) : -1;
    if (at < 0)
        return false;
    struct pool_paper *paper = &turn->pool->papers[at];
    pool_note_seat(turn, paper, who);
    paper->lent++;
    tell(turn, at, who, POOL_WHY_NONE);
    reader->lent = (struct pool_lent){.paper = at + 1, .choice = paper->choice, .on = turn->today};
    reader->owed = false;
    return true;
}

/* After the reader's n-th seat of the first ones it is due with 1 / (5 - n): each of the places after it is as
 * likely, and the fifth is the last. */
static bool is_due(const struct pool_turn *turn, int32_t who, int32_t turn_of)
{
    const struct pool_reader *reader = &turn->pool->readers[who];
    int32_t percent = turn->event->calibration_percent;
    int32_t left = FIRST_SEATS - reader->seats;
    if (percent <= 0 || percent >= 100)
        return false;
    if (reader->calibrations == 0 && !reader->lent.paper)
        return left <= 1 || draw(turn, PURPOSE_DUE, who, turn_of, (uint32_t)left) == 0;
    return draw(turn, PURPOSE_DUE, who, turn_of, 100 - (uint32_t)percent) < (uint32_t)percent;
}

void pool_calibrate(const struct pool_turn *turn, const struct pool_placed *placed, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        struct pool_reader *reader = &turn->pool->readers[placed[i].reader];
        reader->owed = reader->owed || is_due(turn, placed[i].reader, i);
        if (reader->owed && !reader->lent.paper)
            (void)lend(turn, placed[i].reader, placed[i].paper);
    }
}

void pool_recalibrate(const struct pool_turn *turn)
{
    for (int32_t i = 0; i < turn->pool->reader_count; i++)
        if (turn->pool->readers[i].recalibrating && !turn->pool->readers[i].lent.paper)
            (void)lend(turn, i, -1);
}

void pool_vacate_lent(const struct pool_turn *turn)
{
    for (int32_t i = 0; i < turn->pool->reader_count; i++) {
        struct pool_reader *reader = &turn->pool->readers[i];
        int32_t at = reader->lent.paper - 1;
        if (at < 0)
            continue;
        enum pool_why why = pool_why_not(turn->pool, &turn->pool->papers[at], i, turn->today);
        if (why == POOL_WHY_NONE || (why == POOL_WHY_UNQUALIFIED && reader->lent.opened))
            continue;
        tell(turn, at, i, why);
        forget_lent(reader);
    }
}

/* ---- what seats tell ---- */

static int32_t count_bits(int32_t bits)
{
    int32_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

static void judge(const struct pool_turn *turn, struct pool_reader *reader, bool within)
{
    reader->calibrations++;
    reader->within += within;
    reader->outside = (reader->outside << 1 | !within) & ((1 << POOL_CALIBRATIONS) - 1);
    reader->good_in_a_row = within ? reader->good_in_a_row + 1 : 0;
    if (reader->recalibrating && reader->good_in_a_row >= GOOD_AGAIN) {
        reader->recalibrating = false;
        reader->outside = 0;
        pool_look_again(turn->pool);
    } else if (count_bits(reader->outside) >= OUT_OF_LAST) {
        reader->recalibrating = true;
    }
}

/* The calibration that the pool knows of, and no other: one that left the shelf measures nobody. */
struct wf_verdict pool_take_told(const struct pool_turn *turn)
{
    const struct pool_event *event = turn->event;
    int32_t who = pool_reader_of(turn->pool, event->reader);
    int32_t at = pool_paper_of(turn->pool, event->handle);
    struct pool_reader *reader = who == POOL_NOBODY ? NULL : &turn->pool->readers[who];
    if (!reader || at < 0 || reader->lent.paper != at + 1 ||
        (event->told == POOL_TOLD_OPENED && reader->lent.opened))
        return wf_ignored();
    if (event->told == POOL_TOLD_OPENED) {
        reader->lent.opened = true;
        return wf_applied();
    }
    if (event->told != POOL_TOLD_GONE) {
        reader->lent.opened = true; /* the room is used */
        judge(turn, reader, event->told == POOL_TOLD_WITHIN);
    }
    forget_lent(reader);
    pool_changed(turn);
    pool_look_again(turn->pool);
    pool_recalibrate(turn);
    pool_ask_plan(turn, false);
    return wf_applied();
}
