/* How often two reviewers meet, and swaps that make it rarer (SPEC 4.3). */
#include "assignment_inner.h"

#include <stdlib.h>

enum { TRIES = 24, ROUNDS = 64 };

static uint64_t key_of(uint32_t a, uint32_t b)
{
    uint64_t low = a < b ? a : b, high = a < b ? b : a;
    return (low << 32 | high) + 1;
}

static struct assignment_pair *find(struct assignment_pair *pairs, size_t slots, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (slots - 1);
    while (pairs[at].key != 0 && pairs[at].key != key)
        at = (at + 1) & (slots - 1);
    return &pairs[at];
}

uint32_t assignment_pair_times(const struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    return find(plan->pairs, plan->pair_slots, key_of(a, b))->times;
}

/* Pairs that met and parted keep their slot until the table grows: few swaps, few dead slots. */
static void grow(struct assignment_plan *plan)
{
    size_t slots = plan->pair_slots * 2;
    struct assignment_pair *pairs = calloc(slots, sizeof *pairs);
    WF_ASSERT(pairs);
    plan->pair_used = 0;
    for (size_t i = 0; i < plan->pair_slots; i++)
        if (plan->pairs[i].times) {
            *find(pairs, slots, plan->pairs[i].key) = plan->pairs[i];
            plan->pair_used++;
        }
    free(plan->pairs);
    plan->pairs = pairs;
    plan->pair_slots = slots;
}

void assignment_pair_count(struct assignment_plan *plan, uint32_t a, uint32_t b, int by)
{
    if (2 * plan->pair_used >= plan->pair_slots)
        grow(plan);
    struct assignment_pair *pair = find(plan->pairs, plan->pair_slots, key_of(a, b));
    if (pair->key == 0) {
        pair->key = key_of(a, b);
        plan->pair_used++;
    }
    pair->times += (uint32_t)by;
}

static uint32_t most_often(const struct assignment_plan *plan, uint32_t exam)
{
    const uint32_t *reader = &plan->reader[exam * ASSIGNMENT_DEMAND_MAX];
    uint32_t most = 0;
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        for (uint32_t j = 0; j < i; j++) {
            if (reader[i] == NONE || reader[j] == NONE)
                continue;
            uint32_t times = assignment_pair_times(plan, reader[i], reader[j]);
            most = times > most ? times : most;
        }
    return most;
}

static bool can_swap(const struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    uint32_t exam_a = a / ASSIGNMENT_DEMAND_MAX, exam_b = b / ASSIGNMENT_DEMAND_MAX;
    uint32_t reader_a = plan->reader[a], reader_b = plan->reader[b];
    return exam_a != exam_b && reader_a != NONE && reader_b != NONE && reader_a != reader_b &&
           !plan->opened[a] && !plan->opened[b] && !assignment_holds(plan, exam_a, reader_b) &&
           !assignment_holds(plan, exam_b, reader_a) &&
           assignment_may_read(plan, exam_a, reader_b) &&
           assignment_may_read(plan, exam_b, reader_a);
}

static void swap(struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    uint32_t reader_a = plan->reader[a], reader_b = plan->reader[b];
    assignment_take(plan, a);
    assignment_take(plan, b);
    assignment_give(plan, a, reader_b);
    assignment_give(plan, b, reader_a);
}

/* Loads stay; the larger of the two exams' pair counts must fall, or nothing was done. */
static bool try_swap(struct assignment_plan *plan, uint32_t exam, uint32_t other, uint32_t word)
{
    uint32_t a = exam * ASSIGNMENT_DEMAND_MAX + word % plan->exams[exam].demand;
    uint32_t b = other * ASSIGNMENT_DEMAND_MAX + (word >> 8) % plan->exams[other].demand;
    if (!can_swap(plan, a, b))
        return false;
    uint32_t before = most_often(plan, exam), beside = most_often(plan, other);
    before = beside > before ? beside : before;
    swap(plan, a, b);
    uint32_t after = most_often(plan, exam);
    beside = most_often(plan, other);
    if ((beside > after ? beside : after) < before) {
        plan->swaps++;
        return true;
    }
    swap(plan, a, b);
    return false;
}

/* Exams of the same category stand together in `order`, from begins[c] to begins[c + 1]. */
static void sort_by_category(const struct assignment_plan *plan, uint32_t *order, uint32_t *begins)
{
    uint32_t at[ASSIGNMENT_CATEGORIES_MAX] = {0};
    for (uint32_t i = 0; i < plan->exam_count; i++)
        at[plan->exams[i].category]++;
    begins[0] = 0;
    for (uint32_t c = 0; c < ASSIGNMENT_CATEGORIES_MAX; c++) {
        begins[c + 1] = begins[c] + at[c];
        at[c] = begins[c];
    }
    for (uint32_t i = 0; i < plan->exam_count; i++)
        order[at[plan->exams[i].category]++] = i;
}

/* Only the exams of those who meet most often: a pool so small that everybody meets everybody costs no
 * more than a large one. */
static uint64_t swap_round(struct assignment_plan *plan, const uint32_t *order,
                           const uint32_t *begins, uint32_t round)
{
    uint32_t words[2 * TRIES];
    uint64_t before = plan->swaps;
    uint32_t most = 2;
    for (size_t i = 0; i < plan->pair_slots; i++)
        if (plan->pairs[i].times > most)
            most = plan->pairs[i].times;
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        if (most_often(plan, exam) < most)
            continue;
        const uint32_t *begin = &begins[plan->exams[exam].category];
        assignment_keyed_words(plan, plan->exams[exam].handle, round, words, 2 * TRIES);
        for (uint32_t i = 0; i < TRIES; i++) {
            uint64_t count = begin[1] - begin[0];
            uint32_t other = order[begin[0] + (uint32_t)(words[2 * i] * count >> 32)];
            if (plan->exams[other].demand && try_swap(plan, exam, other, words[2 * i + 1]))
                break;
        }
    }
    return plan->swaps - before;
}

void assignment_swap_pairs(struct assignment_plan *plan)
{
    uint32_t begins[ASSIGNMENT_CATEGORIES_MAX + 1];
    uint32_t *order = calloc((size_t)plan->exam_count + 1, sizeof *order);
    WF_ASSERT(order);
    sort_by_category(plan, order, begins);
    for (uint32_t round = 1; round <= ROUNDS && swap_round(plan, order, begins, round); round++)
        continue;
    free(order);
}
