/* links: wf_base wf_wire */
#include "wf_validate.h"

#include "wf_fields.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char path[WF_PATH_MAX];
static struct wf_error error;

/* The schema's structs have `char *`: one buffer for each text a test needs. */
static char *text(const char *content)
{
    static char texts[16][512];
    static unsigned next = 0;
    char *room = texts[next++ % 16];
    (void)snprintf(room, sizeof texts[0], "%s", content);
    return room;
}

static Endorse__V1__TrainingAdded training(void)
{
    Endorse__V1__TrainingAdded message = ENDORSE__V1__TRAINING_ADDED__INIT;
    message.entry_id = text("T-1");
    message.topic = ENDORSE__V1__TRAINING_TOPIC__TRAINING_DEI;
    message.hours_hundredths = 150;
    message.completed_on = text("2024-05-02");
    return message;
}

static void assert_refused(const ProtobufCMessage *message, const char *where, const char *says)
{
    error = (struct wf_error){0};
    ck_assert_int_eq(wf_validate(message, path, &error), -1);
    ck_assert_int_eq((int)error.code, WF_INVALID);
    ck_assert_str_eq(path, where);
    ck_assert_msg(strstr(error.text, where) == error.text, "the sentence names it: %s", error.text);
    ck_assert_msg(strstr(error.text, says) != NULL, "\"%s\" in: %s", says, error.text);
}

static void assert_valid(const ProtobufCMessage *message)
{
    error = (struct wf_error){0};
    ck_assert_msg(wf_validate(message, path, &error) == 0, "%s: %s", path, error.text);
    ck_assert_str_eq(path, "");
}

START_TEST(a_good_message_passes)
{
    Endorse__V1__TrainingAdded message = training();
    assert_valid(&message.base);
}
END_TEST

START_TEST(a_required_field_left_out_is_named)
{
    Endorse__V1__TrainingAdded message = training();
    message.entry_id = text("");
    assert_refused(&message.base, "entryId", "1 to 64 characters");
    message = training();
    message.topic = ENDORSE__V1__TRAINING_TOPIC__TRAINING_TOPIC_UNSPECIFIED;
    assert_refused(&message.base, "topic", "TrainingTopic");
    message = training();
    message.hours_hundredths = 0;
    assert_refused(&message.base, "hoursHundredths", "from 1 to 1000000");
}
END_TEST

START_TEST(hours_have_their_range)
{
    Endorse__V1__TrainingAdded message = training();
    message.hours_hundredths = 1000000;
    assert_valid(&message.base);
    message.hours_hundredths = 1000001;
    assert_refused(&message.base, "hoursHundredths", "from 1 to 1000000");
    message.hours_hundredths = -1;
    assert_refused(&message.base, "hoursHundredths", "from 1 to 1000000");
}
END_TEST

START_TEST(an_unknown_enum_value_is_refused_and_in_messages_without_rows_too)
{
    Endorse__V1__TrainingAdded message = training();
    message.topic = (Endorse__V1__TrainingTopic)99;
    assert_refused(&message.base, "topic", "TrainingTopic");
    Endorse__V1__StandingChanged changed = ENDORSE__V1__STANDING_CHANGED__INIT;
    assert_valid(&changed.base);
    changed.status = (Endorse__V1__StandingStatus)99;
    assert_refused(&changed.base, "status", "StandingStatus");
}
END_TEST

static const char *const bad_dates[] = {
    "2024-5-2", "2024-02-30",           "1949-12-31", "2200-01-01", "0000-00-00",
    "24-05-02", "2024-05-02T00:00:00Z", "tomorrow",   "2024-05-02 "};
START_TEST(an_absurd_date_is_refused)
{
    Endorse__V1__TrainingAdded message = training();
    message.completed_on = text(bad_dates[_i]);
    assert_refused(&message.base, "completedOn", "YYYY-MM-DD, year 1950 to 2199");
}
END_TEST

static const char *const good_dates[] = {"1950-01-01", "2024-02-29", "2199-12-31"};
START_TEST(a_real_date_passes)
{
    Endorse__V1__TrainingAdded message = training();
    message.completed_on = text(good_dates[_i]);
    assert_valid(&message.base);
}
END_TEST

static const char *const bad_names[] = {
    "Avery\nExample", /* line feed: a header of a mail */
    "Avery\x01"
    "Example",                /* what a NUL becomes */
    "Avery \xc3",             /* cut UTF-8 */
    "Avery \xff",             /* no UTF-8 */
    "Avery \xc0\x80",         /* overlong NUL */
    "Avery \xed\xa0\x80",     /* half of a surrogate pair */
    "Avery \xc2\x85",         /* C1 next line */
    "Avery \x7f",             /* DEL */
    "Avery \xe2\x80\xae txe", /* right-to-left override */
    "Avery \xe2\x81\xa6",     /* left-to-right isolate */
    "Avery \xe2\x80\xa8",     /* line separator */
    "Avery \xe2\x80\xa9",     /* paragraph separator */
    "Avery\tExample",
};
START_TEST(an_unreadable_text_is_refused)
{
    Endorse__V1__PersonNameChanged message = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    message.display_name = text(bad_names[_i]);
    assert_refused(&message.base, "displayName", "UTF-8 without NUL, control characters");
}
END_TEST

START_TEST(an_unreadable_text_is_refused_in_messages_without_rows_too)
{
    Endorse__V1__MailArgument argument = ENDORSE__V1__MAIL_ARGUMENT__INIT;
    Endorse__V1__MailArgument *arguments[] = {&argument};
    Endorse__V1__MailRequested message = ENDORSE__V1__MAIL_REQUESTED__INIT;
    message.n_arguments = 1;
    message.arguments = arguments;
    assert_valid(&message.base);
    argument.value = text(bad_names[_i]);
    assert_refused(&message.base, "arguments[0].value", "UTF-8 without NUL");
}
END_TEST

START_TEST(names_of_every_alphabet_pass)
{
    Endorse__V1__PersonNameChanged message = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    message.display_name = text("Zo\xc3\xab O'Sample-\xe6\x9d\x8e");
    assert_valid(&message.base);
}
END_TEST

START_TEST(a_name_has_an_end_and_no_space_there)
{
    char long_name[122];
    Endorse__V1__PersonNameChanged message = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    memset(long_name, 'a', 121);
    long_name[121] = '\0';
    message.display_name = text(long_name);
    assert_refused(&message.base, "displayName", "1 to 120 bytes");
    message.display_name = text("Avery Example ");
    assert_refused(&message.base, "displayName", "without spaces at its ends");
    message.display_name = text(" ");
    assert_refused(&message.base, "displayName", "without spaces at its ends");
}
END_TEST

START_TEST(prose_may_have_lines_and_no_other_control)
{
    Endorse__V1__RatingDecline message = ENDORSE__V1__RATING_DECLINE__INIT;
    message.token = text("00abc");
    message.reason = text("First line\r\n\tsecond line\n");
    assert_valid(&message.base);
    message.reason = text("bell\a");
    assert_refused(&message.base, "reason", "control characters");
}
END_TEST

/* Intake SPEC 10.4: names and remarks may hold what an answer may not. */
static const struct {
    const char *text, *says;
} unseen[] = {{"right\xe2\x80\x8f", "must not hold U+200F"},
              {"tag\xf3\xa0\x80\xa0", "must not hold U+E0020"},
              {"\xef\xbb\xbfmark", "must not hold U+FEFF"},
              {"isolate\xe2\x81\xa9", "must be UTF-8 without NUL"},
              {"one\xef\xbf\xbf", "must be UTF-8 without NUL"},
              {"cut \xed\xb0\x80", "must be UTF-8 without NUL"}};
START_TEST(an_answer_holds_what_a_reader_sees)
{
    Endorse__V1__EssaySubmitted message = ENDORSE__V1__ESSAY_SUBMITTED__INIT;
    char *answers[] = {text("First line\r\n\tsecond \xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"),
                       text("plain")};
    message.exam_id = text("X-1");
    message.form = text("mentor-policy-1");
    message.language = text("en");
    message.n_answers = 2;
    message.answers = answers;
    assert_valid(&message.base);
    answers[1] = text(unseen[_i].text);
    assert_refused(&message.base, "answers[1]", unseen[_i].says);
}
END_TEST

START_TEST(a_name_may_have_direction_marks)
{
    Endorse__V1__PersonNameChanged message = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    message.display_name =
        text("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\xe2\x80\x8f (Example)\xe2\x80\x8e");
    assert_valid(&message.base);
}
END_TEST

START_TEST(lists_have_an_end_and_name_the_item)
{
    char *reasons[9];
    Endorse__V1__DecisionRecorded message = ENDORSE__V1__DECISION_RECORDED__INIT;
    message.reviewer_id = text("R-1");
    message.decision = ENDORSE__V1__DECISION__DECISION_DEFER;
    message.decided_on = text("2026-03-01");
    message.reasons = reasons;
    char *reason = text("training-short");
    for (size_t i = 0; i < 9; i++)
        reasons[i] = reason;
    message.n_reasons = 8;
    assert_valid(&message.base);
    message.n_reasons = 9;
    assert_refused(&message.base, "reasons", "0 to 8 items");
    message.n_reasons = 3;
    reasons[2] = text("Training Short");
    assert_refused(&message.base, "reasons[2]", "small letters");
    reasons[2] = text("");
    assert_refused(&message.base, "reasons[2]", "small letters");
}
END_TEST

START_TEST(a_required_list_needs_an_item)
{
    Endorse__V1__PortalPut message = ENDORSE__V1__PORTAL_PUT__INIT;
    assert_refused(&message.base, "associations", "1 to 64 items");
}
END_TEST

START_TEST(a_digest_has_its_length)
{
    uint8_t digest[33] = {0};
    Endorse__V1__PortalRotate message = ENDORSE__V1__PORTAL_ROTATE__INIT;
    assert_valid(&message.base);
    message.token_sha256 = (ProtobufCBinaryData){.len = 32, .data = digest};
    assert_valid(&message.base);
    message.token_sha256.len = 33;
    assert_refused(&message.base, "tokenSha256", "exactly 32 bytes");
}
END_TEST

START_TEST(an_unknown_field_is_refused_by_its_number)
{
    uint8_t value = 1;
    ProtobufCMessageUnknownField unknown = {
        .tag = 17, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = &value};
    Endorse__V1__RatingAnswer answer = ENDORSE__V1__RATING_ANSWER__INIT;
    Endorse__V1__RatingAnswer *answers[] = {&answer};
    Endorse__V1__RatingForm form = ENDORSE__V1__RATING_FORM__INIT;
    form.token = text("00abc");
    form.n_answers = 1;
    form.answers = answers;
    answer.item = text("reflection.1");
    assert_valid(&form.base);
    answer.base.n_unknown_fields = 1;
    answer.base.unknown_fields = &unknown;
    assert_refused(&form.base, "answers[0].#17", "no field number of RatingAnswer");
}
END_TEST

START_TEST(only_the_chosen_body_of_a_request_is_looked_at)
{
    Endorse__V1__Publish publish = ENDORSE__V1__PUBLISH__INIT;
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    request.request = UINT64_MAX;
    assert_valid(&request.base);
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH;
    request.publish = &publish;
    assert_refused(&request.base, "publish.id", "visible ASCII");
    publish.id = text("e-1");
    publish.type = text("org.endorse.person.name.changed.v1");
    publish.subject = text("person/P-1");
    assert_valid(&request.base);
    publish.traceparent = text("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_valid(&request.base);
    publish.traceparent = text("00-00000000000000000000000000000000-00f067aa0ba902b7-01");
    assert_refused(&request.base, "publish.traceparent", "W3C traceparent");
    publish.traceparent = text("");
    publish.time_ms = -1;
    assert_refused(&request.base, "publish.timeMs", "from 0 to");
}
END_TEST

START_TEST(what_only_the_owner_fills_is_refused)
{
    Endorse__V1__RatingKept kept = ENDORSE__V1__RATING_KEPT__INIT;
    Endorse__V1__RatingDecline decline = ENDORSE__V1__RATING_DECLINE__INIT;
    decline.token = text("00abc");
    assert_valid(&decline.base);
    decline.kept = &kept;
    assert_refused(&decline.base, "kept", "must be left out");
}
END_TEST

START_TEST(what_belongs_to_a_standing_is_given_on_a_person_only)
{
    Endorse__V1__EthicsSigned message = ENDORSE__V1__ETHICS_SIGNED__INIT;
    ck_assert_int_eq(wf_validate_subject(&message.base, "application", path, &error), 0);
    ck_assert_int_eq(wf_validate_subject(&message.base, "person", path, &error), -1);
    ck_assert_str_eq(path, "association");
    ck_assert_ptr_nonnull(strstr(error.text, "must be given"));
    message.association = text("MassAIMH");
    ck_assert_int_eq(wf_validate_subject(&message.base, "person", path, &error), 0);
    ck_assert_int_eq(wf_validate_subject(&message.base, "application", path, &error), -1);
    ck_assert_ptr_nonnull(strstr(error.text, "must be left out"));
}
END_TEST

START_TEST(a_subject_has_a_kind_and_an_id_with_room)
{
    char kind[17];
    char id[65];
    char subject[100];
    ck_assert(wf_subject_parse("application/MA-1", kind, id));
    ck_assert_str_eq(kind, "application");
    ck_assert_str_eq(id, "MA-1");
    (void)snprintf(subject, sizeof subject, "person/%0*d", WF_PERSON_MAX, 1);
    ck_assert(wf_subject_parse(subject, kind, id));
    ck_assert_str_eq(kind, "person");
    (void)snprintf(subject, sizeof subject, "person/%0*d", WF_PERSON_MAX + 1, 1);
    ck_assert(!wf_subject_parse(subject, kind, id));
    ck_assert(!wf_subject_parse("portal/p", kind, id));
    ck_assert(!wf_subject_parse("applications/a", kind, id));
    ck_assert(!wf_subject_parse("application/", kind, id));
    ck_assert(!wf_subject_parse("application/a/b", kind, id));
    ck_assert(!wf_subject_parse("", kind, id));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("validate: fields.def");
    TCase *tests = tcase_create("messages");
    tcase_add_test(tests, a_good_message_passes);
    tcase_add_test(tests, a_required_field_left_out_is_named);
    tcase_add_test(tests, hours_have_their_range);
    tcase_add_test(tests, an_unknown_enum_value_is_refused_and_in_messages_without_rows_too);
    tcase_add_loop_test(tests, an_absurd_date_is_refused, 0,
                        (int)(sizeof bad_dates / sizeof bad_dates[0]));
    tcase_add_loop_test(tests, a_real_date_passes, 0,
                        (int)(sizeof good_dates / sizeof good_dates[0]));
    tcase_add_loop_test(tests, an_unreadable_text_is_refused, 0,
                        (int)(sizeof bad_names / sizeof bad_names[0]));
    tcase_add_loop_test(tests, an_unreadable_text_is_refused_in_messages_without_rows_too, 0,
                        (int)(sizeof bad_names / sizeof bad_names[0]));
    tcase_add_test(tests, names_of_every_alphabet_pass);
    tcase_add_test(tests, a_name_has_an_end_and_no_space_there);
    tcase_add_test(tests, prose_may_have_lines_and_no_other_control);
    tcase_add_loop_test(tests, an_answer_holds_what_a_reader_sees, 0,
                        (int)(sizeof unseen / sizeof unseen[0]));
    tcase_add_test(tests, a_name_may_have_direction_marks);
    tcase_add_test(tests, lists_have_an_end_and_name_the_item);
    tcase_add_test(tests, a_required_list_needs_an_item);
    tcase_add_test(tests, a_digest_has_its_length);
    tcase_add_test(tests, an_unknown_field_is_refused_by_its_number);
    tcase_add_test(tests, only_the_chosen_body_of_a_request_is_looked_at);
    tcase_add_test(tests, what_only_the_owner_fills_is_refused);
    tcase_add_test(tests, what_belongs_to_a_standing_is_given_on_a_person_only);
    tcase_add_test(tests, a_subject_has_a_kind_and_an_id_with_room);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
