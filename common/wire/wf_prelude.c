#include "wf_prelude.h"

#include <string.h>

static const uint8_t magic[3] = {'E', 'W', 0x01};

void wf_prelude_append(struct wf_buffer *frame, enum wf_frame_kind kind)
{
    uint8_t prelude[WF_PRELUDE_SIZE] = {magic[0], magic[1], magic[2], (uint8_t)kind};
    wf_buffer_append(frame, prelude, sizeof prelude);
}

enum wf_frame_kind wf_prelude_read(struct wf_bytes frame, struct wf_bytes *body)
{
    *body = (struct wf_bytes){0};
    if (frame.length <= WF_PRELUDE_SIZE || frame.length > WF_FRAME_MAX ||
        memcmp(frame.data, magic, sizeof magic) != 0)
        return WF_KIND_NONE;
    uint8_t kind = frame.data[sizeof magic];
    if (kind == WF_KIND_NONE || kind >= WF_KIND_COUNT)
        return WF_KIND_NONE;
    body->data = frame.data + WF_PRELUDE_SIZE;
    body->length = frame.length - WF_PRELUDE_SIZE;
    return (enum wf_frame_kind)kind;
}
