/* links: wf_courier wf_courier_core wf_runtime wf_wire wf_port wf_base */
/* What comes in is bounded and checked; what is stored comes back as it was; what is stored wrongly
 * is said to be broken. */
#include "courier.h"
#include "effect_codec.h"
#include "endpoint_codec.h"
#include "mail_template.h"

#include "endorse/v1/internal.pb-c.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct courier courier;
static struct wf_error error;

static void load(void)
{
    ck_assert_int_eq(mail_templates_load(&courier.templates, WF_SOURCE_DIR "/deploy/mail", &error),
                     0);
}
static void unload(void)
{
    mail_templates_free(&courier.templates);
}

/* ---- mails ---- */

static char names[][16] = {"category", "role", "due_on", "waiver"};
static Endorse__V1__MailArgument arguments[4];
static Endorse__V1__MailArgument *argument_list[4];

static Endorse__V1__MailRequested good_request(void)
{
    Endorse__V1__MailRequested request = ENDORSE__V1__MAIL_REQUESTED__INIT;
    for (size_t i = 0; i < 4; i++) {
        endorse__v1__mail_argument__init(&arguments[i]);
        arguments[i].name = names[i];
        arguments[i].value = (char *)"a value";
        argument_list[i] = &arguments[i];
    }
    request.template_name = (char *)"rating-request";
    request.to_person_id = (char *)"p-1";
    request.about_person_id = (char *)"p-2";
    request.association = (char *)"MassAIMH";
    request.n_arguments = 4;
    request.arguments = argument_list;
    request.link_application = (char *)"MA-1";
    request.link_request = 2;
    request.link_generation = 3;
    return request;
}

static int decode(const Endorse__V1__MailRequested *request, struct effect_event *event)
{
    *event = (struct effect_event){.meta.from = wf_address_make(WF_REFERENCE, "ratings", "MA-1")};
    error = (struct wf_error){0};
    return effect_decode_requested(&courier, &request->base, event, &error);
}

START_TEST(a_good_request_is_kept)
{
    struct effect_event event;
    Endorse__V1__MailRequested request = good_request();
    ck_assert_msg(decode(&request, &event) == 0, "%s", error.text);
    ck_assert_int_eq(event.kind, EFFECT_ON_REQUESTED);
    ck_assert_uint_eq(event.mail.argument_count, 4);
    ck_assert_str_eq(event.mail.arguments[2].name, "due_on");
    ck_assert_str_eq(event.mail.asker.id, "MA-1");
    ck_assert_uint_eq(event.mail.link_generation, 3);
}
END_TEST

enum fault {
    NO_TEMPLATE,
    NO_ARGUMENT,
    LONG_VALUE,
    NEWLINE,
    BAD_TO,
    BAD_ABOUT,
    NO_LINK,
    BAD_UTF8,
    NO_ASSOCIATION,
    FAULTS
};

START_TEST(a_faulty_request_is_refused_with_its_field)
{
    static const char *const fields[FAULTS] = {
        [NO_TEMPLATE] = "template_name", [NO_ARGUMENT] = "waiver",
        [LONG_VALUE] = "arguments.role", [NEWLINE] = "arguments.category",
        [BAD_TO] = "to_person_id",       [BAD_ABOUT] = "about_person_id",
        [NO_LINK] = "link_application",  [BAD_UTF8] = "arguments.due_on",
        [NO_ASSOCIATION] = "association"};
    struct effect_event event;
    char endless[EFFECT_VALUE_MAX + 2];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    Endorse__V1__MailRequested request = good_request();
    switch ((enum fault)_i) {
    case NO_TEMPLATE:
        request.template_name = (char *)"../../etc/passwd";
        break;
    case NO_ARGUMENT:
        request.n_arguments = 3;
        break;
    case LONG_VALUE:
        arguments[1].value = endless;
        break;
    case NEWLINE:
        arguments[0].value = (char *)"x\r\nBcc: a@b";
        break;
    case BAD_TO:
        request.to_person_id = (char *)"../p";
        break;
    case BAD_ABOUT:
        request.about_person_id = (char *)"a b";
        break;
    case NO_LINK:
        request.link_application = (char *)"";
        break;
    case BAD_UTF8:
        arguments[2].value = (char *)"\xff";
        break;
    case NO_ASSOCIATION:
        request.association = (char *)"";
        break;
    case FAULTS:
        break;
    }
    ck_assert_int_eq(decode(&request, &event), -1);
    ck_assert_int_eq(error.code, WF_INVALID);
    ck_assert_msg(strstr(error.text, fields[_i]) != NULL, "%s", error.text);
}
END_TEST

static void store_and_load(const struct wf_machine *machine, const void *state, void *again)
{
    struct wf_fields fields = {0};
    machine->write(state, &fields);
    ck_assert_msg(machine->read(&fields, again, &error) == 0, "%s", error.text);
    ck_assert(memcmp(state, again, machine->state_size) == 0);
    wf_fields_fini(&fields);
}

START_TEST(a_stored_mail_comes_back_as_it_was)
{
    struct effect_policy policy = {0};
    struct effect_event event;
    struct effect state = {0}, after = {0}, again = {0};
    struct effect_effects effects = {0};
    Endorse__V1__MailRequested request = good_request();
    ck_assert_int_eq(decode(&request, &event), 0);
    ck_assert_int_eq(effect_step(&policy, &state, &event, 1700000000000, &after, &effects).step,
                     WF_APPLIED);
    store_and_load(&effect_machine, &after, &again);
    for (unsigned kind = EFFECT_STATE_COUNT; kind-- > 1;) {
        memset(&again, 0, sizeof again);
        after.state = (enum effect_state)kind;
        after.attempt = 9;
        after.possibly_twice = 2;
        after.missing = 1;
        strcpy(after.detail, "550 5.1.1");
        store_and_load(&effect_machine, &after, &again);
    }
}
END_TEST

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

START_TEST(a_stored_mail_of_another_shape_is_broken)
{
    static const char *const heads[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"state\":\"sending\"}",
        "{\"attempt\":1,\"detail\":\"\",\"dueMs\":1,\"missing\":0,\"possiblyTwice\":0,"
        "\"requestedMs\":1,\"state\":\"no such\"}",
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct wf_fields fields = {0};
        struct effect state = {0};
        wf_fields_add(&fields, bytes_of("h"), bytes_of(heads[i]));
        wf_fields_add(&fields, bytes_of("m"), bytes_of("{}"));
        wf_fields_sort(&fields);
        ck_assert_int_eq(effect_machine.read(&fields, &state, &error), -1);
        ck_assert_int_eq(error.code, WF_BROKEN);
        wf_fields_fini(&fields);
    }
}
END_TEST

START_TEST(results_of_attempts_are_read)
{
    static const enum effect_kind kinds[] = {
        [ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED] = EFFECT_ON_ACCEPTED,
        [ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED] = EFFECT_ON_FAILED,
        [ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED] = EFFECT_ON_REJECTED,
        [ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_NO_ADDRESS] = EFFECT_ON_NO_ADDRESS,
        [ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_UNCERTAIN] = EFFECT_ON_UNCERTAIN};
    for (unsigned i = 0; i <= 6; i++) {
        struct effect_event event = {0};
        Endorse__V1__MailAttempted attempted = ENDORSE__V1__MAIL_ATTEMPTED__INIT;
        attempted.attempt = 4;
        attempted.result = (Endorse__V1__AttemptResult)i;
        attempted.detail = (char *)"451 4.3.0";
        bool known = i >= 1 && i <= 5;
        ck_assert_int_eq(effect_decode_attempted(&courier, &attempted.base, &event, &error),
                         known ? 0 : -1);
        if (known) {
            ck_assert_int_eq(event.kind, kinds[i]);
            ck_assert_str_eq(event.detail, "451 4.3.0");
        }
    }
}
END_TEST

/* ---- webhooks ---- */

static struct endpoint endpoint, endpoint_again;
static struct endpoint_event endpoint_event;

START_TEST(endpoints_are_set_on_and_off)
{
    static const struct {
        const char *url;
        bool enabled;
        int result;
        enum endpoint_kind kind;
    } cases[] = {
        {"https://portal.example/hook", true, 0, ENDPOINT_ON_SET_ON},
        {"https://portal.example/hook", false, 0, ENDPOINT_ON_SET_OFF},
        {"", true, 0, ENDPOINT_ON_SET_OFF},
        {"https://portal.example/\r\nX: y", true, -1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Endorse__V1__EndpointSet set = ENDORSE__V1__ENDPOINT_SET__INIT;
        set.url = (char *)cases[i].url;
        set.enabled = cases[i].enabled;
        memset(&endpoint_event, 0, sizeof endpoint_event);
        ck_assert_int_eq(endpoint_decode_set(NULL, &set.base, &endpoint_event, &error),
                         cases[i].result);
        if (!cases[i].result)
            ck_assert_int_eq(endpoint_event.kind, cases[i].kind);
    }
}
END_TEST

START_TEST(webhooks_are_bounded)
{
    static char body[ENDPOINT_BODY_MAX + 2];
    Endorse__V1__WebhookRequested request = ENDORSE__V1__WEBHOOK_REQUESTED__INIT;
    memset(body, 'x', ENDPOINT_BODY_MAX);
    request.sequence = 1;
    request.webhook_id = (char *)"msg-1";
    request.body_json = body;
    ck_assert_int_eq(endpoint_decode_requested(NULL, &request.base, &endpoint_event, &error), 0);
    body[ENDPOINT_BODY_MAX] = 'x';
    ck_assert_int_eq(endpoint_decode_requested(NULL, &request.base, &endpoint_event, &error), -1);
    request.body_json = (char *)"";
    ck_assert_int_eq(endpoint_decode_requested(NULL, &request.base, &endpoint_event, &error), -1);
    request.body_json = (char *)"{}";
    request.webhook_id = (char *)"a\r\nb: c";
    ck_assert_int_eq(endpoint_decode_requested(NULL, &request.base, &endpoint_event, &error), -1);
    request.webhook_id = (char *)"msg-1";
    request.sequence = 0;
    ck_assert_int_eq(endpoint_decode_requested(NULL, &request.base, &endpoint_event, &error), -1);
}
END_TEST

START_TEST(a_stored_endpoint_comes_back_as_it_was)
{
    memset(&endpoint, 0, sizeof endpoint);
    endpoint.state = ENDPOINT_WAITING;
    strcpy(endpoint.url, "https://portal.example/hook");
    strcpy(endpoint.detail, "503");
    endpoint.attempt = 12;
    endpoint.failures = 3;
    endpoint.failing_since = 1700000000000;
    endpoint.due = 1700000300000;
    endpoint.delivered = 1ull << 40;
    endpoint.count = ENDPOINT_ITEMS_MOST;
    for (unsigned i = 0; i < endpoint.count; i++) {
        struct endpoint_item *item = &endpoint.items[i];
        item->sequence = endpoint.delivered + 1 + 100 * i;
        strcpy(item->webhook_id, "msg");
        item->length = i ? 100 * i : ENDPOINT_BODY_MAX;
        memset(item->body, i == 1 ? '\n' : 'a' + (int)i, item->length);
    }
    memset(&endpoint_again, 0, sizeof endpoint_again);
    store_and_load(&endpoint_machine, &endpoint, &endpoint_again);
}
END_TEST

START_TEST(a_stored_item_of_another_shape_is_broken)
{
    static const struct {
        const char *name, *value;
    } items[] = {{"i1", "id\nbody"},
                 {"i00000000000000000001", "no line end"},
                 {"i00000000000000000001", "\nno id"},
                 {"i00000000000000000001",
                  "0123456789012345678901234567890123456789012345678901234567890123456\nlong id"}};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct wf_fields fields = {0};
        memset(&endpoint, 0, sizeof endpoint);
        endpoint_machine.write(&endpoint, &fields);
        wf_fields_add(&fields, bytes_of(items[i].name), bytes_of(items[i].value));
        wf_fields_sort(&fields);
        memset(&endpoint_again, 0, sizeof endpoint_again);
        ck_assert_int_eq(endpoint_machine.read(&fields, &endpoint_again, &error), -1);
        ck_assert_int_eq(error.code, WF_BROKEN);
        wf_fields_fini(&fields);
    }
}
END_TEST

START_TEST(stories_hold_references_only)
{
    char text[200];
    struct wf_buffer json = {0};
    struct effect_event event;
    struct effect after = {0};
    struct effect_effects effects = {0};
    struct effect_policy policy = {0};
    Endorse__V1__MailRequested request = good_request();
    ck_assert_int_eq(decode(&request, &event), 0);
    (void)effect_step(&policy, &(struct effect){0}, &event, 1700000000000, &after, &effects);
    effect_machine.describe(&event, text, sizeof text);
    ck_assert_str_eq(text, "Mail rating-request to person p-1 was asked for.");
    effect_machine.waiting(&policy, &after, text, sizeof text);
    ck_assert_str_eq(text, "Waits for the mail server's answer, until 2023-11-14T22:15:20.000Z; "
                           "attempt 1 of 9.");
    effect_machine.show(&after, &json);
    wf_buffer_append(&json, "", 1);
    ck_assert_ptr_nonnull(strstr((char *)json.data, "\"state\":\"sending\""));
    wf_buffer_fini(&json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("courier_codec");
    TCase *cases = tcase_create("codec");
    tcase_add_checked_fixture(cases, load, unload);
    tcase_add_test(cases, a_good_request_is_kept);
    tcase_add_loop_test(cases, a_faulty_request_is_refused_with_its_field, 0, FAULTS);
    tcase_add_test(cases, a_stored_mail_comes_back_as_it_was);
    tcase_add_test(cases, a_stored_mail_of_another_shape_is_broken);
    tcase_add_test(cases, results_of_attempts_are_read);
    tcase_add_test(cases, endpoints_are_set_on_and_off);
    tcase_add_test(cases, webhooks_are_bounded);
    tcase_add_test(cases, a_stored_endpoint_comes_back_as_it_was);
    tcase_add_test(cases, a_stored_item_of_another_shape_is_broken);
    tcase_add_test(cases, stories_hold_references_only);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
