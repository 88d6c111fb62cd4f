#include "wf_plan.h"

#include "wf_seal.h"

#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/journal.pb-c.h"

#include <stdio.h>
#include <string.h>

/* A sender cannot see the receiver's machines; who adds a one-shot machine adds its row here, and the
 * owner's start compares (wf_dispatch_open). */
static const struct {
    enum wf_service service;
    const char *kind;
} one_shots[] = {{WF_COURIER, "effect"}};

bool wf_plan_is_one_shot(enum wf_service service, const char *kind)
{
    for (size_t i = 0; i < sizeof one_shots / sizeof one_shots[0]; i++) {
        if (one_shots[i].service == service && strcmp(one_shots[i].kind, kind) == 0)
            return true;
    }
    return false;
}

static uint8_t *put_big_endian(uint8_t *at, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(number >> shift);
    return at;
}

/* exam SPEC 5.1: what crosses the border of the blind exam, either way, brings no trace along. */
static bool crosses_blind_border(enum wf_service from, enum wf_service to)
{
    static const bool is_blind[WF_SERVICE_COUNT] = {[WF_EXAM] = true, [WF_DESK] = true};
    return from != to && (is_blind[from] || is_blind[to]);
}

struct wf_entry wf_plan_entry(const char *from, const char *to, uint64_t incarnation,
                              uint64_t sequence)
{
    uint8_t text[2 * (WF_ADDRESS_MAX + 1) + 16];
    uint8_t digest[32];
    struct wf_entry entry;
    size_t from_size = strlen(from) + 1;
    size_t to_size = strlen(to) + 1;
    WF_ASSERT(from_size + to_size + 16 <= sizeof text);
    memcpy(text, from, from_size);
    memcpy(text + from_size, to, to_size);
    uint8_t *end = put_big_endian(text + from_size + to_size, incarnation);
    end = put_big_endian(end, sequence);
    wf_sha256((struct wf_bytes){.data = text, .length = (size_t)(end - text)}, digest);
    memcpy(entry.bytes, digest, sizeof entry.bytes);
    return entry;
}

void wf_plan_entry_text(struct wf_entry entry, char text[static WF_ENTRY_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof entry.bytes; i++) {
        text[2 * i] = digits[entry.bytes[i] >> 4];
        text[2 * i + 1] = digits[entry.bytes[i] & 15];
    }
    text[WF_ENTRY_TEXT - 1] = '\0';
}

struct wf_plan *wf_plan_begin(struct wf_pool *pool, const struct wf_work *work,
                              struct wf_entity *entity, wf_time now)
{
    char self[WF_ADDRESS_MAX + 1];
    struct wf_plan *plan = wf_pool_take(pool, sizeof *plan);
    wf_address_format(&work->self, self);
    *plan = (struct wf_plan){.pool = pool,
                             .work = work,
                             .entity = entity,
                             .from_text = wf_pool_text(pool, self),
                             .now = now,
                             .version = wf_stamp_version(entity->stamp) + 1,
                             .incarnation = entity->incarnation};
    plan->last_job = &plan->first_job;
    return plan;
}

/* Room for one more row of a growing array in the pool. */
static void *grow(struct wf_pool *pool, void *rows, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return rows;
    *capacity = *capacity ? *capacity * 2 : 4;
    void *grown = wf_pool_take(pool, *capacity * size);
    if (count)
        memcpy(grown, rows, count * size);
    return grown;
}

void wf_plan_send(struct wf_plan *plan, enum wf_message message, const char *id,
                  const ProtobufCMessage *payload)
{
    const struct wf_message_row *row = wf_message_row(message);
    WF_ASSERT(row->to < WF_ANY && row->kind[0] && payload->descriptor == row->descriptor);
    WF_ASSERT(wf_id_is_valid(id));
    plan->sends =
        grow(plan->pool, plan->sends, plan->send_count, &plan->send_capacity, sizeof *plan->sends);
    struct wf_plan_send *send = &plan->sends[plan->send_count++];
    send->to = wf_address_make(row->to, row->kind, id);
    wf_address_format(&send->to, send->to_text);
    send->sequence = 1;
    if (!wf_plan_is_one_shot(row->to, row->kind)) {
        struct wf_lane_out *lane = wf_entity_lane(plan->entity, send->to_text);
        lane->is_dirty = true;
        send->sequence = ++lane->sequence;
    }
    send->entry =
        wf_plan_entry(plan->from_text, send->to_text, plan->entity->incarnation, send->sequence);

    char message_id[WF_ENTRY_TEXT];
    wf_plan_entry_text(send->entry, message_id);
    struct wf_bytes packed = wf_pool_pack(plan->pool, payload);
    const struct wf_work *work = plan->work;
    Endorse__V1__Envelope envelope = ENDORSE__V1__ENVELOPE__INIT;
    envelope.message_id = message_id;
    envelope.type = (char *)row->type;
    envelope.from = (char *)plan->from_text;
    envelope.to = send->to_text;
    envelope.incarnation = plan->entity->incarnation;
    envelope.sequence = send->sequence;
    if (!crosses_blind_border(work->self.service, row->to)) {
        envelope.causation_id = (char *)work->message_id;
        envelope.correlation_id =
            (char *)(work->correlation[0] ? work->correlation : work->message_id);
        envelope.traceparent = (char *)work->traceparent;
    }
    envelope.time_ms = plan->now;
    envelope.payload = (ProtobufCBinaryData){.data = (uint8_t *)packed.data, .len = packed.length};
    send->envelope = wf_pool_pack(plan->pool, &envelope.base);
}

void wf_plan_effect_id(const struct wf_plan *plan, unsigned ordinal, char id[static 33])
{
    struct wf_entry entry =
        wf_plan_entry(plan->from_text, "effect",
                      plan->entity->incarnation ^ (uint64_t)ordinal << 52, plan->version);
    wf_plan_entry_text(entry, id);
}

void wf_plan_index(struct wf_plan *plan, const struct wf_index *index)
{
    plan->indexes = grow(plan->pool, plan->indexes, plan->index_count, &plan->index_capacity,
                         sizeof *plan->indexes);
    struct wf_index *copy = &plan->indexes[plan->index_count++];
    *copy = *index;
    copy->name = wf_pool_copy(plan->pool, index->name);
    copy->member = wf_pool_copy(plan->pool, index->member);
    copy->value = wf_pool_copy(plan->pool, index->value);
}

void wf_plan_perform(struct wf_plan *plan, const void *job, size_t size)
{
    struct wf_plan_job *added = wf_pool_take(plan->pool, sizeof *added);
    added->bytes = wf_pool_copy(plan->pool, (struct wf_bytes){.data = job, .length = size});
    *plan->last_job = added;
    plan->last_job = &added->next;
}

void wf_plan_answer(struct wf_plan *plan, const ProtobufCMessage *payload)
{
    plan->answer = wf_pool_pack(plan->pool, payload);
}

void wf_plan_edition(struct wf_plan *plan, const char *edition)
{
    plan->edition = wf_pool_text(plan->pool, edition);
}

void wf_plan_judgement(struct wf_plan *plan, const ProtobufCMessage *judgement)
{
    WF_ASSERT(judgement->descriptor == &endorse__v1__judgement__descriptor);
    plan->judgement = wf_pool_pack(plan->pool, judgement);
}

void wf_plan_end(struct wf_plan *plan)
{
    plan->is_ending = true;
}

struct wf_bytes wf_plan_aside(const struct wf_plan *plan)
{
    return plan->work->aside;
}

uint64_t wf_plan_version(const struct wf_plan *plan)
{
    return plan->version;
}

uint64_t wf_plan_lane_sequence(const struct wf_plan *plan, const struct wf_address *to)
{
    char text[WF_ADDRESS_MAX + 1];
    wf_address_format(to, text);
    for (size_t i = 0; i < plan->entity->lane_count; i++) {
        if (strcmp(plan->entity->lanes[i].to, text) == 0)
            return plan->entity->lanes[i].sequence;
    }
    return 0;
}

wf_time wf_plan_now(const struct wf_plan *plan)
{
    return plan->now;
}
