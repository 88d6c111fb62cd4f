/* Assignment of exams to reviewers with heavy-tailed conflicts (services/exam/SPEC.md 4).
 *
 * Three sizes, twice: with the same work a reviewer, and with the same hall of reviewers.  What one exam
 * costs is the median of several runs, in processor time; beside it stand two things it cannot do
 * without: the words of its draw, and waiting for memory that lies apart. */
#include "bench_assign.h"

#include "assignment.h"
#include "bench_measure.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    CATEGORIES = 5,
    TOKENS_PER_EXAM = 1,
    PERSONAL_MAX = 3,
    ARRIVALS_PER_EXAMS = 100,
    LARGEST = 100000, /* exams */
    RUNS_LEAST = 5,   /* of the largest; of the smaller ones more, up to RUNS_MAX */
    RUNS_MAX = 51,
    EXAMS_PER_REVIEWER = 20,
    CAPACITY_MEAN = 54,   /* a third more than the 40 readings of each */
    BYTES_PER_EXAM = 256, /* about what a plan and its problem hold of one */
    STEPS = 1 << 20,
    DRAWN_BYTES = 256 /* the first words of an exam */
};

static const uint8_t seed[ASSIGNMENT_SEED] = {1};

struct population {
    struct assignment_reviewer *reviewers;
    struct assignment_exam *exams;
    uint32_t *employers; /* the token of each reviewer, then of each exam */
    uint32_t *personal;
    uint32_t exam_count, reviewer_count;
    uint64_t state;
};

static uint32_t draw(struct population *population, uint32_t below)
{
    population->state = population->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((population->state >> 32) * below >> 32);
}

/* Employer k is drawn about as often as 1/k: a few are very large. */
static uint32_t draw_employer(struct population *population, uint32_t employers)
{
    double uniform = (draw(population, 1u << 30) + 1.0) / (1u << 30);
    return (uint32_t)(pow((double)employers, uniform) - 1);
}

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void make_reviewers(struct population *population, uint32_t employers, uint32_t mean)
{
    for (uint32_t i = 0; i < population->reviewer_count; i++) {
        uint32_t first = draw(population, CATEGORIES), second = draw(population, CATEGORIES);
        population->employers[i] = draw_employer(population, employers);
        population->reviewers[i] = (struct assignment_reviewer){
            .qualifications = UINT64_C(1) << first | UINT64_C(1) << second,
            .capacity = mean / 2 + draw(population, mean),
            .tokens = {&population->employers[i], 1}};
    }
}

static void make_exam(struct population *population, uint32_t exam, uint32_t employers)
{
    uint32_t *personal = population->personal + (size_t)exam * PERSONAL_MAX, kept = 0;
    uint32_t *employer = population->employers + population->reviewer_count + exam;
    uint32_t count = draw(population, PERSONAL_MAX + 1);
    for (uint32_t i = 0; i < count; i++)
        personal[i] = draw(population, population->reviewer_count);
    qsort(personal, count, sizeof *personal, by_value);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || personal[i] != personal[kept - 1])
            personal[kept++] = personal[i];
    *employer = draw_employer(population, employers);
    population->exams[exam] =
        (struct assignment_exam){.handle = (uint64_t)draw(population, UINT32_MAX) << 32 | exam,
                                 .category = draw(population, CATEGORIES),
                                 .demand = 2,
                                 .excluded = {personal, kept},
                                 .tokens = {employer, TOKENS_PER_EXAM}};
}

static void populate(struct population *population, uint32_t exams, uint32_t reviewers)
{
    uint32_t employers = reviewers / 5 + 2, all = exams + exams / ARRIVALS_PER_EXAMS;
    *population = (struct population){.exam_count = all, .reviewer_count = reviewers, .state = 1};
    population->reviewers = calloc(reviewers, sizeof *population->reviewers);
    population->exams = calloc(all, sizeof *population->exams);
    population->employers = calloc((size_t)reviewers + all, sizeof *population->employers);
    population->personal = calloc((size_t)all * PERSONAL_MAX, sizeof *population->personal);
    WF_ASSERT(population->reviewers && population->exams && population->employers &&
              population->personal);
    make_reviewers(population, employers, CAPACITY_MEAN);
    for (uint32_t i = 0; i < all; i++)
        make_exam(population, i, employers);
}

static void depopulate(struct population *population)
{
    free(population->reviewers);
    free(population->exams);
    free(population->employers);
    free(population->personal);
}

/* What one core worked: others may share the machine. */
static double processor_milliseconds(void)
{
    struct timespec time;
    WF_ASSERT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
    return 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
}

static double milliseconds_since(uint64_t began)
{
    return (double)(bench_now() - began) / 1e6;
}

static int by_time(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_time);
    return values[count / 2];
}

static json_t *rounded(double value)
{
    return json_real((double)(int64_t)(value * 1000 + 0.5) / 1000);
}

struct times {
    double place, all; /* processor milliseconds */
};

/* Memory for the plan is part of it. */
static struct assignment_plan *assign(const struct population *population, uint32_t exams,
                                      struct times *times)
{
    double began = processor_milliseconds();
    struct assignment_plan *plan = assignment_new(population->reviewers, population->reviewer_count,
                                                  population->exam_count, seed);
    for (uint32_t i = 0; i < exams; i++)
        (void)assignment_add(plan, &population->exams[i]);
    times->place = processor_milliseconds() - began;
    assignment_repair(plan);
    times->all = processor_milliseconds() - began;
    return plan;
}

/* Gives the last of the plans. */
static struct assignment_plan *measure_runs(const struct population *population, uint32_t exams,
                                            struct times *times)
{
    double place[RUNS_MAX], all[RUNS_MAX];
    size_t runs = RUNS_LEAST * LARGEST / exams;
    struct assignment_plan *plan = NULL;
    runs = runs > RUNS_MAX ? RUNS_MAX : runs;
    for (size_t i = 0; i < runs; i++) {
        assignment_free(plan);
        plan = assign(population, exams, times);
        place[i] = times->place;
        all[i] = times->all;
    }
    *times = (struct times){median(place, runs), median(all, runs)};
    return plan;
}

static void measure_arrivals(json_t *line, struct assignment_plan *plan,
                             const struct population *population, uint32_t exams)
{
    uint32_t count = exams / ARRIVALS_PER_EXAMS, lacking = 0;
    double *took = calloc(count, sizeof *took), sum = 0;
    WF_ASSERT(took);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t began = bench_now();
        lacking += assignment_add(plan, &population->exams[exams + i]);
        took[i] = milliseconds_since(began) * 1000;
        sum += took[i];
    }
    (void)json_object_set_new(line, "arrivals", json_integer(count));
    (void)json_object_set_new(line, "arrival_us_mean", rounded(sum / count));
    (void)json_object_set_new(line, "arrival_us_p50", rounded(median(took, count)));
    (void)json_object_set_new(line, "arrival_us_p99", rounded(took[count * 99 / 100]));
    (void)json_object_set_new(line, "arrival_us_max", rounded(took[count - 1]));
    (void)json_object_set_new(line, "arrivals_lacking", json_integer(lacking));
    free(took);
}

/* Microseconds of the ChaCha20 words that one exam's draw takes. */
static double measure_words(void)
{
    uint8_t words[DRAWN_BYTES], nonce[crypto_stream_chacha20_IETF_NONCEBYTES] = {0};
    double began = processor_milliseconds();
    for (uint32_t i = 0; i < LARGEST; i++) {
        nonce[0] = words[0];
        (void)crypto_stream_chacha20_ietf(words, sizeof words, nonce, seed);
    }
    return 1000 * (processor_milliseconds() - began) / LARGEST;
}

/* Nanoseconds of one read that must wait for the one before, each at a random line of `bytes`. */
static double measure_memory(size_t bytes)
{
    enum { LINE = 64 / sizeof(uint32_t) };
    struct population random = {.state = 1};
    uint32_t lines = (uint32_t)(bytes / 64), at = 0;
    uint32_t *next = calloc((size_t)lines * LINE, sizeof *next);
    WF_ASSERT(next);
    for (uint32_t i = 0; i < lines; i++)
        next[(size_t)i * LINE] = i;
    for (uint32_t i = lines - 1; i > 0; i--) { /* one cycle through all (Sattolo) */
        size_t other = (size_t)draw(&random, i) * LINE, here = (size_t)i * LINE;
        uint32_t line = next[other];
        next[other] = next[here];
        next[here] = line;
    }
    double began = processor_milliseconds();
    for (uint32_t i = 0; i < STEPS; i++)
        at = next[(size_t)at * LINE];
    double took = processor_milliseconds() - began;
    WF_ASSERT(at < lines);
    free(next);
    return 1e6 * took / STEPS;
}

static void report_quality(json_t *line, const struct assignment_plan *plan)
{
    struct assignment_quality quality;
    assignment_quality(plan, &quality);
    (void)json_object_set_new(line, "violations", json_integer((json_int_t)quality.violations));
    (void)json_object_set_new(line, "unfilled", json_integer((json_int_t)quality.unfilled));
    (void)json_object_set_new(line, "max_utilisation", json_real(quality.max_utilisation));
    (void)json_object_set_new(line, "optimum", json_real(quality.optimum));
    (void)json_object_set_new(line, "jain", json_real(quality.jain));
    (void)json_object_set_new(line, "max_pair", json_integer(quality.max_pair));
    (void)json_object_set_new(line, "moves", json_integer((json_int_t)quality.moves));
    (void)json_object_set_new(line, "swaps", json_integer((json_int_t)quality.swaps));
}

/* Gives what an exam cost, in microseconds. */
static double measure_size(json_t *sizes, uint32_t exams, uint32_t reviewers)
{
    struct population population;
    struct times times;
    json_t *line = json_object();
    populate(&population, exams, reviewers);
    struct assignment_plan *plan = measure_runs(&population, exams, &times);
    double cost = 1000 * times.all / exams;
    (void)json_object_set_new(line, "exams", json_integer(exams));
    (void)json_object_set_new(line, "reviewers", json_integer(reviewers));
    (void)json_object_set_new(line, "cpu_ms", rounded(times.all));
    (void)json_object_set_new(line, "place_ms", rounded(times.place));
    (void)json_object_set_new(line, "cost_per_exam_us", rounded(cost));
    (void)json_object_set_new(line, "memory_ns",
                              rounded(measure_memory((size_t)exams * BYTES_PER_EXAM)));
    report_quality(line, plan);
    measure_arrivals(line, plan, &population, exams);
    assignment_free(plan);
    depopulate(&population);
    (void)json_array_append_new(sizes, line);
    (void)fprintf(stderr, "bench assign: %6u exams to %4u reviewers: %6.2f ms, %.2f us an exam\n",
                  exams, reviewers, times.all, cost);
    return cost;
}

/* Three sizes; beside them the highest of their costs over the lowest. */
static json_t *measure_series(const char *name, bool same_hall)
{
    static const uint32_t exams[] = {LARGEST / 100, LARGEST / 10, LARGEST};
    double lowest = INFINITY, highest = 0;
    json_t *series = json_object(), *sizes = json_array();
    (void)fprintf(stderr, "bench assign: %s\n", name);
    for (size_t i = 0; i < sizeof exams / sizeof *exams; i++) {
        double cost =
            measure_size(sizes, exams[i], (same_hall ? LARGEST : exams[i]) / EXAMS_PER_REVIEWER);
        lowest = cost < lowest ? cost : lowest;
        highest = cost > highest ? cost : highest;
    }
    (void)json_object_set_new(series, "sizes", sizes);
    (void)json_object_set_new(series, "cost_per_exam_ratio", rounded(highest / lowest));
    (void)fprintf(stderr, "bench assign: the dearest exam costs %.2f times the cheapest\n",
                  highest / lowest);
    return series;
}

const char bench_assign_help[] =
    "An invented population, the same at every run: five categories, employers of which a few are\n"
    "very large, capacities of 27 to 80 readings, and up to three persons who may not read an "
    "exam.\n"
    "Every exam wants two readers.  Measured is all from the empty plan to the repaired one, in\n"
    "processor time of one core, the median of 5 to 51 runs:\n"
    "  sizes            1,000, 10,000 and 100,000 exams to 50, 500 and 5,000 reviewers\n"
    "  same_reviewers   as many exams to 5,000 reviewers each; fewer exams than reviewers take\n"
    "                   more moves an exam to the optimum, which the smallest size shows\n"
    "  cost_per_exam_us of one size; cost_per_exam_ratio: the highest of the three over the "
    "lowest\n"
    "  place_ms         of cpu_ms: without the repair\n"
    "  arrival_us_...   one exam more, to the repaired plan, by the clock: the target is 50\n"
    "What no plan can do without, measured beside it:\n"
    "  words_us         the ChaCha20 words that the draw of one exam takes\n"
    "  memory_ns        one read that waits for the one before, anywhere in 256 bytes an exam:\n"
    "                   what the machine itself makes dearer when there are more exams\n"
    "The targets: cpu_ms below 500 at 100,000 exams, violations 0, max_utilisation the optimum,\n"
    "and cost_per_exam flat.\n";

json_t *bench_assign(void)
{
    WF_ASSERT(sodium_init() >= 0);
    double words = measure_words();
    json_t *line = measure_series("the same work a reviewer", false);
    (void)json_object_set_new(line, "same_reviewers",
                              measure_series("the same 5,000 reviewers", true));
    (void)json_object_set_new(line, "words_us", rounded(words));
    return line;
}
