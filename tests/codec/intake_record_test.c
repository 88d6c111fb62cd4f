/* links: intake_kit wf_intake wf_intake_core wf_policy wf_port wf_base */
/* Stored records: what is written is read; what a newer program wrote is skipped; what is no record is an
 * error, never a crash.  Every kind of event that can be held keeps all it says. */
#include "application_codec.h"
#include "application_script.h"
#include "record.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    int32_t number;
    int64_t wide;
    uint8_t byte;
    bool flag;
    wf_date date;
    char text[8];
    uint8_t bytes[4];
};
static const struct record_member members[] = {
    RECORD(1, INT, sample, number), RECORD(2, LONG, sample, wide), RECORD(3, BYTE, sample, byte),
    RECORD(4, BOOL, sample, flag),  RECORD(5, DATE, sample, date), RECORD(6, TEXT, sample, text),
    RECORD(7, BYTES, sample, bytes)};

static int read_back(const struct wf_buffer *bytes, struct sample *sample)
{
    struct wf_error error = {0};
    memset(sample, 0, sizeof *sample);
    return record_read(RECORD_TABLE(members), wf_buffer_bytes(bytes), sample, &error);
}

static void assert_same(struct sample sample)
{
    struct wf_buffer bytes = {0};
    struct sample read;
    record_write(RECORD_TABLE(members), &sample, &bytes);
    ck_assert_int_eq(read_back(&bytes, &read), 0);
    ck_assert_int_eq(read.number, sample.number);
    ck_assert(read.wide == sample.wide);
    ck_assert_uint_eq(read.byte, sample.byte);
    ck_assert(read.flag == sample.flag);
    ck_assert_int_eq(read.date, sample.date);
    ck_assert_str_eq(read.text, sample.text);
    ck_assert_mem_eq(read.bytes, sample.bytes, sizeof read.bytes);
    wf_buffer_fini(&bytes);
}

START_TEST(extremes_survive)
{
    assert_same((struct sample){.date = WF_NO_DATE});
    assert_same((struct sample){.date = 0, .number = INT32_MIN, .wide = INT64_MIN});
    assert_same((struct sample){.date = -1, .number = INT32_MAX, .wide = INT64_MAX, .byte = 255});
    assert_same(
        (struct sample){.date = 20000, .flag = true, .text = "1234567", .bytes = {0, 1, 0, 255}});
}
END_TEST

START_TEST(defaults_take_no_room)
{
    struct sample sample = {.date = WF_NO_DATE};
    struct wf_buffer bytes = {0};
    record_write(RECORD_TABLE(members), &sample, &bytes);
    ck_assert_uint_eq(bytes.length, 0);
    wf_buffer_fini(&bytes);
}
END_TEST

START_TEST(numbers_of_a_newer_program_are_skipped)
{
    static const uint8_t newer[] = {0x48, 0x05,                          /* 9: varint */
                                    0x52, 0x02, 'h', 'i',                /* 10: bytes */
                                    0x59, 1,    2,   3,   4, 5, 6, 7, 8, /* 11: 8 bytes */
                                    0x65, 1,    2,   3,   4,             /* 12: 4 bytes */
                                    0x08, 0x0e};                         /* 1: 7 */
    struct wf_buffer bytes = {0};
    struct sample read;
    wf_buffer_append(&bytes, newer, sizeof newer);
    ck_assert_int_eq(read_back(&bytes, &read), 0);
    ck_assert_int_eq(read.number, 7);
    wf_buffer_fini(&bytes);
}
END_TEST

static const struct {
    const char *what;
    uint8_t bytes[12];
    size_t length;
} broken[] = {
    {"a tag that breaks off", {0x80}, 1},
    {"a number that breaks off", {0x08, 0x80}, 2},
    {"a number without an end", {0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, 12},
    {"a text longer than what is there", {0x32, 0x05, 'a'}, 3},
    {"a text longer than its place", {0x32, 0x08, 1, 1, 1, 1, 1, 1, 1, 1}, 10},
    {"bytes of another length", {0x3a, 0x03, 1, 1, 1}, 5},
    {"a number where a text belongs", {0x30, 0x02}, 2},
    {"a text where a number belongs", {0x0a, 0x01, 'a'}, 3},
    {"a byte that is too large", {0x18, 0x80, 0x04}, 3},
    {"a flag that is two", {0x20, 0x04}, 2},
    {"a number too large for its place", {0x08, 0x80, 0x80, 0x80, 0x80, 0x20}, 6},
    {"a group", {0x0b}, 1},
    {"a length of eight bytes too many", {0x51, 1, 2}, 3},
};

START_TEST(what_is_no_record_is_an_error)
{
    struct wf_buffer bytes = {0};
    struct sample read;
    wf_buffer_append(&bytes, broken[_i].bytes, broken[_i].length);
    ck_assert_msg(read_back(&bytes, &read) < 0, "%s was read", broken[_i].what);
    wf_buffer_fini(&bytes);
}
END_TEST

/* Random bytes: never a crash, and what is read can be written. */
START_TEST(noise_is_survived)
{
    uint64_t seed = 42;
    for (int round = 0; round < 20000; round++) {
        struct wf_buffer bytes = {0};
        struct sample read;
        uint8_t noise[24];
        for (size_t i = 0; i < sizeof noise; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            noise[i] = (uint8_t)(seed >> 56);
        }
        wf_buffer_append(&bytes, noise, (size_t)round % sizeof noise);
        if (read_back(&bytes, &read) == 0) {
            wf_buffer_clear(&bytes);
            record_write(RECORD_TABLE(members), &read, &bytes);
        }
        wf_buffer_fini(&bytes);
    }
}
END_TEST

/* Every kind of event that is held, then stored, read and applied, does what it does at once. */
START_TEST(held_events_keep_all_they_say)
{
    static const char *const said =
        "advisor a1; fee pay7 processing 4321 EUR; education edu1 bachelor 2011-02-03; "
        "work w1 2019-04-05 2021-06-07 unpaid; training t1 1234 dei 2024-08-09; "
        "rsc x1 s7 777 2023-01-02 2023-03-04 given MHS; drop t1; transcript edu1 copy; "
        "ethics 2025-11-12; agreement 2025-12-13; rater r1 teacher endorsed; replace r1 r2 parent; "
        "vet r2 yes 2027-01-01; waive r2; submit 2026-02-02; amend; assign v1; unassign v1; "
        "decide v1 defer 2026-02-03 rsc-short";
    struct application_script held;
    struct application_script live;
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    application_script_open(&held);
    application_script_open(&live);
    application_script_play(&held, said);
    ck_assert_int_eq(held.state.held_count, 19);
    application_write(&held.state, &fields);
    memset(&held.state, 0, sizeof held.state);
    ck_assert_msg(application_read(&fields, &held.state, &error) == 0, "%s", error.text);
    application_script_play(&held, "register FS");
    application_script_play(&live, "register FS");
    application_script_play(&live, said);
    ck_assert_mem_eq(&held.state, &live.state, sizeof held.state);
    wf_fields_fini(&fields);
    application_script_close(&held);
    application_script_close(&live);
}
END_TEST

START_TEST(a_gap_in_a_list_is_an_error)
{
    struct application_script script;
    struct application_state *read = calloc(1, sizeof *read);
    struct wf_fields fields = {0};
    struct wf_fields holed = {0};
    struct wf_error error = {0};
    ck_assert_ptr_nonnull(read);
    application_script_open(&script);
    application_script_play(&script, "register; training t1; training t2");
    application_write(&script.state, &fields);
    for (size_t i = 0; i < fields.count; i++) {
        if (memcmp(fields.rows[i].name.data, "entry:000", 9) != 0)
            wf_fields_add(&holed, fields.rows[i].name, fields.rows[i].value);
    }
    wf_fields_sort(&holed);
    ck_assert_int_lt(application_read(&holed, read, &error), 0);
    ck_assert_int_eq(error.code, WF_BROKEN);
    wf_fields_fini(&fields);
    wf_fields_fini(&holed);
    application_script_close(&script);
    free(read);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("intake: stored records");
    TCase *tests = tcase_create("records");
    tcase_add_test(tests, extremes_survive);
    tcase_add_test(tests, defaults_take_no_room);
    tcase_add_test(tests, numbers_of_a_newer_program_are_skipped);
    tcase_add_loop_test(tests, what_is_no_record_is_an_error, 0,
                        (int)(sizeof broken / sizeof broken[0]));
    tcase_add_test(tests, noise_is_survived);
    tcase_add_test(tests, held_events_keep_all_they_say);
    tcase_add_test(tests, a_gap_in_a_list_is_an_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
