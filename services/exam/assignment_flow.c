/* Moving readings along alternating paths (SPEC 4.2).
 *
 * A path leads from a reviewer to an exam they read and have not opened, and from an exam to a reviewer
 * who may read it and does not.  Every exam and reviewer is reached once: of a category only those not
 * yet reached are looked at, so that a whole search costs what it reaches and the conflicts it meets. */
#include "assignment_inner.h"

#include <string.h>

static bool has_room(const struct assignment_plan *plan, uint32_t reviewer,
                     struct assignment_limit limit)
{
    const struct assignment_burden *burden = &plan->burdens[reviewer];
    return burden->load < burden->capacity &&
           (limit.capacity == 0 ||
            (burden->load + 1) * limit.capacity < limit.load * burden->capacity);
}

static void drop_full(const struct assignment_plan *plan, struct assignment_roomy *roomy,
                      struct assignment_limit limit)
{
    while (roomy->left > 0 && !has_room(plan, roomy->items[roomy->left - 1], limit))
        roomy->left--;
}

static void begin(struct assignment_plan *plan)
{
    struct assignment_search *search = &plan->search;
    if (++search->stamp == 0) { /* after four thousand million searches */
        memset(search->exam, 0, plan->room * sizeof *search->exam);
        memset(search->reviewer, 0, plan->reviewer_count * sizeof *search->reviewer);
        for (size_t i = 0; i < ASSIGNMENT_CATEGORIES_MAX; i++)
            plan->pools[i].met = 0;
        search->stamp = 1;
    }
    search->queued = search->exam_count = 0;
}

/* True: this reviewer has room below the limit, and the search is over. */
static bool reach_reviewer(struct assignment_plan *plan, uint32_t exam, uint32_t reviewer,
                           struct assignment_limit limit)
{
    struct assignment_search *search = &plan->search;
    search->reviewer[reviewer] = (struct assignment_trace){search->stamp, exam};
    search->queue[search->queued++] = reviewer;
    return has_room(plan, reviewer, limit);
}

/* `signature`: of the exam's tokens.  For a reviewer who is qualified. */
static bool is_way(const struct assignment_plan *plan, uint32_t exam, uint32_t signature,
                   uint32_t reviewer)
{
    return plan->search.reviewer[reviewer].stamp != plan->search.stamp &&
           !assignment_barred(plan, &plan->exams[exam], signature, reviewer) &&
           !assignment_holds(plan, exam, reviewer);
}

/* Gives the reviewer with room that the exam leads to, or NONE. */
static uint32_t reach_from_list(struct assignment_plan *plan, uint32_t exam,
                                struct assignment_limit limit)
{
    const struct assignment_list *list = &plan->exams[exam].eligible;
    uint32_t signature = assignment_signature(&plan->exams[exam].tokens);
    for (uint32_t i = 0; i < list->count; i++)
        if (is_way(plan, exam, signature, list->items[i]) &&
            reach_reviewer(plan, exam, list->items[i], limit))
            return list->items[i];
    return NONE;
}

/* Whom reach_from_pool would end with in a category not met yet, without all those on the way there. */
static uint32_t reach_roomy(struct assignment_plan *plan, uint32_t exam, uint32_t signature,
                            struct assignment_limit limit)
{
    struct assignment_roomy *roomy = &plan->pools[plan->exams[exam].category].roomy;
    drop_full(plan, roomy, limit);
    for (uint32_t i = roomy->left; i-- > 0;) {
        uint32_t reviewer = roomy->items[i];
        if (has_room(plan, reviewer, limit) && is_way(plan, exam, signature, reviewer)) {
            (void)reach_reviewer(plan, exam, reviewer, limit);
            return reviewer;
        }
    }
    return NONE;
}

static uint32_t reach_from_pool(struct assignment_plan *plan, uint32_t exam,
                                struct assignment_limit limit)
{
    struct assignment_pool *pool = &plan->pools[plan->exams[exam].category];
    uint32_t signature = assignment_signature(&plan->exams[exam].tokens);
    if (pool->met != plan->search.stamp) {
        uint32_t end = limit.capacity ? reach_roomy(plan, exam, signature, limit) : NONE;
        if (end != NONE)
            return end;
        memcpy(pool->open, pool->members, pool->count * sizeof *pool->open);
        pool->left = pool->count;
        pool->met = plan->search.stamp;
    }
    for (uint32_t i = pool->left; i-- > 0;) {
        uint32_t reviewer = pool->open[i];
        bool reached = plan->search.reviewer[reviewer].stamp == plan->search.stamp;
        if (!reached && !is_way(plan, exam, signature, reviewer))
            continue;
        pool->open[i] = pool->open[--pool->left];
        if (!reached && reach_reviewer(plan, exam, reviewer, limit))
            return reviewer;
    }
    return NONE;
}

static uint32_t reach_exam(struct assignment_plan *plan, uint32_t exam, uint32_t place,
                           struct assignment_limit limit)
{
    struct assignment_search *search = &plan->search;
    if (search->exam[exam].stamp == search->stamp)
        return NONE;
    search->exam[exam] = (struct assignment_trace){search->stamp, place};
    search->exams[search->exam_count++] = exam;
    return plan->exams[exam].listed ? reach_from_list(plan, exam, limit)
                                    : reach_from_pool(plan, exam, limit);
}

/* Goes on from the reviewers reached so far. */
static uint32_t spread(struct assignment_plan *plan, struct assignment_limit limit)
{
    struct assignment_search *search = &plan->search;
    for (uint32_t i = 0; i < search->queued; i++) {
        uint32_t place = plan->head[search->queue[i]];
        for (; place != NONE; place = plan->places[place].next) {
            if (plan->places[place].opened)
                continue;
            uint32_t end = reach_exam(plan, plan->places[place].exam, place, limit);
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
    for (uint32_t reviewer = end; search->reviewer[reviewer].from != NONE;) {
        uint32_t exam = search->reviewer[reviewer].from;
        uint32_t place = search->exam[exam].from, before = NONE;
        if (place == NONE) { /* the exam that lacked a reader */
            place = plan->first[exam];
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
    struct assignment_limit full = {0};
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
    struct assignment_limit full = {0};
    if (search_exam(plan, exam) != NONE)
        return false;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t other = 0; other < plan->exam_count; other++) {
            if (plan->search.exam[other].stamp == plan->search.stamp || !lacks(plan, other) ||
                !competes(plan, other))
                continue;
            if (reach_exam(plan, other, NONE, full) != NONE || spread(plan, full) != NONE)
                return false;
            more = true;
        }
    }
    return true;
}

void assignment_find_roomy(struct assignment_plan *plan, struct assignment_limit limit)
{
    plan->search.roomy.left = 0;
    for (uint32_t i = 0; i < plan->reviewer_count; i++)
        if (has_room(plan, i, limit))
            plan->search.roomy.items[plan->search.roomy.left++] = i;
    for (size_t i = 0; i < ASSIGNMENT_CATEGORIES_MAX; i++) {
        struct assignment_pool *pool = &plan->pools[i];
        pool->roomy.left = 0;
        for (uint32_t j = 0; j < pool->count; j++)
            if (has_room(plan, pool->members[j], limit))
                pool->roomy.items[pool->roomy.left++] = pool->members[j];
    }
}

/* When nobody has room any more, there is nothing to search for. */
uint32_t assignment_relieve(struct assignment_plan *plan, uint32_t reviewer,
                            struct assignment_limit limit)
{
    drop_full(plan, &plan->search.roomy, limit);
    if (plan->search.roomy.left == 0)
        return NONE;
    begin(plan);
    (void)reach_reviewer(plan, NONE, reviewer, limit);
    uint32_t end = spread(plan, limit);
    if (end != NONE)
        move_along(plan, end);
    return end;
}
