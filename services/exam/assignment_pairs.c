/* How often two reviewers meet, and swaps that make it rarer (SPEC 4.3).
 *
 * A slot of the table is one word: the pair above, how often it meets below; 0: free.  A pair that met
 * and parted keeps its slot until the table grows: few swaps, few dead slots. */
#include "assignment_inner.h"

#include <stdlib.h>

enum { TRIES = 24, TIMES_BITS = 24, SLOTS_LEAST = 1024 };

static const uint64_t TIMES = (UINT64_C(1) << TIMES_BITS) - 1;
_Static_assert(ASSIGNMENT_EXAMS_MAX < 1 << TIMES_BITS, "a pair meets at every exam");
_Static_assert(ASSIGNMENT_REVIEWERS_MAX < 1 << (64 - TIMES_BITS) / 2,
               "a pair fits above its times");

static uint64_t key_of(const struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    uint64_t low = a < b ? a : b, high = a < b ? b : a;
    return low * plan->reviewer_count + high + 1;
}

static uint64_t *find(uint64_t *pairs, size_t slots, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (slots - 1);
    while (pairs[at] && pairs[at] >> TIMES_BITS != key)
        at = (at + 1) & (slots - 1);
    return &pairs[at];
}

static uint64_t *blank(size_t slots)
{
    uint64_t *pairs = calloc(slots, sizeof *pairs);
    WF_ASSERT(pairs);
    return pairs;
}

/* Two readers an exam: a table of that size never grows. */
void assignment_pairs_begin(struct assignment_plan *plan)
{
    plan->pair_slots = SLOTS_LEAST;
    while (plan->pair_slots < 2 * (size_t)plan->room)
        plan->pair_slots *= 2;
    plan->pairs = blank(plan->pair_slots);
}

uint32_t assignment_pair_times(const struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    return (uint32_t)(*find(plan->pairs, plan->pair_slots, key_of(plan, a, b)) & TIMES);
}

uint32_t assignment_pair_slot_times(const struct assignment_plan *plan, size_t slot)
{
    return (uint32_t)(plan->pairs[slot] & TIMES);
}

static void grow(struct assignment_plan *plan)
{
    size_t slots = plan->pair_slots * 2;
    uint64_t *pairs = blank(slots);
    plan->pair_used = 0;
    for (size_t i = 0; i < plan->pair_slots; i++)
        if (plan->pairs[i] & TIMES) {
            *find(pairs, slots, plan->pairs[i] >> TIMES_BITS) = plan->pairs[i];
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
    uint64_t *pair = find(plan->pairs, plan->pair_slots, key_of(plan, a, b));
    if (*pair == 0) {
        *pair = key_of(plan, a, b) << TIMES_BITS;
        plan->pair_used++;
    }
    *pair += (uint64_t)by;
}

uint32_t assignment_most_often(const struct assignment_plan *plan, uint32_t exam)
{
    const uint32_t *reader = assignment_readers(plan, exam);
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

bool assignment_can_swap(const struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    uint32_t exam_a = plan->places[a].exam, exam_b = plan->places[b].exam;
    uint32_t reader_a = plan->reader[a], reader_b = plan->reader[b];
    return exam_a != exam_b && reader_a != NONE && reader_b != NONE && reader_a != reader_b &&
           !plan->places[a].opened && !plan->places[b].opened &&
           !assignment_holds(plan, exam_a, reader_b) && !assignment_holds(plan, exam_b, reader_a) &&
           assignment_may_read(plan, exam_a, reader_b) &&
           assignment_may_read(plan, exam_b, reader_a);
}

void assignment_swap(struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    uint32_t reader_a = plan->reader[a], reader_b = plan->reader[b];
    assignment_take(plan, a);
    assignment_take(plan, b);
    assignment_give(plan, a, reader_b);
    assignment_give(plan, b, reader_a);
}

/* Whom the newcomer leaves at the other exam they meet anew here. */
bool assignment_swap_is_rarer(const struct assignment_plan *plan, uint32_t place, uint32_t other,
                              uint32_t before)
{
    uint32_t exam = plan->places[place].exam, first = plan->first[exam];
    uint32_t newcomer = plan->reader[other], end = first + plan->exams[exam].demand;
    for (uint32_t i = first; i < end; i++) {
        uint32_t reader = plan->reader[i];
        if (i == place || reader == NONE)
            continue;
        uint32_t parted = assignment_holds(plan, plan->places[other].exam, reader);
        if (assignment_pair_times(plan, newcomer, reader) + 1 - parted >= before)
            return false;
        for (uint32_t j = first; j < i; j++)
            if (j != place && plan->reader[j] != NONE &&
                assignment_pair_times(plan, plan->reader[j], reader) >= before)
                return false;
    }
    return true;
}

/* Loads stay; the larger of the two exams' pair counts must fall, or nothing is done. */
static bool try_swap(struct assignment_plan *plan, uint32_t exam, uint32_t other, uint32_t word)
{
    uint32_t a = plan->first[exam] + word % plan->exams[exam].demand;
    uint32_t b = plan->first[other] + (word >> 8) % plan->exams[other].demand;
    if (!assignment_can_swap(plan, a, b))
        return false;
    uint32_t before = assignment_most_often(plan, exam),
             beside = assignment_most_often(plan, other);
    before = beside > before ? beside : before;
    if (!assignment_swap_is_rarer(plan, a, b, before) ||
        !assignment_swap_is_rarer(plan, b, a, before))
        return false;
    assignment_swap(plan, a, b);
    plan->swaps++;
    return true;
}

_Static_assert(2 * TRIES <= ASSIGNMENT_WORDS, "the tries of an exam take one part");

void assignment_sort_by_category(const struct assignment_plan *plan, uint32_t *order,
                                 uint32_t *begins)
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
    uint32_t words[ASSIGNMENT_WORDS];
    uint64_t before = plan->swaps;
    uint32_t most = 2;
    for (size_t i = 0; i < plan->pair_slots; i++)
        if (assignment_pair_slot_times(plan, i) > most)
            most = assignment_pair_slot_times(plan, i);
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        if (assignment_most_often(plan, exam) < most)
            continue;
        const uint32_t *begin = &begins[plan->exams[exam].category];
        assignment_keyed_words(plan, plan->exams[exam].handle, round, 0, words);
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
    assignment_sort_by_category(plan, order, begins);
    for (uint32_t round = 1;
         round <= ASSIGNMENT_PAIR_ROUNDS && swap_round(plan, order, begins, round); round++)
        continue;
    free(order);
}
