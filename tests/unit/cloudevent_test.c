/* links: wf_base wf_wire */
#include "wf_cloudevent.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wf_cloudevent event;
static struct wf_buffer data;
static char path[WF_PATH_MAX];
static struct wf_error error;

static void teardown(void)
{
    wf_buffer_fini(&data);
}

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){(const uint8_t *)text, strlen(text)};
}

static int read_structured(const char *body)
{
    error = (struct wf_error){0};
    wf_buffer_clear(&data);
    return wf_cloudevent_read_structured(bytes_of(body), &event, &data, path, &error);
}

#define GOOD                                                                                       \
    "\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"https://portal.example.org\","            \
    "\"type\":\"org.endorse.application.submitted.v1\",\"subject\":\"application/MA-1\""

START_TEST(a_structured_event_is_read)
{
    ck_assert_int_eq(read_structured("{" GOOD
                                     ",\"time\":\"2026-03-01T12:00:00.5+01:00\",\"traceparent\":"
                                     "\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\","
                                     "\"datacontenttype\":\"application/json; charset=utf-8\","
                                     "\"data\":{\"submittedOn\":\"2026-03-01\"}}"),
                     0);
    ck_assert_str_eq(event.id, "e-1");
    ck_assert_str_eq(event.source, "https://portal.example.org");
    ck_assert_str_eq(event.type, "org.endorse.application.submitted.v1");
    ck_assert_str_eq(event.subject, "application/MA-1");
    ck_assert_int_eq(event.time, INT64_C(1772362800500));
    ck_assert_int_eq(strncmp(event.traceparent, "00-4bf9", 7), 0);
    ck_assert_uint_eq(data.length, strlen("{\"submittedOn\":\"2026-03-01\"}"));
    ck_assert_mem_eq(data.data, "{\"submittedOn\":\"2026-03-01\"}", data.length);
}
END_TEST

START_TEST(extensions_are_skipped)
{
    ck_assert_int_eq(read_structured("{" GOOD
                                     ",\"partitionkey\":\"x\",\"sequence\":7,\"dataschema\":"
                                     "\"https://example.org/s\",\"flag\":true,\"data\":{}}"),
                     0);
}
END_TEST

static const struct {
    const char *body;
    const char *where;
    const char *says;
} bad[] = {
    {"", "", "is not JSON"},
    {"[]", "", "must be an object"},
    {"{" GOOD ",\"data\":{}", "", "is not JSON"},
    {"{" GOOD ",\"id\":\"e-2\",\"data\":{}}", "", "gives a member twice"},
    {"{" GOOD ",\"data\":{\"a\":1,\"a\":2}}", "", "gives a member twice"},
    {"{" GOOD ",\"data\":{\"a\":\"x\\u0000y\"}}", "", "NUL"},
    {"{" GOOD ",\"data\":{\"a\":\"\xff\"}}", "", "is not UTF-8"},
    {"{" GOOD ",\"data\":{\"a\":9223372036854775808}}", "", "too large"},
    {"{" GOOD "}", "data", "must be a JSON object"},
    {"{" GOOD ",\"data\":null}", "data", "must be a JSON object"},
    {"{" GOOD ",\"data\":[1]}", "data", "must be a JSON object"},
    {"{" GOOD ",\"data\":\"text\"}", "data", "must be a JSON object"},
    {"{" GOOD ",\"data_base64\":\"e30=\"}", "data_base64", "send the event's content as JSON"},
    {"{" GOOD ",\"data\":{},\"datacontenttype\":\"text/xml\"}", "datacontenttype",
     "application/json"},
    {"{" GOOD ",\"data\":{},\"datacontenttype\":\"application/jsonp\"}", "datacontenttype",
     "application/json"},
    {"{" GOOD ",\"data\":{},\"time\":\"yesterday\"}", "time", "RFC 3339"},
    {"{" GOOD ",\"data\":{},\"time\":1700000000}", "time", "must be a string"},
    {"{" GOOD ",\"data\":{},\"traceparent\":\"00-abc\"}", "traceparent", "W3C"},
    {"{" GOOD ",\"data\":{},\"Extension\":1}", "?", "small letters and digits"},
    {"{" GOOD ",\"data\":{},\"x\":{}}", "x", "must be a string, a number or a truth value"},
    {"{\"specversion\":\"0.3\",\"id\":\"e-1\",\"data\":{}}", "specversion", "\"1.0\""},
    {"{\"id\":\"e-1\",\"data\":{}}", "specversion", "is missing"},
    {"{\"specversion\":\"1.0\",\"data\":{}}", "id", "is missing"},
    {"{\"specversion\":\"1.0\",\"id\":\"\",\"data\":{}}", "id", "1 to 64"},
    {"{\"specversion\":\"1.0\",\"id\":\"a b\",\"data\":{}}", "id", "visible ASCII"},
    {"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"\",\"data\":{}}", "source", "URI"},
    {"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/p\",\"type\":\"No Type\",\"data\":{}}",
     "type", "name of an event"},
    {"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/p\",\"type\":\"t\",\"data\":{}}",
     "subject", "is missing"},
    {"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/p\",\"type\":\"t\",\"subject\":\"x\"}",
     "subject", "application/<id>"},
};

START_TEST(a_fault_is_named)
{
    ck_assert_int_eq(read_structured(bad[_i].body), -1);
    ck_assert_int_eq((int)error.code, WF_INVALID);
    ck_assert_str_eq(path, bad[_i].where);
    ck_assert_msg(strstr(error.text, bad[_i].says) != NULL, "sample %d: %s", _i, error.text);
}
END_TEST

START_TEST(a_sentence_never_quotes_the_body)
{
    ck_assert_int_eq(read_structured("{\"data\":{\"displayName\":\"Avery Example\",,}}"), -1);
    ck_assert_ptr_null(strstr(error.text, "Avery"));
    ck_assert_ptr_null(strstr(error.text, "display"));
}
END_TEST

START_TEST(a_body_nested_beyond_reason_is_refused)
{
    char *body = malloc(200000);
    memset(body, '[', 199999);
    body[199999] = '\0';
    ck_assert_int_eq(read_structured(body), -1);
    ck_assert_msg(strstr(error.text, "nested too deeply") != NULL, "%s", error.text);
    free(body);
}
END_TEST

START_TEST(an_attribute_has_its_longest_value)
{
    char body[600];
    (void)snprintf(body, sizeof body,
                   "{\"specversion\":\"1.0\",\"id\":\"%064d\",\"source\":\"%0256d\",\"type\":\"t\","
                   "\"subject\":\"person/P-1\",\"data\":{}}",
                   1, 2);
    ck_assert_int_eq(read_structured(body), 0);
    ck_assert_uint_eq(strlen(event.source), 256);
    (void)snprintf(body, sizeof body, "{\"specversion\":\"1.0\",\"id\":\"%065d\"}", 1);
    ck_assert_int_eq(read_structured(body), -1);
    ck_assert_str_eq(path, "id");
}
END_TEST

struct header {
    const char *name;
    const char *value;
};

static const char *get_header(void *context, const char *name)
{
    for (const struct header *header = context; header->name; header++) {
        if (strcmp(header->name, name) == 0)
            return header->value;
    }
    return NULL;
}

static const struct header good_headers[] = {
    {"ce-specversion", "1.0"},
    {"ce-id", "e%2D1"},
    {"ce-source", "/portal"},
    {"ce-type", "org.endorse.application.submitted.v1"},
    {"ce-subject", "application/MA-1"},
    {"ce-time", "2026-03-01T12:00:00Z"},
    {"content-type", "application/json"},
    {NULL, NULL},
};

static int read_binary(const char *name, const char *value)
{
    struct header headers[sizeof good_headers / sizeof good_headers[0]];
    memcpy(headers, good_headers, sizeof headers);
    for (struct header *header = headers; header->name; header++) {
        if (name && strcmp(header->name, name) == 0)
            header->value = value;
    }
    error = (struct wf_error){0};
    return wf_cloudevent_read_binary(get_header, headers, &event, path, &error);
}

START_TEST(a_binary_event_is_read_from_headers)
{
    ck_assert_int_eq(read_binary(NULL, NULL), 0);
    ck_assert_str_eq(event.id, "e-1");
    ck_assert_str_eq(event.subject, "application/MA-1");
    ck_assert_int_eq(event.time, INT64_C(1772366400000));
}
END_TEST

START_TEST(a_bad_header_is_named_as_its_attribute)
{
    static const struct {
        const char *name;
        const char *value;
        const char *where;
    } headers[] = {
        {"ce-id", NULL, "id"},
        {"ce-id", "%zz", "id"},
        {"ce-id", "%", "id"},
        {"ce-id", "%4", "id"},
        {"ce-id", "a%00b", "id"},
        {"ce-id", "a%0d%0ab", "id"},
        {"ce-specversion", "1", "specversion"},
        {"content-type", "application/x-www-form-urlencoded", "datacontenttype"},
        {"ce-time", "2026-13-01T12:00:00Z", "time"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        ck_assert_int_eq(read_binary(headers[i].name, headers[i].value), -1);
        ck_assert_str_eq(path, headers[i].where);
    }
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
    struct wf_cloudevent written = {.id = "o\"1",
                                    .source = "/endorse",
                                    .type = "org.endorse.event.refused.v1",
                                    .subject = "application/MA-1",
                                    .time = INT64_C(1772366400123)};
    struct wf_buffer json = {0};
    wf_buffer_text(&json, "[");
    wf_cloudevent_write(&written, "{\"reason\":\"not-yet-served\"}", &json);
    struct wf_bytes body = {json.data + 1, json.length - 1};
    ck_assert_int_eq(wf_cloudevent_read_structured(body, &event, &data, path, &error), 0);
    ck_assert_str_eq(event.id, "o\"1");
    ck_assert_str_eq(event.type, written.type);
    ck_assert_int_eq(event.time, written.time);
    ck_assert_mem_eq(data.data, "{\"reason\":\"not-yet-served\"}", data.length);
    wf_buffer_fini(&json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cloudevent: CloudEvents 1.0");
    TCase *tests = tcase_create("events");
    tcase_add_checked_fixture(tests, NULL, teardown);
    tcase_add_test(tests, a_structured_event_is_read);
    tcase_add_test(tests, extensions_are_skipped);
    tcase_add_loop_test(tests, a_fault_is_named, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tests, a_sentence_never_quotes_the_body);
    tcase_add_test(tests, a_body_nested_beyond_reason_is_refused);
    tcase_add_test(tests, an_attribute_has_its_longest_value);
    tcase_add_test(tests, a_binary_event_is_read_from_headers);
    tcase_add_test(tests, a_bad_header_is_named_as_its_attribute);
    tcase_add_test(tests, what_is_written_is_read_again);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
