/* operator_seal.h - checking operators' seals where an act is taken in.  SPEC 14. */
#ifndef OPERATOR_SEAL_H
#define OPERATOR_SEAL_H

#include "intake_service.h"
#include "paper_core.h"

#include "endorse/v1/exam.pb-c.h"

/* wf_handler.seal of every act of an operator: the same message with `checked` filled in.
 * WF_DENIED: no seal, not a good one, or by somebody who is no operator (any more). */
int operator_seal_act(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                      struct wf_buffer *kept, struct wf_error *error);
/* The same for a question. */
int operator_check(const struct intake *intake, const char *type, const struct wf_address *self,
                   const ProtobufCMessage *act, const Endorse__V1__OperatorSeal *seal,
                   struct paper_signer *signer, struct wf_error *error);

#endif
