/* portal_plan.h - decisions of the portal -> card, log, webhook, words for people. */
#ifndef PORTAL_PLAN_H
#define PORTAL_PLAN_H

#include "portal_core.h"
#include "wf_domain.h"

int portal_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error);
void portal_describe(const void *event, char *text, size_t size);
void portal_waiting(const void *policy, const void *state, char *text, size_t size);
void portal_show(const void *state, struct wf_buffer *json);

/* The answer to PortalList: every portal of this instance's partitions. */
int portal_list(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                const char *id, const void *state, struct wf_buffer *reply, struct wf_error *error);

#endif
