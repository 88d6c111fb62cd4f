/* A severe reader beside a lenient one (SPEC 4.7). */
#include "assignment_inner.h"

#include <stdlib.h>

enum { TRIES = 24, ROUNDS = 6 };

struct balance {
    struct assignment_plan *plan;
    const int32_t *severities;
    uint32_t *order, begins[ASSIGNMENT_CATEGORIES_MAX + 1];
};

/* Absolute sums of the exam's pairs, as if `newcomer` were at `place`; NONE: as it is. */
static uint64_t sums_of(const struct assignment_plan *plan, const int32_t *severities,
                        uint32_t exam, uint32_t place, uint32_t newcomer)
{
    uint32_t first = plan->first[exam], readers[ASSIGNMENT_DEMAND_MAX], count = 0;
    uint64_t sums = 0;
    for (uint32_t i = first; i < first + plan->exams[exam].demand; i++)
        if (i == place || plan->reader[i] != NONE)
            readers[count++] = i == place ? newcomer : plan->reader[i];
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < i; j++)
            sums += (uint64_t)abs(severities[readers[i]] + severities[readers[j]]);
    return sums;
}

/* Do the two exams' sums together fall?  Asked first: most tries end here, and it costs least. */
static bool is_nearer(const struct balance *balance, uint32_t a, uint32_t b)
{
    const struct assignment_plan *plan = balance->plan;
    uint32_t exam = plan->places[a].exam, other = plan->places[b].exam;
    if (plan->reader[a] == NONE || plan->reader[b] == NONE)
        return false;
    return sums_of(plan, balance->severities, exam, a, plan->reader[b]) +
               sums_of(plan, balance->severities, other, b, plan->reader[a]) <
           sums_of(plan, balance->severities, exam, NONE, NONE) +
               sums_of(plan, balance->severities, other, NONE, NONE);
}

/* No pair of the two exams may come to meet more often than one of theirs does. */
static bool try_swap(const struct balance *balance, uint32_t exam, uint32_t other, uint32_t word)
{
    struct assignment_plan *plan = balance->plan;
    uint32_t a = plan->first[exam] + word % plan->exams[exam].demand;
    uint32_t b = plan->first[other] + (word >> 8) % plan->exams[other].demand;
    if (!is_nearer(balance, a, b) || !assignment_can_swap(plan, a, b))
        return false;
    uint32_t most = assignment_most_often(plan, exam);
    uint32_t beside = assignment_most_often(plan, other);
    most = beside > most ? beside : most;
    if (!assignment_swap_is_rarer(plan, a, b, most + 1) ||
        !assignment_swap_is_rarer(plan, b, a, most + 1))
        return false;
    assignment_swap(plan, a, b);
    return true;
}

static uint64_t balance_round(const struct balance *balance, uint32_t round)
{
    const struct assignment_plan *plan = balance->plan;
    uint32_t words[ASSIGNMENT_WORDS];
    uint64_t swaps = 0;
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        const uint32_t *begin = &balance->begins[plan->exams[exam].category];
        uint64_t count = begin[1] - begin[0];
        bool swapped = sums_of(plan, balance->severities, exam, NONE, NONE) == 0;
        if (swapped)
            continue;
        assignment_keyed_words(plan, plan->exams[exam].handle, round, 0, words);
        for (uint32_t i = 0; i < TRIES && !swapped; i++) {
            uint32_t other = balance->order[begin[0] + (uint32_t)(words[2 * i] * count >> 32)];
            swapped =
                plan->exams[other].demand > 0 && try_swap(balance, exam, other, words[2 * i + 1]);
        }
        swaps += swapped;
    }
    return swaps;
}

uint64_t assignment_balance(struct assignment_plan *plan, const int32_t *severities)
{
    struct balance balance = {.plan = plan, .severities = severities};
    uint64_t swaps = 0, more = 1;
    balance.order = calloc((size_t)plan->exam_count + 1, sizeof *balance.order);
    WF_ASSERT(balance.order);
    assignment_sort_by_category(plan, balance.order, balance.begins);
    for (uint32_t round = 1; round <= ROUNDS && more > 0; round++) {
        more = balance_round(&balance, ASSIGNMENT_PAIR_ROUNDS + round);
        swaps += more;
    }
    free(balance.order);
    return swaps;
}

double assignment_lottery(const struct assignment_plan *plan, const int32_t *severities)
{
    uint64_t sums = 0, pairs = 0;
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        uint64_t readers = 0;
        for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
            readers += assignment_readers(plan, exam)[i] != NONE;
        pairs += readers > 0 ? readers * (readers - 1) / 2 : 0;
        sums += sums_of(plan, severities, exam, NONE, NONE);
    }
    return pairs ? (double)sums / (double)pairs / 100 : 0;
}
