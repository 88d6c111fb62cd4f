/* links: audit_core */
/* AUDIT 3.2: every comparison of a stream with its copy. */
#include "audit_core.h"

#include <check.h>

static const struct {
    const char *name;
    struct audit_facts given;
    struct audit_verdict then;
} cases[] = {
    {"nothing at all", {0}, {.finding = AUDIT_AS_COPIED}},
    {"all is copied", {.copied = 9, .length = 9}, {.finding = AUDIT_AS_COPIED}},
    {"cut to nothing", {.copied = 9, .length = 0}, {.finding = AUDIT_VANISHED, .missing = 9}},
    {"cut to one", {.copied = 9, .length = 1}, {.finding = AUDIT_SHORTER, .missing = 8}},
    {"cut by one", {.copied = 9, .length = 8}, {.finding = AUDIT_SHORTER, .missing = 1}},
    {"cut, and told of before",
     {.copied = 9, .missing = 8, .length = 1},
     {.finding = AUDIT_AS_COPIED, .missing = 8}},
    {"gone, and told of before",
     {.copied = 9, .missing = 9, .length = 0},
     {.finding = AUDIT_AS_COPIED, .missing = 9}},
    {"cut again",
     {.copied = 12, .missing = 8, .length = 2},
     {.finding = AUDIT_SHORTER, .missing = 10}},
    {"gone again",
     {.copied = 12, .missing = 8, .length = 0},
     {.finding = AUDIT_VANISHED, .missing = 12}},
    {"more to read", {.copied = 32, .length = 90, .is_full = true}, {.finding = AUDIT_READ_ON}},
    {"a full page was the last",
     {.copied = 32, .length = 32, .is_full = true},
     {.finding = AUDIT_READ_ON}},
    {"cut while there is more to read",
     {.copied = 40, .length = 30, .is_full = true},
     {.finding = AUDIT_SHORTER, .missing = 10}},
    {"one came between the two questions",
     {.copied = 9, .length = 10},
     {.finding = AUDIT_LOOK_AGAIN, .surplus = 1, .looks = 1}},
    {"and was read the next time",
     {.copied = 10, .length = 10, .surplus = 1, .looks = 1},
     {.finding = AUDIT_AS_COPIED}},
    {"still one too many",
     {.copied = 9, .length = 10, .surplus = 1, .looks = 1},
     {.finding = AUDIT_LOOK_AGAIN, .surplus = 1, .looks = 2}},
    {"another number begins anew",
     {.copied = 9, .length = 11, .surplus = 1, .looks = 2},
     {.finding = AUDIT_LOOK_AGAIN, .surplus = 2, .looks = 1}},
    {"three times the same",
     {.copied = 9, .length = 10, .surplus = 1, .looks = 2},
     {.finding = AUDIT_LONGER, .missing = -1}},
    {"put in, and told of before",
     {.copied = 9, .missing = -1, .length = 10},
     {.finding = AUDIT_AS_COPIED, .missing = -1}},
    {"what was put in is taken out again",
     {.copied = 9, .missing = -1, .length = 9},
     {.finding = AUDIT_SHORTER, .missing = 0}},
    {"what was missing is put back",
     {.copied = 9, .missing = 4, .length = 9, .surplus = 4, .looks = 2},
     {.finding = AUDIT_LONGER, .missing = 0}},
};

START_TEST(every_row)
{
    struct audit_verdict is = audit_core_compare(&cases[_i].given);
    const struct audit_verdict *then = &cases[_i].then;
    ck_assert_msg(is.finding == then->finding && is.missing == then->missing &&
                      is.surplus == then->surplus && is.looks == then->looks,
                  "%s: finding %d missing %lld surplus %lld looks %u", cases[_i].name, is.finding,
                  (long long)is.missing, (long long)is.surplus, is.looks);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit core: AUDIT 3.2");
    TCase *tests = tcase_create("rows");
    tcase_add_loop_test(tests, every_row, 0, (int)(sizeof cases / sizeof *cases));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
