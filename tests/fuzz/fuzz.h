/* fuzz.h - what the harnesses share.  A harness takes any bytes; what it finds out of order ends it
 * with WF_ASSERT. */
#ifndef FUZZ_H
#define FUZZ_H

#include "wf_arena.h"
#include "wf_error.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_ARENA = 1024 * 1024 };

/* One arena for all inputs, empty: making one each time would be most of the work. */
static inline struct wf_arena *fuzz_arena(void)
{
    static struct wf_arena arena;
    if (!arena.memory)
        wf_arena_init(&arena, FUZZ_ARENA);
    wf_arena_clear(&arena);
    return &arena;
}

/* A copy that ends with NUL, for parsers of text; free() it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    WF_ASSERT(text);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

static inline void fuzz_same(const struct wf_buffer *one, const struct wf_buffer *other)
{
    WF_ASSERT(one->length == other->length);
    WF_ASSERT(!one->length || memcmp(one->data, other->data, one->length) == 0);
}

#endif
