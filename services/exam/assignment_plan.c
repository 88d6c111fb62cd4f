#include "assignment.h"

#include "assignment_inner.h"

#include <stdlib.h>
#include <string.h>

static void *blank(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size); /* an empty problem has memory too */
    WF_ASSERT(memory);
    return memory;
}

static void make_pools(struct assignment_plan *plan)
{
    for (uint32_t category = 0; category < ASSIGNMENT_CATEGORIES_MAX; category++) {
        struct assignment_pool *pool = &plan->pools[category];
        for (uint32_t i = 0; i < plan->reviewer_count; i++)
            pool->count += (uint32_t)(plan->reviewers[i].qualifications >> category & 1);
        pool->members = blank(pool->count, sizeof *pool->members);
        pool->open = blank(pool->count, sizeof *pool->open);
        pool->count = 0;
        for (uint32_t i = 0; i < plan->reviewer_count; i++)
            if (plan->reviewers[i].qualifications >> category & 1)
                pool->members[pool->count++] = i;
    }
}

struct assignment_plan *assignment_new(const struct assignment_reviewer *reviewers,
                                       uint32_t reviewer_count, uint32_t room,
                                       const uint8_t seed[ASSIGNMENT_SEED])
{
    struct assignment_plan *plan = blank(1, sizeof *plan);
    size_t places = (size_t)room * ASSIGNMENT_DEMAND_MAX;
    WF_ASSERT(room <= ASSIGNMENT_EXAMS_MAX && reviewer_count <= ASSIGNMENT_REVIEWERS_MAX);
    plan->reviewers = reviewers;
    plan->reviewer_count = reviewer_count;
    plan->room = room;
    memcpy(plan->seed, seed, sizeof plan->seed);
    plan->exams = blank(room, sizeof *plan->exams);
    plan->reader = blank(places, sizeof *plan->reader);
    plan->next = blank(places, sizeof *plan->next);
    plan->prior = blank(places, sizeof *plan->prior);
    plan->opened = blank(places, sizeof *plan->opened);
    plan->load = blank(reviewer_count, sizeof *plan->load);
    plan->head = blank(reviewer_count, sizeof *plan->head);
    memset(plan->head, 0xff, reviewer_count * sizeof *plan->head);
    plan->pair_slots = 1024;
    plan->pairs = blank(plan->pair_slots, sizeof *plan->pairs);
    plan->search.exam_stamp = blank(room, sizeof(uint32_t));
    plan->search.exam_from = blank(room, sizeof(uint32_t));
    plan->search.exams = blank(room, sizeof(uint32_t));
    plan->search.reviewer_stamp = blank(reviewer_count, sizeof(uint32_t));
    plan->search.reviewer_from = blank(reviewer_count, sizeof(uint32_t));
    plan->search.queue = blank(reviewer_count, sizeof(uint32_t));
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
    }
    void *const owned[] = {plan->exams,
                           plan->reader,
                           plan->next,
                           plan->prior,
                           plan->opened,
                           plan->load,
                           plan->head,
                           plan->pairs,
                           plan->search.exams,
                           plan->search.exam_stamp,
                           plan->search.queue,
                           plan->search.exam_from,
                           plan->search.reviewer_stamp,
                           plan->search.reviewer_from,
                           plan};
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

bool assignment_eligible(const struct assignment_plan *plan, const struct assignment_exam *exam,
                         uint32_t reviewer)
{
    const struct assignment_reviewer *who = &plan->reviewers[reviewer];
    bool qualified = exam->listed ? assignment_list_has(&exam->eligible, reviewer)
                                  : who->qualifications >> exam->category & 1;
    return qualified && !assignment_list_has(&exam->excluded, reviewer) &&
           !have_common(&exam->tokens, &who->tokens);
}

bool assignment_may_read(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    return assignment_eligible(plan, &plan->exams[exam], reviewer);
}

bool assignment_holds(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    const uint32_t *reader = &plan->reader[exam * ASSIGNMENT_DEMAND_MAX];
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (reader[i] == reviewer)
            return true;
    return false;
}

static void count_pairs(struct assignment_plan *plan, uint32_t place, int by)
{
    uint32_t exam = place / ASSIGNMENT_DEMAND_MAX, first = exam * ASSIGNMENT_DEMAND_MAX;
    for (uint32_t other = first; other < first + plan->exams[exam].demand; other++)
        if (other != place && plan->reader[other] != NONE)
            assignment_pair_count(plan, plan->reader[place], plan->reader[other], by);
}

void assignment_give(struct assignment_plan *plan, uint32_t place, uint32_t reviewer)
{
    uint32_t first = plan->head[reviewer];
    plan->reader[place] = reviewer;
    plan->prior[place] = NONE;
    plan->next[place] = first;
    if (first != NONE)
        plan->prior[first] = place;
    plan->head[reviewer] = place;
    plan->load[reviewer]++;
    count_pairs(plan, place, 1);
}

void assignment_take(struct assignment_plan *plan, uint32_t place)
{
    uint32_t reviewer = plan->reader[place];
    uint32_t prior = plan->prior[place], next = plan->next[place];
    count_pairs(plan, place, -1);
    if (prior == NONE)
        plan->head[reviewer] = next;
    else
        plan->next[prior] = next;
    if (next != NONE)
        plan->prior[next] = prior;
    plan->load[reviewer]--;
    plan->reader[place] = NONE;
}

void assignment_open(struct assignment_plan *plan, uint32_t exam, uint32_t place)
{
    WF_ASSERT(exam < plan->exam_count && place < plan->exams[exam].demand);
    plan->opened[exam * ASSIGNMENT_DEMAND_MAX + place] = 1;
}

const uint32_t *assignment_readers(const struct assignment_plan *plan, uint32_t exam)
{
    return &plan->reader[exam * ASSIGNMENT_DEMAND_MAX];
}

static uint32_t enter(struct assignment_plan *plan, const struct assignment_exam *exam)
{
    WF_ASSERT(plan->exam_count < plan->room && exam->demand <= ASSIGNMENT_DEMAND_MAX &&
              exam->category < ASSIGNMENT_CATEGORIES_MAX);
    uint32_t number = plan->exam_count++;
    plan->exams[number] = *exam;
    plan->proved_capacity = 0; /* what was proved, was of another problem */
    for (uint32_t i = 0; i < ASSIGNMENT_DEMAND_MAX; i++)
        plan->reader[number * ASSIGNMENT_DEMAND_MAX + i] = NONE;
    return number;
}

uint32_t assignment_complete(struct assignment_plan *plan, uint32_t exam)
{
    uint32_t lacking = 0;
    assignment_place_exam(plan, exam);
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (plan->reader[exam * ASSIGNMENT_DEMAND_MAX + i] == NONE)
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
            assignment_give(plan, number * ASSIGNMENT_DEMAND_MAX + i, readers[i]);
}

void assignment_repair(struct assignment_plan *plan)
{
    for (uint32_t exam = 0; exam < plan->exam_count; exam++) {
        bool filled = true;
        for (uint32_t i = 0; filled && i < plan->exams[exam].demand; i++)
            if (plan->reader[exam * ASSIGNMENT_DEMAND_MAX + i] == NONE)
                filled = assignment_fill(plan, exam);
    }
    assignment_level(plan);
    assignment_swap_pairs(plan);
}
