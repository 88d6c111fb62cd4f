/* pool_replay.h - what an auditor does with the pool's journal: every line is stepped once more, every plan made
 * again from the state and the seed before it.  SPEC 6.8.  Needs no running program and no secret. */
#ifndef POOL_REPLAY_H
#define POOL_REPLAY_H

#include "pool_core.h"

#include "wf_bytes.h"

/* What does not repeat.       name           what it means, behind "line 7: " */
#define POOL_REPLAY_FAULTS(X)                                                                      \
    X(CHAIN, "chain", "it was changed, or a line before it was changed, taken out or moved")       \
    X(UNREADABLE, "unreadable", "it is no line of this release")                                   \
    X(STEP, "step", "the rules make something else of it")                                         \
    X(READER, "reader", "the seed gives another reader")                                           \
    X(ORDER, "order", "the seed gives its rows in another order or number")                        \
    X(LACK, "lack", "the seed does not find the same papers without a reader")                     \
    X(CERTIFICATE, "certificate", "the reason why nobody can be found is another")                 \
    X(UNPLANNED, "unplanned", "a reader holds a place that no plan gave")                          \
    X(SEAT, "seat", "a seat was opened for a reader to whom no plan gave the paper")
enum pool_replay_kind {
#define WF_X(symbol, name, sentence) POOL_REPLAY_##symbol,
    POOL_REPLAY_FAULTS(WF_X)
#undef WF_X
        POOL_REPLAY_KIND_COUNT
};
const char *pool_replay_name(enum pool_replay_kind kind);
const char *pool_replay_sentence(enum pool_replay_kind kind);

struct pool_replay_fault {
    enum pool_replay_kind kind;
    uint64_t line; /* of the pool's, from 1; 0: of the seat's own journal */
    wf_time at;
    /* From READER on: */
    char handle[EXAM_ID_MAX + 1];
    int32_t place;               /* 0: about the paper */
    char said[EXAM_ID_MAX + 1];  /* reader in the journal; empty: nobody */
    char makes[EXAM_ID_MAX + 1]; /* reader by the seed; empty: nobody */
    char seat[EXAM_CODE + 1];    /* of SEAT */
};

/* The time of one seed; the first one has none when plans were made before the first reader came. */
struct pool_replay_period {
    bool is_seeded;
    uint8_t seed[POOL_SEED], sha256[POOL_SEED];
    wf_time since, until; /* until: WF_NEVER while it is in use, and then it is not to be shown */
    uint64_t plans, nights;
    uint64_t readings; /* rows: readers given */
    uint64_t lacks;
    uint64_t stale;  /* outcomes about another state, which nobody took */
    uint64_t unlike; /* plans that do not repeat */
};

struct pool_replay_report {
    uint64_t lines;
    uint64_t seats; /* opened, and compared; without calibrations, which count in no result */
    uint64_t ahead; /* of these: newer than the pool's last line, so their plan may still come */
    wf_time last;   /* of the last line */
    const struct pool_replay_period *periods;
    size_t period_count;
    const struct pool_replay_fault *faults;
    size_t fault_count;
};

struct pool_replay;
struct pool_replay *pool_replay_open(void);
void pool_replay_close(struct pool_replay **replay);
/* The next line of a journal of endorse-exam, as it is stored.  Those of the pool come in order, those of seats
 * anywhere between; other aggregates' are passed over. */
void pool_replay_line(struct pool_replay *replay, struct wf_bytes line);
/* The same for an event that was decoded; `reason` "": it was applied, else the code of its refusal. */
void pool_replay_event(struct pool_replay *replay, const struct pool_event *event, wf_time now,
                       const char *reason);
/* All lines were there: the seats are compared with the plans.  Once, before the report. */
void pool_replay_finish(struct pool_replay *replay);
/* Good until the next line. */
struct pool_replay_report pool_replay_report(const struct pool_replay *replay);

#endif
