/* A store in memory: mem_store.h.  Containers are found by the same keys as in Redis; the commit
 * is in mem_commit.c. */
#include "mem_inner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct mem_store *mem_of(struct wf_store *store)
{
    return (struct mem_store *)(void *)store;
}

/* ---- containers ---- */

static void container_free(gpointer pointer)
{
    struct mem_container *container = pointer;
    g_clear_pointer(&container->hash, g_hash_table_unref);
    g_clear_pointer(&container->rows, g_ptr_array_unref);
    g_clear_pointer(&container->scores, g_hash_table_unref);
    g_free(container);
}

static void row_free(gpointer pointer)
{
    struct mem_row *row = pointer;
    g_bytes_unref(row->bytes);
    g_free(row);
}

GBytes *mem_bytes(struct wf_bytes bytes)
{
    return g_bytes_new(bytes.data, bytes.length);
}

struct wf_bytes mem_view(GBytes *bytes)
{
    gsize length;
    const uint8_t *data = g_bytes_get_data(bytes, &length);
    return (struct wf_bytes){data ? data : (const uint8_t *)"", length};
}

char *mem_key(struct wf_store *store, unsigned partition, const char *kind, struct wf_bytes name)
{
    return g_strdup_printf("{%s:%u}:%s%.*s", wf_service_name(store->service), partition, kind,
                           (int)name.length, name.data ? (const char *)name.data : "");
}

char *mem_aggregate_key(struct wf_store *store, const char *letter, const char *kind,
                        const char *id)
{
    return g_strdup_printf("{%s:%u}:%s:%s:%s", wf_service_name(store->service), wf_partition(id),
                           letter, kind, id);
}

struct mem_container *mem_find(struct mem_store *mem, const char *key)
{
    return g_hash_table_lookup(mem->world->keys, key);
}

struct mem_container *mem_make(struct mem_store *mem, const char *key)
{
    struct mem_container *container = mem_find(mem, key);
    if (container)
        return container;
    container = g_new0(struct mem_container, 1);
    container->hash = g_hash_table_new_full(
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)g_bytes_unref);
    container->scores =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
    container->rows = g_ptr_array_new_with_free_func(row_free);
    g_hash_table_insert(mem->world->keys, g_strdup(key), container);
    return container;
}

GBytes *mem_hash_get(struct mem_store *mem, const char *key, struct wf_bytes member)
{
    struct mem_container *container = mem_find(mem, key);
    if (!container)
        return NULL;
    GBytes *name = mem_bytes(member);
    GBytes *value = g_hash_table_lookup(container->hash, name);
    g_bytes_unref(name);
    return value;
}

void mem_hash_put(struct mem_store *mem, const char *key, struct wf_bytes member,
                  struct wf_bytes value)
{
    g_hash_table_replace(mem_make(mem, key)->hash, mem_bytes(member), mem_bytes(value));
}

void mem_hash_drop(struct mem_store *mem, const char *key, struct wf_bytes member)
{
    struct mem_container *container = mem_find(mem, key);
    if (!container)
        return;
    GBytes *name = mem_bytes(member);
    g_hash_table_remove(container->hash, name);
    g_bytes_unref(name);
}

void mem_append(struct mem_store *mem, const char *key, uint64_t ms, uint64_t n,
                struct wf_bytes value)
{
    struct mem_row *row = g_new0(struct mem_row, 1);
    row->ms = ms;
    row->n = n;
    row->bytes = mem_bytes(value);
    g_ptr_array_add(mem_make(mem, key)->rows, row);
}

/* ---- failing on purpose ---- */

int mem_fails(struct mem_store *mem, struct wf_error *error)
{
    if (!mem->failing)
        return 0;
    mem->failing--;
    return wf_fail(error, WF_AGAIN, "the store was told not to answer");
}

/* ---- reading ---- */

static int mem_load(struct wf_store *store, struct wf_load *loads, size_t count,
                    struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    for (size_t i = 0; i < count; i++) {
        g_autofree char *key = mem_aggregate_key(store, "a", loads[i].kind, loads[i].id);
        struct mem_container *container = mem_find(mem, key);
        if (!container)
            continue;
        GHashTableIter iterator;
        gpointer name, value;
        g_hash_table_iter_init(&iterator, container->hash);
        while (g_hash_table_iter_next(&iterator, &name, &value))
            wf_fields_add(&loads[i].fields, mem_view(name), mem_view(value));
        wf_fields_sort(&loads[i].fields);
    }
    return 0;
}

/* Walks a copy, so that a callback may commit. */
static void hash_each(struct mem_store *mem, const char *key, wf_store_hash_f *each, void *context)
{
    struct mem_container *container = mem_find(mem, key);
    if (!container)
        return;
    GPtrArray *copy = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    GHashTableIter iterator;
    gpointer name, value;
    g_hash_table_iter_init(&iterator, container->hash);
    while (g_hash_table_iter_next(&iterator, &name, &value)) {
        g_ptr_array_add(copy, g_bytes_ref(name));
        g_ptr_array_add(copy, g_bytes_ref(value));
    }
    for (guint i = 0; i < copy->len; i += 2)
        each(context, mem_view(copy->pdata[i]), mem_view(copy->pdata[i + 1]));
    g_ptr_array_unref(copy);
}

static int mem_hash(struct wf_store *store, unsigned partition, const char *name,
                    wf_store_hash_f *each, void *context, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "x:h:", MEM_TEXT(name));
    hash_each(mem, key, each, context);
    return 0;
}

struct outbox_visit {
    wf_store_outbox_f *each;
    void *context;
    unsigned partition;
};

static void visit_entry(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct outbox_visit *visit = context;
    struct wf_entry entry;
    memcpy(entry.bytes, member.data, sizeof entry.bytes);
    visit->each(visit->context, visit->partition, entry, value);
}

static int mem_outbox(struct wf_store *store, unsigned partition, wf_store_outbox_f *each,
                      void *context, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    struct outbox_visit visit = {each, context, partition};
    g_autofree char *key = mem_key(store, partition, "o", MEM_TEXT(""));
    hash_each(mem, key, visit_entry, &visit);
    return 0;
}

struct dead_visit {
    wf_store_dead_f *each;
    void *context;
};

static void visit_dead(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct dead_visit *visit = context;
    g_autofree char *id = g_strndup((const char *)member.data, member.length);
    visit->each(visit->context, id, value);
}

static int mem_dead(struct wf_store *store, unsigned partition, wf_store_dead_f *each,
                    void *context, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    struct dead_visit visit = {each, context};
    g_autofree char *key = mem_key(store, partition, "d", MEM_TEXT(""));
    hash_each(mem, key, visit_dead, &visit);
    return 0;
}

/* ---- ordered by score, ties by bytes, as Redis does ---- */

struct scored {
    GBytes *member;
    int64_t score;
};

static gint compare_scored(gconstpointer left, gconstpointer right)
{
    const struct scored *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return g_bytes_compare(a->member, b->member);
}

static void scored_clear(gpointer pointer)
{
    g_bytes_unref(((struct scored *)pointer)->member);
}

static GArray *scores_between(struct mem_store *mem, const char *key, int64_t from, int64_t until)
{
    GArray *sorted = g_array_new(FALSE, FALSE, sizeof(struct scored));
    g_array_set_clear_func(sorted, scored_clear);
    struct mem_container *container = mem_find(mem, key);
    if (!container)
        return sorted;
    GHashTableIter iterator;
    gpointer member, score;
    g_hash_table_iter_init(&iterator, container->scores);
    while (g_hash_table_iter_next(&iterator, &member, &score)) {
        struct scored row = {member, *(int64_t *)score};
        if (row.score < from || row.score > until)
            continue;
        g_bytes_ref(member);
        g_array_append_val(sorted, row);
    }
    g_array_sort(sorted, compare_scored);
    return sorted;
}

static int mem_zset(struct wf_store *store, unsigned partition, const char *name, int64_t from,
                    size_t limit, wf_store_zset_f *each, void *context, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "x:z:", MEM_TEXT(name));
    GArray *sorted = scores_between(mem, key, from, INT64_MAX);
    for (guint i = 0; i < sorted->len && i < limit; i++) {
        struct scored *row = &g_array_index(sorted, struct scored, i);
        each(context, mem_view(row->member), row->score);
    }
    g_array_unref(sorted);
    return 0;
}

static int mem_timers(struct wf_store *store, unsigned partition, wf_time until, size_t limit,
                      wf_store_timer_f *each, void *context, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "t", MEM_TEXT(""));
    GArray *sorted = scores_between(mem, key, INT64_MIN, until);
    for (guint i = 0; i < sorted->len && i < limit; i++) {
        struct scored *row = &g_array_index(sorted, struct scored, i);
        struct wf_bytes member = mem_view(row->member);
        g_autofree char *text = g_strndup((const char *)member.data, member.length);
        char *colon = strchr(text, ':');
        *colon = '\0';
        each(context, text, colon + 1, row->score);
    }
    g_array_unref(sorted);
    return 0;
}

/* ---- rows in order ---- */

static int mem_parked_first(struct wf_store *store, const char *kind, const char *id,
                            struct wf_buffer *frame, size_t *count, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_aggregate_key(store, "k", kind, id);
    struct mem_container *container = mem_find(mem, key);
    wf_buffer_clear(frame);
    *count = container ? container->rows->len : 0;
    if (!*count)
        return 0;
    struct wf_bytes first = mem_view(((struct mem_row *)container->rows->pdata[0])->bytes);
    wf_buffer_append(frame, first.data, first.length);
    return 0;
}

static int mem_journal(struct wf_store *store, unsigned partition, uint64_t from_ms,
                       wf_store_journal_f *each, void *context, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "j", MEM_TEXT(""));
    struct mem_container *container = mem_find(mem, key);
    for (guint i = 0; container && i < container->rows->len; i++) {
        struct mem_row *row = container->rows->pdata[i];
        if (row->ms >= from_ms && !each(context, row->ms, row->n, mem_view(row->bytes)))
            break;
    }
    return 0;
}

static int mem_log(struct wf_store *store, unsigned partition, const char *name, uint64_t after,
                   size_t limit, wf_store_log_f *each, void *context, uint64_t *last,
                   struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "x:l:", MEM_TEXT(name));
    struct mem_container *container = mem_find(mem, key);
    *last = 0;
    for (guint i = 0; container && i < container->rows->len; i++) {
        struct mem_row *row = container->rows->pdata[i];
        *last = row->ms;
        if (row->ms <= after || !limit)
            continue;
        limit--;
        each(context, row->ms, mem_view(row->bytes));
    }
    return 0;
}

/* ---- single values ---- */

static int mem_counts(struct wf_store *store, const char *name, uint64_t *counts,
                      struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    for (unsigned partition = 0; partition < WF_PARTITIONS; partition++) {
        g_autofree char *key = mem_key(store, partition, "x:n:", MEM_TEXT(name));
        struct mem_container *container = mem_find(mem, key);
        counts[partition] = container ? container->count : 0;
    }
    return 0;
}

static int mem_secret(struct wf_store *store, unsigned partition, const char *name,
                      struct wf_bytes fresh, struct wf_buffer *value, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "s:", MEM_TEXT(name));
    if (fresh.length && !mem_hash_get(mem, key, MEM_TEXT("")))
        mem_hash_put(mem, key, MEM_TEXT(""), fresh);
    GBytes *stored = mem_hash_get(mem, key, MEM_TEXT(""));
    wf_buffer_clear(value);
    if (!stored)
        return wf_fail(error, WF_NOT_FOUND, "there is no key under this name");
    struct wf_bytes bytes = mem_view(stored);
    wf_buffer_append(value, bytes.data, bytes.length);
    return 0;
}

unsigned mem_store_secrets(struct wf_store *store, const char *beginning)
{
    g_autofree char *pattern =
        g_strdup_printf("{%s:*}:s:%s*", wf_service_name(store->service), beginning);
    GHashTableIter iterator;
    gpointer key;
    unsigned count = 0;
    g_hash_table_iter_init(&iterator, mem_of(store)->world->keys);
    while (g_hash_table_iter_next(&iterator, &key, NULL))
        count += g_pattern_match_simple(pattern, key) ? 1 : 0;
    return count;
}

static int mem_secrets(struct wf_store *store, struct wf_secret_read *reads, size_t count,
                       struct wf_error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct wf_error absent = {0};
        if (mem_secret(store, reads[i].partition, reads[i].name, (struct wf_bytes){0},
                       &reads[i].value, &absent) &&
            absent.code != WF_NOT_FOUND) {
            *error = absent;
            return -1;
        }
    }
    return 0;
}

static int mem_forget(struct wf_store *store, unsigned partition, const char *name,
                      struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    g_autofree char *key = mem_key(store, partition, "s:", MEM_TEXT(name));
    g_hash_table_remove(mem->world->keys, key);
    return 0;
}

/* There is no log. */
static int mem_rewrite(struct wf_store *store, unsigned partition, struct wf_error *error)
{
    (void)partition;
    if (mem_fails(mem_of(store), error))
        return -1;
    mem_of(store)->world->rewrites++;
    return 0;
}

unsigned mem_store_rewrites(struct wf_store *store)
{
    return mem_of(store)->world->rewrites;
}

static int mem_beat(struct wf_store *store, const char *field, struct wf_bytes json,
                    struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    mem_hash_put(mem, "wf:workers", MEM_TEXT(field), json);
    return 0;
}

static int mem_beats(struct wf_store *store, wf_store_beat_f *each, void *context,
                     struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    struct dead_visit visit = {each, context}; /* a dead letter's id and a row's field are alike */
    hash_each(mem, "wf:workers", visit_dead, &visit);
    return 0;
}

static int mem_clock_offset(struct wf_store *store, wf_time *offset, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    *offset = mem->world->clock_offset;
    return 0;
}

static int mem_set_clock_offset(struct wf_store *store, wf_time offset, struct wf_error *error)
{
    struct mem_store *mem = mem_of(store);
    if (mem_fails(mem, error))
        return -1;
    mem->world->clock_offset = offset;
    return 0;
}

/* ---- life ---- */

static int mem_reconnect(struct wf_store *store, struct wf_error *error)
{
    (void)store;
    (void)error;
    return 0;
}

static int mem_fd(const struct wf_store *store)
{
    (void)store;
    return -1;
}

static void mem_destroy(struct wf_store **store)
{
    struct mem_store *mem = mem_of(*store);
    if (--mem->world->stores == 0) {
        g_hash_table_unref(mem->world->keys);
        g_free(mem->world);
    }
    g_free(mem);
    *store = NULL;
}

static const struct wf_store_ops mem_ops = {
    .load = mem_load,
    .commit = mem_commit,
    .trim = mem_trim,
    .outbox = mem_outbox,
    .timers = mem_timers,
    .parked_first = mem_parked_first,
    .dead = mem_dead,
    .journal = mem_journal,
    .log = mem_log,
    .hash = mem_hash,
    .zset = mem_zset,
    .counts = mem_counts,
    .secret = mem_secret,
    .secrets = mem_secrets,
    .forget = mem_forget,
    .rewrite = mem_rewrite,
    .beat = mem_beat,
    .beats = mem_beats,
    .clock_offset = mem_clock_offset,
    .set_clock_offset = mem_set_clock_offset,
    .send = mem_send,
    .collect = mem_collect,
    .under_way = mem_under_way,
    .reconnect = mem_reconnect,
    .fd = mem_fd,
    .destroy = mem_destroy,
};

static struct wf_store *open_store(struct mem_world *world, enum wf_service service)
{
    struct mem_store *mem = g_new0(struct mem_store, 1);
    mem->base.ops = &mem_ops;
    mem->base.service = service;
    mem->world = world;
    world->stores++;
    return &mem->base;
}

struct wf_store *mem_store_create(enum wf_service service)
{
    struct mem_world *world = g_new0(struct mem_world, 1);
    world->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, container_free);
    world->now = 1;
    return open_store(world, service);
}

struct wf_store *mem_store_join(struct wf_store *other, enum wf_service service)
{
    return open_store(mem_of(other)->world, service);
}

void mem_store_set_now(struct wf_store *store, uint64_t now_ms)
{
    WF_ASSERT(now_ms >= mem_of(store)->world->now);
    mem_of(store)->world->now = now_ms;
}

void mem_store_set_full(struct wf_store *store, bool full)
{
    mem_of(store)->world->full = full;
}

void mem_store_set_slow(struct wf_store *store)
{
    mem_of(store)->world->is_slow = true;
}

void mem_store_open_gates(struct wf_store *store)
{
    mem_of(store)->world->are_gates_open = true;
}

void mem_store_fail(struct wf_store *store, unsigned calls, bool carried_out)
{
    mem_of(store)->failing = calls;
    mem_of(store)->carried_out = carried_out;
}
