/* Reference ratings: how many count, in which roles, by whom; SPEC 4.2. */
#include "requirements_rules.h"

#include <string.h>

static enum requirement_doubt_id doubt_rating(const struct judging *judging,
                                              const struct application_rater *rater)
{
    if (rater->state == RATING_IS_NOT_COUNTABLE)
        return REQUIREMENT_DOUBT_RATING_NOT_COUNTABLE;
    if (rater->state == RATING_IS_EXPIRED ||
        (rater->valid_until != 0 && rater->valid_until < judging->rules->at))
        return REQUIREMENT_DOUBT_RATING_EXPIRED;
    return rater->state == RATING_IS_COMPLETED ? REQUIREMENT_DOUBT_NONE
                                               : REQUIREMENT_DOUBT_RATING_OPEN;
}

static bool is_countable(const struct judging *judging, const struct application_rater *rater)
{
    return !rater->replaced && doubt_rating(judging, rater) == REQUIREMENT_DOUBT_NONE;
}

static bool is_vetted(const struct judging *judging, const struct application_rater *rater,
                      wf_date rated)
{
    const struct requirement_case *rules = judging->rules;
    wf_date last = rules->edition->rater_vetted_until;
    if (last != WF_NO_DATE && rules->on > last)
        return false;
    return (rater->vetted &&
            (rater->vetted_until == WF_NO_DATE || rater->vetted_until >= rules->on)) ||
           application_was_vetted(judging->state, rater->id, rated, rated);
}

/* By the rater's own record, on the day she rated; where that says nothing, by what the portal says. */
static bool is_endorsed(const struct judging *judging, const struct application_rater *rater)
{
    const struct requirement_case *rules = judging->rules;
    uint16_t allowed = judging_category(judging)->endorsed_rater_categories;
    wf_date rated = wf_policy_local_date(rules->book, rules->association, rater->at);
    struct application_asked asked = {
        .person = rater->id, .categories = allowed, .from = rated, .until = rated};
    int32_t claimed = rater->endorsed_category;
    if (is_vetted(judging, rater, rated))
        return true;
    if (application_has_history(judging->state, rater->id))
        return application_was_endorsed(judging->state, &asked);
    return rater->endorsed && rules->edition->endorsement_claims_count &&
           (allowed == 0 || claimed <= 0 || claimed >= WF_CATEGORIES || (allowed >> claimed & 1));
}

/* Raters and roles as a matching: each role asked for by a rater of its own.  A role that finds
 * all its raters taken asks the holder of one to take another. */
struct matching {
    const struct judging *judging;
    int32_t slot_of[APPLICATION_RATERS]; /* -1: free */
    bool asked[APPLICATION_RATERS];
};

static bool fits(const struct matching *matching, int32_t rater, int32_t slot)
{
    const struct application_rater *candidate = &matching->judging->state->raters[rater];
    uint16_t roles = judging_category(matching->judging)->role_slot[slot];
    return is_countable(matching->judging, candidate) && candidate->role > 0 &&
           candidate->role < RATER_ROLES && (roles >> candidate->role & 1);
}

static bool find_rater_for(struct matching *matching, int32_t slot)
{
    for (int32_t i = 0; i < matching->judging->state->rater_count; i++) {
        if (matching->asked[i] || !fits(matching, i, slot))
            continue;
        matching->asked[i] = true;
        if (matching->slot_of[i] < 0 || find_rater_for(matching, matching->slot_of[i])) {
            matching->slot_of[i] = slot;
            return true;
        }
    }
    return false;
}

/* Who meets which role is settled only when every role has asked. */
static void judge_roles(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct matching matching = {.judging = judging};
    int32_t first = judging->list->count;
    for (int32_t i = 0; i < APPLICATION_RATERS; i++)
        matching.slot_of[i] = -1;
    for (int32_t slot = 0; slot < category->role_slots && slot < WF_ROLE_SLOTS_MAX; slot++) {
        memset(matching.asked, 0, sizeof matching.asked);
        bool found = find_rater_for(&matching, slot);
        judging_add(judging, REQUIREMENT_RATER_ROLE, 1, found)->roles = category->role_slot[slot];
    }
    for (int32_t i = 0; i < judging->state->rater_count; i++) {
        if (matching.slot_of[i] >= 0)
            judging_count(&judging->list->results[first + matching.slot_of[i]], i);
    }
}

static void doubt_ratings(struct judging *judging)
{
    for (int32_t i = 0; i < judging->state->rater_count; i++) {
        const struct application_rater *rater = &judging->state->raters[i];
        enum requirement_doubt_id why = doubt_rating(judging, rater);
        if (!rater->replaced && why != REQUIREMENT_DOUBT_NONE)
            judging_doubt(judging, REQUIREMENT_OF_RATERS, i, why, NULL);
    }
}

void judge_ratings(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct requirement_result countable = {0};
    struct requirement_result endorsed = {0};
    doubt_ratings(judging);
    for (int32_t i = 0; i < judging->state->rater_count; i++) {
        if (!is_countable(judging, &judging->state->raters[i]))
            continue;
        judging_count(&countable, i);
        if (is_endorsed(judging, &judging->state->raters[i]))
            judging_count(&endorsed, i);
        else if (judging->state->raters[i].endorsed)
            judging_doubt(judging, REQUIREMENT_OF_RATERS, i, REQUIREMENT_DOUBT_RATER_NOT_ENDORSED,
                          NULL);
    }
    if (category->ratings > 0) {
        struct requirement_result *result =
            judging_add(judging, REQUIREMENT_RATINGS, category->ratings, countable.items);
        result->by = countable.by;
        result->items = countable.items;
    }
    judge_roles(judging);
    if (category->endorsed_raters > 0) {
        struct requirement_result *result = judging_add(judging, REQUIREMENT_ENDORSED_RATERS,
                                                        category->endorsed_raters, endorsed.items);
        result->by = endorsed.by;
        result->items = endorsed.items;
    }
}
