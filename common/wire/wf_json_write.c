/* JSON text and back, and message -> JSON. */
#include "wf_field_size.h"
#include "wf_json.h"
#include "wf_path.h"

#include <glib.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* jansson's own text quotes the input, which may be a name: only its code and place are used. */
json_t *wf_json_load(struct wf_bytes text, struct wf_error *error)
{
    json_error_t fault = {0};
    const char *why = "is not JSON";
    json_t *json = json_loadb((const char *)text.data, text.length, JSON_REJECT_DUPLICATES, &fault);
    if (json_is_object(json))
        return json;
    if (json) {
        json_decref(json);
        (void)wf_fail(error, WF_INVALID, "The JSON must be an object.");
        return NULL;
    }
    switch ((int)json_error_code(&fault)) {
    case json_error_duplicate_key:
        why = "gives a member twice";
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        why = "holds a NUL character";
        break;
    case json_error_invalid_utf8:
        why = "is not UTF-8";
        break;
    case json_error_numeric_overflow:
        why = "has a number that is too large (64 bit numbers can be given as strings)";
        break;
    case json_error_stack_overflow:
        why = "is nested too deeply";
        break;
    default:
        break;
    }
    (void)wf_fail(error, WF_INVALID, "The text %s: line %d, column %d.", why, fault.line,
                  fault.column);
    return NULL;
}

static int append(const char *text, size_t length, void *buffer)
{
    wf_buffer_append(buffer, text, length);
    return 0;
}

void wf_json_dump(const json_t *json, struct wf_buffer *text)
{
    WF_ASSERT(json_dump_callback(json, append, text, JSON_COMPACT | JSON_ENCODE_ANY) == 0);
}

static json_t *write_text(const char *text)
{
    json_t *json = json_string(text);
    if (json)
        return json;
    char *mended = g_utf8_make_valid(text, -1); /* only what was never validated */
    json = json_string(mended);
    g_free(mended);
    return json;
}

static json_t *write_bytes(const ProtobufCBinaryData *bytes)
{
    size_t room = sodium_base64_encoded_len(bytes->len, sodium_base64_VARIANT_ORIGINAL);
    char *text = g_malloc(room);
    sodium_bin2base64(text, room, bytes->data, bytes->len, sodium_base64_VARIANT_ORIGINAL);
    json_t *json = json_string(text);
    g_free(text);
    return json;
}

static json_t *write_choice(const ProtobufCEnumDescriptor *type, int number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
    return value ? json_string(value->name) : json_integer(number);
}

/* A double holds no 64 bit number exactly, so the mapping writes text. */
static json_t *write_signed(int64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    return json_string(text);
}

static json_t *write_unsigned(uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, number);
    return json_string(text);
}

static json_t *write_value(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return write_text(*(char *const *)at);
    case PROTOBUF_C_TYPE_BYTES:
        return write_bytes(at);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)at);
    case PROTOBUF_C_TYPE_ENUM:
        return write_choice(field->descriptor, *(const int *)at);
    case PROTOBUF_C_TYPE_INT64:
        return write_signed(*(const int64_t *)at);
    case PROTOBUF_C_TYPE_UINT64:
        return write_unsigned(*(const uint64_t *)at);
    case PROTOBUF_C_TYPE_UINT32:
        return json_integer(*(const uint32_t *)at);
    case PROTOBUF_C_TYPE_MESSAGE:
        return wf_json_write(*(ProtobufCMessage *const *)at);
    default:
        return json_integer(*(const int32_t *)at);
    }
}

static bool is_default(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    static const char zero[sizeof(uint64_t)];
    const char *at = (const char *)message + field->offset;
    const char *quantifier = (const char *)message + field->quantifier_offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)quantifier == 0;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)quantifier != field->id;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return !*(char *const *)at || !**(char *const *)at;
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *)at)->len == 0;
    return memcmp(at, zero, wf_field_size(field->type)) == 0;
}

static json_t *write_list(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t count = *(const size_t *)((const char *)message + field->quantifier_offset);
    const char *items = *(char *const *)((const char *)message + field->offset);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list,
                                    write_value(field, items + i * wf_field_size(field->type)));
    return list;
}

json_t *wf_json_write(const ProtobufCMessage *message)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        char name[WF_JSON_NAME_MAX];
        if (is_default(message, field))
            continue;
        wf_json_name(field->name, name);
        json_t *value = field->label == PROTOBUF_C_LABEL_REPEATED
                            ? write_list(message, field)
                            : write_value(field, (const char *)message + field->offset);
        WF_ASSERT(json_object_set_new(object, name, value) == 0);
    }
    return object;
}
