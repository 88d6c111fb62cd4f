/* links: wf_gateway wf_forms wf_http */
/* GATEWAY 3.3, 3.4: what a rater posts, what is found wrong, and the message that is made of it. */
#include "rate_input.h"
#include "rate_model.h"

#include "gateway_page.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_form_book *book;
static const struct wf_form *form;
static struct http_form post;
static struct rate_input input;
static struct rate_findings findings;

static void setup(void)
{
    struct wf_error error = {0};
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    ck_assert_msg(wf_form_read(WF_SOURCE_DIR "/deploy/forms", book, &error) == 0, "%s", error.text);
    form = &book->forms[0];
    memset(&findings, 0, sizeof findings);
}

static void teardown(void)
{
    http_form_fini(&post);
    free(book);
}

static void read_post(const char *text)
{
    struct wf_error error = {0};
    struct wf_bytes bytes = {(const uint8_t *)text, strlen(text)};
    ck_assert_msg(http_form_read(&post, bytes, &error) == 0, "%s", error.text);
    rate_input_from_post(form, &post, &input, &findings);
}

/* Every item answered with the first choice. */
static void append_all(struct wf_buffer *text)
{
    for (int i = 0; i < form->item_count; i++)
        wf_buffer_format(text, "item:%s=%d&", form->items[i].id, form->scale[0].value);
}

static void post_all(const char *more)
{
    struct wf_buffer text = {0};
    append_all(&text);
    wf_buffer_text(&text, more);
    wf_buffer_append(&text, "", 1);
    read_post((char *)text.data);
    wf_buffer_fini(&text);
}

START_TEST(a_complete_form_has_no_finding)
{
    post_all("recommendation=recommend&do=submit");
    rate_input_check(form, &input, false, &findings);
    ck_assert_uint_eq(findings.count, 0);
}
END_TEST

START_TEST(an_empty_form_misses_every_item_and_the_recommendation)
{
    read_post("do=submit");
    rate_input_check(form, &input, false, &findings);
    ck_assert_uint_eq(findings.count, (unsigned)form->item_count + 1);
    ck_assert_str_eq(findings.rows[findings.count - 1].field, "recommendation");
    findings.count = 0;
    rate_input_check(form, &input, true, &findings);
    ck_assert_uint_eq(findings.count, 0); /* a draft may be empty */
}
END_TEST

static const char *const odd_posts[] = {"item:no-such-item=1",
                                        "remark:no-such-item=x",
                                        "unknown=1",
                                        "item:parents-feel-heard=x",
                                        "item:parents-feel-heard=-1",
                                        "item:parents-feel-heard=1000",
                                        "item:parents-feel-heard=",
                                        "item:parents-feel-heard=1&"
                                        "item:parents-feel-heard=2"};

START_TEST(an_odd_field_is_found)
{
    read_post(odd_posts[_i]);
    ck_assert_uint_eq(findings.count, 1);
    ck_assert_str_eq(findings.rows[0].field, ""); /* the name is not repeated */
}
END_TEST

START_TEST(values_off_the_scale_are_found)
{
    post_all("recommendation=perhaps");
    input.scores[0] = 99;
    rate_input_check(form, &input, false, &findings);
    ck_assert_uint_eq(findings.count, 2);
    ck_assert_str_eq(findings.rows[1].field, "recommendation");
}
END_TEST

START_TEST(texts_are_bounded)
{
    char *text = calloc(1, (size_t)form->remarks_max + 2);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', (size_t)form->remarks_max + 1);
    post_all("recommendation=recommend");
    input.remarks = text;
    input.item_remarks[1] = text;
    rate_input_check(form, &input, false, &findings);
    ck_assert_uint_eq(findings.count, 2);
    ck_assert_str_eq(findings.rows[1].field, "remarks");
    ck_assert_int_eq(strncmp(findings.rows[0].field, "remark:", 7), 0);
    free(text);
}
END_TEST

START_TEST(a_remark_without_an_answer_is_not_lost_in_silence)
{
    read_post("remark:parents-feel-heard=kind&do=save");
    rate_input_check(form, &input, true, &findings);
    ck_assert_uint_eq(findings.count, 1);
    ck_assert_str_eq(findings.rows[0].field, "item:parents-feel-heard");
}
END_TEST

START_TEST(the_message_is_made_of_the_post_alone)
{
    struct rate_message message;
    struct rate_input back;
    read_post("item:parents-feel-heard=3&remark:parents-feel-heard=kind&item:keeps-promises=0&"
              "recommendation=recommend&remarks=all+well&do=submit");
    ck_assert(rate_message_from_post(&post, "0aToken", &message));
    ck_assert_str_eq(message.form.token, "0aToken");
    ck_assert_uint_eq(message.form.n_answers, 2);
    ck_assert_str_eq(message.form.answers[0]->remark, "kind");
    ck_assert_str_eq(message.form.remarks, "all well");
    rate_input_from_draft(form, &message.form, &back);
    ck_assert_mem_eq(back.scores, input.scores, sizeof back.scores);
    http_form_fini(&post);
    read_post("item:a=1&item:a=1");
    ck_assert(!rate_message_from_post(&post, "0aToken", &message));
}
END_TEST

START_TEST(more_answers_than_any_form_has_are_no_message)
{
    struct wf_buffer text = {0};
    struct rate_message message;
    for (int i = 0; i <= WF_FORM_ITEMS_MAX; i++)
        wf_buffer_format(&text, "item:x%d=1&", i);
    wf_buffer_append(&text, "", 1);
    read_post((char *)text.data);
    ck_assert(!rate_message_from_post(&post, "0aToken", &message));
    wf_buffer_fini(&text);
}
END_TEST

START_TEST(what_a_rater_wrote_is_escaped_on_the_page)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    struct rate_view view = {.token = "0aToken",
                             .association = "A",
                             .applicant = "<script>alert(1)</script>",
                             .category = 1,
                             .age_line = 1,
                             .role = 1,
                             .due = WF_NO_DATE,
                             .form = form};
    struct gateway_frame frame = {.title = "x", .quiet = true};
    post_all("recommendation=recommend&remarks=%3C%2Ftextarea%3E%3Cscript%3E");
    ck_assert_int_eq(
        gateway_page("rate_form.html",
                     rate_form_model(&view, &input, &findings, (struct rate_notice){.done = "<i>"}),
                     &frame, &html, &error),
        0);
    wf_buffer_append(&html, "", 1);
    ck_assert_ptr_null(strstr((char *)html.data, "<script"));
    ck_assert_ptr_null(strstr((char *)html.data, "<i>"));
    ck_assert_ptr_nonnull(strstr((char *)html.data, "&lt;/textarea&gt;&lt;script&gt;"));
    wf_buffer_fini(&html);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gateway_rate");
    TCase *test = tcase_create("rate");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, a_complete_form_has_no_finding);
    tcase_add_test(test, an_empty_form_misses_every_item_and_the_recommendation);
    tcase_add_loop_test(test, an_odd_field_is_found, 0,
                        (int)(sizeof odd_posts / sizeof odd_posts[0]));
    tcase_add_test(test, values_off_the_scale_are_found);
    tcase_add_test(test, texts_are_bounded);
    tcase_add_test(test, a_remark_without_an_answer_is_not_lost_in_silence);
    tcase_add_test(test, the_message_is_made_of_the_post_alone);
    tcase_add_test(test, more_answers_than_any_form_has_are_no_message);
    tcase_add_test(test, what_a_rater_wrote_is_escaped_on_the_page);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
