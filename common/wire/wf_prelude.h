/* wf_prelude.h - the four bytes before every frame between programs.  SPEC 2. */
#ifndef WF_PRELUDE_H
#define WF_PRELUDE_H

#include "wf_bytes.h"

#include <stdbool.h>

enum wf_frame_kind {
    WF_KIND_NONE = 0,
    WF_KIND_ENVELOPE,
    WF_KIND_ACK,
    WF_KIND_PING,
    WF_KIND_PONG,
    WF_KIND_REQUEST,
    WF_KIND_REPLY,
    WF_KIND_COUNT
};
enum { WF_PRELUDE_SIZE = 4, WF_FRAME_MAX = 128 * 1024 };

void wf_prelude_append(struct wf_buffer *frame, enum wf_frame_kind kind);
/* *body: what follows, borrowed.  WF_KIND_NONE: not a frame of ours (magic, version, kind, size).
 */
enum wf_frame_kind wf_prelude_read(struct wf_bytes frame, struct wf_bytes *body);

#endif
