/* wf_pool.h - memory that lives for one turn of the loop: taken by moving a pointer, given back all
 * at once.  Pointers stay valid until wf_pool_clear, whatever is taken after them. */
#ifndef WF_POOL_H
#define WF_POOL_H

#include "wf_bytes.h"

#include <protobuf-c/protobuf-c.h>

struct wf_pool_chunk;

struct wf_pool {
    struct wf_pool_chunk *first, *current;
};

/* Zeroed, aligned for any object; never NULL. */
void *wf_pool_take(struct wf_pool *pool, size_t size);
struct wf_bytes wf_pool_copy(struct wf_pool *pool, struct wf_bytes bytes);
/* A copy with a NUL behind it. */
const char *wf_pool_text(struct wf_pool *pool, const char *text);
const char *wf_pool_format(struct wf_pool *pool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct wf_bytes wf_pool_pack(struct wf_pool *pool, const ProtobufCMessage *message);
/* Keeps the first chunks for the next turn, gives the rest back. */
void wf_pool_clear(struct wf_pool *pool);
void wf_pool_fini(struct wf_pool *pool);

#endif
