/* The portals' ZeroMQ door: frames in, acts and readings, replies out. */
#include "door.h"

#include "door_pages.h"
#include "portal_cards.h"
#include "wf_arena.h"
#include "wf_cloudevent.h"
#include "wf_config.h"
#include "wf_log.h"
#include "wf_messages.h"
#include "wf_validate.h"

#include "endorse/v1/door.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOOR_CREDIT = 256,
    DOOR_HEARTBEAT_MS = 5000,
    DOOR_BUSY_MS = 500,
    DOOR_ASK_MS = 10 * 1000,
    DOOR_ARENA = 256 * 1024,
    CARDS_LOOK_MS = 2000
};

struct door {
    struct wf_worker *worker;
    struct portal_cards cards;
    struct wf_arena arena;
    unsigned instance, instances;
    wf_time look_at; /* monotonic; for cards of other instances */
    bool stale;      /* cards have changed here */
};

/* ---- replies ---- */

static void send_packed(struct door *door, const struct wf_peer *peer, struct wf_bytes bytes)
{
    struct wf_error error = {0};
    /* A portal that went away asks again; what it published is safe. */
    if (wf_bus_answer(wf_worker_bus(door->worker), WF_FRAME_DOOR, peer, bytes, &error) < 0)
        wf_log(WF_LOG_DECISION, "door=unanswered code=%s", wf_error_name(error.code));
}

static void send_reply(struct door *door, const struct wf_peer *peer,
                       const Endorse__V1__DoorReply *reply)
{
    struct wf_buffer packed = {0};
    wf_pack(&reply->base, &packed);
    send_packed(door, peer, wf_buffer_bytes(&packed));
    wf_buffer_fini(&packed);
}

static void send_receipt(struct door *door, const struct wf_peer *peer, uint64_t request,
                         Endorse__V1__Receipt *receipt)
{
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    reply.request = request;
    reply.body_case = ENDORSE__V1__DOOR_REPLY__BODY_RECEIPT;
    reply.receipt = receipt;
    send_reply(door, peer, &reply);
}

/* What the loop would count if it had answered. */
static void count_refusal(struct door *door, Endorse__V1__ReceiptStatus status)
{
    if (status == ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY)
        wf_worker_count(door->worker, WF_METRIC_BUSY);
    else if (status == ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DENIED)
        wf_worker_count(door->worker, WF_METRIC_DENIED);
    else
        wf_worker_count(door->worker, WF_METRIC_INVALID);
}

/* What is said without asking the owner. */
static void refuse(struct door *door, const struct wf_peer *peer,
                   const Endorse__V1__DoorRequest *request, Endorse__V1__ReceiptStatus status,
                   const char *field, const char *reason, const char *text)
{
    Endorse__V1__Receipt receipt = ENDORSE__V1__RECEIPT__INIT;
    bool published = request->body_case == ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH;
    const char *id = published ? request->publish->id : "";
    /* Said back only if it could be one: a reply with bad UTF-8 is unreadable to its receiver. */
    receipt.id = wf_text_is_clean(id, strlen(id), WF_ID_MAX) ? (char *)id : (char *)"";
    receipt.status = status;
    receipt.field = (char *)field;
    receipt.reason = (char *)reason;
    receipt.text = (char *)text;
    if (status == ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY)
        receipt.retry_after_ms = DOOR_BUSY_MS;
    count_refusal(door, status);
    if (status == ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DENIED)
        wf_log(WF_LOG_DENIED, "door=zeromq reason=%s", reason);
    send_receipt(door, peer, request->request, &receipt);
}

#define INVALID ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_INVALID
#define DENIED ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DENIED
#define BUSY ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY

/* ---- a publish on its way ---- */

struct pending {
    struct door *door;
    struct wf_peer peer;
    uint64_t request;
    int portal; /* place of its card */
    char id[WF_ID_MAX + 1];
};

/* proto/SPEC.md 5.3: a refusal by a rule is custody, too; the outcome says which. */
static Endorse__V1__ReceiptStatus status_of(enum wf_reply reply)
{
    switch (reply) {
    case WF_REPLY_OK:
    case WF_REPLY_REFUSED:
        return ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED;
    case WF_REPLY_DUPLICATE:
        return ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DUPLICATE;
    case WF_REPLY_CONFLICT:
        return ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_CONFLICT;
    case WF_REPLY_DENIED:
        return DENIED;
    case WF_REPLY_INVALID:
    case WF_REPLY_NOT_FOUND:
        return INVALID;
    case WF_REPLY_BUSY:
        break;
    }
    return BUSY;
}

static void published(void *context, const struct wf_outcome *outcome)
{
    struct pending *pending = context;
    struct door *door = pending->door;
    Endorse__V1__Receipt receipt = ENDORSE__V1__RECEIPT__INIT;
    receipt.id = pending->id;
    receipt.status = status_of(outcome->reply);
    receipt.receipt = (char *)(outcome->receipt ? outcome->receipt : "");
    if (receipt.status == INVALID) {
        receipt.field = (char *)(outcome->reason ? outcome->reason : "");
        receipt.reason = (char *)"invalid";
    } else if (outcome->reply != WF_REPLY_OK) {
        receipt.reason = (char *)(outcome->reason ? outcome->reason : "");
    }
    receipt.text = (char *)(outcome->text ? outcome->text : "");
    if (receipt.status == BUSY)
        receipt.retry_after_ms = outcome->retry_after_ms ? outcome->retry_after_ms : DOOR_BUSY_MS;
    send_receipt(door, &pending->peer, pending->request, &receipt);
    door->cards.list[pending->portal].unanswered--;
    free(pending);
}

static bool is_ours(const struct door *door, const char *id)
{
    return wf_partition(id) % door->instances == door->instance;
}

/* Hands the event to its owner; false: no room. */
static bool hand_over(struct door *door, const Endorse__V1__Publish *publish,
                      const struct wf_door_event *event, const char *actor, struct pending *pending)
{
    struct wf_address to = wf_address_make(WF_INTAKE, event->kind, event->id);
    char to_text[WF_ADDRESS_MAX + 1];
    if (is_ours(door, event->id)) {
        struct wf_act act = {.message = (enum wf_message)event->message,
                             .to = to,
                             .actor = actor,
                             .key = publish->id,
                             .message_id = publish->id,
                             .happened = publish->time_ms,
                             .payload = wf_buffer_bytes(&event->payload),
                             .done = published,
                             .context = pending};
        return wf_worker_submit(door->worker, &act);
    }
    wf_address_format(&to, to_text);
    struct wf_ask ask = {.message = (enum wf_message)event->message,
                         .to = to_text,
                         .actor = actor,
                         .key = publish->id,
                         .traceparent = publish->traceparent,
                         .happened = publish->time_ms,
                         .payload = wf_buffer_bytes(&event->payload),
                         .timeout = DOOR_ASK_MS,
                         .done = published,
                         .context = pending};
    wf_worker_ask(door->worker, &ask);
    return true;
}

static bool allows_association(const void *card, const char *association)
{
    return portal_card_allows_association(card, association);
}

static void hand_in(struct door *door, const struct wf_peer *peer,
                    const Endorse__V1__DoorRequest *request, int portal,
                    const struct wf_door_event *event)
{
    struct portal_card *card = &door->cards.list[portal];
    const Endorse__V1__Publish *publish = request->publish;
    char actor[WF_ID_MAX + 8];
    struct pending *pending = malloc(sizeof *pending);
    WF_ASSERT(pending);
    *pending = (struct pending){
        .door = door, .peer = *peer, .request = request->request, .portal = portal};
    memcpy(pending->id, publish->id, strlen(publish->id));
    (void)snprintf(actor, sizeof actor, "portal/%s", card->id);
    card->unanswered++;
    if (hand_over(door, publish, event, actor, pending))
        return;
    card->unanswered--;
    free(pending);
    refuse(door, peer, request, BUSY, "", "busy", "The service is busy; publish again.");
}

static void publish_event(struct door *door, const struct wf_peer *peer,
                          const Endorse__V1__DoorRequest *request, int portal)
{
    const struct portal_card *card = &door->cards.list[portal];
    const Endorse__V1__Publish *publish = request->publish;
    struct wf_bytes data = {.data = publish->data.data, .length = publish->data.len};
    struct wf_door_event event = {0};
    struct wf_error error = {0};
    char path[WF_PATH_MAX] = "";
    if (card->unanswered >= DOOR_CREDIT) {
        refuse(door, peer, request, BUSY, "", "credit",
               "256 publishes of this portal are unanswered; wait for receipts.");
        return;
    }
    if (wf_worker_is_busy(door->worker)) {
        refuse(door, peer, request, BUSY, "", "busy", "The service is busy; publish again.");
        return;
    }
    if (!portal_card_allows_type(card, publish->type)) {
        refuse(door, peer, request, DENIED, "type", "type-not-allowed",
               "This portal may not publish events of this type.");
        return;
    }
    if (wf_door_event_from_protobuf(publish->type, publish->subject, data, &event, path, &error) <
        0)
        refuse(door, peer, request, INVALID, path, "invalid", error.text);
    else if (!wf_door_event_is_allowed(&event, allows_association, card))
        refuse(door, peer, request, DENIED, "association", "association-not-allowed",
               "This portal may not publish for this association.");
    else
        hand_in(door, peer, request, portal, &event);
    wf_door_event_fini(&event);
}

/* ---- readings ---- */

/* A reply whose body is packed already: field `body`, and the request's tag before it. */
static void send_page(struct door *door, const struct wf_peer *peer, uint64_t request,
                      unsigned body, const struct wf_buffer *page)
{
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    struct wf_buffer packed = {0};
    uint8_t head[12] = {(uint8_t)(body << 3 | 2)};
    size_t length = 1;
    size_t rest = page->length;
    reply.request = request;
    wf_pack(&reply.base, &packed);
    do {
        head[length++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        rest >>= 7;
    } while (rest);
    wf_buffer_append(&packed, head, length);
    wf_buffer_append(&packed, page->data, page->length);
    send_packed(door, peer, wf_buffer_bytes(&packed));
    wf_buffer_fini(&packed);
}

static void read_back(struct door *door, const struct wf_peer *peer,
                      const Endorse__V1__DoorRequest *request, const char *portal)
{
    struct wf_store *store = wf_worker_store(door->worker);
    bool outcomes = request->body_case == ENDORSE__V1__DOOR_REQUEST__BODY_OUTCOMES;
    unsigned body =
        outcomes ? ENDORSE__V1__DOOR_REPLY__BODY_OUTCOMES : ENDORSE__V1__DOOR_REPLY__BODY_HELD;
    struct wf_buffer page = {0};
    struct wf_error error = {0};
    int result = outcomes ? door_outcomes(store, portal, request->outcomes, &page, &error)
                          : door_held(store, portal, request->held, &page, &error);
    if (result == 0)
        send_page(door, peer, request->request, body, &page);
    else if (error.code == WF_INVALID)
        refuse(door, peer, request, INVALID, "held.cursor", "invalid", error.text);
    else
        refuse(door, peer, request, BUSY, "", "busy", "The store does not answer; ask again.");
    wf_buffer_fini(&page);
}

static void welcome(struct door *door, const struct wf_peer *peer, uint64_t request,
                    const char *portal)
{
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    Endorse__V1__DoorWelcome body = ENDORSE__V1__DOOR_WELCOME__INIT;
    body.portal = (char *)portal;
    body.credit = DOOR_CREDIT;
    body.heartbeat_ms = DOOR_HEARTBEAT_MS;
    reply.request = request;
    reply.body_case = ENDORSE__V1__DOOR_REPLY__BODY_WELCOME;
    reply.welcome = &body;
    send_reply(door, peer, &reply);
}

static void pong(struct door *door, const struct wf_peer *peer, uint64_t request)
{
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    Endorse__V1__DoorPong body = ENDORSE__V1__DOOR_PONG__INIT;
    reply.request = request;
    reply.body_case = ENDORSE__V1__DOOR_REPLY__BODY_PONG;
    reply.pong = &body;
    send_reply(door, peer, &reply);
}

/* ---- frames ---- */

static void serve(struct door *door, const struct wf_peer *peer,
                  const Endorse__V1__DoorRequest *request, int portal)
{
    const char *id = door->cards.list[portal].id;
    switch (request->body_case) {
    case ENDORSE__V1__DOOR_REQUEST__BODY_HELLO:
        welcome(door, peer, request->request, id);
        return;
    case ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH:
        publish_event(door, peer, request, portal);
        return;
    case ENDORSE__V1__DOOR_REQUEST__BODY_OUTCOMES:
    case ENDORSE__V1__DOOR_REQUEST__BODY_HELD:
        read_back(door, peer, request, id);
        return;
    case ENDORSE__V1__DOOR_REQUEST__BODY_PING:
        pong(door, peer, request->request);
        return;
    case ENDORSE__V1__DOOR_REQUEST__BODY__NOT_SET:
    case _ENDORSE__V1__DOOR_REQUEST__BODY__CASE_IS_INT_SIZE:
        break;
    }
    refuse(door, peer, request, INVALID, "", "invalid", "The request asks for nothing.");
}

static void refresh_cards(struct door *door)
{
    struct wf_error error = {0};
    if (portal_cards_refresh(&door->cards, wf_worker_store(door->worker), &error) == 0)
        door->stale = false;
    else /* the cards at hand stay in force; the next turn tries again */
        wf_log(WF_LOG_DECISION, "door=cards code=%s", wf_error_name(error.code));
}

void door_frame(struct door *door, const struct wf_frame *frame)
{
    struct wf_error error = {0};
    char path[WF_PATH_MAX] = "";
    if (door->stale)
        refresh_cards(door);
    wf_arena_clear(&door->arena);
    const Endorse__V1__DoorRequest *request = (const Endorse__V1__DoorRequest *)wf_unpack(
        &endorse__v1__door_request__descriptor, frame->bytes, &door->arena);
    if (!request) {
        const Endorse__V1__DoorRequest unreadable = ENDORSE__V1__DOOR_REQUEST__INIT;
        wf_log(WF_LOG_FRAME_BAD, "what=door bytes=%zu", frame->bytes.length);
        wf_worker_count(door->worker, WF_METRIC_FRAMES_BAD);
        refuse(door, &frame->peer, &unreadable, INVALID, "", "frame-unreadable",
               "The frame is no DoorRequest of proto/endorse/v1/door.proto.");
        return;
    }
    int portal = portal_cards_find(&door->cards, frame->identity);
    if (portal < 0)
        refuse(door, &frame->peer, request, DENIED, "", "key-unknown",
               "This key speaks for no portal any more.");
    else if (wf_validate(&request->base, path, &error) < 0)
        refuse(door, &frame->peer, request, INVALID, path, "invalid", error.text);
    else
        serve(door, &frame->peer, request, portal);
}

static bool is_allowed(void *context, const char *public_key_z85)
{
    struct door *door = context;
    if (door->stale)
        refresh_cards(door);
    return portal_cards_find(&door->cards, public_key_z85) >= 0;
}

void door_cards_changed(struct door *door)
{
    door->stale = true;
}

wf_time door_turn(struct door *door, wf_time now)
{
    if (door->stale)
        refresh_cards(door);
    if (door->instances == 1)
        return WF_NEVER;
    if (now >= door->look_at) {
        refresh_cards(door);
        door->look_at = now + CARDS_LOOK_MS;
    }
    return door->look_at;
}

int door_open(struct door **door, struct wf_worker *worker, const char *endpoint,
              const char *secret_key_z85, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct door *opened = calloc(1, sizeof *opened);
    WF_ASSERT(opened);
    opened->worker = worker;
    opened->instance = (unsigned)wf_config_number(config, "instance");
    opened->instances = wf_config_instances(config, WF_INTAKE);
    wf_arena_init(&opened->arena, DOOR_ARENA);
    if (portal_cards_refresh(&opened->cards, wf_worker_store(worker), error) < 0 ||
        wf_bus_open_door(wf_worker_bus(worker), endpoint, secret_key_z85, is_allowed, opened,
                         error) < 0) {
        door_close(&opened);
        return -1;
    }
    *door = opened;
    return 0;
}

void door_close(struct door **door)
{
    if (!*door)
        return;
    portal_cards_fini(&(*door)->cards);
    wf_arena_fini(&(*door)->arena);
    free(*door);
    *door = NULL;
}
