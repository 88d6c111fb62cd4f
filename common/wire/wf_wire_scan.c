#include "wf_wire_scan.h"

#include <string.h>

/* Types cannot nest deeper than the schema does (a test proves that no type contains itself). */
enum { VARINT_MAX = 10, FIELD_NUMBER_MAX = (1 << 29) - 1 };

struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

static bool read_varint(struct cursor *cursor, uint64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < VARINT_MAX && cursor->at < cursor->end; i++) {
        uint8_t byte = *cursor->at++;
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80)
            return i < VARINT_MAX - 1 || byte <= 1;
    }
    return false;
}

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *descriptor,
                                                  uint64_t number)
{
    /* Field numbers are mostly 1, 2, 3, ... */
    if (number <= descriptor->n_fields && descriptor->fields[number - 1].id == number)
        return &descriptor->fields[number - 1];
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].id == number)
            return &descriptor->fields[i];
    }
    return NULL;
}

/* One field: its descriptor (NULL if unknown) and, for a length-delimited one, its content. */
struct piece {
    const ProtobufCFieldDescriptor *field;
    struct wf_bytes content;
    bool delimited;
};

static bool skip(struct cursor *cursor, uint64_t length)
{
    if (length > (uint64_t)(cursor->end - cursor->at))
        return false;
    cursor->at += length;
    return true;
}

static bool next_piece(const ProtobufCMessageDescriptor *descriptor, struct cursor *cursor,
                       struct piece *piece)
{
    uint64_t tag = 0;
    uint64_t value = 0;
    if (!read_varint(cursor, &tag) || tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX)
        return false;
    *piece = (struct piece){.field = find_field(descriptor, tag >> 3)};
    switch (tag & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(cursor, &value);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return skip(cursor, 8);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return skip(cursor, 4);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        if (!read_varint(cursor, &value))
            return false;
        piece->delimited = true;
        piece->content.data = cursor->at;
        piece->content.length = (size_t)value;
        return skip(cursor, value);
    default:
        return false;
    }
}

static bool has_type(const struct piece *piece, ProtobufCType type)
{
    return piece->field && piece->delimited && piece->field->type == type;
}

enum wf_scan wf_scan(const ProtobufCMessageDescriptor *descriptor, struct wf_bytes bytes)
{
    enum wf_scan result = WF_SCAN_GOOD;
    if (!bytes.length)
        return result;
    struct cursor cursor = {.at = bytes.data, .end = bytes.data + bytes.length};
    while (cursor.at < cursor.end) {
        struct piece piece;
        enum wf_scan inner = WF_SCAN_GOOD;
        if (!next_piece(descriptor, &cursor, &piece))
            return WF_SCAN_BAD;
        if (has_type(&piece, PROTOBUF_C_TYPE_MESSAGE))
            inner = wf_scan(piece.field->descriptor, piece.content);
        else if (has_type(&piece, PROTOBUF_C_TYPE_STRING) && piece.content.length &&
                 memchr(piece.content.data, 0, piece.content.length))
            inner = WF_SCAN_NUL;
        if (inner == WF_SCAN_BAD)
            return WF_SCAN_BAD;
        if (inner == WF_SCAN_NUL)
            result = WF_SCAN_NUL;
    }
    return result;
}

void wf_scan_mark_nul(const ProtobufCMessageDescriptor *descriptor, uint8_t *data, size_t length)
{
    struct cursor cursor = {.at = data, .end = data + length};
    struct piece piece;
    while (cursor.at < cursor.end && next_piece(descriptor, &cursor, &piece)) {
        uint8_t *content = piece.delimited ? data + (piece.content.data - data) : NULL;
        if (has_type(&piece, PROTOBUF_C_TYPE_MESSAGE))
            wf_scan_mark_nul(piece.field->descriptor, content, piece.content.length);
        bool text = has_type(&piece, PROTOBUF_C_TYPE_STRING);
        for (size_t i = 0; text && content && i < piece.content.length; i++) {
            if (content[i] == 0)
                content[i] = 0x01;
        }
    }
}
