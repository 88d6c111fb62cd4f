/* seat_core.h - the machine `seat`: one reader's work on one text, under a random code.  DESK 2.
 * Pure (wf_step.h). */
#ifndef SEAT_CORE_H
#define SEAT_CORE_H

#include "wf_exam_form.h"
#include "wf_step.h"

enum {
    SEAT_TEXT_MAX = 72 * 1024,  /* of a sealed text */
    SEAT_SHEET_MAX = 16 * 1024, /* of a sealed sheet */
    SEAT_WORD_MAX = 40,
    SEAT_NO_POINTS = -1
};
#define SEAT_WIPE_AGAIN WF_MINUTE

enum seat_state_name {
#define SEAT_STATE(symbol, name) SEAT_##symbol,
#include "seat_states.def"
#undef SEAT_STATE
    SEAT_STATE_COUNT
};

/* Columns of DESK 2.2; a zeroed event is a tick. */
#define SEAT_EVENTS(X)                                                                             \
    X(TICK)                                                                                        \
    X(OFFERED)                                                                                     \
    X(TEXT)                                                                                        \
    X(PAUSED)                                                                                      \
    X(CLOSED)                                                                                      \
    X(ALLOWED)                                                                                     \
    X(ACCEPT)                                                                                      \
    X(DECLINE)                                                                                     \
    X(OPEN)                                                                                        \
    X(SAVE)                                                                                        \
    X(SUBMIT)                                                                                      \
    X(RECUSE)                                                                                      \
    X(QUESTION)                                                                                    \
    X(KNOWN)                                                                                       \
    X(CORRECT)
enum seat_event_kind {
#define WF_X(symbol) SEAT_EVENT_##symbol,
    SEAT_EVENTS(WF_X)
#undef WF_X
        SEAT_EVENT_COUNT
};

/* What a cell does. */
#define SEAT_ACTIONS(X)                                                                            \
    X(IGNORE)                                                                                      \
    X(OFFER)                                                                                       \
    X(TEXT)                                                                                        \
    X(PAUSE)                                                                                       \
    X(CLOSE)                                                                                       \
    X(ALLOW)                                                                                       \
    X(ACCEPT)                                                                                      \
    X(DECLINE)                                                                                     \
    X(OPEN)                                                                                        \
    X(SAVE)                                                                                        \
    X(LOCK)                                                                                        \
    X(RECUSE)                                                                                      \
    X(QUESTION)                                                                                    \
    X(KNOWN)                                                                                       \
    X(ASK)                                                                                         \
    X(WIPE)                                                                                        \
    X(LATE_TEXT)                                                                                   \
    X(GONE)                                                                                        \
    X(UNACCEPTED)                                                                                  \
    X(UNOPENED)                                                                                    \
    X(TOO_LATE)                                                                                    \
    X(FINAL)                                                                                       \
    X(REPEAT)                                                                                      \
    X(UNLOCKED)
enum seat_action {
#define WF_X(symbol) SEAT_DO_##symbol,
    SEAT_ACTIONS(WF_X)
#undef WF_X
};
enum seat_action seat_cell(enum seat_state_name state, enum seat_event_kind event);

#define SEAT_REASONS(X)                                                                            \
    X(SEAT_NO_REASON, "", "")                                                                      \
    X(SEAT_GONE, "not-yours", "There is no such assignment among yours.")                          \
    X(SEAT_ACCEPT_FIRST, "accept-first", "Please accept the assignment first.")                    \
    X(SEAT_OPEN_FIRST, "open-first", "Please open the text first.")                                \
    X(SEAT_RECUSE_INSTEAD, "recuse-instead",                                                       \
      "You have accepted this assignment. You can still step back from it, with a reason.")        \
    X(SEAT_IS_LOCKED, "locked", "Your sheet is locked; nothing of it was changed.")                \
    X(SEAT_NOT_LOCKED, "not-locked", "This is asked after your sheet is locked.")                  \
    X(SEAT_PAUSED, "paused",                                                                       \
      "The text is being looked at again. Your draft is kept, and you can go on when it is back.") \
    X(SEAT_TEXT_CHANGED, "text-changed",                                                           \
      "The text was replaced while you were working. Please read it again; your draft is kept.")   \
    X(SEAT_SHEET_CHANGED, "sheet-changed",                                                         \
      "This page belongs to an earlier sheet. Please open the assignment again.")                  \
    X(SEAT_ASKED_ALREADY, "asked-already", "You have asked for a correction already.")             \
    X(SEAT_ANSWERED_ALREADY, "answered-already", "You have answered this question already.")       \
    X(SEAT_REASON_WANTED, "reason-wanted", "Please choose a reason.")                              \
    X(SEAT_PROMPT_UNKNOWN, "prompt-unknown", "Please say in which answer it is.")                  \
    X(SEAT_KNOWN_WANTED, "known-wanted", "Please choose one of the answers.")                      \
    X(SEAT_CRITERION_UNKNOWN, "criterion-unknown", "The rubric has no such criterion.")            \
    X(SEAT_CRITERION_TWICE, "criterion-twice", "A criterion is scored once.")                      \
    X(SEAT_OUT_OF_RUBRIC, "out-of-rubric", "This score is outside the rubric.")                    \
    X(SEAT_SCORE_MISSING, "score-missing", "Please score every criterion.")                        \
    X(SEAT_COMMENT_UNKNOWN, "comment-unknown", "The comment bank has no such comment.")            \
    X(SEAT_COMMENT_TWICE, "comment-twice", "A comment is chosen once.")                            \
    X(SEAT_FORM_UNKNOWN, "form-unknown", "The form of this text is not here.")
enum seat_reason {
#define WF_X(symbol, code, text) symbol,
    SEAT_REASONS(WF_X)
#undef WF_X
        SEAT_REASON_COUNT
};

/* Reasons that a reader may choose: DECLINE and RECUSE. */
#define SEAT_DECLINE_REASONS(X)                                                                    \
    X("time", "I do not have the time")                                                            \
    X("conflict", "I have a conflict of interest")                                                 \
    X("language", "I cannot read this language or form well enough")                               \
    X("other", "Another reason")
#define SEAT_RECUSE_REASONS(X)                                                                     \
    X("know-the-writer", "I know or suspect who wrote it")                                         \
    X("employer", "It is about a place where I work or have worked")                               \
    X("family", "It is about somebody close to me")                                                \
    X("other", "Another reason")

enum seat_known { SEAT_KNOWN_NONE = 0, SEAT_KNOWN_NO, SEAT_KNOWN_SUSPECT, SEAT_KNOWN_YES };

/* Bytes that lie in the index. */
struct seat_paper {
    uint32_t length; /* 0: none */
    uint8_t sha256[32];
};

struct seat_state {
    enum seat_state_name state;
    char reader[WF_ID_MAX + 1];
    char form[WF_EXAM_ID_MAX + 1];
    char language[9];
    bool paused;
    uint32_t text_version;
    struct seat_paper text;  /* sealed */
    uint8_t text_sha256[32]; /* of the packed PaperText, as exam and intake have it */
    wf_date respond_by, due;
    uint32_t sheet_version;   /* of the sheet that may be locked next, or that is locked */
    struct seat_paper sheet;  /* sealed */
    uint8_t sheet_sha256[32]; /* of the packed sheet; all zero until it is locked */
    wf_time offered_at, saved_at, locked_at; /* 0: not yet */
    enum seat_known known;
    bool correction_asked;
    wf_time wipe_at; /* 0: nothing to wipe */
};

/* What a reader entered, by the names of the form. */
struct seat_sheet {
    int32_t score_count;
    struct seat_score {
        char criterion[SEAT_WORD_MAX + 1];
        int32_t points; /* SEAT_NO_POINTS */
    } scores[WF_EXAM_CRITERIA_MAX];
    int32_t comment_count;
    char comments[WF_EXAM_COMMENTS_MAX][SEAT_WORD_MAX + 1];
};

struct seat_event {
    struct wf_event_meta meta;
    enum seat_event_kind kind;
    char reader[WF_ID_MAX + 1]; /* offered, acts */
    /* offered, text */
    char form[WF_EXAM_ID_MAX + 1];
    char language[9];
    uint32_t text_version; /* and submit */
    uint8_t text_sha256[32];
    struct seat_paper text;
    wf_date respond_by, due;
    /* allowed, save, submit */
    uint32_t sheet_version;
    struct seat_paper sheet;
    uint8_t sheet_sha256[32];
    struct seat_sheet entered;
    /* decline, recuse */
    char reason[SEAT_WORD_MAX + 1];
    char prompt[SEAT_WORD_MAX + 1];
    enum seat_known known;
    uint8_t bytes[SEAT_TEXT_MAX]; /* of the text, or of the sheet: what goes into the index */
};

enum seat_change { SEAT_KEEP = 0, SEAT_PUT, SEAT_DROP };

struct seat_effects {
    bool list;   /* the reader's list shows something else */
    bool report; /* exam is told: the event's own message */
    enum seat_change text, sheet;
    uint32_t forget_below; /* keys of texts of a lower version are forgotten; 0: none */
};

struct seat_policy {
    const struct wf_exam_book *book;
};

struct wf_verdict seat_step(const void *policy, const void *before, const void *event, wf_time now,
                            void *after, void *effects);
wf_time seat_next_deadline(const void *policy, const void *state);
bool seat_holds(const void *state, const char **broken);

/* 0, or why the sheet cannot be taken.  draft: scores may be missing.  DESK 2.4. */
enum seat_reason seat_check_sheet(const struct wf_exam_form *form, const struct seat_sheet *sheet,
                                  bool draft);
/* May the reader see anything of it? */
bool seat_is_there(const struct seat_state *state);
/* What the list shows; "" when it shows nothing.  DESK 2.1. */
const char *seat_listed_state(const struct seat_state *state);

#endif
