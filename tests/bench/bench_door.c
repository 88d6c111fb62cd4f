/* The portals' door of the benchmark: SPEC 5 with one portal, whose key is given. */
#include "bench_program.h"

#include "wf_arena.h"
#include "wf_bus.h"
#include "wf_cloudevent.h"
#include "wf_worker.h"

#include "endorse/v1/door.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA = 64 * 1024 };

/* Who waits for a receipt. */
struct waiting {
    struct wf_bus *bus;
    struct wf_peer peer;
    uint64_t request;
    char id[WF_ID_MAX + 1];
};

bool bench_door_allowed(void *context, const char *public_key)
{
    return strcmp(context, public_key) == 0;
}

static void answer(struct wf_bus *bus, const struct wf_peer *peer, Endorse__V1__DoorReply *reply)
{
    static struct wf_buffer frame;
    struct wf_error error;
    wf_buffer_clear(&frame);
    wf_pack(&reply->base, &frame);
    WF_ASSERT(!wf_bus_answer(bus, WF_FRAME_DOOR, peer, wf_buffer_bytes(&frame), &error));
}

static void give_receipt(void *context, const struct wf_outcome *outcome)
{
    struct waiting *waiting = context;
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    Endorse__V1__Receipt receipt = ENDORSE__V1__RECEIPT__INIT;
    receipt.id = waiting->id;
    receipt.status = outcome->reply == WF_REPLY_OK
                         ? ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED
                         : ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_INVALID;
    reply.request = waiting->request;
    reply.body_case = ENDORSE__V1__DOOR_REPLY__BODY_RECEIPT;
    reply.receipt = &receipt;
    answer(waiting->bus, &waiting->peer, &reply);
    free(waiting);
}

static void publish(struct wf_worker *worker, const struct wf_frame *frame,
                    const Endorse__V1__DoorRequest *request)
{
    const Endorse__V1__Publish *event = request->publish;
    struct wf_door_event found = {0};
    struct wf_error error;
    char path[WF_PATH_MAX];
    WF_ASSERT(!wf_door_event_from_protobuf(event->type, event->subject,
                                           (struct wf_bytes){event->data.data, event->data.len},
                                           &found, path, &error));
    struct waiting *waiting = calloc(1, sizeof *waiting);
    WF_ASSERT(waiting);
    waiting->bus = wf_worker_bus(worker);
    waiting->peer = frame->peer;
    waiting->request = request->request;
    strncpy(waiting->id, event->id, WF_ID_MAX);
    const struct wf_act act = {
        .message = (enum wf_message)found.message,
        .to = wf_address_make(WF_INTAKE, found.kind, found.id),
        .actor = "portal/bench",
        .key = event->id,
        .message_id = event->id,
        .happened = event->time_ms,
        .payload = wf_buffer_bytes(&found.payload),
        .done = give_receipt,
        .context = waiting,
    };
    WF_ASSERT(wf_worker_submit(worker, &act));
    wf_door_event_fini(&found);
}

void bench_door_frame(void *service, struct wf_worker *worker, const void *frame)
{
    static struct wf_arena arena;
    const struct wf_frame *one = frame;
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    Endorse__V1__DoorWelcome welcome = ENDORSE__V1__DOOR_WELCOME__INIT;
    (void)service;
    if (!arena.memory)
        wf_arena_init(&arena, ARENA);
    wf_arena_clear(&arena);
    const Endorse__V1__DoorRequest *request =
        (const void *)wf_unpack(&endorse__v1__door_request__descriptor, one->bytes, &arena);
    WF_ASSERT(request);
    if (request->body_case == ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH) {
        publish(worker, one, request);
        return;
    }
    welcome.credit = BENCH_IN_FLIGHT;
    reply.request = request->request;
    reply.body_case = ENDORSE__V1__DOOR_REPLY__BODY_WELCOME;
    reply.welcome = &welcome;
    answer(wf_worker_bus(worker), &one->peer, &reply);
}
