/* links: wf_courier_core wf_base */
/* Random walks through both machines: invariants hold after every step, a step that is not applied
 * writes nothing, the same step gives the same result, every mail ends, and webhooks are delivered
 * in order without a gap. */
#include "effect_core.h"
#include "endpoint_core.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 3000, STEPS = 60 };

static uint64_t seed;
static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void fill_entropy(struct wf_event_meta *meta)
{
    for (size_t i = 0; i < sizeof meta->entropy; i++)
        meta->entropy[i] = (uint8_t)draw(256);
}

static bool is_zero(const void *memory, size_t size)
{
    const uint8_t *bytes = memory;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i])
            return false;
    }
    return true;
}

static bool effect_walk_step(struct effect *state, wf_time *now, unsigned *reports)
{
    struct effect_policy policy = {.full = draw(8) == 0};
    struct effect_event event = {.kind = (enum effect_kind)draw(EFFECT_KIND_COUNT),
                                 .attempt = draw(4) ? state->attempt : draw(10)};
    fill_entropy(&event.meta);
    if (event.kind == EFFECT_ON_REQUESTED) {
        strcpy(event.mail.template_name, "t");
        strcpy(event.mail.to_person, "p");
        event.mail.hold = draw(2);
    }
    wf_time due = effect_next_deadline(&policy, state);
    if (event.kind == EFFECT_ON_TICK && due != WF_NEVER && draw(3))
        *now = due > *now ? due : *now;
    struct effect after = {0}, again = {0};
    struct effect_effects effects = {0}, effects_again = {0};
    struct wf_verdict verdict = effect_step(&policy, state, &event, *now, &after, &effects);
    struct wf_verdict same = effect_step(&policy, state, &event, *now, &again, &effects_again);
    ck_assert_int_eq(verdict.step, same.step);
    ck_assert(memcmp(&after, &again, sizeof after) == 0);
    if (verdict.step != WF_APPLIED) {
        ck_assert(is_zero(&after, sizeof after) && is_zero(&effects, sizeof effects));
        return true;
    }
    const char *broken = NULL;
    ck_assert_msg(effect_holds(&after, &broken), "%s", broken);
    ck_assert_int_eq(effects.send, after.attempt == state->attempt + 1);
    ck_assert_int_eq(effects.report, effect_ended(after.state) && !effect_ended(state->state));
    *reports += effects.report;
    *state = after;
    return !effects.end;
}

START_TEST(every_mail_is_reported_once_and_ends)
{
    for (unsigned walk = 0; walk < WALKS; walk++) {
        seed = walk + 1;
        struct effect state = {0};
        wf_time now = 1700000000000;
        unsigned reports = 0;
        bool lives = true;
        for (unsigned i = 0; lives && i < STEPS; i++)
            lives = effect_walk_step(&state, &now, &reports);
        /* left alone, its deadlines carry it to its end */
        for (unsigned i = 0; lives && state.state != EFFECT_NONE; i++) {
            ck_assert_uint_lt(i, 3 * EFFECT_ATTEMPTS_MOST);
            struct effect after = {0};
            struct effect_effects effects = {0};
            struct effect_event tick = {.kind = EFFECT_ON_TICK};
            now = effect_next_deadline(NULL, &state);
            ck_assert_int_eq(
                effect_step(&(struct effect_policy){0}, &state, &tick, now, &after, &effects).step,
                WF_APPLIED);
            reports += effects.report;
            lives = !effects.end;
            state = after;
        }
        ck_assert_uint_eq(reports, state.state == EFFECT_NONE ? 0 : 1);
    }
}
END_TEST

static struct endpoint endpoint, endpoint_after;
static struct endpoint_event endpoint_event;

static enum wf_step endpoint_walk_step(enum endpoint_kind kind, uint64_t next, wf_time *now,
                                       struct endpoint_effects *effects)
{
    memset(&endpoint_event, 0, sizeof endpoint_event);
    memset(&endpoint_after, 0, sizeof endpoint_after);
    endpoint_event.kind = kind;
    endpoint_event.attempt = draw(5) ? endpoint.attempt : draw(20);
    endpoint_event.retry_after_s = draw(4) ? 0 : draw(100000);
    endpoint_event.item.sequence = next;
    strcpy(endpoint_event.url, "https://portal.example/");
    fill_entropy(&endpoint_event.meta);
    wf_time due = endpoint_next_deadline(NULL, &endpoint);
    if (kind == ENDPOINT_ON_TICK && due != WF_NEVER && due > *now)
        *now = due;
    struct wf_verdict verdict =
        endpoint_step(NULL, &endpoint, &endpoint_event, *now, &endpoint_after, effects);
    const char *broken = NULL;
    if (verdict.step == WF_APPLIED)
        ck_assert_msg(endpoint_holds(&endpoint_after, &broken), "%s", broken);
    else
        ck_assert(is_zero(&endpoint_after, sizeof endpoint_after));
    return verdict.step;
}

START_TEST(webhooks_are_delivered_in_order_without_a_gap_unless_switched_off)
{
    for (unsigned walk = 0; walk < WALKS / 20; walk++) {
        seed = walk + 77;
        memset(&endpoint, 0, sizeof endpoint);
        wf_time now = 1700000000000;
        uint64_t next = 1;
        for (unsigned i = 0; i < STEPS; i++) {
            struct endpoint_effects effects = {0};
            uint32_t dice = draw(20);
            enum endpoint_kind kind = dice < 8    ? ENDPOINT_ON_REQUESTED
                                      : dice < 12 ? ENDPOINT_ON_ACCEPTED
                                                  : (enum endpoint_kind)draw(ENDPOINT_KIND_COUNT);
            if (endpoint_walk_step(kind, next, &now, &effects) != WF_APPLIED)
                continue;
            if (kind == ENDPOINT_ON_REQUESTED)
                next++;
            ck_assert(endpoint_after.delivered == endpoint.delivered ||
                      endpoint_after.delivered == endpoint.delivered + 1);
            ck_assert(!effects.send || endpoint_after.attempt == endpoint.attempt + 1);
            endpoint = endpoint_after;
            if (endpoint.state == ENDPOINT_OFF) /* the sender goes on from what was delivered */
                next = endpoint.delivered + 1;
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("courier_walk");
    TCase *cases = tcase_create("walks");
    tcase_add_test(cases, every_mail_is_reported_once_and_ends);
    tcase_add_test(cases, webhooks_are_delivered_in_order_without_a_gap_unless_switched_off);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
