/* operator_codec.h - the operator's stored fields, events, messages and the list.  SPEC 14. */
#ifndef OPERATOR_CODEC_H
#define OPERATOR_CODEC_H

#include "operator_core.h"
#include "wf_domain.h"

int operator_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void operator_write(const void *state, struct wf_fields *fields);
int operator_decode(void *service, const ProtobufCMessage *payload, void *event,
                    struct wf_error *error);
int operator_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error);
void operator_show(const void *state, struct wf_buffer *json);
void operator_waiting(const void *policy, const void *state, char *text, size_t size);

/* Answers OperatorList: those of this instance's partitions. */
int operator_list(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                  const char *id, const void *state, struct wf_buffer *reply,
                  struct wf_error *error);

#endif
