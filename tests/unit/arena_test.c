/* links: wf_base wf_wire */
#include "wf_arena.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_arena arena;
static struct wf_buffer packed;

static void setup(void)
{
    wf_arena_init(&arena, 4096);
}

static void teardown(void)
{
    wf_arena_fini(&arena);
    wf_buffer_fini(&packed);
}

static void pack_form(void)
{
    static char token[] = "00token";
    static char items[2][16] = {"reflection.1", "thinking.2"};
    static char remark[] = "invented";
    Endorse__V1__RatingAnswer first = ENDORSE__V1__RATING_ANSWER__INIT;
    Endorse__V1__RatingAnswer second = ENDORSE__V1__RATING_ANSWER__INIT;
    Endorse__V1__RatingAnswer *answers[] = {&first, &second};
    Endorse__V1__RatingForm form = ENDORSE__V1__RATING_FORM__INIT;
    first.item = items[0];
    first.score = 4;
    second.item = items[1];
    second.remark = remark;
    form.token = token;
    form.n_answers = 2;
    form.answers = answers;
    wf_pack(&form.base, &packed);
}

static Endorse__V1__RatingForm *unpack_form(struct wf_bytes bytes)
{
    return (Endorse__V1__RatingForm *)wf_unpack(&endorse__v1__rating_form__descriptor, bytes,
                                                &arena);
}

START_TEST(what_was_packed_is_unpacked)
{
    pack_form();
    Endorse__V1__RatingForm *form = unpack_form(wf_buffer_bytes(&packed));
    ck_assert_ptr_nonnull(form);
    ck_assert_uint_eq(form->n_answers, 2);
    ck_assert_str_eq(form->answers[0]->item, "reflection.1");
    ck_assert_int_eq(form->answers[0]->score, 4);
    ck_assert_str_eq(form->answers[1]->remark, "invented");
}
END_TEST

START_TEST(packing_appends)
{
    wf_buffer_text(&packed, "EW");
    pack_form();
    ck_assert_mem_eq(packed.data, "EW", 2);
    struct wf_bytes rest = {packed.data + 2, packed.length - 2};
    ck_assert_ptr_nonnull(unpack_form(rest));
}
END_TEST

START_TEST(an_empty_message_is_no_bytes_and_comes_back)
{
    Endorse__V1__DoorPing ping = ENDORSE__V1__DOOR_PING__INIT;
    wf_pack(&ping.base, &packed);
    ck_assert_uint_eq(packed.length, 0);
    ck_assert_ptr_nonnull(
        wf_unpack(&endorse__v1__door_ping__descriptor, (struct wf_bytes){0}, &arena));
}
END_TEST

/* Each size is one more allocation that fails, in protobuf-c's order. */
START_TEST(every_too_small_arena_fails_cleanly)
{
    pack_form();
    size_t enough = 0;
    for (size_t size = 1; !enough && size < 4096; size++) {
        wf_arena_fini(&arena);
        wf_arena_init(&arena, size);
        if (unpack_form(wf_buffer_bytes(&packed)))
            enough = size;
        else
            ck_assert_uint_eq(arena.used, 0);
    }
    ck_assert_uint_gt(enough, sizeof(Endorse__V1__RatingForm));
}
END_TEST

START_TEST(every_cut_fails_or_is_a_message_and_never_writes_outside)
{
    pack_form();
    for (size_t length = 0; length < packed.length; length++) {
        uint8_t *exact =
            malloc(length ? length : 1); /* so that a sanitizer sees one byte too far */
        memcpy(exact, packed.data, length);
        (void)unpack_form((struct wf_bytes){exact, length});
        wf_arena_clear(&arena);
        free(exact);
    }
}
END_TEST

START_TEST(clearing_zeroes_what_was_used)
{
    pack_form();
    ck_assert_ptr_nonnull(unpack_form(wf_buffer_bytes(&packed)));
    wf_arena_clear(&arena);
    ck_assert_uint_eq(arena.used, 0);
    for (size_t i = 0; i < arena.size; i++)
        ck_assert_uint_eq(arena.memory[i], 0);
}
END_TEST

static const struct {
    const char *what;
    const char *bytes;
    size_t length;
} bad[] = {
    {"field number 0", "\0\1", 2},
    {"field number 0, overlong", "\200\200\0\1", 4},
    {"a group", "\13\14", 2},
    {"an unfinished varint", "\30\200", 2},
    {"a length beyond the end", "\12\5ab", 4},
    {"an eleven byte varint", "\30\200\200\200\200\200\200\200\200\200\200\1", 12},
    {"a text as a number", "\10\1", 2},
};

START_TEST(malformed_bytes_are_no_message)
{
    ck_assert_msg(!unpack_form((struct wf_bytes){(const uint8_t *)bad[_i].bytes, bad[_i].length}),
                  "%s was taken", bad[_i].what);
    ck_assert_uint_eq(arena.used, 0);
}
END_TEST

START_TEST(a_nul_inside_a_text_does_not_cut_it)
{
    static const char bytes[] = "\12\5ab\0cd\22\6\12\4x\0yz";
    struct wf_bytes borrowed = {(const uint8_t *)bytes, sizeof bytes - 1};
    Endorse__V1__RatingForm *form = unpack_form(borrowed);
    ck_assert_ptr_nonnull(form);
    ck_assert_str_eq(form->token, "ab\1cd");
    ck_assert_str_eq(form->answers[0]->item, "x\1yz");
}
END_TEST

START_TEST(a_nul_inside_bytes_stays)
{
    static const char bytes[] = "\22\3a\0b";
    Endorse__V1__PortalRotate *rotate = (Endorse__V1__PortalRotate *)wf_unpack(
        &endorse__v1__portal_rotate__descriptor,
        (struct wf_bytes){(const uint8_t *)bytes, sizeof bytes - 1}, &arena);
    ck_assert_ptr_nonnull(rotate);
    ck_assert_uint_eq(rotate->token_sha256.len, 3);
    ck_assert_mem_eq(rotate->token_sha256.data, "a\0b", 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena: unpacking in fixed memory");
    TCase *tests = tcase_create("arena");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_was_packed_is_unpacked);
    tcase_add_test(tests, packing_appends);
    tcase_add_test(tests, an_empty_message_is_no_bytes_and_comes_back);
    tcase_add_test(tests, every_too_small_arena_fails_cleanly);
    tcase_add_test(tests, every_cut_fails_or_is_a_message_and_never_writes_outside);
    tcase_add_test(tests, clearing_zeroes_what_was_used);
    tcase_add_loop_test(tests, malformed_bytes_are_no_message, 0,
                        (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tests, a_nul_inside_a_text_does_not_cut_it);
    tcase_add_test(tests, a_nul_inside_bytes_stays);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
