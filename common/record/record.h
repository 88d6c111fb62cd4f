/* record.h - one stored field of an aggregate <-> one plain struct, by a table of its members.
 *
 * The bytes are the wire format of Protocol Buffers (`protoc --decode_raw` shows them), so a member
 * keeps its number for ever, unknown numbers of a newer program are skipped, and what has its
 * default value is left out. */
#ifndef RECORD_H
#define RECORD_H

#include "wf_bytes.h"
#include "wf_error.h"

#include <stdbool.h>
#include <stddef.h>

enum record_type {
    RECORD_INT,  /* int32_t, uint32_t, enum */
    RECORD_LONG, /* int64_t, wf_time, uint64_t */
    RECORD_BYTE, /* uint8_t */
    RECORD_BOOL,
    RECORD_DATE,  /* wf_date; default WF_NO_DATE */
    RECORD_TEXT,  /* char array with NUL */
    RECORD_NAMED, /* enum, stored as its name */
    RECORD_BYTES  /* uint8_t array of the member's full size, or absent */
};

struct record_member {
    uint32_t number;
    enum record_type type;
    size_t offset, size;
    const char *(*name)(int value); /* NAMED */
    int names;
};
#define RECORD(number, type, object, member)                                                       \
    {                                                                                              \
        number, RECORD_##type, offsetof(struct object, member),                                    \
            sizeof(((struct object *)0)->member), NULL, 0                                          \
    }
#define RECORD_ENUM(number, object, member, namer, count)                                          \
    {                                                                                              \
        number, RECORD_NAMED, offsetof(struct object, member),                                     \
            sizeof(((struct object *)0)->member), namer, count                                     \
    }

struct record_table {
    const struct record_member *members;
    size_t count;
};
#define RECORD_TABLE(rows) ((struct record_table){rows, sizeof(rows) / sizeof(rows)[0]})

/* Appends the members of the object. */
void record_write(struct record_table table, const void *object, struct wf_buffer *bytes);
/* Fills the members into a zeroed object; what is absent gets its default.  WF_BROKEN: these are no
 * such bytes. */
int record_read(struct record_table table, struct wf_bytes bytes, void *object,
                struct wf_error *error) WF_MUST_CHECK;

#endif
