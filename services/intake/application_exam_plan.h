/* application_exam_plan.h - the exam of an application in messages, outcomes and the letter.
 * SPEC 2.10. */
#ifndef APPLICATION_EXAM_PLAN_H
#define APPLICATION_EXAM_PLAN_H

#include "application_core.h"
#include "wf_domain.h"
#include "wf_exam_form.h"

#include <jansson.h>

/* The essays of the event in hand become a paper of their own. */
void application_send_paper(struct wf_plan *plan, const struct application_state *after,
                            const struct application_event *event);
void application_appeal_paper(struct wf_plan *plan, const struct application_state *after,
                              int32_t kind);
void application_end_paper(struct wf_plan *plan, const struct application_state *after);

/* The data of the exam's outcomes. */
json_t *application_exam_outcome(const struct wf_exam_book *forms,
                                 const struct application_state *state,
                                 const struct application_effect *effect);
/* For the operator's view; NULL: there is no exam yet. */
json_t *application_exam_json(const struct application_exam *exam);

/* What the one letter says, pass or fail; of a comment that does not fit whole, nothing. */
enum { EXAM_LETTER_LINE = 1400 };
struct application_exam_letter {
    char result[40];
    char parts[160];
    char criteria[EXAM_LETTER_LINE];
    char feedback[2][EXAM_LETTER_LINE];
    char next[300];
};
void application_exam_letter(const struct wf_exam_book *forms,
                             const struct application_state *state,
                             struct application_exam_letter *letter);

#endif
