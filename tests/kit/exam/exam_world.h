/* exam_world.h - the machines of endorse-exam together: what one decides becomes the events of the others, in the
 * order of each lane and in any order between lanes.  Every event that was applied is kept, to be replayed. */
#ifndef EXAM_WORLD_H
#define EXAM_WORLD_H

#include "exam_service.h"

enum { WORLD_PAPERS = 24, WORLD_SEATS = 600, WORLD_MESSAGES = 4000 };

enum world_kind { WORLD_PAPER, WORLD_SEAT, WORLD_POOL };
struct world_message {
    enum world_kind from, to;
    int from_at, to_at;
    void *event; /* of the receiver's machine */
    struct world_message *next;
};
struct world_entry { /* what was applied */
    enum world_kind kind;
    int at;
    void *event;
    wf_time now;
    struct world_entry *next;
};
struct exam_world {
    struct exam_policy policy;
    wf_time now;
    uint64_t random;
    struct adjudicate_pack pack;
    struct pool *pool;
    struct paper papers[WORLD_PAPERS];
    struct seat seats[WORLD_SEATS];
    char handles[WORLD_PAPERS][8];
    char codes[WORLD_SEATS][EXAM_CODE + 1];
    int paper_count, seat_count;
    unsigned readers; /* of the walk: the test gives their cards */
    struct world_message *first, **last;
    struct world_entry *journal, **end;
    bool plan_wanted, repair_wanted;
    unsigned released, thirds, committees, closed, certificates, rescored, leaks;
    unsigned lent, judged, withdrawn; /* calibrations */
    unsigned recalibrating;           /* steps of the pool after which a reader was */
    bool calm;                        /* of the walk */
    bool redelivers;                  /* whatever comes, comes twice */
    const char *broken;
};

struct exam_world *exam_world_open(uint64_t seed);
void exam_world_close(struct exam_world *world);
unsigned exam_world_roll(struct exam_world *world, unsigned below);
/* An event from outside; meta.entropy and meta.self are filled here.  Takes the event. */
struct wf_verdict exam_world_give(struct exam_world *world, enum world_kind to, int at,
                                  void *event);
void *exam_world_event(enum world_kind kind);
/* The tokens of a paper whose writer has an employer of this group; each paper's writer is another one. */
void exam_world_tokens(struct paper_event *event, int at, unsigned group);
/* One paper more, of category 7. */
struct wf_verdict exam_world_seal(struct exam_world *world, unsigned group);
/* Delivers and plans until nothing is under way; false: never, or an invariant broke on the way. */
bool exam_world_settle(struct exam_world *world);
/* One message of a drawn lane; false: none is under way. */
bool exam_world_deliver(struct exam_world *world);
/* The job of the pool, if one is wanted. */
void exam_world_plan(struct exam_world *world);
/* Every aggregate whose deadline has come. */
void exam_world_tick(struct exam_world *world);
/* Replays everything, and reads back what is stored; false: something differs. */
bool exam_world_replays(struct exam_world *world);
/* SPEC 6.3: every plan in the pool's journal is made again from the state and seed before it; false: one differs. */
bool exam_world_plans_repeat(struct exam_world *world);

#endif
