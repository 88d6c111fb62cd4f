/* links: wf_runtime wf_kit */
/* SPEC 3 in the sender's memory: order of a lane, credit, BUSY, resends, and the budget of bytes. */
#include "fake_bus.h"
#include "wf_outbox.h"
#include "wf_plan.h"
#include "wf_prelude.h"

#include "endorse/v1/envelope.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct virtual_clock clock_of_test;
static struct fake_network *network;
static struct wf_bus *ours, *theirs;
static struct wf_outbox outbox;
static struct wf_metrics metrics;
static struct wf_arena arena;
static wf_time now;

static void open_outbox(void)
{
    virtual_clock_init(&clock_of_test, 1);
    now = clock_of_test.monotonic_now;
    network = fake_network_create(&clock_of_test, 1);
    ours = fake_bus_create(network, WF_INTAKE, 0);
    theirs = fake_bus_create(network, WF_REFERENCE, 0);
    memset(&outbox, 0, sizeof outbox);
    memset(&metrics, 0, sizeof metrics);
    wf_outbox_init(&outbox, 4000, 1);
    outbox.service = WF_INTAKE;
    outbox.bus = ours;
    outbox.metrics = &metrics;
    wf_arena_init(&arena, 1 << 16);
}

static void close_outbox(void)
{
    wf_outbox_fini(&outbox);
    wf_bus_destroy(&ours);
    wf_bus_destroy(&theirs);
    fake_network_destroy(&network);
    wf_arena_fini(&arena);
}

/* The n-th message of the lane of that application. */
static void add(const char *application, uint64_t sequence)
{
    char from[64], to[64], id[16];
    struct wf_buffer packed = {0};
    Endorse__V1__Envelope envelope = ENDORSE__V1__ENVELOPE__INIT;
    (void)snprintf(from, sizeof from, "intake/application/%s", application);
    (void)snprintf(to, sizeof to, "reference/ratings/%s", application);
    (void)snprintf(id, sizeof id, "%s:%u", application, (unsigned)sequence);
    envelope.message_id = id;
    wf_pack(&envelope.base, &packed);
    wf_outbox_add(&outbox,
                  &(struct wf_outgoing_message){.partition = wf_partition(application),
                                                .from = from,
                                                .to = to,
                                                .incarnation = 1,
                                                .sequence = sequence,
                                                .entry = wf_plan_entry(from, to, 1, sequence),
                                                .envelope = wf_buffer_bytes(&packed),
                                                .since = now});
    wf_buffer_fini(&packed);
}

/* What the receiver gets next: the message's id, and its delivery; "" if nothing. */
static const char *get(uint64_t *delivery)
{
    struct wf_frame frame;
    struct wf_bytes body;
    do { /* a silent peer is also pinged */
        if (!wf_bus_receive(theirs, &frame))
            return "";
    } while (wf_prelude_read(frame.bytes, &body) != WF_KIND_ENVELOPE);
    wf_arena_clear(&arena);
    const Endorse__V1__Envelope *envelope =
        (const void *)wf_unpack(&endorse__v1__envelope__descriptor, body, &arena);
    ck_assert_ptr_nonnull(envelope);
    *delivery = envelope->delivery;
    return envelope->message_id;
}

static void pass(wf_time milliseconds)
{
    virtual_clock_advance(&clock_of_test, milliseconds);
    now += milliseconds;
    wf_outbox_relay(&outbox, now);
}

START_TEST(spec_3_1_only_the_first_of_a_lane_is_under_way)
{
    uint64_t delivery = 0;
    add("A", 2);
    add("A", 1);
    add("A", 3);
    pass(0);
    for (unsigned i = 1; i <= 3; i++) {
        char id[8];
        (void)snprintf(id, sizeof id, "A:%u", i);
        ck_assert_str_eq(get(&delivery), id);
        ck_assert_str_eq(get(&delivery), "");
        wf_outbox_acknowledge(&outbox, delivery, -1, now);
        wf_outbox_acknowledge(&outbox, delivery, -1, now); /* a late repetition says nothing */
        pass(0);
    }
    ck_assert_uint_eq(metrics.counts[WF_METRIC_OUTBOX_DONE], 3);
    ck_assert_uint_eq(outbox.bytes, 0);
    ck_assert_uint_eq(outbox.trim_total, 3);
}
END_TEST

START_TEST(spec_3_1_credit_bounds_what_is_under_way)
{
    uint64_t delivery = 0;
    char application[16];
    for (unsigned i = 0; i < 10; i++) {
        (void)snprintf(application, sizeof application, "A%u", i);
        add(application, 1);
    }
    wf_outbox_heard(&outbox, WF_REFERENCE, 0, 7, 4, now);
    pass(0);
    unsigned got = 0;
    while (get(&delivery)[0])
        got++;
    ck_assert_uint_eq(got, 4);
    wf_outbox_acknowledge(&outbox, delivery, -1, now);
    pass(0);
    ck_assert_str_ne(get(&delivery), "");
    ck_assert_str_eq(get(&delivery), "");
}
END_TEST

START_TEST(spec_3_3_busy_gives_its_credit_back_and_comes_again)
{
    uint64_t delivery = 0;
    wf_outbox_heard(&outbox, WF_REFERENCE, 0, 7, 1, now);
    add("A", 1);
    add("B", 1);
    pass(0);
    ck_assert_str_eq(get(&delivery), "A:1");
    ck_assert_str_eq(get(&delivery), "");
    wf_outbox_acknowledge(&outbox, delivery, 5000, now);
    pass(0);
    ck_assert_str_eq(get(&delivery), "B:1");
    wf_outbox_acknowledge(&outbox, delivery, -1, now);
    pass(4000);
    ck_assert_str_eq(get(&delivery), "");
    pass(2000);
    ck_assert_str_eq(get(&delivery), "A:1");
}
END_TEST

START_TEST(spec_3_2_resends_slow_down_and_a_restart_hastens_them)
{
    uint64_t delivery = 0;
    unsigned got = 0;
    wf_outbox_heard(&outbox, WF_REFERENCE, 0, 7, 0, now);
    add("A", 1);
    for (unsigned i = 0; i < 3000; i++) { /* five minutes */
        struct wf_frame frame;
        struct wf_bytes body;
        pass(100);
        while (wf_bus_receive(theirs, &frame))
            got += wf_prelude_read(frame.bytes, &body) == WF_KIND_ENVELOPE;
    }
    ck_assert_uint_ge(got, 12); /* 1, 2, 4, 8, 16, 30, 30, ... s less a quarter at most */
    ck_assert_uint_le(got, 19);
    wf_outbox_heard(&outbox, WF_REFERENCE, 0, 8, 0, now);
    pass(100);
    ck_assert_str_eq(get(&delivery), "A:1");
}
END_TEST

START_TEST(nobody_there_keeps_everything)
{
    uint64_t delivery = 0;
    wf_bus_destroy(&theirs);
    add("A", 1);
    for (unsigned i = 0; i < 50; i++)
        pass(100);
    ck_assert_uint_eq(metrics.counts[WF_METRIC_OUTBOX_SENT], 0);
    theirs = fake_bus_create(network, WF_REFERENCE, 0);
    pass(600);
    ck_assert_str_eq(get(&delivery), "A:1");
}
END_TEST

START_TEST(beyond_the_budget_only_names_are_kept)
{
    uint64_t delivery = 0;
    char id[16];
    for (unsigned i = 1; i <= 1000; i++)
        add("A", i);
    ck_assert_uint_le(outbox.bytes, 4100);
    for (unsigned i = 1; i <= 1000; i++) {
        pass(0);
        if (outbox.lacks_bytes[wf_partition("A")]) { /* the store gives them again */
            outbox.lacks_bytes[wf_partition("A")] = false;
            for (unsigned k = i; k <= 1000; k++)
                add("A", k);
            pass(0);
        }
        (void)snprintf(id, sizeof id, "A:%u", i);
        ck_assert_str_eq(get(&delivery), id);
        wf_outbox_acknowledge(&outbox, delivery, -1, now);
    }
    ck_assert_uint_eq(outbox.known[wf_partition("A")], 0);
    ck_assert_uint_eq(outbox.bytes, 0);
}
END_TEST

START_TEST(trims_are_offered_until_they_are_done)
{
    uint64_t delivery = 0;
    size_t count = 0;
    unsigned partition = wf_partition("A");
    add("A", 1);
    pass(0);
    ck_assert_str_eq(get(&delivery), "A:1");
    wf_outbox_acknowledge(&outbox, delivery, -1, now);
    ck_assert_ptr_nonnull(wf_outbox_trims(&outbox, partition, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_null(wf_outbox_trims(&outbox, partition, &count)); /* one commit has them */
    wf_outbox_trimmed(&outbox, partition, false);
    ck_assert_ptr_nonnull(wf_outbox_trims(&outbox, partition, &count));
    wf_outbox_trimmed(&outbox, partition, true);
    ck_assert_ptr_null(wf_outbox_trims(&outbox, partition, &count));
    ck_assert_uint_eq(outbox.trim_total, 0);
}
END_TEST

START_TEST(spec_3_7_an_entry_is_named_after_its_lane)
{
    char text[WF_ENTRY_TEXT], other[WF_ENTRY_TEXT];
    wf_plan_entry_text(wf_plan_entry("intake/application/A", "reference/ratings/A", 1, 2), text);
    ck_assert_str_eq(text, "79195582094e60255adeb752dc7139af");
    wf_plan_entry_text(wf_plan_entry("intake/application/A", "reference/ratings/A", 1, 3), other);
    ck_assert_str_ne(text, other);
    wf_plan_entry_text(wf_plan_entry("intake/application/A", "reference/ratings/A", 2, 2), other);
    ck_assert_str_ne(text, other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outbox");
    TCase *tests = tcase_create("relay");
    tcase_add_checked_fixture(tests, open_outbox, close_outbox);
    tcase_add_test(tests, spec_3_1_only_the_first_of_a_lane_is_under_way);
    tcase_add_test(tests, spec_3_1_credit_bounds_what_is_under_way);
    tcase_add_test(tests, spec_3_3_busy_gives_its_credit_back_and_comes_again);
    tcase_add_test(tests, spec_3_2_resends_slow_down_and_a_restart_hastens_them);
    tcase_add_test(tests, nobody_there_keeps_everything);
    tcase_add_test(tests, beyond_the_budget_only_names_are_kept);
    tcase_add_test(tests, trims_are_offered_until_they_are_done);
    tcase_add_test(tests, spec_3_7_an_entry_is_named_after_its_lane);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
