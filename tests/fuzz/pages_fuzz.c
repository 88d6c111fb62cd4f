/* links: wf_base wf_wire wf_gateway wf_http */
/* What the gateway makes pages of: posted ratings, kept mail, cursors, index rows, heartbeat rows, and a
 * template with any bytes for its contents.  No page may carry markup that somebody sent. */
#include "fuzz.h"

#include "gateway_page.h"
#include "held_page.h"
#include "mail_view.h"
#include "ops_view.h"
#include "rate_input.h"
#include "registry_view.h"

static void rating(const uint8_t *data, size_t size)
{
    struct http_form post = {0};
    struct rate_message message;
    struct rate_input input;
    static struct rate_findings findings;
    static const struct wf_form form = {.item_remarks = true,
                                        .item_remark_max = 10,
                                        .remarks_max = 10,
                                        .scale_count = 1,
                                        .scale = {{.value = 1}},
                                        .item_count = 2,
                                        .items = {{.id = "a"}, {.id = "b", .domain = 1}}};
    if (http_form_read(&post, (struct wf_bytes){data, size}, NULL) != 0)
        return;
    findings.count = 0;
    rate_input_from_post(&form, &post, &input, &findings);
    rate_input_check(&form, &input, false, &findings);
    WF_ASSERT(findings.count <= RATE_FINDINGS_MAX);
    if (rate_message_from_post(&post, "0aToken", &message))
        WF_ASSERT(message.form.n_answers <= WF_FORM_ITEMS_MAX);
    http_form_fini(&post);
}

static void page(const char *template_name, json_t *model)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    struct gateway_frame frame = {.title = "x"};
    WF_ASSERT(gateway_page(template_name, model, &frame, &html, &error) == 0);
    WF_ASSERT(memmem(html.data, html.length, "<script", 7) == NULL);
    wf_buffer_fini(&html);
}

static void mail(const uint8_t *data, size_t size)
{
    struct mail mail = {.file = "x"};
    struct wf_buffer body = {0};
    mail_read((struct wf_bytes){data, size}, &mail, &body);
    page("mail.html", mail_model(&mail, wf_buffer_bytes(&body)));
    page("mail_list.html", mail_list_model(&mail, 1, 1, 1, 1));
    wf_buffer_fini(&body);
}

static void cursor(const char *text)
{
    struct held_row row, again;
    char written[HELD_CURSOR_MAX];
    if (!held_cursor_read(text, &row))
        return;
    held_cursor_write(&row, written);
    WF_ASSERT(held_cursor_read(written, &again) && held_order(&row, &again) == 0);
}

static void registry(const char *text)
{
    struct registry_row row;
    char *split = strchr(text, '=');
    if (!split)
        return;
    *split = '\0';
    if (registry_row_read(text, split + 1, &row))
        WF_ASSERT(wf_id_is_valid(row.person) && row.category && row.line);
    *split = '=';
}

static void heartbeat(const uint8_t *data, size_t size)
{
    static struct ops_view view;
    struct ops_facts facts = {.now = 1000000, .tier = "A"};
    ops_view_clear(&view);
    if (!ops_view_add(&view, "endorse-intake.0", (struct wf_bytes){data, size}))
        return;
    ops_view_close(&view, facts.now);
    page("ops.html", ops_page_model(&view, &facts));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    rating(data, size);
    mail(data, size);
    cursor(text);
    registry(text);
    heartbeat(data, size);
    free(text);
    return 0;
}
