/* One exam's readers from a keyed sample (SPEC 4.1). */
#include "assignment_inner.h"

#include <sodium.h>
#include <string.h>

enum { SAMPLE = 16, FEW = 31, BANDS = 20, DRAWS = 48, PART = ASSIGNMENT_WORDS / 2 };
_Static_assert(FEW >= SAMPLE && (int)FEW <= (int)ASSIGNMENT_WORDS, "a word for each of few");

void assignment_keyed_words(const struct assignment_plan *plan, uint64_t handle, uint32_t round,
                            uint32_t part, uint32_t words[ASSIGNMENT_WORDS])
{
    uint8_t nonce[crypto_stream_chacha20_IETF_NONCEBYTES];
    uint8_t *bytes = (uint8_t *)words;
    for (size_t i = 0; i < 8; i++)
        nonce[i] = (uint8_t)(handle >> 8 * i);
    for (size_t i = 0; i < 4; i++)
        nonce[8 + i] = (uint8_t)(round >> 8 * i);
    memset(words, 0, ASSIGNMENT_WORDS * sizeof *words);
    (void)crypto_stream_chacha20_ietf_xor_ic(bytes, bytes, ASSIGNMENT_WORDS * sizeof *words, nonce,
                                             part * (ASSIGNMENT_WORDS / 16), plan->seed);
}

/* Of a reviewer with room: the load with this reading. */
struct candidate {
    uint32_t reviewer, random;
    uint32_t load, capacity;
};

static bool has_place(const struct assignment_plan *plan, const struct assignment_exam *exam,
                      uint32_t signature, uint32_t reviewer)
{
    const struct assignment_burden *burden = &plan->burdens[reviewer];
    return burden->load < burden->capacity && !assignment_barred(plan, exam, signature, reviewer);
}

static struct candidate candidate_of(const struct assignment_plan *plan, uint32_t reviewer,
                                     uint32_t random)
{
    const struct assignment_burden *burden = &plan->burdens[reviewer];
    return (struct candidate){reviewer, random, burden->load + 1, burden->capacity};
}

/* Of few all who have room; what is drawn is their word. */
static size_t take_all(const struct assignment_plan *plan, uint32_t exam,
                       struct assignment_list from, struct candidate *candidates)
{
    const struct assignment_exam *wanted = &plan->exams[exam];
    uint32_t words[ASSIGNMENT_WORDS], signature = assignment_signature(&wanted->tokens);
    size_t count = 0;
    assignment_keyed_words(plan, wanted->handle, 0, 0, words);
    for (uint32_t i = 0; i < from.count; i++)
        if (has_place(plan, wanted, signature, from.items[i]) &&
            !assignment_holds(plan, exam, from.items[i]))
            candidates[count++] = candidate_of(plan, from.items[i], words[i]);
    return count;
}

/* Who reads the exam already counts as drawn. */
static uint32_t begin_draw(struct assignment_plan *plan, uint32_t exam)
{
    const uint32_t *reader = assignment_readers(plan, exam);
    if (++plan->draws == 0) { /* after four thousand million draws */
        for (uint32_t i = 0; i < plan->reviewer_count; i++)
            plan->burdens[i].drawn = 0;
        plan->draws = 1;
    }
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (reader[i] != NONE)
            plan->burdens[reader[i]].drawn = plan->draws;
    return plan->draws;
}

/* Of many up to SAMPLE who have room, without repetition. */
static size_t draw(struct assignment_plan *plan, uint32_t exam, struct assignment_list from,
                   struct candidate *candidates)
{
    const struct assignment_exam *wanted = &plan->exams[exam];
    uint32_t words[ASSIGNMENT_WORDS], signature = assignment_signature(&wanted->tokens);
    uint32_t drawn = begin_draw(plan, exam);
    size_t count = 0;
    for (uint32_t i = 0; i < DRAWS && count < SAMPLE; i++) {
        if (i % PART == 0)
            assignment_keyed_words(plan, wanted->handle, 0, i / PART, words);
        const uint32_t *word = &words[2 * (i % PART)];
        uint32_t reviewer = from.items[(uint64_t)word[0] * from.count >> 32];
        if (plan->burdens[reviewer].drawn == drawn)
            continue;
        plan->burdens[reviewer].drawn = drawn;
        if (has_place(plan, wanted, signature, reviewer))
            candidates[count++] = candidate_of(plan, reviewer, word[1]);
    }
    return count;
}

/* The least loaded; what is alike is drawn. */
static size_t best_alone(const struct candidate *candidates, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        const struct candidate *a = &candidates[i], *b = &candidates[best];
        uint64_t left = (uint64_t)a->load * b->capacity, right = (uint64_t)b->load * a->capacity;
        if (left < right || (left == right && a->random < b->random))
            best = i;
    }
    return best;
}

static uint32_t pairs_with(const struct assignment_plan *plan, uint32_t exam, uint32_t reviewer)
{
    const uint32_t *reader = assignment_readers(plan, exam);
    uint32_t most = 0;
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++) {
        uint32_t times = reader[i] == NONE ? 0 : assignment_pair_times(plan, reader[i], reviewer);
        most = times > most ? times : most;
    }
    return most;
}

/* Of the lowest band of load, then of the fewest readings together with those who read the exam; what
 * is alike after that is drawn. */
static size_t best_beside(const struct assignment_plan *plan, uint32_t exam,
                          const struct candidate *candidates, size_t count)
{
    uint32_t bands[FEW], lowest = BANDS, fewest = UINT32_MAX;
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        bands[i] = BANDS * candidates[i].load / candidates[i].capacity;
        lowest = bands[i] < lowest ? bands[i] : lowest;
    }
    for (size_t i = 0; i < count; i++) {
        if (bands[i] != lowest)
            continue;
        uint32_t times = pairs_with(plan, exam, candidates[i].reviewer);
        if (times > fewest || (times == fewest && candidates[i].random >= candidates[best].random))
            continue;
        fewest = times;
        best = i;
    }
    return best;
}

static bool is_unread(const struct assignment_plan *plan, uint32_t exam)
{
    const uint32_t *reader = assignment_readers(plan, exam);
    for (uint32_t i = 0; i < plan->exams[exam].demand; i++)
        if (reader[i] != NONE)
            return false;
    return true;
}

static void choose(struct assignment_plan *plan, uint32_t exam, struct candidate *candidates,
                   size_t count)
{
    uint32_t place = plan->first[exam], end = place + plan->exams[exam].demand;
    for (; place < end && count > 0; place++) {
        if (plan->reader[place] != NONE)
            continue;
        size_t best = is_unread(plan, exam) ? best_alone(candidates, count)
                                            : best_beside(plan, exam, candidates, count);
        assignment_give(plan, place, candidates[best].reviewer);
        candidates[best] = candidates[--count];
    }
}

/* a's utilisation with one reading more is below b's. */
static bool is_less(const struct assignment_burden *a, const struct assignment_burden *b)
{
    return (uint64_t)(a->load + 1) * b->capacity < (uint64_t)(b->load + 1) * a->capacity;
}

/* The sample met too few: everybody is looked at, the least loaded first. */
static void scan(struct assignment_plan *plan, uint32_t exam, struct assignment_list from)
{
    const struct assignment_exam *wanted = &plan->exams[exam];
    const struct assignment_burden *burdens = plan->burdens;
    uint32_t signature = assignment_signature(&wanted->tokens);
    uint32_t place = plan->first[exam], end = place + wanted->demand;
    for (; place < end; place++) {
        uint32_t best = NONE;
        if (plan->reader[place] != NONE)
            continue;
        for (uint32_t i = 0; i < from.count; i++) {
            uint32_t reviewer = from.items[i];
            if ((best == NONE || is_less(&burdens[reviewer], &burdens[best])) &&
                has_place(plan, wanted, signature, reviewer) &&
                !assignment_holds(plan, exam, reviewer))
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
    struct candidate candidates[FEW];
    if (wanted->listed)
        from = wanted->eligible;
    if (from.count <= FEW) {
        choose(plan, exam, candidates, take_all(plan, exam, from, candidates));
        return;
    }
    choose(plan, exam, candidates, draw(plan, exam, from, candidates));
    scan(plan, exam, from);
}
