/* links: standing_kit ratings_kit wf_renewal wf_policy wf_wire wf_base */
/* What is told of standings: what each state waits for, what a refusal and an audit say, what a transfer grants; and
 * that all of a standing is stored.  services/renewal/SPEC.md 1, 2.11, 2.12, 2.14, 4. */
#include "plan_recorder.h"
#include "standing_script.h"
#include "standing_service.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct standing_service service;
static struct wf_plan plan;
static struct wf_arena arena;

static void open_all(void)
{
    struct wf_error error = {.code = WF_OK};
    setup();
    ck_assert(standing_service_init(&service, WF_SOURCE_DIR "/deploy/policy", &error) == 0);
    plan_recorder_begin(&plan, 0, 1);
    wf_arena_init(&arena, 64 * WF_KIB);
}

static void close_all(void)
{
    plan_recorder_end(&plan);
    wf_arena_fini(&arena);
    standing_service_fini(&service);
    teardown();
}

/* ---- since when, until when, what then ---- */

static const struct {
    const char *life, *sentence;
} waits[] = {
    {"2025-03-01 member 2026-12-31", "none since 2025-03-01: it waits for an endorsement, without "
                                     "a deadline; nothing happens by itself."},
    {"in current",
     "current since 2025-03-02: it waits for the opening of the renewal due 2025-12-31, at "
     "2025-10-01T04:00:00.000Z; then the person is told what it needs."},
    {"in open",
     "open since 2025-10-01: it lacks the renewal form, the code of ethics, signed again, the word "
     "that "
     "no sanction is in force, the fee of USD 25.00, a membership through 2025-12-31; it waits "
     "until the "
     "end of 2025-12-31; then, with what being late costs, until the end of 2026-01-31; then the "
     "endorsement lapses and the name leaves the registry."},
    {"at MI-AIMH; 2024-11-01 grant FS endorsed 2022-11-01; 2024-11-02 ethics; 2024-11-02 attest; "
     "2024-11-02 member "
     "2024-12-31; 2024-11-02 fee renewal 30; 2024-11-02 hours h1 training 15 imh "
     "2024-02-01..2024-03-01",
     "open since 2024-10-01: it lacks the renewal form, which needs more hours about diversity; it "
     "waits until the "
     "end of 2024-12-31; then, with what being late costs, until the end of 2025-01-31; then the "
     "endorsement lapses "
     "and the name leaves the registry."},
    {"in grace", "grace since 2026-01-01: the renewal was due 2025-12-31; it lacks the renewal "
                 "form, the code of "
                 "ethics, signed again, the word that no sanction is in force, the fee of USD "
                 "50.00, a membership "
                 "through 2026-01-01; it waits until the end of 2026-01-31; then the endorsement "
                 "lapses and the name "
                 "leaves the registry."},
    {"in lapsed", "lapsed since 2026-02-01: it waits for a new endorsement or a reinstatement, "
                  "without a deadline; "
                  "nothing happens by itself."},
    {"in leave", "leave since 2025-04-01: it waits for the return from leave until the end of "
                 "2026-01-26; then the "
                 "endorsement lapses."},
    {"in sanctioned",
     "sanctioned since 2025-04-01: it waits for the lifting of the sanction, without a deadline; "
     "nothing happens by itself."},
    {"in lifted", "lifted since 2025-05-01: it waits for a reinstatement or a new endorsement, "
                  "without a deadline; "
                  "nothing happens by itself."},
    {"in returning",
     "returning since 2025-05-01: the reinstatement lacks the code of ethics, signed again, a "
     "membership through 2025-05-01; it waits until the end of the leave on 2026-01-26; then the "
     "endorsement lapses."},
    {"at NAIMH; 2022-03-01 grant FS; 2025-02-01 return",
     "returning since 2025-02-01: the reinstatement lacks the code of ethics, signed again, 15.00 "
     "more training "
     "hours, an entry that names who gives the reflective supervision, the fee of USD 25.00, ...; "
     "it waits without a "
     "deadline."},
    {"in emeritus", "emeritus since 2025-04-01: it waits for nothing, without a deadline; nothing "
                    "happens by itself."},
    {"in erased", "erased since 2025-03-03: it waits for nothing, without a deadline; nothing "
                  "happens by itself."},
    {"at NAIMH; 2022-03-01 grant FS; 2024-10-05 member 2035-12-31; 2024-10-05 ethics; 2024-10-05 "
     "attest; "
     "2024-10-05 submit",
     "current since 2024-10-05: it waits for the opening of the renewal due 2027-12-31, at "
     "2027-10-01T05:00:00.000Z; then the person is told what it needs. An audit waits for its "
     "answer until the end "
     "of 2024-12-04; then it has failed."},
};
START_TEST(spec_2_1_each_state_says_what_it_waits_for)
{
    char text[800];
    script_play(waits[_i].life);
    standing_waiting(&policy, &state, text, sizeof text);
    ck_assert_msg(strcmp(text, waits[_i].sentence) == 0, "expected %s\n     got %s",
                  waits[_i].sentence, text);
    standing_waiting(&policy, &state, text, 40); /* a small place is not overrun */
    ck_assert_uint_lt(strlen(text), 40);
}
END_TEST

/* Every state has its sentence above. */
START_TEST(spec_2_1_no_state_is_left_out)
{
    bool seen[STANDING_STATE_COUNT] = {false};
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        state = (struct standing){0};
        association = "SCIMHA";
        script_play(waits[i].life);
        seen[state.phase] = true;
    }
    for (int phase = 0; phase < STANDING_STATE_COUNT; phase++)
        ck_assert_msg(seen[phase], "%s", standing_phase_name((enum standing_phase)phase));
}
END_TEST

/* ---- stored ---- */

START_TEST(spec_1_everything_is_stored)
{
    static struct standing again;
    struct wf_fields fields = {0};
    struct wf_error error = {.code = WF_OK};
    script_play(waits[_i].life);
    if (state.phase != STANDING_ERASED)
        script_play("2027-01-01 hours x1 training 2.5 giving rsc 3 peer reviewing by MHS "
                    "2026-01-02..2026-02-03");
    standing_write(&state, &fields);
    memset(&again, 0, sizeof again);
    ck_assert_msg(standing_read(&fields, &again, &error) == 0, "%s", error.text);
    ck_assert_mem_eq(&again, &state, sizeof state);
    wf_fields_fini(&fields);
}
END_TEST

/* ---- told ---- */

static void plan_it(const struct standing *before, const struct standing_event *event, wf_time now)
{
    static struct standing after;
    static struct standing_effects done;
    struct wf_error error = {.code = WF_OK};
    memset(&after, 0, sizeof after);
    memset(&done, 0, sizeof done);
    struct wf_verdict verdict = standing_step(&service.policy, before, event, now, &after, &done);
    bool applied = verdict.step == WF_APPLIED;
    plan_recorder_end(&plan);
    plan_recorder_begin(&plan, now, 1);
    ck_assert_int_eq(standing_plan(&service, before, event, verdict, applied ? &after : NULL,
                                   applied ? &done : NULL, &plan, &error),
                     0);
}

static void *sent(enum wf_message message, const char *id)
{
    for (size_t i = 0; i < plan.send_count; i++) {
        if (plan.sends[i].message == message && strcmp(plan.sends[i].id, id) == 0) {
            ck_assert_uint_le(plan.sends[i].payload.length, wf_message_row(message)->bytes_max);
            return wf_unpack(wf_message_row(message)->descriptor,
                             wf_buffer_bytes(&plan.sends[i].payload), &arena);
        }
    }
    ck_abort_msg("%s was not sent", wf_message_row(message)->type);
}

/* The longest ids, as many entries as there can be: the refusal still fits its message. */
START_TEST(spec_4_a_refusal_lists_what_was_judged_and_fits)
{
    script_play("at MI-AIMH; 2024-11-01 grant FS endorsed 2022-11-01");
    for (int i = 0; i < STANDING_ACTIVITIES_MAX; i++) {
        struct standing_activity *one = &state.activities[state.activity_count++];
        (void)snprintf(one->id, sizeof one->id, "%064d", i);
        one->topic = STANDING_TOPIC_IMH;
        one->training_hundredths = 1;
        one->rsc_hundredths = 1;
        one->from = one->until = day("2024-02-01");
    }
    struct standing_event event = event_of(STANDING_ON_SUBMITTED, "2024-11-02");
    strcpy(event.fact_event, "e1");
    strcpy(event.fact_portal, "portal/A");
    strcpy(event.fact_type, "org.endorse.renewal.submitted.v1");
    plan_it(&state, &event, noon("2024-11-02"));
    const Endorse__V1__StandingFactRefused *refused = sent(WF_MESSAGE_STANDING_FACT_REFUSED, "p1");
    ck_assert_str_eq(refused->reason, "training-short");
    ck_assert_str_eq(refused->edition, "2024-01-01");
    json_t *rows = json_loads(refused->requirements_json, 0, NULL);
    const json_t *training = json_array_get(rows, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(training, "needed")), 1500);
    ck_assert_int_eq(json_integer_value(json_object_get(training, "have")), 96);
    ck_assert_int_eq(json_integer_value(json_object_get(training, "short")), 1404);
    ck_assert_int_eq(json_integer_value(json_object_get(training, "byLeftOut")), 84);
    ck_assert_str_eq(json_string_value(json_object_get(training, "rule")),
                     "renewal_training_hours");
    json_decref(rows);
    rows = json_loads(refused->not_counted_json, 0, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(rows, 0), "why")),
                     "provider");
    json_decref(rows);
}
END_TEST

START_TEST(spec_4_operations_see_each_requirement)
{
    struct wf_buffer json = {0};
    script_play("at MI-AIMH; 2024-11-01 grant FS endorsed 2022-11-01; 2024-11-01 grant FS ECMH "
                "endorsed 2022-11-01; "
                "2024-11-02 hours h1 training 15 imh 2024-02-01..2024-03-01; "
                "2024-11-02 hours h2 training 15 imh 2023-12-31..2024-03-01");
    standing_judged(&policy, &state, noon("2024-11-02"), &json);
    wf_buffer_append(&json, "", 1);
    json_t *judged = json_loads((const char *)json.data, 0, NULL);
    ck_assert_uint_eq(json_array_size(json_object_get(judged, "requirements")), 18);
    const json_t *doubt = json_array_get(json_object_get(judged, "notCounted"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(doubt, "id")), "h2");
    ck_assert_str_eq(json_string_value(json_object_get(doubt, "why")), "before-cycle");
    json_decref(judged);
    wf_buffer_fini(&json);
}
END_TEST

START_TEST(spec_6_needs_are_words)
{
    char words[STANDING_WORDS_MAX + 1];
    struct standing_mail mail = {
        .missing = WF_NEED_SUBMISSION, .form_training = 1500, .form_rsc = 1250};
    standing_needs_words(&mail, words);
    ck_assert_str_eq(words, "the renewal form with 15.00 h of training and 12.50 h of supervision");
    mail.form_training = 0;
    standing_needs_words(&mail, words);
    ck_assert_str_eq(words, "the renewal form with 12.50 h of supervision");
    mail.form_rsc = 0;
    standing_needs_words(&mail, words);
    ck_assert_str_eq(words, "the renewal form");
}
END_TEST

START_TEST(spec_2_14_a_transfer_is_granted_as_it_was_earned)
{
    script_play("at CT-AIMH; 2025-03-01 grant FS endorsed 2022-03-01 applied 2021-11-05 app app-7");
    struct standing_event event = event_of(STANDING_ON_TRANSFERRED, "2025-06-01");
    strcpy(event.target, "SCIMHA");
    plan_it(&state, &event, noon("2025-06-01"));
    const Endorse__V1__EndorsementGranted *granted =
        sent(WF_MESSAGE_ENDORSEMENT_GRANTED, "SCIMHA~p1");
    ck_assert_str_eq(granted->association, "SCIMHA");
    ck_assert_str_eq(granted->endorsed_on, "2022-03-01");
    ck_assert_str_eq(granted->submitted_on, "2021-11-05");
    ck_assert_str_eq(granted->application_id, "app-7");
    const Endorse__V1__StandingChanged *changed = sent(WF_MESSAGE_STANDING_CHANGED, "p1");
    ck_assert_int_eq(changed->status, ENDORSE__V1__STANDING_STATUS__STANDING_ARCHIVED);
}
END_TEST

/* Whoever has the journal's random bytes can make the draw again. */
START_TEST(spec_2_12_the_draw_is_told_with_its_seed)
{
    script_play("at NAIMH; 2022-03-01 grant FS; 2024-10-05 member 2035-12-31; 2024-10-05 ethics; "
                "2024-10-05 attest");
    for (int draw = 0; draw < 100; draw += 3) {
        struct standing_event event = event_of(STANDING_ON_SUBMITTED, "2024-10-05");
        event.meta.entropy[6] = 0x03;
        event.meta.entropy[7] = (uint8_t)draw; /* behind 3 times 256 */
        struct standing before = state;
        struct wf_verdict verdict = step(&event, noon("2024-10-05"));
        ck_assert_int_eq(verdict.step, WF_APPLIED);
        ck_assert_uint_eq(state.audit_seed, 768u + (unsigned)draw);
        bool drawn = (768 + draw) % 100 < 10;
        ck_assert_int_eq(state.audit == STANDING_AUDIT_ASKED, drawn);
        ck_assert_int_eq(effects.audit_changed, drawn);
        state = before;
        if (!drawn)
            continue;
        plan_it(&state, &event, noon("2024-10-05"));
        for (size_t i = 0; i < plan.send_count; i++) {
            if (plan.sends[i].message != WF_MESSAGE_RENEWAL_NOTED)
                continue;
            const Endorse__V1__RenewalNoted *note = (const Endorse__V1__RenewalNoted *)wf_unpack(
                &endorse__v1__renewal_noted__descriptor, wf_buffer_bytes(&plan.sends[i].payload),
                &arena);
            if (strcmp(note->about, "audit") == 0)
                ck_assert_ptr_nonnull(strstr(note->data_json, "\"seed\":\"00000000000003"));
        }
        wf_arena_clear(&arena);
    }
}
END_TEST

int main(void)
{
    enum { WAITS = sizeof waits / sizeof waits[0] };
    Suite *suite = suite_create("standing told");
    TCase *cases = tcase_create("told");
    tcase_add_checked_fixture(cases, open_all, close_all);
    tcase_add_loop_test(cases, spec_2_1_each_state_says_what_it_waits_for, 0, WAITS);
    tcase_add_test(cases, spec_2_1_no_state_is_left_out);
    tcase_add_loop_test(cases, spec_1_everything_is_stored, 0, WAITS);
    tcase_add_test(cases, spec_4_a_refusal_lists_what_was_judged_and_fits);
    tcase_add_test(cases, spec_4_operations_see_each_requirement);
    tcase_add_test(cases, spec_6_needs_are_words);
    tcase_add_test(cases, spec_2_14_a_transfer_is_granted_as_it_was_earned);
    tcase_add_test(cases, spec_2_12_the_draw_is_told_with_its_seed);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
