/* links: intake_kit wf_intake_core wf_policy wf_base */
/* All designations of all shipped associations, on both age lines and under old and new editions: a whole file is
 * enough, and every part of it is needed.  intake SPEC 4. */
#include "application_trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void lacks_nothing(void)
{
    struct requirement_list list = trial_judge();
    for (int32_t i = 0; i < list.count; i++)
        ck_assert_msg(list.results[i].met, "%s lacks %s", trial.file.events[0],
                      requirement_row(list.results[i].id)->code);
}

static void is_in(enum application_state_id state)
{
    ck_assert_str_eq(application_state_name(trial.script.state.state),
                     application_state_name(state));
}

/* ---- every designation of every association ---- */

static const char *const days[] = {"2021-05-10", "2023-05-10", "2024-06-10", "2026-03-10"};
enum { DAYS = sizeof days / sizeof days[0] };

/* A file that has all that the edition wants is endorsed, or sent to the exam, on both age lines; without any one
 * event of it, it is refused or says nothing that was wanted. */
static void endorse(const struct wf_association *at, int32_t category, int32_t line, const char *on)
{
    const struct wf_edition *edition = wf_policy_edition(at, trial_day(on));
    if (!edition->categories[category].offered || !(edition->age_lines >> line & 1))
        return;
    trial_make(at->id, category, line, on);
    application_file_play(&trial.file, &trial.script, -1);
    lacks_nothing();
    application_file_approve(&trial.file, &trial.script);
    const struct wf_edition *decided =
        wf_policy_edition(at, wf_policy_local_date(trial.book, at, trial.script.now));
    bool exam = decided->categories[category].exam;
    is_in(exam ? APPLICATION_EXAM_ELIGIBLE : APPLICATION_ENDORSED);
}

START_TEST(every_designation_can_be_earned_on_both_age_lines)
{
    const struct wf_association *at = &trial.book->associations[_i];
    for (int32_t category = FA; category <= MHM_RF; category++) {
        for (int32_t line = IMH; line <= ECMH; line++) {
            for (int d = 0; d < DAYS; d++)
                endorse(at, category, line, days[d]);
        }
    }
}
END_TEST

/* The event alone meets no requirement. */
static bool may_be_missing(const char *event)
{
    static const char *const words[] = {"known", "transcript e"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(event, words[i], strlen(words[i])) == 0)
            return true;
    }
    return false;
}

static void miss_each(const struct wf_association *at, int32_t category, const char *on)
{
    trial_make(at->id, category, IMH, on);
    for (int32_t i = 1; i < trial.file.count; i++) {
        application_script_reset(&trial.script);
        application_script_on(&trial.script, on);
        application_file_play(&trial.file, &trial.script, i);
        struct requirement_list list = trial_judge();
        bool transcript = strncmp(trial.file.events[i], "transcript", 10) == 0;
        bool wanted = !may_be_missing(trial.file.events[i]) ||
                      (transcript && trial.file.edition->transcripts);
        bool claimed = strncmp(trial.file.events[i], "was provider", 12) == 0 &&
                       trial.file.edition->rsc_endorsed_from == WF_NO_DATE;
        bool either = trial.file.category->education_or_work && transcript &&
                      !trial.file.edition->transcripts;
        ck_assert_msg(requirements_met(&list) == (!wanted || claimed || either),
                      "%s %d without \"%s\"", at->id, category, trial.file.events[i]);
    }
}

START_TEST(without_any_one_part_it_is_incomplete)
{
    const struct wf_association *at = &trial.book->associations[_i];
    const struct wf_edition *edition = wf_policy_edition(at, trial_day("2026-03-10"));
    for (int32_t category = FA; category <= MHM_RF; category++) {
        if (edition->categories[category].offered)
            miss_each(at, category, "2026-03-10");
    }
}
END_TEST

int main(void)
{
    trial_read_policies();
    Suite *suite = suite_create("application: designations");
    TCase *tests = tcase_create("designations");
    tcase_add_checked_fixture(tests, trial_open, trial_close);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_designation_can_be_earned_on_both_age_lines, 0,
                        trial.book->count);
    tcase_add_loop_test(tests, without_any_one_part_it_is_incomplete, 0, trial.book->count);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    trial_free_policies();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
