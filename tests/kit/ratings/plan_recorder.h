/* plan_recorder.h - wf_plan_* (wf_domain.h) for tests of one machine: keeps what was planned. */
#ifndef PLAN_RECORDER_H
#define PLAN_RECORDER_H

#include "wf_domain.h"

enum { PLAN_SENDS_MAX = 40, PLAN_INDEXES_MAX = 40 };

struct plan_send {
    enum wf_message message;
    char id[WF_ID_MAX + 1];
    struct wf_buffer payload; /* packed */
};
struct wf_plan {
    wf_time now;
    uint64_t version;
    struct plan_send sends[PLAN_SENDS_MAX];
    size_t send_count;
    struct wf_index indexes[PLAN_INDEXES_MAX]; /* their bytes are in `memory` of the same place */
    struct wf_buffer memory[PLAN_INDEXES_MAX][3];
    size_t index_count;
    char edition[32];
    struct wf_buffer judgement; /* packed; empty: none */
};
void plan_recorder_begin(struct wf_plan *plan, wf_time now, uint64_t version);
void plan_recorder_end(struct wf_plan *plan);

#endif
