/* links: wf_kit wf_redis_store wf_port */
/* What only a real server can do to its client: end, stall, lose its last bytes, run out of memory,
 * hold another version of the functions, become a replica. */
#include "redis_fixture.h"
#include "redis_store.h"

#include <check.h>
#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redis_fixture fixture;
static struct wf_store *store;
static struct wf_error error;
static struct wf_buffer reply;

static void start(const char *settings)
{
    redis_fixture_start(&fixture, settings);
    redis_fixture_install(&fixture);
    store = redis_fixture_store(&fixture, WF_INTAKE);
}

static void stop(void)
{
    wf_store_destroy(&store);
    redis_fixture_stop(&fixture);
    wf_buffer_fini(&reply);
}

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

static void run(const char *const *words, size_t count)
{
    redis_fixture_do(&fixture, NULL, NULL, &reply, words, count);
    ck_assert_msg(reply.data[0] != '!', "%s: %s", words[0], (const char *)reply.data);
}

/* ---- a commit whose parts all tell the same number, so that half of one shows ---- */

struct whole {
    struct wf_commit commit;
    char number[24], line[32];
    struct wf_field put;
    struct wf_outgoing outgoing;
    struct wf_index index;
};

static void make_whole(struct whole *whole, const char *id, uint64_t version)
{
    *whole = (struct whole){.commit = {.kind = "application",
                                       .id = id,
                                       .version_before = version - 1,
                                       .version_after = version,
                                       .lane_from = "reference/request/R-1",
                                       .lane_incarnation = 1,
                                       .lane_sequence = version,
                                       .put_count = 1,
                                       .outgoing_count = 1,
                                       .index_count = 1}};
    (void)snprintf(whole->number, sizeof whole->number, "%" PRIu64, version);
    (void)snprintf(whole->line, sizeof whole->line, "line %" PRIu64, version);
    whole->put = (struct wf_field){text("status"), text(whole->number)};
    memcpy(whole->outgoing.entry.bytes, &version, sizeof version);
    whole->outgoing.envelope = text(whole->line);
    whole->index = (struct wf_index){WF_INDEX_LOG_APPEND, text("log"), text(""), text(whole->line),
                                     (int64_t)version};
    whole->commit.puts = &whole->put;
    whole->commit.outgoing = &whole->outgoing;
    whole->commit.indexes = &whole->index;
    whole->commit.journal = text(whole->line);
}

static enum wf_commit_result commit_whole(uint64_t version)
{
    struct whole whole;
    make_whole(&whole, "A-1", version);
    ck_assert_msg(!wf_store_commit(store, &whole.commit, 1, &error), "%s", error.text);
    return whole.commit.result;
}

static bool count_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes line)
{
    (void)ms, (void)n, (void)line;
    ++*(uint64_t *)context;
    return true;
}
static void count_entry(void *context, unsigned partition, struct wf_entry entry,
                        struct wf_bytes envelope)
{
    (void)partition, (void)entry, (void)envelope;
    ++*(uint64_t *)context;
}
static void count_log(void *context, uint64_t sequence, struct wf_bytes value)
{
    (void)sequence, (void)value;
    ++*(uint64_t *)context;
}

static uint64_t field_number(const struct wf_fields *fields, const char *name)
{
    const struct wf_field *field = wf_fields_find(fields, name);
    char digits[24] = "0";
    if (field)
        (void)snprintf(digits, sizeof digits, "%.*s", (int)field->value.length,
                       (const char *)field->value.data);
    return strtoull(digits, NULL, 10);
}

/* The version that is stored, after checking that every part agrees with it. */
static uint64_t stored_whole(void)
{
    struct wf_load load = {.kind = "application", .id = "A-1"};
    uint64_t lines = 0, entries = 0, logged = 0, last = 0;
    unsigned partition = wf_partition("A-1");
    ck_assert_msg(!wf_store_load(store, &load, 1, &error), "%s", error.text);
    uint64_t version = field_number(&load.fields, "_v");
    ck_assert_uint_eq(field_number(&load.fields, "status"), version);
    wf_fields_fini(&load.fields);
    ck_assert_int_eq(wf_store_journal(store, partition, 0, count_line, &lines, &error), 0);
    ck_assert_int_eq(wf_store_outbox(store, partition, count_entry, &entries, &error), 0);
    ck_assert_int_eq(
        wf_store_log(store, partition, "log", 0, 9999, count_log, &logged, &last, &error), 0);
    ck_assert_uint_eq(lines, version);
    ck_assert_uint_eq(entries, version);
    ck_assert_uint_eq(logged, version);
    ck_assert_uint_eq(last, version);
    return version;
}

/* ---- tests ---- */

START_TEST(a_restarted_server_has_functions_and_data)
{
    start(NULL);
    for (uint64_t version = 1; version <= 20; version++)
        ck_assert_int_eq(commit_whole(version), WF_COMMIT_OK);
    ck_assert_int_ge(wf_store_fd(store), 0);
    redis_fixture_kill(&fixture);
    struct whole whole;
    make_whole(&whole, "A-1", 21);
    for (int i = 0; i < 3; i++) { /* the second writes to a closed socket */
        ck_assert_int_eq(wf_store_commit(store, &whole.commit, 1, &error), -1);
        ck_assert_int_eq(error.code, WF_AGAIN);
        ck_assert_int_eq(whole.commit.result, WF_COMMIT_UNKNOWN);
        ck_assert_int_eq(wf_store_fd(store), -1);
    }
    ck_assert_int_eq(wf_store_reconnect(store, &error), -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
    redis_fixture_restart(&fixture);
    ck_assert_msg(!wf_store_reconnect(store, &error), "%s", error.text);
    ck_assert_uint_eq(stored_whole(), 20);
    ck_assert_int_eq(commit_whole(21), WF_COMMIT_OK);
    ck_assert_int_eq(commit_whole(21), WF_COMMIT_DUPLICATE);
    stop();
}
END_TEST

/* A power cut keeps what was synced.  The file is cut at many places behind the last answer. */
START_TEST(nothing_answered_is_lost_and_nothing_is_half)
{
    start(NULL);
    for (uint64_t version = 1; version <= 30; version++)
        ck_assert_int_eq(commit_whole(version), WF_COMMIT_OK);
    off_t answered = redis_fixture_synced(&fixture);
    for (uint64_t version = 31; version <= 36; version++)
        ck_assert_int_eq(commit_whole(version), WF_COMMIT_OK);
    off_t end = redis_fixture_synced(&fixture);
    redis_fixture_kill(&fixture);
    uint64_t before = 36;
    off_t step = (end - answered) / 23;
    for (off_t length = end - 1; length > answered; length -= step) {
        redis_fixture_cut(&fixture, length);
        redis_fixture_restart(&fixture);
        ck_assert_msg(!wf_store_reconnect(store, &error), "%s", error.text);
        uint64_t version = stored_whole();
        ck_assert_uint_ge(version, 30);
        ck_assert_uint_le(version, before);
        before = version;
        redis_fixture_kill(&fixture);
    }
    redis_fixture_cut(&fixture, answered);
    redis_fixture_restart(&fixture);
    ck_assert_int_eq(wf_store_reconnect(store, &error), 0);
    ck_assert_uint_eq(stored_whole(), 30);
    stop();
}
END_TEST

START_TEST(a_stalled_server_is_given_up_and_the_commit_happens_once)
{
    start(NULL);
    ck_assert_int_eq(commit_whole(1), WF_COMMIT_OK);
    wf_store_destroy(&store);
    ck_assert_int_eq(redis_store_open(&store, WF_INTAKE, fixture.socket, NULL, NULL, 150, &error),
                     0);
    ck_assert_int_eq(kill(fixture.pid, SIGSTOP), 0);
    struct whole whole;
    make_whole(&whole, "A-1", 2);
    ck_assert_int_eq(wf_store_commit(store, &whole.commit, 1, &error), -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
    ck_assert_int_eq(whole.commit.result, WF_COMMIT_UNKNOWN);
    ck_assert_int_eq(kill(fixture.pid, SIGCONT), 0);
    ck_assert_int_eq(wf_store_reconnect(store, &error), 0);
    enum wf_commit_result again = commit_whole(2);
    ck_assert(again == WF_COMMIT_OK || again == WF_COMMIT_DUPLICATE);
    ck_assert_uint_eq(stored_whole(), 2);
    stop();
}
END_TEST

START_TEST(when_memory_is_short_doors_are_full_and_accepted_work_drains)
{
    static uint8_t ballast[64 * 1024];
    start("maxmemory 6mb");
    const struct wf_field put = {text("ballast"), {ballast, sizeof ballast}};
    struct wf_commit one = {.kind = "application",
                            .id = "A-1",
                            .puts = &put,
                            .put_count = 1,
                            .journal = {ballast, sizeof ballast},
                            .must_fit = true};
    uint64_t version = 0;
    do {
        one.version_before = version;
        one.version_after = ++version;
        ck_assert_msg(!wf_store_commit(store, &one, 1, &error), "%s", error.text);
    } while (one.result == WF_COMMIT_OK && version < 500);
    ck_assert_int_eq(one.result, WF_COMMIT_FULL);
    ck_assert_uint_gt(version, 5);
    /* Several, because the buffers of the refused one counted too. */
    one.must_fit = false;
    for (int i = 0; i < 10; i++) {
        ck_assert_msg(!wf_store_commit(store, &one, 1, &error), "%s", error.text);
        ck_assert_int_eq(one.result, WF_COMMIT_OK);
        one.version_before = version;
        one.version_after = ++version;
    }
    struct wf_buffer value = {0};
    ck_assert_int_eq(wf_store_secret(store, 1, "person:P-1", text("key"), &value, &error), -1);
    ck_assert_int_eq(error.code, WF_LIMIT);
    const struct wf_entry trim = {{1}};
    ck_assert_int_eq(wf_store_trim(store, 1, &trim, 1, &error), 0);
    wf_buffer_fini(&value);
    stop();
}
END_TEST

START_TEST(functions_that_are_missing_or_other_are_named_at_open)
{
    static const char *const other[] = {"FUNCTION", "LOAD",
                                        "#!lua name=endorse\n"
                                        "redis.register_function{function_name='endorse_version', "
                                        "callback=function() return 999 end, flags={'no-writes'}}"};
    struct wf_store *opened = NULL;
    redis_fixture_start(&fixture, NULL);
    ck_assert_int_eq(redis_store_open(&opened, WF_INTAKE, fixture.socket, NULL, NULL, 500, &error),
                     -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_ptr_nonnull(strstr(error.text, "deploy/redis/endorse.lua"));
    run(other, 3);
    ck_assert_int_eq(redis_store_open(&opened, WF_INTAKE, fixture.socket, NULL, NULL, 500, &error),
                     -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_ptr_nonnull(strstr(error.text, "999"));
    ck_assert_ptr_null(opened);
    redis_fixture_install(&fixture); /* in place of the other */
    store = redis_fixture_store(&fixture, WF_INTAKE);
    ck_assert_int_eq(commit_whole(1), WF_COMMIT_OK);
    redis_fixture_install(&fixture); /* again, under a live client */
    ck_assert_int_eq(commit_whole(2), WF_COMMIT_OK);
    stop();
}
END_TEST

START_TEST(a_socket_that_is_not_there_is_tried_again)
{
    struct wf_store *opened = NULL;
    ck_assert_int_eq(
        redis_store_open(&opened, WF_INTAKE, "/nonexistent/redis.sock", NULL, NULL, 500, &error),
        -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
    ck_assert_ptr_null(opened);
}
END_TEST

START_TEST(a_replica_refuses_and_the_connection_stays)
{
    static const char *const demote[] = {"REPLICAOF", "127.0.0.1", "1"};
    static const char *const promote[] = {"REPLICAOF", "NO", "ONE"};
    start(NULL);
    ck_assert_int_eq(commit_whole(1), WF_COMMIT_OK);
    run(demote, 3);
    struct whole whole;
    make_whole(&whole, "A-1", 2);
    ck_assert_int_eq(wf_store_commit(store, &whole.commit, 1, &error), -1);
    ck_assert_int_eq(error.code, WF_AGAIN);
    ck_assert_int_ge(wf_store_fd(store), 0);
    run(promote, 3);
    ck_assert_int_eq(commit_whole(2), WF_COMMIT_OK);
    ck_assert_uint_eq(stored_whole(), 2);
    stop();
}
END_TEST

/* One foul key must not make the next replies answer the wrong questions. */
START_TEST(a_fault_in_a_batch_leaves_the_replies_in_step)
{
    start(NULL);
    char key[64];
    (void)snprintf(key, sizeof key, "{intake:%u}:a:application:B-2", wf_partition("B-2"));
    const char *const foul[] = {"SET", key, "not a hash"};
    run(foul, 3);
    struct whole wholes[3];
    struct wf_commit batch[3];
    static const char *const ids[] = {"B-1", "B-2", "B-3"};
    for (size_t i = 0; i < 3; i++) {
        make_whole(&wholes[i], ids[i], 1);
        wholes[i].commit.index_count = 0;
        batch[i] = wholes[i].commit;
    }
    ck_assert_int_eq(wf_store_commit(store, batch, 3, &error), -1);
    ck_assert_int_eq(error.code, WF_BROKEN);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(batch[i].result, WF_COMMIT_UNKNOWN);
    ck_assert_int_eq(wf_store_commit(store, &batch[0], 1, &error), 0);
    ck_assert_int_eq(batch[0].result, WF_COMMIT_DUPLICATE);
    struct wf_load loads[] = {{.kind = "application", .id = "B-1"},
                              {.kind = "application", .id = "B-2"},
                              {.kind = "application", .id = "B-3"}};
    ck_assert_int_eq(wf_store_load(store, loads, 3, &error), -1);
    ck_assert_int_eq(error.code, WF_BROKEN);
    ck_assert_int_eq(wf_store_load(store, &loads[2], 1, &error), 0);
    ck_assert_uint_eq(field_number(&loads[2].fields, "_v"), 1);
    for (size_t i = 0; i < 3; i++)
        wf_fields_fini(&loads[i].fields);
    stop();
}
END_TEST

/* The connection breaks between the sending and the question: nobody knows, nobody is told. */
START_TEST(what_was_under_way_when_the_server_died_is_unknown)
{
    start(NULL);
    struct whole wholes[2];
    struct wf_commit batch[2];
    struct wf_load load = {.kind = "application", .id = "A-1"};
    for (size_t i = 0; i < 2; i++) {
        make_whole(&wholes[i], "A-1", i + 1);
        batch[i] = wholes[i].commit;
    }
    for (int reads_between = 0; reads_between < 2; reads_between++) {
        ck_assert_int_eq(kill(fixture.pid, SIGSTOP), 0);
        ck_assert(wf_store_send(store, batch, 1));
        redis_fixture_kill(&fixture);
        if (reads_between)
            ck_assert_int_eq(wf_store_load(store, &load, 1, &error), -1);
        ck_assert_int_eq(wf_store_collect(store, reads_between ? NULL : &batch[0], &error), -1);
        ck_assert_int_eq(error.code, WF_AGAIN);
        ck_assert_uint_eq(wf_store_under_way(store), 0);
        ck_assert_int_eq(batch[0].result, WF_COMMIT_UNKNOWN);
        redis_fixture_restart(&fixture);
        ck_assert_int_eq(wf_store_reconnect(store, &error), 0);
    }
    ck_assert_int_eq(wf_store_commit(store, batch, 2, &error), 0);
    ck_assert_int_eq(batch[1].result, WF_COMMIT_OK);
    ck_assert_uint_eq(stored_whole(), 2);
    wf_fields_fini(&load.fields);
    stop();
}
END_TEST

/* The descriptor is quiet while the server has not answered, and readable when it has. */
START_TEST(results_announce_themselves_and_come_in_order)
{
    start(NULL);
    struct whole wholes[2];
    struct wf_commit batch[2];
    for (size_t i = 0; i < 2; i++) {
        make_whole(&wholes[i], "A-1", i + 1);
        batch[i] = wholes[i].commit;
    }
    struct pollfd answer = {.fd = wf_store_fd(store), .events = POLLIN};
    ck_assert_int_eq(kill(fixture.pid, SIGSTOP), 0);
    ck_assert(wf_store_send(store, batch, 2));
    ck_assert_int_eq(poll(&answer, 1, 50), 0);
    ck_assert_int_eq(wf_store_collect(store, NULL, &error), 0);
    ck_assert_int_eq(batch[0].result, WF_COMMIT_UNKNOWN);
    ck_assert_uint_eq(wf_store_under_way(store), 2);
    ck_assert_int_eq(kill(fixture.pid, SIGCONT), 0);
    while (wf_store_under_way(store)) {
        ck_assert_int_eq(poll(&answer, 1, 5000), 1);
        ck_assert_int_eq(wf_store_collect(store, NULL, &error), 0);
    }
    ck_assert_int_eq(batch[0].result, WF_COMMIT_OK);
    ck_assert_int_eq(batch[1].result, WF_COMMIT_OK);
    ck_assert_int_eq(poll(&answer, 1, 0), 0);
    stop();
}
END_TEST

/* Each piece alone would use another number of connections; versions tell whether one overtook. */
START_TEST(commits_sent_in_many_pieces_keep_their_order)
{
    enum { COUNT = 600 };
    static struct whole wholes[COUNT];
    static struct wf_commit batch[COUNT];
    start(NULL);
    for (size_t i = 0; i < COUNT; i++) {
        make_whole(&wholes[i], "A-1", i + 1);
        batch[i] = wholes[i].commit;
    }
    for (size_t done = 0, size = 1; done < COUNT; done += size, size = size % 60 + 7) {
        size = size < COUNT - done ? size : COUNT - done;
        ck_assert(wf_store_send(store, &batch[done], size));
    }
    ck_assert_int_eq(wf_store_collect(store, &batch[COUNT - 1], &error), 0);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_int_eq(batch[i].result, WF_COMMIT_OK);
    ck_assert_uint_eq(stored_whole(), COUNT);
    stop();
}
END_TEST

/* Connections that have sent a commit. */
static unsigned connections_used(void)
{
    unsigned used = 0;
    redisContext *context = redisConnectUnix(fixture.socket);
    redisReply *list = redisCommand(context, "CLIENT LIST");
    ck_assert(list && list->type == REDIS_REPLY_STRING);
    for (const char *at = list->str; (at = strstr(at, "cmd=fcall")) != NULL; at++)
        used++;
    freeReplyObject(list);
    redisFree(context);
    return used;
}

static void send_to_many(size_t first, size_t count)
{
    enum { MOST = 200 };
    static struct whole wholes[MOST];
    static struct wf_commit batch[MOST];
    static char ids[MOST][24];
    for (size_t i = first; i < first + count; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "A-%zu", i);
        make_whole(&wholes[i], ids[i], 1);
        wholes[i].commit.index_count = 0;
        batch[i] = wholes[i].commit;
    }
    ck_assert(wf_store_send(store, &batch[first], count));
    ck_assert_int_eq(wf_store_collect(store, &batch[first + count - 1], &error), 0);
    for (size_t i = first; i < first + count; i++)
        ck_assert_int_eq(batch[i].result, WF_COMMIT_OK);
}

/* Each connection costs Redis and us two system calls; many let one flush cover more. */
START_TEST(few_commits_take_one_connection_and_many_take_all)
{
    start(NULL);
    send_to_many(0, 12);
    ck_assert_uint_eq(connections_used(), 1);
    send_to_many(12, 24);
    ck_assert_uint_ge(connections_used(), 2);
    ck_assert_uint_le(connections_used(), 3);
    send_to_many(36, 160);
    ck_assert_uint_eq(connections_used(), 8);
    stop();
}
END_TEST

START_TEST(a_batch_longer_than_a_pipeline_is_whole)
{
    enum { COUNT = 1500 };
    static struct whole wholes[COUNT];
    static struct wf_commit batch[COUNT];
    start(NULL);
    for (size_t i = 0; i < COUNT; i++) {
        make_whole(&wholes[i], "A-1", i + 1);
        batch[i] = wholes[i].commit;
    }
    ck_assert_msg(!wf_store_commit(store, batch, COUNT, &error), "%s", error.text);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_int_eq(batch[i].result, WF_COMMIT_OK);
    ck_assert_uint_eq(stored_whole(), COUNT);
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("redis_store");
    TCase *server = tcase_create("server");
    tcase_add_test(server, a_restarted_server_has_functions_and_data);
    tcase_add_test(server, nothing_answered_is_lost_and_nothing_is_half);
    tcase_add_test(server, a_stalled_server_is_given_up_and_the_commit_happens_once);
    tcase_add_test(server, when_memory_is_short_doors_are_full_and_accepted_work_drains);
    tcase_add_test(server, functions_that_are_missing_or_other_are_named_at_open);
    tcase_add_test(server, a_socket_that_is_not_there_is_tried_again);
    tcase_add_test(server, a_replica_refuses_and_the_connection_stays);
    tcase_add_test(server, a_fault_in_a_batch_leaves_the_replies_in_step);
    tcase_add_test(server, what_was_under_way_when_the_server_died_is_unknown);
    tcase_add_test(server, results_announce_themselves_and_come_in_order);
    tcase_add_test(server, commits_sent_in_many_pieces_keep_their_order);
    tcase_add_test(server, few_commits_take_one_connection_and_many_take_all);
    tcase_add_test(server, a_batch_longer_than_a_pipeline_is_whole);
    tcase_set_timeout(server, 60);
    suite_add_tcase(suite, server);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
