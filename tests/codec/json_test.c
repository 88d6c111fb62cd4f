/* links: wf_base wf_wire */
#include "wf_json.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_arena arena;
static char path[WF_PATH_MAX];
static struct wf_error error;

static void setup(void)
{
    wf_arena_init(&arena, 16 * 1024);
}

static void teardown(void)
{
    wf_arena_fini(&arena);
}

static ProtobufCMessage *read_as(const ProtobufCMessageDescriptor *descriptor, const char *text)
{
    struct wf_bytes bytes = {(const uint8_t *)text, strlen(text)};
    error = (struct wf_error){0};
    json_t *json = wf_json_load(bytes, &error);
    ck_assert_msg(json != NULL, "%s", error.text);
    ProtobufCMessage *message = wf_json_read(json, descriptor, &arena, path, &error);
    json_decref(json);
    return message;
}

static void assert_writes(const ProtobufCMessage *message, const char *expected)
{
    struct wf_buffer text = {0};
    json_t *json = wf_json_write(message);
    wf_json_dump(json, &text);
    ck_assert_uint_eq(text.length, strlen(expected));
    ck_assert_mem_eq(text.data, expected, text.length);
    json_decref(json);
    wf_buffer_fini(&text);
}

#define STORY(text) ((Endorse__V1__StoryLine *)read_as(&endorse__v1__story_line__descriptor, text))
#define FORM(text) ((Endorse__V1__RatingForm *)read_as(&endorse__v1__rating_form__descriptor, text))
#define ROTATE(text)                                                                               \
    ((Endorse__V1__PortalRotate *)read_as(&endorse__v1__portal_rotate__descriptor, text))
#define DOOR(text)                                                                                 \
    ((Endorse__V1__DoorRequest *)read_as(&endorse__v1__door_request__descriptor, text))
#define FEE(text) ((Endorse__V1__FeePaid *)read_as(&endorse__v1__fee_paid__descriptor, text))

START_TEST(sixty_four_bits_stay_exact)
{
    Endorse__V1__StoryLine *line =
        STORY("{\"timeMs\":\"-9223372036854775808\",\"version\":\"18446744073709551615\"}");
    ck_assert_ptr_nonnull(line);
    ck_assert_int_eq(line->time_ms, INT64_MIN);
    ck_assert_uint_eq(line->version, UINT64_MAX);
    assert_writes(&line->base,
                  "{\"timeMs\":\"-9223372036854775808\",\"version\":\"18446744073709551615\"}");
    line = STORY("{\"timeMs\":9223372036854775807,\"version\":9007199254740993}");
    ck_assert_int_eq(line->time_ms, INT64_MAX);
    ck_assert_uint_eq(line->version, 9007199254740993);
}
END_TEST

START_TEST(names_of_both_kinds_and_null_are_taken)
{
    Endorse__V1__StoryLine *line = STORY("{\"time_ms\":5,\"text\":null}");
    ck_assert_ptr_nonnull(line);
    ck_assert_int_eq(line->time_ms, 5);
    ck_assert_str_eq(line->text, "");
}
END_TEST

START_TEST(whole_numbers_in_other_clothes_are_taken)
{
    ck_assert_int_eq(FEE("{\"amountMinor\":1.5e3}")->amount_minor, 1500);
    ck_assert_int_eq(FEE("{\"amountMinor\":\"1500\"}")->amount_minor, 1500);
    ck_assert_int_eq(FEE("{\"amountMinor\":-0.0}")->amount_minor, 0);
}
END_TEST

START_TEST(enums_are_names_or_known_numbers)
{
    ck_assert_int_eq((int)FEE("{\"kind\":\"FEE_LATE\"}")->kind, ENDORSE__V1__FEE_KIND__FEE_LATE);
    ck_assert_int_eq((int)FEE("{\"kind\":4}")->kind, ENDORSE__V1__FEE_KIND__FEE_LATE);
    assert_writes(&FEE("{\"kind\":4}")->base, "{\"kind\":\"FEE_LATE\"}");
}
END_TEST

START_TEST(base64_comes_in_four_clothes_and_goes_in_one)
{
    static const char *const texts[] = {"{\"tokenSha256\":\"+/8=\"}", "{\"tokenSha256\":\"+/8\"}",
                                        "{\"tokenSha256\":\"-_8=\"}", "{\"tokenSha256\":\"-_8\"}"};
    for (size_t i = 0; i < 4; i++) {
        Endorse__V1__PortalRotate *rotate = ROTATE(texts[i]);
        ck_assert_ptr_nonnull(rotate);
        ck_assert_uint_eq(rotate->token_sha256.len, 2);
        ck_assert_mem_eq(rotate->token_sha256.data, "\xfb\xff", 2);
        assert_writes(&rotate->base, "{\"tokenSha256\":\"+/8=\"}");
    }
}
END_TEST

START_TEST(lists_and_messages_are_read_in_each_other)
{
    Endorse__V1__RatingForm *form =
        FORM("{\"answers\":[{\"item\":\"a\",\"score\":1},{\"item\":\"b\"}],\"token\":\"t\"}");
    ck_assert_ptr_nonnull(form);
    ck_assert_uint_eq(form->n_answers, 2);
    ck_assert_str_eq(form->answers[1]->item, "b");
    assert_writes(&form->base,
                  "{\"token\":\"t\",\"answers\":[{\"item\":\"a\",\"score\":1},{\"item\":\"b\"}]}");
}
END_TEST

START_TEST(one_of_a_kind_is_chosen)
{
    Endorse__V1__DoorRequest *request = DOOR("{\"request\":\"1\",\"ping\":{}}");
    ck_assert_ptr_nonnull(request);
    ck_assert_int_eq((int)request->body_case, ENDORSE__V1__DOOR_REQUEST__BODY_PING);
    assert_writes(&request->base, "{\"request\":\"1\",\"ping\":{}}");
    ck_assert_ptr_nonnull(DOOR("{\"ping\":{},\"hello\":null}"));
}
END_TEST

static const struct {
    const ProtobufCMessageDescriptor *descriptor;
    const char *text;
    const char *where;
    const char *says;
} bad[] = {
    {&endorse__v1__story_line__descriptor, "{\"note\":1}", "note", "no member of StoryLine"},
    {&endorse__v1__story_line__descriptor, "{\"\":1}", "?", "no member"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":1,\"time_ms\":1}", "time_ms", "twice"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":1.5}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":1e300}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\"\"}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\" 1\"}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\"+1\"}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\"01\"}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\"-0\"}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\"0x1\"}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":\"9223372036854775808\"}", "timeMs",
     "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"timeMs\":true}", "timeMs", "whole number"},
    {&endorse__v1__story_line__descriptor, "{\"version\":-1}", "version", "not negative"},
    {&endorse__v1__story_line__descriptor, "{\"version\":\"-1\"}", "version", "not negative"},
    {&endorse__v1__story_line__descriptor, "{\"version\":\"18446744073709551616\"}", "version",
     "not negative"},
    {&endorse__v1__story_line__descriptor, "{\"text\":1}", "text", "must be a string"},
    {&endorse__v1__story_line__descriptor, "{\"text\":[\"a\"]}", "text", "must be a string"},
    {&endorse__v1__rating_form__descriptor, "{\"answers\":{}}", "answers", "must be a list"},
    {&endorse__v1__rating_form__descriptor, "{\"answers\":[{},null]}", "answers[1]", "an object"},
    {&endorse__v1__rating_form__descriptor, "{\"answers\":[{\"score\":2147483648}]}",
     "answers[0].score", "32 bits"},
    {&endorse__v1__rating_form__descriptor, "{\"answers\":[{\"score\":-2147483649}]}",
     "answers[0].score", "32 bits"},
    {&endorse__v1__pong__descriptor, "{\"credit\":4294967296}", "credit", "32 bits"},
    {&endorse__v1__pong__descriptor, "{\"credit\":-1}", "credit", "not negative"},
    {&endorse__v1__fee_paid__descriptor, "{\"kind\":\"FEE_NONE\"}", "kind", "names of FeeKind"},
    {&endorse__v1__fee_paid__descriptor, "{\"kind\":99}", "kind", "names of FeeKind"},
    {&endorse__v1__fee_paid__descriptor, "{\"kind\":4294967300}", "kind", "names of FeeKind"},
    {&endorse__v1__fee_paid__descriptor, "{\"kind\":4.0}", "kind", "names of FeeKind"},
    {&endorse__v1__portal_rotate__descriptor, "{\"tokenSha256\":\"a\"}", "tokenSha256", "base64"},
    {&endorse__v1__portal_rotate__descriptor, "{\"tokenSha256\":\"+_8=\"}", "tokenSha256",
     "base64"},
    {&endorse__v1__portal_rotate__descriptor, "{\"tokenSha256\":\"+/9=\"}", "tokenSha256",
     "base64"}, /* bits that no encoder sets */
    {&endorse__v1__portal_rotate__descriptor, "{\"tokenSha256\":\"\xc2\xaa==\"}", "tokenSha256",
     "base64"},
    {&endorse__v1__portal_rotate__descriptor, "{\"tokenSha256\":12}", "tokenSha256", "base64"},
    {&endorse__v1__waiver_chosen__descriptor, "{\"waived\":\"true\"}", "waived", "true or false"},
    {&endorse__v1__waiver_chosen__descriptor, "{\"waived\":1}", "waived", "true or false"},
    {&endorse__v1__door_request__descriptor, "{\"ping\":{},\"hello\":{}}", "hello", "another"},
    {&endorse__v1__door_request__descriptor, "{\"publish\":{\"idd\":\"\"}}", "publish.idd",
     "no member of Publish"},
};

START_TEST(what_does_not_fit_is_named)
{
    ck_assert_ptr_null(read_as(bad[_i].descriptor, bad[_i].text));
    ck_assert_int_eq((int)error.code, WF_INVALID);
    ck_assert_str_eq(path, bad[_i].where);
    ck_assert_msg(strstr(error.text, bad[_i].says) != NULL, "%s: %s", bad[_i].text, error.text);
}
END_TEST

START_TEST(a_nul_that_a_caller_let_through_is_refused)
{
    json_t *json = json_object();
    ck_assert_int_eq(json_object_set_new(json, "text", json_stringn("a\0b", 3)), 0);
    ck_assert_ptr_null(
        wf_json_read(json, &endorse__v1__story_line__descriptor, &arena, path, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "NUL"));
    json_decref(json);
}
END_TEST

/* Each size is one more allocation that fails. */
START_TEST(every_too_small_arena_fails_cleanly)
{
    static const char text[] =
        "{\"token\":\"t\",\"answers\":[{\"item\":\"a\"},{\"item\":\"b\"}],\"remarks\":\"r\"}";
    size_t enough = 0;
    for (size_t size = 1; !enough && size < 4096; size++) {
        wf_arena_fini(&arena);
        wf_arena_init(&arena, size);
        if (FORM(text))
            enough = size;
        else
            ck_assert_ptr_nonnull(strstr(error.text, "more than fits"));
    }
    ck_assert_uint_gt(enough, sizeof(Endorse__V1__RatingForm));
}
END_TEST

START_TEST(what_was_never_validated_is_still_written)
{
    static char broken[] = "a\xff";
    Endorse__V1__StoryLine line = ENDORSE__V1__STORY_LINE__INIT;
    Endorse__V1__FeePaid fee = ENDORSE__V1__FEE_PAID__INIT;
    line.text = broken;
    assert_writes(&line.base, "{\"text\":\"a\xef\xbf\xbd\"}");
    fee.kind = (Endorse__V1__FeeKind)77;
    assert_writes(&fee.base, "{\"kind\":77}");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json: the protobuf JSON mapping");
    TCase *tests = tcase_create("mapping");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, sixty_four_bits_stay_exact);
    tcase_add_test(tests, names_of_both_kinds_and_null_are_taken);
    tcase_add_test(tests, whole_numbers_in_other_clothes_are_taken);
    tcase_add_test(tests, enums_are_names_or_known_numbers);
    tcase_add_test(tests, base64_comes_in_four_clothes_and_goes_in_one);
    tcase_add_test(tests, lists_and_messages_are_read_in_each_other);
    tcase_add_test(tests, one_of_a_kind_is_chosen);
    tcase_add_loop_test(tests, what_does_not_fit_is_named, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tests, a_nul_that_a_caller_let_through_is_refused);
    tcase_add_test(tests, every_too_small_arena_fails_cleanly);
    tcase_add_test(tests, what_was_never_validated_is_still_written);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
