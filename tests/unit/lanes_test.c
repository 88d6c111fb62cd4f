/* links: wf_toy wf_kit */
/* SPEC 2 and 3 from the outside: what a program answers to frames of every kind, well made or not. */
#include "toy_world.h"

#include "wf_arena.h"
#include "wf_prelude.h"

#include "endorse/v1/envelope.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct toy_world world;
static struct toy_program *reference;
static struct wf_bus *peer; /* plays intake */
static struct wf_arena arena;
static struct wf_buffer frame;

static void open_world(void)
{
    toy_world_open(&world, 1);
    reference = toy_world_add(&world, &toy_reference, NULL, 0);
    peer = fake_bus_create(world.network, WF_INTAKE, 0);
    wf_arena_init(&arena, 1 << 20);
}

static void close_world(void)
{
    wf_bus_destroy(&peer);
    toy_world_close(&world);
    wf_arena_fini(&arena);
    wf_buffer_fini(&frame);
}

/* A rating request as intake sends it; tests spoil one thing of it. */
static Endorse__V1__Envelope good(uint64_t sequence)
{
    static struct wf_buffer packed;
    Endorse__V1__RatingRequested request = ENDORSE__V1__RATING_REQUESTED__INIT;
    Endorse__V1__Envelope envelope = ENDORSE__V1__ENVELOPE__INIT;
    request.request = (uint32_t)sequence;
    wf_buffer_clear(&packed);
    wf_pack(&request.base, &packed);
    envelope.delivery = 40 + sequence;
    envelope.message_id = (char *)"m-1";
    envelope.type = (char *)"endorse.rating.requested.v1";
    envelope.from = (char *)"intake/application/MA-1";
    envelope.to = (char *)"reference/ratings/MA-1";
    envelope.incarnation = 5;
    envelope.sequence = sequence;
    envelope.payload = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    return envelope;
}

static void send_bytes(struct wf_bytes bytes)
{
    struct wf_error error;
    ck_assert_int_eq(wf_bus_send(peer, WF_REFERENCE, 0, bytes, &error), 0);
    for (unsigned i = 0; i < 5; i++)
        toy_world_turn(&world, 1);
}

static void send_kind(enum wf_frame_kind kind, const ProtobufCMessage *message)
{
    wf_buffer_clear(&frame);
    wf_prelude_append(&frame, kind);
    wf_pack(message, &frame);
    send_bytes(wf_buffer_bytes(&frame));
}

/* What the last envelope was answered; 0: nothing. */
static int answered(uint64_t delivery)
{
    struct wf_frame answer;
    struct wf_bytes body;
    int status = 0;
    while (wf_bus_receive(peer, &answer)) {
        if (wf_prelude_read(answer.bytes, &body) != WF_KIND_ACK)
            continue;
        wf_arena_clear(&arena);
        const Endorse__V1__AckBatch *batch =
            (const void *)wf_unpack(&endorse__v1__ack_batch__descriptor, body, &arena);
        for (size_t i = 0; i < batch->n_applied; i++)
            status = batch->applied[i] == delivery ? ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED
                                                   : status;
        for (size_t i = 0; i < batch->n_others; i++)
            status =
                batch->others[i]->delivery == delivery ? (int)batch->others[i]->status : status;
    }
    return status;
}

static int send_envelope(const Endorse__V1__Envelope *envelope)
{
    send_kind(WF_KIND_ENVELOPE, &envelope->base);
    return answered(envelope->delivery);
}

static uint32_t ratings(void)
{
    struct toy_state state;
    return toy_world_state(&world, WF_REFERENCE, "ratings", "MA-1", &state) ? state.ratings : 0;
}

START_TEST(spec_3_4_the_next_one_is_taken_once)
{
    Endorse__V1__Envelope first = good(1);
    Endorse__V1__Envelope second = good(2);
    ck_assert_int_eq(send_envelope(&first), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    ck_assert_int_eq(send_envelope(&first), ENDORSE__V1__ACK_STATUS__ACK_STATUS_DUPLICATE);
    ck_assert_int_eq(send_envelope(&second), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    ck_assert_int_eq(send_envelope(&first), ENDORSE__V1__ACK_STATUS__ACK_STATUS_DUPLICATE);
    ck_assert_uint_eq(ratings(), 2);
}
END_TEST

START_TEST(spec_3_4_a_gap_is_not_acknowledged)
{
    Endorse__V1__Envelope first = good(1);
    Endorse__V1__Envelope third = good(3);
    ck_assert_int_eq(send_envelope(&first), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    ck_assert_int_eq(send_envelope(&third), 0);
    ck_assert_uint_eq(ratings(), 1);
    ck_assert_int_eq(toy_world_figure(reference, "gaps_total"), 1);
}
END_TEST

START_TEST(spec_3_4_a_new_incarnation_begins_anew)
{
    Endorse__V1__Envelope first = good(1);
    ck_assert_int_eq(send_envelope(&first), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    first.incarnation = 6;
    ck_assert_int_eq(send_envelope(&first), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    first.incarnation = 7;
    first.sequence = 2;
    ck_assert_int_eq(send_envelope(&first), 0);
}
END_TEST

START_TEST(spec_2_who_may_not_send_is_buried)
{
    Endorse__V1__Envelope envelope = good(1);
    envelope.from = (char *)"renewal/standing/MA-1";
    ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_PARKED);
    ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_DUPLICATE);
    ck_assert_int_eq(toy_world_figure(reference, "dead"), 1);
    ck_assert_int_eq(toy_world_figure(reference, "parked"), 0);
    Endorse__V1__Envelope right = good(1);
    ck_assert_int_eq(send_envelope(&right), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
}
END_TEST

START_TEST(spec_2_an_unknown_type_is_buried)
{
    static const char *const types[] = {"endorse.no.such.v1", "endorse.mail.requested.v1"};
    for (size_t i = 0; i < 2; i++) {
        Endorse__V1__Envelope envelope = good(i + 1);
        envelope.type = (char *)types[i];
        ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_PARKED);
    }
    ck_assert_int_eq(toy_world_figure(reference, "dead"), 2);
}
END_TEST

START_TEST(spec_4_5_an_unreadable_payload_parks)
{
    static uint8_t nonsense[] = {0xff, 0xff, 0xff};
    Endorse__V1__Envelope envelope = good(1);
    Endorse__V1__Envelope next = good(2);
    envelope.payload = (ProtobufCBinaryData){.data = nonsense, .len = sizeof nonsense};
    ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_PARKED);
    ck_assert_int_eq(send_envelope(&next), ENDORSE__V1__ACK_STATUS__ACK_STATUS_PARKED);
    ck_assert_int_eq(toy_world_figure(reference, "parked"), 2);
    ck_assert_int_eq(toy_world_figure(reference, "dead"), 1);
}
END_TEST

START_TEST(spec_2_frames_that_are_none_are_counted)
{
    static const char *const frames[] = {
        "", "x", "EW", "EW\1", "EW\1\1", "EW\2\1xx", "EW\1\77xx", "EX\1\1xx", "EW\1\1\377\377\377"};
    long before = toy_world_figure(reference, "frames_bad_total");
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        send_bytes(
            (struct wf_bytes){.data = (const uint8_t *)frames[i], .length = strlen(frames[i])});
    ck_assert_int_eq(toy_world_figure(reference, "frames_bad_total") - before, 9);
    Endorse__V1__Envelope envelope = good(1);
    ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
}
END_TEST

START_TEST(spec_2_addresses_that_are_none_are_dropped)
{
    static const char *const wrong[] = {"",
                                        "reference",
                                        "reference/ratings/",
                                        "intake/ratings/MA-1",
                                        "reference/ratings/a b",
                                        "reference/rat ings/MA-1",
                                        "nobody/ratings/MA-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        Endorse__V1__Envelope envelope = good(1);
        envelope.to = (char *)wrong[i];
        ck_assert_int_eq(send_envelope(&envelope), 0);
    }
    ck_assert_int_eq(toy_world_figure(reference, "frames_bad_total"), 7);
}
END_TEST

START_TEST(spec_2_a_ping_is_answered_with_credit)
{
    struct wf_frame answer;
    struct wf_bytes body;
    Endorse__V1__Ping ping = ENDORSE__V1__PING__INIT;
    ping.program = (char *)"intake";
    send_kind(WF_KIND_PING, &ping.base);
    ck_assert(wf_bus_receive(peer, &answer));
    ck_assert_int_eq(wf_prelude_read(answer.bytes, &body), WF_KIND_PONG);
    const Endorse__V1__Pong *pong =
        (const void *)wf_unpack(&endorse__v1__pong__descriptor, body, &arena);
    ck_assert_uint_eq(pong->credit, 256);
    ck_assert_uint_ne(pong->incarnation, 0);
}
END_TEST

START_TEST(spec_3_2_what_is_not_acknowledged_comes_again)
{
    struct wf_frame got;
    unsigned count = 0;
    Endorse__V1__Envelope envelope = good(1);
    ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    /* The report of it is never acknowledged here: at once, then after 1 s, 2 s, 4 s less jitter. */
    for (unsigned i = 0; i < 800; i++) {
        toy_world_turn(&world, 10);
        struct wf_bytes body;
        while (wf_bus_receive(peer, &got))
            count += wf_prelude_read(got.bytes, &body) == WF_KIND_ENVELOPE;
    }
    ck_assert_uint_ge(count, 3);
    ck_assert_uint_le(count, 5);
    ck_assert_int_eq(toy_world_figure(reference, "in_flight"), 1);
}
END_TEST

START_TEST(the_store_away_is_busy_and_back_within_seconds)
{
    Endorse__V1__Envelope envelope = good(1);
    mem_store_fail(reference->store, 6, false);
    ck_assert_int_eq(send_envelope(&envelope), ENDORSE__V1__ACK_STATUS__ACK_STATUS_BUSY);
    int status = 0;
    for (unsigned i = 0; i < 50 && status != ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED; i++) {
        virtual_clock_advance(&world.clock, 100);
        status = send_envelope(&envelope);
    }
    ck_assert_int_eq(status, ENDORSE__V1__ACK_STATUS__ACK_STATUS_APPLIED);
    ck_assert_uint_eq(ratings(), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lanes");
    TCase *tests = tcase_create("frames");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, spec_3_4_the_next_one_is_taken_once);
    tcase_add_test(tests, spec_3_4_a_gap_is_not_acknowledged);
    tcase_add_test(tests, spec_3_4_a_new_incarnation_begins_anew);
    tcase_add_test(tests, spec_2_who_may_not_send_is_buried);
    tcase_add_test(tests, spec_2_an_unknown_type_is_buried);
    tcase_add_test(tests, spec_4_5_an_unreadable_payload_parks);
    tcase_add_test(tests, spec_2_frames_that_are_none_are_counted);
    tcase_add_test(tests, spec_2_addresses_that_are_none_are_dropped);
    tcase_add_test(tests, spec_2_a_ping_is_answered_with_credit);
    tcase_add_test(tests, spec_3_2_what_is_not_acknowledged_comes_again);
    tcase_add_test(tests, the_store_away_is_busy_and_back_within_seconds);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
