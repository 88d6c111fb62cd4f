/* links: wf_base wf_wire */
#include "wf_link.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t key[32] = {7, 7, 7};
static const struct wf_link sample = {.id = "MA-2026-0001", .request = 3, .generation = 2};

START_TEST(a_link_opens_to_what_it_was_made_of)
{
    char token[WF_LINK_TEXT];
    struct wf_link link = {0};
    wf_link_make(key, &sample, token);
    ck_assert(wf_link_open(key, token, &link));
    ck_assert_str_eq(link.id, sample.id);
    ck_assert_uint_eq(link.request, 3);
    ck_assert_uint_eq(link.generation, 2);
}
END_TEST

START_TEST(the_same_link_is_the_same_token_and_any_difference_another)
{
    char token[WF_LINK_TEXT];
    char again[WF_LINK_TEXT];
    struct wf_link other = sample;
    wf_link_make(key, &sample, token);
    wf_link_make(key, &other, again);
    ck_assert_str_eq(token, again);
    other.generation++;
    wf_link_make(key, &other, again);
    ck_assert_str_ne(token, again);
    ck_assert_int_ne(strncmp(token + 2, again + 2, 20), 0);
}
END_TEST

START_TEST(the_token_shows_its_partition_and_nothing_else)
{
    char token[WF_LINK_TEXT];
    unsigned partition = 0;
    wf_link_make(key, &sample, token);
    ck_assert(wf_link_partition(token, &partition));
    ck_assert_uint_eq(partition, wf_partition(sample.id));
    ck_assert_ptr_null(strstr(token, "2026"));
    ck_assert_uint_eq(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                    "-_"),
                      strlen(token));
}
END_TEST

START_TEST(ids_of_every_length_pass)
{
    struct wf_link link = {.request = UINT32_MAX, .generation = UINT32_MAX};
    for (size_t length = 1; length <= WF_ID_MAX; length++) {
        char token[WF_LINK_TEXT];
        struct wf_link opened = {0};
        memset(link.id, 'a', length);
        wf_link_make(key, &link, token);
        ck_assert(wf_link_open(key, token, &opened));
        ck_assert_str_eq(opened.id, link.id);
        ck_assert_uint_eq(opened.generation, UINT32_MAX);
    }
}
END_TEST

START_TEST(another_key_does_not_open)
{
    const uint8_t other[32] = {7, 7, 8};
    char token[WF_LINK_TEXT];
    struct wf_link link = {0};
    wf_link_make(key, &sample, token);
    ck_assert(!wf_link_open(other, token, &link));
    ck_assert_str_eq(link.id, "");
}
END_TEST

START_TEST(every_changed_character_is_refused)
{
    char token[WF_LINK_TEXT];
    struct wf_link link = {0};
    wf_link_make(key, &sample, token);
    for (char *at = token; *at; at++) {
        char was = *at;
        *at = was == 'A' ? 'B' : 'A';
        ck_assert_msg(!wf_link_open(key, token, &link), "position %d", (int)(at - token));
        *at = was;
    }
    ck_assert(wf_link_open(key, token, &link));
}
END_TEST

START_TEST(cut_and_lengthened_tokens_are_refused)
{
    char token[WF_LINK_TEXT];
    char other[2 * WF_LINK_TEXT];
    struct wf_link link = {0};
    wf_link_make(key, &sample, token);
    for (size_t length = 0; length < strlen(token); length++) {
        memset(other, 0, sizeof other);
        memcpy(other, token, length);
        ck_assert(!wf_link_open(key, other, &link));
    }
    for (size_t more = 1; more < WF_LINK_TEXT; more++) {
        memset(other, 0, sizeof other);
        memset(other, 'A', strlen(token) + more);
        memcpy(other, token, strlen(token));
        ck_assert(!wf_link_open(key, other, &link));
    }
}
END_TEST

static const char *const not_shaped[] = {"",
                                         "00",
                                         "zz",
                                         "80AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                         "0GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                         "../../etc"};

START_TEST(what_is_no_token_has_no_partition)
{
    unsigned partition = 77;
    ck_assert(!wf_link_partition(not_shaped[_i], &partition));
    ck_assert_uint_eq(partition, 77);
}
END_TEST

/* Found by fuzzing: a decoder that took bytes above 127 opened other texts to the same link. */
START_TEST(each_link_has_one_text_only)
{
    char token[WF_LINK_TEXT];
    struct wf_link link = {0};
    wf_link_make(key, &sample, token);
    for (char *at = token; *at; at++) {
        char was = *at;
        for (int byte = 1; byte < 256; byte++) {
            *at = (char)byte;
            ck_assert_msg(*at == was || !wf_link_open(key, token, &link), "position %d byte %d",
                          (int)(at - token), byte);
        }
        *at = was;
    }
}
END_TEST

START_TEST(padding_spaces_and_foreign_characters_are_refused)
{
    static const char tails[] = "=+/ \n%";
    char token[WF_LINK_TEXT];
    struct wf_link link = {0};
    wf_link_make(key, &sample, token);
    size_t length = strlen(token);
    for (const char *tail = tails; *tail; tail++) {
        token[length] = *tail;
        token[length + 1] = '\0';
        ck_assert(!wf_link_open(key, token, &link));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("link: SPEC 7");
    TCase *tests = tcase_create("link");
    tcase_add_test(tests, a_link_opens_to_what_it_was_made_of);
    tcase_add_test(tests, the_same_link_is_the_same_token_and_any_difference_another);
    tcase_add_test(tests, the_token_shows_its_partition_and_nothing_else);
    tcase_add_test(tests, ids_of_every_length_pass);
    tcase_add_test(tests, another_key_does_not_open);
    tcase_add_test(tests, every_changed_character_is_refused);
    tcase_add_test(tests, cut_and_lengthened_tokens_are_refused);
    tcase_add_loop_test(tests, what_is_no_token_has_no_partition, 0,
                        (int)(sizeof not_shaped / sizeof not_shaped[0]));
    tcase_add_test(tests, each_link_has_one_text_only);
    tcase_add_test(tests, padding_spaces_and_foreign_characters_are_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
