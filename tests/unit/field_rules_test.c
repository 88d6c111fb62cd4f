/* links: wf_base wf_wire */
/* Holds fields.def and the schema together: whoever adds a field to a message that comes from
 * outside must say its rule. */
#include "wf_fields.h"
#include "wf_messages.h"
#include "wf_path.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/envelope.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { OUTSIDE = WF_FROM_PORTAL | WF_FROM_GATEWAY | WF_FROM_ENDORSECTL, DEEPEST = 8 };

static void check_rows_below(const ProtobufCMessageDescriptor *descriptor, int depth)
{
    const struct wf_field_row *const *rows = wf_field_rows(descriptor);
    ck_assert_msg(depth < DEEPEST, "%s contains itself", descriptor->name);
    ck_assert_msg(rows || descriptor->n_fields == 0, "%s has no rows", descriptor->name);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        ck_assert_msg(rows[i] != NULL, "%s.%s has no row", descriptor->name, field->name);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE && rows[i]->presence != WF_PRESENCE_ABSENT)
            check_rows_below(field->descriptor, depth + 1);
    }
}

START_TEST(every_field_from_outside_has_a_row)
{
    for (int i = 1; i < WF_MESSAGE_COUNT; i++) {
        const struct wf_message_row *row = wf_message_row((enum wf_message)i);
        if (row->from & OUTSIDE)
            check_rows_below(row->descriptor, 0);
    }
    check_rows_below(&endorse__v1__door_request__descriptor, 0);
}
END_TEST

START_TEST(every_row_names_a_field_once)
{
    const struct wf_field_row *row = NULL;
    for (size_t i = 0; (row = wf_field_row(i)) != NULL; i++) {
        ck_assert_msg(
            protobuf_c_message_descriptor_get_field_by_name(row->descriptor, row->field) != NULL,
            "%s has no field %s", row->descriptor->name, row->field);
        for (size_t j = 0; j < i; j++) {
            const struct wf_field_row *other = wf_field_row(j);
            ck_assert_msg(other->descriptor != row->descriptor ||
                              strcmp(other->field, row->field) != 0,
                          "%s.%s has two rows", row->descriptor->name, row->field);
        }
    }
}
END_TEST

static bool rule_fits_type(enum wf_rule rule, ProtobufCType type)
{
    switch ((int)type) {
    case PROTOBUF_C_TYPE_STRING:
        return rule != WF_RULE_ANY && rule != WF_RULE_NUMBER && rule != WF_RULE_CHOICE &&
               rule != WF_RULE_DIGEST && rule != WF_RULE_MESSAGE;
    case PROTOBUF_C_TYPE_ENUM:
        return rule == WF_RULE_CHOICE;
    case PROTOBUF_C_TYPE_MESSAGE:
        return rule == WF_RULE_MESSAGE;
    case PROTOBUF_C_TYPE_BYTES:
        return rule == WF_RULE_DIGEST || rule == WF_RULE_ANY;
    case PROTOBUF_C_TYPE_BOOL:
        return rule == WF_RULE_ANY;
    default:
        return rule == WF_RULE_NUMBER || rule == WF_RULE_ANY;
    }
}

START_TEST(every_rule_suits_the_type_of_its_field)
{
    const struct wf_field_row *row = NULL;
    for (size_t i = 0; (row = wf_field_row(i)) != NULL; i++) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(row->descriptor, row->field);
        bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
        bool bounded = row->rule == WF_RULE_NUMBER || row->rule == WF_RULE_DATE;
        ck_assert_msg(rule_fits_type(row->rule, field->type), "%s.%s", row->descriptor->name,
                      row->field);
        ck_assert_msg(row->least <= row->most, "%s.%s", row->descriptor->name, row->field);
        ck_assert_msg(row->items >= 1 && (repeated || row->items == 1), "%s.%s",
                      row->descriptor->name, row->field);
        ck_assert_msg(!bounded || row->most > 0, "%s.%s", row->descriptor->name, row->field);
        ck_assert_msg(row->presence != WF_PRESENCE_ABSENT || row->rule == WF_RULE_MESSAGE, "%s.%s",
                      row->descriptor->name, row->field);
        /* A number that must not be 0 is required, and says so. */
        ck_assert_msg(row->rule != WF_RULE_NUMBER ||
                          (row->least > 0) == (row->presence == WF_PRESENCE_REQUIRED),
                      "%s.%s", row->descriptor->name, row->field);
    }
}
END_TEST

static void check_types_below(const ProtobufCMessageDescriptor *descriptor, int depth)
{
    ck_assert_msg(depth < DEEPEST, "%s contains itself: unpacking has no recursion limit",
                  descriptor->name);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        char name[WF_JSON_NAME_MAX];
        wf_json_name(field->name, name);
        ck_assert_msg(strlen(name) < WF_JSON_NAME_MAX - 1, "%s.%s is too long a name",
                      descriptor->name, field->name);
        switch ((int)field->type) {
        case PROTOBUF_C_TYPE_STRING:
        case PROTOBUF_C_TYPE_BYTES:
        case PROTOBUF_C_TYPE_ENUM:
        case PROTOBUF_C_TYPE_BOOL:
        case PROTOBUF_C_TYPE_INT32:
        case PROTOBUF_C_TYPE_UINT32:
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64:
            break;
        case PROTOBUF_C_TYPE_MESSAGE:
            check_types_below(field->descriptor, depth + 1);
            break;
        default:
            ck_abort_msg("%s.%s: a type that nothing checks", descriptor->name, field->name);
        }
    }
}

START_TEST(the_schema_has_only_types_that_are_checked_and_none_in_itself)
{
    check_types_below(&endorse__v1__envelope__descriptor, 0);
    check_types_below(&endorse__v1__ack_batch__descriptor, 0);
    check_types_below(&endorse__v1__ping__descriptor, 0);
    check_types_below(&endorse__v1__pong__descriptor, 0);
    check_types_below(&endorse__v1__request__descriptor, 0);
    check_types_below(&endorse__v1__reply__descriptor, 0);
    check_types_below(&endorse__v1__door_request__descriptor, 0);
    check_types_below(&endorse__v1__door_reply__descriptor, 0);
    for (int i = 1; i < WF_MESSAGE_COUNT; i++)
        check_types_below(wf_message_row((enum wf_message)i)->descriptor, 0);
}
END_TEST

START_TEST(a_person_and_an_association_fit_in_the_id_of_a_standing)
{
    const struct wf_field_row *row = NULL;
    ck_assert_int_eq(WF_ASSOCIATION_MAX, 16); /* SPEC 5.2 says so to portals */
    ck_assert_int_eq(WF_ASSOCIATION_MAX + 1 + WF_PERSON_MAX, WF_ID_MAX);
    for (size_t i = 0; (row = wf_field_row(i)) != NULL; i++) {
        if (strstr(row->field, "association"))
            ck_assert_msg(row->rule == WF_RULE_CODE && row->most == WF_ASSOCIATION_MAX, "%s.%s",
                          row->descriptor->name, row->field);
        if (strcmp(row->field, "person_id") == 0 || strcmp(row->field, "rater_id") == 0)
            ck_assert_msg(row->most == WF_PERSON_MAX, "%s.%s", row->descriptor->name, row->field);
    }
}
END_TEST

START_TEST(names_become_what_json_has)
{
    char name[WF_JSON_NAME_MAX];
    wf_json_name("hours_hundredths", name);
    ck_assert_str_eq(name, "hoursHundredths");
    wf_json_name("token_sha256", name);
    ck_assert_str_eq(name, "tokenSha256");
    wf_json_name("on", name);
    ck_assert_str_eq(name, "on");
}
END_TEST

START_TEST(a_path_grows_from_its_end_and_never_beyond_its_room)
{
    char path[WF_PATH_MAX] = "";
    wf_path_name(path, "remark");
    wf_path_index(path, 12);
    wf_path_name(path, "answers");
    ck_assert_str_eq(path, "answers[12].remark");
    for (int i = 0; i < 20; i++)
        wf_path_name(path, "aLongNameOfAField");
    ck_assert_uint_eq(strlen(path), WF_PATH_MAX - 1);
    ck_assert_int_eq(strncmp(path, "aLongNameOfAField.aLong", 23), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fields.def");
    TCase *tests = tcase_create("rows");
    tcase_add_test(tests, every_field_from_outside_has_a_row);
    tcase_add_test(tests, every_row_names_a_field_once);
    tcase_add_test(tests, every_rule_suits_the_type_of_its_field);
    tcase_add_test(tests, the_schema_has_only_types_that_are_checked_and_none_in_itself);
    tcase_add_test(tests, a_person_and_an_association_fit_in_the_id_of_a_standing);
    tcase_add_test(tests, names_become_what_json_has);
    tcase_add_test(tests, a_path_grows_from_its_end_and_never_beyond_its_room);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
