/* redis_journals.h - wf_journals over Redis, on one connection of its own. */
#ifndef WF_REDIS_JOURNALS_H
#define WF_REDIS_JOURNALS_H

#include "wf_journals.h"

/* Connects at the first reading.  Texts are copied; `user` NULL: no sign-in, for tests. */
struct wf_journals *redis_journals_open(const char *socket, const char *user, const char *password,
                                        int timeout_ms);

#endif
