/* links: wf_runtime wf_kit */
/* What a worker keeps of aggregates: bounded, least recently used first out; and the journal's chain. */
#include "wf_cache.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wf_cache cache;
static struct wf_error error;

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){.data = (const uint8_t *)value, .length = strlen(value)};
}

static void open_cache(void)
{
    wf_cache_init(&cache, 64 * 1024);
}

static void close_cache(void)
{
    wf_cache_fini(&cache);
}

START_TEST(stored_fields_are_taken_apart)
{
    static const char head[WF_CHAIN_SIZE + 1] = "0123456789abcdef0123456789abcdef";
    struct wf_fields stored = {0};
    struct wf_entity *entity = wf_cache_get(&cache, "application", "MA-1");
    wf_fields_add(&stored, text("_>courier/endpoint/MA"), text("7"));
    wf_fields_add(&stored, text("_h"), text(head));
    wf_fields_add(&stored, text("_i"), text("1824567890123456"));
    wf_fields_add(&stored, text("_p"), text("1"));
    wf_fields_add(&stored, text("_v"), text("3145729"));
    wf_fields_add(&stored, text("head"), text("mine"));
    ck_assert_int_eq(wf_entity_fill(entity, &stored, &error), 0);
    ck_assert_uint_eq(wf_stamp_version(entity->stamp), 3);
    ck_assert_uint_eq(entity->incarnation, 1824567890123456u);
    ck_assert(entity->is_parked);
    ck_assert_mem_eq(entity->head, head, WF_CHAIN_SIZE);
    ck_assert_uint_eq(wf_entity_lane(entity, "courier/endpoint/MA")->sequence, 7);
    ck_assert_uint_eq(wf_entity_lane(entity, "courier/endpoint/SC")->sequence, 0);
    ck_assert_uint_eq(entity->fields.count, 1);
    wf_entity_forget(entity);
    ck_assert(!entity->is_loaded && !entity->is_parked && entity->stamp == 0);
    wf_fields_fini(&stored);
}
END_TEST

START_TEST(fields_that_nobody_wrote_are_broken)
{
    static const char *const wrong[][2] = {
        {"_v", "x"},     {"_v", ""},        {"_v", "123456789012345678901"},
        {"_h", "short"}, {"_i", "-1"},      {"_x", "1"},
        {"_", "1"},      {"_>a/b/c", "one"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct wf_fields stored = {0};
        struct wf_entity *entity = wf_cache_get(&cache, "application", "MA-1");
        wf_fields_add(&stored, text(wrong[i][0]), text(wrong[i][1]));
        ck_assert_int_eq(wf_entity_fill(entity, &stored, &error), -1);
        ck_assert_int_eq(error.code, WF_BROKEN);
        wf_fields_fini(&stored);
    }
}
END_TEST

START_TEST(the_budget_holds_and_the_oldest_go_first)
{
    char id[16];
    static uint8_t kilobyte[1024];
    for (unsigned i = 0; i < 200; i++) {
        (void)snprintf(id, sizeof id, "MA-%u", i);
        struct wf_entity *entity = wf_cache_get(&cache, "application", id);
        wf_fields_add(&entity->fields, text("head"),
                      (struct wf_bytes){.data = kilobyte, .length = sizeof kilobyte});
        entity->is_loaded = true;
        wf_cache_account(&cache, entity);
        (void)wf_cache_get(&cache, "application", "MA-0"); /* used all the time */
        wf_cache_trim(&cache);
        ck_assert_uint_le(cache.bytes, 64 * 1024);
    }
    ck_assert(wf_cache_get(&cache, "application", "MA-0")->is_loaded);
    ck_assert(wf_cache_get(&cache, "application", "MA-199")->is_loaded);
    ck_assert(!wf_cache_get(&cache, "application", "MA-1")->is_loaded);
    wf_cache_drop_all(&cache);
    ck_assert_uint_eq(cache.bytes, 0);
}
END_TEST

START_TEST(another_decision_of_the_same_number_has_another_stamp)
{
    uint8_t one[WF_CHAIN_SIZE] = {1, 2, 3};
    uint8_t other[WF_CHAIN_SIZE] = {1, 2, 4};
    ck_assert_uint_eq(wf_stamp_version(wf_stamp_make(9, one)), 9);
    ck_assert_uint_ne(wf_stamp_make(9, one), wf_stamp_make(9, other));
    ck_assert_uint_gt(wf_stamp_make(10, one), wf_stamp_make(9, other));
}
END_TEST

/* ---- the chain ---- */

START_TEST(spec_4_3_a_changed_line_breaks_the_chain)
{
    struct wf_pool pool = {0};
    struct wf_arena arena;
    uint8_t head[WF_CHAIN_SIZE] = {0};
    struct wf_bytes lines[3];
    wf_arena_init(&arena, 1 << 16);
    for (uint64_t i = 0; i < 3; i++) {
        Endorse__V1__JournalLine line = ENDORSE__V1__JOURNAL_LINE__INIT;
        line.aggregate = (char *)"application/MA-1";
        line.version = i + 1;
        lines[i] = wf_journal_encode(&pool, &line, head);
    }
    for (size_t broken = 0; broken <= lines[1].length; broken++) {
        uint8_t check[WF_CHAIN_SIZE] = {0};
        struct wf_bytes second = wf_pool_copy(&pool, lines[1]);
        bool is_whole = true;
        if (broken < second.length)
            ((uint8_t *)second.data)[broken] ^= 1;
        for (unsigned i = 0; i < 3 && is_whole; i++) {
            struct wf_bytes bytes = i == 1 ? second : lines[i];
            wf_arena_clear(&arena);
            const Endorse__V1__JournalLine *line = wf_journal_decode(bytes, &arena);
            is_whole = line && wf_journal_follows(bytes, line, check);
        }
        ck_assert(is_whole == (broken == second.length));
    }
    wf_arena_fini(&arena);
    wf_pool_fini(&pool);
}
END_TEST

START_TEST(a_pool_gives_zeroed_memory_that_stays)
{
    struct wf_pool pool = {0};
    for (unsigned round = 0; round < 3; round++) {
        const char *texts[2000];
        for (unsigned i = 0; i < 2000; i++) {
            const uint8_t *zero = wf_pool_take(&pool, 300);
            ck_assert_uint_eq(zero[0] | zero[150] | zero[299], 0);
            texts[i] = wf_pool_format(&pool, "text %u", i);
        }
        (void)wf_pool_take(&pool, 1 << 20);
        for (unsigned i = 0; i < 2000; i++)
            ck_assert_uint_eq((unsigned)strtoul(texts[i] + 5, NULL, 10), i);
        wf_pool_clear(&pool);
    }
    wf_pool_fini(&pool);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cache");
    TCase *tests = tcase_create("cache and chain");
    tcase_add_checked_fixture(tests, open_cache, close_cache);
    tcase_add_test(tests, stored_fields_are_taken_apart);
    tcase_add_test(tests, fields_that_nobody_wrote_are_broken);
    tcase_add_test(tests, the_budget_holds_and_the_oldest_go_first);
    tcase_add_test(tests, another_decision_of_the_same_number_has_another_stamp);
    tcase_add_test(tests, spec_4_3_a_changed_line_breaks_the_chain);
    tcase_add_test(tests, a_pool_gives_zeroed_memory_that_stays);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
