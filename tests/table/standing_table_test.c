/* links: standing_core wf_policy wf_base */
/* services/renewal/SPEC.md 2 and 3, case by case, against the shipped policy of South Carolina: due
 * 12-31, grace to 01-31, fee 25, late fee 25. */
#include "standing_core.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { FS = 2, MHS = 5, IMH = 1, ECMH = 2 };

static struct wf_policy_book *book;
static struct standing_policy policy;
static const char *association = "SCIMHA";
static struct standing state;
static struct standing_effects effects;

static wf_date day(const char *text)
{
    wf_date date = 0;
    ck_assert_msg(wf_date_parse(text, &date), "%s", text);
    return date;
}

/* Noon in the east of America. */
static wf_time noon(const char *text)
{
    return wf_time_from_utc_date(day(text)) + 17 * WF_HOUR;
}

static void setup(void)
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

static void teardown(void)
{
    free(book);
}

static struct standing_event event_of(enum standing_kind kind, const char *on)
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

static struct wf_verdict step(const struct standing_event *event, wf_time now)
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

static void applied(enum standing_kind kind, const char *on, const char *today)
{
    struct standing_event event = event_of(kind, on);
    struct wf_verdict verdict = step(&event, noon(today));
    ck_assert_msg(verdict.step == WF_APPLIED, "event %d on %s: step %d reason %d", kind, today,
                  verdict.step, verdict.reason);
}

static void refused(enum standing_kind kind, const char *on, const char *today,
                    enum standing_reason reason)
{
    struct standing_event event = event_of(kind, on);
    struct wf_verdict verdict = step(&event, noon(today));
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_int_eq(verdict.reason, reason);
}

/* Ticks at each deadline up to a day, as the runtime does. */
static void ticks_until(const char *today)
{
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    for (;;) {
        wf_time due = standing_next_deadline(&policy, &state);
        if (due > noon(today))
            return;
        ck_assert_int_eq(step(&tick, due).step, WF_APPLIED);
    }
}

static void deadline_is(const char *expected)
{
    char text[WF_TIME_TEXT];
    wf_time_format(standing_next_deadline(&policy, &state), text);
    ck_assert_str_eq(text, expected);
}

static void mail_is(int32_t number, enum standing_template template)
{
    ck_assert_int_lt(number, effects.mail_count);
    ck_assert_int_eq(effects.mails[number].template, template);
}

/* ---- SPEC 2.2: every cell ---- */

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

static void bring_to(enum standing_phase phase)
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

static const char *const today_in[STANDING_STATE_COUNT] = {
    [STANDING_NONE] = "2025-03-01",       [STANDING_CURRENT] = "2025-06-01",
    [STANDING_OPEN] = "2025-10-15",       [STANDING_GRACE] = "2026-01-15",
    [STANDING_LAPSED] = "2026-02-15",     [STANDING_LEAVE] = "2025-06-01",
    [STANDING_SANCTIONED] = "2025-06-01", [STANDING_LIFTED] = "2025-06-01",
    [STANDING_RETURNING] = "2025-06-01",  [STANDING_EMERITUS] = "2025-06-01",
    [STANDING_ERASED] = "2025-06-01"};

enum { APPLIED = -1, IGNORED = -2 };
#define BECAUSE(reason) STANDING_BECAUSE_##reason

/* tick, granted, submitted, fee, ethics, member, member ended; archived, sanctioned, lifted, leave,
 * retired, reinstatement; erased, other */
static const int expected[STANDING_STATE_COUNT][STANDING_EVENT_COUNT] = {
    [STANDING_NONE] = {IGNORED, APPLIED, BECAUSE(NOT_ENDORSED), BECAUSE(NOT_ENDORSED),
                       BECAUSE(NOT_ENDORSED), APPLIED, IGNORED, BECAUSE(NOT_ENDORSED), APPLIED,
                       BECAUSE(NOT_SANCTIONED), BECAUSE(NOT_ENDORSED), BECAUSE(NOT_ENDORSED),
                       BECAUSE(NOT_ENDORSED), APPLIED, BECAUSE(NOT_YET_SERVED)},
    [STANDING_CURRENT] = {IGNORED, APPLIED, BECAUSE(WINDOW_NOT_OPEN), APPLIED,
                          BECAUSE(WINDOW_NOT_OPEN), APPLIED, IGNORED, APPLIED, APPLIED,
                          BECAUSE(NOT_SANCTIONED), BECAUSE(LEAVE_NOT_OFFERED),
                          BECAUSE(EMERITUS_NOT_OFFERED), BECAUSE(IS_ACTIVE), APPLIED,
                          BECAUSE(NOT_YET_SERVED)},
    [STANDING_OPEN] = {IGNORED, APPLIED, APPLIED, APPLIED, APPLIED, APPLIED, IGNORED, APPLIED,
                       APPLIED, BECAUSE(NOT_SANCTIONED), BECAUSE(LEAVE_NOT_OFFERED),
                       BECAUSE(EMERITUS_NOT_OFFERED), BECAUSE(IS_ACTIVE), APPLIED,
                       BECAUSE(NOT_YET_SERVED)},
    [STANDING_GRACE] = {IGNORED, APPLIED, APPLIED, APPLIED, APPLIED, APPLIED, IGNORED, APPLIED,
                        APPLIED, BECAUSE(NOT_SANCTIONED), BECAUSE(LEAVE_NOT_OFFERED),
                        BECAUSE(EMERITUS_NOT_OFFERED), BECAUSE(IS_ACTIVE), APPLIED,
                        BECAUSE(NOT_YET_SERVED)},
    [STANDING_LAPSED] = {IGNORED, APPLIED, BECAUSE(LAPSED), BECAUSE(LAPSED), BECAUSE(LAPSED),
                         APPLIED, IGNORED, BECAUSE(LAPSED), APPLIED, BECAUSE(NOT_SANCTIONED),
                         BECAUSE(LAPSED), BECAUSE(LAPSED), BECAUSE(BY_APPLICATION), APPLIED,
                         BECAUSE(NOT_YET_SERVED)},
    [STANDING_LEAVE] = {IGNORED, APPLIED, BECAUSE(INACTIVE), BECAUSE(INACTIVE), BECAUSE(INACTIVE),
                        APPLIED, IGNORED, BECAUSE(INACTIVE), APPLIED, BECAUSE(NOT_SANCTIONED),
                        BECAUSE(INACTIVE), BECAUSE(EMERITUS_NOT_OFFERED), APPLIED, APPLIED,
                        BECAUSE(NOT_YET_SERVED)},
    [STANDING_SANCTIONED] = {IGNORED, APPLIED, BECAUSE(SANCTIONED), BECAUSE(SANCTIONED),
                             BECAUSE(SANCTIONED), APPLIED, IGNORED, BECAUSE(SANCTIONED), IGNORED,
                             APPLIED, BECAUSE(SANCTIONED), BECAUSE(SANCTIONED), BECAUSE(SANCTIONED),
                             APPLIED, BECAUSE(NOT_YET_SERVED)},
    [STANDING_LIFTED] = {IGNORED, APPLIED, BECAUSE(INACTIVE), BECAUSE(INACTIVE), BECAUSE(INACTIVE),
                         APPLIED, IGNORED, BECAUSE(INACTIVE), APPLIED, BECAUSE(NOT_SANCTIONED),
                         BECAUSE(INACTIVE), BECAUSE(INACTIVE), BECAUSE(BY_APPLICATION), APPLIED,
                         BECAUSE(NOT_YET_SERVED)},
    [STANDING_RETURNING] = {IGNORED, APPLIED, BECAUSE(INACTIVE), APPLIED, APPLIED, APPLIED, IGNORED,
                            BECAUSE(INACTIVE), APPLIED, BECAUSE(NOT_SANCTIONED), BECAUSE(INACTIVE),
                            BECAUSE(INACTIVE), IGNORED, APPLIED, BECAUSE(NOT_YET_SERVED)},
    [STANDING_EMERITUS] = {IGNORED, APPLIED, BECAUSE(EMERITUS), BECAUSE(EMERITUS),
                           BECAUSE(EMERITUS), APPLIED, IGNORED, BECAUSE(EMERITUS), APPLIED,
                           BECAUSE(NOT_SANCTIONED), BECAUSE(EMERITUS), IGNORED, BECAUSE(EMERITUS),
                           APPLIED, BECAUSE(NOT_YET_SERVED)},
    [STANDING_ERASED] = {IGNORED, BECAUSE(ERASED), BECAUSE(ERASED), BECAUSE(ERASED),
                         BECAUSE(ERASED), IGNORED, IGNORED, BECAUSE(ERASED), BECAUSE(ERASED),
                         BECAUSE(ERASED), BECAUSE(ERASED), BECAUSE(ERASED), BECAUSE(ERASED),
                         IGNORED, BECAUSE(ERASED)},
};

START_TEST(spec_2_2_every_cell)
{
    enum standing_phase phase = (enum standing_phase)(_i / STANDING_EVENT_COUNT);
    enum standing_kind kind = (enum standing_kind)(_i % STANDING_EVENT_COUNT);
    bring_to(phase);
    struct standing before = state;
    struct standing_event event = event_of(kind, today_in[phase]);
    if (kind == STANDING_ON_GRANTED)
        event.age_line = ECMH; /* one that is not held yet */
    if (kind == STANDING_ON_FEE && phase == STANDING_RETURNING)
        event.fee_kind = STANDING_FEE_REINSTATEMENT;
    struct wf_verdict verdict = step(&event, noon(today_in[phase]));
    int result = expected[phase][kind];
    enum wf_step wanted = result == APPLIED   ? WF_APPLIED
                          : result == IGNORED ? WF_IGNORED
                                              : WF_REFUSED;
    ck_assert_msg(verdict.step == wanted, "state %d event %d: step %d reason %d", phase, kind,
                  verdict.step, verdict.reason);
    if (wanted == WF_REFUSED)
        ck_assert_int_eq(verdict.reason, result);
    if (wanted != WF_APPLIED)
        ck_assert_int_eq(memcmp(&before, &state, sizeof state), 0);
    if (kind == STANDING_ON_ERASED && wanted == WF_APPLIED)
        ck_assert_int_eq(state.phase, STANDING_ERASED);
}
END_TEST

/* ---- SPEC 2.3 ---- */

START_TEST(spec_2_3_grant_sets_the_first_due_day)
{
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
    ck_assert_int_eq(effects.reports, 1);
    ck_assert_int_eq(effects.mail_count, 0);
    deadline_is("2025-10-01T04:00:00.000Z"); /* local midnight, daylight saving time */
}
END_TEST

START_TEST(spec_2_3_same_grant_again_is_ignored)
{
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    struct standing_event again = event_of(STANDING_ON_GRANTED, "2025-03-01");
    ck_assert_int_eq(step(&again, noon("2025-03-03")).step, WF_IGNORED);
    strcpy(again.reference, "app-2");
    ck_assert_int_eq(step(&again, noon("2025-03-04")).step, WF_APPLIED);
    ck_assert_int_eq(state.designation_count, 1);
    ck_assert_str_eq(state.designations[0].application, "app-2");
}
END_TEST

START_TEST(spec_2_3_grant_that_arrives_after_its_due_day_is_not_lapsed)
{
    applied(STANDING_ON_GRANTED, "2025-12-29", "2026-02-10");
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

START_TEST(spec_2_3_unknown_association_is_refused)
{
    association = "Nobody";
    refused(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02", BECAUSE(ASSOCIATION_UNKNOWN));
}
END_TEST

START_TEST(spec_2_3_after_a_lapse_a_grant_begins_anew)
{
    bring_to(STANDING_LAPSED);
    struct standing_event event = event_of(STANDING_ON_GRANTED, "2026-03-01");
    strcpy(event.reference, "app-2");
    ck_assert_int_eq(step(&event, noon("2026-03-02")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.designation_count, 1);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

/* ---- SPEC 2.4 to 2.7 ---- */

/* The four facts in every order lead to the same renewal. */
START_TEST(spec_2_7_order_does_not_matter)
{
    static const enum standing_kind kinds[4] = {STANDING_ON_SUBMITTED, STANDING_ON_FEE,
                                                STANDING_ON_ETHICS, STANDING_ON_MEMBER};
    bring_to(STANDING_OPEN);
    unsigned left = 0xf;
    int code = _i;
    for (int n = 4; n > 0; n--) {
        int pick = code % n;
        code /= n;
        int which = 0;
        for (int seen = -1;; which++) {
            seen += (int)(left >> which & 1);
            if (seen == pick)
                break;
        }
        left &= ~(1u << which);
        ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
        applied(kinds[which], kinds[which] == STANDING_ON_MEMBER ? "2026-06-30" : "2025-10-16",
                "2025-10-16");
    }
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
    ck_assert_int_eq(effects.reports, 1);
    mail_is(0, STANDING_MAIL_ACCEPTED);
    ck_assert_int_eq(effects.mails[0].due, day("2026-12-31"));
    ck_assert_int_eq(state.payment_count, 0);
    ck_assert_int_eq(state.ethics_on, 0);
}
END_TEST

START_TEST(spec_2_4_received_says_what_is_missing)
{
    bring_to(STANDING_OPEN);
    applied(STANDING_ON_FEE, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_SUBMITTED, "2025-10-16", "2025-10-16");
    mail_is(0, STANDING_MAIL_RECEIVED);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_ETHICS | WF_NEED_MEMBERSHIP);
    struct standing_event again = event_of(STANDING_ON_SUBMITTED, "2025-10-17");
    ck_assert_int_eq(step(&again, noon("2025-10-17")).step, WF_IGNORED);
}
END_TEST

START_TEST(spec_2_4_what_is_not_held_is_not_renewed)
{
    bring_to(STANDING_OPEN);
    struct standing_event other = event_of(STANDING_ON_SUBMITTED, "2025-10-16");
    other.category = MHS;
    struct wf_verdict verdict = step(&other, noon("2025-10-16"));
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_int_eq(verdict.reason, BECAUSE(NOT_HELD));
    refused(STANDING_ON_SUBMITTED, "2025-10-19", "2025-10-16", BECAUSE(DATE_IMPLAUSIBLE));
    refused(STANDING_ON_ETHICS, "2025-10-19", "2025-10-16", BECAUSE(DATE_IMPLAUSIBLE));
}
END_TEST

START_TEST(spec_2_5_payments)
{
    bring_to(STANDING_OPEN);
    struct standing_event fee = event_of(STANDING_ON_FEE, "2025-10-16");
    strcpy(fee.currency, "AUD");
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).reason, BECAUSE(CURRENCY));
    strcpy(fee.currency, "USD");
    fee.fee_kind = 1;
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).reason, BECAUSE(FEE_KIND));
    fee.fee_kind = STANDING_FEE_RENEWAL;
    fee.amount_minor = 1;
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).step, WF_APPLIED);
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).step, WF_IGNORED); /* the same payment */
    for (int i = 1; i < STANDING_PAYMENTS_MAX; i++) {
        fee.reference[0] = (char)('A' + i);
        ck_assert_int_eq(step(&fee, noon("2025-10-16")).step, WF_APPLIED);
    }
    fee.reference[0] = 'Z';
    ck_assert_int_eq(step(&fee, noon("2025-10-16")).reason, BECAUSE(PAYMENTS_FULL));
}
END_TEST

START_TEST(spec_2_6_membership_must_reach_the_due_day)
{
    bring_to(STANDING_OPEN);
    applied(STANDING_ON_SUBMITTED, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_FEE, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_ETHICS, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_MEMBER, "2025-12-30", "2025-10-16");
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
    applied(STANDING_ON_MEMBER, "2026-06-30", "2025-10-17");
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
    applied(STANDING_ON_MEMBER_ENDED, "2026-01-31", "2026-02-01");
    ck_assert_int_eq(state.member_until, day("2026-01-30"));
}
END_TEST

START_TEST(spec_2_7_each_category_is_renewed_for_itself)
{
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    struct standing_event second = event_of(STANDING_ON_GRANTED, "2025-04-01");
    second.category = MHS;
    strcpy(second.reference, "app-2");
    ck_assert_int_eq(step(&second, noon("2025-04-01")).step, WF_APPLIED);
    ticks_until("2025-10-15");
    applied(STANDING_ON_MEMBER, "2026-06-30", "2025-10-16");
    applied(STANDING_ON_FEE, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_ETHICS, "2025-10-16", "2025-10-16");
    applied(STANDING_ON_SUBMITTED, "2025-10-16", "2025-10-16");
    ck_assert_int_eq(state.designations[0].due, day("2026-12-31"));
    ck_assert_int_eq(state.designations[1].due, day("2025-12-31"));
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    refused(STANDING_ON_SUBMITTED, "2025-10-17", "2025-10-17", BECAUSE(ALREADY_RENEWED));
    ticks_until("2026-02-02");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ACTIVE);
    ck_assert_int_eq(state.designations[1].status, STANDING_IS_LAPSED);
    ck_assert_int_eq(state.designations[1].since, day("2026-02-01"));
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

/* Massachusetts: the cycle of the year of submission needs membership only. */
START_TEST(spec_2_7_free_first_renewal_needs_membership_only)
{
    association = "MassAIMH";
    struct standing_event event = event_of(STANDING_ON_GRANTED, "2025-11-03");
    event.applied_on = day("2025-08-01");
    ck_assert_int_eq(step(&event, noon("2025-11-04")).step, WF_APPLIED);
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_eq(step(&tick, noon("2025-11-04")).step, WF_APPLIED);
    mail_is(0, STANDING_MAIL_OPENED);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_MEMBERSHIP);
    applied(STANDING_ON_MEMBER, "2025-12-31", "2025-11-10");
    mail_is(0, STANDING_MAIL_ACCEPTED);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
    ticks_until("2026-10-01");
    ck_assert_int_eq(effects.mails[0].missing,
                     WF_NEED_MEMBERSHIP | WF_NEED_SUBMISSION | WF_NEED_ETHICS);
}
END_TEST

/* ---- SPEC 3 ---- */

START_TEST(spec_3_a_year_without_renewal)
{
    static const struct {
        const char *at;
        enum standing_phase phase;
        enum standing_template mail;
    } days[] = {
        {"2025-10-01T04:00:00.000Z", STANDING_OPEN, STANDING_MAIL_OPENED},
        {"2025-11-01T13:00:00.000Z", STANDING_OPEN, STANDING_MAIL_REMINDER},
        {"2025-12-01T14:00:00.000Z", STANDING_OPEN, STANDING_MAIL_REMINDER},
        {"2025-12-24T14:00:00.000Z", STANDING_OPEN, STANDING_MAIL_REMINDER},
        {"2026-01-01T05:00:00.000Z", STANDING_GRACE, STANDING_MAIL_OVERDUE},
        {"2026-02-01T05:00:00.000Z", STANDING_LAPSED, STANDING_MAIL_LAPSED},
    };
    bring_to(STANDING_CURRENT);
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        deadline_is(days[i].at);
        wf_time due = standing_next_deadline(&policy, &state);
        ck_assert_int_eq(step(&tick, due - 1).step, WF_IGNORED);
        ck_assert_int_eq(step(&tick, due).step, WF_APPLIED);
        ck_assert_int_eq(state.phase, days[i].phase);
        ck_assert_int_eq(effects.mail_count, 1);
        mail_is(0, days[i].mail);
    }
    ck_assert_int_eq(standing_next_deadline(&policy, &state), WF_NEVER);
    ck_assert_int_eq(effects.reports, 1);
    ck_assert_int_eq(state.designations[0].since, day("2026-02-01"));
}
END_TEST

START_TEST(spec_3_missed_reminders_become_one)
{
    bring_to(STANDING_OPEN);
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_eq(step(&tick, noon("2025-12-20")).step, WF_APPLIED);
    ck_assert_int_eq(effects.mail_count, 1);
    ck_assert_int_eq(state.reminders, 2);
    deadline_is("2025-12-24T14:00:00.000Z");
}
END_TEST

START_TEST(spec_3_endorsed_in_december_is_not_reminded_of_november)
{
    applied(STANDING_ON_GRANTED, "2025-12-10", "2025-12-10");
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_le(standing_next_deadline(&policy, &state), noon("2025-12-10"));
    ck_assert_int_eq(step(&tick, noon("2025-12-10")).step, WF_APPLIED);
    mail_is(0, STANDING_MAIL_OPENED);
    ck_assert_int_eq(effects.mail_count, 1);
    deadline_is("2025-12-24T14:00:00.000Z");
}
END_TEST

START_TEST(spec_3_without_grace_the_name_leaves_with_the_due_day)
{
    association = "CoAIMH";
    struct standing_event event = event_of(STANDING_ON_GRANTED, "2025-03-01");
    ck_assert_int_eq(step(&event, noon("2025-03-02")).step, WF_APPLIED);
    ticks_until("2025-12-31");
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    deadline_is("2026-01-01T07:00:00.000Z"); /* Denver */
    struct standing_event tick = event_of(STANDING_ON_TICK, NULL);
    ck_assert_int_eq(step(&tick, standing_next_deadline(&policy, &state)).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    mail_is(0, STANDING_MAIL_LAPSED);
}
END_TEST

START_TEST(spec_3_an_act_before_the_overdue_tick_is_judged_by_the_day)
{
    bring_to(STANDING_OPEN); /* no tick since October: the due day and the grace have passed */
    refused(STANDING_ON_SUBMITTED, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
    refused(STANDING_ON_FEE, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
    refused(STANDING_ON_ETHICS, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
    applied(STANDING_ON_MEMBER, "2026-06-30", "2026-02-01");
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
}
END_TEST

/* ---- SPEC 2.10 ---- */

START_TEST(domain_9_18_sanction_is_at_once_and_renewal_cannot_bring_back)
{
    association = "MassAIMH";
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    ticks_until("2025-10-15");
    applied(STANDING_ON_SANCTIONED, "2025-10-20", "2025-10-21");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_SANCTIONED);
    ck_assert_int_eq(state.designations[0].since, day("2025-10-20"));
    ck_assert_int_eq(effects.reports, 1);
    mail_is(0, STANDING_MAIL_INACTIVE);
    ck_assert_int_eq(standing_next_deadline(&policy, &state), WF_NEVER);
    applied(STANDING_ON_MEMBER, "2027-12-31", "2025-10-22");
    ck_assert_int_eq(state.phase, STANDING_SANCTIONED);
    refused(STANDING_ON_SUBMITTED, "2025-10-22", "2025-10-22", BECAUSE(SANCTIONED));
    applied(STANDING_ON_LIFTED, "2026-05-01", "2026-05-01");
    ck_assert_int_eq(state.phase, STANDING_LIFTED);
    refused(STANDING_ON_SUBMITTED, "2026-05-02", "2026-05-02", BECAUSE(INACTIVE));
    struct standing_event anew = event_of(STANDING_ON_GRANTED, "2026-09-01");
    strcpy(anew.reference, "app-2");
    ck_assert_int_eq(step(&anew, noon("2026-09-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.designation_count, 1);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ACTIVE);
}
END_TEST

START_TEST(spec_2_10_sanction_before_any_endorsement)
{
    applied(STANDING_ON_SANCTIONED, "2025-02-01", "2025-02-01");
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_SANCTIONED);
    ck_assert_int_eq(state.phase, STANDING_SANCTIONED);
    applied(STANDING_ON_LIFTED, "2025-04-01", "2025-04-01");
    ck_assert_int_eq(state.phase, STANDING_LIFTED);
}
END_TEST

START_TEST(spec_2_10_leave_ends_in_a_lapse_or_a_return)
{
    bring_to(STANDING_LEAVE);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ON_LEAVE);
    struct standing leave = state;
    deadline_is("2026-01-27T05:00:00.000Z");
    ticks_until("2026-01-27");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    ck_assert_int_eq(state.designations[0].since, day("2026-01-27"));
    mail_is(0, STANDING_MAIL_LAPSED);
    state = leave;
    applied(STANDING_ON_REINSTATEMENT, "2025-09-01", "2025-09-01");
    mail_is(0, STANDING_MAIL_RETURN);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_ETHICS | WF_NEED_MEMBERSHIP);
    applied(STANDING_ON_ETHICS, "2025-09-02", "2025-09-02");
    applied(STANDING_ON_MEMBER, "2025-12-31", "2025-09-03");
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.designations[0].since, day("2025-09-03"));
    ck_assert_int_eq(state.cycle_due, day("2025-12-31"));
    mail_is(0, STANDING_MAIL_REINSTATED);
}
END_TEST

START_TEST(spec_2_10_leave_is_bounded)
{
    association = "VAIMH";
    applied(STANDING_ON_GRANTED, "2025-03-01", "2025-03-02");
    struct standing_event leave = event_of(STANDING_ON_LEAVE, "2025-04-01");
    leave.until = day("2027-04-02");
    ck_assert_int_eq(step(&leave, noon("2025-04-01")).reason, BECAUSE(LEAVE_TOO_LONG));
    leave.until = day("2025-04-01");
    ck_assert_int_eq(step(&leave, noon("2025-04-01")).reason, BECAUSE(LEAVE_TOO_LONG));
    leave.until = day("2027-04-01");
    ck_assert_int_eq(step(&leave, noon("2025-04-01")).step, WF_APPLIED);
}
END_TEST

START_TEST(domain_9_17_nebraska_brings_back_for_25_and_an_audit)
{
    association = "NAIMH";
    applied(STANDING_ON_GRANTED, "2023-03-01", "2023-03-02");
    ck_assert_int_eq(state.cycle_due, day("2024-12-31"));
    ticks_until("2025-01-02");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    applied(STANDING_ON_REINSTATEMENT, "2025-02-01", "2025-02-01");
    ck_assert_int_eq(effects.mails[0].fee_missing_minor, 2500);
    applied(STANDING_ON_ETHICS, "2025-02-01", "2025-02-01");
    applied(STANDING_ON_MEMBER, "2025-12-31", "2025-02-01");
    refused(STANDING_ON_FEE, "2025-02-01", "2025-02-01", BECAUSE(FEE_KIND));
    struct standing_event fee = event_of(STANDING_ON_FEE, "2025-02-01");
    fee.fee_kind = STANDING_FEE_REINSTATEMENT;
    ck_assert_int_eq(step(&fee, noon("2025-02-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2027-12-31"));
    ck_assert(state.audit);
}
END_TEST

START_TEST(domain_9_16_archived_is_not_lapsed)
{
    association = "MI-AIMH";
    applied(STANDING_ON_GRANTED, "2024-03-01", "2024-03-02");
    struct standing_event second = event_of(STANDING_ON_GRANTED, "2024-04-01");
    second.age_line = ECMH;
    strcpy(second.reference, "app-2");
    ck_assert_int_eq(step(&second, noon("2024-04-01")).step, WF_APPLIED);
    struct standing_event archive = event_of(STANDING_ON_ARCHIVED, NULL);
    archive.age_line = ECMH;
    ck_assert_int_eq(step(&archive, noon("2024-05-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.designations[1].status, STANDING_IS_ARCHIVED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(step(&archive, noon("2024-05-01")).reason, BECAUSE(NOT_HELD));
    archive.age_line = IMH;
    ck_assert_int_eq(step(&archive, noon("2024-05-01")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ARCHIVED);
}
END_TEST

/* Michigan: two held, one submitted: that one stays, the other drops; one fee. */
START_TEST(domain_9_16_michigan_submits_only_one)
{
    association = "MI-AIMH";
    applied(STANDING_ON_GRANTED, "2023-03-01", "2023-03-02");
    struct standing_event second = event_of(STANDING_ON_GRANTED, "2023-04-01");
    second.age_line = ECMH;
    strcpy(second.reference, "app-2");
    ck_assert_int_eq(step(&second, noon("2023-04-01")).step, WF_APPLIED);
    applied(STANDING_ON_MEMBER, "2024-12-31", "2023-04-01");
    ticks_until("2024-10-05"); /* the year of submission needed membership only */
    ck_assert_int_eq(state.cycle_due, day("2024-12-31"));
    ck_assert_int_eq(state.phase, STANDING_OPEN);
    struct standing_event fee = event_of(STANDING_ON_FEE, "2024-10-06");
    fee.amount_minor = 3000;
    ck_assert_int_eq(step(&fee, noon("2024-10-06")).step, WF_APPLIED);
    applied(STANDING_ON_ETHICS, "2024-10-06", "2024-10-06");
    applied(STANDING_ON_SUBMITTED, "2024-10-06", "2024-10-06");
    ck_assert_int_eq(state.designations[0].due, day("2025-12-31"));
    ticks_until("2025-02-02");
    ck_assert_int_eq(state.designations[0].status, STANDING_IS_ACTIVE);
    ck_assert_int_eq(state.designations[1].status, STANDING_IS_LAPSED);
}
END_TEST

/* ---- domain.md 9, row 13 ---- */

START_TEST(domain_9_13_sc_renewing_in_the_grace_costs_fifty)
{
    bring_to(STANDING_GRACE);
    applied(STANDING_ON_MEMBER, "2026-06-30", "2026-01-20");
    applied(STANDING_ON_ETHICS, "2026-01-20", "2026-01-20");
    applied(STANDING_ON_SUBMITTED, "2026-01-20", "2026-01-20");
    ck_assert_int_eq(effects.mails[0].fee_missing_minor, 5000);
    applied(STANDING_ON_FEE, "2026-01-20", "2026-01-20");
    ck_assert_int_eq(state.phase, STANDING_GRACE);
    struct standing_event late = event_of(STANDING_ON_FEE, "2026-01-21");
    late.fee_kind = STANDING_FEE_LATE;
    strcpy(late.reference, "pay-2");
    ck_assert_int_eq(step(&late, noon("2026-01-21")).step, WF_APPLIED);
    ck_assert_int_eq(state.phase, STANDING_CURRENT);
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

START_TEST(spec_2_7_what_was_done_in_time_owes_no_late_fee)
{
    bring_to(STANDING_OPEN);
    applied(STANDING_ON_SUBMITTED, "2025-12-30", "2025-12-30");
    applied(STANDING_ON_FEE, "2025-12-30", "2025-12-30");
    applied(STANDING_ON_ETHICS, "2025-12-30", "2025-12-30");
    ticks_until("2026-01-05");
    ck_assert_int_eq(state.phase, STANDING_GRACE);
    ck_assert_int_eq(effects.mails[0].missing, WF_NEED_MEMBERSHIP);
    applied(STANDING_ON_MEMBER, "2026-06-30", "2026-01-06");
    ck_assert_int_eq(state.cycle_due, day("2026-12-31"));
}
END_TEST

START_TEST(domain_9_13_sc_on_february_1_the_name_is_off)
{
    bring_to(STANDING_GRACE);
    deadline_is("2026-02-01T05:00:00.000Z");
    ticks_until("2026-02-01");
    ck_assert_int_eq(state.phase, STANDING_LAPSED);
    refused(STANDING_ON_SUBMITTED, "2026-02-01", "2026-02-01", BECAUSE(LAPSED));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing");
    TCase *cases = tcase_create("cells");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, spec_2_2_every_cell, 0, STANDING_STATE_COUNT * STANDING_EVENT_COUNT);
    tcase_add_loop_test(cases, spec_2_7_order_does_not_matter, 0, 24);
    tcase_add_test(cases, spec_2_3_grant_sets_the_first_due_day);
    tcase_add_test(cases, spec_2_3_same_grant_again_is_ignored);
    tcase_add_test(cases, spec_2_3_grant_that_arrives_after_its_due_day_is_not_lapsed);
    tcase_add_test(cases, spec_2_3_unknown_association_is_refused);
    tcase_add_test(cases, spec_2_3_after_a_lapse_a_grant_begins_anew);
    tcase_add_test(cases, spec_2_4_received_says_what_is_missing);
    tcase_add_test(cases, spec_2_4_what_is_not_held_is_not_renewed);
    tcase_add_test(cases, spec_2_5_payments);
    tcase_add_test(cases, spec_2_6_membership_must_reach_the_due_day);
    tcase_add_test(cases, spec_2_7_each_category_is_renewed_for_itself);
    tcase_add_test(cases, spec_2_7_free_first_renewal_needs_membership_only);
    tcase_add_test(cases, spec_2_7_what_was_done_in_time_owes_no_late_fee);
    tcase_add_test(cases, spec_3_a_year_without_renewal);
    tcase_add_test(cases, spec_3_missed_reminders_become_one);
    tcase_add_test(cases, spec_3_endorsed_in_december_is_not_reminded_of_november);
    tcase_add_test(cases, spec_3_without_grace_the_name_leaves_with_the_due_day);
    tcase_add_test(cases, spec_3_an_act_before_the_overdue_tick_is_judged_by_the_day);
    tcase_add_test(cases, domain_9_16_archived_is_not_lapsed);
    tcase_add_test(cases, domain_9_16_michigan_submits_only_one);
    tcase_add_test(cases, domain_9_17_nebraska_brings_back_for_25_and_an_audit);
    tcase_add_test(cases, domain_9_18_sanction_is_at_once_and_renewal_cannot_bring_back);
    tcase_add_test(cases, spec_2_10_sanction_before_any_endorsement);
    tcase_add_test(cases, spec_2_10_leave_ends_in_a_lapse_or_a_return);
    tcase_add_test(cases, spec_2_10_leave_is_bounded);
    tcase_add_test(cases, domain_9_13_sc_renewing_in_the_grace_costs_fifty);
    tcase_add_test(cases, domain_9_13_sc_on_february_1_the_name_is_off);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
