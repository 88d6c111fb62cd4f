/* What is known of the outbox: lanes, their entries, acknowledgements, trims. */
#include "wf_outbox_inner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
    lane->slot = WF_NO_SLOT;
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
        memmove(lane->rows, wf_lane_head(lane), lane->count * sizeof *lane->rows);
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
        struct wf_known_entry *row = &wf_lane_head(lane)[at - 1];
        if (memcmp(&row->entry, &message->entry, sizeof row->entry) == 0) {
            if (!row->bytes && (at == 1 || outbox->bytes < outbox->budget))
                remember_bytes(outbox, row, message->envelope);
            wf_lane_make_ready(lane, false);
            return;
        }
        if (!goes_before(message, row))
            break;
    }
    /* What is under way stays first: its answer is awaited under its slot. */
    if (at == 0 && lane->slot != WF_NO_SLOT)
        at = 1;
    make_room(lane);
    struct wf_known_entry *row = &wf_lane_head(lane)[at];
    memmove(row + 1, row, (lane->count - at) * sizeof *row);
    *row = (struct wf_known_entry){.entry = message->entry,
                                   .incarnation = message->incarnation,
                                   .sequence = message->sequence,
                                   .since = message->since};
    lane->count++;
    outbox->known[lane->partition]++;
    if (at == 0 || outbox->bytes < outbox->budget)
        remember_bytes(outbox, row, message->envelope);
    wf_lane_make_ready(lane, false);
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
    wf_lane_give_slot(outbox, lane);
    lane->is_waiting = true;
    lane->resend_at = until;
    outbox->waiting[outbox->waiting_count++] = lane;
}

enum { AT_WORK_MS = 20 };

bool wf_outbox_is_behind(const struct wf_outbox *outbox, wf_time now)
{
    size_t ready = 0;
    /* A receiver that takes nothing is away, and its absence must not close the doors. */
    if (now - outbox->taken_at > AT_WORK_MS)
        return false;
    for (unsigned service = 0; service < WF_ANY; service++) {
        for (unsigned i = 0; i < outbox->instances[service]; i++)
            ready += outbox->remotes[service][i].ready;
    }
    return ready > WF_BEHIND;
}

void wf_outbox_acknowledge(struct wf_outbox *outbox, uint64_t delivery, wf_time wait, wf_time now)
{
    uint64_t index = delivery & (((uint64_t)1 << WF_SLOT_BITS) - 1);
    if (index >= outbox->slot_count)
        return;
    struct wf_lane *lane = outbox->slots[index].lane;
    if (!lane || wf_lane_delivery(outbox, lane) != delivery)
        return; /* answered before */
    if (wait >= 0) {
        wf_count(outbox->metrics, WF_METRIC_OUTBOX_BUSY);
        wait_for(outbox, lane, now + (wait > WF_LONGEST_RESEND ? WF_LONGEST_RESEND : wait));
        return;
    }
    outbox->taken_at = now;
    struct wf_known_entry *row = wf_lane_head(lane);
    wf_count(outbox->metrics, WF_METRIC_OUTBOX_DONE);
    add_trim(outbox, lane->partition, row->entry, now);
    forget_bytes(outbox, row);
    wf_lane_give_slot(outbox, lane);
    lane->first++;
    lane->count--;
    lane->attempts = 0;
    outbox->known[lane->partition]--;
    if (lane->count) {
        wf_lane_make_ready(lane, false);
        return;
    }
    g_hash_table_remove(outbox->lanes, lane);
    free_lane(lane);
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
        queues[service].ready += lane->count - (lane->slot != WF_NO_SLOT);
        queues[service].in_flight += lane->slot != WF_NO_SLOT;
        if (!queues[service].since || wf_lane_head(lane)->since < queues[service].since)
            queues[service].since = wf_lane_head(lane)->since;
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
