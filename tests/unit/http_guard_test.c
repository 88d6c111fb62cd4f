/* links: wf_http */
/* GATEWAY 1.2: what the guard refuses and what it lets pass. */
#include "http_guard.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST "Host: x\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"
#define WITH(headers) "POST /v1/events HTTP/1.1\r\n" HOST headers "\r\n"
#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *bytes;
    size_t length;
    unsigned status; /* 0: passes */
} cases[] = {
    {BYTES(GET("/")), 0},
    {BYTES(GET("/registry/MassAIMH?name=%C3%A9&category=FA")), 0},
    {BYTES("GET / HTTP/1.0\r\n\r\n"), 0},
    {BYTES("HEAD /livez HTTP/1.1\r\nHost: [::1]:8080\r\nAccept: a\r\nAccept: b\r\n\r\n"), 0},
    {BYTES(WITH("Content-Length: 2\r\n") "{}"), 0},
    {BYTES(WITH("Content-Length: 2\r\n") "\0\n"), 0}, /* a body is not ours to judge */
    {BYTES(WITH("Transfer-Encoding: Chunked\r\n")), 0},
    {BYTES(WITH("Expect: 100-continue\r\nContent-Length: 1\r\n")), 0},
    {BYTES(GET("/a...b/...")), 0},
    /* lengths */
    {BYTES(WITH("Content-Length: 2\r\nContent-Length: 2\r\n")), 400},
    {BYTES(WITH("Content-Length: 2\r\nContent-Length: 44\r\n")), 400},
    {BYTES(WITH("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n")), 400},
    {BYTES(WITH("Content-Length: +3\r\n")), 400},
    {BYTES(WITH("Content-Length: 3, 3\r\n")), 400},
    {BYTES(WITH("Content-Length: -1\r\n")), 400},
    {BYTES(WITH("Content-Length: 0x10\r\n")), 400},
    {BYTES(WITH("Content-Length:\r\n")), 400},
    {BYTES(WITH("Content-Length: 99999999999\r\n")), 400},
    {BYTES(WITH("Content-Length: 131073\r\n")), 413},
    {BYTES(WITH("Transfer-Encoding: gzip, chunked\r\n")), 501},
    {BYTES(WITH("Transfer-Encoding: xchunked\r\n")), 501},
    {BYTES(WITH("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 400},
    {BYTES("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
    {BYTES(WITH("")), 411},
    {BYTES("GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"), 400},
    {BYTES(WITH("Expect: more\r\nContent-Length: 1\r\n")), 417},
    /* names and values */
    {BYTES(WITH("Content-Length : 1\r\n")), 400},
    {BYTES(WITH("X-(y): 1\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH(": 1\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("no colon\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("X-A: 1\r\n folded\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("X-A: 1\r\n\tfolded: 2\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("X-A: a\0b\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("X-A: a\x01\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("X-A: a\rb\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("X-A: a\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("Authorization: a\r\nauthorization: b\r\nContent-Length: 1\r\n")), 400},
    {BYTES(WITH("ce-id: a\r\nCE-ID: b\r\nContent-Length: 1\r\n")), 400},
    /* hosts */
    {BYTES("GET / HTTP/1.1\r\n\r\n"), 400},
    {BYTES("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400},
    {BYTES("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400},
    {BYTES("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400},
    /* request lines */
    {BYTES("PUT / HTTP/1.1\r\n" HOST "\r\n"), 405},
    {BYTES("get / HTTP/1.1\r\n" HOST "\r\n"), 405},
    {BYTES("G@T / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {BYTES("GET  / HTTP/1.1\r\n" HOST "\r\n"), 400},
    {BYTES("GET /\r\n" HOST "\r\n"), 400},
    {BYTES("GET / HTTP/2.0\r\n" HOST "\r\n"), 505},
    {BYTES("GET / FTP/1.1\r\n" HOST "\r\n"), 400},
    {BYTES("\r\n" GET("/")), 400},
    {BYTES(GET("http://x/")), 400},
    {BYTES(GET("*")), 400},
    {BYTES(GET("/a%00b")), 400},
    {BYTES(GET("/a?b=%00")), 400},
    {BYTES(GET("/a%2")), 400},
    {BYTES(GET("/a%zz")), 400},
    {BYTES(GET("/a/../b")), 400},
    {BYTES(GET("/a/%2e%2E/b")), 400},
    {BYTES(GET("/..")), 400},
    {BYTES(GET("/./a")), 400},
    {BYTES(GET("/a%2fb")), 400},
    {BYTES(GET("/a%5cb")), 400},
    {BYTES(GET("/a\\b")), 400},
    {BYTES(GET("/a#b")), 400},
    {BYTES(GET("/<script>")), 400},
    {BYTES(GET("/\xc3\xa9")), 400},
};

START_TEST(every_case_gets_its_verdict)
{
    struct http_guard_verdict verdict =
        http_guard((const uint8_t *)cases[_i].bytes, cases[_i].length);
    unsigned status = verdict.step == HTTP_GUARD_REFUSE ? verdict.status : 0;
    ck_assert_msg(status == cases[_i].status && verdict.step != HTTP_GUARD_MORE,
                  "case %d: step %d, status %u, expected %u:\n%s", _i, (int)verdict.step, status,
                  cases[_i].status, cases[_i].bytes);
}
END_TEST

START_TEST(an_incomplete_block_asks_for_more)
{
    const char *text = WITH("Content-Length: 2\r\n");
    for (size_t length = 0; length < strlen(text); length++) {
        char *exact = malloc(length + 1); /* so that a sanitizer sees one byte too far */
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, text, length);
        ck_assert_int_eq(http_guard((const uint8_t *)exact, length).step, HTTP_GUARD_MORE);
        free(exact);
    }
}
END_TEST

static unsigned status_of(const char *text, size_t length)
{
    struct http_guard_verdict verdict = http_guard((const uint8_t *)text, length);
    return verdict.step == HTTP_GUARD_REFUSE ? verdict.status : 0;
}

START_TEST(long_blocks_are_refused)
{
    static char text[HTTP_GUARD_BLOCK_MAX + 1];
    memset(text, 'a', sizeof text);
    memcpy(text, "GET /", 5);
    ck_assert_uint_eq(status_of(text, HTTP_GUARD_LINE_MAX + 1), 414);
    memset(text, 'a', sizeof text);
    memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
    ck_assert_uint_eq(status_of(text, sizeof text), 431);
}
END_TEST

START_TEST(many_header_lines_are_refused)
{
    char text[2048];
    int length = snprintf(text, sizeof text, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < HTTP_GUARD_HEADERS_MAX - 1; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "X-%d: 1\r\n", i);
    (void)snprintf(text + length, sizeof text - (size_t)length, "\r\n");
    ck_assert_uint_eq(status_of(text, strlen(text)), 0);
    (void)snprintf(text + length, sizeof text - (size_t)length, "X: 1\r\n\r\n");
    ck_assert_uint_eq(status_of(text, strlen(text)), 431);
}
END_TEST

/* Whatever one byte is changed to, the guard returns a verdict and reads no byte too far. */
START_TEST(any_changed_byte_is_judged)
{
    const char *text = WITH("Content-Length: 2\r\nce-id: 1\r\n");
    size_t length = strlen(text);
    char *exact = malloc(length);
    ck_assert_ptr_nonnull(exact);
    for (size_t at = 0; at < length; at++) {
        for (int byte = 0; byte < 256; byte++) {
            memcpy(exact, text, length);
            exact[at] = (char)byte;
            ck_assert_int_le(http_guard((const uint8_t *)exact, length).step, HTTP_GUARD_REFUSE);
        }
    }
    free(exact);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http_guard");
    TCase *test = tcase_create("guard");
    tcase_add_loop_test(test, every_case_gets_its_verdict, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(test, an_incomplete_block_asks_for_more);
    tcase_add_test(test, long_blocks_are_refused);
    tcase_add_test(test, many_header_lines_are_refused);
    tcase_add_test(test, any_changed_byte_is_judged);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
