/* links: wf_base wf_wire */
#include "wf_seal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t key[32] = {1, 2, 3};
static const uint8_t other_key[32] = {1, 2, 4};
static struct wf_buffer sealed;
static struct wf_buffer text;

static struct wf_bytes bytes_of(const char *content)
{
    return (struct wf_bytes){(const uint8_t *)content, strlen(content)};
}

static void setup(void)
{
    wf_seal(key, "person/P-1", bytes_of("Avery Example"), &sealed);
}

static void teardown(void)
{
    wf_buffer_fini(&sealed);
    wf_buffer_fini(&text);
}

START_TEST(what_was_sealed_is_unsealed)
{
    ck_assert_uint_eq(sealed.length, strlen("Avery Example") + WF_SEAL_EXTRA);
    wf_buffer_text(&text, "Dear ");
    ck_assert(wf_unseal(key, "person/P-1", wf_buffer_bytes(&sealed), &text));
    ck_assert_uint_eq(text.length, strlen("Dear Avery Example"));
    ck_assert_mem_eq(text.data, "Dear Avery Example", text.length);
}
END_TEST

START_TEST(the_text_cannot_be_read_in_what_is_stored)
{
    ck_assert_ptr_null(memmem(sealed.data, sealed.length, "Avery", 5));
}
END_TEST

START_TEST(sealing_twice_gives_two_texts)
{
    wf_seal(key, "person/P-1", bytes_of("Avery Example"), &sealed);
    size_t half = sealed.length / 2;
    ck_assert_mem_ne(sealed.data, sealed.data + half, half);
}
END_TEST

START_TEST(another_key_or_another_place_does_not_open)
{
    ck_assert(!wf_unseal(other_key, "person/P-1", wf_buffer_bytes(&sealed), &text));
    ck_assert(!wf_unseal(key, "person/P-2", wf_buffer_bytes(&sealed), &text));
    ck_assert_uint_eq(text.length, 0);
}
END_TEST

START_TEST(every_changed_bit_and_every_cut_is_noticed)
{
    for (size_t i = 0; i < sealed.length; i++) {
        sealed.data[i] ^= 0x10;
        ck_assert(!wf_unseal(key, "person/P-1", wf_buffer_bytes(&sealed), &text));
        sealed.data[i] ^= 0x10;
        struct wf_bytes cut = {sealed.data, i};
        ck_assert(!wf_unseal(key, "person/P-1", cut, &text));
    }
}
END_TEST

START_TEST(an_empty_text_can_be_sealed)
{
    wf_buffer_clear(&sealed);
    wf_seal(key, "person/P-1", (struct wf_bytes){0}, &sealed);
    ck_assert_uint_eq(sealed.length, WF_SEAL_EXTRA);
    ck_assert(wf_unseal(key, "person/P-1", wf_buffer_bytes(&sealed), &text));
    ck_assert_uint_eq(text.length, 0);
}
END_TEST

static void assert_hex(const uint8_t digest[static 32], const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++) {
        ck_assert_int_eq(digits[digest[i] >> 4], hex[2 * i]);
        ck_assert_int_eq(digits[digest[i] & 15], hex[2 * i + 1]);
    }
}

/* FIPS 180-2 example "abc"; RFC 4231 test case 2 with its key padded to 32 bytes, which HMAC's own
 * padding makes the same key. */
START_TEST(digests_are_those_of_the_standards)
{
    uint8_t digest[32];
    uint8_t jefe[32] = "Jefe";
    wf_sha256(bytes_of("abc"), digest);
    assert_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    wf_hmac(jefe, bytes_of("what do ya want for nothing?"), digest);
    assert_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seal: SPEC 6");
    TCase *tests = tcase_create("seal");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_was_sealed_is_unsealed);
    tcase_add_test(tests, the_text_cannot_be_read_in_what_is_stored);
    tcase_add_test(tests, sealing_twice_gives_two_texts);
    tcase_add_test(tests, another_key_or_another_place_does_not_open);
    tcase_add_test(tests, every_changed_bit_and_every_cut_is_noticed);
    tcase_add_test(tests, an_empty_text_can_be_sealed);
    tcase_add_test(tests, digests_are_those_of_the_standards);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
