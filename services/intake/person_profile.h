/* person_profile.h - a person's profile, sealed like her name, and her enrolment as exam reader.
 * SPEC 3.1, 12. */
#ifndef PERSON_PROFILE_H
#define PERSON_PROFILE_H

#include "payload_reader.h"
#include "person_core.h"
#include "wf_domain.h"

/* wf_handler.seal: nothing of the profile but its sealed form stays. */
int person_seal_profile(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                        struct wf_buffer *kept, struct wf_error *error);
void person_decode_profile(struct payload_reader *reader, const ProtobufCMessage *payload,
                           struct person_event *event);
void person_decode_reader(struct payload_reader *reader, const ProtobufCMessage *payload,
                          struct person_event *event);

/* To the reader that she is: the enrolment in hand, or that her record changed. */
void person_tell_reader(struct wf_plan *plan, const struct person_state *after,
                        const struct person_event *event);

#endif
