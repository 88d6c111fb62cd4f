#include "standing_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_policy_book *book;
struct standing_policy policy;
const char *association = "SCIMHA";
struct standing state;
struct standing_effects effects;

wf_date day(const char *text)
{
    wf_date date = 0;
    ck_assert_msg(wf_date_parse(text, &date), "%s", text);
    return date;
}

/* Noon in the east of America. */
wf_time noon(const char *text)
{
    return wf_time_from_utc_date(day(text)) + 17 * WF_HOUR;
}

void setup(void)
{
    struct wf_error error = {.code = WF_OK};
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    ck_assert_msg(wf_policy_read(WF_SOURCE_DIR "/deploy/policy", book, &error) == 0, "%s",
                  error.text);
    policy.book = book;
    association = "SCIMHA";
    state = (struct standing){0};
}

void teardown(void)
{
    free(book);
}

struct standing_event event_of(enum standing_kind kind, const char *on)
{
    struct standing_event event = {.kind = kind, .category = FS, .age_line = IMH};
    strcpy(event.association, association);
    strcpy(event.person, "p1");
    event.on = on == NULL ? 0 : day(on);
    if (kind == STANDING_ON_GRANTED) {
        strcpy(event.reference, "app-1");
        strcpy(event.edition, "2025-01-01");
        event.applied_on = event.on - 40;
    }
    if (kind == STANDING_ON_LEAVE)
        event.until = event.on + 300;
    if (kind == STANDING_ON_FEE) {
        strcpy(event.reference, "pay-1");
        strcpy(event.currency, "USD");
        event.fee_kind = STANDING_FEE_RENEWAL;
        event.amount_minor = 2500;
    }
    return event;
}

struct wf_verdict step(const struct standing_event *event, wf_time now)
{
    struct standing after = {0};
    effects = (struct standing_effects){0};
    struct wf_verdict verdict = standing_step(&policy, &state, event, now, &after, &effects);
    if (verdict.step == WF_APPLIED) {
        const char *broken = NULL;
        ck_assert_msg(standing_holds(&after, &broken), "%s", broken);
        state = after;
    }
    return verdict;
}

void applied(enum standing_kind kind, const char *on, const char *today)
{
    struct standing_event event = event_of(kind, on);
    struct wf_verdict verdict = step(&event, noon(today));
    ck_assert_msg(verdict.step == WF_APPLIED, "event %d on %s: step %d reason %d", kind, today,
                  verdict.step, verdict.reason);
}

void refused(enum standing_kind kind, const char *on, const char *today,
             enum standing_reason reason)
{
    struct standing_event event = event_of(kind, on);
    struct wf_verdict verdict = step(&event, noon(today));
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_int_eq(verdict.reason, reason);
}

/* Ticks at each deadline up to a day, as the runtime does. */
void ticks_until(const char *today)
{
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    for (;;) {
        wf_time due = standing_next_deadline(&policy, &state);
        if (due > noon(today))
            return;
        ck_assert_int_eq(step(&tick, due).step, WF_APPLIED);
    }
}

void deadline_is(const char *expected)
{
    char text[WF_TIME_TEXT];
    wf_time_format(standing_next_deadline(&policy, &state), text);
    ck_assert_str_eq(text, expected);
}

void mail_is(int32_t number, enum standing_template template)
{
    ck_assert_int_lt(number, effects.mail_count);
    ck_assert_int_eq(effects.mails[number].template, template);
}

/* Leave and retirement are offered elsewhere than in South Carolina. */
static const char *const where[STANDING_STATE_COUNT] = {
    [STANDING_LEAVE] = "VAIMH", [STANDING_RETURNING] = "VAIMH", [STANDING_EMERITUS] = "CT-AIMH"};

static void bring_out(enum standing_phase phase)
{
    if (phase == STANDING_LEAVE || phase == STANDING_RETURNING)
        applied(STANDING_ON_LEAVE, "2025-04-01", "2025-04-01");
    if (phase == STANDING_RETURNING)
        applied(STANDING_ON_REINSTATEMENT, "2025-05-01", "2025-05-01");
    if (phase == STANDING_SANCTIONED || phase == STANDING_LIFTED)
        applied(STANDING_ON_SANCTIONED, "2025-04-01", "2025-04-01");
    if (phase == STANDING_LIFTED)
        applied(STANDING_ON_LIFTED, "2025-05-01", "2025-05-01");
    if (phase == STANDING_EMERITUS)
        applied(STANDING_ON_RETIRED, "2025-04-01", "2025-04-01");
}

void bring_to(enum standing_phase phase)
{
    if (where[phase] != NULL)
        association = where[phase];
    if (phase == STANDING_NONE)
        return;
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    if (phase == STANDING_OPEN)
        ticks_until("2025-10-15");
    else if (phase == STANDING_GRACE)
        ticks_until("2026-01-15");
    else if (phase == STANDING_LAPSED)
        ticks_until("2026-02-15");
    else if (phase == STANDING_ERASED)
        applied(STANDING_ON_ERASED, NULL, "2025-03-03");
    else
        bring_out(phase);
    ck_assert_int_eq(state.phase, phase);
}
