/* store_suite.h - what the store's conformance tests share: one body, two adapters (loop 0 is memory,
 * loop 1 Redis), and readers that show what they saw as text. */
#ifndef STORE_SUITE_H
#define STORE_SUITE_H

#include "mem_store.h"
#include "redis_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redis_fixture fixture;
static struct wf_store *store;
static struct wf_error error;

static inline struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

static inline void open_store(int loop)
{
    if (loop == 0) {
        store = mem_store_create(WF_INTAKE);
        mem_store_set_slow(store);
        return;
    }
    redis_fixture_start(&fixture, NULL);
    redis_fixture_install(&fixture);
    store = redis_fixture_store(&fixture, WF_INTAKE);
}

static inline void close_store(int loop)
{
    wf_store_destroy(&store);
    if (loop == 1)
        redis_fixture_stop(&fixture);
}

/* Commits one and gives its result. */
static inline enum wf_commit_result commit(struct wf_commit *one)
{
    ck_assert_msg(wf_store_commit(store, one, 1, &error) == 0, "%s", error.text);
    wf_buffer_fini(&one->prior);
    return one->result;
}

static inline struct wf_commit base(const char *id, uint64_t version)
{
    return (struct wf_commit){
        .kind = "application", .id = id, .version_before = version, .version_after = version + 1};
}

static inline struct wf_commit from_lane(const char *id, uint64_t version, uint64_t incarnation,
                                         uint64_t sequence)
{
    struct wf_commit one = base(id, version);
    one.lane_from = "reference/request/R-1";
    one.lane_incarnation = incarnation;
    one.lane_sequence = sequence;
    return one;
}

static inline void assert_field(const char *id, const char *name, const char *expected)
{
    struct wf_load load = {.kind = "application", .id = id};
    ck_assert_int_eq(wf_store_load(store, &load, 1, &error), 0);
    const struct wf_field *field = wf_fields_find(&load.fields, name);
    if (!expected) {
        ck_assert_msg(!field, "%s of %s should be absent", name, id);
    } else {
        ck_assert_msg(field != NULL, "%s of %s is absent", name, id);
        ck_assert_uint_eq(field->value.length, strlen(expected));
        ck_assert_mem_eq(field->value.data, expected, strlen(expected));
    }
    wf_fields_fini(&load.fields);
}

/* What a reader saw, as text: rows separated by '|'. */
struct seen {
    char text[4096];
    size_t rows;
};

static inline void see(struct seen *seen, struct wf_bytes first, struct wf_bytes second)
{
    size_t at = strlen(seen->text);
    (void)snprintf(seen->text + at, sizeof seen->text - at, "%s%.*s=%.*s", seen->rows ? "|" : "",
                   (int)first.length, (const char *)first.data, (int)second.length,
                   (const char *)second.data);
    seen->rows++;
}

static inline void see_hash(void *context, struct wf_bytes member, struct wf_bytes value)
{
    see(context, member, value);
}

static inline void see_score(void *context, struct wf_bytes member, int64_t score)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%lld", (long long)score);
    see(context, member, text(digits));
}

static inline void see_log(void *context, uint64_t sequence, struct wf_bytes value)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)sequence);
    see(context, text(digits), value);
}

static inline void see_timer(void *context, const char *kind, const char *id, wf_time due)
{
    char what[128];
    (void)snprintf(what, sizeof what, "%s:%s@%lld", kind, id, (long long)due);
    see(context, text("t"), text(what));
}

static inline void see_text(void *context, const char *name, struct wf_bytes value)
{
    see(context, text(name), value);
}

static inline void see_entry(void *context, unsigned partition, struct wf_entry entry,
                             struct wf_bytes envelope)
{
    (void)partition;
    see(context, (struct wf_bytes){entry.bytes, 1}, envelope);
}

static inline bool see_journal(void *context, uint64_t ms, uint64_t n, struct wf_bytes line)
{
    (void)n;
    ck_assert_uint_gt(ms, 0);
    see(context, text("j"), line);
    return true;
}

static inline struct wf_entry entry_of(char letter)
{
    struct wf_entry entry;
    memset(entry.bytes, letter, sizeof entry.bytes);
    return entry;
}

/* Runs each test over both adapters. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *both = tcase_create("both adapters");
    for (size_t i = 0; i < count; i++)
        tcase_add_loop_test(both, tests[i], 0, 2);
    tcase_set_timeout(both, 30);
    suite_add_tcase(suite, both);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
