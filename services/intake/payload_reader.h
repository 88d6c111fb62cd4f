/* payload_reader.h - taking members of an unpacked message over into fixed-size structs.  Portals'
 * fields were validated before (fields.def); these checks are what holds between programs. */
#ifndef PAYLOAD_READER_H
#define PAYLOAD_READER_H

#include "wf_error.h"
#include "wf_time.h"

#include <stddef.h>

/* The first thing that is wrong stays in `error`, and `bad` is set. */
struct payload_reader {
    struct wf_error *error;
    bool bad;
};

/* Copies a text into a zeroed array that must hold it with its NUL. */
void payload_text(struct payload_reader *reader, char *to, size_t size, const char *from,
                  const char *member);
/* Empty is WF_NO_DATE. */
void payload_date(struct payload_reader *reader, wf_date *to, const char *from, const char *member);
#define PAYLOAD_TEXT(reader, to, message, member)                                                  \
    payload_text(reader, to, sizeof(to), (message)->member, #member)
#define PAYLOAD_DATE(reader, to, message, member)                                                  \
    payload_date(reader, &(to), (message)->member, #member)

#endif
