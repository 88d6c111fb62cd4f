/* redact_fold.h - texts -> words of folded letters, by GLib's Unicode tables.  SPEC 10.1. */
#ifndef REDACT_FOLD_H
#define REDACT_FOLD_H

#include "redact_core.h"
#include "wf_bytes.h"

struct redact_tokens {
    struct redact_token *tokens; /* owned */
    uint32_t count, capacity;
};

/* Cuts a text (valid UTF-8) into tokens. */
void redact_cut(struct wf_bytes text, struct redact_tokens *tokens);
void redact_tokens_fini(struct redact_tokens *tokens);

/* Adds a name of whatever kind: whole, and its parts where `parts`. Too many: the rest is left out,
 * and false. */
bool redact_learn(struct redact_dictionary *dictionary, enum redact_kind kind, const char *name,
                  bool parts);
/* A phone number: its digits. */
bool redact_learn_phone(struct redact_dictionary *dictionary, const char *phone);
/* Names of the vignette: word by word. */
void redact_allow(struct redact_allowed *allowed, const char *names);

/* The same letters for the same name however it is written: what conflict tokens are made of.
 * Words parted by one space, also where a hyphen or an apostrophe stood. */
void redact_normal_text(const char *text, struct wf_buffer *normal);

#endif
