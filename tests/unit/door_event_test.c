/* links: wf_base wf_wire */
#include "wf_cloudevent.h"

#include "wf_arena.h"
#include "wf_messages.h"

#include "endorse/v1/events.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wf_door_event result;
static char path[WF_PATH_MAX];
static struct wf_error error;

static void teardown(void)
{
    wf_door_event_fini(&result);
}

static int from_json(const char *type, const char *subject, const char *data)
{
    struct wf_cloudevent event = {.id = "e-1"};
    (void)snprintf(event.type, sizeof event.type, "%s", type);
    (void)snprintf(event.subject, sizeof event.subject, "%s", subject);
    error = (struct wf_error){0};
    struct wf_bytes bytes = {(const uint8_t *)data, strlen(data)};
    return wf_door_event_from_json(&event, bytes, &result, path, &error);
}

#define TRAINING "org.endorse.application.training.added.v1"
#define GOOD_TRAINING                                                                              \
    "{\"entryId\":\"T-1\",\"topic\":\"TRAINING_DEI\",\"hoursHundredths\":150,"                     \
    "\"completedOn\":\"2024-05-02\"}"

START_TEST(both_doors_give_the_same_act)
{
    struct wf_door_event other = {0};
    ck_assert_int_eq(from_json(TRAINING, "application/MA-1", GOOD_TRAINING), 0);
    ck_assert_uint_eq(result.message, WF_MESSAGE_TRAINING_ADDED);
    ck_assert_str_eq(result.kind, "application");
    ck_assert_str_eq(result.id, "MA-1");
    ck_assert_int_eq(wf_door_event_from_protobuf(TRAINING, "application/MA-1",
                                                 wf_buffer_bytes(&result.payload), &other, path,
                                                 &error),
                     0);
    ck_assert_uint_eq(other.payload.length, result.payload.length);
    ck_assert_mem_eq(other.payload.data, result.payload.data, result.payload.length);
    wf_door_event_fini(&other);
}
END_TEST

/* Fields in another order, a default written out: the fingerprint must not see it. */
START_TEST(the_packing_is_canonical)
{
    static const char odd[] = "\42\n2024-05-02"
                              "\20\2"
                              "\30\0\30\226\1"
                              "\12\3T-1";
    struct wf_door_event other = {0};
    ck_assert_int_eq(from_json(TRAINING, "application/MA-1", GOOD_TRAINING), 0);
    ck_assert_int_eq(
        wf_door_event_from_protobuf(TRAINING, "application/MA-1",
                                    (struct wf_bytes){(const uint8_t *)odd, sizeof odd - 1}, &other,
                                    path, &error),
        0);
    ck_assert_uint_eq(other.payload.length, result.payload.length);
    ck_assert_mem_eq(other.payload.data, result.payload.data, result.payload.length);
    wf_door_event_fini(&other);
}
END_TEST

static const struct {
    const char *type;
    const char *subject;
    const char *data;
    const char *where;
} bad[] = {
    {"org.endorse.nothing.v1", "application/MA-1", "{}", "type"},
    {"endorse.rating.reported.v1", "application/MA-1", "{}", "type"}, /* programs only */
    {"endorse.tick", "application/MA-1", "{}", "type"},
    {TRAINING, "person/P-1", GOOD_TRAINING, "subject"},
    {TRAINING, "MA-1", GOOD_TRAINING, "subject"},
    {TRAINING, "application/MA-1", "{", "data"},
    {TRAINING, "application/MA-1", "{}", "data.entryId"},
    {TRAINING, "application/MA-1", "{\"entryId\":\"T-1\",\"note\":\"x\"}", "data.note"},
    {TRAINING, "application/MA-1", "{\"entryId\":\"T-1\",\"a b\":\"x\"}", "data.?"},
    {TRAINING, "application/MA-1", "{\"entryId\":\"T-1\",\"topic\":\"TRAINING_NONE\"}",
     "data.topic"},
    {TRAINING, "application/MA-1", "{\"entryId\":1}", "data.entryId"},
    {"org.endorse.application.decision.recorded.v1", "application/MA-1",
     "{\"reviewerId\":\"R-1\",\"decision\":\"DECISION_DEFER\",\"decidedOn\":\"2026-01-01\","
     "\"reasons\":[\"a\",\"B\"]}",
     "data.reasons[1]"},
    {"org.endorse.application.fee.paid.v1", "application/MA-1",
     "{\"paymentId\":\"F-1\",\"kind\":\"FEE_PROCESSING\",\"amountMinor\":\"100\",\"currency\":"
     "\"USD\",\"paidOn\":\"2026-01-01\",\"association\":\"MassAIMH\"}",
     "data.association"},
    {"org.endorse.renewal.fee.paid.v1", "person/P-1",
     "{\"paymentId\":\"F-1\",\"kind\":\"FEE_RENEWAL\",\"amountMinor\":\"100\",\"currency\":"
     "\"USD\",\"paidOn\":\"2026-01-01\"}",
     "data.association"},
};

START_TEST(a_fault_is_named)
{
    ck_assert_int_eq(from_json(bad[_i].type, bad[_i].subject, bad[_i].data), -1);
    ck_assert_int_eq((int)error.code, WF_INVALID);
    ck_assert_str_eq(path, bad[_i].where);
}
END_TEST

START_TEST(a_nul_in_a_protobuf_text_is_named)
{
    static const char nul[] = "\12\3a\0b";
    struct wf_bytes bytes = {(const uint8_t *)nul, sizeof nul - 1};
    ck_assert_int_eq(wf_door_event_from_protobuf("org.endorse.person.name.changed.v1", "person/P-1",
                                                 bytes, &result, path, &error),
                     -1);
    ck_assert_str_eq(path, "data.displayName");
    ck_assert_msg(strstr(error.text, "NUL") != NULL, "%s", error.text);
}
END_TEST

START_TEST(an_unknown_protobuf_field_is_named_by_number)
{
    static const char unknown[] = "\12\1a\250\1\1";
    struct wf_bytes bytes = {(const uint8_t *)unknown, sizeof unknown - 1};
    ck_assert_int_eq(wf_door_event_from_protobuf("org.endorse.person.name.changed.v1", "person/P-1",
                                                 bytes, &result, path, &error),
                     -1);
    ck_assert_str_eq(path, "data.#21");
}
END_TEST

START_TEST(data_that_is_no_message_or_too_long_is_refused)
{
    uint8_t *bytes = calloc(1, 4096);
    ck_assert_int_eq(wf_door_event_from_protobuf(TRAINING, "application/MA-1",
                                                 (struct wf_bytes){bytes, 3}, &result, path,
                                                 &error),
                     -1);
    ck_assert_str_eq(path, "data");
    ck_assert_int_eq(wf_door_event_from_protobuf(TRAINING, "application/MA-1",
                                                 (struct wf_bytes){bytes, 4096}, &result, path,
                                                 &error),
                     -1);
    ck_assert_str_eq(path, "data");
    ck_assert_msg(strstr(error.text, "at most 2048 bytes") != NULL, "%s", error.text);
    free(bytes);
}
END_TEST

/* What unpacking needs grows with what came; the largest allowed essay must fit, in both forms. */
START_TEST(the_longest_essay_fits)
{
    enum { ANSWER = 30000 };
    char *answer = malloc(ANSWER + 1);
    char *data = malloc(3 * ANSWER);
    memset(answer, 'x', ANSWER);
    answer[ANSWER] = '\0';
    (void)snprintf(data, 3 * ANSWER,
                   "{\"examId\":\"X-1\",\"form\":\"F-1\",\"language\":\"en\",\"answers\":[\"%s\","
                   "\"%s\"]}",
                   answer, answer);
    ck_assert_int_eq(from_json("org.endorse.exam.essay.submitted.v1", "application/MA-1", data), 0);
    ck_assert_uint_gt(result.payload.length, 2 * ANSWER);
    free(answer);
    free(data);
}
END_TEST

static bool is_named(const void *context, const char *association)
{
    return strcmp(context, association) == 0;
}

/* Every member that is an association is asked for, whichever the message. */
START_TEST(a_foreign_association_is_found)
{
    ck_assert_int_eq(from_json("org.endorse.membership.verified.v1", "person/P-1",
                               "{\"association\":\"A\",\"untilOn\":\"2027-01-01\"}"),
                     0);
    ck_assert(wf_door_event_is_allowed(&result, is_named, "A"));
    ck_assert(!wf_door_event_is_allowed(&result, is_named, "B"));
    wf_door_event_fini(&result);
    ck_assert_int_eq(from_json("org.endorse.standing.transferred.v1", "person/P-1",
                               "{\"fromAssociation\":\"A\",\"toAssociation\":\"B\","
                               "\"on\":\"2026-01-01\"}"),
                     0);
    ck_assert(!wf_door_event_is_allowed(&result, is_named, "A"));
    wf_door_event_fini(&result);
    ck_assert_int_eq(from_json(TRAINING, "application/MA-1", GOOD_TRAINING), 0);
    ck_assert(wf_door_event_is_allowed(&result, is_named, "")); /* it names none */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("door event: SPEC 5.2");
    TCase *tests = tcase_create("events");
    tcase_add_checked_fixture(tests, NULL, teardown);
    tcase_add_test(tests, both_doors_give_the_same_act);
    tcase_add_test(tests, the_packing_is_canonical);
    tcase_add_loop_test(tests, a_fault_is_named, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tests, a_nul_in_a_protobuf_text_is_named);
    tcase_add_test(tests, an_unknown_protobuf_field_is_named_by_number);
    tcase_add_test(tests, data_that_is_no_message_or_too_long_is_refused);
    tcase_add_test(tests, the_longest_essay_fits);
    tcase_add_test(tests, a_foreign_association_is_found);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
