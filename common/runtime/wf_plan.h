/* wf_plan.h - what a decision wants done, while it is being collected. */
#ifndef WF_PLAN_H
#define WF_PLAN_H

#include "wf_pool.h"
#include "wf_work.h"

/* A message that is to go into the outbox. */
struct wf_plan_send {
    struct wf_address to;
    char to_text[WF_ADDRESS_MAX + 1];
    uint64_t sequence;
    struct wf_entry entry;
    struct wf_bytes envelope;
};
struct wf_plan_job {
    struct wf_bytes bytes;
    struct wf_plan_job *next;
};

struct wf_plan {
    struct wf_pool *pool;
    const struct wf_work *work;
    struct wf_entity *entity;
    const char *from_text; /* address of the aggregate itself */
    wf_time now;
    uint64_t version, incarnation;

    struct wf_plan_send *sends;
    size_t send_count, send_capacity;
    struct wf_index *indexes;
    size_t index_count, index_capacity;
    struct wf_plan_job *first_job, **last_job;
    struct wf_bytes answer;
    const char *edition;
    struct wf_bytes judgement;
    bool is_ending;
};

struct wf_plan *wf_plan_begin(struct wf_pool *pool, const struct wf_work *work,
                              struct wf_entity *entity, wf_time now);
/* True for aggregates that take one message in their life (SPEC 3.5). */
bool wf_plan_is_one_shot(enum wf_service service, const char *kind);
/* SPEC 3.7. */
struct wf_entry wf_plan_entry(const char *from, const char *to, uint64_t incarnation,
                              uint64_t sequence);
enum { WF_ENTRY_TEXT = 33 };
void wf_plan_entry_text(struct wf_entry entry, char text[static WF_ENTRY_TEXT]);

#endif
