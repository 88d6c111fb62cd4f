/* paper_view.h - what operators may see of papers: questions, nothing changes.  SPEC 10, 11.3. */
#ifndef PAPER_VIEW_H
#define PAPER_VIEW_H

#include "wf_domain.h"

/* Papers that wait for a redactor, of this instance's partitions. */
int paper_list_redactions(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                          const char *id, const void *state, struct wf_buffer *reply,
                          struct wf_error *error);
/* The answers as they were written and the spans found, to a redactor. */
int paper_view_redaction(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                         const char *id, const void *state, struct wf_buffer *reply,
                         struct wf_error *error);
/* Who the writer is, to the two who may know for an hour. */
int paper_view_unblinded(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                         const char *id, const void *state, struct wf_buffer *reply,
                         struct wf_error *error);

#endif
