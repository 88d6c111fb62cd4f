/* wf_people.h - names and addresses, opened from intake's person records.  Linked by intake,
 * gateway and courier only; their Redis users may read {intake:*}:a:person:* and
 * {intake:*}:s:person:*.  SPEC 6.
 *
 * Stored: the aggregate's fields "name" and "email", each wf_seal'ed with the person's key and the
 * place
 * "<person id>/name" or "<person id>/email"; the key under s:person:<id>, sealed with "person-key"
 * for the place "<person id>/key". */
#ifndef WF_PEOPLE_H
#define WF_PEOPLE_H

#include "wf_error.h"
#include "wf_store.h"

enum { WF_NAME_MAX = 120, WF_EMAIL_MAX = 254 };

struct wf_person_card {
    char id[WF_ID_MAX + 1];
    char name[WF_NAME_MAX + 1];   /* "" if unknown */
    char email[WF_EMAIL_MAX + 1]; /* "" if unknown */
};

/* Fills the cards, whose ids are given: one round trip for the records and one for the keys
 * of those who have a name or an address.  `intake` is a store of service WF_INTAKE.  An unknown or
 * erased person, or a text that does not open, has empty name and email. */
int wf_people_read(struct wf_store *intake, const uint8_t master_key[static 32],
                   struct wf_person_card *cards, size_t count,
                   struct wf_error *error) WF_MUST_CHECK;

/* Appends the person's opened profile, a packed PersonProfileChanged (intake only); nothing if she
 * has none, or is erased.  Wipe it after use. */
int wf_people_profile(struct wf_store *intake, const uint8_t master_key[static 32],
                      const char *person_id, struct wf_buffer *profile,
                      struct wf_error *error) WF_MUST_CHECK;

/* Gives the person's key, making and wrapping a new one if there is none (intake only). */
int wf_people_key(struct wf_store *intake, const uint8_t master_key[static 32],
                  const char *person_id, const uint8_t fresh[static 32], uint8_t key[static 32],
                  struct wf_error *error) WF_MUST_CHECK;

/* Destroys the person's key: what was sealed with it can be opened by nobody any more, and has the store
 * rewrite its log (intake only).  A key that is not there is destroyed. */
int wf_people_forget(struct wf_store *intake, const char *person_id,
                     struct wf_error *error) WF_MUST_CHECK;

/* ---- the public name of a registry entry ----
 * 32 hexadecimal digits that are the same for ever; nobody without the master key can make them
 * from the parts, or the parts from them.  Category and age line are numbers of the protocol. */
enum { WF_HANDLE_TEXT = 33 };
void wf_people_handle(const uint8_t master_key[static 32], const char *association,
                      const char *person_id, int category, int age_line,
                      char handle[static WF_HANDLE_TEXT]);

#endif
