#include "toy_asker.h"

#include "wf_arena.h"

#include <stdio.h>

static const void *policy(void *service)
{
    return service;
}

const struct wf_domain toy_asker = {
    .service = WF_ENDORSECTL, .program = "endorsectl", .summary = "toy", .policy = policy};

static void take(void *context, const struct wf_outcome *outcome)
{
    struct toy_answer *answer = context;
    answer->calls++;
    answer->reply = outcome->reply;
    (void)snprintf(answer->reason, sizeof answer->reason, "%s", outcome->reason);
    (void)snprintf(answer->text, sizeof answer->text, "%s", outcome->text);
    wf_buffer_clear(&answer->payload);
    wf_buffer_append(&answer->payload, outcome->payload.data, outcome->payload.length);
}

void toy_ask(struct toy_world *world, struct toy_program *asker, enum wf_message message,
             const char *to, const char *key, const ProtobufCMessage *payload,
             struct toy_answer *answer)
{
    struct wf_buffer packed = {0};
    wf_pack(payload, &packed);
    answer->calls = 0;
    wf_worker_ask(asker->worker, &(struct wf_ask){.message = message,
                                                  .to = to,
                                                  .actor = "operator/ann",
                                                  .key = key,
                                                  .traceparent = "",
                                                  .payload = wf_buffer_bytes(&packed),
                                                  .timeout = 5 * WF_SECOND,
                                                  .done = take,
                                                  .context = answer});
    wf_buffer_fini(&packed);
    for (unsigned i = 0; i < 10000 && !answer->calls; i++)
        toy_world_turn(world, 1);
}
