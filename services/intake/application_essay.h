/* application_essay.h - the essays of part two on their way into a paper.  SPEC 11.1. */
#ifndef APPLICATION_ESSAY_H
#define APPLICATION_ESSAY_H

#include "application_core.h"
#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_messages.h"

#include <protobuf-c/protobuf-c.h>

/* wf_handler.seal: the same message with the answers sealed under the key of a new handle. */
int application_seal_essay(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                           struct wf_buffer *kept, struct wf_error *error);
/* wf_domain.discard: of an essay, the key of its handle is destroyed. */
void application_discard_essay(void *service, enum wf_message message, struct wf_bytes kept);
/* wf_handler.decode */
int application_decode_essay(void *service, const ProtobufCMessage *payload, void *event,
                             struct wf_error *error);

#endif
