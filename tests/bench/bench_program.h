/* bench_program.h - the three programs of the path, of the shipped loop with a trivial core each:
 *
 *   door  intake, instance 0   essay.submitted on application/<id>, from the portal
 *   A     intake, instance 1   outcome.recorded to portal/<id>
 *   B     renewal              standing.fact to standing/<id>
 *
 * Types and lanes are those of messages.def that may carry 300 bytes from program to program; what
 * they mean elsewhere plays no part. */
#ifndef BENCH_PROGRAM_H
#define BENCH_PROGRAM_H

#include "bench.h"

#include "wf_domain.h"

enum { BENCH_ID = 16 };

/* Shared by all processes of a run. */
struct bench_shared {
    uint64_t repeated; /* chains that B finished more than once */
    uint64_t done;     /* chains that B has finished */
    uint64_t target;   /* when done reaches it, B says so ... */
    int finished;      /* ... by this eventfd */
    uint64_t done_ns[];
};

/* Ids of the chain's aggregates: each in a partition of the program that is to own it. */
void bench_program_ids(size_t aggregate, char application[static BENCH_ID],
                       char portal[static BENCH_ID], char standing[static BENCH_ID]);
/* "<chain> <aggregate> xxx...", BENCH_PAYLOAD bytes. */
void bench_program_text(size_t chain, size_t aggregate, char text[static BENCH_PAYLOAD + 1]);

/* Runs a program until SIGTERM; `shared` is mapped.  The arguments are those of any program, the door
 * listens on `endpoint` and admits `portal_key`. */
struct bench_program {
    enum wf_service service;
    const char *endpoint; /* NULL: no door */
    const char *door_secret_key;
    const char *portal_key;
    struct bench_shared *shared;
};
int bench_program_main(const struct bench_program *program, int argc, char **argv);

/* bench_door.c: the portals' side of the door program. */
void bench_door_frame(void *service, struct wf_worker *worker, const void *frame);
bool bench_door_allowed(void *context, const char *public_key);

#endif
