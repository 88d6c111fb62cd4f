/* wf_validate.h - the meaning of fields.  protobuf-c accepts NUL bytes, bad UTF-8, unknown enum
 * values and empty buffers; this does not.  Rules: proto/endorse/v1/fields.def, one row for every
 * field of every message that a portal, a rater or an operator can send. */
#ifndef WF_VALIDATE_H
#define WF_VALIDATE_H

#include "wf_error.h"

#include <protobuf-c/protobuf-c.h>

enum { WF_PATH_MAX = 80 };

/* Judges a payload as it was received; what an owner keeps of it in its journal (sealed names) may
 * look otherwise.
 * 0, or -1 with WF_INVALID, *path the offending field as a JSON path ("hoursHundredths",
 * "reasons[2]") and a sentence that says what is allowed.  Also refuses unknown fields, bad UTF-8
 * and control and bidirectional-override characters in every text, whatever its rule (line breaks
 * and tabs only where the rule is PROSE or ANSWER). */
int wf_validate(const ProtobufCMessage *message, char path[static WF_PATH_MAX],
                struct wf_error *error) WF_MUST_CHECK;

/* What depends on the subject's kind ("application" or "person"): the rows of fields.def with the
 * presence ON_PERSON. */
int wf_validate_subject(const ProtobufCMessage *message, const char *kind,
                        char path[static WF_PATH_MAX], struct wf_error *error) WF_MUST_CHECK;

/* "application/<id>" or "person/<id>", each with an id that has room in the ids made from it.
 * Copies the parts. */
bool wf_subject_parse(const char *subject, char kind[static 17], char id[static 65]);

/* For texts that are no protobuf field: UTF-8, no control or bidi characters, 1..most bytes. */
bool wf_text_is_clean(const char *text, size_t length, size_t most);
/* An address a mail server can take and nobody can smuggle a command in: one '@', no control,
 * space, angle bracket or quote, at most 254 bytes. */
bool wf_email_is_valid(const char *text);

#endif
