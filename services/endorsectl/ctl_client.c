/* Asks the owners over the bus, one question at a time. */
#include "ctl_installation.h"

#include "wf_arena.h"
#include "wf_prelude.h"
#include "wf_time.h"
#include "zmq_bus.h"

#include "endorse/v1/envelope.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_MS = 5000, ARENA_BYTES = 4 * 1024 * 1024 };

struct ctl_client {
    struct wf_bus *bus;
    struct wf_arena arena;
    struct wf_buffer frame;
    uint64_t request;
};

static int open_client(struct ctl *ctl, struct wf_error *error)
{
    if (ctl->client)
        return 0;
    if (ctl_installation_read(ctl, error) < 0)
        return -1;
    struct ctl_client *client = calloc(1, sizeof *client);
    WF_ASSERT(client);
    wf_arena_init(&client->arena, ARENA_BYTES);
    ctl->client = client;
    return zmq_bus_open_client(&client->bus, ctl_installation_text(ctl, "run_dir"), error);
}

void ctl_client_close(struct ctl_client **result)
{
    struct ctl_client *client = *result;
    if (!client)
        return;
    *result = NULL;
    wf_bus_destroy(&client->bus);
    wf_arena_fini(&client->arena);
    wf_buffer_fini(&client->frame);
    free(client);
}

static wf_time monotonic(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* NULL unless the frame is the reply to our latest request. */
static const Endorse__V1__Reply *read_reply(struct ctl_client *client, struct wf_bytes frame)
{
    struct wf_bytes body;
    if (wf_prelude_read(frame, &body) != WF_KIND_REPLY)
        return NULL;
    wf_arena_clear(&client->arena);
    const Endorse__V1__Reply *reply = (const Endorse__V1__Reply *)wf_unpack(
        &endorse__v1__reply__descriptor, body, &client->arena);
    return reply && reply->request == client->request ? reply : NULL;
}

static void fill_answer(const Endorse__V1__Reply *reply, struct ctl_answer *answer)
{
    *answer = (struct ctl_answer){
        .ok = reply->status == ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_OK ||
              reply->status == ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_DUPLICATE};
    (void)snprintf(answer->reason, sizeof answer->reason, "%s", reply->reason);
    (void)snprintf(answer->text, sizeof answer->text, "%s", reply->text);
    answer->payload = (struct wf_bytes){.data = reply->payload.data, .length = reply->payload.len};
}

static int await_reply(struct ctl_client *client, const char *whom, struct ctl_answer *answer,
                       struct wf_error *error)
{
    wf_time until = monotonic() + PATIENCE_MS;
    for (wf_time left = PATIENCE_MS; left > 0; left = until - monotonic()) {
        struct wf_frame frame;
        while (wf_bus_receive(client->bus, &frame)) {
            const Endorse__V1__Reply *reply = read_reply(client, frame.bytes);
            if (reply) {
                fill_answer(reply, answer);
                return 0;
            }
        }
        if (wf_bus_wait(client->bus, left, error) < 0)
            return -1;
    }
    return wf_fail(error, WF_AGAIN, "%s does not answer; see endorsectl workers and its log", whom);
}

int ctl_ask_instance(struct ctl *ctl, enum wf_message message, enum wf_service service,
                     unsigned instance, unsigned partition, const char *key,
                     const ProtobufCMessage *payload, struct ctl_answer *answer,
                     struct wf_error *error)
{
    char to[WF_SERVICE_MAX + 1];
    (void)snprintf(to, sizeof to, "%s", wf_service_name(service));
    if (open_client(ctl, error) < 0)
        return -1;
    struct ctl_client *client = ctl->client;
    struct wf_buffer packed = {0};
    Endorse__V1__Request request = ENDORSE__V1__REQUEST__INIT;
    wf_pack(payload, &packed);
    request.request = ++client->request;
    request.type = (char *)(uintptr_t)wf_message_row(message)->type;
    request.from = (char *)(uintptr_t) "endorsectl";
    request.actor = (char *)(uintptr_t)ctl->actor;
    request.to = ctl->to ? (char *)(uintptr_t)ctl->to : to;
    request.key = (char *)(uintptr_t)(key ? key : "");
    request.partition = partition;
    request.payload = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    wf_buffer_clear(&client->frame);
    wf_prelude_append(&client->frame, WF_KIND_REQUEST);
    wf_pack(&request.base, &client->frame);
    wf_buffer_fini(&packed);
    char whom[48];
    (void)snprintf(whom, sizeof whom, "endorse-%s, instance %u,", to, instance);
    if (wf_bus_send(client->bus, service, instance, wf_buffer_bytes(&client->frame), error) < 0)
        return -1;
    return await_reply(client, whom, answer, error);
}

int ctl_ask(struct ctl *ctl, enum wf_message message, const char *to, unsigned partition,
            const char *key, const ProtobufCMessage *payload, struct ctl_answer *answer,
            struct wf_error *error)
{
    struct wf_address address = {.service = WF_INTAKE};
    bool aggregate = wf_address_parse(to, &address);
    WF_ASSERT(aggregate || wf_service_find(to, &address.service));
    if (open_client(ctl, error) < 0)
        return -1;
    unsigned instances = ctl_instances(ctl, address.service);
    unsigned home = aggregate ? wf_partition(address.id) : partition;
    ctl->to = to;
    int result = ctl_ask_instance(ctl, message, address.service, instances ? home % instances : 0,
                                  home, key, payload, answer, error);
    ctl->to = NULL;
    return result;
}
