/* Reflective supervision received: who gave it, in which window of time; SPEC 4.1. */
#include "requirements_rules.h"

#include <string.h>

/* What one window of time holds.  Only what the best providers gave counts, if their number is
 * limited. */
struct rsc_window {
    int64_t hours, hours_of_all, about_given;
    int32_t providers, months;
    struct requirement_set by, about;
};

/* The entries that can count, close together and with their providers numbered: every entry is a window's
 * beginning, and every window looks at all of them. */
struct rsc_hours {
    wf_date from, until;
    int32_t hours;
    int16_t provider, place; /* in the application */
    bool about_given;
};
struct rsc_file {
    struct rsc_hours list[APPLICATION_ENTRIES];
    int32_t count, providers;
};

struct rsc_provider {
    int64_t hours;
    wf_date first, last;
    int64_t about_given;
    bool taken;
};
struct rsc_providers { /* of a window, in the order of their first entries in it */
    struct rsc_provider list[APPLICATION_ENTRIES];
    int16_t
        slot[APPLICATION_ENTRIES]; /* by the provider's number: 1 + place in the list; 0: none */
    int32_t count;
};

/* The edition whose rule says who may have given the hours: that of the day on which they began, or
 * on which the applicant did. */
static const struct wf_edition *
edition_of_hours(const struct judging *judging, const struct application_entry *entry, wf_date *day)
{
    const struct requirement_case *rules = judging->rules;
    bool by_hours = rules->edition->rsc_basis == WF_RSC_BY_HOURS;
    *day = by_hours ? entry->from : judging->state->registration.on;
    return wf_policy_edition(rules->association, *day);
}

/* Endorsed or vetted through all the days of the hours, by the provider's own record.  Where that says
 * nothing, what the portal says counts if the edition lets it. */
static enum requirement_doubt_id doubt_record(const struct judging *judging,
                                              const struct application_entry *entry,
                                              const struct wf_edition *then, bool vetting_counts)
{
    const struct application_state *state = judging->state;
    uint16_t allowed = then->categories[judging->rules->category].rsc_provider_categories;
    struct application_asked asked = {
        .person = entry->provider, .from = entry->from, .until = entry->until};
    int32_t claimed = entry->provider_category;
    if (vetting_counts && application_was_vetted(state, entry->provider, entry->from, entry->until))
        return REQUIREMENT_DOUBT_NONE;
    if (application_has_history(state, entry->provider)) {
        if (!application_was_endorsed(state, &asked))
            return REQUIREMENT_DOUBT_PROVIDER_NOT_ENDORSED;
        asked.categories = allowed;
        return application_was_endorsed(state, &asked) ? REQUIREMENT_DOUBT_NONE
                                                       : REQUIREMENT_DOUBT_PROVIDER_CATEGORY;
    }
    if (!then->endorsement_claims_count || !entry->provider[0] || claimed <= 0 ||
        claimed >= WF_CATEGORIES)
        return REQUIREMENT_DOUBT_PROVIDER_UNKNOWN;
    return allowed == 0 || (allowed >> claimed & 1) ? REQUIREMENT_DOUBT_NONE
                                                    : REQUIREMENT_DOUBT_PROVIDER_CATEGORY;
}

static enum requirement_doubt_id doubt_provider(const struct judging *judging,
                                                const struct application_entry *entry,
                                                const struct wf_edition **whose)
{
    const struct wf_edition *edition = judging->rules->edition;
    wf_date day = WF_NO_DATE;
    *whose = edition_of_hours(judging, entry, &day);
    if (edition->rsc_endorsed_from == WF_NO_DATE || day < edition->rsc_endorsed_from)
        return REQUIREMENT_DOUBT_NONE;
    bool vetting_counts =
        edition->rsc_vetted_until == WF_NO_DATE || day <= edition->rsc_vetted_until;
    return doubt_record(judging, entry, *whose, vetting_counts);
}

static bool same_hours(const struct application_entry *a, const struct application_entry *b)
{
    return a->kind == b->kind && a->from == b->from && a->until == b->until &&
           a->hours_hundredths == b->hours_hundredths &&
           a->provider_category == b->provider_category && a->group == b->group &&
           a->peer == b->peer && a->about_given == b->about_given &&
           strcmp(a->provider, b->provider) == 0;
}

/* An earlier entry says exactly the same under another id. */
static bool is_said_before(const struct application_state *state, int32_t place)
{
    for (int32_t i = 0; i < place; i++) {
        if (!state->entries[i].withdrawn && same_hours(&state->entries[i], &state->entries[place]))
            return true;
    }
    return false;
}

static enum requirement_doubt_id doubt_hours(const struct judging *judging, int32_t place,
                                             wf_date degree, const struct wf_edition **whose)
{
    const struct application_entry *entry = &judging->state->entries[place];
    *whose = NULL;
    if (is_said_before(judging->state, place))
        return REQUIREMENT_DOUBT_TWICE;
    if (entry->peer && !judging->rules->edition->rsc_peer_counts)
        return REQUIREMENT_DOUBT_PEER;
    if (judging_category(judging)->rsc_after_degree &&
        (degree == WF_NO_DATE || entry->from < degree))
        return REQUIREMENT_DOUBT_BEFORE_DEGREE;
    return doubt_provider(judging, entry, whose);
}

/* Which entries can count at all; the others get their doubt. */
static void sift(struct judging *judging, struct requirement_set *good)
{
    wf_date degree = judging_degree(judging);
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        const struct wf_edition *whose = NULL;
        if (!judging_takes(judging, entry, ENTRY_RSC) || entry->until == WF_NO_DATE ||
            entry->from > entry->until)
            continue;
        enum requirement_doubt_id why = doubt_hours(judging, i, degree, &whose);
        if (why == REQUIREMENT_DOUBT_NONE)
            good->bits[i / 8] = (uint8_t)(good->bits[i / 8] | 1u << i % 8);
        else
            judging_doubt(judging, REQUIREMENT_OF_ENTRIES, i, why, whose);
    }
}

static int16_t number_of_provider(const struct judging *judging, struct rsc_file *file,
                                  const char *id)
{
    const struct application_entry *entries = judging->state->entries;
    for (int32_t i = file->count - 1; i >= 0; i--) {
        if (strcmp(entries[file->list[i].place].provider, id) == 0)
            return file->list[i].provider;
    }
    return (int16_t)file->providers++;
}

static void collect(const struct judging *judging, const struct requirement_set *good,
                    struct rsc_file *file)
{
    file->count = file->providers = 0;
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        const struct application_entry *entry = &judging->state->entries[i];
        if (!requirement_set_has(good, i))
            continue;
        struct rsc_hours hours = {.from = entry->from,
                                  .until = entry->until,
                                  .hours = entry->hours_hundredths,
                                  .provider = number_of_provider(judging, file, entry->provider),
                                  .place = (int16_t)i,
                                  .about_given = entry->about_given};
        file->list[file->count++] = hours;
    }
}

static bool lies_within(const struct rsc_hours *hours, wf_date start, wf_date end)
{
    return hours->from >= start && hours->until < end;
}

static struct rsc_provider *provider_of(struct rsc_providers *providers,
                                        const struct rsc_hours *hours)
{
    int16_t *slot = &providers->slot[hours->provider];
    if (*slot == 0) {
        providers->list[providers->count++] =
            (struct rsc_provider){.first = hours->from, .last = hours->until};
        *slot = (int16_t)providers->count;
    }
    return &providers->list[*slot - 1];
}

static void group_by_provider(const struct rsc_file *file, wf_date start, wf_date end,
                              struct rsc_providers *providers)
{
    providers->count = 0;
    memset(providers->slot, 0, (size_t)file->providers * sizeof providers->slot[0]);
    for (int32_t i = 0; i < file->count; i++) {
        const struct rsc_hours *hours = &file->list[i];
        if (!lies_within(hours, start, end))
            continue;
        struct rsc_provider *provider = provider_of(providers, hours);
        provider->hours += hours->hours;
        provider->about_given += hours->about_given ? hours->hours : 0;
        if (hours->from < provider->first)
            provider->first = hours->from;
        if (hours->until > provider->last)
            provider->last = hours->until;
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

static bool is_taken(const struct rsc_providers *providers, int16_t number)
{
    int16_t slot = providers->slot[number];
    return slot > 0 && providers->list[slot - 1].taken;
}

static void add_to(struct requirement_set *set, int32_t place)
{
    set->bits[place / 8] = (uint8_t)(set->bits[place / 8] | 1u << place % 8);
}

/* Names the entries of the window that won, and why the others do not count. */
static void name_entries(struct judging *judging, const struct rsc_file *file,
                         const struct rsc_providers *providers, wf_date start, wf_date end,
                         struct rsc_window *window)
{
    for (int32_t i = 0; i < file->count; i++) {
        const struct rsc_hours *hours = &file->list[i];
        if (!lies_within(hours, start, end)) {
            judging_doubt(judging, REQUIREMENT_OF_ENTRIES, hours->place,
                          REQUIREMENT_DOUBT_OUTSIDE_WINDOW, NULL);
        } else if (!is_taken(providers, hours->provider)) {
            judging_doubt(judging, REQUIREMENT_OF_ENTRIES, hours->place,
                          REQUIREMENT_DOUBT_PROVIDER_BEYOND, NULL);
        } else {
            add_to(&window->by, hours->place);
            if (hours->about_given)
                add_to(&window->about, hours->place);
        }
    }
}

static wf_date end_of_window(const struct wf_category_policy *category, wf_date start)
{
    return category->rsc_months_max > 0 ? wf_date_add_months(start, category->rsc_months_max)
                                        : INT32_MAX;
}

static struct rsc_window best_window(struct judging *judging, const struct requirement_set *good)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct rsc_file file;
    struct rsc_providers providers;
    struct rsc_window best = {0};
    wf_date start = WF_NO_DATE;
    collect(judging, good, &file);
    for (int32_t i = 0; i < file.count; i++) {
        wf_date from = file.list[i].from;
        if (i > 0 && from == file.list[i - 1].from)
            continue; /* the same window */
        group_by_provider(&file, from, end_of_window(category, from), &providers);
        struct rsc_window window = fill_window(&providers, category->rsc_providers_max);
        if (start == WF_NO_DATE || is_better(&window, &best, category)) {
            best = window;
            start = from;
        }
    }
    if (start == WF_NO_DATE)
        return best;
    wf_date end = end_of_window(category, start);
    group_by_provider(&file, start, end, &providers);
    (void)fill_window(&providers, category->rsc_providers_max);
    name_entries(judging, &file, &providers, start, end, &best);
    return best;
}

static struct requirement_result *add_by(struct judging *judging, enum requirement_id id,
                                         int64_t needed, int64_t have,
                                         const struct requirement_set *by)
{
    struct requirement_result *result = judging_add(judging, id, needed, have);
    for (int32_t i = 0; i < judging->state->entry_count; i++) {
        if (requirement_set_has(by, i))
            judging_count(result, i);
    }
    return result;
}

void judge_rsc(struct judging *judging)
{
    const struct wf_category_policy *category = judging_category(judging);
    struct requirement_set good = {{0}};
    if (category->rsc_hundredths <= 0)
        return;
    sift(judging, &good);
    struct rsc_window best = best_window(judging, &good);
    (void)add_by(judging, REQUIREMENT_RSC, category->rsc_hundredths, best.hours, &best.by);
    if (category->rsc_about_given_hundredths > 0)
        (void)add_by(judging, REQUIREMENT_RSC_ABOUT_GIVEN, category->rsc_about_given_hundredths,
                     best.about_given, &best.about);
    if (category->rsc_months_min > 0)
        (void)add_by(judging, REQUIREMENT_RSC_MONTHS, category->rsc_months_min, best.months,
                     &best.by);
    if (category->rsc_providers_max > 0) {
        struct requirement_result *result =
            add_by(judging, REQUIREMENT_RSC_PROVIDERS, category->rsc_providers_max, best.providers,
                   &best.by);
        result->met = best.providers <= category->rsc_providers_max ||
                      best.hours >= category->rsc_hundredths ||
                      best.hours_of_all < category->rsc_hundredths;
    }
}
