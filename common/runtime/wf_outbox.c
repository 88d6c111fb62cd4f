#include "wf_outbox.h"

#include "wf_arena.h"
#include "wf_prelude.h"

#include "endorse/v1/envelope.pb-c.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* SPEC 3.2 and the pace of asking a silent peer (SPEC 2). */
static const wf_time first_resend = WF_SECOND;
static const wf_time longest_resend = 30 * WF_SECOND;
static const wf_time scan_every = 100;
static const wf_time silence = 2 * WF_SECOND;
static const wf_time shortest_block = 20;
static const wf_time longest_block = 500;

struct wf_known_entry {
    struct wf_entry entry;
    uint64_t incarnation, sequence;
    uint8_t *bytes; /* NULL: beyond the budget */
    size_t length;
    wf_time since;
};

enum { NO_SLOT = -1 };

struct wf_lane {
    char from[WF_ADDRESS_MAX + 1];
    char to[WF_ADDRESS_MAX + 1];
    unsigned partition;
    struct wf_remote *remote;
    struct wf_known_entry *rows; /* rows[first] is the next to go, then in order */
    size_t first, count, capacity;
    int32_t slot;
    unsigned attempts;
    wf_time resend_at;
    bool is_ready;
    bool is_waiting; /* asked to come again later; takes no credit meanwhile */
    struct wf_lane *next_ready;
};

static guint lane_hash(gconstpointer key)
{
    const struct wf_lane *lane = key;
    return g_str_hash(lane->from) * 31 + g_str_hash(lane->to);
}

static gboolean lane_equal(gconstpointer a, gconstpointer b)
{
    const struct wf_lane *one = a;
    const struct wf_lane *two = b;
    return strcmp(one->from, two->from) == 0 && strcmp(one->to, two->to) == 0;
}

void wf_outbox_init(struct wf_outbox *outbox, size_t budget, uint64_t seed)
{
    outbox->lanes = g_hash_table_new(lane_hash, lane_equal);
    outbox->budget = budget;
    outbox->jitter = seed | 1;
    for (unsigned service = 0; service < WF_ANY; service++) {
        for (unsigned i = 0; i < WF_INSTANCES_MAX; i++)
            outbox->remotes[service][i] = (struct wf_remote){
                .service = (enum wf_service)service, .instance = i, .credit = WF_CREDIT};
    }
}

static bool is_self(const struct wf_outbox *outbox, const struct wf_remote *remote)
{
    return remote->service == outbox->service && remote->instance == outbox->instance;
}

static struct wf_known_entry *lane_head(const struct wf_lane *lane)
{
    return &lane->rows[lane->first];
}

/* ---- lanes that may send ---- */

static void make_ready(struct wf_lane *lane, bool at_front)
{
    struct wf_remote *remote = lane->remote;
    if (lane->is_ready || lane->is_waiting || lane->slot != NO_SLOT || !lane->count)
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

enum { SLOT_BITS = 20 };

static void take_slot(struct wf_outbox *outbox, struct wf_lane *lane)
{
    if (!outbox->free_count) {
        size_t count = outbox->slot_count ? outbox->slot_count * 2 : 256;
        WF_ASSERT(count <= (size_t)1 << SLOT_BITS);
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

static void give_slot(struct wf_outbox *outbox, struct wf_lane *lane)
{
    outbox->slots[lane->slot].lane = NULL;
    outbox->free_slots[outbox->free_count++] = (uint32_t)lane->slot;
    lane->slot = NO_SLOT;
    lane->remote->in_flight--;
}

static uint64_t delivery_of(const struct wf_outbox *outbox, const struct wf_lane *lane)
{
    return (uint64_t)outbox->slots[lane->slot].generation << SLOT_BITS | (uint64_t)lane->slot;
}

/* ---- what is known ---- */

static struct wf_lane *find_lane(struct wf_outbox *outbox,
                                 const struct wf_outgoing_message *message)
{
    struct wf_lane key;
    struct wf_address to;
    WF_ASSERT(wf_address_parse(message->to, &to) && strlen(message->from) <= WF_ADDRESS_MAX);
    strcpy(key.from, message->from);
    strcpy(key.to, message->to);
    struct wf_lane *lane = g_hash_table_lookup(outbox->lanes, &key);
    if (lane)
        return lane;
    lane = calloc(1, sizeof *lane);
    WF_ASSERT(lane);
    strcpy(lane->from, key.from);
    strcpy(lane->to, key.to);
    lane->partition = message->partition;
    lane->slot = NO_SLOT;
    unsigned count = outbox->instances[to.service] ? outbox->instances[to.service] : 1;
    lane->remote = &outbox->remotes[to.service][wf_partition(to.id) % count];
    g_hash_table_add(outbox->lanes, lane);
    return lane;
}

static void free_lane(struct wf_lane *lane)
{
    for (size_t i = 0; i < lane->count; i++)
        free(lane->rows[lane->first + i].bytes);
    free(lane->rows);
    free(lane);
}

static void remember_bytes(struct wf_outbox *outbox, struct wf_known_entry *row,
                           struct wf_bytes bytes)
{
    row->bytes = malloc(bytes.length);
    WF_ASSERT(row->bytes);
    memcpy(row->bytes, bytes.data, bytes.length);
    row->length = bytes.length;
    outbox->bytes += bytes.length;
}

static void forget_bytes(struct wf_outbox *outbox, struct wf_known_entry *row)
{
    if (!row->bytes)
        return;
    outbox->bytes -= row->length;
    free(row->bytes);
    row->bytes = NULL;
}

static bool goes_before(const struct wf_outgoing_message *message, const struct wf_known_entry *row)
{
    return message->incarnation != row->incarnation ? message->incarnation < row->incarnation
                                                    : message->sequence < row->sequence;
}

static void make_room(struct wf_lane *lane)
{
    if (lane->first + lane->count < lane->capacity)
        return;
    if (lane->first) {
        memmove(lane->rows, lane_head(lane), lane->count * sizeof *lane->rows);
        lane->first = 0;
        return;
    }
    lane->capacity = lane->capacity ? lane->capacity * 2 : 2;
    lane->rows = realloc(lane->rows, lane->capacity * sizeof *lane->rows);
    WF_ASSERT(lane->rows);
}

void wf_outbox_add(struct wf_outbox *outbox, const struct wf_outgoing_message *message)
{
    struct wf_lane *lane = find_lane(outbox, message);
    size_t at = lane->count;
    for (; at > 0; at--) {
        struct wf_known_entry *row = &lane_head(lane)[at - 1];
        if (memcmp(&row->entry, &message->entry, sizeof row->entry) == 0) {
            if (!row->bytes && (at == 1 || outbox->bytes < outbox->budget))
                remember_bytes(outbox, row, message->envelope);
            make_ready(lane, false);
            return;
        }
        if (!goes_before(message, row))
            break;
    }
    /* What is under way stays first: its answer is awaited under its slot. */
    if (at == 0 && lane->slot != NO_SLOT)
        at = 1;
    make_room(lane);
    struct wf_known_entry *row = &lane_head(lane)[at];
    memmove(row + 1, row, (lane->count - at) * sizeof *row);
    *row = (struct wf_known_entry){.entry = message->entry,
                                   .incarnation = message->incarnation,
                                   .sequence = message->sequence,
                                   .since = message->since};
    lane->count++;
    outbox->known[lane->partition]++;
    if (at == 0 || outbox->bytes < outbox->budget)
        remember_bytes(outbox, row, message->envelope);
    make_ready(lane, false);
}

static void add_trim(struct wf_outbox *outbox, unsigned partition, struct wf_entry entry,
                     wf_time now)
{
    struct wf_trims *trims = &outbox->trims[partition];
    if (trims->count == trims->capacity) {
        trims->capacity = trims->capacity ? trims->capacity * 2 : 16;
        trims->rows = realloc(trims->rows, trims->capacity * sizeof *trims->rows);
        WF_ASSERT(trims->rows);
    }
    if (!trims->count)
        trims->since = now;
    trims->rows[trims->count++] = entry;
    outbox->trim_total++;
}

/* BUSY: others of the same receiver must not stand behind it, so it gives its credit back. */
static void wait_for(struct wf_outbox *outbox, struct wf_lane *lane, wf_time until)
{
    if (outbox->waiting_count == outbox->waiting_capacity) {
        outbox->waiting_capacity = outbox->waiting_capacity ? outbox->waiting_capacity * 2 : 64;
        outbox->waiting =
            realloc(outbox->waiting, outbox->waiting_capacity * sizeof(struct wf_lane *));
        WF_ASSERT(outbox->waiting);
    }
    give_slot(outbox, lane);
    lane->is_waiting = true;
    lane->resend_at = until;
    outbox->waiting[outbox->waiting_count++] = lane;
}

static void end_waiting(struct wf_outbox *outbox, wf_time now)
{
    for (size_t i = outbox->waiting_count; i-- > 0;) {
        struct wf_lane *lane = outbox->waiting[i];
        if (lane->resend_at > now)
            continue;
        outbox->waiting[i] = outbox->waiting[--outbox->waiting_count];
        lane->is_waiting = false;
        make_ready(lane, false);
    }
}

void wf_outbox_acknowledge(struct wf_outbox *outbox, uint64_t delivery, wf_time wait, wf_time now)
{
    uint64_t index = delivery & (((uint64_t)1 << SLOT_BITS) - 1);
    if (index >= outbox->slot_count)
        return;
    struct wf_lane *lane = outbox->slots[index].lane;
    if (!lane || delivery_of(outbox, lane) != delivery)
        return; /* answered before */
    if (wait >= 0) {
        wf_count(outbox->metrics, WF_METRIC_OUTBOX_BUSY);
        wait_for(outbox, lane, now + (wait > longest_resend ? longest_resend : wait));
        return;
    }
    struct wf_known_entry *row = lane_head(lane);
    wf_count(outbox->metrics, WF_METRIC_OUTBOX_DONE);
    add_trim(outbox, lane->partition, row->entry, now);
    forget_bytes(outbox, row);
    give_slot(outbox, lane);
    lane->first++;
    lane->count--;
    lane->attempts = 0;
    outbox->known[lane->partition]--;
    if (lane->count) {
        make_ready(lane, false);
        return;
    }
    g_hash_table_remove(outbox->lanes, lane);
    free_lane(lane);
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
    for (uint64_t rest = delivery_of(outbox, lane);; rest >>= 7) {
        tag[length++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        if (rest <= 0x7f)
            break;
    }
    wf_buffer_clear(&outbox->frame);
    wf_prelude_append(&outbox->frame, WF_KIND_ENVELOPE);
    wf_buffer_append(&outbox->frame, tag, length);
    wf_buffer_append(&outbox->frame, lane_head(lane)->bytes, lane_head(lane)->length);
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
        if (!lane_head(lane)->bytes) {
            outbox->lacks_bytes[lane->partition] = true; /* comes back when they are known */
            continue;
        }
        take_slot(outbox, lane);
        frame_envelope(outbox, lane);
        if (!send_frame(outbox, remote, now)) {
            give_slot(outbox, lane);
            make_ready(lane, true);
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

bool wf_outbox_has_local(const struct wf_outbox *outbox)
{
    return outbox->remotes[outbox->service][outbox->instance].first_ready != NULL;
}

bool wf_outbox_take_local(struct wf_outbox *outbox, uint64_t *delivery, struct wf_bytes *envelope)
{
    struct wf_remote *remote = &outbox->remotes[outbox->service][outbox->instance];
    struct wf_lane *lane;
    while ((lane = pop_ready(remote)) != NULL) {
        struct wf_known_entry *row = lane_head(lane);
        if (!row->bytes) {
            outbox->lacks_bytes[lane->partition] = true;
            continue;
        }
        take_slot(outbox, lane);
        lane->resend_at = WF_NEVER; /* answered within the turn that takes it */
        *delivery = delivery_of(outbox, lane);
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

/* ---- trims ---- */

const struct wf_entry *wf_outbox_trims(struct wf_outbox *outbox, unsigned partition, size_t *count)
{
    struct wf_trims *trims = &outbox->trims[partition];
    *count = 0;
    if (trims->taken || !trims->count)
        return NULL;
    trims->taken = trims->count > WF_TRIMS_MAX ? WF_TRIMS_MAX : trims->count;
    *count = trims->taken;
    return trims->rows;
}

void wf_outbox_trimmed(struct wf_outbox *outbox, unsigned partition, bool done)
{
    struct wf_trims *trims = &outbox->trims[partition];
    if (done) {
        trims->count -= trims->taken;
        outbox->trim_total -= trims->taken;
        memmove(trims->rows, trims->rows + trims->taken, trims->count * sizeof *trims->rows);
    }
    trims->taken = 0;
}

/* ---- all of it ---- */

void wf_outbox_forget(struct wf_outbox *outbox)
{
    GHashTableIter iterator;
    gpointer lane;
    g_hash_table_iter_init(&iterator, outbox->lanes);
    while (g_hash_table_iter_next(&iterator, &lane, NULL))
        free_lane(lane);
    g_hash_table_remove_all(outbox->lanes);
    outbox->free_count = outbox->waiting_count = 0;
    for (size_t i = outbox->slot_count; i-- > 0;) {
        outbox->slots[i].lane = NULL;
        outbox->free_slots[outbox->free_count++] = (uint32_t)i;
    }
    for (unsigned service = 0; service < WF_ANY; service++) {
        for (unsigned i = 0; i < WF_INSTANCES_MAX; i++) {
            struct wf_remote *remote = &outbox->remotes[service][i];
            remote->first_ready = remote->last_ready = NULL;
            remote->in_flight = remote->ready = 0;
        }
    }
    memset(outbox->known, 0, sizeof outbox->known);
    memset(outbox->lacks_bytes, 0, sizeof outbox->lacks_bytes);
    outbox->bytes = 0;
}

void wf_outbox_write(const struct wf_outbox *outbox, wf_time now, struct wf_buffer *json,
                     struct wf_outbox_totals *totals)
{
    struct {
        uint64_t ready, in_flight;
        wf_time since;
    } queues[WF_ANY] = {0};
    GHashTableIter iterator;
    gpointer key;
    *totals = (struct wf_outbox_totals){0};
    g_hash_table_iter_init(&iterator, outbox->lanes);
    while (g_hash_table_iter_next(&iterator, &key, NULL)) {
        const struct wf_lane *lane = key;
        unsigned service = lane->remote->service;
        queues[service].ready += lane->count - (lane->slot != NO_SLOT);
        queues[service].in_flight += lane->slot != NO_SLOT;
        if (!queues[service].since || lane_head(lane)->since < queues[service].since)
            queues[service].since = lane_head(lane)->since;
    }
    const char *comma = "";
    wf_buffer_text(json, "{");
    for (unsigned service = 0; service < WF_ANY; service++) {
        if (!queues[service].ready && !queues[service].in_flight)
            continue;
        wf_time age = now - queues[service].since;
        wf_buffer_format(json,
                         "%s\"%s\":{\"ready\":%" PRIu64 ",\"in_flight\":%" PRIu64
                         ",\"oldest_ms\":%" PRId64 "}",
                         comma, wf_service_name((enum wf_service)service), queues[service].ready,
                         queues[service].in_flight, age);
        totals->ready += queues[service].ready;
        totals->in_flight += queues[service].in_flight;
        totals->oldest_ms = age > totals->oldest_ms ? age : totals->oldest_ms;
        comma = ",";
    }
    wf_buffer_text(json, "}");
}

void wf_outbox_fini(struct wf_outbox *outbox)
{
    if (!outbox->lanes)
        return;
    wf_outbox_forget(outbox);
    g_hash_table_destroy(outbox->lanes);
    outbox->lanes = NULL;
    free(outbox->slots);
    free(outbox->free_slots);
    free(outbox->waiting);
    for (unsigned i = 0; i < WF_PARTITIONS; i++)
        free(outbox->trims[i].rows);
    wf_buffer_fini(&outbox->frame);
}
