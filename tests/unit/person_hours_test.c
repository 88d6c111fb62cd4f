/* links: intake_kit wf_intake wf_intake_core wf_policy wf_port wf_base */
/* Hours for renewals, providers, transfers and erasure on the person.  intake SPEC 3.4 to 3.7. */
#include "application_script.h"
#include "person_codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct application_script rules; /* for its associations One, Row and Two */
static struct person_state *state, *after;
static struct person_effects *effects;
static struct person_event *event;
static struct wf_verdict verdict;
static wf_date today;

static void open_person(void)
{
    application_script_open(&rules);
    state = calloc(1, sizeof *state);
    after = calloc(1, sizeof *after);
    effects = calloc(1, sizeof *effects);
    event = calloc(1, sizeof *event);
    ck_assert(state && after && effects && event);
    today = wf_time_to_utc_date(rules.now);
}
static void close_person(void)
{
    application_script_close(&rules);
    free(state);
    free(after);
    free(effects);
    free(event);
}

static void begin(enum person_event_id kind, const char *actor)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->meta.self = wf_address_make(WF_INTAKE, "person", "p1");
    (void)snprintf(event->meta.actor, sizeof event->meta.actor, "%s", actor);
}

static void step(void)
{
    const char *broken = "";
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    memset(after, 0, sizeof *after);
    memset(effects, 0, sizeof *effects);
    verdict = person_step(&rules.policy, state, event, rules.now, after, effects);
    if (verdict.step == WF_APPLIED)
        *state = *after;
    ck_assert_msg(person_holds(state, &broken), "%s", broken);
    person_write(state, &fields);
    memset(after, 0, sizeof *after);
    ck_assert_msg(person_read(&fields, after, &error) == 0, "%s", error.text);
    ck_assert_mem_eq(after, state, sizeof *after);
    wf_fields_fini(&fields);
}

static void refused(const char *code)
{
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_str_eq(person_reasons[verdict.reason].code, code);
}

static int count(enum person_effect_id kind)
{
    int found = 0;
    for (int32_t i = 0; i < effects->count; i++)
        found += effects->list[i].kind == kind;
    return found;
}

static void say_standing(const char *association, int32_t status, wf_date since)
{
    begin(PERSON_EVENT_STANDING_CHANGED, "");
    strcpy(event->is.standing.association, association);
    event->is.standing.category = 6;
    event->is.standing.age_line = 1;
    event->is.standing.status = status;
    event->is.standing.since = since;
    event->is.standing.renewal_due = WF_NO_DATE;
    step();
}

static struct person_activity *begin_hours(const char *id)
{
    begin(PERSON_EVENT_ACTIVITY, "portal/A");
    struct person_activity *hours = &event->is.activity;
    strcpy(hours->id, id);
    hours->topic = 1;
    hours->training = 300;
    hours->from = hours->until = today - 10;
    return hours;
}

START_TEST(spec_3_5_hours_go_to_every_association_of_a_standing)
{
    begin_hours("h1");
    step();
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(effects->count, 0); /* nobody yet */
    say_standing("One", 1, today);
    ck_assert_int_eq(count(PERSON_PASS_ACTIVITY), 1); /* what was there */
    say_standing("One", 2, today);
    ck_assert_int_eq(count(PERSON_PASS_ACTIVITY), 0);
    say_standing("Two", 1, today);
    begin_hours("h2");
    step();
    ck_assert_int_eq(count(PERSON_PASS_ACTIVITY), 2);
    ck_assert_str_eq(effects->list[1].association, "Two");
}
END_TEST

START_TEST(spec_3_5_the_same_entry_again)
{
    begin_hours("h1");
    step();
    begin_hours("h1");
    step();
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(state->activity_count, 1);
    begin_hours("h1")->training = 301;
    step();
    refused("activity-differs");
    begin_hours("h3");
    strcpy(event->meta.actor, "portal/B");
    step();
    refused("other-portal");
}
END_TEST

static const struct {
    const char *code;
    int32_t training, rsc, topic;
    int from, until; /* days from today */
    const char *provider;
} bad_hours[] = {
    {"dates-reversed", 100, 0, 1, -5, -6, ""},     {"date-implausible", 100, 0, 1, -5, 2, ""},
    {"hours-missing", 0, 0, 1, -5, -5, ""},        {"hours-missing", -100, 0, 1, -5, -5, ""},
    {"hours-implausible", 2401, 0, 1, -5, -5, ""}, {"hours-implausible", 2400, 1, 1, -5, -5, ""},
    {"topic-missing", 100, 0, 0, -5, -5, ""},      {"provider-is-self", 0, 100, 0, -5, -5, "p1"},
};
START_TEST(spec_3_5_impossible_hours_are_refused_with_their_rule)
{
    struct person_activity *hours = begin_hours("h1");
    hours->training = bad_hours[_i].training;
    hours->rsc = bad_hours[_i].rsc;
    hours->topic = bad_hours[_i].topic;
    hours->from = today + bad_hours[_i].from;
    hours->until = today + bad_hours[_i].until;
    strcpy(hours->provider, bad_hours[_i].provider);
    step();
    refused(bad_hours[_i].code);
    ck_assert_int_eq(state->activity_count, 0);
}
END_TEST

static void say_rsc(const char *id, const char *provider, wf_date from, wf_date until)
{
    struct person_activity *hours = begin_hours(id);
    hours->training = hours->topic = 0;
    hours->rsc = 100;
    hours->from = from;
    hours->until = until;
    strcpy(hours->provider, provider);
    step();
}

START_TEST(spec_3_5_the_same_provider_s_days_count_once)
{
    say_rsc("h1", "p9", today - 30, today - 20);
    say_rsc("h2", "p9", today - 20, today - 10);
    refused("activity-overlaps");
    say_rsc("h3", "p9", today - 19, today - 10);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    say_rsc("h4", "p8", today - 30, today - 20);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
}
END_TEST

START_TEST(spec_3_5_old_hours_make_room)
{
    char id[16];
    for (int i = 0; i < PERSON_ACTIVITIES; i++) {
        (void)snprintf(id, sizeof id, "h%d", i);
        begin_hours(id)->until = today - 10;
        if (i < 2)
            event->is.activity.from = event->is.activity.until = today - 365 * 5;
        step();
        ck_assert_int_eq(verdict.step, WF_APPLIED);
    }
    begin_hours("more");
    step();
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(state->activity_count, PERSON_ACTIVITIES - 1);
    begin_hours("most");
    step();
    begin_hours("too-many");
    step();
    refused("activities-full");
}
END_TEST

START_TEST(spec_3_6_the_provider_is_asked_before_the_hours_go_on)
{
    say_standing("One", 1, today);
    say_rsc("h1", "p9", today - 30, today - 20);
    ck_assert_int_eq(count(PERSON_ASK_PROVIDER), 1);
    ck_assert_int_eq(count(PERSON_PASS_ACTIVITY), 0);
    begin(PERSON_EVENT_PROVIDER_TOLD, "");
    strcpy(event->is.told.activity, "h1");
    event->is.told.categories = 1u << 6;
    step();
    ck_assert_int_eq(count(PERSON_PASS_ACTIVITY), 1);
    ck_assert_uint_eq(state->activities[0].categories, 1u << 6);
    step();
    ck_assert_int_eq(verdict.step, WF_IGNORED);
}
END_TEST

static uint32_t asked_on(wf_date on)
{
    begin(PERSON_EVENT_PROVIDER_ASKED, "");
    strcpy(event->is.asked.person, "p2");
    strcpy(event->is.asked.activity, "h1");
    event->is.asked.on = on;
    step();
    ck_assert_int_eq(count(PERSON_ANSWER_PROVIDER), 1);
    return effects->list[0].categories;
}

START_TEST(spec_3_6_a_provider_answers_for_the_day)
{
    ck_assert_uint_eq(asked_on(today), 0); /* nobody knows her */
    say_standing("One", 1, today - 100);
    say_standing("One", 4, today - 50); /* a sanction */
    ck_assert_uint_eq(asked_on(today - 101), 0);
    ck_assert_uint_eq(asked_on(today - 100), 1u << 6);
    ck_assert_uint_eq(asked_on(today - 51), 1u << 6);
    ck_assert_uint_eq(asked_on(today - 50), 0);
    say_standing("One", 1, today - 20);
    ck_assert_uint_eq(asked_on(today), 1u << 6);
    ck_assert_int_eq(state->span_count, 2);
}
END_TEST

START_TEST(spec_3_6_an_application_of_a_provider_hears_of_each_change)
{
    begin(PERSON_EVENT_LINKED, "");
    strcpy(event->is.linked.link.application, "MA-1");
    strcpy(event->is.linked.link.association, "Two");
    strcpy(event->is.linked.portal, "portal/A");
    event->is.linked.link.role = LINKED_PROVIDER;
    step();
    ck_assert_int_eq(count(PERSON_FACTS), 1);
    say_standing("One", 1, today - 100);
    ck_assert_int_eq(count(PERSON_FACTS), 1);
    say_standing("One", 1, today - 100); /* due moved only */
    ck_assert_int_eq(count(PERSON_FACTS), 0);
}
END_TEST

START_TEST(spec_3_6_what_an_association_verified_counts_for_its_days)
{
    begin(PERSON_EVENT_VERIFIED, "portal/A");
    strcpy(event->is.verified.association, "Nowhere");
    event->is.verified.is_verified = true;
    event->is.verified.from = today - 100;
    event->is.verified.until = today - 101;
    step();
    refused("association-unknown");
    memcpy(event->is.verified.association, "One\0\0\0\0", 8);
    step();
    refused("dates-reversed");
    event->is.verified.until = WF_NO_DATE; /* vetted */
    step();
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_uint_eq(asked_on(today), 1);
    say_standing("One", 1, today - 10);
    ck_assert_uint_eq(asked_on(today), 1u << 6 | 1);
    begin(PERSON_EVENT_VERIFIED, "portal/A");
    strcpy(event->is.verified.association, "One");
    event->is.verified.is_verified = true;
    event->is.verified.from = today - 100;
    event->is.verified.until = today - 50;
    step(); /* the end is corrected */
    ck_assert_int_eq(state->span_count, 2);
    ck_assert_uint_eq(asked_on(today), 1u << 6);
    ck_assert_uint_eq(asked_on(today - 50), 1);
}
END_TEST

static void say_link(const char *application, int32_t role, bool ended)
{
    begin(PERSON_EVENT_LINKED, "");
    strcpy(event->is.linked.link.application, application);
    strcpy(event->is.linked.link.association, "One");
    strcpy(event->is.linked.portal, "portal/A");
    event->is.linked.link.role = role;
    event->is.linked.ended = ended;
    step();
}

START_TEST(spec_3_3_an_applicant_s_earlier_application_is_known)
{
    say_link("MA-1", LINKED_APPLICANT, false);
    say_link("MA-2", LINKED_RATER, false);
    say_link("MA-3", LINKED_APPLICANT, false);
    ck_assert_str_eq(person_earlier_application(state, &state->links[0]), "");
    ck_assert_str_eq(person_earlier_application(state, &state->links[2]), "MA-1");
    say_link("MA-1", LINKED_APPLICANT, true);
    ck_assert_str_eq(state->links[1].application, "MA-3");
    ck_assert_str_eq(person_earlier_application(state, &state->links[1]), "");
}
END_TEST

START_TEST(spec_3_3_a_paper_hears_of_a_new_name)
{
    say_link("handle-1", LINKED_PAPER, false);
    ck_assert_int_eq(count(PERSON_TOUCHED), 1);
    ck_assert_int_eq(count(PERSON_FACTS), 0);
    begin(PERSON_EVENT_NAME, "portal/A");
    event->is.sealed.length = 50;
    step();
    ck_assert_int_eq(count(PERSON_TOUCHED), 1);
    begin(PERSON_EVENT_ERASURE, "portal/A");
    step();
    ck_assert_int_eq(count(PERSON_TOUCHED), 1);
}
END_TEST

START_TEST(spec_3_4_a_transfer_names_two_known_associations)
{
    begin(PERSON_EVENT_TRANSFERRED, "portal/A");
    strcpy(event->is.fact.association, "One");
    strcpy(event->is.fact.target, "Nowhere");
    step();
    refused("association-unknown");
    strcpy(event->is.fact.target, "Two");
    step();
    ck_assert_int_eq(count(PERSON_PASS_ON), 1);
    say_standing("Two", 1, today);
    ck_assert_int_eq(count(PERSON_TELL_STANDING), 1);
    ck_assert_str_eq(effects->list[0].portal, "portal/A");
}
END_TEST

START_TEST(spec_3_4_a_membership_that_was_bought_ends_by_the_calendar)
{
    begin(PERSON_EVENT_MEMBERSHIP_VERIFIED, "portal/A");
    strcpy(event->is.fact.association, "One");
    event->is.fact.until = event->is.fact.bought = WF_NO_DATE;
    step();
    refused("membership-undated");
    event->is.fact.bought = today;
    step();
    const struct wf_association *one = wf_policy_association(rules.policy.book, "One");
    ck_assert_int_eq(person_membership_at(state, "One")->until,
                     wf_policy_membership_end(wf_policy_edition(one, today), today));
}
END_TEST

static void say_membership(const char *association, enum person_event_id kind, wf_date day)
{
    begin(kind, "portal/A");
    strcpy(event->is.fact.association, association);
    event->is.fact.until = day;
    event->is.fact.bought = WF_NO_DATE;
    step();
}

START_TEST(spec_3_4_where_any_membership_counts_the_latest_does)
{
    struct wf_policy_book *book = (struct wf_policy_book *)rules.policy.book;
    for (int32_t i = 0; i < book->count; i++) {
        struct wf_association *one = &book->associations[i];
        for (int32_t e = 0; e < one->edition_count && strcmp(one->id, "Two") == 0; e++)
            one->editions[e].membership = WF_MEMBER_OWN_OR_OTHER;
    }
    say_membership("One", PERSON_EVENT_MEMBERSHIP_VERIFIED, today + 100);
    ck_assert_int_eq(count(PERSON_PASS_ON), 1);
    say_standing("Two", 1, today);
    ck_assert_int_eq(count(PERSON_PASS_MEMBERSHIP), 1); /* known before the standing was */
    ck_assert_int_eq(effects->list[effects->count - 1].until, today + 100);
    say_membership("Two", PERSON_EVENT_MEMBERSHIP_VERIFIED, today + 50);
    ck_assert_int_eq(count(PERSON_PASS_ON), 0);
    ck_assert_int_eq(effects->list[effects->count - 1].until, today + 100);
    say_membership("One", PERSON_EVENT_MEMBERSHIP_EXPIRED, today);
    ck_assert_int_eq(count(PERSON_PASS_ON), 1);
    ck_assert_int_eq(count(PERSON_PASS_MEMBERSHIP), 1);
    ck_assert_int_eq(effects->list[effects->count - 1].until, today + 50);
    ck_assert_int_eq(person_member_until(book, state, "One", today), today - 1);
    ck_assert_int_eq(person_member_until(book, state, "Row", today), WF_NO_DATE);
}
END_TEST

static void say_erasure(const char *actor)
{
    begin(PERSON_EVENT_ERASURE, actor);
    step();
}

START_TEST(spec_3_7_erasure_leaves_references_only)
{
    say_erasure("portal/A");
    refused("person-unknown");
    begin(PERSON_EVENT_NAME, "portal/A");
    event->is.sealed.length = 50;
    step();
    begin(PERSON_EVENT_MEMBERSHIP_VERIFIED, "portal/A");
    strcpy(event->is.fact.association, "Row");
    event->is.fact.until = today;
    event->is.fact.bought = WF_NO_DATE;
    step();
    begin_hours("h1");
    step();
    say_standing("One", 1, today);
    say_erasure("portal/B");
    refused("other-portal");
    say_erasure("portal/A");
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_int_eq(state->state, PERSON_ERASED);
    ck_assert_int_eq(count(PERSON_ERASE_STANDING), 2); /* One and Row */
    ck_assert_int_eq(count(PERSON_DESTROY_KEY), 1);
    ck_assert_int_eq(state->name.length + state->activity_count + state->membership_count, 0);
    say_erasure("portal/A");
    refused("erased");
    begin(PERSON_EVENT_ADDRESS, "portal/A");
    event->is.sealed.length = 50;
    step();
    refused("erased");
}
END_TEST

START_TEST(spec_3_7_the_key_is_tried_until_it_is_gone)
{
    begin(PERSON_EVENT_RESIDENCE, "portal/A");
    step();
    say_erasure("portal/A");
    wf_time due = person_next_deadline(&rules.policy, state);
    ck_assert(due == rules.now + WF_MINUTE);
    begin(PERSON_EVENT_TICK, "");
    step();
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    rules.now = due;
    step();
    ck_assert_int_eq(count(PERSON_DESTROY_KEY), 1);
    begin(PERSON_EVENT_KEY_DESTROYED, "");
    step();
    ck_assert_int_eq(count(PERSON_TELL_ERASED), 1);
    ck_assert(person_next_deadline(&rules.policy, state) == WF_NEVER);
    step();
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    say_standing("One", 7, today);
    ck_assert_int_eq(state->state, PERSON_ERASED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("person hours");
    TCase *tests = tcase_create("person hours");
    tcase_add_checked_fixture(tests, open_person, close_person);
    tcase_add_test(tests, spec_3_5_hours_go_to_every_association_of_a_standing);
    tcase_add_test(tests, spec_3_5_the_same_entry_again);
    tcase_add_loop_test(tests, spec_3_5_impossible_hours_are_refused_with_their_rule, 0,
                        (int)(sizeof bad_hours / sizeof bad_hours[0]));
    tcase_add_test(tests, spec_3_5_the_same_provider_s_days_count_once);
    tcase_add_test(tests, spec_3_5_old_hours_make_room);
    tcase_add_test(tests, spec_3_6_the_provider_is_asked_before_the_hours_go_on);
    tcase_add_test(tests, spec_3_6_a_provider_answers_for_the_day);
    tcase_add_test(tests, spec_3_6_an_application_of_a_provider_hears_of_each_change);
    tcase_add_test(tests, spec_3_6_what_an_association_verified_counts_for_its_days);
    tcase_add_test(tests, spec_3_3_an_applicant_s_earlier_application_is_known);
    tcase_add_test(tests, spec_3_3_a_paper_hears_of_a_new_name);
    tcase_add_test(tests, spec_3_4_a_transfer_names_two_known_associations);
    tcase_add_test(tests, spec_3_4_a_membership_that_was_bought_ends_by_the_calendar);
    tcase_add_test(tests, spec_3_4_where_any_membership_counts_the_latest_does);
    tcase_add_test(tests, spec_3_7_erasure_leaves_references_only);
    tcase_add_test(tests, spec_3_7_the_key_is_tried_until_it_is_gone);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
