/* deadline_day.h - an installation on the eve of a day on which every endorsement of an association
 * falls at one instant: the shipped programs on a private Redis, for the benchmark and for the crash
 * test.  What cannot be done ends the process. */
#ifndef DEADLINE_DAY_H
#define DEADLINE_DAY_H

#include "redis_fixture.h"
#include "wf_time.h"

enum { DEADLINE_PROGRAMS = 4 };
#define DEADLINE_ASSOCIATION "MassAIMH"
#define DEADLINE_PERSON_KEY "0000000000000000000000000000000000000000000000000000000000000009"
extern const char *const deadline_programs[DEADLINE_PROGRAMS]; /* "intake", ... */

struct deadline_day {
    struct redis_fixture redis;
    pid_t pids[DEADLINE_PROGRAMS]; /* 0: not running */
    unsigned port;                 /* of the pages */
    size_t standings;
    wf_time deadline;
    struct wf_store *store; /* as renewal */
};

/* Writes so many standings (of persons p0, p1, ...) and starts the programs an hour before. */
void deadline_day_begin(struct deadline_day *day, size_t standings, unsigned port);
/* The business clock is set behind the deadline. */
void deadline_day_fall(struct deadline_day *day);
/* ... and so long behind it. */
void deadline_day_later(struct deadline_day *day, wf_time after);
/* How many entries have left the registry: each has counted its partition's mark up once. */
size_t deadline_day_fallen(struct deadline_day *day);
void deadline_day_kill(struct deadline_day *day, size_t number);  /* SIGKILL */
void deadline_day_start(struct deadline_day *day, size_t number); /* until it is ready */
void deadline_day_end(struct deadline_day *day);

_Noreturn void deadline_give_up(const char *what);
/* deadline_seed.c: writes the eve, gives the instant on which all fall. */
wf_time deadline_seed(struct redis_fixture *redis, size_t standings);

#endif
