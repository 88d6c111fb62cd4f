/* links: wf_base wf_wire */
#include "wf_text.h"

#include "wf_validate.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    bool (*holds)(const char *text);
    const char *text;
    bool expected;
};

static const struct sample samples[] = {
    {wf_email_is_valid, "avery@example.org", true},
    {wf_email_is_valid, "avery.sample+tag@mail.example.org", true},
    {wf_email_is_valid, "z\xc3\xab@example.org", true},
    {wf_email_is_valid, "a@b", true},
    {wf_email_is_valid, "", false},
    {wf_email_is_valid, "avery", false},
    {wf_email_is_valid, "@example.org", false},
    {wf_email_is_valid, "avery@", false},
    {wf_email_is_valid, "avery@@example.org", false},
    {wf_email_is_valid, "avery@example@org", false},
    {wf_email_is_valid, "avery @example.org", false},
    {wf_email_is_valid, "<avery@example.org>", false},
    {wf_email_is_valid, "\"avery\"@example.org", false},
    {wf_email_is_valid, "avery@example.org\r\nRSET", false},
    {wf_email_is_valid, "avery@example.org\n", false},
    {wf_email_is_valid, "avery,other@example.org", false},
    {wf_email_is_valid, "-avery@example.org", false},
    {wf_email_is_valid, ".avery@example.org", false},
    {wf_email_is_valid, "avery.@example.org", false},
    {wf_email_is_valid, "avery@example..org", false},
    {wf_email_is_valid, "avery@-example.org", false},
    {wf_email_is_valid, "avery@example.org.", false},
    {wf_text_is_slug, "training-short", true},
    {wf_text_is_slug, "a1", true},
    {wf_text_is_slug, "", false},
    {wf_text_is_slug, "-a", false},
    {wf_text_is_slug, "a-", false},
    {wf_text_is_slug, "a--b", false},
    {wf_text_is_slug, "A", false},
    {wf_text_is_slug, "a b", false},
    {wf_text_is_code, "MassAIMH", true},
    {wf_text_is_code, "MI-AIMH", true},
    {wf_text_is_code, "1AIMH", false},
    {wf_text_is_code, "Mass~AIMH", false},
    {wf_text_is_code, "", false},
    {wf_text_is_key, "urn:uuid:1-2/3", true},
    {wf_text_is_key, "a b", false},
    {wf_text_is_key, "", false},
    {wf_text_is_key, "\xc3\xab", false},
    {wf_text_is_type, "org.endorse.person.no-sanction.v1", true},
    {wf_text_is_type, "org/endorse", false},
    {wf_text_is_token, "00-_aZ9", true},
    {wf_text_is_token, "00=", false},
    {wf_text_is_currency, "USD", true},
    {wf_text_is_currency, "usd", false},
    {wf_text_is_currency, "US", false},
    {wf_text_is_country, "US", true},
    {wf_text_is_country, "USA", false},
    {wf_text_is_region, "US-MA", true},
    {wf_text_is_region, "GB-ENG", true},
    {wf_text_is_region, "US-", false},
    {wf_text_is_region, "US", false},
    {wf_text_is_region, "US-MASS", false},
    {wf_text_is_region, "U", false},
    {wf_text_is_z85, "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", true},
    {wf_text_is_z85, "a b", false},
    {wf_text_is_traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true},
    {wf_text_is_traceparent, "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
    {wf_text_is_traceparent, "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false},
    {wf_text_is_traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false},
    {wf_text_is_traceparent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1", false},
    {wf_text_is_traceparent, "", false},
    {wf_text_is_url, "https://portal.example.org/hook?x=1", true},
    {wf_text_is_url, "http://127.0.0.1:9000/", true},
    {wf_text_is_url, "ftp://example.org/", false},
    {wf_text_is_url, "https://", false},
    {wf_text_is_url, "https:///path", false},
    {wf_text_is_url, "https://:80/", false},
    {wf_text_is_url, "https://user:secret@example.org/", false},
    {wf_text_is_url, "https://example.org/a b", false},
    {wf_text_is_url, "https://example.org/\r\nHost: x", false},
    {wf_text_is_url, "file:///etc/passwd", false},
};

START_TEST(each_text_is_judged)
{
    const struct sample *sample = &samples[_i];
    ck_assert_msg(sample->holds(sample->text) == sample->expected, "sample %d: %s", _i,
                  sample->text);
}
END_TEST

START_TEST(an_address_has_an_end)
{
    char text[260];
    memset(text, 'a', sizeof text);
    memcpy(text + 40, "@b.", 3);
    text[254] = '\0';
    ck_assert(wf_email_is_valid(text));
    text[254] = 'a';
    text[255] = '\0';
    ck_assert(!wf_email_is_valid(text));
}
END_TEST

START_TEST(clean_text_has_bounds)
{
    ck_assert(wf_text_is_clean("abc", 3, 3));
    ck_assert(!wf_text_is_clean("abc", 3, 2));
    ck_assert(!wf_text_is_clean("", 0, 3));
    ck_assert(!wf_text_is_clean("a\0c", 3, 3));
    ck_assert(!wf_text_is_clean("\xc3\xab", 1, 3));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text: what a text may look like");
    TCase *tests = tcase_create("texts");
    tcase_add_loop_test(tests, each_text_is_judged, 0, (int)(sizeof samples / sizeof samples[0]));
    tcase_add_test(tests, an_address_has_an_end);
    tcase_add_test(tests, clean_text_has_bounds);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
