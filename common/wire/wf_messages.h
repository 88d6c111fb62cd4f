/* wf_messages.h - proto/endorse/v1/messages.def as numbers and rows. */
#ifndef WF_MESSAGES_H
#define WF_MESSAGES_H

#include "wf_address.h"

#include <protobuf-c/protobuf-c.h>

/* Numbers are internal to one build: stored and sent are the type names. */
enum wf_message {
    WF_MESSAGE_TICK = 0,
#define WF_MESSAGE(symbol, type, proto, descriptor, from, to, kind, bytes, served)                 \
    WF_MESSAGE_##symbol,
#include "endorse/v1/messages.def"
#undef WF_MESSAGE
    WF_MESSAGE_COUNT
};

struct wf_message_row {
    const char *type;
    const ProtobufCMessageDescriptor *descriptor;
    uint32_t from; /* WF_FROM_... bits */
    enum wf_service to;
    const char *kind;   /* of the receiving aggregate; "token" and "" as messages.def says */
    uint32_t bytes_max; /* of the packed payload */
    bool served;
};

/* `message` is a number of the enum above. */
const struct wf_message_row *wf_message_row(enum wf_message message);
/* 0 (WF_MESSAGE_TICK) if there is no such type. */
enum wf_message wf_message_find(const char *type);

#endif
