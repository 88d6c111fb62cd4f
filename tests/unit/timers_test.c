/* links: wf_runtime wf_kit */
/* Due times in memory: the earliest first, held ones aside, the rest of a long list loaded in time. */
#include "virtual_clock.h"
#include "wf_timers.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct wf_timers timers;
static struct wf_timer timer;

static void open_timers(void)
{
    wf_timers_init(&timers);
    for (unsigned p = 0; p < WF_PARTITIONS; p++)
        wf_timers_loaded(&timers, p, 0, 0);
}

static void close_timers(void)
{
    wf_timers_fini(&timers);
}

START_TEST(they_come_in_the_order_of_their_times)
{
    uint64_t random = 5;
    char id[16];
    for (unsigned i = 0; i < 2000; i++) {
        (void)snprintf(id, sizeof id, "A%u", (unsigned)(virtual_random(&random) % 500));
        wf_timers_set(&timers, "application", id,
                      virtual_random(&random) % 9 == 0
                          ? WF_NEVER
                          : (wf_time)(virtual_random(&random) % 10000));
    }
    wf_time last = 0;
    size_t count = timers.count;
    ck_assert_uint_gt(count, 300);
    for (; count > 0; count--) {
        ck_assert_int_eq(wf_timers_next(&timers), timers.heap[0]->due);
        ck_assert(wf_timers_pop(&timers, 10000, &timer));
        ck_assert_int_ge(timer.due, last);
        last = timer.due;
    }
    ck_assert(!wf_timers_pop(&timers, 10000, &timer));
    ck_assert_int_eq(wf_timers_next(&timers), WF_NEVER);
}
END_TEST

START_TEST(nothing_comes_before_it_is_due)
{
    wf_timers_set(&timers, "application", "A", 100);
    ck_assert(!wf_timers_pop(&timers, 99, &timer));
    ck_assert(wf_timers_pop(&timers, 100, &timer));
    ck_assert_str_eq(timer.id, "A");
}
END_TEST

START_TEST(a_new_time_replaces_the_old_one)
{
    wf_timers_set(&timers, "application", "A", 100);
    wf_timers_set(&timers, "application", "A", 200);
    wf_timers_set(&timers, "person", "A", 300);
    ck_assert(!wf_timers_pop(&timers, 150, &timer));
    ck_assert(wf_timers_pop(&timers, 1000, &timer));
    ck_assert_int_eq(timer.due, 200);
    wf_timers_set(&timers, "person", "A", WF_NEVER);
    ck_assert_uint_eq(timers.count, 0);
}
END_TEST

START_TEST(what_is_held_stays_aside)
{
    wf_timers_hold(&timers, "application", "A", 100, 5000);
    wf_timers_release(&timers, 4999);
    ck_assert(!wf_timers_pop(&timers, 1000, &timer));
    ck_assert_int_eq(wf_timers_next(&timers), WF_NEVER);
    wf_timers_release(&timers, 5000);
    ck_assert(wf_timers_pop(&timers, 1000, &timer));
    wf_timers_hold(&timers, "application", "A", 100, 9000);
    wf_timers_unhold(&timers, "application", "A");
    ck_assert(wf_timers_pop(&timers, 1000, &timer));
    wf_timers_hold(&timers, "application", "A", 100, 9000);
    wf_timers_set(&timers, "application", "A", 50);
    ck_assert(wf_timers_pop(&timers, 60, &timer));
    wf_timers_release(&timers, 9000);
    ck_assert(!wf_timers_pop(&timers, 1000, &timer));
}
END_TEST

/* The store has more than is loaded at a time: later ones are left there until their turn. */
START_TEST(a_long_list_is_loaded_by_and_by)
{
    unsigned partition = wf_partition("A");
    timers.partitions[partition].is_complete = true;
    wf_timers_offer(&timers, "application", "A", 100);
    wf_timers_loaded(&timers, partition, WF_TIMERS_LOADED, 100);
    ck_assert(!wf_timers_needs_load(&timers, partition));
    wf_timers_set(&timers, "person", "A", 90);
    wf_timers_set(&timers, "standing", "A", 500); /* beyond what is known: the store keeps it */
    ck_assert_uint_eq(timers.count, 2);
    ck_assert(wf_timers_pop(&timers, 100, &timer));
    ck_assert(wf_timers_pop(&timers, 100, &timer));
    ck_assert(wf_timers_needs_load(&timers, partition));
    wf_timers_hold(&timers, "application", "A", 100,
                   5000); /* what is held does not hide the rest */
    ck_assert(wf_timers_needs_load(&timers, partition));
    wf_timers_offer(&timers, "application", "A", 100);
    ck_assert_uint_eq(timers.count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timers");
    TCase *tests = tcase_create("timers");
    tcase_add_checked_fixture(tests, open_timers, close_timers);
    tcase_add_test(tests, they_come_in_the_order_of_their_times);
    tcase_add_test(tests, nothing_comes_before_it_is_due);
    tcase_add_test(tests, a_new_time_replaces_the_old_one);
    tcase_add_test(tests, what_is_held_stays_aside);
    tcase_add_test(tests, a_long_list_is_loaded_by_and_by);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
