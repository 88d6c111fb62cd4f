/* ops_view.h - what the heartbeat rows (SPEC 8) say of queues and workers.  Pure but for memory. */
#ifndef OPS_VIEW_H
#define OPS_VIEW_H

#include "wf_bytes.h"
#include "wf_time.h"

#include <jansson.h>
#include <stdbool.h>

enum {
    OPS_ROWS_MAX = 64,
    OPS_PROGRAMS_MAX = 16,
    OPS_NAME_MAX = 31,
    OPS_STALE_MS = 15 * 1000, /* a worker writes its row every 10 s at least */
    OPS_SAMPLE_MS = 5 * 1000,
    OPS_SAMPLES = 120 /* ten minutes */
};

struct ops_row {
    char worker[OPS_NAME_MAX + 9]; /* "intake.0" */
    char program[OPS_NAME_MAX + 1];
    char state[16], version[24];
    int64_t pid;
    wf_time started, at, progress; /* instants */
    wf_time oldest_age;            /* of the oldest waiting message; 0: none waits */
    wf_time next_due;              /* instant of the real clock; WF_NEVER: none */
    int64_t ready, in_flight, parked, dead;
    int64_t timers;  /* -1: a discreet program does not tell */
    json_t *metrics; /* owned, an object, or NULL */
    bool has_audit;  /* what the audit copy says of the journals */
    int64_t audit_alarms;
    char audit_first[32], audit_stream[24], audit_error[200];
    char rules[24], rules_error[200]; /* digest of those in force; why newer ones are not */
};

/* Queues of one program, over its instances. */
struct ops_queue {
    char program[OPS_NAME_MAX + 1];
    int64_t ready, in_flight, parked, dead;
    int64_t timers; /* -1: a discreet program does not tell */
    wf_time oldest_age, next_due;
};

struct ops_history {
    char program[OPS_NAME_MAX + 1]; /* "": free */
    int64_t samples[OPS_SAMPLES];   /* a ring */
    unsigned count, next;
};

struct ops_view {
    struct ops_row rows[OPS_ROWS_MAX];
    unsigned row_count;
    struct ops_queue queues[OPS_PROGRAMS_MAX];
    unsigned queue_count;
    struct ops_history history[OPS_PROGRAMS_MAX];
    wf_time sampled;
};

/* Forgets the rows, keeps the history. */
void ops_view_clear(struct ops_view *view);
/* Adds a row; false if it is not one (then it is left out). */
bool ops_view_add(struct ops_view *view, const char *field, struct wf_bytes json);
/* After the last row: sorts, sums the queues, takes a sample when it is time. */
void ops_view_close(struct ops_view *view, wf_time now);
bool ops_row_is_stale(const struct ops_row *row, wf_time now);

/* What the page shows beside the rows. */
struct ops_facts {
    wf_time now;
    const char *tier; /* one sentence */
    bool tier_known;
    bool store_answers;
};
json_t *ops_page_model(const struct ops_view *view, const struct ops_facts *facts);
/* Appends an SVG of a program's last ten minutes, without style attributes (the content policy). */
void ops_plot(const struct ops_view *view, const char *program, struct wf_buffer *svg);

#endif
