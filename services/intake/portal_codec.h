/* portal_codec.h - the portal's stored fields and events.  SPEC 5. */
#ifndef PORTAL_CODEC_H
#define PORTAL_CODEC_H

#include "portal_core.h"
#include "wf_store.h"

#include <protobuf-c/protobuf-c.h>

int portal_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void portal_write(const void *state, struct wf_fields *fields);
int portal_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error);

#endif
