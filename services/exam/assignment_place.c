/* One exam's readers from a keyed sample (SPEC 4.1). */
#include "assignment_inner.h"

#include <sodium.h>

enum { SAMPLE = 16, SCAN_BELOW = 32, BANDS = 20, DRAWS = 48 };

void assignment_keyed_words(const struct assignment_plan *plan, uint64_t handle, uint32_t round,
                            uint32_t *words, size_t count)
{
    uint8_t nonce[crypto_stream_chacha20_IETF_NONCEBYTES];
    for (size_t i = 0; i < 8; i++)
        nonce[i] = (uint8_t)(handle >> 8 * i);
    for (size_t i = 0; i < 4; i++)
        nonce[8 + i] = (uint8_t)(round >> 8 * i);
    (void)crypto_stream_chacha20_ietf((uint8_t *)words, count * sizeof *words, nonce, plan->seed);
}

struct candidate {
    uint32_t reviewer, random;
};

static bool fits(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    return plan->load[reviewer] < plan->reviewers[reviewer].capacity &&
           assignment_may_read(plan, exam, reviewer) && !assignment_holds(plan, exam, reviewer);
}

/* Up to SAMPLE reviewers with room, without repetition. */
static size_t draw(const struct assignment_plan *plan, uint32_t exam, struct assignment_list from,
                   struct candidate *candidates)
{
    uint32_t words[2 * DRAWS];
    size_t count = 0;
    assignment_keyed_words(plan, plan->exams[exam].handle, 0, words, 2 * DRAWS);
    for (size_t i = 0; i < DRAWS && count < SAMPLE; i++) {
        uint32_t reviewer = from.items[(uint64_t)words[2 * i] * from.count >> 32];
        bool again = false;
        for (size_t j = 0; j < count && !again; j++)
            again = candidates[j].reviewer == reviewer;
        if (!again && fits(plan, exam, reviewer))
            candidates[count++] = (struct candidate){reviewer, words[2 * i + 1]};
    }
    return count;
}

/* a's utilisation with one reading more, compared with b's: below 0 is less. */
static int compare_load(const struct assignment_plan *plan, uint32_t a, uint32_t b)
{
    uint64_t left = (uint64_t)(plan->load[a] + 1) * plan->reviewers[b].capacity;
    uint64_t right = (uint64_t)(plan->load[b] + 1) * plan->reviewers[a].capacity;
    return (left > right) - (left < right);
}

static uint32_t band(const struct assignment_plan *plan, uint32_t reviewer)
{
    return (uint32_t)((uint64_t)BANDS * (plan->load[reviewer] + 1) /
                      plan->reviewers[reviewer].capacity);
}

static uint32_t pairs_with(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    const uint32_t *reader = &plan->reader[exam * ASSIGNMENT_DEMAND_MAX];
    uint32_t most = 0;
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++) {
        uint32_t times = reader[i] == NONE ? 0 : assignment_pair_times(plan, reader[i], reviewer);
        most = times > most ? times : most;
    }
    return most;
}

/* The first reader is the least loaded; the others are of the lowest band of load, then of the fewest
 * readings together; what is alike after that is drawn. */
static bool better(const struct assignment_plan *plan, uint32_t exam, bool first,
                   const struct candidate *a, const struct candidate *b)
{
    if (first) {
        int order = compare_load(plan, a->reviewer, b->reviewer);
        return order < 0 || (order == 0 && a->random < b->random);
    }
    uint32_t band_a = band(plan, a->reviewer), band_b = band(plan, b->reviewer);
    if (band_a != band_b)
        return band_a < band_b;
    uint32_t with_a = pairs_with(plan, exam, a->reviewer);
    uint32_t with_b = pairs_with(plan, exam, b->reviewer);
    return with_a < with_b || (with_a == with_b && a->random < b->random);
}

static bool is_unread(const struct assignment_plan *plan, uint32_t exam)
{
    const uint32_t *reader = &plan->reader[exam * ASSIGNMENT_DEMAND_MAX];
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (reader[i] != NONE)
            return false;
    return true;
}

static void choose(struct assignment_plan *plan, uint32_t exam, struct candidate *candidates,
                   size_t count)
{
    uint32_t place = exam * ASSIGNMENT_DEMAND_MAX, end = place + plan->exams[exam].demand;
    for (; place < end && count > 0; place++) {
        size_t best = 0;
        bool first = is_unread(plan, exam);
        if (plan->reader[place] != NONE)
            continue;
        for (size_t i = 1; i < count; i++)
            if (better(plan, exam, first, &candidates[i], &candidates[best]))
                best = i;
        assignment_give(plan, place, candidates[best].reviewer);
        candidates[best] = candidates[--count];
    }
}

/* Few may read it, or the sample met too few: everybody is looked at, the least loaded first. */
static void scan(struct assignment_plan *plan, uint32_t exam, struct assignment_list from)
{
    uint32_t place = exam * ASSIGNMENT_DEMAND_MAX, end = place + plan->exams[exam].demand;
    for (; place < end; place++) {
        uint32_t best = NONE;
        if (plan->reader[place] != NONE)
            continue;
        for (uint32_t i = 0; i < from.count; i++) {
            uint32_t reviewer = from.items[i];
            if ((best == NONE || compare_load(plan, reviewer, best) < 0) &&
                fits(plan, exam, reviewer))
                best = reviewer;
        }
        if (best == NONE)
            return;
        assignment_give(plan, place, best);
    }
}

void assignment_place_exam(struct assignment_plan *plan, uint32_t exam)
{
    const struct assignment_exam *wanted = &plan->exams[exam];
    const struct assignment_pool *pool = &plan->pools[wanted->category];
    struct assignment_list from = {pool->members, pool->count};
    struct candidate candidates[SAMPLE];
    if (wanted->listed)
        from = wanted->eligible;
    if (from.count >= SCAN_BELOW)
        choose(plan, exam, candidates, draw(plan, exam, from, candidates));
    scan(plan, exam, from);
}
