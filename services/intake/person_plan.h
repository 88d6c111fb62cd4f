/* person_plan.h - decisions of the person -> messages, indexes, words for people. */
#ifndef PERSON_PLAN_H
#define PERSON_PLAN_H

#include "person_core.h"
#include "wf_domain.h"

int person_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error);
void person_describe(const void *event, char *text, size_t size);
void person_waiting(const void *policy, const void *state, char *text, size_t size);
void person_show(const void *state, struct wf_buffer *json);

#endif
