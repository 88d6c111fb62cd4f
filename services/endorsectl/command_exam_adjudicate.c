/* endorsectl exam adjudicate: a rule pack over a file of recorded readings. */
#include "command_exam.h"

#include "rules_apply.h"
#include "rules_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const path_names[] = {
#define X(symbol, name) name,
    ADJUDICATE_PATHS(X)
#undef X
};
enum { PATHS = sizeof path_names / sizeof *path_names };

static void set_count(json_t *object, const char *key, size_t count)
{
    (void)json_object_set_new(object, key, json_integer((json_int_t)count));
}

static json_t *counts_json(const struct adjudicate_pack *pack, const struct rules_counts *counts)
{
    json_t *value =
        json_pack("{s:s,s:i,s:i}", "rules", pack->name, "version", pack->version, "set", pack->set);
    json_t *paths = json_object(), *third = json_object();
    set_count(value, "rows", counts->rows);
    set_count(value, "resolved", counts->resolved);
    set_count(value, "compared", counts->compared);
    set_count(value, "matched", counts->matched);
    set_count(value, "pairs_compared", counts->pairs_compared);
    set_count(value, "pairs_matched", counts->pairs_matched);
    if (pack->pass_percent >= 0)
        set_count(value, "passed", counts->passed);
    for (size_t i = 0; i < PATHS; i++)
        set_count(paths, path_names[i], counts->paths[i]);
    (void)json_object_set_new(value, "paths", paths);
    set_count(third, "wanted", counts->third_wanted);
    set_count(third, "by_criterion", counts->by_criterion);
    set_count(third, "by_total", counts->by_total);
    set_count(third, "by_cusp", counts->by_cusp);
    set_count(third, "read", counts->third_read);
    set_count(third, "wanted_and_read", counts->third_wanted_and_read);
    set_count(third, "wanted_not_read", counts->third_wanted_not_read);
    set_count(third, "unasked", counts->third_unasked);
    (void)json_object_set_new(value, "third", third);
    return value;
}

/* Why the path was taken, for a person. */
static void explain(const struct adjudicate_pack *pack, const struct adjudicate_result *result,
                    char *text, size_t size)
{
    static const char *const sentences[PATHS] = {
        "A score is missing.",
        "Two sheets within the rules",
        "A third sheet was wanted and is not recorded; the pair stands",
        "A third sheet is wanted",
        "Three sheets",
        "Three sheets too far apart: a committee decides"};
    (void)snprintf(
        text, size, "%s%s%s%s%s.", sentences[result->path],
        result->triggers & ADJUDICATE_BY_CRITERION ? "; a criterion differs too much" : "",
        result->triggers & ADJUDICATE_BY_TOTAL ? "; the totals differ too much" : "",
        result->triggers & ADJUDICATE_BY_CUSP ? "; the pair is split at the pass mark" : "",
        result->path == ADJUDICATE_PATH_THIRD && pack->combine == ADJUDICATE_COMBINE_REPLACE
            ? "; the third replaces both"
            : "");
    if (result->path == ADJUDICATE_PATH_INCOMPLETE)
        text[strlen(text) - 1] = '\0';
}

static json_t *result_json(const struct adjudicate_pack *pack, const struct scores_row *row,
                           const struct adjudicate_result *result)
{
    char text[240];
    explain(pack, result, text, sizeof text);
    json_t *line = json_pack("{s:s,s:i,s:s,s:s}", "essay", row->essay, "set", row->set, "path",
                             path_names[result->path], "explanation", text);
    WF_ASSERT(line || !"an id is not UTF-8");
    if (!result->decided)
        return line;
    json_t *criteria = json_object();
    ctl_exam_set(line, "score", (double)result->score / 100);
    for (int32_t i = 0; i < pack->criteria_count; i++)
        ctl_exam_set(criteria, pack->criteria[i].name, (double)result->criteria[i] / 100);
    if (result->detailed)
        (void)json_object_set_new(line, "criteria", criteria);
    else
        json_decref(criteria);
    if (pack->pass_percent >= 0)
        (void)json_object_set_new(line, "passed", json_boolean(result->passed));
    return line;
}

static void print_counts(const struct adjudicate_pack *pack, const struct rules_counts *counts)
{
    (void)printf("%s version %d: %zu rows, %zu resolved\n", pack->name, pack->version, counts->rows,
                 counts->resolved);
    for (size_t i = 0; i < PATHS; i++)
        if (counts->paths[i])
            (void)printf("  %-17s %zu\n", path_names[i], counts->paths[i]);
    (void)printf("third sheets: %zu wanted, %zu read, %zu wanted and read, %zu unasked\n",
                 counts->third_wanted, counts->third_read, counts->third_wanted_and_read,
                 counts->third_unasked);
    (void)printf("same as recorded: %zu of %zu\n", counts->matched, counts->compared);
}

static int answer(const struct ctl *ctl, const struct adjudicate_pack *pack,
                  const struct scores_file *file)
{
    struct wf_error error = {0};
    struct rules_counts counts;
    struct adjudicate_result *results = calloc(file->count, sizeof *results);
    size_t *places = calloc(file->count, sizeof *places);
    WF_ASSERT(results && places);
    int code = CTL_OK;
    if (rules_apply(pack, file, results, places, &counts, &error)) {
        code = ctl_complain(&error);
    } else if (!ctl->json) {
        print_counts(pack, &counts);
    } else {
        json_t *value = counts_json(pack, &counts), *lines = json_array();
        for (size_t i = 0; i < counts.rows; i++)
            (void)json_array_append_new(lines,
                                        result_json(pack, &file->rows[places[i]], &results[i]));
        (void)json_object_set_new(value, "results", lines);
        ctl_json(value);
        json_decref(value);
    }
    free(results);
    free(places);
    return code;
}

int ctl_exam_adjudicate(struct ctl *ctl, int argc, char **argv)
{
    struct adjudicate_pack pack;
    struct scores_file file;
    struct wf_error error = {0};
    const char *rules = ctl_option(&argc, argv, "--rules", true);
    const char *scores = ctl_option(&argc, argv, "--scores", true);
    int code = ctl_exam_wants("adjudicate", argc,
                              !rules    ? "needs --rules FILE.conf"
                              : !scores ? "needs --scores FILE.csv"
                                        : NULL);
    if (code)
        return code;
    if (rules_file_read(rules, &pack, &error) || scores_file_read(scores, &file, &error))
        return ctl_complain(&error);
    code = answer(ctl, &pack, &file);
    scores_file_free(&file);
    return code;
}
