/* Batches whose commits are under way: the loop goes on reading, deciding and sending while the store
 * writes, and settles each batch, in their order, when its results have come.  SPEC 4.7.
 *
 * A batch keeps its turn's memory.  It is exchanged with the worker's own for as long as something is
 * done to it, so that stepping and settling know of one batch only. */
#include "wf_worker_state.h"

#include <stdlib.h>

/* A store that answers nothing is asked in earnest, which has a time limit. */
static const wf_time overdue = WF_SECOND;

static void exchange(struct wf_worker *worker, struct wf_flight *flight)
{
    struct wf_flight own = {.pool = worker->pool,
                            .frames = worker->frames,
                            .works = worker->works,
                            .work_count = worker->work_count,
                            .commits = worker->commits,
                            .committed = worker->committed,
                            .commit_count = worker->commit_count,
                            .since = flight->since};
    worker->pool = flight->pool;
    worker->frames = flight->frames;
    worker->works = flight->works;
    worker->work_count = flight->work_count;
    worker->commits = flight->commits;
    worker->committed = flight->committed;
    worker->commit_count = flight->commit_count;
    *flight = own;
}

static struct wf_flight *flight_at(struct wf_worker *worker, size_t index)
{
    return &worker->flights[(worker->flight_first + index) % WF_FLIGHTS];
}

static const struct wf_commit *last_commit(const struct wf_flight *flight)
{
    return &flight->commits[flight->commit_count - 1];
}

/* ---- memory ---- */

void wf_flight_open(struct wf_worker *worker)
{
    for (size_t i = 0; i < WF_FLIGHTS; i++) {
        struct wf_flight *flight = &worker->flights[i];
        wf_arena_init(&flight->frames, WF_ARENA_FRAMES);
        flight->works = calloc(WF_BATCH_MAX, sizeof *flight->works);
        flight->commits = calloc(WF_BATCH_MAX, sizeof *flight->commits);
        flight->committed = calloc(WF_BATCH_MAX, sizeof(struct wf_work *));
        WF_ASSERT(flight->works && flight->commits && flight->committed);
    }
}

void wf_flight_close(struct wf_worker *worker)
{
    for (size_t i = 0; i < WF_FLIGHTS; i++) {
        struct wf_flight *flight = &worker->flights[i];
        for (size_t k = 0; k < flight->work_count; k++)
            wf_dispatch_release_act(worker, &flight->works[k]);
        for (size_t k = 0; flight->commits && k < WF_BATCH_MAX; k++)
            wf_buffer_fini(&flight->commits[k].prior);
        wf_pool_fini(&flight->pool);
        wf_arena_fini(&flight->frames);
        free(flight->works);
        free(flight->commits);
        free(flight->committed);
    }
}

/* ---- beginning ---- */

static bool is_sendable(const struct wf_worker *worker)
{
    size_t open = 0;
    for (size_t i = 0; i < worker->work_count; i++)
        open += worker->works[i].end == WF_END_OPEN;
    return open == worker->commit_count;
}

bool wf_flight_begin(struct wf_worker *worker)
{
    /* Questions of this turn want what it committed; a worker that ends wants to be done. */
    if (worker->flight_count == WF_FLIGHTS || worker->ask_count || worker->is_draining ||
        !is_sendable(worker) ||
        !wf_store_send(worker->store, worker->commits, worker->commit_count))
        return false;
    struct wf_flight *flight = flight_at(worker, worker->flight_count++);
    flight->since = worker->monotonic;
    exchange(worker, flight);
    wf_pool_clear(&worker->pool);
    wf_arena_clear(&worker->frames);
    worker->work_count = worker->commit_count = 0;
    return true;
}

/* ---- landing ---- */

static int collect(struct wf_worker *worker, enum wf_flight_wait wait, struct wf_error *error)
{
    const struct wf_commit *until = NULL;
    if (wait == WF_FLIGHT_FIRST)
        until = last_commit(flight_at(worker, 0));
    else if (wait == WF_FLIGHT_ALL)
        until = last_commit(flight_at(worker, worker->flight_count - 1));
    return wf_store_collect(worker->store, until, error);
}

/* Settles what has arrived, in order; gives how many batches. */
static size_t settle_arrived(struct wf_worker *worker, size_t first, bool *is_open)
{
    size_t landed = first;
    for (; landed < worker->flight_count; landed++) {
        struct wf_flight *flight = flight_at(worker, landed);
        if (last_commit(flight)->result == WF_COMMIT_UNKNOWN)
            break;
        exchange(worker, flight);
        wf_batch_settle(worker);
        *is_open = *is_open || wf_batch_has_open(worker);
        exchange(worker, flight);
    }
    return landed;
}

int wf_flight_land(struct wf_worker *worker, enum wf_flight_wait wait, struct wf_error *error)
{
    bool is_open = false;
    if (!worker->flight_count)
        return 0;
    if (collect(worker, wait, error))
        return -1;
    size_t landed = settle_arrived(worker, 0, &is_open);
    /* What a gate sent back is decided again behind everything sent after it. */
    if (is_open && landed < worker->flight_count) {
        if (collect(worker, WF_FLIGHT_ALL, error))
            return -1;
        landed = settle_arrived(worker, landed, &is_open);
    }
    int status = 0;
    for (; landed > 0 && !status; landed--) {
        struct wf_flight *flight = flight_at(worker, 0);
        exchange(worker, flight);
        status = wf_batch_finish(worker, error);
        exchange(worker, flight);
        worker->flight_first = (worker->flight_first + 1) % WF_FLIGHTS;
        worker->flight_count--;
    }
    return status;
}

void wf_flight_lose(struct wf_worker *worker)
{
    for (; worker->flight_count; worker->flight_count--) {
        struct wf_flight *flight = flight_at(worker, 0);
        exchange(worker, flight);
        wf_batch_lose(worker);
        exchange(worker, flight);
        worker->flight_first = (worker->flight_first + 1) % WF_FLIGHTS;
    }
}

/* ---- the turn ---- */

static bool is_overdue(struct wf_worker *worker)
{
    return worker->monotonic >= flight_at(worker, 0)->since + overdue;
}

int wf_flight_turn(struct wf_worker *worker, struct wf_error *error)
{
    if (!worker->flight_count)
        return 0;
    enum wf_flight_wait wait = WF_FLIGHT_ARRIVED;
    /* A deadline is judged by a table that knows every commit; a cache that overflows may drop only
     * what nobody works on. */
    bool is_due = wf_timers_next(&worker->timers) <= worker->business;
    if (is_due || worker->is_draining || worker->cache.bytes > worker->cache.budget)
        wait = WF_FLIGHT_ALL;
    else if (worker->flight_count == WF_FLIGHTS || is_overdue(worker))
        wait = WF_FLIGHT_FIRST;
    return wf_flight_land(worker, wait, error);
}

wf_time wf_flight_wake(const struct wf_worker *worker)
{
    if (!worker->flight_count)
        return WF_NEVER;
    bool is_announced = wf_store_fd(worker->store) >= 0 && wf_store_under_way(worker->store) > 0;
    return is_announced ? worker->flights[worker->flight_first].since + overdue : 0;
}
