/* links: intake_kit wf_intake wf_intake_core wf_policy wf_port wf_base */
/* Portals: every cell of their grid, keys that overlap while they change, numbers.  intake SPEC 5. */
#include "application_script.h"
#include "portal_codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct application_script rules;
static struct portal_state state;
static struct portal_effects effects;
static struct wf_verdict verdict;
static struct portal_event *event; /* big: an outcome's data is inside */

static void open_portal(void)
{
    application_script_open(&rules);
    memset(&state, 0, sizeof state);
    event = calloc(1, sizeof *event);
    ck_assert_ptr_nonnull(event);
}
static void close_portal(void)
{
    application_script_close(&rules);
    free(event);
}

static void begin(enum portal_event_id kind)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->meta.self = wf_address_make(WF_INTAKE, "portal", "MA");
}

static void assert_stored(void)
{
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    struct portal_state read = {0};
    portal_write(&state, &fields);
    ck_assert_msg(portal_read(&fields, &read, &error) == 0, "%s", error.text);
    ck_assert_mem_eq(&read, &state, sizeof read);
    wf_fields_fini(&fields);
}

static void step(void)
{
    struct portal_state after = {0};
    const char *broken = "";
    memset(&effects, 0, sizeof effects);
    verdict = portal_step(&rules.policy, &state, event, rules.now, &after, &effects);
    if (verdict.step == WF_APPLIED)
        state = after;
    ck_assert_msg(portal_holds(&state, &broken), "%s", broken);
    ck_assert(portal_next_deadline(&rules.policy, &state) == WF_NEVER);
    assert_stored();
}

static void put(const char *association, char key, const char *url)
{
    begin(PORTAL_EVENT_PUT);
    event->is.put.association_count = 1;
    (void)snprintf(event->is.put.associations[0].id, sizeof event->is.put.associations[0].id, "%s",
                   association);
    if (key)
        memset(event->is.put.key.z85, key, PORTAL_KEY);
    (void)snprintf(event->is.put.webhook_url, sizeof event->is.put.webhook_url, "%s", url);
    step();
}

static void rotate(char key, uint8_t token)
{
    begin(PORTAL_EVENT_ROTATE);
    if (key)
        memset(event->is.put.key.z85, key, PORTAL_KEY);
    event->is.put.has_token = token != 0;
    memset(event->is.put.token.sha256, token, PORTAL_TOKEN);
    step();
}

static void simple(enum portal_event_id kind)
{
    begin(kind);
    step();
}

static void assert_refused(enum portal_reason_id reason)
{
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_str_eq(portal_reasons[verdict.reason].code, portal_reasons[reason].code);
}

START_TEST(nothing_is_done_to_a_portal_that_is_not_there)
{
    rotate('A', 0);
    assert_refused(PORTAL_REASON_UNKNOWN);
    simple(PORTAL_EVENT_REVOKE);
    assert_refused(PORTAL_REASON_UNKNOWN);
    simple(PORTAL_EVENT_TICK);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    simple(PORTAL_EVENT_WEBHOOK_REPORTED);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
}
END_TEST

START_TEST(a_portal_needs_a_key_and_known_associations)
{
    put("One", 0, "");
    assert_refused(PORTAL_REASON_NO_KEY);
    put("Nowhere", 'A', "");
    assert_refused(PORTAL_REASON_ASSOCIATION_UNKNOWN);
    begin(PORTAL_EVENT_PUT);
    memset(event->meta.self.id, 'x', PORTAL_ID_MAX + 1);
    step();
    assert_refused(PORTAL_REASON_ID_LONG);
    put("One", 'A', "");
    ck_assert_int_eq(state.state, PORTAL_ACTIVE);
    ck_assert_int_eq(effects.list[0], PORTAL_CARD);
    ck_assert_int_eq(effects.list[1], PORTAL_ENDPOINT);
    put("Two", 0, ""); /* the key stays */
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(state.keys[0].z85[0], 'A');
    ck_assert_str_eq(state.associations[0].id, "Two");
}
END_TEST

START_TEST(the_newest_two_keys_and_tokens_are_good)
{
    put("One", 'A', "");
    rotate('B', 1);
    ck_assert_int_eq(state.key_count, 2);
    ck_assert_int_eq(state.token_count, 1);
    rotate('B', 2); /* said again */
    ck_assert_int_eq(state.keys[1].z85[0], 'A');
    rotate('C', 3);
    ck_assert_int_eq(state.keys[0].z85[0], 'C');
    ck_assert_int_eq(state.keys[1].z85[0], 'B');
    ck_assert_uint_eq(state.tokens[0].sha256[0], 3);
    ck_assert_uint_eq(state.tokens[1].sha256[0], 2);
    rotate(0, 0);
    assert_refused(PORTAL_REASON_NO_KEY);
}
END_TEST

START_TEST(a_revoked_portal_keeps_nothing_but_its_log)
{
    put("One", 'A', "https://portal.example/hook");
    simple(PORTAL_EVENT_OUTCOME);
    simple(PORTAL_EVENT_REVOKE);
    ck_assert_int_eq(state.state, PORTAL_REVOKED);
    ck_assert_int_eq(state.key_count + state.token_count, 0);
    ck_assert_int_eq(effects.list[1], PORTAL_ENDPOINT);
    rotate('B', 0);
    assert_refused(PORTAL_REASON_REVOKED);
    simple(PORTAL_EVENT_REVOKE);
    assert_refused(PORTAL_REASON_REVOKED);
    simple(PORTAL_EVENT_OUTCOME);
    ck_assert_uint_eq(state.outcomes, 2);
    ck_assert_int_eq(effects.count, 1); /* logged, not pushed */
    put("One", 'D', "");
    ck_assert_int_eq(state.state, PORTAL_ACTIVE);
    ck_assert_int_eq(state.key_count, 1);
    ck_assert_uint_eq(state.outcomes, 2);
}
END_TEST

START_TEST(outcomes_are_pushed_while_the_webhook_lives)
{
    put("One", 'A', "https://portal.example/hook");
    simple(PORTAL_EVENT_OUTCOME);
    ck_assert_int_eq(effects.count, 2);
    ck_assert_int_eq(effects.list[1], PORTAL_PUSH);
    begin(PORTAL_EVENT_WEBHOOK_REPORTED);
    event->is.webhook.sequence = 1;
    step();
    ck_assert_uint_eq(state.delivered, 1);
    step();
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    event->is.webhook.disabled = true;
    step();
    ck_assert(state.webhook_off);
    simple(PORTAL_EVENT_OUTCOME);
    ck_assert_int_eq(effects.count, 1);
    put("One", 0, "https://portal.example/hook"); /* set again: it lives */
    simple(PORTAL_EVENT_OUTCOME);
    ck_assert_int_eq(effects.count, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("portal");
    TCase *tests = tcase_create("portal");
    tcase_add_checked_fixture(tests, open_portal, close_portal);
    tcase_add_test(tests, nothing_is_done_to_a_portal_that_is_not_there);
    tcase_add_test(tests, a_portal_needs_a_key_and_known_associations);
    tcase_add_test(tests, the_newest_two_keys_and_tokens_are_good);
    tcase_add_test(tests, a_revoked_portal_keeps_nothing_but_its_log);
    tcase_add_test(tests, outcomes_are_pushed_while_the_webhook_lives);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
