/* links: wf_audit_kit */
/* AUDIT 2.4: lines come at random, the copier is killed with its last file cut at any byte, starts again and copies
 * what it lacks.  No line is ever lost or doubled, the copy always verifies, and any changed byte is found. */
#include "audit_kit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALKS = 20, STEPS = 60, ENTRIES_MOST = 4000, PEOPLE = 24, FLIPS = 25 };

static uint64_t random_state;

/* xorshift64*: repeatable, and said with the failure. */
static uint32_t any(uint32_t below)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * UINT64_C(2685821657736338717)) >> 33) % below;
}

/* What Redis holds: all entries in the order of their ids. */
static struct {
    struct audit_kit kit;
    struct audit_entry entries[ENTRIES_MOST];
    size_t count;
} world;

static void happen(unsigned count)
{
    for (unsigned i = 0; i < count && world.count < ENTRIES_MOST; i++)
        world.entries[world.count++] = any(30) ? audit_kit_line(&world.kit, any(PEOPLE))
                                               : audit_kit_last_line(&world.kit, any(PEOPLE));
}

/* As a cycle does: of each stream what is behind its last. */
static void copy(size_t most)
{
    const struct audit_state *state = audit_writer_state(world.kit.writer);
    for (size_t i = 0; i < world.count && most; i++) {
        const struct audit_entry *entry = &world.entries[i];
        if (entry->ms <= state->streams[entry->stream].last_ms)
            continue;
        ck_assert_int_eq(audit_kit_copy(&world.kit, entry), AUDIT_FITS);
        most--;
    }
}

static void last_file(char name[static 32])
{
    const struct audit_state *state = audit_writer_state(world.kit.writer);
    (void)snprintf(name, 32, "0001-%06llu.log", (unsigned long long)state->number);
}

static void crash(void)
{
    char name[32];
    bool has_file = audit_writer_state(world.kit.writer)->number > 0;
    last_file(name);
    audit_kit_stop(&world.kit);
    if (has_file && any(3)) {
        uint64_t size = audit_kit_size(&world.kit, name);
        uint64_t tail = size < 3000 || !any(4) ? size : 3000;
        audit_kit_cut(&world.kit, name, size - any((uint32_t)tail + 1));
    }
    audit_kit_start(&world.kit);
    ck_assert_msg(!world.kit.resumed.is_altered, "%s", world.kit.resumed.place);
}

static void walk(void)
{
    for (unsigned step = 0; step < STEPS; step++) {
        happen(any(30));
        copy(any(4) ? SIZE_MAX : any(20));
        if (any(4))
            audit_kit_flush(&world.kit);
        if (!any(5))
            crash();
        if (!any(20))
            world.kit.now += WF_DAY;
    }
    copy(SIZE_MAX);
    audit_kit_flush(&world.kit);
}

static size_t given;
static bool is_next(void *context, const struct audit_line *line, bool fits)
{
    (void)context;
    unsigned stream = audit_stream_index(line->stream);
    for (size_t i = 0; i < world.count; i++) {
        const struct audit_entry *entry = &world.entries[i];
        if (entry->ms != line->ms || entry->stream != stream)
            continue;
        ck_assert(fits && entry->line.length == line->line.length &&
                  memcmp(entry->line.data, line->line.data, line->line.length) == 0);
        given++;
        return true;
    }
    ck_abort_msg("a line that nobody wrote");
}

static void assert_all_is_there(uint64_t seed)
{
    struct audit_copy *read = NULL;
    struct wf_error error = {0};
    const struct audit_report *report = audit_kit_verify(&world.kit, NULL);
    ck_assert_msg(!report->breaks.is_found, "seed %llu: %s", (unsigned long long)seed,
                  report->breaks.reason);
    ck_assert_uint_eq(report->lines, world.count);
    ck_assert_uint_eq(report->unfit, 0);
    ck_assert_int_eq(audit_copy_open(&read, world.kit.folder, &error), 0);
    given = 0;
    ck_assert_int_eq(audit_copy_lines(read, NULL, NULL, is_next, NULL, NULL, &error), 0);
    audit_copy_close(&read);
    ck_assert_uint_eq(given, world.count);
}

static void assert_any_change_is_found(uint64_t seed)
{
    char name[32];
    uint64_t files = audit_writer_state(world.kit.writer)->number;
    audit_kit_stop(&world.kit);
    for (unsigned i = 0; i < FLIPS; i++) {
        (void)snprintf(name, sizeof name, "0001-%06llu.log",
                       (unsigned long long)(1 + any((uint32_t)files)));
        uint64_t at = any((uint32_t)audit_kit_size(&world.kit, name));
        audit_kit_flip(&world.kit, name, at);
        ck_assert_msg(audit_kit_verify(&world.kit, NULL)->breaks.is_found,
                      "seed %llu: byte %llu of %s", (unsigned long long)seed,
                      (unsigned long long)at, name);
        audit_kit_flip(&world.kit, name, at);
    }
    ck_assert(!audit_kit_verify(&world.kit, NULL)->breaks.is_found);
}

START_TEST(nothing_is_lost_or_doubled_and_any_change_is_found)
{
    uint64_t seed = (uint64_t)_i + 1;
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15);
    audit_kit_open(&world.kit);
    world.count = 0;
    world.kit.file_bytes = any(2) ? 2000 + any(20000) : 64 * 1024 * 1024;
    audit_kit_start(&world.kit);
    walk();
    assert_all_is_there(seed);
    assert_any_change_is_found(seed);
    audit_kit_close(&world.kit);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit walk: AUDIT 2.4");
    TCase *tests = tcase_create("walk");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, nothing_is_lost_or_doubled_and_any_change_is_found, 0, WALKS);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
