#include "toy_machines.h"
#include "wf_arena.h"
#include "wf_worker.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <string.h>

static int decode_fee(void *service, const ProtobufCMessage *payload, void *event_out,
                      struct wf_error *error)
{
    struct toy_event *event = event_out;
    (void)service;
    (void)error;
    event->amount = ((const Endorse__V1__FeePaid *)payload)->amount_minor;
    return 0;
}

static int decode_request(void *service, const ProtobufCMessage *payload, void *event_out,
                          struct wf_error *error)
{
    (void)service;
    (void)error;
    ((struct toy_event *)event_out)->number =
        ((const Endorse__V1__RatingRequested *)payload)->request;
    return 0;
}

static int decode_report(void *service, const ProtobufCMessage *payload, void *event_out,
                         struct wf_error *error)
{
    (void)service;
    (void)error;
    ((struct toy_event *)event_out)->number =
        ((const Endorse__V1__RatingReported *)payload)->request;
    return 0;
}

static int decode_nothing(void *service, const ProtobufCMessage *payload, void *event,
                          struct wf_error *error)
{
    (void)service;
    (void)payload;
    (void)event;
    (void)error;
    return 0;
}

static const void *policy(void *service)
{
    return service;
}

/* The job is done at once; its result is an act without a key. */
static void perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                    const void *job, size_t size)
{
    (void)service;
    (void)job;
    (void)size;
    struct wf_act act = {.message = WF_MESSAGE_MAIL_ATTEMPTED,
                         .to = *aggregate,
                         .actor = "",
                         .key = "",
                         .message_id = "attempt"};
    bool is_taken = wf_worker_submit(worker, &act);
    WF_ASSERT(is_taken);
}

static const struct wf_handler intake_handlers[] = {
    {.message = WF_MESSAGE_FEE_PAID, .machine = &toy_application, .decode = decode_fee},
    {.message = WF_MESSAGE_RATING_REPORTED, .machine = &toy_application, .decode = decode_report},
    {.message = WF_MESSAGE_OUTCOME_RECORDED, .machine = &toy_portal, .decode = decode_nothing},
};
static const struct wf_handler reference_handlers[] = {
    {.message = WF_MESSAGE_RATING_REQUESTED, .machine = &toy_ratings, .decode = decode_request},
};
static const struct wf_handler courier_handlers[] = {
    {.message = WF_MESSAGE_MAIL_REQUESTED, .machine = &toy_effect, .decode = decode_nothing},
    {.message = WF_MESSAGE_MAIL_ATTEMPTED, .machine = &toy_effect, .decode = decode_nothing},
};

static int answer_list(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    (void)service;
    (void)worker;
    (void)payload;
    (void)id;
    (void)state;
    (void)error;
    Endorse__V1__PortalPage page = ENDORSE__V1__PORTAL_PAGE__INIT;
    wf_pack(&page.base, reply);
    return 0;
}
static const struct wf_question intake_questions[] = {
    {.message = WF_MESSAGE_PORTAL_LIST, .answer = answer_list},
};

const struct wf_domain toy_intake = {.service = WF_INTAKE,
                                     .program = "endorse-intake",
                                     .summary = "toy",
                                     .handlers = intake_handlers,
                                     .handler_count = 3,
                                     .questions = intake_questions,
                                     .question_count = 1,
                                     .policy = policy,
                                     .perform = perform};
const struct wf_domain toy_reference = {.service = WF_REFERENCE,
                                        .program = "endorse-reference",
                                        .summary = "toy",
                                        .handlers = reference_handlers,
                                        .handler_count = 1,
                                        .policy = policy,
                                        .perform = perform};
const struct wf_domain toy_courier = {.service = WF_COURIER,
                                      .program = "endorse-courier",
                                      .summary = "toy",
                                      .handlers = courier_handlers,
                                      .handler_count = 2,
                                      .policy = policy,
                                      .perform = perform};

static const struct wf_domain *const domains[] = {&toy_intake, &toy_reference, &toy_courier};

const struct wf_handler *toy_handler(const char *type)
{
    for (size_t d = 0; d < 3; d++) {
        for (size_t i = 0; i < domains[d]->handler_count; i++) {
            const struct wf_handler *handler = &domains[d]->handlers[i];
            if (strcmp(wf_message_row(handler->message)->type, type) == 0)
                return handler;
        }
    }
    return NULL;
}

const struct wf_machine *toy_machine(const char *kind)
{
    for (size_t d = 0; d < 3; d++) {
        for (size_t i = 0; i < domains[d]->handler_count; i++) {
            if (strcmp(domains[d]->handlers[i].machine->kind, kind) == 0)
                return domains[d]->handlers[i].machine;
        }
    }
    return NULL;
}
