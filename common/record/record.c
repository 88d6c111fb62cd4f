#include "record.h"

#include "wf_time.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/* ---- writing ---- */

static void put_varint(struct wf_buffer *bytes, uint64_t number)
{
    uint8_t encoded[10];
    size_t length = 0;
    do {
        encoded[length++] = (uint8_t)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
        number >>= 7;
    } while (number);
    wf_buffer_append(bytes, encoded, length);
}

/* Small negative numbers stay short. */
static uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t coded)
{
    return (int64_t)(coded >> 1) ^ -(int64_t)(coded & 1);
}

static void put_number(struct wf_buffer *bytes, uint32_t number, int64_t value)
{
    put_varint(bytes, (uint64_t)number << 3 | WIRE_VARINT);
    put_varint(bytes, zigzag(value));
}

static void put_bytes(struct wf_buffer *bytes, uint32_t number, const void *data, size_t length)
{
    put_varint(bytes, (uint64_t)number << 3 | WIRE_BYTES);
    put_varint(bytes, length);
    wf_buffer_append(bytes, data, length);
}

static int64_t get_integer(const struct record_member *member, const uint8_t *at)
{
    int32_t narrow;
    int64_t wide;
    switch (member->type) {
    case RECORD_LONG:
        memcpy(&wide, at, sizeof wide);
        return wide;
    case RECORD_BYTE:
    case RECORD_BOOL:
        return *at;
    case RECORD_INT:
    case RECORD_DATE:
    case RECORD_NAMED:
    case RECORD_TEXT:
    case RECORD_BYTES:
        break;
    }
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

static bool is_blank(const uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (at[i])
            return false;
    }
    return true;
}

void record_write(struct record_table table, const void *object, struct wf_buffer *bytes)
{
    for (size_t i = 0; i < table.count; i++) {
        const struct record_member *member = &table.members[i];
        const uint8_t *at = (const uint8_t *)object + member->offset;
        int64_t value = get_integer(member, at);
        switch (member->type) {
        case RECORD_TEXT:
            if (*at)
                put_bytes(bytes, member->number, at, strnlen((const char *)at, member->size));
            break;
        case RECORD_BYTES:
            if (!is_blank(at, member->size))
                put_bytes(bytes, member->number, at, member->size);
            break;
        case RECORD_NAMED:
            put_bytes(bytes, member->number, member->name((int)value),
                      strlen(member->name((int)value)));
            break;
        case RECORD_INT:
        case RECORD_LONG:
        case RECORD_BYTE:
        case RECORD_BOOL:
        case RECORD_DATE:
            if (value != (member->type == RECORD_DATE ? WF_NO_DATE : 0))
                put_number(bytes, member->number, value);
            break;
        }
    }
}

/* ---- reading ---- */

struct reader {
    const uint8_t *at, *end;
};

static bool get_varint(struct reader *reader, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool get_run(struct reader *reader, uint64_t length, struct wf_bytes *run)
{
    if (length > (uint64_t)(reader->end - reader->at))
        return false;
    *run = (struct wf_bytes){.data = reader->at, .length = (size_t)length};
    reader->at += length;
    return true;
}

static bool store_integer(const struct record_member *member, uint8_t *at, int64_t value)
{
    int32_t narrow = (int32_t)value;
    switch (member->type) {
    case RECORD_LONG:
        memcpy(at, &value, sizeof value);
        return true;
    case RECORD_BYTE:
        *at = (uint8_t)value;
        return value >= 0 && value <= UINT8_MAX;
    case RECORD_BOOL:
        *at = value != 0;
        return value == 0 || value == 1;
    case RECORD_INT:
    case RECORD_DATE:
        memcpy(at, &narrow, sizeof narrow);
        return value == narrow;
    case RECORD_NAMED:
    case RECORD_TEXT:
    case RECORD_BYTES:
        break;
    }
    return false;
}

static bool store_name(const struct record_member *member, uint8_t *at, struct wf_bytes run)
{
    for (int32_t i = 0; i < member->names; i++) {
        const char *name = member->name(i);
        if (strlen(name) != run.length || memcmp(name, run.data, run.length) != 0)
            continue;
        memcpy(at, &i, sizeof i);
        return true;
    }
    return false;
}

static bool store_run(const struct record_member *member, uint8_t *at, struct wf_bytes run)
{
    if (member->type == RECORD_NAMED)
        return store_name(member, at, run);
    bool fits =
        member->type == RECORD_TEXT ? run.length < member->size : run.length == member->size;
    if (!fits || (member->type != RECORD_TEXT && member->type != RECORD_BYTES))
        return false;
    if (run.length)
        memcpy(at, run.data, run.length);
    return true;
}

static const struct record_member *find(struct record_table table, uint64_t number)
{
    for (size_t i = 0; i < table.count; i++) {
        if (table.members[i].number == number)
            return &table.members[i];
    }
    return NULL;
}

static bool read_one(struct record_table table, struct reader *reader, uint8_t *object)
{
    uint64_t tag = 0;
    uint64_t value = 0;
    struct wf_bytes run = {0};
    if (!get_varint(reader, &tag))
        return false;
    const struct record_member *member = find(table, tag >> 3);
    switch (tag & 7) {
    case WIRE_VARINT:
        return get_varint(reader, &value) &&
               (!member || store_integer(member, object + member->offset, unzigzag(value)));
    case WIRE_BYTES:
        return get_varint(reader, &value) && get_run(reader, value, &run) &&
               (!member || store_run(member, object + member->offset, run));
    case WIRE_FIXED64:
        return !member && get_run(reader, 8, &run);
    case WIRE_FIXED32:
        return !member && get_run(reader, 4, &run);
    default:
        return false;
    }
}

int record_read(struct record_table table, struct wf_bytes bytes, void *object,
                struct wf_error *error)
{
    struct reader reader = {.at = bytes.data, .end = bytes.data + bytes.length};
    const int32_t no_date = WF_NO_DATE;
    for (size_t i = 0; i < table.count; i++) {
        if (table.members[i].type == RECORD_DATE)
            memcpy((uint8_t *)object + table.members[i].offset, &no_date, sizeof no_date);
    }
    while (reader.at < reader.end) {
        if (!read_one(table, &reader, object))
            return wf_fail(error, WF_BROKEN, "stored record breaks off at byte %zu of %zu",
                           (size_t)(reader.at - bytes.data), bytes.length);
    }
    return 0;
}
