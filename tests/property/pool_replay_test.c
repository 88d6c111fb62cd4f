/* links: exam_kit */
/* SPEC 6.8: an auditor's replay of the pool's journal, line by line as the store holds it.  What repeats,
 * repeats; whoever has the store and makes the hashes anew is told of by what the seed gives, or by another
 * seed than the one whose hash was announced. */
#include "pool_lines.h"
#include "pool_replay.h"
#include "rules_file.h"
#include "wf_journal.h"
#include "wf_seal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    READERS = 48,
    DAYS = 9,
    PAPERS_A_DAY = 2
}; /* below 32 who may read, nothing is drawn (SPEC 4.1) */

/* ---- a week of papers ---- */

static void give_card(struct exam_world *world, int number, bool active)
{
    struct pool_event *event = exam_world_event(WORLD_POOL);
    event->kind = POOL_EVENT_CARD;
    (void)snprintf(event->reader, sizeof event->reader, "R%02d", number);
    event->card.active = active;
    event->card.capacity = 6;
    event->card.window_days = 30;
    event->card.qualification_count = 1;
    event->card.qualifications[0] = (struct pool_qualification){.category = 7, .until = WF_NO_DATE};
    event->card.token_count = 1;
    event->card.tokens[0].kind = 2;
    event->card.tokens[0].bytes[0] = (uint8_t)(number % 5);
    ck_assert_int_eq(exam_world_give(world, WORLD_POOL, 0, event).step, WF_APPLIED);
}

static void seal(struct exam_world *world)
{
    unsigned group = (unsigned)world->paper_count % 5;
    ck_assert_int_eq(exam_world_seal(world, group).step, WF_APPLIED);
}

static void settle(struct exam_world *world)
{
    ck_assert(exam_world_settle(world));
}

static void decline(struct exam_world *world, int at)
{
    struct seat_event *event = exam_world_event(WORLD_SEAT);
    event->kind = SEAT_EVENT_DECLINED;
    (void)exam_world_give(world, WORLD_SEAT, at, event);
}

static struct exam_world *live(void)
{
    struct wf_error error = {0};
    struct exam_world *world = exam_world_open(7);
    ck_assert_int_eq(
        rules_file_read(WF_SOURCE_DIR "/deploy/exam/rules/endorsement.conf", &world->pack, &error),
        0);
    for (int i = 0; i < READERS; i++)
        give_card(world, i, true);
    for (int day = 0; day < DAYS; day++) {
        for (int i = 0; i < PAPERS_A_DAY; i++)
            seal(world);
        settle(world);
        if (world->seat_count > 3 * day)
            decline(world, 3 * day);
        give_card(world, day, day % 3 != 1); /* some go: who reads what is theirs is chosen anew */
        settle(world);
        world->now += WF_DAY;
        exam_world_tick(world);
        settle(world);
    }
    ck_assert_ptr_null(world->broken);
    return world;
}

/* ---- replaying ---- */

static struct exam_world *world;
static struct pool_lines lines;
static struct pool_replay *replay;

static struct pool_replay_report replay_lines(void)
{
    pool_replay_close(&replay);
    replay = pool_replay_open();
    for (size_t i = 0; i < lines.count; i++)
        pool_replay_line(replay, wf_buffer_bytes(&lines.lines[i]));
    pool_replay_finish(replay);
    return pool_replay_report(replay);
}

static void open_world(void)
{
    world = live();
    pool_lines_make(world, &lines);
}

static void close_world(void)
{
    pool_replay_close(&replay);
    pool_lines_fini(&lines);
    exam_world_close(world);
}

static const struct pool_event *event_at(size_t line)
{
    for (const struct world_entry *entry = world->journal; entry; entry = entry->next)
        if (entry->kind == WORLD_POOL && line-- == 0)
            return entry->event;
    return NULL;
}

/* The n-th plan, from 0, that gives somebody a paper. */
static size_t line_of_plan(int n)
{
    for (size_t i = 0; i < lines.count; i++) {
        const struct pool_event *event = event_at(i);
        if (event->kind == POOL_EVENT_PLANNED && event->row_count > 0 && n-- == 0)
            return i;
    }
    ck_abort_msg("so many plans were not made");
    return 0;
}

static bool found(const struct pool_replay_report *report, enum pool_replay_kind kind, size_t line)
{
    for (size_t i = 0; i < report->fault_count; i++)
        if (report->faults[i].kind == kind && report->faults[i].line == line + 1)
            return true;
    return false;
}

START_TEST(every_plan_is_made_again_and_the_seeds_are_those_in_use)
{
    struct pool_replay_report report = replay_lines();
    uint64_t plans = 0, nights = 0;
    ck_assert_uint_eq(report.fault_count, 0);
    ck_assert_uint_eq(report.lines, lines.count);
    ck_assert_uint_gt(report.period_count, POOL_SEEDS_MAX - 1); /* more than the pool remembers */
    for (size_t i = 0; i < report.period_count; i++) {
        const struct pool_replay_period *period = &report.periods[i];
        uint8_t digest[POOL_SEED];
        wf_sha256((struct wf_bytes){period->seed, POOL_SEED}, digest);
        ck_assert_mem_eq(digest, period->sha256, POOL_SEED);
        ck_assert_int_eq(period->until,
                         i + 1 < report.period_count ? report.periods[i + 1].since : WF_NEVER);
        ck_assert_uint_eq(period->unlike, 0);
        plans += period->plans;
        nights += period->nights;
    }
    ck_assert_uint_gt(plans, nights);
    ck_assert_uint_ge(nights, DAYS - 1);
    for (int32_t i = 0; i < world->pool->seed_count; i++) {
        const struct pool_seed *seed = &world->pool->seeds[i];
        const struct pool_replay_period *period =
            &report.periods[report.period_count - (size_t)(world->pool->seed_count - i)];
        ck_assert_mem_eq(seed->bytes, period->seed, POOL_SEED);
        ck_assert_int_eq(seed->since, period->since);
        ck_assert_uint_eq((uint64_t)seed->plans, period->plans);
    }
}
END_TEST

/* ---- a forger who has the store ---- */

struct forged_row {
    char handle[EXAM_ID_MAX + 1], was[EXAM_ID_MAX + 1], is[EXAM_ID_MAX + 1];
    int32_t place;
};

/* The first row of a plan is given to the next reader by name. */
static void change_row(Endorse__V1__JournalLine *line, struct wf_arena *arena, void *context)
{
    struct forged_row *forged = context;
    static uint8_t bytes[64 * 1024];
    Endorse__V1__PoolPlanned *plan = (Endorse__V1__PoolPlanned *)wf_unpack(
        &endorse__v1__pool_planned__descriptor,
        (struct wf_bytes){line->payload.data, line->payload.len}, arena);
    ck_assert_ptr_nonnull(plan);
    Endorse__V1__PlannedSlot *row = plan->slots[0];
    forged->place = (int32_t)row->place;
    (void)snprintf(forged->handle, sizeof forged->handle, "%.32s", row->handle);
    (void)snprintf(forged->was, sizeof forged->was, "%.32s", row->reader);
    (void)snprintf(forged->is, sizeof forged->is, "R%02d", (atoi(row->reader + 1) + 1) % READERS);
    row->reader = forged->is;
    ck_assert_uint_le(endorse__v1__pool_planned__get_packed_size(plan), sizeof bytes);
    line->payload =
        (ProtobufCBinaryData){.len = endorse__v1__pool_planned__pack(plan, bytes), .data = bytes};
}

START_TEST(a_row_that_was_given_to_another_is_named_though_the_chain_is_whole)
{
    size_t at = line_of_plan(2);
    struct forged_row forged;
    pool_lines_forge(&lines, at, change_row, &forged);
    struct pool_replay_report report = replay_lines();
    ck_assert_uint_gt(report.fault_count, 0);
    const struct pool_replay_fault *fault = &report.faults[0];
    ck_assert_int_eq(fault->kind, POOL_REPLAY_READER);
    ck_assert_uint_eq(fault->line, at + 1);
    ck_assert_str_eq(fault->handle, forged.handle);
    ck_assert_int_eq(fault->place, forged.place);
    ck_assert_str_eq(fault->said, forged.is);
    ck_assert_str_eq(fault->makes, forged.was);
    for (size_t i = 0; i < report.fault_count; i++)
        ck_assert_int_ne(report.faults[i].kind, POOL_REPLAY_CHAIN);
}
END_TEST

START_TEST(a_row_that_was_changed_in_place_breaks_the_chain_there)
{
    size_t at = line_of_plan(2);
    struct wf_buffer whole = {0};
    struct forged_row forged;
    wf_buffer_append(&whole, lines.lines[at + 1].data, lines.lines[at + 1].length);
    pool_lines_forge(&lines, at, change_row, &forged);
    wf_buffer_fini(&lines.lines[at + 1]);
    lines.lines[at + 1] = whole;
    struct pool_replay_report report = replay_lines();
    ck_assert(found(&report, POOL_REPLAY_CHAIN, at + 1));
    ck_assert(found(&report, POOL_REPLAY_READER, at));
}
END_TEST

/* Another seed: its plans do not repeat; and had all of them been made anew with it, its hash is not the one that
 * was announced. */
static void change_seed(Endorse__V1__JournalLine *line, struct wf_arena *arena, void *context)
{
    (void)arena;
    (void)context;
    line->entropy.data[0] ^= 1;
}

START_TEST(another_seed_gives_other_plans_and_another_hash)
{
    uint8_t announced[POOL_SEED];
    size_t first = 0;
    while (event_at(first)->kind != POOL_EVENT_CARD)
        first++;
    memcpy(announced, replay_lines().periods[0].sha256, sizeof announced);
    pool_lines_forge(&lines, first, change_seed, NULL);
    struct pool_replay_report report = replay_lines();
    ck_assert_mem_ne(announced, report.periods[0].sha256, sizeof announced);
    ck_assert_uint_gt(report.periods[0].unlike, 0);
    ck_assert_uint_eq(report.periods[1].unlike, 0);
}
END_TEST

START_TEST(a_line_that_was_taken_out_or_moved_is_told)
{
    size_t at = line_of_plan(3);
    pool_lines_drop(&lines, at);
    struct pool_replay_report report = replay_lines();
    ck_assert_uint_gt(report.fault_count, 0);
    ck_assert(found(&report, POOL_REPLAY_CHAIN, at + 1)); /* the line that is behind it says so */
    pool_lines_forge(&lines, at, NULL,
                     NULL); /* hashes and numbers anew: its readers sit unplanned */
    report = replay_lines();
    ck_assert_uint_gt(report.fault_count, 0);
    for (size_t i = 0; i < report.fault_count; i++)
        ck_assert_int_ne(report.faults[i].kind, POOL_REPLAY_CHAIN);
}
END_TEST

START_TEST(lines_in_another_order_are_told)
{
    size_t at = line_of_plan(1);
    pool_lines_swap(&lines, at, at + 1);
    struct pool_replay_report report = replay_lines();
    ck_assert_uint_gt(report.fault_count, 0);
    ck_assert_int_eq(report.faults[0].kind, POOL_REPLAY_CHAIN);
    pool_lines_forge(&lines, at, NULL, NULL);
    ck_assert_uint_gt(replay_lines().fault_count, 0);
}
END_TEST

/* A paper may not say that somebody sits there whom no plan put there. */
static void change_wish(Endorse__V1__JournalLine *line, struct wf_arena *arena, void *context)
{
    static uint8_t bytes[64 * 1024];
    Endorse__V1__PaperNeeds *needs = (Endorse__V1__PaperNeeds *)wf_unpack(
        &endorse__v1__paper_needs__descriptor,
        (struct wf_bytes){line->payload.data, line->payload.len}, arena);
    ck_assert_ptr_nonnull(needs);
    needs->slots[0]->reader = (char *)context;
    ck_assert_uint_le(endorse__v1__paper_needs__get_packed_size(needs), sizeof bytes);
    line->payload =
        (ProtobufCBinaryData){.len = endorse__v1__paper_needs__pack(needs, bytes), .data = bytes};
}

START_TEST(a_reader_whom_no_plan_put_there_is_told)
{
    size_t at = 0;
    while (event_at(at)->kind != POOL_EVENT_NEEDS)
        at++;
    char reader[] = "R03";
    pool_lines_forge(&lines, at, change_wish, reader);
    struct pool_replay_report report = replay_lines();
    ck_assert(found(&report, POOL_REPLAY_UNPLANNED, at));
    ck_assert_str_eq(report.faults[0].said, "R03");
}
END_TEST

static void refuse(Endorse__V1__JournalLine *line, struct wf_arena *arena, void *context)
{
    (void)arena;
    (void)context;
    line->step = ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_REFUSED;
    line->reason = (char *)(uintptr_t) "pool-full";
}

START_TEST(a_card_that_was_refused_for_nothing_is_told)
{
    pool_lines_forge(&lines, 1, refuse, NULL);
    struct pool_replay_report report = replay_lines();
    ck_assert(found(&report, POOL_REPLAY_STEP, 1));
}
END_TEST

static void spoil(Endorse__V1__JournalLine *line, struct wf_arena *arena, void *context)
{
    (void)arena;
    line->type = context;
}

START_TEST(a_line_of_no_type_is_told_and_a_line_of_another_aggregate_passed_over)
{
    char type[] = "endorse.exam.pool.unheard.v1";
    static const uint8_t other[] = "\x0a\x07seat/AB";
    pool_lines_forge(&lines, line_of_plan(1), spoil, type);
    struct pool_replay_report report = replay_lines();
    ck_assert(found(&report, POOL_REPLAY_UNREADABLE, line_of_plan(1)));
    uint64_t count = report.lines;
    pool_replay_line(replay, (struct wf_bytes){other, sizeof other - 1});
    ck_assert_uint_eq(pool_replay_report(replay).lines, count);
    static const uint8_t torn[] = "\x0a\x0cpool/readers\xff\xff";
    pool_replay_line(replay, (struct wf_bytes){torn, sizeof torn - 1});
    ck_assert_uint_eq(pool_replay_report(replay).lines, count + 1);
}
END_TEST

/* ---- seats ---- */

/* A seat's first line, opened at `at` for the n-th row of the first plan: for its reader, or another. */
static void open_seat(const char *reader, bool is_calibration, wf_time at)
{
    const struct pool_event *plan = event_at(line_of_plan(0));
    uint8_t head[32] = {0};
    struct wf_pool pool = {0};
    Endorse__V1__SeatWanted wanted = ENDORSE__V1__SEAT_WANTED__INIT;
    Endorse__V1__JournalLine line = ENDORSE__V1__JOURNAL_LINE__INIT;
    wanted.handle = (char *)(uintptr_t)plan->rows[0].handle;
    wanted.place = (uint32_t)plan->rows[0].place;
    wanted.round = 1;
    wanted.reader = (char *)(uintptr_t)(reader ? reader : plan->rows[0].reader);
    wanted.calibration = is_calibration;
    struct wf_bytes payload = wf_pool_pack(&pool, &wanted.base);
    line.aggregate = (char *)(uintptr_t) "seat/AAAAAAAAAAAAA";
    line.version = 1;
    line.type = (char *)(uintptr_t)wf_message_row(WF_MESSAGE_SEAT_WANTED)->type;
    line.time_ms = at;
    line.step = ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED;
    line.payload = (ProtobufCBinaryData){payload.length, (uint8_t *)(uintptr_t)payload.data};
    pool_replay_line(replay, wf_journal_encode(&pool, &line, head));
    wf_pool_fini(&pool);
}

START_TEST(a_seat_that_no_plan_gave_is_told)
{
    wf_time begin = replay_lines().periods[0].since, end = pool_replay_report(replay).last;
    open_seat(NULL, false, begin);
    open_seat("R99", true, begin); /* a calibration counts in no result */
    open_seat("R99", false, end);  /* its plan may be copied later */
    pool_replay_finish(replay);
    struct pool_replay_report report = pool_replay_report(replay);
    ck_assert_uint_eq(report.fault_count, 0);
    ck_assert_uint_eq(report.seats, 2);
    ck_assert_uint_eq(report.ahead, 1);
    (void)replay_lines();
    open_seat("R99", false, begin);
    pool_replay_finish(replay);
    report = pool_replay_report(replay);
    ck_assert_uint_eq(report.fault_count, 1);
    ck_assert_int_eq(report.faults[0].kind, POOL_REPLAY_SEAT);
    ck_assert_str_eq(report.faults[0].seat, "AAAAAAAAAAAAA");
    ck_assert_str_eq(report.faults[0].said, "R99");
    ck_assert_str_eq(report.faults[0].handle, event_at(line_of_plan(0))->rows[0].handle);
}
END_TEST

/* ---- midnight ---- */

/* A plan made just before midnight and committed after it is stale and made anew: it is no forgery. */
START_TEST(a_plan_that_came_over_midnight_is_made_anew_and_repeats)
{
    seal(world);
    while (exam_world_deliver(world))
        ;
    ck_assert(world->plan_wanted);
    struct pool_event *planned = exam_world_event(WORLD_POOL);
    pool_choose(world->pool, wf_time_to_utc_date(world->now), false, planned);
    ck_assert_int_gt(planned->row_count, 0);
    world->plan_wanted = false;
    world->now = (world->now / WF_DAY + 1) * WF_DAY;
    int32_t plans = world->pool->seeds[world->pool->seed_count - 1].plans;
    ck_assert_int_eq(exam_world_give(world, WORLD_POOL, 0, planned).step, WF_APPLIED);
    ck_assert_int_eq(world->pool->seeds[world->pool->seed_count - 1].plans, plans);
    ck_assert(world->plan_wanted);
    settle(world);
    ck_assert_int_eq(world->pool->seeds[world->pool->seed_count - 1].plans, plans + 1);
    pool_lines_fini(&lines);
    pool_lines_make(world, &lines);
    struct pool_replay_report report = replay_lines();
    ck_assert_uint_eq(report.fault_count, 0);
    ck_assert_uint_eq(report.periods[report.period_count - 1].stale, 1);
}
END_TEST

/* A line that was written before plans said their day is judged by the day on which it was taken. */
static void forget_day(Endorse__V1__JournalLine *line, struct wf_arena *arena, void *context)
{
    static uint8_t bytes[64 * 1024];
    Endorse__V1__PoolPlanned *plan = (Endorse__V1__PoolPlanned *)wf_unpack(
        &endorse__v1__pool_planned__descriptor,
        (struct wf_bytes){line->payload.data, line->payload.len}, arena);
    (void)context;
    ck_assert_ptr_nonnull(plan);
    ck_assert_str_ne(plan->made_on, "");
    plan->made_on = (char *)(uintptr_t) "";
    line->payload =
        (ProtobufCBinaryData){.len = endorse__v1__pool_planned__pack(plan, bytes), .data = bytes};
}

START_TEST(a_plan_that_does_not_say_its_day_is_of_the_day_on_which_it_was_taken)
{
    pool_lines_forge(&lines, line_of_plan(1), forget_day, NULL);
    ck_assert_uint_eq(replay_lines().fault_count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the pool's journal");
    TCase *tests = tcase_create("replay");
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_plan_is_made_again_and_the_seeds_are_those_in_use);
    tcase_add_test(tests, a_row_that_was_given_to_another_is_named_though_the_chain_is_whole);
    tcase_add_test(tests, a_row_that_was_changed_in_place_breaks_the_chain_there);
    tcase_add_test(tests, another_seed_gives_other_plans_and_another_hash);
    tcase_add_test(tests, a_line_that_was_taken_out_or_moved_is_told);
    tcase_add_test(tests, lines_in_another_order_are_told);
    tcase_add_test(tests, a_reader_whom_no_plan_put_there_is_told);
    tcase_add_test(tests, a_card_that_was_refused_for_nothing_is_told);
    tcase_add_test(tests, a_line_of_no_type_is_told_and_a_line_of_another_aggregate_passed_over);
    tcase_add_test(tests, a_seat_that_no_plan_gave_is_told);
    tcase_add_test(tests, a_plan_that_came_over_midnight_is_made_anew_and_repeats);
    tcase_add_test(tests, a_plan_that_does_not_say_its_day_is_of_the_day_on_which_it_was_taken);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
