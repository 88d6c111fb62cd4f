/* links: standing_kit standing_core wf_policy wf_base */
/* standing.cases, line by line: given | when | now | then.  Every cell of standing_cells.def must have a line
 * of its own.  services/renewal/SPEC.md 2. */
#include "standing_script.h"

#include "wf_error.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4, LINE = 600, CASES = 500 };

struct table_case {
    int line;
    char column[COLUMNS][LINE];
};
static struct table_case *cases;
static int case_count;
static bool seen[STANDING_EVENT_COUNT][STANDING_STATE_COUNT];

static void read_columns(struct table_case *row, const char *text)
{
    for (int i = 0; i < COLUMNS; i++) {
        size_t length = strcspn(text, "|\n");
        size_t from = strspn(text, " ");
        size_t end = length;
        while (end > from && text[end - 1] == ' ')
            end--;
        WF_ASSERT(end - from < LINE);
        memcpy(row->column[i], text + from, end - from);
        row->column[i][end - from] = '\0';
        WF_ASSERT(i == COLUMNS - 1 || text[length] == '|'); /* four columns */
        text += length + 1;
    }
}

static void read_cases(void)
{
    char line[COLUMNS * LINE];
    FILE *file = fopen(WF_SOURCE_DIR "/tests/table/standing.cases", "r");
    cases = calloc(CASES, sizeof *cases);
    WF_ASSERT(file && cases);
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        WF_ASSERT(case_count < CASES);
        cases[case_count].line = number;
        read_columns(&cases[case_count++], line);
    }
    (void)fclose(file);
}

static void play(const struct table_case *row)
{
    script_play(row->column[0]);
    if (strcmp(row->column[1], "tick") != 0 && state.phase != STANDING_NONE)
        ticks_until(row->column[2]);
    script_act(row->column[1], row->column[2]);
}

START_TEST(the_case_holds)
{
    const struct table_case *row = &cases[_i];
    char told[2 * LINE];
    play(row);
    script_tell(told, sizeof told);
    ck_assert_msg(strcmp(told, row->column[3]) == 0, "standing.cases:%d\n  then %s\n   got %s",
                  row->line, row->column[3], told);
}
END_TEST

START_TEST(every_cell_has_a_case)
{
    for (int i = 0; i < case_count; i++) {
        state = (struct standing){0};
        association = "SCIMHA";
        play(&cases[i]);
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
    read_cases();
    Suite *suite = suite_create("standing.cases");
    TCase *tests = tcase_create("cases");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, the_case_holds, 0, case_count);
    tcase_add_test(tests, every_cell_has_a_case);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    free(cases);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
