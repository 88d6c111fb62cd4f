/* application_rules.h - what the files of the application's core share; nobody else includes it.
 *
 * A rule reads and changes work->after, which begins as a copy of `before`.  It looks at everything
 * first and changes only then: a held event that is refused must leave no trace. */
#ifndef APPLICATION_RULES_H
#define APPLICATION_RULES_H

#include "requirements_core.h"

struct application_work {
    const struct intake_policy *policy;
    const struct application_state *before;
    const struct application_event *event;
    wf_time now;
    struct application_state *after;
    struct application_effects *effects;
};
typedef struct wf_verdict application_rule_f(struct application_work *work);

/* Every rule that application_cells.def names. */
application_rule_f application_rule_hold, application_rule_registration,
    application_rule_registered_again, application_rule_advisor, application_rule_fee,
    application_rule_entry, application_rule_entry_withdrawn, application_rule_transcript,
    application_rule_ethics, application_rule_agreement, application_rule_rater_named,
    application_rule_rater_replaced, application_rule_rater_vetted, application_rule_waiver,
    application_rule_rating_reported, application_rule_submission, application_rule_amendment_noted,
    application_rule_withdrawal, application_rule_reviewer_assigned,
    application_rule_reviewer_withdrawn, application_rule_decision, application_rule_person_facts,
    application_rule_mail_reported, application_rule_tick_early, application_rule_tick_held,
    application_rule_tick_draft, application_rule_tick_eligibility, application_rule_nothing_new,
    application_rule_refuse_submitted, application_rule_refuse_not_submitted,
    application_rule_refuse_not_assigned, application_rule_refuse_not_under_review,
    application_rule_refuse_decided, application_rule_refuse_ended, application_rule_tick_window,
    application_rule_tick_emerging, application_rule_decision_early, application_rule_category,
    application_rule_refuse_not_eligible, application_rule_exam_scheduled,
    application_rule_exam_part, application_rule_exam_essay, application_rule_exam_retake,
    application_rule_exam_appeal, application_rule_paper_result, application_rule_tick_exam,
    application_rule_confirmation, application_rule_confirmation_early;

static inline struct wf_verdict application_refuse(enum application_reason_id reason)
{
    return wf_refused((uint16_t)reason);
}

/* Applies one event, of the moment or held, to work->after. */
struct wf_verdict application_apply(struct application_work *work);

/* Appends an effect that names the event in hand as its cause; the caller fills in the rest. */
struct application_effect *application_push(struct application_work *work,
                                            enum application_effect_id kind);
void application_tell(struct application_work *work, enum intake_outcome outcome, int32_t index);
void application_mail(struct application_work *work, enum application_mail_id mail, wf_date day);
void application_link(struct application_work *work, int32_t role, int32_t index, bool ended);
void application_enter(struct application_work *work, enum application_state_id state);
/* Cancels what raters still owe. */
void application_close_ratings(struct application_work *work, enum application_cancel cause);
/* Ratings and links end; the state is entered. */
void application_end(struct application_work *work, enum application_state_id state,
                     enum application_cancel cause);

const struct wf_association *application_association(const struct application_work *work);
/* Local day of the association. */
wf_date application_today(const struct application_work *work);
/* First instant after a day there. */
wf_time application_end_of(const struct application_work *work, wf_date day);
const struct wf_edition *application_edition(const struct application_work *work, wf_date on);
const struct wf_category_policy *application_category(const struct application_work *work,
                                                      const struct wf_edition *edition);

/* Positions, or -1. */
int32_t application_find_rater(const struct application_state *state, const char *person);
int32_t application_find_reviewer(const struct application_state *state, const char *person);
bool application_is_rater(const struct application_state *state, const char *person);
/* The person of a rater knows of the application: she can be asked. */
struct wf_verdict application_rater_linked(struct application_work *work, const char *person);
/* Counts the decisions of the round and moves on if they decide. */
void application_resolve(struct application_work *work);
/* Whether an edition offers a category for an age line. */
bool application_is_offered(const struct wf_edition *edition, int32_t category, int32_t age_line);
/* Endorsed by the association on a day, with all that follows. */
void application_endorse(struct application_work *work, wf_date on);
/* The end of what was granted emerging, if its time has come; true if it had. */
bool application_emerging_over(struct application_work *work);
/* Whoever gave hours or supervised work is asked what she was endorsed as. */
enum application_reason_id application_add_provider(struct application_work *work,
                                                    const char *person, bool look_only);
/* What a person's record says of her endorsements takes the place of what was known; true if it differs. */
bool application_take_spans(struct application_work *work);

#endif
