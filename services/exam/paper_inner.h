/* paper_inner.h - the parts of the machine `paper`, for its own files. */
#ifndef PAPER_INNER_H
#define PAPER_INNER_H

#include "paper_core.h"

/* One step: what it is decided by, and where it is changed. */
struct paper_turn {
    const struct exam_policy *policy;
    const struct paper_event *event;
    wf_time now;
    struct paper *after;
    struct paper_effects *effects;
};

void paper_order(const struct paper_turn *turn, const char *code, enum paper_order_kind kind,
                 const char *why);
/* The same to every calibration seat; one that is gone passes it over. */
void paper_order_lent(const struct paper_turn *turn, enum paper_order_kind kind, const char *why);
bool paper_has_lent(const struct paper *paper, const char *code);
struct wf_verdict paper_lend(const struct paper_turn *turn);
/* The round has a result: the hold begins. */
void paper_resolve(const struct paper_turn *turn);
struct wf_verdict paper_act_of_seat(const struct paper_turn *turn, enum paper_action action);
struct wf_verdict paper_act_of_person(const struct paper_turn *turn, enum paper_action action);

#endif
