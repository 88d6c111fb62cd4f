/* Lowering the highest utilisation (SPEC 4.2).
 *
 * Reviewers stand in a heap, the fullest above, of equals the first of the list: what a move costs
 * hangs on the move, not on how many reviewers there are. */
#include "assignment_inner.h"

/* Utilisations of different fractions, loads and capacities up to ASSIGNMENT_EXAMS_MAX and
 * ASSIGNMENT_CAPACITY_MAX, are further apart than one in 2^40. */
enum { KEY_BITS = 43 };
_Static_assert(ASSIGNMENT_EXAMS_MAX < 1 << (63 - KEY_BITS), "a load fits above the key's fraction");
_Static_assert(ASSIGNMENT_CAPACITY_MAX <= 1 << 20, "two capacities' product is below 2^40");

static struct assignment_fullness fullness(const struct assignment_plan *plan, uint32_t reviewer)
{
    const struct assignment_burden *burden = &plan->burdens[reviewer];
    uint64_t key = burden->load > 0 ? UINT64_MAX : 0;
    if (burden->capacity > 0)
        key = ((uint64_t)burden->load << KEY_BITS) / burden->capacity;
    return (struct assignment_fullness){key, reviewer};
}

static bool is_fuller(const struct assignment_fullness *a, const struct assignment_fullness *b)
{
    return a->key > b->key || (a->key == b->key && a->reviewer < b->reviewer);
}

static void put(struct assignment_heap *heap, uint32_t at, struct assignment_fullness item)
{
    heap->items[at] = item;
    heap->at[item.reviewer] = at;
}

static void rise(struct assignment_plan *plan, uint32_t reviewer)
{
    struct assignment_heap *heap = &plan->heap;
    struct assignment_fullness item = fullness(plan, reviewer);
    uint32_t at = heap->at[reviewer];
    for (; at > 0 && is_fuller(&item, &heap->items[(at - 1) / 2]); at = (at - 1) / 2)
        put(heap, at, heap->items[(at - 1) / 2]);
    put(heap, at, item);
}

static void sink(struct assignment_plan *plan, uint32_t reviewer)
{
    struct assignment_heap *heap = &plan->heap;
    struct assignment_fullness item = fullness(plan, reviewer);
    uint32_t at = heap->at[reviewer];
    for (uint32_t child = 2 * at + 1; child < heap->count; child = 2 * at + 1) {
        child += child + 1 < heap->count && is_fuller(&heap->items[child + 1], &heap->items[child]);
        if (is_fuller(&item, &heap->items[child]))
            break;
        put(heap, at, heap->items[child]);
        at = child;
    }
    put(heap, at, item);
}

static void make_heap(struct assignment_plan *plan)
{
    struct assignment_heap *heap = &plan->heap;
    heap->count = plan->reviewer_count;
    for (uint32_t i = 0; i < plan->reviewer_count; i++)
        put(heap, i, fullness(plan, i));
    for (uint32_t i = heap->count / 2; i-- > 0;)
        sink(plan, heap->items[i].reviewer);
}

static struct assignment_limit limit_of(const struct assignment_plan *plan, uint32_t reviewer)
{
    return (struct assignment_limit){plan->burdens[reviewer].load,
                                     plan->burdens[reviewer].capacity};
}

/* Below the fullest utilisation everybody must fit; the first reviewer from whom no path leads to room
 * proves that they cannot: all that the search reached is at its limit and can be read by no other. */
void assignment_level(struct assignment_plan *plan)
{
    const struct assignment_heap *heap = &plan->heap;
    struct assignment_limit limit = {0, 1};
    make_heap(plan);
    if (heap->count > 0)
        assignment_find_roomy(plan, limit_of(plan, heap->items[0].reviewer));
    while (heap->count > 0) {
        uint32_t fullest = heap->items[0].reviewer;
        limit = limit_of(plan, fullest);
        uint32_t fuller = limit.load > 0 ? assignment_relieve(plan, fullest, limit) : NONE;
        if (fuller == NONE)
            break;
        sink(plan, fullest);
        rise(plan, fuller);
    }
    plan->proved_load = limit.load;
    plan->proved_capacity = limit.load > 0 ? limit.capacity : 1;
}
