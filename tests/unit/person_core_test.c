/* links: intake_kit wf_intake wf_intake_core wf_policy wf_port wf_base */
/* Persons: who may say what, links and what goes out over them, standings.  intake SPEC 3. */
#include "application_script.h"
#include "person_codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct application_script rules; /* for its associations One, Row and Two */
static struct person_state *state, *after;
static struct person_effects effects;
static struct wf_verdict verdict;

static void open_person(void)
{
    application_script_open(&rules);
    state = calloc(1, sizeof *state);
    after = calloc(1, sizeof *after);
    ck_assert(state && after);
}
static void close_person(void)
{
    application_script_close(&rules);
    free(state);
    free(after);
}

static struct person_event event_of(enum person_event_id kind, const char *actor)
{
    struct person_event event = {.kind = kind};
    event.meta.self = wf_address_make(WF_INTAKE, "person", "p1");
    (void)snprintf(event.meta.actor, sizeof event.meta.actor, "%s", actor);
    return event;
}

/* What is stored is the state: every step reads back what it wrote. */
static void assert_stored(void)
{
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    struct person_state *read = calloc(1, sizeof *read);
    ck_assert_ptr_nonnull(read);
    person_write(state, &fields);
    ck_assert_msg(person_read(&fields, read, &error) == 0, "%s", error.text);
    ck_assert_mem_eq(read, state, sizeof *read);
    wf_fields_fini(&fields);
    free(read);
}

static void step(const struct person_event *event)
{
    const char *broken = "";
    memset(after, 0, sizeof *after);
    memset(&effects, 0, sizeof effects);
    verdict = person_step(&rules.policy, state, event, rules.now, after, &effects);
    if (verdict.step == WF_APPLIED)
        *state = *after;
    ck_assert_msg(person_holds(state, &broken), "%s", broken);
    ck_assert(person_next_deadline(&rules.policy, state) == WF_NEVER);
    ck_assert(verdict.step == WF_APPLIED || effects.count == 0);
    assert_stored();
}

static void assert_refused(enum person_reason_id reason)
{
    ck_assert_int_eq(verdict.step, WF_REFUSED);
    ck_assert_str_eq(person_reasons[verdict.reason].code, person_reasons[reason].code);
}

static unsigned count_effects(enum person_effect_id kind)
{
    unsigned count = 0;
    for (int32_t i = 0; i < effects.count; i++)
        count += effects.list[i].kind == kind;
    return count;
}

static void say_address(const char *actor, uint8_t content)
{
    struct person_event event = event_of(PERSON_EVENT_ADDRESS, actor);
    event.is.sealed.length = 50;
    memset(event.is.sealed.bytes, content, 50);
    step(&event);
}

static void say_membership(const char *association, wf_date until)
{
    struct person_event event = event_of(PERSON_EVENT_MEMBERSHIP_VERIFIED, "portal/A");
    (void)snprintf(event.is.fact.association, sizeof event.is.fact.association, "%s", association);
    event.is.fact.until = until;
    event.is.fact.bought = WF_NO_DATE;
    step(&event);
}

static void say_link(const char *application, int32_t role, bool ended)
{
    struct person_event event = event_of(PERSON_EVENT_LINKED, "");
    (void)snprintf(event.is.linked.link.application, sizeof event.is.linked.link.application, "%s",
                   application);
    (void)snprintf(event.is.linked.link.association, sizeof event.is.linked.link.association,
                   "One");
    (void)snprintf(event.is.linked.portal, sizeof event.is.linked.portal, "portal/A");
    event.is.linked.link.role = role;
    event.is.linked.ended = ended;
    step(&event);
}

static void say_enrolled(const char *association, wf_date until)
{
    struct person_event event = event_of(PERSON_EVENT_ENROLLED, "portal/A");
    (void)snprintf(event.is.enrolment.association, sizeof event.is.enrolment.association, "%s",
                   association);
    event.is.enrolment.category = 6;
    event.is.enrolment.age_line = 1;
    event.is.enrolment.until = until;
    step(&event);
}

static void say_standing(const char *association, int32_t category, int32_t status)
{
    struct person_event event = event_of(PERSON_EVENT_STANDING_CHANGED, "");
    (void)snprintf(event.is.standing.association, sizeof event.is.standing.association, "%s",
                   association);
    event.is.standing.category = category;
    event.is.standing.age_line = 1;
    event.is.standing.status = status;
    event.is.standing.renewal_due = WF_NO_DATE;
    step(&event);
}

START_TEST(the_first_portal_keeps_the_person)
{
    say_address("portal/A", 1);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_str_eq(state->keeper, "portal/A");
    say_address("portal/B", 2);
    assert_refused(PERSON_REASON_OTHER_PORTAL);
    ck_assert_uint_eq(state->email.bytes[0], 1);
    struct person_event event = event_of(PERSON_EVENT_NAME, "portal/B");
    step(&event);
    assert_refused(PERSON_REASON_OTHER_PORTAL);
    event.kind = PERSON_EVENT_RESIDENCE;
    step(&event);
    assert_refused(PERSON_REASON_OTHER_PORTAL);
}
END_TEST

START_TEST(a_link_does_not_make_its_portal_the_keeper)
{
    say_link("MA-1", LINKED_RATER, false);
    ck_assert_str_eq(state->keeper, "");
    say_address("portal/B", 2);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
    ck_assert_str_eq(state->keeper, "portal/B");
}
END_TEST

START_TEST(an_applicant_hears_of_her_membership)
{
    say_link("MA-1", LINKED_APPLICANT, false);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 1); /* what is known now */
    say_membership("One", 100);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 1);
    ck_assert_uint_eq(count_effects(PERSON_PASS_ON), 1);
    say_membership("Two", 100);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 0);
    ck_assert_uint_eq(count_effects(PERSON_PASS_ON), 1);
    ck_assert_int_eq(person_membership_at(state, "One")->until, 100);
    ck_assert_ptr_null(person_membership_at(state, "Row"));
}
END_TEST

START_TEST(a_membership_that_ended_on_a_day_lasted_to_the_day_before)
{
    struct person_event event = event_of(PERSON_EVENT_MEMBERSHIP_EXPIRED, "portal/A");
    say_membership("One", 200);
    (void)snprintf(event.is.fact.association, sizeof event.is.fact.association, "One");
    event.is.fact.until = 100;
    step(&event);
    ck_assert_int_eq(person_membership_at(state, "One")->until, 99);
}
END_TEST

START_TEST(a_rater_s_new_address_reaches_each_of_her_ratings)
{
    say_link("MA-1", LINKED_RATER, false);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 1); /* now she can be asked */
    say_link("MA-2", LINKED_RATER, false);
    say_link("MA-3", LINKED_APPLICANT, false);
    say_address("portal/A", 1);
    ck_assert_uint_eq(count_effects(PERSON_ADDRESS_MOVED), 2);
    say_link("MA-1", LINKED_RATER, true);
    say_address("portal/A", 2);
    ck_assert_uint_eq(count_effects(PERSON_ADDRESS_MOVED), 1);
    ck_assert_str_eq(state->links[effects.list[0].index].application, "MA-2");
}
END_TEST

START_TEST(a_reviewer_hears_whether_she_is_enrolled)
{
    say_link("MA-1", LINKED_REVIEWER, false);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 1);
    say_enrolled("Two", 100);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 0);
    say_enrolled("One", 100);
    ck_assert_uint_eq(count_effects(PERSON_FACTS), 1);
    ck_assert_int_eq(person_enrolment_at(state, "One")->until, 100);
    say_enrolled("One", WF_NO_DATE);
    ck_assert_int_eq(state->enrolment_count, 2);
    ck_assert_int_eq(person_enrolment_at(state, "One")->until, WF_NO_DATE);
}
END_TEST

START_TEST(a_link_comes_and_goes_once)
{
    say_link("MA-1", LINKED_RATER, true);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    say_link("MA-1", LINKED_RATER, false);
    say_link("MA-1", LINKED_RATER, false);
    ck_assert_int_eq(state->link_count, 1);
    say_link("MA-1", LINKED_APPLICANT, false);
    ck_assert_int_eq(state->link_count, 2);
    say_link("MA-1", LINKED_RATER, true);
    ck_assert_int_eq(state->link_count, 1);
    ck_assert_int_eq(state->links[0].role, LINKED_APPLICANT);
}
END_TEST

START_TEST(links_are_bounded)
{
    char application[16];
    for (int i = 0; i < PERSON_LINKS; i++) {
        (void)snprintf(application, sizeof application, "MA-%d", i);
        say_link(application, LINKED_RATER, false);
        ck_assert_int_eq(verdict.step, WF_APPLIED);
    }
    say_address("portal/A", 1);
    ck_assert_uint_eq(count_effects(PERSON_ADDRESS_MOVED), PERSON_LINKS);
    say_link("one-too-many", LINKED_RATER, false);
    assert_refused(PERSON_REASON_LINKS_FULL);
}
END_TEST

START_TEST(facts_of_a_standing_name_a_known_association)
{
    struct person_event event = event_of(PERSON_EVENT_STANDING_FACT, "portal/A");
    step(&event);
    assert_refused(PERSON_REASON_ASSOCIATION_MISSING);
    (void)snprintf(event.is.fact.association, sizeof event.is.fact.association, "Nowhere");
    step(&event);
    assert_refused(PERSON_REASON_ASSOCIATION_UNKNOWN);
    (void)snprintf(event.is.fact.association, sizeof event.is.fact.association, "One");
    step(&event);
    ck_assert_uint_eq(count_effects(PERSON_PASS_ON), 1);
    memset(event.meta.self.id, 'p', 61);
    step(&event);
    assert_refused(PERSON_REASON_PERSON_ID_LONG);
    say_enrolled("Nowhere", WF_NO_DATE);
    assert_refused(PERSON_REASON_ASSOCIATION_UNKNOWN);
}
END_TEST

/* Of the first standing that is told. */
static const char *told_portal(void)
{
    for (int32_t i = 0; i < effects.count; i++) {
        if (effects.list[i].kind == PERSON_TELL_STANDING)
            return effects.list[i].portal;
    }
    return "";
}

START_TEST(a_standing_is_told_to_the_portals_of_its_applications)
{
    say_standing("One", 2, 1);
    ck_assert_int_eq(effects.count, 0); /* nobody has ever spoken of her */
    say_address("portal/K", 1);
    say_standing("One", 2, 2);
    ck_assert_uint_eq(count_effects(PERSON_TELL_STANDING), 1);
    ck_assert_str_eq(told_portal(), "portal/K");
    say_link("MA-0", LINKED_RATER, false); /* whom she rates is not told of her standing */
    say_standing("One", 2, 1);
    ck_assert_str_eq(told_portal(), "portal/K");
    say_link("MA-1", LINKED_APPLICANT, false);
    say_link("MA-1", LINKED_APPLICANT, true);
    say_standing("One", 2, 1);
    ck_assert_uint_eq(count_effects(PERSON_TELL_STANDING), 1);
    ck_assert_str_eq(told_portal(), "portal/A");
    say_standing("Two", 2, 1);
    ck_assert_str_eq(told_portal(), "portal/K");
    ck_assert_int_eq(state->standing_count, 2);
    say_standing("One", 3, 1);
    ck_assert_int_eq(state->standing_count, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("person");
    TCase *tests = tcase_create("person");
    tcase_add_checked_fixture(tests, open_person, close_person);
    tcase_add_test(tests, the_first_portal_keeps_the_person);
    tcase_add_test(tests, a_link_does_not_make_its_portal_the_keeper);
    tcase_add_test(tests, an_applicant_hears_of_her_membership);
    tcase_add_test(tests, a_membership_that_ended_on_a_day_lasted_to_the_day_before);
    tcase_add_test(tests, a_rater_s_new_address_reaches_each_of_her_ratings);
    tcase_add_test(tests, a_reviewer_hears_whether_she_is_enrolled);
    tcase_add_test(tests, a_link_comes_and_goes_once);
    tcase_add_test(tests, links_are_bounded);
    tcase_add_test(tests, facts_of_a_standing_name_a_known_association);
    tcase_add_test(tests, a_standing_is_told_to_the_portals_of_its_applications);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
