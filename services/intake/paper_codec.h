/* paper_codec.h - the paper's stored fields and events.  SPEC 11.
 *
 * Stored: "head", one field for each collection item, "answers" and "text" (sealed), "hits" (rows of a
 * table, all in one). */
#ifndef PAPER_CODEC_H
#define PAPER_CODEC_H

#include "paper_core.h"
#include "wf_store.h"

#include "endorse/v1/exam.pb-c.h"

int paper_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void paper_write(const void *state, struct wf_fields *fields);
int paper_decode(void *service, const ProtobufCMessage *payload, void *event,
                 struct wf_error *error);

/* Rows of a message that borrow from the state. */
void paper_pack_tokens(const struct paper_token *tokens, int32_t count,
                       Endorse__V1__ConflictToken *rows, Endorse__V1__ConflictToken **list);
void paper_pack_hits(const struct paper_state *state, const struct paper_hit *hits, int32_t count,
                     Endorse__V1__RedactionHit *rows, Endorse__V1__RedactionHit **list);
/* What a good seal proved, from the kept payload.  WF_INVALID: it was never checked. */
int paper_take_signer(const Endorse__V1__SealChecked *checked,
                      const Endorse__V1__OperatorSeal *seal, struct paper_signer *signer,
                      struct wf_error *error);

#endif
