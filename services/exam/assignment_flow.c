/* Moving readings along alternating paths (SPEC 4.2).
 *
 * A path leads from a reviewer to an exam they read and have not opened, and from an exam to a reviewer
 * who may read it and does not.  Every exam and reviewer is reached once: of a category only those not
 * yet reached are looked at, so that a whole search costs what it reaches and the conflicts it meets. */
#include "assignment_inner.h"

#include <string.h>

/* The highest load of a reviewer whose utilisation is below load / capacity; capacity 0: any. */
struct limit {
    uint64_t load, capacity;
};

static uint64_t highest(const struct assignment_plan *plan, uint32_t reviewer, struct limit limit)
{
    uint64_t capacity = plan->reviewers[reviewer].capacity;
    if (limit.capacity == 0)
        return capacity;
    uint64_t product = limit.load * capacity;
    return product ? (product - 1) / limit.capacity : 0;
}

static void begin(struct assignment_plan *plan)
{
    struct assignment_search *search = &plan->search;
    if (++search->stamp == 0) { /* after four thousand million searches */
        memset(search->exam_stamp, 0, plan->room * sizeof(uint32_t));
        memset(search->reviewer_stamp, 0, plan->reviewer_count * sizeof(uint32_t));
        search->stamp = 1;
    }
    search->queued = search->exam_count = 0;
    for (size_t i = 0; i < ASSIGNMENT_CATEGORIES_MAX; i++)
        plan->pools[i].left = NONE; /* copied when the search meets the category */
}

/* True: this reviewer has room below the limit, and the search is over. */
static bool reach_reviewer(struct assignment_plan *plan, uint32_t exam, uint32_t reviewer,
                           struct limit limit)
{
    struct assignment_search *search = &plan->search;
    search->reviewer_stamp[reviewer] = search->stamp;
    search->reviewer_from[reviewer] = exam;
    search->queue[search->queued++] = reviewer;
    return plan->load[reviewer] < highest(plan, reviewer, limit);
}

static bool is_way(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    return plan->search.reviewer_stamp[reviewer] != plan->search.stamp &&
           assignment_may_read(plan, exam, reviewer) && !assignment_holds(plan, exam, reviewer);
}

/* Gives the reviewer with room that the exam leads to, or NONE. */
static uint32_t reach_from_list(struct assignment_plan *plan, uint32_t exam, struct limit limit)
{
    const struct assignment_list *list = &plan->exams[exam].eligible;
    for (uint32_t i = 0; i < list->count; i++)
        if (is_way(plan, exam, list->items[i]) && reach_reviewer(plan, exam, list->items[i], limit))
            return list->items[i];
    return NONE;
}

static uint32_t reach_from_pool(struct assignment_plan *plan, uint32_t exam, struct limit limit)
{
    struct assignment_pool *pool = &plan->pools[plan->exams[exam].category];
    if (pool->left == NONE) {
        memcpy(pool->open, pool->members, pool->count * sizeof *pool->open);
        pool->left = pool->count;
    }
    for (uint32_t i = pool->left; i-- > 0;) {
        uint32_t reviewer = pool->open[i];
        bool reached = plan->search.reviewer_stamp[reviewer] == plan->search.stamp;
        if (!reached && !is_way(plan, exam, reviewer))
            continue;
        pool->open[i] = pool->open[--pool->left];
        if (!reached && reach_reviewer(plan, exam, reviewer, limit))
            return reviewer;
    }
    return NONE;
}

static uint32_t reach_exam(struct assignment_plan *plan, uint32_t exam, uint32_t place,
                           struct limit limit)
{
    struct assignment_search *search = &plan->search;
    if (search->exam_stamp[exam] == search->stamp)
        return NONE;
    search->exam_stamp[exam] = search->stamp;
    search->exam_from[exam] = place;
    search->exams[search->exam_count++] = exam;
    return plan->exams[exam].listed ? reach_from_list(plan, exam, limit)
                                    : reach_from_pool(plan, exam, limit);
}

/* Goes on from the reviewers reached so far. */
static uint32_t spread(struct assignment_plan *plan, struct limit limit)
{
    struct assignment_search *search = &plan->search;
    for (uint32_t i = 0; i < search->queued; i++) {
        uint32_t place = plan->head[search->queue[i]];
        for (; place != NONE; place = plan->next[place]) {
            if (plan->opened[place])
                continue;
            uint32_t end = reach_exam(plan, place / ASSIGNMENT_DEMAND_MAX, place, limit);
            if (end != NONE)
                return end;
        }
    }
    return NONE;
}

/* Back along the path from its end: every exam on it changes one reader. */
static void move_along(struct assignment_plan *plan, uint32_t end)
{
    struct assignment_search *search = &plan->search;
    for (uint32_t reviewer = end; search->reviewer_from[reviewer] != NONE;) {
        uint32_t exam = search->reviewer_from[reviewer];
        uint32_t place = search->exam_from[exam], before = NONE;
        if (place == NONE) { /* the exam that lacked a reader */
            place = exam * ASSIGNMENT_DEMAND_MAX;
            while (plan->reader[place] != NONE)
                place++;
        } else {
            before = plan->reader[place];
            assignment_take(plan, place);
            plan->moves++;
        }
        assignment_give(plan, place, reviewer);
        if (before == NONE)
            return;
        reviewer = before;
    }
}

static uint32_t search_exam(struct assignment_plan *plan, uint32_t exam)
{
    struct limit full = {0};
    begin(plan);
    uint32_t end = reach_exam(plan, exam, NONE, full);
    return end == NONE ? spread(plan, full) : end;
}

bool assignment_fill(struct assignment_plan *plan, uint32_t exam)
{
    uint32_t end = search_exam(plan, exam);
    if (end != NONE)
        move_along(plan, end);
    return end != NONE;
}

static bool lacks(const struct assignment_plan *plan, uint32_t exam)
{
    return assignment_holds(plan, exam, NONE);
}

/* Competes for a reviewer that the search has reached? */
static bool competes(const struct assignment_plan *plan, uint32_t exam)
{
    const struct assignment_search *search = &plan->search;
    for (uint32_t i = 0; i < search->queued; i++)
        if (assignment_may_read(plan, exam, search->queue[i]))
            return true;
    return false;
}

/* An exam that has no reader at all is at the end of no path; it belongs to the same shortage when it
 * wants the same reviewers. */
bool assignment_reach(struct assignment_plan *plan, uint32_t exam)
{
    struct limit full = {0};
    if (search_exam(plan, exam) != NONE)
        return false;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t other = 0; other < plan->exam_count; other++) {
            if (plan->search.exam_stamp[other] == plan->search.stamp || !lacks(plan, other) ||
                !competes(plan, other))
                continue;
            if (reach_exam(plan, other, NONE, full) != NONE || spread(plan, full) != NONE)
                return false;
            more = true;
        }
    }
    return true;
}

static bool relieve(struct assignment_plan *plan, uint32_t reviewer, struct limit limit)
{
    begin(plan);
    (void)reach_reviewer(plan, NONE, reviewer, limit);
    uint32_t end = spread(plan, limit);
    if (end != NONE)
        move_along(plan, end);
    return end != NONE;
}

static struct limit fullest(const struct assignment_plan *plan)
{
    struct limit limit = {0, 1};
    for (uint32_t i = 0; i < plan->reviewer_count; i++)
        if (plan->load[i] * limit.capacity > limit.load * plan->reviewers[i].capacity)
            limit = (struct limit){plan->load[i], plan->reviewers[i].capacity};
    return limit;
}

/* Below the fullest utilisation everybody must fit; the first reviewer from whom no path leads to room
 * proves that they cannot: all that the search reached is at its limit and can be read by no other. */
void assignment_level(struct assignment_plan *plan)
{
    for (;;) {
        struct limit limit = fullest(plan);
        for (uint32_t i = 0; i < plan->reviewer_count && limit.load > 0; i++) {
            while (plan->load[i] > highest(plan, i, limit)) {
                if (relieve(plan, i, limit))
                    continue;
                plan->proved_load = limit.load;
                plan->proved_capacity = limit.capacity;
                return;
            }
        }
        if (limit.load == 0) {
            plan->proved_capacity = 1;
            plan->proved_load = 0;
            return;
        }
    }
}
