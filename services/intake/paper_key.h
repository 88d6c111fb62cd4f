/* paper_key.h - names and keys of papers.  SPEC 11.1. */
#ifndef PAPER_KEY_H
#define PAPER_KEY_H

#include "wf_error.h"
#include "wf_store.h"

#include <stdint.h>

enum { PAPER_NAME = 26, PAPER_KEY = 32 };

/* A random name of 130 bits, from the entropy of the event that makes it; `what` keeps two names of
 * one event apart. */
void paper_name_make(const uint8_t entropy[static 32], const char *what,
                     char name[static PAPER_NAME + 1]);

/* Gives the key of a paper, kept under s:paper:<handle>, wrapped with `essay_key` for the place
 * "<handle>/key".  `fresh` (32 bytes) becomes it if there is none; NULL: WF_NOT_FOUND then. */
int paper_key(struct wf_store *store, const uint8_t essay_key[static PAPER_KEY], const char *handle,
              const uint8_t *fresh, uint8_t key[static PAPER_KEY],
              struct wf_error *error) WF_MUST_CHECK;
/* Destroys it: nobody can read the paper again. */
int paper_key_forget(struct wf_store *store, const char *handle,
                     struct wf_error *error) WF_MUST_CHECK;

/* "<handle>/<what>", what a text is sealed for. */
enum { PAPER_PLACE = PAPER_NAME + 24 };
void paper_place(char place[static PAPER_PLACE], const char *handle, const char *what);

#endif
