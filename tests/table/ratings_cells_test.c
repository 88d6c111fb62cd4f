/* links: ratings_core ratings_kit */
/* SPEC 2.2 of endorse-reference, every cell: what happens to a request in that state. */
#include "ratings_policy.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
#define RATINGS_STATE(symbol, name) name,
#include "ratings_states.def"
#undef RATINGS_STATE
};
static const char *const reason_codes[] = {
#define WF_X(symbol, code, text) code,
    RATINGS_REASONS(WF_X) WF_FORM_PROBLEMS(WF_X)
#undef WF_X
};

/* Written from the page, not from the code.  "-" ignored, "!code" refused, ">state" the new state,
 * which is reported; "=" applied without a new state.  Then +mail, +put or +drop of the paper. */
static const char *const expected[RATINGS_STATE_COUNT][RATINGS_EVENT_COUNT] = {
    /* tick asked waiver cancelled address mailed mail-failed begun draft submitted declined copied */
    [RATINGS_UNKNOWN] = {"-", ">requested+request", "!request-unknown", "!request-unknown", "-",
                         "-", "-", "!link-not-valid", "!link-not-valid", "!link-not-valid",
                         "!link-not-valid", "!request-unknown"},
    [RATINGS_REQUESTED] = {">silent", "!request-exists", "=", ">cancelled", ">requested+request",
                           "=", ">bounced", ">opened", ">opened+put", ">completed+thanks+put",
                           ">declined+put", "="},
    [RATINGS_BOUNCED] = {">silent", "!request-exists", "=", ">cancelled", ">requested+request", "-",
                         "-", ">opened", ">opened+put", ">completed+thanks+put", ">declined+put",
                         "="},
    [RATINGS_OPENED] = {">silent+drop", "!request-exists", "=", ">cancelled+drop",
                        ">requested+request+drop", "=", "-", "-", "=+put", ">completed+thanks+put",
                        ">declined+put", "="},
    [RATINGS_COMPLETED] = {">expired", "!request-exists", "!already-answered", "-", "-", "-", "-",
                           "!link-not-valid", "!link-not-valid", "!link-not-valid",
                           "!link-not-valid", "!link-not-valid"},
    [RATINGS_NOT_COUNTABLE] = {"-", "!request-exists", "!already-answered", "-", "-", "-", "-",
                               "!link-not-valid", "!link-not-valid", "!link-not-valid",
                               "!link-not-valid", "!link-not-valid"},
    [RATINGS_DECLINED] = {"-", "!request-exists", "-", "-", "-", "-", "-", "!link-not-valid",
                          "!link-not-valid", "!link-not-valid", "!link-not-valid",
                          "!link-not-valid"},
    [RATINGS_CANCELLED] = {"-", "!request-exists", "-", "-", "-", "-", "-", "!link-not-valid",
                           "!link-not-valid", "!link-not-valid", "!link-not-valid",
                           "!link-not-valid"},
    [RATINGS_SILENT] = {"-", "!request-exists", "=", ">cancelled", ">requested+request", "-", "-",
                        "!link-not-valid", "!link-not-valid", "!link-not-valid", "!link-not-valid",
                        "!link-not-valid"},
    [RATINGS_EXPIRED] = {"-", "!request-exists", "!already-answered", "-", "-", "-", "-",
                         "!link-not-valid", "!link-not-valid", "!link-not-valid", "!link-not-valid",
                         "!link-not-valid"},
};

static bool has_paper(enum ratings_state_name state)
{
    return state == RATINGS_OPENED || state == RATINGS_COMPLETED ||
           state == RATINGS_NOT_COUNTABLE || state == RATINGS_DECLINED || state == RATINGS_EXPIRED;
}

/* An application whose request 1 is in the state, asked on day 0. */
static struct ratings_state in_state(enum ratings_state_name name)
{
    struct ratings_state state = {
        .applicant_id = "P-1", .association = "PA", .category = 5, .age_line = 1};
    if (name == RATINGS_UNKNOWN)
        return state;
    bool answered =
        name == RATINGS_COMPLETED || name == RATINGS_NOT_COUNTABLE || name == RATINGS_EXPIRED;
    struct ratings_request *request = &state.requests[0];
    *request = (struct ratings_request){.number = 1,
                                        .state = name,
                                        .rater_id = "R-1",
                                        .generation = 2,
                                        .asked_at = ratings_day(0),
                                        .link_at = ratings_day(0),
                                        .link_until = ratings_day(31) - 10 * WF_HOUR,
                                        .reminders = 3,
                                        .form = "small",
                                        .form_version = 3};
    if (answered) {
        request->answered_at = ratings_day(2);
        request->recommendation = WF_FORM_RECOMMEND;
        request->valid_until = name == RATINGS_NOT_COUNTABLE ? WF_NEVER : ratings_day(40);
    }
    if (has_paper(name))
        request->paper = (struct ratings_paper){.length = 77, .sha256 = {7}};
    return state;
}

static struct ratings_event event_of(enum ratings_event_kind kind)
{
    struct ratings_event event = {.kind = kind,
                                  .request = 1,
                                  .generation = 2,
                                  .rater_id = "R-1",
                                  .applicant_id = "P-1",
                                  .association = "PA",
                                  .category = 5,
                                  .age_line = 1,
                                  .role = 1,
                                  .waived = true,
                                  .answers = ratings_answers(0)};
    bool writes = kind == RATINGS_EVENT_DRAFT || kind == RATINGS_EVENT_SUBMITTED ||
                  kind == RATINGS_EVENT_DECLINED;
    if (writes) {
        event.paper = (struct ratings_paper){.length = 99, .sha256 = {9}};
        event.paper_bytes[0] = 1;
    }
    return event;
}

static void outcome_text(struct wf_verdict verdict, const struct ratings_state *after,
                         const struct ratings_effects *effects, char text[static 64])
{
    static const char *const mails[] = {"", "+request", "+reminder", "+thanks"};
    static const char *const papers[] = {"", "+put", "+drop"};
    const struct ratings_request *request = &after->requests[0];
    if (verdict.step == WF_IGNORED)
        (void)snprintf(text, 64, "-");
    else if (verdict.step == WF_REFUSED)
        (void)snprintf(text, 64, "!%s", reason_codes[verdict.reason]);
    else
        (void)snprintf(text, 64, "%s%s%s%s", effects->report[0] ? ">" : "=",
                       effects->report[0] ? state_names[request->state] : "",
                       mails[effects->mail[0]], papers[effects->paper[0]]);
}

START_TEST(every_cell)
{
    enum ratings_state_name name = (enum ratings_state_name)(_i / RATINGS_EVENT_COUNT);
    enum ratings_event_kind kind = (enum ratings_event_kind)(_i % RATINGS_EVENT_COUNT);
    struct ratings_state before = in_state(name), same = before, after = {0};
    static struct ratings_event event;
    struct ratings_effects effects = {0};
    const char *broken;
    char text[64];
    event = event_of(kind);
    ck_assert_msg(ratings_hold(&before, &broken), "%s: %s", state_names[name], broken);
    wf_time now = kind == RATINGS_EVENT_TICK ? ratings_day(41) : ratings_day(3);
    struct wf_verdict verdict =
        ratings_step(ratings_policy_small(), &before, &event, now, &after, &effects);
    outcome_text(verdict, &after, &effects, text);
    ck_assert_msg(!strcmp(text, expected[name][kind]), "%s, event %d: %s instead of %s",
                  state_names[name], (int)kind, text, expected[name][kind]);
    ck_assert_msg(!memcmp(&before, &same, sizeof before), "before was changed");
    if (verdict.step == WF_APPLIED)
        ck_assert_msg(ratings_hold(&after, &broken), "%s", broken);
    else
        ck_assert_msg(!after.requests[0].number && !effects.report[0], "not applied, but written");
}
END_TEST

START_TEST(the_table_of_the_code_is_the_page)
{
    for (int state = 0; state < RATINGS_STATE_COUNT; state++)
        for (int event = 0; event < RATINGS_EVENT_COUNT; event++) {
            enum ratings_action action =
                ratings_cell((enum ratings_state_name)state, (enum ratings_event_kind)event);
            bool ignored = !strcmp(expected[state][event], "-");
            ck_assert_msg(ignored == (action == RATINGS_DO_IGNORE), "state %d, event %d", state,
                          event);
        }
}
END_TEST

int main(void)
{
    TCase *cells = tcase_create("cells");
    tcase_add_loop_test(cells, every_cell, 0, RATINGS_STATE_COUNT * RATINGS_EVENT_COUNT);
    tcase_add_test(cells, the_table_of_the_code_is_the_page);
    Suite *suite = suite_create("ratings_cells");
    suite_add_tcase(suite, cells);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
