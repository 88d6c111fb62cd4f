/* application_plan.h - decisions of the application -> messages, indexes, words for people. */
#ifndef APPLICATION_PLAN_H
#define APPLICATION_PLAN_H

#include "application_core.h"
#include "wf_domain.h"

int application_plan(void *service, const void *before, const void *event,
                     struct wf_verdict verdict, const void *after, const void *effects,
                     struct wf_plan *plan, struct wf_error *error);
void application_describe(const void *event, char *text, size_t size);
void application_waiting(const void *policy, const void *state, char *text, size_t size);
void application_show(const void *state, struct wf_buffer *json);
/* Until it is decided as a submission would be judged now, after that as the submission was. */
void application_judged(const void *policy, const void *state, wf_time now, struct wf_buffer *json);

#endif
