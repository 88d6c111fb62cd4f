/* links: wf_kit wf_redis_store wf_port */
/* SPEC 4.1: what a commit demands, and that a refused one writes nothing. */
#include "store_suite.h"

/* ---- 4.1 gates ---- */

START_TEST(a_commit_puts_drops_and_counts_versions)
{
    open_store(_i);
    const struct wf_field puts[] = {{text("status"), text("draft")}, {text("n:1"), text("one")}};
    struct wf_commit one = base("A-1", 0);
    one.puts = puts;
    one.put_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    ck_assert_uint_eq(one.journal_ms, 0);
    assert_field("A-1", "_v", "1");
    assert_field("A-1", "status", "draft");
    const struct wf_bytes drops[] = {text("n:1"), text("never-there")};
    one = base("A-1", 1);
    one.drops = drops;
    one.drop_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    assert_field("A-1", "n:1", NULL);
    assert_field("A-1", "_v", "2");
    close_store(_i);
}
END_TEST

START_TEST(another_version_is_a_conflict_and_writes_nothing)
{
    open_store(_i);
    struct wf_commit one = base("A-1", 0);
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    const struct wf_field puts[] = {{text("status"), text("lost")}};
    for (uint64_t version = 0; version < 4; version++) {
        if (version == 1)
            continue;
        one = base("A-1", version);
        one.puts = puts;
        one.put_count = 1;
        ck_assert_int_eq(commit(&one), WF_COMMIT_CONFLICT);
    }
    one = base("A-2", 7);
    ck_assert_int_eq(commit(&one), WF_COMMIT_CONFLICT);
    assert_field("A-1", "status", NULL);
    assert_field("A-2", "_v", NULL);
    close_store(_i);
}
END_TEST

START_TEST(a_lane_takes_the_next_and_only_the_next)
{
    open_store(_i);
    struct wf_commit one = from_lane("A-1", 0, 5, 2);
    ck_assert_int_eq(commit(&one), WF_COMMIT_GAP);
    for (uint64_t sequence = 1; sequence <= 12; sequence++) {
        one = from_lane("A-1", sequence - 1, 5, sequence);
        ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    }
    one = from_lane("A-1", 12, 5, 12);
    ck_assert_int_eq(commit(&one), WF_COMMIT_DUPLICATE);
    one = from_lane("A-1", 12, 5, 9); /* shorter number, greater first digit */
    ck_assert_int_eq(commit(&one), WF_COMMIT_DUPLICATE);
    one = from_lane("A-1", 12, 5, 14);
    ck_assert_int_eq(commit(&one), WF_COMMIT_GAP);
    one = from_lane("A-1", 12, 5, 100);
    ck_assert_int_eq(commit(&one), WF_COMMIT_GAP);
    assert_field("A-1", "_v", "12");
    close_store(_i);
}
END_TEST

START_TEST(a_new_incarnation_begins_at_one)
{
    open_store(_i);
    struct wf_commit one = from_lane("A-1", 0, 5, 1);
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = from_lane("A-1", 1, 18446744073709551615u, 2);
    ck_assert_int_eq(commit(&one), WF_COMMIT_GAP);
    one = from_lane("A-1", 1, 18446744073709551615u, 1);
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = from_lane("A-1", 2, 18446744073709551615u, 1);
    ck_assert_int_eq(commit(&one), WF_COMMIT_DUPLICATE);
    close_store(_i);
}
END_TEST

/* Resending after an unknown result: the lane answers before the version does. */
START_TEST(the_same_commit_again_is_a_duplicate_not_a_conflict)
{
    open_store(_i);
    struct wf_commit one = from_lane("A-1", 0, 5, 1);
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    ck_assert_int_eq(commit(&one), WF_COMMIT_DUPLICATE);
    close_store(_i);
}
END_TEST

START_TEST(only_the_lane_may_move)
{
    open_store(_i);
    struct wf_commit one = from_lane("A-1", 0, 5, 1);
    one.version_after = 0;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    assert_field("A-1", "_v", NULL);
    ck_assert_int_eq(commit(&one), WF_COMMIT_DUPLICATE);
    close_store(_i);
}
END_TEST

START_TEST(an_act_is_answered_once_and_remembered)
{
    open_store(_i);
    struct wf_commit one = base("A-1", 0);
    one.act_key = text("portal/MA:event-1");
    one.act_answer = text("first answer");
    one.act_ttl_s = 60;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    const struct wf_field puts[] = {{text("status"), text("twice")}};
    one = base("A-1", 1);
    one.puts = puts;
    one.put_count = 1;
    one.act_key = text("portal/MA:event-1");
    one.act_answer = text("second answer");
    one.act_ttl_s = 60;
    ck_assert_int_eq(wf_store_commit(store, &one, 1, &error), 0);
    ck_assert_int_eq(one.result, WF_COMMIT_REPEATED);
    ck_assert_uint_eq(one.prior.length, 12);
    ck_assert_mem_eq(one.prior.data, "first answer", 12);
    wf_buffer_fini(&one.prior);
    assert_field("A-1", "status", NULL);
    assert_field("A-1", "_v", "1");
    close_store(_i);
}
END_TEST

START_TEST(a_refused_commit_leaves_its_act_key_free)
{
    open_store(_i);
    struct wf_commit one = base("A-1", 3);
    one.act_key = text("portal/MA:event-1");
    one.act_answer = text("never said");
    one.act_ttl_s = 60;
    ck_assert_int_eq(commit(&one), WF_COMMIT_CONFLICT);
    one.version_before = 0;
    one.version_after = 1;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    close_store(_i);
}
END_TEST

START_TEST(a_batch_has_a_result_for_each)
{
    open_store(_i);
    struct wf_commit batch[4] = {base("A-1", 0), base("A-1", 1), base("A-2", 5), base("A-1", 2)};
    ck_assert_int_eq(wf_store_commit(store, batch, 4, &error), 0);
    ck_assert_int_eq(batch[0].result, WF_COMMIT_OK);
    ck_assert_int_eq(batch[1].result, WF_COMMIT_OK);
    ck_assert_int_eq(batch[2].result, WF_COMMIT_CONFLICT);
    ck_assert_int_eq(batch[3].result, WF_COMMIT_OK);
    assert_field("A-1", "_v", "3");
    close_store(_i);
}
END_TEST

START_TEST(what_is_under_way_has_the_results_of_a_commit)
{
    open_store(_i);
    struct wf_commit batch[6] = {base("A-1", 0), base("A-2", 9), base("A-1", 1),
                                 base("A-3", 0), base("A-1", 2), base("A-1", 9)};
    struct wf_load load = {.kind = "application", .id = "A-3"};
    ck_assert(wf_store_send(store, batch, 2));
    ck_assert(wf_store_send(store, &batch[2], 2));
    /* A machine may need a key in the middle of a turn. */
    ck_assert_int_eq(wf_store_load(store, &load, 1, &error), 0);
    ck_assert(wf_store_send(store, &batch[4], 1));
    ck_assert_int_eq(wf_store_commit(store, &batch[5], 1, &error), 0);
    ck_assert_int_eq(wf_store_collect(store, &batch[4], &error), 0);
    ck_assert_uint_eq(wf_store_under_way(store), 0);
    static const enum wf_commit_result expected[] = {WF_COMMIT_OK, WF_COMMIT_CONFLICT,
                                                     WF_COMMIT_OK, WF_COMMIT_OK,
                                                     WF_COMMIT_OK, WF_COMMIT_CONFLICT};
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(batch[i].result, expected[i]);
    assert_field("A-1", "_v", "3");
    assert_field("A-3", "_v", "1");
    batch[0] = base("A-3", 1);
    batch[1] = base("A-3", 2);
    ck_assert(wf_store_send(store, batch, 2));
    ck_assert_int_eq(wf_store_collect(store, &batch[0], &error), 0);
    ck_assert_int_eq(batch[0].result, WF_COMMIT_OK);
    ck_assert_int_eq(wf_store_collect(store, &batch[1], &error), 0);
    ck_assert_int_eq(batch[1].result, WF_COMMIT_OK);
    batch[0] = base("A-3", 3);
    ck_assert_int_eq(commit(&batch[0]), WF_COMMIT_OK);
    wf_fields_fini(&load.fields);
    close_store(_i);
}
END_TEST

START_TEST(bytes_of_every_value_come_back)
{
    open_store(_i);
    uint8_t name[256], value[70000];
    for (size_t i = 0; i < sizeof value; i++)
        value[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = (uint8_t)(255 - i);
    const struct wf_field puts[] = {{{name, sizeof name}, {value, sizeof value}},
                                    {text("empty"), {value, 0}}};
    struct wf_commit one = base("A-1", 0);
    one.puts = puts;
    one.put_count = 2;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    struct wf_load load = {.kind = "application", .id = "A-1"};
    ck_assert_int_eq(wf_store_load(store, &load, 1, &error), 0);
    ck_assert_uint_eq(load.fields.count, 3);
    ck_assert_uint_eq(wf_fields_find(&load.fields, "empty")->value.length, 0);
    const struct wf_field *last = &load.fields.rows[2]; /* sorted by bytes */
    ck_assert_uint_eq(last->name.length, sizeof name);
    ck_assert_mem_eq(last->value.data, value, sizeof value);
    wf_fields_fini(&load.fields);
    close_store(_i);
}
END_TEST

START_TEST(an_ended_aggregate_is_gone_with_its_lanes_and_timer)
{
    open_store(_i);
    struct wf_commit one = from_lane("A-1", 0, 5, 1);
    one.timer = WF_TIMER_SET;
    one.due = 1000;
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = from_lane("A-1", 1, 5, 2);
    one.end = true;
    one.journal = text("the end");
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    assert_field("A-1", "_v", NULL);
    struct seen seen = {0};
    ck_assert_int_eq(wf_store_timers(store, wf_partition("A-1"), 5000, 9, see_timer, &seen, &error),
                     0);
    ck_assert_uint_eq(seen.rows, 0);
    one = from_lane("A-1", 0, 6, 1);
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = base("A-1", 1);
    one.end = true; /* not from a lane */
    ck_assert_int_eq(commit(&one), WF_COMMIT_OK);
    one = from_lane("A-1", 0, 6, 2);
    ck_assert_int_eq(commit(&one), WF_COMMIT_GAP);
    close_store(_i);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_commit_puts_drops_and_counts_versions,
        another_version_is_a_conflict_and_writes_nothing,
        a_lane_takes_the_next_and_only_the_next,
        a_new_incarnation_begins_at_one,
        the_same_commit_again_is_a_duplicate_not_a_conflict,
        only_the_lane_may_move,
        an_act_is_answered_once_and_remembered,
        a_refused_commit_leaves_its_act_key_free,
        a_batch_has_a_result_for_each,
        what_is_under_way_has_the_results_of_a_commit,
        bytes_of_every_value_come_back,
        an_ended_aggregate_is_gone_with_its_lanes_and_timer,
    };
    return run_suite("store_gates", tests, sizeof tests / sizeof *tests);
}
