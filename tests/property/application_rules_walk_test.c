/* links: intake_kit wf_intake wf_intake_core wf_policy wf_wire wf_base wf_port */
/* Random lives of applications by the shipped rules of each association, from 2018 to 2027: what is stored is the
 * state, every waiting state has a deadline or says that it has none, a replay gives the same, and new rules alter
 * nothing that was decided.  intake SPEC 2. */
#include "application_codec.h"
#include "application_file.h"
#include "application_plan.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 30, STEPS = 150, TRACE = 12000 };

static struct wf_policy_book *book, *changed; /* as shipped; the same with other figures */
static struct application_script script;
static char trace[TRACE];

/* What was played, for the replay. */
static struct {
    struct application_event event;
    wf_time now;
} played[STEPS];
static int played_count;
static bool reached[APPLICATION_STATE_COUNT];

static const char *const noise[] = {"submit",
                                    "submit",
                                    "submit",
                                    "submit",
                                    "amend",
                                    "assign v1",
                                    "assign v2",
                                    "assign v1",
                                    "assign v2",
                                    "enrolled v1",
                                    "enrolled v2",
                                    "enrolled v1",
                                    "enrolled v2",
                                    "decide v1 approve",
                                    "decide v2 approve",
                                    "decide v1 approve",
                                    "decide v2 approve",
                                    "decide v1 more",
                                    "decide v2 defer",
                                    "decide v2 more",
                                    "unassign v1",
                                    "withdraw",
                                    "tick",
                                    "B: submit",
                                    "rater r1 supervisor",
                                    "replace r1 r7",
                                    "report 1 declined",
                                    "report 2 not-countable 6",
                                    "report 4 completed",
                                    "known r4",
                                    "waive r1",
                                    "vet r2",
                                    "was provider s1 MHM_C 2010-01-01 2019-12-31",
                                    "was provider s1 MHM_C 2000-01-01",
                                    "drop t1",
                                    "drop x1",
                                    "category FS",
                                    "category FA",
                                    "training t9 4800 giving 2018-01-01",
                                    "work w9 2000-01-01 - leading",
                                    "work w8 2000-01-01 - giving",
                                    "rsc x9 s2 100 2018-02-01 2018-01-01",
                                    "training t8 900000 imh 2018-01-01",
                                    "mail bounced",
                                    "sit",
                                    "part",
                                    "essay",
                                    "result",
                                    "ethics 2017-01-01",
                                    "agreement 2017-01-01"};
enum { NOISE = sizeof noise / sizeof noise[0] };

static uint64_t random_next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void note(const char *word)
{
    size_t used = strlen(trace);
    if (used + strlen(word) + 3 < sizeof trace)
        (void)snprintf(trace + used, sizeof trace - used, "%s; ", word);
}

/* ---- what holds after every step ---- */

static void assert_stored(const struct application_state *state)
{
    static struct application_state read;
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    memset(&read, 0, sizeof read);
    application_write(state, &fields);
    ck_assert_msg(application_read(&fields, &read, &error) == 0, "%s\n%s", error.text, trace);
    ck_assert_msg(memcmp(&read, state, sizeof read) == 0, "stored state differs after\n%s", trace);
    wf_fields_fini(&fields);
}

/* States that wait for somebody who may never come say so; all others have their deadline. */
static void assert_waits(const struct application_state *state)
{
    char waiting[300] = "";
    wf_time due = application_next_deadline(&script.policy, state);
    application_waiting(&script.policy, state, waiting, sizeof waiting);
    if (application_state_is_final(state->state)) {
        ck_assert_msg(due == WF_NEVER, "an end that waits\n%s", trace);
        return;
    }
    ck_assert_msg((due == WF_NEVER) == (strstr(waiting, "no deadline") != NULL), "%s\n%s", waiting,
                  trace);
    ck_assert_msg(strstr(waiting, "since") != NULL, "%s\n%s", waiting, trace);
    ck_assert_msg(due == WF_NEVER || strstr(waiting, ", then ") != NULL, "%s\n%s", waiting, trace);
    ck_assert_msg(!state->emerging || state->emerging_ends == 0 || due <= state->emerging_ends,
                  "an emerging endorsement without its end\n%s", trace);
    ck_assert_msg(state->state != APPLICATION_HELD || due != WF_NEVER, "held for ever\n%s", trace);
}

static void assert_step(const struct application_state *before)
{
    const struct application_state *after = &script.state;
    const char *broken = "";
    reached[after->state] = true;
    ck_assert_msg(application_holds(after, &broken), "%s\n%s", broken, trace);
    ck_assert_msg(!script.effects.overflow, "too many effects\n%s", trace);
    ck_assert_msg(script.verdict.step == WF_APPLIED || memcmp(before, after, sizeof *before) == 0,
                  "a change without being applied\n%s", trace);
    ck_assert_msg(!application_state_is_final(before->state) || before->state == after->state,
                  "an end that did not last\n%s", trace);
    for (int32_t i = 0; i < after->reviewer_count; i++)
        ck_assert_msg(after->reviewers[i].withdrawn ||
                          strcmp(after->reviewers[i].id, after->advisor) != 0,
                      "an advisor reviews\n%s", trace);
    assert_stored(after);
    assert_waits(after);
}

/* ---- a life ---- */

static void step(const char *word)
{
    static struct application_state before;
    struct application_event event;
    if (played_count == STEPS)
        return;
    note(word);
    before = script.state;
    if (!application_script_event(&script, word, &event))
        return;
    played[played_count].event = event;
    played[played_count++].now = script.now;
    application_script_step(&script, &event);
    assert_step(&before);
}

static void pass_time(uint64_t *seed)
{
    uint64_t most = random_next(seed) % 4 == 0 ? 900 : 60;
    wf_time until = script.now + (wf_time)(random_next(seed) % most) * WF_DAY;
    wf_time due = application_next_deadline(&script.policy, &script.state);
    while (due <= until && played_count < STEPS) {
        if (script.now < due)
            script.now = due;
        enum application_state_id before = script.state.state;
        step("tick");
        if (script.verdict.step != WF_APPLIED)
            ck_abort_msg("a deadline that nothing came of in %s\n%s",
                         application_state_name(before), trace);
        due = application_next_deadline(&script.policy, &script.state);
    }
    script.now = until;
}

/* The likely way on, by reviewers of one mind. */
static void review(uint64_t *seed)
{
    static const char *const ready[] = {"submit", "assign v1", "assign v2", "enrolled v1",
                                        "enrolled v2"};
    static const char *const minds[][2] = {{"decide v1 approve", "decide v2 approve"},
                                           {"decide v1 defer", "decide v2 defer"},
                                           {"decide v1 more", "decide v2 more"}};
    uint64_t mind = random_next(seed) % 3;
    for (size_t i = 0; i < sizeof ready / sizeof ready[0]; i++)
        step(ready[i]);
    if (script.state.state == APPLICATION_SUBMITTED && script.state.due > script.now) {
        script.now = script.state.due;
        step("tick");
    }
    step(minds[mind][0]);
    step(minds[mind][1]);
}

/* What an emerging endorsement may lack is left out of some files. */
static bool is_left_out(const char *event, bool partial)
{
    return partial && (strncmp(event, "work w2", 7) == 0 || strncmp(event, "work w3", 7) == 0);
}

/* The file's events in some order, some of them missing, with noise among them. */
static void live(const char *association, uint64_t *seed)
{
    struct application_file file;
    char from[WF_DATE_TEXT];
    wf_date on = 0;
    ck_assert(wf_date_parse("2018-03-01", &on));
    on += (wf_date)(random_next(seed) % 3400);
    wf_date_format(on, from);
    application_script_reset(&script);
    application_script_on(&script, from);
    int32_t category = 1 + (int32_t)(random_next(seed) % 8);
    bool partial = random_next(seed) % 2 == 0;
    int32_t line = 1 + (int32_t)(random_next(seed) % 2);
    application_file_make(&file, book, association, category, line, on);
    for (int32_t i = file.count - 1; i > 0; i--) { /* registration need not come first */
        int32_t other = (int32_t)(random_next(seed) % (uint64_t)(i + 1));
        char kept[APPLICATION_FILE_EVENT];
        if (random_next(seed) % 3 != 0)
            continue;
        memcpy(kept, file.events[i], sizeof kept);
        memcpy(file.events[i], file.events[other], sizeof kept);
        memcpy(file.events[other], kept, sizeof kept);
    }
    for (int32_t i = 0; i < file.count; i++) {
        if (random_next(seed) % 60 != 0 && !is_left_out(file.events[i], partial))
            step(file.events[i]);
        if (random_next(seed) % 25 == 0)
            step(noise[random_next(seed) % NOISE]);
    }
    if (random_next(seed) % 3 != 0) { /* what came too early comes again */
        application_file_make(&file, book, association, category, line, on);
        for (int32_t i = 0; i < file.count; i++) {
            if (!is_left_out(file.events[i], partial))
                step(file.events[i]);
        }
        review(seed);
    }
    while (played_count < STEPS) {
        step(noise[random_next(seed) % NOISE]);
        if (random_next(seed) % 6 == 0)
            pass_time(seed);
    }
}

/* Played again from nothing, what was lived is the same. */
static void assert_replay(void)
{
    static struct application_state lived;
    lived = script.state;
    application_script_reset(&script);
    for (int i = 0; i < played_count; i++) {
        script.now = played[i].now;
        application_script_step(&script, &played[i].event);
    }
    ck_assert_msg(memcmp(&lived, &script.state, sizeof lived) == 0, "replay differs\n%s", trace);
}

/* By other rules, announced today: what was decided stays decided, with its deadlines. */
static void assert_decided_stays(void)
{
    static const char *const attempts[] = {
        "submit",      "amend", "decide v1 defer", "decide v2 more", "report 1 expired",
        "member none", "tick"};
    enum application_state_id decided = script.state.state;
    wf_date decided_on = script.state.decided_on;
    wf_time due = application_next_deadline(&script.policy, &script.state);
    bool is_decided = application_state_is_final(decided) || decided == APPLICATION_EXAM_ELIGIBLE ||
                      decided == APPLICATION_EMERGING;
    if (!is_decided || due <= script.now)
        return;
    script.policy.book = changed;
    ck_assert_msg(application_next_deadline(&script.policy, &script.state) == due,
                  "a deadline that moved\n%s", trace);
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        application_script_play(&script, attempts[i]);
        bool resubmitted =
            decided == APPLICATION_EMERGING && (script.state.state == APPLICATION_SUBMITTED ||
                                                script.state.state == APPLICATION_UNDER_REVIEW);
        ck_assert_msg(script.state.state == decided || resubmitted, "%s altered %s\n%s",
                      attempts[i], application_state_name(decided), trace);
        ck_assert_int_eq(script.state.decided_on, decided_on);
    }
    script.policy.book = book;
}

START_TEST(a_life_by_the_rules_of_an_association)
{
    const struct wf_association *association = &book->associations[_i % book->count];
    uint64_t seed = (uint64_t)_i * 7919 + 3;
    for (int walk = 0; walk < WALKS; walk++) {
        trace[0] = '\0';
        note(association->id);
        played_count = 0;
        application_script_open_with(&script, book);
        live(association->id, &seed);
        assert_replay();
        assert_decided_stays();
        application_script_close(&script);
    }
}
END_TEST

/* The walks must get somewhere, or they prove little. */
START_TEST(lives_reach_every_state)
{
    uint64_t seed = 11;
    for (int walk = 0; walk < 20 * WALKS; walk++) {
        trace[0] = '\0';
        played_count = 0;
        application_script_open_with(&script, book);
        live(book->associations[walk % book->count].id, &seed);
        application_script_close(&script);
    }
    for (int state = APPLICATION_HELD; state < APPLICATION_STATE_COUNT; state++)
        ck_assert_msg(reached[state], "no life reached %s",
                      application_state_name((enum application_state_id)state));
}
END_TEST

static void change_rules(struct wf_edition *edition)
{
    edition->draft_expiry_days = 1;
    edition->exam_eligibility_days = 1;
    edition->reviewers = 1;
    edition->consensus = false;
    for (int32_t c = 1; c < WF_CATEGORIES; c++) {
        edition->categories[c].exam = !edition->categories[c].exam;
        edition->categories[c].training_hundredths *= 3;
        edition->categories[c].emerging_months = 1;
        edition->categories[c].ratings++;
    }
}

int main(void)
{
    struct wf_error error = {.code = WF_OK};
    book = calloc(1, sizeof *book);
    changed = malloc(sizeof *changed);
    if (!book || !changed || wf_policy_read(WF_SOURCE_DIR "/deploy/policy", book, &error) != 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        return EXIT_FAILURE;
    }
    *changed = *book;
    for (int32_t a = 0; a < changed->count; a++) {
        for (int32_t e = 0; e < changed->associations[a].edition_count; e++)
            change_rules(&changed->associations[a].editions[e]);
    }
    Suite *suite = suite_create("application: lives by the shipped rules");
    TCase *tests = tcase_create("lives");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_life_by_the_rules_of_an_association, 0, book->count);
    tcase_add_test(tests, lives_reach_every_state);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    free(changed);
    free(book);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
