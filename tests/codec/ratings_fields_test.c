/* links: wf_reference ratings_kit */
/* Stored fields of the rating requests: what was stored once is read for ever, and nothing else is. */
#include "ratings_service.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HASH "00000000000000000000000000000000000000000000000000000000000000ff"
#define HEAD "1 P-1 MassAIMH 5 1"
#define REQUEST                                                                                    \
    "1 2 completed R-9 3 1 4 100 200 300 0 2 250 9223372036854775807 5 2 rating 7 99 " HASH

static struct wf_bytes bytes(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

static int read_back(const char *head, const char *request, struct ratings_state *state)
{
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    memset(state, 0, sizeof *state);
    wf_fields_add(&fields, bytes("head"), bytes(head));
    wf_fields_add(&fields, bytes("r01"), bytes(request));
    wf_fields_sort(&fields);
    int result = ratings_read(&fields, state, &error);
    if (result)
        ck_assert_int_eq(error.code, WF_BROKEN);
    wf_fields_fini(&fields);
    return result;
}

START_TEST(format_1_reads_and_writes_as_ever)
{
    struct ratings_state state;
    struct wf_fields fields = {0};
    ck_assert_int_eq(read_back(HEAD, REQUEST, &state), 0);
    ck_assert_str_eq(state.association, "MassAIMH");
    const struct ratings_request *request = &state.requests[0];
    ck_assert_uint_eq(request->number, 2);
    ck_assert_int_eq(request->state, RATINGS_COMPLETED);
    ck_assert_str_eq(request->rater_id, "R-9");
    ck_assert_int_eq(request->role, 3);
    ck_assert(request->waived);
    ck_assert_uint_eq(request->generation, 4);
    ck_assert_int_eq(request->link_until, 300);
    ck_assert_int_eq(request->answered_at, 250);
    ck_assert(request->valid_until == WF_NEVER);
    ck_assert_int_eq(request->not_enough, 5);
    ck_assert_int_eq(request->recommendation, WF_FORM_DO_NOT_RECOMMEND);
    ck_assert_str_eq(request->form, "rating");
    ck_assert_int_eq(request->form_version, 7);
    ck_assert_uint_eq(request->paper.length, 99);
    ck_assert_uint_eq(request->paper.sha256[31], 255);
    ratings_write(&state, &fields);
    ck_assert_uint_eq(fields.count, 2);
    const struct wf_field *field = wf_fields_find(&fields, "r01");
    ck_assert_uint_eq(field->value.length, strlen(REQUEST));
    ck_assert_mem_eq(field->value.data, REQUEST, strlen(REQUEST));
    wf_fields_fini(&fields);
}
END_TEST

static const char *const broken_requests[] = {
    "",
    "2 2 completed R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 0 completed R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 2 perfect R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 2 completed  3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 2 completed R-9 3 2 4 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 2 completed R-9 3 1 0 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 2 completed R-9 3 1 4 100x 200 300 0 2 250 9 5 2 rating 7 99 " HASH,
    "1 2 completed R-9 3 1 4 100 200 300 0 7 250 9 5 2 rating 7 99 " HASH,
    "1 2 completed R-9 3 1 4 100 200 300 0 2 250 9 5 3 rating 7 99 " HASH,
    "1 2 completed R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 999999 " HASH,
    "1 2 completed R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99 00ff",
    "1 2 completed R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99 " HASH " more",
    "1 2 completed R-9 3 1 4 100 200 300 0 2 250 9 5 2 rating 7 99",
};

START_TEST(a_broken_field_is_said_to_be_broken)
{
    struct ratings_state state;
    ck_assert_int_eq(read_back(HEAD, broken_requests[_i], &state), -1);
    ck_assert_int_eq(read_back("1 P-1 MassAIMH 5", REQUEST, &state), -1);
    ck_assert_int_eq(read_back("1 P-1 MassAIMH-with-a-name-longer-than-any 5 1", REQUEST, &state),
                     -1);
}
END_TEST

/* The time of copying stands behind what was there in the first year. */
START_TEST(a_copied_link_is_kept)
{
    struct ratings_state state;
    ck_assert_int_eq(read_back(HEAD, REQUEST " 777", &state), 0);
    ck_assert_int_eq(state.requests[0].copied_at, 777);
    ck_assert_int_eq(read_back(HEAD, REQUEST, &state), 0);
    ck_assert_int_eq(state.requests[0].copied_at, 0);
}
END_TEST

START_TEST(nothing_is_stored_of_nothing)
{
    struct ratings_state state = {0};
    struct wf_fields fields = {0};
    ratings_write(&state, &fields);
    ck_assert_uint_eq(fields.count, 0);
    ck_assert_int_eq(ratings_read(&fields, &state, NULL), 0);
    wf_fields_fini(&fields);
}
END_TEST

int main(void)
{
    TCase *fields = tcase_create("fields");
    tcase_add_test(fields, format_1_reads_and_writes_as_ever);
    tcase_add_loop_test(fields, a_broken_field_is_said_to_be_broken, 0,
                        (int)(sizeof broken_requests / sizeof broken_requests[0]));
    tcase_add_test(fields, a_copied_link_is_kept);
    tcase_add_test(fields, nothing_is_stored_of_nothing);
    Suite *suite = suite_create("ratings_fields");
    suite_add_tcase(suite, fields);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
