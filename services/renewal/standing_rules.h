/* standing_rules.h - what the files of the pure core share. */
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

/* ---- standing_hours_core.c: SPEC 2.11 ---- */
struct wf_verdict standing_activity_keep(struct standing_work *work);
/* Hundredths of training hours in the twelve months up to today. */
int32_t standing_training_of_a_year(const struct standing_work *work);
/* Somebody is named who gave RSC in the twelve months up to today. */
bool standing_provider_of_a_year(const struct standing_work *work);

/* ---- standing_audit_core.c: SPEC 2.12 ---- */
/* A renewal was accepted under the edition: is it audited? */
void standing_audit_draw(struct standing_work *work, const struct wf_edition *edition);
struct wf_verdict standing_audit_answer(struct standing_work *work);
/* 00:00 of the day after the last day of the answer; WF_NEVER: none is waited for. */
wf_time standing_audit_ends(const struct standing_work *work);
bool standing_audit_is_over(const struct standing_work *work);
struct wf_verdict standing_audit_overdue(struct standing_work *work);
/* Nobody is active any more: what was asked for waits for the next renewal. */
void standing_audit_put_off(struct standing *standing);

/* ---- standing_ways_core.c: SPEC 2.10, 2.13, 2.14 ---- */
struct wf_verdict standing_unarchive(struct standing_work *work);
struct wf_verdict standing_move_away(struct standing_work *work);
/* Everything active lapses at once. */
void standing_lapse_all(struct standing_work *work);
struct wf_verdict standing_archive(struct standing_work *work);
struct wf_verdict standing_sanction(struct standing_work *work);
struct wf_verdict standing_lift(struct standing_work *work);
struct wf_verdict standing_take_leave(struct standing_work *work);
struct wf_verdict standing_retire(struct standing_work *work);
struct wf_verdict standing_come_back(struct standing_work *work);
/* Completes the return if nothing is missing. */
void standing_return_try(struct standing_work *work);
/* The end of a leave, also of one from which the return was asked. */
wf_time standing_leave_ends(const struct standing_work *work);
struct wf_verdict standing_leave_time(struct standing_work *work);

/* ---- standing_core.c ---- */
/* The first day of the cycle that ends on `due`. */
wf_date standing_hours_begin(const struct standing_work *work, wf_date due);
struct wf_verdict standing_refuse(enum standing_reason reason);
/* NULL if there is none of the kind. */
struct standing_designation *standing_find(struct standing *standing, int32_t category,
                                           int32_t age_line);
void standing_report(struct standing_work *work, const struct standing_designation *designation);
/* The event names a day that a portal east of us cannot have reached either. */
bool standing_is_future(const struct standing_work *work);

#endif
