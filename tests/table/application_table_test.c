/* links: case_table_kit intake_kit wf_intake_core wf_policy wf_base */
/* application.cases, line by line: given | now | when | then.  Every cell of application_cells.def must
 * have a line of its own.  intake SPEC 2. */
#include "application_script.h"
#include "case_table.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct case_table cases;

/* One process plays all cases when it does not fork, so the cells are counted by another test. */
static bool seen[APPLICATION_EVENT_COUNT][APPLICATION_STATE_COUNT];

static enum application_event_id play(const struct case_row *row, struct application_script *script,
                                      enum application_state_id *before)
{
    struct application_event event;
    application_script_play(script, row->column[0]);
    if (strcmp(row->column[1], "-") != 0)
        application_script_play(script, row->column[1]);
    *before = script->state.state;
    ck_assert(application_script_event(script, row->column[2], &event));
    application_script_step(script, &event);
    return event.kind;
}

START_TEST(the_case_holds)
{
    const struct case_row *row = &cases.rows[_i];
    struct application_script script;
    enum application_state_id before;
    const char *broken = "";
    char told[2 * CASE_COLUMN_MAX];
    application_script_open(&script);
    (void)play(row, &script, &before);
    application_script_tell(&script, told, sizeof told);
    ck_assert_msg(strcmp(told, row->column[3]) == 0, "application.cases:%d\n  then %s\n   got %s",
                  row->line, row->column[3], told);
    ck_assert_msg(application_holds(&script.state, &broken), "line %d: %s", row->line, broken);
    application_script_close(&script);
}
END_TEST

START_TEST(every_cell_has_a_case)
{
    struct application_script script;
    enum application_state_id before;
    application_script_open(&script);
    for (int i = 0; i < cases.count; i++) {
        application_script_reset(&script);
        enum application_event_id kind = play(&cases.rows[i], &script, &before);
        seen[kind][before] = true;
    }
    for (int event = 0; event < APPLICATION_EVENT_COUNT; event++) {
        for (int state = 0; state < APPLICATION_STATE_COUNT; state++)
            ck_assert_msg(seen[event][state], "no case for %s in state %s",
                          application_event_name((enum application_event_id)event),
                          application_state_name((enum application_state_id)state));
    }
    application_script_close(&script);
}
END_TEST

int main(void)
{
    case_table_read(&cases, WF_SOURCE_DIR "/tests/table/application.cases");
    Suite *suite = suite_create("application.cases");
    TCase *tests = tcase_create("cases");
    tcase_add_loop_test(tests, the_case_holds, 0, cases.count);
    tcase_add_test(tests, every_cell_has_a_case);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    case_table_free(&cases);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
