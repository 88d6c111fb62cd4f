/* reader_codec.h - the reader's stored fields, events, messages and job.  SPEC 12. */
#ifndef READER_CODEC_H
#define READER_CODEC_H

#include "intake_service.h"
#include "reader_core.h"

#include <protobuf-c/protobuf-c.h>

int reader_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void reader_write(const void *state, struct wf_fields *fields);
int reader_decode(void *service, const ProtobufCMessage *payload, void *event,
                  struct wf_error *error);

int reader_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error);
void reader_describe(const void *event, char *text, size_t size);
void reader_waiting(const void *policy, const void *state, char *text, size_t size);
void reader_show(const void *state, struct wf_buffer *json);

/* The job: the reader's tokens from her record, submitted as an act. */
struct reader_job {
    uint32_t gathering;
    char person[WF_ID_MAX + 1];
};
void reader_perform(struct intake *intake, const struct wf_address *reader,
                    const struct reader_job *job);

#endif
