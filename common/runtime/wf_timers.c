#include "wf_timers.h"

#include <stdlib.h>
#include <string.h>

static guint timer_hash(gconstpointer key)
{
    const struct wf_timer *timer = key;
    return g_str_hash(timer->id) ^ (g_str_hash(timer->kind) << 1);
}

static gboolean timer_equal(gconstpointer a, gconstpointer b)
{
    const struct wf_timer *one = a;
    const struct wf_timer *two = b;
    return strcmp(one->id, two->id) == 0 && strcmp(one->kind, two->kind) == 0;
}

void wf_timers_init(struct wf_timers *timers)
{
    *timers = (struct wf_timers){.table = g_hash_table_new(timer_hash, timer_equal)};
}

/* ---- the heap ---- */

static void put_at(struct wf_timers *timers, size_t position, struct wf_timer *timer)
{
    timers->heap[position] = timer;
    timer->position = position;
}

static void sift_up(struct wf_timers *timers, struct wf_timer *timer)
{
    size_t at = timer->position;
    while (at > 0 && timers->heap[(at - 1) / 2]->due > timer->due) {
        put_at(timers, at, timers->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put_at(timers, at, timer);
}

static void sift_down(struct wf_timers *timers, struct wf_timer *timer)
{
    size_t at = timer->position;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < timers->count && timers->heap[child + 1]->due < timers->heap[child]->due)
            child++;
        if (child >= timers->count || timers->heap[child]->due >= timer->due)
            break;
        put_at(timers, at, timers->heap[child]);
        at = child;
    }
    put_at(timers, at, timer);
}

static void *grow(void *rows, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return rows;
    *capacity = *capacity ? *capacity * 2 : 64;
    rows = realloc(rows, *capacity * sizeof(struct wf_timer *));
    WF_ASSERT(rows);
    return rows;
}

static void push(struct wf_timers *timers, struct wf_timer *timer)
{
    timers->heap = grow(timers->heap, timers->count, &timers->capacity);
    timer->position = timers->count++;
    timers->heap[timer->position] = timer;
    timers->partitions[timer->partition].count++;
    sift_up(timers, timer);
}

static void take_out(struct wf_timers *timers, struct wf_timer *timer)
{
    struct wf_timer *last = timers->heap[--timers->count];
    timers->partitions[timer->partition].count--;
    if (last == timer)
        return;
    last->position = timer->position;
    timers->heap[last->position] = last;
    sift_up(timers, last);
    sift_down(timers, last);
}

/* ---- the table ---- */

static struct wf_timer *find(const struct wf_timers *timers, const char *kind, const char *id)
{
    struct wf_timer key;
    WF_ASSERT(strlen(kind) <= WF_KIND_MAX && strlen(id) <= WF_ID_MAX);
    strcpy(key.kind, kind);
    strcpy(key.id, id);
    return g_hash_table_lookup(timers->table, &key);
}

static void take_from_held(struct wf_timers *timers, const struct wf_timer *timer)
{
    size_t at = 0;
    while (timers->held[at] != timer)
        at++;
    timers->held[at] = timers->held[--timers->held_count];
}

static void drop(struct wf_timers *timers, struct wf_timer *timer)
{
    if (timer->not_before)
        take_from_held(timers, timer);
    else
        take_out(timers, timer);
    g_hash_table_remove(timers->table, timer);
    free(timer);
}

static struct wf_timer *add(struct wf_timers *timers, const char *kind, const char *id, wf_time due)
{
    struct wf_timer *timer = calloc(1, sizeof *timer);
    WF_ASSERT(timer);
    strcpy(timer->kind, kind);
    strcpy(timer->id, id);
    timer->partition = wf_partition(id);
    timer->due = due;
    g_hash_table_add(timers->table, timer);
    return timer;
}

void wf_timers_set(struct wf_timers *timers, const char *kind, const char *id, wf_time due)
{
    struct wf_timer *timer = find(timers, kind, id);
    if (timer && timer->due == due && !timer->not_before)
        return;
    if (timer)
        drop(timers, timer);
    unsigned partition = wf_partition(id);
    bool is_known = timers->partitions[partition].is_complete ||
                    due <= timers->partitions[partition].known_until;
    if (due != WF_NEVER && is_known)
        push(timers, add(timers, kind, id, due));
}

void wf_timers_hold(struct wf_timers *timers, const char *kind, const char *id, wf_time due,
                    wf_time not_before)
{
    struct wf_timer *timer = find(timers, kind, id);
    if (timer)
        drop(timers, timer);
    timer = add(timers, kind, id, due);
    timer->not_before = not_before;
    timers->held = grow(timers->held, timers->held_count, &timers->held_capacity);
    timers->held[timers->held_count++] = timer;
}

void wf_timers_unhold(struct wf_timers *timers, const char *kind, const char *id)
{
    struct wf_timer *timer = find(timers, kind, id);
    if (!timer || !timer->not_before)
        return;
    take_from_held(timers, timer);
    timer->not_before = 0;
    push(timers, timer);
}

bool wf_timers_pop(struct wf_timers *timers, wf_time business, struct wf_timer *timer)
{
    if (!timers->count || timers->heap[0]->due > business)
        return false;
    *timer = *timers->heap[0];
    drop(timers, timers->heap[0]);
    return true;
}

void wf_timers_release(struct wf_timers *timers, wf_time monotonic)
{
    for (size_t i = timers->held_count; i-- > 0;) {
        struct wf_timer *timer = timers->held[i];
        if (timer->not_before > monotonic)
            continue;
        timers->held[i] = timers->held[--timers->held_count];
        timer->not_before = 0;
        push(timers, timer);
    }
}

wf_time wf_timers_next(const struct wf_timers *timers)
{
    return timers->count ? timers->heap[0]->due : WF_NEVER;
}

void wf_timers_offer(struct wf_timers *timers, const char *kind, const char *id, wf_time due)
{
    if (!find(timers, kind, id))
        push(timers, add(timers, kind, id, due));
}

void wf_timers_loaded(struct wf_timers *timers, unsigned partition, size_t count, wf_time last)
{
    timers->partitions[partition].is_complete = count < WF_TIMERS_LOADED;
    timers->partitions[partition].known_until = last;
}

bool wf_timers_needs_load(const struct wf_timers *timers, unsigned partition)
{
    return !timers->partitions[partition].is_complete && !timers->partitions[partition].count;
}

static gboolean free_row(gpointer key, gpointer value, gpointer context)
{
    (void)value;
    (void)context;
    free(key);
    return TRUE;
}

void wf_timers_forget(struct wf_timers *timers)
{
    (void)g_hash_table_foreach_remove(timers->table, free_row, NULL);
    timers->count = timers->held_count = 0;
    memset(timers->partitions, 0, sizeof timers->partitions);
}

void wf_timers_fini(struct wf_timers *timers)
{
    if (!timers->table)
        return;
    wf_timers_forget(timers);
    g_hash_table_destroy(timers->table);
    timers->table = NULL;
    free(timers->heap);
    free(timers->held);
}
