/* links: wf_reference ratings_kit */
/* SPEC 4 and 5 of endorse-reference: what a rater writes is read by nobody who is not told, and a link
 * that is no longer good has one answer. */
#include "ratings_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct ratings_world *world;

static void setup(void)
{
    world = ratings_world_create();
}

static void teardown(void)
{
    ratings_world_destroy(world);
}

static bool holds(const struct wf_buffer *buffer, const char *text)
{
    return buffer->length && memmem(buffer->data, buffer->length, text, strlen(text));
}

static struct wf_verdict form(enum wf_message message, uint32_t request, const char *remark,
                              wf_time now)
{
    struct wf_form_answers answers = ratings_answers(1);
    answers.recommendation = WF_FORM_DO_NOT_RECOMMEND;
    return ratings_world_form(world, message, request, 1, &answers, remark, now);
}

static struct wf_verdict decline(uint32_t request, const char *reason, wf_time now)
{
    char token[WF_LINK_TEXT];
    Endorse__V1__RatingDecline message = ENDORSE__V1__RATING_DECLINE__INIT;
    ratings_world_token(world, request, 1, token);
    message.token = token;
    message.reason = (char *)reason;
    return ratings_world_give(world, WF_MESSAGE_RATING_DECLINED, &message.base, now);
}

static void assert_opens_to(uint32_t request, const char *text)
{
    struct wf_buffer sealed = {0}, plain = {0};
    ratings_world_paper(world, request, &sealed);
    ck_assert_int_eq(ratings_unseal_text(&world->service, RATINGS_WORLD_APPLICATION, request,
                                         wf_buffer_bytes(&sealed), &plain, &world->error),
                     0);
    ck_assert(holds(&plain, text));
    wf_buffer_fini(&sealed);
    wf_buffer_fini(&plain);
}

START_TEST(nothing_that_is_stored_sent_or_told_holds_what_was_written)
{
    static const char *const planted[] = {"PLANTED-DRAFT", "PLANTED-ANSWER", "PLANTED-REASON"};
    char token[WF_LINK_TEXT];
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    (void)ratings_world_ask(world, 2, "R-2", ratings_day(0));
    ck_assert_int_eq(form(WF_MESSAGE_RATING_DRAFT_SAVED, 1, planted[0], ratings_day(1)).step,
                     WF_APPLIED);
    assert_opens_to(1, planted[0]); /* the control: the text is there, for who has the key */
    ck_assert_int_eq(form(WF_MESSAGE_RATING_SUBMITTED, 1, planted[1], ratings_day(2)).step,
                     WF_APPLIED);
    assert_opens_to(1, planted[1]);
    ck_assert_int_eq(decline(2, planted[2], ratings_day(2)).step, WF_APPLIED);
    assert_opens_to(2, planted[2]);
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(!holds(&world->visible, planted[i]), "%s is in clear somewhere", planted[i]);
    ck_assert(!holds(&world->visible, "recommend"));
    ratings_world_token(world, 1, 1, token);
    ck_assert(!holds(&world->visible, token));
    ck_assert(holds(&world->visible, "the answer of the rater")); /* the control: it did look */
}
END_TEST

START_TEST(the_token_is_not_kept_even_sealed)
{
    char token[WF_LINK_TEXT];
    struct wf_buffer sealed = {0}, plain = {0};
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    (void)form(WF_MESSAGE_RATING_DRAFT_SAVED, 1, "x", ratings_day(1));
    ratings_world_token(world, 1, 1, token);
    ratings_world_paper(world, 1, &sealed);
    ck_assert_int_eq(ratings_unseal_text(&world->service, RATINGS_WORLD_APPLICATION, 1,
                                         wf_buffer_bytes(&sealed), &plain, &world->error),
                     0);
    ck_assert(!holds(&plain, token));
    wf_buffer_fini(&sealed);
    wf_buffer_fini(&plain);
}
END_TEST

START_TEST(a_report_tells_intake_what_it_must_know)
{
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    (void)form(WF_MESSAGE_RATING_SUBMITTED, 1, "", ratings_day(2));
    ck_assert_uint_eq(world->plan.send_count, 2);
    ck_assert_str_eq(world->plan.edition, "2000-01-01");
    ck_assert_int_eq(world->plan.sends[0].message, WF_MESSAGE_RATING_REPORTED);
    Endorse__V1__RatingReported *report = endorse__v1__rating_reported__unpack(
        NULL, world->plan.sends[0].payload.length, world->plan.sends[0].payload.data);
    ck_assert_int_eq(report->state, ENDORSE__V1__RATING_STATE__RATING_COMPLETED);
    ck_assert_int_eq(report->not_enough_information, 1);
    ck_assert(!report->recommended);
    ck_assert_str_eq(report->rater_id, "R-1");
    ck_assert_int_eq(report->at_ms, ratings_day(2));
    ck_assert(report->valid_until_ms == ratings_day(368) - 10 * WF_HOUR);
    endorse__v1__rating_reported__free_unpacked(report, NULL);
}
END_TEST

START_TEST(the_mail_names_category_role_day_and_waiver)
{
    static const char *const want[][2] = {
        {"category", "Mental Health Specialist, Infant Mental Health"},
        {"role", "their current supervisor"},
        {"due_on", "2026-04-01"},
        {"waiver", "has kept"}};
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    const struct plan_send *send = &world->plan.sends[1];
    ck_assert_int_eq(send->message, WF_MESSAGE_MAIL_REQUESTED);
    Endorse__V1__MailRequested *mail =
        endorse__v1__mail_requested__unpack(NULL, send->payload.length, send->payload.data);
    ck_assert_str_eq(mail->template_name, "rating-request");
    ck_assert_str_eq(mail->to_person_id, "R-1");
    ck_assert_str_eq(mail->link_application, RATINGS_WORLD_APPLICATION);
    ck_assert_uint_eq(mail->link_request, 1);
    ck_assert_uint_eq(mail->link_generation, 1);
    ck_assert_uint_eq(mail->n_arguments, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(mail->arguments[i]->name, want[i][0]);
        ck_assert_str_eq(mail->arguments[i]->value, want[i][1]);
    }
    endorse__v1__mail_requested__free_unpacked(mail, NULL);
}
END_TEST

/* ---- the page ---- */

static int page(const char *token, wf_time now, struct wf_buffer *reply)
{
    return ratings_page(&world->service, &world->state, RATINGS_WORLD_APPLICATION, token, now,
                        reply, &world->error);
}

START_TEST(the_page_holds_the_draft)
{
    char token[WF_LINK_TEXT];
    struct wf_buffer reply = {0};
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    ratings_world_token(world, 1, 1, token);
    ck_assert_int_eq(page(token, ratings_day(1), &reply), 0);
    Endorse__V1__RatingPage *read =
        endorse__v1__rating_page__unpack(NULL, reply.length, reply.data);
    ck_assert(!read->begun && !read->draft);
    ck_assert_str_eq(read->form, "small");
    ck_assert_uint_eq(read->form_version, 3);
    ck_assert_str_eq(read->due_on, "2026-04-01");
    ck_assert_str_eq(read->applicant_id, "P-1");
    endorse__v1__rating_page__free_unpacked(read, NULL);

    (void)form(WF_MESSAGE_RATING_DRAFT_SAVED, 1, "half a thought", ratings_day(1));
    wf_buffer_clear(&reply);
    ck_assert_msg(page(token, ratings_day(1), &reply) == 0, "%s", world->error.text);
    read = endorse__v1__rating_page__unpack(NULL, reply.length, reply.data);
    ck_assert(read->begun && read->draft);
    ck_assert_str_eq(read->draft->remarks, "half a thought");
    ck_assert_str_eq(read->draft->answers[0]->remark, "half a thought");
    ck_assert_str_eq(read->draft->token, "");
    endorse__v1__rating_page__free_unpacked(read, NULL);

    world->state.requests[0].paper.sha256[0] ^= 1; /* a paper of another state is not shown */
    ck_assert_int_eq(page(token, ratings_day(1), &reply), -1);
    ck_assert_int_eq(world->error.code, WF_AGAIN);
    wf_buffer_fini(&reply);
}
END_TEST

static int copied_link(uint32_t number, wf_time now, struct wf_buffer *reply)
{
    memset(&world->error, 0, sizeof world->error);
    wf_buffer_clear(reply);
    return ratings_link_text(&world->service, &world->state, RATINGS_WORLD_APPLICATION, number, now,
                             reply, &world->error);
}

/* SPEC 4.1: the act is what is kept; the token is answered for a short while after it, and kept nowhere. */
START_TEST(a_link_is_given_to_an_operator_who_says_why)
{
    char token[WF_LINK_TEXT];
    struct wf_buffer reply = {0};
    Endorse__V1__RatingLinkCopy copy = ENDORSE__V1__RATING_LINK_COPY__INIT;
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    ratings_world_token(world, 1, 1, token);
    ck_assert_int_eq(copied_link(1, ratings_day(1), &reply), -1);
    ck_assert_int_eq(world->error.code, WF_NOT_FOUND);
    copy.request = 1;
    copy.reason = (char *)"the employer's server takes no mail";
    ck_assert_int_eq(
        ratings_world_give(world, WF_MESSAGE_RATING_LINK_COPIED, &copy.base, ratings_day(1)).step,
        WF_APPLIED);
    ck_assert_int_eq(copied_link(1, ratings_day(1) + 5 * WF_MINUTE, &reply), 0);
    Endorse__V1__RatingLinkText *link =
        endorse__v1__rating_link_text__unpack(NULL, reply.length, reply.data);
    ck_assert_str_eq(link->token, token);
    endorse__v1__rating_link_text__free_unpacked(link, NULL);
    ck_assert_int_eq(copied_link(1, ratings_day(1) + 5 * WF_MINUTE + 1, &reply), -1);
    ck_assert_int_eq(copied_link(2, ratings_day(1), &reply), -1);
    ck_assert_int_eq(
        ratings_world_give(world, WF_MESSAGE_RATING_LINK_COPIED, &copy.base, ratings_day(40)).step,
        WF_REFUSED);
    wf_buffer_fini(&reply);
}
END_TEST

static void assert_gone(const char *token, wf_time now)
{
    struct wf_buffer reply = {0};
    memset(&world->error, 0, sizeof world->error);
    ck_assert_int_eq(page(token, now, &reply), -1);
    ck_assert_int_eq(world->error.code, WF_NOT_FOUND);
    ck_assert_str_eq(world->error.text, "This link is no longer valid.");
    ck_assert_uint_eq(reply.length, 0);
    wf_buffer_fini(&reply);
}

START_TEST(every_link_that_is_not_good_has_the_same_answer)
{
    char token[WF_LINK_TEXT], other[WF_LINK_TEXT], id[WF_ID_MAX + 1];
    Endorse__V1__RatingView view = ENDORSE__V1__RATING_VIEW__INIT;
    Endorse__V1__RaterAddressChanged address = ENDORSE__V1__RATER_ADDRESS_CHANGED__INIT;
    Endorse__V1__RatingCancelled cancelled = ENDORSE__V1__RATING_CANCELLED__INIT;
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    (void)ratings_world_ask(world, 2, "R-2", ratings_day(0));
    (void)ratings_world_ask(world, 3, "R-3", ratings_day(0));
    ratings_world_token(world, 9, 1, token); /* unknown */
    assert_gone(token, ratings_day(1));
    ratings_world_token(world, 1, 1, token); /* expired, before and after the tick */
    assert_gone(token, ratings_day(40));
    address.rater_id = (char *)"R-1"; /* replaced */
    (void)ratings_world_give(world, WF_MESSAGE_RATER_ADDRESS_CHANGED, &address.base,
                             ratings_day(1));
    assert_gone(token, ratings_day(1));
    (void)form(WF_MESSAGE_RATING_SUBMITTED, 2, "", ratings_day(2)); /* used */
    ratings_world_token(world, 2, 1, token);
    assert_gone(token, ratings_day(2));
    cancelled.request = 3; /* revoked */
    (void)ratings_world_give(world, WF_MESSAGE_RATING_CANCELLED, &cancelled.base, ratings_day(2));
    ratings_world_token(world, 3, 1, token);
    assert_gone(token, ratings_day(2));
    assert_gone("no token at all", ratings_day(2));

    ratings_world_token(world, 1, 2, token); /* another installation's */
    struct wf_link link = {.id = RATINGS_WORLD_APPLICATION, .request = 1, .generation = 2};
    uint8_t key[32] = {0};
    wf_link_make(key, &link, other);
    assert_gone(other, ratings_day(2));
    view.token = other;
    ck_assert_int_eq(ratings_resolve(&world->service, &view.base, id, &world->error), -1);
    ck_assert_int_eq(world->error.code, WF_NOT_FOUND);
    ck_assert_str_eq(world->error.text, "This link is no longer valid.");
    view.token = token;
    ck_assert_int_eq(ratings_resolve(&world->service, &view.base, id, &world->error), 0);
    ck_assert_str_eq(id, RATINGS_WORLD_APPLICATION);
}
END_TEST

/* ---- what a sender may not do, and what a lost key does ---- */

START_TEST(a_sender_cannot_say_what_is_kept)
{
    char token[WF_LINK_TEXT];
    Endorse__V1__RatingBegin begin = ENDORSE__V1__RATING_BEGIN__INIT;
    Endorse__V1__RatingKept kept = ENDORSE__V1__RATING_KEPT__INIT;
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    ratings_world_token(world, 1, 1, token);
    begin.token = token;
    kept.request = 2;
    begin.kept = &kept;
    struct wf_verdict verdict =
        ratings_world_give(world, WF_MESSAGE_RATING_BEGUN, &begin.base, ratings_day(1));
    ck_assert_int_eq(verdict.step, 0);
    ck_assert_int_eq(world->error.code, WF_INVALID);
}
END_TEST

START_TEST(answers_longer_than_a_form_are_refused)
{
    char *remark = calloc(1, RATINGS_PAPER_MAX);
    memset(remark, 'x', RATINGS_PAPER_MAX - 1);
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    ck_assert_int_eq(form(WF_MESSAGE_RATING_DRAFT_SAVED, 1, remark, ratings_day(1)).step, 0);
    ck_assert_int_eq(world->error.code, WF_INVALID);
    remark[900] = '\0'; /* fits the paper, but no item of the form */
    ck_assert_uint_eq(form(WF_MESSAGE_RATING_DRAFT_SAVED, 1, remark, ratings_day(1)).reason,
                      RATINGS_FORM_REASONS + WF_FORM_REMARK_TOO_LONG);
    free(remark);
}
END_TEST

START_TEST(a_destroyed_key_is_named_as_the_cause)
{
    struct ratings_state replayed;
    char token[WF_LINK_TEXT];
    struct wf_buffer reply = {0};
    (void)ratings_world_ask(world, 1, "R-1", ratings_day(0));
    (void)form(WF_MESSAGE_RATING_DRAFT_SAVED, 1, "x", ratings_day(1));
    ck_assert_int_eq(ratings_world_replay(world, &replayed), 0);
    ck_assert(ratings_world_same(&replayed, &world->state));
    ck_assert_int_eq(wf_store_forget(world->service.store, wf_partition(RATINGS_WORLD_APPLICATION),
                                     "ratings:" RATINGS_WORLD_APPLICATION, &world->error),
                     0);
    ck_assert_int_eq(ratings_world_replay(world, &replayed), -1);
    ck_assert_int_eq(world->error.code, WF_BROKEN);
    ck_assert_ptr_nonnull(strstr(world->error.text, "was destroyed"));
    ratings_world_token(world, 1, 1, token);
    ck_assert_int_eq(page(token, ratings_day(1), &reply), -1);
    ck_assert_int_eq(world->error.code, WF_BROKEN);
    wf_buffer_fini(&reply);
}
END_TEST

int main(void)
{
    TCase *secrecy = tcase_create("secrecy");
    tcase_add_checked_fixture(secrecy, setup, teardown);
    tcase_add_test(secrecy, nothing_that_is_stored_sent_or_told_holds_what_was_written);
    tcase_add_test(secrecy, the_token_is_not_kept_even_sealed);
    tcase_add_test(secrecy, a_report_tells_intake_what_it_must_know);
    tcase_add_test(secrecy, the_mail_names_category_role_day_and_waiver);
    tcase_add_test(secrecy, the_page_holds_the_draft);
    tcase_add_test(secrecy, a_link_is_given_to_an_operator_who_says_why);
    tcase_add_test(secrecy, every_link_that_is_not_good_has_the_same_answer);
    tcase_add_test(secrecy, a_sender_cannot_say_what_is_kept);
    tcase_add_test(secrecy, answers_longer_than_a_form_are_refused);
    tcase_add_test(secrecy, a_destroyed_key_is_named_as_the_cause);
    Suite *suite = suite_create("ratings_secrecy");
    suite_add_tcase(suite, secrecy);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
