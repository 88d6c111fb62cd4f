/* One decision: payload -> event -> step -> what is to be written.  Changes the entity in memory as
 * if the commit had succeeded; wf_settle makes it forget when it has not. */
#include "wf_worker_state.h"

#include <string.h>

void wf_step_end(struct wf_worker *worker, struct wf_work *work, enum wf_end end,
                 const char *reason, const char *text)
{
    work->end = end;
    work->reason = wf_pool_text(&worker->pool, reason);
    work->text = wf_pool_text(&worker->pool, text);
}

void wf_step_busy(struct wf_worker *worker, struct wf_work *work, uint32_t retry_after_ms)
{
    wf_step_end(worker, work, WF_END_BUSY, "busy", "nothing was done: try again");
    work->retry_after_ms = retry_after_ms;
}

/* ---- from payload to event ---- */

int wf_step_decode(struct wf_worker *worker, const struct wf_work *work, struct wf_bytes kept,
                   const uint8_t entropy[32], struct wf_error *error)
{
    (void)wf_step_event(worker, work, entropy);
    if (!work->handler)
        return 0; /* a deadline says nothing but its time */
    wf_arena_clear(&worker->payload);
    const ProtobufCMessage *message =
        wf_unpack(wf_message_row(work->handler->message)->descriptor, kept, &worker->payload);
    if (!message)
        return wf_fail(error, WF_BROKEN, "the kept payload of %s cannot be read", work->type);
    return work->handler->decode(worker->service, message, worker->event, error);
}

int wf_step_read(struct wf_worker *worker, const struct wf_machine *machine,
                 const struct wf_entity *entity, struct wf_error *error)
{
    memset(worker->before, 0, machine->state_size);
    if (!entity->fields.count)
        return 0;
    return machine->read(&entity->fields, worker->before, error);
}

/* ---- the parts of a commit ---- */

struct wf_commit *wf_step_begin_commit(struct wf_worker *worker, struct wf_work *work)
{
    struct wf_commit *commit = &worker->commits[worker->commit_count];
    struct wf_entity *entity = work->entity;
    struct wf_buffer prior = commit->prior;
    worker->committed[worker->commit_count++] = work;
    *commit = (struct wf_commit){.kind = entity->kind,
                                 .id = entity->id,
                                 .version_before = entity->stamp,
                                 .version_after = entity->stamp,
                                 .prior = prior};
    if (work->source == WF_WORK_LANE && !work->is_from_parked) {
        commit->lane_from = work->from_text;
        commit->lane_incarnation = work->incarnation;
        commit->lane_sequence = work->sequence;
    }
    /* Only new work that somebody outside can offer again may be refused for want of memory. */
    commit->must_fit = !work->is_from_parked && !work->operator_act &&
                       (work->tell == WF_TELL_CALLER || work->tell == WF_TELL_PEER_REPLY);
    if (work->is_from_parked) {
        char id[WF_DEAD_ID];
        wf_parking_dead_id(work, id);
        commit->dead_id = wf_pool_text(&worker->pool, id);
        commit->dead_drop = true;
        commit->unpark = !work->is_buried;
        commit->unmark = commit->unpark && work->is_last_parked;
        if (commit->unmark)
            entity->is_parked = false;
    }
    commit->trims = wf_outbox_trims(&worker->outbox, entity->partition, &commit->trim_count);
    work->commit = commit;
    return commit;
}

static void put(struct wf_field *rows, size_t *count, const char *name, size_t name_length,
                struct wf_bytes value)
{
    rows[*count].name = (struct wf_bytes){.data = (const uint8_t *)name, .length = name_length};
    rows[*count].value = value;
    (*count)++;
}

static struct wf_bytes pool_number(struct wf_worker *worker, uint64_t number)
{
    const char *text = wf_pool_format(&worker->pool, "%llu", (unsigned long long)number);
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

/* The runtime's own fields that a new version brings along. */
static void put_own_fields(struct wf_worker *worker, struct wf_entity *entity,
                           struct wf_field *rows, size_t *count)
{
    put(rows, count, "_h", 2,
        wf_pool_copy(&worker->pool,
                     (struct wf_bytes){.data = entity->head, .length = WF_CHAIN_SIZE}));
    if (entity->stamp == 0)
        put(rows, count, "_i", 2, pool_number(worker, entity->incarnation));
    for (size_t i = 0; i < entity->lane_count; i++) {
        struct wf_lane_out *lane = &entity->lanes[i];
        if (!lane->is_dirty)
            continue;
        const char *name = wf_pool_format(&worker->pool, "_>%s", lane->to);
        put(rows, count, name, strlen(name), pool_number(worker, lane->sequence));
        lane->is_dirty = false;
    }
}

static int compare(struct wf_bytes one, struct wf_bytes other)
{
    size_t shorter = one.length < other.length ? one.length : other.length;
    int order = shorter ? memcmp(one.data, other.data, shorter) : 0;
    return order ? order : (one.length > other.length) - (one.length < other.length);
}

/* Both sorted by name: what the new rows say otherwise is put, what they no longer say is dropped. */
static void put_changes(struct wf_worker *worker, const struct wf_fields *old,
                        const struct wf_fields *new, struct wf_field *puts, size_t *put_count,
                        struct wf_bytes *drops, size_t *drop_count)
{
    size_t i = 0;
    size_t k = 0;
    while (i < old->count || k < new->count) {
        int order = i == old->count   ? 1
                    : k == new->count ? -1
                                      : compare(old->rows[i].name, new->rows[k].name);
        if (order < 0) {
            drops[(*drop_count)++] = wf_pool_copy(&worker->pool, old->rows[i++].name);
            continue;
        }
        if (order > 0 || compare(old->rows[i].value, new->rows[k].value) != 0) {
            puts[*put_count].name = wf_pool_copy(&worker->pool, new->rows[k].name);
            puts[*put_count].value = wf_pool_copy(&worker->pool, new->rows[k].value);
            (*put_count)++;
        }
        i += order == 0;
        k++;
    }
}

/* `after`: fields of the new state, which become the entity's; NULL: they stay. */
static void put_fields(struct wf_worker *worker, struct wf_entity *entity, struct wf_commit *commit,
                       struct wf_fields *after)
{
    size_t most = entity->lane_count + 2 + (after ? after->count : 0);
    struct wf_field *puts = wf_pool_take(&worker->pool, most * sizeof *puts);
    put_own_fields(worker, entity, puts, &commit->put_count);
    if (after) {
        struct wf_bytes *drops =
            wf_pool_take(&worker->pool, (entity->fields.count + 1) * sizeof *drops);
        put_changes(worker, &entity->fields, after, puts, &commit->put_count, drops,
                    &commit->drop_count);
        commit->drops = drops;
        struct wf_fields old = entity->fields;
        entity->fields = *after;
        *after = old;
    }
    commit->puts = puts;
}

static void write_line(struct wf_worker *worker, struct wf_work *work, struct wf_commit *commit,
                       Endorse__V1__JournalStep step, const char *reason, struct wf_bytes payload,
                       const uint8_t entropy[32])
{
    Endorse__V1__JournalLine line = ENDORSE__V1__JOURNAL_LINE__INIT;
    line.aggregate = (char *)wf_pool_format(&worker->pool, "%s/%s", work->self.kind, work->self.id);
    line.version = wf_stamp_version(commit->version_before) + 1;
    line.type = (char *)work->type;
    line.message_id = (char *)work->message_id;
    line.from = (char *)work->from_text;
    line.incarnation = work->incarnation;
    line.sequence = work->sequence;
    line.actor = (char *)work->actor;
    line.key = (char *)work->key;
    line.causation_id = (char *)work->causation;
    line.correlation_id = (char *)work->correlation;
    line.time_ms = worker->business;
    line.happened_ms = work->happened;
    line.step = step;
    line.reason = (char *)reason;
    if (work->plan && work->plan->edition)
        line.edition = (char *)work->plan->edition;
    if (work->plan && (work->plan->edition || work->plan->judgement.length) &&
        worker->domain->rules)
        line.rules = (char *)worker->domain->rules->digest(worker->service);
    if (work->plan)
        line.judgement = (ProtobufCBinaryData){.data = (uint8_t *)work->plan->judgement.data,
                                               .len = work->plan->judgement.length};
    line.payload = (ProtobufCBinaryData){.data = (uint8_t *)payload.data, .len = payload.length};
    if (entropy)
        line.entropy = (ProtobufCBinaryData){.data = (uint8_t *)entropy, .len = 32};
    line.ended = step == ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED && work->plan &&
                 work->plan->is_ending;
    commit->journal = wf_journal_encode(&worker->pool, &line, work->entity->head);
    commit->version_after = wf_stamp_make(line.version, work->entity->head);
}

const char *wf_step_receipt(struct wf_worker *worker, const struct wf_entity *entity)
{
    char text[17];
    for (unsigned i = 0; i < 8; i++) {
        text[2 * i] = "0123456789abcdef"[entity->head[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[entity->head[i] & 15];
    }
    text[16] = '\0';
    return wf_pool_format(&worker->pool, "%u-%llu-%s", entity->partition,
                          (unsigned long long)wf_stamp_version(entity->stamp), text);
}

void wf_step_act_record(struct wf_worker *worker, struct wf_work *work, enum wf_reply reply)
{
    work->receipt = wf_step_receipt(worker, work->entity);
    if (work->source != WF_WORK_ACT || !work->key[0] || work->is_from_parked)
        return;
    Endorse__V1__ActRecord record = ENDORSE__V1__ACT_RECORD__INIT;
    const char *key = wf_pool_format(&worker->pool, "%s:%s/%s:%s", work->actor, work->self.kind,
                                     work->self.id, work->key);
    record.fingerprint = (ProtobufCBinaryData){.data = work->fingerprint, .len = 32};
    record.reply = reply;
    record.reason = (char *)work->reason;
    record.text = (char *)work->text;
    record.payload =
        (ProtobufCBinaryData){.data = (uint8_t *)work->answer.data, .len = work->answer.length};
    record.receipt = (char *)work->receipt;
    work->commit->act_key = (struct wf_bytes){.data = (const uint8_t *)key, .length = strlen(key)};
    work->commit->act_answer = wf_pool_pack(&worker->pool, &record.base);
    work->commit->act_ttl_s = WF_ACT_TTL_S;
}

/* ---- verdicts ---- */

enum { HOLD_MS = 60 * 1000 };

/* A deadline that nothing came of: it must not come back in every turn. */
void wf_step_hold_tick(struct wf_worker *worker, struct wf_work *work)
{
    wf_timers_hold(&worker->timers, work->self.kind, work->self.id, work->happened,
                   worker->monotonic + HOLD_MS);
}

static void set_timer(struct wf_work *work, struct wf_commit *commit, wf_time due)
{
    struct wf_entity *entity = work->entity;
    static const wf_time latest = (wf_time)1 << 53;
    due = due < 0 ? 0 : due > latest ? WF_NEVER : due;
    bool is_new = entity->stamp == 0 && !entity->has_due && work->source != WF_WORK_TICK;
    if ((entity->has_due && entity->due == due) || (is_new && due == WF_NEVER)) {
        entity->has_due = true;
        entity->due = due;
        return;
    }
    commit->timer = due == WF_NEVER ? WF_TIMER_CLEAR : WF_TIMER_SET;
    commit->due = due == WF_NEVER ? 0 : due;
    entity->has_due = true;
    entity->due = due;
}

static void ignored(struct wf_worker *worker, struct wf_work *work)
{
    work->intent = WF_END_IGNORED;
    work->reason = "ignored";
    if (work->source == WF_WORK_TICK)
        wf_step_hold_tick(worker, work);
    bool is_written = (work->source == WF_WORK_LANE && !work->is_from_parked) ||
                      (work->source == WF_WORK_ACT && work->key[0]) || work->is_from_parked;
    if (!is_written) {
        work->end = WF_END_IGNORED;
        work->receipt = wf_step_receipt(worker, work->entity);
        return;
    }
    (void)wf_step_begin_commit(worker, work);
    wf_step_act_record(worker, work, WF_REPLY_OK);
}

static void write_plan(struct wf_worker *worker, struct wf_work *work, struct wf_commit *commit)
{
    const struct wf_plan *plan = work->plan;
    struct wf_outgoing *outgoing =
        wf_pool_take(&worker->pool, (plan->send_count + 1) * sizeof *outgoing);
    for (size_t i = 0; i < plan->send_count; i++)
        outgoing[i] = (struct wf_outgoing){.entry = plan->sends[i].entry,
                                           .envelope = plan->sends[i].envelope};
    commit->outgoing = outgoing;
    commit->outgoing_count = plan->send_count;
    commit->indexes = plan->indexes;
    commit->index_count = plan->index_count;
    work->answer = plan->answer;
}

static void need_incarnation(struct wf_worker *worker, struct wf_entity *entity)
{
    /* Milliseconds and ten random bits: a later life of the same id has another number, and both
     * fit a double. */
    uint16_t random = 0;
    if (entity->incarnation)
        return;
    worker->clock->entropy(worker->clock, &random, sizeof random);
    entity->incarnation = (uint64_t)worker->clock->wall(worker->clock) << 10 | (random & 1023u);
}

static int make_plan(struct wf_worker *worker, struct wf_work *work, struct wf_verdict verdict,
                     struct wf_error *error)
{
    struct wf_entity *entity = work->entity;
    need_incarnation(worker, entity);
    work->plan = wf_plan_begin(&worker->pool, work, entity, worker->business);
    bool is_applied = verdict.step == WF_APPLIED;
    return work->machine->plan(worker->service, worker->before, worker->event, verdict,
                               is_applied ? worker->after : NULL,
                               is_applied ? worker->effects : NULL, work->plan, error);
}

static void end_entity(struct wf_entity *entity, struct wf_commit *commit)
{
    commit->end = true;
    commit->timer = WF_TIMER_CLEAR;
    commit->puts = NULL;
    commit->drops = NULL;
    commit->put_count = commit->drop_count = 0;
    wf_entity_forget(entity);
    entity->is_loaded = entity->has_due = true;
    entity->due = WF_NEVER;
}

static int applied(struct wf_worker *worker, struct wf_work *work, struct wf_bytes kept,
                   const uint8_t entropy[32], struct wf_error *error)
{
    const struct wf_machine *machine = work->machine;
    const char *broken = "";
    if (!machine->holds(worker->after, &broken))
        return wf_fail(error, WF_BROKEN, "invariant does not hold: %s", broken);
    if (make_plan(worker, work, wf_applied(), error))
        return -1;
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    write_line(worker, work, commit, ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED, "", kept,
               entropy);
    wf_fields_clear(&worker->scratch);
    machine->write(worker->after, &worker->scratch);
    wf_fields_sort(&worker->scratch);
    set_timer(work, commit,
              machine->next_deadline(worker->domain->policy(worker->service), worker->after));
    work->due_after = work->entity->due;
    put_fields(worker, work->entity, commit, &worker->scratch);
    write_plan(worker, work, commit);
    work->intent = WF_END_APPLIED;
    work->entity->stamp = commit->version_after;
    wf_step_act_record(worker, work, WF_REPLY_OK);
    if (work->plan->is_ending)
        end_entity(work->entity, commit);
    return 0;
}

static int refused(struct wf_worker *worker, struct wf_work *work, struct wf_verdict verdict,
                   struct wf_bytes kept, const uint8_t entropy[32], struct wf_error *error)
{
    const struct wf_machine *machine = work->machine;
    WF_ASSERT(verdict.reason < machine->reason_count);
    work->reason = machine->reasons[verdict.reason].code;
    work->text = machine->reasons[verdict.reason].text;
    if (make_plan(worker, work, verdict, error))
        return -1;
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    write_line(worker, work, commit, ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_REFUSED, work->reason,
               kept, entropy);
    put_fields(worker, work->entity, commit, NULL);
    write_plan(worker, work, commit);
    if (work->source == WF_WORK_TICK)
        wf_step_hold_tick(worker, work);
    work->intent = WF_END_REFUSED;
    work->entity->stamp = commit->version_after;
    wf_step_act_record(worker, work, WF_REPLY_REFUSED);
    return 0;
}

static int decide(struct wf_worker *worker, struct wf_work *work, struct wf_bytes kept,
                  const uint8_t entropy[32], struct wf_error *error)
{
    const struct wf_machine *machine = work->machine;
    memset(worker->after, 0, machine->state_size);
    memset(worker->effects, 0, machine->effects_size);
    struct wf_verdict verdict =
        machine->step(worker->domain->policy(worker->service), worker->before, worker->event,
                      worker->business, worker->after, worker->effects);
    switch (verdict.step) {
    case WF_APPLIED:
        return applied(worker, work, kept, entropy, error);
    case WF_REFUSED:
        return refused(worker, work, verdict, kept, entropy, error);
    case WF_IGNORED:
        ignored(worker, work);
        return 0;
    case WF_LATER:
        break;
    }
    if (work->source == WF_WORK_TICK)
        wf_step_hold_tick(worker, work);
    wf_count(&worker->metrics, WF_METRIC_LATER);
    wf_step_busy(worker, work, verdict.later_ms ? verdict.later_ms : WF_BUSY_MS);
    return 0;
}

/* A timer that no longer says what the state says: put right, nothing stepped. */
static bool is_not_due(struct wf_worker *worker, struct wf_work *work)
{
    wf_time due =
        work->entity->stamp == 0
            ? WF_NEVER
            : work->machine->next_deadline(worker->domain->policy(worker->service), worker->before);
    if (due <= worker->business)
        return false;
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    work->entity->has_due = true;
    work->entity->due = work->happened;
    set_timer(work, commit, due);
    work->intent = WF_END_IGNORED;
    return true;
}

/* `kept` is empty of data where the payload could not be kept. */
static void failed(struct wf_worker *worker, struct wf_work *work, const struct wf_bytes *kept,
                   const char *path, const struct wf_error *error)
{
    bool is_planned = work->plan != NULL;
    bool is_transient =
        error->code == WF_AGAIN || error->code == WF_UNKNOWN || error->code == WF_LIMIT;
    bool is_answered = work->source == WF_WORK_ACT && !work->is_from_parked;
    work->plan = NULL;
    if (is_transient && work->source == WF_WORK_TICK)
        wf_step_hold_tick(worker, work);
    if (is_transient)
        wf_step_busy(worker, work, WF_BUSY_MS);
    else if (is_answered && error->code == WF_INVALID)
        wf_step_end(worker, work, WF_END_INVALID, path, error->text);
    else if (is_answered && error->code == WF_NOT_FOUND)
        wf_step_end(worker, work, WF_END_NOT_FOUND, "not-found", error->text);
    else if (is_answered && error->code == WF_DENIED)
        wf_step_end(worker, work, WF_END_DENIED, "denied", error->text);
    else
        wf_parking_park(worker, work, kept, error->text);
    if (is_planned)
        wf_entity_forget(work->entity); /* the plan has counted its lanes on */
}

/* A keyless act of our own whose commit had no answer: only we write here, so a version as high as
 * it would have brought says that it did. */
static bool was_done_before(const struct wf_work *work)
{
    return work->slot && !work->key[0] && work->slot->tried_version &&
           wf_stamp_version(work->entity->stamp) >= wf_stamp_version(work->slot->tried_version);
}

void wf_step_operator(struct wf_worker *worker, struct wf_work *work)
{
    wf_step_fingerprint(worker, work);
    work->reason = work->text = "";
    struct wf_commit *commit = wf_step_begin_commit(worker, work);
    need_incarnation(worker, work->entity);
    write_line(worker, work, commit, ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_OPERATOR, "",
               work->payload, NULL);
    put_fields(worker, work->entity, commit, NULL);
    work->entity->stamp = commit->version_after;
    work->intent = WF_END_APPLIED;
    wf_step_act_record(worker, work, WF_REPLY_OK);
    if (work->operator_act != WF_OPERATOR_DISCARDS)
        return;
    commit->dead_id = work->dead_id;
    commit->dead_drop = true;
    commit->unpark = !work->is_buried;
    commit->unmark = commit->unpark && work->is_last_parked;
    if (commit->unmark)
        work->entity->is_parked = false;
}

static void step(struct wf_worker *worker, struct wf_work *work)
{
    struct wf_error error = {0};
    struct wf_bytes kept = {0};
    char path[WF_PATH_MAX] = "";
    uint8_t *entropy = wf_pool_take(&worker->pool, 32);
    if (work->operator_act) {
        wf_step_operator(worker, work);
        return;
    }
    if (work->stray) {
        wf_parking_bury(worker, work, work->stray);
        return;
    }
    if (was_done_before(work)) {
        wf_step_end(worker, work, WF_END_APPLIED, "", "");
        return;
    }
    worker->clock->entropy(worker->clock, entropy, 32);
    if (wf_step_keep(worker, work, entropy, &kept, path, &error)) {
        failed(worker, work, NULL, path, &error);
        return;
    }
    if (work->handler && work->handler->seal)
        work->kept = kept;
    if (work->entity->is_parked && !work->is_from_parked) {
        wf_parking_queue(worker, work, &kept);
        return;
    }
    if (work->park_cause) {
        wf_parking_park(worker, work, &kept, work->park_cause);
        return;
    }
    if (wf_step_read(worker, work->machine, work->entity, &error)) {
        error.code = WF_BROKEN;
        failed(worker, work, &kept, path, &error);
        return;
    }
    if (work->source == WF_WORK_TICK && is_not_due(worker, work))
        return;
    if (wf_step_decode(worker, work, kept, entropy, &error) ||
        decide(worker, work, kept, entropy, &error))
        failed(worker, work, &kept, path, &error);
}

void wf_step_one(struct wf_worker *worker, struct wf_work *work)
{
    work->plan = NULL;
    work->commit = NULL;
    work->kept = (struct wf_bytes){0};
    step(worker, work);
    /* Before the commit, so that no crash in between leaves what a refused event had laid down.
     * What is parked already is needed until it is out of the list. */
    if (!work->is_kept && !wf_settle_uses_kept(work))
        wf_settle_discard(worker, work);
}
