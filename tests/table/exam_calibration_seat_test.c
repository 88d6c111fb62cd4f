/* links: wf_exam_service */
/* SPEC 6.9 of endorse-exam, the seat and the paper: a calibration is to its reader what every other seat is, and to the
 * result nothing. */
#include "paper_core.h"
#include "seat_core.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOBODY_KNOWN = 1, SUSPECTED = 2, KNOWN = 3, KEY = 1550, SEAT_KEY = 1500, TOLERANCE = 200 };
static const struct exam_policy policy = {.respond_days = 5,
                                          .due_days = 21,
                                          .grace_days = 3,
                                          .attestation_hours = 72,
                                          .committee_members = 3};

static struct seat seat;
static struct seat_event *event;
static struct seat_effects effects;
static struct wf_verdict verdict;
static wf_time now;

static struct adjudicate_pack small_pack(void)
{
    struct adjudicate_pack pack = {.unit_total = true,
                                   .criteria_count = 1,
                                   .total_most = 20,
                                   .total_tolerance = TOLERANCE,
                                   .combine = ADJUDICATE_COMBINE_MEDIAN};
    (void)strcpy(pack.criteria[0].name, "trait1");
    pack.criteria[0].most = 20;
    pack.criteria[0].weight = 1;
    pack.criteria[0].floor = -1;
    return pack;
}

static struct seat_event *begin(enum seat_event_kind kind)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    return event;
}

static void step(void)
{
    struct seat after = {0};
    const char *broken = "";
    memset(&effects, 0, sizeof effects);
    verdict = seat_step(&policy, &seat, event, now, &after, &effects);
    if (verdict.step == WF_APPLIED)
        seat = after;
    ck_assert_msg(seat_holds(&seat, &broken), "%s", broken);
}

static void simple(enum seat_event_kind kind)
{
    begin(kind);
    step();
}

static void offer(bool calibration)
{
    memset(&seat, 0, sizeof seat);
    now = 100 * WF_DAY;
    begin(SEAT_EVENT_WANTED);
    (void)strcpy(event->handle, "P1");
    (void)strcpy(event->reader, "R1");
    event->calibration = calibration;
    event->key_hundredths = calibration ? SEAT_KEY : 0;
    event->pack = small_pack();
    event->text.version = 1;
    step();
}

static void submit(int32_t points)
{
    begin(SEAT_EVENT_SUBMITTED);
    event->sheet = (struct exam_sheet){.version = seat.sheet.version + 1, .text_version = 1};
    event->scores.count = 1;
    (void)strcpy(event->scores.criterion[0], "trait1");
    event->scores.points[0] = points;
    step();
}

static void say(int32_t known)
{
    begin(SEAT_EVENT_KNOWN);
    event->known = known;
    step();
}

static void read_calibration(int32_t points)
{
    offer(true);
    simple(SEAT_EVENT_ACCEPTED);
    simple(SEAT_EVENT_OPENED);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_OPENED);
    submit(points);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_NOTHING);
}

static void open_seat(void)
{
    event = calloc(1, sizeof *event);
    ck_assert_ptr_nonnull(event);
}
static void close_seat(void)
{
    free(event);
}

/* ---- judged ---- */

static const struct {
    int32_t points;
    bool within;
} distances[] = {{15, true}, {16, true}, {13, true}, {17, true}, {18, false}, {12, false}};

START_TEST(within_the_total_tolerance_of_the_key)
{
    read_calibration(distances[_i].points);
    say(NOBODY_KNOWN);
    ck_assert_int_eq(effects.calibration,
                     distances[_i].within ? SEAT_CALIBRATION_WITHIN : SEAT_CALIBRATION_OUTSIDE);
    ck_assert_int_eq(seat.state, SEAT_COUNTED);
}
END_TEST

START_TEST(judged_in_time_without_an_answer)
{
    read_calibration(15);
    ck_assert(seat_next_deadline(&policy, &seat) == now + 72 * WF_HOUR);
    now += 72 * WF_HOUR - 1;
    simple(SEAT_EVENT_TICK);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    now++;
    simple(SEAT_EVENT_TICK);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_WITHIN);
    simple(SEAT_EVENT_TICK);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    say(SUSPECTED);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_NOTHING);
}
END_TEST

/* As a reader who knows the writer of another paper loses that seat. */
START_TEST(who_knows_the_writer_is_not_judged)
{
    read_calibration(20);
    say(KNOWN);
    ck_assert_int_eq(seat.state, SEAT_SET_ASIDE);
    ck_assert_int_eq(effects.desk, SEAT_DESK_CLOSED);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_GONE);
}
END_TEST

START_TEST(a_corrected_sheet_is_judged_once_as_corrected)
{
    read_calibration(0);
    simple(SEAT_EVENT_ASKED);
    begin(SEAT_EVENT_APPROVED);
    event->by.roles = 2;
    step();
    ck_assert_int_eq(seat.state, SEAT_OPENED);
    ck_assert_int_eq(effects.desk, SEAT_DESK_CORRECTION);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_NOTHING);
    submit(15);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_NOTHING);
    say(NOBODY_KNOWN);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_WITHIN);
}
END_TEST

/* ---- gone ---- */

static const struct {
    enum seat_event_kind before, last;
    int days;
} ends[] = {
    {SEAT_EVENT_COUNT, SEAT_EVENT_DECLINED, 0},    {SEAT_EVENT_COUNT, SEAT_EVENT_TICK, 6},
    {SEAT_EVENT_ACCEPTED, SEAT_EVENT_DECLINED, 0}, {SEAT_EVENT_ACCEPTED, SEAT_EVENT_TICK, 25},
    {SEAT_EVENT_OPENED, SEAT_EVENT_RECUSED, 0},    {SEAT_EVENT_OPENED, SEAT_EVENT_TICK, 25}};

START_TEST(gone_is_told_to_the_pool_and_not_to_the_paper)
{
    offer(true);
    if (ends[_i].before != SEAT_EVENT_COUNT)
        simple(ends[_i].before);
    now += ends[_i].days * WF_DAY;
    simple(ends[_i].last);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_GONE);
    ck_assert_int_eq(effects.desk, SEAT_DESK_CLOSED);
    ck_assert_int_eq(effects.told, SEAT_TOLD_NOTHING);
}
END_TEST

START_TEST(withdrawn_while_open_and_not_judged_when_locked)
{
    offer(true);
    simple(SEAT_EVENT_OPENED);
    simple(SEAT_EVENT_WITHDRAW);
    ck_assert_int_eq(seat.state, SEAT_CLOSED);
    ck_assert_int_eq(effects.desk, SEAT_DESK_CLOSED);
    read_calibration(0);
    simple(SEAT_EVENT_WITHDRAW);
    ck_assert_int_eq(seat.state, SEAT_COUNTED);
    ck_assert_int_eq(effects.desk, SEAT_DESK_NOTHING);
    ck_assert_int_eq(effects.calibration, SEAT_CALIBRATION_NOTHING);
    ck_assert(seat_next_deadline(&policy, &seat) == WF_NEVER);
}
END_TEST

/* ---- the same to its reader ---- */

/* What the desk and the mail hear in each step of the same life. */
static void live(bool calibration, char *story, size_t size)
{
    static const enum seat_event_kind steps[] = {
        SEAT_EVENT_ACCEPTED, SEAT_EVENT_TICK,   SEAT_EVENT_OPENED,   SEAT_EVENT_QUESTIONED,
        SEAT_EVENT_PAUSE,    SEAT_EVENT_RESUME, SEAT_EVENT_TICK,     SEAT_EVENT_SUBMITTED,
        SEAT_EVENT_ASKED,    SEAT_EVENT_KNOWN,  SEAT_EVENT_SUBMITTED};
    size_t length = 0;
    offer(calibration);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        begin(steps[i]);
        now += steps[i] == SEAT_EVENT_TICK ? 17 * WF_DAY : WF_HOUR;
        event->text.version = 2;
        event->known = NOBODY_KNOWN;
        event->sheet = (struct exam_sheet){.version = 1, .text_version = seat.text_version};
        event->scores.count = 1;
        (void)strcpy(event->scores.criterion[0], "trait1");
        step();
        length += (size_t)snprintf(
            story + length, size - length, "%d:%d desk %d notice %d due %lld\n", (int)verdict.step,
            verdict.reason, (int)effects.desk, effects.notice, (long long)seat.due_until);
        ck_assert_uint_lt(length, size);
    }
}

START_TEST(desk_and_mail_hear_the_same_of_both)
{
    char work[1200], measured[1200];
    live(false, work, sizeof work);
    live(true, measured, sizeof measured);
    ck_assert_str_eq(work, measured);
    ck_assert_ptr_nonnull(strstr(work, "desk 3"));
    ck_assert_ptr_nonnull(strstr(work, "notice 2"));
}
END_TEST

/* ---- the paper ---- */

static struct paper paper;
static struct paper_effects done;

static void release_paper(void)
{
    memset(&paper, 0, sizeof paper);
    paper.state = paper.told = PAPER_RELEASED;
    paper.pack = small_pack();
    paper.round = paper.text_version = 1;
    for (int32_t i = 0; i < 2; i++) {
        struct paper_seat *held = &paper.seats[paper.seat_count++];
        (void)snprintf(held->code, sizeof held->code, "S%d", i);
        (void)snprintf(held->reader, sizeof held->reader, "R%d", i);
        held->place = i + 1;
        held->round = 1;
        held->state = PAPER_SEAT_LOCKED;
        held->sheet.version = 1;
        held->sheet.points[0] = 15 + i;
    }
    struct adjudicate_result result;
    paper_compare(&paper, &result);
    ck_assert(paper.result.decided);
}

static void lend(const char *reader, uint64_t choice)
{
    static struct paper after;
    static struct paper_event given;
    const char *broken = "";
    memset(&given, 0, sizeof given);
    memset(&done, 0, sizeof done);
    given.kind = PAPER_EVENT_LENT;
    given.choice = choice;
    given.meta.entropy[0] = (uint8_t)choice;
    (void)snprintf(given.reader, sizeof given.reader, "%s", reader);
    if (paper_step(&policy, &paper, &given, now, &after, &done).step == WF_APPLIED)
        paper = after;
    ck_assert_msg(paper_holds(&paper, &broken), "%s", broken);
}

START_TEST(lent_once_to_each_and_to_eight)
{
    char reader[8];
    release_paper();
    ck_assert_int_eq(paper_key(&paper), KEY);
    lend("R0", 1); /* held a seat of it */
    ck_assert(!done.lends && done.needs);
    for (unsigned i = 0; i < EXAM_LENT_MAX; i++) {
        (void)snprintf(reader, sizeof reader, "X%u", i);
        lend(reader, 2 + i);
        ck_assert(done.lends && !done.needs && !done.waiting);
        lend(reader, 2 + i); /* the same again */
        ck_assert(!done.lends);
    }
    lend("X99", 99);
    ck_assert(!done.lends && done.needs);
    ck_assert_int_eq(paper.seat_count, 2);
    ck_assert(paper_ever_held(&paper, "X3"));
    release_paper();
    paper.paused = true;
    lend("X0", 1);
    ck_assert(!done.lends && done.needs);
}
END_TEST

static const struct {
    const char *name;
    enum paper_event_kind kind;
    bool rescore;
    enum paper_order_kind order;
} happenings[] = {{"void", PAPER_EVENT_VOIDED, false, PAPER_ORDER_CLOSE},
                  {"clerical appeal", PAPER_EVENT_APPEALED, false, PAPER_ORDER_WITHDRAW},
                  {"rescore", PAPER_EVENT_APPEALED, true, PAPER_ORDER_WITHDRAW},
                  {"held", PAPER_EVENT_HELD, false, PAPER_ORDER_WITHDRAW},
                  {"questioned", PAPER_EVENT_QUESTIONED, false, PAPER_ORDER_PAUSE},
                  {"redacted anew", PAPER_EVENT_TEXT, false, PAPER_ORDER_RESUME}};

START_TEST(what_happens_to_the_paper_reaches_its_calibrations)
{
    static struct paper after;
    struct paper_event *given = calloc(1, sizeof *given);
    bool reached = false;
    release_paper();
    lend("X0", 1);
    ck_assert(done.lends);
    given->kind = happenings[_i].kind;
    given->rescore = happenings[_i].rescore;
    given->held = true;
    given->text_version = 1;
    given->text.version = 2;
    (void)strcpy(given->meta.from.id, paper.lent[0].code); /* its own reader asks */
    memset(&done, 0, sizeof done);
    ck_assert_int_eq(paper_step(&policy, &paper, given, now, &after, &done).step, WF_APPLIED);
    for (int32_t i = 0; i < done.order_count; i++)
        reached = reached || (strcmp(done.orders[i].code, paper.lent[0].code) == 0 &&
                              done.orders[i].kind == happenings[_i].order);
    ck_assert_msg(reached, "%s", happenings[_i].name);
    ck_assert_int_eq(done.questioned, happenings[_i].kind == PAPER_EVENT_QUESTIONED);
    ck_assert(paper_ever_held(&after, "X0"));
    free(given);
}
END_TEST

static void as_it_is(void)
{
}
static void by_committee(void)
{
    paper.result.by_committee = true;
}
static void by_appeal(void)
{
    paper.result.kept = true;
}
static void suspended(void)
{
    paper.suspended = true;
}
static void without_total(void)
{
    paper.pack.unit_total = false;
}
static void resolved_only(void)
{
    paper.state = PAPER_RESOLVED;
}
static const struct {
    const char *name;
    void (*change)(void);
    bool calibrates;
} results[] = {{"pair", as_it_is, true},
               {"committee", by_committee, false},
               {"kept by appeal", by_appeal, false},
               {"suspended", suspended, false},
               {"a pack that compares no totals", without_total, false},
               {"not released", resolved_only, false}};

START_TEST(only_a_result_of_readers_that_nobody_doubts_is_a_key)
{
    release_paper();
    results[_i].change();
    ck_assert_msg(paper_calibrates(&paper) == results[_i].calibrates, "%s", results[_i].name);
}
END_TEST

START_TEST(the_key_is_on_the_scale_of_one_sheet)
{
    release_paper();
    paper.pack.within = ADJUDICATE_WITHIN_SUM;
    struct adjudicate_result result;
    paper_compare(&paper, &result);
    ck_assert_int_eq(paper.result.score, 2 * KEY);
    ck_assert_int_eq(paper_key(&paper), KEY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibrations of seats and papers");
    TCase *tests = tcase_create("SPEC 6.9");
    tcase_add_checked_fixture(tests, open_seat, close_seat);
    tcase_add_loop_test(tests, within_the_total_tolerance_of_the_key, 0,
                        sizeof distances / sizeof *distances);
    tcase_add_test(tests, judged_in_time_without_an_answer);
    tcase_add_test(tests, who_knows_the_writer_is_not_judged);
    tcase_add_test(tests, a_corrected_sheet_is_judged_once_as_corrected);
    tcase_add_loop_test(tests, gone_is_told_to_the_pool_and_not_to_the_paper, 0,
                        sizeof ends / sizeof *ends);
    tcase_add_test(tests, withdrawn_while_open_and_not_judged_when_locked);
    tcase_add_test(tests, desk_and_mail_hear_the_same_of_both);
    tcase_add_test(tests, lent_once_to_each_and_to_eight);
    tcase_add_loop_test(tests, only_a_result_of_readers_that_nobody_doubts_is_a_key, 0,
                        sizeof results / sizeof *results);
    tcase_add_loop_test(tests, what_happens_to_the_paper_reaches_its_calibrations, 0,
                        sizeof happenings / sizeof *happenings);
    tcase_add_test(tests, the_key_is_on_the_scale_of_one_sheet);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
