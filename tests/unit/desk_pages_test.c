/* links: wf_desk wf_http wf_forms */
/* DESK 5.2: what reaches a page of a seat is exactly the allow-list; the stored forms of both machines come back as
 * they were. */
#include "desk_assets.h"
#include "desk_view.h"
#include "wf_template.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const allowed[] = {
#define DESK_VIEW(field) #field,
#include "desk_view.def"
#undef DESK_VIEW
};
enum { ALLOWED = sizeof allowed / sizeof allowed[0] };

static struct wf_exam_book *book;
static struct seat_state seat;
static struct desk_findings findings;
static const char *problem_field;

static Endorse__V1__PaperAnswer answers[2];
static Endorse__V1__PaperAnswer *answer_list[2] = {&answers[0], &answers[1]};
static Endorse__V1__PaperText text;

static void setup(void)
{
    struct wf_error error = {0};
    book = calloc(1, sizeof *book);
    ck_assert_msg(!wf_exam_forms_read(WF_SOURCE_DIR "/deploy/exam/forms", book, &error), "%s",
                  error.text);
    endorse__v1__paper_text__init(&text);
    for (int i = 0; i < 2; i++)
        endorse__v1__paper_answer__init(&answers[i]);
    answers[0].prompt = (char *)"vignette-1";
    answers[0].text = (char *)"First <b>[NAME]</b>.\n\nSecond.";
    answers[1].prompt = (char *)"vignette-2";
    text.answers = answer_list;
    text.n_answers = 2;
    /* Every field that a seat can have is set, to something that no page may show. */
    seat = (struct seat_state){.state = SEAT_LOCKED,
                               .reader = "SECRETREADER",
                               .language = "SECRETLG",
                               .paused = true,
                               .text_version = 4242421,
                               .respond_by = 20000,
                               .due = 20001,
                               .sheet_version = 1,
                               .offered_at = 4242422,
                               .saved_at = WF_DAY,
                               .locked_at = WF_DAY,
                               .known = SEAT_KNOWN_YES,
                               .correction_asked = true,
                               .wipe_at = 4242423};
    strcpy(seat.form, "mentor-clinical-1");
    memset(seat.text_sha256, 0xab, 32);
    memset(seat.sheet_sha256, 0xab, 32);
    memset(&seat.text, 0xab, sizeof seat.text);
    memset(&seat.sheet, 0xab, sizeof seat.sheet);
    problem_field = NULL;
    findings = (struct desk_findings){
        .count = 2, .rows = {{"trait1", "Please choose a score."}, {"remarks", "Too long."}}};
}

static void teardown(void)
{
    free(book);
}

static json_t *model_of(enum seat_state_name state)
{
    struct desk_view view = {.code = "0123456789ABC",
                             .csrf = "token",
                             .form = wf_exam_form_named(book, seat.form),
                             .seat = &seat,
                             .text = &text,
                             .problem = "a problem",
                             .problem_field = problem_field,
                             .findings = &findings};
    seat.state = state;
    desk_sheet_from_message(view.form, NULL, &view.sheet);
    view.sheet.points[0] = 3;
    return desk_view_model(&view);
}

static bool is_allowed(const char *name)
{
    for (size_t i = 0; i < ALLOWED; i++)
        if (strcmp(allowed[i], name) == 0)
            return true;
    return false;
}

START_TEST(a_page_gets_the_allow_list_and_nothing_else)
{
    bool used[ALLOWED] = {false};
    static const char *const fields[] = {NULL, "reason", "prompt", "known"};
    for (int i = 0; i < 4 * (SEAT_LOCKED - SEAT_OFFERED + 1); i++) {
        const char *name;
        int state = SEAT_OFFERED + i / 4;
        problem_field = fields[i % 4];
        json_t *value, *model = model_of((enum seat_state_name)state);
        json_object_foreach(model, name, value)
            ck_assert_msg(is_allowed(name), "%s reaches a page, and is on no list", name);
        for (size_t k = 0; k < ALLOWED; k++)
            used[k] = used[k] || json_object_get(model, allowed[k]);
        char *all = json_dumps(model, 0);
        for (const char *const *secret = (const char *const[]){"SECRETREADER", "SECRETLG", "abab",
                                                               "4242422", "4242423", "171", NULL};
             *secret; secret++)
            ck_assert_msg(!strstr(all, *secret), "%s reaches a page", *secret);
        ck_assert_ptr_nonnull(strstr(all, "0123456789ABC")); /* the search does find */
        free(all);
        json_decref(model);
    }
    for (size_t i = 0; i < ALLOWED; i++)
        ck_assert_msg(used[i], "%s is allowed, and no page has it", allowed[i]);
}
END_TEST

START_TEST(text_is_paragraphs_and_an_empty_answer_is_one)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    json_t *model = model_of(SEAT_OPENED);
    ck_assert_msg(
        !wf_template_render(wf_asset_bytes(desk_assets, "text.html"), model, &html, &error), "%s",
        error.text);
    wf_buffer_append(&html, "", 1);
    const char *page = (const char *)html.data;
    ck_assert_ptr_nonnull(strstr(page, "<p>First &lt;b&gt;[NAME]&lt;/b&gt;.</p>\n<p>Second.</p>"));
    ck_assert_ptr_nonnull(strstr(page, "<p class=\"none\">No text.</p>"));
    wf_buffer_fini(&html);
    json_decref(model);
}
END_TEST

START_TEST(what_is_posted_is_judged)
{
    const struct wf_exam_form *form = wf_exam_form_named(book, seat.form);
    static const struct {
        const char *post;
        size_t findings;
        int32_t first;
    } rows[] = {
        {"score%3Atrait1=5&do=save&csrf=x", 0, 5}, {"score%3Atrait1=6", 1, SEAT_NO_POINTS},
        {"score%3Atrait1=-1", 1, SEAT_NO_POINTS},  {"score%3Atrait1=3&score%3Atrait1=4", 1, 3},
        {"score%3Atrait1=3x", 1, SEAT_NO_POINTS},  {"score%3Atrait1=", 1, SEAT_NO_POINTS},
        {"score%3Atrait9=1", 1, SEAT_NO_POINTS},   {"note%3Atrait9=1", 1, SEAT_NO_POINTS},
        {"comment=nothing", 1, SEAT_NO_POINTS},    {"sealed=1", 1, SEAT_NO_POINTS}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_form post = {0};
        struct desk_sheet sheet;
        struct desk_findings found = {0};
        struct wf_error error = {0};
        ck_assert(!http_form_read(
            &post, (struct wf_bytes){(const uint8_t *)rows[i].post, strlen(rows[i].post)}, &error));
        desk_sheet_from_post(form, &post, &sheet, &found);
        ck_assert_msg(found.count == rows[i].findings && sheet.points[0] == rows[i].first, "%s",
                      rows[i].post);
        http_form_fini(&post);
    }
}
END_TEST

START_TEST(stored_fields_come_back)
{
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    struct seat_state again = {0};
    struct reader_state reader = {.state = READER_KNOWN,
                                  .link_highest = 77,
                                  .links_used = 0x8000000000000001u,
                                  .link_asked_at = 5},
                        read = {0};
    seat.text.length = seat.sheet.length = 9;
    strcpy(seat.language, "en-US");
    seat_write(&seat, &fields);
    wf_fields_sort(&fields);
    ck_assert_msg(!seat_read(&fields, &again, &error), "%s", error.text);
    seat_write(&again, &fields); /* "head" twice: the second is made of what was read */
    ck_assert_uint_eq(fields.count, 2);
    ck_assert_uint_eq(fields.rows[0].value.length, fields.rows[1].value.length);
    ck_assert(
        !memcmp(fields.rows[0].value.data, fields.rows[1].value.data, fields.rows[0].value.length));
    ck_assert(again.state == seat.state && again.wipe_at == seat.wipe_at && again.paused &&
              again.known == seat.known && again.sheet_sha256[31] == 0xab);
    wf_fields_clear(&fields);
    strcpy(reader.seats[0].code, "A1");
    strcpy(reader.seats[0].state, "offered");
    reader.seats[0].due = WF_NO_DATE;
    strcpy(reader.seats[1].code, "B1");
    strcpy(reader.seats[1].state, "locked");
    reader.sessions[0] = (struct reader_session){.sha256 = {1, 2}, .until = 9};
    reader_write(&reader, &fields);
    wf_fields_sort(&fields);
    ck_assert_msg(!reader_read(&fields, &read, &error), "%s", error.text);
    ck_assert(!memcmp(&reader, &read, sizeof reader));
    wf_fields_fini(&fields);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("desk pages");
    TCase *tests = tcase_create("pages");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_page_gets_the_allow_list_and_nothing_else);
    tcase_add_test(tests, text_is_paragraphs_and_an_empty_answer_is_one);
    tcase_add_test(tests, what_is_posted_is_judged);
    tcase_add_test(tests, stored_fields_come_back);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
