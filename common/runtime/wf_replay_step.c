#include "wf_replay.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t no_entropy[32];

/* A line as the work that it was. */
static bool restore(struct wf_worker *worker, const struct wf_address *self,
                    const Endorse__V1__JournalLine *line, struct wf_work *work)
{
    bool is_tick = strcmp(line->type, wf_message_row(WF_MESSAGE_TICK)->type) == 0;
    *work = (struct wf_work){.source = is_tick         ? WF_WORK_TICK
                                       : line->from[0] ? WF_WORK_LANE
                                                       : WF_WORK_ACT,
                             .self = *self,
                             .type = line->type,
                             .message_id = line->message_id,
                             .actor = line->actor,
                             .key = line->key,
                             .from_text = line->from,
                             .causation = line->causation_id,
                             .correlation = line->correlation_id,
                             .traceparent = "",
                             .happened = line->happened_ms,
                             .is_kept = true};
    if (line->from[0] && !wf_address_parse(line->from, &work->from))
        return false;
    if (is_tick)
        work->machine = wf_dispatch_machine(worker, self->kind);
    else
        wf_dispatch_route(worker, work);
    return work->machine != NULL;
}

static int read_state(struct wf_worker *worker, const struct wf_machine *machine,
                      const struct wf_replayed *state, struct wf_error *error)
{
    memset(worker->before, 0, machine->state_size);
    return state->fields.count ? machine->read(&state->fields, worker->before, error) : 0;
}

static void write_state(struct wf_worker *worker, const struct wf_machine *machine, bool is_end,
                        struct wf_replayed *state)
{
    wf_fields_clear(&state->fields);
    if (is_end)
        return;
    machine->write(worker->after, &state->fields);
    wf_fields_sort(&state->fields);
}

/* The plan says which edition decided, and why; what it would send is dropped. */
static int make_plan(struct wf_worker *worker, struct wf_work *work, struct wf_verdict verdict,
                     wf_time now, const struct wf_replayed *state, struct wf_replay_result *result,
                     struct wf_error *error)
{
    struct wf_entity entity = {.incarnation = 1, .stamp = state->version << 20, .is_loaded = true};
    bool is_applied = verdict.step == WF_APPLIED;
    struct wf_plan *plan = wf_plan_begin(&worker->pool, work, &entity, now);
    work->entity = &entity;
    int status = work->machine->plan(worker->service, worker->before, worker->event, verdict,
                                     is_applied ? worker->after : NULL,
                                     is_applied ? worker->effects : NULL, plan, error);
    result->edition = plan->edition ? plan->edition : "";
    result->judgement = plan->judgement;
    result->is_end = plan->is_ending;
    work->entity = NULL;
    free(entity.lanes);
    return status;
}

static int decide(struct wf_worker *worker, struct wf_work *work, wf_time now,
                  struct wf_replayed *state, struct wf_replay_result *result,
                  struct wf_error *error)
{
    const struct wf_machine *machine = work->machine;
    const char *broken = "";
    memset(worker->after, 0, machine->state_size);
    memset(worker->effects, 0, machine->effects_size);
    struct wf_verdict verdict =
        machine->step(worker->domain->policy(worker->service), worker->before, worker->event, now,
                      worker->after, worker->effects);
    result->step = verdict.step;
    if (verdict.step == WF_REFUSED)
        result->reason = machine->reasons[verdict.reason].code;
    if (verdict.step != WF_APPLIED && verdict.step != WF_REFUSED)
        return 0;
    if (verdict.step == WF_APPLIED && !machine->holds(worker->after, &broken))
        return wf_fail(error, WF_BROKEN, "invariant does not hold: %s", broken);
    if (make_plan(worker, work, verdict, now, state, result, error))
        return -1;
    if (verdict.step == WF_APPLIED)
        write_state(worker, machine, result->is_end, state);
    return 0;
}

static void settle(struct wf_worker *worker, int status, const struct wf_error *error,
                   struct wf_replay_result *result)
{
    if (status)
        result->problem = wf_pool_text(&worker->pool, error->text);
}

void wf_replay_line(struct wf_worker *worker, const struct wf_address *self,
                    const Endorse__V1__JournalLine *line, struct wf_replayed *state,
                    struct wf_replay_result *result)
{
    struct wf_error error = {0};
    struct wf_work work;
    *result = (struct wf_replay_result){.reason = "", .edition = "", .is_due = true};
    if (line->entropy.len != sizeof no_entropy || !restore(worker, self, line, &work)) {
        result->problem = "nobody here decides lines of its type any more";
        return;
    }
    int status = read_state(worker, work.machine, state, &error);
    if (!status)
        status = wf_step_decode(
            worker, &work,
            (struct wf_bytes){.data = line->payload.data, .length = line->payload.len},
            line->entropy.data, &error);
    if (!status)
        status = decide(worker, &work, line->time_ms, state, result, &error);
    settle(worker, status, &error, result);
    state->version = line->version;
}

void wf_replay_tick(struct wf_worker *worker, const struct wf_address *self, wf_time due,
                    struct wf_replayed *state, struct wf_replay_result *result)
{
    Endorse__V1__JournalLine line = ENDORSE__V1__JOURNAL_LINE__INIT;
    line.type = (char *)wf_message_row(WF_MESSAGE_TICK)->type;
    line.time_ms = line.happened_ms = due;
    line.version = state->version;
    line.entropy =
        (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)no_entropy, .len = sizeof no_entropy};
    wf_replay_line(worker, self, &line, state, result);
}

wf_time wf_replay_deadline(struct wf_worker *worker, const struct wf_machine *machine,
                           const struct wf_replayed *state)
{
    struct wf_error error = {0};
    if (!state->fields.count || read_state(worker, machine, state, &error))
        return WF_NEVER;
    return machine->next_deadline(worker->domain->policy(worker->service), worker->before);
}

const char *wf_replay_show(struct wf_worker *worker, const struct wf_machine *machine,
                           const struct wf_replayed *state)
{
    struct wf_error error = {0};
    if (!machine->show || !state->fields.count || read_state(worker, machine, state, &error))
        return "";
    wf_buffer_clear(&worker->kept);
    machine->show(worker->before, &worker->kept);
    wf_buffer_append(&worker->kept, "", 1);
    return wf_pool_text(&worker->pool, (const char *)worker->kept.data);
}
