/* links: wf_kit wf_redis_store wf_port */
/* Who may do what in Redis (deploy/redis/acl.def): the matrix as it is meant, written down a second
 * time and asked of Redis; and each program's own client trying what it must not. */
#include "redis_fixture.h"
#include "redis_journals.h"
#include "redis_store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redis_fixture fixture;
static struct wf_error error;
static struct wf_buffer reply;

static const char *const programs[] = {"intake",  "reference", "exam",  "desk",       "renewal",
                                       "courier", "gateway",   "audit", "endorsectl", "admin"};
enum { PROGRAMS = sizeof programs / sizeof *programs, ADMIN = PROGRAMS - 1 };

static void start(void)
{
    redis_fixture_start_users(&fixture, NULL);
    redis_fixture_install(&fixture);
}

static void stop(void)
{
    wf_buffer_fini(&reply);
    redis_fixture_stop(&fixture);
}

static struct wf_store *open_as(const char *program, enum wf_service service)
{
    struct wf_store *store = NULL;
    char password[40];
    (void)snprintf(password, sizeof password, "pw-%s", program);
    ck_assert_msg(
        !redis_store_open(&store, service, fixture.socket, program, password, 2000, &error), "%s",
        error.text);
    return store;
}

/* ---- the matrix ---- */

/* Asks Redis, as the administrator, whether `user` could run this. */
static bool may(const char *user, const char *const *words, size_t count)
{
    const char *all[16] = {"ACL", "DRYRUN", user};
    for (size_t i = 0; i < count; i++)
        all[3 + i] = words[i];
    redis_fixture_do(&fixture, "admin", "pw-admin", &reply, all, 3 + count);
    return strcmp((const char *)reply.data, "OK") == 0;
}

static bool is(const char *text, const char *other)
{
    return strcmp(text, other) == 0;
}

/* What design and brief say, in other words than acl.def. */
static bool should_read(const char *program, const char *owner, const char *rest)
{
    bool person = strncmp(rest, "a:person:", 9) == 0 || strncmp(rest, "s:person:", 9) == 0;
    if (is(program, "admin"))
        return true;
    if (is(program, "endorsectl") || is(program, "audit"))
        return false; /* of keys; journals are streams: the audit's own tests below */
    if (is(program, owner))
        return true;
    if (is(program, "courier"))
        return is(owner, "intake") && person;
    if (is(program, "gateway"))
        return (is(owner, "intake") && (person || rest[0] == 'x')) ||
               (is(owner, "renewal") && rest[0] == 'x');
    return false;
}

static bool should_write(const char *program, const char *owner)
{
    return is(program, "admin") || (is(program, owner) && !is(program, "gateway") &&
                                    !is(program, "endorsectl") && !is(program, "audit"));
}

static void check_key(const char *program, const char *owner, const char *partition,
                      const char *rest)
{
    char key[200];
    (void)snprintf(key, sizeof key, "{%s:%s}:%s", owner, partition, rest);
    const char *const get[] = {"HGETALL", key};
    const char *const put[] = {"HSET", key, "f", "v"};
    ck_assert_msg(may(program, get, 2) == should_read(program, owner, rest), "%s reading %s: %s",
                  program, key, (const char *)reply.data);
    ck_assert_msg(may(program, put, 4) == should_write(program, owner), "%s writing %s: %s",
                  program, key, (const char *)reply.data);
}

START_TEST(every_program_sees_only_the_keys_it_must)
{
    static const char *const rests[] = {
        "a:person:P-1", "a:application:A-1", "l:person:P-1", "j", "o", "t", "d", "k:person:P-1",
        "y:portal/MA:", "s:person:P-1", "x:h:all", "s:paper:H",
        /* the blind exam: papers and readers of intake and exam, seats of exam and desk */
        "a:paper:H", "a:reader:R", "a:seat:C", "a:pool:readers", "a:operator:ann", "l:seat:C",
        "s:text:C:1", "s:sheet:C", "x:h:seat:C", "y:reader:seat/C:1"};
    start();
    for (size_t p = 0; p < PROGRAMS; p++)
        for (size_t owner = 0; owner < ADMIN; owner++)
            for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
                check_key(programs[p], programs[owner], i % 2 ? "127" : "4", rests[i]);
    stop();
}
END_TEST

/* An act's key may hold what a portal chose; it must not look like a person. */
START_TEST(a_chosen_name_does_not_open_a_key)
{
    start();
    const char *const get[] = {"GET", "{intake:4}:y:portal/MA:}:s:person:P-1"};
    ck_assert(!may("gateway", get, 2));
    ck_assert(!may("courier", get, 2));
    const char *const real[] = {"GET", "{intake:4}:s:person:P-1"};
    ck_assert(may("gateway", real, 2));
    stop();
}
END_TEST

START_TEST(common_keys_have_their_own_rules)
{
    start();
    const char *const see[] = {"HGETALL", "wf:workers"}, *const beat[] = {"HSET", "wf:workers", "f",
                                                                          "v"};
    const char *const tell[] = {"GET", "wf:clock"}, *const turn[] = {"SET", "wf:clock", "1"};
    for (size_t p = 0; p < ADMIN; p++) {
        bool operations = is(programs[p], "endorsectl");
        ck_assert(may(programs[p], see, 2) == !is(programs[p], "audit"));
        ck_assert(may(programs[p], beat, 4) == !operations);
        ck_assert(may(programs[p], tell, 2) == !operations);
        ck_assert(may(programs[p], turn, 3) == is(programs[p], "intake"));
    }
    stop();
}
END_TEST

/* ---- each real client, trying ---- */

static void assert_denied(const char *program, const char *const *words, size_t count)
{
    char password[40];
    (void)snprintf(password, sizeof password, "pw-%s", program);
    redis_fixture_do(&fixture, program, password, &reply, words, count);
    ck_assert_msg(strncmp((const char *)reply.data, "!NOPERM", 7) == 0, "%s may %s %s: %s", program,
                  words[0], count > 1 ? words[1] : "", (const char *)reply.data);
}

START_TEST(nobody_looks_past_the_patterns)
{
    static const char *const forbidden[][4] = {
        {"KEYS", "*"},
        {"SCAN", "0"},
        {"MONITOR"},
        {"EVAL", "return 1", "0"},
        {"EVALSHA", "00", "0"},
        {"SCRIPT", "FLUSH"},
        {"FUNCTION", "LIST"},
        {"FUNCTION", "FLUSH"},
        {"FUNCTION", "LOAD", "x"},
        {"FCALL", "another_function", "0"},
        {"CONFIG", "GET", "*"},
        {"CONFIG", "SET", "appendfsync", "no"},
        {"FLUSHALL"},
        {"FLUSHDB"},
        {"SHUTDOWN"},

        {"ACL", "LIST"},
        {"CLIENT", "LIST"},
        {"INFO"},
        {"DBSIZE"},
        {"RANDOMKEY"},
        {"BGREWRITEAOF"},
        {"SAVE"},
        {"REPLICAOF", "NO", "ONE"},
        {"MODULE", "LIST"},
        {"SUBSCRIBE", "all"},
        {"PUBLISH", "all", "x"},
        {"SWAPDB", "0", "1"},
        {"SELECT", "1"},
        {"RENAME", "{intake:1}:j", "{intake:1}:x"},
        {"COPY", "{intake:1}:j", "{intake:1}:x"},
        {"XTRIM", "{intake:1}:j", "MAXLEN", "0"},
        {"XDEL", "{intake:1}:j", "0-1"},
        {"OBJECT", "HELP"},
        {"DUMP", "{intake:1}:j"},
        {"SORT", "{intake:1}:o"},
    };
    start();
    for (size_t p = 0; p < ADMIN; p++) {
        for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
            size_t count = 0;
            while (count < 4 && forbidden[i][count])
                count++;
            /* Intake alone: a rewritten file holds no destroyed key any more. */
            if (is(forbidden[i][0], "BGREWRITEAOF") && is(programs[p], "intake"))
                continue;
            assert_denied(programs[p], forbidden[i], count);
        }
    }
    const char *const default_user[] = {"PING"};
    redis_fixture_do(&fixture, NULL, NULL, &reply, default_user, 1);
    ck_assert_msg(strncmp((const char *)reply.data, "!NOAUTH", 7) == 0, "%s", reply.data);
    stop();
}
END_TEST

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

static void ignore_outbox(void *context, unsigned partition, struct wf_entry entry,
                          struct wf_bytes envelope)
{
    (void)context, (void)partition, (void)entry, (void)envelope;
}
static void ignore_timer(void *context, const char *kind, const char *id, wf_time due)
{
    (void)context, (void)kind, (void)id, (void)due;
}
static void ignore_text(void *context, const char *name, struct wf_bytes value)
{
    (void)context, (void)name, (void)value;
}
static bool ignore_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes line)
{
    (void)context, (void)ms, (void)n, (void)line;
    return true;
}
static void ignore_log(void *context, uint64_t sequence, struct wf_bytes value)
{
    (void)context, (void)sequence, (void)value;
}
static void ignore_hash(void *context, struct wf_bytes member, struct wf_bytes value)
{
    (void)context, (void)member, (void)value;
}
static void ignore_score(void *context, struct wf_bytes member, int64_t score)
{
    (void)context, (void)member, (void)score;
}

/* Every branch of the function once: whatever command it uses must be granted. */
static void commit_everything(struct wf_store *store)
{
    const struct wf_index indexes[] = {
        {WF_INDEX_HASH_PUT, text("i"), text("m"), text("v"), 0},
        {WF_INDEX_HASH_DROP, text("i"), text("n"), text(""), 0},
        {WF_INDEX_ZSET_PUT, text("i"), text("m"), text(""), 1},
        {WF_INDEX_ZSET_DROP, text("i"), text("n"), text(""), 0},
        {WF_INDEX_LOG_APPEND, text("i"), text(""), text("v"), 1},
        {WF_INDEX_COUNT_UP, text("i"), text(""), text(""), 0},
        {WF_INDEX_HASH_NUMBER, text("c"), text("m"), text(""), 0},
    };
    const struct wf_field put = {text("status"), text("new")};
    const struct wf_bytes drop = text("old");
    const struct wf_outgoing outgoing = {{{1}}, text("envelope")};
    const struct wf_entry trim = {{2}};
    struct wf_commit full = {
        .kind = "person",
        .id = "P-1",
        .version_after = 1,
        .lane_from = "intake/a/b",
        .lane_incarnation = 1,
        .lane_sequence = 1,
        .act_key = text("a:1"),
        .act_answer = text("yes"),
        .act_ttl_s = 9,
        .puts = &put,
        .put_count = 1,
        .drops = &drop,
        .drop_count = 1,
        .journal = text("line"),
        .outgoing = &outgoing,
        .outgoing_count = 1,
        .trims = &trim,
        .trim_count = 1,
        .timer = WF_TIMER_SET,
        .due = 5,
        .indexes = indexes,
        .index_count = 6,
        .dead_id = "dead",
        .dead_letter = text("cause"),
        .park = text("frame"),
        .must_fit = true,
    };
    struct wf_commit rest = {
        .kind = "person",
        .id = "P-1",
        .version_before = 1,
        .version_after = 2,
        .dead_id = "dead",
        .dead_drop = true,
        .unpark = true,
        .unmark = true,
        .timer = WF_TIMER_CLEAR,
    };
    struct wf_commit over = {
        .kind = "person", .id = "P-1", .version_before = 2, .version_after = 3, .end = true};
    struct wf_commit *const all[] = {&full, &rest, &over};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(!wf_store_commit(store, all[i], 1, &error), "commit %zu: %s", i, error.text);
        ck_assert_int_eq(all[i]->result, WF_COMMIT_OK);
    }
    ck_assert_msg(!wf_store_trim(store, 1, &trim, 1, &error), "%s", error.text);
}

static void read_everything(struct wf_store *store)
{
    struct wf_load load = {.kind = "person", .id = "P-1"};
    struct wf_buffer value = {0};
    size_t count;
    uint64_t last, counts[WF_PARTITIONS];
    wf_time offset;
#define ASSERT_DONE(call) ck_assert_msg(!(call), "%s: %s", #call, error.text)
    ASSERT_DONE(wf_store_load(store, &load, 1, &error));
    ASSERT_DONE(wf_store_outbox(store, 1, ignore_outbox, NULL, &error));
    ASSERT_DONE(wf_store_timers(store, 1, 9, 9, ignore_timer, NULL, &error));
    ASSERT_DONE(wf_store_parked_first(store, "person", "P-1", &value, &count, &error));
    ASSERT_DONE(wf_store_dead(store, 1, ignore_text, NULL, &error));
    ASSERT_DONE(wf_store_journal(store, 1, 0, ignore_line, NULL, &error));
    ASSERT_DONE(wf_store_log(store, 1, "i", 0, 9, ignore_log, NULL, &last, &error));
    ASSERT_DONE(wf_store_hash(store, 1, "i", ignore_hash, NULL, &error));
    ASSERT_DONE(wf_store_zset(store, 1, "i", 0, 9, ignore_score, NULL, &error));
    ASSERT_DONE(wf_store_counts(store, "i", counts, &error));
    ASSERT_DONE(wf_store_secret(store, 1, "person:P-1", text("key"), &value, &error));
    ASSERT_DONE(wf_store_forget(store, 1, "person:P-1", &error));
    ASSERT_DONE(wf_store_beat(store, "x.0", text("{}"), &error));
    ASSERT_DONE(wf_store_beats(store, ignore_text, NULL, &error));
    ASSERT_DONE(wf_store_clock_offset(store, &offset, &error));
#undef ASSERT_DONE
    wf_fields_fini(&load.fields);
    wf_buffer_fini(&value);
}

START_TEST(each_owner_can_do_its_whole_work)
{
    start();
    for (size_t p = 0; p < 6; p++) {
        enum wf_service service;
        ck_assert(wf_service_find(programs[p], &service));
        struct wf_store *store = open_as(programs[p], service);
        commit_everything(store);
        read_everything(store);
        wf_store_destroy(&store);
    }
    stop();
}
END_TEST

/* A13: nor through the store's own function, whose keys Redis checks against the caller. */
static void assert_blind(const char *program, enum wf_service owner)
{
    struct wf_store *store = open_as(program, owner);
    struct wf_load paper = {.kind = "paper", .id = "H"}, seat = {.kind = "seat", .id = "C"};
    struct wf_commit commit = {.kind = "paper", .id = "H", .version_after = 1};
    struct wf_buffer value = {0};
    ck_assert_int_eq(wf_store_load(store, &paper, 1, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_int_eq(wf_store_load(store, &seat, 1, &error), -1);
    ck_assert_int_eq(wf_store_commit(store, &commit, 1, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_int_eq(wf_store_hash(store, 1, "seat:C", ignore_hash, NULL, &error), -1);
    ck_assert_int_eq(wf_store_secret(store, 1, "text:C:1", text(""), &value, &error), -1);
    ck_assert_int_eq(wf_store_secret(store, 1, "text:C:1", text("mine"), &value, &error), -1);
    ck_assert_int_eq(wf_store_forget(store, 1, "text:C:1", &error), -1);
    ck_assert_int_eq(wf_store_outbox(store, 1, ignore_outbox, NULL, &error), -1);
    ck_assert_int_eq(wf_store_journal(store, 1, 0, ignore_line, NULL, &error), -1);
    wf_fields_fini(&paper.fields);
    wf_fields_fini(&seat.fields);
    wf_buffer_fini(&value);
    wf_store_destroy(&store);
}

START_TEST(exam_and_desk_are_blind_to_intake_and_to_each_other)
{
    static const struct {
        const char *program;
        enum wf_service owner;
    } pairs[] = {{"exam", WF_INTAKE},  {"exam", WF_DESK},    {"desk", WF_INTAKE},
                 {"desk", WF_EXAM},    {"gateway", WF_EXAM}, {"gateway", WF_DESK},
                 {"courier", WF_EXAM}, {"courier", WF_DESK}};
    start();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_blind(pairs[i].program, pairs[i].owner);
    /* The control: each its own. */
    struct wf_store *own = open_as("desk", WF_DESK);
    struct wf_load seat = {.kind = "seat", .id = "C"};
    ck_assert_int_eq(wf_store_load(own, &seat, 1, &error), 0);
    wf_fields_fini(&seat.fields);
    wf_store_destroy(&own);
    stop();
}
END_TEST

START_TEST(readers_read_and_cannot_write)
{
    start();
    struct wf_store *owner = open_as("intake", WF_INTAKE);
    commit_everything(owner);
    struct wf_store *gateway = open_as("gateway", WF_INTAKE);
    struct wf_load person = {.kind = "person", .id = "P-1"};
    struct wf_load application = {.kind = "application", .id = "A-1"};
    uint64_t counts[WF_PARTITIONS];
    ck_assert_int_eq(wf_store_load(gateway, &person, 1, &error), 0);
    ck_assert_int_eq(wf_store_hash(gateway, 1, "i", ignore_hash, NULL, &error), 0);
    ck_assert_int_eq(wf_store_counts(gateway, "i", counts, &error), 0);
    ck_assert_int_eq(wf_store_beat(gateway, "endorse-gateway.0", text("{}"), &error), 0);
    ck_assert_int_eq(wf_store_load(gateway, &application, 1, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    struct wf_commit one = {.kind = "person", .id = "P-1", .version_after = 1};
    ck_assert_int_eq(wf_store_commit(gateway, &one, 1, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_int_eq(wf_store_set_clock_offset(gateway, 1, &error), -1);
    /* A refusal does not cost the connection. */
    ck_assert_int_eq(wf_store_load(gateway, &person, 1, &error), 0);
    struct wf_store *courier = open_as("courier", WF_INTAKE);
    ck_assert_int_eq(wf_store_load(courier, &person, 1, &error), 0);
    ck_assert_int_eq(wf_store_load(courier, &application, 1, &error), -1);
    struct wf_store *operations = open_as("endorsectl", WF_INTAKE);
    ck_assert_int_eq(wf_store_beats(operations, ignore_text, NULL, &error), 0);
    ck_assert_int_eq(wf_store_load(operations, &person, 1, &error), -1);
    wf_fields_fini(&person.fields);
    wf_fields_fini(&application.fields);
    wf_store_destroy(&owner);
    wf_store_destroy(&gateway);
    wf_store_destroy(&courier);
    wf_store_destroy(&operations);
    stop();
}
END_TEST

/* ---- A13: the copier of the journals ---- */

START_TEST(the_audit_reads_every_journal_and_no_other_key)
{
    static const char *const rests[] = {"a:person:P-1", "s:person:P-1", "x:l:log", "o", "t", "d",
                                        "y:a:1",        "jj",           "j:x"};
    char key[80];
    start();
    for (size_t owner = 0; owner < ADMIN; owner++) {
        bool has_journal = owner < 6;
        static const char *const partitions[] = {"0", "12", "127"};
        for (size_t i = 0; i < 3; i++) {
            (void)snprintf(key, sizeof key, "{%s:%s}:j", programs[owner], partitions[i]);
            const char *const read[] = {"XRANGE", key, "-", "+"}, *const count[] = {"XLEN", key};
            ck_assert_msg(may("audit", read, 4) == has_journal, "%s", key);
            ck_assert_msg(may("audit", count, 2) == has_journal, "%s", key);
        }
        for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
            (void)snprintf(key, sizeof key, "{%s:12}:%s", programs[owner], rests[i]);
            const char *const read[] = {"XRANGE", key, "-", "+"}, *const get[] = {"GET", key};
            ck_assert_msg(!may("audit", read, 4) && !may("audit", get, 2), "%s", key);
        }
    }
    const char *const beyond[] = {"XRANGE", "{intake:12}:s:}:j", "-", "+"};
    ck_assert(!may("audit", beyond, 4));
    stop();
}
END_TEST

/* XADD with MAXLEN 0 empties a stream with the right to append alone. */
START_TEST(the_audit_can_change_no_journal)
{
    static const char *const forbidden[][6] = {
        {"XADD", "{intake:1}:j", "MAXLEN", "0", "*", "m"},
        {"XTRIM", "{intake:1}:j", "MAXLEN", "0"},
        {"XDEL", "{intake:1}:j", "0-1"},
        {"XSETID", "{intake:1}:j", "9-9"},
        {"DEL", "{intake:1}:j"},
        {"UNLINK", "{intake:1}:j"},
        {"EXPIRE", "{intake:1}:j", "1"},
        {"SET", "{intake:1}:j", "x"},
        {"SET", "anything", "x"},
        {"RESTORE", "{intake:1}:j", "0", "x"},
        {"HSET", "{intake:1}:a:person:P-1", "f", "v"},
        {"HDEL", "wf:workers", "endorse-intake.0"},
        {"SET", "wf:clock", "1"},
        {"EVAL", "return 1", "0"},
        {"FUNCTION", "LOAD", "x"},
        {"FCALL", "endorse_commit", "0"},
        {"CONFIG", "SET", "appendonly", "no"},
        {"KEYS", "*"},
        {"SCAN", "0"},
        {"MONITOR"},
        {"GET", "{intake:1}:s:person:P-1"},
        {"HGETALL", "{intake:1}:a:person:P-1"},
    };
    start();
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        size_t count = 0;
        while (count < 6 && forbidden[i][count])
            count++;
        ck_assert_msg(!may("audit", forbidden[i], count), "%s", forbidden[i][0]);
        assert_denied("audit", forbidden[i], count);
    }
    stop();
}
END_TEST

static void note_entries(void *context, size_t ask, uint64_t length,
                         const struct wf_journals_entry *entries, size_t count)
{
    size_t *seen = context;
    (void)ask;
    ck_assert_uint_eq(length, count);
    if (count)
        ck_assert_int_eq(memcmp(entries[0].line.data, "line", 4), 0);
    *seen += count;
}

/* The control: its own client does its whole work. */
START_TEST(the_audit_can_do_its_whole_work)
{
    const struct wf_journals_ask asks[] = {
        {.service = WF_INTAKE, .partition = wf_partition("P-1"), .most = 9},
        {.service = WF_EXAM, .partition = 5, .most = 9}};
    const struct wf_journals_ask others = {.service = WF_GATEWAY, .partition = 5, .most = 9};
    size_t seen = 0;
    wf_time offset;
    start();
    struct wf_store *owner = open_as("intake", WF_INTAKE);
    commit_everything(owner);
    struct wf_journals *journals = redis_journals_open(fixture.socket, "audit", "pw-audit", 2000);
    ck_assert_msg(!wf_journals_read(journals, asks, 2, note_entries, &seen, &error), "%s",
                  error.text);
    ck_assert_uint_eq(seen, 1);
    ck_assert_int_eq(wf_journals_read(journals, &others, 1, note_entries, &seen, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_int_eq(wf_journals_read(journals, asks, 2, note_entries, &seen, &error), 0);
    struct wf_store *own = open_as("audit", WF_AUDIT);
    ck_assert_int_eq(wf_store_beat(own, "endorse-audit.0", text("{}"), &error), 0);
    ck_assert_int_eq(wf_store_clock_offset(own, &offset, &error), 0);
    wf_journals_destroy(&journals);
    wf_store_destroy(&own);
    wf_store_destroy(&owner);
    stop();
}
END_TEST

START_TEST(a_wrong_credential_is_misconfiguration)
{
    start();
    struct wf_store *store = NULL;
    ck_assert_int_eq(
        redis_store_open(&store, WF_INTAKE, fixture.socket, "intake", "wrong", 2000, &error), -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    ck_assert_ptr_null(store);
    ck_assert_int_eq(redis_store_open(&store, WF_INTAKE, fixture.socket, NULL, NULL, 2000, &error),
                     -1);
    ck_assert_int_eq(error.code, WF_CONFIG);
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("redis_acl");
    TCase *acl = tcase_create("acl");
    tcase_add_test(acl, every_program_sees_only_the_keys_it_must);
    tcase_add_test(acl, a_chosen_name_does_not_open_a_key);
    tcase_add_test(acl, common_keys_have_their_own_rules);
    tcase_add_test(acl, nobody_looks_past_the_patterns);
    tcase_add_test(acl, each_owner_can_do_its_whole_work);
    tcase_add_test(acl, exam_and_desk_are_blind_to_intake_and_to_each_other);
    tcase_add_test(acl, readers_read_and_cannot_write);
    tcase_add_test(acl, the_audit_reads_every_journal_and_no_other_key);
    tcase_add_test(acl, the_audit_can_change_no_journal);
    tcase_add_test(acl, the_audit_can_do_its_whole_work);
    tcase_add_test(acl, a_wrong_credential_is_misconfiguration);
    tcase_set_timeout(acl, 60);
    suite_add_tcase(suite, acl);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
