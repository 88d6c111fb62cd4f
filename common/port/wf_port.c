/* The ports' functions: each checks what every caller owes to every adapter, then calls the
 * adapter's row.  And the rows of fields that both stores and codecs share. */
#include "wf_bus.h"
#include "wf_store.h"

#include <stdlib.h>
#include <string.h>

/* Stores keep scores as doubles; beyond 2^53 they would silently become other numbers. */
#define SCORE_MOST ((int64_t)1 << 53)

/* ---- fields ---- */

void wf_fields_fini(struct wf_fields *fields)
{
    free(fields->rows);
    wf_buffer_fini(&fields->memory);
    *fields = (struct wf_fields){0};
}

void wf_fields_clear(struct wf_fields *fields)
{
    fields->count = 0;
    wf_buffer_clear(&fields->memory);
}

/* Makes room for `more` bytes; rows that point into the memory move with it. */
static void fields_reserve(struct wf_fields *fields, size_t more)
{
    struct wf_buffer *memory = &fields->memory;
    if (memory->capacity - memory->length >= more)
        return;
    uintptr_t before = (uintptr_t)memory->data;
    wf_buffer_reserve(memory, more);
    for (size_t i = 0; i < fields->count; i++) {
        struct wf_field *row = &fields->rows[i];
        row->name.data = memory->data + ((uintptr_t)row->name.data - before);
        row->value.data = memory->data + ((uintptr_t)row->value.data - before);
    }
}

void wf_fields_add(struct wf_fields *fields, struct wf_bytes name, struct wf_bytes value)
{
    if (fields->count == fields->capacity) {
        size_t capacity = fields->capacity ? fields->capacity * 2 : 16;
        struct wf_field *rows = realloc(fields->rows, capacity * sizeof *rows);
        WF_ASSERT(rows);
        fields->rows = rows;
        fields->capacity = capacity;
    }
    /* One byte more: the memory is never NULL, so that empty names and values have an address. */
    fields_reserve(fields, name.length + value.length + 1);
    struct wf_buffer *memory = &fields->memory;
    struct wf_field *row = &fields->rows[fields->count++];
    row->name = (struct wf_bytes){memory->data + memory->length, name.length};
    wf_buffer_append(memory, name.data, name.length);
    row->value = (struct wf_bytes){memory->data + memory->length, value.length};
    wf_buffer_append(memory, value.data, value.length);
}

static int compare_names(struct wf_bytes left, struct wf_bytes right)
{
    size_t shorter = left.length < right.length ? left.length : right.length;
    int order = shorter ? memcmp(left.data, right.data, shorter) : 0;
    if (order)
        return order;
    return (left.length > right.length) - (left.length < right.length);
}

static int compare_rows(const void *left, const void *right)
{
    return compare_names(((const struct wf_field *)left)->name,
                         ((const struct wf_field *)right)->name);
}

void wf_fields_sort(struct wf_fields *fields)
{
    if (fields->count > 1)
        qsort(fields->rows, fields->count, sizeof *fields->rows, compare_rows);
}

const struct wf_field *wf_fields_find(const struct wf_fields *fields, const char *name)
{
    if (!fields->count)
        return NULL;
    const struct wf_field wanted = {.name = {(const uint8_t *)name, strlen(name)}};
    return bsearch(&wanted, fields->rows, fields->count, sizeof *fields->rows, compare_rows);
}

/* ---- store ---- */

int wf_store_load(struct wf_store *store, struct wf_load *loads, size_t count,
                  struct wf_error *error)
{
    for (size_t i = 0; i < count; i++)
        wf_fields_clear(&loads[i].fields);
    return count ? store->ops->load(store, loads, count, error) : 0;
}

static void check_commit(const struct wf_commit *commit)
{
    WF_ASSERT(commit->version_after >= commit->version_before);
    WF_ASSERT(!commit->lane_from || commit->lane_sequence > 0);
    WF_ASSERT(!commit->act_key.length || commit->act_ttl_s > 0);
    WF_ASSERT(commit->timer != WF_TIMER_SET || (commit->due >= 0 && commit->due <= SCORE_MOST));
    WF_ASSERT(commit->dead_id ? commit->dead_drop == !commit->dead_letter.length
                              : !commit->dead_drop);
    WF_ASSERT(commit->put_count <= WF_COMMIT_ROWS_MAX && commit->drop_count <= WF_COMMIT_ROWS_MAX);
    WF_ASSERT(commit->outgoing_count <= WF_COMMIT_ROWS_MAX);
    WF_ASSERT(commit->trim_count <= WF_COMMIT_ROWS_MAX);
    WF_ASSERT(commit->index_count <= WF_COMMIT_ROWS_MAX);
    for (size_t i = 0; i < commit->put_count; i++)
        WF_ASSERT(commit->puts[i].name.length > 0);
    for (size_t i = 0; i < commit->index_count; i++) {
        const struct wf_index *index = &commit->indexes[i];
        WF_ASSERT(index->name.length > 0);
        WF_ASSERT(index->score >= -SCORE_MOST && index->score <= SCORE_MOST);
        WF_ASSERT(index->op != WF_INDEX_LOG_APPEND || index->score > 0);
    }
}

static void ready_commits(struct wf_commit *commits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_commit(&commits[i]);
        commits[i].result = WF_COMMIT_UNKNOWN;
        commits[i].journal_ms = commits[i].journal_n = 0;
        wf_buffer_clear(&commits[i].prior);
    }
}

bool wf_store_send(struct wf_store *store, struct wf_commit *commits, size_t count)
{
    if (!store->ops->send)
        return false;
    ready_commits(commits, count);
    return store->ops->send(store, commits, count);
}

int wf_store_collect(struct wf_store *store, const struct wf_commit *until, struct wf_error *error)
{
    return store->ops->collect ? store->ops->collect(store, until, error) : 0;
}

size_t wf_store_under_way(const struct wf_store *store)
{
    return store->ops->under_way ? store->ops->under_way(store) : 0;
}

int wf_store_commit(struct wf_store *store, struct wf_commit *commits, size_t count,
                    struct wf_error *error)
{
    ready_commits(commits, count);
    int status = count ? store->ops->commit(store, commits, count, error) : 0;
    /* What was answered before the connection broke is of no use to a caller who must load again
     * anyhow; one rule for all is easier to get right. */
    for (size_t i = 0; status && i < count; i++)
        commits[i].result = WF_COMMIT_UNKNOWN;
    return status;
}

int wf_store_trim(struct wf_store *store, unsigned partition, const struct wf_entry *entries,
                  size_t count, struct wf_error *error)
{
    return count ? store->ops->trim(store, partition, entries, count, error) : 0;
}

int wf_store_outbox(struct wf_store *store, unsigned partition, wf_store_outbox_f *each,
                    void *context, struct wf_error *error)
{
    return store->ops->outbox(store, partition, each, context, error);
}

int wf_store_timers(struct wf_store *store, unsigned partition, wf_time until, size_t limit,
                    wf_store_timer_f *each, void *context, struct wf_error *error)
{
    return limit ? store->ops->timers(store, partition, until, limit, each, context, error) : 0;
}

int wf_store_parked_first(struct wf_store *store, const char *kind, const char *id,
                          struct wf_buffer *frame, size_t *count, struct wf_error *error)
{
    return store->ops->parked_first(store, kind, id, frame, count, error);
}

int wf_store_dead(struct wf_store *store, unsigned partition, wf_store_dead_f *each, void *context,
                  struct wf_error *error)
{
    return store->ops->dead(store, partition, each, context, error);
}

int wf_store_journal(struct wf_store *store, unsigned partition, uint64_t from_ms,
                     wf_store_journal_f *each, void *context, struct wf_error *error)
{
    return store->ops->journal(store, partition, from_ms, each, context, error);
}

int wf_store_log(struct wf_store *store, unsigned partition, const char *name, uint64_t after,
                 size_t limit, wf_store_log_f *each, void *context, uint64_t *last,
                 struct wf_error *error)
{
    return store->ops->log(store, partition, name, after, limit, each, context, last, error);
}

int wf_store_hash(struct wf_store *store, unsigned partition, const char *name,
                  wf_store_hash_f *each, void *context, struct wf_error *error)
{
    return store->ops->hash(store, partition, name, each, context, error);
}

int wf_store_zset(struct wf_store *store, unsigned partition, const char *name, int64_t from,
                  size_t limit, wf_store_zset_f *each, void *context, struct wf_error *error)
{
    return limit ? store->ops->zset(store, partition, name, from, limit, each, context, error) : 0;
}

int wf_store_counts(struct wf_store *store, const char *name, uint64_t counts[static WF_PARTITIONS],
                    struct wf_error *error)
{
    return store->ops->counts(store, name, counts, error);
}

int wf_store_secret(struct wf_store *store, unsigned partition, const char *name,
                    struct wf_bytes fresh, struct wf_buffer *value, struct wf_error *error)
{
    return store->ops->secret(store, partition, name, fresh, value, error);
}

int wf_store_secrets(struct wf_store *store, struct wf_secret_read *reads, size_t count,
                     struct wf_error *error)
{
    return store->ops->secrets(store, reads, count, error);
}

int wf_store_forget(struct wf_store *store, unsigned partition, const char *name,
                    struct wf_error *error)
{
    return store->ops->forget(store, partition, name, error);
}

int wf_store_rewrite(struct wf_store *store, unsigned partition, struct wf_error *error)
{
    return store->ops->rewrite(store, partition, error);
}

int wf_store_beat(struct wf_store *store, const char *field, struct wf_bytes json,
                  struct wf_error *error)
{
    return store->ops->beat(store, field, json, error);
}

int wf_store_beats(struct wf_store *store, wf_store_beat_f *each, void *context,
                   struct wf_error *error)
{
    return store->ops->beats(store, each, context, error);
}

int wf_store_clock_offset(struct wf_store *store, wf_time *offset, struct wf_error *error)
{
    return store->ops->clock_offset(store, offset, error);
}

int wf_store_set_clock_offset(struct wf_store *store, wf_time offset, struct wf_error *error)
{
    return store->ops->set_clock_offset(store, offset, error);
}

int wf_store_reconnect(struct wf_store *store, struct wf_error *error)
{
    return store->ops->reconnect(store, error);
}

int wf_store_fd(const struct wf_store *store)
{
    return store->ops->fd(store);
}

void wf_store_destroy(struct wf_store **store)
{
    if (*store)
        (*store)->ops->destroy(store);
}

/* ---- bus ---- */

bool wf_bus_receive(struct wf_bus *bus, struct wf_frame *frame)
{
    return bus->ops->receive(bus, frame);
}

int wf_bus_answer(struct wf_bus *bus, enum wf_frame_source source, const struct wf_peer *peer,
                  struct wf_bytes bytes, struct wf_error *error)
{
    WF_ASSERT(source == WF_FRAME_LOCAL || source == WF_FRAME_DOOR);
    return bus->ops->answer(bus, source, peer, bytes, error);
}

int wf_bus_send(struct wf_bus *bus, enum wf_service service, unsigned instance,
                struct wf_bytes bytes, struct wf_error *error)
{
    return bus->ops->send(bus, service, instance, bytes, error);
}

int wf_bus_wait(struct wf_bus *bus, wf_time timeout, struct wf_error *error)
{
    return bus->ops->wait(bus, timeout, error);
}

void wf_bus_watch(struct wf_bus *bus, int fd, int events, wf_watch_f *callback, void *context)
{
    bus->ops->watch(bus, fd, events, callback, context);
}

void wf_bus_hold_door(struct wf_bus *bus, bool is_held)
{
    bus->ops->hold_door(bus, is_held);
}

int wf_bus_open_door(struct wf_bus *bus, const char *endpoint, const char *secret_key_z85,
                     wf_door_allowed_f *allowed, void *context, struct wf_error *error)
{
    return bus->ops->open_door(bus, endpoint, secret_key_z85, allowed, context, error);
}

void wf_bus_destroy(struct wf_bus **bus)
{
    if (*bus)
        (*bus)->ops->destroy(bus);
}
