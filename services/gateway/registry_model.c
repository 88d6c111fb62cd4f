#include "registry_model.h"

#include "gateway_labels.h"
#include "gateway_page.h"
#include "http_text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *id, *title, *subtitle;
} lists[GATEWAY_LINE_COUNT] = {
    {"", "", ""},
    {"imh", "Infant Mental Health Endorsement (IMH-E)", "Prenatal to 36 months"},
    {"ecmh", "Early Childhood Mental Health Endorsement (ECMH-E)", "From 3 up to 6 years"}};

static bool is_active(const struct registry_entry *entry)
{
    return strcmp(entry->status, "active") == 0;
}

static json_t *row_model(const struct registry_entry *entry)
{
    json_t *row = json_object();
    model_text(row, "name", entry->name);
    model_text(row, "label", gateway_category_label(entry->category, entry->line));
    model_text(row, "short", gateway_category_short(entry->category, entry->line));
    /* A status, never its reason. */
    model_text(row, "inactive", is_active(entry) ? "" : "inactive");
    return row;
}

static void add_lists(json_t *model, const struct registry_result *result)
{
    json_t *array = json_array();
    for (int line = 1; line < GATEWAY_LINE_COUNT; line++) {
        json_t *entries = json_array();
        for (size_t i = 0; i < result->count; i++) {
            if (result->rows[i]->line == line)
                (void)json_array_append_new(entries, row_model(result->rows[i]));
        }
        if (json_array_size(entries) == 0) {
            json_decref(entries);
            continue;
        }
        json_t *list = json_object();
        model_text(list, "id", lists[line].id);
        model_text(list, "title", lists[line].title);
        model_text(list, "subtitle", lists[line].subtitle);
        (void)json_object_set_new(list, "entries", entries);
        (void)json_array_append_new(array, list);
    }
    (void)json_object_set_new(model, "lists", array);
}

static void add_categories(json_t *model, int chosen)
{
    json_t *array = json_array();
    for (int i = 1; i < GATEWAY_CATEGORY_COUNT; i++) {
        char label[160];
        json_t *row = json_object();
        const char *infant = gateway_category_short(i, 1), *early = gateway_category_short(i, 2);
        bool same = strcmp(infant, early) == 0;
        (void)snprintf(label, sizeof label, "%s%s%s \xe2\x80\x93 %s", infant, same ? "" : " / ",
                       same ? "" : early,
                       strstr(gateway_category_label(i, 1), "Infant ")
                           ? gateway_category_label(i, 1) + strlen("Infant ")
                           : gateway_category_label(i, 1));
        model_text(row, "code", gateway_category_code(i));
        model_text(row, "label", label);
        model_flag(row, "chosen", i == chosen);
        (void)json_array_append_new(array, row);
    }
    (void)json_object_set_new(model, "categories", array);
}

static size_t pages_of(const struct registry_page *page)
{
    size_t limit = page->query->limit ? page->query->limit : 1;
    return page->result->total ? (page->result->total + limit - 1) / limit : 1;
}

static void add_page_link(json_t *model, const char *name, const char *base,
                          const struct registry_page *page, size_t number)
{
    struct wf_buffer url = {0};
    wf_buffer_format(&url, "%s/%s?page=%zu", base, page->id, number);
    if (*page->query->name) {
        wf_buffer_text(&url, "&name=");
        http_url_component(&url, page->query->name);
    }
    if (page->query->category)
        wf_buffer_format(&url, "&category=%s", gateway_category_code(page->query->category));
    if (page->query->limit != REGISTRY_PAGE_ROWS)
        wf_buffer_format(&url, "&limit=%zu", page->query->limit);
    wf_buffer_append(&url, "", 1);
    model_text(model, name, (char *)url.data);
    wf_buffer_fini(&url);
}

static void add_empty(json_t *model, const struct registry_page *page)
{
    json_t *empty = json_object();
    if (page->all) {
        model_text(empty, "heading", "Nobody found");
        model_text(empty, "text",
                   "Try a shorter part of the name, or all categories. A name that is not here may "
                   "be spelled otherwise, endorsed through another association, or no longer "
                   "endorsed.");
    } else {
        model_text(empty, "heading", "No names yet");
        model_text(empty, "text",
                   "A name appears here as soon as the association endorses someone, and leaves "
                   "when an endorsement is not renewed.");
    }
    (void)json_object_set_new(model, "empty", empty);
}

json_t *registry_page_model(const struct registry_page *page)
{
    char tally[80];
    size_t pages = pages_of(page);
    bool filtered = *page->query->name || page->query->category;
    json_t *model = json_object();
    model_text(model, "id", page->id);
    model_text(model, "name", page->name);
    model_text(model, "disclaimer", page->disclaimer);
    model_text(model, "query_name", page->query->name);
    model_flag(model, "filtered", filtered);
    add_categories(model, page->query->category);
    if (filtered)
        (void)snprintf(tally, sizeof tally, "%zu of %zu %s", page->result->total, page->all,
                       page->all == 1 ? "endorsement" : "endorsements");
    else
        (void)snprintf(tally, sizeof tally, "%zu %s", page->all,
                       page->all == 1 ? "endorsement" : "endorsements");
    model_text(model, "tally", tally);
    add_lists(model, page->result);
    if (!page->result->count)
        add_empty(model, page);
    model_flag(model, "paged", pages > 1);
    model_number(model, "page", (int64_t)page->page);
    model_number(model, "pages", (int64_t)pages);
    if (page->page > 1)
        add_page_link(model, "previous", "/registry", page, page->page - 1);
    if (page->page < pages)
        add_page_link(model, "next", "/registry", page, page->page + 1);
    return model;
}

static json_t *entry_json(const struct registry_entry *entry)
{
    char since[WF_DATE_TEXT], due[WF_DATE_TEXT];
    json_t *row = json_object();
    wf_date_format(entry->since, since);
    wf_date_format(entry->due, due);
    model_text(row, "name", entry->name);
    model_text(row, "category", gateway_category_code(entry->category));
    model_text(row, "abbreviation", gateway_category_short(entry->category, entry->line));
    model_text(row, "label", gateway_category_label(entry->category, entry->line));
    model_text(row, "ageLine", gateway_line_code(entry->line));
    model_text(row, "status", is_active(entry) ? "active" : "inactive");
    model_optional(row, "since", since);
    model_optional(row, "renewalDue", due);
    return row;
}

json_t *registry_json(const struct registry_page *page)
{
    json_t *object = json_object();
    json_t *entries = json_array();
    model_text(object, "association", page->id);
    for (size_t i = 0; i < page->result->count; i++)
        (void)json_array_append_new(entries, entry_json(page->result->rows[i]));
    (void)json_object_set_new(object, "entries", entries);
    model_number(object, "total", (int64_t)page->result->total);
    model_number(object, "page", (int64_t)page->page);
    model_number(object, "pages", (int64_t)pages_of(page));
    if (page->page < pages_of(page))
        add_page_link(object, "next", "/v1/registry", page, page->page + 1);
    return object;
}
