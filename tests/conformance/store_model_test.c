/* links: wf_kit wf_redis_store wf_port */
/* Random commits against Redis and against memory: the same verdicts, and the same state after each
 * of them.  The memory store decides first and writes afterwards in plain sight, so it is the model
 * of "all or nothing"; ENDORSE_SEED repeats a run. */
#include "mem_store.h"
#include "redis_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COMMITS = 2500, NAMES = 6, ROWS_MOST = 3 };

static struct redis_fixture fixture;
static struct wf_error error;
static uint64_t seed;

static const char *const ids[] = {"A-1", "A-2", "A-3"};
static const char *const lanes[] = {"reference/request/R-1", "renewal/standing/S-1"};
enum { IDS = 3, LANES = 2 };

/* ---- chance ---- */

static uint64_t chance_state;

static unsigned below(unsigned limit)
{
    chance_state = chance_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(chance_state >> 33) % limit;
}

static bool one_in(unsigned times)
{
    return below(times) == 0;
}

static struct wf_bytes text(const char *value)
{
    return (struct wf_bytes){(const uint8_t *)value, strlen(value)};
}

/* ---- a random commit ---- */

/* What a commit points to. */
struct draft {
    struct wf_commit commit;
    unsigned id, lane;
    char names[40][16];
    size_t names_used;
    struct wf_field puts[ROWS_MOST];
    struct wf_bytes drops[ROWS_MOST];
    struct wf_outgoing outgoing[ROWS_MOST];
    struct wf_entry trims[ROWS_MOST];
    struct wf_index indexes[ROWS_MOST];
};

static struct wf_bytes name(struct draft *draft, const char *prefix)
{
    char *one = draft->names[draft->names_used++];
    (void)snprintf(one, sizeof draft->names[0], "%s%u", prefix, below(NAMES));
    return text(one);
}

static struct wf_entry entry(void)
{
    struct wf_entry one;
    memset(one.bytes, 'a' + (int)below(NAMES), sizeof one.bytes);
    return one;
}

static uint64_t stored_version(struct wf_store *model, const char *id)
{
    struct wf_load load = {.kind = "application", .id = id};
    ck_assert_int_eq(wf_store_load(model, &load, 1, &error), 0);
    const struct wf_field *field = wf_fields_find(&load.fields, "_v");
    char digits[24] = "0";
    if (field)
        (void)snprintf(digits, sizeof digits, "%.*s", (int)field->value.length,
                       (const char *)field->value.data);
    wf_fields_fini(&load.fields);
    return strtoull(digits, NULL, 10);
}

static void draft_indexes(struct draft *draft)
{
    static uint64_t sequence = 1;
    size_t count = below(ROWS_MOST + 1);
    for (size_t i = 0; i < count; i++) {
        struct wf_index *index = &draft->indexes[i];
        *index = (struct wf_index){.op = (enum wf_index_op)below(WF_INDEX_HASH_NUMBER + 1),
                                   .name = name(draft, "i"),
                                   .member = name(draft, "m"),
                                   .value = name(draft, "v"),
                                   .score = (int64_t)below(9) - 4};
        if (index->op == WF_INDEX_LOG_APPEND)
            index->score = one_in(4) ? 1 + (int64_t)below(9) : (int64_t)++sequence;
    }
    draft->commit.indexes = draft->indexes;
    draft->commit.index_count = count;
}

static void draft_rows(struct draft *draft)
{
    struct wf_commit *commit = &draft->commit;
    commit->put_count = below(ROWS_MOST + 1);
    for (size_t i = 0; i < commit->put_count; i++)
        draft->puts[i] = (struct wf_field){name(draft, "f"), name(draft, "v")};
    commit->drop_count = below(ROWS_MOST);
    for (size_t i = 0; i < commit->drop_count; i++)
        draft->drops[i] = name(draft, "f");
    commit->outgoing_count = below(ROWS_MOST);
    for (size_t i = 0; i < commit->outgoing_count; i++)
        draft->outgoing[i] = (struct wf_outgoing){entry(), name(draft, "envelope")};
    commit->trim_count = below(ROWS_MOST);
    for (size_t i = 0; i < commit->trim_count; i++)
        draft->trims[i] = entry();
    commit->puts = draft->puts;
    commit->drops = draft->drops;
    commit->outgoing = draft->outgoing;
    commit->trims = draft->trims;
    draft_indexes(draft);
}

static void draft_rest(struct draft *draft, uint64_t number)
{
    struct wf_commit *commit = &draft->commit;
    char *line = draft->names[draft->names_used++];
    (void)snprintf(line, sizeof draft->names[0], "line %llu", (unsigned long long)number);
    if (!one_in(4))
        commit->journal = text(line);
    commit->timer = (enum wf_timer_op)below(3);
    commit->due = below(5);
    if (one_in(3)) {
        commit->act_key = name(draft, "actor:key");
        commit->act_answer = text(line);
        commit->act_ttl_s = 600;
    }
    if (one_in(6)) {
        commit->dead_id = (const char *)name(draft, "dead").data;
        commit->dead_drop = one_in(2);
        if (!commit->dead_drop)
            commit->dead_letter = text(line);
    }
    if (one_in(6))
        commit->park = text(line);
    commit->unpark = one_in(6);
    commit->unmark = one_in(6);
    commit->end = one_in(40);
    commit->must_fit = one_in(3);
}

/* What each lane has taken, so that most commits fit. */
static struct {
    uint64_t incarnation, sequence;
} taken[IDS][LANES];

static void draft_lane(struct wf_commit *commit, unsigned id, unsigned lane)
{
    commit->lane_from = lanes[lane];
    commit->lane_incarnation = taken[id][lane].incarnation + one_in(15);
    commit->lane_sequence = taken[id][lane].sequence + 1;
    if (commit->lane_incarnation != taken[id][lane].incarnation)
        commit->lane_sequence = 1 + one_in(3);
    else if (one_in(4))
        commit->lane_sequence = 1 + below((unsigned)taken[id][lane].sequence + 3);
}

/* Mostly what fits, so that much is written, and often enough what does not. */
static void make_draft(struct draft *draft, struct wf_store *model, uint64_t number)
{
    unsigned id = below(IDS), lane = below(LANES);
    *draft =
        (struct draft){.commit = {.kind = "application", .id = ids[id]}, .id = id, .lane = lane};
    struct wf_commit *commit = &draft->commit;
    commit->version_before = one_in(8) ? below(20) : stored_version(model, ids[id]);
    commit->version_after = commit->version_before + (one_in(5) ? 0 : 1);
    if (one_in(2))
        draft_lane(commit, id, lane);
    draft_rows(draft);
    draft_rest(draft, number);
}

static void remember_lane(const struct draft *draft)
{
    const struct wf_commit *commit = &draft->commit;
    if (commit->result != WF_COMMIT_OK)
        return;
    if (commit->lane_from) {
        taken[draft->id][draft->lane].incarnation = commit->lane_incarnation;
        taken[draft->id][draft->lane].sequence = commit->lane_sequence;
    }
    if (commit->end)
        memset(taken[draft->id], 0, sizeof taken[draft->id]);
}

/* ---- a whole state as text ---- */

struct dump {
    struct wf_buffer text;
    struct wf_buffer rows[256]; /* of a container without order */
    size_t row_count;
};

static void dump_row(struct dump *dump, struct wf_bytes first, struct wf_bytes second)
{
    ck_assert_uint_lt(dump->row_count, sizeof dump->rows / sizeof *dump->rows);
    struct wf_buffer *row = &dump->rows[dump->row_count++];
    wf_buffer_clear(row);
    wf_buffer_format(row, "  %.*s = %.*s\n", (int)first.length, (const char *)first.data,
                     (int)second.length, (const char *)second.data);
    wf_buffer_append(row, "", 1);
}

static int compare_rows(const void *left, const void *right)
{
    return strcmp((const char *)((const struct wf_buffer *)left)->data,
                  (const char *)((const struct wf_buffer *)right)->data);
}

/* Ends a container: its rows, sorted. */
static void dump_end(struct dump *dump, const char *title)
{
    wf_buffer_format(&dump->text, "%s\n", title);
    qsort(dump->rows, dump->row_count, sizeof *dump->rows, compare_rows);
    for (size_t i = 0; i < dump->row_count; i++)
        wf_buffer_text(&dump->text, (const char *)dump->rows[i].data);
    dump->row_count = 0;
}

static void dump_hash(void *context, struct wf_bytes member, struct wf_bytes value)
{
    dump_row(context, member, value);
}
static void dump_text(void *context, const char *id, struct wf_bytes value)
{
    dump_row(context, text(id), value);
}
static void dump_entry(void *context, unsigned partition, struct wf_entry one,
                       struct wf_bytes envelope)
{
    (void)partition;
    dump_row(context, (struct wf_bytes){one.bytes, sizeof one.bytes}, envelope);
}
static void dump_score(void *context, struct wf_bytes member, int64_t score)
{
    wf_buffer_format(&((struct dump *)context)->text, "  %.*s at %lld\n", (int)member.length,
                     (const char *)member.data, (long long)score);
}
static void dump_timer(void *context, const char *kind, const char *id, wf_time due)
{
    wf_buffer_format(&((struct dump *)context)->text, "  %s:%s due %lld\n", kind, id,
                     (long long)due);
}
static void dump_log(void *context, uint64_t sequence, struct wf_bytes value)
{
    wf_buffer_format(&((struct dump *)context)->text, "  %llu %.*s\n", (unsigned long long)sequence,
                     (int)value.length, (const char *)value.data);
}

struct journal_tail {
    uint64_t lines, hash;
};
static bool dump_line(void *context, uint64_t ms, uint64_t n, struct wf_bytes line)
{
    struct journal_tail *tail = context;
    (void)ms, (void)n; /* each server has its own time */
    tail->lines++;
    for (size_t i = 0; i < line.length; i++)
        tail->hash = (tail->hash ^ line.data[i]) * 1099511628211u;
    return true;
}

static void dump_indexes(struct dump *dump, struct wf_store *store, unsigned partition)
{
    for (unsigned i = 0; i < NAMES; i++) {
        char title[16];
        uint64_t last = 0;
        (void)snprintf(title, sizeof title, "i%u", i);
        ck_assert_int_eq(wf_store_hash(store, partition, title, dump_hash, dump, &error), 0);
        dump_end(dump, title);
        ck_assert_int_eq(wf_store_zset(store, partition, title, -9, 99, dump_score, dump, &error),
                         0);
        ck_assert_int_eq(
            wf_store_log(store, partition, title, 0, 100, dump_log, dump, &last, &error), 0);
        uint64_t counts[WF_PARTITIONS];
        ck_assert_int_eq(wf_store_counts(store, title, counts, &error), 0);
        wf_buffer_format(&dump->text, "  last %llu count %llu\n", (unsigned long long)last,
                         (unsigned long long)counts[partition]);
    }
}

static void dump_aggregate(struct dump *dump, struct wf_store *store, const char *id)
{
    struct wf_load load = {.kind = "application", .id = id};
    struct wf_buffer frame = {0};
    size_t count = 0;
    ck_assert_int_eq(wf_store_load(store, &load, 1, &error), 0);
    for (size_t i = 0; i < load.fields.count; i++)
        dump_row(dump, load.fields.rows[i].name, load.fields.rows[i].value);
    dump_end(dump, id);
    ck_assert_int_eq(wf_store_parked_first(store, "application", id, &frame, &count, &error), 0);
    wf_buffer_format(&dump->text, "  parked %zu %.*s\n", count, (int)frame.length,
                     frame.data ? (const char *)frame.data : "");
    wf_buffer_fini(&frame);
    wf_fields_fini(&load.fields);
}

static const char *dump_store(struct dump *dump, struct wf_store *store)
{
    wf_buffer_clear(&dump->text);
    for (unsigned i = 0; i < IDS; i++) {
        unsigned partition = wf_partition(ids[i]);
        struct journal_tail tail = {0};
        dump_aggregate(dump, store, ids[i]);
        ck_assert_int_eq(wf_store_outbox(store, partition, dump_entry, dump, &error), 0);
        dump_end(dump, "outbox");
        ck_assert_int_eq(wf_store_dead(store, partition, dump_text, dump, &error), 0);
        dump_end(dump, "dead");
        ck_assert_int_eq(wf_store_timers(store, partition, 99, 99, dump_timer, dump, &error), 0);
        ck_assert_int_eq(wf_store_journal(store, partition, 0, dump_line, &tail, &error), 0);
        wf_buffer_format(&dump->text, "  journal %llu %llx\n", (unsigned long long)tail.lines,
                         (unsigned long long)tail.hash);
        dump_indexes(dump, store, partition);
    }
    wf_buffer_append(&dump->text, "", 1);
    return (const char *)dump->text.data;
}

static void dump_fini(struct dump *dump)
{
    wf_buffer_fini(&dump->text);
    for (size_t i = 0; i < sizeof dump->rows / sizeof *dump->rows; i++)
        wf_buffer_fini(&dump->rows[i]);
}

/* ---- the property ---- */

static struct dump model_dump, real_dump;

static void assert_same(struct wf_store *model, struct wf_store *real, uint64_t number)
{
    const char *expected = dump_store(&model_dump, model);
    const char *found = dump_store(&real_dump, real);
    ck_assert_msg(strcmp(expected, found) == 0,
                  "ENDORSE_SEED=%llu commit %llu: states differ; memory has\n%s\nRedis has\n%s",
                  (unsigned long long)seed, (unsigned long long)number, expected, found);
}

static enum wf_commit_result commit_both(struct wf_store *model, struct wf_store *real,
                                         uint64_t number)
{
    struct draft draft;
    struct wf_buffer prior = {0};
    make_draft(&draft, model, number);
    struct wf_commit *one = &draft.commit;
    ck_assert_int_eq(wf_store_commit(model, one, 1, &error), 0);
    enum wf_commit_result expected = one->result;
    wf_buffer_append(&prior, one->prior.data, one->prior.length);
    remember_lane(&draft);
    ck_assert_msg(!wf_store_commit(real, one, 1, &error), "ENDORSE_SEED=%llu: %s",
                  (unsigned long long)seed, error.text);
    ck_assert_msg(one->result == expected, "ENDORSE_SEED=%llu commit %llu: %d, not %d",
                  (unsigned long long)seed, (unsigned long long)number, (int)one->result,
                  (int)expected);
    ck_assert_uint_eq(one->prior.length, prior.length);
    ck_assert(!prior.length || !memcmp(one->prior.data, prior.data, prior.length));
    wf_buffer_fini(&one->prior);
    wf_buffer_fini(&prior);
    return expected;
}

START_TEST(redis_and_the_model_never_differ)
{
    unsigned seen[WF_COMMIT_BROKEN + 1] = {0};
    const char *given = getenv("ENDORSE_SEED");
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    chance_state = seed;
    redis_fixture_start(&fixture, NULL);
    redis_fixture_install(&fixture);
    struct wf_store *real = redis_fixture_store(&fixture, WF_INTAKE);
    struct wf_store *model = mem_store_create(WF_INTAKE);
    for (uint64_t number = 0; number < COMMITS; number++) {
        enum wf_commit_result verdict = commit_both(model, real, number);
        seen[verdict]++;
        if (verdict != WF_COMMIT_OK ? seen[verdict] % 4 == 0 : number % 20 == 0)
            assert_same(model, real, number);
    }
    assert_same(model, real, COMMITS);
    /* Every verdict but UNKNOWN and FULL, else the property has not been asked. */
    for (unsigned result = WF_COMMIT_OK; result <= WF_COMMIT_BROKEN; result++)
        ck_assert_msg(result == WF_COMMIT_FULL || seen[result] > 20, "result %u only %u times",
                      result, seen[result]);
    dump_fini(&model_dump);
    dump_fini(&real_dump);
    wf_store_destroy(&real);
    wf_store_destroy(&model);
    redis_fixture_stop(&fixture);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store_model");
    TCase *model = tcase_create("model");
    tcase_add_test(model, redis_and_the_model_never_differ);
    tcase_set_timeout(model, 100);
    suite_add_tcase(suite, model);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
