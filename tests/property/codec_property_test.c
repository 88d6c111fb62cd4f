/* links: wf_base wf_wire */
/* Of every message type: what was made at random comes back from its bytes and from its JSON. */
#include "wf_arena.h"
#include "wf_field_size.h"
#include "wf_json.h"
#include "wf_messages.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/envelope.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 60, ARENA = 256 * 1024 };

static uint64_t state;

/* xorshift64*: repeatable, and said with the failure. */
static uint32_t any(uint32_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static uint64_t any_bits(void)
{
    static const uint64_t edges[] = {0, 1, 127, 128, INT32_MAX, (uint64_t)INT64_MAX, UINT64_MAX};
    uint64_t bits = (uint64_t)any(UINT32_MAX) << 32 | any(UINT32_MAX);
    return any(2) ? edges[any(7)] : bits >> any(64);
}

static void *room(struct wf_arena *arena, size_t size)
{
    void *memory = arena->allocator.alloc(arena, size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static char *any_text(struct wf_arena *arena)
{
    static const char *const pieces[] = {
        "a", "Z9",   " ",   "\"", "\\", "\n", "\xc3\xab", "\xe6\x9d\x8e", "\xf0\x9f\x99\x82",
        "/", "\x7f", "\x01"};
    char *text = room(arena, 64);
    text[0] = '\0';
    for (uint32_t i = any(12); i > 0; i--)
        strcat(text, pieces[any(12)]);
    return text;
}

static ProtobufCMessage *any_message(struct wf_arena *arena,
                                     const ProtobufCMessageDescriptor *descriptor);

static void any_value(struct wf_arena *arena, const ProtobufCFieldDescriptor *field, void *at)
{
    const ProtobufCEnumDescriptor *type = field->descriptor;
    ProtobufCBinaryData *bytes = at;
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **)at = any_text(arena);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        bytes->len = any(20);
        bytes->data = room(arena, 20);
        for (size_t i = 0; i < bytes->len; i++)
            bytes->data[i] = (uint8_t)any(256);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)at = (protobuf_c_boolean)any(2);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        *(int *)at = type->values[any(type->n_values)].value;
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        *(uint64_t *)at = any_bits();
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)at = any_message(arena, field->descriptor);
        break;
    default:
        *(uint32_t *)at = (uint32_t)any_bits();
    }
}

static void any_field(struct wf_arena *arena, const ProtobufCFieldDescriptor *field,
                      ProtobufCMessage *message)
{
    char *at = (char *)message + field->offset;
    char *quantifier = (char *)message + field->quantifier_offset;
    size_t count = any(4);
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        bool chosen = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
        if (chosen && (*(uint32_t *)quantifier || any(3)))
            return;
        if (chosen)
            *(uint32_t *)quantifier = field->id;
        any_value(arena, field, at);
        return;
    }
    char *items = room(arena, 4 * wf_field_size(field->type));
    for (size_t i = 0; i < count; i++)
        any_value(arena, field, items + i * wf_field_size(field->type));
    *(size_t *)quantifier = count;
    *(void **)at = items;
}

static ProtobufCMessage *any_message(struct wf_arena *arena,
                                     const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = room(arena, descriptor->sizeof_message);
    descriptor->message_init(message);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (any(4))
            any_field(arena, &descriptor->fields[i], message);
    }
    return message;
}

static void assert_packs_as(const ProtobufCMessage *message, const struct wf_buffer *expected,
                            const char *how)
{
    struct wf_buffer packed = {0};
    wf_pack(message, &packed);
    ck_assert_msg(packed.length == expected->length &&
                      (!packed.length || memcmp(packed.data, expected->data, packed.length) == 0),
                  "%s is another after %s", message->descriptor->name, how);
    wf_buffer_fini(&packed);
}

static void round_trips(const ProtobufCMessageDescriptor *descriptor)
{
    struct wf_arena arena;
    struct wf_buffer packed = {0};
    struct wf_buffer text = {0};
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    wf_arena_init(&arena, ARENA);
    wf_pack(any_message(&arena, descriptor), &packed);
    ProtobufCMessage *unpacked = wf_unpack(descriptor, wf_buffer_bytes(&packed), &arena);
    ck_assert_msg(unpacked != NULL, "%s", descriptor->name);
    assert_packs_as(unpacked, &packed, "unpacking");
    json_t *written = wf_json_write(unpacked);
    wf_json_dump(written, &text);
    json_t *loaded = wf_json_load(wf_buffer_bytes(&text), &error);
    ck_assert_msg(loaded != NULL, "%s: %s", descriptor->name, error.text);
    ProtobufCMessage *read = wf_json_read(loaded, descriptor, &arena, path, &error);
    ck_assert_msg(read != NULL, "%s: %s", descriptor->name, error.text);
    assert_packs_as(read, &packed, "JSON");
    json_decref(loaded);
    json_decref(written);
    wf_buffer_fini(&text);
    wf_buffer_fini(&packed);
    wf_arena_fini(&arena);
}

/* One bit of a good message changed: a message or none, and never a byte outside the arena. */
static void survives_damage(const ProtobufCMessageDescriptor *descriptor)
{
    struct wf_arena arena;
    struct wf_buffer packed = {0};
    wf_arena_init(&arena, ARENA);
    wf_pack(any_message(&arena, descriptor), &packed);
    for (int i = 0; packed.length && i < 16; i++) {
        packed.data[any((uint32_t)packed.length)] ^= (uint8_t)(1u << any(8));
        (void)wf_unpack(descriptor, wf_buffer_bytes(&packed), &arena);
    }
    wf_buffer_fini(&packed);
    wf_arena_fini(&arena);
}

static const ProtobufCMessageDescriptor *descriptor_of(int message)
{
    static const ProtobufCMessageDescriptor *const frames[] = {
        &endorse__v1__envelope__descriptor,  &endorse__v1__ack_batch__descriptor,
        &endorse__v1__request__descriptor,   &endorse__v1__reply__descriptor,
        &endorse__v1__pong__descriptor,      &endorse__v1__door_request__descriptor,
        &endorse__v1__door_reply__descriptor};
    int past = message - WF_MESSAGE_COUNT;
    return past < 0 ? wf_message_row((enum wf_message)message)->descriptor : frames[past];
}
enum { WITH_FRAMES = WF_MESSAGE_COUNT + 7 };

START_TEST(bytes_and_json_bring_every_message_back)
{
    for (int round = 0; round < ROUNDS; round++) {
        state = (uint64_t)_i * 1000003 + (uint64_t)round + 1;
        round_trips(descriptor_of(_i));
    }
}
END_TEST

START_TEST(damaged_bytes_are_a_message_or_none)
{
    for (int round = 0; round < ROUNDS; round++) {
        state = (uint64_t)_i * 1000003 + (uint64_t)round + 1;
        survives_damage(descriptor_of(_i));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec: every message type");
    TCase *tests = tcase_create("at random");
    tcase_add_loop_test(tests, bytes_and_json_bring_every_message_back, 1, WITH_FRAMES);
    tcase_add_loop_test(tests, damaged_bytes_are_a_message_or_none, 1, WITH_FRAMES);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
