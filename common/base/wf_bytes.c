#include "wf_bytes.h"

#include "wf_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wf_buffer_reserve(struct wf_buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->length >= more)
        return;
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 256;
    while (capacity - buffer->length < more)
        capacity *= 2;
    uint8_t *data = realloc(buffer->data, capacity);
    WF_ASSERT(data);
    buffer->data = data;
    buffer->capacity = capacity;
}

void wf_buffer_append(struct wf_buffer *buffer, const void *data, size_t length)
{
    if (!length)
        return;
    wf_buffer_reserve(buffer, length);
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
}

void wf_buffer_text(struct wf_buffer *buffer, const char *text)
{
    wf_buffer_append(buffer, text, strlen(text));
}

void wf_buffer_format(struct wf_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    WF_ASSERT(length >= 0);
    wf_buffer_reserve(buffer, (size_t)length + 1);
    va_start(arguments, format);
    (void)vsnprintf((char *)buffer->data + buffer->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
}

void wf_buffer_clear(struct wf_buffer *buffer)
{
    buffer->length = 0;
}

void wf_buffer_fini(struct wf_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct wf_buffer){0};
}
