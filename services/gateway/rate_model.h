/* rate_model.h - the rater's pages as models for their templates.  Pure.  GATEWAY 3.1. */
#ifndef RATE_MODEL_H
#define RATE_MODEL_H

#include "rate_input.h"

#include <jansson.h>

/* What the owner says of a request, with the names that the gateway looked up.  Borrowed. */
struct rate_view {
    const char *token;
    const char *association; /* its name */
    const char *applicant;
    int category, age_line, role;
    bool waived;
    wf_date due; /* WF_NO_DATE: none */
    const struct wf_form *form;
};

json_t *rate_intro_model(const struct rate_view *view, const char *problem);
/* What is said above the form: each NULL or a sentence. */
struct rate_notice {
    const char *done;
    const char *problem;
};
json_t *rate_form_model(const struct rate_view *view, const struct rate_input *input,
                        const struct rate_findings *findings, struct rate_notice notice);
json_t *rate_questions_model(const struct rate_view *view);
/* A page that keeps what was posted and offers to send it again: when nothing is known of the form. */
json_t *rate_again_model(const char *action, const struct http_form *post);
json_t *rate_decline_model(const struct rate_view *view, const char *reason, const char *error);

#endif
