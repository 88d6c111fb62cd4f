/* links: wf_exam_service */
/* Exam SPEC 3.7: k is counted from the readers' side: whom each of them may read. */
#include "exam_anonymity.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TODAY = 20000, POLICY = 7, CLINICAL = 6, A_FORM = 0, B_FORM, OTHER_LANGUAGE, COHORTS };

static struct pool *pool;
static struct paper *paper;
static struct exam_anonymity *anonymity;
static struct stats_gauge gauges[COHORTS];

static struct exam_token token(uint8_t number)
{
    struct exam_token made = {.kind = 2};
    made.bytes[0] = number;
    return made;
}

static struct pool_reader *add_reader(const char *id, int32_t category)
{
    struct pool_reader *reader = &pool->readers[pool->reader_count++];
    (void)snprintf(reader->id, sizeof reader->id, "%s", id);
    reader->card.active = true;
    reader->card.capacity = 10;
    reader->card.qualification_count = 1;
    reader->card.qualifications[0].category = category;
    reader->card.qualifications[0].until = WF_NO_DATE;
    return reader;
}

static void conflict(struct pool_reader *reader, uint8_t number)
{
    reader->card.tokens[reader->card.token_count++] = token(number);
}

static void add_papers(int count, const char *form, const char *language, uint32_t cohort,
                       uint32_t shared, uint8_t first_token)
{
    for (int i = 0; i < count; i++) {
        memset(paper, 0, sizeof *paper);
        paper->category = POLICY;
        (void)snprintf(paper->form, sizeof paper->form, "%s", form);
        (void)snprintf(paper->language, sizeof paper->language, "%s", language);
        paper->token_count = 1;
        paper->tokens[0] = token((uint8_t)(first_token + i));
        exam_anonymity_add(anonymity, paper, cohort, shared);
    }
}

static void gauge(void)
{
    anonymity = exam_anonymity_new(pool, TODAY);
    add_papers(6, "mentor-a", "en", A_FORM, 0, 10);
    add_papers(3, "mentor-b", "en", B_FORM, 0, 20);
    add_papers(2, "mentor-a", "es", OTHER_LANGUAGE, 2, 30);
    exam_anonymity_gauge(anonymity, COHORTS, gauges);
    exam_anonymity_free(&anonymity);
    ck_assert_ptr_null(anonymity);
}

static void expect(uint32_t cohort, uint32_t alone, uint32_t both)
{
    ck_assert_uint_eq(gauges[cohort].alone, alone);
    ck_assert_uint_eq(gauges[cohort].pooled, both);
}

static void open_pool(void)
{
    pool = calloc(1, sizeof *pool);
    paper = calloc(1, sizeof *paper);
    ck_assert(pool && paper);
}

static void close_pool(void)
{
    free(pool);
    free(paper);
}

START_TEST(spec_3_7_without_readers_the_cohort_itself)
{
    gauge();
    expect(A_FORM, 6, 9);
    expect(B_FORM, 3, 9);
    expect(OTHER_LANGUAGE, 2, 2);
}
END_TEST

START_TEST(spec_3_7_the_reader_with_fewest_counts)
{
    (void)add_reader("FREE", POLICY);
    struct pool_reader *colleague = add_reader("COLLEAGUE", POLICY);
    conflict(colleague, 10);
    conflict(colleague, 11);
    conflict(colleague, 20);
    gauge();
    expect(A_FORM, 4, 6);
    expect(B_FORM, 2, 6);
    expect(OTHER_LANGUAGE, 2, 2);
}
END_TEST

START_TEST(spec_3_7_who_may_read_none_can_guess_at_none)
{
    struct pool_reader *left = add_reader("LEFT", POLICY), *past = add_reader("PAST", POLICY);
    struct pool_reader *clinical = add_reader("CLINICAL", CLINICAL);
    (void)add_reader("FREE", POLICY);
    conflict(left, 10);
    conflict(past, 11);
    conflict(clinical, 12);
    left->card.active = false;
    past->card.qualifications[0].until = TODAY - 1;
    gauge();
    expect(A_FORM, 6, 9);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exam_anonymity");
    TCase *tests = tcase_create("gauge");
    tcase_add_checked_fixture(tests, open_pool, close_pool);
    tcase_add_test(tests, spec_3_7_without_readers_the_cohort_itself);
    tcase_add_test(tests, spec_3_7_the_reader_with_fewest_counts);
    tcase_add_test(tests, spec_3_7_who_may_read_none_can_guess_at_none);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
