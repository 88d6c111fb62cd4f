/* mem_store.h - a store in memory that obeys the same contract as Redis (wf_store.h; one
 * conformance suite for both), for tests that need no server and for simulations.
 *
 * The data is shared by every store joined to the first one and lives as long as the last of
 * them, so that a program can be "restarted" over what its predecessor left. */
#ifndef MEM_STORE_H
#define MEM_STORE_H

#include "wf_store.h"

/* A new, empty installation. */
struct wf_store *mem_store_create(enum wf_service service);
/* Another store of the same installation. */
struct wf_store *mem_store_join(struct wf_store *other, enum wf_service service);

/* ---- what a server may do to its clients ---- */

/* Time of the server, ms: journal ids and the life of act keys.  Begins at 1, never goes back. */
void mem_store_set_now(struct wf_store *store, uint64_t now_ms);
/* Short of memory: commits that must fit are FULL. */
void mem_store_set_full(struct wf_store *store, bool full);
/* This store's next `calls` calls (reconnecting excepted) fail with WF_AGAIN; commits among them
 * are carried out all the same if `carried_out`: the answer was lost, not the work. */
void mem_store_fail(struct wf_store *store, unsigned calls, bool carried_out);
/* From now on commits can be sent without waiting; their results are there when somebody waits for
 * them, or asks for the second time. */
void mem_store_set_slow(struct wf_store *store);
/* A negative control: from now on lanes and act keys are not checked, so that what is sent again is
 * done again. */
void mem_store_open_gates(struct wf_store *store);

/* How many keys of persons or papers this service has whose names begin so ("paper:"). */
unsigned mem_store_secrets(struct wf_store *store, const char *beginning);
/* How often the installation was asked to rewrite its log. */
unsigned mem_store_rewrites(struct wf_store *store);

#endif
