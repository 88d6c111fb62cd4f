/* recheck.h - the second implementation of the result of an exam, from its raw events.
 *
 * Written from services/exam/SPEC.md 7 alone and sharing no source with the first: what both get
 * wrong in the same way must be wrong in the SPEC.  The release gate asks it (SPEC 6.5, E4). */
#ifndef RECHECK_H
#define RECHECK_H

/* SPEC 7.1 in, SPEC 7.4 out; both UTF-8 JSON.  The answer is freed by the caller with free().  Never
 * fails: what cannot be read is unsound, with one sentence why. */
char *recheck(const char *json);

#endif
