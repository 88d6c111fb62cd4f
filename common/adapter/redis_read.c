/* Loading, resuming and reading back. */
#include "redis_inner.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOAD_BATCH = 512, SCAN_COUNT = 500, PAGE = 200 };

static struct wf_bytes bytes_of(const redisReply *reply)
{
    return (struct wf_bytes){(const uint8_t *)reply->str, reply->len};
}

/* A C text of a reply that must be one of our own, `most` bytes at most. */
static bool text_of(const redisReply *reply, char *text, size_t most)
{
    if (reply->type != REDIS_REPLY_STRING || reply->len > most)
        return false;
    memcpy(text, reply->str, reply->len);
    text[reply->len] = '\0';
    return strlen(text) == reply->len;
}

/* ---- aggregates ---- */

static int take_fields(struct redis_store *redis, struct wf_load *load, struct wf_error *error)
{
    redisReply *reply = redis_expect(redis, wf_partition(load->id), REDIS_REPLY_ARRAY, false,
                                     "load an aggregate", error);
    if (!reply)
        return -1;
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        wf_fields_add(&load->fields, bytes_of(reply->element[i]), bytes_of(reply->element[i + 1]));
    wf_fields_sort(&load->fields);
    freeReplyObject(reply);
    return 0;
}

int redis_load(struct wf_store *store, struct wf_load *loads, size_t count, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    redis_spread(redis, count);
    for (size_t done = 0; done < count;) {
        size_t batch = count - done < LOAD_BATCH ? count - done : LOAD_BATCH;
        for (size_t i = 0; i < batch; i++) {
            struct redis_link *link = redis_link_of(redis, wf_partition(loads[done + i].id));
            redis_put_head(link, 2);
            redis_put_text(link, "HGETALL");
            redis_put_aggregate_key(redis, "a", loads[done + i].kind, loads[done + i].id);
        }
        redis_send_all(redis);
        for (size_t i = 0; i < batch; i++) {
            if (take_fields(redis, &loads[done + i], error))
                return -1;
        }
        done += batch;
    }
    return 0;
}

/* ---- hashes, in pieces: a long one must not stop Redis for everyone ---- */

/* One HSCAN reply: rows to `each`, the cursor for the next into `cursor`. */
static int scan_page(struct redis_store *redis, unsigned partition, const char *doing,
                     wf_store_hash_f *each, void *context, char cursor[static 24],
                     struct wf_error *error)
{
    redisReply *reply = redis_expect(redis, partition, REDIS_REPLY_ARRAY, false, doing, error);
    if (!reply)
        return -1;
    int status = -1;
    if (reply->elements == 2 && text_of(reply->element[0], cursor, 23) &&
        reply->element[1]->type == REDIS_REPLY_ARRAY) {
        const redisReply *rows = reply->element[1];
        for (size_t i = 0; i + 1 < rows->elements; i += 2)
            each(context, bytes_of(rows->element[i]), bytes_of(rows->element[i + 1]));
        status = 0;
    } else {
        (void)redis_reply_fails(reply, doing, error);
    }
    freeReplyObject(reply);
    return status;
}

static int scan_hash(struct redis_store *redis, unsigned partition, const char *letters,
                     const char *name, const char *doing, wf_store_hash_f *each, void *context,
                     struct wf_error *error)
{
    struct redis_link *link = redis_link_of(redis, partition);
    char cursor[24] = "0";
    do {
        redis_put_head(link, 5);
        redis_put_text(link, "HSCAN");
        redis_put_key(redis, partition, letters, name);
        redis_put_text(link, cursor);
        redis_put_text(link, "COUNT");
        redis_put_number(link, SCAN_COUNT);
        if (scan_page(redis, partition, doing, each, context, cursor, error))
            return -1;
    } while (strcmp(cursor, "0") != 0);
    return 0;
}

int redis_hash(struct wf_store *store, unsigned partition, const char *name, wf_store_hash_f *each,
               void *context, struct wf_error *error)
{
    return scan_hash(redis_of(store), partition, "x:h:", name, "read an index", each, context,
                     error);
}

struct outbox_visit {
    wf_store_outbox_f *each;
    void *context;
    unsigned partition;
    bool broken;
};

static void visit_entry(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct outbox_visit *visit = context;
    struct wf_entry entry;
    if (member.length != sizeof entry.bytes) {
        visit->broken = true;
        return;
    }
    memcpy(entry.bytes, member.data, sizeof entry.bytes);
    visit->each(visit->context, visit->partition, entry, value);
}

int redis_outbox(struct wf_store *store, unsigned partition, wf_store_outbox_f *each, void *context,
                 struct wf_error *error)
{
    struct outbox_visit visit = {each, context, partition, false};
    if (scan_hash(redis_of(store), partition, "o", "", "read an outbox", visit_entry, &visit,
                  error))
        return -1;
    return visit.broken
               ? wf_fail(error, WF_BROKEN,
                         "the outbox of partition %u holds an entry that is not ours", partition)
               : 0;
}

struct text_visit {
    wf_store_dead_f *each; /* wf_store_beat_f is the same */
    void *context;
};

static void visit_text(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct text_visit *visit = context;
    char text[256];
    if (member.length >= sizeof text)
        return; /* nobody of ours writes such a name */
    memcpy(text, member.data, member.length);
    text[member.length] = '\0';
    visit->each(visit->context, text, value);
}

int redis_dead(struct wf_store *store, unsigned partition, wf_store_dead_f *each, void *context,
               struct wf_error *error)
{
    struct text_visit visit = {each, context};
    return scan_hash(redis_of(store), partition, "d", "", "read the dead letters", visit_text,
                     &visit, error);
}

int redis_beats(struct wf_store *store, wf_store_beat_f *each, void *context,
                struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    struct redis_link *link = &redis->links[0];
    struct text_visit visit = {each, context};
    redis_put_head(link, 2);
    redis_put_text(link, "HGETALL");
    redis_put_text(link, "wf:workers");
    redisReply *reply =
        redis_expect(redis, 0, REDIS_REPLY_ARRAY, false, "read the heartbeats", error);
    if (!reply)
        return -1;
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        visit_text(&visit, bytes_of(reply->element[i]), bytes_of(reply->element[i + 1]));
    freeReplyObject(reply);
    return 0;
}

/* ---- sorted sets ---- */

/* ZRANGE key from until BYSCORE LIMIT 0 limit WITHSCORES; pairs of member and score. */
static redisReply *read_scores(struct redis_store *redis, unsigned partition, const char *letters,
                               const char *name, int64_t from, int64_t until, size_t limit,
                               const char *doing, struct wf_error *error)
{
    struct redis_link *link = redis_link_of(redis, partition);
    redis_put_head(link, 9);
    redis_put_text(link, "ZRANGE");
    redis_put_key(redis, partition, letters, name);
    redis_put_number(link, from);
    redis_put_number(link, until);
    redis_put_text(link, "BYSCORE");
    redis_put_text(link, "LIMIT");
    redis_put_text(link, "0");
    redis_put_number(link, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    redis_put_text(link, "WITHSCORES");
    return redis_expect(redis, partition, REDIS_REPLY_ARRAY, false, doing, error);
}

/* Scores are whole numbers below 2^53: their shortest text has no loss. */
static int64_t score_of(const redisReply *reply)
{
    return (int64_t)strtod(reply->str, NULL);
}

int redis_timers(struct wf_store *store, unsigned partition, wf_time until, size_t limit,
                 wf_store_timer_f *each, void *context, struct wf_error *error)
{
    redisReply *reply = read_scores(redis_of(store), partition, "t", "", INT64_MIN, until, limit,
                                    "read the timers", error);
    if (!reply)
        return -1;
    int status = 0;
    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        char text[WF_KIND_MAX + WF_ID_MAX + 2];
        char *colon = text_of(reply->element[i], text, sizeof text - 1) ? strchr(text, ':') : NULL;
        if (!colon) {
            status = wf_fail(error, WF_BROKEN, "the timers of partition %u hold one not ours",
                             partition);
            continue;
        }
        *colon = '\0';
        each(context, text, colon + 1, score_of(reply->element[i + 1]));
    }
    freeReplyObject(reply);
    return status;
}

int redis_zset(struct wf_store *store, unsigned partition, const char *name, int64_t from,
               size_t limit, wf_store_zset_f *each, void *context, struct wf_error *error)
{
    redisReply *reply = read_scores(redis_of(store), partition, "x:z:", name, from, INT64_MAX,
                                    limit, "read an index", error);
    if (!reply)
        return -1;
    for (size_t i = 0; i + 1 < reply->elements; i += 2)
        each(context, bytes_of(reply->element[i]), score_of(reply->element[i + 1]));
    freeReplyObject(reply);
    return 0;
}

/* ---- streams ---- */

struct stream_row {
    uint64_t ms, n;
    struct wf_bytes value;
};

/* [ "<ms>-<n>", [ "m", value ] ] */
static bool row_of(const redisReply *entry, struct stream_row *row)
{
    char id[44];
    if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2 ||
        !text_of(entry->element[0], id, sizeof id - 1))
        return false;
    const redisReply *fields = entry->element[1];
    if (fields->type != REDIS_REPLY_ARRAY || fields->elements != 2)
        return false;
    char *end = NULL;
    row->ms = strtoull(id, &end, 10);
    row->n = *end == '-' ? strtoull(end + 1, NULL, 10) : 0;
    row->value = bytes_of(fields->element[1]);
    return true;
}

static void put_range(struct redis_store *redis, unsigned partition, const char *letters,
                      const char *name, const char *from, size_t limit)
{
    struct redis_link *link = redis_link_of(redis, partition);
    redis_put_head(link, 6);
    redis_put_text(link, "XRANGE");
    redis_put_key(redis, partition, letters, name);
    redis_put_text(link, from);
    redis_put_text(link, "+");
    redis_put_text(link, "COUNT");
    redis_put_number(link, (int64_t)limit);
}

static int broken_row(unsigned partition, struct wf_error *error)
{
    return wf_fail(error, WF_BROKEN, "a stream of partition %u holds an entry that is not ours",
                   partition);
}

/* Gives one page to the callback; *more: there may be another, after the last row's id. */
static int journal_page(const redisReply *page, unsigned partition, wf_store_journal_f *each,
                        void *context, struct stream_row *last, bool *more, struct wf_error *error)
{
    *more = page->elements == PAGE;
    for (size_t i = 0; i < page->elements; i++) {
        if (!row_of(page->element[i], last))
            return broken_row(partition, error);
        if (!each(context, last->ms, last->n, last->value)) {
            *more = false;
            return 0;
        }
    }
    return 0;
}

int redis_journal(struct wf_store *store, unsigned partition, uint64_t from_ms,
                  wf_store_journal_f *each, void *context, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    char from[48];
    bool more = true;
    int status = 0;
    (void)snprintf(from, sizeof from, "%llu-0", (unsigned long long)from_ms);
    while (more && !status) {
        put_range(redis, partition, "j", "", from, PAGE);
        redisReply *page =
            redis_expect(redis, partition, REDIS_REPLY_ARRAY, false, "read a journal", error);
        if (!page)
            return -1;
        struct stream_row last = {0};
        status = journal_page(page, partition, each, context, &last, &more, error);
        freeReplyObject(page);
        (void)snprintf(from, sizeof from, "(%llu-%llu", (unsigned long long)last.ms,
                       (unsigned long long)last.n);
    }
    return status;
}

/* The newest entry's sequence; 0 if the log is empty. */
static int take_last(struct redis_store *redis, unsigned partition, uint64_t *last,
                     struct wf_error *error)
{
    redisReply *newest =
        redis_expect(redis, partition, REDIS_REPLY_ARRAY, false, "read a log's end", error);
    if (!newest)
        return -1;
    struct stream_row row = {0};
    if (newest->elements)
        (void)row_of(newest->element[0], &row);
    *last = row.ms;
    freeReplyObject(newest);
    return 0;
}

int redis_log(struct wf_store *store, unsigned partition, const char *name, uint64_t after,
              size_t limit, wf_store_log_f *each, void *context, uint64_t *last,
              struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    struct redis_link *link = redis_link_of(redis, partition);
    char from[24];
    /* Sequences are the ids' milliseconds, "<sequence>-0". */
    (void)snprintf(from, sizeof from, "(%llu", (unsigned long long)after);
    put_range(redis, partition, "x:l:", name, from, limit);
    redis_put_head(link, 6);
    redis_put_text(link, "XREVRANGE");
    redis_put_key(redis, partition, "x:l:", name);
    redis_put_text(link, "+");
    redis_put_text(link, "-");
    redis_put_text(link, "COUNT");
    redis_put_text(link, "1");
    redisReply *page =
        redis_expect(redis, partition, REDIS_REPLY_ARRAY, false, "read a log", error);
    if (!page)
        return -1;
    int status = take_last(redis, partition, last, error);
    for (size_t i = 0; i < page->elements && !status; i++) {
        struct stream_row row;
        if (row_of(page->element[i], &row))
            each(context, row.ms, row.value);
        else
            status = broken_row(partition, error);
    }
    freeReplyObject(page);
    return status;
}

/* ---- parked, counts ---- */

int redis_parked_first(struct wf_store *store, const char *kind, const char *id,
                       struct wf_buffer *frame, size_t *count, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    unsigned partition = wf_partition(id);
    struct redis_link *link = redis_link_of(redis, partition);
    redis_put_head(link, 3);
    redis_put_text(link, "LINDEX");
    redis_put_aggregate_key(redis, "k", kind, id);
    redis_put_text(link, "0");
    redis_put_head(link, 2);
    redis_put_text(link, "LLEN");
    redis_put_aggregate_key(redis, "k", kind, id);
    redisReply *first =
        redis_expect(redis, partition, REDIS_REPLY_STRING, true, "read a parked list", error);
    if (!first)
        return -1;
    wf_buffer_clear(frame);
    if (first->type == REDIS_REPLY_STRING)
        wf_buffer_append(frame, first->str, first->len);
    freeReplyObject(first);
    redisReply *length =
        redis_expect(redis, partition, REDIS_REPLY_INTEGER, false, "count a parked list", error);
    if (!length)
        return -1;
    *count = (size_t)length->integer;
    freeReplyObject(length);
    return 0;
}

int redis_counts(struct wf_store *store, const char *name, uint64_t *counts, struct wf_error *error)
{
    struct redis_store *redis = redis_of(store);
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++) {
        struct redis_link *link = redis_link_of(redis, partition);
        redis_put_head(link, 2);
        redis_put_text(link, "GET");
        redis_put_key(redis, partition, "x:n:", name);
    }
    redis_send_all(redis);
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++) {
        redisReply *reply = redis_expect(redis, partition, REDIS_REPLY_STRING, true,
                                         "read the change marks", error);
        if (!reply)
            return -1;
        counts[partition] = reply->type == REDIS_REPLY_STRING ? strtoull(reply->str, NULL, 10) : 0;
        freeReplyObject(reply);
    }
    return 0;
}
