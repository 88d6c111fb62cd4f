/* What the shell holds, and the tables of the machine. */
#include "standing_service.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 32 * 1024 };

int standing_service_reload(struct standing_service *service, const char *policy_folder,
                            struct wf_error *error)
{
    return wf_policy_read(policy_folder, service->book, error);
}

int standing_service_init(struct standing_service *service, const char *policy_folder,
                          struct wf_error *error)
{
    service->book = calloc(1, sizeof *service->book);
    WF_ASSERT(service->book != NULL);
    service->policy.book = service->book;
    wf_arena_init(&service->arena, ARENA_SIZE);
    return standing_service_reload(service, policy_folder, error);
}

void standing_service_fini(struct standing_service *service)
{
    free(service->book);
    wf_arena_fini(&service->arena);
    memset(service, 0, sizeof *service);
}

static const struct wf_reason reasons[STANDING_REASON_COUNT] = {
#define STANDING_REASON(symbol, its_code, its_text)                                                \
    [STANDING_BECAUSE_##symbol] = {.code = its_code, .text = its_text},
#include "standing_reasons.def"
#undef STANDING_REASON
};

const struct wf_machine standing_machine = {
    .kind = "standing",
    .is_ruled = true,
    .state_size = sizeof(struct standing),
    .event_size = sizeof(struct standing_event),
    .effects_size = sizeof(struct standing_effects),
    .step = standing_step,
    .next_deadline = standing_next_deadline,
    .holds = standing_holds,
    .reasons = reasons,
    .reason_count = STANDING_REASON_COUNT,
    .read = standing_read,
    .write = standing_write,
    .plan = standing_plan,
    .describe = standing_describe,
    .waiting = standing_waiting,
    .show = standing_show,
    .judged = standing_judged,
};

const struct wf_handler standing_handlers[] = {
    {WF_MESSAGE_ENDORSEMENT_GRANTED, &standing_machine, NULL, standing_decode, NULL},
    {WF_MESSAGE_STANDING_FACT, &standing_machine, NULL, standing_decode, NULL},
    {WF_MESSAGE_PERSON_ERASED, &standing_machine, NULL, standing_decode, NULL},
};
const size_t standing_handler_count = sizeof standing_handlers / sizeof standing_handlers[0];
