/* redis_store.h - the store over Redis (hiredis), reached by a Unix socket.  Keys and meaning:
 * common/port/wf_store.h; the commit itself: deploy/redis/endorse.lua. */
#ifndef WF_REDIS_STORE_H
#define WF_REDIS_STORE_H

#include "wf_store.h"

/* Opens a store of `service`: of the program itself, or of another one whose keys it may read.
 * Connects, signs in as `user` (NULL: no sign-in, for tests) and checks that the function library
 * is the one this program was built for.  Texts are copied.  `timeout_ms` bounds connecting and
 * every wait for an answer.
 *
 * WF_AGAIN: Redis is away or still loading; *store is NULL, try again.  WF_CONFIG: it refuses the
 * credential, or the functions are missing or of another version; the text says what to do.
 * Ignores SIGPIPE in this process: hiredis writes with write(2). */
int redis_store_open(struct wf_store **store, enum wf_service service, const char *socket,
                     const char *user, const char *password, int timeout_ms,
                     struct wf_error *error) WF_MUST_CHECK;

/* For whoever deploys: loads the function library of the file `path` (deploy/redis/endorse.lua)
 * with an administrator's credential in place of any other version.  WF_AGAIN as above. */
int redis_store_install(const char *socket, const char *user, const char *password, int timeout_ms,
                        const char *path, struct wf_error *error) WF_MUST_CHECK;

#endif
