/* intake_machines.h - the machines of this program and what its messages do. */
#ifndef INTAKE_MACHINES_H
#define INTAKE_MACHINES_H

#include "wf_domain.h"

extern const struct wf_machine application_machine, person_machine, portal_machine;

/* One row for each message that messages.def sends to an aggregate of intake; the machine is that
 * of the row's kind.  *count: how many. */
const struct wf_handler *intake_handlers(size_t *count);

#endif
