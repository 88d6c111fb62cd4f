/* links: wf_exam_service */
/* SPEC 6.9 of endorse-exam, the pool: who is due, what may be read, what is on the shelf, who reads nothing else. */
#include "pool_core.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERCENT = 5, READERS = 8, WINDOW_DAYS = 60 };

static struct pool *pool, *after;
static struct pool_event *event;
static struct pool_effects *effects;
static struct wf_verdict verdict;
static wf_time now;
static uint64_t random_state;

static uint8_t random_byte(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint8_t)(random_state >> 56);
}

static struct pool_event *begin(enum pool_event_kind kind)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    for (size_t i = 0; i < sizeof event->meta.entropy; i++)
        event->meta.entropy[i] = random_byte();
    return event;
}

static void step(void)
{
    const char *broken = "";
    memset(after, 0, sizeof *after);
    memset(effects, 0, sizeof *effects);
    verdict = pool_step(NULL, pool, event, now, after, effects);
    if (verdict.step == WF_APPLIED)
        memcpy(pool, after, sizeof *pool);
    ck_assert_msg(pool_holds(pool, &broken), "%s", broken);
}

/* ---- what comes in ---- */

static struct pool_event *begin_card(int number)
{
    begin(POOL_EVENT_CARD);
    (void)snprintf(event->reader, sizeof event->reader, "R%d", number);
    event->card.active = true;
    event->card.capacity = 40;
    event->card.window_days = WINDOW_DAYS;
    event->card.qualification_count = 1;
    event->card.qualifications[0].category = 7;
    event->card.qualifications[0].until = WF_NO_DATE;
    event->card.language_count = 1;
    (void)strcpy(event->card.languages[0].code, "en");
    event->card.token_count = 1;
    event->card.tokens[0] = (struct exam_token){.kind = 2, .bytes = {(uint8_t)(100 + number)}};
    return event;
}

static void give_cards(int count)
{
    for (int i = 0; i < count; i++) {
        begin_card(i);
        step();
    }
}

static struct pool_event *begin_needs(const char *handle, uint32_t round)
{
    begin(POOL_EVENT_NEEDS);
    (void)snprintf(event->meta.from.id, sizeof event->meta.from.id, "%s", handle);
    event->round = round;
    event->category = 7;
    (void)strcpy(event->form, "form-1");
    (void)strcpy(event->language, "en");
    return event;
}

static void shelve(const char *handle)
{
    begin_needs(handle, 0);
    event->calibrates = true;
    step();
}

/* A paper for one more reader, and a plan that gives it to that one. */
static void give_work(const char *handle, int reader, int percent)
{
    begin_needs(handle, 1);
    event->wish_count = 1;
    event->wishes[0].place = 1;
    step();
    begin(POOL_EVENT_PLANNED);
    event->plan = pool->changes;
    event->made_on = WF_NO_DATE;
    event->calibration_percent = percent;
    event->row_count = 1;
    (void)snprintf(event->rows[0].handle, sizeof event->rows[0].handle, "%s", handle);
    event->rows[0].place = 1;
    (void)snprintf(event->rows[0].reader, sizeof event->rows[0].reader, "R%d", reader);
    step();
}

static void end_paper(const char *handle)
{
    begin_needs(handle, 0);
    step();
}

static bool has_lent(void)
{
    return effects->lending_count == 1 && effects->lendings[0].why == POOL_WHY_NONE;
}

static void told(int reader, enum pool_told what)
{
    begin(POOL_EVENT_CALIBRATION);
    (void)snprintf(event->reader, sizeof event->reader, "R%d", reader);
    if (pool->readers[reader].lent.paper)
        memcpy(event->handle, pool->papers[pool->readers[reader].lent.paper - 1].handle,
               sizeof event->handle);
    event->told = what;
    step();
}

static int on_shelf(void)
{
    int count = 0;
    for (int32_t i = 0; i < pool->paper_count; i++)
        count += pool->papers[i].calibrates;
    return count;
}

static void open_pool(void)
{
    pool = calloc(1, sizeof *pool);
    after = calloc(1, sizeof *after);
    event = calloc(1, sizeof *event);
    effects = calloc(1, sizeof *effects);
    ck_assert(pool && after && event && effects);
    now = INT64_C(1767225600000);
    random_state = 7;
}
static void close_pool(void)
{
    free(pool);
    free(after);
    free(event);
    free(effects);
}
static void begin_again(void)
{
    memset(pool, 0, sizeof *pool);
    give_cards(READERS);
}

/* ---- due ---- */

START_TEST(one_of_the_first_five_and_each_place_after_the_first_as_likely)
{
    enum { RUNS = 400 };
    int at_place[6] = {0};
    for (int run = 0; run < RUNS; run++) {
        begin_again();
        shelve("old");
        char handle[24];
        int seats = 0;
        do {
            ck_assert_int_lt(seats, 4);
            (void)snprintf(handle, sizeof handle, "work-%d", seats++);
            give_work(handle, 0, PERCENT);
            ck_assert(effects->chosen[1] || effects->chosen[2] || effects->chosen[3] ||
                      effects->chosen[4]);
        } while (!has_lent());
        at_place[seats + 1]++;
        ck_assert_int_eq(pool->readers[0].seats, seats + 1);
    }
    for (int place = 2; place <= 5; place++)
        ck_assert_msg(at_place[place] > RUNS / 8 && at_place[place] < RUNS * 3 / 8, "place %d: %d",
                      place, at_place[place]);
}
END_TEST

START_TEST(afterwards_the_share_is_the_percent)
{
    enum { SEATS = 6000, A_DAY = 1 };
    int lent = 0;
    begin_again();
    for (int i = 0; i < SEATS; i++) {
        char handle[24];
        now += 3 * A_DAY * WF_DAY;
        (void)snprintf(handle, sizeof handle, "old-%d", i);
        shelve(handle);
        (void)snprintf(handle, sizeof handle, "work-%d", i);
        give_work(handle, 0, PERCENT);
        lent += has_lent();
        end_paper(handle);
        if (pool->readers[0].lent.paper && i % 7 == 0)
            told(0, POOL_TOLD_WITHIN);
    }
    ck_assert_int_eq(pool->readers[0].seats, SEATS + lent);
    double share = 100.0 * lent / (SEATS + lent);
    ck_assert_msg(share > PERCENT - 0.8 && share < PERCENT + 0.8, "%.2f percent", share);
}
END_TEST

START_TEST(nothing_on_the_shelf_is_no_obstacle_and_is_owed)
{
    char handle[24];
    begin_again();
    for (int i = 0; i < 5; i++) {
        (void)snprintf(handle, sizeof handle, "work-%d", i);
        give_work(handle, 0, PERCENT);
        ck_assert(effects->chosen[i] && !has_lent());
    }
    ck_assert(pool->readers[0].owed && !pool->readers[0].recalibrating);
    shelve("old");
    give_work("work-9", 0, PERCENT);
    ck_assert(has_lent());
}
END_TEST

START_TEST(no_percent_no_calibration)
{
    char handle[24];
    begin_again();
    shelve("old");
    for (int i = 0; i < 20; i++) {
        (void)snprintf(handle, sizeof handle, "work-%d", i);
        give_work(handle, 0, 0);
        ck_assert(!has_lent());
    }
    ck_assert(!pool->readers[0].owed);
}
END_TEST

/* ---- what fits ---- */

static void nothing(void)
{
}
static void same_token(void)
{
    event->token_count = 1;
    event->tokens[0] = (struct exam_token){.kind = 2, .bytes = {100}};
}
static void same_author(void)
{
    event->token_count = 1;
    event->tokens[0] = (struct exam_token){.kind = 6, .bytes = {55}};
}
static void held_before(void)
{
    event->held_count = 1;
    (void)strcpy(event->held[0].id, "R0");
}
static void another_category(void)
{
    event->category = 8;
}
static void another_form(void)
{
    (void)strcpy(event->form, "form-0");
}
static void another_language(void)
{
    (void)strcpy(event->language, "es");
}
static void at_rest(void)
{
    event->resting = true;
}
static void lent_out(void)
{
    event->lent = EXAM_LENT_MAX;
}
static void no_reader_left(void)
{
    for (int i = 1; i <= READERS - 3; i++)
        (void)snprintf(event->held[event->held_count++].id, EXAM_ID_MAX, "R%d", i);
}
static const struct {
    const char *name;
    void (*change)(void);
    bool fits;
} shelf_cases[] = {
    {"as it is", nothing, true},
    {"a common conflict token", same_token, false},
    {"the writer read before", same_author, false},
    {"a seat of it held before", held_before, false},
    {"a category without qualification", another_category, false},
    {"another form than the work's", another_form, false},
    {"a language not read", another_language, false},
    {"its text is pulled", at_rest, false},
    {"eight had it", lent_out, false},
    {"an appeal would find too few", no_reader_left, false},
};

START_TEST(only_what_the_reader_may_read)
{
    begin_again();
    pool->readers[0].seats = 4; /* due */
    pool->readers[0].author_count = 1;
    pool->readers[0].authors[0] = (struct exam_token){.kind = 6, .bytes = {55}};
    begin_needs("old", 0);
    event->calibrates = true;
    shelf_cases[_i].change();
    step();
    give_work("work", 0, PERCENT);
    ck_assert_msg(has_lent() == shelf_cases[_i].fits, "%s", shelf_cases[_i].name);
    if (!has_lent())
        return;
    ck_assert_str_eq(pool->papers[effects->lendings[0].paper].handle, "old");
    ck_assert_int_eq(pool->readers[0].given_count, 2);
    begin_needs("old", 2); /* E2: an appeal of it */
    step();
    ck_assert(!pool_may_read(pool, &pool->papers[0], 0, (wf_date)(now / WF_DAY)));
}
END_TEST

START_TEST(the_room_ends)
{
    begin_again();
    begin_card(0);
    event->card.capacity = 1;
    step();
    pool->readers[0].seats = 4;
    shelve("old");
    give_work("work", 0, PERCENT);
    ck_assert(effects->chosen[1] && !has_lent() && pool->readers[0].owed);
}
END_TEST

/* ---- the shelf ---- */

START_TEST(the_shelf_is_bounded_and_what_is_read_stays)
{
    char handle[24];
    begin_again();
    pool->readers[0].seats = 4;
    shelve("first");
    give_work("work", 0, PERCENT);
    ck_assert(has_lent());
    for (int i = 0; i < 100; i++) {
        (void)snprintf(handle, sizeof handle, "same-%d", i);
        shelve(handle);
    }
    ck_assert_int_eq(on_shelf(), POOL_SHELF_FORM_MAX);
    for (int i = 0; i < 200; i++) {
        (void)snprintf(handle, sizeof handle, "other-%d", i);
        begin_needs(handle, 0);
        event->calibrates = true;
        (void)snprintf(event->form, sizeof event->form, "form-%d", i);
        step();
    }
    ck_assert_int_eq(on_shelf(), POOL_SHELF_MAX);
    ck_assert_int_gt(pool->readers[0].lent.paper, 0);
    ck_assert_str_eq(pool->papers[pool->readers[0].lent.paper - 1].handle, "first");
}
END_TEST

/* A paper that wants readers comes before one that calibrates. */
START_TEST(the_shelf_makes_room)
{
    char handle[24];
    begin_again();
    shelve("old");
    for (int i = 0; i < POOL_PAPERS_MAX - 1; i++) {
        (void)snprintf(handle, sizeof handle, "work-%d", i);
        begin_needs(handle, 1);
        step();
    }
    ck_assert_int_eq(pool->paper_count, POOL_PAPERS_MAX);
    begin_needs("last", 1);
    step();
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(on_shelf(), 0);
    shelve("older");
    ck_assert_int_eq(verdict.step, WF_IGNORED);
}
END_TEST

START_TEST(what_leaves_the_shelf_is_taken_away)
{
    begin_again();
    pool->readers[0].seats = 4;
    shelve("old");
    give_work("work", 0, PERCENT);
    ck_assert(has_lent());
    struct pool_lent lent = pool->readers[0].lent;
    end_paper("old");
    ck_assert_int_eq(pool->readers[0].lent.paper, 0);
    ck_assert_int_eq(pool->readers[0].given_count, 1);
    pool->readers[0].lent = (struct pool_lent){0};
    begin(POOL_EVENT_CALIBRATION); /* it was locked in the same moment */
    (void)strcpy(event->reader, "R0");
    (void)strcpy(event->handle, "old");
    event->told = POOL_TOLD_OUTSIDE;
    step();
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    ck_assert_int_eq(pool->readers[0].calibrations, 0);
    ck_assert_int_ne(lent.paper, 0);
}
END_TEST

/* The paper was paused when the choice came: the pool hears it, and the reader is owed one. */
START_TEST(what_the_paper_did_not_take_is_owed)
{
    begin_again();
    pool->readers[0].seats = 4;
    shelve("old");
    give_work("work", 0, PERCENT);
    ck_assert(has_lent());
    begin_needs("old", 0);
    event->calibrates = event->resting = true;
    step(); /* said before the choice came */
    ck_assert_int_ne(pool->readers[0].lent.paper, 0);
    begin_needs("old", 0);
    event->calibrates = event->resting = true;
    event->seen = 1;
    step();
    ck_assert_int_eq(pool->readers[0].lent.paper, 0);
    ck_assert(pool->readers[0].owed);
}
END_TEST

/* ---- conflicts, room, judgements ---- */

START_TEST(who_may_not_read_it_any_more_loses_it)
{
    for (int opened = 0; opened < 2; opened++)
        for (int conflict = 0; conflict < 2; conflict++) {
            begin_again();
            pool->readers[0].seats = 4;
            begin_needs("old", 0);
            event->calibrates = true;
            event->token_count = 1;
            event->tokens[0] = (struct exam_token){.kind = 2, .bytes = {200}};
            step();
            give_work("work", 0, PERCENT);
            ck_assert(has_lent());
            if (opened)
                told(0, POOL_TOLD_OPENED);
            begin_card(0);
            if (conflict)
                event->card.tokens[0].bytes[0] = 200;
            else
                event->card.qualifications[0].category = 9;
            step();
            bool loses = conflict || !opened;
            ck_assert_int_eq(effects->lending_count, loses);
            if (loses)
                ck_assert_int_eq(effects->lendings[0].why,
                                 conflict ? POOL_WHY_CONFLICT : POOL_WHY_UNQUALIFIED);
            ck_assert_int_eq(pool->readers[0].lent.paper == 0, loses);
        }
}
END_TEST

START_TEST(unopened_gives_its_room_back_and_is_due_again)
{
    begin_again();
    pool->readers[0].seats = 4;
    shelve("old");
    shelve("older");
    give_work("work", 0, PERCENT);
    ck_assert(has_lent());
    ck_assert_int_eq(pool->readers[0].given_count, 2);
    told(0, POOL_TOLD_GONE);
    ck_assert_int_eq(pool->readers[0].given_count, 1);
    give_work("work-2", 0, PERCENT);
    ck_assert(has_lent());
    told(0, POOL_TOLD_OPENED);
    told(0, POOL_TOLD_GONE);
    ck_assert_int_eq(pool->readers[0].given_count, 3);
}
END_TEST

static void judged(int reader, bool within)
{
    ck_assert_int_ne(pool->readers[reader].lent.paper, 0);
    told(reader, within ? POOL_TOLD_WITHIN : POOL_TOLD_OUTSIDE);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
}

START_TEST(two_of_five_outside_no_papers_until_two_in_a_row_are_within)
{
    char handle[24];
    begin_again();
    for (int i = 0; i < 8; i++) {
        (void)snprintf(handle, sizeof handle, "old-%d", i);
        shelve(handle);
    }
    static const bool within[] = {false, true, true, true, true, false, false};
    for (size_t i = 0; i < sizeof within; i++) {
        pool->readers[0].owed = true;
        (void)snprintf(handle, sizeof handle, "work-%zu", i);
        give_work(handle, 0, PERCENT);
        ck_assert_msg(has_lent(), "%zu", i);
        ck_assert(!pool->readers[0].recalibrating);
        judged(0, within[i]);
    }
    ck_assert(pool->readers[0].recalibrating);
    ck_assert_msg(has_lent(), "one at once, and no work with it");
    int32_t seats = pool->readers[0].seats;
    give_work("work-9", 0, PERCENT);
    ck_assert(!pool->papers[pool->paper_count - 1].slots[0].opened);
    ck_assert_int_eq(pool->readers[0].seats, seats);
    ck_assert_int_eq(effects->lending_count, 0);
    ck_assert_int_eq(pool->readers[0].calibrations, 7);
    ck_assert_int_eq(pool->readers[0].within, 4);
}
END_TEST

START_TEST(two_in_a_row_within_and_work_comes_again)
{
    char handle[24];
    begin_again();
    pool->readers[0].recalibrating = true;
    for (int i = 0; i < 8; i++) {
        (void)snprintf(handle, sizeof handle, "old-%d", i);
        shelve(handle);
    }
    judged(0, true);
    judged(0, false);
    judged(0, true);
    ck_assert(pool->readers[0].recalibrating);
    judged(0, true);
    ck_assert(!pool->readers[0].recalibrating && !pool->readers[0].lent.paper);
    give_work("work", 0, 0);
    ck_assert_int_eq(pool->readers[0].seats, 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibrations of the pool");
    TCase *tests = tcase_create("SPEC 6.9");
    tcase_add_checked_fixture(tests, open_pool, close_pool);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, one_of_the_first_five_and_each_place_after_the_first_as_likely);
    tcase_add_test(tests, afterwards_the_share_is_the_percent);
    tcase_add_test(tests, nothing_on_the_shelf_is_no_obstacle_and_is_owed);
    tcase_add_test(tests, no_percent_no_calibration);
    tcase_add_loop_test(tests, only_what_the_reader_may_read, 0,
                        sizeof shelf_cases / sizeof *shelf_cases);
    tcase_add_test(tests, the_room_ends);
    tcase_add_test(tests, the_shelf_is_bounded_and_what_is_read_stays);
    tcase_add_test(tests, the_shelf_makes_room);
    tcase_add_test(tests, what_leaves_the_shelf_is_taken_away);
    tcase_add_test(tests, what_the_paper_did_not_take_is_owed);
    tcase_add_test(tests, who_may_not_read_it_any_more_loses_it);
    tcase_add_test(tests, unopened_gives_its_room_back_and_is_due_again);
    tcase_add_test(tests, two_of_five_outside_no_papers_until_two_in_a_row_are_within);
    tcase_add_test(tests, two_in_a_row_within_and_work_comes_again);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
