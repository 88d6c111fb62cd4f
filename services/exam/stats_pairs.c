#include "stats_pairs.h"

#include "wf_error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = STATS_POINTS_MAX + 1 };

struct margins {
    double first[BINS], second[BINS];
};

/* Disagreement seen over disagreement expected by chance; the weights' scale cancels. */
static double kappa(const struct margins *margins, double seen, int32_t least, int32_t most,
                    double n, int power)
{
    double chance = 0;
    for (int32_t i = least; i <= most; i++)
        for (int32_t j = least; j <= most; j++)
            chance += pow(fabs((double)(i - j)), power) * margins->first[i] * margins->second[j];
    return chance > 0 ? 1 - seen * n / chance : NAN;
}

static void count_pair(struct stats_agreement *result, int32_t a, int32_t b)
{
    int32_t gap = a > b ? a - b : b - a;
    int32_t low = a < b ? a : b, high = a > b ? a : b;
    WF_ASSERT(low >= 0 && high <= STATS_POINTS_MAX);
    result->exact += gap == 0;
    result->adjacent += gap <= 1;
    result->least = low < result->least ? low : result->least;
    result->most = high > result->most ? high : result->most;
}

/* One-way random: subjects between, readers within. */
static void one_way(const int32_t *first, const int32_t *second, struct stats_agreement *result)
{
    double n = (double)result->n, grand = (result->mean_first + result->mean_second) / 2;
    double between = 0, within = 0;
    for (size_t i = 0; i < result->n; i++) {
        double mean = (first[i] + second[i]) / 2.0, half = (first[i] - second[i]) / 2.0;
        between += 2 * (mean - grand) * (mean - grand);
        within += 2 * half * half;
    }
    between /= n - 1;
    within /= n;
    result->icc_1_1 = between + within > 0 ? (between - within) / (between + within) : NAN;
    result->icc_1_2 = between > 0 ? (between - within) / between : NAN;
    stats_icc_intervals(between, within, result->n, 2, &result->icc_1_1_within,
                        &result->icc_1_2_within);
}

static double variance(const int32_t *points, size_t n, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (points[i] - mean) * (points[i] - mean);
    return sum / ((double)n - 1);
}

void stats_agreement(const int32_t *first, const int32_t *second, size_t n,
                     struct stats_agreement *result)
{
    double linear = 0, quadratic = 0;
    *result = (struct stats_agreement){.n = n,
                                       .least = STATS_POINTS_MAX,
                                       .kappa_linear = NAN,
                                       .kappa_quadratic = NAN,
                                       .icc_1_1 = NAN,
                                       .icc_1_2 = NAN,
                                       .icc_1_1_within = {NAN, NAN},
                                       .icc_1_2_within = {NAN, NAN},
                                       .smd = NAN};
    struct margins *margins = calloc(1, sizeof *margins);
    WF_ASSERT(margins);
    for (size_t i = 0; i < n; i++) {
        double gap = fabs((double)(first[i] - second[i]));
        count_pair(result, first[i], second[i]);
        margins->first[first[i]]++;
        margins->second[second[i]]++;
        linear += gap;
        quadratic += gap * gap;
        result->mean_first += first[i];
        result->mean_second += second[i];
    }
    if (n > 1) {
        result->mean_first /= (double)n;
        result->mean_second /= (double)n;
        result->kappa_linear = kappa(margins, linear, result->least, result->most, (double)n, 1);
        result->kappa_quadratic =
            kappa(margins, quadratic, result->least, result->most, (double)n, 2);
        one_way(first, second, result);
        double pooled = sqrt(
            (variance(first, n, result->mean_first) + variance(second, n, result->mean_second)) /
            2);
        result->smd = pooled > 0 ? (result->mean_second - result->mean_first) / pooled : NAN;
    }
    free(margins);
}

void stats_icc(const double *table, size_t n, size_t k, struct stats_icc *result)
{
    double grand = 0, rows = 0, columns = 0, total = 0;
    double subjects = (double)n, readers = (double)k;
    for (size_t i = 0; i < n * k; i++)
        grand += table[i] / (subjects * readers);
    for (size_t i = 0; i < n; i++) {
        double mean = 0;
        for (size_t j = 0; j < k; j++)
            mean += table[i * k + j] / readers;
        rows += readers * (mean - grand) * (mean - grand);
    }
    for (size_t j = 0; j < k; j++) {
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += table[i * k + j] / subjects;
        columns += subjects * (mean - grand) * (mean - grand);
    }
    for (size_t i = 0; i < n * k; i++)
        total += (table[i] - grand) * (table[i] - grand);
    double between = rows / (subjects - 1), reader = columns / (readers - 1);
    double within = (total - rows) / (subjects * (readers - 1));
    double rest = (total - rows - columns) / ((subjects - 1) * (readers - 1));
    result->one_single = (between - within) / (between + (readers - 1) * within);
    result->two_single =
        (between - rest) / (between + (readers - 1) * rest + readers * (reader - rest) / subjects);
    result->three_single = (between - rest) / (between + (readers - 1) * rest);
    result->one_mean = (between - within) / between;
    result->two_mean = (between - rest) / (between + (reader - rest) / subjects);
    result->three_mean = (between - rest) / between;
    stats_icc_intervals(between, within, n, k, &result->one_single_within,
                        &result->one_mean_within);
}
