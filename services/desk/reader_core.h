/* reader_core.h - the machine `reader`: a reader's own list, sign-in links, sessions.  DESK 3.
 * Pure (wf_step.h). */
#ifndef READER_CORE_H
#define READER_CORE_H

#include "wf_step.h"

enum {
    READER_SEATS_MAX = 64,
    READER_SESSIONS_MAX = 4,
    READER_LINKS_REMEMBERED = 64,
    READER_CODE_MAX = 13, /* 12 random characters and one to check */
    READER_WORD_MAX = 15,
    READER_FULL_MS = 60 * 1000
};
#define READER_SESSION WF_DAY
#define READER_LINK_PAUSE (10 * WF_MINUTE)

enum reader_state_name { READER_NEW, READER_KNOWN, READER_STATE_COUNT };

/* Columns of DESK 3; a zeroed event is a tick. */
#define READER_EVENTS(X)                                                                           \
    X(TICK)                                                                                        \
    X(LISTED)                                                                                      \
    X(SIGNED_IN)                                                                                   \
    X(SIGNED_OUT)                                                                                  \
    X(LINK_ASKED)
enum reader_event_kind {
#define WF_X(symbol) READER_EVENT_##symbol,
    READER_EVENTS(WF_X)
#undef WF_X
        READER_EVENT_COUNT
};

#define READER_ACTIONS(X)                                                                          \
    X(IGNORE)                                                                                      \
    X(LIST)                                                                                        \
    X(SIGN_IN)                                                                                     \
    X(SIGN_OUT)                                                                                    \
    X(ASK_LINK)                                                                                    \
    X(EXPIRE)
enum reader_action {
#define WF_X(symbol) READER_DO_##symbol,
    READER_ACTIONS(WF_X)
#undef WF_X
};
enum reader_action reader_cell(enum reader_state_name state, enum reader_event_kind event);

#define READER_REASONS(X)                                                                          \
    X(READER_NO_REASON, "", "")                                                                    \
    X(READER_LINK_NOT_VALID, "link-not-valid", "This link is no longer valid.")
enum reader_reason {
#define WF_X(symbol, code, text) symbol,
    READER_REASONS(WF_X)
#undef WF_X
        READER_REASON_COUNT
};

/* A line of the list. */
struct reader_seat {
    char code[READER_CODE_MAX + 1]; /* empty: this place is free */
    char state[READER_WORD_MAX + 1];
    wf_date due, respond_by;
};

struct reader_session {
    uint8_t sha256[32];
    wf_time until; /* 0: this place is free */
};

struct reader_state {
    enum reader_state_name state;
    struct reader_seat seats[READER_SEATS_MAX];          /* by code, no gaps */
    struct reader_session sessions[READER_SESSIONS_MAX]; /* oldest first, no gaps */
    uint32_t link_highest;
    uint64_t links_used; /* bit n: link_highest - n */
    wf_time link_asked_at;
};

struct reader_event {
    struct wf_event_meta meta;
    enum reader_event_kind kind;
    struct reader_seat seat;
    uint32_t link, until_day;
    uint8_t session_sha256[32];
};

struct reader_effects {
    bool want_link;
};

struct wf_verdict reader_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects);
wf_time reader_next_deadline(const void *policy, const void *state);
bool reader_holds(const void *state, const char **broken);

/* Could this link still begin a session?  DESK 4.3. */
bool reader_link_is_good(const struct reader_state *state, uint32_t link, uint32_t until_day,
                         wf_time now);
/* The session of a digest that is still good, or NULL. */
const struct reader_session *reader_session_find(const struct reader_state *state,
                                                 const uint8_t sha256[static 32], wf_time now);
/* The line of a code in the own list, or NULL. */
const struct reader_seat *reader_seat_find(const struct reader_state *state, const char *code);

#endif
