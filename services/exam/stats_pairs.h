/* stats_pairs.h - how well two readers agree, and how severe each reader is (SPEC 3). */
#ifndef STATS_PAIRS_H
#define STATS_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STATS_FEW = 30,    /* fewer double readings: counts, no coefficients */
    STATS_SHRINK = 10, /* severity is shrunk by n / (n + 10) */
    STATS_POINTS_MAX = 1000
};

/* 95 %; NaN where the data define none. */
struct stats_interval {
    double least, most;
};

/* A coefficient that the data do not define is NaN. */
struct stats_agreement {
    size_t n, exact, adjacent;
    int32_t least, most; /* seen */
    double mean_first, mean_second;
    double kappa_linear, kappa_quadratic;
    double icc_1_1, icc_1_2;
    struct stats_interval icc_1_1_within, icc_1_2_within;
    double smd;
};

/* SPEC 3.1, 3.2: points are 0 to STATS_POINTS_MAX. */
void stats_agreement(const int32_t *first, const int32_t *second, size_t n,
                     struct stats_agreement *result);

/* SPEC 3.3: the six intraclass correlations of a table of n subjects by k readers, row by row. */
struct stats_icc {
    double one_single, two_single, three_single;
    double one_mean, two_mean, three_mean;
    struct stats_interval one_single_within, one_mean_within;
};
/* Of the one-way coefficients, from the mean squares between n subjects and within their k readings
 * (Shrout and Fleiss 1979: limits of the variance ratio). */
void stats_icc_intervals(double between, double within, size_t n, size_t k,
                         struct stats_interval *single, struct stats_interval *mean);
void stats_icc(const double *table, size_t n, size_t k, struct stats_icc *result);

/* SPEC 3.4: one observation of a reader on an exam. */
struct stats_observation {
    uint32_t exam, reader;
    double score;
};
struct stats_severity {
    size_t n;
    double raw;         /* mean residual: positive is lenient */
    double shrunk;      /* raw n / (n + 10) */
    double least, most; /* 95 % interval of the shrunk value */
};
/* The additive fit score = exam + reader, readers' effects summing to 0 over the readings.  `result`
 * has one entry a reader. */
void stats_severity(const struct stats_observation *observations, size_t count, uint32_t exams,
                    uint32_t readers, struct stats_severity *result);

/* SPEC 3.5: what share of exams passes, over the pairs of readers that could have been drawn. */
struct stats_lottery {
    size_t pairs;
    double least, most, deviation; /* of the pass rate; standard deviation over the pairs */
};
/* `table`: n exams by k readers; a pair passes an exam when its mean reaches `cut`.  `order`: readers
 * from severe to lenient for pairs of opposites, NULL for every pair. */
void stats_lottery(const int32_t *table, size_t n, uint32_t k, double cut, const uint32_t *order,
                   struct stats_lottery *result);

#endif
