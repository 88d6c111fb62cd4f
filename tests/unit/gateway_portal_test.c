/* links: wf_gateway wf_kit wf_http */
/* GATEWAY 2.1, 2.3: who a portal is, how much it may send, and what is held of it. */
#include "held_page.h"
#include "portal_door.h"

#include "mem_store.h"
#include "wf_arena.h"
#include "wf_seal.h"

#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"
#define TOKEN "portal.one." SECRET

static struct wf_store *intake;
static struct portal_door *door;

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

static void commit_index(const char *id, const struct wf_index *indexes, size_t count,
                         uint64_t version)
{
    struct wf_error error = {0};
    struct wf_field field = {.name = bytes_of("f"), .value = bytes_of("v")};
    struct wf_commit commit = {.kind = "portal",
                               .id = id,
                               .version_before = version - 1,
                               .version_after = version,
                               .puts = &field,
                               .put_count = 1,
                               .indexes = indexes,
                               .index_count = count};
    ck_assert_int_eq(wf_store_commit(intake, &commit, 1, &error), 0);
    ck_assert_int_eq(commit.result, WF_COMMIT_OK);
}

static void put_card(bool revoked, uint64_t version)
{
    uint8_t other[32] = {1}, digest[32];
    char first[] = "org.endorse.application.", second[] = "org.endorse.person.name.changed.v1";
    char *types[] = {first, second};
    ProtobufCBinaryData digests[] = {{32, other}, {32, digest}};
    Endorse__V1__PortalCard card = ENDORSE__V1__PORTAL_CARD__INIT;
    struct wf_buffer packed = {0};
    wf_sha256(bytes_of(TOKEN), digest);
    card.token_sha256 = digests;
    card.n_token_sha256 = 2;
    card.allowed_types = types;
    card.n_allowed_types = 2;
    card.revoked = revoked;
    wf_pack(&card.base, &packed);
    struct wf_index index = {.op = WF_INDEX_HASH_PUT,
                             .name = bytes_of("portals"),
                             .member = bytes_of("portal.one"),
                             .value = wf_buffer_bytes(&packed)};
    commit_index("portal.one", &index, 1, version);
    wf_buffer_fini(&packed);
}

static void setup(void)
{
    intake = mem_store_create(WF_INTAKE);
    door = calloc(1, sizeof *door);
    ck_assert_ptr_nonnull(door);
    put_card(false, 1);
}

static void teardown(void)
{
    portal_door_fini(door);
    free(door);
    wf_store_destroy(&intake);
}

static enum portal_answer ask(const char *authorization, wf_time now, struct portal_place **place)
{
    struct wf_error error = {0};
    *place = NULL;
    return portal_door_ask(door, intake, authorization, now, place, &error);
}

START_TEST(the_right_token_opens)
{
    struct portal_place *place;
    ck_assert_int_eq(ask("Bearer " TOKEN, 0, &place), PORTAL_KNOWN);
    ck_assert_str_eq(place->id, "portal.one");
    ck_assert_int_eq(ask("bearer " TOKEN, 0, &place), PORTAL_KNOWN);
    ck_assert(portal_may_send(place, "org.endorse.application.submitted.v1"));
    ck_assert(portal_may_send(place, "org.endorse.person.name.changed.v1"));
    ck_assert(!portal_may_send(place, "org.endorse.person.address.changed.v1"));
}
END_TEST

static const char *const wrong[] = {
    NULL,
    "",
    "Bearer",
    "Bearer ",
    "Basic " TOKEN,
    "Bearer portal.one",
    "Bearer " SECRET,
    "Bearer ." SECRET,
    "Bearer portal.one.x" SECRET,
    "Bearer portal.two." SECRET,
    "Bearer port al.one." SECRET,
    "Bearer portal.one.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-x",
    "Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa." SECRET};

START_TEST(any_other_token_is_unknown)
{
    struct portal_place *place;
    ck_assert_int_eq(ask(wrong[_i], 0, &place), PORTAL_UNKNOWN);
    ck_assert_ptr_null(place);
}
END_TEST

START_TEST(a_revocation_is_seen_within_two_seconds)
{
    struct portal_place *place;
    ck_assert_int_eq(ask("Bearer " TOKEN, 1000, &place), PORTAL_KNOWN);
    put_card(true, 2);
    ck_assert_int_eq(ask("Bearer " TOKEN, 2999, &place), PORTAL_KNOWN);
    ck_assert_int_eq(ask("Bearer " TOKEN, 3000, &place), PORTAL_REVOKED);
}
END_TEST

START_TEST(guessed_portals_push_nobody_out)
{
    struct portal_place *place, *again;
    char guess[120];
    ck_assert_int_eq(ask("Bearer " TOKEN, 0, &place), PORTAL_KNOWN);
    ck_assert(portal_take(place, 0));
    for (int i = 0; i < 3 * PORTAL_PLACES; i++) {
        (void)snprintf(guess, sizeof guess, "Bearer guess%d.%s", i, SECRET);
        ck_assert_int_eq(ask(guess, 1, &again), PORTAL_UNKNOWN);
    }
    ck_assert_int_eq(ask("Bearer " TOKEN, 1, &again), PORTAL_KNOWN);
    ck_assert_ptr_eq(again, place);
    ck_assert_uint_eq(again->unanswered, 1);
}
END_TEST

START_TEST(a_store_that_is_away_says_nothing_about_tokens)
{
    struct portal_place *place;
    mem_store_fail(intake, 1, false);
    ck_assert_int_eq(ask("Bearer " TOKEN, 0, &place), PORTAL_UNREADABLE);
    ck_assert_int_eq(ask("Bearer " TOKEN, 0, &place), PORTAL_KNOWN);
}
END_TEST

START_TEST(credit_and_rate_are_bounded)
{
    struct portal_place *place;
    ck_assert_int_eq(ask("Bearer " TOKEN, 0, &place), PORTAL_KNOWN);
    for (int i = 0; i < PORTAL_CREDIT; i++)
        ck_assert(portal_take(place, 0));
    ck_assert(!portal_take(place, 0)); /* beyond the credit */
    for (int i = 0; i < PORTAL_CREDIT; i++)
        portal_done(place);
    int taken = PORTAL_CREDIT;
    while (portal_take(place, 0)) {
        portal_done(place);
        taken++;
    }
    ck_assert_int_eq(taken, PORTAL_BURST);
    ck_assert(portal_take(place, 2)); /* 500 a second: one in 2 ms */
    ck_assert(!portal_take(place, 2));
}
END_TEST

/* ---- what is held ---- */

static void hold(const char *subject_id, const char *event, int64_t at, uint64_t version)
{
    char member[160];
    (void)snprintf(member, sizeof member, "application/%s %s", subject_id, event);
    struct wf_index index = {.op = WF_INDEX_ZSET_PUT,
                             .name = bytes_of("held:portal.one"),
                             .member = bytes_of(member),
                             .score = at};
    commit_index(subject_id, &index, 1, version);
}

/* All pages of `limit` rows from `since`, as one text of event ids. */
static const char *walk(int64_t since, size_t limit, const char *subject)
{
    static char text[4096];
    char cursor[HELD_CURSOR_MAX] = "";
    struct wf_error error = {0};
    text[0] = '\0';
    for (int pages = 0; pages < 300; pages++) {
        struct held_page page;
        held_page_begin(&page, since, limit);
        page.subject = subject;
        ck_assert(!*cursor || held_cursor_read(cursor, &page.after));
        ck_assert_int_eq(held_page_read(&page, intake, "portal.one", &error), 0);
        for (size_t i = 0; i < page.count; i++)
            (void)strcat(strcat(text, strchr(page.rows[i].member, ' ')), "");
        bool last = page.count < limit;
        if (!last)
            held_cursor_write(&page.rows[page.count - 1], cursor);
        held_page_fini(&page);
        if (last)
            return text;
    }
    ck_abort_msg("the pages do not end");
}

START_TEST(pages_of_held_events_join_in_order)
{
    char id[16], event[16], expected[2048] = "";
    for (int i = 0; i < 40; i++) {
        (void)snprintf(id, sizeof id, "A%d", i);
        (void)snprintf(event, sizeof event, "e%02d", i);
        hold(id, event, 1000 + i * 10, 1);
        (void)strcat(strcat(expected, " "), event);
    }
    static const size_t limits[] = {1, 7, 40, 500};
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(walk(0, limits[i], NULL), expected);
    ck_assert_str_eq(walk(1390, 5, NULL), " e39");
    ck_assert_str_eq(walk(1391, 5, NULL), "");
    ck_assert_str_eq(walk(0, 5, "application/A3"), " e03");
}
END_TEST

START_TEST(events_of_one_millisecond_are_not_lost_between_pages)
{
    char event[16], expected[2048] = "";
    for (int i = 0; i < 60; i++) {
        (void)snprintf(event, sizeof event, "e%02d", i);
        hold("A1", event, 5000, (uint64_t)i + 1);
        (void)strcat(strcat(expected, " "), event);
    }
    ck_assert_str_eq(walk(0, 3, NULL), expected);
    ck_assert_str_eq(walk(0, 3, "application/A1"), expected);
    ck_assert_str_eq(walk(0, 3, "application/A2"), "");
}
END_TEST

static const char *const bad_cursors[] = {
    "x", "!!!!", "AAAA", "MTIz", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5IDEgeA", "MSAxMjggeA"};

START_TEST(a_cursor_that_is_none_is_refused)
{
    struct held_row row;
    ck_assert(!held_cursor_read(bad_cursors[_i], &row));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gateway_portal");
    TCase *test = tcase_create("portal");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, the_right_token_opens);
    tcase_add_loop_test(test, any_other_token_is_unknown, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(test, a_revocation_is_seen_within_two_seconds);
    tcase_add_test(test, guessed_portals_push_nobody_out);
    tcase_add_test(test, a_store_that_is_away_says_nothing_about_tokens);
    tcase_add_test(test, credit_and_rate_are_bounded);
    tcase_add_test(test, pages_of_held_events_join_in_order);
    tcase_add_test(test, events_of_one_millisecond_are_not_lost_between_pages);
    tcase_add_loop_test(test, a_cursor_that_is_none_is_refused, 0,
                        (int)(sizeof bad_cursors / sizeof bad_cursors[0]));
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
