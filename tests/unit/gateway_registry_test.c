/* links: wf_gateway wf_kit wf_http */
/* GATEWAY 4: slices, order, search, pages, and the feed over a store. */
#include "registry_feed.h"
#include "registry_model.h"

#include "mem_store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct registry_list *list;
static struct registry_result result;

static void setup(void)
{
    list = registry_list_create();
}

static void teardown(void)
{
    registry_list_destroy(&list);
}

static void put(unsigned partition, const char *member, const char *value, const char *name)
{
    struct registry_entry *entry = calloc(1, sizeof *entry);
    ck_assert_ptr_nonnull(entry);
    ck_assert_msg(registry_entry_read(member, value, entry), "%s", member);
    registry_entry_name(entry, name);
    registry_list_put(list, partition, entry, 1);
}

static size_t ask(const char *name, int category, const char *status)
{
    struct registry_query query = {
        .name = name, .category = category, .status = status, .limit = 10};
    registry_list_query(list, &query, &result);
    return result.total;
}

static const char *const malformed[][2] = {{"p1", "active||"},
                                           {"p1~FA", "active||"},
                                           {"~FA~IMH", "active||"},
                                           {"p1~XX~IMH", "active||"},
                                           {"p1~FA~XX", "active||"},
                                           {"p1~FA~IMH", "active"},
                                           {"p1~FA~IMH", "active|x"},
                                           {"-bad~FA~IMH", "active||"},
                                           {"p1~FAFAFAFAFAFAFAFAFAFA~IMH", "active||"},
                                           {"p1~FA~IMH", "a-status-that-is-much-too-long|x|y"}};

START_TEST(a_malformed_row_is_no_entry)
{
    struct registry_entry entry;
    ck_assert(!registry_entry_read(malformed[_i][0], malformed[_i][1], &entry));
}
END_TEST

START_TEST(a_row_is_read)
{
    struct registry_entry entry;
    ck_assert(registry_entry_read("a~b~MHM_RF~ECMH", "active|2025-01-31|2027-12-31", &entry));
    ck_assert_str_eq(entry.person, "a~b");
    ck_assert_int_eq(entry.category, 8);
    ck_assert_int_eq(entry.line, 2);
    ck_assert_str_eq(entry.status, "active");
    ck_assert_int_ne(entry.since, WF_NO_DATE);
}
END_TEST

START_TEST(names_are_found_whatever_their_case_and_accents)
{
    put(0, "p1~FA~IMH", "active||", "\xc3\x89mile Ex\xc3\xa4mple");
    put(1, "p2~FS~IMH", "active||", "avery sample");
    put(2, "p3~FS~IMH", "lapsed||", "Blake Sample");
    put(3, "p4~FS~ECMH", "active||", "Aaron Sample");
    put(4, "p5~FS~IMH", "active||", ""); /* nobody told us the name */
    ck_assert_uint_eq(ask("", 0, ""), 4);
    ck_assert_uint_eq(ask("", 0, "active"), 3);
    ck_assert_uint_eq(ask("EMILE", 0, ""), 1);
    ck_assert_uint_eq(ask("example", 0, ""), 1);
    ck_assert_uint_eq(ask("sample", 2, "active"), 2);
    ck_assert_uint_eq(ask("nobody", 0, ""), 0);
    ck_assert_uint_eq(ask("", 0, "active"), 3);
    ck_assert_str_eq(result.rows[0]->name, "avery sample"); /* IMH first, then by name */
    ck_assert_str_eq(result.rows[2]->person, "p4");
    registry_list_put(list, 1, NULL, 0);
    ck_assert_uint_eq(ask("avery", 0, ""), 0);
}
END_TEST

START_TEST(pages_join_without_gap)
{
    char member[32], name[32];
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(member, sizeof member, "p%02u~FA~IMH", i);
        (void)snprintf(name, sizeof name, "Name %02u", i);
        put(i, member, "active||", name);
    }
    for (size_t offset = 0; offset < 100; offset += 30) {
        struct registry_query query = {.name = "", .status = "", .offset = offset, .limit = 30};
        registry_list_query(list, &query, &result);
        ck_assert_uint_eq(result.total, 100);
        ck_assert_uint_eq(result.count, offset < 90 ? 30 : 10);
        (void)snprintf(name, sizeof name, "Name %02zu", offset);
        ck_assert_str_eq(result.rows[0]->name, name);
    }
}
END_TEST

/* ---- the feed ---- */

static void commit_row(struct wf_store *renewal, const char *id, const char *value,
                       uint64_t version)
{
    char member[80];
    struct wf_error error = {0};
    (void)snprintf(member, sizeof member, "%s~FA~IMH", id);
    const char *name = "registry:MassAIMH", *mark = "registry-mark";
    struct wf_index indexes[] = {
        {.op = value ? WF_INDEX_HASH_PUT : WF_INDEX_HASH_DROP,
         .name = {(const uint8_t *)name, strlen(name)},
         .member = {(const uint8_t *)member, strlen(member)},
         .value = {(const uint8_t *)value, value ? strlen(value) : 0}},
        {.op = WF_INDEX_COUNT_UP, .name = {(const uint8_t *)mark, strlen(mark)}}};
    struct wf_field field = {.name = {(const uint8_t *)"f", 1}, .value = {(const uint8_t *)"v", 1}};
    struct wf_commit commit = {.kind = "standing",
                               .id = id,
                               .version_before = version - 1,
                               .version_after = version,
                               .puts = &field,
                               .put_count = 1,
                               .indexes = indexes,
                               .index_count = 2};
    ck_assert_int_eq(wf_store_commit(renewal, &commit, 1, &error), 0);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
}

static void feed_all(struct registry_feed *feed, const struct registry_sources *sources,
                     wf_time now)
{
    struct wf_error error = {0};
    for (int i = 0; i < 2 * WF_PARTITIONS; i++)
        ck_assert_int_eq(registry_feed_turn(feed, sources, now, &error), 0);
    ck_assert(!feed->behind);
}

START_TEST(the_feed_follows_the_marks)
{
    static struct registry_feed feed;
    static const uint8_t key[32];
    struct wf_policy_book *book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    book->count = 1;
    (void)strcpy(book->associations[0].id, "MassAIMH");
    struct wf_store *renewal = mem_store_create(WF_RENEWAL);
    struct wf_store *intake = mem_store_join(renewal, WF_INTAKE);
    struct registry_sources sources = {
        .renewal = renewal, .intake = intake, .person_key = key, .policies = book};
    struct wf_error error = {0};
    registry_feed_open(&feed, book);
    commit_row(renewal, "p1", "active|2025-01-01|2026-12-31", 1);
    feed_all(&feed, &sources, 10000);
    ck_assert(feed.ready);
    ck_assert_uint_eq(registry_feed_count(&feed), 1);
    commit_row(renewal, "p2", "active|2025-01-01|2026-12-31", 1);
    ck_assert_int_eq(registry_feed_turn(&feed, &sources, 10500, &error), 0);
    ck_assert_uint_eq(registry_feed_count(&feed), 1); /* not before a second has passed */
    feed_all(&feed, &sources, 11000);
    ck_assert_uint_eq(registry_feed_count(&feed), 2);
    commit_row(renewal, "p1", NULL, 2);
    feed_all(&feed, &sources, 12000);
    ck_assert_uint_eq(registry_feed_count(&feed), 1);
    mem_store_fail(renewal, 1, false);
    ck_assert_int_eq(registry_feed_turn(&feed, &sources, 13000, &error), -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
    ck_assert_uint_eq(registry_feed_count(&feed), 1); /* what was read stays shown */
    registry_feed_close(&feed);
    wf_store_destroy(&intake);
    wf_store_destroy(&renewal);
    free(book);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gateway_registry");
    TCase *test = tcase_create("registry");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, a_malformed_row_is_no_entry, 0,
                        (int)(sizeof malformed / sizeof malformed[0]));
    tcase_add_test(test, a_row_is_read);
    tcase_add_test(test, names_are_found_whatever_their_case_and_accents);
    tcase_add_test(test, pages_join_without_gap);
    tcase_add_test(test, the_feed_follows_the_marks);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
