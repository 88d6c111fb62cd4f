#include "wf_messages.h"

#include "wf_error.h"

#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/exam.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdlib.h>
#include <string.h>

static const struct wf_message_row rows[WF_MESSAGE_COUNT] = {
    [WF_MESSAGE_TICK] = {.type = "endorse.tick"},
#define WF_MESSAGE(symbol, name, proto, descriptor_name, senders, receiver, its_kind, bytes,       \
                   answered)                                                                       \
    [WF_MESSAGE_##symbol] = {.type = name,                                                         \
                             .descriptor = &endorse__v1__##descriptor_name##__descriptor,          \
                             .from = senders,                                                      \
                             .to = receiver,                                                       \
                             .kind = its_kind,                                                     \
                             .bytes_max = bytes,                                                   \
                             .served = answered},
#include "endorse/v1/messages.def"
#undef WF_MESSAGE
};

const struct wf_message_row *wf_message_row(enum wf_message message)
{
    WF_ASSERT((unsigned)message < WF_MESSAGE_COUNT);
    return &rows[message];
}

/* A few rows more than a hundred and a first comparison that mostly fails early: a scan is as quick as a
 * table that would have to be kept. */
enum wf_message wf_message_find(const char *type)
{
    for (unsigned i = 1; i < WF_MESSAGE_COUNT; i++) {
        if (strcmp(rows[i].type, type) == 0)
            return (enum wf_message)i;
    }
    return WF_MESSAGE_TICK;
}
