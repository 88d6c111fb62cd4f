/* What the shell holds, and the tables of the machine. */
#include "ratings_service.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_SIZE = 256 * 1024 };

int ratings_service_reload(struct ratings_service *service, const char *policy_folder,
                           const char *forms_folder, struct wf_error *error)
{
    struct wf_form_book *forms = calloc(1, sizeof *forms);
    WF_ASSERT(forms);
    int result = wf_form_read(forms_folder, forms, error);
    if (!result)
        result = wf_policy_read(policy_folder, service->book, error);
    if (!result)
        memcpy(service->forms, forms, sizeof *forms);
    free(forms);
    return result;
}

int ratings_service_init(struct ratings_service *service, const char *policy_folder,
                         const char *forms_folder, struct wf_error *error)
{
    service->book = calloc(1, sizeof *service->book);
    service->forms = calloc(1, sizeof *service->forms);
    WF_ASSERT(service->book && service->forms);
    service->policy = (struct ratings_policy){.book = service->book, .forms = service->forms};
    wf_arena_init(&service->arena, ARENA_SIZE);
    return ratings_service_reload(service, policy_folder, forms_folder, error);
}

void ratings_service_fini(struct ratings_service *service)
{
    free(service->book);
    free(service->forms);
    wf_arena_fini(&service->arena);
    explicit_bzero(service, sizeof *service);
}

/* Reasons of the core, then those of the form's check, in the order of the core's numbers. */
static const struct wf_reason reasons[] = {
#define WF_X(symbol, code, text) {code, text},
    RATINGS_REASONS(WF_X) WF_FORM_PROBLEMS(WF_X)
#undef WF_X
};

const struct wf_machine ratings_machine = {
    .kind = "ratings",
    .is_ruled = true,
    .state_size = sizeof(struct ratings_state),
    .event_size = sizeof(struct ratings_event),
    .effects_size = sizeof(struct ratings_effects),
    .step = ratings_step,
    .next_deadline = ratings_next_deadline,
    .holds = ratings_hold,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof reasons[0],
    .read = ratings_read,
    .write = ratings_write,
    .plan = ratings_plan,
    .describe = ratings_describe,
    .waiting = ratings_waiting,
    .show = ratings_show,
};

const struct wf_handler ratings_handlers[] = {
    {WF_MESSAGE_RATING_REQUESTED, &ratings_machine, NULL, ratings_decode, NULL},
    {WF_MESSAGE_RATING_WAIVER_CHANGED, &ratings_machine, NULL, ratings_decode, NULL},
    {WF_MESSAGE_RATING_CANCELLED, &ratings_machine, NULL, ratings_decode, NULL},
    {WF_MESSAGE_RATER_ADDRESS_CHANGED, &ratings_machine, NULL, ratings_decode, NULL},
    {WF_MESSAGE_MAIL_REPORTED_RATINGS, &ratings_machine, NULL, ratings_decode, NULL},
    {WF_MESSAGE_RATING_LINK_COPIED, &ratings_machine, NULL, ratings_decode, NULL},
    {WF_MESSAGE_RATING_BEGUN, &ratings_machine, ratings_seal, ratings_decode, ratings_resolve},
    {WF_MESSAGE_RATING_DRAFT_SAVED, &ratings_machine, ratings_seal, ratings_decode,
     ratings_resolve},
    {WF_MESSAGE_RATING_SUBMITTED, &ratings_machine, ratings_seal, ratings_decode, ratings_resolve},
    {WF_MESSAGE_RATING_DECLINED, &ratings_machine, ratings_seal, ratings_decode, ratings_resolve},
};
const size_t ratings_handler_count = sizeof ratings_handlers / sizeof ratings_handlers[0];
