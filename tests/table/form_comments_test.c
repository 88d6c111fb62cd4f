/* links: wf_conf */
/* wf_conf_text_blank: what is a comment, and that no line moves. */
#include "wf_conf_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *blanked;
} rows[] = {
    {"", ""},
    {"a = 1 # one\nb = 2\n", "a = 1      \nb = 2\n"},
    {"a = 1 // one\n", "a = 1       \n"},
    {"/* a\nb */ c = 1\n", "    \n     c = 1\n"},
    {"a = \"# kept // kept /* kept */\"\n", "a = \"# kept // kept /* kept */\"\n"},
    {"a = 'it # is' # gone", "a = 'it # is'       "},
    {"a = \"quote \\\" # kept\" # gone", "a = \"quote \\\" # kept\"       "},
    {"a = \"open # never closed\n", "a = \"open # never closed\n"},
    {"/* open\nnever", "       \n     "},
    {"a = 1/2", "a = 1/2"},
    {"a = \"\\", "a = \"\\"},
};

START_TEST(comments_become_blanks)
{
    char text[64];
    strcpy(text, rows[_i].text);
    wf_conf_text_blank(text);
    ck_assert_str_eq(text, rows[_i].blanked);
}
END_TEST

int main(void)
{
    TCase *blank = tcase_create("blank");
    tcase_add_loop_test(blank, comments_become_blanks, 0, (int)(sizeof rows / sizeof rows[0]));
    Suite *suite = suite_create("form_comments");
    suite_add_tcase(suite, blank);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
