/* links: exam_kit */
/* Random lives of papers, seats and readers: declines, silence, late conflicts, questioned texts, thirds,
 * committees, appeals.  After each step the invariants E1 to E3 and E5 hold, no first sheet of two shows
 * outside, codes are new, and in the end every journal replays to its state.  In every other walk each
 * event comes twice. */
#include "exam_world.h"

#include "pool_lines.h"
#include "pool_replay.h"
#include "rules_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    WALKS = 12,
    CALM_FROM = 9,
    STEPS = 5000,
    READERS = 18,
    CALM_READERS = 24, /* enough for papers to be lent many times */
    FEW_READERS = 8,

    OFTEN = 50
};

static void give_card(struct exam_world *world, int number)
{
    struct pool_event *event = exam_world_event(WORLD_POOL);
    event->kind = POOL_EVENT_CARD;
    (void)snprintf(event->reader, sizeof event->reader, "R%02d", number);
    event->card.active = exam_world_roll(world, 12) != 0;
    event->card.capacity = 4 + (int32_t)exam_world_roll(world, 24);
    event->card.window_days = 60;
    event->card.qualification_count = 1;
    event->card.qualifications[0].category = 7;
    event->card.qualifications[0].until = WF_NO_DATE;
    event->card.token_count = 1;
    event->card.tokens[0].kind = 2;
    event->card.tokens[0].bytes[0] = (uint8_t)exam_world_roll(world, 7);
    (void)exam_world_give(world, WORLD_POOL, 0, event);
}

static void seal(struct exam_world *world)
{
    if (world->paper_count < WORLD_PAPERS)
        ck_assert_int_eq(exam_world_seal(world, exam_world_roll(world, 7)).step, WF_APPLIED);
}

static void read_seat(struct exam_world *world)
{
    static const enum seat_event_kind kinds[] = {
        SEAT_EVENT_ACCEPTED,  SEAT_EVENT_OPENED,     SEAT_EVENT_SUBMITTED, SEAT_EVENT_SUBMITTED,
        SEAT_EVENT_SUBMITTED, SEAT_EVENT_KNOWN,      SEAT_EVENT_KNOWN,     SEAT_EVENT_DECLINED,
        SEAT_EVENT_RECUSED,   SEAT_EVENT_QUESTIONED, SEAT_EVENT_ASKED,     SEAT_EVENT_APPROVED};
    if (world->seat_count == 0)
        return;
    int at = (int)exam_world_roll(world, (unsigned)world->seat_count);
    for (int i = 0; i < 12 && world->seats[at].state >= SEAT_COUNTED; i++)
        at = (int)exam_world_roll(world, (unsigned)world->seat_count);
    struct seat_event *event = exam_world_event(WORLD_SEAT);
    event->kind = kinds[exam_world_roll(world, sizeof kinds / sizeof kinds[0])];
    if (event->kind >= SEAT_EVENT_DECLINED && event->kind == SEAT_EVENT_QUESTIONED &&
        exam_world_roll(world, 4))
        event->kind = SEAT_EVENT_SUBMITTED;
    event->known = exam_world_roll(world, 30) ? 1 : 3;
    bool errs = world->calm && world->seats[at].calibration;
    event->by.roles = 2;
    event->sheet.version = world->seats[at].sheet.version + 1;
    event->sheet.text_version = world->seats[at].text_version;
    event->scores.count = world->pack.criteria_count;
    for (int32_t i = 0; i < world->pack.criteria_count; i++) {
        memcpy(event->scores.criterion[i], world->pack.criteria[i].name,
               sizeof world->pack.criteria[i].name);
        int32_t points = (int32_t)(exam_world_roll(world, 6) ? 3 + exam_world_roll(world, 3)
                                                             : exam_world_roll(world, 7));
        event->scores.points[i] = errs ? 0 : points;
    }
    (void)exam_world_give(world, WORLD_SEAT, at, event);
}

/* Text, tokens, hold, appeal, committee, void, as intake and operators send them. */
static void act_on_paper(struct exam_world *world)
{
    if (world->paper_count == 0)
        return;
    int at = (int)exam_world_roll(world, (unsigned)world->paper_count);
    const struct paper *paper = &world->papers[at];
    struct paper_event *event = exam_world_event(WORLD_PAPER);
    unsigned dice = exam_world_roll(world, 120);
    event->kind = dice < 2    ? PAPER_EVENT_TOKENS
                  : dice < 4  ? PAPER_EVENT_HELD
                  : dice < 60 ? PAPER_EVENT_APPEALED
                  : dice < 90 ? PAPER_EVENT_SPLIT
                  : dice < 91 ? PAPER_EVENT_VOIDED
                              : PAPER_EVENT_TEXT;
    exam_world_tokens(event, at, exam_world_roll(world, 7));
    event->held = !paper->suspended;
    event->rescore = exam_world_roll(world, 2);
    event->text.version = paper->paused ? paper->text_version + 1 : paper->text_version;
    event->by = (struct exam_operator){.id = "ann", .roles = 2, .members_known = true};
    for (int i = 0; i < 3; i++)
        (void)snprintf(event->members[i].id, sizeof event->members[i].id, "op-%d", i);
    event->member_count = 3;
    event->scores.count = world->pack.criteria_count;
    for (int32_t i = 0; i < world->pack.criteria_count; i++) {
        memcpy(event->scores.criterion[i], world->pack.criteria[i].name,
               sizeof world->pack.criteria[i].name);
        event->scores.points[i] = 4;
    }
    (void)exam_world_give(world, WORLD_PAPER, at, event);
}

static void step(struct exam_world *world)
{
    unsigned dice = exam_world_roll(world, 100);
    if (dice < 4)
        seal(world);
    else if (dice < 6)
        give_card(world, (int)exam_world_roll(world, world->readers));
    else if (dice < 45)
        read_seat(world);
    else if (dice < 52 && (!world->calm || exam_world_roll(world, 12) == 0))
        act_on_paper(world);
    else if (dice < 54)
        world->now += (wf_time)exam_world_roll(world, 20) * WF_HOUR;
    else if (dice < 60)
        exam_world_tick(world);
    else if (dice < 66)
        exam_world_plan(world);
    else
        (void)exam_world_deliver(world);
}

/* When all is quiet the pool knows exactly who holds which place. */
static void pool_and_papers_agree(const struct exam_world *world)
{
    for (int at = 0; at < world->paper_count; at++) {
        const struct paper *paper = &world->papers[at];
        for (int32_t i = 0; i < world->pool->paper_count; i++) {
            const struct pool_paper *known = &world->pool->papers[i];
            if (strcmp(known->handle, world->handles[at]) != 0)
                continue;
            ck_assert_int_eq(known->calibrates, paper_calibrates(paper));
            if (known->calibrates)
                continue;
            for (int32_t place = 0; place < EXAM_PLACES; place++) {
                int32_t seat = paper_seat_at(paper, place + 1);
                int32_t reader = known->slots[place].reader;
                ck_assert_msg((seat >= 0) == (reader != POOL_NOBODY),
                              "%s place %d: %s, round %u, seat %d, reader %d, seen %d, choice %d",
                              world->handles[at], place + 1, paper_state_name(paper->state),
                              paper->round, seat, reader, (int)paper->seen, (int)known->choice);
                if (seat >= 0)
                    ck_assert_str_eq(paper->seats[seat].reader, world->pool->readers[reader].id);
            }
        }
    }
}

/* When all is quiet every calibration that the pool counts with is a seat that its reader still has, and the other
 * way round; what was lent never counts in a result. */
static void calibrations_agree(const struct exam_world *world)
{
    int under_way = 0, live = 0;
    for (int32_t i = 0; i < world->pool->reader_count; i++)
        under_way += world->pool->readers[i].lent.paper != 0;
    for (int i = 0; i < world->seat_count; i++) {
        const struct seat *seat = &world->seats[i];
        live += seat->calibration && (seat_is_live(seat) || seat->state == SEAT_SUBMITTED);
    }
    ck_assert_int_eq(under_way, live);
}

static unsigned released, thirds, committees, closed, certificates, rescored;
static unsigned lent, judged, withdrawn, recalibrating, forgotten;

/* The control: one paper of one plan was given to somebody else. */
static void forge_a_plan(struct exam_world *world)
{
    for (struct world_entry *entry = world->journal; entry; entry = entry->next) {
        struct pool_event *planned = entry->event;
        if (entry->kind != WORLD_POOL || planned->kind != POOL_EVENT_PLANNED || !planned->row_count)
            continue;
        char *last = &planned->rows[0].reader[2];
        *last = *last == '0' ? '1' : '0';
        return;
    }
    ck_abort_msg("no plan was made");
}

/* The same from the lines that a store would hold (SPEC 6.8). */
static void lines_repeat(const struct exam_world *world)
{
    struct pool_lines lines;
    struct pool_replay *replay = pool_replay_open();
    pool_lines_make(world, &lines);
    for (size_t i = 0; i < lines.count; i++)
        pool_replay_line(replay, wf_buffer_bytes(&lines.lines[i]));
    struct pool_replay_report report = pool_replay_report(replay);
    ck_assert_uint_eq(report.lines, lines.count);
    ck_assert_msg(report.fault_count == 0, "line %d: %s", (int)report.faults[0].line,
                  pool_replay_name(report.faults[0].kind));
    pool_replay_close(&replay);
    pool_lines_fini(&lines);
}

static void walk(int number)
{
    struct wf_error error = {0};
    struct exam_world *world = exam_world_open((uint64_t)number + 1);
    world->redelivers = number % 2 == 1;
    /* Appeals are rare, so that calibrations are judged; their readers err. */
    world->calm = number >= CALM_FROM;
    world->policy.keep_text_days = number % 4 == 1 ? 5 : 0;
    world->policy.calibration_percent = world->calm || number % 3 == 0 ? OFTEN
                                        : number % 3 == 1              ? 5
                                                                       : 0;
    ck_assert_int_eq(
        rules_file_read(WF_SOURCE_DIR "/deploy/exam/rules/endorsement.conf", &world->pack, &error),
        0);
    world->readers = world->calm       ? CALM_READERS
                     : number % 3 == 2 ? FEW_READERS /* certificates */
                                       : READERS;
    for (unsigned i = 0; i < world->readers; i++)
        give_card(world, (int)i);
    for (int i = 0; i < (world->calm ? 2 : 1) * STEPS && !world->broken; i++)
        step(world);
    ck_assert_msg(!world->broken, "walk %d: %s", number, world->broken);
    ck_assert_msg(exam_world_settle(world), "walk %d at rest: %s", number,
                  world->broken ? world->broken : "it never comes to rest");
    ck_assert_uint_eq(world->leaks, 0);
    pool_and_papers_agree(world);
    calibrations_agree(world);
    ck_assert(exam_world_replays(world));
    ck_assert(exam_world_plans_repeat(world));
    lines_repeat(world);
    forge_a_plan(world);
    ck_assert(!exam_world_plans_repeat(world));
    released += world->released;
    thirds += world->thirds;
    committees += world->committees;
    closed += world->closed;
    certificates += world->certificates;
    rescored += world->rescored;
    lent += world->lent;
    judged += world->judged;
    withdrawn += world->withdrawn;
    recalibrating += world->recalibrating;
    for (int at = 0; at < world->paper_count; at++)
        forgotten += world->papers[at].forgotten;
    ck_assert_msg(world->policy.calibration_percent > 0 || world->lent == 0, "0 percent: none");
    exam_world_close(world);
}

/* Walks that never met a third reader or a committee would prove little. */
START_TEST(invariants_hold_journals_replay_and_walks_go_everywhere)
{
    for (int i = 0; i < WALKS; i++)
        walk(i);
    ck_assert_uint_gt(released, 0);
    ck_assert_uint_gt(thirds, 0);
    ck_assert_uint_gt(committees, 0);
    ck_assert_uint_gt(closed, 0);
    ck_assert_uint_gt(certificates, 0);
    ck_assert_uint_gt(rescored, 0);
    ck_assert_uint_gt(lent, 0);
    ck_assert_uint_gt(judged, 0);
    ck_assert_uint_gt(withdrawn, 0);
    ck_assert_uint_gt(recalibrating, 0);
    ck_assert_uint_gt(forgotten, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exams live");
    TCase *tests = tcase_create("walks");
    tcase_set_timeout(tests, 100);
    tcase_add_test(tests, invariants_hold_journals_replay_and_walks_go_everywhere);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
