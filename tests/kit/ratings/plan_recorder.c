#include "plan_recorder.h"

#include "wf_arena.h"

#include <stdio.h>
#include <string.h>

void plan_recorder_begin(struct wf_plan *plan, wf_time now, uint64_t version)
{
    memset(plan, 0, sizeof *plan);
    plan->now = now;
    plan->version = version;
}

void plan_recorder_end(struct wf_plan *plan)
{
    wf_buffer_fini(&plan->judgement);
    for (size_t i = 0; i < plan->send_count; i++)
        wf_buffer_fini(&plan->sends[i].payload);
    for (size_t i = 0; i < plan->index_count; i++)
        for (size_t j = 0; j < 3; j++)
            wf_buffer_fini(&plan->memory[i][j]);
    memset(plan, 0, sizeof *plan);
}

void wf_plan_send(struct wf_plan *plan, enum wf_message message, const char *id,
                  const ProtobufCMessage *payload)
{
    WF_ASSERT(plan->send_count < PLAN_SENDS_MAX && wf_id_is_valid(id));
    WF_ASSERT(payload->descriptor == wf_message_row(message)->descriptor);
    struct plan_send *send = &plan->sends[plan->send_count++];
    send->message = message;
    memcpy(send->id, id, strlen(id) + 1);
    wf_pack(payload, &send->payload);
}

void wf_plan_effect_id(const struct wf_plan *plan, unsigned ordinal, char id[static 33])
{
    (void)snprintf(id, 33, "%016llx%016x", (unsigned long long)plan->version, ordinal);
}

static struct wf_bytes keep(struct wf_buffer *memory, struct wf_bytes bytes)
{
    wf_buffer_append(memory, bytes.data, bytes.length);
    return wf_buffer_bytes(memory);
}

void wf_plan_index(struct wf_plan *plan, const struct wf_index *index)
{
    WF_ASSERT(plan->index_count < PLAN_INDEXES_MAX);
    size_t at = plan->index_count++;
    plan->indexes[at] = *index;
    plan->indexes[at].name = keep(&plan->memory[at][0], index->name);
    plan->indexes[at].member = keep(&plan->memory[at][1], index->member);
    plan->indexes[at].value = keep(&plan->memory[at][2], index->value);
}

void wf_plan_edition(struct wf_plan *plan, const char *edition)
{
    (void)snprintf(plan->edition, sizeof plan->edition, "%s", edition);
}

void wf_plan_judgement(struct wf_plan *plan, const ProtobufCMessage *judgement)
{
    wf_buffer_clear(&plan->judgement);
    wf_pack(judgement, &plan->judgement);
}

wf_time wf_plan_now(const struct wf_plan *plan)
{
    return plan->now;
}
