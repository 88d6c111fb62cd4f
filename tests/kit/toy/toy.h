/* toy.h - three services small enough to be checked by counting, over the shipped runtime.
 *
 *   intake/application  FEE_PAID (an act): counts it, asks reference for a rating of that number,
 *                       tells the portal, asks for a mail every fifth time; a deadline an hour later
 *                       RATING_REPORTED: counts it
 *   intake/portal       OUTCOME_RECORDED: counts it, appends to a log
 *   reference/ratings   RATING_REQUESTED: counts it, reports it
 *   courier/effect      MAIL_REQUESTED, once in its life: a job, whose result is an act of its own
 *
 * Every message carries the number it must have if nothing was lost, done twice or reordered; what
 * differs is counted as disorder. */
#ifndef TOY_H
#define TOY_H

#include "wf_domain.h"

/* Amounts of a fee that mean something else. */
enum {
    TOY_AMOUNT_REFUSED = 13,
    TOY_AMOUNT_IGNORED = 14,
    TOY_AMOUNT_BREAKS = 15, /* breaks an invariant until toy_is_cured */
    TOY_AMOUNT_LATER = 16   /* asks to come again until toy_is_cured */
};
extern bool toy_is_cured;

struct toy_state {
    uint32_t paid, reported, ratings, outcomes, mails, attempts, ticked, disorder;
    uint32_t broken;
    wf_time due; /* 0: none */
};

extern const struct wf_domain toy_intake, toy_reference, toy_courier;

/* Stored fields -> state; the machine's own reader. */
int toy_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void toy_write(const void *state, struct wf_fields *fields);
/* The machine of a kind of any of the three. */
const struct wf_machine *toy_machine(const char *kind);
const struct wf_handler *toy_handler(const char *type);

#endif
