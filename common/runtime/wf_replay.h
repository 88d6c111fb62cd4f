/* wf_replay.h - the journal once more through the same machines, under the rules in force or under others;
 * nothing is written.  SPEC 9.3.  For this folder alone. */
#ifndef WF_REPLAY_H
#define WF_REPLAY_H

#include "wf_journal.h"
#include "wf_worker_state.h"

/* ---- wf_replay_step.c: one event on one state ---- */

/* A state between two lines, as its fields: most are small, a state struct is not. */
struct wf_replayed {
    struct wf_fields fields; /* count 0: does not exist */
    uint64_t version;
};

/* What came of an event; texts and bytes live in the turn's pool. */
struct wf_replay_result {
    enum wf_step step;
    const char *reason;        /* refused: its code; else "" */
    const char *edition;       /* that decided, or "" */
    struct wf_bytes judgement; /* packed Judgement, or empty */
    bool is_end;               /* its life is over */
    bool is_due;               /* false: a deadline that comes at another time on this way */
    const char *problem;       /* why it could not be decided at all; NULL: it was */
};

/* Steps a line of the journal, and writes what it leads to into `state`. */
void wf_replay_line(struct wf_worker *worker, const struct wf_address *self,
                    const Endorse__V1__JournalLine *line, struct wf_replayed *state,
                    struct wf_replay_result *result);
/* Steps the deadline that is due at `due`. */
void wf_replay_tick(struct wf_worker *worker, const struct wf_address *self, wf_time due,
                    struct wf_replayed *state, struct wf_replay_result *result);
/* When the state's deadline comes under the rules in force now; WF_NEVER: none. */
wf_time wf_replay_deadline(struct wf_worker *worker, const struct wf_machine *machine,
                           const struct wf_replayed *state);
/* What operators are shown of the state, as JSON; "" if it does not exist. */
const char *wf_replay_show(struct wf_worker *worker, const struct wf_machine *machine,
                           const struct wf_replayed *state);

/* ---- wf_replay.c: one at a time, in slices between turns ---- */

/* Answers a Replay with a ReplayPage. */
int wf_replay_answer(struct wf_worker *worker, const struct wf_ask_in *ask, struct wf_buffer *reply,
                     struct wf_error *error) WF_MUST_CHECK;
void wf_replay_end(struct wf_worker *worker);

#endif
