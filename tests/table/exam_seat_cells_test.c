/* links: wf_exam_service */
/* SPEC 6.2 of endorse-exam, every cell: what happens to a seat in that state. */
#include "seat_core.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const codes[] = {
#define WF_X(symbol, code, text) code,
    SEAT_REASONS(WF_X)
#undef WF_X
};

/* Written from the page, not from the code.  "-" ignored, "!code" refused, ">state" the new state, "=" applied
 * without one.  In the order of SEAT_EVENTS: tick (after every deadline), wanted, accepted, declined, opened,
 * recused, submitted, questioned, known, asked, approved, close, aside, count, pause, resume, correct,
 * withdraw. */
#define GONE(state)                                                                                \
    [SEAT_##state] = "- !seat-exists - - - - !seat-gone - - - !no-correction-wanted - - - - - - -"
static const char *const expected[SEAT_STATE_COUNT] = {
    [SEAT_UNKNOWN] = "- >offered - - - - !seat-gone - - - !no-correction-wanted - - - - - - -",
    [SEAT_OFFERED] = ">expired !seat-exists >accepted >declined >opened >recused >submitted = - - "
                     "!no-correction-wanted >closed >closed - = = - >closed",
    [SEAT_ACCEPTED] = ">taken-over !seat-exists - >declined >opened >recused >submitted = - - "
                      "!no-correction-wanted >closed >closed - = = - >closed",
    [SEAT_OPENED] = ">taken-over !seat-exists - >declined - >recused >submitted = - - "
                    "!no-correction-wanted >closed >set-aside - = = - >closed",
    [SEAT_SUBMITTED] = "- !seat-exists - !seat-locked - !seat-locked !seat-locked = = = "
                       ">correcting >closed >set-aside >counted - - - >counted",
    [SEAT_CORRECTING] = "- !seat-exists - !seat-locked - !seat-locked !seat-locked - = - - "
                        ">closed >set-aside >counted - - >opened -",
    [SEAT_COUNTED] = "= !seat-exists - !seat-locked - !seat-locked !seat-locked = = - !compared "
                     ">closed >set-aside - - - - -",
    GONE(SET_ASIDE),
    GONE(DECLINED),
    GONE(RECUSED),
    GONE(EXPIRED),
    GONE(TAKEN_OVER),
    GONE(CLOSED),
};

enum { BEGUN_DAY = 100 };
static const struct exam_policy policy = {
    .respond_days = 5, .due_days = 21, .grace_days = 3, .keep_text_days = 20};

static struct seat seat_in(enum seat_state_id state, enum seat_event_kind event)
{
    struct seat seat = {.state = state};
    if (state == SEAT_UNKNOWN)
        return seat;
    (void)strcpy(seat.handle, "P1");
    (void)strcpy(seat.reader, "R1");
    seat.place = seat.round = seat.text_version = 1;
    seat.offered_at = BEGUN_DAY * WF_DAY;
    seat.respond_until = exam_end_of_day(seat.offered_at, policy.respond_days);
    seat.due_until = exam_end_of_day(seat.offered_at, policy.due_days);
    seat.pack.criteria_count = 1;
    (void)strcpy(seat.pack.criteria[0].name, "trait1");
    seat.pack.criteria[0].most = 5;
    if (state >= SEAT_SUBMITTED)
        seat.sheet.version = 1, seat.locked_at = BEGUN_DAY * WF_DAY;
    seat.correction_wanted = state >= SEAT_SUBMITTED && event != SEAT_EVENT_ASKED;
    return seat;
}

static void fill(struct seat_event *event, enum seat_event_kind kind)
{
    event->kind = kind;
    (void)strcpy(event->handle, "P1");
    (void)strcpy(event->reader, "R1");
    event->known = 1;
    event->by.roles = 2; /* coordinator */
    event->sheet = (struct exam_sheet){.version = 1, .text_version = 1};
    event->scores.count = 1;
    (void)strcpy(event->scores.criterion[0], "trait1");
    event->scores.points[0] = 5;
    event->text.version = 2;
}

static void happened(const struct seat *before, const struct seat_event *event, char *text,
                     size_t size)
{
    struct seat after = {0};
    struct seat_effects effects = {0};
    const char *broken = NULL;
    wf_time now = (BEGUN_DAY + (event->kind == SEAT_EVENT_TICK ? 40 : 0)) * WF_DAY;
    struct wf_verdict verdict = seat_step(&policy, before, event, now, &after, &effects);
    if (verdict.step == WF_IGNORED)
        (void)snprintf(text, size, "-");
    else if (verdict.step == WF_REFUSED)
        (void)snprintf(text, size, "!%s", codes[verdict.reason]);
    else if (after.state == before->state)
        (void)snprintf(text, size, "=");
    else
        (void)snprintf(text, size, ">%s", seat_state_name(after.state));
    ck_assert_msg(verdict.step != WF_APPLIED || seat_holds(&after, &broken), "%s",
                  broken ? broken : "");
}

START_TEST(every_cell)
{
    struct seat_event *event = calloc(1, sizeof *event);
    char cells[600], seen[64];
    for (int state = 0; state < SEAT_STATE_COUNT; state++) {
        char *rest = NULL;
        (void)snprintf(cells, sizeof cells, "%s", expected[state]);
        char *wanted = strtok_r(cells, " ", &rest);
        for (int kind = 0; kind < SEAT_EVENT_COUNT; kind++) {
            struct seat before = seat_in((enum seat_state_id)state, (enum seat_event_kind)kind);
            memset(event, 0, sizeof *event);
            fill(event, (enum seat_event_kind)kind);
            happened(&before, event, seen, sizeof seen);
            ck_assert_msg(wanted && strcmp(wanted, seen) == 0, "%s, event %d: %s, not %s",
                          seat_state_name((enum seat_state_id)state), kind, seen,
                          wanted ? wanted : "(none)");
            wanted = strtok_r(NULL, " ", &rest);
        }
        ck_assert_ptr_null(wanted);
    }
    free(event);
}
END_TEST

static struct seat_effects step_on(struct seat *seat, enum seat_event_kind kind, uint32_t text)
{
    struct seat_event *event = calloc(1, sizeof *event);
    struct seat after = {0};
    struct seat_effects effects = {0};
    fill(event, kind);
    if (kind == SEAT_EVENT_SUBMITTED)
        event->sheet.text_version = text;
    else
        event->text.version = text;
    ck_assert_int_eq(
        seat_step(&policy, seat, event, BEGUN_DAY * WF_DAY + WF_HOUR, &after, &effects).step,
        WF_APPLIED);
    *seat = after;
    free(event);
    return effects;
}

/* The desk had locked it and said so, then heard of the pause, of the new text, or of both: it was refused
 * here, and its reader taken over in the end for a sheet that was never sent. */
START_TEST(a_sheet_that_crossed_a_pause_or_a_new_text_is_locked)
{
    struct seat seat = seat_in(SEAT_OPENED, SEAT_EVENT_SUBMITTED);
    (void)step_on(&seat, SEAT_EVENT_PAUSE, 0);
    ck_assert_int_eq(step_on(&seat, SEAT_EVENT_SUBMITTED, 1).told, SEAT_TOLD_IT_SUBMITTED);
    ck_assert_int_eq(seat.state, SEAT_SUBMITTED);
    ck_assert_int_eq(step_on(&seat, SEAT_EVENT_RESUME, 2).desk,
                     SEAT_DESK_TEXT); /* or it waits on */
    ck_assert_uint_eq(seat.sheet.text_version, 1);
    ck_assert_uint_eq(seat.text_version, 2);

    seat = seat_in(SEAT_OPENED, SEAT_EVENT_SUBMITTED);
    (void)step_on(&seat, SEAT_EVENT_RESUME, 2);
    ck_assert_int_eq(step_on(&seat, SEAT_EVENT_SUBMITTED, 1).told, SEAT_TOLD_IT_SUBMITTED);
    ck_assert_uint_eq(seat.sheet.text_version, 1);

    seat = seat_in(SEAT_ACCEPTED, SEAT_EVENT_OPENED);
    (void)step_on(&seat, SEAT_EVENT_PAUSE, 0);
    ck_assert_int_eq(step_on(&seat, SEAT_EVENT_OPENED, 1).told, SEAT_TOLD_IT_OPENED);
}
END_TEST

/* A wrong character of a code is noticed, whichever it is. */
START_TEST(a_code_checks_itself)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char code[EXAM_CODE + 1];
    const uint8_t random[8] = {0x5a, 0x11, 0xfe, 0x70, 0x3c, 0x99, 0x08, 0xd3};
    exam_code(random, code);
    ck_assert(exam_code_is_valid(code));
    for (int i = 0; i < EXAM_CODE; i++) {
        char right = code[i];
        for (const char *wrong = alphabet; *wrong; wrong++) {
            code[i] = *wrong;
            ck_assert_int_eq(exam_code_is_valid(code), *wrong == right);
        }
        code[i] = right;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seats");
    TCase *tests = tcase_create("cells");
    tcase_add_test(tests, every_cell);
    tcase_add_test(tests, a_sheet_that_crossed_a_pause_or_a_new_text_is_locked);
    tcase_add_test(tests, a_code_checks_itself);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
