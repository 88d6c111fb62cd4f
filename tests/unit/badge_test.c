/* links: wf_intake wf_kit wf_gateway */
/* services/intake/SPEC.md 9: places in the status lists, their bits; what the gateway keeps of it. */
#include "badge.h"
#include "gateway_kept.h"

#include "mem_store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wf_store *store;
static struct wf_error error;

static uint64_t version; /* of the person in the store of this test */

static void setup(void)
{
    version = 0;
    store = mem_store_create(WF_INTAKE);
}

static void teardown(void)
{
    wf_store_destroy(&store);
}

static void commit(const char *name, enum wf_index_op op, const char *member, const char *value)
{
    struct wf_index index = {.op = op,
                             .name = {(const uint8_t *)name, strlen(name)},
                             .member = {(const uint8_t *)member, strlen(member)},
                             .value = {(const uint8_t *)value, strlen(value)}};
    struct wf_field field = {.name = {(const uint8_t *)"f", 1}, .value = {(const uint8_t *)"v", 1}};
    struct wf_commit one = {.kind = "person",
                            .id = "p1",
                            .version_before = version,
                            .version_after = version + 1,
                            .puts = &field,
                            .put_count = 1,
                            .indexes = &index,
                            .index_count = 1};
    ck_assert_int_eq(wf_store_commit(store, &one, 1, &error), 0);
    ck_assert_int_eq(one.result, WF_COMMIT_OK);
    version++;
}

static void encoded(struct wf_buffer *text)
{
    wf_buffer_clear(text);
    ck_assert_int_eq(badge_bits(store, wf_partition("p1"), "SCIMHA", text, &error), 0);
}

START_TEST(spec_9_2_each_entry_has_a_number_of_its_own)
{
    unsigned number = 99;
    char member[BADGE_MEMBER_MAX];
    badge_member("p1", 2, 1, member);
    commit("badge:SCIMHA", WF_INDEX_HASH_NUMBER, "other", "");
    ck_assert_int_eq(badge_number(store, wf_partition("p1"), "SCIMHA", member, &number, &error),
                     -1);
    ck_assert_int_eq(error.code, WF_NOT_FOUND);
    commit("badge:SCIMHA", WF_INDEX_HASH_NUMBER, member, "");
    commit("badge:SCIMHA", WF_INDEX_HASH_NUMBER, member, "");
    ck_assert_int_eq(badge_number(store, wf_partition("p1"), "SCIMHA", member, &number, &error), 0);
    ck_assert_uint_eq(number, 1);
}
END_TEST

START_TEST(spec_9_5_a_bit_is_set_while_the_entry_is_not_active)
{
    struct wf_buffer before = {0}, after = {0}, again = {0};
    commit("badge:SCIMHA", WF_INDEX_HASH_NUMBER, "a", "");
    encoded(&before);
    ck_assert_int_eq(before.data[0], 'u');
    commit("badge-off:SCIMHA", WF_INDEX_HASH_PUT, "a", "1");
    encoded(&after);
    ck_assert_str_ne((const char *)before.data, (const char *)after.data);
    commit("badge-off:SCIMHA", WF_INDEX_HASH_DROP, "a", "");
    encoded(&again);
    ck_assert_str_eq((const char *)before.data, (const char *)again.data);
    commit("badge-off:SCIMHA", WF_INDEX_HASH_PUT, "never-numbered", "1");
    encoded(&again);
    ck_assert_str_eq((const char *)before.data, (const char *)again.data);
    wf_buffer_fini(&before);
    wf_buffer_fini(&after);
    wf_buffer_fini(&again);
}
END_TEST

START_TEST(an_answer_is_kept_for_half_a_minute)
{
    static struct gateway_kept kept;
    ck_assert_ptr_null(gateway_kept_find(&kept, "a", 1000));
    gateway_kept_put(&kept, "a", "text", 1000);
    ck_assert_str_eq(gateway_kept_find(&kept, "a", 30999), "text");
    ck_assert_ptr_null(gateway_kept_find(&kept, "a", 31000));
    gateway_kept_fini(&kept);
}
END_TEST

START_TEST(only_so_many_are_asked_for_a_second)
{
    static struct gateway_kept kept;
    for (int i = 0; i < GATEWAY_ASKS_A_SECOND; i++)
        ck_assert(gateway_kept_may_ask(&kept, 5000));
    ck_assert(!gateway_kept_may_ask(&kept, 5999));
    ck_assert(gateway_kept_may_ask(&kept, 6000));
    gateway_kept_fini(&kept);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("badge");
    TCase *test = tcase_create("badge");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, spec_9_2_each_entry_has_a_number_of_its_own);
    tcase_add_test(test, spec_9_5_a_bit_is_set_while_the_entry_is_not_active);
    tcase_add_test(test, an_answer_is_kept_for_half_a_minute);
    tcase_add_test(test, only_so_many_are_asked_for_a_second);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
