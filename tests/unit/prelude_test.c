/* links: wf_base wf_wire */
#include "wf_prelude.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static enum wf_frame_kind read_text(const char *bytes, size_t length, struct wf_bytes *body)
{
    return wf_prelude_read((struct wf_bytes){(const uint8_t *)bytes, length}, body);
}

START_TEST(every_kind_comes_back_with_its_body)
{
    struct wf_buffer frame = {0};
    wf_prelude_append(&frame, (enum wf_frame_kind)_i);
    wf_buffer_text(&frame, "body");
    struct wf_bytes body;
    ck_assert_int_eq((int)wf_prelude_read(wf_buffer_bytes(&frame), &body), _i);
    ck_assert_mem_eq(body.data, "body", 4);
    ck_assert_uint_eq(body.length, 4);
    wf_buffer_fini(&frame);
}
END_TEST

static const struct {
    const char *bytes;
    size_t length;
} not_ours[] = {
    {"", 0},        {"EW\1", 3},    {"EW\1\1", 4}, /* an empty body is no message */
    {"eW\1\1x", 5}, {"EX\1\1x", 5}, {"EW\2\1x", 5},
    {"EW\1\0x", 5}, {"EW\1\7x", 5}, {"EW\1\377x", 5},
};

START_TEST(what_is_not_ours_is_none)
{
    struct wf_bytes body;
    ck_assert_int_eq(read_text(not_ours[_i].bytes, not_ours[_i].length, &body), WF_KIND_NONE);
    ck_assert_ptr_null(body.data);
}
END_TEST

START_TEST(the_longest_frame_passes_and_one_byte_more_does_not)
{
    char *frame = calloc(1, WF_FRAME_MAX + 1);
    memcpy(frame, "EW\1\1", 4);
    struct wf_bytes body;
    ck_assert_int_eq(read_text(frame, WF_FRAME_MAX, &body), WF_KIND_ENVELOPE);
    ck_assert_uint_eq(body.length, WF_FRAME_MAX - WF_PRELUDE_SIZE);
    ck_assert_int_eq(read_text(frame, WF_FRAME_MAX + 1, &body), WF_KIND_NONE);
    free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("prelude: SPEC 2");
    TCase *tests = tcase_create("frames");
    tcase_add_loop_test(tests, every_kind_comes_back_with_its_body, WF_KIND_ENVELOPE,
                        WF_KIND_COUNT);
    tcase_add_loop_test(tests, what_is_not_ours_is_none, 0,
                        (int)(sizeof not_ours / sizeof not_ours[0]));
    tcase_add_test(tests, the_longest_frame_passes_and_one_byte_more_does_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
