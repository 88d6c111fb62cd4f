/* links: intake_kit wf_intake wf_intake_core wf_policy wf_wire wf_base wf_port */
/* Random lives of applications: whatever comes in whatever order, the state holds, what is stored is the
 * state, numbers only grow, and nobody gets mail without a cause.  intake SPEC 2. */
#include "application_codec.h"
#include "application_script.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 300, STEPS = 120 };

static const char *const words[] = {
    "register", "register MHM_P", "register FA Two", "register FS Row", "register ERS",
    "register FA Quarter", "transfer FA One Two", "category FS", "category FA 2", "lives US-QA",
    "lives US-QC MA-0", "was provider s1 MHM_C 2015-01-01", "was provider s1",
    "was applicant p1 FA 2015-01-01 - Two", "was rater r1 FS 2015-01-01 2020-01-01",
    "training t3 1500 giving", "B: register", "advisor a1", "advisor v1", "fee",
    "fee pay2 processing 10000", "education edu1", "work w1", "training t1", "training t2 500 dei",
    "rsc x1 s1", "rsc x2 v2", "drop t1", "transcript edu1", "ethics", "agreement",
    "rater r1 supervisor endorsed", "rater r2 teacher", "rater r3 provider", "rater v1", "rater p1",
    "replace r1 r2", "replace r2 r4", "vet r2", "waive r1", "waive r2 no", "submit", "submit",
    "amend", "amend", "withdraw", "assign v1", "assign v2", "assign r1", "unassign v1",
    "decide v1 approve", "decide v2 approve", "decide v1 more", "decide v2 defer", "sit", "part",
    "part ex1 40", "essay", "result", "result ex1 fail", "retake", "appeal", "known r1", "known r2",
    "known r1", "report 1", "report 2", "report 1 bounced", "report 2 declined", "report 1 expired",
    "member", "member none", "enrolled v1", "enrolled v2", "enrolled v1 no", "mail bounced",
    "mail sent", "tick", "tick", "B: ethics",
    /* the likely way on, so that walks get far */
    "register", "register", "ethics", "agreement", "fee", "training t1", "member",
    "rater r1 supervisor endorsed", "report 1", "submit", "assign v1", "enrolled v1",
    "decide v1 more", "decide v1 defer"};
enum { WORDS = sizeof words / sizeof words[0] };

/* Where walks begin: a life from its first event seldom gets far by chance. */
static const char *const scenes[] = {
    "in none",
    "in registered",
    "in submitted",
    "in under-review",
    "in exam-eligible",
    "scoring",
    "failed two",
    "in emerging",
    "register FA Quarter; lives US-QA; ready; lives US-QA; submit"};
enum { SCENES = sizeof scenes / sizeof scenes[0] };

static uint64_t random_next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void say(char *trace, size_t size, const char *word)
{
    size_t used = strlen(trace);
    if (used + strlen(word) + 3 < size)
        (void)snprintf(trace + used, size - used, "%s; ", word);
}

static int32_t count_mails(const struct application_effects *effects, bool *told)
{
    int32_t mails = 0;
    *told = false;
    for (int32_t i = 0; i < effects->count; i++) {
        mails += effects->list[i].kind == APPLICATION_MAIL;
        *told |= effects->list[i].kind == APPLICATION_TELL;
    }
    return mails;
}

/* What is written and read again is the same, field by field. */
static void assert_stored(const struct application_state *state, const char *trace)
{
    struct wf_fields once = {0};
    struct wf_fields twice = {0};
    struct wf_error error = {0};
    struct application_state *read = calloc(1, sizeof *read);
    ck_assert_ptr_nonnull(read);
    application_write(state, &once);
    ck_assert_msg(application_read(&once, read, &error) == 0, "%s\n%s", error.text, trace);
    application_write(read, &twice);
    ck_assert_uint_eq(once.count, twice.count);
    for (size_t i = 0; i < once.count; i++) {
        ck_assert_uint_eq(once.rows[i].value.length, twice.rows[i].value.length);
        ck_assert_msg(memcmp(once.rows[i].value.data, twice.rows[i].value.data,
                             once.rows[i].value.length) == 0,
                      "field %.*s\n%s", (int)once.rows[i].name.length, once.rows[i].name.data,
                      trace);
    }
    /* Replay equals live: the next decision is the same from what was stored. */
    ck_assert_msg(memcmp(read, state, sizeof *read) == 0, "stored state differs after\n%s", trace);
    wf_fields_fini(&once);
    wf_fields_fini(&twice);
    free(read);
}

static void assert_step(const struct application_script *script,
                        const struct application_state *before, const char *trace)
{
    const struct application_state *after = &script->state;
    const char *broken = "";
    bool told = false;
    int32_t mails = count_mails(&script->effects, &told);
    wf_time due = application_next_deadline(&script->policy, after);
    ck_assert_msg(application_holds(after, &broken), "%s\n%s", broken, trace);
    ck_assert_msg(!script->effects.overflow, "too many effects\n%s", trace);
    ck_assert_msg(script->verdict.step == WF_APPLIED || script->effects.count == 0,
                  "effects without a change\n%s", trace);
    ck_assert_msg(script->verdict.step == WF_APPLIED || memcmp(before, after, sizeof *before) == 0,
                  "a change without being applied\n%s", trace);
    ck_assert_msg(!application_state_is_final(before->state) || before->state == after->state,
                  "an end that did not last\n%s", trace);
    ck_assert_msg(mails == 0 || (told && (before->state != after->state ||
                                          before->emerging != after->emerging ||
                                          before->state == APPLICATION_SUBMITTED ||
                                          before->exam.step >= EXAM_SCHEDULED)),
                  "mail without a cause\n%s", trace);
    ck_assert_msg(due == WF_NEVER || after->state == APPLICATION_HELD ||
                      after->state == APPLICATION_REGISTERED || after->emerging ||
                      after->state == APPLICATION_SUBMITTED ||
                      after->state == APPLICATION_EXAM_ELIGIBLE,
                  "a deadline where none is promised\n%s", trace);
    ck_assert_msg(due != WF_NEVER ||
                      (after->state != APPLICATION_HELD && after->state != APPLICATION_REGISTERED &&
                       after->state != APPLICATION_EMERGING &&
                       after->state != APPLICATION_EXAM_ELIGIBLE) ||
                      (after->exam.step == EXAM_SCORING && after->exam.paper[0]),
                  "no deadline where one is promised\n%s", trace);
    if (before->state == APPLICATION_NONE || before->state == APPLICATION_HELD)
        return;
    ck_assert_msg(after->entry_count >= before->entry_count &&
                      after->rater_count >= before->rater_count &&
                      after->reviewer_count >= before->reviewer_count &&
                      after->fee_count >= before->fee_count && after->round >= before->round,
                  "a number that shrank\n%s", trace);
}

START_TEST(a_random_life_holds)
{
    struct application_script script;
    struct application_event event;
    struct application_state *before = calloc(1, sizeof *before);
    uint64_t seed = (uint64_t)_i * 7919 + 1;
    char trace[8000] = "";
    ck_assert_ptr_nonnull(before);
    application_script_open(&script);
    application_script_play(&script, scenes[_i % SCENES]);
    say(trace, sizeof trace, scenes[_i % SCENES]);
    for (int step = 0; step < STEPS; step++) {
        const char *word = words[random_next(&seed) % WORDS];
        if (random_next(&seed) % 10 == 0)
            script.now += (wf_time)(random_next(&seed) % 20) * WF_DAY;
        say(trace, sizeof trace, word);
        *before = script.state;
        ck_assert(application_script_event(&script, word, &event));
        application_script_step(&script, &event);
        assert_step(&script, before, trace);
        assert_stored(&script.state, trace);
    }
    application_script_close(&script);
    free(before);
}
END_TEST

/* The walks must get somewhere, or they prove little. */
START_TEST(walks_reach_every_state)
{
    static bool reached[APPLICATION_STATE_COUNT];
    struct application_script script;
    struct application_event event;
    application_script_open(&script);
    for (int walk = 0; walk < WALKS; walk++) {
        uint64_t seed = (uint64_t)walk * 7919 + 1;
        application_script_reset(&script);
        application_script_play(&script, scenes[walk % SCENES]);
        reached[script.state.state] = true;
        for (int step = 0; step < STEPS; step++) {
            const char *word = words[random_next(&seed) % WORDS];
            if (random_next(&seed) % 10 == 0)
                script.now += (wf_time)(random_next(&seed) % 20) * WF_DAY;
            ck_assert(application_script_event(&script, word, &event));
            application_script_step(&script, &event);
            reached[script.state.state] = true;
        }
    }
    for (int state = 0; state < APPLICATION_STATE_COUNT; state++)
        ck_assert_msg(reached[state], "no walk reached %s",
                      application_state_name((enum application_state_id)state));
    application_script_close(&script);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("application: random lives");
    TCase *tests = tcase_create("walks");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_random_life_holds, 0, WALKS);
    tcase_add_test(tests, walks_reach_every_state);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
