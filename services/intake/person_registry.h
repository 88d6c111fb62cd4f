/* person_registry.h - what a person's change means for the public registry.  SPEC 3.5. */
#ifndef PERSON_REGISTRY_H
#define PERSON_REGISTRY_H

#include "person_core.h"
#include "wf_domain.h"

/* Writes the credential's index for each standing whose status changed (SPEC 9.2).  Counts `name-mark` up when the name of somebody with a standing changed, or when a person gets a
 * first or another standing: her name may have come before the gateway knew that she has one. */
void person_registry_plan(const struct person_state *before, const struct person_state *after,
                          const char *person, struct wf_plan *plan);

#endif
