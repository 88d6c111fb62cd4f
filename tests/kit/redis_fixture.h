/* redis_fixture.h - a private redis-server for a test: the shipped settings (deploy/redis) on a Unix
 * socket in a temporary folder, ready when start returns, killed by its process id.  Dies with the
 * process that started it.  Functions that cannot do their work abort the test. */
#ifndef REDIS_FIXTURE_H
#define REDIS_FIXTURE_H

#include "wf_store.h"

#include <sys/types.h>

struct redis_fixture {
    char folder[64]; /* run/, data/ and secrets/ are below */
    char socket[96];
    pid_t pid;          /* 0: not running */
    int log;            /* Redis' own log, read until it is ready */
    char settings[256]; /* beyond the shipped ones, one "name value" a line */
    bool has_users;
};

/* Starts one with a default user who may do everything.  `settings`: more lines for redis.conf, or
 * NULL. */
void redis_fixture_start(struct redis_fixture *fixture, const char *settings);
/* Starts one with the users that deploy/redis/make-acl makes: <folder>/secrets/<program>.secrets, the
 * password of each being "pw-<program>". */
void redis_fixture_start_users(struct redis_fixture *fixture, const char *settings);
/* Loads deploy/redis/endorse.lua. */
void redis_fixture_install(struct redis_fixture *fixture);
/* A store on it, as the service's own user where there are users; 2 s of patience. */
struct wf_store *redis_fixture_store(struct redis_fixture *fixture, enum wf_service service);

void redis_fixture_kill(struct redis_fixture *fixture); /* SIGKILL, waits for its end */
void redis_fixture_restart(struct redis_fixture *fixture);
/* Kills it and removes the folder. */
void redis_fixture_stop(struct redis_fixture *fixture);

/* Length of the append-only file now: with `appendfsync always`, what was answered is within. */
off_t redis_fixture_synced(struct redis_fixture *fixture);
/* What a power cut leaves: the file cut to `length`.  Only while it is not running. */
void redis_fixture_cut(struct redis_fixture *fixture, off_t length);

/* One command as `user` (NULL: default) on a connection of its own.  The reply as text: status,
 * string or number as it is, an array as its texts joined by spaces, nil as "(nil)", an error as it
 * came with "!" before it. */
void redis_fixture_do(struct redis_fixture *fixture, const char *user, const char *password,
                      struct wf_buffer *reply, const char *const *words, size_t count);

#endif
