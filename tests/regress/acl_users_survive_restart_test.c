/* links: wf_kit wf_port wf_redis_store */
/* Found by the sample traffic: with the default user stripped of its rights, Redis 7.0 loads the append-only file
 * with that very user, refuses every MULTI/EXEC in it - each commit is one - and comes up empty.  The default
 * user keeps its rights and stays off: nobody can be it, but loading can. */
#include "redis_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_commit_is_still_there_after_a_restart_with_users)
{
    struct redis_fixture fixture;
    struct wf_error error = {0};
    redis_fixture_start_users(&fixture, NULL);
    redis_fixture_install(&fixture);
    struct wf_store *store = redis_fixture_store(&fixture, WF_INTAKE);
    struct wf_field put = {.name = {(const uint8_t *)"s", 1}, .value = {(const uint8_t *)"x", 1}};
    struct wf_commit commit = {.kind = "application",
                               .id = "A-1",
                               .version_after = 1,
                               .puts = &put,
                               .put_count = 1,
                               .journal = {(const uint8_t *)"line", 4}};
    ck_assert_int_eq(wf_store_commit(store, &commit, 1, &error), 0);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
    redis_fixture_restart(&fixture);
    ck_assert_int_eq(wf_store_reconnect(store, &error), 0);
    struct wf_load load = {.kind = "application", .id = "A-1"};
    ck_assert_int_eq(wf_store_load(store, &load, 1, &error), 0);
    ck_assert_ptr_nonnull(wf_fields_find(&load.fields, "s"));
    wf_fields_fini(&load.fields);
    wf_store_destroy(&store);
    redis_fixture_stop(&fixture);
}
END_TEST

START_TEST(nobody_can_be_the_default_user)
{
    static const char *const ping[] = {"PING"};
    static const char *const login[] = {"AUTH", "default", ""};
    struct redis_fixture fixture;
    struct wf_buffer reply = {0};
    redis_fixture_start_users(&fixture, NULL);
    redis_fixture_do(&fixture, NULL, NULL, &reply, ping, 1);
    ck_assert_int_eq(strncmp((const char *)reply.data, "!NOAUTH", 7), 0);
    wf_buffer_clear(&reply);
    redis_fixture_do(&fixture, NULL, NULL, &reply, login, 3);
    ck_assert_int_eq(strncmp((const char *)reply.data, "!WRONGPASS", 10), 0);
    wf_buffer_fini(&reply);
    redis_fixture_stop(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("acl_users_survive_restart");
    TCase *tests = tcase_create("restart");
    tcase_add_test(tests, a_commit_is_still_there_after_a_restart_with_users);
    tcase_add_test(tests, nobody_can_be_the_default_user);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
