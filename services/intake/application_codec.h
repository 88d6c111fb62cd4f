/* application_codec.h - the application's stored fields and events.  SPEC 2.
 *
 * Stored: "head", and one field for each entry, transcript, fee, rater, reviewer and held event. */
#ifndef APPLICATION_CODEC_H
#define APPLICATION_CODEC_H

#include "application_core.h"
#include "wf_store.h"

#include <protobuf-c/protobuf-c.h>

int application_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void application_write(const void *state, struct wf_fields *fields);

/* Payload -> event (wf_handler.decode): the meta is filled in already and names the message. */
int application_decode(void *service, const ProtobufCMessage *payload, void *event,
                       struct wf_error *error);

#endif
