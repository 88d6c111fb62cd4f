/* links: wf_base wf_wire */
/* The vectors of RFC 8037, appendix A. */
#include "wf_jws.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

static struct wf_bytes bytes(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

START_TEST(the_key_and_its_thumbprint_are_those_of_the_rfc)
{
    struct wf_jws_key key;
    wf_jws_key_make(seed, &key);
    ck_assert_str_eq(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    ck_assert_str_eq(key.thumbprint, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}
END_TEST

START_TEST(the_signature_is_that_of_the_rfc)
{
    struct wf_jws_key key;
    struct wf_buffer text = {0};
    wf_jws_key_make(seed, &key);
    wf_buffer_text(&text, "> ");
    wf_jws_sign(&key, bytes("{\"alg\":\"EdDSA\"}"), bytes("Example of Ed25519 signing"), &text);
    wf_buffer_append(&text, "", 1);
    ck_assert_str_eq((const char *)text.data,
                     "> eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpA"
                     "r_MuM0KAg");
    wf_buffer_fini(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jws");
    TCase *test = tcase_create("rfc8037");
    tcase_add_test(test, the_key_and_its_thumbprint_are_those_of_the_rfc);
    tcase_add_test(test, the_signature_is_that_of_the_rfc);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
