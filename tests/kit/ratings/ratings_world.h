/* ratings_world.h - one application's ratings over a store in memory, stepped as the runtime does it:
 * seal, keep, decode, step, plan, commit.  What a test gives goes the whole way and comes back from
 * the stored fields. */
#ifndef RATINGS_WORLD_H
#define RATINGS_WORLD_H

#include "plan_recorder.h"
#include "ratings_policy.h"
#include "ratings_service.h"

#include "wf_link.h"

#define RATINGS_WORLD_APPLICATION "PA-0001"

enum { RATINGS_WORLD_LINES_MAX = 1500 };

struct ratings_line { /* of the journal */
    enum wf_message message;
    wf_time now;
    struct wf_buffer kept;
};
struct ratings_world {
    struct ratings_service service;
    struct ratings_state state; /* as read back from the store */
    uint64_t version;
    struct ratings_line lines[RATINGS_WORLD_LINES_MAX];
    size_t line_count;
    struct wf_plan plan;      /* of the last step */
    struct wf_buffer visible; /* all that was stored, sent or told, in clear and in order */
    struct wf_error error;    /* of the last step, if it got no verdict */
};

struct ratings_world *ratings_world_create(void);
void ratings_world_destroy(struct ratings_world *world);
/* The verdict; step 0 if sealing or decoding failed, which world->error explains. */
struct wf_verdict ratings_world_give(struct ratings_world *world, enum wf_message message,
                                     const ProtobufCMessage *payload, wf_time now);
struct wf_verdict ratings_world_tick(struct ratings_world *world, wf_time now);
/* The state that the journal gives; -1 with world->error if a line cannot be decoded. */
int ratings_world_replay(struct ratings_world *world, struct ratings_state *state);
/* True if both are stored alike. */
bool ratings_world_same(const struct ratings_state *a, const struct ratings_state *b);
void ratings_world_token(const struct ratings_world *world, uint32_t request, uint32_t generation,
                         char token[static WF_LINK_TEXT]);
/* The sealed paper of a request as it is stored; empty if there is none. */
void ratings_world_paper(struct ratings_world *world, uint32_t request, struct wf_buffer *sealed);

/* ---- messages ---- */
struct wf_verdict ratings_world_ask(struct ratings_world *world, uint32_t request,
                                    const char *rater, wf_time now);
/* A draft or an answer with the current link: `answers` (of ratings_answers, perhaps changed), one
 * remark for the first item and the closing remarks. */
struct wf_verdict ratings_world_form(struct ratings_world *world, enum wf_message message,
                                     uint32_t request, uint32_t generation,
                                     const struct wf_form_answers *answers, const char *remark,
                                     wf_time now);

#endif
