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

/* Intake SPEC 10.4. */
static const struct {
    const char *text;
    uint32_t unseen; /* in an answer */
    bool readable;   /* as any other prose */
} characters[] = {
    {"plain", 0, true},
    {"a\tb\r\nc", 0, true},
    {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", 0, true},     /* Hebrew */
    {"\xd9\x85\xd8\xb1\xd8\xad", 0, true},             /* Arabic */
    {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae", 0, true}, /* ZWNJ, as Persian spells */
    {"a\xe2\x80\x8d"
     "b",
     0, true}, /* ZWJ */
    {"a\xc2\xad"
     "b",
     0, true}, /* soft hyphen */
    {"a\xe2\x80\x8b"
     "b",
     0, true},                        /* zero-width space */
    {"a\xd8\x9c", 0x061c, true},      /* the twelve of Bidi_Control: Arabic letter mark */
    {"a\xe2\x80\x8e", 0x200e, true},  /* left-to-right mark */
    {"a\xe2\x80\x8f", 0x200f, true},  /* right-to-left mark */
    {"a\xe2\x80\xaa", 0x202a, false}, /* embeddings, overrides, and their end */
    {"a\xe2\x80\xab", 0x202b, false},
    {"a\xe2\x80\xac", 0x202c, false},
    {"a\xe2\x80\xad", 0x202d, false},
    {"a\xe2\x80\xae", 0x202e, false},
    {"a\xe2\x81\xa6", 0x2066, false}, /* isolates, and their end */
    {"a\xe2\x81\xa7", 0x2067, false},
    {"a\xe2\x81\xa8", 0x2068, false},
    {"a\xe2\x81\xa9", 0x2069, false},
    {"a\xe2\x81\xaa", 0x206a, true}, /* deprecated format characters */
    {"a\xe2\x81\xaf", 0x206f, true},
    {"\xef\xbb\xbf"
     "a",
     0xfeff, true},                       /* byte order mark */
    {"a\xef\xbf\xb9", 0xfff9, true},      /* annotation */
    {"a\xf3\xa0\x80\x81", 0xe0001, true}, /* tags */
    {"a\xf3\xa0\x81\xbf", 0xe007f, true},
    {"a\xef\xb7\x90", 0xfdd0, false}, /* noncharacters */
    {"a\xef\xbf\xbe", 0xfffe, false},
    {"a\xf4\x8f\xbf\xbf", 0x10ffff, false},
    {"a\xef\xbf\xbd", 0, true}, /* U+FFFD is a character */
};

START_TEST(an_answer_holds_what_is_seen)
{
    const char *text = characters[_i].text;
    ck_assert_msg(wf_text_unseen(text) == characters[_i].unseen, "U+%04X", wf_text_unseen(text));
    ck_assert_int_eq(wf_text_is_readable(text, strlen(text), true), characters[_i].readable);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text: what a text may look like");
    TCase *tests = tcase_create("texts");
    tcase_add_loop_test(tests, each_text_is_judged, 0, (int)(sizeof samples / sizeof samples[0]));
    tcase_add_loop_test(tests, an_answer_holds_what_is_seen, 0,
                        (int)(sizeof characters / sizeof characters[0]));
    tcase_add_test(tests, an_address_has_an_end);
    tcase_add_test(tests, clean_text_has_bounds);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
