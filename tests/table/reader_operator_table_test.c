/* links: wf_intake wf_intake_core wf_policy wf_record wf_port wf_base */
/* Exam readers and operators, step by step.  intake SPEC 12, 14. */
#include "operator_codec.h"
#include "reader_codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1767225600000)

static struct reader_state reader;
static struct reader_effects effects;
static struct wf_verdict verdict;
static wf_time now;

static void open_reader(void)
{
    memset(&reader, 0, sizeof reader);
    now = NOW;
}

static void step(const struct reader_event *event)
{
    struct reader_state after = {0};
    struct reader_state read = {0};
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    const char *broken = "";
    memset(&effects, 0, sizeof effects);
    verdict = reader_step(NULL, &reader, event, now, &after, &effects);
    if (verdict.step == WF_APPLIED)
        reader = after;
    ck_assert_msg(reader_holds(&reader, &broken), "%s", broken);
    reader_write(&reader, &fields);
    ck_assert_int_eq(reader_read(&fields, &read, &error), 0);
    ck_assert(reader.state == READER_NONE || memcmp(&read, &reader, sizeof read) == 0);
    wf_fields_fini(&fields);
}

static void put(void)
{
    struct reader_event event = {.kind = READER_EVENT_PUT};
    (void)snprintf(event.is.put.person, sizeof event.is.put.person, "p-1");
    event.is.put.enrolment.active = true;
    step(&event);
}
static void tell(enum reader_event_id kind)
{
    struct reader_event event = {.kind = kind};
    if (kind == READER_EVENT_GATHERED)
        event.is.gathered.gathering = reader.gathering;
    if (kind == READER_EVENT_NOTICE)
        event.is.notice.kind = READER_NOTICE_OFFERED;
    step(&event);
}

START_TEST(spec_12_the_card_goes_when_the_tokens_are_there)
{
    tell(READER_EVENT_NOTICE);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    put();
    ck_assert_int_eq(effects.list[0], READER_GATHER);
    ck_assert(reader_next_deadline(NULL, &reader) == NOW + WF_MINUTE);
    now += WF_MINUTE;
    tell(READER_EVENT_TICK); /* the job was lost */
    ck_assert_int_eq(effects.list[0], READER_GATHER);
    tell(READER_EVENT_GATHERED);
    ck_assert_int_eq(effects.list[0], READER_SEND_CARD);
    ck_assert(reader_next_deadline(NULL, &reader) == WF_NEVER);
}
END_TEST

START_TEST(spec_12_each_link_has_a_higher_number_and_a_day_has_twenty)
{
    put();
    for (uint32_t i = 1; i <= READER_LINKS_A_DAY; i++) {
        tell(i % 2 ? READER_EVENT_NOTICE : READER_EVENT_LINK_WANTED);
        ck_assert_int_eq(effects.list[0], READER_MAIL);
        ck_assert_uint_eq(reader.link, i);
        ck_assert_int_eq(effects.until, wf_time_to_utc_date(now) + READER_LINK_DAYS);
    }
    tell(READER_EVENT_LINK_WANTED);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
    now += WF_DAY;
    tell(READER_EVENT_LINK_WANTED);
    ck_assert_int_eq(verdict.step, WF_APPLIED);
}
END_TEST

START_TEST(spec_12_an_erased_reader_reads_no_more_and_gets_no_mail)
{
    struct reader_event event = {.kind = READER_EVENT_TOUCHED, .is.erased = true};
    put();
    step(&event);
    ck_assert(!reader.enrolment.active);
    tell(READER_EVENT_NOTICE);
    ck_assert_int_eq(verdict.step, WF_IGNORED);
}
END_TEST

static struct operator_state known;

enum { COORDINATOR = 1, REDACTOR, AUDITOR, OPERATIONS };

static const char *operate_as(enum operator_event_id kind, const char *signer, int role)
{
    struct operator_state after = {0};
    struct operator_effects told = {0};
    struct operator_event event = {.kind = kind, .roles = 1 << 1};
    event.meta.self = wf_address_make(WF_INTAKE, "operator", "ann");
    (void)snprintf(event.signer.id, sizeof event.signer.id, "%s", signer);
    event.signer.roles = *signer ? 1 << role : 0;
    event.key[0] = signer[0] ? (uint8_t)signer[0] : 1;
    struct wf_verdict said = operator_step(NULL, &known, &event, NOW, &after, &told);
    if (said.step == WF_APPLIED)
        known = after;
    ck_assert(told.tell == (said.step == WF_APPLIED));
    return said.step == WF_REFUSED ? operator_reasons[said.reason].code
                                   : operator_state_name(known.state);
}

static const char *operate(enum operator_event_id kind, const char *signer)
{
    return operate_as(kind, signer, COORDINATOR);
}

START_TEST(spec_14_nobody_changes_the_own_record)
{
    memset(&known, 0, sizeof known);
    ck_assert_str_eq(operate(OPERATOR_EVENT_REVOKE, "bob"), "operator-unknown");
    ck_assert_str_eq(operate(OPERATOR_EVENT_PUT, ""), "active"); /* the first of all */
    ck_assert_str_eq(operate(OPERATOR_EVENT_PUT, "ann"), "own-record");
    ck_assert_str_eq(operate(OPERATOR_EVENT_REVOKE, "ann"), "own-record");
    ck_assert_str_eq(operate(OPERATOR_EVENT_REVOKE, "bob"), "revoked");
}
END_TEST

/* Else one person could give an operator who is there a key of the own, and count twice. */
START_TEST(spec_14_an_operator_keeps_key_and_roles_for_ever)
{
    memset(&known, 0, sizeof known);
    ck_assert_str_eq(operate(OPERATOR_EVENT_PUT, "bob"), "active");
    ck_assert_uint_eq(known.key[0], 'b');
    ck_assert_str_eq(operate(OPERATOR_EVENT_PUT, "mallory"), "operator-known");
    ck_assert_str_eq(operate(OPERATOR_EVENT_PUT, ""), "operator-known");
    ck_assert_uint_eq(known.key[0], 'b');
    ck_assert_str_eq(operate(OPERATOR_EVENT_REVOKE, "bob"), "revoked");
    ck_assert_str_eq(operate(OPERATOR_EVENT_PUT, "mallory"), "operator-known");
}
END_TEST

START_TEST(spec_14_who_judges_papers_alone_makes_nobody_an_operator)
{
    static const int may_not[] = {REDACTOR, AUDITOR};
    for (size_t i = 0; i < sizeof may_not / sizeof *may_not; i++) {
        memset(&known, 0, sizeof known);
        ck_assert_str_eq(operate_as(OPERATOR_EVENT_PUT, "mallory", may_not[i]), "operator-role");
        ck_assert_str_eq(operate_as(OPERATOR_EVENT_PUT, "bob", OPERATIONS), "active");
        ck_assert_str_eq(operate_as(OPERATOR_EVENT_REVOKE, "mallory", may_not[i]), "operator-role");
        ck_assert_str_eq(operate_as(OPERATOR_EVENT_REVOKE, "bob", OPERATIONS), "revoked");
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("readers and operators");
    TCase *tests = tcase_create("reader");
    tcase_add_checked_fixture(tests, open_reader, NULL);
    tcase_add_test(tests, spec_12_the_card_goes_when_the_tokens_are_there);
    tcase_add_test(tests, spec_12_each_link_has_a_higher_number_and_a_day_has_twenty);
    tcase_add_test(tests, spec_12_an_erased_reader_reads_no_more_and_gets_no_mail);
    tcase_add_test(tests, spec_14_nobody_changes_the_own_record);
    tcase_add_test(tests, spec_14_an_operator_keeps_key_and_roles_for_ever);
    tcase_add_test(tests, spec_14_who_judges_papers_alone_makes_nobody_an_operator);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
