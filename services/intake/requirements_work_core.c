/* Education, and time spent in work of one kind or another; SPEC 4.6. */
#include "requirements_rules.h"

#include <string.h>

/* ---- education ---- */

static bool is_degree(const struct judging *judging, const struct application_entry *entry)
{
    return judging_takes(judging, entry, ENTRY_EDUCATION) && entry->level < EDUCATION_LEVELS &&
           (judging_category(judging)->education_levels >> entry->level & 1);
}

wf_date judging_degree(const struct judging *judging)
{
    wf_date first = WF_NO_DATE;
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (is_degree(judging, entry) && (first == WF_NO_DATE || entry->until < first))
            first = entry->until;
    }
    return first;
}

static void count_degrees(const struct judging *judging, struct requirement_result *result)
{
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        if (is_degree(judging, &judging->state->entries[i]))
            judging_count(result, i);
    }
}

/* ---- time in work ---- */

/* Which work counts: by its kinds (bits), from a day on. */
struct work_wanted {
    uint32_t kinds;
    wf_date since;  /* WF_NO_DATE: from ever */
    bool needs_pay; /* of practice */
};

enum { PRACTICE = 1 << WORK_IS_PRACTICE, INTERNSHIP = 1 << WORK_IS_INTERNSHIP };
enum { VOLUNTEER = 1 << WORK_IS_VOLUNTEER };

static wf_date begin_of(const struct application_entry *entry, const struct work_wanted *wanted)
{
    return entry->from < wanted->since ? wanted->since : entry->from;
}

static wf_date end_of(const struct application_entry *entry, wf_date on)
{
    return entry->until == WF_NO_DATE || entry->until > on ? on : entry->until;
}

static bool is_supervised(const struct judging *judging, const struct application_entry *entry)
{
    struct application_asked asked = {.person = entry->provider,
                                      .categories =
                                          judging_category(judging)->internship_supervisors,
                                      .from = entry->from,
                                      .until = end_of(entry, judging->rules->on)};
    return entry->provider[0] && application_was_endorsed(judging->state, &asked);
}

static bool is_wanted(const struct judging *judging, const struct application_entry *entry,
                      const struct work_wanted *wanted)
{
    if (entry->kind != ENTRY_WORK || entry->withdrawn || entry->level < 0 || entry->level > 31 ||
        !(wanted->kinds >> entry->level & 1))
        return false;
    if (entry->level == WORK_IS_INTERNSHIP)
        return is_supervised(judging, entry);
    return entry->level != WORK_IS_PRACTICE || entry->paid || !wanted->needs_pay;
}

/* Whether the work at one place begins before that at another; of equals the longer goes first. */
static bool begins_before(const struct judging *judging, const struct work_wanted *wanted,
                          int32_t place, int32_t other)
{
    const struct application_entry *a = &judging->state->entries[place];
    const struct application_entry *b = &judging->state->entries[other];
    wf_date on = judging->rules->on;
    if (begin_of(a, wanted) != begin_of(b, wanted))
        return begin_of(a, wanted) < begin_of(b, wanted);
    return end_of(a, on) > end_of(b, on);
}

/* The place of the work that begins earliest among what reaches beyond `after`, or -1: periods are
 * merged by walking over them in time, so that none needs to be sorted. */
static int32_t next_work(const struct judging *judging, const struct work_wanted *wanted,
                         wf_date after)
{
    wf_date on = judging->rules->on;
    int32_t first = -1;
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (!is_wanted(judging, entry, wanted) || end_of(entry, on) <= after ||
            begin_of(entry, wanted) > end_of(entry, on))
            continue;
        if (first < 0 || begins_before(judging, wanted, i, first))
            first = i;
    }
    return first;
}

/* Whole months of the work, overlapping periods once; `result` may be NULL. */
static int32_t months_of(const struct judging *judging, const struct work_wanted *wanted,
                         struct requirement_result *result)
{
    int32_t months = 0;
    wf_date begun = 0;
    wf_date reached = WF_NO_DATE; /* last day counted so far */
    bool open = false;
    for (int32_t i = next_work(judging, wanted, reached); i >= 0;
         i = next_work(judging, wanted, reached)) {
        const struct application_entry *entry = &judging->state->entries[i];
        wf_date from = begin_of(entry, wanted);
        if (open && from > reached + 1) {
            months += wf_date_months_between(begun, reached + 1);
            open = false;
        }
        if (!open)
            begun = from;
        open = true;
        reached = end_of(entry, judging->rules->on);
        if (result)
            judging_count(result, i);
    }
    if (open)
        months += wf_date_months_between(begun, reached + 1);
    return months;
}

/* From when on work counts; a degree that is not shown lets none count. */
static wf_date work_since(const struct judging *judging)
{
    if (!judging_category(judging)->work_after_degree)
        return WF_NO_DATE;
    wf_date degree = judging_degree(judging);
    return degree == WF_NO_DATE ? INT32_MAX : degree;
}

/* Practice and what may stand for it; an internship only so long. */
static int32_t practice_months(const struct judging *judging, struct requirement_result *result)
{
    const struct wf_category_policy *category = judging_category(judging);
    int32_t most_interned = category->internship_months;
    struct work_wanted wanted = {
        .kinds = PRACTICE, .since = work_since(judging), .needs_pay = true};
    struct work_wanted interned = {.kinds = INTERNSHIP, .since = WF_NO_DATE};
    if (category->volunteer_work)
        wanted.kinds |= VOLUNTEER;
    if (most_interned == 0)
        return months_of(judging, &wanted, result);
    int32_t practice = months_of(judging, &wanted, NULL);
    int32_t internship = months_of(judging, &interned, NULL);
    wanted.kinds |= INTERNSHIP;
    int32_t whole = months_of(judging, &wanted, result);
    int32_t most = practice + (internship < most_interned ? internship : most_interned);
    return whole < most ? whole : most;
}

static enum requirement_doubt_id doubt_work(const struct judging *judging,
                                            const struct application_entry *entry)
{
    const struct wf_category_policy *category = judging_category(judging);
    if (entry->level == WORK_IS_VOLUNTEER && !category->volunteer_work)
        return REQUIREMENT_DOUBT_VOLUNTEER;
    if (entry->level == WORK_IS_INTERNSHIP &&
        (category->internship_months == 0 || !is_supervised(judging, entry)))
        return REQUIREMENT_DOUBT_INTERNSHIP;
    if (entry->level == WORK_IS_PRACTICE && !entry->paid)
        return REQUIREMENT_DOUBT_UNPAID;
    if (end_of(entry, judging->rules->on) < work_since(judging))
        return REQUIREMENT_DOUBT_WORK_BEFORE_DEGREE;
    return REQUIREMENT_DOUBT_NONE;
}

static void doubt_all_work(struct judging *judging)
{
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (entry->kind != ENTRY_WORK || entry->withdrawn)
            continue;
        enum requirement_doubt_id why = doubt_work(judging, entry);
        if (why != REQUIREMENT_DOUBT_NONE)
            judging_doubt(judging, REQUIREMENT_OF_ENTRIES, i, why, NULL);
    }
}

/* ---- what is asked for ---- */

static void judge_either(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct requirement_result *result = judging_add(judging, REQUIREMENT_EDUCATION_OR_WORK, 1, 0);
    count_degrees(judging, result);
    result->have = result->items;
    int32_t months = practice_months(judging, result);
    result->have += category->work_months > 0 && months >= category->work_months;
    result->met = result->have >= 1;
}

static void judge_education(struct judging *judging)
{
    if (!judging_category(judging)->education_levels)
        return;
    struct requirement_result *result = judging_add(judging, REQUIREMENT_EDUCATION, 1, 0);
    count_degrees(judging, result);
    result->have = result->items;
    result->met = result->have >= 1;
}

static void judge_practice(struct judging *judging)
{
    int32_t needed = judging_category(judging)->work_months;
    if (needed <= 0)
        return;
    struct requirement_result *result = judging_add(judging, REQUIREMENT_WORK, needed, 0);
    result->have = practice_months(judging, result);
    result->met = result->have >= needed;
}

static void judge_kind(struct judging *judging, enum requirement_id id, int32_t kind,
                       int32_t needed)
{
    struct work_wanted wanted = {.kinds = 1u << kind, .since = work_since(judging)};
    if (needed <= 0)
        return;
    struct requirement_result *result = judging_add(judging, id, needed, 0);
    result->have = months_of(judging, &wanted, result);
    result->met = result->have >= needed;
}

static void judge_families(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct work_wanted wanted = {.kinds = PRACTICE | VOLUNTEER | INTERNSHIP, .since = WF_NO_DATE};
    if (category->families <= 0)
        return;
    struct requirement_result *result =
        judging_add(judging, REQUIREMENT_FAMILIES, category->families, 0);
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (!is_wanted(judging, entry, &wanted) || entry->families <= 0 ||
            entry->from > judging->rules->on)
            continue;
        result->have += entry->families;
        judging_count(result, i);
    }
    result->met = result->have >= result->needed;
}

void judge_background(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    if (category->education_or_work) {
        judge_either(judging);
    } else {
        judge_education(judging);
        judge_practice(judging);
    }
    judge_families(judging);
    judge_kind(judging, REQUIREMENT_RSC_GIVEN, WORK_IS_GIVING_RSC, category->rsc_given_months);
    judge_kind(judging, REQUIREMENT_LEADERSHIP, WORK_IS_LEADERSHIP, category->leadership_months);
    doubt_all_work(judging);
}
