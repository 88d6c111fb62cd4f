/* links: wf_gateway wf_kit wf_http */
/* GATEWAY 4: slices, order, search, pages, and the feed over a store. */
#include "registry_feed.h"
#include "registry_model.h"

#include "mem_store.h"
#include "wf_people.h"
#include "wf_seal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct registry_list *list;
static struct registry_result result;

/* What each partition has. */
static struct registry_row rows[WF_PARTITIONS][8];
static size_t row_counts[WF_PARTITIONS];

static void setup(void)
{
    list = registry_list_create();
    memset(row_counts, 0, sizeof row_counts);
}

static void teardown(void)
{
    registry_list_destroy(&list);
}

static unsigned home_of(const struct registry_row *row)
{
    char standing[128];
    (void)snprintf(standing, sizeof standing, "%s~%s", row->association, row->person);
    return wf_partition(standing);
}

static void name_wanting(const char *name)
{
    struct registry_entry *entries[8];
    size_t count = registry_list_wanting(list, entries, 8);
    for (size_t i = 0; i < count; i++)
        registry_list_name(list, entries[i], name);
}

/* What its partition has had so far, and this one more; then everybody who wants a name gets it. */
static void put(const char *member, const char *value, const char *name)
{
    struct registry_row row;
    ck_assert_msg(registry_row_read(member, value, &row), "%s", member);
    unsigned home = home_of(&row);
    ck_assert_uint_lt(row_counts[home], 8);
    rows[home][row_counts[home]++] = row;
    registry_list_put(list, home, rows[home], row_counts[home]);
    name_wanting(name);
}

/* Its partition without this one. */
static void take(const char *member)
{
    struct registry_row row;
    ck_assert(registry_row_read(member, "active||", &row));
    unsigned home = home_of(&row);
    size_t kept = 0;
    for (size_t i = 0; i < row_counts[home]; i++) {
        if (strcmp(rows[home][i].person, row.person) != 0)
            rows[home][kept++] = rows[home][i];
    }
    row_counts[home] = kept;
    registry_list_put(list, home, rows[home], kept);
}

static size_t ask(const char *name, int category, const char *status)
{
    struct registry_query query = {
        .name = name, .category = category, .status = status, .limit = 10};
    registry_list_query(list, &query, &result);
    return result.total;
}

static const char *const malformed[][2] = {{"SC~p1", "active||"},
                                           {"SC~p1~FA", "active||"},
                                           {"p1~FA~IMH", "active||"},
                                           {"SC~~FA~IMH", "active||"},
                                           {"SC~p1~XX~IMH", "active||"},
                                           {"SC~p1~FA~XX", "active||"},
                                           {"SC~p1~FA~IMH", "active"},
                                           {"SC~p1~FA~IMH", "active|x"},
                                           {"SC~-bad~FA~IMH", "active||"},
                                           {"SC~p1~FAFAFAFAFAFAFAFAFAFA~IMH", "active||"},
                                           {"SC~p1~FA~IMH", "a-status-that-is-much-too-long|x|y"}};

START_TEST(a_malformed_row_is_no_entry)
{
    struct registry_row row;
    ck_assert(!registry_row_read(malformed[_i][0], malformed[_i][1], &row));
}
END_TEST

START_TEST(a_row_is_read)
{
    struct registry_row row;
    ck_assert(registry_row_read("SC~a~b~MHM_RF~ECMH", "active|2025-01-31|2027-12-31", &row));
    ck_assert_str_eq(row.association, "SC");
    ck_assert_str_eq(row.person, "a~b");
    ck_assert_int_eq(row.category, 8);
    ck_assert_int_eq(row.line, 2);
    ck_assert_str_eq(row.status, "active");
    ck_assert_int_ne(row.since, WF_NO_DATE);
}
END_TEST

START_TEST(names_are_found_whatever_their_case_and_accents)
{
    put("SC~p1~FA~IMH", "active||", "\xc3\x89mile Ex\xc3\xa4mple");
    put("SC~p2~FS~IMH", "active||", "avery sample");
    put("SC~p3~FS~IMH", "inactive||", "Blake Sample");
    put("SC~p4~FS~ECMH", "active||", "Aaron Sample");
    put("SC~p5~FS~IMH", "active||", ""); /* nobody told us the name */
    ck_assert_uint_eq(ask("", 0, ""), 4);
    ck_assert_uint_eq(ask("", 0, "active"), 3);
    ck_assert_uint_eq(result.all, 3);
    ck_assert_uint_eq(ask("", 0, "inactive"), 1);
    ck_assert_uint_eq(ask("EMILE", 0, ""), 1);
    ck_assert_uint_eq(ask("example", 0, ""), 1);
    ck_assert_uint_eq(ask("sample", 2, "active"), 2);
    ck_assert_uint_eq(result.by_line[1], 1);
    ck_assert_uint_eq(result.by_line[2], 1);
    ck_assert_uint_eq(ask("nobody", 0, ""), 0);
    ck_assert_uint_eq(ask("", 0, "active"), 3);
    ck_assert_str_eq(result.rows[0]->name, "avery sample"); /* IMH first, then by name */
    ck_assert_str_eq(result.rows[2]->row.person, "p4");
    take("SC~p2~FS~IMH");
    ck_assert_uint_eq(ask("avery", 0, ""), 0);
    ck_assert_uint_eq(result.all, 3);
}
END_TEST

START_TEST(one_list_of_the_two_can_be_asked_for)
{
    struct registry_query query = {.name = "", .status = "active", .limit = 10, .line = 2};
    put("SC~p1~FA~IMH", "active||", "Avery");
    put("SC~p2~FA~ECMH", "active||", "Blake");
    registry_list_query(list, &query, &result);
    ck_assert_uint_eq(result.total, 1);
    ck_assert_str_eq(result.rows[0]->name, "Blake");
    ck_assert_uint_eq(result.by_line[1], 1);
}
END_TEST

START_TEST(a_changed_name_moves_to_its_place)
{
    bool homes[WF_PARTITIONS] = {false};
    put("SC~p1~FA~IMH", "active||", "Avery");
    put("SC~p2~FA~IMH", "active||", "Blake");
    ck_assert_uint_eq(ask("", 0, ""), 2);
    homes[wf_partition("p1")] = true;
    registry_list_rename(list, homes);
    ck_assert_uint_eq(ask("avery", 0, ""), 1); /* the old one stands until the new one is known */
    name_wanting("Zoe");
    ck_assert_uint_eq(ask("", 0, ""), 2);
    ck_assert_str_eq(result.rows[1]->name, "Zoe");
    registry_list_rename(list, homes);
    name_wanting(""); /* erased */
    ck_assert_uint_eq(ask("", 0, ""), 1);
    ck_assert_uint_eq(result.all, 1);
}
END_TEST

START_TEST(a_slice_read_again_changes_what_differs)
{
    struct registry_entry *entry;
    put("SC~p1~FA~IMH", "active|2025-01-01|2025-12-31", "Avery");
    ck_assert_uint_eq(ask("", 0, "active"), 1);
    const struct registry_entry *before = result.rows[0];
    take("SC~p9~FA~IMH");
    struct registry_row row;
    ck_assert(registry_row_read("SC~p1~FA~IMH", "inactive|2026-01-01|", &row));
    struct registry_row twice[] = {row, row};
    registry_list_put(list, home_of(&row), twice, 2);
    ck_assert_uint_eq(registry_list_wanting(list, &entry, 1), 0); /* the name is known */
    ck_assert_uint_eq(ask("", 0, "active"), 0);
    ck_assert_uint_eq(result.all, 0);
    ck_assert_uint_eq(ask("", 0, ""), 1);
    ck_assert_ptr_eq(result.rows[0], before);
    ck_assert_uint_eq(registry_list_count(list), 1);
}
END_TEST

START_TEST(many_come_and_go_and_the_order_stays)
{
    char member[32], name[32];
    for (unsigned i = 0; i < 200; i++) {
        unsigned number = i * 37 % 200;
        (void)snprintf(member, sizeof member, "SC~p%03u~FA~IMH", number);
        (void)snprintf(name, sizeof name, "Name %03u", number);
        put(member, "active||", name);
        if (i % 5 == 0)
            (void)ask("", 0, "");
        if (i % 3 == 0)
            take(member);
    }
    struct registry_query query = {.name = "", .status = "", .limit = REGISTRY_LIMIT_MAX};
    registry_list_query(list, &query, &result);
    ck_assert_uint_eq(result.count, 133);
    for (size_t i = 1; i < result.count; i++)
        ck_assert_int_lt(strcmp(result.rows[i - 1]->name, result.rows[i]->name), 0);
}
END_TEST

START_TEST(pages_join_without_gap)
{
    char member[32], name[32];
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(member, sizeof member, "SC~p%02u~FA~IMH", i);
        (void)snprintf(name, sizeof name, "Name %02u", i);
        put(member, "active||", name);
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
    (void)snprintf(member, sizeof member, "MassAIMH~%s~FA~IMH", id);
    const char *name = "registry", *mark = "registry-mark";
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

/* What intake has of a person: her sealed name, and the mark. */
static void commit_name(struct wf_store *intake, const char *id, const char *name, uint64_t version)
{
    static const uint8_t master[32], fresh[32] = {7};
    struct wf_error error = {0};
    uint8_t key[32];
    char place[WF_ID_MAX + 8];
    struct wf_buffer sealed = {0};
    ck_assert_int_eq(wf_people_key(intake, master, id, fresh, key, &error), 0);
    (void)snprintf(place, sizeof place, "%s/name", id);
    wf_seal(key, place, (struct wf_bytes){(const uint8_t *)name, strlen(name)}, &sealed);
    struct wf_index mark = {.op = WF_INDEX_COUNT_UP, .name = {(const uint8_t *)"name-mark", 9}};
    struct wf_field field = {.name = {(const uint8_t *)"name", 4},
                             .value = wf_buffer_bytes(&sealed)};
    struct wf_commit commit = {.kind = "person",
                               .id = id,
                               .version_before = version - 1,
                               .version_after = version,
                               .puts = &field,
                               .put_count = 1,
                               .indexes = &mark,
                               .index_count = 1};
    ck_assert_int_eq(wf_store_commit(intake, &commit, 1, &error), 0);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
    wf_buffer_fini(&sealed);
}

static struct registry_feed feed;
static struct registry_sources sources;
static struct wf_policy_book *book;
static struct wf_store *renewal, *intake;

static void setup_feed(void)
{
    static const uint8_t key[32];
    book = calloc(1, sizeof *book);
    ck_assert_ptr_nonnull(book);
    book->count = 1;
    (void)strcpy(book->associations[0].id, "MassAIMH");
    renewal = mem_store_create(WF_RENEWAL);
    intake = mem_store_join(renewal, WF_INTAKE);
    sources = (struct registry_sources){
        .renewal = renewal, .intake = intake, .person_key = key, .policies = book};
    registry_feed_open(&feed, book);
}

static void teardown_feed(void)
{
    registry_feed_close(&feed);
    wf_store_destroy(&intake);
    wf_store_destroy(&renewal);
    free(book);
}

START_TEST(the_feed_follows_the_marks)
{
    struct wf_error error = {0};
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
}
END_TEST

static size_t shown(const char *name)
{
    struct registry_query query = {.name = name, .status = "", .limit = 10};
    registry_list_query(registry_feed_list(&feed, book, "MassAIMH"), &query, &result);
    return result.total;
}

START_TEST(a_changed_name_is_shown_after_the_next_look)
{
    commit_row(renewal, "p1", "active|2025-01-01|2026-12-31", 1);
    feed_all(&feed, &sources, 10000);
    ck_assert_uint_eq(shown(""), 0);
    commit_name(intake, "p1", "Avery Example", 1);
    feed_all(&feed, &sources, 11000);
    ck_assert_uint_eq(shown("avery"), 1);
    commit_name(intake, "p1", "Avery Sample", 2);
    feed_all(&feed, &sources, 12000);
    ck_assert_uint_eq(shown("avery sample"), 1);
    ck_assert_uint_eq(shown("example"), 0);
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
    tcase_add_test(test, one_list_of_the_two_can_be_asked_for);
    tcase_add_test(test, a_changed_name_moves_to_its_place);
    tcase_add_test(test, a_slice_read_again_changes_what_differs);
    tcase_add_test(test, many_come_and_go_and_the_order_stays);
    suite_add_tcase(suite, test);
    test = tcase_create("feed");
    tcase_add_checked_fixture(test, setup_feed, teardown_feed);
    tcase_add_test(test, the_feed_follows_the_marks);
    tcase_add_test(test, a_changed_name_is_shown_after_the_next_look);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
