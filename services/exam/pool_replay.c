#include "pool_replay.h"

#include "exam_service.h"
#include "wf_journal.h"
#include "wf_seal.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPLAY_ARENA = 2 << 20, GIFT_TEXT = WF_ID_MAX + EXAM_ID_MAX + 32 };
static const char pool_aggregate[] = "pool/" EXAM_POOL, seat_aggregate[] = "seat/";

/* As its first line says; whether a plan gave it is known when all lines were there. */
struct opened_seat {
    char code[EXAM_CODE + 1], handle[EXAM_ID_MAX + 1], reader[EXAM_ID_MAX + 1];
    uint32_t round;
    int32_t place;
    wf_time at;
};

struct pool_replay {
    struct pool *pool, *after;
    struct pool_event *event, *again;
    struct pool_effects *effects;
    struct wf_arena arena;
    uint8_t head[WF_CHAIN_SIZE];
    uint64_t lines;
    wf_time last;
    GArray *periods, *faults, *seats;
    uint64_t ahead;
    GHashTable *gifts; /* "handle round place reader" of every plan */
};

#define WF_X(symbol, its_name, its_sentence) {its_name, its_sentence},
static const struct {
    const char *name, *sentence;
} kinds[] = {POOL_REPLAY_FAULTS(WF_X)};
#undef WF_X

const char *pool_replay_name(enum pool_replay_kind kind)
{
    return kinds[kind].name;
}

const char *pool_replay_sentence(enum pool_replay_kind kind)
{
    return kinds[kind].sentence;
}

static void *blank(size_t size)
{
    void *memory = calloc(1, size);
    WF_ASSERT(memory);
    return memory;
}

struct pool_replay *pool_replay_open(void)
{
    struct pool_replay *replay = blank(sizeof *replay);
    replay->pool = blank(sizeof *replay->pool);
    replay->after = blank(sizeof *replay->after);
    replay->event = blank(sizeof *replay->event);
    replay->again = blank(sizeof *replay->again);
    replay->effects = blank(sizeof *replay->effects);
    wf_arena_init(&replay->arena, REPLAY_ARENA);
    replay->periods = g_array_new(FALSE, TRUE, sizeof(struct pool_replay_period));
    replay->faults = g_array_new(FALSE, TRUE, sizeof(struct pool_replay_fault));
    replay->seats = g_array_new(FALSE, TRUE, sizeof(struct opened_seat));
    replay->gifts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return replay;
}

void pool_replay_close(struct pool_replay **replay)
{
    struct pool_replay *gone = *replay;
    if (!gone)
        return;
    free(gone->pool);
    free(gone->after);
    free(gone->event);
    free(gone->again);
    free(gone->effects);
    wf_arena_fini(&gone->arena);
    (void)g_array_free(gone->periods, TRUE);
    (void)g_array_free(gone->faults, TRUE);
    (void)g_array_free(gone->seats, TRUE);
    g_hash_table_destroy(gone->gifts);
    free(gone);
    *replay = NULL;
}

struct pool_replay_report pool_replay_report(const struct pool_replay *replay)
{
    return (struct pool_replay_report){
        .lines = replay->lines,
        .seats = replay->seats->len,
        .ahead = replay->ahead,
        .last = replay->last,
        .periods = (const struct pool_replay_period *)(const void *)replay->periods->data,
        .period_count = replay->periods->len,
        .faults = (const struct pool_replay_fault *)(const void *)replay->faults->data,
        .fault_count = replay->faults->len};
}

/* ---- what is noted ---- */

static struct pool_replay_fault *find_fault(struct pool_replay *replay, enum pool_replay_kind kind)
{
    struct pool_replay_fault fault = {.kind = kind, .line = replay->lines, .at = replay->last};
    g_array_append_val(replay->faults, fault);
    return &g_array_index(replay->faults, struct pool_replay_fault, replay->faults->len - 1);
}

static void find_row(struct pool_replay *replay, enum pool_replay_kind kind, const char *handle,
                     int32_t place, const char *said, const char *makes)
{
    struct pool_replay_fault *fault = find_fault(replay, kind);
    fault->place = place;
    (void)g_strlcpy(fault->handle, handle, sizeof fault->handle);
    (void)g_strlcpy(fault->said, said, sizeof fault->said);
    (void)g_strlcpy(fault->makes, makes, sizeof fault->makes);
}

/* Of the seed in use; made where none is: papers came before the first reader. */
static struct pool_replay_period *period_of(struct pool_replay *replay)
{
    if (replay->periods->len == 0) {
        struct pool_replay_period first = {.since = replay->last, .until = WF_NEVER};
        g_array_append_val(replay->periods, first);
    }
    return &g_array_index(replay->periods, struct pool_replay_period, replay->periods->len - 1);
}

static void begin_period(struct pool_replay *replay)
{
    const struct pool_seed *seed = &replay->pool->seeds[replay->pool->seed_count - 1];
    struct pool_replay_period period = {
        .is_seeded = true, .since = replay->last, .until = WF_NEVER};
    memcpy(period.seed, seed->bytes, sizeof period.seed);
    wf_sha256((struct wf_bytes){seed->bytes, POOL_SEED}, period.sha256);
    if (replay->periods->len > 0)
        period_of(replay)->until = replay->last;
    g_array_append_val(replay->periods, period);
}

/* ---- plans ---- */

static const struct pool_row *row_like(const struct pool_event *plan, const struct pool_row *row)
{
    for (int32_t i = 0; i < plan->row_count; i++)
        if (plan->rows[i].place == row->place && strcmp(plan->rows[i].handle, row->handle) == 0)
            return &plan->rows[i];
    return NULL;
}

static void compare_rows(struct pool_replay *replay, const struct pool_event *said,
                         const struct pool_event *makes)
{
    guint before = replay->faults->len;
    for (int32_t i = 0; i < said->row_count; i++) {
        const struct pool_row *row = &said->rows[i], *other = row_like(makes, row);
        if (!other || strcmp(other->reader, row->reader) != 0)
            find_row(replay, POOL_REPLAY_READER, row->handle, row->place, row->reader,
                     other ? other->reader : "");
    }
    for (int32_t i = 0; i < makes->row_count; i++)
        if (!row_like(said, &makes->rows[i]))
            find_row(replay, POOL_REPLAY_READER, makes->rows[i].handle, makes->rows[i].place, "",
                     makes->rows[i].reader);
    bool is_same = said->row_count == makes->row_count;
    for (int32_t i = 0; i < said->row_count && is_same; i++)
        is_same = said->rows[i].place == makes->rows[i].place &&
                  strcmp(said->rows[i].handle, makes->rows[i].handle) == 0;
    if (!is_same && replay->faults->len == before)
        (void)find_fault(replay, POOL_REPLAY_ORDER);
}

static bool has_lack(const struct pool_event *plan, const char *handle)
{
    for (int32_t i = 0; i < plan->lack_count; i++)
        if (strcmp(plan->lacks[i].handle, handle) == 0)
            return true;
    return false;
}

/* A paper can lack twice, each time with a certificate of its own. */
static void compare_lacks(struct pool_replay *replay, const struct pool_event *said,
                          const struct pool_event *makes)
{
    guint before = replay->faults->len;
    int32_t same = 0;
    while (same < said->lack_count && same < makes->lack_count &&
           strcmp(said->lacks[same].handle, makes->lacks[same].handle) == 0 &&
           strcmp(said->lacks[same].certificate, makes->lacks[same].certificate) == 0)
        same++;
    if (same == said->lack_count && same == makes->lack_count)
        return;
    for (int32_t i = 0; i < said->lack_count; i++)
        if (!has_lack(makes, said->lacks[i].handle))
            find_row(replay, POOL_REPLAY_LACK, said->lacks[i].handle, 0, "", "");
    for (int32_t i = 0; i < makes->lack_count; i++)
        if (!has_lack(said, makes->lacks[i].handle))
            find_row(replay, POOL_REPLAY_LACK, makes->lacks[i].handle, 0, "", "");
    const struct pool_event *longer = same < said->lack_count ? said : makes;
    if (replay->faults->len == before)
        find_row(replay, POOL_REPLAY_CERTIFICATE, longer->lacks[same].handle, 0, "", "");
}

static void make_again(struct pool_replay *replay, const struct pool_event *planned, wf_date today)
{
    struct pool_replay_period *period = period_of(replay);
    if (pool_is_stale(replay->pool, planned, today)) {
        period->stale++;
        return;
    }
    guint before = replay->faults->len;
    memset(replay->again, 0, sizeof *replay->again);
    pool_choose(replay->pool, today, planned->repaired, replay->again);
    compare_rows(replay, planned, replay->again);
    compare_lacks(replay, planned, replay->again);
    period->plans++;
    period->nights += planned->repaired;
    period->readings += (uint64_t)planned->row_count;
    period->lacks += (uint64_t)planned->lack_count;
    period->unlike += replay->faults->len > before;
}

/* ---- who sits where ---- */

static char *gift_of(const char *handle, uint32_t round, int32_t place, const char *reader,
                     char text[static GIFT_TEXT])
{
    (void)snprintf(text, GIFT_TEXT, "%s %u %d %s", handle, round, place, reader);
    return text;
}

static void note_gifts(struct pool_replay *replay)
{
    char text[GIFT_TEXT];
    const struct pool *pool = replay->pool;
    for (int32_t at = 0; at < pool->paper_count; at++)
        for (int32_t place = 0; place < EXAM_PLACES; place++) {
            int32_t reader = pool->papers[at].slots[place].reader;
            if (replay->effects->changed[at][place] && reader != POOL_NOBODY)
                (void)g_hash_table_add(
                    replay->gifts, g_strdup(gift_of(pool->papers[at].handle, pool->papers[at].round,
                                                    place + 1, pool->readers[reader].id, text)));
        }
}

/* A paper says who sits at its places: nobody whom no plan put there. */
static void check_wishes(struct pool_replay *replay, const struct pool_event *needs)
{
    char text[GIFT_TEXT];
    const char *handle = needs->meta.from.id;
    for (int32_t i = 0; i < needs->wish_count; i++) {
        const struct pool_wish *wish = &needs->wishes[i];
        if (wish->reader[0] &&
            !g_hash_table_contains(replay->gifts,
                                   gift_of(handle, needs->round, wish->place, wish->reader, text)))
            find_row(replay, POOL_REPLAY_UNPLANNED, handle, wish->place, wish->reader, "");
    }
}

/* ---- seats ---- */

static void take_seat(struct pool_replay *replay, const Endorse__V1__JournalLine *line)
{
    if (line->step != ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED ||
        wf_message_find(line->type) != WF_MESSAGE_SEAT_WANTED)
        return;
    const Endorse__V1__SeatWanted *wanted = (const Endorse__V1__SeatWanted *)wf_unpack(
        &endorse__v1__seat_wanted__descriptor,
        (struct wf_bytes){line->payload.data, line->payload.len}, &replay->arena);
    if (!wanted || wanted->calibration)
        return;
    struct opened_seat seat = {
        .round = wanted->round, .place = (int32_t)wanted->place, .at = line->time_ms};
    (void)g_strlcpy(seat.code, line->aggregate + sizeof seat_aggregate - 1, sizeof seat.code);
    (void)g_strlcpy(seat.handle, wanted->handle, sizeof seat.handle);
    (void)g_strlcpy(seat.reader, wanted->reader, sizeof seat.reader);
    g_array_append_val(replay->seats, seat);
}

void pool_replay_finish(struct pool_replay *replay)
{
    char text[GIFT_TEXT];
    for (guint i = 0; i < replay->seats->len; i++) {
        const struct opened_seat *seat = &g_array_index(replay->seats, struct opened_seat, i);
        if (g_hash_table_contains(
                replay->gifts, gift_of(seat->handle, seat->round, seat->place, seat->reader, text)))
            continue;
        if (seat->at >= replay->last) { /* the lines of the pool may have been copied before it */
            replay->ahead++;
            continue;
        }
        find_row(replay, POOL_REPLAY_SEAT, seat->handle, seat->place, seat->reader, "");
        struct pool_replay_fault *fault =
            &g_array_index(replay->faults, struct pool_replay_fault, replay->faults->len - 1);
        fault->line = 0;
        fault->at = seat->at;
        memcpy(fault->seat, seat->code, sizeof fault->seat);
    }
}

/* ---- one event ---- */

static void step(struct pool_replay *replay, const struct pool_event *event, const char *reason)
{
    static const struct exam_policy no_settings; /* the pool decides by none */
    memset(replay->after, 0, sizeof *replay->after);
    memset(replay->effects, 0, sizeof *replay->effects);
    struct wf_verdict verdict =
        pool_step(&no_settings, replay->pool, event, replay->last, replay->after, replay->effects);
    bool is_said = verdict.step == WF_APPLIED ? reason[0] == '\0'
                   : verdict.step == WF_REFUSED
                       ? strcmp(pool_machine.reasons[verdict.reason].code, reason) == 0
                       : false;
    if (!is_said)
        (void)find_fault(replay, POOL_REPLAY_STEP);
    if (verdict.step != WF_APPLIED)
        return;
    struct pool *before = replay->pool;
    replay->pool = replay->after;
    replay->after = before;
    if (event->kind == POOL_EVENT_PLANNED)
        note_gifts(replay);
    if (replay->effects->seeded)
        begin_period(replay);
}

static void take_event(struct pool_replay *replay, const struct pool_event *event,
                       const char *reason)
{
    if (event->kind == POOL_EVENT_PLANNED)
        make_again(replay, event, wf_time_to_utc_date(replay->last));
    else if (event->kind == POOL_EVENT_NEEDS)
        check_wishes(replay, event);
    step(replay, event, reason);
}

void pool_replay_event(struct pool_replay *replay, const struct pool_event *event, wf_time now,
                       const char *reason)
{
    replay->lines++;
    replay->last = now;
    take_event(replay, event, reason);
}

/* ---- one line ---- */

/* The first field of a line is its aggregate: most lines are another's and need no unpacking. */
static bool begins_with(struct wf_bytes line, const char *aggregate)
{
    size_t length = strlen(aggregate);
    return line.length >= length + 2 && line.data[1] >= length &&
           memcmp(line.data + 2, aggregate, length) == 0;
}

static void begin_event(struct pool_replay *replay, const Endorse__V1__JournalLine *line,
                        uint32_t message)
{
    struct wf_event_meta *meta = &replay->event->meta;
    memset(replay->event, 0, sizeof *replay->event);
    meta->message = message;
    (void)g_strlcpy(meta->message_id, line->message_id, sizeof meta->message_id);
    (void)g_strlcpy(meta->actor, line->actor, sizeof meta->actor);
    meta->self = wf_address_make(WF_EXAM, "pool", EXAM_POOL);
    meta->happened = line->happened_ms;
    memcpy(meta->entropy, line->entropy.data, sizeof meta->entropy);
}

static const struct wf_handler *handler_of(const char *type)
{
    enum wf_message message = wf_message_find(type);
    for (size_t i = 0; i < exam_handler_count; i++)
        if (exam_handlers[i].message == message && exam_handlers[i].machine == &pool_machine)
            return &exam_handlers[i];
    return NULL;
}

/* Days are counted in 32 bits, and added to. */
static bool is_in_time(wf_time time)
{
    return time >= 0 && time < 100000 * 366 * WF_DAY;
}

/* False: no line of this release. */
static bool decode(struct pool_replay *replay, const Endorse__V1__JournalLine *line)
{
    struct wf_error error = {0};
    if (line->entropy.len != sizeof replay->event->meta.entropy || !is_in_time(line->time_ms))
        return false;
    if (strcmp(line->type, wf_message_row(WF_MESSAGE_TICK)->type) == 0) {
        begin_event(replay, line, WF_TICK);
        return true;
    }
    const struct wf_handler *handler = handler_of(line->type);
    if (!handler)
        return false;
    begin_event(replay, line, handler->message);
    if (line->from[0] && !wf_address_parse(line->from, &replay->event->meta.from))
        return false;
    const ProtobufCMessage *payload =
        wf_unpack(wf_message_row(handler->message)->descriptor,
                  (struct wf_bytes){line->payload.data, line->payload.len}, &replay->arena);
    return payload && handler->decode(NULL, payload, replay->event, &error) == 0;
}

/* What does not follow is told once: behind it the chain is taken up as the line says it. */
static void check_chain(struct pool_replay *replay, struct wf_bytes bytes,
                        const Endorse__V1__JournalLine *line)
{
    bool follows = wf_journal_follows(bytes, line, replay->head);
    bool is_next = line->version == replay->lines + 1;
    replay->lines = line->version;
    replay->last = line->time_ms;
    if (follows && is_next)
        return;
    (void)find_fault(replay, POOL_REPLAY_CHAIN);
    if (line->chain.len == WF_CHAIN_SIZE)
        memcpy(replay->head, line->chain.data, WF_CHAIN_SIZE);
}

static void take_pool_line(struct pool_replay *replay, struct wf_bytes bytes,
                           const Endorse__V1__JournalLine *line)
{
    check_chain(replay, bytes, line);
    if (line->step == ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_OPERATOR)
        return; /* an act on a parked message: no machine steps */
    if (decode(replay, line))
        take_event(replay, replay->event, line->reason);
    else
        (void)find_fault(replay, POOL_REPLAY_UNREADABLE);
}

void pool_replay_line(struct pool_replay *replay, struct wf_bytes bytes)
{
    bool is_pool = begins_with(bytes, pool_aggregate);
    if (!is_pool && !begins_with(bytes, seat_aggregate))
        return;
    wf_arena_clear(&replay->arena);
    const Endorse__V1__JournalLine *line = wf_journal_decode(bytes, &replay->arena);
    if (is_pool && line) {
        take_pool_line(replay, bytes, line);
    } else if (is_pool) {
        replay->lines++;
        (void)find_fault(replay, POOL_REPLAY_UNREADABLE);
    } else if (line) {
        take_seat(replay, line);
    }
}
