/* The machine `reader`.  DESK 3. */
#include "reader_core.h"

#include <string.h>

static const uint8_t cells[READER_STATE_COUNT][READER_EVENT_COUNT] = {
#define READER_ROW(state, tick, listed, signed_in, signed_out, link_asked)                         \
    [READER_##state] = {[READER_EVENT_TICK] = READER_DO_##tick,                                    \
                        [READER_EVENT_LISTED] = READER_DO_##listed,                                \
                        [READER_EVENT_SIGNED_IN] = READER_DO_##signed_in,                          \
                        [READER_EVENT_SIGNED_OUT] = READER_DO_##signed_out,                        \
                        [READER_EVENT_LINK_ASKED] = READER_DO_##link_asked},
#include "reader_cells.def"
#undef READER_ROW
};

enum reader_action reader_cell(enum reader_state_name state, enum reader_event_kind event)
{
    return (enum reader_action)cells[state][event];
}

/* ---- the list ---- */

/* Where the code is, or where it belongs. */
static int32_t place_of(const struct reader_state *state, const char *code)
{
    int32_t place = 0;
    while (place < READER_SEATS_MAX && state->seats[place].code[0] &&
           strcmp(state->seats[place].code, code) < 0)
        place++;
    return place;
}

static bool is_at(const struct reader_state *state, int32_t place, const char *code)
{
    return place < READER_SEATS_MAX && state->seats[place].code[0] &&
           strcmp(state->seats[place].code, code) == 0;
}

const struct reader_seat *reader_seat_find(const struct reader_state *state, const char *code)
{
    int32_t place = place_of(state, code);
    return is_at(state, place, code) ? &state->seats[place] : NULL;
}

static struct wf_verdict take_away(struct reader_state *state, int32_t place)
{
    size_t behind = (size_t)(READER_SEATS_MAX - 1 - place);
    memmove(&state->seats[place], &state->seats[place + 1], behind * sizeof state->seats[0]);
    memset(&state->seats[READER_SEATS_MAX - 1], 0, sizeof state->seats[0]);
    return wf_applied();
}

/* Makes room by the locked line that was due first: its reader has nothing more to do there.  False:
 * every line is work. */
static bool make_room(struct reader_state *state)
{
    int32_t oldest = -1;
    if (!state->seats[READER_SEATS_MAX - 1].code[0])
        return true;
    for (int32_t i = 0; i < READER_SEATS_MAX; i++)
        if (strcmp(state->seats[i].state, "locked") == 0 &&
            (oldest < 0 || state->seats[i].due < state->seats[oldest].due))
            oldest = i;
    if (oldest >= 0)
        (void)take_away(state, oldest);
    return oldest >= 0;
}

static struct wf_verdict list(struct reader_state *state, const struct reader_event *event)
{
    const struct reader_seat *seat = &event->seat;
    int32_t place = place_of(state, seat->code);
    bool known = is_at(state, place, seat->code);
    if (!seat->state[0])
        return known ? take_away(state, place) : wf_ignored();
    if (!known && !make_room(state))
        return wf_later(READER_FULL_MS);
    place = place_of(state, seat->code);
    if (!known)
        memmove(&state->seats[place + 1], &state->seats[place],
                (size_t)(READER_SEATS_MAX - 1 - place) * sizeof state->seats[0]);
    state->seats[place] = *seat;
    return wf_applied();
}

/* ---- links and sessions ---- */

static bool is_used(const struct reader_state *state, uint32_t link)
{
    if (link > state->link_highest)
        return false;
    uint32_t back = state->link_highest - link;
    return back >= READER_LINKS_REMEMBERED || (state->links_used >> back & 1);
}

bool reader_link_is_good(const struct reader_state *state, uint32_t link, uint32_t until_day,
                         wf_time now)
{
    return link > 0 && now < ((wf_time)until_day + 1) * WF_DAY && !is_used(state, link);
}

static void mark_used(struct reader_state *state, uint32_t link)
{
    if (link > state->link_highest) {
        uint32_t step = link - state->link_highest;
        state->links_used = step >= READER_LINKS_REMEMBERED ? 0 : state->links_used << step;
        state->link_highest = link;
    }
    state->links_used |= UINT64_C(1) << (state->link_highest - link);
}

const struct reader_session *reader_session_find(const struct reader_state *state,
                                                 const uint8_t sha256[static 32], wf_time now)
{
    const struct reader_session *found = NULL;
    /* Every place is compared, so that time does not tell which one it was. */
    for (int32_t i = 0; i < READER_SESSIONS_MAX; i++) {
        uint8_t differs = 0;
        for (int32_t b = 0; b < 32; b++)
            differs = (uint8_t)(differs | (state->sessions[i].sha256[b] ^ sha256[b]));
        if (!differs && now < state->sessions[i].until)
            found = &state->sessions[i];
    }
    return found;
}

static void end_session(struct reader_state *state, int32_t place)
{
    size_t behind = (size_t)(READER_SESSIONS_MAX - 1 - place);
    memmove(&state->sessions[place], &state->sessions[place + 1],
            behind * sizeof state->sessions[0]);
    memset(&state->sessions[READER_SESSIONS_MAX - 1], 0, sizeof state->sessions[0]);
}

static struct wf_verdict sign_in(struct reader_state *state, const struct reader_event *event,
                                 wf_time now)
{
    if (!reader_link_is_good(state, event->link, event->until_day, now))
        return wf_refused(READER_LINK_NOT_VALID);
    mark_used(state, event->link);
    if (state->sessions[READER_SESSIONS_MAX - 1].until)
        end_session(state, 0);
    int32_t place = 0;
    while (state->sessions[place].until)
        place++;
    memcpy(state->sessions[place].sha256, event->session_sha256, 32);
    state->sessions[place].until = now + READER_SESSION;
    return wf_applied();
}

static struct wf_verdict sign_out(struct reader_state *state, const struct reader_event *event)
{
    for (int32_t i = 0; i < READER_SESSIONS_MAX; i++)
        if (state->sessions[i].until &&
            memcmp(state->sessions[i].sha256, event->session_sha256, 32) == 0) {
            end_session(state, i);
            return wf_applied();
        }
    return wf_ignored();
}

static struct wf_verdict expire(struct reader_state *state, wf_time now)
{
    bool any = false;
    while (state->sessions[0].until && state->sessions[0].until <= now) {
        end_session(state, 0);
        any = true;
    }
    return any ? wf_applied() : wf_ignored();
}

static struct wf_verdict ask_link(struct reader_state *state, struct reader_effects *effects,
                                  wf_time now)
{
    if (state->link_asked_at && now < state->link_asked_at + READER_LINK_PAUSE)
        return wf_ignored();
    state->link_asked_at = now;
    effects->want_link = true;
    return wf_applied();
}

/* ---- the table ---- */

static struct wf_verdict act(struct reader_state *state, const struct reader_event *event,
                             wf_time now, struct reader_effects *effects)
{
    switch (reader_cell(state->state, event->kind)) {
    case READER_DO_IGNORE:
        return wf_ignored();
    case READER_DO_LIST:
        return list(state, event);
    case READER_DO_SIGN_IN:
        return sign_in(state, event, now);
    case READER_DO_SIGN_OUT:
        return sign_out(state, event);
    case READER_DO_ASK_LINK:
        return ask_link(state, effects, now);
    case READER_DO_EXPIRE:
        return expire(state, now);
    }
    return wf_ignored();
}

struct wf_verdict reader_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects)
{
    struct reader_state next = *(const struct reader_state *)before;
    struct reader_effects done = {0};
    (void)policy;
    struct wf_verdict verdict = act(&next, event, now, &done);
    if (verdict.step == WF_APPLIED) {
        next.state = READER_KNOWN;
        *(struct reader_state *)after = next;
        *(struct reader_effects *)effects = done;
    }
    return verdict;
}

wf_time reader_next_deadline(const void *policy, const void *state)
{
    const struct reader_state *reader = state;
    (void)policy;
    return reader->sessions[0].until ? reader->sessions[0].until : WF_NEVER;
}

bool reader_holds(const void *state, const char **broken)
{
    const struct reader_state *reader = state;
    *broken = NULL;
    if (reader->state != READER_KNOWN)
        *broken = "what is stored is known";
    for (int32_t i = 1; i < READER_SEATS_MAX && !*broken; i++) {
        const struct reader_seat *before = &reader->seats[i - 1], *seat = &reader->seats[i];
        if (seat->code[0] && (!before->code[0] || strcmp(before->code, seat->code) >= 0))
            *broken = "the list is by code, without gaps";
    }
    for (int32_t i = 1; i < READER_SESSIONS_MAX && !*broken; i++) {
        wf_time before = reader->sessions[i - 1].until, until = reader->sessions[i].until;
        if (until && (!before || before > until))
            *broken = "sessions are oldest first, without gaps";
    }
    if (!*broken && reader->link_highest && !(reader->links_used & 1))
        *broken = "the highest link is a used one";
    return !*broken;
}
