/* wf_bytes.h - a borrowed run of bytes, and a growing buffer. */
#ifndef WF_BYTES_H
#define WF_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* Borrowed; valid as long as its owner says. */
struct wf_bytes {
    const uint8_t *data;
    size_t length;
};

/* Owned; grows by doubling.  Zero-initialise; fini frees and zeroes.  Growing beyond what the
 * machine has aborts (the supervisor restarts us): every caller bounds what it puts in. */
struct wf_buffer {
    uint8_t *data;
    size_t length;
    size_t capacity;
};

void wf_buffer_reserve(struct wf_buffer *buffer, size_t more);
void wf_buffer_append(struct wf_buffer *buffer, const void *data, size_t length);
void wf_buffer_text(struct wf_buffer *buffer, const char *text);
void wf_buffer_format(struct wf_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void wf_buffer_clear(struct wf_buffer *buffer); /* keeps the memory */
void wf_buffer_fini(struct wf_buffer *buffer);

static inline struct wf_bytes wf_buffer_bytes(const struct wf_buffer *buffer)
{
    return (struct wf_bytes){.data = buffer->data, .length = buffer->length};
}

#endif
