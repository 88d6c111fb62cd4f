/* links: wf_kit wf_zmq_bus wf_zmq_portal */
/* wf_bus.h, one body for both adapters: loop 0 is the fake, loop 1 ZeroMQ over ipc. */
#include "fake_bus.h"
#include "zmq_bus.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE = 5000 };

static struct virtual_clock clock_of_test;
static struct fake_network *network;
static char folder[64];
static struct wf_bus *asker, *owner;
static struct wf_error error;

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){.data = (const uint8_t *)value, .length = strlen(value)};
}

static struct wf_bus *open_bus(int loop, enum wf_service service, unsigned instance)
{
    struct wf_bus *bus = NULL;
    if (loop == 0)
        return fake_bus_create(network, service, instance);
    ck_assert_msg(zmq_bus_open(&bus,
                               &(struct zmq_bus_settings){
                                   .run_dir = folder, .service = service, .instance = instance},
                               &error) == 0,
                  "%s", error.text);
    return bus;
}

static void open_all(int loop)
{
    virtual_clock_init(&clock_of_test, 1);
    network = fake_network_create(&clock_of_test, 1);
    (void)strcpy(folder, "/tmp/endorse-bus-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    asker = open_bus(loop, WF_INTAKE, 0);
    owner = open_bus(loop, WF_REFERENCE, 0);
}

static void close_all(void)
{
    char path[128];
    if (asker)
        wf_bus_destroy(&asker);
    if (owner)
        wf_bus_destroy(&owner);
    fake_network_destroy(&network);
    (void)snprintf(path, sizeof path, "rm -r %s", folder);
    ck_assert_int_eq(system(path), 0);
}

/* The next frame, waited for as the worker waits. */
static bool receive(struct wf_bus *bus, struct wf_frame *frame)
{
    for (int waited = 0; waited < PATIENCE; waited += 10) {
        if (wf_bus_receive(bus, frame))
            return true;
        ck_assert_int_eq(wf_bus_wait(bus, 10, &error), 0);
    }
    return false;
}

/* A connection may need a moment; until then the bus says WF_LIMIT and keeps nothing. */
static void send_to_owner(const char *words)
{
    for (int waited = 0; waited < PATIENCE; waited += 10) {
        if (wf_bus_send(asker, WF_REFERENCE, 0, text(words), &error) == 0)
            return;
        ck_assert_int_eq(error.code, WF_LIMIT);
        ck_assert_int_eq(wf_bus_wait(asker, 10, &error), 0);
    }
    ck_abort_msg("nobody takes %s", words);
}

static void must_be(const struct wf_frame *frame, const char *words)
{
    ck_assert_uint_eq(frame->bytes.length, strlen(words));
    ck_assert_mem_eq(frame->bytes.data, words, strlen(words));
}

START_TEST(a_frame_arrives_and_is_answered)
{
    struct wf_frame frame;
    open_all(_i);
    send_to_owner("question");
    ck_assert(receive(owner, &frame));
    ck_assert_int_eq(frame.source, WF_FRAME_LOCAL);
    must_be(&frame, "question");
    ck_assert_int_eq(wf_bus_answer(owner, WF_FRAME_LOCAL, &frame.peer, text("answer"), &error), 0);
    ck_assert(receive(asker, &frame));
    ck_assert_int_eq(frame.source, WF_FRAME_ANSWER);
    ck_assert_int_eq(frame.service, WF_REFERENCE);
    ck_assert_uint_eq(frame.instance, 0);
    must_be(&frame, "answer");
    close_all();
}
END_TEST

START_TEST(frames_of_one_sender_keep_their_order)
{
    struct wf_frame frame;
    char words[16];
    open_all(_i);
    for (unsigned i = 0; i < 500; i++) {
        (void)snprintf(words, sizeof words, "frame %u", i);
        send_to_owner(words);
    }
    for (unsigned i = 0; i < 500; i++) {
        (void)snprintf(words, sizeof words, "frame %u", i);
        ck_assert(receive(owner, &frame));
        must_be(&frame, words);
    }
    ck_assert(!wf_bus_receive(owner, &frame));
    close_all();
}
END_TEST

START_TEST(nobody_there_is_told_and_nothing_is_kept)
{
    struct wf_frame frame;
    open_all(_i);
    wf_bus_destroy(&owner);
    ck_assert_int_eq(wf_bus_send(asker, WF_REFERENCE, 0, text("early"), &error), -1);
    ck_assert_int_eq(error.code, WF_LIMIT);
    owner = open_bus(_i, WF_REFERENCE, 0);
    send_to_owner("late");
    ck_assert(receive(owner, &frame));
    must_be(&frame, "late");
    close_all();
}
END_TEST

START_TEST(an_answer_to_a_gone_peer_is_told)
{
    struct wf_frame frame;
    open_all(_i);
    send_to_owner("question");
    ck_assert(receive(owner, &frame));
    struct wf_peer peer = frame.peer;
    wf_bus_destroy(&asker);
    int result = 0;
    for (int waited = 0; waited < PATIENCE && !result; waited += 10) {
        result = wf_bus_answer(owner, WF_FRAME_LOCAL, &peer, text("answer"), &error);
        ck_assert_int_eq(wf_bus_wait(owner, 10, NULL), 0);
    }
    ck_assert_int_eq(result, -1);
    ck_assert_int_eq(error.code, WF_NOT_FOUND);
    close_all();
}
END_TEST

START_TEST(a_restarted_peer_is_met_again)
{
    struct wf_frame frame;
    open_all(_i);
    send_to_owner("before");
    ck_assert(receive(owner, &frame));
    wf_bus_destroy(&owner);
    owner = open_bus(_i, WF_REFERENCE, 0);
    bool is_met = false;
    /* What is sent while the loss has not been noticed may be lost: the outbox sends it again. */
    for (unsigned i = 0; i < 100 && !is_met; i++) {
        send_to_owner("after");
        for (unsigned wait = 0; wait < 10 && !is_met; wait++) {
            ck_assert_int_eq(wf_bus_wait(owner, 10, &error), 0);
            is_met = wf_bus_receive(owner, &frame);
        }
    }
    ck_assert(is_met);
    must_be(&frame, "after");
    close_all();
}
END_TEST

START_TEST(instances_are_told_apart)
{
    struct wf_frame frame;
    open_all(_i);
    struct wf_bus *second = open_bus(_i, WF_REFERENCE, 1);
    for (int waited = 0; wf_bus_send(asker, WF_REFERENCE, 1, text("to the second"), &error) < 0 &&
                         waited < PATIENCE;
         waited += 10)
        ck_assert_int_eq(wf_bus_wait(asker, 10, &error), 0);
    ck_assert(receive(second, &frame));
    must_be(&frame, "to the second");
    struct wf_peer peer = frame.peer;
    ck_assert(!wf_bus_receive(owner, &frame));
    ck_assert_int_eq(wf_bus_answer(second, WF_FRAME_LOCAL, &peer, text("mine"), &error), 0);
    ck_assert(receive(asker, &frame));
    ck_assert_uint_eq(frame.instance, 1);
    wf_bus_destroy(&second);
    close_all();
}
END_TEST

START_TEST(a_program_can_send_to_itself)
{
    struct wf_frame frame;
    open_all(_i);
    for (int waited = 0;
         wf_bus_send(owner, WF_REFERENCE, 0, text("self"), &error) < 0 && waited < PATIENCE;
         waited += 10)
        ck_assert_int_eq(wf_bus_wait(owner, 10, &error), 0);
    ck_assert(receive(owner, &frame));
    must_be(&frame, "self");
    close_all();
}
END_TEST

START_TEST(a_full_peer_is_told)
{
    static uint8_t large[64 * 1024];
    struct wf_frame frame;
    open_all(_i);
    send_to_owner("first");
    int result = 0;
    for (unsigned i = 0; i < 20000 && !result; i++)
        result = wf_bus_send(asker, WF_REFERENCE, 0,
                             (struct wf_bytes){.data = large, .length = sizeof large}, &error);
    ck_assert_int_eq(result, -1);
    ck_assert_int_eq(error.code, WF_LIMIT);
    ck_assert(receive(owner, &frame));
    close_all();
}
END_TEST

/* ---- what only ZeroMQ has ---- */

static int readable_calls;

static void readable(void *context, int fd, int ready)
{
    char byte;
    (void)context;
    ck_assert_int_eq(ready, WF_WATCH_READ);
    ck_assert_int_eq(read(fd, &byte, 1), 1);
    readable_calls++;
}

START_TEST(descriptors_are_watched)
{
    int ends[2];
    open_all(1);
    ck_assert_int_eq(pipe(ends), 0);
    wf_bus_watch(asker, ends[0], WF_WATCH_READ, readable, NULL);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(wf_bus_wait(asker, PATIENCE, &error), 0);
    ck_assert_int_eq(readable_calls, 1);
    wf_bus_watch(asker, ends[0], 0, NULL, NULL);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(wf_bus_wait(asker, 0, &error), 0);
    ck_assert_int_eq(readable_calls, 1);
    (void)close(ends[0]);
    (void)close(ends[1]);
    close_all();
}
END_TEST

START_TEST(sockets_are_their_owners_alone)
{
    char path[128];
    struct stat file;
    open_all(1);
    (void)snprintf(path, sizeof path, "%s/reference.0.sock", folder);
    ck_assert_int_eq(stat(path, &file), 0);
    ck_assert_int_eq(file.st_mode & 0777, 0600);
    wf_bus_destroy(&owner);
    ck_assert_int_eq(zmq_bus_open(&owner,
                                  &(struct zmq_bus_settings){.run_dir = folder,
                                                             .service = WF_REFERENCE,
                                                             .group_access = true},
                                  &error),
                     0);
    ck_assert_int_eq(stat(path, &file), 0);
    ck_assert_int_eq(file.st_mode & 0777, 0660);
    close_all();
}
END_TEST

START_TEST(a_folder_that_cannot_be_used_is_a_configuration_error)
{
    struct wf_bus *bus = NULL;
    char longest[200];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ck_assert_int_eq(
        zmq_bus_open(&bus, &(struct zmq_bus_settings){.run_dir = longest, .service = WF_REFERENCE},
                     &error),
        -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_int_eq(zmq_bus_open(&bus,
                                  &(struct zmq_bus_settings){.run_dir = "/nowhere/at/all",
                                                             .service = WF_REFERENCE},
                                  &error),
                     -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bus");
    TCase *both = tcase_create("fake and ZeroMQ");
    TCase *real = tcase_create("ZeroMQ");
    tcase_set_timeout(both, 60);
    tcase_set_timeout(real, 60);
    tcase_add_loop_test(both, a_frame_arrives_and_is_answered, 0, 2);
    tcase_add_loop_test(both, frames_of_one_sender_keep_their_order, 0, 2);
    tcase_add_loop_test(both, nobody_there_is_told_and_nothing_is_kept, 0, 2);
    tcase_add_loop_test(both, an_answer_to_a_gone_peer_is_told, 0, 2);
    tcase_add_loop_test(both, a_restarted_peer_is_met_again, 0, 2);
    tcase_add_loop_test(both, instances_are_told_apart, 0, 2);
    tcase_add_loop_test(both, a_program_can_send_to_itself, 0, 2);
    tcase_add_loop_test(both, a_full_peer_is_told, 0, 2);
    tcase_add_test(real, descriptors_are_watched);
    tcase_add_test(real, sockets_are_their_owners_alone);
    tcase_add_test(real, a_folder_that_cannot_be_used_is_a_configuration_error);
    suite_add_tcase(suite, both);
    suite_add_tcase(suite, real);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
