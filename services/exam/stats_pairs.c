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

/* A quotient that the data define: nothing varies where the divisor is 0. */
static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

/* A sum of squares; 0 where only rounding is left of `all` that it is a part of.  A real difference of whole
 * points is far larger. */
static double without_dust(double squares, double all)
{
    return squares > 1e-13 * all ? squares : 0;
}

/* One-way random: subjects between, readers within. */
static void one_way(const int32_t *first, const int32_t *second, struct stats_agreement *result)
{
    double n = (double)result->n, grand = (result->mean_first + result->mean_second) / 2;
    double between = 0, within = 0, all = 0;
    for (size_t i = 0; i < result->n; i++) {
        double mean = (first[i] + second[i]) / 2.0, half = (first[i] - second[i]) / 2.0;
        all += 2 * mean * mean;
        between += 2 * (mean - grand) * (mean - grand);
        within += 2 * half * half;
    }
    between = without_dust(between, all) / (n - 1);
    within /= n;
    result->icc_1_1 = ratio(between - within, between + within);
    result->icc_1_2 = ratio(between - within, between);
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

/* Sums of squares of a table: of its rows' means, its columns' means, and of all its cells.  Everything is
 * counted from the first cell, so that a table without differences gives 0 and not what rounding makes of it. */
static void sum_squares(const double *table, size_t n, size_t k, double *rows, double *columns,
                        double *total)
{
    double grand = 0, readers = (double)k, subjects = (double)n;
    *rows = *columns = *total = 0;
    for (size_t i = 0; i < n * k; i++)
        grand += (table[i] - table[0]) / (subjects * readers);
    for (size_t i = 0; i < n; i++) {
        double mean = 0;
        for (size_t j = 0; j < k; j++)
            mean += (table[i * k + j] - table[0]) / readers;
        *rows += readers * (mean - grand) * (mean - grand);
    }
    for (size_t j = 0; j < k; j++) {
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += (table[i * k + j] - table[0]) / subjects;
        *columns += subjects * (mean - grand) * (mean - grand);
    }
    for (size_t i = 0; i < n * k; i++)
        *total += (table[i] - table[0] - grand) * (table[i] - table[0] - grand);
}

void stats_icc(const double *table, size_t n, size_t k, struct stats_icc *result)
{
    double rows, columns, total, subjects = (double)n, readers = (double)k;
    sum_squares(table, n, k, &rows, &columns, &total);
    double between = without_dust(rows, total) / (subjects - 1);
    double reader = without_dust(columns, total) / (readers - 1);
    double within = without_dust(total - rows, total) / (subjects * (readers - 1));
    double rest = without_dust(total - rows - columns, total) / ((subjects - 1) * (readers - 1));
    result->one_single = ratio(between - within, between + (readers - 1) * within);
    result->two_single = ratio(between - rest, between + (readers - 1) * rest +
                                                   readers * (reader - rest) / subjects);
    result->three_single = ratio(between - rest, between + (readers - 1) * rest);
    result->one_mean = ratio(between - within, between);
    result->two_mean = ratio(between - rest, between + (reader - rest) / subjects);
    result->three_mean = ratio(between - rest, between);
    stats_icc_intervals(between, within, n, k, &result->one_single_within,
                        &result->one_mean_within);
}
