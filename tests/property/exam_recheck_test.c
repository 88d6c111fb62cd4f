/* links: wf_adjudicate_core exam_recheck jansson */
/* Two implementations of one SPEC (services/exam/SPEC.md 7) say the same of any pack and any sheets.
 * tests/fault/planted_faults.py builds this file with faults planted in either one: it must notice. */
#include "adjudicate_core.h"
#include "recheck.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 20000 };

static uint64_t state;
static int32_t draw(int32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int32_t)((state >> 32) * (uint32_t)below >> 32);
}

#define NAME_OF(symbol, name) name,
static const char *const within_names[] = {ADJUDICATE_WITHIN(NAME_OF)};
static const char *const cusp_names[] = {ADJUDICATE_CUSP(NAME_OF)};
static const char *const combine_names[] = {ADJUDICATE_COMBINE(NAME_OF)};
static const char *const unasked_names[] = {ADJUDICATE_UNASKED(NAME_OF)};
static const char *const path_names[] = {ADJUDICATE_PATHS(NAME_OF)};
#undef NAME_OF

/* ---- anything a pack can say, narrow enough that every rule is met often ---- */

static void draw_criteria(struct adjudicate_pack *pack)
{
    pack->criteria_count = 1 + draw(4);
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        struct adjudicate_criterion *criterion = &pack->criteria[i];
        (void)snprintf(criterion->name, sizeof criterion->name, "trait%c", (char)('1' + i));
        criterion->least = draw(2);
        criterion->most = criterion->least + 2 + draw(4);
        criterion->weight = 1 + draw(3);
        criterion->floor = draw(3) ? -1 : draw(3);
        criterion->core = draw(2) == 0;
        pack->total_least += criterion->least * criterion->weight;
        pack->total_most += criterion->most * criterion->weight;
    }
}

static struct adjudicate_pack draw_pack(void)
{
    struct adjudicate_pack pack = {.name = "any", .version = 1, .part_one_percent = -1};
    draw_criteria(&pack);
    pack.unit_criterion = draw(3) > 0;
    pack.unit_total = draw(3) > 0;
    pack.criterion_tolerance = draw(3);
    pack.total_tolerance = draw(500);
    pack.cusp = (enum adjudicate_cusp)draw(3);
    pack.cusp_level = 2 + draw(2);
    pack.within = (enum adjudicate_within)draw(4);
    pack.combine = (enum adjudicate_combine)draw(5);
    pack.absent = ADJUDICATE_ABSENT_WAIT;
    pack.unasked = (enum adjudicate_unasked)draw(2);
    pack.committee_span = draw(2) ? 100 + draw(200) : 0;
    pack.pass_percent = draw(5) ? 30 + draw(60) : -1;
    if (pack.pass_percent < 0 && pack.cusp == ADJUDICATE_CUSP_SIDES)
        pack.cusp = ADJUDICATE_CUSP_OFF; /* refused by the reader of packs */
    pack.never_lower = draw(2) == 0;
    return pack;
}

/* Readers mostly agree: a sheet is near the paper's own points. */
static struct adjudicate_sheet draw_sheet(const struct adjudicate_pack *pack,
                                          const int32_t *true_points)
{
    struct adjudicate_sheet sheet = {.whole = true, .detailed = true};
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        int32_t points = true_points[i] + draw(3) - 1 + (draw(8) ? 0 : draw(5) - 2);
        int32_t least = pack->criteria[i].least, most = pack->criteria[i].most;
        sheet.criteria[i] = points < least ? least : points > most ? most : points;
    }
    sheet.total = adjudicate_total(pack, sheet.criteria);
    return sheet;
}

/* ---- as SPEC 7.1 hands it over ---- */

static json_t *pack_as_json(const struct adjudicate_pack *pack)
{
    json_t *criteria = json_array();
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        const struct adjudicate_criterion *criterion = &pack->criteria[i];
        (void)json_array_append_new(criteria,
                                    json_pack("{s:s, s:i, s:i, s:i, s:i, s:b}", "name",
                                              criterion->name, "least", criterion->least, "most",
                                              criterion->most, "weight", criterion->weight, "floor",
                                              criterion->floor, "core", criterion->core));
    }
    return json_pack(
        "{s:s, s:i, s:o, s:i, s:b, s:b, s:i, s:i, s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:b}", "name",
        pack->name, "version", pack->version, "criteria", criteria, "total_most", pack->total_most,
        "unit_criterion", pack->unit_criterion, "unit_total", pack->unit_total,
        "criterion_tolerance", pack->criterion_tolerance, "total_tolerance", pack->total_tolerance,
        "cusp", cusp_names[pack->cusp], "cusp_level", pack->cusp_level, "within",
        within_names[pack->within], "combine", combine_names[pack->combine], "third_unasked",
        unasked_names[pack->unasked], "committee_span", pack->committee_span, "pass_percent",
        pack->pass_percent, "never_lower", pack->never_lower);
}

static json_t *sheet_as_json(const struct adjudicate_pack *pack,
                             const struct adjudicate_sheet *sheet)
{
    json_t *scores = json_object();
    for (int32_t i = 0; i < pack->criteria_count; i++)
        (void)json_object_set_new(scores, pack->criteria[i].name, json_integer(sheet->criteria[i]));
    return scores;
}

static json_t *seat_as_json(const struct adjudicate_pack *pack,
                            const struct adjudicate_sheet *sheet, int round, int place)
{
    char code[16], reader[16];
    (void)snprintf(code, sizeof code, "C%d%d", round, place);
    (void)snprintf(reader, sizeof reader, "R%d%d", round, place);
    json_t *events = json_pack("[{s:i, s:s, s:i, s:i, s:s}]", "at", 1, "type", "wanted", "place",
                               place, "round", round, "reader", reader);
    if (sheet->whole)
        (void)json_array_append_new(events, json_pack("{s:i, s:s, s:i, s:o, s:s}", "at", 2, "type",
                                                      "submitted", "sheet_version", 1, "scores",
                                                      sheet_as_json(pack, sheet), "sha256", "00"));
    return json_pack("{s:s, s:o}", "code", code, "events", events);
}

static json_t *ask(const struct adjudicate_pack *pack, const struct adjudicate_sheet (*sheets)[3],
                   int rounds)
{
    json_t *paper = json_pack("[{s:i, s:s}]", "at", 0, "type", "sealed"), *seats = json_array();
    for (int round = 1; round <= rounds; round++) {
        if (round > 1)
            (void)json_array_append_new(paper, json_pack("{s:i, s:s, s:s}", "at", round, "type",
                                                         "appealed", "kind", "rescore"));
        for (int place = 1; place <= 3; place++)
            (void)json_array_append_new(
                seats, seat_as_json(pack, &sheets[round - 1][place - 1], round, place));
    }
    json_t *input = json_pack("{s:s, s:o, s:o, s:o}", "handle", "H", "pack", pack_as_json(pack),
                              "paper", paper, "seats", seats);
    char *text = json_dumps(input, JSON_COMPACT), *said = recheck(text);
    json_t *answer = json_loads(said, 0, NULL);
    ck_assert_msg(answer && json_is_true(json_object_get(answer, "sound")), "%s\n%s", said, text);
    free(text);
    free(said);
    json_decref(input);
    return answer;
}

static void draw_sheets(const struct adjudicate_pack *pack,
                        struct adjudicate_sheet sheets[static 3])
{
    int32_t true_points[ADJUDICATE_CRITERIA_MAX];
    for (int32_t i = 0; i < pack->criteria_count; i++)
        true_points[i] =
            pack->criteria[i].least + draw(pack->criteria[i].most + 1 - pack->criteria[i].least);
    for (int i = 0; i < 3; i++)
        sheets[i] = draw_sheet(pack, true_points);
    sheets[0].whole = draw(40) > 0;
    sheets[2].whole = draw(3) > 0;
}

/* ---- they agree ---- */

static void compare_scores(const struct adjudicate_pack *pack, const struct adjudicate_result *ours,
                           const json_t *theirs)
{
    const json_t *criteria = json_object_get(theirs, "criteria");
    ck_assert_int_eq(ours->score, json_integer_value(json_object_get(theirs, "score")));
    ck_assert_uint_eq(json_array_size(criteria), (size_t)pack->criteria_count);
    for (int32_t i = 0; i < pack->criteria_count; i++)
        ck_assert_int_eq(ours->criteria[i],
                         json_integer_value(json_array_get(criteria, (size_t)i)));
    ck_assert_int_eq(pack->pass_percent >= 0 && ours->passed,
                     json_is_true(json_object_get(theirs, "passed")));
}

START_TEST(SPEC_7_3_both_say_the_same_of_any_pack_and_sheets)
{
    size_t met[sizeof path_names / sizeof *path_names] = {0};
    state = 7;
    for (int i = 0; i < CASES; i++) {
        struct adjudicate_pack pack = draw_pack();
        struct adjudicate_sheet sheets[1][3];
        struct adjudicate_result ours = {0};
        draw_sheets(&pack, sheets[0]);
        adjudicate(&pack, sheets[0], &ours);
        json_t *theirs = ask(&pack, (const struct adjudicate_sheet(*)[3])sheets, 1);
        ck_assert_str_eq(path_names[ours.path], json_string_value(json_object_get(theirs, "path")));
        ck_assert_int_eq(ours.decided, !json_is_null(json_object_get(theirs, "score")));
        if (ours.decided)
            compare_scores(&pack, &ours, theirs);
        met[ours.path]++;
        json_decref(theirs);
    }
    for (size_t i = 0; i < sizeof met / sizeof *met; i++)
        ck_assert_msg(met[i] > 100 || i == ADJUDICATE_PATH_PAIR_STANDS, "%s was met %zu times",
                      path_names[i], met[i]);
}
END_TEST

START_TEST(SPEC_7_4_both_say_the_same_of_an_appeal)
{
    size_t kept = 0;
    state = 11;
    for (int i = 0; i < CASES / 4; i++) {
        struct adjudicate_pack pack = draw_pack();
        struct adjudicate_sheet sheets[2][3];
        struct adjudicate_result first = {0}, second = {0};
        draw_sheets(&pack, sheets[0]);
        draw_sheets(&pack, sheets[1]);
        adjudicate(&pack, sheets[0], &first);
        adjudicate(&pack, sheets[1], &second);
        if (!first.decided || !second.decided)
            continue;
        json_t *theirs = ask(&pack, (const struct adjudicate_sheet(*)[3])sheets, 2);
        bool stands = pack.never_lower && second.score < first.score;
        ck_assert_int_eq(adjudicate_appeal(&pack, first.score, second.score),
                         json_integer_value(json_object_get(theirs, "score")));
        compare_scores(&pack, stands ? &first : &second, theirs);
        ck_assert_int_eq(stands, json_is_true(json_object_get(theirs, "kept")));
        kept += stands;
        json_decref(theirs);
    }
    ck_assert_uint_gt(kept, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recheck");
    TCase *tests = tcase_create("agreement");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, SPEC_7_3_both_say_the_same_of_any_pack_and_sheets);
    tcase_add_test(tests, SPEC_7_4_both_say_the_same_of_an_appeal);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
