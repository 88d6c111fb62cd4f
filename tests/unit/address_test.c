/* links: wf_base */
#include "wf_address.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *id;
    bool valid;
} ids[] = {
    {"MA-2026-0001", true}, {"a", true},    {"~", true},         {"_x", true},
    {"A.b~c_d-e", true},    {"", false},    {".", false},        {"..", false},
    {"-a", false},          {"a b", false}, {"a/b", false},      {"a:b", false},
    {"a{b}", false},        {"a\n", false}, {"\xc3\xab", false}, {"a%2f", false},
    {"a*", false},
};

START_TEST(an_id_is_safe_wherever_it_is_put)
{
    ck_assert_msg(wf_id_is_valid(ids[_i].id) == ids[_i].valid, "%s", ids[_i].id);
}
END_TEST

START_TEST(an_id_has_an_end)
{
    char id[WF_ID_MAX + 2];
    memset(id, 'a', sizeof id);
    id[WF_ID_MAX + 1] = '\0';
    ck_assert(!wf_id_is_valid(id));
    id[WF_ID_MAX] = '\0';
    ck_assert(wf_id_is_valid(id));
}
END_TEST

/* The number is in every key: it must never change.  Computed apart, from the published FNV-1a. */
START_TEST(partitions_are_what_they_always_were)
{
    ck_assert_uint_eq(wf_partition("MA-2026-0001"), 6);
    ck_assert_uint_eq(wf_partition("P-1"), 45);
    ck_assert_uint_eq(wf_partition("a"), 34);
}
END_TEST

START_TEST(ids_spread_over_all_partitions)
{
    unsigned count[WF_PARTITIONS] = {0};
    for (int i = 0; i < 12800; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "MA-2026-%05d", i);
        unsigned partition = wf_partition(id);
        ck_assert_uint_lt(partition, WF_PARTITIONS);
        count[partition]++;
    }
    for (int i = 0; i < WF_PARTITIONS; i++)
        ck_assert_msg(count[i] > 50 && count[i] < 170, "partition %d has %u", i, count[i]);
}
END_TEST

START_TEST(an_address_is_read_and_written)
{
    struct wf_address address;
    char text[WF_ADDRESS_MAX + 1];
    ck_assert(wf_address_parse("intake/application/MA-1", &address));
    ck_assert_int_eq((int)address.service, WF_INTAKE);
    ck_assert_str_eq(address.kind, "application");
    ck_assert_str_eq(address.id, "MA-1");
    wf_address_format(&address, text);
    ck_assert_str_eq(text, "intake/application/MA-1");
    struct wf_address made = wf_address_make(WF_INTAKE, "application", "MA-1");
    ck_assert_mem_eq(&made, &address, sizeof made);
}
END_TEST

static const char *const no_addresses[] = {
    "",
    "intake",
    "intake/application",
    "intake/application/",
    "intake//MA-1",
    "/application/MA-1",
    "nobody/application/MA-1",
    "intake/application/MA-1/x",
    "intake/application/MA 1",
    "intake/a-kind-that-is-too-long/MA-1",
    "a-service-that-is-too-long/application/MA-1",
};

START_TEST(anything_else_is_no_address)
{
    struct wf_address address = wf_address_make(WF_COURIER, "effect", "kept");
    ck_assert(!wf_address_parse(no_addresses[_i], &address));
    ck_assert_str_eq(address.id, "kept");
}
END_TEST

START_TEST(every_service_has_a_name_that_finds_it)
{
    for (int i = 0; i < WF_SERVICE_COUNT; i++) {
        enum wf_service found = WF_SERVICE_COUNT;
        ck_assert(wf_service_find(wf_service_name((enum wf_service)i), &found));
        ck_assert_int_eq((int)found, i);
        ck_assert_uint_le(strlen(wf_service_name((enum wf_service)i)), WF_SERVICE_MAX);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("address: SPEC 1");
    TCase *tests = tcase_create("address");
    tcase_add_loop_test(tests, an_id_is_safe_wherever_it_is_put, 0,
                        (int)(sizeof ids / sizeof ids[0]));
    tcase_add_test(tests, an_id_has_an_end);
    tcase_add_test(tests, partitions_are_what_they_always_were);
    tcase_add_test(tests, ids_spread_over_all_partitions);
    tcase_add_test(tests, an_address_is_read_and_written);
    tcase_add_loop_test(tests, anything_else_is_no_address, 0,
                        (int)(sizeof no_addresses / sizeof no_addresses[0]));
    tcase_add_test(tests, every_service_has_a_name_that_finds_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
