/* wf_error.h - the one way a function of Endorse says what went wrong.
 *
 * A function that can fail returns 0, or -1 with its last argument filled.  The code decides what
 * the caller does; the text is for a person, says what was tried and on which id, and never holds
 * personal data. */
#ifndef WF_ERROR_H
#define WF_ERROR_H

#include <stdbool.h>

#define WF_MUST_CHECK __attribute__((warn_unused_result))

/*      symbol          stable code     what the caller does */
#define WF_ERROR_CODES(X)                                                                          \
    X(WF_OK, "ok", "nothing")                                                                      \
    X(WF_INVALID, "invalid", "answers the sender: never acceptable")                               \
    X(WF_DENIED, "denied", "answers the sender: not allowed")                                      \
    X(WF_NOT_FOUND, "not-found", "answers the sender: no such thing")                              \
    X(WF_CONFLICT, "conflict", "loads again and decides again")                                    \
    X(WF_AGAIN, "again", "tries later; nothing was done")                                          \
    X(WF_UNKNOWN, "unknown", "does the same again: it may have been done")                         \
    X(WF_LIMIT, "limit", "tries later, or with less")                                              \
    X(WF_CONFIG, "config", "stops: only a person can mend it")                                     \
    X(WF_BROKEN, "broken", "parks the aggregate: stored data or code is wrong")

enum wf_error_code {
#define WF_X(symbol, code, action) symbol,
    WF_ERROR_CODES(WF_X)
#undef WF_X
};

struct wf_error {
    enum wf_error_code code;
    char text[200];
};

/* Fills *error (which may be NULL) and returns -1, so that an error path is one line. */
int wf_fail(struct wf_error *error, enum wf_error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Stable lower-case name of a code. */
const char *wf_error_name(enum wf_error_code code);

/* Our own mistake, never a caller's or the environment's: logs and aborts; the supervisor restarts
 * us and Redis has the truth. */
_Noreturn void wf_bug(const char *file, int line, const char *what);
#define WF_ASSERT(condition)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            wf_bug(__FILE__, __LINE__, #condition);                                                \
    } while (0)

#endif
