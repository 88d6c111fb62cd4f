/* links: wf_kit wf_redis_store wf_port */
/* SPEC 4.3 to 4.6: journal, outbox, timers, indexes, parking, keys. */
#include "store_suite.h"

/* ---- 4.3 journal, 4.4 outbox, timers, indexes ---- */

START_TEST(the_journal_is_read_in_order_and_from_a_time)
{
    open_store(_i);
    char line[16];
    uint64_t ms = 0, n = 0;
    for (unsigned i = 0; i < 450; i++) {
        (void)snprintf(line, sizeof line, "%u", i);
        struct wf_commit one = base("A-1", i);
        one.journal = text(line);
        ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
        ck_assert(one.journal_ms > ms || (one.journal_ms == ms && (i == 0 || one.journal_n > n)));
        ms = one.journal_ms;
        n = one.journal_n;
    }
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_journal(store, wf_partition("A-1"), 0, see_journal, &seen, &error),
                     0);
    ck_assert_uint_eq(seen.rows, 450);
    ck_assert_int_eq(strncmp(seen.text, "j=0|j=1|j=2|", 12), 0);
    seen = (struct seen){0};
    ck_assert_int_eq(
        wf_store_journal(store, wf_partition("A-1"), ms + 1, see_journal, &seen, &error), 0);
    ck_assert_uint_eq(seen.rows, 0);
    close_store(_i);
}
END_TEST

static bool stop_at_three(void *context, uint64_t ms, uint64_t n, struct wf_bytes line)
{
    (void)see_journal(context, ms, n, line);
    return ((struct seen *)context)->rows < 3;
}

START_TEST(reading_the_journal_stops_when_told)
{
    open_store(_i);
    for (unsigned i = 0; i < 5; i++) {
        struct wf_commit one = base("A-1", i);
        one.journal = text("line");
        ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    }
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_journal(store, wf_partition("A-1"), 0, stop_at_three, &seen, &error),
                     0);
    ck_assert_uint_eq(seen.rows, 3);
    close_store(_i);
}
END_TEST

START_TEST(the_outbox_resumes_what_was_not_trimmed)
{
    open_store(_i);
    const struct wf_outgoing outgoing[] = {{entry_of('a'), text("first")},
                                           {entry_of('b'), text("second")},
                                           {entry_of('c'), text("third")}};
    struct wf_commit one = base("A-1", 0);
    one.outgoing = outgoing;
    one.outgoing_count = 3;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    const struct wf_entry trims[] = {entry_of('a'), entry_of('z')};
    one = base("A-1", 1);
    one.trims = trims;
    one.trim_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    const struct wf_entry alone = entry_of('c');
    unsigned partition = wf_partition("A-1");
    ck_assert_int_eq(wf_store_trim(store, partition, &alone, 1, &error), 0);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_outbox(store, partition, see_entry, &seen, &error), 0);
    ck_assert_str_eq(seen.text, "b=second");
    close_store(_i);
}
END_TEST

START_TEST(a_long_outbox_resumes_whole)
{
    open_store(_i);
    for (unsigned i = 0; i < 1300; i++) {
        struct wf_outgoing outgoing = {{{0}}, text("entry")};
        memcpy(outgoing.entry.bytes, &i, sizeof i);
        struct wf_commit one = base("A-1", i);
        one.outgoing = &outgoing;
        one.outgoing_count = 1;
        ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    }
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_outbox(store, wf_partition("A-1"), see_entry, &seen, &error), 0);
    ck_assert_uint_eq(seen.rows, 1300);
    close_store(_i);
}
END_TEST

START_TEST(timers_come_due_in_order_and_in_bounds)
{
    open_store(_i);
    struct wf_commit one = base("A-1", 0);
    one.timer = WF_TIMER_SET;
    one.due = 1700000000123;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    unsigned partition = wf_partition("A-1");
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_timers(store, partition, 1700000000122, 9, see_timer, &seen, &error),
                     0);
    ck_assert_uint_eq(seen.rows, 0);
    ck_assert_int_eq(wf_store_timers(store, partition, 1700000000123, 9, see_timer, &seen, &error),
                     0);
    ck_assert_str_eq(seen.text, "t=application:A-1@1700000000123");
    one = base("A-1", 1);
    one.timer = WF_TIMER_SET;
    one.due = 5;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    seen = (struct seen){0};
    ck_assert_int_eq(wf_store_timers(store, partition, WF_NEVER, 9, see_timer, &seen, &error), 0);
    ck_assert_str_eq(seen.text, "t=application:A-1@5");
    one = base("A-1", 2);
    one.timer = WF_TIMER_CLEAR;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    seen = (struct seen){0};
    ck_assert_int_eq(wf_store_timers(store, partition, WF_NEVER, 9, see_timer, &seen, &error), 0);
    ck_assert_uint_eq(seen.rows, 0);
    close_store(_i);
}
END_TEST

START_TEST(indexes_of_every_kind_are_written_and_read)
{
    open_store(_i);
    unsigned partition = wf_partition("A-1");
    /* One name for all kinds: they must not meet. */
    const struct wf_index first[] = {
        {WF_INDEX_HASH_PUT, text("all"), text("m1"), text("v1"), 0},
        {WF_INDEX_HASH_PUT, text("all"), text("m2"), text("v2"), 0},
        {WF_INDEX_ZSET_PUT, text("all"), text("late"), text(""), 20},
        {WF_INDEX_ZSET_PUT, text("all"), text("early"), text(""), -10},
        {WF_INDEX_LOG_APPEND, text("all"), text(""), text("one"), 1},
        {WF_INDEX_LOG_APPEND, text("all"), text(""), text("three"), 3},
        {WF_INDEX_COUNT_UP, text("all"), text(""), text(""), 0},
        {WF_INDEX_COUNT_UP, text("all"), text(""), text(""), 0},
    };
    const struct wf_index second[] = {
        {WF_INDEX_HASH_DROP, text("all"), text("m1"), text(""), 0},
        {WF_INDEX_ZSET_DROP, text("all"), text("late"), text(""), 0},
    };
    struct wf_commit one = base("A-1", 0);
    one.indexes = first;
    one.index_count = 8;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_zset(store, partition, "all", -10, 9, see_score, &seen, &error), 0);
    ck_assert_str_eq(seen.text, "early=-10|late=20");
    one = base("A-1", 1);
    one.indexes = second;
    one.index_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    seen = (struct seen){0};
    ck_assert_int_eq(wf_store_hash(store, partition, "all", see_hash, &seen, &error), 0);
    ck_assert_str_eq(seen.text, "m2=v2");
    seen = (struct seen){0};
    ck_assert_int_eq(wf_store_zset(store, partition, "all", -9, 9, see_score, &seen, &error), 0);
    ck_assert_uint_eq(seen.rows, 0);
    uint64_t last = 99, counts[WF_PARTITIONS];
    ck_assert_int_eq(wf_store_log(store, partition, "all", 1, 9, see_log, &seen, &last, &error), 0);
    ck_assert_str_eq(seen.text, "3=three");
    ck_assert_uint_eq(last, 3);
    ck_assert_int_eq(wf_store_log(store, partition, "none", 0, 9, see_log, &seen, &last, &error),
                     0);
    ck_assert_uint_eq(last, 0);
    ck_assert_int_eq(wf_store_counts(store, "all", counts, &error), 0);
    ck_assert_uint_eq(counts[partition], 2);
    ck_assert_uint_eq(counts[(partition + 1) % WF_PARTITIONS], 0);
    close_store(_i);
}
END_TEST

START_TEST(a_number_is_given_once_and_never_again)
{
    open_store(_i);
    const struct wf_index first[] = {
        {WF_INDEX_HASH_NUMBER, text("numbers"), text("m1"), text(""), 0},
        {WF_INDEX_HASH_NUMBER, text("numbers"), text("m2"), text(""), 0},
    };
    const struct wf_index second[] = {
        {WF_INDEX_HASH_NUMBER, text("numbers"), text("m1"), text(""), 0},
        {WF_INDEX_HASH_NUMBER, text("numbers"), text("m3"), text(""), 0},
    };
    struct wf_commit one = base("A-1", 0);
    one.indexes = first;
    one.index_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = base("A-1", 1);
    one.indexes = second;
    one.index_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_hash(store, wf_partition("A-1"), "numbers", see_hash, &seen, &error),
                     0);
    ck_assert_uint_eq(seen.rows, 3);
    ck_assert_ptr_nonnull(strstr(seen.text, "m1=0"));
    ck_assert_ptr_nonnull(strstr(seen.text, "m2=1"));
    ck_assert_ptr_nonnull(strstr(seen.text, "m3=2"));
    close_store(_i);
}
END_TEST

START_TEST(a_log_that_would_not_grow_breaks_the_whole_commit)
{
    open_store(_i);
    struct wf_index five = {WF_INDEX_LOG_APPEND, text("log"), text(""), text("five"), 5};
    struct wf_commit one = base("A-1", 0);
    one.indexes = &five;
    one.index_count = 1;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    const struct wf_field puts[] = {{text("status"), text("half")}};
    const struct wf_index again[] = {
        {WF_INDEX_HASH_PUT, text("h"), text("m"), text("v"), 0},
        {WF_INDEX_LOG_APPEND, text("log"), text(""), text("five again"), 5}};
    one = base("A-1", 1);
    one.indexes = again;
    one.index_count = 2;
    one.puts = puts;
    one.put_count = 1;
    one.journal = text("line");
    one.act_key = text("a:1");
    one.act_answer = text("no");
    one.act_ttl_s = 9;
    ck_assert_int_eq(commit(&one), WF_COMMIT_BROKEN);
    const struct wf_index backwards[] = {
        {WF_INDEX_LOG_APPEND, text("log"), text(""), text("seven"), 7},
        {WF_INDEX_LOG_APPEND, text("log"), text(""), text("six"), 6}};
    one.indexes = backwards;
    ck_assert_int_eq(commit(&one), WF_COMMIT_BROKEN);
    assert_field("A-1", "status", NULL);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_hash(store, wf_partition("A-1"), "h", see_hash, &seen, &error), 0);
    ck_assert_uint_eq(seen.rows, 0);
    one.index_count = 0;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK); /* the act's key was left free */
    close_store(_i);
}
END_TEST

/* ---- 4.5 parking ---- */

START_TEST(parked_frames_are_kept_in_order_until_unmarked)
{
    open_store(_i);
    struct wf_commit one = from_lane("A-1", 0, 5, 1);
    one.version_after = 0; /* parked before it existed */
    one.dead_id = "dead-1";
    one.dead_letter = text("cause");
    one.park = text("frame 1");
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = from_lane("A-1", 0, 5, 2);
    one.version_after = 0;
    one.park = text("frame 2");
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    assert_field("A-1", "_p", "1");
    struct wf_buffer frame = {0};
    size_t count = 0;
    ck_assert_int_eq(wf_store_parked_first(store, "application", "A-1", &frame, &count, &error), 0);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(frame.length, 7);
    ck_assert_mem_eq(frame.data, "frame 1", 7);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_dead(store, wf_partition("A-1"), see_text, &seen, &error), 0);
    ck_assert_str_eq(seen.text, "dead-1=cause");
    one = base("A-1", 0);
    one.dead_id = "dead-1";
    one.dead_drop = true;
    one.unpark = true;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    ck_assert_int_eq(wf_store_parked_first(store, "application", "A-1", &frame, &count, &error), 0);
    ck_assert_uint_eq(count, 1);
    ck_assert_mem_eq(frame.data, "frame 2", 7);
    one = base("A-1", 1);
    one.unpark = true;
    one.unmark = true;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    ck_assert_int_eq(wf_store_parked_first(store, "application", "A-1", &frame, &count, &error), 0);
    ck_assert_uint_eq(count, 0);
    ck_assert_uint_eq(frame.length, 0);
    assert_field("A-1", "_p", NULL);
    seen = (struct seen){0};
    ck_assert_int_eq(wf_store_dead(store, wf_partition("A-1"), see_text, &seen, &error), 0);
    ck_assert_uint_eq(seen.rows, 0);
    wf_buffer_fini(&frame);
    close_store(_i);
}
END_TEST

/* ---- single values ---- */

START_TEST(many_keys_come_in_one_go_and_absent_ones_are_empty)
{
    open_store(_i);
    struct wf_secret_read reads[600];
    static char names[600][16];
    struct wf_buffer value = {0};
    ck_assert_int_eq(wf_store_secret(store, 3, "person:P-1", text("key one"), &value, &error), 0);
    ck_assert_int_eq(wf_store_secret(store, 9, "person:P-2", text("key two"), &value, &error), 0);
    for (unsigned i = 0; i < 600; i++) {
        (void)snprintf(names[i], sizeof names[i], "person:P-%u", i);
        reads[i] = (struct wf_secret_read){.partition = i == 1 ? 3 : 9, .name = names[i]};
    }
    ck_assert_int_eq(wf_store_secrets(store, reads, 600, &error), 0);
    for (unsigned i = 0; i < 600; i++)
        ck_assert_uint_eq(reads[i].value.length, i == 1 || i == 2 ? 7 : 0);
    ck_assert_mem_eq(reads[1].value.data, "key one", 7);
    ck_assert_mem_eq(reads[2].value.data, "key two", 7);
    for (unsigned i = 0; i < 600; i++)
        wf_buffer_fini(&reads[i].value);
    wf_buffer_fini(&value);
    close_store(_i);
}
END_TEST

START_TEST(a_key_is_made_once_and_destroyed_for_good)
{
    open_store(_i);
    struct wf_buffer value = {0};
    ck_assert_int_eq(wf_store_secret(store, 3, "person:P-1", text(""), &value, &error), -1);
    ck_assert_int_eq(error.code, WF_NOT_FOUND);
    ck_assert_int_eq(wf_store_secret(store, 3, "person:P-1", text("key one"), &value, &error), 0);
    ck_assert_mem_eq(value.data, "key one", 7);
    ck_assert_int_eq(wf_store_secret(store, 3, "person:P-1", text("key two"), &value, &error), 0);
    ck_assert_uint_eq(value.length, 7);
    ck_assert_mem_eq(value.data, "key one", 7);
    ck_assert_int_eq(wf_store_forget(store, 3, "person:P-1", &error), 0);
    ck_assert_int_eq(wf_store_secret(store, 3, "person:P-1", text(""), &value, &error), -1);
    ck_assert_int_eq(wf_store_forget(store, 3, "person:P-1", &error), 0);
    /* The log is rewritten, or is being so already: then it is to be asked for again. */
    for (int i = 0; i < 2; i++) {
        int asked = wf_store_rewrite(store, 3, &error);
        ck_assert_msg(asked == 0 || error.code == WF_AGAIN, "%s", error.text);
    }
    wf_buffer_fini(&value);
    close_store(_i);
}
END_TEST

START_TEST(heartbeats_and_the_clock_belong_to_all)
{
    open_store(_i);
    wf_time offset = 7;
    ck_assert_int_eq(wf_store_clock_offset(store, &offset, &error), 0);
    ck_assert_int_eq(offset, 0);
    ck_assert_int_eq(wf_store_set_clock_offset(store, 30 * WF_DAY, &error), 0);
    ck_assert_int_eq(wf_store_clock_offset(store, &offset, &error), 0);
    ck_assert_int_eq(offset, 30 * WF_DAY);
    ck_assert_int_eq(wf_store_beat(store, "endorse-intake.0", text("{}"), &error), 0);
    ck_assert_int_eq(wf_store_beat(store, "endorse-intake.0", text("{\"a\":1}"), &error), 0);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_beats(store, see_text, &seen, &error), 0);
    ck_assert_str_eq(seen.text, "endorse-intake.0={\"a\":1}");
    close_store(_i);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_journal_is_read_in_order_and_from_a_time,
        reading_the_journal_stops_when_told,
        the_outbox_resumes_what_was_not_trimmed,
        a_long_outbox_resumes_whole,
        timers_come_due_in_order_and_in_bounds,
        indexes_of_every_kind_are_written_and_read,
        a_number_is_given_once_and_never_again,
        a_log_that_would_not_grow_breaks_the_whole_commit,
        parked_frames_are_kept_in_order_until_unmarked,
        a_key_is_made_once_and_destroyed_for_good,
        many_keys_come_in_one_go_and_absent_ones_are_empty,
        heartbeats_and_the_clock_belong_to_all,
    };
    return run_suite("store_keeping", tests, sizeof tests / sizeof *tests);
}
