/* effect_codec.h - the mail machine's ways in and out: messages, stored fields, plans, stories. */
#ifndef EFFECT_CODEC_H
#define EFFECT_CODEC_H

#include "effect_core.h"
#include "wf_domain.h"

extern const struct wf_machine effect_machine;

/* The decoders' and the plan's `service` is a struct courier. */
int effect_decode_requested(void *service, const ProtobufCMessage *payload, void *event,
                            struct wf_error *error);
int effect_decode_attempted(void *service, const ProtobufCMessage *payload, void *event,
                            struct wf_error *error);

#endif
