/* audit_state.h - what the records of a copy come to: the counts and hashes of each stream, the heads
 * of the aggregates, the open alarms, the last checkpoint.  Writer and verifier share it, so that
 * what one writes is what the other expects.  services/audit/SPEC.md 2.3, 2.6. */
#ifndef AUDIT_STATE_H
#define AUDIT_STATE_H

#include "audit_checkpoint.h"

#include "wf_address.h"

enum audit_alarm_kind {
#define AUDIT_ALARM_KIND(symbol, name, sentence) AUDIT_ALARM_##symbol,
#include "audit_alarms.def"
#undef AUDIT_ALARM_KIND
    AUDIT_ALARM_COUNT
};
const char *audit_alarm_name(enum audit_alarm_kind kind);
const char *audit_alarm_sentence(enum audit_alarm_kind kind);

enum { AUDIT_STREAMS = WF_SERVICE_COUNT * WF_PARTITIONS, AUDIT_NO_STREAM = AUDIT_STREAMS };
enum { AUDIT_DETAIL = 100 };

struct audit_alarm {
    uint64_t number; /* 1, 2, ...; given by whoever writes it */
    wf_time time;
    enum audit_alarm_kind kind;
    unsigned stream;           /* AUDIT_NO_STREAM: about the copy */
    uint64_t ms, n;            /* entry, or zeros */
    int64_t missing;           /* of the stream, in all */
    char detail[AUDIT_DETAIL]; /* words joined by hyphens, or a file's name and place */
};

struct audit_heads; /* the aggregates of one stream */
struct audit_stream {
    uint64_t count; /* lines copied */
    uint64_t last_ms, last_n;
    int64_t missing; /* copied lines that Redis is known to lack; below zero: it has more */
    uint8_t running[AUDIT_HASH];
    struct audit_heads *heads; /* NULL: none */
    uint8_t leaf[AUDIT_HASH], heads_leaf[AUDIT_HASH];
    bool is_stale; /* the leaves are older than the rest */
};

struct audit_state {
    struct audit_stream streams[AUDIT_STREAMS];
    uint64_t generation, number; /* of the file that is being read or written */
    uint64_t records, lines, unfit, checkpoints;
    uint64_t aggregates; /* with a head */
    uint8_t chain[AUDIT_HASH];
    struct audit_checkpoint last; /* sequence 0: none yet */
    uint8_t previous[AUDIT_HASH]; /* hash of the last one's text */
    uint64_t signed_records;      /* the last checkpoint covers so many, itself included */
    struct audit_alarm *open;     /* not acknowledged, in order */
    size_t open_count, open_capacity;
    uint64_t alarm_number; /* of the last alarm */
    struct wf_arena *arena;
};
struct audit_state *audit_state_create(uint64_t generation);
void audit_state_destroy(struct audit_state **state);

/* ---- names ---- */
unsigned audit_stream_index(const char *name); /* AUDIT_NO_STREAM: there is no such stream */
void audit_stream_name(unsigned stream, char name[static AUDIT_STREAM_NAME]);

/* ---- judging a line (SPEC 2.3) ---- */
enum audit_fit { AUDIT_FITS, AUDIT_FITS_NOT, AUDIT_IS_NO_LINE };
struct audit_judged {
    enum audit_fit fit;
    bool is_ended;
    uint8_t key[AUDIT_TAIL]; /* of the aggregate; not for AUDIT_IS_NO_LINE */
    uint8_t head[AUDIT_HASH];
};
void audit_state_judge(struct audit_state *state, unsigned stream, struct wf_bytes line,
                       struct audit_judged *judged);
/* Takes a line that was judged by this very state. */
void audit_state_take_line(struct audit_state *state, unsigned stream, uint64_t ms, uint64_t n,
                           const struct audit_judged *judged, const struct audit_record *record);

/* ---- taking records in order ---- */
/* WF_BROKEN, and nothing taken: it does not belong here.  `public_key` NULL: each checkpoint by the key
 * that it names. */
int audit_state_take(struct audit_state *state, const struct audit_record *record,
                     const uint8_t *public_key, struct wf_error *error) WF_MUST_CHECK;

/* ---- writing ---- */
/* The checkpoint over everything taken so far, all but its time and signature. */
void audit_state_checkpoint(struct audit_state *state, struct audit_checkpoint *checkpoint);
void audit_file_text(const struct audit_state *state, uint64_t number, wf_time time,
                     struct wf_buffer *text);
void audit_alarm_text(const struct audit_alarm *alarm, struct wf_buffer *text);
const struct audit_alarm *audit_state_open_alarm(const struct audit_state *state,
                                                 enum audit_alarm_kind kind, unsigned stream);

#endif
