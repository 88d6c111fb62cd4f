/* policy_words.h - the values of policy keys: one text of the file into one field of a struct.  No
 * file and no libconfuse here, so that every rule of a value can be tested alone. */
#ifndef WF_POLICY_WORDS_H
#define WF_POLICY_WORDS_H

#include "wf_policy.h"

#include <stddef.h>

enum wf_key_kind {
    WF_KEY_NUMBER,
    WF_KEY_HOURS,
    WF_KEY_FLAG,
    WF_KEY_CHOICE,
    WF_KEY_MONEY,
    WF_KEY_DATE,
    WF_KEY_DAY,
    WF_KEY_TEXT,
    WF_KEY_DAYS,
    WF_KEY_DATES,
    WF_KEY_SET,
    WF_KEY_SLOTS
};

/* One row of policy_keys.def. */
struct wf_policy_key {
    const char *name;
    enum wf_key_kind kind;
    size_t offset; /* of the field in its struct; of the count for lists */
    int64_t least, most;
    const char *words; /* joined by '|'; word n is bit n, or choice n */
};

struct wf_policy_keys {
    const struct wf_policy_key *rows;
    size_t count;
};
extern const struct wf_policy_keys wf_association_keys, wf_edition_keys, wf_category_keys;

bool wf_policy_key_is_list(const struct wf_policy_key *key);
/* NULL if there is none of the name. */
const struct wf_policy_key *wf_policy_key_find(const struct wf_policy_keys *keys, const char *name);

/* Puts one value into its field of `target`; for lists the item with this number, so item 0 begins
 * the list anew.  WF_INVALID says what is allowed; the target is then half written. */
int wf_policy_key_put(const struct wf_policy_key *key, void *target, size_t item, const char *text,
                      struct wf_error *error) WF_MUST_CHECK;

/* 1..8 for "FA".."MHM_RF", 0 for anything else. */
int wf_policy_category_find(const char *name);

#endif
