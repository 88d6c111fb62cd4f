#include "audit_record.h"

#include "wf_error.h"
#include "wf_seal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t magic[3] = {'E', 'A', 0x01};
static const char kinds[] = "FLXAKC";

/* ---- framing ---- */

static void put_number(struct wf_buffer *bytes, uint64_t number, unsigned width)
{
    for (unsigned shift = width * 8; shift > 0; shift -= 8) {
        uint8_t byte = (uint8_t)(number >> (shift - 8));
        wf_buffer_append(bytes, &byte, 1);
    }
}

static uint64_t take_number(const uint8_t *at, unsigned width)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < width; i++)
        number = number << 8 | at[i];
    return number;
}

void audit_record_write(struct wf_buffer *bytes, enum audit_kind kind, struct wf_bytes body,
                        struct audit_record *made)
{
    size_t begin = bytes->length;
    uint8_t letter = (uint8_t)kind;
    WF_ASSERT(body.length <= AUDIT_BODY_MOST);
    wf_buffer_reserve(bytes, AUDIT_HEAD + body.length + AUDIT_TAIL);
    wf_buffer_append(bytes, magic, sizeof magic);
    wf_buffer_append(bytes, &letter, 1);
    put_number(bytes, body.length, 4);
    wf_buffer_append(bytes, body.data, body.length);
    made->kind = kind;
    made->size = AUDIT_HEAD + body.length + AUDIT_TAIL;
    wf_sha256((struct wf_bytes){bytes->data + begin, AUDIT_HEAD + body.length}, made->digest);
    wf_buffer_append(bytes, made->digest, AUDIT_TAIL);
    made->body = (struct wf_bytes){bytes->data + begin + AUDIT_HEAD, body.length};
}

enum audit_reading audit_record_read(struct wf_bytes bytes, struct audit_record *record)
{
    size_t known = bytes.length < sizeof magic ? bytes.length : sizeof magic;
    record->size = AUDIT_HEAD;
    if (known && memcmp(bytes.data, magic, known) != 0)
        return AUDIT_READ_BAD;
    if (bytes.length < AUDIT_HEAD)
        return AUDIT_READ_SHORT;
    size_t length = (size_t)take_number(bytes.data + 4, 4);
    if (length > AUDIT_BODY_MOST || !bytes.data[3] || !strchr(kinds, bytes.data[3]))
        return AUDIT_READ_BAD;
    record->size = AUDIT_HEAD + length + AUDIT_TAIL;
    if (bytes.length < record->size)
        return AUDIT_READ_SHORT;
    wf_sha256((struct wf_bytes){bytes.data, AUDIT_HEAD + length}, record->digest);
    if (memcmp(bytes.data + AUDIT_HEAD + length, record->digest, AUDIT_TAIL) != 0)
        return AUDIT_READ_BAD;
    record->kind = (enum audit_kind)bytes.data[3];
    record->body = (struct wf_bytes){bytes.data + AUDIT_HEAD, length};
    return AUDIT_READ_WHOLE;
}

void audit_hash_on(uint8_t hash[static AUDIT_HASH], const uint8_t digest[static AUDIT_HASH])
{
    uint8_t both[2 * AUDIT_HASH];
    memcpy(both, hash, AUDIT_HASH);
    memcpy(both + AUDIT_HASH, digest, AUDIT_HASH);
    wf_sha256((struct wf_bytes){both, sizeof both}, hash);
}

void audit_hex(const uint8_t hash[static AUDIT_HASH], char text[static AUDIT_HEX])
{
    (void)sodium_bin2hex(text, AUDIT_HEX, hash, AUDIT_HASH);
}

bool audit_unhex(const char *text, uint8_t hash[static AUDIT_HASH])
{
    size_t length = 0;
    return strlen(text) == AUDIT_HEX - 1 &&
           sodium_hex2bin(hash, AUDIT_HASH, text, AUDIT_HEX - 1, NULL, &length, NULL) == 0 &&
           length == AUDIT_HASH;
}

/* ---- bodies ---- */

void audit_line_write(struct wf_buffer *body, const struct audit_line *line)
{
    uint8_t length = (uint8_t)strlen(line->stream);
    wf_buffer_append(body, &length, 1);
    wf_buffer_append(body, line->stream, length);
    put_number(body, line->ms, 8);
    put_number(body, line->n, 8);
    wf_buffer_append(body, line->line.data, line->line.length);
}

bool audit_line_read(struct wf_bytes body, struct audit_line *line)
{
    size_t name = body.length ? body.data[0] : 0;
    if (!name || name >= sizeof line->stream || body.length < 1 + name + 16)
        return false;
    memcpy(line->stream, body.data + 1, name);
    line->stream[name] = '\0';
    const uint8_t *at = body.data + 1 + name;
    line->ms = take_number(at, 8);
    line->n = take_number(at + 8, 8);
    line->line = (struct wf_bytes){at + 16, body.length - 1 - name - 16};
    return strlen(line->stream) == name;
}

bool audit_text_value(struct wf_bytes body, const char *name, char *value, size_t size)
{
    char wanted[40];
    size_t length = (size_t)snprintf(wanted, sizeof wanted, " %s=", name);
    const uint8_t *found = body.length ? memmem(body.data, body.length, wanted, length) : NULL;
    if (!found)
        return false;
    const uint8_t *begin = found + length;
    size_t rest = (size_t)(body.data + body.length - begin);
    const uint8_t *space = rest ? memchr(begin, ' ', rest) : NULL;
    size_t count = space ? (size_t)(space - begin) : rest;
    if (count >= size)
        return false;
    memcpy(value, begin, count);
    value[count] = '\0';
    return true;
}

static bool is_number(const char *text, uint64_t *number)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9')
        return false;
    *number = strtoull(text, &end, 10);
    return *end == '\0';
}

bool audit_text_number(struct wf_bytes body, const char *name, uint64_t *number)
{
    char text[24];
    return audit_text_value(body, name, text, sizeof text) && is_number(text, number);
}

bool audit_text_signed(struct wf_bytes body, const char *name, int64_t *number)
{
    char text[24];
    uint64_t size = 0;
    if (!audit_text_value(body, name, text, sizeof text))
        return false;
    bool is_below = text[0] == '-';
    if (!is_number(text + is_below, &size) || size > INT64_MAX)
        return false;
    *number = is_below ? -(int64_t)size : (int64_t)size;
    return true;
}

bool audit_entry_parse(const char *text, uint64_t *ms, uint64_t *n)
{
    char first[24];
    const char *dash = strchr(text, '-');
    if (!dash || (size_t)(dash - text) >= sizeof first)
        return false;
    memcpy(first, text, (size_t)(dash - text));
    first[dash - text] = '\0';
    return is_number(first, ms) && is_number(dash + 1, n);
}
