#include "intake_exam_machines.h"

#include "operator_codec.h"
#include "operator_seal.h"
#include "paper_codec.h"
#include "paper_gather.h"
#include "paper_plan.h"
#include "reader_codec.h"

#include <string.h>

const struct wf_machine paper_machine = {
    .kind = "paper",
    .discreet = true, /* its story would join a handle with an application */
    .state_size = sizeof(struct paper_state),
    .event_size = sizeof(struct paper_event),
    .effects_size = sizeof(struct paper_effects),
    .step = paper_step,
    .next_deadline = paper_next_deadline,
    .holds = paper_holds,
    .reasons = paper_reasons,
    .reason_count = PAPER_REASON_COUNT,
    .read = paper_read,
    .write = paper_write,
    .plan = paper_plan,
    .describe = paper_describe,
    .waiting = paper_waiting,
    .show = paper_show,
};
const struct wf_machine reader_machine = {
    .kind = "reader",
    .discreet = true, /* its story would join a random name with a person */
    .state_size = sizeof(struct reader_state),
    .event_size = sizeof(struct reader_event),
    .effects_size = sizeof(struct reader_effects),
    .step = reader_step,
    .next_deadline = reader_next_deadline,
    .holds = reader_holds,
    .reasons = reader_reasons,
    .reason_count = 1,
    .read = reader_read,
    .write = reader_write,
    .plan = reader_plan,
    .describe = reader_describe,
    .waiting = reader_waiting,
    .show = reader_show,
};
const struct wf_machine operator_machine = {
    .kind = "operator",
    .state_size = sizeof(struct operator_state),
    .event_size = sizeof(struct operator_event),
    .effects_size = sizeof(struct operator_effects),
    .step = operator_step,
    .next_deadline = operator_next_deadline,
    .holds = operator_holds,
    .reasons = operator_reasons,
    .reason_count = OPERATOR_REASON_COUNT,
    .read = operator_read,
    .write = operator_write,
    .plan = operator_plan,
    .waiting = operator_waiting,
    .show = operator_show,
};

void intake_exam_handler(const struct wf_message_row *row, struct wf_handler *handler)
{
    bool sealed = (row->from & WF_FROM_ENDORSECTL) != 0;
    if (strcmp(row->kind, paper_machine.kind) == 0) {
        handler->machine = &paper_machine;
        handler->decode = paper_decode;
    } else if (strcmp(row->kind, reader_machine.kind) == 0) {
        handler->machine = &reader_machine;
        handler->decode = reader_decode;
    } else if (strcmp(row->kind, operator_machine.kind) == 0) {
        handler->machine = &operator_machine;
        handler->decode = operator_decode;
    }
    if (handler->machine && sealed)
        handler->seal = operator_seal_act;
}

bool intake_exam_perform(struct intake *intake, const struct wf_address *aggregate, const void *job,
                         size_t size)
{
    if (strcmp(aggregate->kind, paper_machine.kind) == 0) {
        WF_ASSERT(size == sizeof(struct paper_job));
        paper_perform(intake, aggregate, job);
        return true;
    }
    if (strcmp(aggregate->kind, reader_machine.kind) == 0) {
        WF_ASSERT(size == sizeof(struct reader_job));
        reader_perform(intake, aggregate, job);
        return true;
    }
    return false;
}
