/* links: wf_intake wf_intake_core wf_policy wf_record wf_port wf_base */
/* The paper, cell by cell and along its ways.  intake SPEC 11; A14, A16. */
#include "paper_codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1767225600000)
enum { COORDINATOR = 1 << 1, REDACTOR = 1 << 2, AUDITOR = 1 << 3 };

static struct paper_state *state, *after;
static struct paper_event *event;
static struct paper_effects *effects;
static struct wf_verdict verdict;
static wf_time now;

static void open_paper(void)
{
    state = calloc(1, sizeof *state);
    after = calloc(1, sizeof *after);
    event = calloc(1, sizeof *event);
    effects = calloc(1, sizeof *effects);
    ck_assert(state && after && event && effects);
    now = NOW;
}
static void close_paper(void)
{
    free(state);
    free(after);
    free(event);
    free(effects);
}

/* What is stored is the state. */
static void assert_stored(void)
{
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    struct paper_state *read = calloc(1, sizeof *read);
    ck_assert_ptr_nonnull(read);
    paper_write(state, &fields);
    ck_assert_msg(paper_read(&fields, read, &error) == 0, "%s", error.text);
    ck_assert_mem_eq(read, state, sizeof *read);
    wf_fields_fini(&fields);
    free(read);
}

static struct paper_event *begin(enum paper_event_id kind)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->meta.self = wf_address_make(WF_INTAKE, "paper", "H");
    return event;
}

static void step(void)
{
    const char *broken = "";
    memset(after, 0, sizeof *after);
    memset(effects, 0, sizeof *effects);
    verdict = paper_step(NULL, state, event, now, after, effects);
    if (verdict.step == WF_APPLIED)
        *state = *after;
    else
        ck_assert_int_eq(effects->count, 0);
    ck_assert_msg(paper_holds(state, &broken), "%s", broken);
    assert_stored();
}

static bool has(enum paper_effect_id kind)
{
    for (int32_t i = 0; i < effects->count; i++) {
        if (effects->list[i].kind == kind)
            return true;
    }
    return false;
}

static void assert_refused(const char *code)
{
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_str_eq(paper_reasons[verdict.reason].code, code);
}

/* ---- events ---- */

static void receive(void)
{
    begin(PAPER_EVENT_RECEIVED);
    (void)snprintf(event->is.received.application, 65, "A-1");
    (void)snprintf(event->is.received.person, 65, "writer");
    event->is.received.prompt_count = 1;
    (void)snprintf(event->is.received.prompts[0].id, 41, "vignette-1");
    event->is.received.person_count = 1;
    (void)snprintf(event->is.received.people[0].id, 65, "rater");
    event->is.received.answers.length = 3;
    memcpy(event->is.received.answers.bytes, "abc", 3);
    step();
}
static void touch(bool answer, bool erased, const char *who)
{
    begin(PAPER_EVENT_TOUCHED);
    (void)snprintf(event->is.touched.person, 65, "%s", who);
    event->is.touched.answer = answer;
    event->is.touched.erased = erased;
    step();
}
/* The job's result: a text of that mark, and an uncertain hit at 5..9 if there is one. */
static void gathered(uint32_t number, uint8_t mark, bool doubt)
{
    begin(PAPER_EVENT_GATHERED);
    event->is.gathered.gathering = number;
    event->is.gathered.lengths[0] = 100;
    event->is.gathered.text.version = state->text.version + 1;
    event->is.gathered.text.sha256[0] = mark;
    event->is.gathered.text.sealed.length = 1;
    event->is.gathered.token_count = 1;
    event->is.gathered.tokens[0].kind = mark;
    event->is.gathered.hit_count = doubt;
    (void)snprintf(event->is.gathered.hits[0].prompt, 41, "vignette-1");
    event->is.gathered.hits[0].hit =
        (struct paper_hit){.begin = 5, .end = 9, .rule = REDACT_BY_NEAR};
    step();
}
static void sign(const char *id, int32_t roles)
{
    (void)snprintf(event->signer.id, sizeof event->signer.id, "%s", id);
    event->signer.roles = roles;
}
static void check_with(const char *id, int32_t roles, uint32_t version, uint32_t end)
{
    begin(PAPER_EVENT_CHECKED);
    sign(id, roles);
    event->is.checked.version = version;
    event->is.checked.span_count = end > 0;
    (void)snprintf(event->is.checked.spans[0].prompt, 41, "vignette-1");
    event->is.checked.spans[0].hit = (struct paper_hit){.begin = 5, .end = end};
    step();
}
static void resolve(uint32_t number, bool passed, int32_t score)
{
    begin(PAPER_EVENT_RESULT);
    event->is.result.resolution = number;
    event->is.result.passed = passed;
    event->is.result.score_hundredths = score;
    event->is.result.most = 20;
    step();
}
static void seal_it(void)
{
    receive();
    touch(true, false, "writer");
    touch(true, false, "rater");
    gathered(1, 1, false);
}

/* ---- ways ---- */

START_TEST(spec_11_2_sealed_when_everybody_answered_and_nothing_is_uncertain)
{
    receive();
    ck_assert(has(PAPER_LINK) && !has(PAPER_GATHER));
    ck_assert_int_eq(effects->count, 2);
    touch(true, false, "writer");
    ck_assert(!has(PAPER_GATHER));
    touch(true, false, "rater");
    ck_assert(has(PAPER_GATHER));
    gathered(1, 1, false);
    ck_assert(has(PAPER_SEAL));
    ck_assert_int_eq(state->state, PAPER_SEALED);
    ck_assert(paper_next_deadline(NULL, state) == WF_NEVER);
}
END_TEST

/* A job that a crash swallowed comes again, and its older result is passed over. */
START_TEST(spec_11_2_a_lost_job_comes_again_after_a_minute)
{
    receive();
    ck_assert(paper_next_deadline(NULL, state) == NOW + WF_MINUTE);
    begin(PAPER_EVENT_TICK);
    step();
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    for (uint32_t number = 1; number <= 2; number++) {
        now += WF_MINUTE;
        begin(PAPER_EVENT_TICK);
        step();
        ck_assert(has(PAPER_GATHER));
        ck_assert_uint_eq(state->gathering, number);
    }
    gathered(1, 1, false);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    gathered(2, 1, false);
    ck_assert_int_eq(state->state, PAPER_SEALED);
}
END_TEST

START_TEST(a9_what_is_uncertain_waits_for_a_redactor)
{
    receive();
    touch(true, false, "writer");
    touch(true, false, "rater");
    gathered(1, 1, true);
    ck_assert_int_eq(state->state, PAPER_CHECKING);
    ck_assert(has(PAPER_QUEUE) && !has(PAPER_SEAL));
    check_with("cora", COORDINATOR | REDACTOR, 1, 9);
    assert_refused("operator-role");
    check_with("audi", AUDITOR, 1, 9);
    assert_refused("operator-role");
    check_with("rob", REDACTOR, 2, 9);
    assert_refused("text-version");
    check_with("rob", REDACTOR, 1, 101);
    assert_refused("span-outside");
    check_with("rob", REDACTOR, 1, 9);
    ck_assert(has(PAPER_GATHER) && has(PAPER_UNQUEUE));
    ck_assert_int_eq(state->hits[0].judgement, HIT_GOES);
    gathered(2, 2, true); /* the same hit again: it is judged */
    ck_assert_int_eq(state->state, PAPER_SEALED);
    ck_assert(has(PAPER_SEAL));
}
END_TEST

START_TEST(spec_11_2_a_reader_of_exams_does_not_redact)
{
    receive();
    touch(true, false, "writer");
    touch(true, false, "rater");
    gathered(1, 1, true);
    begin(PAPER_EVENT_CHECKED);
    sign("rob", REDACTOR);
    event->signer.reads = true;
    event->is.checked.version = 1;
    step();
    assert_refused("operator-reads");
}
END_TEST

START_TEST(spec_11_2_a_late_change_sends_what_differs_and_nothing_else)
{
    seal_it();
    touch(false, false, "rater");
    ck_assert(has(PAPER_GATHER));
    gathered(2, 1, false);
    ck_assert_int_eq(effects->count, 0);
    touch(false, false, "rater");
    gathered(3, 7, false);
    ck_assert(has(PAPER_REPLACE_TEXT) && has(PAPER_CHANGE_TOKENS) && !has(PAPER_SEAL));
    ck_assert_uint_eq(state->text.version, 2);
}
END_TEST

START_TEST(spec_11_2_a_readers_question_brings_it_back_to_a_redactor)
{
    seal_it();
    begin(PAPER_EVENT_QUESTIONED);
    (void)snprintf(event->is.prompt, sizeof event->is.prompt, "vignette-1");
    step();
    ck_assert_int_eq(state->state, PAPER_CHECKING);
    check_with("rob", REDACTOR, 2, 20);
    ck_assert_int_eq(state->hit_count, 1);
    ck_assert_int_eq(state->hits[0].rule, REDACT_BY_HUMAN);
    gathered(2, 9, false);
    ck_assert(has(PAPER_REPLACE_TEXT));
    ck_assert_int_eq(state->state, PAPER_SEALED);
    ck_assert_int_eq(state->hit_count, 1); /* what a person added stays */
}
END_TEST

/* exam has pulled the text and waits: a redactor who leaves it as it is sends it again, as the next version. */
START_TEST(spec_11_2_a_question_that_changes_nothing_is_answered_too)
{
    seal_it();
    begin(PAPER_EVENT_QUESTIONED);
    (void)snprintf(event->is.prompt, sizeof event->is.prompt, "vignette-1");
    step();
    check_with("rob", REDACTOR, 2, 0);
    gathered(2, 1, false);
    ck_assert(has(PAPER_REPLACE_TEXT));
    ck_assert_uint_eq(state->text.version, 2);
    touch(false, false, "rater");
    gathered(3, 1, false);
    ck_assert(!has(PAPER_REPLACE_TEXT)); /* once */
}
END_TEST

/* The text is read on as a calibration: exam SPEC 6.9. */
START_TEST(spec_11_2_a_question_about_a_resolved_paper)
{
    seal_it();
    resolve(1, true, 1700);
    begin(PAPER_EVENT_QUESTIONED);
    (void)snprintf(event->is.prompt, sizeof event->is.prompt, "vignette-1");
    step();
    ck_assert_int_eq(state->state, PAPER_CHECKING);
    begin(PAPER_EVENT_APPEAL);
    event->is.appeal = 2;
    step();
    ck_assert(has(PAPER_SEND_APPEAL));
    check_with("rob", REDACTOR, 2, 20);
    gathered(2, 9, false);
    ck_assert(has(PAPER_REPLACE_TEXT));
    ck_assert_int_eq(state->state, PAPER_RESOLVED);
}
END_TEST

START_TEST(a16_an_appeal_never_lowers)
{
    seal_it();
    resolve(1, false, 1500);
    ck_assert(has(PAPER_TELL_RESULT));
    ck_assert_int_eq(state->state, PAPER_RESOLVED);
    begin(PAPER_EVENT_APPEAL);
    event->is.appeal = 2;
    step();
    ck_assert(has(PAPER_SEND_APPEAL));
    resolve(2, false, 1400);
    ck_assert_int_eq(effects->result.score_hundredths, 1500);
    ck_assert(!effects->result.passed);
    resolve(3, true, 1700);
    ck_assert_int_eq(effects->result.score_hundredths, 1700);
    ck_assert(effects->result.passed);
    resolve(4, false, 1000);
    ck_assert(effects->result.passed);
    ck_assert_int_eq(effects->result.score_hundredths, 1700);
    resolve(4, true, 2000);
    ck_assert_int_eq(verdict.step, WF_IGNORED); /* twice the same resolution */
}
END_TEST

START_TEST(spec_11_2_withdrawal_and_erasure_void_it_and_destroy_the_key)
{
    for (int erased = 0; erased <= 1; erased++) {
        memset(state, 0, sizeof *state);
        seal_it();
        if (erased)
            touch(false, true, "writer");
        else {
            begin(PAPER_EVENT_ENDED);
            step();
        }
        ck_assert(has(PAPER_SEND_VOID) && has(PAPER_FORGET_KEY) && has(PAPER_UNLINK));
        ck_assert_uint_eq(state->answers.length + state->text.sealed.length, 0);
        now += WF_MINUTE;
        begin(PAPER_EVENT_TICK);
        step();
        ck_assert(has(PAPER_FORGET_KEY)); /* a lost job */
        begin(PAPER_EVENT_FORGOTTEN);
        step();
        ck_assert_int_eq(state->state, PAPER_VOID);
        ck_assert(paper_next_deadline(NULL, state) == WF_NEVER);
        resolve(1, true, 2000);
        ck_assert_int_eq(verdict.step, WF_IGNORED);
    }
}
END_TEST

START_TEST(spec_11_2_an_erased_rater_voids_nothing)
{
    seal_it();
    touch(false, true, "rater");
    ck_assert_int_eq(state->state, PAPER_SEALED);
    ck_assert(has(PAPER_GATHER));
}
END_TEST

static void hold(bool held, const char *id, int32_t roles)
{
    begin(PAPER_EVENT_HOLD_ORDERED);
    event->is.hold = held;
    sign(id, roles);
    step();
}

START_TEST(spec_11_2_a_coordinator_holds_a_paper_that_is_with_the_readers)
{
    receive();
    hold(true, "cora", COORDINATOR);
    assert_refused("not-sealed");
    memset(state, 0, sizeof *state);
    seal_it();
    hold(true, "rob", REDACTOR);
    assert_refused("operator-role");
    hold(true, "cora", COORDINATOR);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert(effects->count == 1 && effects->list[0].kind == PAPER_SEND_HOLD &&
              effects->list[0].index == 1);
    hold(false, "cora", COORDINATOR);
    ck_assert(effects->list[0].kind == PAPER_SEND_HOLD && effects->list[0].index == 0);
}
END_TEST

static void unblind(enum paper_event_id kind, const char *id, int32_t roles)
{
    begin(kind);
    sign(id, roles);
    step();
}

START_TEST(a14_two_operators_one_hour_and_both_are_excluded)
{
    seal_it();
    unblind(PAPER_EVENT_UNBLIND_APPROVED, "audi", AUDITOR);
    assert_refused("nothing-to-approve");
    unblind(PAPER_EVENT_UNBLIND_REQUESTED, "cora", COORDINATOR);
    ck_assert(!paper_is_unblinded_for(state, "cora", now));
    unblind(PAPER_EVENT_UNBLIND_APPROVED, "cora", AUDITOR);
    assert_refused("same-operator");
    unblind(PAPER_EVENT_UNBLIND_APPROVED, "dora", COORDINATOR | AUDITOR);
    assert_refused("same-role");
    unblind(PAPER_EVENT_UNBLIND_APPROVED, "rob", REDACTOR);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(effects->count, 2);
    ck_assert(has(PAPER_EXCLUDE));
    ck_assert(paper_is_unblinded_for(state, "cora", now) &&
              paper_is_unblinded_for(state, "rob", now));
    ck_assert(!paper_is_unblinded_for(state, "audi", now));
    ck_assert(!paper_is_unblinded_for(state, "cora", now + WF_HOUR));
    unblind(PAPER_EVENT_UNBLIND_APPROVED, "audi", AUDITOR);
    assert_refused("nothing-to-approve"); /* once approved is used up */
    begin(PAPER_EVENT_QUESTIONED);
    (void)snprintf(event->is.prompt, sizeof event->is.prompt, "vignette-1");
    step();
    check_with("rob", REDACTOR, 2, 9);
    assert_refused("operator-excluded");
}
END_TEST

START_TEST(a14_a_request_is_good_for_an_hour)
{
    seal_it();
    unblind(PAPER_EVENT_UNBLIND_REQUESTED, "cora", COORDINATOR);
    now += WF_HOUR;
    unblind(PAPER_EVENT_UNBLIND_APPROVED, "audi", AUDITOR);
    assert_refused("nothing-to-approve");
}
END_TEST

/* Every event in every state: no cell breaks what holds, and what is refused changes nothing. */
START_TEST(spec_11_2_every_cell_keeps_what_holds)
{
    for (int kind = 0; kind < PAPER_EVENT_COUNT; kind++) {
        for (int place = 0; place < PAPER_STATE_COUNT; place++) {
            memset(state, 0, sizeof *state);
            now = NOW;
            if (place == PAPER_GATHERING)
                receive();
            if (place >= PAPER_CHECKING)
                seal_it();
            if (place == PAPER_CHECKING) {
                begin(PAPER_EVENT_QUESTIONED);
                event->is.prompt[0] = 'v';
                step();
            }
            if (place == PAPER_RESOLVED)
                resolve(1, false, 100);
            if (place >= PAPER_VOIDING) {
                begin(PAPER_EVENT_ENDED);
                step();
            }
            if (place == PAPER_VOID) {
                begin(PAPER_EVENT_FORGOTTEN);
                step();
            }
            ck_assert_int_eq(state->state, (enum paper_state_id)place);
            begin((enum paper_event_id)kind);
            sign("rob", REDACTOR);
            event->is.received.answers.length = kind == PAPER_EVENT_RECEIVED;
            step();
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("papers");
    TCase *tests = tcase_create("paper");
    tcase_add_checked_fixture(tests, open_paper, close_paper);
    tcase_add_test(tests, spec_11_2_sealed_when_everybody_answered_and_nothing_is_uncertain);
    tcase_add_test(tests, spec_11_2_a_lost_job_comes_again_after_a_minute);
    tcase_add_test(tests, a9_what_is_uncertain_waits_for_a_redactor);
    tcase_add_test(tests, spec_11_2_a_reader_of_exams_does_not_redact);
    tcase_add_test(tests, spec_11_2_a_late_change_sends_what_differs_and_nothing_else);
    tcase_add_test(tests, spec_11_2_a_readers_question_brings_it_back_to_a_redactor);
    tcase_add_test(tests, spec_11_2_a_question_that_changes_nothing_is_answered_too);
    tcase_add_test(tests, spec_11_2_a_question_about_a_resolved_paper);
    tcase_add_test(tests, a16_an_appeal_never_lowers);
    tcase_add_test(tests, spec_11_2_withdrawal_and_erasure_void_it_and_destroy_the_key);
    tcase_add_test(tests, spec_11_2_an_erased_rater_voids_nothing);
    tcase_add_test(tests, a14_two_operators_one_hour_and_both_are_excluded);
    tcase_add_test(tests, a14_a_request_is_good_for_an_hour);
    tcase_add_test(tests, spec_11_2_a_coordinator_holds_a_paper_that_is_with_the_readers);
    tcase_add_test(tests, spec_11_2_every_cell_keeps_what_holds);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
