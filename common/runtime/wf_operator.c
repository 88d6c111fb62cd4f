/* What operators ask of every program alike: dead letters, stories, state, the sandbox's clock.
 * SPEC 4.5. */
#include "wf_replay.h"
#include "wf_validate.h"
#include "wf_worker_state.h"

#include <stdlib.h>
#include <string.h>

enum {
    LETTERS_DEFAULT = 100,
    LETTERS_MOST = 500,
    REPLY_MOST = 100 * 1024, /* of the 128 KiB of a frame */
    STEPS_MOST = 10000       /* parked messages that one retry steps */
};

bool wf_operator_answers(enum wf_message message)
{
    return message == WF_MESSAGE_SHOW || message == WF_MESSAGE_STATUS ||
           message == WF_MESSAGE_DEAD_LIST || message == WF_MESSAGE_DEAD_RETRY ||
           message == WF_MESSAGE_DEAD_DISCARD || message == WF_MESSAGE_CLOCK_SET ||
           message == WF_MESSAGE_RELOAD || message == WF_MESSAGE_REPLAY;
}

/* ---- the list ---- */

struct letters {
    struct wf_worker *worker;
    const char *cursor;
    struct wf_bytes *rows; /* of one partition, behind the cursor */
    size_t count, capacity;
    uint64_t total;
};

static void take_letter(void *context, const char *dead_id, struct wf_bytes letter)
{
    struct letters *letters = context;
    letters->total++;
    if (strcmp(dead_id, letters->cursor) <= 0)
        return;
    if (letters->count == letters->capacity) {
        size_t capacity = letters->capacity ? letters->capacity * 2 : 64;
        struct wf_bytes *rows = wf_pool_take(&letters->worker->pool, capacity * sizeof *rows);
        if (letters->count)
            memcpy(rows, letters->rows, letters->count * sizeof *rows);
        letters->rows = rows;
        letters->capacity = capacity;
    }
    letters->rows[letters->count++] = wf_pool_copy(&letters->worker->pool, letter);
}

static int compare_letters(const void *one, const void *other)
{
    const Endorse__V1__DeadLetter *const *a = one;
    const Endorse__V1__DeadLetter *const *b = other;
    return strcmp((*a)->id, (*b)->id);
}

static int count_behind(struct wf_worker *worker, Endorse__V1__DeadLetter *letter,
                        struct wf_error *error)
{
    struct wf_address aggregate;
    struct wf_buffer frame = {0};
    size_t count = 0;
    if (!wf_address_parse(letter->aggregate, &aggregate))
        return 0;
    int result =
        wf_store_parked_first(worker->store, aggregate.kind, aggregate.id, &frame, &count, error);
    wf_buffer_fini(&frame);
    letter->behind = count ? (uint32_t)(count - 1) : 0;
    return result;
}

/* Appends a partition's letters, in the order of their ids. */
static int list_partition(struct wf_worker *worker, struct letters *letters,
                          Endorse__V1__DeadPage *page, size_t limit, struct wf_error *error)
{
    size_t count = 0;
    Endorse__V1__DeadLetter **rows =
        wf_pool_take(&worker->pool, (letters->count + 1) * sizeof(Endorse__V1__DeadLetter *));
    for (size_t i = 0; i < letters->count; i++) {
        Endorse__V1__DeadLetter *letter = (Endorse__V1__DeadLetter *)wf_unpack(
            &endorse__v1__dead_letter__descriptor, letters->rows[i], &worker->frames);
        if (letter)
            rows[count++] = letter;
    }
    qsort(rows, count, sizeof(Endorse__V1__DeadLetter *), compare_letters);
    for (size_t i = 0; i < count && page->n_letters < limit; i++) {
        if (count_behind(worker, rows[i], error))
            return -1;
        if (limit > 1) /* a single letter is asked for to be looked into */
            rows[i]->frame = (ProtobufCBinaryData){0};
        page->letters[page->n_letters++] = rows[i];
    }
    return 0;
}

static int list_dead(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_buffer *reply,
                     struct wf_error *error)
{
    Endorse__V1__DeadList *list = (Endorse__V1__DeadList *)wf_unpack(
        &endorse__v1__dead_list__descriptor, ask->payload, &worker->frames);
    if (!list)
        return wf_fail(error, WF_INVALID, "the payload cannot be read");
    size_t limit = list->limit ? list->limit : LETTERS_DEFAULT;
    limit = limit > LETTERS_MOST ? LETTERS_MOST : limit;
    struct letters letters = {.worker = worker, .cursor = list->cursor};
    Endorse__V1__DeadPage page = ENDORSE__V1__DEAD_PAGE__INIT;
    page.letters = wf_pool_take(&worker->pool, limit * sizeof(Endorse__V1__DeadLetter *));
    for (unsigned p = 0; p < WF_PARTITIONS; p++) {
        letters.count = 0;
        if (!wf_owns(worker, p))
            continue;
        if (wf_store_dead(worker->store, p, take_letter, &letters, error))
            return -1;
        if (page.n_letters < limit && list_partition(worker, &letters, &page, limit, error))
            return -1;
    }
    page.total = letters.total;
    while (page.n_letters > 1 && protobuf_c_message_get_packed_size(&page.base) > REPLY_MOST)
        page.n_letters--;
    if (page.n_letters == limit)
        page.cursor = page.letters[page.n_letters - 1]->id;
    wf_pack(&page.base, reply);
    return 0;
}

/* ---- retry and discard ---- */

struct wanted {
    struct wf_worker *worker;
    const char *id;
    struct wf_bytes letter;
};

static void find_letter(void *context, const char *dead_id, struct wf_bytes letter)
{
    struct wanted *wanted = context;
    if (strcmp(dead_id, wanted->id) == 0)
        wanted->letter = wf_pool_copy(&wanted->worker->pool, letter);
}

static bool partition_of(const char *id, unsigned *partition)
{
    char digits[3] = {0};
    char *end = NULL;
    if (strlen(id) != WF_DEAD_ID - 1)
        return false;
    memcpy(digits, id, 2);
    *partition = (unsigned)strtoul(digits, &end, 16);
    return *end == '\0' && *partition < WF_PARTITIONS;
}

/* Runs a batch of this one work and says how it ended. */
static enum wf_end run_one(struct wf_worker *worker, struct wf_error *error)
{
    if (wf_batch_run(worker, error))
        return WF_END_OPEN;
    return worker->works[0].end;
}

/* The first of the aggregate's list as a work; false: the list is empty. */
static int take_first(struct wf_worker *worker, const struct wf_address *aggregate,
                      struct wf_work **work, struct wf_error *error)
{
    struct wf_buffer frame = {0};
    size_t count = 0;
    *work = NULL;
    if (wf_store_parked_first(worker->store, aggregate->kind, aggregate->id, &frame, &count,
                              error)) {
        wf_buffer_fini(&frame);
        return -1;
    }
    struct wf_bytes bytes = wf_pool_copy(&worker->pool, wf_buffer_bytes(&frame));
    wf_buffer_fini(&frame);
    if (!count)
        return 0;
    worker->work_count = 0;
    *work = wf_dispatch_new_work(worker);
    if (!wf_parking_restore(worker, bytes, *work))
        return wf_fail(error, WF_BROKEN, "a parked message of %s/%s cannot be read",
                       aggregate->kind, aggregate->id);
    (*work)->is_last_parked = count == 1;
    return 0;
}

static int still_parked(const struct wf_work *work, struct wf_error *error)
{
    return wf_fail(error, WF_BROKEN, "it still cannot be applied: %s", work->text);
}

/* Steps the list in order until it is empty or one cannot be applied. */
static int step_list(struct wf_worker *worker, const struct wf_address *aggregate,
                     struct wf_error *error)
{
    for (unsigned i = 0; i < STEPS_MOST; i++) {
        struct wf_work *work = NULL;
        wf_arena_clear(&worker->frames);
        if (take_first(worker, aggregate, &work, error))
            return -1;
        if (!work)
            return 0;
        enum wf_end end = run_one(worker, error);
        if (end == WF_END_OPEN)
            return -1;
        if (end == WF_END_PARKED)
            return still_parked(work, error);
        if (end == WF_END_BUSY)
            return wf_fail(error, WF_AGAIN, "it cannot be applied just now");
    }
    return 0;
}

static int step_buried(struct wf_worker *worker, struct wf_bytes frame, struct wf_error *error)
{
    worker->work_count = 0;
    struct wf_work *work = wf_dispatch_new_work(worker);
    if (!wf_parking_restore(worker, frame, work))
        return wf_fail(error, WF_BROKEN, "the dead letter cannot be read");
    work->is_buried = true;
    enum wf_end end = run_one(worker, error);
    if (end == WF_END_OPEN)
        return -1;
    return end == WF_END_PARKED || end == WF_END_INVALID ? still_parked(work, error) : 0;
}

/* True if the letter is the one of the first parked message: else it is in no list. */
static int is_in_list(struct wf_worker *worker, const struct wf_address *aggregate, const char *id,
                      bool *is_first, bool *is_last, struct wf_error *error)
{
    char first[WF_DEAD_ID] = "";
    struct wf_work *work = NULL;
    if (take_first(worker, aggregate, &work, error))
        return -1;
    if (work)
        wf_parking_dead_id(work, first);
    *is_first = work && strcmp(first, id) == 0;
    *is_last = work && work->is_last_parked;
    worker->work_count = 0;
    return 0;
}

/* The act itself, on the aggregate's chain. */
static enum wf_end note_act(struct wf_worker *worker, const struct wf_ask_in *ask,
                            const struct wf_address *aggregate, const char *id, bool is_buried,
                            bool is_last, struct wf_error *error)
{
    worker->work_count = 0;
    struct wf_work *work = wf_dispatch_new_work(worker);
    work->source = WF_WORK_ACT;
    work->operator_act =
        ask->message == WF_MESSAGE_DEAD_DISCARD ? WF_OPERATOR_DISCARDS : WF_OPERATOR_RETRIES;
    work->self = *aggregate;
    work->actor = ask->actor;
    work->key = ask->key;
    work->message_id = ask->key;
    work->type = wf_message_row(ask->message)->type;
    work->happened = worker->business;
    work->payload = ask->payload;
    work->dead_id = id;
    work->is_buried = is_buried;
    work->is_last_parked = is_last;
    wf_log(WF_LOG_OPERATOR, "actor=%s type=%s aggregate=%s/%s dead=%s", ask->actor, work->type,
           aggregate->kind, aggregate->id, id);
    return run_one(worker, error);
}

static int mend(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_error *error)
{
    unsigned partition = 0;
    struct wf_address aggregate;
    bool is_first = false;
    bool is_last = false;
    Endorse__V1__DeadAct *act = (Endorse__V1__DeadAct *)wf_unpack(
        &endorse__v1__dead_act__descriptor, ask->payload, &worker->frames);
    if (!act || !partition_of(act->id, &partition))
        return wf_fail(error, WF_INVALID, "id: a dead letter's id has 26 characters");
    if (!ask->key[0] || !ask->actor[0])
        return wf_fail(error, WF_INVALID, "an operator's act needs an actor and a key");
    if (!wf_owns(worker, partition))
        return wf_fail(error, WF_NOT_FOUND, "another instance owns that partition");
    struct wanted wanted = {.worker = worker, .id = wf_pool_text(&worker->pool, act->id)};
    if (wf_store_dead(worker->store, partition, find_letter, &wanted, error))
        return -1;
    Endorse__V1__DeadLetter *letter =
        wanted.letter.data
            ? (Endorse__V1__DeadLetter *)wf_unpack(&endorse__v1__dead_letter__descriptor,
                                                   wanted.letter, &worker->frames)
            : NULL;
    if (!letter || !wf_address_parse(letter->aggregate, &aggregate))
        return wf_fail(error, WF_NOT_FOUND, "there is no such dead letter");
    struct wf_bytes frame = wf_pool_copy(
        &worker->pool, (struct wf_bytes){.data = letter->frame.data, .length = letter->frame.len});
    if (is_in_list(worker, &aggregate, wanted.id, &is_first, &is_last, error))
        return -1;
    enum wf_end end = note_act(worker, ask, &aggregate, wanted.id, !is_first, is_last, error);
    if (end == WF_END_OPEN)
        return -1;
    if (end == WF_END_DUPLICATE)
        return 0;
    if (end == WF_END_CONFLICT)
        return wf_fail(error, WF_CONFLICT, "the key was used for another act");
    if (end != WF_END_APPLIED)
        return wf_fail(error, WF_AGAIN, "the act could not be written");
    if (!is_first)
        return ask->message == WF_MESSAGE_DEAD_DISCARD ? 0 : step_buried(worker, frame, error);
    return step_list(worker, &aggregate, error);
}

/* ---- the rest ---- */

static int set_clock(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_error *error)
{
    Endorse__V1__ClockSet *set = (Endorse__V1__ClockSet *)wf_unpack(
        &endorse__v1__clock_set__descriptor, ask->payload, &worker->frames);
    if (!set)
        return wf_fail(error, WF_INVALID, "the payload cannot be read");
    if (!worker->is_sandbox)
        return wf_fail(error, WF_DENIED, "the clock can be advanced in a sandbox only");
    if (set->offset_ms < worker->offset)
        return wf_fail(error, WF_INVALID, "the clock only goes forward");
    if (set->offset_ms > 100 * 366 * WF_DAY)
        return wf_fail(error, WF_INVALID, "the clock goes forward by a hundred years at most");
    if (wf_store_set_clock_offset(worker->store, set->offset_ms, error))
        return -1;
    wf_log(WF_LOG_CLOCK, "actor=%s offset_ms=%lld", ask->actor, (long long)set->offset_ms);
    worker->next_offset = 0;
    return 0;
}

static int tell_status(struct wf_worker *worker, struct wf_buffer *reply)
{
    Endorse__V1__WorkerStatus status = ENDORSE__V1__WORKER_STATUS__INIT;
    struct wf_buffer row = {0};
    wf_beat_write(worker, &row);
    wf_buffer_append(&row, "", 1);
    status.row_json = (char *)row.data;
    wf_pack(&status.base, reply);
    wf_buffer_fini(&row);
    return 0;
}

/* The answer is the row, so that whoever asks sees which rules are in force now. */
static int reload(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_buffer *reply,
                  struct wf_error *error)
{
    wf_log(WF_LOG_OPERATOR, "actor=%s type=%s", ask->actor, wf_message_row(ask->message)->type);
    if (wf_worker_reload(worker, error))
        return wf_fail(error, WF_BROKEN, "%s", worker->rules_error);
    return tell_status(worker, reply);
}

static int show(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_buffer *reply,
                struct wf_error *error)
{
    Endorse__V1__Show *wanted = (Endorse__V1__Show *)wf_unpack(&endorse__v1__show__descriptor,
                                                               ask->payload, &worker->frames);
    if (!wanted)
        return wf_fail(error, WF_INVALID, "the payload cannot be read");
    return wf_operator_story(worker, wanted, reply, error);
}

void wf_operator_run(struct wf_worker *worker, const struct wf_ask_in *ask)
{
    struct wf_error error = {0};
    struct wf_buffer reply = {0};
    int result = -1;
    if (ask->message == WF_MESSAGE_SHOW)
        result = show(worker, ask, &reply, &error);
    else if (ask->message == WF_MESSAGE_STATUS)
        result = tell_status(worker, &reply);
    else if (ask->message == WF_MESSAGE_REPLAY)
        result = wf_replay_answer(worker, ask, &reply, &error);
    else if (ask->message == WF_MESSAGE_RELOAD)
        result = reload(worker, ask, &reply, &error);
    else if (ask->message == WF_MESSAGE_DEAD_LIST)
        result = list_dead(worker, ask, &reply, &error);
    else if (ask->message == WF_MESSAGE_CLOCK_SET)
        result = set_clock(worker, ask, &error);
    else
        result = mend(worker, ask, &error);
    if (result == 0)
        error = (struct wf_error){0};
    wf_questions_reply(worker, ask, wf_buffer_bytes(&reply), &error);
    wf_buffer_fini(&reply);
}
