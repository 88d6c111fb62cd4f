/* paper_plan.h - decisions of the paper -> messages, jobs, words for people.  SPEC 11. */
#ifndef PAPER_PLAN_H
#define PAPER_PLAN_H

#include "paper_core.h"
#include "wf_domain.h"

int paper_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
               const void *after, const void *effects, struct wf_plan *plan,
               struct wf_error *error);
void paper_describe(const void *event, char *text, size_t size);
void paper_waiting(const void *policy, const void *state, char *text, size_t size);
void paper_show(const void *state, struct wf_buffer *json);

#endif
