/* links: desk_core */
/* DESK 2.2 and 3, every cell: what happens to a seat and to a reader in that state. */
#include "reader_core.h"
#include "seat_core.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const wf_time now = INT64_C(1800000000000);
static struct wf_exam_book *book;
static struct seat_policy policy;

static const char *const state_names[] = {
#define SEAT_STATE(symbol, name) name,
#include "seat_states.def"
#undef SEAT_STATE
};
static const char *const reason_codes[] = {
#define WF_X(symbol, code, text) code,
    SEAT_REASONS(WF_X)
#undef WF_X
};

/* Written from the page, not from the code.  "-" ignored, "!code" refused, ">state" applied; then +list,
 * +report, +text or +sheet put, -text dropped, +forget. */
#define GONE "!not-yours"
#define LEFT                                                                                       \
    {                                                                                              \
        ">same+forget", "-", ">same+forget", "-", ">closed+forget", "-", GONE, GONE, GONE, GONE,   \
            GONE, GONE, GONE, GONE, GONE                                                           \
    }
static const char *const expected[SEAT_STATE_COUNT][SEAT_EVENT_COUNT] = {
    /* tick offered text paused closed allowed | accept decline open save submit recuse question known correct */
    [SEAT_UNKNOWN] = {"-", ">offered+list+text", "-", "-", "-", "-", GONE, GONE, GONE, GONE, GONE,
                      GONE, GONE, GONE, GONE},
    [SEAT_OFFERED] = {"-", "-", ">offered+list+text+forget", ">offered+list",
                      ">closed+list-text+forget", "-", ">accepted+list+report",
                      ">declined+list+report-text+forget", "!accept-first", "!accept-first",
                      "!accept-first", "!accept-first", "!accept-first", "!not-locked",
                      "!not-locked"},
    [SEAT_ACCEPTED] = {"-", "-", ">accepted+list+text+forget", ">accepted+list",
                       ">closed+list-text+forget", "-", "-", "!recuse-instead",
                       ">opened+list+report", "!open-first", "!open-first",
                       ">recused+list+report-text+forget", "!open-first", "!not-locked",
                       "!not-locked"},
    [SEAT_OPENED] = {"-", "-", ">opened+list+text+forget", ">opened+list",
                     ">closed+list-text+forget", "-", "-", "!recuse-instead", "-", ">opened+sheet",
                     ">locked+list+report+sheet", ">recused+list+report-text+forget",
                     ">opened+list+report", "!not-locked", "!not-locked"},
    [SEAT_LOCKED] = {"-", "-", ">locked+list+text+forget", ">locked+list",
                     ">closed+list-text+forget", ">opened+list", "-", "!locked", "-", "!locked",
                     "!locked", "!locked", ">locked+list+report", ">locked+report",
                     ">locked+report"},
    [SEAT_DECLINED] = LEFT,
    [SEAT_RECUSED] = LEFT,
    [SEAT_CLOSED] = {">same+forget", "-", ">same+forget", "-", "-", "-", GONE, GONE, GONE, GONE,
                     GONE, GONE, GONE, GONE, GONE},
};

static void setup(void)
{
    book = calloc(1, sizeof *book);
    struct wf_exam_form *form = &book->forms[0];
    book->count = 1;
    strcpy(form->name, "small");
    form->prompt_count = 1;
    strcpy(form->prompts[0].id, "one");
    form->criterion_count = 2;
    form->comment_count = 2;
    for (int i = 0; i < 2; i++) {
        (void)snprintf(form->criteria[i].id, sizeof form->criteria[i].id, "trait%d", i + 1);
        form->criteria[i].most = 5;
        (void)snprintf(form->comments[i].id, sizeof form->comments[i].id, "comment-%d", i + 1);
    }
    policy.book = book;
}

static void teardown(void)
{
    free(book);
}

static struct seat_state in_state(enum seat_state_name name)
{
    struct seat_state state = {.state = name};
    if (name == SEAT_UNKNOWN)
        return state;
    strcpy(state.reader, "R1");
    strcpy(state.form, "small");
    strcpy(state.language, "en");
    state.text_version = state.sheet_version = 1;
    state.offered_at = now - WF_DAY;
    if (seat_is_there(&state))
        state.text = (struct seat_paper){.length = 99, .sha256 = {1}};
    else
        state.wipe_at = now;
    if (name == SEAT_LOCKED) {
        state.sheet.length = 9;
        state.locked_at = state.saved_at = now - 1;
        state.sheet_sha256[0] = 8;
    }
    return state;
}

static struct seat_event event_of(enum seat_event_kind kind)
{
    struct seat_event event = {.kind = kind,
                               .reader = "R1",
                               .form = "small",
                               .language = "en",
                               .text_version = kind == SEAT_EVENT_TEXT ? 2 : 1,
                               .text = {.length = 77},
                               .sheet_version = kind == SEAT_EVENT_ALLOWED ? 2 : 1,
                               .sheet = {.length = 55},
                               .sheet_sha256 = {9},
                               .prompt = "one",
                               .known = SEAT_KNOWN_NO,
                               .reason = "other"};
    event.entered.score_count = 2;
    strcpy(event.entered.scores[0].criterion, "trait1");
    strcpy(event.entered.scores[1].criterion, "trait2");
    event.entered.scores[0].points = event.entered.scores[1].points = 5;
    return event;
}

static struct seat_state after;
static struct seat_effects effects;

static struct wf_verdict step(const struct seat_state *before, const struct seat_event *event)
{
    memset(&after, 0, sizeof after);
    memset(&effects, 0, sizeof effects);
    return seat_step(&policy, before, event, now, &after, &effects);
}

static void outcome_text(struct wf_verdict verdict, const struct seat_state *before,
                         char text[static 64])
{
    static const char *const texts[] = {"", "+text", "-text"};
    static const char *const sheets[] = {"", "+sheet", "-sheet"};
    if (verdict.step == WF_IGNORED)
        (void)snprintf(text, 64, "-");
    else if (verdict.step == WF_REFUSED)
        (void)snprintf(text, 64, "!%s", reason_codes[verdict.reason]);
    else
        (void)snprintf(
            text, 64, ">%s%s%s%s%s%s",
            after.state == before->state && !seat_is_there(&after) ? "same"
                                                                   : state_names[after.state],
            effects.list ? "+list" : "", effects.report ? "+report" : "", texts[effects.text],
            sheets[effects.sheet], effects.forget_below ? "+forget" : "");
}

START_TEST(every_cell_of_a_seat)
{
    for (int state = 0; state < SEAT_STATE_COUNT; state++)
        for (int kind = 0; kind < SEAT_EVENT_COUNT; kind++) {
            char text[64];
            const char *broken = NULL;
            struct seat_state before = in_state((enum seat_state_name)state), kept = before;
            struct seat_event event = event_of((enum seat_event_kind)kind);
            struct wf_verdict verdict = step(&before, &event);
            outcome_text(verdict, &before, text);
            ck_assert_msg(!strcmp(text, expected[state][kind]), "%s x %d: %s, not %s",
                          state_names[state], kind, text, expected[state][kind]);
            ck_assert(!memcmp(&before, &kept, sizeof kept));
            if (verdict.step == WF_APPLIED)
                ck_assert_msg(seat_holds(&after, &broken), "%s x %d: %s", state_names[state], kind,
                              broken);
        }
}
END_TEST

START_TEST(nobody_else_acts)
{
    for (int state = 0; state < SEAT_STATE_COUNT; state++)
        for (int kind = SEAT_EVENT_ACCEPT; kind < SEAT_EVENT_COUNT; kind++) {
            struct seat_state before = in_state((enum seat_state_name)state);
            struct seat_event event = event_of((enum seat_event_kind)kind);
            strcpy(event.reader, "R2");
            struct wf_verdict verdict = step(&before, &event);
            ck_assert(verdict.step == WF_REFUSED && verdict.reason == SEAT_GONE);
        }
}
END_TEST

static void sheet_is(enum seat_reason reason, const struct seat_sheet *sheet, bool draft)
{
    enum seat_reason found = seat_check_sheet(&book->forms[0], sheet, draft);
    ck_assert_msg(found == reason, "%s, not %s", reason_codes[found], reason_codes[reason]);
}

/* DESK 2.4. */
START_TEST(a_sheet_outside_the_rubric_is_refused)
{
    const struct seat_sheet whole = event_of(SEAT_EVENT_SUBMIT).entered;
    struct seat_sheet sheet = whole;
    sheet_is(SEAT_NO_REASON, &whole, false);
    sheet.scores[1].points = 6;
    sheet_is(SEAT_OUT_OF_RUBRIC, &sheet, true);
    sheet.scores[1].points = -2;
    sheet_is(SEAT_OUT_OF_RUBRIC, &sheet, false);
    sheet.scores[1].points = SEAT_NO_POINTS;
    sheet_is(SEAT_NO_REASON, &sheet, true);
    sheet_is(SEAT_SCORE_MISSING, &sheet, false);
    sheet = whole;
    sheet.score_count = 1;
    sheet_is(SEAT_SCORE_MISSING, &sheet, false);
    sheet = whole;
    strcpy(sheet.scores[1].criterion, "trait1");
    sheet_is(SEAT_CRITERION_TWICE, &sheet, false);
    strcpy(sheet.scores[1].criterion, "trait9");
    sheet_is(SEAT_CRITERION_UNKNOWN, &sheet, true);
    sheet = whole;
    sheet.comment_count = 2;
    strcpy(sheet.comments[0], "comment-1");
    strcpy(sheet.comments[1], "comment-1");
    sheet_is(SEAT_COMMENT_TWICE, &sheet, true);
    strcpy(sheet.comments[1], "comment-9");
    sheet_is(SEAT_COMMENT_UNKNOWN, &sheet, true);
}
END_TEST

static void refuses(const struct seat_state *before, const struct seat_event *event,
                    enum seat_reason reason)
{
    struct wf_verdict verdict = step(before, event);
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_msg(verdict.reason == reason, "%s, not %s", reason_codes[verdict.reason],
                  reason_codes[reason]);
}

/* DESK 2.3 to 2.6. */
START_TEST(pauses_versions_and_second_times)
{
    struct seat_state seat = in_state(SEAT_OPENED);
    struct seat_event submit = event_of(SEAT_EVENT_SUBMIT), save = event_of(SEAT_EVENT_SAVE);
    struct seat_event other = event_of(SEAT_EVENT_QUESTION);
    seat.paused = true;
    refuses(&seat, &submit, SEAT_PAUSED);
    ck_assert_int_eq(step(&seat, &save).step, WF_APPLIED);
    ck_assert_int_eq(step(&seat, &other).step, WF_IGNORED);
    seat.paused = false;
    strcpy(other.prompt, "nine");
    refuses(&seat, &other, SEAT_PROMPT_UNKNOWN);
    submit.text_version = 2;
    refuses(&seat, &submit, SEAT_TEXT_CHANGED);
    submit.sheet_version = 2;
    refuses(&seat, &submit, SEAT_SHEET_CHANGED);
    seat = in_state(SEAT_ACCEPTED);
    seat.paused = true;
    other = event_of(SEAT_EVENT_OPEN);
    refuses(&seat, &other, SEAT_PAUSED);
    other = event_of(SEAT_EVENT_TEXT);
    ck_assert_int_eq(step(&seat, &other).step, WF_APPLIED);
    ck_assert(!after.paused && after.text_version == 2);
    seat.text_version = 2;
    ck_assert_int_eq(step(&seat, &other).step, WF_IGNORED);
    other = event_of(SEAT_EVENT_RECUSE);
    strcpy(other.reason, "because");
    refuses(&seat, &other, SEAT_REASON_WANTED);
}
END_TEST

START_TEST(what_is_locked_stays_locked)
{
    struct seat_state seat = in_state(SEAT_LOCKED);
    struct seat_event submit = event_of(SEAT_EVENT_SUBMIT), known = event_of(SEAT_EVENT_KNOWN);
    struct seat_event correct = event_of(SEAT_EVENT_CORRECT),
                      allowed = event_of(SEAT_EVENT_ALLOWED);
    memcpy(submit.sheet_sha256, seat.sheet_sha256, 32);
    ck_assert_int_eq(step(&seat, &submit).step, WF_IGNORED); /* the button pressed twice */
    known.known = SEAT_KNOWN_NONE;
    refuses(&seat, &known, SEAT_KNOWN_WANTED);
    seat.known = SEAT_KNOWN_YES;
    known.known = SEAT_KNOWN_NO;
    refuses(&seat, &known, SEAT_ANSWERED_ALREADY);
    seat.correction_asked = true;
    refuses(&seat, &correct, SEAT_ASKED_ALREADY);
    allowed.sheet_version = 3;
    ck_assert_int_eq(step(&seat, &allowed).step, WF_IGNORED);
    allowed.sheet_version = 2;
    ck_assert_int_eq(step(&seat, &allowed).step, WF_APPLIED);
    ck_assert(after.sheet_version == 2 && !after.known && !after.correction_asked);
    ck_assert_uint_eq(after.sheet.length, seat.sheet.length);
}
END_TEST

/* ---- readers: DESK 3 ---- */

static struct reader_state reader, next;
static struct reader_effects wants;

static struct wf_verdict tell(const struct reader_event *event, wf_time at)
{
    const char *broken = NULL;
    memset(&next, 0, sizeof next);
    memset(&wants, 0, sizeof wants);
    struct wf_verdict verdict = reader_step(NULL, &reader, event, at, &next, &wants);
    if (verdict.step == WF_APPLIED) {
        ck_assert_msg(reader_holds(&next, &broken), "%s", broken);
        reader = next;
    }
    return verdict;
}

static enum wf_step sign_in(uint32_t link, uint8_t session, wf_time at)
{
    struct reader_event event = {.kind = READER_EVENT_SIGNED_IN,
                                 .link = link,
                                 .until_day = (uint32_t)(now / WF_DAY),
                                 .session_sha256 = {session}};
    return tell(&event, at).step;
}

static enum wf_step list(int number, const char *state)
{
    struct reader_event event = {.kind = READER_EVENT_LISTED, .seat.due = number};
    (void)snprintf(event.seat.code, sizeof event.seat.code, "C%02d", number % 100);
    (void)snprintf(event.seat.state, sizeof event.seat.state, "%s", state);
    return tell(&event, now).step;
}

START_TEST(every_cell_of_a_reader)
{
    static const enum wf_step cells[READER_STATE_COUNT][READER_EVENT_COUNT] = {
        [READER_NEW] = {WF_IGNORED, WF_APPLIED, WF_APPLIED, WF_IGNORED, WF_APPLIED},
        [READER_KNOWN] = {WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED, WF_APPLIED}};
    for (int state = 0; state < READER_STATE_COUNT; state++)
        for (int kind = 0; kind < READER_EVENT_COUNT; kind++) {
            struct reader_event event = {.kind = (enum reader_event_kind)kind,
                                         .seat = {.code = "C1", .state = "offered"},
                                         .link = 1,
                                         .until_day = (uint32_t)(now / WF_DAY) + 1,
                                         .session_sha256 = {7}};
            memset(&reader, 0, sizeof reader);
            reader.state = (enum reader_state_name)state;
            if (state == READER_KNOWN)
                reader.sessions[0] = (struct reader_session){.sha256 = {7}, .until = now};
            ck_assert_msg(tell(&event, now).step == cells[state][kind], "%d x %d", state, kind);
            ck_assert(wants.want_link == (kind == READER_EVENT_LINK_ASKED));
        }
}
END_TEST

START_TEST(a_link_is_good_once)
{
    memset(&reader, 0, sizeof reader);
    ck_assert_int_eq(sign_in(5, 1, now), WF_APPLIED);
    ck_assert_int_eq(sign_in(5, 2, now), WF_REFUSED);
    ck_assert_int_eq(sign_in(3, 3, now), WF_APPLIED);
    ck_assert_int_eq(sign_in(3, 3, now), WF_REFUSED);
    ck_assert_int_eq(sign_in(0, 3, now), WF_REFUSED);
    ck_assert_int_eq(sign_in(5 + READER_LINKS_REMEMBERED, 5, now), WF_APPLIED);
    ck_assert_int_eq(sign_in(5, 6, now), WF_REFUSED);
    ck_assert_int_eq(sign_in(4, 6, now), WF_REFUSED); /* older than what is remembered */
    ck_assert_int_eq(sign_in(8, 6, now), WF_APPLIED);
    ck_assert_int_eq(sign_in(9, 7, (now / WF_DAY + 1) * WF_DAY - 1), WF_APPLIED);
    ck_assert_int_eq(sign_in(10, 8, (now / WF_DAY + 1) * WF_DAY), WF_REFUSED);
}
END_TEST

START_TEST(four_sessions_and_a_day)
{
    memset(&reader, 0, sizeof reader);
    for (uint8_t i = 1; i <= 5; i++)
        ck_assert_int_eq(sign_in(i, i, now), WF_APPLIED);
    const uint8_t first[32] = {1}, last[32] = {5};
    ck_assert_ptr_null(reader_session_find(&reader, first, now));
    ck_assert_ptr_nonnull(reader_session_find(&reader, last, now + READER_SESSION - 1));
    ck_assert_ptr_null(reader_session_find(&reader, last, now + READER_SESSION));
    ck_assert_int_eq(reader_next_deadline(NULL, &reader), now + READER_SESSION);
    struct reader_event tick = {.kind = READER_EVENT_TICK};
    ck_assert_int_eq(tell(&tick, now + READER_SESSION).step, WF_APPLIED);
    ck_assert_int_eq(reader_next_deadline(NULL, &reader), WF_NEVER);
    struct reader_event asked = {.kind = READER_EVENT_LINK_ASKED};
    ck_assert_int_eq(tell(&asked, now).step, WF_APPLIED);
    ck_assert_int_eq(tell(&asked, now + READER_LINK_PAUSE - 1).step, WF_IGNORED);
    ck_assert_int_eq(tell(&asked, now + READER_LINK_PAUSE).step, WF_APPLIED);
}
END_TEST

START_TEST(a_list_full_of_work_waits_and_one_with_locked_sheets_goes_on)
{
    memset(&reader, 0, sizeof reader);
    for (int i = READER_SEATS_MAX; i > 0; i--)
        ck_assert_int_eq(list(i, "offered"), WF_APPLIED);
    ck_assert_int_eq(list(90, "offered"), WF_LATER);
    ck_assert_int_eq(list(9, "locked"), WF_APPLIED);
    ck_assert_int_eq(list(8, "locked"), WF_APPLIED); /* due before 9 */
    ck_assert_int_eq(list(91, "offered"), WF_APPLIED);
    ck_assert_ptr_null(reader_seat_find(&reader, "C08"));
    ck_assert_ptr_nonnull(reader_seat_find(&reader, "C09"));
    ck_assert_ptr_nonnull(reader_seat_find(&reader, "C91"));
    ck_assert_int_eq(list(8, ""), WF_IGNORED);
    ck_assert_int_eq(list(7, ""), WF_APPLIED);
    ck_assert_int_eq(list(7, ""), WF_IGNORED);
    ck_assert_ptr_null(reader_seat_find(&reader, "C07"));
    ck_assert_ptr_nonnull(reader_seat_find(&reader, "C64"));
    ck_assert_int_eq(list(90, "offered"), WF_APPLIED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk");
    TCase *tests = tcase_create("cells");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, every_cell_of_a_seat);
    tcase_add_test(tests, nobody_else_acts);
    tcase_add_test(tests, a_sheet_outside_the_rubric_is_refused);
    tcase_add_test(tests, pauses_versions_and_second_times);
    tcase_add_test(tests, what_is_locked_stays_locked);
    tcase_add_test(tests, every_cell_of_a_reader);
    tcase_add_test(tests, a_link_is_good_once);
    tcase_add_test(tests, four_sessions_and_a_day);
    tcase_add_test(tests, a_list_full_of_work_waits_and_one_with_locked_sheets_goes_on);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
