/* links: wf_http */
/* GATEWAY 1.1, 1.3, 1.4: the server on a real socket.  Client and server take turns in one thread.
 */
#include "http_asset.h"
#include "http_guard.h"
#include "http_text.h"
#include "wf_http.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct wf_http *http;
static uint64_t waiting; /* ticket of the request that is answered later */
static unsigned handled;
static char seen_path[128], seen_query[128];
static bool seen_local;
static wf_time now;

static const uint8_t style[] = "body {}";
static const struct wf_asset assets[] = {{"style.css", {.data = style, .length = sizeof style - 1}},
                                         {NULL, {NULL, 0}}};

static void on_request(void *context, const struct wf_http_request *request)
{
    (void)context;
    handled++;
    seen_local = request->local;
    (void)snprintf(seen_path, sizeof seen_path, "%s", request->path);
    (void)snprintf(seen_query, sizeof seen_query, "%s", request->query);
    if (strcmp(request->path, "/later") == 0) {
        waiting = request->ticket;
        return;
    }
    if (strcmp(request->path, "/style.css") == 0) {
        http_asset_answer(http, request, assets, "style.css", "text/css");
        return;
    }
    struct wf_http_response response = {.status = 200, .type = "text/plain", .body = request->body};
    response.fields[0] = (struct wf_http_field){"X-Seen", "yes"};
    wf_http_answer(http, request->ticket, &response);
}

static void setup(void)
{
    struct wf_error error = {0};
    ck_assert_msg(wf_http_open(&http, "127.0.0.1", 0, on_request, NULL, &error) == 0, "%s",
                  error.text);
    waiting = handled = 0;
    now = 1000;
}

static void teardown(void)
{
    wf_http_close(&http);
}

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(wf_http_port(http)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Turns the server until the client's connection ends, or is idle for 100 ms; what came. */
static char *hear(int fd, bool *ended)
{
    static char text[8192];
    size_t length = 0;
    *ended = false;
    while (!*ended) {
        struct pollfd fds[2] = {{.fd = fd, .events = POLLIN},
                                {.fd = wf_http_fd(http), .events = POLLIN}};
        if (poll(fds, 2, 100) == 0)
            break;
        (void)wf_http_turn(http, now);
        ssize_t got = recv(fd, text + length, sizeof text - 1 - length, 0);
        *ended = got == 0;
        length += got > 0 ? (size_t)got : 0;
    }
    text[length] = '\0';
    return text;
}

static char *exchange(const char *request)
{
    bool ended;
    int fd = dial();
    say(fd, request);
    char *answer = hear(fd, &ended);
    ck_assert_msg(ended, "the connection stays open after: %s", answer);
    (void)close(fd);
    return answer;
}

START_TEST(a_request_is_answered_and_the_connection_closed)
{
    char *answer =
        exchange("POST /a%20b?c=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 200 ", 13), 0);
    ck_assert_ptr_nonnull(strstr(answer, "\r\n\r\nabc"));
    ck_assert_ptr_nonnull(strstr(answer, "X-Seen: yes\r\n"));
    ck_assert_str_eq(seen_path, "/a b");
    ck_assert_str_eq(seen_query, "c=%20");
}
END_TEST

START_TEST(a_file_of_the_program_comes_with_its_tag_and_not_twice)
{
    char etag[HTTP_ETAG_SIZE], field[64], request[160];
    http_etag(assets[0].bytes, etag);
    (void)snprintf(field, sizeof field, "\r\nETag: %s\r\n", etag);
    char *answer = exchange("GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 200 ", 13), 0);
    ck_assert_ptr_nonnull(strstr(answer, field));
    ck_assert_ptr_nonnull(strstr(answer, "\r\nContent-Type: text/css\r\n"));
    ck_assert_ptr_nonnull(strstr(answer, "\r\n\r\nbody {}"));
    (void)snprintf(request, sizeof request,
                   "GET /style.css HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n\r\n", etag);
    answer = exchange(request);
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 304 ", 13), 0);
    ck_assert_ptr_nonnull(strstr(answer, field));
    ck_assert_ptr_null(strstr(answer, "body {}"));
}
END_TEST

START_TEST(every_answer_carries_the_usual_fields)
{
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /../etc HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"};
    char *answer = exchange(requests[_i]);
    static const char *const fields[] = {
        "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: no-referrer\r\n",
        "Cache-Control: no-store\r\n",
        "Connection: close",
        "Cross-Origin-Opener-Policy: same-origin"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        ck_assert_msg(strstr(answer, fields[i]) != NULL, "no %s in %s", fields[i], answer);
}
END_TEST

START_TEST(a_second_request_on_the_connection_is_never_served)
{
    (void)exchange("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_uint_eq(handled, 1);
    ck_assert_str_eq(seen_path, "/one");
}
END_TEST

START_TEST(what_the_guard_refuses_reaches_no_handler)
{
    char *answer = exchange("GET /../etc HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 400 Bad Request\r\n", 26), 0);
    ck_assert_ptr_nonnull(strstr(answer, "application/problem+json"));
    ck_assert_uint_eq(handled, 0);
    ck_assert_uint_eq(wf_http_counts(http).refused, 1);
    answer = exchange("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(answer, "Allow: GET, HEAD, POST\r\n"));
}
END_TEST

START_TEST(a_block_in_pieces_is_put_together)
{
    bool ended;
    int fd = dial();
    say(fd, "GET /pieces HT");
    (void)hear(fd, &ended);
    ck_assert(!ended);
    say(fd, "TP/1.1\r\nHost: x\r\n\r\n");
    char *answer = hear(fd, &ended);
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 200 ", 13), 0);
    (void)close(fd);
}
END_TEST

START_TEST(a_half_request_is_dropped_in_time)
{
    bool ended;
    int fd = dial();
    say(fd, "GET /slow HT");
    (void)hear(fd, &ended);
    ck_assert(!ended);
    now += 11 * WF_SECOND;
    (void)wf_http_turn(http, now);
    (void)hear(fd, &ended);
    ck_assert(ended);
    (void)close(fd);
}
END_TEST

START_TEST(an_answer_may_come_later)
{
    bool ended;
    int fd = dial();
    say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_str_eq(hear(fd, &ended), "");
    ck_assert_uint_ne(waiting, 0);
    struct wf_http_response response = {.status = 202, .type = "text/plain"};
    wf_http_answer(http, waiting, &response);
    char *answer = hear(fd, &ended);
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 202 ", 13), 0);
    ck_assert(ended);
    (void)close(fd);
    wf_http_answer(http, waiting, &response); /* gone: no error */
}
END_TEST

START_TEST(a_client_that_leaves_is_no_error)
{
    bool ended;
    int fd = dial();
    say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)hear(fd, &ended);
    (void)close(fd);
    struct wf_http_response response = {.status = 200};
    wf_http_answer(http, waiting, &response);
    (void)wf_http_turn(http, now);
    ck_assert_uint_eq(wf_http_counts(http).connections, 0);
}
END_TEST

START_TEST(a_chunked_body_is_bounded)
{
    bool ended;
    int fd = dial();
    char *chunk = malloc(HTTP_BODY_MAX + 64);
    ck_assert_ptr_nonnull(chunk);
    int head = sprintf(chunk, "%x\r\n", HTTP_BODY_MAX + 1);
    memset(chunk + head, 'x', HTTP_BODY_MAX + 1);
    strcpy(chunk + head + HTTP_BODY_MAX + 1, "\r\n0\r\n\r\n");
    say(fd, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    size_t sent = 0, all = strlen(chunk);
    while (sent < all) {
        ssize_t took = send(fd, chunk + sent, all - sent, MSG_NOSIGNAL);
        sent += took > 0 ? (size_t)took : 0;
        (void)wf_http_turn(http, now);
    }
    char *answer = hear(fd, &ended);
    ck_assert_msg(strncmp(answer, "HTTP/1.1 413 ", 13) == 0, "%s", answer);
    ck_assert_uint_eq(handled, 0);
    (void)close(fd);
    free(chunk);
}
END_TEST

START_TEST(half_open_clients_keep_nobody_out)
{
    enum { IDLE = 600 };
    int fds[IDLE];
    for (int i = 0; i < IDLE; i++) {
        fds[i] = dial();
        say(fds[i], "GET / HT");
        (void)wf_http_turn(http, now);
    }
    char *answer = exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    ck_assert_int_eq(strncmp(answer, "HTTP/1.1 200 ", 13), 0);
    for (int i = 0; i < IDLE; i++)
        (void)close(fds[i]);
}
END_TEST

static const struct {
    const char *headers;
    bool local;
} peers[] = {{"Host: localhost:8080", true},
             {"Host: 127.0.0.1:8080", true},
             {"Host: [::1]", true},
             {"Host: 127.0.0.1.evil.example", false},
             {"Host: evil.example", false}, /* whose name was given our address */
             {"Host: localhost\r\nX-Forwarded-For: 192.0.2.1", false},
             {"Host: localhost\r\nForwarded: for=192.0.2.1", false},
             {"Host: localhost\r\nX-Real-IP: 192.0.2.1", false}};

START_TEST(local_is_who_calls_this_machine_by_its_name)
{
    char request[200];
    (void)snprintf(request, sizeof request, "GET / HTTP/1.1\r\n%s\r\n\r\n", peers[_i].headers);
    (void)exchange(request);
    ck_assert_uint_eq(handled, 1);
    ck_assert_msg(seen_local == peers[_i].local, "%s", peers[_i].headers);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http_server");
    TCase *test = tcase_create("server");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, a_request_is_answered_and_the_connection_closed);
    tcase_add_test(test, a_file_of_the_program_comes_with_its_tag_and_not_twice);
    tcase_add_loop_test(test, every_answer_carries_the_usual_fields, 0, 4);
    tcase_add_test(test, a_second_request_on_the_connection_is_never_served);
    tcase_add_test(test, what_the_guard_refuses_reaches_no_handler);
    tcase_add_test(test, a_block_in_pieces_is_put_together);
    tcase_add_test(test, a_half_request_is_dropped_in_time);
    tcase_add_test(test, an_answer_may_come_later);
    tcase_add_test(test, a_client_that_leaves_is_no_error);
    tcase_add_test(test, a_chunked_body_is_bounded);
    tcase_add_test(test, half_open_clients_keep_nobody_out);
    tcase_add_loop_test(test, local_is_who_calls_this_machine_by_its_name, 0,
                        (int)(sizeof peers / sizeof peers[0]));
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
