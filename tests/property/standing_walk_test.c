/* links: standing_core wf_policy wf_base */
/* Random lives of a standing at every association that is shipped: invariants hold after each step, a
 * step that is not applied writes nothing, the history replayed gives the same state, every running
 * state has a deadline that a tick moves, and the registry shows exactly what is active. */
#include "standing_core.h"
#include "standing_registry.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 300, STEPS = 80 };

static struct wf_policy_book *book;
static struct standing_policy policy;
static uint64_t seed;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void setup(void)
{
    struct wf_error error = {.code = WF_OK};
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    ck_assert_msg(wf_policy_read(WF_SOURCE_DIR "/deploy/policy", book, &error) == 0, "%s",
                  error.text);
    policy.book = book;
}

static void teardown(void)
{
    free(book);
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

static struct standing_activity activity_draw(wf_date today)
{
    struct standing_activity activity = {.topic = 1 + (int32_t)draw(3),
                                         .training_hundredths = (int32_t)draw(3) * 1000,
                                         .rsc_hundredths = (int32_t)draw(3) * 1000,
                                         .until = today - (wf_date)draw(200)};
    activity.from = activity.until - (wf_date)draw(200);
    activity.peer = draw(4) == 0;
    activity.reviewing = draw(4) == 0;
    activity.provider_named = draw(2) != 0;
    activity.provider_categories = (uint16_t)draw(512);
    (void)snprintf(activity.id, sizeof activity.id, "h%u", (unsigned)draw(100000));
    return activity;
}

static struct standing_event event_draw(const struct wf_association *association, wf_date today)
{
    struct standing_event event = {.category = 1 + (int32_t)draw(8),
                                   .age_line = 1 + (int32_t)draw(2),
                                   .on = today + 1 - (wf_date)draw(40),
                                   .applied_on = today - (wf_date)draw(400)};
    /* Ends of the life are rare, so that lives are long. */
    event.kind = (enum standing_kind)draw(STANDING_EVENT_COUNT);
    bool ends = event.kind == STANDING_ON_ERASED || event.kind == STANDING_ON_SANCTIONED ||
                event.kind == STANDING_ON_RETIRED;
    if (ends && draw(12) != 0)
        event.kind = STANDING_ON_SUBMITTED;
    event.until = today + (wf_date)draw(800);
    if (draw(2) != 0)
        event.category = 2;
    if (event.kind == STANDING_ON_MEMBER)
        event.on = today + (wf_date)draw(800);
    strcpy(event.association, association->id);
    strcpy(event.person, "p1");
    event.reference[0] = (char)('a' + draw(26));
    strcpy(event.currency, association->editions[0].currency);
    event.fee_kind = 3 + (int32_t)draw(3);
    event.amount_minor = draw(3) * 2500;
    event.gives_rsc = draw(2) != 0;
    event.satisfied = draw(2) != 0;
    for (size_t i = 0; i < sizeof event.meta.entropy; i++)
        event.meta.entropy[i] = (uint8_t)draw(256);
    strcpy(event.target, book->associations[draw((uint32_t)book->count)].id);
    event.activity = activity_draw(today);
    return event;
}

struct history {
    struct standing_event events[STEPS];
    wf_time times[STEPS];
    int count;
};

static void registry_agrees(const struct standing *state)
{
    for (int32_t i = 0; i < state->designation_count; i++) {
        char value[STANDING_VALUE_TEXT];
        bool shown = standing_registry_value(state, i, true, value);
        bool active = state->designations[i].status == STANDING_IS_ACTIVE;
        ck_assert_int_eq(shown && strncmp(value, "active|", 7) == 0, active);
    }
}

static void deadline_agrees(const struct standing *state, wf_time deadline)
{
    bool running = state->phase == STANDING_CURRENT || state->phase == STANDING_OPEN ||
                   state->phase == STANDING_GRACE || state->leave_until != 0;
    ck_assert_int_eq(deadline != WF_NEVER, running);
}

/* A tick at its deadline is always applied and moves on. */
static void tick_moves(const struct standing *state, wf_time deadline)
{
    struct standing_event tick = {.kind = STANDING_ON_TICK};
    struct standing after = {0};
    struct standing_effects effects = {0};
    if (deadline == WF_NEVER)
        return;
    ck_assert_int_eq(standing_step(&policy, state, &tick, deadline, &after, &effects).step,
                     WF_APPLIED);
    ck_assert(memcmp(&after, state, sizeof after) != 0);
    ck_assert_int_eq(standing_step(&policy, state, &tick, deadline - 1, &after, &effects).step,
                     WF_IGNORED);
}

static void walk_step(struct standing *state, struct history *history, wf_time now,
                      const struct standing_event *event)
{
    struct standing after = {0};
    struct standing again = {0};
    struct standing_effects effects = {0};
    struct standing_effects effects_again = {0};
    struct wf_verdict verdict = standing_step(&policy, state, event, now, &after, &effects);
    struct wf_verdict same = standing_step(&policy, state, event, now, &again, &effects_again);
    ck_assert_int_eq(verdict.step, same.step);
    ck_assert_int_eq(memcmp(&after, &again, sizeof after), 0);
    ck_assert_int_eq(memcmp(&effects, &effects_again, sizeof effects), 0);
    if (verdict.step != WF_APPLIED) {
        ck_assert(is_zero(&after, sizeof after) && is_zero(&effects, sizeof effects));
        return;
    }
    const char *broken = NULL;
    ck_assert_msg(standing_holds(&after, &broken), "%s", broken);
    ck_assert_int_le(effects.mail_count, STANDING_MAILS_MAX);
    *state = after;
    history->events[history->count] = *event;
    history->times[history->count++] = now;
    wf_time deadline = standing_next_deadline(&policy, state);
    registry_agrees(state);
    deadline_agrees(state, deadline);
    tick_moves(state, deadline);
}

static void replay_agrees(const struct standing *state, const struct history *history)
{
    struct standing replayed = {0};
    for (int i = 0; i < history->count; i++) {
        struct standing after = {0};
        struct standing_effects effects = {0};
        ck_assert_int_eq(standing_step(&policy, &replayed, &history->events[i], history->times[i],
                                       &after, &effects)
                             .step,
                         WF_APPLIED);
        replayed = after;
    }
    ck_assert_int_eq(memcmp(&replayed, state, sizeof replayed), 0);
}

static void walk(const struct wf_association *association)
{
    static struct history history;
    struct standing state = {0};
    wf_time now = wf_time_from_utc_date(
        wf_date_from_civil((struct wf_civil){2019 + (int32_t)draw(9), 1, 1}) + (wf_date)draw(365));
    history.count = 0;
    for (int i = 0; i < STEPS; i++) {
        struct standing_event event =
            event_draw(association, wf_policy_local_date(book, association, now));
        wf_time deadline = standing_next_deadline(&policy, &state);
        if (event.kind == STANDING_ON_TICK && deadline != WF_NEVER && deadline > now)
            now = deadline;
        else
            now += (wf_time)draw(20) * WF_DAY;
        walk_step(&state, &history, now, &event);
    }
    replay_agrees(&state, &history);
}

START_TEST(walks_hold_at_every_association)
{
    ck_assert_int_ge(book->count, 5);
    for (int32_t a = 0; a < book->count; a++) {
        for (unsigned n = 0; n < WALKS; n++) {
            seed = n * 1000003u + (unsigned)a;
            walk(&book->associations[a]);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing walk");
    TCase *cases = tcase_create("walk");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, walks_hold_at_every_association);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
