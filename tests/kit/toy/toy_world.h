/* toy_world.h - the three toy services in one process: stores of one installation in memory, buses
 * of one network, one clock.  A program can be killed and started again over what it left. */
#ifndef TOY_WORLD_H
#define TOY_WORLD_H

#include "fake_bus.h"
#include "mem_store.h"
#include "toy.h"
#include "wf_worker.h"

enum { TOY_PROGRAMS_MAX = 6 };

struct toy_program {
    const struct wf_domain *domain;
    const struct wf_config *config; /* NULL: the only instance */
    unsigned instance;
    struct wf_worker *worker; /* NULL: not running */
    struct wf_store *store;   /* the worker's, to be made to fail */
};

struct toy_world {
    struct virtual_clock clock;
    struct fake_network *network;
    struct wf_store *anchor; /* keeps the data while every program is down */
    struct toy_program programs[TOY_PROGRAMS_MAX];
    unsigned count;
};

void toy_world_open(struct toy_world *world, uint64_t seed);
/* Adds and starts one. */
struct toy_program *toy_world_add(struct toy_world *world, const struct wf_domain *domain,
                                  const struct wf_config *config, unsigned instance);
void toy_world_kill(struct toy_program *program);
void toy_world_start(struct toy_world *world, struct toy_program *program);
/* One turn of every program that runs, then `step` ms pass. */
void toy_world_turn(struct toy_world *world, wf_time step);
/* Turns until nothing is under way anywhere, at most for `longest` ms; false: it did not end. */
bool toy_world_settle(struct toy_world *world, wf_time longest);
/* State of an aggregate as it is stored; false: there is none. */
bool toy_world_state(struct toy_world *world, enum wf_service service, const char *kind,
                     const char *id, struct toy_state *state);
/* A number of a program's heartbeat row: "parked", "dead", "in_flight". */
long toy_world_figure(const struct toy_program *program, const char *name);
void toy_world_close(struct toy_world *world);

/* A fee as an act; `done` as wf_worker_submit's. */
bool toy_pay(struct toy_program *intake, const char *application, const char *key, int64_t amount,
             wf_act_done_f *done, void *context);
/* The same, and turns the world until it is answered, for a second at most. */
enum wf_reply toy_pay_now(struct toy_world *world, struct toy_program *intake,
                          const char *application, const char *key, int64_t amount);

#endif
