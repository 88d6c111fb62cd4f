/* person_codec.h - the person's stored fields, sealing, and events.  SPEC 3.
 *
 * Stored: "head", "name" and "email" (sealed bytes, as common/people reads them), and one field for each
 * membership, enrolment, link, portal, standing, activity and span. */
#ifndef PERSON_CODEC_H
#define PERSON_CODEC_H

#include "person_core.h"
#include "wf_store.h"

#include <protobuf-c/protobuf-c.h>

int person_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void person_write(const void *state, struct wf_fields *fields);

/* Kept payload -> event (wf_handler.decode). */
int person_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error);
/* wf_handler.seal of a new name and of a new address: the same message with the text sealed and in
 * hexadecimal.  SPEC 3.1. */
int person_seal_name(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                     struct wf_buffer *kept, struct wf_error *error);
int person_seal_address(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                        struct wf_buffer *kept, struct wf_error *error);

#endif
