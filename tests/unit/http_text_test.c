/* links: wf_http */
#include "http_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

START_TEST(a_form_is_decoded)
{
    struct http_form form;
    struct wf_error error;
    ck_assert_int_eq(
        http_form_read(&form, bytes_of("a=1&b=x+y%26z&&c&d=l%0D%0Am&e=%C3%A9=2"), &error), 0);
    ck_assert_uint_eq(form.count, 5);
    ck_assert_str_eq(http_form_value(&form, "a"), "1");
    ck_assert_str_eq(http_form_value(&form, "b"), "x y&z");
    ck_assert_str_eq(http_form_value(&form, "c"), "");
    ck_assert_str_eq(http_form_value(&form, "d"), "l\nm");
    ck_assert_str_eq(http_form_value(&form, "e"), "\xc3\xa9=2");
    ck_assert_ptr_null(http_form_value(&form, "f"));
    http_form_fini(&form);
    ck_assert_int_eq(http_form_read(&form, bytes_of(""), &error), 0);
    ck_assert_uint_eq(form.count, 0);
    http_form_fini(&form);
}
END_TEST

static const char *const bad_forms[] = {"a=%",   "a=%0",  "a=%zz",  "a=%00", "%00=a",
                                        "a=%01", "a=%ff", "a=\x7f", "a=%0d"};

START_TEST(a_form_that_is_not_clean_text_is_refused)
{
    struct http_form form;
    struct wf_error error = {0};
    ck_assert_int_eq(http_form_read(&form, bytes_of(bad_forms[_i]), &error), -1);
    ck_assert_int_eq(error.code, WF_INVALID);
}
END_TEST

START_TEST(a_form_with_too_many_fields_is_refused)
{
    struct wf_buffer text = {0};
    struct http_form form;
    struct wf_error error = {0};
    for (int i = 0; i < HTTP_FORM_PAIRS_MAX + 1; i++)
        wf_buffer_text(&text, "a=1&");
    ck_assert_int_eq(http_form_read(&form, wf_buffer_bytes(&text), &error), -1);
    wf_buffer_fini(&text);
}
END_TEST

START_TEST(paths_and_components_are_coded)
{
    char *path = http_path_decode("/a%20b%C3%A9", 12);
    ck_assert_str_eq(path, "/a b\xc3\xa9");
    free(path);
    ck_assert_ptr_null(http_path_decode("/%ff", 4));
    struct wf_buffer url = {0};
    http_url_component(&url, "a/b ~\xc3\xa9");
    wf_buffer_append(&url, "", 1);
    ck_assert_str_eq((char *)url.data, "a%2Fb%20~%C3%A9");
    wf_buffer_fini(&url);
}
END_TEST

START_TEST(entity_tags_match)
{
    char tag[HTTP_ETAG_SIZE], other[HTTP_ETAG_SIZE];
    http_etag(bytes_of("one"), tag);
    http_etag(bytes_of("two"), other);
    ck_assert_uint_eq(strlen(tag), HTTP_ETAG_SIZE - 1);
    ck_assert_str_ne(tag, other);
    ck_assert(!http_etag_matches(NULL, tag));
    ck_assert(!http_etag_matches(other, tag));
    ck_assert(http_etag_matches("*", tag));
    char list[3 * HTTP_ETAG_SIZE] = "W/\"x\", ";
    ck_assert(http_etag_matches(strcat(list, tag), tag));
}
END_TEST

static void serve_nothing(void *context, const struct wf_http_request *request,
                          const struct http_params *params)
{
    (void)context;
    (void)request;
    (void)params;
}

static const struct http_route routes[] = {{false, "/", serve_nothing},
                                           {false, "/rate/{}", serve_nothing},
                                           {true, "/rate/{}", serve_nothing},
                                           {false, "/rate/{}/questions", serve_nothing},
                                           {false, "/a/{}/{}", serve_nothing}};

static int route(enum wf_http_method method, const char *path, struct http_params *params)
{
    unsigned status = 0;
    const struct http_route *found =
        http_route_find(routes, sizeof routes / sizeof routes[0], method, path, params, &status);
    return found ? (int)(found - routes) : -(int)status;
}

START_TEST(routes_are_found)
{
    struct http_params params;
    char path[300];
    ck_assert_int_eq(route(WF_HTTP_GET, "/", &params), 0);
    ck_assert_int_eq(route(WF_HTTP_HEAD, "/rate/abc", &params), 1);
    ck_assert_str_eq(params.values[0], "abc");
    ck_assert_int_eq(route(WF_HTTP_POST, "/rate/abc", &params), 2);
    ck_assert_int_eq(route(WF_HTTP_GET, "/rate/abc/questions", &params), 3);
    ck_assert_int_eq(route(WF_HTTP_GET, "/a/x/y", &params), 4);
    ck_assert_str_eq(params.values[1], "y");
    ck_assert_int_eq(route(WF_HTTP_POST, "/", &params), -405);
    ck_assert_int_eq(route(WF_HTTP_GET, "/rate", &params), -404);
    ck_assert_int_eq(route(WF_HTTP_GET, "/rate/", &params), -404);
    ck_assert_int_eq(route(WF_HTTP_GET, "/rate/abc/", &params), -404);
    ck_assert_int_eq(route(WF_HTTP_GET, "/a//y", &params), -404);
    memset(path, 'x', sizeof path);
    memcpy(path, "/rate/", 6);
    path[sizeof path - 1] = '\0';
    ck_assert_int_eq(route(WF_HTTP_GET, path, &params), -404);
}
END_TEST

START_TEST(a_problem_names_its_field)
{
    struct wf_http_response response = {0};
    struct wf_buffer body = {0};
    http_problem(&response, &body, 400, "It says \"no\".", "data.paidOn", NULL);
    wf_buffer_append(&body, "", 1);
    ck_assert_str_eq((char *)body.data, "{\"type\":\"about:blank\",\"title\":\"Bad Request\","
                                        "\"status\":400,\"detail\":\"It says \\\"no\\\".\","
                                        "\"field\":\"data.paidOn\"}\n");
    ck_assert_uint_eq(response.status, 400);
    wf_buffer_fini(&body);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http_text");
    TCase *test = tcase_create("text");
    tcase_add_test(test, a_form_is_decoded);
    tcase_add_loop_test(test, a_form_that_is_not_clean_text_is_refused, 0,
                        (int)(sizeof bad_forms / sizeof bad_forms[0]));
    tcase_add_test(test, a_form_with_too_many_fields_is_refused);
    tcase_add_test(test, paths_and_components_are_coded);
    tcase_add_test(test, entity_tags_match);
    tcase_add_test(test, routes_are_found);
    tcase_add_test(test, a_problem_names_its_field);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
