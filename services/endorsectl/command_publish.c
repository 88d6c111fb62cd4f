/* endorsectl publish and outcomes: a reference portal client over the ZeroMQ door.
 *
 * Keeps as many publishes unanswered as the door grants, sends again what was BUSY after the delay it was
 * told, and what got no answer at all after five seconds - the same id, so nothing happens twice. */
#include "ctl_installation.h"

#include "wf_cloudevent.h"
#include "zmq_portal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WINDOW_MAX = 256, LINE_MAX_BYTES = 70000, ANSWER_MS = 5000, TRIES_MAX = 8 };

struct flight {
    uint64_t request; /* 0: free */
    wf_time again;    /* monotonic ms when it is to be sent again */
    int tries;
    char *id, *subject, *traceparent;
    enum wf_message type;
    wf_time time;
    struct wf_buffer data;
};

struct publisher {
    struct ctl *ctl;
    struct zmq_portal *portal;
    struct wf_arena arena;
    struct flight flights[WINDOW_MAX];
    unsigned window; /* granted by the door */
    unsigned flying;
    uint64_t next;
    unsigned lines, counts[8];
    json_t *receipts;
};

static wf_time monotonic(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *status_word(int status)
{
    static const char *const words[] = {"?",       "accepted", "duplicate", "conflict",
                                        "invalid", "denied",   "busy"};
    return status >= 0 && status < 7 ? words[status] : "?";
}

static void note(struct publisher *publisher, const char *id, int status, const char *field,
                 const char *text, const char *receipt)
{
    publisher->counts[status & 7]++;
    if (publisher->ctl->json)
        (void)json_array_append_new(publisher->receipts,
                                    json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", id, "status",
                                              status_word(status), "field", field, "text", text,
                                              "receipt", receipt));
    else if (status != ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_ACCEPTED &&
             status != ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_DUPLICATE)
        (void)fprintf(stderr, "%s: %s%s%s%s%s\n", id, status_word(status), *field ? " at " : "",
                      field, *text ? ": " : "", text);
}

static void land(struct publisher *publisher, struct flight *flight)
{
    free(flight->id);
    free(flight->subject);
    free(flight->traceparent);
    wf_buffer_fini(&flight->data);
    *flight = (struct flight){0};
    publisher->flying--;
}

static void send_flight(struct publisher *publisher, struct flight *flight)
{
    Endorse__V1__Publish publish = ENDORSE__V1__PUBLISH__INIT;
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    struct wf_error error;
    publish.id = flight->id;
    publish.type = (char *)(uintptr_t)wf_message_row(flight->type)->type;
    publish.subject = flight->subject;
    publish.traceparent = flight->traceparent;
    publish.time_ms = flight->time;
    publish.data = (ProtobufCBinaryData){.data = flight->data.data, .len = flight->data.length};
    request.request = flight->request;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_PUBLISH;
    request.publish = &publish;
    bool sent = zmq_portal_send(publisher->portal, &request, &error) == 0;
    flight->tries += sent;
    flight->again = monotonic() + (sent ? ANSWER_MS : 20);
}

static void take_receipt(struct publisher *publisher, uint64_t request,
                         const Endorse__V1__Receipt *receipt)
{
    for (unsigned i = 0; i < WINDOW_MAX; i++) {
        struct flight *flight = &publisher->flights[i];
        if (!request || flight->request != request)
            continue;
        bool busy = receipt->status == ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_BUSY;
        if (busy && flight->tries < TRIES_MAX) {
            flight->again = monotonic() + (receipt->retry_after_ms ? receipt->retry_after_ms : 200);
            return;
        }
        note(publisher, flight->id, (int)receipt->status, receipt->field, receipt->text,
             receipt->receipt);
        land(publisher, flight);
        return;
    }
}

/* One reply if there is one within `timeout`; -1 only when the door refused us. */
static int take_reply(struct publisher *publisher, wf_time timeout, struct wf_error *error)
{
    wf_arena_clear(&publisher->arena);
    Endorse__V1__DoorReply *reply =
        zmq_portal_receive(publisher->portal, timeout, &publisher->arena, error);
    if (!reply)
        return error->code == WF_DENIED ? -1 : 0;
    if (reply->body_case == ENDORSE__V1__DOOR_REPLY__BODY_WELCOME && reply->welcome->credit > 0)
        publisher->window =
            reply->welcome->credit < WINDOW_MAX ? reply->welcome->credit : WINDOW_MAX;
    if (reply->body_case == ENDORSE__V1__DOOR_REPLY__BODY_RECEIPT)
        take_receipt(publisher, reply->request, reply->receipt);
    return 0;
}

static int resend(struct publisher *publisher, struct wf_error *error)
{
    wf_time now = monotonic();
    for (unsigned i = 0; i < WINDOW_MAX; i++) {
        struct flight *flight = &publisher->flights[i];
        if (!flight->request || flight->again > now)
            continue;
        if (flight->tries >= TRIES_MAX)
            return wf_fail(
                error, WF_AGAIN,
                "the door does not answer; %u events have no receipt.  Publish the same file "
                "again later: what was accepted is answered 'duplicate'",
                publisher->flying);
        send_flight(publisher, flight);
    }
    return 0;
}

static struct flight *free_flight(struct publisher *publisher)
{
    for (unsigned i = 0; i < WINDOW_MAX; i++) {
        if (!publisher->flights[i].request)
            return &publisher->flights[i];
    }
    return NULL;
}

static void take_line(struct publisher *publisher, const char *line, size_t length)
{
    struct wf_cloudevent event;
    struct wf_door_event door = {0};
    struct wf_buffer data = {0};
    struct wf_error error;
    char path[WF_PATH_MAX] = "";
    char place[24];
    (void)snprintf(place, sizeof place, "line %u", publisher->lines);
    struct wf_bytes body = {.data = (const uint8_t *)line, .length = length};
    if (wf_cloudevent_read_structured(body, &event, &data, path, &error) < 0 ||
        wf_door_event_from_json(&event, wf_buffer_bytes(&data), &door, path, &error) < 0) {
        note(publisher, place, ENDORSE__V1__RECEIPT_STATUS__RECEIPT_STATUS_INVALID, path,
             error.text, "");
    } else {
        struct flight *flight = free_flight(publisher);
        *flight = (struct flight){.request = ++publisher->next,
                                  .id = strdup(event.id),
                                  .subject = strdup(event.subject),
                                  .traceparent = strdup(event.traceparent),
                                  .type = (enum wf_message)door.message,
                                  .time = event.time,
                                  .data = door.payload};
        door.payload = (struct wf_buffer){0};
        publisher->flying++;
        send_flight(publisher, flight);
    }
    wf_door_event_fini(&door);
    wf_buffer_fini(&data);
}

static int publish_all(struct publisher *publisher, FILE *in, struct wf_error *error)
{
    static char line[LINE_MAX_BYTES];
    bool more = true;
    while (more || publisher->flying) {
        if (more && publisher->flying < publisher->window) {
            more = fgets(line, sizeof line, in) != NULL;
            publisher->lines += more;
            if (more && line[strspn(line, " \t\r\n")])
                take_line(publisher, line, strlen(line));
        }
        bool wait = publisher->flying >= publisher->window || (!more && publisher->flying);
        if (take_reply(publisher, wait ? 20 : 0, error) < 0 || resend(publisher, error) < 0)
            return -1;
    }
    return 0;
}

static int open_portal(struct ctl *ctl, const char *id, struct zmq_portal **portal,
                       struct wf_error *error)
{
    char file[96];
    char secret[ZMQ_PORTAL_KEY];
    if (!id || !wf_id_is_valid(id))
        return wf_fail(error, WF_CONFIG, "say which portal with --portal ID");
    (void)snprintf(file, sizeof file, "portal-%s.key", id);
    if (ctl_installation_read(ctl, error) < 0 ||
        ctl_secret_line(ctl, file, "secret", secret, sizeof secret, error) < 0)
        return -1;
    return zmq_portal_open(portal, ctl_installation_text(ctl, "door"),
                           ctl_installation_text(ctl, "door_public"), secret, error);
}

static int say_hello(struct publisher *publisher, struct wf_error *error)
{
    Endorse__V1__DoorHello hello = ENDORSE__V1__DOOR_HELLO__INIT;
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    hello.client = (char *)"endorsectl";
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_HELLO;
    request.hello = &hello;
    for (int tries = 0; tries < 50 && !publisher->window; tries++) {
        if (tries % 10 == 0 && zmq_portal_send(publisher->portal, &request, error) < 0 &&
            error->code != WF_LIMIT)
            return -1;
        if (take_reply(publisher, 100, error) < 0)
            return -1;
    }
    return publisher->window
               ? 0
               : wf_fail(error, WF_AGAIN, "the door did not answer; is endorse-intake running?");
}

int ctl_publish(struct ctl *ctl, int argc, char **argv)
{
    static struct publisher publisher;
    struct wf_error error = {0};
    const char *id = ctl_option(&argc, argv, "--portal", true);
    if (argc != 1) {
        (void)fputs("endorsectl: publish takes one file of CloudEvents, one a line, or - for "
                    "standard input\n",
                    stderr);
        return CTL_USAGE;
    }
    FILE *in = strcmp(argv[0], "-") == 0 ? stdin : fopen(argv[0], "re");
    if (!in) {
        (void)fprintf(stderr, "endorsectl: cannot read %s\n", argv[0]);
        return CTL_USAGE;
    }
    publisher = (struct publisher){.ctl = ctl, .receipts = json_array()};
    wf_arena_init(&publisher.arena, 64 * WF_KIB);
    int failed = open_portal(ctl, id, &publisher.portal, &error) < 0 ||
                 say_hello(&publisher, &error) < 0 || publish_all(&publisher, in, &error) < 0;
    if (ctl->json)
        ctl_json(publisher.receipts);
    else
        (void)printf(
            "%u lines: %u accepted, %u duplicate, %u conflict, %u invalid, %u denied, %u busy\n",
            publisher.lines, publisher.counts[1], publisher.counts[2], publisher.counts[3],
            publisher.counts[4], publisher.counts[5], publisher.counts[6]);
    int code = failed ? ctl_complain(&error) : CTL_OK;
    if (!failed &&
        publisher.counts[3] + publisher.counts[4] + publisher.counts[5] + publisher.counts[6])
        code = CTL_NO;
    for (unsigned i = 0; i < WINDOW_MAX; i++) {
        if (publisher.flights[i].request)
            land(&publisher, &publisher.flights[i]);
    }
    zmq_portal_close(&publisher.portal);
    wf_arena_fini(&publisher.arena);
    json_decref(publisher.receipts);
    if (in != stdin)
        (void)fclose(in);
    return code;
}

static void add_outcomes(json_t *rows, const Endorse__V1__OutcomesPage *page)
{
    for (size_t i = 0; i < page->n_outcomes; i++) {
        const Endorse__V1__Outcome *outcome = page->outcomes[i];
        json_t *data = json_loads(outcome->data_json, 0, NULL);
        (void)json_array_append_new(
            rows,
            json_pack("{s:I,s:s,s:s,s:s,s:I,s:s,s:o}", "sequence", (json_int_t)outcome->sequence,
                      "time", ctl_moment(outcome->time_ms), "type", outcome->type, "subject",
                      outcome->subject, "number", (json_int_t)outcome->number, "cause",
                      outcome->cause, "data", data ? data : json_object()));
    }
}

int ctl_outcomes(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {"sequence", "#",       "time",   "time",  "type", "type",
                                          "subject",  "subject", "number", "of it", NULL};
    struct wf_error error = {0};
    struct zmq_portal *portal = NULL;
    struct wf_arena arena;
    const char *id = ctl_option(&argc, argv, "--portal", true);
    const char *after = ctl_option(&argc, argv, "--after", true);
    Endorse__V1__OutcomesRequest body = ENDORSE__V1__OUTCOMES_REQUEST__INIT;
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_OUTCOMES;
    request.outcomes = &body;
    body.after = after ? strtoull(after, NULL, 10) : 0;
    body.limit = 500;
    json_t *rows = json_array();
    wf_arena_init(&arena, 1024 * WF_KIB);
    int failed = open_portal(ctl, id, &portal, &error) < 0;
    bool more = !failed;
    for (int tries = 0; more && !failed;) {
        wf_arena_clear(&arena);
        failed = zmq_portal_send(portal, &request, &error) < 0 && error.code != WF_LIMIT;
        Endorse__V1__DoorReply *reply =
            failed ? NULL : zmq_portal_receive(portal, 1000, &arena, &error);
        if (reply && reply->body_case == ENDORSE__V1__DOOR_REPLY__BODY_OUTCOMES) {
            const Endorse__V1__OutcomesPage *page = reply->outcomes;
            add_outcomes(rows, page);
            more =
                page->n_outcomes > 0 && page->outcomes[page->n_outcomes - 1]->sequence < page->last;
            body.after =
                page->n_outcomes ? page->outcomes[page->n_outcomes - 1]->sequence : body.after;
        } else if (error.code == WF_DENIED || ++tries == 5) {
            failed = 1;
        }
    }
    if (!failed)
        ctl_table(ctl, rows, "This portal has been told nothing yet.", columns);
    zmq_portal_close(&portal);
    wf_arena_fini(&arena);
    json_decref(rows);
    return failed ? ctl_complain(&error) : CTL_OK;
}
