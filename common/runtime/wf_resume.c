/* What the owner keeps in memory comes from the store and goes back to it: at the start, after the
 * store was away, and slowly in between. */
#include "wf_worker_state.h"

#include <string.h>

static const wf_time trim_after = 200; /* SPEC 3.3 */
static const wf_time slow_every = 50;
static const wf_time sweep_every = 10 * WF_SECOND;
static const wf_time reload_after = WF_SECOND;
static const wf_time first_reconnect = 50;
static const wf_time longest_reconnect = 2 * WF_SECOND;

static void offer_entry(void *context, unsigned partition, struct wf_entry entry,
                        struct wf_bytes bytes)
{
    struct wf_worker *worker = context;
    struct wf_address address;
    wf_arena_clear(&worker->payload);
    Endorse__V1__Envelope *envelope = (Endorse__V1__Envelope *)wf_unpack(
        &endorse__v1__envelope__descriptor, bytes, &worker->payload);
    if (!envelope || !wf_address_parse(envelope->from, &address) ||
        !wf_address_parse(envelope->to, &address)) {
        wf_log(WF_LOG_FRAME_BAD, "why=outbox partition=%u", partition);
        return;
    }
    wf_time age = worker->business - envelope->time_ms;
    wf_outbox_add(&worker->outbox,
                  &(struct wf_outgoing_message){.partition = partition,
                                                .from = envelope->from,
                                                .to = envelope->to,
                                                .incarnation = envelope->incarnation,
                                                .sequence = envelope->sequence,
                                                .entry = entry,
                                                .envelope = bytes,
                                                .since = worker->monotonic - (age > 0 ? age : 0)});
}

static int trim_partition(struct wf_worker *worker, unsigned partition, struct wf_error *error)
{
    size_t count = 0;
    const struct wf_entry *rows;
    while ((rows = wf_outbox_trims(&worker->outbox, partition, &count)) != NULL) {
        int result = wf_store_trim(worker->store, partition, rows, count, error);
        wf_outbox_trimmed(&worker->outbox, partition, result == 0);
        if (result)
            return -1;
    }
    return 0;
}

/* Trims first: what was acknowledged must not come back. */
static int load_outbox(struct wf_worker *worker, unsigned partition, struct wf_error *error)
{
    if (trim_partition(worker, partition, error))
        return -1;
    worker->outbox.lacks_bytes[partition] = false;
    return wf_store_outbox(worker->store, partition, offer_entry, worker, error);
}

struct loaded {
    struct wf_timers *timers;
    size_t count;
    wf_time last;
};

static void offer_timer(void *context, const char *kind, const char *id, wf_time due)
{
    struct loaded *loaded = context;
    wf_timers_offer(loaded->timers, kind, id, due);
    loaded->count++;
    loaded->last = due;
}

static int load_timers(struct wf_worker *worker, unsigned partition, struct wf_error *error)
{
    struct loaded loaded = {.timers = &worker->timers};
    if (wf_store_timers(worker->store, partition, WF_NEVER, WF_TIMERS_LOADED, offer_timer, &loaded,
                        error))
        return -1;
    wf_timers_loaded(&worker->timers, partition, loaded.count, loaded.last);
    worker->timers.partitions[partition].load_after = worker->monotonic + reload_after;
    return 0;
}

/* Aggregates that have a dead letter: those may have messages parked behind it. */
struct dead {
    struct wf_worker *worker;
    struct wf_address *rows;
    size_t count, capacity;
};

static void take_dead(void *context, const char *dead_id, struct wf_bytes bytes)
{
    struct dead *dead = context;
    struct wf_worker *worker = dead->worker;
    struct wf_address aggregate;
    (void)dead_id;
    worker->dead_count++;
    wf_arena_clear(&worker->payload);
    Endorse__V1__DeadLetter *letter = (Endorse__V1__DeadLetter *)wf_unpack(
        &endorse__v1__dead_letter__descriptor, bytes, &worker->payload);
    bool is_new = letter && wf_address_parse(letter->aggregate, &aggregate);
    for (size_t i = 0; i < dead->count && is_new; i++)
        is_new = strcmp(dead->rows[i].id, aggregate.id) != 0 ||
                 strcmp(dead->rows[i].kind, aggregate.kind) != 0;
    if (!is_new)
        return;
    if (dead->count == dead->capacity) {
        dead->capacity = dead->capacity ? dead->capacity * 2 : 16;
        struct wf_address *rows = wf_pool_take(&worker->pool, dead->capacity * sizeof *rows);
        if (dead->count)
            memcpy(rows, dead->rows, dead->count * sizeof *rows);
        dead->rows = rows;
    }
    dead->rows[dead->count++] = aggregate;
}

static int count_parked(struct wf_worker *worker, unsigned partition, struct wf_error *error)
{
    struct dead dead = {.worker = worker};
    struct wf_buffer frame = {0};
    int result = wf_store_dead(worker->store, partition, take_dead, &dead, error);
    for (size_t i = 0; i < dead.count && !result; i++) {
        size_t count = 0;
        result = wf_store_parked_first(worker->store, dead.rows[i].kind, dead.rows[i].id, &frame,
                                       &count, error);
        worker->parked_count += count;
    }
    wf_buffer_fini(&frame);
    return result;
}

/* A program without handlers has nothing of its own in the store, and may not even look. */
static bool owns_aggregates(const struct wf_worker *worker)
{
    return worker->domain->handler_count > 0;
}

int wf_resume_all(struct wf_worker *worker, struct wf_error *error)
{
    worker->dead_count = worker->parked_count = 0;
    if (wf_store_clock_offset(worker->store, &worker->offset, error))
        return -1;
    worker->business = worker->clock->wall(worker->clock) + worker->offset;
    for (unsigned p = 0; p < WF_PARTITIONS && owns_aggregates(worker); p++) {
        if (wf_owns(worker, p) && (load_outbox(worker, p, error) || load_timers(worker, p, error) ||
                                   count_parked(worker, p, error)))
            return -1;
    }
    worker->next_sweep = worker->monotonic + sweep_every;
    return 0;
}

static void store_is_readable(void *context, int fd, int ready)
{
    const struct wf_worker *worker = context;
    (void)fd;
    (void)ready;
    if (worker->flight_count)
        return; /* results, or wf_flight_turn finds out */
    struct wf_error error = {.code = WF_AGAIN, .text = "the connection was closed"};
    wf_resume_lost(context, &error);
}

void wf_resume_watch(struct wf_worker *worker)
{
    worker->watched_fd = wf_store_fd(worker->store);
    if (worker->watched_fd >= 0)
        wf_bus_watch(worker->bus, worker->watched_fd, WF_WATCH_READ, store_is_readable, worker);
}

void wf_resume_lost(struct wf_worker *worker, const struct wf_error *error)
{
    if (worker->is_store_lost)
        return;
    worker->is_store_lost = true;
    worker->lost_since = worker->monotonic;
    worker->reconnect_at = worker->monotonic;
    worker->reconnect_ms = first_reconnect;
    wf_count(&worker->metrics, WF_METRIC_STORE_LOST);
    wf_log(WF_LOG_STORE_LOST, "code=%s text=%s", wf_error_name(error->code), error->text);
    if (worker->watched_fd >= 0)
        wf_bus_watch(worker->bus, worker->watched_fd, 0, NULL, NULL);
    worker->watched_fd = -1;
    wf_flight_lose(worker);
    wf_cache_drop_all(&worker->cache);
    wf_outbox_forget(&worker->outbox);
    wf_timers_forget(&worker->timers);
}

int wf_resume_try(struct wf_worker *worker, struct wf_error *error)
{
    struct wf_error cause = {0};
    if (!worker->is_store_lost || worker->monotonic < worker->reconnect_at)
        return 0;
    if (wf_store_reconnect(worker->store, &cause) == 0 && wf_resume_all(worker, &cause) == 0) {
        worker->is_store_lost = false;
        worker->progress_at = worker->monotonic;
        wf_resume_watch(worker);
        wf_log(WF_LOG_STORE_BACK, "away_ms=%lld",
               (long long)(worker->monotonic - worker->lost_since));
        return 0;
    }
    wf_outbox_forget(&worker->outbox);
    wf_timers_forget(&worker->timers);
    if (cause.code == WF_CONFIG) {
        *error = cause;
        return -1;
    }
    /* From the end of this attempt, which may have waited: between two attempts there is time to say BUSY. */
    worker->reconnect_at = worker->clock->monotonic(worker->clock) + worker->reconnect_ms;
    worker->reconnect_ms =
        worker->reconnect_ms * 2 > longest_reconnect ? longest_reconnect : worker->reconnect_ms * 2;
    return 0;
}

/* ---- in between ---- */

static bool lacks_timers(const struct wf_worker *worker, unsigned partition)
{
    return wf_timers_needs_load(&worker->timers, partition) &&
           worker->timers.partitions[partition].load_after <= worker->monotonic;
}

static int slow_partition(struct wf_worker *worker, unsigned partition, struct wf_error *error)
{
    const struct wf_trims *trims = &worker->outbox.trims[partition];
    if (worker->outbox.lacks_bytes[partition] && load_outbox(worker, partition, error))
        return -1;
    if (trims->count && trims->since + trim_after <= worker->monotonic &&
        trim_partition(worker, partition, error))
        return -1;
    return lacks_timers(worker, partition) ? load_timers(worker, partition, error) : 0;
}

/* Nothing should ever be found here; if it is, it was lost from memory and not from the store. */
static int sweep_one(struct wf_worker *worker, struct wf_error *error)
{
    unsigned partition = worker->sweep_partition;
    worker->sweep_partition = (partition + 1) % WF_PARTITIONS;
    if (!wf_owns(worker, partition))
        return 0;
    if (!worker->outbox.known[partition] && load_outbox(worker, partition, error))
        return -1;
    return worker->timers.partitions[partition].count ? 0 : load_timers(worker, partition, error);
}

int wf_resume_sweep(struct wf_worker *worker, struct wf_error *error)
{
    if (!owns_aggregates(worker))
        return 0;
    if (worker->monotonic >= worker->next_slow) {
        worker->next_slow = worker->monotonic + slow_every;
        for (unsigned p = 0; p < WF_PARTITIONS; p++) {
            if (wf_owns(worker, p) && slow_partition(worker, p, error))
                return -1;
        }
    }
    if (worker->monotonic < worker->next_sweep)
        return 0;
    worker->next_sweep = worker->monotonic + sweep_every;
    return sweep_one(worker, error);
}

wf_time wf_resume_wake(const struct wf_worker *worker)
{
    if (!owns_aggregates(worker))
        return WF_NEVER;
    wf_time wake = worker->next_sweep;
    bool is_slow = worker->outbox.trim_total > 0;
    for (unsigned p = 0; p < WF_PARTITIONS && !is_slow; p++)
        is_slow = wf_owns(worker, p) &&
                  (worker->outbox.lacks_bytes[p] || wf_timers_needs_load(&worker->timers, p));
    return is_slow && worker->next_slow < wake ? worker->next_slow : wake;
}
