/* Erasure of a person: what was sealed for her can be opened by nobody.  SPEC 3.7. */
#include "person_rules.h"

#include <string.h>

#define DESTROYED_AGAIN_AFTER (1 * WF_MINUTE)

static bool may_erase(const struct person_work *work)
{
    const struct person_state *after = work->after;
    const char *actor = work->event->meta.actor;
    if (after->keeper[0])
        return strcmp(after->keeper, actor) == 0;
    for (int32_t i = 0; i < after->portal_count; i++) {
        if (strcmp(after->portals[i].portal, actor) == 0)
            return true;
    }
    return false;
}

static bool has_standing_at(const struct person_state *state, const char *association,
                            int32_t before)
{
    for (int32_t i = 0; i < before; i++) {
        if (strcmp(state->standings[i].association, association) == 0)
            return true;
    }
    return false;
}

static void erase_standing(struct person_work *work, const char *association)
{
    struct person_effect *effect = person_push(work, PERSON_ERASE_STANDING, 0);
    memcpy(effect->association, association, sizeof effect->association);
}

/* Wherever renewal may know anything of her. */
static void erase_standings(struct person_work *work)
{
    const struct person_state *after = work->after;
    for (int32_t i = 0; i < after->standing_count; i++) {
        if (!has_standing_at(after, after->standings[i].association, i))
            erase_standing(work, after->standings[i].association);
    }
    for (int32_t i = 0; i < after->membership_count; i++) {
        if (!has_standing_at(after, after->memberships[i].association, after->standing_count))
            erase_standing(work, after->memberships[i].association);
    }
}

static void destroy_key(struct person_work *work)
{
    work->after->key_due = work->now + DESTROYED_AGAIN_AFTER;
    person_push(work, PERSON_DESTROY_KEY, 0);
}

struct wf_verdict person_erase(struct person_work *work)
{
    struct person_state *after = work->after;
    if (!may_erase(work))
        return person_refuse(PERSON_REASON_OTHER_PORTAL);
    erase_standings(work);
    after->state = PERSON_ERASED;
    memset(&after->name, 0, sizeof after->name);
    memset(&after->email, 0, sizeof after->email);
    memset(&after->profile, 0, sizeof after->profile);
    memset(after->region, 0, sizeof after->region);
    memset(after->country, 0, sizeof after->country);
    memset(after->memberships, 0, sizeof after->memberships);
    memset(after->enrolments, 0, sizeof after->enrolments);
    memset(after->activities, 0, sizeof after->activities);
    memset(after->spans, 0, sizeof after->spans);
    after->membership_count = after->enrolment_count = 0;
    after->activity_count = after->span_count = 0;
    /* Her links as a rater die; her own applications end, and those that she is part of hear that
     * nothing is known. */
    person_tell_links(work, PERSON_ADDRESS_MOVED, LINKED_RATER, NULL);
    person_tell_links(work, PERSON_FACTS, LINKED_REVIEWER, NULL);
    person_tell_spans(work);
    person_touch_papers(work);
    destroy_key(work);
    return wf_applied();
}

struct wf_verdict person_destroy_again(struct person_work *work)
{
    if (work->after->key_due == 0 || work->now < work->after->key_due)
        return wf_ignored();
    destroy_key(work);
    return wf_applied();
}

struct wf_verdict person_key_destroyed(struct person_work *work)
{
    if (work->after->key_due == 0)
        return wf_ignored();
    work->after->key_due = 0;
    person_push(work, PERSON_TELL_ERASED, 0);
    return wf_applied();
}
