/* links: wf_base wf_wire */
/* The bytes of version 1 decode for ever, to the JSON that another implementation made of them. */
#include "wf_arena.h"
#include "wf_json.h"
#include "wf_messages.h"
#include "wf_path.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/envelope.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 * 1024, TYPES = 128 };

static const ProtobufCMessageDescriptor *types[TYPES] = {
    &endorse__v1__envelope__descriptor,     &endorse__v1__ack_item__descriptor,
    &endorse__v1__ack_batch__descriptor,    &endorse__v1__ping__descriptor,
    &endorse__v1__pong__descriptor,         &endorse__v1__request__descriptor,
    &endorse__v1__reply__descriptor,        &endorse__v1__publish__descriptor,
    &endorse__v1__receipt__descriptor,      &endorse__v1__outcomes_request__descriptor,
    &endorse__v1__outcome__descriptor,      &endorse__v1__outcomes_page__descriptor,
    &endorse__v1__held_request__descriptor, &endorse__v1__held_event__descriptor,
    &endorse__v1__held_page__descriptor,    &endorse__v1__door_hello__descriptor,
    &endorse__v1__door_welcome__descriptor, &endorse__v1__door_ping__descriptor,
    &endorse__v1__door_pong__descriptor,    &endorse__v1__door_request__descriptor,
    &endorse__v1__door_reply__descriptor,
};
static size_t type_count = 21;
/* One bit for each field that some sample gives a value to. */
static uint64_t covered[TYPES];

static void add_portal_types(void)
{
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        const struct wf_message_row *row = wf_message_row((enum wf_message)i);
        bool known = !(row->from & WF_FROM_PORTAL);
        for (size_t j = 0; j < type_count; j++)
            known = known || types[j] == row->descriptor;
        if (!known)
            types[type_count++] = row->descriptor;
    }
}

static size_t find_type(const char *name)
{
    for (size_t i = 0; i < type_count; i++) {
        if (strcmp(types[i]->short_name, name) == 0)
            return i;
    }
    ck_abort_msg("the golden file has %s, the schema has not", name);
}

static void read_hex(const char *hex, struct wf_buffer *bytes)
{
    unsigned byte = 0;
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
        uint8_t one = (uint8_t)byte;
        wf_buffer_append(bytes, &one, 1);
    }
}

struct sample {
    char name[64];
    size_t type;
    struct wf_buffer bytes;
    json_t *json;
};

static void compare(const struct sample *sample)
{
    struct wf_arena arena;
    struct wf_buffer packed = {0};
    char path[WF_PATH_MAX];
    struct wf_error error = {0};
    wf_arena_init(&arena, LINE);
    ProtobufCMessage *message =
        wf_unpack(types[sample->type], wf_buffer_bytes(&sample->bytes), &arena);
    ck_assert_msg(message != NULL, "%s no longer decodes", sample->name);
    ck_assert_msg(message->n_unknown_fields == 0, "%s lost a field", sample->name);
    json_t *written = wf_json_write(message);
    char *text = json_dumps(written, JSON_COMPACT);
    ck_assert_msg(json_equal(written, sample->json), "%s is now %s", sample->name, text);
    ProtobufCMessage *read = wf_json_read(sample->json, types[sample->type], &arena, path, &error);
    ck_assert_msg(read != NULL, "%s: %s", sample->name, error.text);
    wf_pack(read, &packed);
    ck_assert_msg(packed.length == sample->bytes.length, "%s packs otherwise", sample->name);
    if (packed.length)
        ck_assert_mem_eq(packed.data, sample->bytes.data, packed.length);
    free(text);
    json_decref(written);
    wf_buffer_fini(&packed);
    wf_arena_fini(&arena);
}

static void note_covered(const struct sample *sample)
{
    const ProtobufCMessageDescriptor *type = types[sample->type];
    for (unsigned i = 0; i < type->n_fields; i++) {
        char name[WF_JSON_NAME_MAX];
        wf_json_name(type->fields[i].name, name);
        if (json_object_get(sample->json, name))
            covered[sample->type] |= UINT64_C(1) << i;
    }
}

static void run_file(const char *file)
{
    char *line = malloc(LINE);
    struct sample sample = {.json = NULL};
    FILE *stream = fopen(file, "r");
    ck_assert_msg(stream != NULL, "%s is missing", file);
    while (fgets(line, LINE, stream)) {
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "message %63s", sample.name) == 1) {
            sample.type = find_type(sample.name);
        } else if (strncmp(line, "hex ", 4) == 0) {
            wf_buffer_clear(&sample.bytes);
            read_hex(line + 4, &sample.bytes);
        } else if (strncmp(line, "json ", 5) == 0) {
            sample.json = json_loads(line + 5, 0, NULL);
            ck_assert_ptr_nonnull(sample.json);
            compare(&sample);
            note_covered(&sample);
            json_decref(sample.json);
        }
    }
    ck_assert_int_eq(fclose(stream), 0);
    wf_buffer_fini(&sample.bytes);
    free(line);
}

START_TEST(version_1_decodes_and_packs_as_ever)
{
    add_portal_types();
    run_file(WF_SOURCE_DIR "/tests/codec/golden_v1.txt");
    for (size_t i = 0; i < type_count; i++) {
        for (unsigned j = 0; j < types[i]->n_fields; j++)
            ck_assert_msg(covered[i] & (UINT64_C(1) << j), "%s.%s has no golden sample",
                          types[i]->short_name, types[i]->fields[j].name);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("golden bytes");
    TCase *tests = tcase_create("version 1");
    tcase_add_test(tests, version_1_decodes_and_packs_as_ever);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
