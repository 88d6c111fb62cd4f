/* links: wf_courier wf_courier_core wf_curl wf_port wf_wire wf_base */
/* services/courier/SPEC.md 2.2: the bytes of a mail; addresses; 3.2: addresses of receivers and
 * signatures. */
#include "curl_http_client.h"
#include "mail_message.h"
#include "wf_mailer.h"
#include "wf_webhook.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

static const char *written(const char *subject, const char *body)
{
    static struct wf_buffer message;
    struct mail_parts parts = {.from = "Endorse <no-reply@endorse.example>",
                               .to = "avery@mail.example",
                               .id = "00112233445566778899aabbccddeeff",
                               .domain = "endorse.example",
                               .date = 1763711891123,
                               .subject = bytes_of(subject),
                               .body = bytes_of(body)};
    wf_buffer_clear(&message);
    mail_message_write(&parts, &message);
    wf_buffer_append(&message, "", 1);
    return (const char *)message.data;
}

START_TEST(spec_2_2_headers)
{
    static const char expected[] =
        "From: Endorse <no-reply@endorse.example>\r\n"
        "To: avery@mail.example\r\n"
        "Subject: Hello\r\n"
        "Date: Fri, 21 Nov 2025 07:58:11 +0000\r\n"
        "Message-ID: <00112233445566778899aabbccddeeff@endorse.example>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Dear you,\r\n\r\n1 =3D 1\r\n";
    ck_assert_str_eq(written("Hello", "Dear you,\n\n1 = 1\n"), expected);
}
END_TEST

START_TEST(spec_2_2_quoted_printable)
{
    const char *text = written("x", "caf\xc3\xa9 \nend\t\n");
    ck_assert_ptr_nonnull(strstr(text, "\r\n\r\ncaf=C3=A9=20\r\nend=09\r\n"));
    char line[301];
    memset(line, 'a', 300);
    line[300] = '\0';
    text = strstr(written("x", line), "\r\n\r\n") + 4;
    size_t letters = 0;
    while (*text) {
        size_t length = strcspn(text, "\r");
        ck_assert_uint_le(length, 76);
        letters += strspn(text, "a");
        text += length + (text[length] ? 2 : 0);
    }
    ck_assert_uint_eq(letters, 300);
}
END_TEST

START_TEST(spec_2_2_subject_beyond_ascii_is_encoded_in_whole_characters)
{
    const char *text =
        written("\xc2\xa1Hola, \xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
                "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac!",
                "x");
    const char *subject = strstr(text, "Subject: ");
    ck_assert_int_eq(strncmp(subject, "Subject: =?UTF-8?Q?=C2=A1=48", 28), 0);
    const char *second = strstr(subject, "?=\r\n =?UTF-8?Q?");
    ck_assert_ptr_nonnull(second);
    ck_assert_uint_le(strcspn(subject + 9, "\r"), 75);
}
END_TEST

static const char *const safe[] = {"a@b", "avery.example+x@mail.example", "e0f@bounce.example"};
static const char *const unsafe[] = {
    "",      "a",       "@b",   "a@",    "a@b@c", "a b@c",   "a@b\nRSET",     "a@b\r\nX:", "a@b\tc",
    "<a@b>", "\"a\"@b", "a@b>", "a,b@c", "a;b@c", "a\x7f@b", "caf\xc3\xa9@b", "a\\b@c",    "a(x)@b",
};

START_TEST(spec_2_2_addresses)
{
    char address[255];
    for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++)
        ck_assert_msg(wf_mail_address_is_safe(safe[i]), "%s", safe[i]);
    for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++)
        ck_assert_msg(!wf_mail_address_is_safe(unsafe[i]), "case %zu", i);
    char endless[400] = "a@";
    memset(endless + 2, 'b', 300);
    ck_assert(!wf_mail_address_is_safe(endless));
    ck_assert(mail_header_address("Endorse <x@y.example>", address));
    ck_assert_str_eq(address, "x@y.example");
    ck_assert(mail_header_address("x@y.example", address));
    ck_assert(!mail_header_address("Endorse <x@y.example> more", address));
    ck_assert(!mail_header_address("x@y.example>", address));
    ck_assert(!mail_header_address("Endorse\r\nBcc: z@y <x@y.example>", address));
}
END_TEST

static const struct {
    const char *text;
    bool is_public;
} addresses[] = {
    {"93.184.216.34", true},
    {"8.8.8.8", true},
    {"172.32.0.1", true},
    {"0.0.0.0", false},
    {"10.1.2.3", false},
    {"100.64.0.1", false},
    {"127.0.0.1", false},
    {"169.254.169.254", false},
    {"172.16.0.1", false},
    {"172.31.255.255", false},
    {"192.168.1.1", false},
    {"198.18.0.1", false},
    {"224.0.0.1", false},
    {"255.255.255.255", false},
    {"2606:2800:220:1::1", true},
    {"::", false},
    {"::1", false},
    {"fe80::1", false},
    {"fd00::1", false},
    {"ff02::1", false},
    {"2001:db8::1", false},
    {"2002:7f00:1::", false},
    {"64:ff9b::7f00:1", false},
    {"::ffff:127.0.0.1", false},
    {"::ffff:10.0.0.1", false},
    {"::ffff:8.8.8.8", true},
    {"2001:0:1::", false},
};

START_TEST(spec_3_2_private_addresses_are_refused)
{
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};
        struct sockaddr_in four = {.sin_family = AF_INET};
        const struct sockaddr *address = (const struct sockaddr *)&six;
        if (inet_pton(AF_INET, addresses[i].text, &four.sin_addr) == 1)
            address = (const struct sockaddr *)&four;
        else
            ck_assert_int_eq(inet_pton(AF_INET6, addresses[i].text, &six.sin6_addr), 1);
        ck_assert_msg(curl_address_is_public(address) == addresses[i].is_public, "%s",
                      addresses[i].text);
    }
    struct sockaddr local = {.sa_family = AF_UNIX};
    ck_assert(!curl_address_is_public(&local));
}
END_TEST

/* The expected values come from Python's hmac and base64, not from this code. */
START_TEST(spec_3_2_signature)
{
    uint8_t key[32];
    char secret[WF_WEBHOOK_SECRET_TEXT], signature[WF_WEBHOOK_SIGNATURE_TEXT];
    for (uint8_t i = 0; i < 32; i++)
        key[i] = i;
    wf_webhook_secret(key, "MA", secret);
    ck_assert_str_eq(secret, "whsec_JVQk+GDpaf0aRZzMMckTANIVMFmzdhGQvgxpCXUO/Dw=");
    wf_webhook_sign(key, "MA", "msg-1", 1700000000, bytes_of("{\"a\":1}"), signature);
    ck_assert_str_eq(signature, "v1,wrVIX/BkLuxrxUH9wMqsjAnMEkDLAIJlpmw7+MlUqp4=");
    wf_webhook_secret(key, "SC", secret);
    ck_assert_str_ne(secret, "whsec_JVQk+GDpaf0aRZzMMckTANIVMFmzdhGQvgxpCXUO/Dw=");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mail_message");
    TCase *cases = tcase_create("SPEC 2.2 and 3.2");
    tcase_add_test(cases, spec_2_2_headers);
    tcase_add_test(cases, spec_2_2_quoted_printable);
    tcase_add_test(cases, spec_2_2_subject_beyond_ascii_is_encoded_in_whole_characters);
    tcase_add_test(cases, spec_2_2_addresses);
    tcase_add_test(cases, spec_3_2_private_addresses_are_refused);
    tcase_add_test(cases, spec_3_2_signature);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
