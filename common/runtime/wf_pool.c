#include "wf_pool.h"

#include "wf_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 * 1024, ALIGNMENT = 16, KEPT_CHUNKS = 16 };

struct wf_pool_chunk {
    struct wf_pool_chunk *next;
    size_t size, used;
    _Alignas(ALIGNMENT) uint8_t memory[];
};

static struct wf_pool_chunk *new_chunk(size_t least)
{
    size_t size = least > CHUNK ? least : CHUNK;
    struct wf_pool_chunk *chunk = malloc(sizeof *chunk + size);
    WF_ASSERT(chunk);
    *chunk = (struct wf_pool_chunk){.size = size};
    return chunk;
}

static bool has_room(const struct wf_pool_chunk *chunk, size_t size)
{
    return chunk && chunk->size - chunk->used >= size;
}

void *wf_pool_take(struct wf_pool *pool, size_t size)
{
    size = (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    while (!has_room(pool->current, size)) {
        struct wf_pool_chunk **next = pool->current ? &pool->current->next : &pool->first;
        if (!*next || (*next)->size < size) {
            struct wf_pool_chunk *chunk = new_chunk(size);
            chunk->next = *next;
            *next = chunk;
        }
        pool->current = *next;
    }
    void *memory = pool->current->memory + pool->current->used;
    pool->current->used += size;
    memset(memory, 0, size);
    return memory;
}

struct wf_bytes wf_pool_copy(struct wf_pool *pool, struct wf_bytes bytes)
{
    uint8_t *copy = wf_pool_take(pool, bytes.length);
    if (bytes.length)
        memcpy(copy, bytes.data, bytes.length);
    return (struct wf_bytes){.data = copy, .length = bytes.length};
}

const char *wf_pool_text(struct wf_pool *pool, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(wf_pool_take(pool, size), text, size);
}

const char *wf_pool_format(struct wf_pool *pool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    WF_ASSERT(length >= 0);
    char *text = wf_pool_take(pool, (size_t)length + 1);
    va_start(arguments, format);
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

struct wf_bytes wf_pool_pack(struct wf_pool *pool, const ProtobufCMessage *message)
{
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = wf_pool_take(pool, length);
    length = protobuf_c_message_pack(message, packed);
    return (struct wf_bytes){.data = packed, .length = length};
}

void wf_pool_clear(struct wf_pool *pool)
{
    size_t kept = 0;
    for (struct wf_pool_chunk **link = &pool->first; *link;) {
        struct wf_pool_chunk *chunk = *link;
        if (chunk->size == CHUNK && kept < KEPT_CHUNKS) {
            chunk->used = 0;
            kept++;
            link = &chunk->next;
        } else {
            *link = chunk->next;
            free(chunk);
        }
    }
    pool->current = pool->first;
}

void wf_pool_fini(struct wf_pool *pool)
{
    while (pool->first) {
        struct wf_pool_chunk *chunk = pool->first;
        pool->first = chunk->next;
        free(chunk);
    }
    pool->current = NULL;
}
