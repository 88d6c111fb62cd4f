/* policy_plain.h - keys and values of policy files in plain words. */
#ifndef WF_POLICY_PLAIN_H
#define WF_POLICY_PLAIN_H

#include "policy_words.h"

#include "wf_conf_file.h"

/* "Training" for "training_hours". */
const char *wf_policy_plain_key(const char *key);
/* "Training, of which about diversity" for "training_dei_hours". */
void wf_policy_plain_whole(const char *key, char *text, size_t size);
/* "30 hours", "USD 25", "7, 21, 45 days", "yes", "none"; an empty currency is left out. */
void wf_policy_plain_value(const struct wf_policy_key *key, cfg_opt_t *option, const char *currency,
                           char *text, size_t size);

#endif
