/* intake_exam_machines.h - the machines of the blind exam's identity side.  SPEC 11, 12, 14. */
#ifndef INTAKE_EXAM_MACHINES_H
#define INTAKE_EXAM_MACHINES_H

#include "intake_service.h"
#include "wf_domain.h"

extern const struct wf_machine paper_machine, reader_machine, operator_machine;

/* Fills machine, decode and seal where the message's kind is one of theirs. */
void intake_exam_handler(const struct wf_message_row *row, struct wf_handler *handler);
/* Jobs of their plans; false: the aggregate is none of theirs. */
bool intake_exam_perform(struct intake *intake, const struct wf_address *aggregate, const void *job,
                         size_t size);

#endif
