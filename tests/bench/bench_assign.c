/* Assignment of exams to reviewers with heavy-tailed conflicts (services/exam/SPEC.md 4). */
#include "bench_assign.h"

#include "assignment.h"
#include "bench_measure.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { CATEGORIES = 5, TOKENS_PER_EXAM = 1, PERSONAL_MAX = 3, ARRIVALS_PER_EXAMS = 100 };

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
    make_reviewers(population, employers, 2 * exams / reviewers * 4 / 3 + 1);
    for (uint32_t i = 0; i < all; i++)
        make_exam(population, i, employers);
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
    qsort(took, count, sizeof *took, by_time);
    (void)json_object_set_new(line, "arrivals", json_integer(count));
    (void)json_object_set_new(line, "arrival_us_mean", json_real(sum / count));
    (void)json_object_set_new(line, "arrival_us_p50", json_real(took[count / 2]));
    (void)json_object_set_new(line, "arrival_us_p99", json_real(took[count * 99 / 100]));
    (void)json_object_set_new(line, "arrival_us_max", json_real(took[count - 1]));
    (void)json_object_set_new(line, "arrivals_lacking", json_integer(lacking));
    free(took);
}

json_t *bench_assign(uint32_t exams, uint32_t reviewers)
{
    static const uint8_t seed[ASSIGNMENT_SEED] = {1};
    struct population population;
    struct assignment_quality quality;
    json_t *line = json_object();
    populate(&population, exams, reviewers);
    uint64_t began = bench_now();
    double worked = processor_milliseconds();
    struct assignment_plan *plan =
        assignment_new(population.reviewers, reviewers, population.exam_count, seed);
    for (uint32_t i = 0; i < exams; i++)
        (void)assignment_add(plan, &population.exams[i]);
    double placed = milliseconds_since(began);
    assignment_repair(plan);
    double all = milliseconds_since(began);
    worked = processor_milliseconds() - worked;
    assignment_quality(plan, &quality);
    (void)json_object_set_new(line, "exams", json_integer(exams));
    (void)json_object_set_new(line, "reviewers", json_integer(reviewers));
    (void)json_object_set_new(line, "place_ms", json_real(placed));
    (void)json_object_set_new(line, "ms", json_real(all));
    (void)json_object_set_new(line, "cpu_ms", json_real(worked));
    (void)json_object_set_new(line, "cpu_us_per_exam", json_real(1000 * worked / exams));
    (void)json_object_set_new(line, "violations", json_integer((json_int_t)quality.violations));
    (void)json_object_set_new(line, "unfilled", json_integer((json_int_t)quality.unfilled));
    (void)json_object_set_new(line, "max_utilisation", json_real(quality.max_utilisation));
    (void)json_object_set_new(line, "optimum", json_real(quality.optimum));
    (void)json_object_set_new(line, "jain", json_real(quality.jain));
    (void)json_object_set_new(line, "max_pair", json_integer(quality.max_pair));
    (void)json_object_set_new(line, "moves", json_integer((json_int_t)quality.moves));
    (void)json_object_set_new(line, "swaps", json_integer((json_int_t)quality.swaps));
    measure_arrivals(line, plan, &population, exams);
    assignment_free(plan);
    free(population.reviewers);
    free(population.exams);
    free(population.employers);
    free(population.personal);
    return line;
}
