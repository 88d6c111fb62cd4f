/* links: wf_desk wf_http wf_forms wf_wire wf_base */
/* A reader's posted form: from any bytes to the sheet, the message, what the core says of it, and the page. */
#include "fuzz.h"

#include "desk_assets.h"
#include "desk_view.h"
#include "wf_template.h"

#include <stdio.h>

static const struct wf_exam_form *the_form(void)
{
    static struct wf_exam_form form;
    form.prompt_count = 1;
    form.criterion_count = form.comment_count = 2;
    (void)strcpy(form.prompts[0].id, "one");
    for (int i = 0; i < 2; i++) {
        (void)snprintf(form.criteria[i].id, sizeof form.criteria[i].id, "trait%d", i + 1);
        (void)snprintf(form.comments[i].id, sizeof form.comments[i].id, "comment-%d", i + 1);
        (void)strcpy(form.comments[i].criterion, form.criteria[i].id);
        form.criteria[i].most = 5;
    }
    return &form;
}

/* What reaches the core, as seat_codec.c takes it from the message. */
static enum seat_reason judge(const struct wf_exam_form *form,
                              const struct desk_sheet_message *message)
{
    struct seat_sheet sheet = {0};
    for (size_t i = 0; i < message->sheet.n_scores; i++) {
        (void)strcpy(sheet.scores[i].criterion, message->scores[i].criterion);
        sheet.scores[i].points = message->scores[i].points;
        sheet.score_count++;
    }
    for (size_t i = 0; i < message->sheet.n_comments; i++)
        (void)strcpy(sheet.comments[sheet.comment_count++], message->comments[i]);
    return seat_check_sheet(form, &sheet, true);
}

static void goes_round(const struct wf_exam_form *form, const struct desk_sheet *sheet)
{
    struct desk_sheet_message message;
    struct desk_sheet again;
    struct wf_buffer packed = {0};
    desk_sheet_to_message(form, sheet, &message);
    WF_ASSERT(judge(form, &message) == SEAT_NO_REASON);
    wf_pack(&message.sheet.base, &packed);
    WF_ASSERT(packed.length < SEAT_SHEET_MAX - 64);
    const Endorse__V1__SeatSheet *read = (const Endorse__V1__SeatSheet *)wf_unpack(
        &endorse__v1__seat_sheet__descriptor, wf_buffer_bytes(&packed), fuzz_arena());
    WF_ASSERT(read);
    desk_sheet_from_message(form, read, &again);
    WF_ASSERT(again.comments == sheet->comments && !strcmp(again.remarks, sheet->remarks));
    for (int i = 0; i < form->criterion_count; i++)
        WF_ASSERT(again.points[i] == sheet->points[i] && !strcmp(again.notes[i], sheet->notes[i]));
    wf_buffer_fini(&packed);
}

static size_t count_of(const char *page, const char *word)
{
    size_t count = 0;
    while ((page = strstr(page, word)) != NULL) {
        page += strlen(word);
        count++;
    }
    return count;
}

/* Whatever was entered, the page has the tags that it always has. */
static size_t tags_of(const struct desk_view *view)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    json_t *model = desk_view_model(view);
    WF_ASSERT(
        !wf_template_render(wf_asset_bytes(desk_assets, "review.html"), model, &html, &error));
    json_decref(model);
    wf_buffer_append(&html, "", 1);
    size_t tags = count_of((const char *)html.data, "<") -
                  count_of((const char *)html.data, "<li>") * 2 -
                  count_of((const char *)html.data, "<input") -
                  count_of((const char *)html.data, "<strong>") * 2;
    wf_buffer_fini(&html);
    return tags;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wf_exam_form *form = the_form();
    struct http_form post = {0};
    struct wf_error error = {0};
    struct desk_sheet sheet;
    struct desk_findings findings = {0};
    struct seat_state seat = {.state = SEAT_OPENED, .due = WF_NO_DATE, .respond_by = WF_NO_DATE};
    struct desk_view view = {.code = "", .csrf = "", .form = form, .seat = &seat};
    if (http_form_read(&post, (struct wf_bytes){data, size}, &error) == 0) {
        desk_sheet_from_message(form, NULL, &view.sheet);
        size_t usual = tags_of(&view);
        desk_sheet_from_post(form, &post, &sheet, &findings);
        desk_sheet_check(form, &sheet, true, &findings);
        WF_ASSERT(findings.count <= DESK_FINDINGS_MAX);
        if (!findings.count)
            goes_round(form, &sheet);
        view.sheet = sheet;
        view.findings = &findings;
        WF_ASSERT(tags_of(&view) == usual);
    }
    http_form_fini(&post);
    return 0;
}
