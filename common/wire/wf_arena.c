#include "wf_arena.h"

#include "wf_error.h"
#include "wf_wire_scan.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16 };

static void *arena_alloc(void *data, size_t size)
{
    struct wf_arena *arena = data;
    size_t start = (arena->used + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    if (start > arena->size || size > arena->size - start)
        return NULL;
    arena->used = start + size;
    return arena->memory + start;
}

static void arena_free(void *data, void *pointer)
{
    (void)data;
    (void)pointer; /* all at once, in wf_arena_clear */
}

void wf_arena_init(struct wf_arena *arena, size_t size)
{
    *arena = (struct wf_arena){.memory = calloc(1, size), .size = size};
    WF_ASSERT(arena->memory);
    arena->allocator =
        (ProtobufCAllocator){.alloc = arena_alloc, .free = arena_free, .allocator_data = arena};
}

static void rewind_to(struct wf_arena *arena, size_t used)
{
    memset(arena->memory + used, 0, arena->used - used);
    arena->used = used;
}

void wf_arena_clear(struct wf_arena *arena)
{
    rewind_to(arena, 0);
}

void wf_arena_fini(struct wf_arena *arena)
{
    free(arena->memory);
    *arena = (struct wf_arena){0};
}

ProtobufCMessage *wf_unpack(const ProtobufCMessageDescriptor *descriptor, struct wf_bytes bytes,
                            struct wf_arena *arena)
{
    size_t before = arena->used;
    enum wf_scan scan = wf_scan(descriptor, bytes);
    if (scan == WF_SCAN_BAD)
        return NULL;
    /* The arena may have been copied since its initialisation: the allocator points to it. */
    arena->allocator.allocator_data = arena;
    if (scan == WF_SCAN_NUL) {
        uint8_t *marked = arena_alloc(arena, bytes.length);
        if (!marked)
            return NULL;
        memcpy(marked, bytes.data, bytes.length);
        wf_scan_mark_nul(descriptor, marked, bytes.length);
        bytes.data = marked;
    }
    ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor, &arena->allocator, bytes.length, bytes.data);
    if (!message)
        rewind_to(arena, before);
    return message;
}

void wf_pack(const ProtobufCMessage *message, struct wf_buffer *buffer)
{
    size_t length = protobuf_c_message_get_packed_size(message);
    if (!length)
        return;
    wf_buffer_reserve(buffer, length);
    buffer->length += protobuf_c_message_pack(message, buffer->data + buffer->length);
}
