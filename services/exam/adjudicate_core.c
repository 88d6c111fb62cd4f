#include "adjudicate_core.h"

#include <string.h>

enum { PLACES = 100 };

static int32_t distance(int32_t a, int32_t b)
{
    return a > b ? a - b : b - a;
}

static int32_t lesser(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Points / parts in hundredths, half up; scores are never negative. */
static int64_t share(int64_t points, int64_t parts)
{
    return (2 * points * PLACES + parts) / (2 * parts);
}

int32_t adjudicate_total(const struct adjudicate_pack *pack, const int32_t *criteria)
{
    int32_t total = 0;
    for (int32_t i = 0; i < pack->criteria_count; i++)
        total += pack->criteria[i].weight * criteria[i];
    return total;
}

bool adjudicate_passes(const struct adjudicate_pack *pack, const struct adjudicate_sheet *sheet)
{
    bool passes = sheet->total * 100 >= pack->pass_percent * pack->total_most;
    for (int32_t i = 0; i < pack->criteria_count; i++)
        passes = passes && sheet->criteria[i] >= pack->criteria[i].floor;
    return passes;
}

/* SPEC 1.3: one sheet has every core criterion at the level, the other is one point short on one. */
static bool core_split(const struct adjudicate_pack *pack, const int32_t *full,
                       const int32_t *short_one)
{
    int32_t missing = 0;
    for (int32_t i = 0; i < pack->criteria_count; i++) {
        if (!pack->criteria[i].core)
            continue;
        if (full[i] != pack->cusp_level || short_one[i] > pack->cusp_level)
            return false;
        missing += pack->cusp_level - short_one[i];
    }
    return missing == 1;
}

static bool on_cusp(const struct adjudicate_pack *pack, const struct adjudicate_sheet *a,
                    const struct adjudicate_sheet *b)
{
    switch (pack->cusp) {
    case ADJUDICATE_CUSP_SIDES:
        return adjudicate_passes(pack, a) != adjudicate_passes(pack, b);
    case ADJUDICATE_CUSP_CORE:
        return core_split(pack, a->criteria, b->criteria) ||
               core_split(pack, b->criteria, a->criteria);
    case ADJUDICATE_CUSP_OFF:
        break;
    }
    return false;
}

static unsigned triggers_of(const struct adjudicate_pack *pack, const struct adjudicate_sheet *a,
                            const struct adjudicate_sheet *b)
{
    unsigned triggers = on_cusp(pack, a, b) ? ADJUDICATE_BY_CUSP : 0;
    if (pack->unit_total && distance(a->total, b->total) * PLACES > pack->total_tolerance)
        triggers |= ADJUDICATE_BY_TOTAL;
    for (int32_t i = 0; pack->unit_criterion && i < pack->criteria_count; i++)
        if (distance(a->criteria[i], b->criteria[i]) > pack->criterion_tolerance)
            triggers |= ADJUDICATE_BY_CRITERION;
    return triggers;
}

static int64_t combine_two(const struct adjudicate_pack *pack, int32_t a, int32_t b)
{
    switch (pack->within) {
    case ADJUDICATE_WITHIN_MEAN:
        break;
    case ADJUDICATE_WITHIN_SUM:
        return (int64_t)PLACES * (a + b);
    case ADJUDICATE_WITHIN_HIGHER:
        return (int64_t)PLACES * greater(a, b);
    case ADJUDICATE_WITHIN_FIRST:
        return (int64_t)PLACES * a;
    }
    return share(a + b, 2);
}

/* What one full reading is worth on the scale of the result: a sum counts everybody once. */
static int64_t scale_of(const struct adjudicate_pack *pack)
{
    return pack->within == ADJUDICATE_WITHIN_SUM ? 2 : 1;
}

static int64_t combine_three(const struct adjudicate_pack *pack, int32_t a, int32_t b, int32_t c)
{
    int32_t high = greater(a, b), low = lesser(a, b);
    int64_t scale = scale_of(pack);
    switch (pack->combine) {
    case ADJUDICATE_COMBINE_NONE: /* nothing but an unasked third brings us here */
    case ADJUDICATE_COMBINE_MEDIAN:
        return PLACES * scale * greater(low, lesser(high, c));
    case ADJUDICATE_COMBINE_REPLACE:
        break;
    case ADJUDICATE_COMBINE_MEAN3:
        return share(scale * (a + b + c), 3);
    case ADJUDICATE_COMBINE_NEAREST_PAIR: /* two as near: the one that is better for the examinee */
        return share(scale * (c + (distance(c, high) <= distance(c, low) ? high : low)), 2);
    }
    return PLACES * scale * c;
}

static int32_t span(int32_t a, int32_t b, int32_t c)
{
    return greater(greater(a, b), c) - lesser(lesser(a, b), c);
}

static bool too_far_apart(const struct adjudicate_pack *pack,
                          const struct adjudicate_sheet sheets[3])
{
    int64_t times = pack->committee_span;
    if (times == 0)
        return false;
    if (pack->unit_total &&
        (int64_t)PLACES * PLACES * span(sheets[0].total, sheets[1].total, sheets[2].total) >
            times * pack->total_tolerance)
        return true;
    for (int32_t i = 0; pack->unit_criterion && i < pack->criteria_count; i++)
        if ((int64_t)PLACES *
                span(sheets[0].criteria[i], sheets[1].criteria[i], sheets[2].criteria[i]) >
            times * pack->criterion_tolerance)
            return true;
    return false;
}

/* The sides of a committee's or a resolved score are judged on the result, not on the sheets. */
static bool result_passes(const struct adjudicate_pack *pack,
                          const struct adjudicate_result *result)
{
    int64_t scale = scale_of(pack);
    bool passes = result->score >= scale * pack->pass_percent * pack->total_most;
    for (int32_t i = 0; i < pack->criteria_count; i++)
        passes = passes && result->criteria[i] >= PLACES * scale * pack->criteria[i].floor;
    return pack->pass_percent >= 0 && passes;
}

static void decide(const struct adjudicate_pack *pack, const struct adjudicate_sheet sheets[3],
                   bool three, struct adjudicate_result *result)
{
    const struct adjudicate_sheet *a = &sheets[0], *b = &sheets[1], *c = &sheets[2];
    result->decided = true;
    result->detailed =
        pack->criteria_count > 0 && a->detailed && b->detailed && (!three || c->detailed);
    result->score = three ? combine_three(pack, a->total, b->total, c->total)
                          : combine_two(pack, a->total, b->total);
    for (int32_t i = 0; i < pack->criteria_count; i++)
        result->criteria[i] =
            three ? combine_three(pack, a->criteria[i], b->criteria[i], c->criteria[i])
                  : combine_two(pack, a->criteria[i], b->criteria[i]);
    result->passed = result_passes(pack, result);
}

void adjudicate(const struct adjudicate_pack *pack, const struct adjudicate_sheet sheets[3],
                struct adjudicate_result *result)
{
    memset(result, 0, sizeof *result);
    result->third_read = sheets[2].whole;
    if (!sheets[0].whole || !sheets[1].whole)
        return;
    if (pack->combine != ADJUDICATE_COMBINE_NONE)
        result->triggers = triggers_of(pack, &sheets[0], &sheets[1]);
    bool wanted = result->triggers != 0;
    bool three = sheets[2].whole && pack->combine != ADJUDICATE_COMBINE_NONE &&
                 (wanted || pack->unasked == ADJUDICATE_UNASKED_COUNTS);
    if (wanted && !three && pack->absent == ADJUDICATE_ABSENT_WAIT) {
        result->path = ADJUDICATE_PATH_THIRD_WANTED;
        return;
    }
    if (three && too_far_apart(pack, sheets)) {
        result->path = ADJUDICATE_PATH_COMMITTEE_WANTED;
        return;
    }
    result->path = three    ? ADJUDICATE_PATH_THIRD
                   : wanted ? ADJUDICATE_PATH_PAIR_STANDS
                            : ADJUDICATE_PATH_PAIR;
    decide(pack, sheets, three, result);
}

bool adjudicate_exam_passed(const struct adjudicate_pack *pack, int32_t correct, int32_t questions,
                            bool part_one_before, bool part_two, bool part_two_before)
{
    bool one = pack->part_one_percent < 0 || correct * 100 >= questions * pack->part_one_percent;
    one = one || (pack->carry_forward && part_one_before);
    return one && (part_two || (pack->carry_forward && part_two_before));
}

int64_t adjudicate_appeal(const struct adjudicate_pack *pack, int64_t before, int64_t after)
{
    return pack->never_lower && after < before ? before : after;
}
