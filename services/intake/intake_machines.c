#include "intake_machines.h"

#include "intake_exam_machines.h"

#include "application_codec.h"
#include "application_essay.h"
#include "application_plan.h"
#include "person_codec.h"
#include "person_plan.h"
#include "person_profile.h"
#include "portal_codec.h"
#include "portal_plan.h"

#include <string.h>

const struct wf_machine application_machine = {
    .kind = "application",
    .is_ruled = true,
    .state_size = sizeof(struct application_state),
    .event_size = sizeof(struct application_event),
    .effects_size = sizeof(struct application_effects),
    .step = application_step,
    .next_deadline = application_next_deadline,
    .holds = application_holds,
    .reasons = application_reasons,
    .reason_count = APPLICATION_REASON_COUNT,
    .read = application_read,
    .write = application_write,
    .plan = application_plan,
    .describe = application_describe,
    .waiting = application_waiting,
    .show = application_show,
    .judged = application_judged,
};
const struct wf_machine person_machine = {
    .kind = "person",
    .state_size = sizeof(struct person_state),
    .event_size = sizeof(struct person_event),
    .effects_size = sizeof(struct person_effects),
    .step = person_step,
    .next_deadline = person_next_deadline,
    .holds = person_holds,
    .reasons = person_reasons,
    .reason_count = PERSON_REASON_COUNT,
    .read = person_read,
    .write = person_write,
    .plan = person_plan,
    .describe = person_describe,
    .waiting = person_waiting,
    .show = person_show,
};
const struct wf_machine portal_machine = {
    .kind = "portal",
    .state_size = sizeof(struct portal_state),
    .event_size = sizeof(struct portal_event),
    .effects_size = sizeof(struct portal_effects),
    .step = portal_step,
    .next_deadline = portal_next_deadline,
    .holds = portal_holds,
    .reasons = portal_reasons,
    .reason_count = PORTAL_REASON_COUNT,
    .read = portal_read,
    .write = portal_write,
    .plan = portal_plan,
    .describe = portal_describe,
    .waiting = portal_waiting,
    .show = portal_show,
};

static bool fill(struct wf_handler *handler, enum wf_message message)
{
    const struct wf_message_row *row = wf_message_row(message);
    *handler = (struct wf_handler){.message = message};
    if (row->to != WF_INTAKE || message == WF_MESSAGE_BADGE_ASKED) /* a question */
        return false;
    if (strcmp(row->kind, application_machine.kind) == 0) {
        handler->machine = &application_machine;
        handler->decode = application_decode;
        if (message == WF_MESSAGE_ESSAY_SUBMITTED) {
            handler->decode = application_decode_essay;
            handler->seal = application_seal_essay;
        }
    } else if (strcmp(row->kind, person_machine.kind) == 0) {
        handler->machine = &person_machine;
        handler->decode = person_decode;
        handler->seal = message == WF_MESSAGE_PERSON_NAME_CHANGED      ? person_seal_name
                        : message == WF_MESSAGE_PERSON_ADDRESS_CHANGED ? person_seal_address
                        : message == WF_MESSAGE_PERSON_PROFILE_CHANGED ? person_seal_profile
                                                                       : NULL;
    } else if (strcmp(row->kind, portal_machine.kind) == 0) {
        handler->machine = &portal_machine;
        handler->decode = portal_decode;
    } else if (message != WF_MESSAGE_REDACTION_VIEW && message != WF_MESSAGE_UNBLIND_VIEW) {
        intake_exam_handler(row, handler); /* those two are questions */
    }
    return handler->machine != NULL;
}

const struct wf_handler *intake_handlers(size_t *count)
{
    static struct wf_handler handlers[WF_MESSAGE_COUNT];
    *count = 0;
    for (unsigned message = 1; message < WF_MESSAGE_COUNT; message++)
        *count += fill(&handlers[*count], (enum wf_message)message);
    return handlers;
}
