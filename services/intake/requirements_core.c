/* Which requirements are met; SPEC 4. */
#include "requirements_core.h"

#include <string.h>

const struct requirement_row *requirement_row(enum requirement_id id)
{
    static const struct requirement_row rows[REQUIREMENT_COUNT] = {
#define REQUIREMENT(symbol, its_code, its_unit, its_text)                                          \
    [REQUIREMENT_##symbol] = {.code = its_code, .unit = its_unit, .text = its_text},
#include "requirements.def"
#undef REQUIREMENT
    };
    return &rows[id];
}

static void add(struct requirement_list *list, enum requirement_id id, int64_t needed, int64_t have,
                int32_t items)
{
    list->results[list->count++] = (struct requirement_result){
        .id = id, .needed = needed, .have = have, .items = items, .met = have >= needed};
}

static const struct wf_category_policy *category_of(const struct requirement_case *rules)
{
    return &rules->edition->categories[rules->category];
}

static bool counts(const struct application_entry *entry, enum application_entry_kind kind,
                   wf_date on)
{
    return entry->kind == kind && !entry->withdrawn &&
           (entry->until == WF_NO_DATE || entry->until <= on);
}

/* ---- standing of the applicant, signatures, fees ---- */

static void judge_signatures(const struct requirement_case *rules,
                             const struct application_state *state, struct requirement_list *list)
{
    bool member = state->member_until != WF_NO_DATE && state->member_until >= rules->on;
    bool ethics = state->ethics_on != WF_NO_DATE && state->ethics_on <= rules->on;
    bool agreement = state->agreement_on != WF_NO_DATE && state->agreement_on <= rules->on;
    if (rules->edition->membership_required)
        add(list, REQUIREMENT_MEMBERSHIP, 1, state->member_known && member, member);
    if (rules->edition->register_lead_days > 0)
        add(list, REQUIREMENT_REGISTER_LEAD, rules->edition->register_lead_days,
            rules->on - state->registration.on, 1);
    if (rules->edition->code_of_ethics)
        add(list, REQUIREMENT_ETHICS, 1, ethics, ethics);
    if (rules->edition->agreement)
        add(list, REQUIREMENT_AGREEMENT, 1, agreement, agreement);
}

static void judge_fee(const struct requirement_case *rules, const struct application_state *state,
                      enum requirement_id id, int32_t kind, int64_t needed,
                      struct requirement_list *list)
{
    int64_t have = 0;
    int32_t items = 0;
    if (needed <= 0)
        return;
    for (int32_t i = 0; i < state->fee_count; i++) {
        const struct application_fee *fee = &state->fees[i];
        if (fee->kind != kind || strcmp(fee->currency, rules->edition->currency) != 0)
            continue;
        have += fee->amount_minor;
        items++;
    }
    add(list, id, needed, have, items);
}

/* ---- education and work ---- */

static int32_t degrees(const struct requirement_case *rules, const struct application_state *state)
{
    int32_t items = 0;
    for (int32_t i = 0; i < state->entry_count; i++) {
        const struct application_entry *entry = &state->entries[i];
        if (counts(entry, ENTRY_EDUCATION, rules->on) && entry->level < EDUCATION_LEVELS &&
            (category_of(rules)->education_levels >> entry->level & 1))
            items++;
    }
    return items;
}

/* The paid work that begins earliest among what reaches beyond `after`: periods are merged by
 * walking over them in time, so that none needs to be sorted. */
static const struct application_entry *next_work(const struct application_state *state,
                                                 wf_date after, wf_date on)
{
    const struct application_entry *first = NULL;
    for (int32_t i = 0; i < state->entry_count; i++) {
        const struct application_entry *entry = &state->entries[i];
        wf_date until = entry->until == WF_NO_DATE || entry->until > on ? on : entry->until;
        if (entry->kind != ENTRY_WORK || entry->withdrawn || !entry->paid || until <= after ||
            entry->from > on)
            continue;
        if (!first || entry->from < first->from ||
            (entry->from == first->from && entry->until > first->until))
            first = entry;
    }
    return first;
}

static int32_t work_months(const struct application_state *state, wf_date on, int32_t *items)
{
    int32_t months = 0;
    wf_date begun = 0;
    wf_date reached = WF_NO_DATE; /* last day counted so far */
    bool open = false;
    const struct application_entry *entry = next_work(state, reached, on);
    *items = 0;
    while (entry) {
        wf_date until = entry->until == WF_NO_DATE || entry->until > on ? on : entry->until;
        if (open && entry->from > reached + 1) {
            months += wf_date_months_between(begun, reached + 1);
            open = false;
        }
        if (!open)
            begun = entry->from;
        open = true;
        reached = until;
        (*items)++;
        entry = next_work(state, reached, on);
    }
    if (open)
        months += wf_date_months_between(begun, reached + 1);
    return months;
}

static void judge_background(const struct requirement_case *rules,
                             const struct application_state *state, struct requirement_list *list)
{
    const struct wf_category_policy *category = category_of(rules);
    int32_t work_items = 0;
    int32_t months = work_months(state, rules->on, &work_items);
    int32_t degree_items = degrees(rules, state);
    if (category->education_or_work) {
        bool worked = category->work_months > 0 && months >= category->work_months;
        add(list, REQUIREMENT_EDUCATION_OR_WORK, 1, worked ? degree_items + 1 : degree_items,
            degree_items + work_items);
        return;
    }
    if (category->education_levels)
        add(list, REQUIREMENT_EDUCATION, 1, degree_items, degree_items);
    if (category->work_months > 0)
        add(list, REQUIREMENT_WORK, category->work_months, months, work_items);
}

static bool has_transcript(const struct requirement_case *rules,
                           const struct application_state *state, const char *entry_id)
{
    for (int32_t i = 0; i < state->transcript_count; i++) {
        if (strcmp(state->transcripts[i].entry, entry_id) == 0)
            return state->transcripts[i].official || !rules->edition->transcripts_official;
    }
    return false;
}

static void judge_transcripts(const struct requirement_case *rules,
                              const struct application_state *state, struct requirement_list *list)
{
    int32_t needed = 0;
    int32_t have = 0;
    if (!rules->edition->transcripts)
        return;
    for (int32_t i = 0; i < state->entry_count; i++) {
        if (!counts(&state->entries[i], ENTRY_EDUCATION, rules->on))
            continue;
        needed++;
        have += has_transcript(rules, state, state->entries[i].id);
    }
    add(list, REQUIREMENT_TRANSCRIPTS, needed, have, have);
}

/* ---- training ---- */

static void judge_training(const struct requirement_case *rules,
                           const struct application_state *state, int32_t topic, int64_t needed,
                           enum requirement_id id, struct requirement_list *list)
{
    int64_t have = 0;
    int32_t items = 0;
    if (needed <= 0)
        return;
    for (int32_t i = 0; i < state->entry_count; i++) {
        const struct application_entry *entry = &state->entries[i];
        if (!counts(entry, ENTRY_TRAINING, rules->on) || (topic != 0 && entry->level != topic))
            continue;
        have += entry->hours_hundredths;
        items++;
    }
    add(list, id, needed, have, items);
}

/* ---- reflective supervision received ---- */

/* What one window of time holds.  Only what the best providers gave counts, if their number is
 * limited. */
struct rsc_window {
    int64_t hours, hours_of_all, about_given;
    int32_t items, providers, months;
};

struct rsc_provider {
    const char *id;
    int64_t hours;
    wf_date first, last;
    int64_t about_given;
    int32_t items;
    bool taken;
};
struct rsc_providers {
    struct rsc_provider list[APPLICATION_ENTRIES];
    int32_t count;
};

/* Whether whoever gave the hours may: the rule of the day on which they began or on which the
 * applicant did, as the edition says.  Vetting of providers does not reach us, so where only
 * endorsed or vetted ones count, endorsed ones do. */
static bool is_good_provider(const struct requirement_case *rules,
                             const struct application_state *state,
                             const struct application_entry *entry)
{
    const struct wf_edition *edition = rules->edition;
    wf_date day = edition->rsc_basis == WF_RSC_BY_HOURS ? entry->from : state->registration.on;
    if (edition->rsc_endorsed_from == WF_NO_DATE || day < edition->rsc_endorsed_from)
        return true;
    uint16_t allowed = wf_policy_edition(rules->association, day)
                           ->categories[rules->category]
                           .rsc_provider_categories;
    if (entry->provider_category <= 0 || entry->provider_category >= WF_CATEGORIES)
        return false;
    return allowed == 0 || (allowed >> entry->provider_category & 1);
}

static bool is_rsc(const struct requirement_case *rules, const struct application_state *state,
                   const struct application_entry *entry)
{
    return counts(entry, ENTRY_RSC, rules->on) && entry->until != WF_NO_DATE &&
           entry->from <= entry->until && (!entry->peer || rules->edition->rsc_peer_counts) &&
           is_good_provider(rules, state, entry);
}

static struct rsc_provider *provider_of(struct rsc_providers *providers,
                                        const struct application_entry *entry)
{
    for (int32_t i = 0; i < providers->count; i++) {
        if (strcmp(providers->list[i].id, entry->provider) == 0)
            return &providers->list[i];
    }
    struct rsc_provider *provider = &providers->list[providers->count++];
    *provider =
        (struct rsc_provider){.id = entry->provider, .first = entry->from, .last = entry->until};
    return provider;
}

static void group_by_provider(const struct requirement_case *rules,
                              const struct application_state *state, wf_date start, wf_date end,
                              struct rsc_providers *providers)
{
    providers->count = 0;
    for (int32_t i = 0; i < state->entry_count; i++) {
        const struct application_entry *entry = &state->entries[i];
        if (!is_rsc(rules, state, entry) || entry->from < start || entry->until >= end)
            continue;
        struct rsc_provider *provider = provider_of(providers, entry);
        provider->hours += entry->hours_hundredths;
        provider->about_given += entry->about_given ? entry->hours_hundredths : 0;
        provider->items++;
        if (entry->from < provider->first)
            provider->first = entry->from;
        if (entry->until > provider->last)
            provider->last = entry->until;
    }
}

static struct rsc_provider *best_provider(struct rsc_providers *providers)
{
    struct rsc_provider *best = NULL;
    for (int32_t i = 0; i < providers->count; i++) {
        struct rsc_provider *provider = &providers->list[i];
        if (!provider->taken && (!best || provider->hours > best->hours))
            best = provider;
    }
    return best;
}

static struct rsc_window fill_window(struct rsc_providers *providers, int32_t providers_max)
{
    struct rsc_window window = {.providers = providers->count};
    wf_date first = 0;
    wf_date last = 0;
    int32_t taken = 0;
    for (int32_t i = 0; i < providers->count; i++)
        window.hours_of_all += providers->list[i].hours;
    for (struct rsc_provider *provider = best_provider(providers);
         provider && (providers_max == 0 || taken < providers_max);
         provider = best_provider(providers)) {
        provider->taken = true;
        window.hours += provider->hours;
        window.about_given += provider->about_given;
        window.items += provider->items;
        first = taken == 0 || provider->first < first ? provider->first : first;
        last = taken == 0 || provider->last > last ? provider->last : last;
        taken++;
    }
    if (taken > 0)
        window.months = wf_date_months_between(first, last + 1);
    return window;
}

/* More hours first, then the longer span: a window that is short of hours fails whatever its span.
 */
static bool is_better(const struct rsc_window *window, const struct rsc_window *best,
                      const struct wf_category_policy *category)
{
    bool enough = window->hours >= category->rsc_hundredths &&
                  window->about_given >= category->rsc_about_given_hundredths;
    bool best_enough = best->hours >= category->rsc_hundredths &&
                       best->about_given >= category->rsc_about_given_hundredths;
    if (enough != best_enough)
        return enough;
    if (enough && window->months != best->months)
        return window->months > best->months;
    return window->hours > best->hours;
}

static void judge_rsc(const struct requirement_case *rules, const struct application_state *state,
                      struct requirement_list *list)
{
    const struct wf_category_policy *category = category_of(rules);
    struct rsc_window best = {0};
    struct rsc_providers providers;
    if (category->rsc_hundredths <= 0)
        return;
    for (int32_t i = 0; i < state->entry_count; i++) {
        const struct application_entry *entry = &state->entries[i];
        if (!is_rsc(rules, state, entry))
            continue;
        wf_date end = category->rsc_months_max > 0
                          ? wf_date_add_months(entry->from, category->rsc_months_max)
                          : INT32_MAX;
        group_by_provider(rules, state, entry->from, end, &providers);
        struct rsc_window window = fill_window(&providers, category->rsc_providers_max);
        if (is_better(&window, &best, category))
            best = window;
    }
    add(list, REQUIREMENT_RSC, category->rsc_hundredths, best.hours, best.items);
    if (category->rsc_about_given_hundredths > 0)
        add(list, REQUIREMENT_RSC_ABOUT_GIVEN, category->rsc_about_given_hundredths,
            best.about_given, best.items);
    if (category->rsc_months_min > 0)
        add(list, REQUIREMENT_RSC_MONTHS, category->rsc_months_min, best.months, best.items);
    if (category->rsc_providers_max > 0) {
        bool met = best.providers <= category->rsc_providers_max ||
                   best.hours >= category->rsc_hundredths ||
                   best.hours_of_all < category->rsc_hundredths;
        add(list, REQUIREMENT_RSC_PROVIDERS, category->rsc_providers_max, best.providers,
            best.items);
        list->results[list->count - 1].met = met;
    }
}

/* ---- ratings ---- */

static bool is_countable(const struct application_rater *rater, wf_time at)
{
    return rater->state == RATING_IS_COMPLETED && !rater->replaced &&
           (rater->valid_until == 0 || rater->valid_until >= at);
}

static bool is_endorsed(const struct requirement_case *rules, const struct application_rater *rater)
{
    wf_date last = rules->edition->rater_vetted_until;
    return rater->endorsed ||
           (rater->vetted && (last == WF_NO_DATE || rules->on <= last) &&
            (rater->vetted_until == WF_NO_DATE || rater->vetted_until >= rules->on));
}

/* Raters and roles as a matching: each role asked for by a rater of its own.  A role that finds
 * all its raters taken asks the holder of one to take another. */
struct matching {
    const struct application_state *state;
    const struct requirement_case *rules;
    int32_t slot_of[APPLICATION_RATERS]; /* -1: free */
    bool asked[APPLICATION_RATERS];
};

static bool fits(const struct matching *matching, int32_t rater, int32_t slot)
{
    const struct application_rater *candidate = &matching->state->raters[rater];
    uint16_t roles = category_of(matching->rules)->role_slot[slot];
    return is_countable(candidate, matching->rules->at) && candidate->role > 0 &&
           candidate->role < RATER_ROLES && (roles >> candidate->role & 1);
}

static bool find_rater_for(struct matching *matching, int32_t slot)
{
    for (int32_t i = 0; i < matching->state->rater_count; i++) {
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

static void judge_roles(const struct requirement_case *rules, const struct application_state *state,
                        struct requirement_list *list)
{
    const struct wf_category_policy *category = category_of(rules);
    struct matching matching = {.state = state, .rules = rules};
    for (int32_t i = 0; i < APPLICATION_RATERS; i++)
        matching.slot_of[i] = -1;
    for (int32_t slot = 0; slot < category->role_slots && slot < WF_ROLE_SLOTS_MAX; slot++) {
        memset(matching.asked, 0, sizeof matching.asked);
        bool found = find_rater_for(&matching, slot);
        add(list, REQUIREMENT_RATER_ROLE, 1, found, found);
        list->results[list->count - 1].roles = category->role_slot[slot];
    }
}

static void judge_ratings(const struct requirement_case *rules,
                          const struct application_state *state, struct requirement_list *list)
{
    const struct wf_category_policy *category = category_of(rules);
    int32_t countable = 0;
    int32_t endorsed = 0;
    for (int32_t i = 0; i < state->rater_count; i++) {
        if (!is_countable(&state->raters[i], rules->at))
            continue;
        countable++;
        endorsed += is_endorsed(rules, &state->raters[i]);
    }
    if (category->ratings > 0)
        add(list, REQUIREMENT_RATINGS, category->ratings, countable, countable);
    judge_roles(rules, state, list);
    if (category->endorsed_raters > 0)
        add(list, REQUIREMENT_ENDORSED_RATERS, category->endorsed_raters, endorsed, endorsed);
}

void requirements_judge(const struct requirement_case *rules, const struct application_state *state,
                        struct requirement_list *list)
{
    const struct wf_category_policy *category = category_of(rules);
    *list = (struct requirement_list){0};
    memcpy(list->edition, rules->edition->name, sizeof list->edition);
    judge_signatures(rules, state, list);
    judge_fee(rules, state, REQUIREMENT_REGISTRATION_FEE, FEE_KIND_REGISTRATION,
              category->registration_fee_minor, list);
    judge_fee(rules, state, REQUIREMENT_PROCESSING_FEE, FEE_KIND_PROCESSING,
              category->processing_fee_minor, list);
    judge_background(rules, state, list);
    judge_transcripts(rules, state, list);
    judge_training(rules, state, 0, category->training_hundredths, REQUIREMENT_TRAINING, list);
    judge_training(rules, state, TOPIC_DEI, category->training_dei_hundredths,
                   REQUIREMENT_TRAINING_DEI, list);
    judge_training(rules, state, TOPIC_GIVING_RSC, category->training_rsc_hundredths,
                   REQUIREMENT_TRAINING_RSC, list);
    judge_rsc(rules, state, list);
    judge_ratings(rules, state, list);
}

bool requirements_met(const struct requirement_list *list)
{
    for (int32_t i = 0; i < list->count; i++) {
        if (!list->results[i].met)
            return false;
    }
    return true;
}
