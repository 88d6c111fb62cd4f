/* links: case_table_kit standing_kit standing_core wf_policy wf_base */
/* standing.cases, line by line: given | when | now | then.  Every cell of standing_cells.def must have a line
 * of its own.  services/renewal/SPEC.md 2. */
#include "case_table.h"
#include "standing_script.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct case_table cases;
static bool seen[STANDING_EVENT_COUNT][STANDING_STATE_COUNT];

static void play(const struct case_row *row)
{
    script_play(row->column[0]);
    if (strcmp(row->column[1], "tick") != 0 && state.phase != STANDING_NONE)
        ticks_until(row->column[2]);
    script_act(row->column[1], row->column[2]);
}

START_TEST(the_case_holds)
{
    const struct case_row *row = &cases.rows[_i];
    char told[2 * CASE_COLUMN_MAX];
    play(row);
    script_tell(told, sizeof told);
    ck_assert_msg(strcmp(told, row->column[3]) == 0, "standing.cases:%d\n  then %s\n   got %s",
                  row->line, row->column[3], told);
}
END_TEST

START_TEST(every_cell_has_a_case)
{
    for (int i = 0; i < cases.count; i++) {
        state = (struct standing){0};
        association = "SCIMHA";
        play(&cases.rows[i]);
        seen[script_kind][script_phase] = true;
    }
    for (int kind = 0; kind < STANDING_EVENT_COUNT; kind++) {
        for (int phase = 0; phase < STANDING_STATE_COUNT; phase++)
            ck_assert_msg(seen[kind][phase], "no case for event %d in state %s", kind,
                          standing_phase_name((enum standing_phase)phase));
    }
}
END_TEST

int main(void)
{
    case_table_read(&cases, WF_SOURCE_DIR "/tests/table/standing.cases");
    Suite *suite = suite_create("standing.cases");
    TCase *tests = tcase_create("cases");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, the_case_holds, 0, cases.count);
    tcase_add_test(tests, every_cell_has_a_case);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    case_table_free(&cases);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
