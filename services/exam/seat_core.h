/* seat_core.h - the machine `seat`: one reader's place at one paper, under a random code.  SPEC 6.2.
 * Pure (wf_step.h). */
#ifndef SEAT_CORE_H
#define SEAT_CORE_H

#include "exam_parts.h"

enum seat_state_id {
#define SEAT_STATE(symbol, name) SEAT_##symbol,
#include "seat_states.def"
#undef SEAT_STATE
    SEAT_STATE_COUNT
};
const char *seat_state_name(enum seat_state_id state);

/* Columns of the table; a zeroed event is a tick. */
#define SEAT_EVENTS(X)                                                                             \
    X(TICK)                                                                                        \
    X(WANTED)                                                                                      \
    X(ACCEPTED)                                                                                    \
    X(DECLINED)                                                                                    \
    X(OPENED)                                                                                      \
    X(RECUSED)                                                                                     \
    X(SUBMITTED)                                                                                   \
    X(QUESTIONED)                                                                                  \
    X(KNOWN)                                                                                       \
    X(ASKED)                                                                                       \
    X(APPROVED)                                                                                    \
    X(CLOSE)                                                                                       \
    X(ASIDE)                                                                                       \
    X(COUNTED)                                                                                     \
    X(PAUSE)                                                                                       \
    X(RESUME)                                                                                      \
    X(CORRECT)                                                                                     \
    X(WITHDRAW)
enum seat_event_kind {
#define WF_X(symbol) SEAT_EVENT_##symbol,
    SEAT_EVENTS(WF_X)
#undef WF_X
        SEAT_EVENT_COUNT
};

#define SEAT_ACTIONS(X)                                                                            \
    X(IGNORE)                                                                                      \
    X(GONE)                                                                                        \
    X(EXISTS)                                                                                      \
    X(LOCKED)                                                                                      \
    X(NOTHING)                                                                                     \
    X(TOO_LATE)                                                                                    \
    X(TIME)                                                                                        \
    X(OFFER)                                                                                       \
    X(ACCEPT)                                                                                      \
    X(DECLINE)                                                                                     \
    X(OPEN)                                                                                        \
    X(RECUSE)                                                                                      \
    X(SUBMIT)                                                                                      \
    X(QUESTION)                                                                                    \
    X(KNOW)                                                                                        \
    X(ASK)                                                                                         \
    X(APPROVE)                                                                                     \
    X(CLOSE)                                                                                       \
    X(ASIDE)                                                                                       \
    X(COUNT)                                                                                       \
    X(JUDGE)                                                                                       \
    X(FORGET)                                                                                      \
    X(PAUSE)                                                                                       \
    X(RESUME)                                                                                      \
    X(CORRECT)
enum seat_action {
#define WF_X(symbol) SEAT_DO_##symbol,
    SEAT_ACTIONS(WF_X)
#undef WF_X
        SEAT_ACTION_COUNT
};
enum seat_action seat_cell(enum seat_state_id state, enum seat_event_kind event);

#define SEAT_REASONS(X)                                                                            \
    X(NONE, "", "")                                                                                \
    X(GONE, "seat-gone", "This seat is not open for a sheet.")                                     \
    X(EXISTS, "seat-exists", "This code is taken.")                                                \
    X(LOCKED, "seat-locked", "The sheet is locked; ask for a correction.")                         \
    X(NOT_THIS_TEXT, "text-unknown", "The sheet is about a text that the seat was never given.")   \
    X(CRITERION, "criterion-unknown",                                                              \
      "The sheet names a criterion that the rubric has not, or one twice.")                        \
    X(MISSING, "criterion-missing", "The sheet leaves a criterion of the rubric out.")             \
    X(RANGE, "points-outside", "The points of a criterion are outside the rubric.")                \
    X(NO_CORRECTION, "no-correction-wanted", "The reader has not asked for a correction.")         \
    X(TOO_LATE, "compared", "The sheets were compared; nothing can be corrected any more.")        \
    X(NOT_AN_OPERATOR, "not-an-operator", "No operator of this installation signed this.")         \
    X(WRONG_ROLE, "wrong-role", "Only a coordinator approves corrections.")
enum seat_reason {
#define WF_X(symbol, code, text) SEAT_BECAUSE_##symbol,
    SEAT_REASONS(WF_X)
#undef WF_X
        SEAT_REASON_COUNT
};

struct seat {
    enum seat_state_id state;
    char handle[EXAM_ID_MAX + 1]; /* this machine alone knows it beside the paper's */
    char reader[EXAM_ID_MAX + 1];
    uint32_t place, round;
    bool calibration;
    int64_t key_hundredths;
    wf_time judge_at; /* of a locked calibration, at the latest */
    wf_time locked_at;
    bool forgotten; /* the desk has neither text nor sheet any more */
    struct adjudicate_pack pack;
    uint32_t text_version;
    wf_time offered_at;
    wf_time respond_until, due_until; /* first instants that are too late */
    int32_t reminders;                /* sent */
    uint32_t points_passed;           /* bit per reminder point, sent or not */
    wf_time paused_at;                /* 0: not paused */
    bool correction_wanted;
    int32_t known; /* proto enum WriterKnown */
    struct exam_sheet sheet;
};

struct seat_event {
    struct wf_event_meta meta;
    enum seat_event_kind kind;
    /* wanted */
    char handle[EXAM_ID_MAX + 1];
    char reader[EXAM_ID_MAX + 1];
    char form[EXAM_NAME_MAX + 1];
    char language[EXAM_LANGUAGE_MAX + 1];
    uint32_t place, round;
    bool calibration;
    int64_t key_hundredths;
    struct adjudicate_pack pack;
    /* submitted */
    struct exam_scores scores;
    struct exam_sheet sheet; /* its points are not filled yet */
    /* declined, recused, close, aside */
    char why[EXAM_WHY_MAX + 1];
    char prompt[EXAM_NAME_MAX + 1]; /* questioned */
    int32_t known;
    struct exam_operator by; /* approved */
    struct exam_text text;   /* wanted, resume */
};

/* What is told to the paper; in the order of the wire's SeatToldKind. */
enum seat_told {
    SEAT_TOLD_NOTHING = 0,
    SEAT_TOLD_IT_OPENED,
    SEAT_TOLD_IT_SUBMITTED,
    SEAT_TOLD_IT_GONE,
    SEAT_TOLD_IT_KNOWN,
    SEAT_TOLD_IT_QUESTIONED,
    SEAT_TOLD_IT_CORRECTION
};
enum seat_desk {
    SEAT_DESK_NOTHING = 0,
    SEAT_DESK_OFFERED,
    SEAT_DESK_TEXT,
    SEAT_DESK_PAUSED,
    SEAT_DESK_CLOSED,
    SEAT_DESK_CORRECTION
};
/* What the pool hears of a calibration. */
enum seat_calibration {
    SEAT_CALIBRATION_NOTHING = 0,
    SEAT_CALIBRATION_OPENED,
    SEAT_CALIBRATION_GONE,
    SEAT_CALIBRATION_WITHIN,
    SEAT_CALIBRATION_OUTSIDE
};
struct seat_effects {
    enum seat_desk desk;
    enum seat_told told;
    int32_t notice; /* proto enum ReaderNoticeKind; 0: none */
    enum seat_calibration calibration;
    char why[EXAM_WHY_MAX + 1];
};

struct wf_verdict seat_step(const void *policy, const void *before, const void *event, wf_time now,
                            void *after, void *effects);
wf_time seat_next_deadline(const void *policy, const void *state);
bool seat_holds(const void *state, const char **broken);
/* Read by its reader, or to be. */
bool seat_is_live(const struct seat *seat);

#endif
