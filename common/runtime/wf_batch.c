/* The middle of a turn: load, step in order, commit, settle - in as few round trips as there are
 * rounds, which is one unless a gate says otherwise. */
#include "wf_worker_state.h"

#include <stdlib.h>
#include <string.h>

int wf_batch_load(struct wf_worker *worker, struct wf_entity **entities, size_t count,
                  struct wf_error *error)
{
    struct wf_load *loads = wf_pool_take(&worker->pool, (count + 1) * sizeof *loads);
    for (size_t i = 0; i < count; i++)
        loads[i] = (struct wf_load){.kind = entities[i]->kind, .id = entities[i]->id};
    int result = wf_store_load(worker->store, loads, count, error);
    for (size_t i = 0; i < count; i++) {
        struct wf_error broken = {0};
        if (!result && wf_entity_fill(entities[i], &loads[i].fields, &broken)) {
            wf_entity_forget(entities[i]);
            wf_log(WF_LOG_PARKED, "aggregate=%s/%s cause=%s", entities[i]->kind, entities[i]->id,
                   broken.text);
        }
        wf_fields_fini(&loads[i].fields);
        wf_count(&worker->metrics, WF_METRIC_LOADS);
    }
    return result;
}

static int load_missing(struct wf_worker *worker, struct wf_error *error)
{
    struct wf_entity **missing =
        wf_pool_take(&worker->pool, (worker->work_count + 1) * sizeof(struct wf_entity *));
    size_t count = 0;
    for (size_t i = 0; i < worker->work_count; i++) {
        struct wf_work *work = &worker->works[i];
        if (work->end != WF_END_OPEN || work->entity->is_loaded || work->entity->is_awaited)
            continue;
        work->entity->is_awaited = true;
        missing[count++] = work->entity;
    }
    for (size_t i = 0; i < count; i++)
        missing[i]->is_awaited = false;
    return count ? wf_batch_load(worker, missing, count, error) : 0;
}

/* Nothing can be said about what had no answer, so nobody is told that it was done: senders and
 * portals come again, and the gates tell what had happened. */
void wf_batch_lose(struct wf_worker *worker)
{
    for (size_t i = 0; i < worker->commit_count; i++) {
        struct wf_work *work = worker->committed[i];
        if (work->commit->trim_count)
            wf_outbox_trimmed(&worker->outbox, work->entity->partition, false);
        if (work->slot)
            work->slot->tried_version = work->commit->version_after;
    }
    worker->commit_count = 0;
    for (size_t i = 0; i < worker->work_count; i++) {
        struct wf_work *work = &worker->works[i];
        if (work->end != WF_END_OPEN)
            continue;
        wf_step_busy(worker, work, WF_BUSY_MS);
        wf_settle_tell(worker, work);
    }
    worker->work_count = 0;
}

static void step_open(struct wf_worker *worker)
{
    for (size_t i = 0; i < worker->work_count; i++) {
        struct wf_work *work = &worker->works[i];
        /* Not loaded: a work before it made its aggregate be forgotten; the next round's. */
        if (work->end != WF_END_OPEN || !work->entity->is_loaded)
            continue;
        wf_step_one(worker, work);
        if (work->end != WF_END_OPEN)
            wf_settle_tell(worker, work);
    }
}

void wf_batch_settle(struct wf_worker *worker)
{
    for (size_t i = 0; i < worker->commit_count; i++)
        wf_settle_commit(worker, worker->committed[i]);
    for (size_t i = 0; i < worker->commit_count; i++) {
        struct wf_work *work = worker->committed[i];
        if (work->end != WF_END_OPEN)
            wf_settle_tell(worker, work);
    }
    worker->commit_count = 0;
}

bool wf_batch_has_open(const struct wf_worker *worker)
{
    for (size_t i = 0; i < worker->work_count; i++) {
        if (worker->works[i].end == WF_END_OPEN)
            return true;
    }
    return false;
}

static void finish(struct wf_worker *worker)
{
    for (size_t i = 0; i < worker->work_count; i++) {
        struct wf_work *work = &worker->works[i];
        if (work->end == WF_END_OPEN) {
            wf_step_busy(worker, work, WF_BUSY_MS);
            wf_settle_tell(worker, work);
        }
        wf_cache_account(&worker->cache, work->entity);
    }
    worker->work_count = 0;
}

/* Rounds of load, step, commit and settle, until nothing is open or the same has been tried enough. */
static int run_rounds(struct wf_worker *worker, bool may_fly, struct wf_error *error)
{
    for (unsigned round = 0; round < WF_ROUNDS_MAX && wf_batch_has_open(worker); round++) {
        if (load_missing(worker, error))
            return -1;
        step_open(worker);
        if (!worker->commit_count)
            continue;
        wf_count(&worker->metrics, WF_METRIC_BATCHES);
        if (may_fly && round == 0 && wf_flight_begin(worker))
            return 0;
        if (may_fly && wf_flight_land(worker, WF_FLIGHT_ALL, error))
            return -1;
        if (wf_store_commit(worker->store, worker->commits, worker->commit_count, error))
            return -1;
        wf_batch_settle(worker);
    }
    finish(worker);
    return 0;
}

int wf_batch_finish(struct wf_worker *worker, struct wf_error *error)
{
    if (run_rounds(worker, false, error) == 0)
        return 0;
    wf_batch_lose(worker);
    return -1;
}

int wf_batch_run(struct wf_worker *worker, struct wf_error *error)
{
    worker->commit_count = 0;
    for (size_t i = 0; i < worker->work_count; i++) {
        struct wf_work *work = &worker->works[i];
        work->entity = wf_cache_get(&worker->cache, work->self.kind, work->self.id);
    }
    if (run_rounds(worker, true, error) == 0)
        return 0;
    wf_batch_lose(worker);
    return -1;
}
