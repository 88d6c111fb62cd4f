/* SPEC 7.3 and 7.4, step by step.  An amount is a total, or the points of one criterion, of the sheets
 * a, b and c. */
#include "recheck_inner.h"

#include <stdlib.h>
#include <string.h>

enum { A, B, C };

static bool is(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

static int64_t total(const struct recheck_pack *pack, const struct recheck_points *points)
{
    int64_t sum = 0;
    for (size_t i = 0; i < pack->criteria_count; i++)
        sum += pack->criteria[i].weight * points->of[i];
    return sum;
}

/* ---- step 2: triggers ---- */

static bool passes(const struct recheck_pack *pack, const struct recheck_points *points)
{
    for (size_t i = 0; i < pack->criteria_count; i++) {
        if (pack->criteria[i].floor != -1 && points->of[i] < pack->criteria[i].floor)
            return false;
    }
    return 100 * total(pack, points) >= pack->pass_percent * pack->total_most;
}

/* x has every core criterion at the level, y misses it by one point in all. */
static bool is_one_short(const struct recheck_pack *pack, const struct recheck_points *x,
                         const struct recheck_points *y)
{
    int64_t missing = 0;
    for (size_t i = 0; i < pack->criteria_count; i++) {
        if (!pack->criteria[i].core)
            continue;
        if (x->of[i] != pack->cusp_level || y->of[i] > pack->cusp_level)
            return false;
        missing += pack->cusp_level - y->of[i];
    }
    return missing == 1;
}

static bool is_at_the_cusp(const struct recheck_pack *pack, const struct recheck_points *a,
                           const struct recheck_points *b)
{
    if (is(pack->cusp, "sides"))
        return passes(pack, a) != passes(pack, b);
    return is(pack->cusp, "core") && (is_one_short(pack, a, b) || is_one_short(pack, b, a));
}

static bool is_triggered(const struct recheck_pack *pack, const struct recheck_points *a,
                         const struct recheck_points *b)
{
    if (is(pack->combine, "none"))
        return false;
    if (pack->unit_total && 100 * llabs(total(pack, a) - total(pack, b)) > pack->total_tolerance)
        return true;
    for (size_t i = 0; pack->unit_criterion && i < pack->criteria_count; i++) {
        if (llabs(a->of[i] - b->of[i]) > pack->criterion_tolerance)
            return true;
    }
    return is_at_the_cusp(pack, a, b);
}

/* ---- step 5: too far apart for three ---- */

static int64_t least_of(const int64_t amounts[static RECHECK_PLACES])
{
    int64_t least = amounts[A] < amounts[B] ? amounts[A] : amounts[B];
    return least < amounts[C] ? least : amounts[C];
}

static int64_t most_of(const int64_t amounts[static RECHECK_PLACES])
{
    int64_t most = amounts[A] > amounts[B] ? amounts[A] : amounts[B];
    return most > amounts[C] ? most : amounts[C];
}

static bool is_wide(const struct recheck_pack *pack, const int64_t amounts[static RECHECK_PLACES],
                    int64_t tolerance)
{
    return 10000 * (most_of(amounts) - least_of(amounts)) > pack->committee_span * tolerance;
}

static bool wants_committee(const struct recheck_pack *pack,
                            const struct recheck_points *const sheets[static RECHECK_PLACES])
{
    if (pack->committee_span == 0)
        return false;
    const int64_t totals[] = {total(pack, sheets[A]), total(pack, sheets[B]),
                              total(pack, sheets[C])};
    if (pack->unit_total && is_wide(pack, totals, pack->total_tolerance))
        return true;
    for (size_t i = 0; pack->unit_criterion && i < pack->criteria_count; i++) {
        const int64_t points[] = {sheets[A]->of[i], sheets[B]->of[i], sheets[C]->of[i]};
        if (is_wide(pack, points, 100 * pack->criterion_tolerance))
            return true;
    }
    return false;
}

/* ---- step 6: one amount of two or three ---- */

/* p / q in hundredths, half up.  q is positive; p may be below 0, where C would cut to the wrong side. */
static int64_t share(int64_t p, int64_t q)
{
    int64_t over = 200 * p + q, under = 2 * q, whole = over / under;
    return over % under < 0 ? whole - 1 : whole;
}

static int64_t scale(const struct recheck_pack *pack)
{
    return is(pack->within, "sum") ? 2 : 1;
}

static int64_t combine_two(const struct recheck_pack *pack, int64_t a, int64_t b)
{
    if (is(pack->within, "mean"))
        return share(a + b, 2);
    if (is(pack->within, "sum"))
        return 100 * (a + b);
    if (is(pack->within, "higher"))
        return 100 * (a > b ? a : b);
    return 100 * a;
}

static int64_t combine_three(const struct recheck_pack *pack,
                             const int64_t amounts[static RECHECK_PLACES])
{
    int64_t a = amounts[A], b = amounts[B], c = amounts[C], k = scale(pack);
    if (is(pack->combine, "replace"))
        return 100 * k * c;
    if (is(pack->combine, "mean3"))
        return share(k * (a + b + c), 3);
    if (is(pack->combine, "nearest_pair")) {
        int64_t higher = a > b ? a : b, lower = a > b ? b : a;
        int64_t nearer = llabs(higher - c) <= llabs(lower - c) ? higher : lower;
        return share(k * (c + nearer), 2);
    }
    return 100 * k * (a + b + c - least_of(amounts) - most_of(amounts));
}

static int64_t combined(const struct recheck_pack *pack,
                        const int64_t amounts[static RECHECK_PLACES], bool with_third)
{
    return with_third ? combine_three(pack, amounts) : combine_two(pack, amounts[A], amounts[B]);
}

/* ---- step 8 ---- */

static bool result_passes(const struct recheck_pack *pack, const struct recheck_result *result)
{
    int64_t k = scale(pack);
    if (pack->pass_percent < 0 || result->score < k * pack->pass_percent * pack->total_most)
        return false;
    for (size_t i = 0; i < pack->criteria_count; i++) {
        int64_t floor = pack->criteria[i].floor;
        if (floor != -1 && result->criteria[i] < 100 * k * floor)
            return false;
    }
    return true;
}

/* ---- a round ---- */

static struct recheck_result conclude(const struct recheck_pack *pack,
                                      const struct recheck_round *round, bool with_third)
{
    struct recheck_result result = {.path = with_third ? "third" : "pair", .exists = true};
    int64_t amounts[RECHECK_PLACES] = {0};
    result.counted_count = with_third ? 3 : 2;
    for (size_t p = 0; p < result.counted_count; p++) {
        result.counted[p] = round->in[p];
        amounts[p] = total(pack, &round->in[p]->sheet);
    }
    result.score = combined(pack, amounts, with_third);
    for (size_t i = 0; i < pack->criteria_count; i++) {
        for (size_t p = 0; p < result.counted_count; p++)
            amounts[p] = round->in[p]->sheet.of[i];
        result.criteria[i] = combined(pack, amounts, with_third);
    }
    return result;
}

/* Steps 1 to 6. */
static struct recheck_result from_sheets(const struct recheck_pack *pack,
                                         const struct recheck_round *round)
{
    if (!round->in[A] || !round->in[B])
        return (struct recheck_result){.path = "incomplete"};
    bool triggered = is_triggered(pack, &round->in[A]->sheet, &round->in[B]->sheet);
    bool with_third =
        round->in[C] && !is(pack->combine, "none") && (triggered || is(pack->unasked, "counts"));
    if (triggered && !with_third)
        return (struct recheck_result){.path = "third-wanted"};
    if (with_third) {
        const struct recheck_points *const sheets[] = {&round->in[A]->sheet, &round->in[B]->sheet,
                                                       &round->in[C]->sheet};
        if (wants_committee(pack, sheets))
            return (struct recheck_result){.path = "committee-wanted"};
    }
    return conclude(pack, round, with_third);
}

/* Step 9. */
static struct recheck_result from_split(const struct recheck_pack *pack,
                                        const struct recheck_points *scores)
{
    struct recheck_result result = {.path = "committee", .exists = true};
    result.score = 100 * scale(pack) * total(pack, scores);
    for (size_t i = 0; i < pack->criteria_count; i++)
        result.criteria[i] = 100 * scale(pack) * scores->of[i];
    return result;
}

static struct recheck_result of_round(const struct recheck_pack *pack,
                                      const struct recheck_round *round)
{
    struct recheck_result result = from_sheets(pack, round);
    if (!result.exists && round->has_split)
        result = from_split(pack, &round->split);
    result.most = scale(pack) * pack->total_most;
    result.passed = result.exists && result_passes(pack, &result);
    return result;
}

struct recheck_result recheck_rules(const struct recheck_exam *exam)
{
    struct recheck_result standing = {.path = "incomplete"}, last = standing;
    for (size_t i = 0; i < exam->round_count; i++) {
        last = of_round(&exam->pack, &exam->rounds[i]);
        if (!last.exists)
            continue;
        if (standing.exists && exam->pack.never_lower && last.score < standing.score) {
            last.kept = true;
            last.score = standing.score;
            last.passed = standing.passed;
            memcpy(last.criteria, standing.criteria, sizeof last.criteria);
        }
        standing = last;
    }
    return last;
}
