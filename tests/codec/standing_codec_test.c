/* links: ratings_kit wf_renewal wf_policy wf_wire wf_base */
/* services/renewal/SPEC.md 4 to 6: messages in, messages and registry entries out, stored fields there
 * and back. */
#include "plan_recorder.h"
#include "standing_service.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct standing_service service;
static struct standing state;
static struct wf_plan plan;
static struct wf_arena arena;
static struct wf_error error;

static wf_time at(const char *day)
{
    wf_date date = 0;
    ck_assert(wf_date_parse(day, &date));
    return wf_time_from_utc_date(date) + 17 * WF_HOUR;
}

static void setup(void)
{
    error = (struct wf_error){.code = WF_OK};
    ck_assert_msg(standing_service_init(&service, WF_SOURCE_DIR "/deploy/policy", &error) == 0,
                  "%s", error.text);
    state = (struct standing){0};
    plan_recorder_begin(&plan, 0, 1);
    wf_arena_init(&arena, 16 * WF_KIB);
}

static void teardown(void)
{
    plan_recorder_end(&plan);
    wf_arena_fini(&arena);
    standing_service_fini(&service);
}

static int decode(enum wf_message message, const char *id, const ProtobufCMessage *payload,
                  struct standing_event *event)
{
    *event = (struct standing_event){.meta.message = message};
    event->meta.self = wf_address_make(WF_RENEWAL, "standing", id);
    return standing_decode(&service, payload, event, &error);
}

/* Decodes, steps and plans, as the runtime does; the plan of the last step is kept. */
static enum wf_step run(const struct standing_event *event, wf_time now)
{
    static struct standing after;
    static struct standing_effects effects;
    memset(&after, 0, sizeof after);
    memset(&effects, 0, sizeof effects);
    struct wf_verdict verdict =
        standing_step(&service.policy, &state, event, now, &after, &effects);
    plan_recorder_end(&plan);
    plan_recorder_begin(&plan, now, 1);
    bool applied = verdict.step == WF_APPLIED;
    ck_assert_int_eq(standing_plan(&service, &state, event, verdict, applied ? &after : NULL,
                                   applied ? &effects : NULL, &plan, &error),
                     0);
    if (applied)
        state = after;
    return verdict.step;
}

static Endorse__V1__EndorsementGranted granted(void)
{
    Endorse__V1__EndorsementGranted message = ENDORSE__V1__ENDORSEMENT_GRANTED__INIT;
    message.association = (char *)"SCIMHA";
    message.person_id = (char *)"p1";
    message.category = ENDORSE__V1__CATEGORY__FS;
    message.age_line = ENDORSE__V1__AGE_LINE__IMH;
    message.application_id = (char *)"app-1";
    message.submitted_on = (char *)"2025-01-10";
    message.endorsed_on = (char *)"2025-03-01";
    message.edition = (char *)"2025-01-01";
    return message;
}

static void grant(void)
{
    struct standing_event event;
    Endorse__V1__EndorsementGranted message = granted();
    ck_assert_msg(decode(WF_MESSAGE_ENDORSEMENT_GRANTED, "SCIMHA~p1", &message.base, &event) == 0,
                  "%s", error.text);
    ck_assert_int_eq(run(&event, at("2025-03-02")), WF_APPLIED);
}

static const char *fact_event = "";

static int fact(const char *type, const ProtobufCMessage *inner, struct standing_event *event)
{
    struct wf_buffer packed = {0};
    wf_pack(inner, &packed);
    Endorse__V1__StandingFact message = ENDORSE__V1__STANDING_FACT__INIT;
    message.type = (char *)type;
    message.event_id = (char *)fact_event;
    message.portal = (char *)(fact_event[0] != '\0' ? "sc-portal" : "");
    message.data = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    int result = decode(WF_MESSAGE_STANDING_FACT, "SCIMHA~p1", &message.base, event);
    wf_buffer_fini(&packed);
    return result;
}

static void *sent(size_t number, enum wf_message message, const char *id)
{
    ck_assert_uint_lt(number, plan.send_count);
    ck_assert_int_eq(plan.sends[number].message, message);
    if (id != NULL)
        ck_assert_str_eq(plan.sends[number].id, id);
    void *unpacked = wf_unpack(wf_message_row(message)->descriptor,
                               wf_buffer_bytes(&plan.sends[number].payload), &arena);
    ck_assert_ptr_nonnull(unpacked);
    return unpacked;
}

static bool index_is(size_t number, enum wf_index_op op, const char *name, const char *member,
                     const char *value)
{
    const struct wf_index *index = &plan.indexes[number];
    return number < plan.index_count && index->op == op && index->name.length == strlen(name) &&
           memcmp(index->name.data, name, strlen(name)) == 0 &&
           index->member.length == strlen(member) &&
           (index->member.length == 0 || memcmp(index->member.data, member, strlen(member)) == 0) &&
           index->value.length == strlen(value) &&
           (index->value.length == 0 || memcmp(index->value.data, value, strlen(value)) == 0);
}

/* Written fields read back are the same state; every field cut short is refused. */
static void fields_agree(void)
{
    struct wf_fields fields = {0};
    static struct standing again;
    memset(&again, 0, sizeof again);
    standing_write(&state, &fields);
    ck_assert_msg(standing_read(&fields, &again, &error) == 0, "%s", error.text);
    ck_assert_int_eq(memcmp(&again, &state, sizeof state), 0);
    for (size_t i = 0; i < fields.count; i++) {
        size_t whole = fields.rows[i].value.length;
        static struct standing broken;
        memset(&broken, 0, sizeof broken);
        fields.rows[i].value.length = 3;
        ck_assert_int_eq(standing_read(&fields, &broken, &error), -1);
        ck_assert_int_eq(error.code, WF_BROKEN);
        fields.rows[i].value.length = whole;
    }
    wf_fields_fini(&fields);
}

START_TEST(spec_4_grant_is_told_and_shown)
{
    grant();
    ck_assert_uint_eq(plan.send_count, 1);
    const Endorse__V1__StandingChanged *changed = sent(0, WF_MESSAGE_STANDING_CHANGED, "p1");
    ck_assert_str_eq(changed->association, "SCIMHA");
    ck_assert_str_eq(changed->person_id, "p1");
    ck_assert_int_eq(changed->category, ENDORSE__V1__CATEGORY__FS);
    ck_assert_int_eq(changed->age_line, ENDORSE__V1__AGE_LINE__IMH);
    ck_assert_int_eq(changed->status, ENDORSE__V1__STANDING_STATUS__STANDING_ACTIVE);
    ck_assert_str_eq(changed->since_on, "2025-03-01");
    ck_assert_str_eq(changed->renewal_due_on, "2025-12-31");
    ck_assert_str_eq(changed->application_id, "app-1");
    ck_assert_uint_eq(plan.index_count, 2);
    ck_assert(index_is(0, WF_INDEX_HASH_PUT, "registry", "SCIMHA~p1~FS~IMH",
                       "active|2025-03-01|2025-12-31"));
    ck_assert(index_is(1, WF_INDEX_COUNT_UP, "registry-mark", "", ""));
    ck_assert_str_eq(plan.edition, "2025-01-01");
}
END_TEST

START_TEST(spec_5_lapse_drops_the_entry_in_the_same_plan)
{
    grant();
    struct standing_event tick = {.kind = STANDING_ON_TICK};
    while (state.phase != STANDING_LAPSED)
        ck_assert_int_eq(run(&tick, standing_next_deadline(&service.policy, &state)), WF_APPLIED);
    const Endorse__V1__StandingChanged *changed = sent(0, WF_MESSAGE_STANDING_CHANGED, "p1");
    ck_assert_int_eq(changed->status, ENDORSE__V1__STANDING_STATUS__STANDING_LAPSED);
    ck_assert_str_eq(changed->since_on, "2026-02-01");
    ck_assert_str_eq(changed->renewal_due_on, "");
    const Endorse__V1__MailRequested *mail = sent(1, WF_MESSAGE_MAIL_REQUESTED, NULL);
    ck_assert_str_eq(mail->template_name, "standing-lapsed");
    ck_assert_str_eq(mail->to_person_id, "p1");
    ck_assert_uint_eq(mail->n_arguments, 2);
    ck_assert_str_eq(mail->arguments[0]->value, "Family Specialist (IMH-E)");
    ck_assert_str_eq(mail->arguments[1]->name, "lapsed_on");
    ck_assert_str_eq(mail->arguments[1]->value, "2026-02-01");
    ck_assert(index_is(0, WF_INDEX_HASH_DROP, "registry", "SCIMHA~p1~FS~IMH", ""));
    ck_assert(index_is(1, WF_INDEX_COUNT_UP, "registry-mark", "", ""));
}
END_TEST

START_TEST(spec_5_erasure_drops_the_entry)
{
    grant();
    struct standing_event event;
    Endorse__V1__PersonErased message = ENDORSE__V1__PERSON_ERASED__INIT;
    message.person_id = (char *)"p1";
    ck_assert_int_eq(decode(WF_MESSAGE_PERSON_ERASED, "SCIMHA~p1", &message.base, &event), 0);
    ck_assert_int_eq(run(&event, at("2025-04-01")), WF_APPLIED);
    ck_assert(index_is(0, WF_INDEX_HASH_DROP, "registry", "SCIMHA~p1~FS~IMH", ""));
    const Endorse__V1__StandingChanged *changed = sent(0, WF_MESSAGE_STANDING_CHANGED, "p1");
    ck_assert_int_eq(changed->status, ENDORSE__V1__STANDING_STATUS__STANDING_ERASED);
    ck_assert_str_eq(changed->application_id, "");
}
END_TEST

START_TEST(spec_6_mails_say_what_is_missing)
{
    grant();
    struct standing_event tick = {.kind = STANDING_ON_TICK};
    ck_assert_int_eq(run(&tick, at("2025-10-01")), WF_APPLIED);
    const Endorse__V1__MailRequested *mail = sent(0, WF_MESSAGE_MAIL_REQUESTED, NULL);
    ck_assert_str_eq(mail->template_name, "renewal-opened");
    ck_assert_uint_eq(mail->n_arguments, 3);
    ck_assert_str_eq(mail->arguments[1]->name, "due_on");
    ck_assert_str_eq(mail->arguments[1]->value, "2025-12-31");
    ck_assert_str_eq(mail->arguments[2]->name, "needs");
    ck_assert_str_eq(
        mail->arguments[2]->value,
        "the renewal form, the code of ethics, signed again, the word that no sanction "
        "is in force, the fee of USD 25.00, a "
        "membership through 2025-12-31");
    ck_assert_uint_eq(plan.index_count, 0); /* the entry did not change */
}
END_TEST

START_TEST(spec_6_long_lists_end_with_dots)
{
    char words[STANDING_WORDS_MAX + 1];
    struct standing many = {.designation_count = STANDING_DESIGNATIONS_MAX};
    strcpy(many.association, "SCIMHA");
    for (int32_t i = 0; i < STANDING_DESIGNATIONS_MAX; i++)
        many.designations[i] =
            (struct standing_designation){.category = 1 + i % 8, .age_line = 1 + i / 8};
    standing_categories_words(service.book, &many, 0xffff, words);
    ck_assert_uint_le(strlen(words), STANDING_WORDS_MAX);
    ck_assert_str_eq(words + strlen(words) - 5, ", ...");
}
END_TEST

START_TEST(spec_2_facts_of_portals_become_events)
{
    struct standing_event event;
    Endorse__V1__RenewalSubmitted renewal = ENDORSE__V1__RENEWAL_SUBMITTED__INIT;
    renewal.association = (char *)"SCIMHA";
    renewal.category = ENDORSE__V1__CATEGORY__MHM_RF;
    renewal.age_line = ENDORSE__V1__AGE_LINE__ECMH;
    renewal.submitted_on = (char *)"2025-10-02";
    ck_assert_int_eq(fact("org.endorse.renewal.submitted.v1", &renewal.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_SUBMITTED);
    ck_assert_int_eq(event.category, 8);
    ck_assert_int_eq(event.age_line, 2);
    ck_assert_str_eq(event.association, "SCIMHA");
    ck_assert_str_eq(event.person, "p1");

    Endorse__V1__FeePaid fee = ENDORSE__V1__FEE_PAID__INIT;
    fee.association = (char *)"SCIMHA";
    fee.payment_id = (char *)"pay-1";
    fee.kind = ENDORSE__V1__FEE_KIND__FEE_LATE;
    fee.amount_minor = 2500;
    fee.currency = (char *)"USD";
    fee.paid_on = (char *)"2026-01-20";
    ck_assert_int_eq(fact("org.endorse.renewal.fee.paid.v1", &fee.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_FEE);
    ck_assert_int_eq(event.amount_minor, 2500);
    fee.amount_minor = -1;
    ck_assert_int_eq(fact("org.endorse.renewal.fee.paid.v1", &fee.base, &event), -1);

    Endorse__V1__MembershipExpired ended = ENDORSE__V1__MEMBERSHIP_EXPIRED__INIT;
    ended.association = (char *)"SCIMHA";
    ended.expired_on = (char *)"2026-06-30";
    ck_assert_int_eq(fact("org.endorse.membership.expired.v1", &ended.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_MEMBER_ENDED);

    Endorse__V1__NoSanctionAttested attested = ENDORSE__V1__NO_SANCTION_ATTESTED__INIT;
    attested.association = (char *)"SCIMHA";
    attested.attested_on = (char *)"2026-01-20";
    ck_assert_int_eq(fact("org.endorse.renewal.no-sanction.attested.v1", &attested.base, &event),
                     0);
    ck_assert_int_eq(event.kind, STANDING_ON_NO_SANCTION);
    Endorse__V1__PersonNameChanged name = ENDORSE__V1__PERSON_NAME_CHANGED__INIT;
    ck_assert_int_eq(fact("org.endorse.person.name.changed.v1", &name.base, &event), -1);
}
END_TEST

START_TEST(spec_2_10_ways_of_portals_become_events)
{
    struct standing_event event;
    Endorse__V1__Retired retired = ENDORSE__V1__RETIRED__INIT;
    ck_assert_int_eq(fact("org.endorse.standing.retired.v1", &retired.base, &event), -1);
    retired.association = (char *)"SCIMHA";
    retired.on = (char *)"2026-01-02";
    ck_assert_int_eq(fact("org.endorse.standing.retired.v1", &retired.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_RETIRED);
    Endorse__V1__SanctionReported sanction = ENDORSE__V1__SANCTION_REPORTED__INIT;
    sanction.association = (char *)"SCIMHA";
    sanction.reported_on = (char *)"2026-01-02";
    ck_assert_int_eq(fact("org.endorse.standing.sanction.reported.v1", &sanction.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_SANCTIONED);
    Endorse__V1__SanctionLifted lifted = ENDORSE__V1__SANCTION_LIFTED__INIT;
    lifted.association = (char *)"SCIMHA";
    lifted.lifted_on = (char *)"2026-01-02";
    ck_assert_int_eq(fact("org.endorse.standing.sanction.lifted.v1", &lifted.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_LIFTED);
    Endorse__V1__ReinstatementRequested back = ENDORSE__V1__REINSTATEMENT_REQUESTED__INIT;
    back.association = (char *)"SCIMHA";
    back.requested_on = (char *)"2026-01-02";
    ck_assert_int_eq(fact("org.endorse.standing.reinstatement.requested.v1", &back.base, &event),
                     0);
    ck_assert_int_eq(event.kind, STANDING_ON_REINSTATEMENT);
    Endorse__V1__LeaveStarted leave = ENDORSE__V1__LEAVE_STARTED__INIT;
    leave.association = (char *)"SCIMHA";
    leave.from_on = (char *)"2026-01-02";
    leave.until_on = (char *)"2026-11-02";
    ck_assert_int_eq(fact("org.endorse.standing.leave.started.v1", &leave.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_LEAVE);
    ck_assert_int_eq(event.until - event.on, 304);
    Endorse__V1__CategoryChanged archived = ENDORSE__V1__CATEGORY_CHANGED__INIT;
    archived.association = (char *)"SCIMHA";
    archived.category = ENDORSE__V1__CATEGORY__FS;
    archived.age_line = ENDORSE__V1__AGE_LINE__IMH;
    ck_assert_int_eq(fact("org.endorse.standing.category.archived.v1", &archived.base, &event), 0);
    ck_assert_int_eq(event.kind, STANDING_ON_ARCHIVED);
}
END_TEST

/* A sanction takes the name off; where the association shows inactive ones, without a reason. */
START_TEST(spec_5_sanction_leaves_no_active_entry)
{
    grant();
    struct standing_event event = {.kind = STANDING_ON_SANCTIONED};
    ck_assert_int_eq(run(&event, at("2025-04-01")), WF_APPLIED);
    ck_assert(index_is(0, WF_INDEX_HASH_DROP, "registry", "SCIMHA~p1~FS~IMH", ""));
    const Endorse__V1__StandingChanged *changed = sent(0, WF_MESSAGE_STANDING_CHANGED, "p1");
    ck_assert_int_eq(changed->status, ENDORSE__V1__STANDING_STATUS__STANDING_INACTIVE_SANCTION);
    const Endorse__V1__MailRequested *mail = sent(1, WF_MESSAGE_MAIL_REQUESTED, NULL);
    ck_assert_str_eq(mail->template_name, "standing-inactive");
    ck_assert_str_eq(mail->arguments[1]->value, "2025-04-01");
    fields_agree();
    state = (struct standing){0};
    for (int32_t i = 0; i < service.book->count; i++)
        service.book->associations[i].shows_inactive = true;
    grant();
    ck_assert_int_eq(run(&event, at("2025-04-01")), WF_APPLIED);
    ck_assert(
        index_is(0, WF_INDEX_HASH_PUT, "registry", "SCIMHA~p1~FS~IMH", "inactive|2025-04-01|"));
}
END_TEST

START_TEST(spec_4_refused_fact_is_told_to_who_named_it)
{
    struct standing_event event;
    Endorse__V1__EthicsSigned ethics = ENDORSE__V1__ETHICS_SIGNED__INIT;
    ethics.association = (char *)"SCIMHA";
    ethics.version = (char *)"1";
    ethics.signed_on = (char *)"2025-10-02";
    ck_assert_int_eq(fact("org.endorse.renewal.ethics.attested.v1", &ethics.base, &event), 0);
    ck_assert_int_eq(run(&event, at("2025-10-02")), WF_REFUSED);
    ck_assert_uint_eq(plan.send_count, 0);
    fact_event = "event-7";
    ck_assert_int_eq(fact("org.endorse.renewal.ethics.attested.v1", &ethics.base, &event), 0);
    fact_event = "";
    ck_assert_int_eq(run(&event, at("2025-10-02")), WF_REFUSED);
    ck_assert_uint_eq(plan.send_count, 1);
    const Endorse__V1__StandingFactRefused *told = sent(0, WF_MESSAGE_STANDING_FACT_REFUSED, "p1");
    ck_assert_str_eq(told->event_id, "event-7");
    ck_assert_str_eq(told->portal, "sc-portal");
    ck_assert_str_eq(told->type, "org.endorse.renewal.ethics.attested.v1");
    ck_assert_str_eq(told->reason, "not-endorsed");
    ck_assert_str_eq(told->association, "SCIMHA");
}
END_TEST

START_TEST(spec_2_bad_fields_are_named)
{
    struct standing_event event;
    Endorse__V1__EndorsementGranted message = granted();
    message.endorsed_on = (char *)"2025-02-30";
    ck_assert_int_eq(decode(WF_MESSAGE_ENDORSEMENT_GRANTED, "SCIMHA~p1", &message.base, &event),
                     -1);
    ck_assert_int_eq(error.code, WF_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "endorsedOn"));
    message = granted();
    ck_assert_int_eq(decode(WF_MESSAGE_ENDORSEMENT_GRANTED, "SCIMHA~p2", &message.base, &event),
                     -1);
    ck_assert_int_eq(decode(WF_MESSAGE_ENDORSEMENT_GRANTED, "VAIMH~p1", &message.base, &event), -1);
    ck_assert_int_eq(decode(WF_MESSAGE_ENDORSEMENT_GRANTED, "nobody", &message.base, &event), -1);
    message.category = (Endorse__V1__Category)9;
    ck_assert_int_eq(decode(WF_MESSAGE_ENDORSEMENT_GRANTED, "SCIMHA~p1", &message.base, &event),
                     -1);
    Endorse__V1__Retired retired = ENDORSE__V1__RETIRED__INIT;
    ck_assert_int_eq(fact("org.endorse.nothing.v1", &retired.base, &event), -1);
    ck_assert_int_eq(fact("endorse.person.erased.v1", &retired.base, &event), -1);
}
END_TEST

START_TEST(spec_1_stored_fields_there_and_back)
{
    struct wf_fields none = {0};
    ck_assert_int_eq(standing_read(&none, &state, &error), 0);
    standing_write(&state, &none);
    ck_assert_uint_eq(none.count, 0);
    grant();
    fields_agree();
    struct standing_event event = {.kind = STANDING_ON_FEE, .fee_kind = STANDING_FEE_RENEWAL};
    strcpy(event.currency, "USD");
    strcpy(event.reference, "pay-1");
    event.amount_minor = 100;
    event.on = state.designations[0].since;
    ck_assert_int_eq(run(&event, at("2025-03-03")), WF_APPLIED);
    fields_agree();
    struct standing_event tick = {.kind = STANDING_ON_TICK};
    while (state.phase != STANDING_LAPSED) {
        ck_assert_int_eq(run(&tick, standing_next_deadline(&service.policy, &state)), WF_APPLIED);
        fields_agree();
    }
    struct standing_event erased = {.kind = STANDING_ON_ERASED};
    ck_assert_int_eq(run(&erased, at("2026-03-03")), WF_APPLIED);
    fields_agree();
}
END_TEST

START_TEST(story_says_what_it_waits_for)
{
    char text[400];
    grant();
    standing_waiting(&service.policy, &state, text, sizeof text);
    ck_assert_str_eq(text, "current since 2025-03-02: it waits for the opening of the renewal due "
                           "2025-12-31, at 2025-10-01T04:00:00.000Z; then the person is told what "
                           "it needs.");
    struct standing_event tick = {.kind = STANDING_ON_TICK};
    ck_assert_int_eq(run(&tick, at("2025-10-01")), WF_APPLIED);
    standing_waiting(&service.policy, &state, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "it lacks the renewal form"));
    ck_assert_ptr_nonnull(strstr(text, "until the end of 2026-01-31; then the endorsement lapses"));
    struct wf_buffer json = {0};
    standing_show(&state, &json);
    wf_buffer_append(&json, "", 1);
    ck_assert_ptr_nonnull(strstr((const char *)json.data, "\"state\":\"open\""));
    ck_assert_ptr_nonnull(strstr((const char *)json.data, "\"category\":\"FS\""));
    wf_buffer_fini(&json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("standing codec");
    TCase *cases = tcase_create("codec");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, spec_4_grant_is_told_and_shown);
    tcase_add_test(cases, spec_5_lapse_drops_the_entry_in_the_same_plan);
    tcase_add_test(cases, spec_5_erasure_drops_the_entry);
    tcase_add_test(cases, spec_6_mails_say_what_is_missing);
    tcase_add_test(cases, spec_6_long_lists_end_with_dots);
    tcase_add_test(cases, spec_2_facts_of_portals_become_events);
    tcase_add_test(cases, spec_2_10_ways_of_portals_become_events);
    tcase_add_test(cases, spec_5_sanction_leaves_no_active_entry);
    tcase_add_test(cases, spec_4_refused_fact_is_told_to_who_named_it);
    tcase_add_test(cases, spec_2_bad_fields_are_named);
    tcase_add_test(cases, spec_1_stored_fields_there_and_back);
    tcase_add_test(cases, story_says_what_it_waits_for);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
