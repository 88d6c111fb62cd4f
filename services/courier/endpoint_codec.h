/* endpoint_codec.h - the webhook machine's ways in and out: messages, stored fields, plans,
 * stories. */
#ifndef ENDPOINT_CODEC_H
#define ENDPOINT_CODEC_H

#include "endpoint_core.h"
#include "wf_domain.h"

extern const struct wf_machine endpoint_machine;

/* What an attempt needs: the job of a plan. */
struct endpoint_job {
    uint32_t attempt;
    char url[ENDPOINT_URL_MAX + 1];
    struct endpoint_item item;
};

int endpoint_decode_set(void *service, const ProtobufCMessage *payload, void *event,
                        struct wf_error *error);
int endpoint_decode_requested(void *service, const ProtobufCMessage *payload, void *event,
                              struct wf_error *error);
int endpoint_decode_attempted(void *service, const ProtobufCMessage *payload, void *event,
                              struct wf_error *error);

#endif
