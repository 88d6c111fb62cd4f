/* application_outcomes.h - the data of each outcome of an application, as outcomes.def says. */
#ifndef APPLICATION_OUTCOMES_H
#define APPLICATION_OUTCOMES_H

#include "requirements_core.h"

#include <jansson.h>

/* Of an outcome that an effect tells; a new object.  `state` is the state after. */
json_t *application_outcome(const struct intake_policy *policy,
                            const struct application_state *state,
                            const struct application_effect *effect,
                            const struct application_event *event, wf_time now);
/* Of a refusal by this state; `list` is NULL unless requirements are missing. */
json_t *application_refusal(const struct application_state *state, const char *event_id,
                            const char *type, enum application_reason_id reason,
                            const struct requirement_list *list);
/* Codes of the counting decisions that moved it on, each once. */
json_t *application_decision_reasons(const struct application_state *state);
/* Those of them that the applicant may hear.  What the codes say of a rating ("reference-...") is told only after
 * a deferral because of it, where the association discloses it, to an applicant who waived no rating; else it is
 * "reference-rating" and *withheld (may be NULL) is set.  SPEC 2.4. */
json_t *application_told_reasons(const struct intake_policy *policy,
                                 const struct application_state *state, bool *withheld);

#endif
