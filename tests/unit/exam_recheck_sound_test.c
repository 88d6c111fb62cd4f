/* links: exam_recheck jansson */
/* What the second implementation refuses as unsound, clause by clause of services/exam/SPEC.md 7.2.
 * Every case changes one thing in an input that is sound, so that nothing else can be the reason. */
#include "recheck.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sound[] =
    "{'handle':'H','pack':{'name':'p','version':1,'criteria':["
    "{'name':'one','least':0,'most':5,'weight':1,'floor':-1,'core':true},"
    "{'name':'two','least':1,'most':5,'weight':1,'floor':-1,'core':true}],"
    "'total_most':10,'unit_criterion':true,'unit_total':true,'criterion_tolerance':1,"
    "'total_tolerance':100,'cusp':'off','cusp_level':3,'within':'mean','combine':'median',"
    "'third_unasked':'ignored','committee_span':0,'pass_percent':60,'never_lower':true},"
    "'paper':[{'at':0,'type':'sealed'}],"
    "'seats':[{'code':'A','events':[{'at':1,'type':'wanted','place':1,'round':1,'reader':'Ra'},"
    "{'at':2,'type':'accepted'},"
    "{'at':3,'type':'submitted','sheet_version':1,'scores':{'one':3,'two':4},'sha256':'00'}]},"
    "{'code':'B','events':[{'at':1,'type':'wanted','place':2,'round':1,'reader':'Rb'},"
    "{'at':3,'type':'submitted','sheet_version':1,'scores':{'one':3,'two':3},'sha256':'00'}]}]}";

static char *edited(const char *old, const char *new)
{
    const char *place = strstr(sound, old);
    ck_assert_msg(place != NULL, "the case changes nothing: %s", old);
    char *text = NULL;
    ck_assert_int_gt(
        asprintf(&text, "%.*s%s%s", (int)(place - sound), sound, new, place + strlen(old)), 0);
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    return text;
}

static json_t *said_of(const char *old, const char *new)
{
    char *text = edited(old, new), *answer = recheck(text);
    json_t *json = json_loads(answer, 0, NULL);
    ck_assert_msg(json != NULL, "%s", answer);
    free(text);
    free(answer);
    return json;
}

START_TEST(SPEC_7_4_a_sound_input_gives_its_result)
{
    json_t *said = said_of("", ""),
           *expected = json_loads("{\"sound\":true,\"why\":\"\",\"round\":1,\"path\":\"pair\","
                                  "\"counted\":[\"A\",\"B\"],\"score\":650,\"most\":10,"
                                  "\"criteria\":[300,350],\"passed\":true,\"kept\":false}",
                                  0, NULL);
    ck_assert_msg(json_equal(said, expected), "%s", json_dumps(said, 0));
    json_decref(said);
    json_decref(expected);
}
END_TEST

static const struct {
    const char *clause, *old, *new, *why;
} unsound[] = {
    {"no JSON", "{'handle'", "'handle'", "JSON"},
    {"first event of the paper", "'type':'sealed'", "'type':'split'", "sealing"},
    {"sealed once", "{'at':0,'type':'sealed'}", "{'at':0,'type':'sealed'},{'at':1,'type':'sealed'}",
     "sealing"},
    {"unknown type of the paper", "{'at':0,'type':'sealed'}",
     "{'at':0,'type':'sealed'},{'at':1,'type':'lost'}", "unknown type"},
    {"first event of a seat", "'type':'wanted','place':2", "'type':'accepted','place':2",
     "wanting"},
    {"unknown type of a seat", "'type':'accepted'", "'type':'excepted'", "unknown type"},
    {"two seats of one place are in", "'place':2", "'place':1", "one place"},
    {"a reader has two seats", "'Rb'", "'Ra'", "one reader"},
    {"place 0", "'place':2", "'place':0", "impossible place"},
    {"place 4", "'place':2", "'place':4", "impossible place"},
    {"a round not begun", "'place':2,'round':1", "'place':2,'round':2", "not begun"},
    {"a criterion is missing", "{'one':3,'two':3}", "{'one':3}", "criteria"},
    {"a criterion is unknown", "{'one':3,'two':3}", "{'one':3,'six':3}", "points for two"},
    {"one too many", "{'one':3,'two':3}", "{'one':3,'two':3,'six':3}", "criteria"},
    {"above the rubric", "{'one':3,'two':3}", "{'one':6,'two':3}", "outside the rubric"},
    {"below the rubric", "{'one':3,'two':3}", "{'one':3,'two':0}", "outside the rubric"},
    {"half a point", "{'one':3,'two':3}", "{'one':3,'two':2.5}", "no points"},
    {"a criterion twice", "{'one':3,'two':3}", "{'one':3,'two':3,'two':3}", "JSON"},
    {"split outside the rubric", "{'at':0,'type':'sealed'}",
     "{'at':0,'type':'sealed'},{'at':4,'type':'split','scores':{'one':3,'two':9},'members':['m']}",
     "outside the rubric"},
    {"voided", "{'at':0,'type':'sealed'}", "{'at':0,'type':'sealed'},{'at':4,'type':'voided'}",
     "voided"},
    {"an appeal of no kind", "{'at':0,'type':'sealed'}",
     "{'at':0,'type':'sealed'},{'at':4,'type':'appealed'}", "neither"},
    {"a pack with a gap", "'combine':'median',", "", "combine"},
    {"a pack's unknown word", "'within':'mean'", "'within':'mode'", "within"},
    {"a pack without criteria", "'criteria':[", "'criteria':[],'others':[", "criteria"},
    {"two criteria of one name", "'name':'two'", "'name':'one'", "one name"},
};

START_TEST(SPEC_7_2_is_refused_as_unsound)
{
    json_t *said = said_of(unsound[_i].old, unsound[_i].new);
    const char *why = json_string_value(json_object_get(said, "why"));
    ck_assert_msg(json_is_false(json_object_get(said, "sound")), "%s", unsound[_i].clause);
    ck_assert_msg(strstr(why, unsound[_i].why) != NULL, "%s: %s", unsound[_i].clause, why);
    ck_assert_str_eq(json_string_value(json_object_get(said, "path")), "incomplete");
    ck_assert(json_is_null(json_object_get(said, "score")));
    ck_assert(json_is_false(json_object_get(said, "passed")));
    json_decref(said);
}
END_TEST

/* Still sound, but one sheet does not count. */
static const struct {
    const char *clause, *new;
} out[] = {
    {"known", "{'at':2,'type':'known','known':'yes'},"},
    {"declined", "{'at':2,'type':'declined'},"},
    {"recused", "{'at':2,'type':'recused'},"},
    {"closed", "{'at':2,'type':'closed'},"},
    {"set aside", "{'at':2,'type':'set-aside'},"},
};

START_TEST(SPEC_7_2_a_seat_that_is_out_does_not_count)
{
    json_t *said = said_of("{'at':2,'type':'accepted'},", out[_i].new);
    ck_assert_msg(json_is_true(json_object_get(said, "sound")), "%s", out[_i].clause);
    ck_assert_str_eq(json_string_value(json_object_get(said, "path")), "incomplete");
    json_decref(said);
}
END_TEST

START_TEST(SPEC_7_2_a_sheet_under_correction_does_not_count)
{
    json_t *said = said_of("'scores':{'one':3,'two':4},'sha256':'00'}",
                           "'scores':{'one':3,'two':4}},{'at':4,'type':'correct'}");
    ck_assert_str_eq(json_string_value(json_object_get(said, "path")), "incomplete");
    json_decref(said);
    said = said_of("'scores':{'one':3,'two':4},'sha256':'00'}",
                   "'scores':{'one':3,'two':4}},{'at':4,'type':'correct'},"
                   "{'at':5,'type':'submitted','scores':{'one':4,'two':3}}");
    ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(said, "criteria"), 0)), 350);
    json_decref(said);
}
END_TEST

START_TEST(SPEC_7_3_a_split_decides_where_the_sheets_do_not)
{
    json_t *said = said_of("{'at':0,'type':'sealed'}],'seats':[{'code':'A','events':[{'at':1",
                           "{'at':0,'type':'sealed'},{'at':4,'type':'split','scores':{'one':5,'two'"
                           ":2},'members':['m']}],"
                           "'seats':[{'code':'A','events':[{'at':1");
    ck_assert_str_eq(json_string_value(json_object_get(said, "path")), "pair");
    json_decref(said);
    said = said_of("{'at':0,'type':'sealed'}],'seats':[{'code':'A',",
                   "{'at':0,'type':'sealed'},{'at':4,'type':'split','scores':{'one':5,'two':2}}],"
                   "'seats':[],'others':[{'code':'A',");
    ck_assert_str_eq(json_string_value(json_object_get(said, "path")), "committee");
    ck_assert_int_eq(json_integer_value(json_object_get(said, "score")), 700);
    ck_assert_uint_eq(json_array_size(json_object_get(said, "counted")), 0);
    json_decref(said);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recheck, soundness");
    TCase *tests = tcase_create("SPEC 7");
    tcase_add_test(tests, SPEC_7_4_a_sound_input_gives_its_result);
    tcase_add_loop_test(tests, SPEC_7_2_is_refused_as_unsound, 0,
                        (int)(sizeof unsound / sizeof *unsound));
    tcase_add_loop_test(tests, SPEC_7_2_a_seat_that_is_out_does_not_count, 0,
                        (int)(sizeof out / sizeof *out));
    tcase_add_test(tests, SPEC_7_2_a_sheet_under_correction_does_not_count);
    tcase_add_test(tests, SPEC_7_3_a_split_decides_where_the_sheets_do_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
