/* links: wf_kit wf_zmq_bus wf_zmq_portal wf_wire */
/* SPEC 5.1 on the real door: who holds a known key is let in under that key, nobody else is. */
#include "zmq_bus.h"
#include "zmq_portal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum { PATIENCE = 5000 };

static char folder[64], endpoint[64];
static char door_public[ZMQ_PORTAL_KEY], door_secret[ZMQ_PORTAL_KEY];
static char portal_public[ZMQ_PORTAL_KEY], portal_secret[ZMQ_PORTAL_KEY];
static struct wf_bus *bus;
static struct wf_arena arena;
static struct wf_error error;
static unsigned asked;

static bool is_allowed(void *context, const char *key)
{
    (void)context;
    asked++;
    return strcmp(key, portal_public) == 0;
}

static void open_door(void)
{
    asked = 0;
    (void)strcpy(folder, "/tmp/endorse-door-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    zmq_portal_new_keys(door_public, door_secret);
    zmq_portal_new_keys(portal_public, portal_secret);
    ck_assert_int_eq(
        zmq_bus_open(&bus, &(struct zmq_bus_settings){.run_dir = folder, .service = WF_INTAKE},
                     &error),
        0);
    int result = -1;
    for (int port = 20000 + getpid() % 20000; result && port < 60000; port += 997) {
        (void)snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", port);
        result = wf_bus_open_door(bus, endpoint, door_secret, is_allowed, NULL, &error);
    }
    ck_assert_msg(result == 0, "%s", error.text);
    wf_arena_init(&arena, 1 << 16);
}

static void close_door(void)
{
    char command[128];
    wf_bus_destroy(&bus);
    wf_arena_fini(&arena);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static bool receive(struct wf_frame *frame, int patience)
{
    for (int waited = 0; waited < patience; waited += 10) {
        if (wf_bus_receive(bus, frame))
            return true;
        ck_assert_int_eq(wf_bus_wait(bus, 10, &error), 0);
    }
    return false;
}

static void say_hello(struct zmq_portal *portal)
{
    Endorse__V1__DoorHello hello = ENDORSE__V1__DOOR_HELLO__INIT;
    Endorse__V1__DoorRequest request = ENDORSE__V1__DOOR_REQUEST__INIT;
    hello.client = (char *)"test";
    request.request = 7;
    request.body_case = ENDORSE__V1__DOOR_REQUEST__BODY_HELLO;
    request.hello = &hello;
    ck_assert_msg(zmq_portal_send(portal, &request, &error) == 0, "%s", error.text);
}

static struct zmq_portal *connect_portal(const char *server, const char *secret)
{
    struct zmq_portal *portal = NULL;
    ck_assert_msg(zmq_portal_open(&portal, endpoint, server, secret, &error) == 0, "%s",
                  error.text);
    return portal;
}

/* The positive control of every refusal below. */
START_TEST(a_known_key_is_let_in_under_its_name)
{
    struct wf_frame frame;
    struct zmq_portal *portal = connect_portal(door_public, portal_secret);
    say_hello(portal);
    ck_assert(receive(&frame, PATIENCE));
    ck_assert_int_eq(frame.source, WF_FRAME_DOOR);
    ck_assert_str_eq(frame.identity, portal_public);
    ck_assert_uint_ge(asked, 1);

    struct wf_buffer packed = {0};
    Endorse__V1__DoorPong pong = ENDORSE__V1__DOOR_PONG__INIT;
    Endorse__V1__DoorReply reply = ENDORSE__V1__DOOR_REPLY__INIT;
    reply.request = 7;
    reply.body_case = ENDORSE__V1__DOOR_REPLY__BODY_PONG;
    reply.pong = &pong;
    wf_pack(&reply.base, &packed);
    ck_assert_int_eq(
        wf_bus_answer(bus, WF_FRAME_DOOR, &frame.peer, wf_buffer_bytes(&packed), &error), 0);
    wf_buffer_fini(&packed);
    const Endorse__V1__DoorReply *got = zmq_portal_receive(portal, PATIENCE, &arena, &error);
    ck_assert_ptr_nonnull(got);
    ck_assert_uint_eq(got->request, 7);
    ck_assert(!zmq_portal_was_refused(portal));
    zmq_portal_close(&portal);
}
END_TEST

START_TEST(an_unknown_key_is_refused)
{
    struct wf_frame frame;
    char public_key[ZMQ_PORTAL_KEY], secret_key[ZMQ_PORTAL_KEY];
    zmq_portal_new_keys(public_key, secret_key);
    struct zmq_portal *portal = connect_portal(door_public, secret_key);
    say_hello(portal);
    bool is_refused = false;
    for (unsigned i = 0; i < 500 && !is_refused; i++) {
        ck_assert(!receive(&frame, 10));
        is_refused = zmq_portal_was_refused(portal);
    }
    ck_assert(is_refused);
    ck_assert_uint_ge(asked, 1);
    zmq_portal_close(&portal);
}
END_TEST

START_TEST(a_client_that_expects_another_door_gets_nowhere)
{
    struct wf_frame frame;
    char other_public[ZMQ_PORTAL_KEY], other_secret[ZMQ_PORTAL_KEY];
    zmq_portal_new_keys(other_public, other_secret);
    struct zmq_portal *portal = connect_portal(other_public, portal_secret);
    say_hello(portal);
    ck_assert(!receive(&frame, 300));
    ck_assert_uint_eq(asked, 0);
    zmq_portal_close(&portal);
}
END_TEST

/* Without CURVE at all. */
START_TEST(plain_text_gets_nowhere)
{
    struct wf_frame frame;
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_DEALER);
    int linger = 0;
    ck_assert_int_eq(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger), 0);
    ck_assert_int_eq(zmq_connect(socket, endpoint), 0);
    ck_assert_int_eq(zmq_send(socket, "hello", 5, ZMQ_DONTWAIT), 5);
    ck_assert(!receive(&frame, 300));
    ck_assert_uint_eq(asked, 0);
    ck_assert_int_eq(zmq_close(socket), 0);
    ck_assert_int_eq(zmq_ctx_term(context), 0);
}
END_TEST

START_TEST(a_wrong_door_key_is_a_configuration_error)
{
    struct wf_bus *other = NULL;
    char run_dir[128];
    (void)snprintf(run_dir, sizeof run_dir, "%s", folder);
    ck_assert_int_eq(
        zmq_bus_open(&other, &(struct zmq_bus_settings){.run_dir = run_dir, .service = WF_RENEWAL},
                     &error),
        0);
    ck_assert_int_eq(
        wf_bus_open_door(other, "tcp://127.0.0.1:*", "short", is_allowed, NULL, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    wf_bus_destroy(&other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("door");
    TCase *tests = tcase_create("ZAP and CURVE");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, open_door, close_door);
    tcase_add_test(tests, a_known_key_is_let_in_under_its_name);
    tcase_add_test(tests, an_unknown_key_is_refused);
    tcase_add_test(tests, a_client_that_expects_another_door_gets_nowhere);
    tcase_add_test(tests, plain_text_gets_nowhere);
    tcase_add_test(tests, a_wrong_door_key_is_a_configuration_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
