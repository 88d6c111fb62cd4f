#include "endpoint_core.h"

#include "courier_schedule.h"

#include <string.h>

/* SPEC 3.3: waiting time after the first, second, ... failure in a row; the last one repeats. */
static const wf_time delays[] = {
    5 * WF_SECOND, 5 * WF_MINUTE, 30 * WF_MINUTE, 2 * WF_HOUR,  5 * WF_HOUR,
    10 * WF_HOUR,  14 * WF_HOUR,  20 * WF_HOUR,   24 * WF_HOUR,
};
enum { DELAY_COUNT = sizeof delays / sizeof delays[0] };

enum action {
    IGNORE = 1,
    SWITCH_ON,
    SWITCH_OFF,
    NEW_URL,
    RESUME,
    BEGIN,
    QUEUE,
    DELIVERED,
    FAILED,
    REJECTED,
    SEND_AGAIN
};

/* SPEC 3.1 */
static const uint8_t cells[ENDPOINT_STATE_COUNT][ENDPOINT_KIND_COUNT] = {
    [ENDPOINT_NONE] = {[ENDPOINT_ON_SET_ON] = SWITCH_ON,
                       [ENDPOINT_ON_SET_OFF] = SWITCH_OFF,
                       [ENDPOINT_ON_REQUESTED] = IGNORE,
                       [ENDPOINT_ON_ACCEPTED] = IGNORE,
                       [ENDPOINT_ON_FAILED] = IGNORE,
                       [ENDPOINT_ON_REJECTED] = IGNORE,
                       [ENDPOINT_ON_TICK] = IGNORE},
    [ENDPOINT_OFF] = {[ENDPOINT_ON_SET_ON] = SWITCH_ON,
                      [ENDPOINT_ON_SET_OFF] = IGNORE,
                      [ENDPOINT_ON_REQUESTED] = IGNORE,
                      [ENDPOINT_ON_ACCEPTED] = IGNORE,
                      [ENDPOINT_ON_FAILED] = IGNORE,
                      [ENDPOINT_ON_REJECTED] = IGNORE,
                      [ENDPOINT_ON_TICK] = IGNORE},
    [ENDPOINT_IDLE] = {[ENDPOINT_ON_SET_ON] = SWITCH_ON,
                       [ENDPOINT_ON_SET_OFF] = SWITCH_OFF,
                       [ENDPOINT_ON_REQUESTED] = BEGIN,
                       [ENDPOINT_ON_ACCEPTED] = IGNORE,
                       [ENDPOINT_ON_FAILED] = IGNORE,
                       [ENDPOINT_ON_REJECTED] = IGNORE,
                       [ENDPOINT_ON_TICK] = IGNORE},
    [ENDPOINT_SENDING] = {[ENDPOINT_ON_SET_ON] = NEW_URL,
                          [ENDPOINT_ON_SET_OFF] = SWITCH_OFF,
                          [ENDPOINT_ON_REQUESTED] = QUEUE,
                          [ENDPOINT_ON_ACCEPTED] = DELIVERED,
                          [ENDPOINT_ON_FAILED] = FAILED,
                          [ENDPOINT_ON_REJECTED] = REJECTED,
                          [ENDPOINT_ON_TICK] = FAILED},
    [ENDPOINT_WAITING] = {[ENDPOINT_ON_SET_ON] = RESUME,
                          [ENDPOINT_ON_SET_OFF] = SWITCH_OFF,
                          [ENDPOINT_ON_REQUESTED] = QUEUE,
                          [ENDPOINT_ON_ACCEPTED] = IGNORE,
                          [ENDPOINT_ON_FAILED] = IGNORE,
                          [ENDPOINT_ON_REJECTED] = IGNORE,
                          [ENDPOINT_ON_TICK] = SEND_AGAIN},
};

static struct wf_verdict attempt(struct endpoint *after, struct endpoint_effects *effects,
                                 wf_time now)
{
    after->state = ENDPOINT_SENDING;
    after->attempt++;
    after->due = now + ENDPOINT_OVERDUE;
    effects->send = true;
    return wf_applied();
}

static void forgive(struct endpoint *after)
{
    after->failures = 0;
    after->failing_since = 0;
}

static void report(struct endpoint *after, struct endpoint_effects *effects)
{
    after->unreported = 0;
    effects->report = true;
}

static struct wf_verdict switch_off(struct endpoint *after, struct endpoint_effects *effects)
{
    after->state = ENDPOINT_OFF;
    memset(after->items, 0, sizeof after->items);
    after->count = 0;
    after->due = 0;
    forgive(after);
    if (after->unreported)
        report(after, effects);
    return wf_applied();
}

/* SPEC 3.1: what was queued or delivered before is known already. */
static bool is_known(const struct endpoint *endpoint, uint64_t sequence)
{
    uint64_t last =
        endpoint->count ? endpoint->items[endpoint->count - 1].sequence : endpoint->delivered;
    return sequence <= last;
}

static void append(struct endpoint *after, const struct endpoint_item *item)
{
    after->items[after->count] = *item;
    after->count++;
}

/* SPEC 3.1: how long the lane should wait while the queue is full. */
static struct wf_verdict later(const struct endpoint *before, wf_time now)
{
    wf_time wait = before->state == ENDPOINT_WAITING ? before->due - now : 0;
    if (before->state == ENDPOINT_SENDING && before->failures)
        wait = WF_SECOND;
    if (wait < ENDPOINT_LATER_LEAST_MS)
        wait = ENDPOINT_LATER_LEAST_MS;
    if (wait > ENDPOINT_LATER_MOST_MS)
        wait = ENDPOINT_LATER_MOST_MS;
    return wf_later((uint32_t)wait);
}

static struct wf_verdict delivered(struct endpoint *after, struct endpoint_effects *effects,
                                   wf_time now)
{
    after->delivered = after->items[0].sequence;
    after->count--;
    memmove(&after->items[0], &after->items[1], after->count * sizeof after->items[0]);
    memset(&after->items[after->count], 0, sizeof after->items[0]);
    after->unreported++;
    forgive(after);
    if (!after->count || after->unreported >= ENDPOINT_REPORT_EVERY)
        report(after, effects);
    if (after->count)
        return attempt(after, effects, now);
    after->state = ENDPOINT_IDLE;
    after->due = 0;
    return wf_applied();
}

static struct wf_verdict disable(struct endpoint *after, struct endpoint_effects *effects)
{
    struct wf_verdict verdict = switch_off(after, effects);
    report(after, effects);
    effects->disabled = true;
    return verdict;
}

/* SPEC 3.3 */
static struct wf_verdict failed(struct endpoint *after, const struct endpoint_event *event,
                                struct endpoint_effects *effects, wf_time now)
{
    if (!after->failing_since)
        after->failing_since = now;
    if (now - after->failing_since >= ENDPOINT_PATIENCE)
        return disable(after, effects);
    wf_time delay = delays[after->failures < DELAY_COUNT ? after->failures : DELAY_COUNT - 1];
    wf_time asked = (wf_time)event->retry_after_s * WF_SECOND;
    if (asked > ENDPOINT_RETRY_AFTER_MOST)
        asked = ENDPOINT_RETRY_AFTER_MOST;
    if (delay < asked)
        delay = asked;
    after->failures++;
    after->state = ENDPOINT_WAITING;
    after->due = now + courier_jittered(delay, event->meta.entropy);
    return wf_applied();
}

static bool counts(const struct endpoint *before, const struct endpoint_event *event,
                   enum action action, wf_time now)
{
    if (action == IGNORE)
        return false;
    if (event->kind == ENDPOINT_ON_TICK)
        return now >= before->due;
    if (event->kind == ENDPOINT_ON_REQUESTED)
        return !is_known(before, event->item.sequence);
    if (action == DELIVERED || action == FAILED || action == REJECTED)
        return event->attempt == before->attempt;
    return true;
}

static void note(struct endpoint *after, const struct endpoint_event *event, enum action action)
{
    if (action == FAILED && event->kind == ENDPOINT_ON_TICK)
        memcpy(after->detail, "no result", sizeof "no result");
    else if (action == DELIVERED || action == FAILED || action == REJECTED)
        memcpy(after->detail, event->detail, sizeof after->detail);
    else if (event->kind == ENDPOINT_ON_SET_ON)
        memcpy(after->url, event->url, sizeof after->url);
    else if (event->kind == ENDPOINT_ON_SET_OFF)
        memset(after->url, 0, sizeof after->url);
}

static struct wf_verdict carry_out(enum action action, const struct endpoint_event *event,
                                   wf_time now, struct endpoint *after,
                                   struct endpoint_effects *effects)
{
    switch (action) {
    case SWITCH_ON:
        after->state = ENDPOINT_IDLE;
        return wf_applied();
    case SWITCH_OFF:
        return switch_off(after, effects);
    case RESUME:
        forgive(after);
        return attempt(after, effects, now);
    case NEW_URL:
        forgive(after);
        return wf_applied();
    case BEGIN:
        append(after, &event->item);
        return attempt(after, effects, now);
    case QUEUE:
        append(after, &event->item);
        return wf_applied();
    case DELIVERED:
        return delivered(after, effects, now);
    case FAILED:
        return failed(after, event, effects, now);
    case REJECTED:
        return disable(after, effects);
    case SEND_AGAIN:
        return attempt(after, effects, now);
    case IGNORE:
        break;
    }
    return wf_ignored();
}

struct wf_verdict endpoint_step(const void *policy, const void *before, const void *event,
                                wf_time now, void *after, void *effects)
{
    (void)policy;
    const struct endpoint *was = before;
    const struct endpoint_event *what = event;
    enum action action = cells[was->state][what->kind];
    if (!counts(was, what, action, now))
        return wf_ignored();
    if (action == QUEUE && was->count == ENDPOINT_ITEMS_MOST)
        return later(was, now);

    struct endpoint *next = after;
    *next = *was;
    note(next, what, action);
    return carry_out(action, what, now, next, effects);
}

wf_time endpoint_next_deadline(const void *policy, const void *state)
{
    (void)policy;
    const struct endpoint *endpoint = state;
    bool waits = endpoint->state == ENDPOINT_SENDING || endpoint->state == ENDPOINT_WAITING;
    return waits ? endpoint->due : WF_NEVER;
}

bool endpoint_holds(const void *state, const char **broken)
{
    const struct endpoint *endpoint = state;
    bool busy = endpoint->state == ENDPOINT_SENDING || endpoint->state == ENDPOINT_WAITING;
    *broken = NULL;
    if ((unsigned)endpoint->state >= ENDPOINT_STATE_COUNT) {
        *broken = "the state is none of the table";
    } else if (endpoint->count > ENDPOINT_ITEMS_MOST) {
        *broken = "the queue is longer than its bound";
    } else if (busy != (endpoint->count > 0)) {
        *broken = "items are queued exactly while one is sent or waits";
    } else if (busy && !endpoint->attempt) {
        *broken = "items in hand without an attempt";
    }
    uint64_t last = endpoint->delivered;
    for (uint32_t i = 0; !*broken && i < endpoint->count; i++) {
        if (endpoint->items[i].sequence <= last)
            *broken = "the queue is not in order behind what was delivered";
        else if (endpoint->items[i].length > ENDPOINT_BODY_MAX)
            *broken = "a body is longer than its bound";
        last = endpoint->items[i].sequence;
    }
    return !*broken;
}
