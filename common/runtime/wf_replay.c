/* One replay at a time.  Each question does one slice of it and is answered with what came of that slice, so
 * that messages, acts and deadlines go on between two questions. */
#include "wf_replay.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_STEPS = 64,        /* decisions of a slice: some milliseconds */
    SLICE_LINES = 1000,      /* lines looked at, most of them another's */
    PAGE_BYTES = 48 * 1024,  /* of a frame's 128 KiB, before a last line that is large */
    MEMORY_MOST = 256 << 20, /* states of one partition */
    TICKS_MOST = 40,         /* deadlines in a row of one aggregate */
    SESSION_TEXT = 17,
    FOLDER_MOST = 1001
};
static const wf_time idle_until = 30 * WF_SECOND; /* then another may begin */
static const wf_time tick_lag =
    WF_HOUR; /* a deadline that did not come is taken as due after that */

/* One aggregate on its two ways: under the rules in force, and under the others. */
struct replay_case {
    struct wf_address self;
    const struct wf_machine *machine;
    struct wf_replayed ways[2];
    uint8_t head[WF_CHAIN_SIZE];
    bool has_differed;
};

struct wf_replay {
    char session[SESSION_TEXT];
    wf_time used;
    void *rules; /* the others; NULL: none */
    char association[WF_ID_MAX + 1];
    struct wf_address one; /* kind "": all aggregates */
    unsigned partition;
    uint64_t ms, n; /* the last line that was taken */
    bool is_read;   /* the partition's journal is at its end */
    GHashTable *cases;
    GPtrArray *order; /* owns them */
    guint ended;      /* those that were brought to an end */
    uint64_t lines, aggregates;
    size_t bytes;
};

/* A slice under way. */
struct slice {
    struct wf_worker *worker;
    struct wf_replay *replay;
    Endorse__V1__ReplayPage page;
    size_t capacity, page_bytes;
    unsigned steps, seen;
    bool is_full, is_too_large;
};

/* ---- the session ---- */

static void free_case(gpointer pointer)
{
    struct replay_case *replayed = pointer;
    wf_fields_fini(&replayed->ways[0].fields);
    wf_fields_fini(&replayed->ways[1].fields);
    free(replayed);
}

static void begin_partition(struct wf_replay *replay, unsigned partition)
{
    g_hash_table_remove_all(replay->cases);
    g_ptr_array_set_size(replay->order, 0);
    replay->partition = partition;
    replay->ms = replay->n = 0;
    replay->is_read = false;
    replay->ended = 0;
    replay->bytes = 0;
}

void wf_replay_end(struct wf_worker *worker)
{
    struct wf_replay *replay = worker->replay;
    if (!replay)
        return;
    worker->replay = NULL;
    if (replay->rules)
        worker->domain->rules->close(&replay->rules);
    g_hash_table_destroy(replay->cases);
    (void)g_ptr_array_free(replay->order, TRUE);
    free(replay);
}

static bool read_scope(struct wf_worker *worker, const Endorse__V1__Replay *wanted,
                       struct wf_replay *replay)
{
    bool is_one = wanted->kind[0] != '\0';
    if (strlen(wanted->association) > WF_ID_MAX || strlen(wanted->folder) >= FOLDER_MOST)
        return false;
    (void)snprintf(replay->association, sizeof replay->association, "%s", wanted->association);
    if (!is_one)
        return !wanted->id[0];
    if (!wf_id_is_valid(wanted->id) || !wf_dispatch_machine(worker, wanted->kind))
        return false;
    replay->one = wf_address_make(worker->domain->service, wanted->kind, wanted->id);
    return true;
}

static unsigned first_partition(const struct wf_worker *worker, const struct wf_replay *replay)
{
    return replay->one.kind[0] ? wf_partition(replay->one.id) : worker->instance;
}

static int begin(struct wf_worker *worker, const Endorse__V1__Replay *wanted,
                 struct wf_error *error)
{
    const struct wf_rules *rules = worker->domain->rules;
    if (worker->replay && worker->monotonic < worker->replay->used + idle_until)
        return wf_fail(error, WF_AGAIN, "another replay is under way: try again when it is done");
    wf_replay_end(worker);
    if (!rules || !rules->open)
        return wf_fail(error, WF_INVALID, "this program decides by no rules");
    struct wf_replay *replay = calloc(1, sizeof *replay);
    WF_ASSERT(replay);
    replay->cases = g_hash_table_new(g_str_hash, g_str_equal);
    replay->order = g_ptr_array_new_with_free_func(free_case);
    worker->replay = replay;
    uint64_t random = 0;
    worker->clock->entropy(worker->clock, &random, sizeof random);
    (void)snprintf(replay->session, sizeof replay->session, "%016" PRIx64, random);
    int result = 0;
    if (!read_scope(worker, wanted, replay))
        result = wf_fail(error, WF_INVALID, "kind and id name an aggregate of this program");
    else if (!wf_owns(worker, first_partition(worker, replay)))
        result = wf_fail(error, WF_NOT_FOUND, "another instance owns it");
    else if (wanted->folder[0] &&
             rules->open(worker->service, wanted->folder, &replay->rules, error))
        result = wf_fail(error, WF_INVALID, "%s", wf_pool_text(&worker->pool, error->text));
    else if (!wanted->folder[0] && !replay->one.kind[0])
        result = wf_fail(error, WF_INVALID, "folder: which other rules to compare with");
    if (result)
        wf_replay_end(worker);
    else
        begin_partition(replay, first_partition(worker, replay));
    return result;
}

/* ---- telling ---- */

/* NULL: it is none, or cannot be read. */
static Endorse__V1__Judgement *unpack_judgement(struct wf_bytes packed)
{
    return packed.length ? endorse__v1__judgement__unpack(NULL, packed.length, packed.data) : NULL;
}

/* "accepted", "refused: incomplete", "nothing": in the words of the rules where they have some. */
static const char *say(struct wf_worker *worker, const struct wf_replay_result *result)
{
    Endorse__V1__Judgement *judgement = unpack_judgement(result->judgement);
    const char *text = "";
    if (result->problem)
        text = wf_pool_format(&worker->pool, "cannot be decided: %s", result->problem);
    else if (result->step == WF_REFUSED)
        text = wf_pool_format(&worker->pool, "refused: %s", result->reason);
    else if (result->step == WF_APPLIED)
        text = wf_pool_text(&worker->pool,
                            judgement && judgement->result[0] ? judgement->result : "applied");
    else
        text = "nothing";
    if (judgement)
        endorse__v1__judgement__free_unpacked(judgement, NULL);
    return text;
}

static ProtobufCBinaryData kept(struct wf_worker *worker, struct wf_bytes bytes)
{
    struct wf_bytes copy = wf_pool_copy(&worker->pool, bytes);
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)copy.data, .len = copy.length};
}

static Endorse__V1__ReplayedLine *add_row(struct slice *slice, const struct wf_address *self)
{
    struct wf_pool *pool = &slice->worker->pool;
    Endorse__V1__ReplayPage *page = &slice->page;
    if (page->n_told == slice->capacity) {
        size_t capacity = slice->capacity ? slice->capacity * 2 : 16;
        Endorse__V1__ReplayedLine **rows =
            wf_pool_take(pool, capacity * sizeof(Endorse__V1__ReplayedLine *));
        if (page->n_told)
            memcpy(rows, page->told, page->n_told * sizeof(Endorse__V1__ReplayedLine *));
        page->told = rows;
        slice->capacity = capacity;
    }
    Endorse__V1__ReplayedLine *row = wf_pool_take(pool, sizeof *row);
    endorse__v1__replayed_line__init(row);
    row->aggregate = (char *)wf_pool_format(pool, "%s/%s", self->kind, self->id);
    page->told[page->n_told++] = row;
    return row;
}

static void count_bytes(struct slice *slice, const Endorse__V1__ReplayedLine *row)
{
    slice->page_bytes += protobuf_c_message_get_packed_size(&row->base);
}

/* ---- one aggregate: the journal against what is decided now ---- */

static bool is_same_judgement(struct wf_bytes one, struct wf_bytes other)
{
    return one.length == other.length &&
           (!one.length || memcmp(one.data, other.data, one.length) == 0);
}

static struct wf_replay_result recorded(const Endorse__V1__JournalLine *line)
{
    bool is_refused = line->step == ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_REFUSED;
    return (struct wf_replay_result){
        .step = is_refused ? WF_REFUSED : WF_APPLIED,
        .reason = line->reason,
        .edition = line->edition,
        .judgement = {.data = line->judgement.data, .length = line->judgement.len}};
}

/* The line again, and whether it is as it was.  `is_whole`: its chain holds. */
static void tell_again(struct slice *slice, struct replay_case *replayed,
                       const Endorse__V1__JournalLine *line, bool is_whole)
{
    struct wf_worker *worker = slice->worker;
    struct wf_replay *replay = slice->replay;
    struct wf_replay_result was = recorded(line);
    struct wf_replay_result now;
    if (replay->rules)
        worker->domain->rules->swap(worker->service, &replay->rules);
    wf_replay_line(worker, &replayed->self, line, &replayed->ways[0], &now);
    if (replay->rules)
        worker->domain->rules->swap(worker->service, &replay->rules);
    Endorse__V1__ReplayedLine *row = add_row(slice, &replayed->self);
    row->version = line->version;
    row->time_ms = line->time_ms;
    row->type = (char *)wf_pool_text(&worker->pool, line->type);
    row->was = (char *)say(worker, &was);
    row->now = (char *)say(worker, &now);
    row->judgement_was = kept(worker, was.judgement);
    row->judgement_now = kept(worker, now.judgement);
    row->edition_was = (char *)wf_pool_text(&worker->pool, was.edition);
    row->edition_now = (char *)now.edition;
    row->rules_was = (char *)wf_pool_text(&worker->pool, line->rules);
    row->agrees = is_whole && !now.problem && strcmp(row->was, row->now) == 0 &&
                  strcmp(row->edition_was, row->edition_now) == 0 &&
                  is_same_judgement(was.judgement, now.judgement);
    if (!is_whole)
        row->problem = (char *)"chain";
    count_bytes(slice, row);
}

/* ---- all aggregates: two sets of rules ---- */

/* Makes the rules of a way those in force; called again with the same way it puts things back. */
static void turn_to(struct slice *slice, unsigned way)
{
    if (way == 1)
        slice->worker->domain->rules->swap(slice->worker->service, &slice->replay->rules);
}

/* Deadlines that came before `until`, with their consequences. */
static void tick_until(struct slice *slice, struct replay_case *replayed, unsigned way,
                       wf_time until)
{
    struct wf_replay_result result;
    for (unsigned i = 0; i < TICKS_MOST; i++) {
        struct wf_replayed *state = &replayed->ways[way];
        wf_time due = wf_replay_deadline(slice->worker, replayed->machine, state);
        if (due > until)
            return;
        wf_replay_tick(slice->worker, &replayed->self, due, state, &result);
        slice->steps++;
        if (result.step != WF_APPLIED || result.problem)
            return;
    }
}

static void step_way(struct slice *slice, struct replay_case *replayed, unsigned way,
                     const Endorse__V1__JournalLine *line, struct wf_replay_result *result)
{
    struct wf_worker *worker = slice->worker;
    bool is_tick = strcmp(line->type, wf_message_row(WF_MESSAGE_TICK)->type) == 0;
    turn_to(slice, way);
    tick_until(slice, replayed, way, line->time_ms - tick_lag);
    if (is_tick &&
        wf_replay_deadline(worker, replayed->machine, &replayed->ways[way]) > line->time_ms)
        *result = (struct wf_replay_result){.step = WF_IGNORED, .reason = "", .edition = ""};
    else
        wf_replay_line(worker, &replayed->self, line, &replayed->ways[way], result);
    turn_to(slice, way);
    slice->steps++;
}

/* Whether a case is of the association that was asked for, if one was. */
static bool is_wanted(const struct slice *slice, struct replay_case *replayed, const char *shown)
{
    const char *association = slice->replay->association;
    json_t *state = association[0] ? json_loads(shown, 0, NULL) : NULL;
    const char *own = json_string_value(json_object_get(state, "association"));
    size_t length = strlen(association);
    bool is_named =
        strncmp(replayed->self.id, association, length) == 0 && replayed->self.id[length] == '~';
    bool wanted = !association[0] || is_named || (own && strcmp(own, association) == 0);
    json_decref(state);
    return wanted;
}

static void compare_line(struct slice *slice, struct replay_case *replayed,
                         const Endorse__V1__JournalLine *line)
{
    struct wf_worker *worker = slice->worker;
    struct wf_replay_result results[2];
    for (unsigned way = 0; way < 2; way++)
        step_way(slice, replayed, way, line, &results[way]);
    const char *was = say(worker, &results[0]);
    const char *now = say(worker, &results[1]);
    bool is_not_due = !results[0].is_due || !results[1].is_due;
    if (replayed->has_differed || is_not_due || strcmp(was, now) == 0)
        return; /* a deadline that comes at another time is no other decision: the end tells of it */
    replayed->has_differed = true;
    if (!is_wanted(slice, replayed, wf_replay_show(worker, replayed->machine, &replayed->ways[0])))
        return;
    Endorse__V1__ReplayedLine *row = add_row(slice, &replayed->self);
    row->version = line->version;
    row->time_ms = line->time_ms;
    row->type = (char *)wf_pool_text(&worker->pool, line->type);
    row->was = (char *)was;
    row->now = (char *)now;
    row->edition_was = (char *)results[0].edition;
    row->edition_now = (char *)results[1].edition;
    row->judgement_was = kept(worker, results[0].judgement);
    row->judgement_now = kept(worker, results[1].judgement);
    count_bytes(slice, row);
}

/* What the aggregate is by now, on both ways. */
static void end_case(struct slice *slice, struct replay_case *replayed)
{
    struct wf_worker *worker = slice->worker;
    const char *shown[2];
    for (unsigned way = 0; way < 2; way++) {
        turn_to(slice, way);
        tick_until(slice, replayed, way, worker->business);
        shown[way] = wf_replay_show(worker, replayed->machine, &replayed->ways[way]);
        turn_to(slice, way);
    }
    slice->steps++;
    if (strcmp(shown[0], shown[1]) == 0 || !is_wanted(slice, replayed, shown[0]))
        return;
    Endorse__V1__ReplayedLine *row = add_row(slice, &replayed->self);
    row->was = (char *)shown[0];
    row->now = (char *)shown[1];
    row->time_ms = worker->business;
    count_bytes(slice, row);
}

/* ---- reading ---- */

static struct replay_case *find_case(struct slice *slice, const char *aggregate)
{
    struct wf_replay *replay = slice->replay;
    char text[WF_ADDRESS_MAX + WF_SERVICE_MAX + 2];
    struct wf_address self;
    char *key = NULL;
    struct replay_case *found = g_hash_table_lookup(replay->cases, aggregate);
    if (found)
        return found;
    if ((size_t)snprintf(text, sizeof text, "%s/%s",
                         wf_service_name(slice->worker->domain->service),
                         aggregate) >= sizeof text ||
        !wf_address_parse(text, &self))
        return NULL;
    size_t length = strlen(aggregate) + 1;
    found = calloc(1, sizeof *found + length);
    WF_ASSERT(found);
    key = (char *)(found + 1);
    memcpy(key, aggregate, length);
    found->self = self;
    found->machine = wf_dispatch_machine(slice->worker, self.kind);
    g_ptr_array_add(replay->order, found);
    (void)g_hash_table_insert(replay->cases, key, found);
    replay->aggregates++;
    return found;
}

static size_t memory_of(const struct replay_case *replayed)
{
    size_t bytes = sizeof *replayed;
    for (unsigned way = 0; way < 2; way++)
        bytes += replayed->ways[way].fields.memory.capacity +
                 replayed->ways[way].fields.capacity * sizeof(struct wf_field);
    return bytes;
}

/* Kind and id before the line is unpacked: most lines are another's. */
static bool begins_with(struct wf_bytes line, const char *aggregate)
{
    size_t length = strlen(aggregate);
    return line.length > length + 2 && line.data[0] == 0x0a && line.data[1] == length &&
           memcmp(line.data + 2, aggregate, length) == 0;
}

static bool is_other(const struct slice *slice, struct wf_bytes line)
{
    const struct wf_address *one = &slice->replay->one;
    char text[WF_ADDRESS_MAX + 1];
    if (!one->kind[0])
        return false;
    (void)snprintf(text, sizeof text, "%s/%s", one->kind, one->id);
    return !begins_with(line, text);
}

static void take(struct slice *slice, struct wf_bytes bytes)
{
    struct wf_worker *worker = slice->worker;
    struct wf_replay *replay = slice->replay;
    wf_arena_clear(&worker->frames);
    const Endorse__V1__JournalLine *line = wf_journal_decode(bytes, &worker->frames);
    struct replay_case *replayed = line ? find_case(slice, line->aggregate) : NULL;
    if (!replayed || !replayed->machine || (!replay->one.kind[0] && !replayed->machine->is_ruled))
        return;
    static const uint8_t beginning[WF_CHAIN_SIZE];
    if (line->previous.len == WF_CHAIN_SIZE &&
        memcmp(line->previous.data, beginning, WF_CHAIN_SIZE) == 0)
        memset(replayed->head, 0, sizeof replayed->head); /* another life of the same id */
    bool is_whole = wf_journal_follows(bytes, line, replayed->head);
    if (!is_whole && line->chain.len == WF_CHAIN_SIZE)
        memcpy(replayed->head, line->chain.data,
               WF_CHAIN_SIZE); /* told once, not of all behind it */
    if (line->step == ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_OPERATOR)
        return;
    size_t before = memory_of(replayed);
    if (replay->one.kind[0])
        tell_again(slice, replayed, line, is_whole);
    else
        compare_line(slice, replayed, line);
    slice->steps++;
    replay->bytes += memory_of(replayed) - before;
}

static bool take_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes bytes)
{
    struct slice *slice = context;
    struct wf_replay *replay = slice->replay;
    if (ms < replay->ms || (ms == replay->ms && n <= replay->n))
        return true; /* the slice before ended with it */
    slice->is_full = slice->steps >= SLICE_STEPS || slice->seen >= SLICE_LINES ||
                     slice->page_bytes >= PAGE_BYTES;
    slice->is_too_large = replay->bytes > MEMORY_MOST;
    if (slice->is_full || slice->is_too_large)
        return false;
    replay->ms = ms;
    replay->n = n;
    slice->seen++;
    replay->lines++;
    if (!is_other(slice, bytes))
        take(slice, bytes);
    return true;
}

static void end_cases(struct slice *slice)
{
    struct wf_replay *replay = slice->replay;
    while (replay->ended < replay->order->len && slice->steps < SLICE_STEPS &&
           slice->page_bytes < PAGE_BYTES) {
        struct replay_case *replayed = g_ptr_array_index(replay->order, replay->ended++);
        if (replayed->machine && replayed->machine->is_ruled)
            end_case(slice, replayed);
    }
}

/* True: the replay is at its end. */
static bool next_partition(const struct wf_worker *worker, struct wf_replay *replay)
{
    unsigned next = replay->partition + worker->instances;
    if (replay->one.kind[0] || next >= WF_PARTITIONS)
        return true;
    begin_partition(replay, next);
    return false;
}

static int run_slice(struct slice *slice, bool *is_done, struct wf_error *error)
{
    struct wf_worker *worker = slice->worker;
    struct wf_replay *replay = slice->replay;
    *is_done = false;
    while (!*is_done && slice->steps < SLICE_STEPS && slice->seen < SLICE_LINES &&
           slice->page_bytes < PAGE_BYTES) {
        slice->seen++; /* an empty partition costs a question too */
        if (!replay->is_read) {
            slice->is_full = false;
            if (wf_store_journal(worker->store, replay->partition, replay->ms, take_line, slice,
                                 error))
                return -1;
            if (slice->is_too_large)
                return wf_fail(error, WF_LIMIT, "the states of partition %u do not fit in memory",
                               replay->partition);
            replay->is_read = !slice->is_full;
            continue;
        }
        if (!replay->one.kind[0] && replay->ended < replay->order->len)
            end_cases(slice);
        else
            *is_done = next_partition(worker, replay);
    }
    return 0;
}

int wf_replay_answer(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_buffer *reply,
                     struct wf_error *error)
{
    const Endorse__V1__Replay *wanted = (const Endorse__V1__Replay *)wf_unpack(
        &endorse__v1__replay__descriptor, ask->payload, &worker->frames);
    if (!wanted)
        return wf_fail(error, WF_INVALID, "the payload cannot be read");
    if (!wanted->session[0]) {
        wf_log(WF_LOG_OPERATOR, "actor=%s type=%s", ask->actor, wf_message_row(ask->message)->type);
        if (begin(worker, wanted, error))
            return -1;
    } else if (!worker->replay || strcmp(worker->replay->session, wanted->session) != 0) {
        return wf_fail(error, WF_NOT_FOUND, "that replay is over, or was given up: begin again");
    }
    struct slice slice = {.worker = worker, .replay = worker->replay};
    bool is_done = false;
    endorse__v1__replay_page__init(&slice.page);
    worker->replay->used = worker->monotonic;
    if (run_slice(&slice, &is_done, error)) {
        wf_replay_end(worker);
        return -1;
    }
    const struct wf_replay *replay = worker->replay;
    slice.page.session = is_done ? (char *)"" : (char *)replay->session;
    slice.page.partitions = replay->one.kind[0] ? 1 : WF_PARTITIONS / worker->instances;
    slice.page.partitions_done =
        is_done ? slice.page.partitions
                : (replay->one.kind[0] ? 0 : replay->partition / worker->instances);
    slice.page.rules = (char *)worker->domain->rules->digest(worker->service);
    slice.page.lines = replay->lines;
    slice.page.aggregates = replay->aggregates;
    wf_pack(&slice.page.base, reply);
    if (is_done)
        wf_replay_end(worker);
    return 0;
}
