/* The turn, and the life of a worker around it. */
#include "wf_replay.h"
#include "wf_worker_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const wf_time offset_every = 200;
static const wf_time longest_wait = 10 * WF_SECOND;
static const wf_time door_held_ms = 5; /* then it is looked at again */

static void read_clocks(struct wf_worker *worker)
{
    worker->monotonic = worker->clock->monotonic(worker->clock);
    worker->business = worker->clock->wall(worker->clock) + worker->offset;
}

/* ---- creating ---- */

static int take_settings(struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_config *config = worker->config;
    worker->instances = 1;
    for (unsigned service = 0; service < WF_SERVICE_COUNT; service++)
        worker->outbox.instances[service] =
            config ? wf_config_instances(config, (enum wf_service)service) : 1;
    worker->clock->entropy(worker->clock, worker->fingerprint_key, sizeof worker->fingerprint_key);
    if (!config)
        return 0;
    worker->instance = (unsigned)wf_config_number(config, "instance");
    worker->instances = wf_config_instances(config, worker->domain->service);
    worker->is_sandbox = wf_config_flag(config, "sandbox");
    if (worker->instance >= worker->instances)
        return wf_fail(error, WF_CONFIG, "instance %u: there are %u of %s", worker->instance,
                       worker->instances, worker->domain->program);
    if (!worker->domain->handler_count)
        return 0;
    return wf_config_key(config, "fingerprint-key", worker->fingerprint_key, error);
}

int wf_worker_create_bare(struct wf_worker **worker, const struct wf_domain *domain,
                          const struct wf_config *config, struct wf_clock *clock,
                          struct wf_error *error)
{
    struct wf_worker *made = calloc(1, sizeof *made);
    WF_ASSERT(made);
    uint64_t random = 0;
    made->domain = domain;
    made->config = config;
    made->clock = clock;
    made->last_act = &made->first_act;
    made->watched_fd = -1;
    made->works = calloc(WF_BATCH_MAX, sizeof *made->works);
    made->commits = calloc(WF_BATCH_MAX, sizeof *made->commits);
    made->committed = calloc(WF_BATCH_MAX, sizeof *made->committed);
    made->asks = calloc(WF_QUESTIONS_MAX, sizeof *made->asks);
    WF_ASSERT(made->works && made->commits && made->committed && made->asks);
    made->requests = wf_requests_create();
    wf_arena_init(&made->frames, WF_ARENA_FRAMES);
    wf_arena_init(&made->payload, WF_ARENA_PAYLOAD);
    wf_flight_open(made);
    wf_cache_init(&made->cache, WF_CACHE_BYTES);
    wf_timers_init(&made->timers);
    clock->entropy(clock, &random, sizeof random);
    wf_outbox_init(&made->outbox, WF_OUTBOX_BYTES, random);
    made->outbox.metrics = &made->metrics;
    made->outbox.service = domain->service;
    made->incarnation = random | 1;
    made->started_wall = made->rules_since = clock->wall(clock);
    read_clocks(made);
    made->progress_at = made->monotonic;
    *worker = made;
    if (take_settings(made, error) || wf_dispatch_open(made, error) ||
        (domain->open && domain->open(made, &made->service, error))) {
        wf_worker_destroy(worker);
        return -1;
    }
    made->outbox.instance = made->instance;
    return 0;
}

void wf_worker_attach(struct wf_worker *worker, struct wf_store **store, struct wf_bus **bus)
{
    worker->store = *store;
    worker->bus = *bus;
    worker->outbox.bus = *bus;
    *store = NULL;
    *bus = NULL;
}

int wf_worker_create(struct wf_worker **worker, const struct wf_domain *domain,
                     const struct wf_config *config, struct wf_store **store, struct wf_bus **bus,
                     struct wf_clock *clock, struct wf_error *error)
{
    if (wf_worker_create_bare(worker, domain, config, clock, error))
        return -1;
    wf_worker_attach(*worker, store, bus);
    return 0;
}

int wf_worker_resume(struct wf_worker *worker, struct wf_error *error)
{
    read_clocks(worker);
    if (wf_resume_all(worker, error))
        return -1;
    wf_resume_watch(worker);
    if (worker->domain->start && worker->domain->start(worker->service, worker, error))
        return -1;
    return 0;
}

static void drop_acts(struct wf_worker *worker)
{
    while (worker->first_act) {
        struct wf_act_slot *slot = worker->first_act;
        worker->first_act = slot->next;
        free(slot);
    }
}

void wf_worker_destroy(struct wf_worker **worker)
{
    struct wf_worker *old = *worker;
    if (!old)
        return;
    wf_replay_end(old);
    if (old->domain->close && old->service)
        old->domain->close(&old->service);
    drop_acts(old);
    for (size_t i = 0; i < WF_BATCH_MAX; i++)
        wf_buffer_fini(&old->commits[i].prior);
    wf_flight_close(old);
    wf_dispatch_close(old);
    wf_requests_destroy(&old->requests);
    wf_cache_fini(&old->cache);
    wf_outbox_fini(&old->outbox);
    wf_timers_fini(&old->timers);
    wf_pool_fini(&old->pool);
    wf_arena_fini(&old->frames);
    wf_arena_fini(&old->payload);
    wf_fields_fini(&old->scratch);
    wf_buffer_fini(&old->kept);
    wf_buffer_fini(&old->frame);
    if (old->bus)
        wf_bus_destroy(&old->bus);
    if (old->store)
        wf_store_destroy(&old->store);
    free(old->works);
    free(old->commits);
    free(old->committed);
    free(old->asks);
    free(old->acks);
    free(old);
    *worker = NULL;
}

/* ---- the turn ---- */

static wf_time sooner(wf_time one, wf_time other)
{
    return one < other ? one : other;
}

static wf_time acts_wake(const struct wf_worker *worker)
{
    wf_time wake = WF_NEVER;
    for (const struct wf_act_slot *slot = worker->first_act; slot && wake > 0; slot = slot->next)
        wake = sooner(wake, slot->not_before);
    return wake;
}

/* How long it may sleep: until the first thing that no frame will announce. */
static wf_time wait_time(const struct wf_worker *worker, wf_time patience)
{
    wf_time wake = worker->domain_wake;
    wake = sooner(wake, wf_requests_wake(worker));
    if (worker->is_store_lost) {
        wake = sooner(wake, worker->reconnect_at);
    } else {
        wf_time due = wf_timers_next(&worker->timers);
        if (due != WF_NEVER && !worker->is_draining)
            wake = sooner(wake, worker->monotonic + (due - worker->business));
        wake = sooner(wake, acts_wake(worker));
        wake = sooner(wake, wf_flight_wake(worker));
        wake = sooner(wake, wf_outbox_wake(&worker->outbox, worker->monotonic));
        wake = sooner(wake, sooner(wf_resume_wake(worker), worker->next_beat));
        wake = worker->is_sandbox ? sooner(wake, worker->next_offset) : wake;
    }
    wf_time wait = wake <= worker->monotonic ? 0 : wake - worker->monotonic;
    return sooner(sooner(wait, patience), longest_wait);
}

static int read_offset(struct wf_worker *worker, struct wf_error *error)
{
    if (!worker->is_sandbox || worker->monotonic < worker->next_offset)
        return 0;
    worker->next_offset = worker->monotonic + offset_every;
    if (wf_store_clock_offset(worker->store, &worker->offset, error))
        return -1;
    worker->business = worker->clock->wall(worker->clock) + worker->offset;
    return 0;
}

/* What has arrived goes on at once, before new work is taken. */
static int land(struct wf_worker *worker, struct wf_error *error)
{
    if (!worker->flight_count)
        return 0;
    if (wf_flight_turn(worker, error))
        return -1;
    wf_settle_acks(worker);
    wf_outbox_relay(&worker->outbox, worker->monotonic);
    return 0;
}

static int work_with_store(struct wf_worker *worker, struct wf_error *error)
{
    if (worker->work_count && wf_batch_run(worker, error))
        return -1;
    if (worker->ask_count && wf_flight_land(worker, WF_FLIGHT_ALL, error))
        return -1;
    wf_settle_acks(worker);
    wf_outbox_relay(&worker->outbox, worker->monotonic);
    wf_questions_run(worker);
    if (wf_resume_sweep(worker, error) || read_offset(worker, error))
        return -1;
    return wf_beat_turn(worker, error);
}

int wf_worker_reload(struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_domain *domain = worker->domain;
    if (!domain->reload)
        return 0;
    worker->next_beat = 0; /* the row says how it went */
    if (domain->reload(worker->service, error)) {
        wf_count(&worker->metrics, WF_METRIC_RELOADS_REFUSED);
        (void)snprintf(worker->rules_error, sizeof worker->rules_error, "%s", error->text);
        wf_log(WF_LOG_RELOAD_REFUSED, "text=%s", error->text);
        return -1;
    }
    wf_count(&worker->metrics, WF_METRIC_RELOADS);
    worker->rules_error[0] = '\0';
    worker->rules_since = worker->clock->wall(worker->clock);
    wf_log(WF_LOG_RELOAD, "digest=%s",
           domain->rules ? domain->rules->digest(worker->service) : "none");
    return 0;
}

int wf_worker_turn(struct wf_worker *worker, wf_time patience, struct wf_error *error)
{
    struct wf_error lost = {0};
    read_clocks(worker);
    bool is_behind = wf_outbox_is_behind(&worker->outbox, worker->monotonic);
    wf_bus_hold_door(worker->bus, is_behind);
    wf_time longest = is_behind ? sooner(patience, door_held_ms) : patience;
    if (wf_bus_wait(worker->bus, wait_time(worker, longest), error))
        return -1;
    read_clocks(worker);
    if (wf_resume_try(worker, error))
        return -1;
    if (land(worker, &lost))
        wf_resume_lost(worker, &lost);
    wf_pool_clear(&worker->pool);
    wf_arena_clear(&worker->frames);
    worker->work_count = worker->ask_count = 0;
    wf_dispatch_collect(worker);
    if (!worker->is_store_lost && work_with_store(worker, &lost))
        wf_resume_lost(worker, &lost);
    wf_settle_acks(worker);
    wf_requests_turn(worker);
    worker->domain_wake = worker->domain->turn
                              ? worker->domain->turn(worker->service, worker, worker->monotonic)
                              : WF_NEVER;
    if (!worker->flight_count)
        wf_cache_trim(&worker->cache);
    return 0;
}

/* ---- the life ---- */

static bool is_finished(const struct wf_worker *worker)
{
    if (worker->domain->is_engaged && worker->domain->is_engaged(worker->service))
        return false;
    bool is_sent = worker->is_store_lost;
    if (!is_sent) {
        struct wf_outbox_totals totals;
        struct wf_buffer json = {0};
        wf_outbox_write(&worker->outbox, worker->monotonic, &json, &totals);
        wf_buffer_fini(&json);
        is_sent = totals.in_flight == 0;
    }
    return is_sent && !worker->act_count && !worker->flight_count && !wf_requests_count(worker);
}

/* What is under way is durable anyhow; waiting for its acknowledgement only saves a repetition. */
static int drain(struct wf_worker *worker, struct wf_error *error)
{
    static const wf_time usual = 5 * WF_SECOND;
    worker->is_draining = true;
    worker->next_beat = 0;
    read_clocks(worker);
    wf_time until =
        worker->monotonic +
        (worker->config ? (wf_time)wf_config_number(worker->config, "drain_ms") : usual);
    wf_log(WF_LOG_DRAIN, "acts=%zu", worker->act_count);
    do {
        if (wf_worker_turn(worker, 20, error))
            return -1;
    } while (!is_finished(worker) && worker->monotonic < until);
    for (unsigned p = 0; p < WF_PARTITIONS && !worker->is_store_lost; p++) {
        size_t count = 0;
        const struct wf_entry *rows = wf_outbox_trims(&worker->outbox, p, &count);
        if (rows && wf_store_trim(worker->store, p, rows, count, error))
            break; /* repeated after the next start, and known there */
    }
    return 0;
}

int wf_worker_run(struct wf_worker *worker, struct wf_error *error)
{
    while (!worker->is_stopping) {
        struct wf_error kept = {0};
        if (worker->is_reload_wanted)
            (void)wf_worker_reload(worker, &kept); /* the log and the row say how it went */
        worker->is_reload_wanted = false;
        if (wf_worker_turn(worker, WF_NEVER, error))
            return -1;
    }
    return drain(worker, error);
}

void wf_worker_stop(struct wf_worker *worker)
{
    worker->is_stopping = true;
}

/* ---- for services ---- */

static char *copy_text(char *at, const char *text, const char **copy)
{
    size_t size = strlen(text) + 1;
    *copy = memcpy(at, text, size);
    return at + size;
}

bool wf_worker_submit(struct wf_worker *worker, const struct wf_act *act)
{
    const char *actor = act->actor ? act->actor : "";
    const char *key = act->key ? act->key : "";
    const char *message_id = act->message_id ? act->message_id : "";
    /* Results of our own jobs have no door that could hold them back. */
    bool is_full = worker->act_count >= WF_ACTS_MAX || worker->act_bytes >= WF_ACT_BYTES_MAX;
    if (is_full && act->done)
        return false;
    if (strlen(actor) > WF_ID_MAX || strlen(key) > WF_ID_MAX || strlen(message_id) > WF_ID_MAX)
        return false;
    struct wf_act_slot *slot = malloc(sizeof *slot + strlen(actor) + strlen(key) +
                                      strlen(message_id) + 3 + act->payload.length);
    WF_ASSERT(slot);
    *slot = (struct wf_act_slot){.act = *act};
    char *at = (char *)(slot + 1);
    at = copy_text(at, actor, &slot->act.actor);
    at = copy_text(at, key, &slot->act.key);
    at = copy_text(at, message_id, &slot->act.message_id);
    if (act->payload.length)
        memcpy(at, act->payload.data, act->payload.length);
    slot->act.payload.data = (const uint8_t *)at;
    *worker->last_act = slot;
    worker->last_act = &slot->next;
    worker->act_count++;
    worker->act_bytes += act->payload.length;
    return true;
}

bool wf_worker_is_busy(const struct wf_worker *worker)
{
    return worker->is_store_lost || worker->is_draining || worker->is_stopping ||
           worker->full_until > worker->monotonic || worker->act_count >= WF_ACTS_MAX / 4 * 3 ||
           worker->act_bytes >= WF_ACT_BYTES_MAX / 4 * 3;
}

bool wf_worker_is_draining(const struct wf_worker *worker)
{
    return worker->is_draining;
}

void wf_worker_report(struct wf_worker *worker)
{
    worker->next_beat = 0;
    worker->latest_beat = INT64_MIN / 2;
}

wf_time wf_worker_now(const struct wf_worker *worker)
{
    return worker->business;
}

void wf_worker_count(struct wf_worker *worker, enum wf_metric metric)
{
    wf_count(&worker->metrics, metric);
}

struct wf_store *wf_worker_store(struct wf_worker *worker)
{
    return worker->store;
}

struct wf_clock *wf_worker_clock(struct wf_worker *worker)
{
    return worker->clock;
}

struct wf_bus *wf_worker_bus(struct wf_worker *worker)
{
    return worker->bus;
}

const struct wf_config *wf_worker_config(const struct wf_worker *worker)
{
    return worker->config;
}

const struct wf_domain *wf_worker_domain(const struct wf_worker *worker)
{
    return worker->domain;
}
