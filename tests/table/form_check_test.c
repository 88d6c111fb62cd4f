/* links: wf_forms */
/* wf_form_check and the message check: one row, one problem. */
#include "wf_form_message.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Two items on a scale of 1, 2, 3; remarks of at most 4 and 6 bytes. */
static const struct wf_form form = {
    .name = "small",
    .version = 1,
    .item_remarks = true,
    .item_remark_max = 4,
    .remarks_max = 6,
    .scale_count = 3,
    .scale = {{.value = 1}, {.value = 2}, {.value = 3}},
    .item_count = 2,
    .items = {{.id = "a", .domain = WF_FORM_REFLECTION}, {.id = "b", .domain = WF_FORM_THINKING}}};

struct answer {
    char item[50];
    int32_t score;
    char remark[8];
};
static const struct {
    const char *what;
    struct answer answers[3];
    char recommendation[20], remarks[8];
    const char *draft_field, *final_field; /* "": accepted */
    enum wf_form_problem final_problem;
} rows[] = {
    {"complete", {{"a", 1, ""}, {"b", 3, "fine"}}, "recommend", "thanks", "", "", WF_FORM_OK},
    {"complete, against", {{"a", 1, ""}, {"b", 3, ""}}, "do-not-recommend", "", "", "", WF_FORM_OK},
    {"not enough", {{"b", 0, ""}, {"a", 0, ""}}, "recommend", "", "", "", WF_FORM_OK},
    {"nothing yet", {{"", 0, ""}}, "", "", "", "item:a", WF_FORM_MISSING},
    {"one missing", {{"a", 2, ""}}, "recommend", "", "", "item:b", WF_FORM_MISSING},
    {"no recommendation",
     {{"a", 2, ""}, {"b", 2, ""}},
     "",
     "",
     "",
     "recommendation",
     WF_FORM_RECOMMENDATION_MISSING},
    {"other recommendation",
     {{"a", 2, ""}, {"b", 2, ""}},
     "maybe",
     "",
     "recommendation",
     "recommendation",
     WF_FORM_RECOMMENDATION_UNKNOWN},
    {"unknown item",
     {{"a", 2, ""}, {"c", 2, ""}},
     "recommend",
     "",
     "item:c",
     "item:c",
     WF_FORM_UNKNOWN_ITEM},
    {"above the scale", {{"a", 4, ""}}, "", "", "item:a", "item:a", WF_FORM_OUT_OF_SCALE},
    {"below the scale", {{"a", -1, ""}}, "", "", "item:a", "item:a", WF_FORM_OUT_OF_SCALE},
    {"twice",
     {{"a", 1, ""}, {"b", 1, ""}, {"a", 2, ""}},
     "recommend",
     "",
     "item:a",
     "item:a",
     WF_FORM_TWICE},
    {"long remark", {{"a", 1, "fives"}}, "", "", "remark:a", "remark:a", WF_FORM_REMARK_TOO_LONG},
    {"long remarks", {{"a", 1, ""}}, "", "sevens!", "remarks", "remarks", WF_FORM_REMARKS_TOO_LONG},
    {"item id too long",
     {{"an-item-id-of-more-than-thirty-two-bytes", 1, ""}},
     "",
     "",
     "item:",
     "item:",
     WF_FORM_UNKNOWN_ITEM},
};

START_TEST(each_row_as_draft_and_as_answer)
{
    Endorse__V1__RatingForm message = ENDORSE__V1__RATING_FORM__INIT;
    Endorse__V1__RatingAnswer answers[3], *list[3];
    char texts[4][24];
    struct answer copies[3];
    char field[WF_FORM_FIELD_MAX];
    const char *sentence;
    memcpy(copies, rows[_i].answers, sizeof copies);
    strcpy(texts[0], rows[_i].recommendation);
    strcpy(texts[1], rows[_i].remarks);
    for (size_t i = 0; i < 3 && copies[i].item[0]; i++) {
        endorse__v1__rating_answer__init(&answers[i]);
        answers[i].item = copies[i].item;
        answers[i].score = copies[i].score;
        answers[i].remark = copies[i].remark;
        list[i] = &answers[i];
        message.n_answers = i + 1;
    }
    message.answers = list;
    message.recommendation = texts[0];
    message.remarks = texts[1];
    bool good = wf_form_message_check(&form, &message, true, field, &sentence);
    ck_assert_msg(good == !*rows[_i].draft_field, "draft: %s", rows[_i].what);
    ck_assert_str_eq(field, rows[_i].draft_field);
    good = wf_form_message_check(&form, &message, false, field, &sentence);
    ck_assert_msg(good == !*rows[_i].final_field, "answer: %s", rows[_i].what);
    ck_assert_str_eq(field, rows[_i].final_field);
    ck_assert_str_eq(sentence, wf_form_problem_sentence(rows[_i].final_problem));
}
END_TEST

START_TEST(remarks_where_none_are_asked)
{
    struct wf_form plain = form;
    struct wf_form_answers answers = {.count = 1, .rows = {{.item = "b", .remark_bytes = 1}}};
    const char *item;
    plain.item_remarks = false;
    plain.item_remark_max = 0;
    ck_assert_int_eq(wf_form_check(&plain, &answers, true, &item), WF_FORM_REMARK_NOT_ASKED);
    ck_assert_str_eq(item, "b");
    answers.rows[0].remark_bytes = 0;
    ck_assert_int_eq(wf_form_check(&plain, &answers, true, NULL), WF_FORM_OK);
}
END_TEST

START_TEST(more_answers_than_any_form_has)
{
    Endorse__V1__RatingForm message = ENDORSE__V1__RATING_FORM__INIT;
    Endorse__V1__RatingAnswer answer = ENDORSE__V1__RATING_ANSWER__INIT;
    Endorse__V1__RatingAnswer *list[WF_FORM_ITEMS_MAX + 1];
    char field[WF_FORM_FIELD_MAX], item[] = "a";
    const char *sentence;
    answer.item = item;
    for (size_t i = 0; i <= WF_FORM_ITEMS_MAX; i++)
        list[i] = &answer;
    message.answers = list;
    message.n_answers = WF_FORM_ITEMS_MAX + 1;
    ck_assert(!wf_form_message_check(&form, &message, true, field, &sentence));
}
END_TEST

START_TEST(not_enough_information_is_counted)
{
    struct wf_form_answers answers = {.count = 3,
                                      .rows = {{.score = 0}, {.score = 2}, {.score = 0}}};
    ck_assert_int_eq(wf_form_not_enough(&answers), 2);
}
END_TEST

int main(void)
{
    TCase *check = tcase_create("check");
    tcase_add_loop_test(check, each_row_as_draft_and_as_answer, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(check, remarks_where_none_are_asked);
    tcase_add_test(check, more_answers_than_any_form_has);
    tcase_add_test(check, not_enough_information_is_counted);
    Suite *suite = suite_create("form_check");
    suite_add_tcase(suite, check);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
