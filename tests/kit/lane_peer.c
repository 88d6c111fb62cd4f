#include "lane_peer.h"

#include "wf_arena.h"
#include "wf_bus.h"
#include "wf_prelude.h"
#include "zmq_bus.h"

#include "endorse/v1/envelope.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096, INCARNATION = 77 };

struct taken {
    enum wf_message message;
    char message_id[65];
    struct wf_buffer payload;
};

struct lane_peer {
    struct wf_bus *bus;
    enum wf_service service;
    struct wf_arena arena;
    uint64_t deliveries;
    int statuses[MOST];
    uint32_t retry_after_ms[MOST];
    struct taken taken[MOST];
    size_t taken_count;
};

struct lane_peer *lane_peer_open(const char *run_dir, enum wf_service service)
{
    struct zmq_bus_settings settings = {.run_dir = run_dir, .service = service};
    struct wf_error error = {0};
    struct lane_peer *peer = calloc(1, sizeof *peer);
    WF_ASSERT(peer);
    peer->service = service;
    wf_arena_init(&peer->arena, 256 * 1024);
    if (zmq_bus_open(&peer->bus, &settings, &error)) {
        (void)fprintf(stderr, "lane_peer: %s\n", error.text);
        abort();
    }
    return peer;
}

void lane_peer_close(struct lane_peer **peer_at)
{
    struct lane_peer *peer = *peer_at;
    if (!peer)
        return;
    *peer_at = NULL;
    wf_bus_destroy(&peer->bus);
    wf_arena_fini(&peer->arena);
    for (size_t i = 0; i < peer->taken_count; i++)
        wf_buffer_fini(&peer->taken[i].payload);
    free(peer);
}

static void name_message(const char *from, const char *to, uint64_t sequence, char name[static 65])
{
    (void)snprintf(name, 65, "%.20s.%.20s.%llu", from, to, (unsigned long long)sequence);
    for (char *at = name; *at; at++)
        *at = *at == '/' ? '.' : *at;
}

uint64_t lane_peer_send(struct lane_peer *peer, enum wf_message message,
                        const struct wf_address *from, const char *to, uint64_t sequence,
                        const ProtobufCMessage *payload)
{
    const struct wf_message_row *row = wf_message_row(message);
    struct wf_address owner = wf_address_make(row->to, row->kind, to);
    char from_text[WF_ADDRESS_MAX + 1], to_text[WF_ADDRESS_MAX + 1], name[65];
    struct wf_buffer packed = {0}, frame = {0};
    struct wf_error error = {0};
    wf_address_format(from, from_text);
    wf_address_format(&owner, to_text);
    name_message(from->id, to, sequence, name);
    wf_pack(payload, &packed);
    Endorse__V1__Envelope envelope = ENDORSE__V1__ENVELOPE__INIT;
    envelope.delivery = ++peer->deliveries;
    WF_ASSERT(envelope.delivery < MOST);
    envelope.message_id = name;
    envelope.type = (char *)row->type;
    envelope.from = from_text;
    envelope.to = to_text;
    envelope.incarnation = INCARNATION;
    envelope.sequence = sequence;
    envelope.payload.data = packed.data;
    envelope.payload.len = packed.length;
    wf_prelude_append(&frame, WF_KIND_ENVELOPE);
    wf_pack(&envelope.base, &frame);
    /* Until the connection stands, the bus takes nothing. */
    for (int waited = 0; wf_bus_send(peer->bus, row->to, 0, wf_buffer_bytes(&frame), &error);
         waited += 10) {
        WF_ASSERT(error.code == WF_LIMIT && waited < 5000);
        int result = wf_bus_wait(peer->bus, 10, &error);
        WF_ASSERT(result == 0);
    }
    wf_buffer_fini(&packed);
    wf_buffer_fini(&frame);
    return envelope.delivery;
}

static void note_status(struct lane_peer *peer, uint64_t delivery, int status, uint32_t retry)
{
    if (delivery < MOST) {
        peer->statuses[delivery] = status;
        peer->retry_after_ms[delivery] = retry;
    }
}

static void take_acks(struct lane_peer *peer, struct wf_bytes body)
{
    const Endorse__V1__AckBatch *batch = (const Endorse__V1__AckBatch *)wf_unpack(
        &endorse__v1__ack_batch__descriptor, body, &peer->arena);
    if (!batch)
        return;
    for (size_t i = 0; i < batch->n_applied; i++)
        note_status(peer, batch->applied[i], ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED, 0);
    for (size_t i = 0; i < batch->n_others; i++)
        note_status(peer, batch->others[i]->delivery, (int)batch->others[i]->status,
                    batch->others[i]->retry_after_ms);
}

static bool is_known(const struct lane_peer *peer, const char *message_id)
{
    for (size_t i = 0; i < peer->taken_count; i++) {
        if (strcmp(peer->taken[i].message_id, message_id) == 0)
            return true;
    }
    return false;
}

static void take_envelope(struct lane_peer *peer, const struct wf_frame *frame,
                          struct wf_bytes body)
{
    const Endorse__V1__Envelope *envelope = (const Endorse__V1__Envelope *)wf_unpack(
        &endorse__v1__envelope__descriptor, body, &peer->arena);
    struct wf_buffer answer = {0};
    struct wf_error error = {0};
    WF_ASSERT(envelope && peer->taken_count < MOST);
    if (!is_known(peer, envelope->message_id)) {
        struct taken *taken = &peer->taken[peer->taken_count++];
        taken->message = wf_message_find(envelope->type);
        (void)snprintf(taken->message_id, sizeof taken->message_id, "%s", envelope->message_id);
        wf_buffer_append(&taken->payload, envelope->payload.data, envelope->payload.len);
    }
    Endorse__V1__AckBatch batch = ENDORSE__V1__ACK_BATCH__INIT;
    uint64_t applied[] = {envelope->delivery};
    batch.n_applied = 1;
    batch.applied = applied;
    wf_prelude_append(&answer, WF_KIND_ACK);
    wf_pack(&batch.base, &answer);
    (void)!wf_bus_answer(peer->bus, WF_FRAME_LOCAL, &frame->peer, wf_buffer_bytes(&answer), &error);
    wf_buffer_fini(&answer);
}

void lane_peer_turn(struct lane_peer *peer)
{
    struct wf_frame frame;
    struct wf_error error = {0};
    WF_ASSERT(wf_bus_wait(peer->bus, 0, &error) == 0);
    while (wf_bus_receive(peer->bus, &frame)) {
        struct wf_bytes body;
        enum wf_frame_kind kind = wf_prelude_read(frame.bytes, &body);
        if (kind == WF_KIND_ACK)
            take_acks(peer, body);
        else if (kind == WF_KIND_ENVELOPE)
            take_envelope(peer, &frame, body);
        wf_arena_clear(&peer->arena);
    }
}

int lane_peer_status(const struct lane_peer *peer, uint64_t delivery, uint32_t *retry_after_ms)
{
    WF_ASSERT(delivery < MOST);
    if (retry_after_ms)
        *retry_after_ms = peer->retry_after_ms[delivery];
    return peer->statuses[delivery];
}

unsigned lane_peer_count(const struct lane_peer *peer, enum wf_message message)
{
    unsigned count = 0;
    for (size_t i = 0; i < peer->taken_count; i++)
        count += peer->taken[i].message == message;
    return count;
}

struct wf_bytes lane_peer_taken(const struct lane_peer *peer, enum wf_message message, unsigned n)
{
    for (size_t i = 0; i < peer->taken_count; i++) {
        if (peer->taken[i].message == message && n-- == 0)
            return wf_buffer_bytes(&peer->taken[i].payload);
    }
    return (struct wf_bytes){0};
}
