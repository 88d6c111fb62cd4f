/* links: wf_exam_service */
/* SPEC 6.1 of endorse-exam, every cell: what happens to a paper in that state, and who is told. */
#include "paper_core.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const codes[] = {
#define WF_X(symbol, code, text) code,
    PAPER_REASONS(WF_X)
#undef WF_X
};
static const char *const events[] = {
#define WF_X(symbol) #symbol,
    PAPER_EVENTS(WF_X)
#undef WF_X
};

/* Written from the page, not from the code.  "-" ignored, "!code" refused, ">state" the new state, "=" applied
 * without one; behind a colon what follows: d text forgotten, g gate asked, l lent as a calibration, n pool told, o seats told, q question
 * told, r released, s seat opened, t text kept, w word told.  In the order of PAPER_EVENTS: tick (after every
 * deadline), sealed, text, tokens, held, voided, appealed (rescore), chosen, lent, opened, submitted, gone, known (yes),
 * questioned, correction, split, pinned, excluded, gated (agrees). */
static const char *const expected[PAPER_STATE_COUNT] = {
    [PAPER_UNKNOWN] =
        "- >assigning:ntw !paper-unknown !paper-unknown !paper-unknown !paper-unknown "
        "!paper-unknown - - - - - - - - !paper-unknown !paper-unknown = -",
    [PAPER_ASSIGNING] = "- !paper-exists =:ot =:n =:w >void:dno !not-released >in-review:s - =:n "
                        "=:n =:n =:no =:oq =:o !no-committee = = -",
    [PAPER_UNASSIGNABLE] = "- !paper-exists =:ot =:n =:w >void:dno !not-released >in-review:sw - "
                           "=:n =:n =:n =:no =:oq =:o !no-committee = = -",
    [PAPER_IN_REVIEW] = "- !paper-exists =:ot =:n =:w >void:dno !not-released =:n - =:n "
                        ">resolved:no >assigning:n >assigning:no =:oq =:o !no-committee = = -",
    [PAPER_NEEDS_THIRD] = "- !paper-exists =:ot =:n =:w >void:dno !not-released >in-third:s - - - "
                          "- >assigning:no =:q - !no-committee = = -",
    [PAPER_IN_THIRD] = "- !paper-exists =:ot =:n =:w >void:dno !not-released =:n - =:n "
                       ">resolved:no >needs-third:n >assigning:no =:oq - !no-committee = = -",
    [PAPER_COMMITTEE] = "- !paper-exists =:ot =:n =:w >void:dno !not-released =:n - - - - = =:q - "
                        ">resolved:w = = -",
    [PAPER_RESOLVED] = "=:g !paper-exists =:ot =:n =:w >void:dno !not-released =:n - - - - "
                       ">assigning:no =:q - !no-committee = = >released:nrw",
    [PAPER_HELD] = "=:g !paper-exists =:ot =:n = >void:dno !not-released =:n - - - - "
                   ">assigning:now =:q - !no-committee = = >released:nrw",
    [PAPER_RELEASED] =
        "=:dno !paper-exists =:ot =:n =:no >void:dno >assigning:now - =:l - - - = =:noq "
        "- !no-committee = = -",
    [PAPER_VOID] =
        "- !paper-exists - - - - !paper-ended - - - - - - - - !paper-ended !paper-ended - -",
};

enum { BEGUN_DAY = 100, LATER_DAYS = 40, KNOWN_YES = 3, COORDINATOR_BIT = 2 };
static const struct exam_policy policy = {.respond_days = 5,
                                          .due_days = 21,
                                          .grace_days = 3,
                                          .attestation_hours = 72,
                                          .committee_members = 3,
                                          .keep_text_days = 20};

static struct adjudicate_pack small_pack(void)
{
    struct adjudicate_pack pack = {.unit_total = true, .combine = ADJUDICATE_COMBINE_MEDIAN};
    pack.criteria_count = 1;
    (void)strcpy(pack.criteria[0].name, "trait1");
    pack.criteria[0].most = 6;
    pack.criteria[0].weight = 1;
    pack.criteria[0].floor = -1;
    pack.total_most = 6;
    pack.total_tolerance = 100;
    pack.pass_percent = 50;
    return pack;
}

static void take_seat(struct paper *paper, enum paper_seat_state state, int32_t points)
{
    struct paper_seat *seat = &paper->seats[paper->seat_count++];
    (void)snprintf(seat->code, sizeof seat->code, "S%d", paper->seat_count);
    (void)snprintf(seat->reader, sizeof seat->reader, "R%d", paper->seat_count);
    seat->place = paper->seat_count;
    seat->round = 1;
    seat->state = state;
    bool locked = state == PAPER_SEAT_LOCKED || state == PAPER_SEAT_ASIDE;
    seat->sheet.version = locked;
    seat->sheet.points[0] = locked ? points : 0;
}

/* As many as the state has, with sheets that led there. */
static void take_seats(struct paper *paper, bool locked_first)
{
    bool split = paper->state >= PAPER_NEEDS_THIRD && paper->state <= PAPER_COMMITTEE;
    bool over = paper->state >= PAPER_RESOLVED;
    take_seat(paper, split || over || locked_first ? PAPER_SEAT_LOCKED : PAPER_SEAT_OFFERED,
              split ? 1 : 4);
    if (paper->state >= PAPER_IN_REVIEW)
        take_seat(paper, PAPER_SEAT_LOCKED, split ? 6 : 4);
    if (paper->state == PAPER_IN_THIRD)
        take_seat(paper, PAPER_SEAT_OFFERED, 0);
    if (paper->state == PAPER_COMMITTEE)
        take_seat(paper, PAPER_SEAT_ASIDE, 3);
    paper->third = split;
    paper->third_lost = paper->state == PAPER_COMMITTEE;
}

static void paper_in(enum paper_state_id state, enum paper_event_kind event, struct paper *paper)
{
    *paper = (struct paper){.state = state, .told = state};
    if (state == PAPER_UNKNOWN)
        return;
    bool of_locked = event == PAPER_EVENT_KNOWN || event == PAPER_EVENT_CORRECTION;
    paper->round = paper->text_version = 1;
    paper->pack = small_pack();
    paper->sealed_at = paper->since = BEGUN_DAY * WF_DAY;
    paper->certified = state == PAPER_UNASSIGNABLE;
    take_seats(paper, of_locked && state <= PAPER_UNASSIGNABLE);
    for (int32_t i = 0; state == PAPER_VOID && i < paper->seat_count; i++)
        paper->seats[i].state = PAPER_SEAT_GONE;
    if (state < PAPER_RESOLVED || state == PAPER_VOID)
        return;
    struct adjudicate_result result;
    paper_compare(paper, &result);
    paper->resolved_at = paper->gate_at = BEGUN_DAY * WF_DAY;
    if (state == PAPER_RELEASED) { /* a reader has it as a calibration */
        paper->lent_count = 1;
        (void)strcpy(paper->lent[0].code, "S8");
        (void)strcpy(paper->lent[0].reader, "R8");
    }
    ck_assert(paper->result.decided);
}

/* Who says it: the seat that can say it in that state, if there is one. */
static const char *seat_that_says(enum paper_state_id state, enum paper_event_kind kind)
{
    bool of_locked = kind == PAPER_EVENT_KNOWN || kind == PAPER_EVENT_CORRECTION;
    if (state == PAPER_IN_REVIEW && of_locked)
        return "S2";
    return state == PAPER_IN_THIRD && !of_locked ? "S3" : "S1";
}

static void fill(struct paper_event *event, enum paper_state_id state, enum paper_event_kind kind)
{
    event->kind = kind;
    (void)strcpy(event->meta.from.id, seat_that_says(state, kind));
    event->pack = small_pack();
    event->text.version = kind == PAPER_EVENT_SEALED ? 1 : 2;
    event->text_version = 1;
    event->held = event->rescore = event->agrees = true;
    event->choice = event->round = event->resolution = 1;
    event->slot_count = 1;
    event->slots[0].place = state == PAPER_NEEDS_THIRD || state == PAPER_IN_THIRD ? 3 : 2;
    (void)strcpy(event->slots[0].reader, "R9");
    event->known = KNOWN_YES;
    event->sheet = (struct exam_sheet){.version = 1, .text_version = 1};
    event->scores.count = 1;
    (void)strcpy(event->scores.criterion[0], "trait1");
    event->scores.points[0] = 4;
    (void)strcpy(event->by.id, "ann");
    event->by.roles = COORDINATOR_BIT;
    event->by.members_known = true;
    event->member_count = 3;
    for (int i = 0; i < event->member_count; i++)
        (void)snprintf(event->members[i].id, sizeof event->members[i].id, "op-%d", i);
    (void)strcpy(event->reader, kind == PAPER_EVENT_LENT ? "R9" : "R1");
    (void)strcpy(event->operator_id, "ben");
}

static void follows(const struct paper_effects *done, char text[static 16])
{
    const struct {
        bool done;
        char letter;
    } all[] = {{done->drop_text, 'd'},       {done->gate, 'g'},
               {done->lends, 'l'},           {done->needs, 'n'},
               {done->order_count > 0, 'o'}, {done->questioned, 'q'},
               {done->released, 'r'},        {done->opened_count > 0, 's'},
               {done->put_text, 't'},        {done->waiting, 'w'}};
    size_t length = 0;
    text[length++] = ':';
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].done)
            text[length++] = all[i].letter;
    text[length == 1 ? 0 : length] = '\0';
}

static void happened(const struct paper *before, const struct paper_event *event, char *text,
                     size_t size)
{
    static struct paper after;
    struct paper_effects effects = {0};
    const char *broken = NULL;
    char letters[16];
    wf_time now = (BEGUN_DAY + (event->kind == PAPER_EVENT_TICK ? LATER_DAYS : 0)) * WF_DAY;
    struct wf_verdict verdict = paper_step(&policy, before, event, now, &after, &effects);
    follows(&effects, letters);
    if (verdict.step == WF_IGNORED)
        (void)snprintf(text, size, "-");
    else if (verdict.step == WF_REFUSED)
        (void)snprintf(text, size, "!%s", codes[verdict.reason]);
    else if (after.state == before->state)
        (void)snprintf(text, size, "=%s", letters);
    else
        (void)snprintf(text, size, ">%s%s", paper_state_name(after.state), letters);
    ck_assert_msg(verdict.step != WF_APPLIED || paper_holds(&after, &broken), "%s",
                  broken ? broken : "");
}

START_TEST(every_cell)
{
    static struct paper before;
    struct paper_event *event = calloc(1, sizeof *event);
    char cells[600], seen[64];
    for (int state = 0; state < PAPER_STATE_COUNT; state++) {
        char *rest = NULL;
        (void)snprintf(cells, sizeof cells, "%s", expected[state]);
        char *wanted = strtok_r(cells, " ", &rest);
        for (int kind = 0; kind < PAPER_EVENT_COUNT; kind++) {
            paper_in((enum paper_state_id)state, (enum paper_event_kind)kind, &before);
            memset(event, 0, sizeof *event);
            fill(event, (enum paper_state_id)state, (enum paper_event_kind)kind);
            happened(&before, event, seen, sizeof seen);
            ck_assert_msg(wanted && strcmp(wanted, seen) == 0, "%s, %s: %s, not %s",
                          paper_state_name((enum paper_state_id)state), events[kind], seen,
                          wanted ? wanted : "(none)");
            wanted = strtok_r(NULL, " ", &rest);
        }
        ck_assert_ptr_null(wanted);
    }
    free(event);
}
END_TEST

/* The desk has the key of the text for every seat that is not closed, whatever its round (SPEC 5.4). */
START_TEST(void_closes_the_seats_of_every_round)
{
    static struct paper before, after;
    static struct paper_event event;
    struct paper_effects effects = {0};
    paper_in(PAPER_RELEASED, PAPER_EVENT_APPEALED, &before);
    event.kind = PAPER_EVENT_APPEALED;
    event.rescore = true;
    ck_assert_int_eq(paper_step(&policy, &before, &event, 0, &after, &effects).step, WF_APPLIED);
    before = after;
    ck_assert_uint_eq(before.round, 2);
    event.kind = PAPER_EVENT_VOIDED;
    ck_assert_int_eq(paper_step(&policy, &before, &event, 0, &after, &effects).step, WF_APPLIED);
    int32_t locked = 0;
    for (int32_t i = 0; i < before.seat_count; i++) {
        int32_t closed = 0;
        for (int32_t k = 0; k < effects.order_count; k++)
            closed += effects.orders[k].kind == PAPER_ORDER_CLOSE &&
                      strcmp(effects.orders[k].code, before.seats[i].code) == 0;
        ck_assert_int_eq(closed, before.seats[i].state == PAPER_SEAT_LOCKED);
        locked += closed;
    }
    ck_assert_int_eq(locked, 2);
    ck_assert(effects.drop_text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("papers");
    TCase *tests = tcase_create("cells");
    tcase_add_test(tests, every_cell);
    tcase_add_test(tests, void_closes_the_seats_of_every_round);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
