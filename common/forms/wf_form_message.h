/* wf_form_message.h - a rating form as it travels (RatingForm) against its definition. */
#ifndef WF_FORM_MESSAGE_H
#define WF_FORM_MESSAGE_H

#include "wf_form.h"

#include "endorse/v1/internal.pb-c.h"

enum { WF_FORM_FIELD_MAX = 80 };

/* Copies scores and lengths; false if the message has more answers than any form or an item id
 * longer than any, or a recommendation of another name; *problem then says which. */
bool wf_form_answers_from(const Endorse__V1__RatingForm *message, struct wf_form_answers *answers,
                          enum wf_form_problem *problem);

/* True if the message is a valid draft or a complete answer.  Otherwise `field` is the offending
 * one - "item:<id>", "remark:<id>", "recommendation", "remarks" - and `sentence` (static) says what
 * to do; these are also the ids that a page gives to its controls. */
bool wf_form_message_check(const struct wf_form *form, const Endorse__V1__RatingForm *message,
                           bool draft, char field[static WF_FORM_FIELD_MAX], const char **sentence);

#endif
