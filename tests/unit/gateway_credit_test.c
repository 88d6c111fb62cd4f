/* links: wf_gateway wf_toy wf_kit wf_http */
/* GATEWAY 2.3: a portal's credit.  Whatever becomes of an event, the place it took in the credit is given
 * back, and once. */
#include "gateway.h"

#include "toy_world.h"
#include "wf_arena.h"
#include "wf_prelude.h"
#include "wf_seal.h"

#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOKEN "portal.one.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"

static struct toy_world world;
static struct toy_program *asker; /* lends its worker to the gateway */
static struct wf_bus *intake;     /* plays intake */
static struct gateway *gateway;
static struct wf_arena arena;
static struct wf_buffer frame;

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

static void put_card(void)
{
    struct wf_error error = {0};
    uint8_t digest[32];
    char types[] = "org.endorse.application.", *allowed[] = {types};
    ProtobufCBinaryData digests[] = {{sizeof digest, digest}};
    Endorse__V1__PortalCard card = ENDORSE__V1__PORTAL_CARD__INIT;
    struct wf_buffer packed = {0};
    wf_sha256(bytes_of(TOKEN), digest);
    card.token_sha256 = digests;
    card.n_token_sha256 = card.n_allowed_types = 1;
    card.allowed_types = allowed;
    wf_pack(&card.base, &packed);
    const struct wf_index index = {.op = WF_INDEX_HASH_PUT,
                                   .name = bytes_of("portals"),
                                   .member = bytes_of("portal.one"),
                                   .value = wf_buffer_bytes(&packed)};
    struct wf_commit commit = {.kind = "portal",
                               .id = "portal.one",
                               .version_after = 1,
                               .indexes = &index,
                               .index_count = 1};
    ck_assert_int_eq(wf_store_commit(gateway->intake.store, &commit, 1, &error), 0);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
    wf_buffer_fini(&packed);
}

static void handle(void *context, const struct wf_http_request *request)
{
    serve_publish(context, request, NULL);
}

static void setup(void)
{
    struct wf_error error = {0};
    toy_world_open(&world, 1);
    asker = toy_world_add(&world, &toy_reference, NULL, 0);
    intake = fake_bus_create(world.network, WF_INTAKE, 0);
    gateway = calloc(1, sizeof *gateway);
    ck_assert_ptr_nonnull(gateway);
    gateway->worker = asker->worker;
    gateway->intake.store = mem_store_join(world.anchor, WF_INTAKE);
    ck_assert_int_eq(wf_http_open(&gateway->http, "127.0.0.1", 0, handle, gateway, &error), 0);
    wf_arena_init(&arena, 1 << 20);
    put_card();
}

static void teardown(void)
{
    wf_http_close(&gateway->http);
    portal_door_fini(&gateway->portals);
    wf_store_destroy(&gateway->intake.store);
    free(gateway);
    wf_bus_destroy(&intake);
    toy_world_close(&world);
    wf_arena_fini(&arena);
    wf_buffer_fini(&frame);
}

/* ---- the portal ---- */

static unsigned unanswered(void)
{
    struct portal_place *place = NULL;
    struct wf_error error = {0};
    ck_assert_int_eq(portal_door_ask(&gateway->portals, gateway->intake.store, "Bearer " TOKEN,
                                     gateway->monotonic, &place, &error),
                     PORTAL_KNOWN);
    return place->unanswered;
}

/* Posts one event and serves until the gateway has answered it or asked intake. */
static void post(const char *id, const char *type)
{
    char body[512], request[1024];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(wf_http_port(gateway->http)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)snprintf(body, sizeof body,
                   "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"urn:portal:portal.one\","
                   "\"subject\":\"application/"
                   "A-1\",\"type\":\"%s\",\"data\":{\"submittedOn\":\"2026-11-01\"}}",
                   id, type);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int length =
        snprintf(request, sizeof request,
                 "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: application/cloudevents+json\r\nContent-Length: %zu\r\n\r\n%s",
                 TOKEN, strlen(body), body);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(write(client, request, (size_t)length), length);
    uint64_t before = gateway->counters[GATEWAY_EVENTS_INVALID] +
                      gateway->counters[GATEWAY_EVENTS_DENIED] +
                      gateway->counters[GATEWAY_EVENTS_BUSY];
    unsigned flying = unanswered();
    for (;;) {
        struct pollfd server = {.fd = wf_http_fd(gateway->http), .events = POLLIN};
        (void)wf_http_turn(gateway->http, gateway->monotonic);
        uint64_t refused = gateway->counters[GATEWAY_EVENTS_INVALID] +
                           gateway->counters[GATEWAY_EVENTS_DENIED] +
                           gateway->counters[GATEWAY_EVENTS_BUSY];
        if (refused != before || unanswered() != flying)
            break;
        ck_assert_int_eq(poll(&server, 1, 5000), 1);
    }
    (void)close(client);
}

static const char *const submitted = "org.endorse.application.submitted.v1";

/* ---- intake ---- */

/* Answers everything that was asked, `times` times each; gives how many questions there were. */
static unsigned answer_all(Endorse__V1__ReplyStatus status, unsigned times)
{
    struct wf_frame asked;
    struct wf_bytes body;
    unsigned count = 0;
    toy_world_turn(&world, 1);
    while (wf_bus_receive(intake, &asked)) {
        if (wf_prelude_read(asked.bytes, &body) != WF_KIND_REQUEST)
            continue;
        wf_arena_clear(&arena);
        const Endorse__V1__Request *request =
            (const void *)wf_unpack(&endorse__v1__request__descriptor, body, &arena);
        ck_assert_ptr_nonnull(request);
        Endorse__V1__Reply reply = ENDORSE__V1__REPLY__INIT;
        reply.request = request->request;
        reply.status = status;
        wf_buffer_clear(&frame);
        wf_prelude_append(&frame, WF_KIND_REPLY);
        wf_pack(&reply.base, &frame);
        for (unsigned i = 0; i < times; i++)
            ck_assert_int_eq(
                wf_bus_answer(intake, WF_FRAME_LOCAL, &asked.peer, wf_buffer_bytes(&frame), NULL),
                0);
        count++;
    }
    for (unsigned i = 0; i < 3; i++)
        toy_world_turn(&world, 1);
    return count;
}

/* _i: the status; each reply comes twice, as it may after a question that was sent again. */
START_TEST(every_answer_gives_the_credit_back_once)
{
    post("event-1", submitted);
    post("event-2", submitted);
    ck_assert_uint_eq(unanswered(), 2);
    ck_assert_uint_eq(answer_all((Endorse__V1__ReplyStatus)_i, 2), 2);
    ck_assert_uint_eq(unanswered(), 0);
}
END_TEST

START_TEST(a_question_without_answer_gives_its_credit_back_once)
{
    post("event-1", submitted);
    post("event-2", submitted);
    ck_assert_uint_eq(unanswered(), 2);
    for (unsigned waited = 0; waited <= GATEWAY_ASK_MS; waited += 500)
        toy_world_turn(&world, 500);
    toy_world_turn(&world, 1);
    ck_assert_uint_eq(unanswered(), 0);
    (void)answer_all(ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_OK, 1); /* too late */
    ck_assert_uint_eq(unanswered(), 0);
}
END_TEST

START_TEST(what_is_never_asked_takes_no_credit)
{
    post("event-1", "org.endorse.no.such.thing.v1");
    ck_assert_uint_eq(unanswered(), 0);
    post("event-2", "org.endorse.application.fee.paid.v1"); /* data lacks everything */
    ck_assert_uint_eq(unanswered(), 0);
    post("not an id\\n", submitted);
    ck_assert_uint_eq(unanswered(), 0);
    ck_assert_uint_eq(answer_all(ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_OK, 1), 0);
}
END_TEST

/* Round after round: a leak of one in a hundred would show. */
START_TEST(the_whole_credit_is_there_again_after_every_round)
{
    char id[24];
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < PORTAL_CREDIT; i++) {
            (void)snprintf(id, sizeof id, "event-%u-%u", round, i);
            post(id, submitted);
        }
        ck_assert_uint_eq(unanswered(), PORTAL_CREDIT);
        uint64_t busy = gateway->counters[GATEWAY_EVENTS_BUSY];
        post("event-beyond", submitted);
        ck_assert_uint_eq(gateway->counters[GATEWAY_EVENTS_BUSY], busy + 1);
        ck_assert_uint_eq(unanswered(), PORTAL_CREDIT);
        ck_assert_uint_eq(answer_all(ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_OK, 1), PORTAL_CREDIT);
        ck_assert_uint_eq(unanswered(), 0);
        gateway->monotonic += 2 * WF_SECOND; /* the bucket fills, which is another bound */
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("a portal's credit");
    TCase *tests = tcase_create("credit");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, every_answer_gives_the_credit_back_once,
                        ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_OK,
                        ENDORSE__V1__REPLY_STATUS__REPLY_STATUS_CONFLICT + 1);
    tcase_add_test(tests, a_question_without_answer_gives_its_credit_back_once);
    tcase_add_test(tests, what_is_never_asked_takes_no_credit);
    tcase_add_test(tests, the_whole_credit_is_there_again_after_every_round);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
