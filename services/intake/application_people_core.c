/* The people of an application: what their own records say of them.  SPEC 2.9. */
#include "application_rules.h"

#include <string.h>

/* ---- endorsements as of any day ---- */

static bool spans_day(const struct application_span *span, wf_date day)
{
    return span->from <= day && (span->until == WF_NO_DATE || span->until >= day);
}

static bool is_asked_for(const struct application_span *span, const struct application_asked *asked)
{
    return span->category > 0 && strcmp(span->person, asked->person) == 0 &&
           (!asked->association || strcmp(span->association, asked->association) == 0) &&
           (asked->categories == 0 || (asked->categories >> span->category & 1)) &&
           (asked->age_line == 0 || span->age_line == asked->age_line);
}

/* How far, from a day on, endorsements that follow each other without a gap reach; WF_NO_DATE: nowhere. */
static wf_date reach(const struct application_state *state, const struct application_asked *asked,
                     wf_date day)
{
    wf_date reached = WF_NO_DATE;
    for (int32_t i = 0; i < state->span_count; i++) {
        const struct application_span *span = &state->spans[i];
        wf_date last = span->until == WF_NO_DATE ? INT32_MAX : span->until;
        if (is_asked_for(span, asked) && spans_day(span, day) && last > reached)
            reached = last;
    }
    return reached;
}

bool application_was_endorsed(const struct application_state *state,
                              const struct application_asked *asked)
{
    wf_date day = asked->from;
    for (int32_t i = 0; i <= state->span_count && day <= asked->until; i++) {
        wf_date reached = reach(state, asked, day);
        if (reached == WF_NO_DATE)
            return false;
        if (reached >= asked->until)
            return true;
        day = reached + 1;
    }
    return false;
}

bool application_was_vetted(const struct application_state *state, const char *person, wf_date from,
                            wf_date until)
{
    for (int32_t i = 0; i < state->span_count; i++) {
        const struct application_span *span = &state->spans[i];
        if (span->category == 0 && strcmp(span->person, person) == 0 && spans_day(span, from) &&
            spans_day(span, until))
            return true;
    }
    return false;
}

bool application_has_history(const struct application_state *state, const char *person)
{
    for (int32_t i = 0; i < state->span_count; i++) {
        if (state->spans[i].category > 0 && strcmp(state->spans[i].person, person) == 0)
            return true;
    }
    return false;
}

static bool same_span(const struct application_span *a, const struct application_span *b)
{
    return strcmp(a->association, b->association) == 0 && a->category == b->category &&
           a->age_line == b->age_line && a->from == b->from && a->until == b->until;
}

static bool knows_all(const struct application_state *state, const struct application_facts *facts)
{
    int32_t place = 0;
    for (int32_t i = 0; i < state->span_count; i++) {
        if (strcmp(state->spans[i].person, facts->person) != 0)
            continue;
        if (place == facts->span_count || !same_span(&state->spans[i], &facts->spans[place]))
            return false;
        place++;
    }
    return place == facts->span_count;
}

bool application_take_spans(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_facts *facts = &work->event->is.facts;
    int32_t kept = 0;
    if (knows_all(after, facts))
        return false;
    for (int32_t i = 0; i < after->span_count; i++) {
        if (strcmp(after->spans[i].person, facts->person) != 0)
            after->spans[kept++] = after->spans[i];
    }
    for (int32_t i = 0; i < facts->span_count && kept < APPLICATION_SPANS; i++) {
        after->spans[kept] = facts->spans[i];
        memcpy(after->spans[kept++].person, facts->person, sizeof facts->person);
    }
    int32_t dropped = after->span_count > kept ? after->span_count - kept : 0;
    memset(&after->spans[kept], 0, (size_t)dropped * sizeof after->spans[0]);
    after->span_count = kept;
    return true;
}

/* ---- supervisors ---- */

static int32_t find_provider(const struct application_state *state, const char *person)
{
    for (int32_t i = 0; i < state->provider_count; i++) {
        if (strcmp(state->providers[i].id, person) == 0)
            return i;
    }
    return -1;
}

enum application_reason_id application_add_provider(struct application_work *work,
                                                    const char *person, bool look_only)
{
    struct application_state *after = work->after;
    if (!person[0] || find_provider(after, person) >= 0)
        return APPLICATION_REASON_NONE;
    if (after->provider_count == APPLICATION_PROVIDERS)
        return APPLICATION_REASON_PROVIDERS_FULL;
    if (look_only)
        return APPLICATION_REASON_NONE;
    struct application_provider *provider = &after->providers[after->provider_count++];
    memcpy(provider->id, person, strlen(person));
    application_link(work, ROLE_PROVIDER, after->provider_count - 1, false);
    return APPLICATION_REASON_NONE;
}

static struct wf_verdict provider_facts(struct application_work *work)
{
    int32_t place = find_provider(work->after, work->event->is.facts.person);
    if (place < 0)
        return wf_ignored();
    bool news = !work->after->providers[place].known;
    work->after->providers[place].known = true;
    news |= application_take_spans(work);
    return news ? wf_applied() : wf_ignored();
}

/* ---- what persons say ---- */

static struct wf_verdict applicant_facts(struct application_work *work)
{
    struct application_state *after = work->after;
    const struct application_facts *facts = &work->event->is.facts;
    if (strcmp(facts->person, after->registration.person) != 0)
        return wf_ignored();
    if (facts->erased)
        return application_rule_withdrawal(work);
    bool same = after->member_known && after->member_until == facts->member_until &&
                strcmp(after->region, facts->region) == 0 &&
                strcmp(after->country, facts->country) == 0 &&
                strcmp(after->earlier, facts->earlier) == 0;
    bool news = application_take_spans(work);
    if (same && !news)
        return wf_ignored();
    after->member_known = true;
    after->member_until = facts->member_until;
    memcpy(after->region, facts->region, sizeof after->region);
    memcpy(after->country, facts->country, sizeof after->country);
    memcpy(after->earlier, facts->earlier, sizeof after->earlier);
    return wf_applied();
}

static struct wf_verdict rater_facts(struct application_work *work)
{
    const char *person = work->event->is.facts.person;
    if (!application_is_rater(work->after, person))
        return wf_ignored();
    bool news = application_take_spans(work);
    bool asked = application_rater_linked(work, person).step == WF_APPLIED;
    return news || asked ? wf_applied() : wf_ignored();
}

static struct wf_verdict reviewer_facts(struct application_work *work)
{
    const struct application_facts *facts = &work->event->is.facts;
    int32_t place = application_find_reviewer(work->after, facts->person);
    bool enrolled = facts->enrolled && (facts->enrolled_until == WF_NO_DATE ||
                                        facts->enrolled_until >= application_today(work));
    uint8_t known = enrolled ? 2 : 1;
    if (place < 0 || work->after->reviewers[place].enrolled == known)
        return wf_ignored();
    work->after->reviewers[place].enrolled = known;
    application_tell(work, INTAKE_OUTCOME_REVIEWER_CHECKED, place);
    if (work->after->state == APPLICATION_UNDER_REVIEW)
        application_resolve(work);
    return wf_applied();
}

struct wf_verdict application_rule_person_facts(struct application_work *work)
{
    switch (work->event->is.facts.role) {
    case ROLE_APPLICANT:
        return applicant_facts(work);
    case ROLE_RATER:
        return rater_facts(work);
    case ROLE_REVIEWER:
        return reviewer_facts(work);
    case ROLE_PROVIDER:
        return provider_facts(work);
    default:
        return wf_ignored();
    }
}
