/* links: wf_base */
#include "wf_bytes.h"
#include "wf_error.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_buffer_grows_and_keeps_what_it_has)
{
    struct wf_buffer buffer = {0};
    for (int i = 0; i < 1000; i++)
        wf_buffer_append(&buffer, "0123456789", 10);
    ck_assert_uint_eq(buffer.length, 10000);
    ck_assert_uint_ge(buffer.capacity, 10000);
    for (size_t i = 0; i < 10000; i++)
        ck_assert_int_eq(buffer.data[i], '0' + (int)(i % 10));
    wf_buffer_fini(&buffer);
    ck_assert_ptr_null(buffer.data);
    ck_assert_uint_eq(buffer.capacity, 0);
}
END_TEST

START_TEST(nothing_appended_is_nothing_allocated)
{
    struct wf_buffer buffer = {0};
    wf_buffer_append(&buffer, NULL, 0);
    wf_buffer_text(&buffer, "");
    ck_assert_ptr_null(buffer.data);
    wf_buffer_fini(&buffer);
}
END_TEST

START_TEST(formatting_appends_without_its_nul)
{
    struct wf_buffer buffer = {0};
    wf_buffer_text(&buffer, "a");
    wf_buffer_format(&buffer, "%d-%s", 12, "b");
    ck_assert_uint_eq(buffer.length, 5);
    ck_assert_mem_eq(buffer.data, "a12-b", 5);
    wf_buffer_clear(&buffer);
    ck_assert_uint_eq(buffer.length, 0);
    ck_assert_ptr_nonnull(buffer.data);
    wf_buffer_format(&buffer, "%0300d", 7);
    ck_assert_uint_eq(buffer.length, 300);
    wf_buffer_fini(&buffer);
}
END_TEST

START_TEST(a_failure_has_a_code_and_a_bounded_sentence)
{
    struct wf_error error = {0};
    ck_assert_int_eq(wf_fail(&error, WF_LIMIT, "%0400d", 1), -1);
    ck_assert_int_eq((int)error.code, WF_LIMIT);
    ck_assert_uint_eq(strlen(error.text), sizeof error.text - 1);
    ck_assert_int_eq(wf_fail(NULL, WF_LIMIT, "nobody listens"), -1);
}
END_TEST

START_TEST(every_code_has_a_stable_name)
{
    ck_assert_str_eq(wf_error_name(WF_INVALID), "invalid");
    ck_assert_str_eq(wf_error_name(WF_BROKEN), "broken");
    ck_assert_str_eq(wf_error_name((enum wf_error_code)99), "unknown-code");
}
END_TEST

START_TEST(our_own_mistake_ends_the_program)
{
    WF_ASSERT(1 + 1 == 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bytes and errors");
    TCase *tests = tcase_create("base");
    tcase_add_test(tests, a_buffer_grows_and_keeps_what_it_has);
    tcase_add_test(tests, nothing_appended_is_nothing_allocated);
    tcase_add_test(tests, formatting_appends_without_its_nul);
    tcase_add_test(tests, a_failure_has_a_code_and_a_bounded_sentence);
    tcase_add_test(tests, every_code_has_a_stable_name);
    SRunner *runner = srunner_create(suite);
    /* A test that ends by a signal needs a process of its own. */
    if (srunner_fork_status(runner) == CK_FORK)
        tcase_add_test_raise_signal(tests, our_own_mistake_ends_the_program, SIGABRT);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
