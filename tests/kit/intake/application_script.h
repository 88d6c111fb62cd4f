/* application_script.h - the application's core, driven by short texts, for tables and walks.
 *
 *   "register FA; rater r1 supervisor; report 1 completed; @2026-05-01; submit"
 *
 * Verbs are in application_script.c; "in <state>" brings an application there by the shortest way.
 * The rules are those of application_policies.h. */
#ifndef APPLICATION_SCRIPT_H
#define APPLICATION_SCRIPT_H

#include "application_core.h"

#include <stdbool.h>

struct application_script {
    struct wf_policy_book *book; /* owned, unless it is borrowed */
    bool is_borrowed;
    struct intake_policy policy;
    struct application_state state;     /* now */
    struct application_effects effects; /* of the last event */
    struct wf_verdict verdict;          /* of the last event */
    wf_time now;
    unsigned events; /* numbers the portal's events: "e1", "e2", ... */
};

/* Begins with nothing known, on 2 March 2026, noon UTC. */
void application_script_open(struct application_script *script);
/* The same by other rules, which stay the caller's. */
void application_script_open_with(struct application_script *script, struct wf_policy_book *book);
void application_script_close(struct application_script *script);
/* Forgets the application; the rules stay. */
void application_script_reset(struct application_script *script);

/* Plays events separated by ';'.  Aborts the test on an unknown verb. */
void application_script_play(struct application_script *script, const char *text);
/* The one event that a text says, without stepping; false: it only sets the time or the scene. */
bool application_script_event(struct application_script *script, const char *text,
                              struct application_event *event);
/* Steps an event; state, effects and verdict follow. */
void application_script_step(struct application_script *script,
                             const struct application_event *event);

/* "applied submitted: tell application.submission.accepted, mail application-submitted",
 * "refused incomplete", "ignored". */
void application_script_tell(const struct application_script *script, char *text, size_t size);

#endif
