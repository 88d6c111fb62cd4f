/* links: wf_reference ratings_kit */
/* Random walks through the rating requests of one application, every message the whole way: what must
 * hold after each step, and that the journal gives the state. */
#include "ratings_world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    WALKS = 60,
    STEPS = 250,
    GENERATIONS = 300,
    REMINDERS_MOST = 3,
    NUMBERS = RATINGS_REQUESTS_MAX + 2
};

static uint64_t random_state;

static unsigned roll(unsigned below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)((random_state >> 16) % below);
}

/* What a walk remembers beside the machine. */
struct memory {
    struct ratings_request answered[NUMBERS]; /* as submitted, by number */
    enum ratings_state_name reported[NUMBERS];
    unsigned reminders[NUMBERS][GENERATIONS];
    unsigned links[NUMBERS][GENERATIONS];
};

/* ---- what may come ---- */

static uint32_t some_generation(const struct ratings_world *world, uint32_t request)
{
    uint32_t generation = 1;
    for (int i = 0; i < RATINGS_REQUESTS_MAX; i++)
        if (world->state.requests[i].number == request)
            generation = world->state.requests[i].generation;
    return roll(8) ? generation : generation + 1 - 2 * roll(2); /* sometimes an older or no link */
}

static struct wf_verdict give_form(struct ratings_world *world, enum wf_message message,
                                   uint32_t request, wf_time now)
{
    struct wf_form_answers answers = ratings_answers((int)roll(9));
    if (!roll(5))
        answers.count = (int32_t)roll(9); /* some items are missing */
    if (!roll(3))
        answers.recommendation = (enum wf_form_recommendation)roll(3);
    return ratings_world_form(world, message, request, some_generation(world, request), &answers,
                              roll(2) ? "a remark" : "", now);
}

static struct wf_verdict give_link_act(struct ratings_world *world, bool decline, uint32_t request,
                                       wf_time now)
{
    char token[WF_LINK_TEXT];
    ratings_world_token(world, request, some_generation(world, request), token);
    Endorse__V1__RatingBegin begin = ENDORSE__V1__RATING_BEGIN__INIT;
    Endorse__V1__RatingDecline no = ENDORSE__V1__RATING_DECLINE__INIT;
    begin.token = no.token = token;
    no.reason = (char *)"I know them too little";
    if (decline)
        return ratings_world_give(world, WF_MESSAGE_RATING_DECLINED, &no.base, now);
    return ratings_world_give(world, WF_MESSAGE_RATING_BEGUN, &begin.base, now);
}

static struct wf_verdict give_mail(struct ratings_world *world, uint32_t request, wf_time now)
{
    Endorse__V1__MailReported report = ENDORSE__V1__MAIL_REPORTED__INIT;
    report.state = (Endorse__V1__MailState)(1 + roll(5));
    report.link_request = roll(6) ? request : 0;
    report.link_generation = some_generation(world, request);
    return ratings_world_give(world, WF_MESSAGE_MAIL_REPORTED_RATINGS, &report.base, now);
}

static struct wf_verdict give_from_intake(struct ratings_world *world, uint32_t request,
                                          wf_time now)
{
    static const char *const raters[] = {"R-1", "R-2", "R-3", "R-4", "R-5"};
    const char *rater = raters[roll(5)];
    Endorse__V1__RatingWaiverChanged waiver = ENDORSE__V1__RATING_WAIVER_CHANGED__INIT;
    Endorse__V1__RatingCancelled cancelled = ENDORSE__V1__RATING_CANCELLED__INIT;
    Endorse__V1__RaterAddressChanged address = ENDORSE__V1__RATER_ADDRESS_CHANGED__INIT;
    waiver.request = cancelled.request = request;
    waiver.waived = roll(2) == 1;
    address.rater_id = (char *)rater;
    switch (roll(6)) {
    case 0:
        return ratings_world_give(world, WF_MESSAGE_RATING_WAIVER_CHANGED, &waiver.base, now);
    case 1:
        return ratings_world_give(world, WF_MESSAGE_RATING_CANCELLED, &cancelled.base, now);
    case 2:
        return ratings_world_give(world, WF_MESSAGE_RATER_ADDRESS_CHANGED, &address.base, now);
    default:
        return ratings_world_ask(world, request, rater, now);
    }
}

static struct wf_verdict give_something(struct ratings_world *world, wf_time now)
{
    uint32_t request = roll(NUMBERS);
    switch (roll(8)) {
    case 0:
    case 1:
        return give_from_intake(world, request, now);
    case 2:
        return give_mail(world, request, now);
    case 3:
        return give_form(world, WF_MESSAGE_RATING_SUBMITTED, request, now);
    case 4:
        return give_form(world, WF_MESSAGE_RATING_DRAFT_SAVED, request, now);
    case 5:
        return give_link_act(world, !roll(4), request, now);
    default:
        return ratings_world_tick(world, now);
    }
}

/* ---- what must hold ---- */

static void count_mail(struct memory *memory, const struct plan_send *send)
{
    Endorse__V1__MailRequested *mail =
        endorse__v1__mail_requested__unpack(NULL, send->payload.length, send->payload.data);
    ck_assert_ptr_nonnull(mail);
    ck_assert_str_eq(mail->about_person_id, "P-1");
    uint32_t request = mail->link_request, generation = mail->link_generation;
    if (!strcmp(mail->template_name, "rating-thanks"))
        ck_assert_uint_eq(request, 0);
    else if (!strcmp(mail->template_name, "rating-reminder"))
        ck_assert_uint_le(++memory->reminders[request][generation], REMINDERS_MOST);
    else
        ck_assert_uint_eq(++memory->links[request][generation], 1);
    endorse__v1__mail_requested__free_unpacked(mail, NULL);
}

static void note_report(struct memory *memory, const struct plan_send *send)
{
    Endorse__V1__RatingReported *report =
        endorse__v1__rating_reported__unpack(NULL, send->payload.length, send->payload.data);
    ck_assert_ptr_nonnull(report);
    ck_assert_str_eq(send->id, RATINGS_WORLD_APPLICATION);
    memory->reported[report->request] = (enum ratings_state_name)report->state;
    endorse__v1__rating_reported__free_unpacked(report, NULL);
}

static bool is_answered(const struct ratings_request *request)
{
    return request->state == RATINGS_COMPLETED || request->state == RATINGS_NOT_COUNTABLE ||
           request->state == RATINGS_EXPIRED;
}

/* A submitted rating never changes: only its validity passes. */
static void check_answer(struct memory *memory, const struct ratings_request *request)
{
    struct ratings_request *first = &memory->answered[request->number];
    if (!first->number) {
        if (is_answered(request))
            *first = *request;
        return;
    }
    struct ratings_request now = *request;
    if (first->state == RATINGS_COMPLETED && now.state == RATINGS_EXPIRED)
        now.state = RATINGS_COMPLETED;
    struct ratings_state one = {.applicant_id = "P-1", .association = "PA", .requests = {*first}};
    struct ratings_state other = {.applicant_id = "P-1", .association = "PA", .requests = {now}};
    ck_assert_msg(ratings_world_same(&one, &other), "request %u changed after its answer",
                  request->number);
}

/* Every waiting request has a deadline; a state in which nothing waits has none, explicitly. */
static void check_deadline(const struct ratings_world *world, bool ticked, wf_time now)
{
    bool waits = false;
    for (int i = 0; i < RATINGS_REQUESTS_MAX; i++) {
        const struct ratings_request *request = &world->state.requests[i];
        waits |= request->state == RATINGS_REQUESTED || request->state == RATINGS_BOUNCED ||
                 request->state == RATINGS_OPENED ||
                 (request->state == RATINGS_COMPLETED && request->valid_until != WF_NEVER);
    }
    wf_time due = ratings_next_deadline(&world->service.policy, &world->state);
    ck_assert_msg(waits == (due != WF_NEVER), "a deadline, or none, that fits the state");
    if (ticked)
        ck_assert_msg(due > now, "a tick leaves nothing that is due");
}

static void check_step(struct ratings_world *world, struct memory *memory,
                       struct wf_verdict verdict)
{
    for (size_t i = 0; verdict.step == WF_APPLIED && i < world->plan.send_count; i++) {
        const struct plan_send *send = &world->plan.sends[i];
        if (send->message == WF_MESSAGE_MAIL_REQUESTED)
            count_mail(memory, send);
        else
            note_report(memory, send);
    }
    for (int i = 0; i < RATINGS_REQUESTS_MAX && world->state.requests[i].number; i++) {
        const struct ratings_request *request = &world->state.requests[i];
        struct wf_buffer paper = {0};
        ck_assert_int_eq(memory->reported[request->number], request->state);
        check_answer(memory, request);
        ratings_world_paper(world, request->number, &paper);
        ck_assert_uint_eq(paper.length, request->paper.length);
        wf_buffer_fini(&paper);
    }
}

START_TEST(walks_keep_every_promise)
{
    static struct memory memory;
    struct ratings_world *world = ratings_world_create();
    struct ratings_state replayed;
    wf_time now = ratings_day((int)roll(2));
    unsigned applied = 0;
    memset(&memory, 0, sizeof memory);
    random_state = 88172645463325252u + (uint64_t)_i * 7919;
    for (int i = 0; i < STEPS; i++) {
        wf_time due = ratings_next_deadline(&world->service.policy, &world->state);
        bool to_deadline = due != WF_NEVER && !roll(4);
        if (to_deadline && due > now)
            now = due;
        else
            now += (wf_time)roll(36) * WF_HOUR;
        struct wf_verdict verdict =
            to_deadline ? ratings_world_tick(world, now) : give_something(world, now);
        ck_assert_msg(verdict.step != 0, "%s", world->error.text);
        applied += verdict.step == WF_APPLIED;
        check_step(world, &memory, verdict);
        check_deadline(world, to_deadline, now);
    }
    ck_assert_uint_gt(applied, 20);
    ck_assert_msg(ratings_world_replay(world, &replayed) == 0, "%s", world->error.text);
    ck_assert(ratings_world_same(&replayed, &world->state));
    ratings_world_destroy(world);
}
END_TEST

int main(void)
{
    TCase *walks = tcase_create("walks");
    tcase_add_loop_test(walks, walks_keep_every_promise, 0, WALKS);
    tcase_set_timeout(walks, 60);
    Suite *suite = suite_create("ratings_walk");
    suite_add_tcase(suite, walks);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
