/* sim_world.h - the toy services under seeded faults, and what must hold afterwards. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

/* Settings of the two instances of intake, in a temporary folder. */
void sim_open_settings(void);
void sim_close_settings(void);
/* Runs one world to its end and checks it.  "" or the first invariant that does not hold. */
const char *sim_run(uint64_t seed, bool are_gates_open);

#endif
