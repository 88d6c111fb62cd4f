/* endorsectl exam stats: agreement per set and score, severity and lottery of a crossed table. */
#include "command_exam.h"

#include "scores_file.h"
#include "stats_pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The scores of a row that two readers gave: two domains, six traits. */
enum { SCORES_OF_A_ROW = 2 + SCORES_TRAITS };

static int32_t score_of(const struct scores_row *row, int reader, int score)
{
    return score < 2 ? row->domain[reader][score] : row->trait[reader][score - 2];
}

static void set_interval(json_t *line, const char *least, const char *most,
                         struct stats_interval interval)
{
    ctl_exam_set(line, least, interval.least);
    ctl_exam_set(line, most, interval.most);
}

static json_t *agreement_json(const struct stats_agreement *seen, int set, int score)
{
    char unit[16];
    bool few = seen->n < STATS_FEW;
    double n = (double)seen->n;
    (void)snprintf(unit, sizeof unit, "%s%d", score < 2 ? "domain" : "trait",
                   score < 2 ? score + 1 : score - 1);
    json_t *line =
        json_pack("{s:i,s:s,s:I,s:I,s:I,s:i,s:i,s:b}", "set", set, "score", unit, "n",
                  (json_int_t)seen->n, "exact_count", (json_int_t)seen->exact, "adjacent_count",
                  (json_int_t)seen->adjacent, "least", seen->least, "most", seen->most, "few", few);
    if (few)
        return line;
    ctl_exam_set(line, "exact", (double)seen->exact / n);
    ctl_exam_set(line, "adjacent", (double)seen->adjacent / n);
    ctl_exam_set(line, "kappa_linear", seen->kappa_linear);
    ctl_exam_set(line, "kappa_quadratic", seen->kappa_quadratic);
    ctl_exam_set(line, "icc_1_1", seen->icc_1_1);
    set_interval(line, "icc_1_1_least", "icc_1_1_most", seen->icc_1_1_within);
    ctl_exam_set(line, "icc_1_2", seen->icc_1_2);
    set_interval(line, "icc_1_2_least", "icc_1_2_most", seen->icc_1_2_within);
    ctl_exam_set(line, "smd", seen->smd);
    ctl_exam_set(line, "mean_first", seen->mean_first);
    ctl_exam_set(line, "mean_second", seen->mean_second);
    return line;
}

static json_t *agreements(const struct scores_file *file)
{
    json_t *lines = json_array();
    int32_t *first = calloc(file->count, sizeof *first);
    int32_t *second = calloc(file->count, sizeof *second);
    WF_ASSERT(first && second);
    for (int key = 0; key < SCORES_SETS_MAX * SCORES_OF_A_ROW; key++) {
        int set = 1 + key / SCORES_OF_A_ROW, score = key % SCORES_OF_A_ROW;
        size_t n = 0;
        for (size_t i = 0; i < file->count; i++) {
            const struct scores_row *row = &file->rows[i];
            if (row->set != set || score_of(row, 0, score) == SCORES_MISSING ||
                score_of(row, 1, score) == SCORES_MISSING)
                continue;
            first[n] = score_of(row, 0, score);
            second[n++] = score_of(row, 1, score);
        }
        if (n == 0)
            continue;
        struct stats_agreement seen;
        stats_agreement(first, second, n, &seen);
        (void)json_array_append_new(lines, agreement_json(&seen, set, score));
    }
    free(first);
    free(second);
    return lines;
}

struct place {
    int64_t points; /* all that the reader gave: in whole points two alike are alike */
    uint32_t reader;
};

static int by_severity(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->points != b->points)
        return a->points < b->points ? -1 : 1;
    return (a->reader > b->reader) - (a->reader < b->reader);
}

static json_t *lottery_json(const struct scores_file *file, double cut, const uint32_t *order)
{
    struct stats_lottery lottery;
    stats_lottery(file->crossed_scores, file->count, file->readers, cut, order, &lottery);
    json_t *line = json_pack("{s:I}", "pairs", (json_int_t)lottery.pairs);
    ctl_exam_set(line, "pass_rate_least", lottery.least);
    ctl_exam_set(line, "pass_rate_most", lottery.most);
    ctl_exam_set(line, "pass_rate_deviation", lottery.deviation);
    return line;
}

static struct stats_severity *severities(const struct scores_file *file)
{
    size_t count = file->count * file->readers;
    struct stats_observation *observations = calloc(count, sizeof *observations);
    struct stats_severity *result = calloc(file->readers, sizeof *result);
    WF_ASSERT(observations && result);
    for (size_t i = 0; i < count; i++)
        observations[i] = (struct stats_observation){.exam = (uint32_t)(i / file->readers),
                                                     .reader = (uint32_t)(i % file->readers),
                                                     .score = file->crossed_scores[i]};
    stats_severity(observations, count, (uint32_t)file->count, file->readers, result);
    free(observations);
    return result;
}

static void add_icc(json_t *value, const struct scores_file *file)
{
    size_t count = file->count * file->readers;
    double *table = calloc(count, sizeof *table);
    struct stats_icc icc;
    WF_ASSERT(table);
    for (size_t i = 0; i < count; i++)
        table[i] = file->crossed_scores[i];
    stats_icc(table, file->count, file->readers, &icc);
    free(table);
    json_t *line = json_object();
    ctl_exam_set(line, "icc_1_1", icc.one_single);
    set_interval(line, "icc_1_1_least", "icc_1_1_most", icc.one_single_within);
    ctl_exam_set(line, "icc_2_1", icc.two_single);
    ctl_exam_set(line, "icc_3_1", icc.three_single);
    ctl_exam_set(line, "icc_1_k", icc.one_mean);
    set_interval(line, "icc_1_k_least", "icc_1_k_most", icc.one_mean_within);
    ctl_exam_set(line, "icc_2_k", icc.two_mean);
    ctl_exam_set(line, "icc_3_k", icc.three_mean);
    (void)json_object_set_new(value, "icc", line);
}

static json_t *crossed(const struct scores_file *file, double cut)
{
    json_t *value = json_pack("{s:I,s:i,s:f,s:b}", "exams", (json_int_t)file->count, "readers",
                              (int)file->readers, "cut", cut, "few", file->count < STATS_FEW);
    json_t *lines = json_array();
    if (file->count < STATS_FEW)
        return value;
    struct stats_severity *severity = severities(file);
    struct place *places = calloc(file->readers, sizeof *places);
    uint32_t *order = calloc(file->readers, sizeof *order);
    WF_ASSERT(places && order);
    for (uint32_t i = 0; i < file->readers; i++) {
        json_t *line = json_pack("{s:i,s:I}", "reader", (int)i + 1, "n", (json_int_t)severity[i].n);
        ctl_exam_set(line, "mean_residual", severity[i].raw);
        ctl_exam_set(line, "severity", severity[i].shrunk);
        ctl_exam_set(line, "least", severity[i].least);
        ctl_exam_set(line, "most", severity[i].most);
        (void)json_array_append_new(lines, line);
        places[i].reader = i;
        for (size_t j = 0; j < file->count; j++)
            places[i].points += file->crossed_scores[j * file->readers + i];
    }
    qsort(places, file->readers, sizeof *places, by_severity);
    for (uint32_t i = 0; i < file->readers; i++)
        order[i] = places[i].reader;
    add_icc(value, file);
    (void)json_object_set_new(value, "severity", lines);
    (void)json_object_set_new(value, "lottery", lottery_json(file, cut, NULL));
    (void)json_object_set_new(value, "lottery_severe_with_lenient", lottery_json(file, cut, order));
    free(places);
    free(order);
    free(severity);
    return value;
}

/* The same numbers as text, three places; "-" where there are too few readings. */
static void print_lines(const struct ctl *ctl, json_t *lines)
{
    static const char *const columns[] = {"set",
                                          "set",
                                          "score",
                                          "score",
                                          "n",
                                          "n",
                                          "exact",
                                          "exact",
                                          "adjacent",
                                          "adjacent",
                                          "kappa_linear",
                                          "kappa (linear)",
                                          "kappa_quadratic",
                                          "kappa (quadratic)",
                                          "icc_1_1",
                                          "ICC(1,1)",
                                          "icc_1_2",
                                          "ICC(1,2)",
                                          "smd",
                                          "SMD",
                                          NULL};
    size_t index;
    json_t *line;
    char text[32];
    json_array_foreach(lines, index, line)
    {
        for (size_t i = 6; columns[i]; i += 2) {
            const json_t *value = json_object_get(line, columns[i]);
            if (!json_is_real(value))
                continue;
            (void)snprintf(text, sizeof text, "%.4f", json_real_value(value));
            (void)json_object_set_new(line, columns[i], json_string(text));
        }
    }
    ctl_table(ctl, lines, "No essay has two readings.", columns);
}

static json_t *pairs(const struct scores_file *file)
{
    return json_pack("{s:I,s:i,s:o}", "rows", (json_int_t)file->count, "few_below", STATS_FEW,
                     "agreement", agreements(file));
}

static int answer(const struct ctl *ctl, const struct scores_file *file, double cut,
                  const char *page)
{
    struct wf_error error = {0};
    json_t *value = file->crossed ? crossed(file, cut) : pairs(file);
    int code = CTL_OK;
    if (page && ctl_exam_page(value, page, &error))
        code = ctl_complain(&error);
    else if (page && !ctl->json)
        (void)printf("Written: %s\n", page);
    else if (file->crossed || ctl->json)
        ctl_json(value); /* a crossed table has few numbers of many kinds: the same for people */
    else
        print_lines(ctl, json_object_get(value, "agreement"));
    json_decref(value);
    return code;
}

int ctl_exam_stats(struct ctl *ctl, int argc, char **argv)
{
    struct scores_file file;
    struct wf_error error = {0};
    double cut = 2;
    char *end = NULL;
    const char *path = ctl_option(&argc, argv, "--scores", true);
    if (!path)
        return ctl_exam_stats_running(ctl, argc, argv);
    const char *cut_text = ctl_option(&argc, argv, "--cut", true);
    const char *page = ctl_option(&argc, argv, "--page", true);
    if (cut_text)
        cut = strtod(cut_text, &end);
    bool wrong = end && (end == cut_text || *end || !(cut >= 0 && cut <= SCORES_POINTS_MAX));
    int code = ctl_exam_wants("stats", argc, wrong ? "needs points after --cut" : NULL);
    if (code)
        return code;
    if (scores_file_read(path, &file, &error))
        return ctl_complain(&error);
    code = answer(ctl, &file, cut, page);
    scores_file_free(&file);
    return code;
}
