/* wf_arena.h - the only way to unpack protobuf: protobuf-c has no recursion or memory limit of its
 * own, so it gets its memory from a fixed, zeroed block and fails cleanly when that is full. */
#ifndef WF_ARENA_H
#define WF_ARENA_H

#include "wf_bytes.h"

#include <protobuf-c/protobuf-c.h>

struct wf_arena {
    uint8_t *memory;
    size_t size, used;
    ProtobufCAllocator allocator;
};
void wf_arena_init(struct wf_arena *arena, size_t size);
/* Everything unpacked from it is gone; the used part is zeroed again. */
void wf_arena_clear(struct wf_arena *arena);
void wf_arena_fini(struct wf_arena *arena);
/* NULL if the bytes are no such message or do not fit.  The result lives in the arena: never free
 * it. */
ProtobufCMessage *wf_unpack(const ProtobufCMessageDescriptor *descriptor, struct wf_bytes bytes,
                            struct wf_arena *arena);
/* Appends the packed message. */
void wf_pack(const ProtobufCMessage *message, struct wf_buffer *buffer);

#endif
