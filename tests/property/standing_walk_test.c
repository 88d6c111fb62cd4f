/* links: standing_core wf_policy wf_base */
/* Random lives of a standing at every association that is shipped: invariants hold after each step, a
 * step that is not applied writes nothing, the history replayed gives the same state, every running
 * state has a deadline that a tick moves, the registry shows exactly what is active, and rules that begin
 * later leave everything as it was decided before. */
#include "standing_core.h"
#include "standing_registry.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 300, STEPS = 80, ORDERLY_STEPS = 16, ASSOCIATIONS = 14 };

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
    struct standing_event events[STEPS * ORDERLY_STEPS];
    wf_time times[STEPS * ORDERLY_STEPS];
    int count;
};

/* What the walks of one association have met, lest they go where nothing happens. */
static struct {
    bool phases[STANDING_STATE_COUNT];
    int renewed, audited;
} met;

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
    met.phases[after.phase] = true;
    for (int32_t i = 0; i < effects.mail_count; i++) {
        met.renewed += effects.mails[i].template == STANDING_MAIL_ACCEPTED;
        met.audited += effects.mails[i].template == STANDING_MAIL_AUDIT;
    }
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

/* An edition that begins on a day and changes every figure about renewal. */
static void change_rules(struct wf_policy_book *changed, const char *id, wf_date from)
{
    for (int32_t i = 0; i < changed->count; i++) {
        struct wf_association *association = &changed->associations[i];
        if (strcmp(association->id, id) != 0 || association->edition_count == WF_EDITIONS_MAX)
            continue;
        while (association->edition_count > 1 &&
               association->editions[association->edition_count - 1].from >= from)
            association->edition_count--;
        struct wf_edition *last = &association->editions[association->edition_count - 1];
        struct wf_edition *added = &association->editions[association->edition_count++];
        *added = *last;
        added->from = from;
        added->due = (struct wf_month_day){3, 31};
        added->grace_until = (struct wf_month_day){5, 31};
        added->renewal_attested = !last->renewal_attested;
        added->audit_percent = 100 - last->audit_percent;
        added->renewal_late_fee_minor += 1000;
        for (int c = 0; c < WF_CATEGORIES; c++) {
            added->categories[c].renewal_training_hundredths += 1000;
            added->categories[c].renewal_fee_minor += 1000;
        }
    }
}

/* Whether a step is decided by nothing that begins on the day or later. */
static bool is_before(const struct standing *state, wf_date from)
{
    bool before = state->cycle_due < from - 1;
    for (int32_t i = 0; i < state->designation_count; i++)
        before = before && state->designations[i].due < from - 1;
    return before;
}

/* A rule change never alters a decision already made: what came before it comes out the same. */
static void later_rules_change_nothing(const struct wf_association *association,
                                       const struct history *history)
{
    static struct wf_policy_book changed;
    struct standing old = {0};
    struct standing new = {0};
    if (history->count == 0)
        return;
    wf_date from =
        wf_policy_local_date(book, association, history->times[0]) + 400 + (wf_date)draw(400);
    changed = *book;
    change_rules(&changed, association->id, from);
    struct standing_policy later = {.book = &changed};
    for (int i = 0; i < history->count; i++) {
        struct standing after = {0};
        struct standing again = {0};
        struct standing_effects effects = {0};
        wf_date today = wf_policy_local_date(book, association, history->times[i]);
        (void)standing_step(&policy, &old, &history->events[i], history->times[i], &after,
                            &effects);
        if (today >= from - 1 || !is_before(&old, from) || !is_before(&after, from))
            return;
        (void)standing_step(&later, &new, &history->events[i], history->times[i], &again, &effects);
        ck_assert_int_eq(memcmp(&after, &again, sizeof after), 0);
        old = after;
        new = again;
    }
}

/* Everything that a renewal can want, in one go: else hardly a walk would renew anything. */
static void renew_orderly(const struct wf_association *association, struct standing *state,
                          struct history *history, wf_time now)
{
    static const enum standing_kind kinds[] = {
        STANDING_ON_TICK,     STANDING_ON_ACTIVITY, STANDING_ON_ACTIVITY,    STANDING_ON_ACTIVITY,
        STANDING_ON_ACTIVITY, STANDING_ON_ETHICS,   STANDING_ON_NO_SANCTION, STANDING_ON_MEMBER,
        STANDING_ON_FEE,      STANDING_ON_SUBMITTED};
    wf_date today = wf_policy_local_date(book, association, now);
    if (state->cycle_due == 0)
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct standing_event event = event_draw(association, today);
        const struct standing_designation *one = &state->designations[0];
        event.kind = kinds[i];
        event.on = kinds[i] == STANDING_ON_MEMBER ? today + 800 : today;
        event.category = one->category;
        event.age_line = one->age_line;
        event.fee_kind = STANDING_FEE_RENEWAL;
        event.amount_minor = 100000;
        event.activity.topic = (int32_t)i < 4 ? (int32_t)i : STANDING_TOPIC_IMH;
        event.activity.training_hundredths = 5000;
        event.activity.rsc_hundredths = 5000;
        event.activity.provider_categories = 511;
        event.activity.peer = event.activity.reviewing = false;
        event.activity.from = one->hours_from;
        event.activity.until = today < one->due ? today : one->due;
        walk_step(state, history, now, &event);
    }
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
        if (draw(12) == 0)
            renew_orderly(association, &state, &history, now);
        else
            walk_step(&state, &history, now, &event);
    }
    replay_agrees(&state, &history);
    later_rules_change_nothing(association, &history);
}

/* Leave and emeritus are not offered everywhere. */
static bool is_reachable(const struct wf_association *association, enum standing_phase phase)
{
    const struct wf_edition *last = &association->editions[association->edition_count - 1];
    if (phase == STANDING_LEAVE)
        return last->leave_months_max > 0;
    if (phase == STANDING_EMERITUS)
        return last->emeritus;
    if (phase == STANDING_GRACE)
        return last->grace_until.month != 0;
    if (phase == STANDING_RETURNING)
        return last->leave_months_max > 0 || last->reinstate_ratings == 0;
    return true;
}

START_TEST(walks_hold_at_the_association)
{
    ck_assert_int_eq(book->count, ASSOCIATIONS);
    const struct wf_association *association = &book->associations[_i];
    memset(&met, 0, sizeof met);
    for (unsigned n = 0; n < WALKS; n++) {
        seed = n * 1000003u + (unsigned)_i;
        walk(association);
    }
    ck_assert_msg(met.renewed > WALKS / 10, "%s: only %d renewals", association->id, met.renewed);
    bool audits = association->editions[association->edition_count - 1].audit_percent > 0;
    ck_assert_msg(audits == (met.audited > 0), "%s: %d audits", association->id, met.audited);
    for (int phase = 0; phase < STANDING_STATE_COUNT; phase++)
        ck_assert_msg(met.phases[phase] || !is_reachable(association, (enum standing_phase)phase),
                      "%s: never %s", association->id,
                      standing_phase_name((enum standing_phase)phase));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing walk");
    TCase *cases = tcase_create("walk");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, walks_hold_at_the_association, 0, ASSOCIATIONS);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
