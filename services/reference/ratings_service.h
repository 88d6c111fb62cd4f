/* ratings_service.h - what the shell of endorse-reference holds, and its parts.  SPEC 4 to 6. */
#ifndef RATINGS_SERVICE_H
#define RATINGS_SERVICE_H

#include "ratings_core.h"

#include "wf_arena.h"
#include "wf_clock.h"
#include "wf_domain.h"

#include "endorse/v1/internal.pb-c.h"

struct ratings_service {
    struct wf_store *store; /* borrowed: keys and papers */
    struct wf_clock *clock; /* borrowed: fresh keys */
    uint8_t link_key[32];
    uint8_t answers_key[32]; /* wraps the keys of the applications */
    struct wf_policy_book *book;
    struct wf_form_book *forms;
    struct ratings_policy policy; /* the two above, for the core */
    struct wf_arena arena;        /* for what is unpacked here */
};
/* Reads policies and forms and makes the arena; store, clock and keys are set by the caller. */
int ratings_service_init(struct ratings_service *service, const char *policy_folder,
                         const char *forms_folder, struct wf_error *error) WF_MUST_CHECK;
/* On error the old policies and forms stay in force. */
int ratings_service_reload(struct ratings_service *service, const char *policy_folder,
                           const char *forms_folder, struct wf_error *error) WF_MUST_CHECK;
void ratings_service_fini(struct ratings_service *service);

/* The machine and its tables, for main.c and for tests. */
extern const struct wf_machine ratings_machine;
extern const struct wf_handler ratings_handlers[];
extern const size_t ratings_handler_count;

/* ---- ratings_words.c: names of states, and texts for people ---- */
const char *ratings_state_text(enum ratings_state_name state);
bool ratings_state_find(const char *text, enum ratings_state_name *state);
const char *ratings_role_words(int32_t role);
void ratings_describe(const void *event, char *text, size_t size);
void ratings_waiting(const void *policy, const void *state, char *text, size_t size);
void ratings_show(const void *state, struct wf_buffer *json);

/* ---- ratings_fields.c: stored fields <-> state ---- */
int ratings_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void ratings_write(const void *state, struct wf_fields *fields);

/* ---- ratings_seal.c: the key of an application, and what is kept (SPEC 5) ---- */
/* Appends the sealed text of request `number`; makes the application's key at the first time. */
int ratings_seal_text(struct ratings_service *service, const char *application, uint32_t number,
                      struct wf_bytes text, struct wf_buffer *sealed, struct wf_error *error);
/* Appends the text.  WF_BROKEN: the key is gone, or the bytes were sealed elsewhere. */
int ratings_unseal_text(struct ratings_service *service, const char *application, uint32_t number,
                        struct wf_bytes sealed, struct wf_buffer *text, struct wf_error *error);
/* wf_handler.seal of begin, draft, submit and decline. */
int ratings_seal(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                 struct wf_buffer *kept, struct wf_error *error);
/* wf_handler.resolve and wf_question.resolve: the application of a token. */
int ratings_resolve(void *service, const ProtobufCMessage *payload, char id[static WF_ID_MAX + 1],
                    struct wf_error *error);
/* The token of a message that has one. */
const char *ratings_token(const ProtobufCMessage *payload);
/* NULL if the message has none. */
Endorse__V1__RatingKept *ratings_kept(const ProtobufCMessage *payload);
int ratings_link_gone(struct wf_error *error); /* the one answer, SPEC 4 */

/* ---- ratings_codec.c: messages -> events ---- */
int ratings_decode(void *service, const ProtobufCMessage *payload, void *event,
                   struct wf_error *error);

/* ---- ratings_plan.c: decisions -> messages ---- */
int ratings_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                 const void *after, const void *effects, struct wf_plan *plan,
                 struct wf_error *error);
enum { RATINGS_INDEX_MAX = WF_ID_MAX + 8 };
/* Name of the index that holds the papers of an application. */
void ratings_paper_index(const char *application, char name[static RATINGS_INDEX_MAX]);

/* ---- ratings_page.c: what a rater is shown ---- */
/* The link of a request for an operator who has just said why (SPEC 4.1), packed; else WF_NOT_FOUND. */
int ratings_link_text(struct ratings_service *service, const struct ratings_state *state,
                      const char *application, uint32_t number, wf_time now,
                      struct wf_buffer *reply, struct wf_error *error);
/* The page of a link at `now`, packed.  WF_NOT_FOUND: the link is not good; WF_AGAIN: the paper is
 * just being changed. */
int ratings_page(struct ratings_service *service, const struct ratings_state *state,
                 const char *application, const char *token, wf_time now, struct wf_buffer *reply,
                 struct wf_error *error);

#endif
