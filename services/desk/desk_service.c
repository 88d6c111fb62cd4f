/* What the shell holds, and the tables of the two machines. */
#include "desk_service.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 512 * 1024 };

int desk_service_reload(struct desk_service *service, const char *forms_folder,
                        struct wf_error *error)
{
    return wf_exam_forms_read(forms_folder, service->book, error);
}

int desk_service_init(struct desk_service *service, const char *forms_folder,
                      struct wf_error *error)
{
    service->book = calloc(1, sizeof *service->book);
    WF_ASSERT(service->book);
    service->policy.book = service->book;
    wf_arena_init(&service->arena, ARENA_SIZE);
    return desk_service_reload(service, forms_folder, error);
}

void desk_service_fini(struct desk_service *service)
{
    free(service->book);
    wf_arena_fini(&service->arena);
    explicit_bzero(service, sizeof *service);
}

void desk_perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                  const void *job, size_t size)
{
    uint32_t below = 0;
    (void)worker;
    WF_ASSERT(size == sizeof below);
    memcpy(&below, job, sizeof below);
    seat_forget_texts(service, aggregate->id, below);
}

static const struct wf_reason seat_reasons[] = {
#define WF_X(symbol, code, text) {code, text},
    SEAT_REASONS(WF_X)
#undef WF_X
};
static const struct wf_reason reader_reasons[] = {
#define WF_X(symbol, code, text) {code, text},
    READER_REASONS(WF_X)
#undef WF_X
};

const struct wf_machine seat_machine = {
    .kind = "seat",
    .state_size = sizeof(struct seat_state),
    .event_size = sizeof(struct seat_event),
    .effects_size = sizeof(struct seat_effects),
    .discreet = true, /* who has two codes could compare them */
    .step = seat_step,
    .next_deadline = seat_next_deadline,
    .holds = seat_holds,
    .reasons = seat_reasons,
    .reason_count = sizeof seat_reasons / sizeof seat_reasons[0],
    .read = seat_read,
    .write = seat_write,
    .plan = seat_plan,
    .describe = seat_describe,
    .waiting = seat_waiting,
    .show = seat_show,
};
const struct wf_machine reader_machine = {
    .kind = "reader",
    .state_size = sizeof(struct reader_state),
    .event_size = sizeof(struct reader_event),
    .effects_size = sizeof(struct reader_effects),
    .discreet = true, /* its lines change as seats do */
    .step = reader_step,
    .next_deadline = reader_next_deadline,
    .holds = reader_holds,
    .reasons = reader_reasons,
    .reason_count = sizeof reader_reasons / sizeof reader_reasons[0],
    .read = reader_read,
    .write = reader_write,
    .plan = reader_plan,
    .describe = reader_describe,
    .waiting = reader_waiting,
    .show = reader_show,
};

const struct wf_handler desk_handlers[] = {
    {WF_MESSAGE_SEAT_OFFERED, &seat_machine, seat_seal, seat_decode, NULL},
    {WF_MESSAGE_SEAT_TEXT_REPLACED, &seat_machine, seat_seal, seat_decode, NULL},
    {WF_MESSAGE_SEAT_PAUSED, &seat_machine, NULL, seat_decode, NULL},
    {WF_MESSAGE_SEAT_CLOSED, &seat_machine, NULL, seat_decode, NULL},
    {WF_MESSAGE_SEAT_CORRECTION_ALLOWED, &seat_machine, NULL, seat_decode, NULL},
    {WF_MESSAGE_SEAT_ACTED, &seat_machine, seat_seal, seat_decode, NULL},
    {WF_MESSAGE_SEAT_LISTED, &reader_machine, NULL, reader_decode, NULL},
    {WF_MESSAGE_READER_SIGNED_IN, &reader_machine, NULL, reader_decode, NULL},
    {WF_MESSAGE_READER_SIGNED_OUT, &reader_machine, NULL, reader_decode, NULL},
    {WF_MESSAGE_READER_LINK_ASKED, &reader_machine, NULL, reader_decode, NULL},
};
const size_t desk_handler_count = sizeof desk_handlers / sizeof desk_handlers[0];
