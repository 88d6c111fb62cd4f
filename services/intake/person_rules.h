/* person_rules.h - what the files of the person's pure core share. */
#ifndef PERSON_RULES_H
#define PERSON_RULES_H

#include "person_core.h"

/* One step in hand. */
struct person_work {
    const struct intake_policy *policy;
    const struct person_event *event;
    wf_time now;
    struct person_state *after;
    struct person_effects *effects;
};

/* The list holds an effect for every link, portal and activity, so it cannot overflow. */
struct person_effect *person_push(struct person_work *work, enum person_effect_id kind,
                                  int32_t index);
struct wf_verdict person_refuse(enum person_reason_id reason);
/* The portal in hand becomes the keeper of a person who has none.  SPEC 3.2. */
void person_meet(struct person_work *work);
/* Links of a role hear of what changed; association NULL: at whichever association. */
void person_tell_links(struct person_work *work, enum person_effect_id kind, int32_t role,
                       const char *association);

/* Papers that name her are told to read her record anew. */
void person_touch_papers(struct person_work *work);
/* Who judges her endorsements hears of them: everybody but reviewers and papers. */
void person_tell_spans(struct person_work *work);

/* Why an event cannot go to the standing at an association; NONE: it can. */
enum person_reason_id person_may_pass_on(const struct person_work *work, const char *association);

/* ---- person_members_core.c: SPEC 3.4 ---- */
struct wf_verdict person_verify_membership(struct person_work *work);
struct wf_verdict person_end_membership(struct person_work *work);
/* To a standing that has become known, where memberships of other associations count. */
void person_pass_membership(struct person_work *work, const char *association);

/* ---- person_hours_core.c: SPEC 3.5, 3.6 ---- */
struct wf_verdict person_add_activity(struct person_work *work);
struct wf_verdict person_answer_provider(struct person_work *work);
struct wf_verdict person_hear_of_provider(struct person_work *work);
/* The association keeps a standing of the person now: it gets the hours that are there. */
void person_pass_activities(struct person_work *work, const char *association);
/* What an association says of an endorsement that is not kept here, or of vetting. */
struct wf_verdict person_verify(struct person_work *work);
/* A designation became active, or is so no more. */
void person_note_span(struct person_work *work, const struct person_standing *standing);

/* ---- person_erasure_core.c: SPEC 3.7 ---- */
struct wf_verdict person_erase(struct person_work *work);
struct wf_verdict person_key_destroyed(struct person_work *work);
/* The destruction is not known to be done: once more. */
struct wf_verdict person_destroy_again(struct person_work *work);

#endif
