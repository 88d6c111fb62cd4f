/* sample_pages FOLDER: writes every page of the gateway with invented contents, for the browser checks
 * and for looking at while the style sheet changes.  Model and template are the shipped ones. */
#include "gateway_assets.h"
#include "gateway_page.h"
#include "mail_view.h"
#include "ops_view.h"
#include "rate_model.h"
#include "registry_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *folder;

static void write_file(const char *name, struct wf_bytes bytes)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.data, 1, bytes.length, file) != bytes.length || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void write_page(const char *name, const char *template, json_t *model,
                       struct gateway_frame frame)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    if (gateway_page(template, model, &frame, &html, &error) != 0) {
        (void)fprintf(stderr, "%s: %s\n", name, error.text);
        exit(1);
    }
    write_file(name, wf_buffer_bytes(&html));
    wf_buffer_fini(&html);
}

/* ---- the rater's pages ---- */

static void rate_pages(const struct wf_form *form)
{
    struct gateway_frame frame = {.title = "Reference rating", .quiet = true};
    struct rate_view view = {.token = "0aSampleTokenThatOpensNothing",
                             .association = "Massachusetts Association for Infant Mental Health",
                             .applicant = "Avery Example",
                             .category = 5,
                             .age_line = 1,
                             .role = 2,
                             .waived = true,
                             .form = form};
    struct rate_input input;
    struct rate_findings findings = {0};
    (void)wf_date_parse("2026-12-19", &view.due);
    rate_input_from_draft(form, NULL, &input);
    write_page("rate-intro.html", "rate_intro.html", rate_intro_model(&view, NULL), frame);
    write_page("rate-form.html", "rate_form.html",
               rate_form_model(&view, &input, &findings, (struct rate_notice){0}), frame);
    write_page("rate-questions.html", "rate_questions.html", rate_questions_model(&view), frame);
    write_page("rate-decline.html", "rate_decline.html", rate_decline_model(&view, "", NULL),
               frame);
    input.scores[0] = form->scale[3].value;
    input.scores[1] = WF_FORM_NOT_ENOUGH;
    input.item_remarks[0] = "She asked what the <quiet> child might be telling us.";
    write_page(
        "rate-saved.html", "rate_form.html",
        rate_form_model(
            &view, &input, &findings,
            (struct rate_notice){.done = "Saved. Come back with the same link whenever you like."}),
        frame);
    rate_input_check(form, &input, false, &findings);
    write_page("rate-errors.html", "rate_form.html",
               rate_form_model(&view, &input, &findings, (struct rate_notice){0}), frame);
}

/* ---- the registry ---- */

/* One row more in the slice of its standing. */
static void put_more(struct registry_list *list, const struct registry_row *row)
{
    static struct registry_row rows[WF_PARTITIONS][16];
    static size_t counts[WF_PARTITIONS];
    char standing[128];
    (void)snprintf(standing, sizeof standing, "%s~%s", row->association, row->person);
    unsigned partition = wf_partition(standing);
    if (strcmp(row->person, "p0") == 0)
        memset(counts, 0, sizeof counts);
    rows[partition][counts[partition]++ % 16] = *row;
    registry_list_put(list, partition, rows[partition], counts[partition]);
}

static struct registry_list *sample_list(unsigned people)
{
    static const char *const first[] = {"Avery", "Blake", "Camille", "Dana",  "Émile",
                                        "Flor",  "Gray",  "Harper",  "Imani", "Jules"};
    struct registry_list *list = registry_list_create();
    for (unsigned i = 0; i < people; i++) {
        char member[64], name[64];
        struct registry_row row;
        struct registry_entry *entry;
        (void)snprintf(member, sizeof member, "MassAIMH~p%u~%s~%s", i, i % 3 ? "MHS" : "MHM_RF",
                       i % 4 ? "IMH" : "ECMH");
        (void)snprintf(name, sizeof name, "%s %s-%u", first[i % 10], i % 2 ? "Example" : "Sample",
                       i);
        if (!registry_row_read(
                member, i % 9 == 5 ? "inactive|2026-02-01|" : "active|2025-03-01|2027-12-31", &row))
            exit(1);
        put_more(list, &row);
        if (registry_list_wanting(list, &entry, 1) != 1)
            exit(1);
        (void)snprintf(entry->handle, sizeof entry->handle, "%032x", i + 1);
        registry_list_name(list, entry, name);
    }
    return list;
}

static const char disclaimer[] =
    "Endorsement recognises preparation and practice. It is not a licence, and this list promises "
    "nothing about the "
    "quality of anyone's services. Complaints belong to the board that licenses the person.";

static void entry_page(const struct registry_entry *entry)
{
    write_page("entry.html", "entry.html",
               registry_entry_model(entry, "MassAIMH",
                                    "Massachusetts Association for Infant Mental Health",
                                    disclaimer),
               (struct gateway_frame){.title = "Registry"});
}

static void registry_page(const char *file, unsigned people, const char *name, bool shows_inactive)
{
    struct registry_query query = {
        .name = name, .status = shows_inactive ? "" : "active", .limit = 40};
    struct registry_result *result = calloc(1, sizeof *result);
    struct registry_list *list = sample_list(people);
    if (!result)
        exit(1);
    registry_list_query(list, &query, result);
    struct registry_page page = {.id = "MassAIMH",
                                 .name = "Massachusetts Association for Infant Mental Health",
                                 .disclaimer = disclaimer,
                                 .shows_inactive = shows_inactive,
                                 .query = &query,
                                 .result = result,
                                 .page = 1};
    write_page(file, "registry.html", registry_page_model(&page),
               (struct gateway_frame){.title = "Registry"});
    if (result->count)
        entry_page(result->rows[0]);
    registry_list_destroy(&list);
    free(result);
}

/* ---- operations ---- */

static void add_row(struct ops_view *view, const char *field, int ready, int dead, wf_time at)
{
    char json[400];
    int length =
        snprintf(json, sizeof json,
                 "{\"pid\":4242,\"started\":%lld,\"at\":%lld,\"state\":\"running\","
                 "\"ready\":%d,\"in_flight\":%d,\"oldest_ms\":%d,\"parked\":%d,"
                 "\"dead\":%d,\"timers\":311,\"next_due_ms\":%lld,\"progress_ms\":%lld,"
                 "\"version\":\"0.1.0\",\"metrics\":{\"commits_total\":17}}",
                 (long long)(at - 5 * WF_HOUR), (long long)at, ready, ready / 3, ready * 700,
                 dead * 3, dead, (long long)(at + 40 * WF_MINUTE), (long long)(at - 900));
    if (!ops_view_add(view, field, (struct wf_bytes){(uint8_t *)json, (size_t)length}))
        exit(1);
}

static void ops_pages(void)
{
    struct ops_view *view = calloc(1, sizeof *view);
    wf_time now = 1795248000000;
    if (!view)
        exit(1);
    struct ops_facts facts = {.now = now,
                              .tier = "A \xe2\x80\x93 one Redis node; every commit is on disk "
                                      "before it is acknowledged (appendfsync always).",
                              .tier_known = true,
                              .store_answers = true};
    write_page(
        "ops-empty.html", "ops.html", ops_page_model(view, &facts),
        (struct gateway_frame){.title = "Operations", .wide = true, .local = true, .here = "/ops"});
    for (int i = 0; i < 60; i++) {
        ops_view_clear(view);
        add_row(view, "intake.0", 40 + (i * 37) % 50, 0, now);
        add_row(view, "reference.0", i % 9, 2, now);
        add_row(view, "reference.1", i % 5, 0, now - WF_MINUTE);
        add_row(view, "renewal.0", 0, 0, now);
        add_row(view, "courier.0", i > 30 ? 0 : 12, 0, now);
        ops_view_close(view, now - (60 - i) * 6 * WF_SECOND);
    }
    write_page(
        "ops.html", "ops.html", ops_page_model(view, &facts),
        (struct gateway_frame){.title = "Operations", .wide = true, .local = true, .here = "/ops"});
    ops_view_clear(view);
    free(view);
}

/* ---- mail, front page, messages ---- */

static void mail_pages(void)
{
    static const char text[] =
        "To: Blake Example <blake@example.org>\r\nFrom: MassAIMH <noreply@example.org>\r\n"
        "Subject: You are asked for a reference rating\r\n"
        "Date: Sat, 21 Nov 2026 08:00:00 +0000\r\n\r\nDear Blake Example,\r\n\r\n"
        "Avery Example has named you as a rater. Please open your personal link:\r\n\r\n"
        "http://127.0.0.1:8080/rate/0aSampleTokenThatOpensNothing\r\n\r\n"
        "It works until 19 December 2026.\r\n";
    struct wf_bytes bytes = {(const uint8_t *)text, sizeof text - 1};
    struct gateway_frame frame = {
        .title = "Mail", .local = true, .sandbox = true, .here = "/sandbox/mail"};
    struct mail mails[3];
    struct wf_buffer body = {0};
    for (int i = 0; i < 3; i++) {
        mails[i] = (struct mail){.file = "1795248000.M1P2.host"};
        mail_read(bytes, &mails[i], NULL);
    }
    write_page("mail-list.html", "mail_list.html", mail_list_model(mails, 3, 1, 1, 3), frame);
    write_page("mail-empty.html", "mail_list.html", mail_list_model(mails, 0, 1, 1, 0), frame);
    mail_read(bytes, &mails[0], &body);
    write_page("mail.html", "mail.html", mail_model(&mails[0], wf_buffer_bytes(&body)), frame);
    wf_buffer_fini(&body);
}

static void front_page(void)
{
    static const char *const associations[][2] = {
        {"MassAIMH", "Massachusetts Association for Infant Mental Health"},
        {"CoAIMH", "Colorado Association for Infant Mental Health"},
        {"VAIMH", "Virginia Association for Infant Mental Health"}};
    json_t *model = json_object();
    json_t *list = json_array();
    for (int i = 0; i < 3; i++) {
        json_t *row = json_object();
        model_text(row, "id", associations[i][0]);
        model_text(row, "name", associations[i][1]);
        (void)json_array_append_new(list, row);
    }
    (void)json_object_set_new(model, "associations", list);
    model_flag(model, "local", true);
    model_flag(model, "sandbox", true);
    write_page("front.html", "front.html", model,
               (struct gateway_frame){.title = "Registries of endorsed professionals",
                                      .local = true,
                                      .sandbox = true,
                                      .here = "/"});
}

static void message_page(void)
{
    struct wf_buffer html = {0};
    struct wf_error error = {0};
    struct gateway_frame frame = {.title = "Thank you", .quiet = true};
    if (gateway_message_page(&frame, "Thank you",
                             "Your rating has been received, and the link is now closed.",
                             "You can close this page.", &html, &error) != 0)
        exit(1);
    write_file("message.html", wf_buffer_bytes(&html));
    wf_buffer_fini(&html);
}

int main(int argc, char **argv)
{
    struct wf_form_book *book = calloc(1, sizeof *book);
    struct wf_error error = {0};
    char assets[512];
    if (argc != 2 || !book || wf_form_read(WF_SOURCE_DIR "/deploy/forms", book, &error) != 0) {
        (void)fprintf(stderr, "usage: sample_pages FOLDER %s\n", error.text);
        return 1;
    }
    folder = argv[1];
    (void)snprintf(assets, sizeof assets, "%s/assets", folder);
    (void)mkdir(assets, 0700);
    write_file("assets/style.css", wf_asset_bytes(gateway_assets, "style.css"));
    write_file("assets/icon.svg", wf_asset_bytes(gateway_assets, "icon.svg"));
    rate_pages(&book->forms[0]);
    registry_page("registry.html", 64, "", false);
    registry_page("registry-inactive.html", 64, "", true);
    registry_page("registry-none.html", 64, "zz", false);
    registry_page("registry-empty.html", 0, "", false);
    ops_pages();
    mail_pages();
    front_page();
    message_page();
    free(book);
    return 0;
}
