/* pool_core.h - the machine `pool`: who may read, who has room, and who reads what.  SPEC 6.3.
 * Pure (wf_step.h); the choosing itself is a job (pool_job.h) whose result is checked here row by row. */
#ifndef POOL_CORE_H
#define POOL_CORE_H

#include "exam_parts.h"

enum {
    POOL_READERS_MAX = 256,
    POOL_PAPERS_MAX = 512,
    POOL_QUALIFICATIONS_MAX = 8,
    POOL_LANGUAGES_MAX = 4,
    POOL_SPANS_MAX = 8,
    POOL_AUTHORS_MAX = 256, /* writers a reader has read; then the reader gets no further papers */
    POOL_GIVEN_MAX = 64,    /* seats within a window */
    POOL_HELD_MAX = 32,     /* every seat of a paper, its calibrations too */
    POOL_PINNED_MAX = 8,
    POOL_ROWS_MAX = 400, /* of one plan */
    POOL_LACKS_MAX = 64,
    POOL_SEEDS_MAX = 8, /* kept after they were replaced */
    POOL_SEED = 32,
    POOL_CALIBRATIONS = 5,
    POOL_SHELF_MAX = 64,     /* papers that calibrate */
    POOL_SHELF_FORM_MAX = 8, /* of one category, form and language */
    POOL_LENDINGS_MAX = 2 * POOL_READERS_MAX
};
#define POOL_NOBODY (-1)

#define POOL_EVENTS(X)                                                                             \
    X(TICK)                                                                                        \
    X(CARD)                                                                                        \
    X(NEEDS)                                                                                       \
    X(NOTICE)                                                                                      \
    X(CALIBRATION)                                                                                 \
    X(PLANNED)
enum pool_event_kind {
#define WF_X(symbol) POOL_EVENT_##symbol,
    POOL_EVENTS(WF_X)
#undef WF_X
        POOL_EVENT_COUNT
};

#define POOL_REASONS(X)                                                                            \
    X(NONE, "", "")                                                                                \
    X(FULL, "pool-full", "The pool holds as many readers as it can.")                              \
    X(CARD_TOO_LARGE, "card-too-large", "The card has more rows than a reader can have.")
enum pool_reason {
#define WF_X(symbol, code, text) POOL_BECAUSE_##symbol,
    POOL_REASONS(WF_X)
#undef WF_X
        POOL_REASON_COUNT
};

struct pool_qualification {
    int32_t category;
    char form[EXAM_NAME_MAX + 1]; /* empty: every form of the category */
    wf_date until;                /* last day; WF_NO_DATE: no end */
};
struct pool_span {
    wf_date from, until;
};
struct pool_language {
    char code[EXAM_LANGUAGE_MAX + 1];
};
struct pool_given {
    wf_date on;
};

/* What intake says of a reader, whole each time. */
struct pool_card {
    bool active;
    int32_t capacity, window_days;
    int32_t token_count;
    struct exam_token tokens[EXAM_TOKENS_MAX];
    int32_t qualification_count;
    struct pool_qualification qualifications[POOL_QUALIFICATIONS_MAX];
    int32_t language_count;
    struct pool_language languages[POOL_LANGUAGES_MAX];
    int32_t span_count;
    struct pool_span spans[POOL_SPANS_MAX];
};

/* A calibration under way. */
struct pool_lent {
    int32_t paper; /* 1 + place in papers[]; 0: none */
    uint64_t choice;
    wf_date on;
    bool opened;
};

struct pool_reader {
    char id[EXAM_ID_MAX + 1]; /* empty: free */
    struct pool_card card;
    int32_t author_count; /* TOKEN_AUTHOR of the papers whose seats were held (E2) */
    struct exam_token authors[POOL_AUTHORS_MAX];
    int32_t given_count; /* seats within the window */
    struct pool_given given[POOL_GIVEN_MAX];
    int32_t seats; /* ever */
    struct pool_lent lent;
    bool owed;            /* one was due and could not be given yet */
    int32_t calibrations; /* judged, ever */
    int32_t within;       /* of them */
    int32_t outside;      /* of the last five: bits of those outside */
    int32_t good_in_a_row;
    bool recalibrating;
    int32_t noticed_kind; /* proto enum ReaderNoticeKind, of the last notice */
    wf_date noticed_on, noticed_due;
};

struct pool_slot {
    bool wanted;
    int32_t reader; /* in readers[]; POOL_NOBODY */
    bool opened;
    uint64_t choice; /* that gave it */
    wf_date on;
};
struct pool_held {
    int32_t reader;
};

struct pool_paper {
    char handle[EXAM_ID_MAX + 1]; /* empty: free */
    uint32_t round;
    int32_t category;
    char form[EXAM_NAME_MAX + 1];
    char language[EXAM_LANGUAGE_MAX + 1];
    uint64_t choice; /* the last one */
    bool lacking;    /* nobody can be found as things are; the paper was told */
    int32_t token_count;
    struct exam_token tokens[EXAM_TOKENS_MAX];
    struct pool_slot slots[EXAM_PLACES];
    int32_t held_count;
    struct pool_held held[POOL_HELD_MAX];
    int32_t pinned_count;
    struct pool_held pinned[POOL_PINNED_MAX];
    bool calibrates; /* released and on the shelf: it wants nobody */
    bool resting;    /* nobody gets it now */
    int32_t lent;    /* calibration seats, ever */
};

struct pool_seed {
    uint8_t bytes[POOL_SEED];
    wf_time since, until;
    int32_t plans;
};

struct pool {
    uint64_t changes; /* a plan is about the state after so many */
    bool dirty;       /* something changed since the last repair */
    bool planning;    /* a job is out */
    wf_time planning_since;
    bool repairing; /* it is the night's */
    wf_time repaired_at;
    int32_t seed_count; /* the last one is in use, those before are shown */
    struct pool_seed seeds[POOL_SEEDS_MAX];
    int32_t reader_count;
    struct pool_reader readers[POOL_READERS_MAX];
    int32_t paper_count; /* places in use or once used */
    struct pool_paper papers[POOL_PAPERS_MAX];
};

struct pool_row {
    char handle[EXAM_ID_MAX + 1];
    int32_t place;
    char reader[EXAM_ID_MAX + 1];
};
struct pool_lack {
    char handle[EXAM_ID_MAX + 1];
    char certificate[EXAM_CERTIFICATE_MAX + 1];
};
struct pool_wish {
    int32_t place;
    char reader[EXAM_ID_MAX + 1];
    bool opened;
};
struct pool_name {
    char id[EXAM_ID_MAX + 1];
};

enum pool_told { POOL_TOLD_OPENED = 1, POOL_TOLD_GONE, POOL_TOLD_WITHIN, POOL_TOLD_OUTSIDE };

struct pool_event {
    struct wf_event_meta meta;
    enum pool_event_kind kind;
    char reader[EXAM_ID_MAX + 1]; /* card, notice, calibration */
    bool too_large;
    struct pool_card card;
    /* needs; the paper is meta.from */
    uint32_t round;
    uint64_t seen;
    int32_t category;
    char form[EXAM_NAME_MAX + 1];
    char language[EXAM_LANGUAGE_MAX + 1];
    int32_t token_count;
    struct exam_token tokens[EXAM_TOKENS_MAX];
    int32_t wish_count;
    struct pool_wish wishes[EXAM_PLACES];
    int32_t held_count, pinned_count;
    struct pool_name held[POOL_HELD_MAX], pinned[POOL_PINNED_MAX];
    bool calibrates, resting;
    int32_t lent;
    /* notice */
    int32_t notice;
    wf_date due;
    /* calibration */
    char handle[EXAM_ID_MAX + 1];
    enum pool_told told;
    /* planned */
    uint64_t plan;
    wf_date made_on; /* WF_NO_DATE: a line that does not say; then the day on which it was taken */
    bool repaired;
    int32_t calibration_percent;
    int32_t row_count;
    struct pool_row rows[POOL_ROWS_MAX];
    int32_t lack_count;
    struct pool_lack lacks[POOL_LACKS_MAX];
};

/* Why a place lost its reader, or got another one. */
enum pool_why { POOL_WHY_NONE = 0, POOL_WHY_CONFLICT, POOL_WHY_UNQUALIFIED, POOL_WHY_MOVED };

/* A calibration given to a reader, or taken away. */
struct pool_lending {
    int32_t paper, reader;
    enum pool_why why; /* POOL_WHY_NONE: given */
    uint64_t choice;
};

struct pool_effects {
    bool plan, repair;            /* the job is given */
    bool notice;                  /* to the event's reader */
    bool chosen[POOL_PAPERS_MAX]; /* the paper is told */
    bool changed[POOL_PAPERS_MAX][EXAM_PLACES];
    uint8_t why[POOL_PAPERS_MAX][EXAM_PLACES];
    int16_t lack[POOL_PAPERS_MAX]; /* 1 + place in the event's lacks[]; 0: none */
    bool seeded;                   /* a new seed: its hash is published */
    int32_t lending_count;
    struct pool_lending lendings[POOL_LENDINGS_MAX];
};

struct wf_verdict pool_step(const void *policy, const void *before, const void *event, wf_time now,
                            void *after, void *effects);
wf_time pool_next_deadline(const void *policy, const void *state);
bool pool_holds(const void *state, const char **broken);
/* The plan is about another state, or was made before midnight and came after it, when others may read. */
bool pool_is_stale(const struct pool *pool, const struct pool_event *planned, wf_date today);

/* ---- pool_rules_core.c: the rules, also for the job (SPEC 6.3) ---- */
/* Everything but room; what the reader holds of the paper now counts as not held. */
bool pool_may_read(const struct pool *pool, const struct pool_paper *paper, int32_t reader,
                   wf_date today);
/* The same but for the reader's own calibration: who is recalibrating reads calibrations alone. */
bool pool_may_calibrate(const struct pool *pool, const struct pool_paper *paper, int32_t reader,
                        wf_date today);
/* POOL_WHY_NONE: who holds a place may go on. */
enum pool_why pool_why_not(const struct pool *pool, const struct pool_paper *paper, int32_t reader,
                           wf_date today);
/* Held a seat of it, or of another attempt of its writer (E2). */
bool pool_has_held(const struct pool *pool, const struct pool_paper *paper, int32_t reader);
int32_t pool_room(const struct pool_reader *reader, wf_date today);
int32_t pool_load(const struct pool_reader *reader, wf_date today); /* seats within the window */
bool pool_is_open(const struct pool_paper *paper);                  /* a wanted place has nobody */
bool pool_has_conflict(const struct pool *pool, const struct pool_paper *paper, int32_t reader);
bool pool_is_qualified(const struct pool_reader *reader, const struct pool_paper *paper,
                       wf_date today);

#endif
