/* standing_service.h - what the shell of endorse-renewal holds, and its parts.  SPEC 4 to 6. */
#ifndef STANDING_SERVICE_H
#define STANDING_SERVICE_H

#include "standing_core.h"

#include "wf_arena.h"
#include "wf_domain.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

struct standing_service {
    struct wf_policy_book *book;
    struct standing_policy policy; /* the book, for the core */
    struct wf_arena arena;         /* for the facts inside a StandingFact */
};
int standing_service_init(struct standing_service *service, const char *policy_folder,
                          struct wf_error *error) WF_MUST_CHECK;
/* On error the old policies stay in force. */
int standing_service_reload(struct standing_service *service, const char *policy_folder,
                            struct wf_error *error) WF_MUST_CHECK;
void standing_service_fini(struct standing_service *service);

/* The machine and its handlers, for main.c and for tests. */
extern const struct wf_machine standing_machine;
extern const struct wf_handler standing_handlers[];
extern const size_t standing_handler_count;

/* ---- standing_fields.c: stored fields <-> state ---- */
int standing_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void standing_write(const void *state, struct wf_fields *fields);

/* ---- standing_codec.c: messages -> events ---- */
int standing_decode(void *service, const ProtobufCMessage *payload, void *event,
                    struct wf_error *error);

/* ---- standing_plan.c: decisions -> messages and registry entries ---- */
int standing_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error);

/* ---- standing_words.c: texts for people ---- */
enum { STANDING_WORDS_MAX = 160 }; /* an argument of a mail has at most so many bytes */
/* "Family Specialist (IMH-E), Mental Health Specialist (IMH-E)": what the association calls them. */
void standing_categories_words(const struct wf_policy_book *book, const struct standing *standing,
                               uint16_t designations, char words[static STANDING_WORDS_MAX + 1]);
/* "the renewal form, the fee of USD 25.00"; "nothing" for none. */
void standing_needs_words(const struct standing_mail *mail,
                          char words[static STANDING_WORDS_MAX + 1]);
void standing_describe(const void *event, char *text, size_t size);
void standing_show(const void *state, struct wf_buffer *json);

/* ---- standing_waiting.c: what it waits for, since when, until when, what happens then ---- */
void standing_waiting(const void *policy, const void *state, char *text, size_t size);

/* ---- standing_notes.c: each requirement of the cycle as it stands ---- */
void standing_judged(const void *policy, const void *state, wf_time now, struct wf_buffer *json);

#endif
