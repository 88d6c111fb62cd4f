/* links: wf_toy wf_kit */
/* Programs together in one process under seeded faults: frames lost, repeated, delayed and thereby
 * reordered, answers of the store lost with or without the work, programs killed and started again.
 *
 * What must hold afterwards, whatever happened: every act that was answered counts exactly once in
 * every program it leads to, in the order of its lane; versions grow by one; the chain of every
 * aggregate is whole; replaying its journal gives its stored state.  WF_SIM_SEEDS (default 200) says
 * how many worlds are tried, WF_SIM_FIRST the first seed. */
#include "sim_world.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t setting(const char *name, uint64_t usual)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : usual;
}

START_TEST(nothing_is_lost_doubled_or_reordered)
{
    uint64_t first = setting("WF_SIM_FIRST", 1);
    uint64_t count = setting("WF_SIM_SEEDS", 200);
    for (uint64_t seed = first; seed < first + count; seed++) {
        const char *broken = sim_run(seed, false);
        ck_assert_msg(!broken[0], "seed %" PRIu64 ": %s", seed, broken);
    }
}
END_TEST

/* Negative control: without the gates the same worlds must break, or the checks see nothing. */
START_TEST(open_gates_are_noticed)
{
    unsigned noticed = 0;
    for (uint64_t seed = 1; seed <= 5; seed++)
        noticed += sim_run(seed, true)[0] != '\0';
    ck_assert_uint_eq(noticed, 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("programs together");
    TCase *tests = tcase_create("sim");
    tcase_set_timeout(tests, 600);
    tcase_add_checked_fixture(tests, sim_open_settings, sim_close_settings);
    tcase_add_test(tests, nothing_is_lost_doubled_or_reordered);
    tcase_add_test(tests, open_gates_are_noticed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
