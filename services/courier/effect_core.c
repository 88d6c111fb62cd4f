#include "effect_core.h"

#include "courier_schedule.h"

#include <string.h>

/* SPEC 2.3: waiting time after attempt 1, 2, ... */
static const wf_time delays[EFFECT_ATTEMPTS_MOST - 1] = {
    1 * WF_MINUTE, 5 * WF_MINUTE, 30 * WF_MINUTE, 2 * WF_HOUR,
    5 * WF_HOUR,   10 * WF_HOUR,  14 * WF_HOUR,   24 * WF_HOUR,
};

enum action { IGNORE = 1, BEGIN, SEND_AGAIN, ACCEPT, RETRY, BOUNCE, MISS, DOUBT, OVERDUE, REMOVE };

#define ENDED_ROW                                                                                  \
    {                                                                                              \
        [EFFECT_ON_REQUESTED] = IGNORE, [EFFECT_ON_ACCEPTED] = IGNORE,                             \
        [EFFECT_ON_FAILED] = IGNORE, [EFFECT_ON_REJECTED] = IGNORE,                                \
        [EFFECT_ON_NO_ADDRESS] = IGNORE, [EFFECT_ON_UNCERTAIN] = IGNORE, [EFFECT_ON_TICK] = REMOVE \
    }

/* SPEC 2.1 */
static const uint8_t cells[EFFECT_STATE_COUNT][EFFECT_KIND_COUNT] = {
    [EFFECT_NONE] = {[EFFECT_ON_REQUESTED] = BEGIN,
                     [EFFECT_ON_ACCEPTED] = IGNORE,
                     [EFFECT_ON_FAILED] = IGNORE,
                     [EFFECT_ON_REJECTED] = IGNORE,
                     [EFFECT_ON_NO_ADDRESS] = IGNORE,
                     [EFFECT_ON_UNCERTAIN] = IGNORE,
                     [EFFECT_ON_TICK] = IGNORE},
    [EFFECT_SENDING] = {[EFFECT_ON_REQUESTED] = IGNORE,
                        [EFFECT_ON_ACCEPTED] = ACCEPT,
                        [EFFECT_ON_FAILED] = RETRY,
                        [EFFECT_ON_REJECTED] = BOUNCE,
                        [EFFECT_ON_NO_ADDRESS] = MISS,
                        [EFFECT_ON_UNCERTAIN] = DOUBT,
                        [EFFECT_ON_TICK] = OVERDUE},
    [EFFECT_WAITING] = {[EFFECT_ON_REQUESTED] = IGNORE,
                        [EFFECT_ON_ACCEPTED] = ACCEPT,
                        [EFFECT_ON_FAILED] = IGNORE,
                        [EFFECT_ON_REJECTED] = IGNORE,
                        [EFFECT_ON_NO_ADDRESS] = IGNORE,
                        [EFFECT_ON_UNCERTAIN] = IGNORE,
                        [EFFECT_ON_TICK] = SEND_AGAIN},
    [EFFECT_SENT] = ENDED_ROW,
    [EFFECT_BOUNCED] = ENDED_ROW,
    [EFFECT_GIVEN_UP] = ENDED_ROW,
    [EFFECT_NO_ADDRESS] = ENDED_ROW,
    [EFFECT_UNCERTAIN] = ENDED_ROW,
};

bool effect_ended(enum effect_state state)
{
    return state >= EFFECT_SENT && state < EFFECT_STATE_COUNT;
}

static struct wf_verdict attempt(struct effect *after, struct effect_effects *effects, wf_time now)
{
    after->state = EFFECT_SENDING;
    after->attempt++;
    after->due = now + EFFECT_OVERDUE;
    effects->send = true;
    return wf_applied();
}

static struct wf_verdict finish(struct effect *after, enum effect_state state,
                                struct effect_effects *effects, wf_time now)
{
    after->state = state;
    after->due = now + EFFECT_RETENTION;
    effects->report = true;
    return wf_applied();
}

/* SPEC 2.3 */
static struct wf_verdict wait_or_give_up(struct effect *after, const struct effect_event *event,
                                         struct effect_effects *effects, wf_time now)
{
    if (after->attempt >= EFFECT_ATTEMPTS_MOST)
        return finish(after, EFFECT_GIVEN_UP, effects, now);
    after->state = EFFECT_WAITING;
    after->due = now + courier_jittered(delays[after->attempt - 1], event->meta.entropy);
    return wf_applied();
}

/* SPEC 2.4 */
static struct wf_verdict doubt(struct effect *after, const struct effect_event *event,
                               struct effect_effects *effects, wf_time now)
{
    after->possibly_twice++;
    if (after->mail.hold)
        return finish(after, EFFECT_UNCERTAIN, effects, now);
    return wait_or_give_up(after, event, effects, now);
}

/* SPEC 2.5 */
static struct wf_verdict miss(struct effect *after, const struct effect_event *event,
                              struct effect_effects *effects, wf_time now)
{
    after->missing++;
    if (after->mail.link_application[0] || after->missing >= EFFECT_MISSING_MOST)
        return finish(after, EFFECT_NO_ADDRESS, effects, now);
    return wait_or_give_up(after, event, effects, now);
}

static bool counts(const struct effect *before, const struct effect_event *event,
                   enum action action, wf_time now)
{
    switch (action) {
    case RETRY:
    case BOUNCE:
    case MISS:
    case DOUBT:
        return event->attempt == before->attempt;
    case ACCEPT:
        return event->attempt >= 1 && event->attempt <= before->attempt;
    case SEND_AGAIN:
    case OVERDUE:
    case REMOVE:
        return now >= before->due;
    case IGNORE:
        return false;
    case BEGIN:
        return true;
    }
    return false;
}

static struct wf_verdict carry_out(enum action action, const struct effect_event *event,
                                   wf_time now, struct effect *after,
                                   struct effect_effects *effects)
{
    switch (action) {
    case BEGIN:
        after->mail = event->mail;
        after->requested = now;
        return attempt(after, effects, now);
    case SEND_AGAIN:
        return attempt(after, effects, now);
    case ACCEPT:
        /* An earlier attempt arrived after all, and the one in hand may arrive too. */
        if (after->state == EFFECT_SENDING && event->attempt != after->attempt)
            after->possibly_twice++;
        return finish(after, EFFECT_SENT, effects, now);
    case RETRY:
        return wait_or_give_up(after, event, effects, now);
    case BOUNCE:
        return finish(after, EFFECT_BOUNCED, effects, now);
    case MISS:
        return miss(after, event, effects, now);
    case DOUBT:
    case OVERDUE:
        return doubt(after, event, effects, now);
    case REMOVE:
        effects->end = true;
        return wf_applied();
    case IGNORE:
        break;
    }
    return wf_ignored();
}

struct wf_verdict effect_step(const void *policy, const void *before, const void *event,
                              wf_time now, void *after, void *effects)
{
    const struct effect_policy *known = policy;
    const struct effect *was = before;
    const struct effect_event *what = event;
    enum action action = cells[was->state][what->kind];
    if (!counts(was, what, action, now))
        return wf_ignored();
    if (action == BEGIN && known->full)
        return wf_later(EFFECT_LATER_MS);

    struct effect *next = after;
    *next = *was;
    if (action == OVERDUE)
        memcpy(next->detail, "no result", sizeof "no result");
    else if (action != BEGIN && action != SEND_AGAIN && action != REMOVE)
        memcpy(next->detail, what->detail, sizeof next->detail);
    return carry_out(action, what, now, next, effects);
}

wf_time effect_next_deadline(const void *policy, const void *state)
{
    (void)policy;
    const struct effect *effect = state;
    return effect->state == EFFECT_NONE ? WF_NEVER : effect->due;
}

bool effect_holds(const void *state, const char **broken)
{
    const struct effect *effect = state;
    *broken = NULL;
    if ((unsigned)effect->state >= EFFECT_STATE_COUNT)
        *broken = "the state is none of the table";
    else if (effect->state == EFFECT_NONE)
        *broken = effect->attempt ? "attempts without a request" : NULL;
    else if (effect->attempt < 1 || effect->attempt > EFFECT_ATTEMPTS_MOST)
        *broken = "attempts are 1 to 9";
    else if (effect->mail.argument_count > EFFECT_ARGUMENTS_MOST)
        *broken = "too many arguments";
    else if (effect->missing > effect->attempt || effect->possibly_twice > effect->attempt)
        *broken = "more failures than attempts";
    else if (!effect->mail.template_name[0] || !effect->mail.to_person[0])
        *broken = "a mail without template or recipient";
    return !*broken;
}
