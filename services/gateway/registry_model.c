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
    return strcmp(entry->row.status, "active") == 0;
}

/* "/registry/MassAIMH/entry/<handle>": base, association, what, handle. */
static void add_address(json_t *object, const char *name, const char *base, const char *what,
                        const struct registry_entry *entry)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s/%s/%s/%s", base, entry->row.association, what,
                   entry->handle);
    model_text(object, name, *entry->handle ? text : "");
}

static json_t *row_model(const struct registry_entry *entry)
{
    json_t *row = json_object();
    model_text(row, "name", entry->name);
    add_address(row, "entry", "/registry", "entry", entry);
    model_text(row, "label", gateway_category_label(entry->row.category, entry->row.line));
    model_text(row, "short", gateway_category_short(entry->row.category, entry->row.line));
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
            if (result->rows[i]->row.line == line)
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

/* The same search at another page, or in another list. */
static void add_page_link(json_t *model, const char *name, const char *base,
                          const struct registry_page *page, int line, size_t number)
{
    const struct registry_query *query = page->query;
    struct wf_buffer url = {0};
    wf_buffer_format(&url, "%s/%s?page=%zu", base, page->id, number);
    if (*query->name) {
        wf_buffer_text(&url, "&name=");
        http_url_component(&url, query->name);
    }
    if (query->category)
        wf_buffer_format(&url, "&category=%s", gateway_category_code(query->category));
    if (line)
        wf_buffer_format(&url, "&line=%s", gateway_line_code(line));
    if (page->status && *page->status)
        wf_buffer_format(&url, "&status=%s", page->status);
    if (query->limit != REGISTRY_PAGE_ROWS)
        wf_buffer_format(&url, "&limit=%zu", query->limit);
    wf_buffer_append(&url, "", 1);
    model_text(model, name, (char *)url.data);
    wf_buffer_fini(&url);
}

/* Which of the two lists is looked at: with few names both, one above the other. */
static void add_tabs(json_t *model, const struct registry_page *page)
{
    static const char *const texts[GATEWAY_LINE_COUNT] = {"Both lists", "IMH-E", "ECMH-E"};
    const size_t *by_line = page->result->by_line;
    json_t *tabs = json_array();
    for (int line = 0; line < GATEWAY_LINE_COUNT; line++) {
        char count[24];
        json_t *tab = json_object();
        (void)snprintf(count, sizeof count, "%zu", line ? by_line[line] : by_line[1] + by_line[2]);
        model_text(tab, "text", texts[line]);
        model_text(tab, "number", count);
        add_page_link(tab, "href", "/registry", page, line, 1);
        model_flag(tab, "here", page->query->line == line);
        (void)json_array_append_new(tabs, tab);
    }
    (void)json_object_set_new(model, "tabs", tabs);
}

/* Only where the association shows inactive ones is there anything to choose. */
static void add_statuses(json_t *model, const struct registry_page *page)
{
    static const char *const rows[][2] = {
        {"", "All"}, {"active", "Active"}, {"inactive", "Inactive"}};
    json_t *array = json_array();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *row = json_object();
        model_text(row, "code", rows[i][0]);
        model_text(row, "label", rows[i][1]);
        model_flag(row, "chosen", strcmp(page->status ? page->status : "", rows[i][0]) == 0);
        (void)json_array_append_new(array, row);
    }
    json_t *choice = json_object();
    (void)json_object_set_new(choice, "options", array);
    if (page->shows_inactive)
        (void)json_object_set_new(model, "statuses", choice);
    else
        json_decref(choice);
}

static void add_empty(json_t *model, const struct registry_page *page)
{
    json_t *empty = json_object();
    if (page->result->all) {
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

static void add_tally(json_t *model, const struct registry_page *page, bool filtered)
{
    char tally[80];
    size_t all = page->result->all;
    const char *noun = all == 1 ? "endorsement" : "endorsements";
    if (filtered)
        (void)snprintf(tally, sizeof tally, "%zu of %zu %s", page->result->total, all, noun);
    else
        (void)snprintf(tally, sizeof tally, "%zu %s", all, noun);
    model_text(model, "tally", tally);
}

json_t *registry_page_model(const struct registry_page *page)
{
    size_t pages = pages_of(page);
    const struct registry_query *query = page->query;
    bool searched = *query->name || query->category || (page->status && *page->status);
    json_t *model = json_object();
    model_text(model, "id", page->id);
    model_text(model, "name", page->name);
    model_text(model, "disclaimer", page->disclaimer);
    model_text(model, "query_name", query->name);
    model_text(model, "query_line", gateway_line_code(query->line));
    model_flag(model, "filtered", searched || query->line);
    add_categories(model, query->category);
    add_statuses(model, page);
    add_tabs(model, page);
    add_tally(model, page, searched || query->line);
    add_lists(model, page->result);
    if (!page->result->count)
        add_empty(model, page);
    model_flag(model, "paged", pages > 1);
    model_number(model, "page", (int64_t)page->page);
    model_number(model, "pages", (int64_t)pages);
    if (page->page > 1 && page->page <= pages)
        add_page_link(model, "previous", "/registry", page, query->line, page->page - 1);
    if (page->page < pages)
        add_page_link(model, "next", "/registry", page, query->line, page->page + 1);
    return model;
}

static json_t *entry_json(const struct registry_entry *entry)
{
    char since[WF_DATE_TEXT], due[WF_DATE_TEXT];
    json_t *row = json_object();
    wf_date_format(entry->row.since, since);
    wf_date_format(entry->row.due, due);
    model_text(row, "name", entry->name);
    model_text(row, "category", gateway_category_code(entry->row.category));
    model_text(row, "abbreviation", gateway_category_short(entry->row.category, entry->row.line));
    model_text(row, "label", gateway_category_label(entry->row.category, entry->row.line));
    model_text(row, "ageLine", gateway_line_code(entry->row.line));
    model_text(row, "status", is_active(entry) ? "active" : "inactive");
    model_optional(row, "since", since);
    model_optional(row, "renewalDue", due);
    if (is_active(entry) && *entry->handle)
        add_address(row, "credential", "/v1/registry", "credentials", entry);
    return row;
}

json_t *registry_entry_model(const struct registry_entry *entry, const char *id, const char *name,
                             const char *disclaimer)
{
    char date[GATEWAY_DATE_TEXT], issuer[160];
    json_t *model = json_object();
    model_text(model, "association", id);
    model_text(model, "association_name", name);
    model_text(model, "disclaimer", disclaimer);
    model_text(model, "name", entry->name);
    model_text(model, "label", gateway_category_label(entry->row.category, entry->row.line));
    model_text(model, "short", gateway_category_short(entry->row.category, entry->row.line));
    model_text(model, "line", lists[entry->row.line].title);
    model_text(model, "status", is_active(entry) ? "Active" : "Inactive");
    gateway_date_text(entry->row.since, date);
    model_optional(model, "since", date);
    gateway_date_text(entry->row.due, date);
    model_optional(model, "due", date);
    (void)snprintf(issuer, sizeof issuer, "/v1/registry/%s/issuer", id);
    model_text(model, "issuer", issuer);
    if (is_active(entry))
        add_address(model, "credential", "/v1/registry", "credentials", entry);
    return model;
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
        add_page_link(object, "next", "/v1/registry", page, page->query->line, page->page + 1);
    return object;
}
