/* sim_parts.h - the inside of a simulation. */
#ifndef SIM_PARTS_H
#define SIM_PARTS_H

#include "toy_world.h"

enum { SIM_APPLICATIONS = 6, SIM_ACTS = 60 };

/* Offers one event until it is told that it is taken. */
struct sim_client {
    char application[16], key[16];
    bool is_offered, is_taken;
    wf_time again_at;
    uint64_t life; /* of the program it was offered to */
};

struct sim {
    struct toy_world world;
    uint64_t random;
    struct toy_program *intakes[2];
    uint64_t lives[TOY_PROGRAMS_MAX];
    wf_time restart_at[TOY_PROGRAMS_MAX];
    struct sim_client clients[SIM_ACTS];
    char broken[300]; /* the first invariant that does not hold */
};

/* Notes the first that differs. */
void sim_must_be(struct sim *sim, const char *what, const char *id, uint64_t is, uint64_t must);
void sim_check(struct sim *sim);

#endif
