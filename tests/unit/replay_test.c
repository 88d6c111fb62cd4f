/* links: wf_toy wf_kit */
/* SPEC 9: rules are read anew while all runs, and the journal is decided again under them or under others.  The
 * toy's rule is a number: the highest fee that is taken. */
#include "toy_asker.h"
#include "toy_machines.h"

#include "wf_arena.h"

#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASON_TOO_MUCH = 1, SLICE_STEPS = 64 };

/* What the service holds; the machine gets it as policy. */
struct ruled {
    long *most;
};
static const char *configured_folder; /* "150": so much is the most; other words are a mistake */
static bool is_core_changed;
static char digest[32];

static int rules_open(void *service, const char *folder, void **rules, struct wf_error *error)
{
    char *end = NULL;
    const char *text = folder ? folder : configured_folder;
    long most = strtol(text, &end, 10);
    (void)service;
    *rules = NULL;
    if (*end)
        return wf_fail(error, WF_CONFIG, "toy.conf:1: \"%s\" is no number", text);
    long *made = malloc(sizeof *made);
    ck_assert_ptr_nonnull(made);
    *made = most;
    *rules = made;
    return 0;
}

static void rules_swap(void *service, void **rules)
{
    struct ruled *ruled = service;
    long *before = ruled->most;
    ruled->most = *rules;
    *rules = before;
}

static void rules_close(void **rules)
{
    free(*rules);
    *rules = NULL;
}

static const char *rules_digest(const void *service)
{
    (void)snprintf(digest, sizeof digest, "most-%ld", *((const struct ruled *)service)->most);
    return digest;
}

static int open_ruled(struct wf_worker *worker, void **service, struct wf_error *error)
{
    struct ruled *ruled = calloc(1, sizeof *ruled);
    (void)worker;
    ck_assert_ptr_nonnull(ruled);
    *service = ruled;
    void *rules = NULL;
    int result = rules_open(ruled, NULL, &rules, error);
    ruled->most = rules;
    return result;
}

static void close_ruled(void **service)
{
    struct ruled *ruled = *service;
    free(ruled->most);
    free(ruled);
    *service = NULL;
}

static int reload(void *service, struct wf_error *error)
{
    void *rules = NULL;
    if (rules_open(service, NULL, &rules, error))
        return -1;
    rules_swap(service, &rules);
    rules_close(&rules);
    return 0;
}

static const void *policy(void *service)
{
    return service;
}

static struct wf_verdict step(const void *rules, const void *before, const void *event, wf_time now,
                              void *after, void *effects)
{
    const struct toy_event *told = event;
    bool is_fee = told->meta.message == WF_MESSAGE_FEE_PAID;
    if (is_fee && told->amount > *((const struct ruled *)rules)->most)
        return wf_refused(REASON_TOO_MUCH);
    if (is_fee && is_core_changed && told->amount == 77)
        return wf_refused(REASON_TOO_MUCH);
    return toy_application.step(NULL, before, event, now, after, effects);
}

static void show(const void *state, struct wf_buffer *json)
{
    const struct toy_state *toy = state;
    wf_buffer_format(json, "{\"paid\":%u,\"ticked\":%u,\"association\":\"MassAIMH\"}", toy->paid,
                     toy->ticked);
}

static struct wf_machine machine;
static struct wf_handler handlers[8];
static struct wf_domain domain;
static const struct wf_rules rules = {rules_open, rules_swap, rules_close, rules_digest};

static void make_domain(void)
{
    machine = toy_application;
    machine.is_ruled = true;
    machine.step = step;
    machine.show = show;
    domain = toy_intake;
    memcpy(handlers, toy_intake.handlers, toy_intake.handler_count * sizeof *handlers);
    for (size_t i = 0; i < toy_intake.handler_count; i++) {
        if (handlers[i].machine == &toy_application)
            handlers[i].machine = &machine;
    }
    domain.handlers = handlers;
    domain.open = open_ruled;
    domain.close = close_ruled;
    domain.policy = policy;
    domain.reload = reload;
    domain.rules = &rules;
    configured_folder = "1000";
    is_core_changed = false;
}

static struct toy_world world;
static struct toy_program *intake, *asker;
static struct wf_arena arena;
static struct toy_answer answer;

static void open_world(void)
{
    make_domain();
    toy_world_open(&world, 1);
    intake = toy_world_add(&world, &domain, NULL, 0);
    (void)toy_world_add(&world, &toy_reference, NULL, 0);
    (void)toy_world_add(&world, &toy_courier, NULL, 0);
    asker = toy_world_add(&world, &toy_asker, NULL, 0);
    wf_arena_init(&arena, 1 << 20);
}

static void close_world(void)
{
    toy_world_close(&world);
    wf_arena_fini(&arena);
    wf_buffer_fini(&answer.payload);
}

static enum wf_reply pay(const char *id, const char *key, int64_t amount)
{
    return toy_pay_now(&world, intake, id, key, amount);
}

/* ---- reading anew ---- */

static void ask_reload(const char *folder)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    configured_folder = folder;
    toy_ask(&world, asker, WF_MESSAGE_RELOAD, "intake", "", &empty.base, &answer);
}

static const char *row(void)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    toy_ask(&world, asker, WF_MESSAGE_STATUS, "intake", "", &empty.base, &answer);
    wf_arena_clear(&arena);
    const Endorse__V1__WorkerStatus *status = (const void *)wf_unpack(
        &endorse__v1__worker_status__descriptor, wf_buffer_bytes(&answer.payload), &arena);
    ck_assert_ptr_nonnull(status);
    return status->row_json;
}

START_TEST(rules_with_a_mistake_leave_the_old_ones_in_force_until_they_are_mended)
{
    ck_assert_int_eq(pay("MA-1", "e1", 900), WF_REPLY_OK);
    ask_reload("nine \"hundred\"");
    ck_assert_int_eq(answer.reply, WF_REPLY_REFUSED);
    ck_assert_ptr_nonnull(strstr(answer.text, "toy.conf:1: "));
    ck_assert_ptr_nonnull(strstr(row(), "\"digest\":\"most-1000\""));
    ck_assert_ptr_nonnull(strstr(row(), "\"error\":\"toy.conf:1: "));
    ck_assert_int_eq(pay("MA-1", "e2", 900), WF_REPLY_OK);
    ask_reload("500");
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    ck_assert_ptr_nonnull(strstr(row(), "\"digest\":\"most-500\""));
    ck_assert_ptr_nonnull(strstr(row(), "\"error\":\"\""));
    ck_assert_int_eq(pay("MA-1", "e3", 900), WF_REPLY_REFUSED);
    ck_assert_int_eq(pay("MA-1", "e1", 900), WF_REPLY_DUPLICATE); /* decided then, and for good */
}
END_TEST

START_TEST(a_program_without_rules_has_nothing_to_reload_and_nothing_to_replay)
{
    Endorse__V1__Empty empty = ENDORSE__V1__EMPTY__INIT;
    Endorse__V1__Replay wanted = ENDORSE__V1__REPLAY__INIT;
    toy_ask(&world, asker, WF_MESSAGE_RELOAD, "reference", "", &empty.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    wanted.folder = (char *)"5";
    toy_ask(&world, asker, WF_MESSAGE_REPLAY, "reference", "", &wanted.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_INVALID);
}
END_TEST

/* ---- deciding again ---- */

struct replayed {
    unsigned pages, lines, disagreeing, ends;
    uint64_t read, most_at_once;
    char first[400]; /* of the first line that is told: was and now */
    char last[400];
};

static void take_page(const Endorse__V1__ReplayPage *page, struct replayed *all)
{
    all->pages++;
    all->most_at_once =
        page->lines - all->read > all->most_at_once ? page->lines - all->read : all->most_at_once;
    all->read = page->lines;
    for (size_t i = 0; i < page->n_told; i++) {
        const Endorse__V1__ReplayedLine *line = page->told[i];
        (void)snprintf(all->last, sizeof all->last, "%s: %s, %s", line->aggregate, line->was,
                       line->now);
        if (!all->lines++)
            memcpy(all->first, all->last, sizeof all->first);
        all->disagreeing += !line->agrees;
        all->ends += line->version == 0;
    }
}

/* One slice; the session of the next, empty at the end. */
static const char *slice(const char *session, const char *folder, const char *id,
                         struct replayed *all)
{
    static char next[33];
    char current[33];
    Endorse__V1__Replay wanted = ENDORSE__V1__REPLAY__INIT;
    (void)snprintf(current, sizeof current, "%s", session);
    wanted.session = current;
    wanted.folder = (char *)folder;
    if (id[0]) {
        wanted.kind = (char *)"application";
        wanted.id = (char *)id;
    }
    toy_ask(&world, asker, WF_MESSAGE_REPLAY, "intake", "", &wanted.base, &answer);
    next[0] = '\0';
    if (answer.reply != WF_REPLY_OK)
        return next;
    wf_arena_clear(&arena);
    const Endorse__V1__ReplayPage *page = (const void *)wf_unpack(
        &endorse__v1__replay_page__descriptor, wf_buffer_bytes(&answer.payload), &arena);
    ck_assert_ptr_nonnull(page);
    (void)snprintf(next, sizeof next, "%s", page->session);
    take_page(page, all);
    return next;
}

static struct replayed replay(const char *folder, const char *id)
{
    struct replayed all = {0};
    const char *session = "";
    do {
        session = slice(session, folder, id, &all);
        ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    } while (session[0]);
    return all;
}

static void pay_some(void)
{
    ck_assert_int_eq(pay("MA-1", "e1", 100), WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-1", "e2", 800), WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-2", "e3", 77), WF_REPLY_OK);
    ck_assert_int_eq(pay("MA-2", "e4", TOY_AMOUNT_REFUSED), WF_REPLY_REFUSED);
    ck_assert(toy_world_settle(&world, 60000));
    for (unsigned i = 0; i < 80; i++)
        toy_world_turn(&world, WF_MINUTE); /* their deadlines come */
    ck_assert(toy_world_settle(&world, 60000));
}

START_TEST(the_journal_decided_again_agrees_with_itself)
{
    pay_some();
    struct replayed all = replay("", "MA-1");
    ck_assert_uint_ge(all.lines, 5); /* two fees, two reports, a deadline */
    ck_assert_uint_eq(all.disagreeing, 0);
    all = replay("", "MA-2");
    ck_assert_uint_eq(all.disagreeing, 0);
}
END_TEST

START_TEST(a_changed_core_is_told)
{
    pay_some();
    is_core_changed = true;
    struct replayed all = replay("", "MA-2");
    ck_assert_uint_ge(all.disagreeing, 1);
    ck_assert_str_eq(all.first, "application/MA-2: applied, refused: thirteen");
    ck_assert_uint_eq(replay("", "MA-1").disagreeing, 0);
}
END_TEST

START_TEST(the_same_rules_change_nobodys_case)
{
    pay_some();
    struct replayed all = replay("1000", "");
    ck_assert_uint_eq(all.lines, 0);
    ck_assert_uint_ge(all.read, 8);
}
END_TEST

START_TEST(other_rules_tell_whose_decision_would_change_and_what_would_be_today)
{
    pay_some();
    struct replayed all = replay("500", "");
    ck_assert_uint_eq(all.lines, 2);
    ck_assert_str_eq(all.first, "application/MA-1: applied, refused: thirteen");
    ck_assert_uint_eq(all.ends, 1);
    ck_assert_ptr_nonnull(strstr(all.last, "\"paid\":2"));
    ck_assert_ptr_nonnull(strstr(all.last, "\"paid\":1"));
    ck_assert_int_eq(pay("MA-1", "e9", 900), WF_REPLY_OK); /* those in force were never touched */
    all = replay("500", "MA-1");
    ck_assert_uint_ge(all.disagreeing, 1);
}
END_TEST

START_TEST(deadlines_come_by_the_rules_of_their_own_way)
{
    pay_some();
    struct replayed all = replay("50", ""); /* nobody would have paid, so nobody would wait */
    ck_assert_ptr_nonnull(strstr(all.last, "\"ticked\":1"));
    ck_assert_uint_eq(all.ends, 2);
}
END_TEST

START_TEST(a_replay_comes_in_slices_and_the_program_goes_on_between_them)
{
    char key[16];
    for (unsigned i = 0; i < 300; i++) {
        (void)snprintf(key, sizeof key, "k%u", i);
        ck_assert_int_eq(pay("MA-1", key, 100), WF_REPLY_OK);
    }
    ck_assert(toy_world_settle(&world, 60000));
    struct replayed all = {0};
    char session[33];
    (void)snprintf(session, sizeof session, "%s", slice("", "50", "", &all));
    ck_assert_str_ne(session, "");
    ck_assert_int_eq(pay("MA-2", "between", 100), WF_REPLY_OK);
    while (session[0])
        (void)snprintf(session, sizeof session, "%s", slice(session, "50", "", &all));
    ck_assert_uint_ge(all.pages, 10);
    ck_assert_uint_le(all.most_at_once, 1000);
    ck_assert_uint_ge(all.read, 600);
    all = (struct replayed){0};
    (void)snprintf(session, sizeof session, "%s", slice("", "", "MA-1", &all));
    while (session[0])
        (void)snprintf(session, sizeof session, "%s", slice(session, "", "MA-1", &all));
    ck_assert_uint_ge(all.pages, 600 / SLICE_STEPS);
    ck_assert_uint_eq(all.disagreeing, 0);
}
END_TEST

START_TEST(one_replay_at_a_time_and_one_that_nobody_asks_for_is_given_up)
{
    char key[16];
    struct replayed all = {0};
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(key, sizeof key, "k%u", i);
        ck_assert_int_eq(pay("MA-1", key, 100), WF_REPLY_OK);
    }
    char session[33];
    (void)snprintf(session, sizeof session, "%s", slice("", "50", "", &all));
    ck_assert_str_ne(session, "");
    (void)slice("", "60", "", &all);
    ck_assert_int_eq(answer.reply, WF_REPLY_BUSY);
    for (unsigned i = 0; i < 31; i++)
        toy_world_turn(&world, WF_SECOND);
    (void)slice("", "60", "", &all);
    ck_assert_int_eq(answer.reply, WF_REPLY_OK);
    (void)slice(session, "50", "", &all);
    ck_assert_int_eq(answer.reply, WF_REPLY_NOT_FOUND);
}
END_TEST

START_TEST(what_cannot_be_replayed_is_refused)
{
    Endorse__V1__Replay wanted = ENDORSE__V1__REPLAY__INIT;
    toy_ask(&world, asker, WF_MESSAGE_REPLAY, "intake", "", &wanted.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_INVALID); /* neither an aggregate nor other rules */
    wanted.folder = (char *)"many";
    toy_ask(&world, asker, WF_MESSAGE_REPLAY, "intake", "", &wanted.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_INVALID);
    ck_assert_ptr_nonnull(strstr(answer.text, "toy.conf:1: "));
    wanted.kind = (char *)"paper";
    wanted.id = (char *)"MA-1";
    toy_ask(&world, asker, WF_MESSAGE_REPLAY, "intake", "", &wanted.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_INVALID);
    wanted.kind = (char *)"application";
    wanted.id = (char *)"no id!";
    toy_ask(&world, asker, WF_MESSAGE_REPLAY, "intake", "", &wanted.base, &answer);
    ck_assert_int_eq(answer.reply, WF_REPLY_INVALID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replay");
    TCase *tests = tcase_create("rules");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, open_world, close_world);
    tcase_add_test(tests, rules_with_a_mistake_leave_the_old_ones_in_force_until_they_are_mended);
    tcase_add_test(tests, a_program_without_rules_has_nothing_to_reload_and_nothing_to_replay);
    tcase_add_test(tests, the_journal_decided_again_agrees_with_itself);
    tcase_add_test(tests, a_changed_core_is_told);
    tcase_add_test(tests, the_same_rules_change_nobodys_case);
    tcase_add_test(tests, other_rules_tell_whose_decision_would_change_and_what_would_be_today);
    tcase_add_test(tests, deadlines_come_by_the_rules_of_their_own_way);
    tcase_add_test(tests, a_replay_comes_in_slices_and_the_program_goes_on_between_them);
    tcase_add_test(tests, one_replay_at_a_time_and_one_that_nobody_asks_for_is_given_up);
    tcase_add_test(tests, what_cannot_be_replayed_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
