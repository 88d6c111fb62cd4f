/* paper_core.h - the machine `paper`: one sealed paper from its handle to its result.  SPEC 6.1.
 * Pure (wf_step.h). */
#ifndef PAPER_CORE_H
#define PAPER_CORE_H

#include "exam_parts.h"

enum {
    PAPER_SEATS_MAX = 24, /* ever; then nobody is asked any more and a committee decides */
    PAPER_EXCLUDED_MAX = 16,
    PAPER_PINS_MAX = 8,
    PAPER_MEMBERS_MAX = 8,
    PAPER_ORDERS_MAX = PAPER_SEATS_MAX + EXAM_LENT_MAX
};

enum paper_state_id {
#define PAPER_STATE(symbol, name, word) PAPER_##symbol,
#include "paper_states.def"
#undef PAPER_STATE
    PAPER_STATE_COUNT
};
const char *paper_state_name(enum paper_state_id state);

/* Columns of the table; a zeroed event is a tick. */
#define PAPER_EVENTS(X)                                                                            \
    X(TICK)                                                                                        \
    X(SEALED)                                                                                      \
    X(TEXT)                                                                                        \
    X(TOKENS)                                                                                      \
    X(HELD)                                                                                        \
    X(VOIDED)                                                                                      \
    X(APPEALED)                                                                                    \
    X(CHOSEN)                                                                                      \
    X(LENT)                                                                                        \
    X(OPENED)                                                                                      \
    X(SUBMITTED)                                                                                   \
    X(GONE)                                                                                        \
    X(KNOWN)                                                                                       \
    X(QUESTIONED)                                                                                  \
    X(CORRECTION)                                                                                  \
    X(SPLIT)                                                                                       \
    X(PINNED)                                                                                      \
    X(EXCLUDED)                                                                                    \
    X(GATED)
enum paper_event_kind {
#define WF_X(symbol) PAPER_EVENT_##symbol,
    PAPER_EVENTS(WF_X)
#undef WF_X
        PAPER_EVENT_COUNT
};

#define PAPER_ACTIONS(X)                                                                           \
    X(IGNORE)                                                                                      \
    X(ABSENT)                                                                                      \
    X(EXISTS)                                                                                      \
    X(TOO_EARLY)                                                                                   \
    X(NO_SPLIT)                                                                                    \
    X(ENDED)                                                                                       \
    X(SEAL)                                                                                        \
    X(REPLACE)                                                                                     \
    X(TOKENS)                                                                                      \
    X(HOLD)                                                                                        \
    X(VOID)                                                                                        \
    X(APPEAL)                                                                                      \
    X(CHOOSE)                                                                                      \
    X(LEND)                                                                                        \
    X(OPEN)                                                                                        \
    X(LOCK)                                                                                        \
    X(LOSE)                                                                                        \
    X(KNOW)                                                                                        \
    X(NOTE)                                                                                        \
    X(PAUSE)                                                                                       \
    X(UNLOCK)                                                                                      \
    X(SPLIT)                                                                                       \
    X(PIN)                                                                                         \
    X(EXCLUDE)                                                                                     \
    X(GATE)                                                                                        \
    X(GATED)                                                                                       \
    X(FORGET)
enum paper_action {
#define WF_X(symbol) PAPER_DO_##symbol,
    PAPER_ACTIONS(WF_X)
#undef WF_X
        PAPER_ACTION_COUNT
};
enum paper_action paper_cell(enum paper_state_id state, enum paper_event_kind event);

#define PAPER_REASONS(X)                                                                           \
    X(NONE, "", "")                                                                                \
    X(ABSENT, "paper-unknown", "There is no paper of this handle.")                                \
    X(EXISTS, "paper-exists", "This paper was sealed before.")                                     \
    X(TOO_EARLY, "not-released", "An appeal follows a released result.")                           \
    X(NO_SPLIT, "no-committee", "This paper waits for no committee.")                              \
    X(ENDED, "paper-ended", "This paper is void.")                                                 \
    X(PACK, "rule-pack-unfit", "This rule pack has no criteria to be scored on.")                  \
    X(CRITERION, "criterion-unknown", "A criterion is unknown or given twice.")                    \
    X(MISSING, "criterion-missing", "Every criterion of the rubric needs points.")                 \
    X(RANGE, "points-outside", "The points of a criterion are outside the rubric.")                \
    X(NOT_AN_OPERATOR, "not-an-operator", "No operator of this installation signed this.")         \
    X(WRONG_ROLE, "wrong-role", "Only a coordinator enters a committee's result.")                 \
    X(OPERATOR_EXCLUDED, "excluded", "Who saw whose paper this is decides nothing on it.")         \
    X(MEMBERS, "members-missing",                                                                  \
      "The committee has too few members, one twice, or one who is no operator.")                  \
    X(PIN_TWICE, "same-key", "The second word must come from another operator of another role.")   \
    X(PINS_FULL, "too-many-pins", "No more readers can be pinned on this paper.")                  \
    X(FORGOTTEN, "text-forgotten", "The text of this paper is kept no more, so nobody can read it.")
enum paper_reason {
#define WF_X(symbol, code, text) PAPER_BECAUSE_##symbol,
    PAPER_REASONS(WF_X)
#undef WF_X
        PAPER_REASON_COUNT
};

enum paper_seat_state {
    PAPER_SEAT_OFFERED = 0, /* not opened */
    PAPER_SEAT_OPENED,
    PAPER_SEAT_LOCKED,
    PAPER_SEAT_ASIDE, /* its sheet does not count */
    PAPER_SEAT_GONE,
    PAPER_SEAT_STATES
};
struct paper_seat {
    char code[EXAM_CODE + 1];
    char reader[EXAM_ID_MAX + 1];
    int32_t place;
    uint32_t round;
    enum paper_seat_state state;
    bool counted;  /* it takes part in the result of its round */
    int32_t known; /* proto enum WriterKnown; 0: not said yet */
    struct exam_sheet sheet;
};

/* A calibration seat: not among the seats, so that no sheet of it can count. */
struct paper_lent {
    char code[EXAM_CODE + 1];
    char reader[EXAM_ID_MAX + 1];
};

struct paper_result {
    bool decided;
    enum adjudicate_path path;
    bool by_committee, kept; /* kept: the one before stands, which is better */
    int64_t score;           /* hundredths */
    int64_t criteria[ADJUDICATE_CRITERIA_MAX];
    bool passed;
};

struct paper_operator {
    char id[WF_ID_MAX + 1];
};
struct paper_pin {
    char reader[EXAM_ID_MAX + 1];
    char by[WF_ID_MAX + 1]; /* who said it first */
    uint32_t roles;
    bool settled;
};

struct paper {
    enum paper_state_id state;
    int32_t category, age_line;
    char form[EXAM_NAME_MAX + 1];
    char language[EXAM_LANGUAGE_MAX + 1];
    uint32_t text_version;
    uint8_t text_sha256[32];
    struct adjudicate_pack pack;
    wf_time sealed_at;
    uint32_t round, resolution;
    uint64_t seen; /* the pool's last choice */
    bool suspended, paused;
    bool third;      /* wanted in this round */
    bool third_lost; /* set aside: a committee */
    bool certified;  /* the pool has said why nobody can be found */
    char certificate[EXAM_CERTIFICATE_MAX + 1];
    enum paper_state_id told;     /* whose word intake has heard last */
    wf_time since;                /* of the word */
    wf_time released_at;          /* for the last time */
    bool forgotten;               /* the text is kept no more */
    wf_time resolved_at, gate_at; /* gate_at: when the gate was last asked, 0: not yet */
    char gate_why[EXAM_CERTIFICATE_MAX + 1];
    bool has_split;
    int32_t split[ADJUDICATE_CRITERIA_MAX];
    struct paper_result result, earlier; /* of this round; released before it */
    int32_t token_count;
    struct exam_token tokens[EXAM_TOKENS_MAX];
    int32_t seat_count;
    struct paper_seat seats[PAPER_SEATS_MAX];
    int32_t lent_count;
    struct paper_lent lent[EXAM_LENT_MAX];
    int32_t excluded_count;
    struct paper_operator excluded[PAPER_EXCLUDED_MAX];
    int32_t pin_count;
    struct paper_pin pins[PAPER_PINS_MAX];
};

struct paper_slot {
    int32_t place;
    char reader[EXAM_ID_MAX + 1];
    char why[EXAM_WHY_MAX + 1];
};

struct paper_event {
    struct wf_event_meta meta;
    enum paper_event_kind kind;
    /* sealed; text */
    int32_t category, age_line;
    char form[EXAM_NAME_MAX + 1];
    char language[EXAM_LANGUAGE_MAX + 1];
    struct adjudicate_pack pack;
    int32_t token_count; /* and tokens */
    struct exam_token tokens[EXAM_TOKENS_MAX];
    bool held;
    bool rescore; /* appealed */
    /* chosen */
    uint64_t choice;
    uint32_t round;
    int32_t slot_count;
    struct paper_slot slots[EXAM_PLACES];
    char lacking[EXAM_CERTIFICATE_MAX + 1];
    /* told by the seat meta.from */
    char why[EXAM_WHY_MAX + 1];
    int32_t known;
    uint32_t text_version; /* questioned */
    char prompt[EXAM_NAME_MAX + 1];
    struct exam_sheet sheet;
    struct exam_scores scores; /* and split */
    /* operators */
    struct exam_operator by;
    int32_t member_count;
    struct paper_operator members[PAPER_MEMBERS_MAX];
    char reader[EXAM_ID_MAX + 1];    /* pinned, lent */
    char operator_id[WF_ID_MAX + 1]; /* excluded */
    /* gated */
    uint32_t resolution;
    bool agrees;
    char gate_why[EXAM_CERTIFICATE_MAX + 1];
    struct exam_text text;
};

/* In the order of the wire's SeatOrderKind. */
enum paper_order_kind {
    PAPER_ORDER_NONE = 0,
    PAPER_ORDER_CLOSE,
    PAPER_ORDER_SET_ASIDE,
    PAPER_ORDER_COUNT,
    PAPER_ORDER_PAUSE,
    PAPER_ORDER_RESUME,
    PAPER_ORDER_CORRECT,
    PAPER_ORDER_WITHDRAW
};
struct paper_order {
    char code[EXAM_CODE + 1];
    enum paper_order_kind kind;
    char why[EXAM_WHY_MAX + 1];
};
struct paper_effects {
    bool needs;                                /* the pool is told what is wanted */
    int32_t opened_count, opened[EXAM_PLACES]; /* seats to be wanted */
    bool lends;                                /* the last one of lent[] is to be wanted */
    int32_t order_count;
    struct paper_order orders[PAPER_ORDERS_MAX];
    bool waiting;    /* the word for intake changed */
    bool released;   /* ExamResolved */
    bool questioned; /* PaperQuestioned */
    bool gate;       /* the gate is asked */
    bool put_text, drop_text;
};

struct wf_verdict paper_step(const void *policy, const void *before, const void *event, wf_time now,
                             void *after, void *effects);
wf_time paper_next_deadline(const void *policy, const void *state);
bool paper_holds(const void *state, const char **broken);
/* The word that intake hears: of the state and the mark "suspended". */
const char *paper_word(const struct paper *paper);
/* The seat of this round at a place that is not gone nor aside; -1: none. */
int32_t paper_seat_at(const struct paper *paper, int32_t place);
/* Who ever held a seat of it, a calibration seat too. */
bool paper_ever_held(const struct paper *paper, const char *reader);
/* SPEC 6.9: others may be measured by its result. */
bool paper_calibrates(const struct paper *paper);
/* Its result in hundredths, on the scale of one sheet. */
int64_t paper_key(const struct paper *paper);
/* Points of the largest score on the scale of the result. */
int32_t paper_most(const struct adjudicate_pack *pack);
/* Any place that has no reader now (and should). */
bool paper_lacks(const struct paper *paper);

/* ---- paper_result_core.c ---- */
/* SPEC 1, 6.1 *lock*: what the locked sheets of this round give; seats that take part are marked. */
void paper_compare(struct paper *paper, struct adjudicate_result *result);
/* SPEC 7.3 (9): the committee's. */
void paper_split(struct paper *paper);
/* Never lower than what was released before (SPEC 7.4). */
void paper_settle(struct paper *paper);

#endif
