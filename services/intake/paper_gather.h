/* paper_gather.h - the job that makes of sealed answers and sealed records what leaves intake.
 * SPEC 10, 11.2. */
#ifndef PAPER_GATHER_H
#define PAPER_GATHER_H

#include "intake_service.h"
#include "paper_core.h"
#include "wf_messages.h"

#include <protobuf-c/protobuf-c.h>

enum { PAPER_JOB_GATHER = 1, PAPER_JOB_FORGET };
struct paper_job {
    int kind;
    uint32_t gathering;
};

/* Does it, and submits the result as an act of the paper.  Where it fails, the paper's deadline
 * brings the job again. */
void paper_perform(struct intake *intake, const struct wf_address *paper,
                   const struct paper_job *job);

/* wf_domain.aside: of PaperGathered, the key that the desk will get, which no journal keeps. */
int paper_lay_aside(void *service, enum wf_message message, ProtobufCMessage *payload,
                    struct wf_buffer *aside, struct wf_error *error);

/* Opens the answers as they were written; NULL: they do not open.  The message lives in the arena,
 * which the caller wipes. */
struct wf_arena;
const void *paper_open_answers(const struct intake *intake, const char *handle,
                               const struct paper_state *state, struct wf_arena *arena,
                               struct wf_error *error);

#endif
