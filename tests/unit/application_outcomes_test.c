/* links: intake_kit wf_intake wf_intake_core wf_policy wf_wire wf_base wf_port */
/* What portals and applicants are told of a decision, and what not.  intake SPEC 2.4, 4.4. */
#include "application_outcomes.h"
#include "application_trial.h"
#include "portal_core.h"
#include "telling.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "a b", and whether something was withheld. */
static const char *told(bool *withheld)
{
    static char text[400];
    size_t used = 0;
    *withheld = false;
    json_t *reasons = application_told_reasons(&trial.script.policy, &trial.script.state, withheld);
    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(reasons); i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "",
                                 json_string_value(json_array_get(reasons, i)));
    json_decref(reasons);
    return text;
}

/* A file at Washington under review, decided by two of one mind because of a rating. */
static void decided(const char *mind, const char *waiver)
{
    char events[120];
    application_script_reset(&trial.script);
    application_script_on(&trial.script, "2025-04-04");
    application_file_make(&trial.file, trial.book, "WA-AIMH", 1, 1, trial_day("2025-04-04"));
    application_file_play(&trial.file, &trial.script, -1);
    application_script_play(&trial.script, waiver);
    application_script_play(&trial.script,
                            "submit; assign v1; assign v2; enrolled v1; enrolled v2");
    (void)snprintf(events, sizeof events, "decide v1 %s 2025-04-04 reference-reflection-low", mind);
    application_script_play(&trial.script, events);
    (void)snprintf(events, sizeof events, "decide v2 %s 2025-04-04 training-short", mind);
    application_script_play(&trial.script, events);
}

/* Row 7 of the acceptance scenarios: who did not waive hears the reasons of a deferral, never the form; who
 * did, hears that it was because of a rating. */
START_TEST(row_7_reasons_and_never_the_form)
{
    bool withheld = false;
    decided("defer", "");
    ck_assert_int_eq(trial.script.state.state, APPLICATION_DEFERRED);
    ck_assert_str_eq(told(&withheld), "reference-reflection-low training-short");
    ck_assert(!withheld);
    decided("defer", "waive r1");
    ck_assert_str_eq(told(&withheld), "reference-rating training-short");
    ck_assert(withheld);
    decided("more", "");
    ck_assert_int_eq(trial.script.state.state, APPLICATION_MORE_INFORMATION);
    ck_assert_str_eq(told(&withheld), "reference-rating training-short");
    ck_assert(withheld);
}
END_TEST

START_TEST(an_association_may_disclose_nothing)
{
    struct wf_policy_book *silent = malloc(sizeof *silent);
    bool withheld = false;
    ck_assert_ptr_nonnull(silent);
    *silent = *trial.book;
    for (int32_t a = 0; a < silent->count; a++) {
        for (int32_t e = 0; e < silent->associations[a].edition_count; e++)
            silent->associations[a].editions[e].waiver_disclosure = WF_DISCLOSE_NOTHING;
    }
    decided("defer", "");
    trial.script.policy.book = silent;
    ck_assert_str_eq(told(&withheld), "reference-rating training-short");
    trial.script.policy.book = trial.book;
    free(silent);
}
END_TEST

static json_t *outcome(enum intake_outcome kind)
{
    struct application_effect effect = {.kind = APPLICATION_TELL, .outcome = kind};
    return application_outcome(&trial.script.policy, &trial.script.state, &effect, NULL,
                               trial.script.now);
}

/* Whatever is told after a rating came in, nothing of it is in there. */
START_TEST(no_outcome_says_what_a_rating_says)
{
    static const char *const forbidden[] = {"recommend", "score", "answers", "remark"};
    decided("defer", "");
    for (int kind = 1; kind < INTAKE_OUTCOME_COUNT; kind++) {
        if (kind == INTAKE_OUTCOME_EVENT_HELD || kind == INTAKE_OUTCOME_MAIL_FAILED ||
            kind == INTAKE_OUTCOME_EVENT_REFUSED)
            continue; /* they tell of the event in hand */
        json_t *data = outcome((enum intake_outcome)kind);
        char *text = json_dumps(data, JSON_COMPACT);
        ck_assert_ptr_nonnull(text);
        for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
            ck_assert_msg(!strstr(text, forbidden[i]), "%s: %s", intake_outcome_type(kind), text);
        free(text);
        json_decref(data);
    }
}
END_TEST

START_TEST(approval_names_rule_edition_and_who_decided)
{
    application_script_reset(&trial.script);
    application_script_on(&trial.script, "2025-03-03");
    application_file_make(&trial.file, trial.book, "VAIMH", 7, 1, trial_day("2025-03-03"));
    application_file_play(&trial.file, &trial.script, -1);
    application_file_approve(&trial.file, &trial.script);
    json_t *data = outcome(INTAKE_OUTCOME_EXAM_ELIGIBLE);
    ck_assert_str_eq(json_string_value(json_object_get(data, "rule")), "MHM_P.exam");
    ck_assert_str_eq(json_string_value(json_object_get(data, "edition")), "2025-01-01");
    ck_assert_str_eq(json_string_value(json_object_get(data, "eligibleUntil")), "2026-03-03");
    ck_assert_uint_eq(json_array_size(json_object_get(data, "decisions")), 1);
    json_decref(data);
}
END_TEST

/* The largest file with the longest ids, everything doubted: the outcome still fits. */
START_TEST(the_largest_refusal_fits_its_message)
{
    struct requirement_list list;
    char event[200];
    application_script_reset(&trial.script);
    application_script_on(&trial.script, "2026-03-10");
    application_file_make(&trial.file, trial.book, "First3Years", 6, 1, trial_day("2026-03-10"));
    application_file_play(&trial.file, &trial.script, -1);
    for (int i = trial.script.state.entry_count; i < APPLICATION_ENTRIES; i++) {
        (void)snprintf(event, sizeof event, "%s x%062d %s", i % 2 ? "training" : "rsc", i,
                       i % 2 ? "100 imh 2025-01-01" : "s2 100 2024-01-01 2024-12-31 own none");
        application_script_play(&trial.script, event);
    }
    ck_assert_int_eq(trial.script.state.entry_count, APPLICATION_ENTRIES);
    ck_assert(application_judge(&trial.script.policy, &trial.script.state, NULL, trial.script.now,
                                &list));
    json_t *data =
        application_refusal(&trial.script.state, "e1", "org.endorse.application.submitted.v1",
                            APPLICATION_REASON_INCOMPLETE, &list);
    char *text = json_dumps(data, JSON_COMPACT);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(strlen(text), PORTAL_OUTCOME - 512); /* the rest of the message */
    ck_assert_ptr_nonnull(strstr(text, "byLeftOut"));
    free(text);
    json_decref(data);
}
END_TEST

int main(void)
{
    trial_read_policies();
    Suite *suite = suite_create("application: outcomes");
    TCase *tests = tcase_create("outcomes");
    tcase_add_checked_fixture(tests, trial_open, trial_close);
    tcase_add_test(tests, row_7_reasons_and_never_the_form);
    tcase_add_test(tests, an_association_may_disclose_nothing);
    tcase_add_test(tests, no_outcome_says_what_a_rating_says);
    tcase_add_test(tests, approval_names_rule_edition_and_who_decided);
    tcase_add_test(tests, the_largest_refusal_fits_its_message);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    trial_free_policies();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
