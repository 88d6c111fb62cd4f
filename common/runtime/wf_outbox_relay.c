/* Sending: what may go, what must go again, and asking a silent peer.  SPEC 3.1, 3.2. */
#include "wf_outbox_inner.h"

#include "wf_arena.h"
#include "wf_prelude.h"

#include "endorse/v1/envelope.pb-c.h"

#include <stdlib.h>

/* SPEC 3.2 and the pace of asking a silent peer (SPEC 2). */
static const wf_time first_resend = WF_SECOND;
static const wf_time longest_resend = WF_LONGEST_RESEND;
static const wf_time scan_every = 100;
static const wf_time silence = 2 * WF_SECOND;
static const wf_time shortest_block = 20;
static const wf_time longest_block = 500;

static bool is_self(const struct wf_outbox *outbox, const struct wf_remote *remote)
{
    return remote->service == outbox->service && remote->instance == outbox->instance;
}

/* ---- lanes that may send ---- */

void wf_lane_make_ready(struct wf_lane *lane, bool at_front)
{
    struct wf_remote *remote = lane->remote;
    if (lane->is_ready || lane->is_waiting || lane->slot != WF_NO_SLOT || !lane->count)
        return;
    lane->is_ready = true;
    remote->ready++;
    if (at_front || !remote->first_ready) {
        lane->next_ready = remote->first_ready;
        remote->first_ready = lane;
        if (!remote->last_ready)
            remote->last_ready = lane;
    } else {
        lane->next_ready = NULL;
        remote->last_ready->next_ready = lane;
        remote->last_ready = lane;
    }
}

static struct wf_lane *pop_ready(struct wf_remote *remote)
{
    struct wf_lane *lane = remote->first_ready;
    if (!lane)
        return NULL;
    remote->first_ready = lane->next_ready;
    if (!remote->first_ready)
        remote->last_ready = NULL;
    lane->next_ready = NULL;
    lane->is_ready = false;
    remote->ready--;
    return lane;
}

/* ---- slots: the names of what is under way ---- */

static void take_slot(struct wf_outbox *outbox, struct wf_lane *lane)
{
    if (!outbox->free_count) {
        size_t count = outbox->slot_count ? outbox->slot_count * 2 : 256;
        WF_ASSERT(count <= (size_t)1 << WF_SLOT_BITS);
        outbox->slots = realloc(outbox->slots, count * sizeof *outbox->slots);
        outbox->free_slots = realloc(outbox->free_slots, count * sizeof *outbox->free_slots);
        WF_ASSERT(outbox->slots && outbox->free_slots);
        for (size_t i = count; i-- > outbox->slot_count;) {
            outbox->slots[i] = (struct wf_slot){.generation = (uint32_t)outbox->jitter & 0xffff};
            outbox->free_slots[outbox->free_count++] = (uint32_t)i;
        }
        outbox->slot_count = count;
    }
    lane->slot = (int32_t)outbox->free_slots[--outbox->free_count];
    outbox->slots[lane->slot].lane = lane;
    outbox->slots[lane->slot].generation++;
    lane->remote->in_flight++;
}

void wf_lane_give_slot(struct wf_outbox *outbox, struct wf_lane *lane)
{
    outbox->slots[lane->slot].lane = NULL;
    outbox->free_slots[outbox->free_count++] = (uint32_t)lane->slot;
    lane->slot = WF_NO_SLOT;
    lane->remote->in_flight--;
}

uint64_t wf_lane_delivery(const struct wf_outbox *outbox, const struct wf_lane *lane)
{
    return (uint64_t)outbox->slots[lane->slot].generation << WF_SLOT_BITS | (uint64_t)lane->slot;
}

static void end_waiting(struct wf_outbox *outbox, wf_time now)
{
    for (size_t i = outbox->waiting_count; i-- > 0;) {
        struct wf_lane *lane = outbox->waiting[i];
        if (lane->resend_at > now)
            continue;
        outbox->waiting[i] = outbox->waiting[--outbox->waiting_count];
        lane->is_waiting = false;
        wf_lane_make_ready(lane, false);
    }
}

/* ---- sending ---- */

static wf_time next_delay(struct wf_outbox *outbox, unsigned attempts)
{
    wf_time delay = attempts < 5 ? first_resend << attempts : longest_resend;
    if (delay > longest_resend)
        delay = longest_resend;
    outbox->jitter ^= outbox->jitter << 13;
    outbox->jitter ^= outbox->jitter >> 7;
    outbox->jitter ^= outbox->jitter << 17;
    return delay - (wf_time)(outbox->jitter % (uint64_t)(delay / 4));
}

/* The delivery is a field of the envelope that is packed anew for each sending; in front of the
 * stored bytes it is one more field of the same message. */
static void frame_envelope(struct wf_outbox *outbox, const struct wf_lane *lane)
{
    uint8_t tag[11] = {0x08};
    size_t length = 1;
    for (uint64_t rest = wf_lane_delivery(outbox, lane);; rest >>= 7) {
        tag[length++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        if (rest <= 0x7f)
            break;
    }
    wf_buffer_clear(&outbox->frame);
    wf_prelude_append(&outbox->frame, WF_KIND_ENVELOPE);
    wf_buffer_append(&outbox->frame, tag, length);
    wf_buffer_append(&outbox->frame, wf_lane_head(lane)->bytes, wf_lane_head(lane)->length);
}

static bool send_frame(struct wf_outbox *outbox, struct wf_remote *remote, wf_time now)
{
    if (wf_bus_send(outbox->bus, remote->service, remote->instance, wf_buffer_bytes(&outbox->frame),
                    NULL) == 0) {
        wf_count(outbox->metrics, WF_METRIC_FRAMES_OUT);
        remote->block_ms = 0;
        return true;
    }
    remote->block_ms = remote->block_ms ? remote->block_ms * 2 : shortest_block;
    if (remote->block_ms > longest_block)
        remote->block_ms = longest_block;
    remote->blocked_until = now + remote->block_ms;
    return false;
}

static void relay_remote(struct wf_outbox *outbox, struct wf_remote *remote, wf_time now)
{
    while (remote->first_ready && remote->in_flight < remote->credit &&
           remote->blocked_until <= now) {
        struct wf_lane *lane = pop_ready(remote);
        if (!wf_lane_head(lane)->bytes) {
            outbox->lacks_bytes[lane->partition] = true; /* comes back when they are known */
            continue;
        }
        take_slot(outbox, lane);
        frame_envelope(outbox, lane);
        if (!send_frame(outbox, remote, now)) {
            wf_lane_give_slot(outbox, lane);
            wf_lane_make_ready(lane, true);
            return;
        }
        wf_count(outbox->metrics, WF_METRIC_OUTBOX_SENT);
        lane->resend_at = now + next_delay(outbox, lane->attempts++);
    }
}

static void ping(struct wf_outbox *outbox, struct wf_remote *remote, wf_time now)
{
    if (!remote->in_flight || remote->heard + silence > now || remote->pinged + silence > now)
        return;
    Endorse__V1__Ping question = ENDORSE__V1__PING__INIT;
    question.program = (char *)wf_service_name(outbox->service);
    question.instance = outbox->instance;
    remote->pinged = now;
    wf_buffer_clear(&outbox->frame);
    wf_prelude_append(&outbox->frame, WF_KIND_PING);
    wf_pack(&question.base, &outbox->frame);
    (void)send_frame(outbox, remote, now);
}

/* What is under way and not answered: a few hundred at most, looked at ten times a second. */
static void resend(struct wf_outbox *outbox, wf_time now)
{
    for (size_t i = 0; i < outbox->slot_count; i++) {
        struct wf_lane *lane = outbox->slots[i].lane;
        if (!lane || lane->resend_at > now || lane->remote->blocked_until > now)
            continue;
        frame_envelope(outbox, lane);
        if (!send_frame(outbox, lane->remote, now))
            continue;
        wf_count(outbox->metrics, WF_METRIC_OUTBOX_RESENT);
        lane->resend_at = now + next_delay(outbox, lane->attempts++);
    }
}

void wf_outbox_relay(struct wf_outbox *outbox, wf_time now)
{
    bool is_scan = now >= outbox->next_scan;
    if (is_scan)
        end_waiting(outbox, now);
    for (unsigned service = 0; service < WF_ANY; service++) {
        unsigned count = outbox->instances[service] ? outbox->instances[service] : 1;
        for (unsigned i = 0; i < count; i++) {
            struct wf_remote *remote = &outbox->remotes[service][i];
            if (is_self(outbox, remote))
                continue;
            relay_remote(outbox, remote, now);
            if (is_scan)
                ping(outbox, remote, now);
        }
    }
    if (!is_scan)
        return;
    outbox->next_scan = now + scan_every;
    resend(outbox, now);
}

bool wf_outbox_take_local(struct wf_outbox *outbox, uint64_t *delivery, struct wf_bytes *envelope)
{
    struct wf_remote *remote = &outbox->remotes[outbox->service][outbox->instance];
    struct wf_lane *lane;
    while ((lane = pop_ready(remote)) != NULL) {
        struct wf_known_entry *row = wf_lane_head(lane);
        if (!row->bytes) {
            outbox->lacks_bytes[lane->partition] = true;
            continue;
        }
        take_slot(outbox, lane);
        lane->resend_at = WF_NEVER; /* answered within the turn that takes it */
        *delivery = wf_lane_delivery(outbox, lane);
        *envelope = (struct wf_bytes){.data = row->bytes, .length = row->length};
        return true;
    }
    return false;
}

void wf_outbox_heard(struct wf_outbox *outbox, enum wf_service service, unsigned instance,
                     uint64_t incarnation, uint32_t credit, wf_time now)
{
    if (service >= WF_ANY || instance >= WF_INSTANCES_MAX)
        return;
    struct wf_remote *remote = &outbox->remotes[service][instance];
    remote->heard = now;
    remote->blocked_until = 0;
    if (credit)
        remote->credit = credit > WF_CREDIT * 16 ? WF_CREDIT * 16 : credit;
    if (!incarnation || incarnation == remote->incarnation)
        return;
    bool is_restarted = remote->incarnation != 0;
    remote->incarnation = incarnation;
    for (size_t i = 0; is_restarted && i < outbox->slot_count; i++) {
        struct wf_lane *lane = outbox->slots[i].lane;
        if (lane && lane->remote == remote) {
            lane->resend_at = now;
            lane->attempts = 0;
            outbox->next_scan = now;
        }
    }
}

wf_time wf_outbox_wake(const struct wf_outbox *outbox, wf_time now)
{
    wf_time wake = outbox->waiting_count ? outbox->next_scan : WF_NEVER;
    for (unsigned service = 0; service < WF_ANY; service++) {
        unsigned count = outbox->instances[service] ? outbox->instances[service] : 1;
        for (unsigned i = 0; i < count; i++) {
            const struct wf_remote *remote = &outbox->remotes[service][i];
            wf_time next = WF_NEVER;
            if (remote->in_flight)
                next = outbox->next_scan;
            if (remote->first_ready && remote->in_flight < remote->credit)
                next = remote->blocked_until > now ? remote->blocked_until : now;
            wake = next < wake ? next : wake;
        }
    }
    return wake;
}
