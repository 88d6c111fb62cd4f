/* rate_input.h - what a rater has entered, between the posted form, the draft and the message.  Pure.
 * GATEWAY 3.4. */
#ifndef RATE_INPUT_H
#define RATE_INPUT_H

#include "http_text.h"
#include "wf_form.h"

#include "endorse/v1/internal.pb-c.h"

enum { RATE_UNANSWERED = -1, RATE_FINDINGS_MAX = 2 * WF_FORM_ITEMS_MAX + 4, RATE_FIELD_MAX = 48 };

/* By the number of the item in the form.  Texts are borrowed from the posted form or the draft. */
struct rate_input {
    int32_t scores[WF_FORM_ITEMS_MAX]; /* RATE_UNANSWERED, WF_FORM_NOT_ENOUGH or of the scale */
    const char *item_remarks[WF_FORM_ITEMS_MAX]; /* "" if none */
    const char *recommendation;                  /* "" if none */
    const char *remarks;
};

struct rate_finding {
    char field[RATE_FIELD_MAX]; /* id of the control, "" if there is none */
    const char *text;           /* static */
    int item;                   /* -1: not of an item */
};
struct rate_findings {
    unsigned count;
    struct rate_finding rows[RATE_FINDINGS_MAX];
};

void rate_input_from_draft(const struct wf_form *form, const Endorse__V1__RatingForm *draft,
                           struct rate_input *input);
/* Unknown and repeated names are findings, never silently dropped. */
void rate_input_from_post(const struct wf_form *form, const struct http_form *post,
                          struct rate_input *input, struct rate_findings *findings);
/* Everything that is wrong, in the order of the page. */
void rate_input_check(const struct wf_form *form, const struct rate_input *input, bool draft,
                      struct rate_findings *findings);

/* The message of a posted form, in the order of the post, without looking at the form's definition:
 * so the same page sent twice is the same message, also when the owner shows the form no more.  Its
 * texts are borrowed from the post and the token.  false: it cannot be one. */
struct rate_message {
    Endorse__V1__RatingForm form;
    Endorse__V1__RatingAnswer answers[WF_FORM_ITEMS_MAX];
    Endorse__V1__RatingAnswer *pointers[WF_FORM_ITEMS_MAX];
};
bool rate_message_from_post(const struct http_form *post, const char *token,
                            struct rate_message *made);

#endif
