#include "assignment.h"

#include "assignment_inner.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Of what is large the system may give large pages: fewer come one by one when first touched. */
static void *blank(size_t count, size_t size)
{
    enum { PAGE = 2 << 20 };
    uint8_t *memory = calloc(count + 1, size); /* an empty problem has memory too */
    WF_ASSERT(memory);
    uint8_t *first = memory + (size_t)(-(uintptr_t)memory % PAGE);
    uint8_t *end = memory + (count + 1) * size;
    if (end > first && end - first >= PAGE)
        (void)madvise(first, (size_t)(end - first) / PAGE * PAGE, MADV_HUGEPAGE);
    return memory;
}

/* One look at each reviewer's bits, not at each category of each reviewer: most have few. */
static void make_pools(struct assignment_plan *plan)
{
    for (uint32_t i = 0; i < plan->reviewer_count; i++)
        for (uint64_t bits = plan->reviewers[i].qualifications; bits; bits &= bits - 1)
            plan->pools[__builtin_ctzll(bits)].count++;
    for (uint32_t category = 0; category < ASSIGNMENT_CATEGORIES_MAX; category++) {
        struct assignment_pool *pool = &plan->pools[category];
        pool->members = blank(pool->count, sizeof *pool->members);
        pool->open = blank(pool->count, sizeof *pool->open);
        pool->roomy.items = blank(pool->count, sizeof *pool->roomy.items);
        pool->count = 0;
    }
    for (uint32_t i = 0; i < plan->reviewer_count; i++)
        for (uint64_t bits = plan->reviewers[i].qualifications; bits; bits &= bits - 1) {
            struct assignment_pool *pool = &plan->pools[__builtin_ctzll(bits)];
            pool->members[pool->count++] = i;
        }
}

static void make_burdens(struct assignment_plan *plan)
{
    plan->burdens = blank(plan->reviewer_count, sizeof *plan->burdens);
    for (uint32_t i = 0; i < plan->reviewer_count; i++)
        plan->burdens[i] = (struct assignment_burden){
            .capacity = plan->reviewers[i].capacity,
            .signature = assignment_signature(&plan->reviewers[i].tokens)};
}

struct assignment_plan *assignment_new(const struct assignment_reviewer *reviewers,
                                       uint32_t reviewer_count, uint32_t room,
                                       const uint8_t seed[ASSIGNMENT_SEED])
{
    struct assignment_plan *plan = blank(1, sizeof *plan);
    size_t places = (size_t)room * ASSIGNMENT_DEMAND_MAX; /* what is not used costs nothing */
    WF_ASSERT(room <= ASSIGNMENT_EXAMS_MAX && reviewer_count <= ASSIGNMENT_REVIEWERS_MAX);
    WF_ASSERT(sodium_init() >= 0); /* before it, ChaCha is the slow one */
    plan->reviewers = reviewers;
    plan->reviewer_count = reviewer_count;
    plan->room = room;
    memcpy(plan->seed, seed, sizeof plan->seed);
    plan->exams = blank(room, sizeof *plan->exams);
    plan->first = blank(room, sizeof *plan->first);
    plan->reader = blank(places, sizeof *plan->reader);
    plan->places = blank(places, sizeof *plan->places);
    plan->head = blank(reviewer_count, sizeof *plan->head);
    memset(plan->head, 0xff, reviewer_count * sizeof *plan->head);
    plan->search.exam = blank(room, sizeof *plan->search.exam);
    plan->search.exams = blank(room, sizeof(uint32_t));
    plan->search.reviewer = blank(reviewer_count, sizeof *plan->search.reviewer);
    plan->search.queue = blank(reviewer_count, sizeof(uint32_t));
    plan->search.roomy.items = blank(reviewer_count, sizeof(uint32_t));
    plan->heap.items = blank(reviewer_count, sizeof *plan->heap.items);
    plan->heap.at = blank(reviewer_count, sizeof(uint32_t));
    assignment_pairs_begin(plan);
    make_burdens(plan);
    make_pools(plan);
    return plan;
}

void assignment_free(struct assignment_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < ASSIGNMENT_CATEGORIES_MAX; i++) {
        free(plan->pools[i].members);
        free(plan->pools[i].open);
        free(plan->pools[i].roomy.items);
    }
    void *const owned[] = {plan->exams,           plan->first,        plan->reader,
                           plan->places,          plan->burdens,      plan->head,
                           plan->pairs,           plan->search.exam,  plan->search.exams,
                           plan->search.reviewer, plan->search.queue, plan->search.roomy.items,
                           plan->heap.items,      plan->heap.at,      plan};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
}

bool assignment_list_has(const struct assignment_list *list, uint32_t item)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->items[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->items[low] == item;
}

static bool have_common(const struct assignment_list *a, const struct assignment_list *b)
{
    for (uint32_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->items[i] == b->items[j])
            return true;
        if (a->items[i] < b->items[j])
            i++;
        else
            j++;
    }
    return false;
}

uint32_t assignment_signature(const struct assignment_list *tokens)
{
    uint32_t signature = 0;
    for (uint32_t i = 0; i < tokens->count; i++)
        signature |= 1u << (tokens->items[i] * 0x9e3779b9u >> 27);
    return signature;
}

/* Most lists of the excluded are so short that looking at all of it is less than halving it. */
static bool is_excluded(const struct assignment_list *excluded, uint32_t reviewer)
{
    bool found = false;
    if (excluded->count > 8)
        return assignment_list_has(excluded, reviewer);
    for (uint32_t i = 0; i < excluded->count; i++)
        found |= excluded->items[i] == reviewer;
    return found;
}

bool assignment_barred(const struct assignment_plan *plan, const struct assignment_exam *exam,
                       uint32_t signature, uint32_t reviewer)
{
    return is_excluded(&exam->excluded, reviewer) ||
           ((plan->burdens[reviewer].signature & signature) &&
            have_common(&exam->tokens, &plan->reviewers[reviewer].tokens));
}

bool assignment_eligible(const struct assignment_plan *plan, const struct assignment_exam *exam,
                         uint32_t reviewer)
{
    bool qualified = exam->listed ? assignment_list_has(&exam->eligible, reviewer)
                                  : plan->reviewers[reviewer].qualifications >> exam->category & 1;
    return qualified && !assignment_barred(plan, exam, UINT32_MAX, reviewer);
}

bool assignment_may_read(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    return assignment_eligible(plan, &plan->exams[exam], reviewer);
}

bool assignment_holds(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    const uint32_t *reader = &plan->reader[plan->first[exam]];
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (reader[i] == reviewer)
            return true;
    return false;
}

static void count_pairs(struct assignment_plan *plan, uint32_t place, int by)
{
    uint32_t exam = plan->places[place].exam, first = plan->first[exam];
    for (uint32_t other = first; other < first + plan->exams[exam].demand; other++)
        if (other != place && plan->reader[other] != NONE)
            assignment_pair_count(plan, plan->reader[place], plan->reader[other], by);
}

void assignment_give(struct assignment_plan *plan, uint32_t place, uint32_t reviewer)
{
    uint32_t first = plan->head[reviewer];
    plan->reader[place] = reviewer;
    plan->places[place].prior = NONE;
    plan->places[place].next = first;
    if (first != NONE)
        plan->places[first].prior = place;
    plan->head[reviewer] = place;
    plan->burdens[reviewer].load++;
    count_pairs(plan, place, 1);
}

void assignment_take(struct assignment_plan *plan, uint32_t place)
{
    uint32_t reviewer = plan->reader[place];
    uint32_t prior = plan->places[place].prior, next = plan->places[place].next;
    count_pairs(plan, place, -1);
    if (prior == NONE)
        plan->head[reviewer] = next;
    else
        plan->places[prior].next = next;
    if (next != NONE)
        plan->places[next].prior = prior;
    plan->burdens[reviewer].load--;
    plan->reader[place] = NONE;
}

void assignment_open(struct assignment_plan *plan, uint32_t exam, uint32_t place)
{
    WF_ASSERT(exam < plan->exam_count && place < plan->exams[exam].demand);
    plan->places[plan->first[exam] + place].opened = true;
}

const uint32_t *assignment_readers(const struct assignment_plan *plan, uint32_t exam)
{
    return &plan->reader[plan->first[exam]];
}

static uint32_t enter(struct assignment_plan *plan, const struct assignment_exam *exam)
{
    WF_ASSERT(plan->exam_count < plan->room && exam->demand <= ASSIGNMENT_DEMAND_MAX &&
              exam->category < ASSIGNMENT_CATEGORIES_MAX);
    uint32_t number = plan->exam_count++;
    plan->exams[number] = *exam;
    plan->first[number] = plan->place_count;
    plan->proved_capacity = 0; /* what was proved, was of another problem */
    for (uint32_t i = 0; i < exam->demand; i++) {
        plan->reader[plan->place_count] = NONE;
        plan->places[plan->place_count++].exam = number;
    }
    return number;
}

uint32_t assignment_complete(struct assignment_plan *plan, uint32_t exam)
{
    uint32_t lacking = 0;
    assignment_place_exam(plan, exam);
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (plan->reader[plan->first[exam] + i] == NONE)
            lacking += !assignment_fill(plan, exam);
    return lacking;
}

uint32_t assignment_add(struct assignment_plan *plan, const struct assignment_exam *exam)
{
    return assignment_complete(plan, enter(plan, exam));
}

void assignment_keep(struct assignment_plan *plan, const struct assignment_exam *exam,
                     const uint32_t *readers)
{
    uint32_t number = enter(plan, exam);
    for (uint32_t i = 0; i < exam->demand; i++)
        if (readers[i] != ASSIGNMENT_NOBODY)
            assignment_give(plan, plan->first[number] + i, readers[i]);
}

void assignment_repair(struct assignment_plan *plan)
{
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        bool filled = true;
        for (uint32_t i = 0; filled && i < plan->exams[exam].demand; i++)
            if (plan->reader[plan->first[exam] + i] == NONE)
                filled = assignment_fill(plan, exam);
    }
    assignment_level(plan);
    assignment_swap_pairs(plan);
}
