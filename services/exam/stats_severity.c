/* Severity of readers, and what the draw of a pair decides (SPEC 3.4, 3.5). */
#include "stats_pairs.h"

#include "wf_error.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS_MAX = 2000 };
static const double settled = 1e-12;

struct fit {
    const struct stats_observation *observations;
    size_t count;
    uint32_t exams, readers;
    double *exam, *reader;
    double *exam_n, *reader_n;
};

/* One pass of alternating least squares; gives the largest change of a reader's effect. */
static double improve(struct fit *fit)
{
    double change = 0, mean = 0;
    double *sum = calloc(fit->exams + fit->readers, sizeof *sum);
    WF_ASSERT(sum);
    for (size_t i = 0; i < fit->count; i++) {
        const struct stats_observation *seen = &fit->observations[i];
        sum[seen->exam] += seen->score - fit->reader[seen->reader];
    }
    for (uint32_t i = 0; i < fit->exams; i++)
        fit->exam[i] = fit->exam_n[i] > 0 ? sum[i] / fit->exam_n[i] : 0;
    for (size_t i = 0; i < fit->count; i++) {
        const struct stats_observation *seen = &fit->observations[i];
        sum[fit->exams + seen->reader] += seen->score - fit->exam[seen->exam];
    }
    for (uint32_t i = 0; i < fit->readers; i++)
        mean += sum[fit->exams + i] / (double)fit->count;
    for (uint32_t i = 0; i < fit->readers; i++) {
        double effect = fit->reader_n[i] > 0 ? sum[fit->exams + i] / fit->reader_n[i] - mean : 0;
        change = fmax(change, fabs(effect - fit->reader[i]));
        fit->reader[i] = effect;
    }
    free(sum);
    return change;
}

/* The residuals' spread, with the degrees of freedom that the fit has used taken off. */
static double residual_deviation(const struct fit *fit)
{
    double sum = 0;
    double free_count = (double)fit->count - fit->exams - fit->readers + 1;
    for (size_t i = 0; i < fit->count; i++) {
        const struct stats_observation *seen = &fit->observations[i];
        double rest = seen->score - fit->exam[seen->exam] - fit->reader[seen->reader];
        sum += rest * rest;
    }
    return free_count > 0 ? sqrt(sum / free_count) : NAN;
}

void stats_severity(const struct stats_observation *observations, size_t count, uint32_t exams,
                    uint32_t readers, struct stats_severity *result)
{
    double *memory = calloc(2 * ((size_t)exams + readers), sizeof *memory);
    WF_ASSERT(memory && count > 0);
    struct fit fit = {.observations = observations,
                      .count = count,
                      .exams = exams,
                      .readers = readers,
                      .exam = memory,
                      .reader = memory + exams,
                      .exam_n = memory + exams + readers,
                      .reader_n = memory + 2 * (size_t)exams + readers};
    for (size_t i = 0; i < count; i++) {
        fit.exam_n[observations[i].exam]++;
        fit.reader_n[observations[i].reader]++;
    }
    for (int round = 0; round < ROUNDS_MAX && improve(&fit) > settled; round++)
        continue;
    double deviation = residual_deviation(&fit);
    for (uint32_t i = 0; i < readers; i++) {
        double n = fit.reader_n[i], shrink = n / (n + STATS_SHRINK);
        double reach = n > 0 ? 1.959964 * shrink * deviation / sqrt(n) : NAN;
        double shrunk = shrink * fit.reader[i];
        result[i] = (struct stats_severity){.n = (size_t)n,
                                            .raw = fit.reader[i],
                                            .shrunk = shrunk,
                                            .least = shrunk - reach,
                                            .most = shrunk + reach};
    }
    free(memory);
}

static double pass_rate(const int32_t *table, size_t n, uint32_t k, double cut, uint32_t a,
                        uint32_t b)
{
    size_t passed = 0;
    for (size_t i = 0; i < n; i++)
        passed += table[i * k + a] + table[i * k + b] >= 2 * cut;
    return (double)passed / (double)n;
}

struct spread {
    double sum, squares;
};

static void add_rate(struct stats_lottery *result, struct spread *spread, double rate)
{
    result->least = result->pairs ? fmin(result->least, rate) : rate;
    result->most = result->pairs ? fmax(result->most, rate) : rate;
    result->pairs++;
    spread->sum += rate;
    spread->squares += rate * rate;
}

void stats_lottery(const int32_t *table, size_t n, uint32_t k, double cut, const uint32_t *order,
                   struct stats_lottery *result)
{
    struct spread spread = {0};
    *result = (struct stats_lottery){.deviation = NAN};
    for (uint32_t a = 0; order && a < k / 2; a++)
        add_rate(result, &spread, pass_rate(table, n, k, cut, order[a], order[k - 1 - a]));
    for (uint32_t a = 0; !order && a < k; a++)
        for (uint32_t b = a + 1; b < k; b++)
            add_rate(result, &spread, pass_rate(table, n, k, cut, a, b));
    double pairs = (double)result->pairs;
    if (result->pairs > 0)
        result->deviation = sqrt(fmax(0, spread.squares - spread.sum * spread.sum / pairs) / pairs);
}
