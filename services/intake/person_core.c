/* What is known of a person.  SPEC 3. */
#include "person_rules.h"

#include <string.h>

const struct wf_reason person_reasons[PERSON_REASON_COUNT] = {
#define PERSON_REASON(symbol, its_code, its_text)                                                  \
    [PERSON_REASON_##symbol] = {.code = its_code, .text = its_text},
#include "person_reasons.def"
#undef PERSON_REASON
};

const char *person_state_name(enum person_state_id state)
{
    static const char *const names[PERSON_STATE_COUNT] = {
#define PERSON_STATE(symbol, name) [PERSON_##symbol] = name,
#include "person_states.def"
#undef PERSON_STATE
    };
    return names[state];
}

struct person_effect *person_push(struct person_work *work, enum person_effect_id kind,
                                  int32_t index)
{
    struct person_effect *effect = &work->effects->list[work->effects->count++];
    effect->kind = kind;
    effect->index = index;
    return effect;
}

struct wf_verdict person_refuse(enum person_reason_id reason)
{
    return wf_refused((uint16_t)reason);
}

/* The first portal that speaks of a person keeps her.  SPEC 3.2. */
void person_meet(struct person_work *work)
{
    work->after->state = PERSON_KNOWN;
    if (!work->after->keeper[0])
        memcpy(work->after->keeper, work->event->meta.actor, sizeof work->after->keeper);
}

static bool is_kept_elsewhere(const struct person_work *work)
{
    return work->after->keeper[0] && strcmp(work->after->keeper, work->event->meta.actor) != 0;
}

void person_tell_links(struct person_work *work, enum person_effect_id kind, int32_t role,
                       const char *association)
{
    for (int32_t i = 0; i < work->after->link_count; i++) {
        const struct person_link *link = &work->after->links[i];
        if (link->role == role && (!association || strcmp(link->association, association) == 0))
            person_push(work, kind, i);
    }
}

void person_touch_papers(struct person_work *work)
{
    person_tell_links(work, PERSON_TOUCHED, LINKED_PAPER, NULL);
    if (work->after->reader[0])
        person_push(work, PERSON_TOUCH_READER, 0);
}

void person_tell_spans(struct person_work *work)
{
    person_tell_links(work, PERSON_FACTS, LINKED_APPLICANT, NULL);
    person_tell_links(work, PERSON_FACTS, LINKED_RATER, NULL);
    person_tell_links(work, PERSON_FACTS, LINKED_PROVIDER, NULL);
}

/* ---- rules ---- */

static struct wf_verdict rule_nothing_new(struct person_work *work)
{
    (void)work;
    return wf_ignored();
}

static struct wf_verdict rule_refuse_erased(struct person_work *work)
{
    (void)work;
    return person_refuse(PERSON_REASON_ERASED);
}

static struct wf_verdict rule_refuse_unknown(struct person_work *work)
{
    (void)work;
    return person_refuse(PERSON_REASON_UNKNOWN);
}

static struct wf_verdict rule_name(struct person_work *work)
{
    if (is_kept_elsewhere(work))
        return person_refuse(PERSON_REASON_OTHER_PORTAL);
    person_meet(work);
    work->after->name = work->event->is.sealed;
    person_touch_papers(work);
    return wf_applied();
}

static struct wf_verdict rule_address(struct person_work *work)
{
    if (is_kept_elsewhere(work))
        return person_refuse(PERSON_REASON_OTHER_PORTAL);
    person_meet(work);
    work->after->email = work->event->is.sealed;
    person_tell_links(work, PERSON_ADDRESS_MOVED, LINKED_RATER, NULL);
    person_touch_papers(work);
    return wf_applied();
}

static struct wf_verdict rule_residence(struct person_work *work)
{
    if (is_kept_elsewhere(work))
        return person_refuse(PERSON_REASON_OTHER_PORTAL);
    person_meet(work);
    memcpy(work->after->region, work->event->is.residence.region, sizeof work->after->region);
    memcpy(work->after->country, work->event->is.residence.country, sizeof work->after->country);
    person_tell_links(work, PERSON_FACTS, LINKED_APPLICANT, NULL);
    return wf_applied();
}

enum person_reason_id person_may_pass_on(const struct person_work *work, const char *association)
{
    if (!association[0])
        return PERSON_REASON_ASSOCIATION_MISSING;
    if (!wf_policy_association(work->policy->book, association))
        return PERSON_REASON_ASSOCIATION_UNKNOWN;
    if (strlen(association) + 1 + strlen(work->event->meta.self.id) > WF_ID_MAX)
        return PERSON_REASON_PERSON_ID_LONG;
    return PERSON_REASON_NONE;
}

static struct wf_verdict rule_profile(struct person_work *work)
{
    if (is_kept_elsewhere(work))
        return person_refuse(PERSON_REASON_OTHER_PORTAL);
    person_meet(work);
    work->after->profile = work->event->is.profile;
    person_touch_papers(work);
    return wf_applied();
}

/* The first enrolment gives the reader her random name; it never changes.  SPEC 12. */
static struct wf_verdict rule_reader(struct person_work *work)
{
    person_meet(work);
    if (!work->after->reader[0])
        memcpy(work->after->reader, work->event->is.reader.name, sizeof work->after->reader);
    person_push(work, PERSON_PUT_READER, 0);
    return wf_applied();
}

static struct wf_verdict rule_membership_verified(struct person_work *work)
{
    return person_verify_membership(work);
}

static struct wf_verdict rule_membership_expired(struct person_work *work)
{
    return person_end_membership(work);
}

static struct wf_verdict rule_standing_fact(struct person_work *work)
{
    enum person_reason_id reason = person_may_pass_on(work, work->event->is.fact.association);
    if (reason != PERSON_REASON_NONE)
        return person_refuse(reason);
    person_meet(work);
    person_push(work, PERSON_PASS_ON, 0);
    return wf_applied();
}

/* The oldest goes where there is no room: sixteen portals have never been seen. */
static void remember_portal(struct person_state *state, const char *association, const char *portal)
{
    for (int32_t i = 0; i < state->portal_count; i++) {
        if (strcmp(state->portals[i].association, association) == 0 &&
            strcmp(state->portals[i].portal, portal) == 0)
            return;
    }
    if (state->portal_count == PERSON_PORTALS) {
        memmove(&state->portals[0], &state->portals[1],
                (PERSON_PORTALS - 1) * sizeof state->portals[0]);
        state->portal_count--;
    }
    struct person_portal *known = &state->portals[state->portal_count++];
    memset(known, 0, sizeof *known);
    memcpy(known->association, association, strlen(association));
    memcpy(known->portal, portal, strlen(portal));
}

/* The portal speaks for both associations, and hears of the standing at the other one too. */
static struct wf_verdict rule_transferred(struct person_work *work)
{
    enum person_reason_id reason = person_may_pass_on(work, work->event->is.fact.association);
    if (reason == PERSON_REASON_NONE)
        reason = person_may_pass_on(work, work->event->is.fact.target);
    if (reason != PERSON_REASON_NONE)
        return person_refuse(reason);
    person_meet(work);
    remember_portal(work->after, work->event->is.fact.target, work->event->meta.actor);
    person_push(work, PERSON_PASS_ON, 0);
    return wf_applied();
}

static struct wf_verdict rule_verified(struct person_work *work)
{
    return person_verify(work);
}

static struct wf_verdict rule_activity(struct person_work *work)
{
    return person_add_activity(work);
}

static struct wf_verdict rule_provider_asked(struct person_work *work)
{
    return person_answer_provider(work);
}

static struct wf_verdict rule_provider_told(struct person_work *work)
{
    return person_hear_of_provider(work);
}

static struct wf_verdict rule_erase(struct person_work *work)
{
    return person_erase(work);
}

static struct wf_verdict rule_key_destroyed(struct person_work *work)
{
    return person_key_destroyed(work);
}

static struct wf_verdict rule_destroy_again(struct person_work *work)
{
    return person_destroy_again(work);
}

static struct wf_verdict rule_enrolled(struct person_work *work)
{
    struct person_state *after = work->after;
    const struct person_enrolment *enrolment = &work->event->is.enrolment;
    int32_t place = 0;
    if (!wf_policy_association(work->policy->book, enrolment->association))
        return person_refuse(PERSON_REASON_ASSOCIATION_UNKNOWN);
    while (place < after->enrolment_count &&
           (strcmp(after->enrolments[place].association, enrolment->association) != 0 ||
            after->enrolments[place].category != enrolment->category ||
            after->enrolments[place].age_line != enrolment->age_line))
        place++;
    if (place == PERSON_ENROLMENTS)
        return person_refuse(PERSON_REASON_ENROLMENTS_FULL);
    person_meet(work);
    if (place == after->enrolment_count)
        after->enrolment_count++;
    after->enrolments[place] = *enrolment;
    person_tell_links(work, PERSON_FACTS, LINKED_REVIEWER, enrolment->association);
    return wf_applied();
}

/* ---- links to applications, SPEC 3.3 ---- */

static int32_t find_link(const struct person_state *state, const struct person_link *link)
{
    for (int32_t i = 0; i < state->link_count; i++) {
        if (state->links[i].role == link->role &&
            strcmp(state->links[i].application, link->application) == 0)
            return i;
    }
    return -1;
}

static struct wf_verdict end_link(struct person_work *work, int32_t place)
{
    struct person_state *after = work->after;
    if (place < 0)
        return wf_ignored();
    after->link_count--; /* the order stays: it says which application came first */
    memmove(&after->links[place], &after->links[place + 1],
            (size_t)(after->link_count - place) * sizeof after->links[0]);
    memset(&after->links[after->link_count], 0, sizeof after->links[0]);
    return wf_applied();
}

static struct wf_verdict rule_linked(struct person_work *work)
{
    struct person_state *after = work->after;
    const struct person_link *link = &work->event->is.linked.link;
    int32_t place = find_link(after, link);
    if (work->event->is.linked.ended)
        return end_link(work, place);
    if (place < 0 && after->link_count == PERSON_LINKS)
        return person_refuse(PERSON_REASON_LINKS_FULL);
    if (after->state == PERSON_NONE)
        after->state = PERSON_KNOWN;
    if (place < 0)
        place = after->link_count++;
    after->links[place] = *link;
    if (link->role == LINKED_APPLICANT)
        remember_portal(after, link->association, work->event->is.linked.portal);
    if (link->role == LINKED_PAPER)
        person_push(work, PERSON_TOUCHED, place)->categories = 1;
    else
        person_push(work, PERSON_FACTS, place);
    return wf_applied();
}

/* ---- standings, SPEC 3.4 ---- */

/* The portals of her applications at the association, else her keeper. */
static void tell_portals(struct person_work *work, enum person_effect_id kind, int32_t index,
                         const char *association)
{
    struct person_state *after = work->after;
    bool told = false;
    for (int32_t i = 0; i < after->portal_count; i++) {
        if (strcmp(after->portals[i].association, association) != 0)
            continue;
        struct person_effect *effect = person_push(work, kind, index);
        memcpy(effect->portal, after->portals[i].portal, sizeof effect->portal);
        told = true;
    }
    if (!told && after->keeper[0])
        memcpy(person_push(work, kind, index)->portal, after->keeper, sizeof after->keeper);
}

static void tell_standing(struct person_work *work, int32_t place)
{
    tell_portals(work, PERSON_TELL_STANDING, place, work->after->standings[place].association);
}

static bool has_standing_at(const struct person_state *state, const char *association)
{
    for (int32_t i = 0; i < state->standing_count; i++) {
        if (strcmp(state->standings[i].association, association) == 0)
            return true;
    }
    return false;
}

static struct wf_verdict rule_standing_changed(struct person_work *work)
{
    struct person_state *after = work->after;
    const struct person_standing *standing = &work->event->is.standing;
    int32_t place = 0;
    while (place < after->standing_count &&
           (strcmp(after->standings[place].association, standing->association) != 0 ||
            after->standings[place].category != standing->category ||
            after->standings[place].age_line != standing->age_line))
        place++;
    if (place == PERSON_STANDINGS)
        return person_refuse(PERSON_REASON_STANDINGS_FULL);
    bool is_new = !has_standing_at(after, standing->association);
    if (after->state == PERSON_NONE)
        after->state = PERSON_KNOWN;
    if (place == after->standing_count)
        after->standing_count++;
    after->standings[place] = *standing;
    person_note_span(work, standing);
    tell_standing(work, place);
    if (is_new) {
        person_pass_activities(work, standing->association);
        person_pass_membership(work, standing->association);
    }
    return wf_applied();
}

/* Nothing changes here: the portal hears what renewal decided about its event. */
static struct wf_verdict rule_fact_refused(struct person_work *work)
{
    person_push(work, PERSON_TELL_REFUSAL, 0);
    return wf_applied();
}

static struct wf_verdict rule_noted(struct person_work *work)
{
    tell_portals(work, PERSON_TELL_NOTE, 0, work->event->is.note.association);
    return wf_applied();
}

/* ---- the machine ---- */

typedef struct wf_verdict rule_f(struct person_work *work);
static rule_f *const rules[PERSON_EVENT_COUNT][PERSON_STATE_COUNT] = {
#define PERSON_CELLS(symbol, none, known, erased)                                                  \
    [PERSON_EVENT_##symbol] = {[PERSON_NONE] = rule_##none,                                        \
                               [PERSON_KNOWN] = rule_##known,                                      \
                               [PERSON_ERASED] = rule_##erased},
#include "person_cells.def"
#undef PERSON_CELLS
};

struct wf_verdict person_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects)
{
    const struct person_state *person = before;
    struct person_work work = {
        .policy = policy, .event = event, .now = now, .after = after, .effects = effects};
    *work.after = *person;
    struct wf_verdict verdict = rules[work.event->kind][person->state](&work);
    if (verdict.step != WF_APPLIED)
        memset(after, 0, sizeof *work.after);
    return verdict;
}

wf_time person_next_deadline(const void *policy, const void *state)
{
    const struct person_state *person = state;
    (void)policy;
    return person->key_due != 0 ? person->key_due : WF_NEVER;
}

const char *person_earlier_application(const struct person_state *state,
                                       const struct person_link *link)
{
    for (const struct person_link *other = state->links; other < link; other++) {
        if (other->role == LINKED_APPLICANT && strcmp(other->association, link->association) == 0)
            return other->application;
    }
    return "";
}

const struct person_enrolment *person_enrolment_at(const struct person_state *state,
                                                   const char *association)
{
    const struct person_enrolment *best = NULL;
    for (int32_t i = 0; i < state->enrolment_count; i++) {
        const struct person_enrolment *enrolment = &state->enrolments[i];
        if (strcmp(enrolment->association, association) != 0)
            continue;
        if (!best || (best->until != WF_NO_DATE &&
                      (enrolment->until == WF_NO_DATE || enrolment->until > best->until)))
            best = enrolment;
    }
    return best;
}

bool person_holds(const void *state, const char **broken)
{
    const struct person_state *p = state;
    bool bounded = p->membership_count <= PERSON_MEMBERSHIPS &&
                   p->enrolment_count <= PERSON_ENROLMENTS && p->link_count <= PERSON_LINKS &&
                   p->portal_count <= PERSON_PORTALS && p->standing_count <= PERSON_STANDINGS &&
                   p->activity_count <= PERSON_ACTIVITIES && p->span_count <= PERSON_SPANS;
    bool blank = p->link_count == 0 && p->name.length == 0 && p->email.length == 0;
    if (!bounded)
        *broken = "every collection is bounded";
    else if (p->state == PERSON_NONE && !blank)
        *broken = "an unknown person has nothing";
    else if (p->state == PERSON_ERASED && (p->name.length > 0 || p->email.length > 0 ||
                                           p->activity_count > 0 || p->membership_count > 0))
        *broken = "nothing is kept of an erased person but references";
    else if (p->key_due != 0 && p->state != PERSON_ERASED)
        *broken = "only the key of an erased person is destroyed";
    else if (p->name.length > PERSON_SEALED || p->email.length > PERSON_SEALED)
        *broken = "sealed texts are bounded";
    else
        return true;
    return false;
}
