/* links: wf_gateway wf_http */
/* GATEWAY 5, 6: heartbeat rows as queues and metrics, and the kept mails. */
#include "mail_view.h"
#include "ops_metrics.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW = 1000000000 };

static struct ops_view *view;

static void setup(void)
{
    view = calloc(1, sizeof *view);
    ck_assert_ptr_nonnull(view);
}

static void teardown(void)
{
    ops_view_clear(view);
    free(view);
}

static bool add(const char *field, const char *json)
{
    return ops_view_add(view, field, (struct wf_bytes){(const uint8_t *)json, strlen(json)});
}

START_TEST(instances_of_a_program_add_up)
{
    ck_assert(add("endorse-reference.1",
                  "{\"at\":1000000000,\"ready\":3,\"in_flight\":1,\"oldest_ms\":90,"
                  "\"parked\":1,\"dead\":2,\"timers\":5,\"state\":\"running\"}"));
    ck_assert(add("endorse-reference.0",
                  "{\"at\":999980000,\"ready\":4,\"oldest_ms\":20,\"next_due_ms\":5000,"
                  "\"business_ms\":2000}"));
    ops_view_close(view, NOW);
    ck_assert_uint_eq(view->queue_count, 1);
    const struct ops_queue *queue = &view->queues[0];
    ck_assert_str_eq(queue->program, "reference");
    ck_assert_int_eq(queue->ready, 7);
    ck_assert_int_eq(queue->in_flight, 1);
    ck_assert_int_eq(queue->oldest_age, 90);
    ck_assert_int_eq(queue->dead, 2);
    ck_assert_int_eq(queue->next_due, 999980000 + 3000); /* by the real clock */
    ck_assert_str_eq(view->rows[0].worker, "reference.0");
    ck_assert(ops_row_is_stale(&view->rows[0], NOW));
    ck_assert(!ops_row_is_stale(&view->rows[1], NOW));
}
END_TEST

START_TEST(alarms_of_the_audit_copy_are_shown_and_counted)
{
    struct wf_buffer text = {0};
    struct ops_own own = {0};
    struct ops_facts facts = {.now = NOW, .tier = "A", .store_answers = true};
    ck_assert(
        add("endorse-audit.0",
            "{\"at\":1000000000,\"audit\":{\"state\":\"following\",\"error\":\"\",\"alarms\":2,"
            "\"first\":\"stream-shorter\",\"stream\":\"exam:12\",\"since\":5}}"));
    ck_assert(add("endorse-exam.0", "{\"at\":1000000000}"));
    ops_view_close(view, NOW);
    json_t *model = ops_page_model(view, &facts);
    const json_t *alarms = json_object_get(model, "alarms");
    ck_assert_uint_eq(json_array_size(alarms), 1);
    ck_assert_str_eq(json_string_value(json_array_get(alarms, 0)),
                     "The audit copy has 2 alarms, the first: stream-shorter of exam:12. See "
                     "endorsectl audit status.");
    json_decref(model);
    ops_metrics(view, &own, "1", NOW, &text);
    wf_buffer_append(&text, "", 1);
    ck_assert(strstr((const char *)text.data, "endorse_audit_alarms{worker=\"audit.0\"} 2\n"));
    ck_assert(!strstr((const char *)text.data, "endorse_audit_alarms{worker=\"exam.0\"}"));
    wf_buffer_fini(&text);
}
END_TEST

START_TEST(a_copy_that_cannot_go_on_is_shown)
{
    struct ops_facts facts = {.now = NOW, .tier = "A", .store_answers = true};
    ck_assert(add("endorse-audit.0", "{\"at\":1000000000,\"audit\":{\"state\":\"failing\","
                                     "\"error\":\"the disk is full\",\"alarms\":0}}"));
    ops_view_close(view, NOW);
    json_t *model = ops_page_model(view, &facts);
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(model, "alarms"), 0)),
                     "The audit copy cannot go on: the disk is full");
    json_decref(model);
}
END_TEST

/* exam and desk: a count of deadlines would tell one locked sheet from none (A7). */
START_TEST(a_discreet_program_tells_no_deadlines)
{
    struct wf_buffer text = {0};
    struct ops_own own = {0};
    ck_assert(add("endorse-exam.0", "{\"at\":1000000000,\"metrics\":{\"dead_total\":1}}"));
    ck_assert(add("endorse-exam.1", "{\"at\":1000000000,\"timers\":4}"));
    ck_assert(add("endorse-intake.0", "{\"at\":1000000000,\"timers\":7}"));
    ops_view_close(view, NOW);
    ck_assert_int_eq(view->queues[0].timers, -1);
    ops_metrics(view, &own, "0.1.0", NOW, &text);
    wf_buffer_append(&text, "", 1);
    ck_assert_ptr_null(strstr((char *)text.data, "endorse_timers{program=\"exam\"}"));
    ck_assert_ptr_nonnull(strstr((char *)text.data, "endorse_timers{program=\"intake\"} 7\n"));
    ck_assert_ptr_nonnull(strstr((char *)text.data, "endorse_dead_total{worker=\"exam.0\"} 1\n"));
    wf_buffer_fini(&text);
}
END_TEST

static const char *const bad_rows[][2] = {
    {"intake.0", "not json"}, {"intake.0", "[]"},
    {"intake", "{}"},         {".0", "{}"},
    {"in\"take.0", "{}"},     {"a-name-that-is-longer-than-any-program-has.0", "{}"}};

START_TEST(what_is_no_row_is_left_out)
{
    ck_assert(!add(bad_rows[_i][0], bad_rows[_i][1]));
    ck_assert_uint_eq(view->row_count, 0);
}
END_TEST

START_TEST(rows_of_odd_types_do_no_harm)
{
    ck_assert(add("intake.0", "{\"at\":\"x\",\"ready\":{},\"state\":7,\"metrics\":[],"
                              "\"version\":\"a-version-that-is-longer-than-the-field-for-it\"}"));
    ops_view_close(view, NOW);
    ck_assert_int_eq(view->rows[0].ready, 0);
    ck_assert_uint_eq(strlen(view->rows[0].version), sizeof view->rows[0].version - 1);
}
END_TEST

START_TEST(history_is_a_ring)
{
    struct wf_buffer svg = {0};
    for (int i = 0; i < 3 * OPS_SAMPLES; i++) {
        char json[64];
        (void)snprintf(json, sizeof json, "{\"ready\":%d}", i);
        ops_view_clear(view);
        ck_assert(add("intake.0", json));
        ops_view_close(view, NOW + i * (wf_time)OPS_SAMPLE_MS);
    }
    ck_assert_uint_eq(view->history[0].count, OPS_SAMPLES);
    ops_plot(view, "intake", &svg);
    wf_buffer_append(&svg, "", 1);
    ck_assert_ptr_nonnull(strstr((char *)svg.data, "at most 359"));
    ck_assert_ptr_null(strstr((char *)svg.data, "style"));
    wf_buffer_fini(&svg);
    ops_plot(view, "nobody", &svg);
    ck_assert_uint_eq(svg.length, 0);
}
END_TEST

/* Every sample belongs to the HELP and TYPE just above it; counters end in _total. */
START_TEST(metrics_are_well_formed)
{
    struct wf_buffer text = {0};
    struct ops_own own = {.registry_entries = 12};
    char name[128] = "", type[32] = "";
    unsigned samples = 0;
    ck_assert(add("intake.0",
                  "{\"at\":1000000000,\"metrics\":{\"commits_total\":5,\"frames_in_total\":-1,"
                  "\"unknown_total\":3}}"));
    ops_view_close(view, NOW);
    ops_metrics(view, &own, "0.1.0", NOW, &text);
    wf_buffer_append(&text, "", 1);
    ck_assert_ptr_nonnull(
        strstr((char *)text.data, "endorse_commits_total{worker=\"intake.0\"} 5\n"));
    ck_assert_ptr_null(strstr((char *)text.data, "unknown_total"));
    ck_assert_ptr_null(strstr((char *)text.data, "frames_in_total"));
    for (char *line = strtok((char *)text.data, "\n"); line; line = strtok(NULL, "\n")) {
        if (sscanf(line, "# TYPE %127s %31s", name, type) == 2 || strncmp(line, "# HELP ", 7) == 0)
            continue;
        ck_assert_msg(strncmp(line, name, strlen(name)) == 0, "%s after %s", line, name);
        bool total = strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_total") == 0;
        ck_assert_msg(total == (strcmp(type, "counter") == 0), "%s is a %s", name, type);
        samples++;
    }
    ck_assert_uint_gt(samples, 20);
    wf_buffer_fini(&text);
}
END_TEST

/* ---- mails ---- */

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

START_TEST(a_quoted_printable_mail_is_read)
{
    struct mail mail = {0};
    struct wf_buffer body = {0};
    mail_read(bytes_of("To: a@example.org\r\nSubject: one\r\n two\r\nX-To: no\r\n"
                       "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                       "Zo=C3=AB: http://h/rate/abc=\r\ndef=3Dx, =zz=\r\n"),
              &mail, &body);
    wf_buffer_append(&body, "", 1);
    ck_assert_str_eq(mail.to, "a@example.org");
    ck_assert_str_eq(mail.subject, "one two");
    ck_assert_str_eq((char *)body.data, "Zo\xc3\xab: http://h/rate/abcdef=x, =zz");
    wf_buffer_fini(&body);
}
END_TEST

START_TEST(any_bytes_are_a_mail)
{
    static const char *const texts[] = {"",
                                        "\r\n",
                                        ":",
                                        " folded first\r\n\r\n\xff\xfe",
                                        "Subject: \xff\r\n\r\n=",
                                        "Content-Transfer-Encoding: "
                                        "base64\r\n\r\n!!!"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct mail mail = {0};
        struct wf_buffer body = {0};
        mail_read(bytes_of(texts[i]), &mail, &body);
        json_t *model = mail_model(&mail, wf_buffer_bytes(&body));
        ck_assert(json_is_object(model));
        json_decref(model);
        wf_buffer_fini(&body);
    }
}
END_TEST

START_TEST(links_end_where_the_address_ends)
{
    struct mail mail = {0};
    json_t *model = mail_model(&mail, bytes_of("a http://h/x. (https://h/y) http:/no"));
    json_t *parts = json_object_get(model, "parts");
    ck_assert_uint_eq(json_array_size(parts), 5);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(parts, 1), "link")),
                     "http://h/x");
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(parts, 3), "link")),
                     "https://h/y");
    json_decref(model);
}
END_TEST

START_TEST(only_plain_names_are_mail_files)
{
    ck_assert(mail_file_is_valid("1795.M1P2_3.host,S=12:2,S"));
    ck_assert(!mail_file_is_valid(""));
    ck_assert(!mail_file_is_valid(".."));
    ck_assert(!mail_file_is_valid(".hidden"));
    ck_assert(!mail_file_is_valid("a/b"));
    ck_assert(!mail_file_is_valid("a\nb"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gateway_ops");
    TCase *test = tcase_create("ops");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, instances_of_a_program_add_up);
    tcase_add_test(test, alarms_of_the_audit_copy_are_shown_and_counted);
    tcase_add_test(test, a_copy_that_cannot_go_on_is_shown);
    tcase_add_test(test, a_discreet_program_tells_no_deadlines);
    tcase_add_loop_test(test, what_is_no_row_is_left_out, 0,
                        (int)(sizeof bad_rows / sizeof bad_rows[0]));
    tcase_add_test(test, rows_of_odd_types_do_no_harm);
    tcase_add_test(test, history_is_a_ring);
    tcase_add_test(test, metrics_are_well_formed);
    tcase_add_test(test, a_quoted_printable_mail_is_read);
    tcase_add_test(test, any_bytes_are_a_mail);
    tcase_add_test(test, links_end_where_the_address_ends);
    tcase_add_test(test, only_plain_names_are_mail_files);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
