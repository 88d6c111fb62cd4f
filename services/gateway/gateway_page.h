/* gateway_page.h - a whole HTML page: a template of templates/ inside the layout.  Pure. */
#ifndef GATEWAY_PAGE_H
#define GATEWAY_PAGE_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_model.h"

/* What stands around the content. */
struct gateway_frame {
    const char *title; /* of the window, without the product's name */
    bool quiet;        /* a rater's page: no links away from it */
    bool wide;         /* tables */
    bool local;        /* links for operations are shown */
    bool sandbox;      /* ... and the one to the kept mail */
    const char *here;  /* path of the page in the main links, or NULL */
};

/* Appends the page; takes the model (and frees it).  WF_BROKEN: template and model do not fit. */
int gateway_page(const char *name, json_t *model, const struct gateway_frame *frame,
                 struct wf_buffer *html, struct wf_error *error) WF_MUST_CHECK;

/* A page of one heading and up to two paragraphs; paragraph two and the link may be NULL. */
int gateway_message_page(const struct gateway_frame *frame, const char *heading, const char *first,
                         const char *second, struct wf_buffer *html,
                         struct wf_error *error) WF_MUST_CHECK;

#endif
