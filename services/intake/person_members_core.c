/* Memberships: until when, by the association's own calendar, and what one counts for elsewhere.  SPEC 3.4. */
#include "person_rules.h"

#include <string.h>

static int32_t find_membership(const struct person_state *state, const char *association)
{
    for (int32_t i = 0; i < state->membership_count; i++) {
        if (strcmp(state->memberships[i].association, association) == 0)
            return i;
    }
    return -1;
}

const struct person_membership *person_membership_at(const struct person_state *state,
                                                     const char *association)
{
    int32_t place = find_membership(state, association);
    return place < 0 ? NULL : &state->memberships[place];
}

static bool takes_others(const struct wf_policy_book *book, const char *id, wf_date on)
{
    const struct wf_association *association = wf_policy_association(book, id);
    return association && wf_policy_edition(association, on)->membership == WF_MEMBER_OWN_OR_OTHER;
}

wf_date person_member_until(const struct wf_policy_book *book, const struct person_state *state,
                            const char *association, wf_date on)
{
    bool any = takes_others(book, association, on);
    wf_date until = WF_NO_DATE; /* before every day */
    for (int32_t i = 0; i < state->membership_count; i++) {
        const struct person_membership *one = &state->memberships[i];
        if ((any || strcmp(one->association, association) == 0) && one->until > until)
            until = one->until;
    }
    return until;
}

static void pass(struct person_work *work, const char *association)
{
    struct person_effect *effect = person_push(work, PERSON_PASS_MEMBERSHIP, 0);
    memcpy(effect->association, association, sizeof effect->association);
    effect->until = person_member_until(work->policy->book, work->after, association,
                                        wf_time_to_utc_date(work->now));
}

void person_pass_membership(struct person_work *work, const char *association)
{
    wf_date on = wf_time_to_utc_date(work->now);
    if (takes_others(work->policy->book, association, on) &&
        person_member_until(work->policy->book, work->after, association, on) != WF_NO_DATE)
        pass(work, association);
}

/* Standings at other associations that take a membership of any. */
static void pass_to_others(struct person_work *work, const char *association)
{
    const struct person_state *after = work->after;
    wf_date on = wf_time_to_utc_date(work->now);
    for (int32_t i = 0; i < after->standing_count; i++) {
        const char *other = after->standings[i].association;
        bool told = strcmp(other, association) == 0 || !takes_others(work->policy->book, other, on);
        for (int32_t j = 0; j < i && !told; j++)
            told = strcmp(after->standings[j].association, other) == 0;
        if (!told)
            pass(work, other);
    }
}

static void tell_applications(struct person_work *work, const char *association)
{
    wf_date on = wf_time_to_utc_date(work->now);
    for (int32_t i = 0; i < work->after->link_count; i++) {
        const struct person_link *link = &work->after->links[i];
        if (link->role == LINKED_APPLICANT &&
            (strcmp(link->association, association) == 0 ||
             takes_others(work->policy->book, link->association, on)))
            person_push(work, PERSON_FACTS, i);
    }
}

static struct wf_verdict set_membership(struct person_work *work, wf_date until)
{
    struct person_state *after = work->after;
    const char *association = work->event->is.fact.association;
    int32_t place = find_membership(after, association);
    enum person_reason_id reason = person_may_pass_on(work, association);
    if (reason != PERSON_REASON_NONE)
        return person_refuse(reason);
    if (place < 0 && after->membership_count == PERSON_MEMBERSHIPS)
        return person_refuse(PERSON_REASON_MEMBERSHIPS_FULL);
    person_meet(work);
    if (place < 0)
        place = after->membership_count++;
    memcpy(after->memberships[place].association, association,
           sizeof after->memberships[place].association);
    after->memberships[place].until = until;
    tell_applications(work, association);
    if (takes_others(work->policy->book, association, wf_time_to_utc_date(work->now)))
        pass(work, association);
    else
        person_push(work, PERSON_PASS_ON, 0);
    pass_to_others(work, association);
    return wf_applied();
}

/* Said, or by the association's rule from the day it was bought. */
struct wf_verdict person_verify_membership(struct person_work *work)
{
    wf_date until = work->event->is.fact.until;
    wf_date bought = work->event->is.fact.bought;
    const struct wf_association *association =
        wf_policy_association(work->policy->book, work->event->is.fact.association);
    if (until == WF_NO_DATE && bought == WF_NO_DATE)
        return person_refuse(PERSON_REASON_MEMBERSHIP_UNDATED);
    if (until == WF_NO_DATE && association)
        until = wf_policy_membership_end(wf_policy_edition(association, bought), bought);
    return set_membership(work, until);
}

/* A membership that ended on a day was one until the day before. */
struct wf_verdict person_end_membership(struct person_work *work)
{
    wf_date on = work->event->is.fact.until;
    return set_membership(work, on == WF_NO_DATE ? WF_NO_DATE : on - 1);
}
