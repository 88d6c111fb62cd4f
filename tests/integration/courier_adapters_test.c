/* links: wf_kit wf_curl wf_maildir wf_zmq_bus wf_port wf_base jansson */
/* The adapters alone, against a real SMTP server and a real HTTP receiver, driven by the real bus.
 * services/courier/SPEC.md 2.3, 2.4, 2.9, 3.2, 3.3. */
#include "child_server.h"
#include "curl_http_client.h"
#include "curl_mailer.h"
#include "maildir_mailer.h"
#include "zmq_bus.h"

#include <check.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[64];
static struct child_server smtp, http;
static struct wf_bus *bus;
static struct wf_error error;

static wf_time monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void start_servers(void)
{
    strcpy(folder, "/tmp/endorse-courier-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    smtp = child_server_start("mail_server.py", folder);
    http = child_server_start("webhook_server.py", folder);
    ck_assert_msg(smtp.port && http.port, "a server of tests/kit did not come up");
}
static void stop_servers(void)
{
    char command[128];
    child_server_stop(&smtp);
    child_server_stop(&http);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    (void)!system(command);
}
static void open_bus(void)
{
    struct zmq_bus_settings settings = {.run_dir = folder, .service = WF_COURIER};
    ck_assert_msg(zmq_bus_open(&bus, &settings, &error) == 0, "%s", error.text);
}
static void close_bus(void)
{
    wf_bus_destroy(&bus);
}

/* Lines of a server's file; each a new reference in a list. */
static json_t *lines_of(const char *name)
{
    static char line[2000000];
    char path[128];
    json_t *list = json_array();
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        json_array_append_new(list, json_loads(line, 0, NULL));
    if (file)
        fclose(file);
    return list;
}
static const char *text_of(json_t *list, size_t index, const char *name)
{
    return json_string_value(json_object_get(json_array_get(list, index), name));
}

/* ---- mail ---- */

struct told {
    unsigned count;
    struct wf_mail_answer last;
    char id[65];
};

static void mail_done(void *context, const char *id, uint32_t attempt,
                      const struct wf_mail_answer *answer)
{
    struct told *told = context;
    ck_assert_uint_eq(attempt, 3);
    told->count++;
    told->last = *answer;
    strcpy(told->id, id);
}

static struct wf_mailer *open_mailer(wf_time timeout)
{
    char url[64];
    struct wf_mailer *mailer = NULL;
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%u/courier.example", smtp.port);
    struct curl_mailer_settings settings = {
        .url = url, .most = 4, .connect_timeout = 5000, .timeout = timeout};
    ck_assert_msg(curl_mailer_create(&mailer, bus, &settings, &error) == 0, "%s", error.text);
    return mailer;
}

/* Without a line that begins with a dot libcurl knows beforehand how long the message is. */
static const char plain_message[] = "From: a@b.example\r\nTo: x\r\nSubject: s\r\n\r\nbody\r\n";
static const char message[] =
    "From: a@b.example\r\nTo: x\r\nSubject: s\r\n\r\n.one dot\r\nbody\r\n";

static int give(struct wf_mailer *mailer, const char *id, const char *to, const char *return_path,
                struct told *told)
{
    struct wf_mail mail = {.id = id,
                           .attempt = 3,
                           .return_path = return_path,
                           .to = to,
                           .message = {(const uint8_t *)message, sizeof message - 1}};
    if (strstr(to, "plain"))
        mail.message = (struct wf_bytes){(const uint8_t *)plain_message, sizeof plain_message - 1};
    return wf_mailer_send(mailer, &mail, mail_done, told, &error);
}

static void drive_mailer(struct wf_mailer *mailer, struct told *told, unsigned until)
{
    wf_time end = monotonic() + 20000;
    while (told->count < until) {
        wf_time now = monotonic(), next = wf_mailer_turn(mailer, now);
        ck_assert_msg(now < end, "the mailer never told how it ended");
        wf_time wait = next == WF_NEVER ? 1000 : next - now;
        if (told->count < until)
            ck_assert_int_eq(wf_bus_wait(bus, wait < 1000 ? wait : 1000, &error), 0);
    }
}

static const struct mail_case {
    const char *to, *return_path;
    enum wf_mail_result result;
    const char *detail;
} mail_cases[] = {
    {"ok@mail.example", "e1@bounce.example.org", WF_MAIL_ACCEPTED, "250 2.0.0"},
    {"gone@mail.example", "e1@bounce.example.org", WF_MAIL_REJECTED, "550 5.1.1"},
    {"later@mail.example", "e1@bounce.example.org", WF_MAIL_FAILED, "451 4.2.0"},
    {"full@mail.example", "e1@bounce.example.org", WF_MAIL_REJECTED, "554 5.6.0"},
    {"drop@mail.example", "e1@bounce.example.org", WF_MAIL_UNCERTAIN, NULL},
    {"drop.plain@mail.example", "e1@bounce.example.org", WF_MAIL_UNCERTAIN, NULL},
    /* a refused sender says nothing about the recipient */
    {"ok@mail.example", "e1@closed.example", WF_MAIL_FAILED, "550 5.7.1"},
};

START_TEST(spec_2_3_the_servers_answers)
{
    const struct mail_case *expected = &mail_cases[_i];
    struct told told = {0};
    struct wf_mailer *mailer = open_mailer(10000);
    ck_assert_int_eq(give(mailer, "e1", expected->to, expected->return_path, &told), 0);
    drive_mailer(mailer, &told, 1);
    ck_assert_msg(told.last.result == expected->result, "result %d, %s", (int)told.last.result,
                  told.last.detail);
    if (expected->detail)
        ck_assert_str_eq(told.last.detail, expected->detail);
    ck_assert_ptr_null(strchr(told.last.detail, '@'));
    wf_mailer_destroy(&mailer);
}
END_TEST

START_TEST(spec_2_2_one_recipient_and_an_opaque_return_path)
{
    struct told told = {0};
    struct wf_mailer *mailer = open_mailer(10000);
    ck_assert_int_eq(give(mailer, "e9", "unique9@mail.example", "e9@bounce.example.org", &told), 0);
    drive_mailer(mailer, &told, 1);
    json_t *list = lines_of("accepted.jsonl");
    size_t last = json_array_size(list) - 1;
    ck_assert_str_eq(text_of(list, last, "from"), "e9@bounce.example.org");
    json_t *to = json_object_get(json_array_get(list, last), "to");
    ck_assert_uint_eq(json_array_size(to), 1);
    ck_assert_str_eq(json_string_value(json_array_get(to, 0)), "unique9@mail.example");
    ck_assert_str_eq(text_of(list, last, "data"), message);
    json_decref(list);
    wf_mailer_destroy(&mailer);
}
END_TEST

START_TEST(spec_2_2_a_newline_in_an_address_never_reaches_a_server)
{
    struct told told = {0};
    struct wf_mailer *mailer = open_mailer(10000);
    ck_assert_int_eq(give(mailer, "e1", "a@b.example>\r\nRSET", "e1@x.example", &told), -1);
    ck_assert_int_eq(error.code, WF_INVALID);
    ck_assert_int_eq(give(mailer, "e1", "a@b.example", "e1@x.example>\nDATA", &told), -1);
    wf_mailer_destroy(&mailer);
}
END_TEST

START_TEST(spec_2_3_no_server_and_a_silent_server)
{
    struct told told = {0};
    struct wf_mailer *mailer = open_mailer(300);
    ck_assert_int_eq(give(mailer, "e1", "slow@mail.example", "e1@x.example", &told), 0);
    drive_mailer(mailer, &told, 1);
    ck_assert_int_eq(told.last.result, WF_MAIL_FAILED);
    ck_assert_str_eq(told.last.detail, "timeout");
    wf_mailer_destroy(&mailer);

    struct curl_mailer_settings nobody = {
        .url = "smtp://127.0.0.1:1", .most = 1, .connect_timeout = 1000, .timeout = 1000};
    ck_assert_int_eq(curl_mailer_create(&mailer, bus, &nobody, &error), 0);
    ck_assert_int_eq(give(mailer, "e1", "ok@mail.example", "e1@x.example", &told), 0);
    drive_mailer(mailer, &told, 2);
    ck_assert_int_eq(told.last.result, WF_MAIL_FAILED);
    ck_assert_str_eq(told.last.detail, "no connection");
    wf_mailer_destroy(&mailer);
}
END_TEST

START_TEST(spec_4_many_at_once_up_to_the_bound)
{
    struct told told = {0};
    struct wf_mailer *mailer = open_mailer(10000);
    char to[32];
    for (unsigned i = 0; i < 4; i++) {
        (void)snprintf(to, sizeof to, "many%u@mail.example", i);
        ck_assert_int_eq(give(mailer, "e1", to, "e1@x.example", &told), 0);
    }
    ck_assert_int_eq(give(mailer, "e1", "many5@mail.example", "e1@x.example", &told), -1);
    ck_assert_int_eq(error.code, WF_LIMIT);
    drive_mailer(mailer, &told, 4);
    ck_assert_int_eq(told.last.result, WF_MAIL_ACCEPTED);
    /* destroying with one on the way leaks nothing and calls nobody */
    ck_assert_int_eq(give(mailer, "e1", "slow@mail.example", "e1@x.example", &told), 0);
    (void)wf_mailer_turn(mailer, monotonic());
    wf_mailer_destroy(&mailer);
    ck_assert_uint_eq(told.count, 4);
}
END_TEST

/* A mail that is being given when the program ends must not arrive cut short, wherever it is cut. */
START_TEST(spec_4_a_mail_cut_off_by_the_end_is_not_taken)
{
    enum { LONG = 1024 * 1024, CUTS = 40 };
    struct told told = {0};
    struct wf_buffer text = {0};
    wf_buffer_text(&text, "Subject: cut-me\r\n\r\n");
    while (text.length < LONG)
        wf_buffer_text(&text, "0123456789 0123456789 0123456789 0123456789 0123456789\r\n");
    wf_buffer_text(&text, "whole\r\n");
    struct wf_mail mail = {.id = "e1",
                           .attempt = 3,
                           .return_path = "e1@x.example",
                           .to = "cut@mail.example",
                           .message = wf_buffer_bytes(&text)};
    for (unsigned cut = 0; cut < CUTS; cut++) {
        struct wf_mailer *mailer = open_mailer(10000);
        ck_assert_int_eq(wf_mailer_send(mailer, &mail, mail_done, &told, &error), 0);
        for (unsigned turn = 0; turn < cut; turn++) {
            (void)wf_mailer_turn(mailer, monotonic());
            ck_assert_int_eq(wf_bus_wait(bus, 5, &error), 0);
        }
        wf_mailer_destroy(&mailer);
    }
    wf_buffer_fini(&text);
    /* a later mail shows that the server has dealt with the others */
    struct wf_mailer *mailer = open_mailer(10000);
    unsigned before = told.count;
    ck_assert_int_eq(give(mailer, "e2", "after-cut@mail.example", "e2@x.example", &told), 0);
    drive_mailer(mailer, &told, before + 1);
    json_t *list = lines_of("accepted.jsonl");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *data = text_of(list, i, "data");
        ck_assert(!strstr(data, "cut-me") || strstr(data, "whole"));
    }
    json_decref(list);
    wf_mailer_destroy(&mailer);
}
END_TEST

START_TEST(spec_2_9_the_sandboxs_mailbox)
{
    char mails[128], path[256];
    struct told told = {0};
    struct wf_mailer *mailer = NULL;
    struct stat found;
    (void)snprintf(mails, sizeof mails, "%s/mail", folder);
    ck_assert_msg(maildir_mailer_create(&mailer, mails, &error) == 0, "%s", error.text);
    ck_assert_int_eq(give(mailer, "e1", "ok@mail.example", "e1@x.example", &told), 0);
    ck_assert_int_eq(give(mailer, "e1", "ok@mail.example", "e1@x.example", &told), 0);
    (void)wf_mailer_turn(mailer, 0);
    ck_assert_uint_eq(told.count, 2);
    ck_assert_int_eq(told.last.result, WF_MAIL_ACCEPTED);
    (void)snprintf(path, sizeof path, "%s/new/e1", mails);
    ck_assert_int_eq(stat(path, &found), 0);
    ck_assert_int_eq(found.st_size, sizeof message - 1);
    (void)snprintf(path, sizeof path, "%s/tmp/e1", mails);
    ck_assert_int_ne(stat(path, &found), 0);

    ck_assert_int_eq(give(mailer, "e2", "who@bounce.example", "e2@x.example", &told), 0);
    (void)wf_mailer_turn(mailer, 0);
    ck_assert_int_eq(told.last.result, WF_MAIL_REJECTED);
    ck_assert_str_eq(told.last.detail, "550 5.1.1");
    ck_assert_int_eq(give(mailer, "e3", "who@a.defer.example", "e3@x.example", &told), 0);
    ck_assert_int_eq(give(mailer, "e4", "who@not-bounce.example", "e4@x.example", &told), 0);
    (void)wf_mailer_turn(mailer, 0);
    ck_assert_int_eq(told.last.result, WF_MAIL_ACCEPTED);
    (void)snprintf(path, sizeof path, "%s/new/e3", mails);
    ck_assert_int_ne(stat(path, &found), 0);
    wf_mailer_destroy(&mailer);
    (void)snprintf(mails, sizeof mails, "%s/none/mail", folder);
    ck_assert_int_eq(maildir_mailer_create(&mailer, mails, &error), -1);
}
END_TEST

/* ---- webhooks ---- */

struct answered {
    unsigned count;
    struct wf_http_answer last;
};
static void http_done(void *context, const struct wf_http_answer *answer)
{
    struct answered *answered = context;
    answered->count++;
    answered->last = *answer;
}

static void post_and_wait(const struct curl_http_settings *settings, const char *url,
                          struct answered *answered)
{
    static const char *const headers[] = {"Content-Type: application/cloudevents+json",
                                          "webhook-id: msg-1"};
    struct wf_http_client *client = NULL;
    struct wf_http_post post = {.url = url,
                                .headers = headers,
                                .header_count = 2,
                                .body = {(const uint8_t *)"{\"a\":1}", 7}};
    wf_time end = monotonic() + 20000;
    *answered = (struct answered){0};
    ck_assert_int_eq(curl_http_client_create(&client, bus, settings, &error), 0);
    ck_assert_int_eq(wf_http_client_post(client, &post, http_done, answered, &error), 0);
    while (!answered->count) {
        wf_time now = monotonic(), next = wf_http_client_turn(client, now);
        ck_assert_msg(now < end, "the client never told how it ended");
        wf_time wait = next == WF_NEVER ? 1000 : next - now;
        if (!answered->count)
            ck_assert_int_eq(wf_bus_wait(bus, wait < 1000 ? wait : 1000, &error), 0);
    }
    wf_http_client_destroy(&client);
}

static const struct http_case {
    const char *path;
    enum wf_http_result result;
    int status;
    uint32_t retry_after_s;
    const char *detail;
} http_cases[] = {
    {"/ok", WF_HTTP_ANSWERED, 204, 0, "204"},
    {"/gone", WF_HTTP_ANSWERED, 410, 0, "410"},
    {"/busy", WF_HTTP_ANSWERED, 429, 120, "429"},
    {"/status/503", WF_HTTP_ANSWERED, 503, 0, "503"},
    {"/redirect", WF_HTTP_ANSWERED, 302, 0, "302"},
    {"/endless", WF_HTTP_ANSWERED, 200, 0, "200"},
    {"/hang", WF_HTTP_FAILED, 0, 0, "timeout"},
};

START_TEST(spec_3_3_the_receivers_answers)
{
    const struct http_case *expected = &http_cases[_i];
    struct curl_http_settings settings = {.allow_private = true, .most = 4, .timeout = 1500};
    struct answered answered;
    char url[128];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", http.port, expected->path);
    post_and_wait(&settings, url, &answered);
    ck_assert_msg(answered.last.result == expected->result, "result %d, %s",
                  (int)answered.last.result, answered.last.detail);
    ck_assert_int_eq(answered.last.status, expected->status);
    ck_assert_uint_eq(answered.last.retry_after_s, expected->retry_after_s);
    ck_assert_str_eq(answered.last.detail, expected->detail);
}
END_TEST

START_TEST(spec_3_2_headers_and_body_arrive_and_redirects_are_not_followed)
{
    struct curl_http_settings settings = {.allow_private = true, .most = 4, .timeout = 1500};
    struct answered answered;
    char url[128];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/redirect", http.port);
    post_and_wait(&settings, url, &answered);
    json_t *list = lines_of("received.jsonl");
    size_t last = json_array_size(list) - 1;
    json_t *headers = json_object_get(json_array_get(list, last), "headers");
    ck_assert_str_eq(text_of(list, last, "path"), "/redirect");
    ck_assert_str_eq(text_of(list, last, "body"), "{\"a\":1}");
    ck_assert_str_eq(json_string_value(json_object_get(headers, "webhook-id")), "msg-1");
    ck_assert_ptr_null(json_object_get(headers, "expect"));
    json_decref(list);
}
END_TEST

START_TEST(spec_3_2_what_may_not_be_called)
{
    struct curl_http_settings settings = {.allow_private = false, .most = 4, .timeout = 1500};
    struct answered answered;
    char url[128];
    static const char *const refused[] = {"http://127.0.0.1/", "file:///etc/passwd",
                                          "gopher://127.0.0.1/", "smtp://127.0.0.1/", "https://"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        post_and_wait(&settings, refused[i], &answered);
        ck_assert_msg(answered.last.result == WF_HTTP_REFUSED, "%s: %s", refused[i],
                      answered.last.detail);
    }
    static const char *const hosts[] = {"127.0.0.1",         "localhost", "[::1]",
                                        "0x7f000001",        "10.0.0.1",  "169.254.169.254",
                                        "[::ffff:127.0.0.1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        (void)snprintf(url, sizeof url, "https://%s:%u/ok", hosts[i], http.port);
        post_and_wait(&settings, url, &answered);
        ck_assert_int_eq(answered.last.result, WF_HTTP_FAILED);
        ck_assert_msg(strcmp(answered.last.detail, "address not allowed") == 0, "%s: %s", url,
                      answered.last.detail);
    }
}
END_TEST

START_TEST(spec_3_2_a_proxy_of_the_environment_is_not_used)
{
    struct curl_http_settings settings = {.allow_private = false, .most = 4, .timeout = 1500};
    struct answered answered;
    char proxy[64];
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", http.port);
    ck_assert_int_eq(setenv("https_proxy", proxy, 1), 0);
    ck_assert_int_eq(setenv("ALL_PROXY", proxy, 1), 0);
    post_and_wait(&settings, "https://10.1.2.3/ok", &answered);
    ck_assert_str_eq(answered.last.detail, "address not allowed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("courier_adapters");
    TCase *cases = tcase_create("adapters");
    tcase_set_timeout(cases, 40);
    tcase_add_unchecked_fixture(cases, start_servers, stop_servers);
    tcase_add_checked_fixture(cases, open_bus, close_bus);
    tcase_add_loop_test(cases, spec_2_3_the_servers_answers, 0,
                        (int)(sizeof mail_cases / sizeof mail_cases[0]));
    tcase_add_test(cases, spec_2_2_one_recipient_and_an_opaque_return_path);
    tcase_add_test(cases, spec_2_2_a_newline_in_an_address_never_reaches_a_server);
    tcase_add_test(cases, spec_2_3_no_server_and_a_silent_server);
    tcase_add_test(cases, spec_4_many_at_once_up_to_the_bound);
    tcase_add_test(cases, spec_4_a_mail_cut_off_by_the_end_is_not_taken);
    tcase_add_test(cases, spec_2_9_the_sandboxs_mailbox);
    tcase_add_loop_test(cases, spec_3_3_the_receivers_answers, 0,
                        (int)(sizeof http_cases / sizeof http_cases[0]));
    tcase_add_test(cases, spec_3_2_headers_and_body_arrive_and_redirects_are_not_followed);
    tcase_add_test(cases, spec_3_2_what_may_not_be_called);
    tcase_add_test(cases, spec_3_2_a_proxy_of_the_environment_is_not_used);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
