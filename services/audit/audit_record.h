/* audit_record.h - the records of the audit copy: how bytes are framed.  services/audit/SPEC.md 2.2. */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H

#include "wf_bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    AUDIT_HASH = 32,
    AUDIT_HEX = 2 * AUDIT_HASH + 1, /* a hash as text, with the NUL */
    AUDIT_HEAD = 8,
    AUDIT_TAIL = 16,
    AUDIT_BODY_MOST = 256 * 1024,
    AUDIT_STREAM_NAME = 24 /* "reference:127" and the NUL, with room */
};

enum audit_kind {
    AUDIT_FILE = 'F',
    AUDIT_LINE = 'L',
    AUDIT_UNFIT = 'X', /* a line whose chain does not fit */
    AUDIT_ALARM = 'A',
    AUDIT_ACKNOWLEDGED = 'K',
    AUDIT_CHECKPOINT = 'C'
};

struct audit_record {
    enum audit_kind kind;
    struct wf_bytes body;       /* borrowed */
    uint8_t digest[AUDIT_HASH]; /* D */
    size_t size;                /* with head and tail */
};

/* Appends the framed record and fills `made` from it; its body is that of `bytes`. */
void audit_record_write(struct wf_buffer *bytes, enum audit_kind kind, struct wf_bytes body,
                        struct audit_record *made);

enum audit_reading {
    AUDIT_READ_WHOLE,
    AUDIT_READ_SHORT, /* so far good, but there must be more: `size` says how much is wanted */
    AUDIT_READ_BAD    /* no record, or its digest is wrong */
};
/* The record at the beginning of `bytes`. */
enum audit_reading audit_record_read(struct wf_bytes bytes, struct audit_record *record);

/* hash = SHA-256(hash, digest): the chain of the copy, the running hash of a stream. */
void audit_hash_on(uint8_t hash[static AUDIT_HASH], const uint8_t digest[static AUDIT_HASH]);
void audit_hex(const uint8_t hash[static AUDIT_HASH], char text[static AUDIT_HEX]);
bool audit_unhex(const char *text, uint8_t hash[static AUDIT_HASH]);

/* ---- bodies ---- */

/* What an L or X holds; everything borrowed from the record. */
struct audit_line {
    char stream[AUDIT_STREAM_NAME];
    uint64_t ms, n; /* id of the entry in Redis */
    struct wf_bytes line;
};
void audit_line_write(struct wf_buffer *body, const struct audit_line *line);
bool audit_line_read(struct wf_bytes body, struct audit_line *line);

/* The value behind " name=" of a body of text; false if it has none, or it does not fit. */
bool audit_text_value(struct wf_bytes body, const char *name, char *value, size_t size);
bool audit_text_number(struct wf_bytes body, const char *name, uint64_t *number);
bool audit_text_signed(struct wf_bytes body, const char *name, int64_t *number);
/* "<ms>-<n>" */
bool audit_entry_parse(const char *text, uint64_t *ms, uint64_t *n);

#endif
