/* links: wf_courier_core wf_base */
/* services/courier/SPEC.md 2.1 to 2.7, case by case. */
#include "effect_core.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define AT ((wf_time)1700000000000)

static const struct effect_policy open_policy = {.full = false};

static struct effect given(enum effect_state state, uint32_t attempt)
{
    struct effect effect = {.state = state, .attempt = attempt, .due = AT, .requested = AT};
    strcpy(effect.mail.template_name, "rating-invitation");
    strcpy(effect.mail.to_person, "p1");
    if (state == EFFECT_NONE)
        effect = (struct effect){0};
    return effect;
}

static struct effect_event event_of(enum effect_kind kind, uint32_t attempt)
{
    struct effect_event event = {.kind = kind, .attempt = attempt};
    if (kind == EFFECT_ON_REQUESTED)
        event.mail = given(EFFECT_SENDING, 1).mail;
    else
        strcpy(event.detail, "code");
    return event;
}

/* SPEC 2.1: the table of states and events, for the attempt in hand, at the due time. */
static const struct cell {
    enum effect_state before;
    enum effect_kind kind;
    enum wf_step step;
    enum effect_state after;
    bool send, report, end;
} cells[] = {
    {EFFECT_NONE, EFFECT_ON_REQUESTED, WF_APPLIED, EFFECT_SENDING, .send = true},
    {EFFECT_NONE, EFFECT_ON_ACCEPTED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_NONE, EFFECT_ON_FAILED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_NONE, EFFECT_ON_REJECTED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_NONE, EFFECT_ON_NO_ADDRESS, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_NONE, EFFECT_ON_UNCERTAIN, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_NONE, EFFECT_ON_TICK, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_SENDING, EFFECT_ON_REQUESTED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_SENDING, EFFECT_ON_ACCEPTED, WF_APPLIED, EFFECT_SENT, .report = true},
    {EFFECT_SENDING, EFFECT_ON_FAILED, WF_APPLIED, EFFECT_WAITING, 0, 0, 0},
    {EFFECT_SENDING, EFFECT_ON_REJECTED, WF_APPLIED, EFFECT_BOUNCED, .report = true},
    {EFFECT_SENDING, EFFECT_ON_NO_ADDRESS, WF_APPLIED, EFFECT_WAITING, 0, 0, 0},
    {EFFECT_SENDING, EFFECT_ON_UNCERTAIN, WF_APPLIED, EFFECT_WAITING, 0, 0, 0},
    {EFFECT_SENDING, EFFECT_ON_TICK, WF_APPLIED, EFFECT_WAITING, 0, 0, 0},
    {EFFECT_WAITING, EFFECT_ON_REQUESTED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_WAITING, EFFECT_ON_ACCEPTED, WF_APPLIED, EFFECT_SENT, .report = true},
    {EFFECT_WAITING, EFFECT_ON_FAILED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_WAITING, EFFECT_ON_REJECTED, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_WAITING, EFFECT_ON_NO_ADDRESS, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_WAITING, EFFECT_ON_UNCERTAIN, WF_IGNORED, 0, 0, 0, 0},
    {EFFECT_WAITING, EFFECT_ON_TICK, WF_APPLIED, EFFECT_SENDING, .send = true},
};

START_TEST(spec_2_1_cells)
{
    const struct cell *cell = &cells[_i];
    struct effect before = given(cell->before, 1), after = {0};
    struct effect_event event = event_of(cell->kind, 1);
    struct effect_effects effects = {0};
    struct wf_verdict verdict = effect_step(&open_policy, &before, &event, AT, &after, &effects);
    ck_assert_int_eq(verdict.step, cell->step);
    if (cell->step != WF_APPLIED)
        return;
    ck_assert_int_eq(after.state, cell->after);
    ck_assert_int_eq(effects.send, cell->send);
    ck_assert_int_eq(effects.report, cell->report);
    ck_assert_int_eq(effects.end, cell->end);
    const char *broken = NULL;
    ck_assert_msg(effect_holds(&after, &broken), "%s", broken);
}
END_TEST

START_TEST(spec_2_1_ended_states_take_nothing)
{
    for (unsigned state = EFFECT_SENT; state < EFFECT_STATE_COUNT; state++) {
        for (unsigned kind = 0; kind < EFFECT_KIND_COUNT; kind++) {
            struct effect before = given((enum effect_state)state, 1), after = {0};
            struct effect_event event = event_of((enum effect_kind)kind, 1);
            struct effect_effects effects = {0};
            struct wf_verdict verdict =
                effect_step(&open_policy, &before, &event, AT, &after, &effects);
            ck_assert_int_eq(verdict.step, kind == EFFECT_ON_TICK ? WF_APPLIED : WF_IGNORED);
            ck_assert_int_eq(effects.end, kind == EFFECT_ON_TICK);
        }
    }
}
END_TEST

START_TEST(spec_2_1_a_result_of_another_attempt_counts_only_if_accepted)
{
    struct effect before = given(EFFECT_SENDING, 2), after = {0};
    struct effect_effects effects = {0};
    for (unsigned kind = EFFECT_ON_FAILED; kind <= EFFECT_ON_UNCERTAIN; kind++) {
        struct effect_event event = event_of((enum effect_kind)kind, 1);
        ck_assert_int_eq(effect_step(&open_policy, &before, &event, AT, &after, &effects).step,
                         WF_IGNORED);
    }
    struct effect_event accepted = event_of(EFFECT_ON_ACCEPTED, 1);
    ck_assert_int_eq(effect_step(&open_policy, &before, &accepted, AT, &after, &effects).step,
                     WF_APPLIED);
    ck_assert_int_eq(after.state, EFFECT_SENT);
    ck_assert_uint_eq(after.possibly_twice, 1);
    struct effect_event unheard = event_of(EFFECT_ON_ACCEPTED, 3);
    ck_assert_int_eq(effect_step(&open_policy, &before, &unheard, AT, &after, &effects).step,
                     WF_IGNORED);
}
END_TEST

START_TEST(spec_2_1_requested_waits_while_the_mailer_is_full)
{
    struct effect_policy full = {.full = true};
    struct effect before = {0}, after = {0};
    struct effect_event event = event_of(EFFECT_ON_REQUESTED, 0);
    struct effect_effects effects = {0};
    struct wf_verdict verdict = effect_step(&full, &before, &event, AT, &after, &effects);
    ck_assert_int_eq(verdict.step, WF_LATER);
    ck_assert_uint_eq(verdict.later_ms, EFFECT_LATER_MS);
    /* but a tick is never put off */
    before = given(EFFECT_WAITING, 1);
    event = event_of(EFFECT_ON_TICK, 0);
    ck_assert_int_eq(effect_step(&full, &before, &event, AT, &after, &effects).step, WF_APPLIED);
}
END_TEST

START_TEST(spec_2_3_schedule_and_jitter)
{
    static const wf_time minutes[] = {1, 5, 30, 120, 300, 600, 840, 1440};
    struct effect state = {0};
    struct effect_event event = event_of(EFFECT_ON_REQUESTED, 0);
    wf_time now = AT;
    for (unsigned attempt = 1; attempt <= EFFECT_ATTEMPTS_MOST; attempt++) {
        struct effect after = {0};
        struct effect_effects effects = {0};
        ck_assert_int_eq(effect_step(&open_policy, &state, &event, now, &after, &effects).step,
                         WF_APPLIED);
        ck_assert(effects.send);
        ck_assert_uint_eq(after.attempt, attempt);
        state = after;
        event = event_of(EFFECT_ON_FAILED, attempt);
        memset(event.meta.entropy, (int)(attempt * 37), sizeof event.meta.entropy);
        effects = (struct effect_effects){0};
        ck_assert_int_eq(effect_step(&open_policy, &state, &event, now, &after, &effects).step,
                         WF_APPLIED);
        state = after;
        if (attempt == EFFECT_ATTEMPTS_MOST)
            break;
        wf_time wait = state.due - now, least = minutes[attempt - 1] * WF_MINUTE;
        ck_assert_msg(wait >= least && wait <= least + least / 4, "attempt %u waits %lld", attempt,
                      (long long)wait);
        now = state.due;
        event = event_of(EFFECT_ON_TICK, 0);
    }
    ck_assert_int_eq(state.state, EFFECT_GIVEN_UP);
}
END_TEST

START_TEST(spec_2_1_an_attempt_begins)
{
    struct effect before = {0}, after = {0};
    struct effect_effects effects = {0};
    struct effect_event event = event_of(EFFECT_ON_REQUESTED, 0);
    (void)effect_step(&open_policy, &before, &event, AT, &after, &effects);
    ck_assert_int_eq(after.requested, AT);
    ck_assert_int_eq(effect_next_deadline(&open_policy, &after), AT + 2 * WF_MINUTE);
    ck_assert_str_eq(after.mail.to_person, "p1");
}
END_TEST

START_TEST(spec_2_4_no_result_is_resent_or_held)
{
    struct effect before = given(EFFECT_SENDING, 1), after = {0};
    struct effect_effects effects = {0};
    struct effect_event tick = event_of(EFFECT_ON_TICK, 0);
    before.due = AT + EFFECT_OVERDUE;
    ck_assert_int_eq(effect_step(&open_policy, &before, &tick, AT, &after, &effects).step,
                     WF_IGNORED);
    wf_time late = before.due;
    ck_assert_int_eq(effect_step(&open_policy, &before, &tick, late, &after, &effects).step,
                     WF_APPLIED);
    ck_assert_int_eq(after.state, EFFECT_WAITING);
    ck_assert_uint_eq(after.possibly_twice, 1);
    ck_assert_str_eq(after.detail, "no result");

    before.mail.hold = true;
    ck_assert_int_eq(effect_step(&open_policy, &before, &tick, late, &after, &effects).step,
                     WF_APPLIED);
    ck_assert_int_eq(after.state, EFFECT_UNCERTAIN);
    ck_assert(effects.report);
}
END_TEST

START_TEST(spec_2_5_no_address_three_times)
{
    struct effect before = given(EFFECT_SENDING, 3), after = {0};
    struct effect_effects effects = {0};
    struct effect_event event = event_of(EFFECT_ON_NO_ADDRESS, 3);
    before.missing = 2;
    ck_assert_int_eq(effect_step(&open_policy, &before, &event, AT, &after, &effects).step,
                     WF_APPLIED);
    ck_assert_int_eq(after.state, EFFECT_NO_ADDRESS);
    ck_assert(effects.report);
}
END_TEST

START_TEST(spec_2_5_a_link_does_not_wait_for_an_address)
{
    struct effect before = given(EFFECT_SENDING, 1), after = {0};
    struct effect_effects effects = {0};
    struct effect_event event = event_of(EFFECT_ON_NO_ADDRESS, 1);
    strcpy(before.mail.link_application, "MA-1");
    ck_assert_int_eq(effect_step(&open_policy, &before, &event, AT, &after, &effects).step,
                     WF_APPLIED);
    ck_assert_int_eq(after.state, EFFECT_NO_ADDRESS);
    ck_assert(effects.report);
}
END_TEST

START_TEST(spec_2_7_retention)
{
    struct effect before = given(EFFECT_SENDING, 1), after = {0};
    struct effect_effects effects = {0};
    struct effect_event event = event_of(EFFECT_ON_ACCEPTED, 1);
    (void)effect_step(&open_policy, &before, &event, AT, &after, &effects);
    ck_assert_int_eq(effect_next_deadline(&open_policy, &after), AT + 30 * WF_DAY);
    ck_assert(effect_next_deadline(&open_policy, &(struct effect){0}) == WF_NEVER);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("courier_effect_table");
    TCase *cases = tcase_create("SPEC 2");
    tcase_add_loop_test(cases, spec_2_1_cells, 0, (int)(sizeof cells / sizeof cells[0]));
    tcase_add_test(cases, spec_2_1_ended_states_take_nothing);
    tcase_add_test(cases, spec_2_1_a_result_of_another_attempt_counts_only_if_accepted);
    tcase_add_test(cases, spec_2_1_requested_waits_while_the_mailer_is_full);
    tcase_add_test(cases, spec_2_3_schedule_and_jitter);
    tcase_add_test(cases, spec_2_1_an_attempt_begins);
    tcase_add_test(cases, spec_2_4_no_result_is_resent_or_held);
    tcase_add_test(cases, spec_2_5_no_address_three_times);
    tcase_add_test(cases, spec_2_5_a_link_does_not_wait_for_an_address);
    tcase_add_test(cases, spec_2_7_retention);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
