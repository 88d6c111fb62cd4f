/* standing_rules.h - what the two files of the pure core share. */
#ifndef STANDING_RULES_H
#define STANDING_RULES_H

#include "standing_core.h"

/* One step in hand. */
struct standing_work {
    const struct standing_policy *policy;
    const struct wf_association *association; /* NULL: no policy for it */
    const struct standing_event *event;
    wf_time now;
    wf_date today; /* there */
    struct standing *after;
    struct standing_effects *effects;
};

/* The edition that judges the current cycle; the association is known. */
const struct wf_edition *standing_cycle_edition(const struct standing_work *work);
/* The first day of the current cycle's renewal; 0: any day. */
wf_date standing_cycle_opens(const struct standing_work *work);
/* The last day on which the current cycle can still be renewed. */
wf_date standing_cycle_ends(const struct standing_work *work);

/* Turns to the earliest due day of the active designations; empties what belonged to a cycle that is
 * over.  SPEC 1. */
void standing_cycle_settle(struct standing_work *work);
/* From CURRENT to OPEN; skips the reminders that would have come before. */
void standing_cycle_open(struct standing_work *work);
/* SPEC 2.7: renews what lacks nothing, if the renewal is open. */
void standing_cycle_try(struct standing_work *work);
/* SPEC 3 */
struct wf_verdict standing_cycle_time(struct standing_work *work);
/* A mail about the designations of this cycle that are not renewed; none if there are none. */
void standing_cycle_mail(struct standing_work *work, enum standing_template template);
struct standing_mail *standing_mail_add(struct standing_work *work,
                                        enum standing_template template);

#endif
