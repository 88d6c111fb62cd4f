/* toy_machines.h - the inside of the toy services. */
#ifndef TOY_MACHINES_H
#define TOY_MACHINES_H

#include "toy.h"

struct toy_event {
    struct wf_event_meta meta;
    uint32_t number;
    int64_t amount;
};
struct toy_effects {
    uint32_t request, outcome, report, log;
    bool has_mail, has_job;
};

extern const struct wf_machine toy_application, toy_portal, toy_ratings, toy_effect;

#endif
