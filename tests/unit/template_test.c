/* links: wf_http */
#include "wf_template.h"

#include <check.h>
#include <string.h>

static char *render(const char *text, const char *model_text, struct wf_error *error)
{
    static char result[1024];
    struct wf_buffer html = {0};
    json_t *model = json_loads(model_text, 0, NULL);
    ck_assert_ptr_nonnull(model);
    struct wf_bytes bytes = {.data = (const uint8_t *)text, .length = strlen(text)};
    int failed = wf_template_render(bytes, model, &html, error);
    wf_buffer_append(&html, "", 1);
    ck_assert_uint_lt(html.length, sizeof result);
    memcpy(result, html.data, html.length);
    wf_buffer_fini(&html);
    json_decref(model);
    return failed ? NULL : result;
}

static const struct {
    const char *text, *model, *html;
} cases[] = {
    {"plain {single} text", "{}", "plain {single} text"},
    {"{{a}}", "{\"a\":\"<b title='x'>&\\\"\"}", "&lt;b title=&apos;x&apos;&gt;&amp;&quot;"},
    {"{{&a}}", "{\"a\":\"<b>\"}", "<b>"},
    {"{{a}}", "{\"a\":-12}", "-12"},
    {"{{#l}}<{{.}}>{{/l}}", "{\"l\":[\"a\",\"b&\"]}", "<a><b&amp;>"},
    {"{{#l}}{{n}}{{o}} {{/l}}", "{\"o\":\"!\",\"l\":[{\"n\":1},{\"n\":2,\"o\":\"?\"}]}", "1! 2? "},
    {"{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":true}", "yes"},
    {"{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":false}", "no"},
    {"{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":\"\"}", "no"},
    {"{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\":[]}", "no"},
    {"{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{}", "no"},
    {"{{#x}}{{y}}{{/x}}", "{\"x\":{\"y\":\"in\"}}", "in"},
    {"{{#x}}a{{#x}}b{{/x}}c{{/x}}d", "{\"x\":true}", "abcd"},
    {"{{! a {{ remark }}ok", "{}", "ok"},
};

START_TEST(every_case_renders)
{
    struct wf_error error = {0};
    char *html = render(cases[_i].text, cases[_i].model, &error);
    ck_assert_msg(html != NULL, "%s", error.text);
    ck_assert_str_eq(html, cases[_i].html);
}
END_TEST

static const char *const broken[] = {"{{missing}}", "{{#x}}",  "{{/x}}",      "{{",
                                     "{{}}",        "{{a b}}", "{{#x}}{{/y}}"};

START_TEST(a_broken_template_is_an_error)
{
    struct wf_error error = {0};
    ck_assert_ptr_null(render(broken[_i], "{\"x\":true}", &error));
    ck_assert_int_eq(error.code, WF_BROKEN);
}
END_TEST

START_TEST(nesting_is_bounded)
{
    char text[512] = "";
    struct wf_error error = {0};
    for (int i = 0; i <= WF_TEMPLATE_DEPTH; i++)
        (void)strcat(text, "{{#x}}");
    for (int i = 0; i <= WF_TEMPLATE_DEPTH; i++)
        (void)strcat(text, "{{/x}}");
    ck_assert_ptr_null(render(text, "{\"x\":true}", &error));
    ck_assert_int_eq(error.code, WF_BROKEN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("template");
    TCase *test = tcase_create("template");
    tcase_add_loop_test(test, every_case_renders, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(test, a_broken_template_is_an_error, 0,
                        (int)(sizeof broken / sizeof broken[0]));
    tcase_add_test(test, nesting_is_bounded);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
