#include "audit_state.h"

#include "audit_heads.h"

#include "wf_journal.h"
#include "wf_seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MEMORY = 2 * AUDIT_BODY_MOST };

/* ---- names ---- */

static const struct {
    const char *name, *sentence;
} alarm_kinds[AUDIT_ALARM_COUNT] = {
#define AUDIT_ALARM_KIND(symbol, name, sentence) [AUDIT_ALARM_##symbol] = {name, sentence},
#include "audit_alarms.def"
#undef AUDIT_ALARM_KIND
};

const char *audit_alarm_name(enum audit_alarm_kind kind)
{
    return alarm_kinds[kind].name;
}

const char *audit_alarm_sentence(enum audit_alarm_kind kind)
{
    return alarm_kinds[kind].sentence;
}

void audit_stream_name(unsigned stream, char name[static AUDIT_STREAM_NAME])
{
    if (stream >= AUDIT_STREAMS)
        (void)snprintf(name, AUDIT_STREAM_NAME, "-");
    else
        (void)snprintf(name, AUDIT_STREAM_NAME, "%s:%u",
                       wf_service_name((enum wf_service)(stream / WF_PARTITIONS)),
                       stream % WF_PARTITIONS);
}

unsigned audit_stream_index(const char *name)
{
    char service_name[AUDIT_STREAM_NAME], again[AUDIT_STREAM_NAME];
    enum wf_service service = WF_ANY;
    size_t length = strcspn(name, ":");
    if (length >= sizeof service_name || !name[length])
        return AUDIT_NO_STREAM;
    memcpy(service_name, name, length);
    service_name[length] = '\0';
    unsigned long partition = strtoul(name + length + 1, NULL, 10);
    if (!wf_service_find(service_name, &service) || partition >= WF_PARTITIONS)
        return AUDIT_NO_STREAM;
    unsigned stream = (unsigned)service * WF_PARTITIONS + (unsigned)partition;
    audit_stream_name(stream, again);
    return strcmp(again, name) == 0 ? stream : (unsigned)AUDIT_NO_STREAM;
}

/* ---- life ---- */

struct audit_state *audit_state_create(uint64_t generation)
{
    struct audit_state *state = calloc(1, sizeof *state);
    WF_ASSERT(state);
    state->arena = calloc(1, sizeof *state->arena);
    WF_ASSERT(state->arena);
    wf_arena_init(state->arena, LINE_MEMORY);
    state->generation = generation;
    return state;
}

void audit_state_destroy(struct audit_state **state)
{
    struct audit_state *old = *state;
    if (!old)
        return;
    for (unsigned i = 0; i < AUDIT_STREAMS; i++)
        audit_heads_destroy(&old->streams[i].heads);
    wf_arena_fini(old->arena);
    free(old->arena);
    free(old->open);
    free(old);
    *state = NULL;
}

/* ---- lines ---- */

void audit_state_judge(struct audit_state *state, unsigned stream, struct wf_bytes bytes,
                       struct audit_judged *judged)
{
    uint8_t name[AUDIT_HASH];
    wf_arena_clear(state->arena);
    const Endorse__V1__JournalLine *line = wf_journal_decode(bytes, state->arena);
    *judged = (struct audit_judged){.fit = AUDIT_IS_NO_LINE};
    if (!line || !line->aggregate[0] || line->chain.len != AUDIT_HASH)
        return;
    wf_sha256((struct wf_bytes){(const uint8_t *)line->aggregate, strlen(line->aggregate)}, name);
    memcpy(judged->key, name, AUDIT_TAIL);
    const struct audit_heads *heads = state->streams[stream].heads;
    const uint8_t *head = heads ? audit_heads_find(heads, judged->key) : NULL;
    if (head)
        memcpy(judged->head, head, AUDIT_HASH);
    bool fits = wf_journal_follows(bytes, line, judged->head);
    judged->fit = fits ? AUDIT_FITS : AUDIT_FITS_NOT;
    judged->is_ended = line->ended;
    /* What does not fit is told once, not of all behind it. */
    memcpy(judged->head, line->chain.data, AUDIT_HASH);
}

void audit_state_take_line(struct audit_state *state, unsigned stream, uint64_t ms, uint64_t n,
                           const struct audit_judged *judged, const struct audit_record *record)
{
    struct audit_stream *row = &state->streams[stream];
    if (!row->heads)
        row->heads = audit_heads_create();
    size_t before = audit_heads_count(row->heads);
    if (judged->is_ended)
        audit_heads_drop(row->heads, judged->key);
    else if (judged->fit != AUDIT_IS_NO_LINE)
        audit_heads_put(row->heads, judged->key, judged->head);
    state->aggregates = state->aggregates - before + audit_heads_count(row->heads);
    row->count++;
    row->last_ms = ms;
    row->last_n = n;
    row->is_stale = true;
    audit_hash_on(row->running, record->digest);
    audit_hash_on(state->chain, record->digest);
    state->records++;
    state->lines++;
    state->unfit += judged->fit != AUDIT_FITS;
}

static int take_line(struct audit_state *state, const struct audit_record *record,
                     struct wf_error *error)
{
    struct audit_line line;
    struct audit_judged judged;
    unsigned stream = AUDIT_NO_STREAM;
    if (audit_line_read(record->body, &line))
        stream = audit_stream_index(line.stream);
    if (stream == AUDIT_NO_STREAM)
        return wf_fail(error, WF_BROKEN, "a line that names no stream");
    const struct audit_stream *row = &state->streams[stream];
    if (row->count &&
        (line.ms < row->last_ms || (line.ms == row->last_ms && line.n <= row->last_n)))
        return wf_fail(error, WF_BROKEN,
                       "line %" PRIu64 "-%" PRIu64 " of %s is not behind the last", line.ms, line.n,
                       line.stream);
    audit_state_judge(state, stream, line.line, &judged);
    if ((judged.fit == AUDIT_FITS) != (record->kind == AUDIT_LINE))
        return wf_fail(error, WF_BROKEN, "line %" PRIu64 "-%" PRIu64 " of %s is marked %c, but %s",
                       line.ms, line.n, line.stream, (char)record->kind,
                       judged.fit == AUDIT_FITS ? "its chain fits" : "its chain does not fit");
    audit_state_take_line(state, stream, line.ms, line.n, &judged, record);
    return 0;
}

/* ---- the hashes of a checkpoint ---- */

static void refresh(struct audit_state *state, unsigned stream)
{
    struct audit_stream *row = &state->streams[stream];
    char name[AUDIT_STREAM_NAME], running[AUDIT_HEX], text[200];
    if (!row->is_stale)
        return;
    audit_stream_name(stream, name);
    audit_hex(row->running, running);
    int length =
        snprintf(text, sizeof text, "%s %" PRIu64 " %" PRIu64 "-%" PRIu64 " %" PRId64 " %s", name,
                 row->count, row->last_ms, row->last_n, row->missing, running);
    wf_sha256((struct wf_bytes){(const uint8_t *)text, (size_t)length}, row->leaf);
    audit_heads_hash(row->heads, row->heads_leaf);
    row->is_stale = false;
}

static int by_name(const void *one, const void *other)
{
    return strcmp(wf_service_name(*(const enum wf_service *)one),
                  wf_service_name(*(const enum wf_service *)other));
}

static void hash_streams(struct audit_state *state, uint8_t streams[static AUDIT_HASH],
                         uint8_t heads[static AUDIT_HASH])
{
    enum wf_service services[WF_SERVICE_COUNT];
    struct wf_buffer leaves = {0}, head_leaves = {0};
    for (unsigned i = 0; i < WF_SERVICE_COUNT; i++)
        services[i] = (enum wf_service)i;
    qsort(services, WF_SERVICE_COUNT, sizeof *services, by_name);
    for (unsigned i = 0; i < AUDIT_STREAMS; i++) {
        unsigned stream = services[i / WF_PARTITIONS] * WF_PARTITIONS + i % WF_PARTITIONS;
        if (!state->streams[stream].count)
            continue;
        refresh(state, stream);
        wf_buffer_append(&leaves, state->streams[stream].leaf, AUDIT_HASH);
        wf_buffer_append(&head_leaves, state->streams[stream].heads_leaf, AUDIT_HASH);
    }
    wf_sha256(wf_buffer_bytes(&leaves), streams);
    wf_sha256(wf_buffer_bytes(&head_leaves), heads);
    wf_buffer_fini(&leaves);
    wf_buffer_fini(&head_leaves);
}

void audit_state_checkpoint(struct audit_state *state, struct audit_checkpoint *checkpoint)
{
    *checkpoint = (struct audit_checkpoint){.generation = state->generation,
                                            .sequence = state->last.sequence + 1,
                                            .records = state->records,
                                            .lines = state->lines,
                                            .alarms = state->open_count};
    memcpy(checkpoint->chain, state->chain, AUDIT_HASH);
    memcpy(checkpoint->previous, state->previous, AUDIT_HASH);
    hash_streams(state, checkpoint->streams, checkpoint->heads);
}

/* The first difference between what is said and what is so, as a word; NULL: none. */
static const char *difference(const struct audit_checkpoint *said,
                              const struct audit_checkpoint *is)
{
    bool begins =
        said->sequence == 1 && said->generation > 1; /* names one of the generation before */
    if (said->generation != is->generation || said->sequence != is->sequence)
        return "sequence";
    if (said->records != is->records || said->lines != is->lines)
        return "count of records";
    if (memcmp(said->chain, is->chain, AUDIT_HASH) != 0)
        return "chain of the copy";
    if (memcmp(said->streams, is->streams, AUDIT_HASH) != 0)
        return "hash of the streams";
    if (memcmp(said->heads, is->heads, AUDIT_HASH) != 0)
        return "hash of the heads";
    if (!begins && memcmp(said->previous, is->previous, AUDIT_HASH) != 0)
        return "checkpoint before";
    return said->alarms == is->alarms ? NULL : "count of alarms";
}

static int take_checkpoint(struct audit_state *state, const struct audit_record *record,
                           const uint8_t *public_key, struct wf_error *error)
{
    struct audit_checkpoint said, is;
    struct wf_error reason = {0};
    if (audit_checkpoint_read(record->body, public_key, &said, &reason))
        return wf_fail(error, WF_BROKEN, "a checkpoint that is not good: %.120s", reason.text);
    audit_state_checkpoint(state, &is);
    const char *differs = difference(&said, &is);
    if (differs)
        return wf_fail(error, WF_BROKEN, "checkpoint %" PRIu64 " does not fit: another %s",
                       said.sequence, differs);
    state->last = said;
    wf_sha256(record->body, state->previous);
    state->checkpoints++;
    state->signed_records = state->records + 1;
    return 0;
}

/* ---- files ---- */

void audit_file_text(const struct audit_state *state, uint64_t number, wf_time time,
                     struct wf_buffer *text)
{
    char chain[AUDIT_HEX];
    audit_hex(state->chain, chain);
    wf_buffer_format(text,
                     "file generation=%" PRIu64 " number=%" PRIu64 " time=%" PRId64
                     " records=%" PRIu64 " chain=%s",
                     state->generation, number, time, state->records, chain);
}

static int take_file(struct audit_state *state, const struct audit_record *record,
                     struct wf_error *error)
{
    struct wf_buffer expected = {0};
    uint64_t time = 0;
    (void)audit_text_number(record->body, "time", &time);
    audit_file_text(state, state->number + 1, (wf_time)time, &expected);
    bool fits = expected.length == record->body.length &&
                memcmp(expected.data, record->body.data, expected.length) == 0;
    wf_buffer_fini(&expected);
    if (!fits)
        return wf_fail(error, WF_BROKEN, "this file does not continue file %" PRIu64 " before it",
                       state->number);
    state->number++;
    return 0;
}

/* ---- alarms ---- */

void audit_alarm_text(const struct audit_alarm *alarm, struct wf_buffer *text)
{
    char name[AUDIT_STREAM_NAME];
    audit_stream_name(alarm->stream, name);
    wf_buffer_format(text,
                     "alarm number=%" PRIu64 " time=%" PRId64 " kind=%s stream=%s entry=%" PRIu64
                     "-%" PRIu64 " missing=%" PRId64 " detail=%s",
                     alarm->number, alarm->time, audit_alarm_name(alarm->kind), name, alarm->ms,
                     alarm->n, alarm->missing, alarm->detail[0] ? alarm->detail : "-");
}

static bool find_alarm_kind(const char *name, enum audit_alarm_kind *kind)
{
    for (unsigned i = 0; i < AUDIT_ALARM_COUNT; i++) {
        if (strcmp(alarm_kinds[i].name, name) == 0) {
            *kind = (enum audit_alarm_kind)i;
            return true;
        }
    }
    return false;
}

static bool read_alarm(struct wf_bytes body, struct audit_alarm *alarm)
{
    char kind[40], stream[AUDIT_STREAM_NAME], entry[48];
    uint64_t time = 0;
    *alarm = (struct audit_alarm){0};
    if (!audit_text_number(body, "number", &alarm->number) ||
        !audit_text_number(body, "time", &time) ||
        !audit_text_value(body, "kind", kind, sizeof kind) ||
        !find_alarm_kind(kind, &alarm->kind) ||
        !audit_text_value(body, "stream", stream, sizeof stream) ||
        !audit_text_value(body, "entry", entry, sizeof entry) ||
        !audit_entry_parse(entry, &alarm->ms, &alarm->n) ||
        !audit_text_signed(body, "missing", &alarm->missing) ||
        !audit_text_value(body, "detail", alarm->detail, sizeof alarm->detail))
        return false;
    alarm->time = (wf_time)time;
    alarm->stream = audit_stream_index(stream);
    return true;
}

const struct audit_alarm *audit_state_open_alarm(const struct audit_state *state,
                                                 enum audit_alarm_kind kind, unsigned stream)
{
    for (size_t i = 0; i < state->open_count; i++)
        if (state->open[i].kind == kind && state->open[i].stream == stream)
            return &state->open[i];
    return NULL;
}

static int take_alarm(struct audit_state *state, const struct audit_record *record,
                      struct wf_error *error)
{
    struct audit_alarm alarm;
    if (!read_alarm(record->body, &alarm) || alarm.number != state->alarm_number + 1)
        return wf_fail(error, WF_BROKEN, "an alarm that is not the next");
    if (state->open_count == state->open_capacity) {
        state->open_capacity = state->open_capacity ? state->open_capacity * 2 : 16;
        state->open = realloc(state->open, state->open_capacity * sizeof *state->open);
        WF_ASSERT(state->open);
    }
    state->open[state->open_count++] = alarm;
    state->alarm_number = alarm.number;
    if (alarm.stream != AUDIT_NO_STREAM) {
        struct audit_stream *row = &state->streams[alarm.stream];
        row->is_stale = row->is_stale || (row->count && row->missing != alarm.missing);
        row->missing = alarm.missing;
    }
    return 0;
}

static int take_acknowledgement(struct audit_state *state, const struct audit_record *record,
                                struct wf_error *error)
{
    uint64_t number = 0;
    size_t kept = 0;
    if (!audit_text_number(record->body, "number", &number))
        return wf_fail(error, WF_BROKEN, "an acknowledgement without a number");
    for (size_t i = 0; i < state->open_count; i++)
        if (state->open[i].number > number)
            state->open[kept++] = state->open[i];
    state->open_count = kept;
    return 0;
}

/* ---- all ---- */

int audit_state_take(struct audit_state *state, const struct audit_record *record,
                     const uint8_t *public_key, struct wf_error *error)
{
    int status = -1;
    bool is_first = !state->number;
    if (is_first != (record->kind == AUDIT_FILE) && is_first)
        return wf_fail(error, WF_BROKEN, "the copy does not begin with a file's record");
    switch (record->kind) {
    case AUDIT_LINE:
    case AUDIT_UNFIT:
        return take_line(state, record, error);
    case AUDIT_FILE:
        status = take_file(state, record, error);
        break;
    case AUDIT_ALARM:
        status = take_alarm(state, record, error);
        break;
    case AUDIT_ACKNOWLEDGED:
        status = take_acknowledgement(state, record, error);
        break;
    case AUDIT_CHECKPOINT:
        status = take_checkpoint(state, record, public_key, error);
        break;
    }
    if (!status) {
        audit_hash_on(state->chain, record->digest);
        state->records++;
    }
    return status;
}
