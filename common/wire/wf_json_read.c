/* JSON -> message.  The types cannot nest in themselves (tests/unit/field_rules_test.c), so the recursion
 * is as deep as the schema, however deep the JSON. */
#include "wf_field_size.h"
#include "wf_json.h"
#include "wf_path.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct wf_arena *arena;
    char path[WF_PATH_MAX];
    char what[140];
};

static bool refuse(struct reader *reader, const char *what)
{
    (void)snprintf(reader->what, sizeof reader->what, "%s", what);
    return false;
}

static void *allocate(struct reader *reader, size_t size)
{
    ProtobufCAllocator *allocator = &reader->arena->allocator;
    void *memory = allocator->alloc(allocator->allocator_data, size);
    if (!memory)
        (void)refuse(reader, "is more than fits in a message");
    return memory;
}

static bool read_text(struct reader *reader, const json_t *json, char **text)
{
    if (!json_is_string(json))
        return refuse(reader, "must be a string");
    size_t length = json_string_length(json);
    if (memchr(json_string_value(json), 0, length))
        return refuse(reader, "must not hold NUL");
    *text = allocate(reader, length + 1);
    if (!*text)
        return false;
    memcpy(*text, json_string_value(json), length + 1);
    return true;
}

static bool read_bytes(struct reader *reader, const json_t *json, ProtobufCBinaryData *bytes)
{
    if (!json_is_string(json))
        return refuse(reader, "must be a string of base64");
    const char *text = json_string_value(json);
    size_t length = json_string_length(json);
    bool url_safe = strpbrk(text, "-_") != NULL;
    bool padded = length > 0 && text[length - 1] == '=';
    static const int variants[2][2] = {
        {sodium_base64_VARIANT_ORIGINAL_NO_PADDING, sodium_base64_VARIANT_ORIGINAL},
        {sodium_base64_VARIANT_URLSAFE_NO_PADDING, sodium_base64_VARIANT_URLSAFE}};
    bytes->data = allocate(reader, length / 4 * 3 + 3);
    if (!bytes->data)
        return false;
    /* libsodium's decoder takes some bytes above 127 for characters of the alphabet. */
    if (text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")] ||
        sodium_base642bin(bytes->data, length / 4 * 3 + 3, text, length, NULL, &bytes->len, NULL,
                          variants[url_safe][padded]) != 0)
        return refuse(reader, "must be a string of base64");
    return true;
}

/* "-12", "0", "7": what the mapping writes for 64 bits, and nothing looser. */
static bool is_decimal(const char *text)
{
    const char *digits = text + (text[0] == '-');
    size_t length = strlen(digits);
    return length > 0 && length <= 20 && strspn(digits, "0123456789") == length &&
           (digits[0] != '0' || (length == 1 && digits == text));
}

static bool number_in_text(const char *text, bool is_unsigned, uint64_t *bits)
{
    if (!is_decimal(text) || (is_unsigned && text[0] == '-'))
        return false;
    errno = 0;
    *bits = is_unsigned ? strtoull(text, NULL, 10) : (uint64_t)strtoll(text, NULL, 10);
    return errno == 0;
}

/* 1.0 and 1e2 are whole numbers too, as far as a double is exact. */
static bool number_in_real(double real, bool is_unsigned, uint64_t *bits)
{
    const double exact = 9007199254740992.0;
    if (!(real >= -exact && real <= exact) || (double)(int64_t)real != real)
        return false;
    *bits = (uint64_t)(int64_t)real;
    return !is_unsigned || real >= 0;
}

/* *bits: two's complement where the type is signed. */
static bool read_number(struct reader *reader, const json_t *json, bool is_unsigned, uint64_t *bits)
{
    bool good = false;
    if (json_is_integer(json)) {
        *bits = (uint64_t)json_integer_value(json);
        good = !is_unsigned || json_integer_value(json) >= 0;
    } else if (json_is_real(json)) {
        good = number_in_real(json_real_value(json), is_unsigned, bits);
    } else if (json_is_string(json)) {
        good = number_in_text(json_string_value(json), is_unsigned, bits);
    }
    return good || refuse(reader, is_unsigned ? "must be a whole number, not negative"
                                              : "must be a whole number");
}

static bool read_int32(struct reader *reader, const json_t *json, int32_t *number)
{
    uint64_t bits = 0;
    if (!read_number(reader, json, false, &bits))
        return false;
    if ((int64_t)bits < INT32_MIN || (int64_t)bits > INT32_MAX)
        return refuse(reader, "must be a whole number of 32 bits");
    *number = (int32_t)(int64_t)bits;
    return true;
}

static bool read_uint32(struct reader *reader, const json_t *json, uint32_t *number)
{
    uint64_t bits = 0;
    if (!read_number(reader, json, true, &bits))
        return false;
    if (bits > UINT32_MAX)
        return refuse(reader, "must be a whole number of 32 bits");
    *number = (uint32_t)bits;
    return true;
}

static bool read_choice(struct reader *reader, const json_t *json,
                        const ProtobufCEnumDescriptor *type, int *number)
{
    const ProtobufCEnumValue *value = NULL;
    if (json_is_string(json))
        value = protobuf_c_enum_descriptor_get_value_by_name(type, json_string_value(json));
    else if (json_is_integer(json) && llabs(json_integer_value(json)) <= INT32_MAX)
        value = protobuf_c_enum_descriptor_get_value(type, (int)json_integer_value(json));
    if (value) {
        *number = value->value;
        return true;
    }
    (void)snprintf(reader->what, sizeof reader->what, "must be one of the names of %s",
                   type->short_name);
    return false;
}

static bool read_flag(struct reader *reader, const json_t *json, protobuf_c_boolean *flag)
{
    if (!json_is_boolean(json))
        return refuse(reader, "must be true or false");
    *flag = json_is_true(json);
    return true;
}

static ProtobufCMessage *read_message(struct reader *reader, const json_t *object,
                                      const ProtobufCMessageDescriptor *descriptor);

static bool read_inner(struct reader *reader, const json_t *json,
                       const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage **message)
{
    *message = read_message(reader, json, descriptor);
    return *message != NULL;
}

static bool read_value(struct reader *reader, const json_t *json,
                       const ProtobufCFieldDescriptor *field, void *at)
{
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return read_text(reader, json, at);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(reader, json, at);
    case PROTOBUF_C_TYPE_BOOL:
        return read_flag(reader, json, at);
    case PROTOBUF_C_TYPE_ENUM:
        return read_choice(reader, json, field->descriptor, at);
    case PROTOBUF_C_TYPE_INT32:
        return read_int32(reader, json, at);
    case PROTOBUF_C_TYPE_UINT32:
        return read_uint32(reader, json, at);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return read_number(reader, json, field->type == PROTOBUF_C_TYPE_UINT64, at);
    case PROTOBUF_C_TYPE_MESSAGE:
        return read_inner(reader, json, field->descriptor, at);
    default:
        return refuse(reader, "has a type that JSON cannot carry");
    }
}

static bool read_list(struct reader *reader, const json_t *json,
                      const ProtobufCFieldDescriptor *field, ProtobufCMessage *message)
{
    size_t size = wf_field_size(field->type);
    size_t count = json_array_size(json);
    if (!json_is_array(json))
        return refuse(reader, "must be a list");
    if (count == 0)
        return true;
    char *items = allocate(reader, count * size);
    if (!items)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (read_value(reader, json_array_get(json, i), field, items + i * size))
            continue;
        wf_path_index(reader->path, i);
        return false;
    }
    *(size_t *)((char *)message + field->quantifier_offset) = count;
    *(void **)((char *)message + field->offset) = items;
    return true;
}

static bool read_field(struct reader *reader, const json_t *json,
                       const ProtobufCFieldDescriptor *field, ProtobufCMessage *message)
{
    uint32_t *chosen = (uint32_t *)((char *)message + field->quantifier_offset);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return read_list(reader, json, field, message);
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        if (*chosen != 0)
            return refuse(reader, "cannot stand beside another member of its kind");
        *chosen = field->id;
    }
    return read_value(reader, json, field, (char *)message + field->offset);
}

static const ProtobufCFieldDescriptor *find_member(const ProtobufCMessageDescriptor *descriptor,
                                                   const char *member)
{
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        char name[WF_JSON_NAME_MAX];
        wf_json_name(descriptor->fields[i].name, name);
        if (strcmp(member, name) == 0 || strcmp(member, descriptor->fields[i].name) == 0)
            return &descriptor->fields[i];
    }
    return NULL;
}

/* A name from outside goes into an answer only if it could be a name. */
static const char *printable(const char *member)
{
    size_t length =
        strspn(member, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return length > 0 && length < WF_JSON_NAME_MAX && member[length] == '\0' ? member : "?";
}

static bool read_member(struct reader *reader, const char *member, const json_t *json,
                        ProtobufCMessage *message, uint64_t *seen)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    const ProtobufCFieldDescriptor *field = find_member(descriptor, member);
    bool good = false;
    if (!field) {
        (void)snprintf(reader->what, sizeof reader->what, "is no member of %s",
                       descriptor->short_name);
    } else {
        uint64_t bit = UINT64_C(1) << (unsigned)(field - descriptor->fields);
        bool twice = (*seen & bit) != 0; /* once by each of its two names */
        *seen |= bit;
        good = twice ? refuse(reader, "is given twice")
                     : json_is_null(json) || read_field(reader, json, field, message);
    }
    if (!good)
        wf_path_name(reader->path, printable(member));
    return good;
}

static ProtobufCMessage *read_message(struct reader *reader, const json_t *object,
                                      const ProtobufCMessageDescriptor *descriptor)
{
    uint64_t seen = 0;
    const char *member = NULL;
    json_t *json = NULL;
    WF_ASSERT(descriptor->n_fields <= 64);
    if (!json_is_object(object)) {
        (void)refuse(reader, "must be an object");
        return NULL;
    }
    ProtobufCMessage *message = allocate(reader, descriptor->sizeof_message);
    if (!message)
        return NULL;
    descriptor->message_init(message);
    json_object_foreach((json_t *)(uintptr_t)object, member, json)
    {
        if (!read_member(reader, member, json, message, &seen))
            return NULL;
    }
    return message;
}

ProtobufCMessage *wf_json_read(const json_t *object, const ProtobufCMessageDescriptor *descriptor,
                               struct wf_arena *arena, char path[static WF_PATH_MAX],
                               struct wf_error *error)
{
    struct reader reader = {.arena = arena};
    arena->allocator.allocator_data = arena;
    ProtobufCMessage *message = read_message(&reader, object, descriptor);
    memcpy(path, reader.path, WF_PATH_MAX);
    if (!message)
        (void)wf_fail(error, WF_INVALID, "%.50s %s.", path[0] ? path : "The data", reader.what);
    return message;
}
