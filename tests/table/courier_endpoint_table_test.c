/* links: wf_courier_core wf_base */
/* services/courier/SPEC.md 3.1, 3.3 and 3.5, case by case. */
#include "endpoint_core.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define AT ((wf_time)1700000000000)

static struct endpoint before, after;
static struct endpoint_event event;
static struct endpoint_effects effects;

static void given(enum endpoint_state state, unsigned items)
{
    memset(&before, 0, sizeof before);
    before.state = state;
    before.attempt = 7;
    before.due = AT;
    before.delivered = 100;
    before.count = items;
    for (unsigned i = 0; i < items; i++)
        before.items[i].sequence = 101 + i;
    if (state != ENDPOINT_NONE && state != ENDPOINT_OFF)
        strcpy(before.url, "https://portal.example/hook");
}

static enum wf_step when(enum endpoint_kind kind, wf_time now)
{
    memset(&after, 0, sizeof after);
    memset(&effects, 0, sizeof effects);
    event.kind = kind;
    event.attempt = 7;
    strcpy(event.detail, kind == ENDPOINT_ON_ACCEPTED ? "200" : "503");
    strcpy(event.url, "https://portal.example/new");
    event.item.sequence = 101 + before.count;
    event.item.length = 2;
    struct wf_verdict verdict = endpoint_step(NULL, &before, &event, now, &after, &effects);
    const char *broken = NULL;
    if (verdict.step == WF_APPLIED)
        ck_assert_msg(endpoint_holds(&after, &broken), "%s", broken);
    return verdict.step;
}

/* SPEC 3.1: the table of states and events, one item in hand, at the due time. */
static const struct cell {
    enum endpoint_state before;
    enum wf_step steps[ENDPOINT_KIND_COUNT];
    enum endpoint_state after[ENDPOINT_KIND_COUNT];
} rows[] = {
    /* tick, set on, set off, requested, accepted, failed, rejected */
    {ENDPOINT_NONE,
     {WF_IGNORED, WF_APPLIED, WF_APPLIED, WF_IGNORED, WF_IGNORED, WF_IGNORED, WF_IGNORED},
     {0, ENDPOINT_IDLE, ENDPOINT_OFF, 0, 0, 0, 0}},
    {ENDPOINT_OFF,
     {WF_IGNORED, WF_APPLIED, WF_IGNORED, WF_IGNORED, WF_IGNORED, WF_IGNORED, WF_IGNORED},
     {0, ENDPOINT_IDLE, 0, 0, 0, 0, 0}},
    {ENDPOINT_IDLE,
     {WF_IGNORED, WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_IGNORED, WF_IGNORED, WF_IGNORED},
     {0, ENDPOINT_IDLE, ENDPOINT_OFF, ENDPOINT_SENDING, 0, 0, 0}},
    {ENDPOINT_SENDING,
     {WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED},
     {ENDPOINT_WAITING, ENDPOINT_SENDING, ENDPOINT_OFF, ENDPOINT_SENDING, ENDPOINT_IDLE,
      ENDPOINT_WAITING, ENDPOINT_OFF}},
    {ENDPOINT_WAITING,
     {WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_IGNORED, WF_IGNORED, WF_IGNORED},
     {ENDPOINT_SENDING, ENDPOINT_SENDING, ENDPOINT_OFF, ENDPOINT_WAITING, 0, 0, 0}},
};

START_TEST(spec_3_1_cells)
{
    const struct cell *row = &rows[_i];
    bool busy = row->before == ENDPOINT_SENDING || row->before == ENDPOINT_WAITING;
    for (unsigned kind = 0; kind < ENDPOINT_KIND_COUNT; kind++) {
        given(row->before, busy ? 1 : 0);
        ck_assert_msg(when((enum endpoint_kind)kind, AT) == row->steps[kind], "event %u", kind);
        if (row->steps[kind] == WF_APPLIED)
            ck_assert_msg(after.state == row->after[kind], "event %u gives state %d", kind,
                          (int)after.state);
    }
}
END_TEST

START_TEST(spec_3_1_known_sequences_are_ignored)
{
    given(ENDPOINT_WAITING, 2);
    event = (struct endpoint_event){.kind = ENDPOINT_ON_REQUESTED, .item.sequence = 102};
    ck_assert_int_eq(endpoint_step(NULL, &before, &event, AT, &after, &effects).step, WF_IGNORED);
    given(ENDPOINT_IDLE, 0);
    event.item.sequence = 100;
    ck_assert_int_eq(endpoint_step(NULL, &before, &event, AT, &after, &effects).step, WF_IGNORED);
}
END_TEST

START_TEST(spec_3_1_a_full_queue_says_later)
{
    static const struct {
        enum endpoint_state state;
        uint32_t failures;
        wf_time due_in;
        uint32_t later;
    } cases[] = {
        {ENDPOINT_SENDING, 0, 1000, 100},  {ENDPOINT_SENDING, 3, 1000, 1000},
        {ENDPOINT_WAITING, 1, 5000, 5000}, {ENDPOINT_WAITING, 4, 2 * WF_HOUR, 30000},
        {ENDPOINT_WAITING, 1, -1, 100},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        given(cases[i].state, ENDPOINT_ITEMS_MOST);
        before.failures = cases[i].failures;
        before.due = AT + cases[i].due_in;
        event = (struct endpoint_event){.kind = ENDPOINT_ON_REQUESTED, .item.sequence = 500};
        struct wf_verdict verdict = endpoint_step(NULL, &before, &event, AT, &after, &effects);
        ck_assert_int_eq(verdict.step, WF_LATER);
        ck_assert_uint_eq(verdict.later_ms, cases[i].later);
    }
}
END_TEST

START_TEST(spec_3_1_delivery_goes_on_in_order)
{
    given(ENDPOINT_SENDING, 3);
    ck_assert_int_eq(when(ENDPOINT_ON_ACCEPTED, AT), WF_APPLIED);
    ck_assert_uint_eq(after.delivered, 101);
    ck_assert_uint_eq(after.items[0].sequence, 102);
    ck_assert_uint_eq(after.attempt, 8);
    ck_assert(effects.send && !effects.report);
}
END_TEST

START_TEST(spec_3_1_stale_results_are_ignored)
{
    given(ENDPOINT_SENDING, 1);
    for (unsigned kind = ENDPOINT_ON_ACCEPTED; kind <= ENDPOINT_ON_REJECTED; kind++) {
        event = (struct endpoint_event){.kind = (enum endpoint_kind)kind, .attempt = 6};
        ck_assert_int_eq(endpoint_step(NULL, &before, &event, AT, &after, &effects).step,
                         WF_IGNORED);
    }
}
END_TEST

START_TEST(spec_3_3_retry_after_is_kept_to)
{
    static const struct {
        uint32_t failures, asked_s;
        wf_time least;
    } cases[] = {
        {0, 0, 5 * WF_SECOND},   {1, 0, 5 * WF_MINUTE},   {0, 120, 120 * WF_SECOND},
        {2, 60, 30 * WF_MINUTE}, {0, UINT32_MAX, WF_DAY}, {50, 0, 24 * WF_HOUR},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        given(ENDPOINT_SENDING, 1);
        before.failures = cases[i].failures;
        event.retry_after_s = cases[i].asked_s;
        memset(event.meta.entropy, 0xa5, sizeof event.meta.entropy);
        ck_assert_int_eq(when(ENDPOINT_ON_FAILED, AT), WF_APPLIED);
        wf_time wait = after.due - AT;
        ck_assert(wait >= cases[i].least && wait <= cases[i].least + cases[i].least / 4);
        ck_assert_int_eq(after.failing_since, AT);
    }
    event.retry_after_s = 0;
}
END_TEST

START_TEST(spec_3_3_a_success_and_a_new_url_forgive)
{
    static const struct {
        enum endpoint_state state;
        enum endpoint_kind kind;
    } cases[] = {{ENDPOINT_SENDING, ENDPOINT_ON_ACCEPTED},
                 {ENDPOINT_SENDING, ENDPOINT_ON_SET_ON},
                 {ENDPOINT_WAITING, ENDPOINT_ON_SET_ON},
                 {ENDPOINT_WAITING, ENDPOINT_ON_SET_OFF}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        given(cases[i].state, 2);
        before.failures = 4;
        before.failing_since = AT - WF_DAY;
        ck_assert_int_eq(when(cases[i].kind, AT), WF_APPLIED);
        ck_assert_uint_eq(after.failures, 0);
        ck_assert_int_eq(after.failing_since, 0);
    }
}
END_TEST

START_TEST(spec_3_1_the_url_follows_the_setting)
{
    given(ENDPOINT_WAITING, 1);
    ck_assert_int_eq(when(ENDPOINT_ON_SET_ON, AT), WF_APPLIED);
    ck_assert_str_eq(after.url, "https://portal.example/new");
    ck_assert_int_eq(endpoint_next_deadline(NULL, &after), AT + 60 * WF_SECOND);
    before = after;
    before.unreported = 1;
    ck_assert_int_eq(when(ENDPOINT_ON_SET_OFF, AT), WF_APPLIED);
    ck_assert_str_eq(after.url, "");
    ck_assert(effects.report && !effects.disabled);
    ck_assert(endpoint_next_deadline(NULL, &after) == WF_NEVER);
}
END_TEST

START_TEST(spec_3_1_nothing_before_its_time)
{
    for (enum endpoint_state state = ENDPOINT_SENDING; state <= ENDPOINT_WAITING; state++) {
        given(state, 1);
        ck_assert_int_eq(when(ENDPOINT_ON_TICK, AT - 1), WF_IGNORED);
    }
}
END_TEST

START_TEST(spec_3_3_three_days_of_failure_switch_off)
{
    given(ENDPOINT_SENDING, 2);
    before.failing_since = AT - 3 * WF_DAY;
    ck_assert_int_eq(when(ENDPOINT_ON_FAILED, AT), WF_APPLIED);
    ck_assert_int_eq(after.state, ENDPOINT_OFF);
    ck_assert(effects.report && effects.disabled);
    ck_assert_uint_eq(after.count, 0);
    /* set again, it asks from where it was delivered */
    before = after;
    ck_assert_int_eq(when(ENDPOINT_ON_SET_ON, AT), WF_APPLIED);
    before = after;
    event.item.sequence = 101;
    ck_assert_int_eq(when(ENDPOINT_ON_REQUESTED, AT), WF_APPLIED);
}
END_TEST

START_TEST(spec_3_5_reports_at_the_end_of_the_queue_or_after_eight)
{
    given(ENDPOINT_SENDING, 1);
    ck_assert_int_eq(when(ENDPOINT_ON_ACCEPTED, AT), WF_APPLIED);
    ck_assert(effects.report && !effects.disabled);
    given(ENDPOINT_SENDING, 2);
    before.unreported = ENDPOINT_REPORT_EVERY - 1;
    ck_assert_int_eq(when(ENDPOINT_ON_ACCEPTED, AT), WF_APPLIED);
    ck_assert(effects.report && effects.send);
    ck_assert_uint_eq(after.unreported, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("courier_endpoint_table");
    TCase *cases = tcase_create("SPEC 3");
    tcase_add_loop_test(cases, spec_3_1_cells, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(cases, spec_3_1_known_sequences_are_ignored);
    tcase_add_test(cases, spec_3_1_a_full_queue_says_later);
    tcase_add_test(cases, spec_3_1_delivery_goes_on_in_order);
    tcase_add_test(cases, spec_3_1_stale_results_are_ignored);
    tcase_add_test(cases, spec_3_3_retry_after_is_kept_to);
    tcase_add_test(cases, spec_3_3_a_success_and_a_new_url_forgive);
    tcase_add_test(cases, spec_3_1_the_url_follows_the_setting);
    tcase_add_test(cases, spec_3_1_nothing_before_its_time);
    tcase_add_test(cases, spec_3_3_three_days_of_failure_switch_off);
    tcase_add_test(cases, spec_3_5_reports_at_the_end_of_the_queue_or_after_eight);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
