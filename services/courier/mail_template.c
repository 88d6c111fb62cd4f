#include "mail_template.h"

#include "wf_validate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 16 * 1024, PLACEHOLDER_MAX = 48, PATH_SIZE = 512 };
enum { RESEND = false, HOLD = true };

static const struct mail_template rows[] = {
#define TEMPLATE(its_name, policy, link, its_arguments)                                            \
    {.name = its_name, .hold = policy, .has_link = link, .arguments = its_arguments},
#include "templates.def"
#undef TEMPLATE
};
enum { TEMPLATE_COUNT = sizeof rows / sizeof rows[0] };

struct mail_templates {
    struct mail_template rows[TEMPLATE_COUNT];
};

bool mail_template_next_argument(const char **at, char *name, size_t size)
{
    const char *begin = *at + strspn(*at, " ");
    size_t length = strcspn(begin, " ");
    if (!length)
        return false;
    WF_ASSERT(length < size);
    memcpy(name, begin, length);
    name[length] = '\0';
    *at = begin + length;
    return true;
}

static bool has_argument(const struct mail_template *row, const char *wanted)
{
    char name[PLACEHOLDER_MAX + 1];
    for (const char *at = row->arguments; mail_template_next_argument(&at, name, sizeof name);) {
        if (strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

/* Finds the next "{{name}}" from `at`; *begin and *end are around it.  False: there is none, or it
 * is not closed or named properly (then *begin is where it begins, else NULL). */
static bool next_placeholder(const char *at, const char **begin, const char **end,
                             char name[static PLACEHOLDER_MAX + 1])
{
    *begin = strstr(at, "{{");
    if (!*begin)
        return false;
    size_t length = strspn(*begin + 2, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    if (!length || length > PLACEHOLDER_MAX || strncmp(*begin + 2 + length, "}}", 2) != 0)
        return false;
    memcpy(name, *begin + 2, length);
    name[length] = '\0';
    *end = *begin + length + 4;
    return true;
}

static bool is_personal(const char *name)
{
    return strcmp(name, "name") == 0 || strcmp(name, "about_name") == 0 ||
           strcmp(name, "link") == 0;
}

/* Of the association's code of ethics: the courier fills them in itself. */
static bool is_of_code(const char *name)
{
    return strcmp(name, "code-text") == 0 || strcmp(name, "code-version") == 0 ||
           strcmp(name, "code-link") == 0;
}

struct check {
    const char *path;
    const struct mail_template *row;
    bool saw_link;
};

static int check_line(struct check *check, const char *line, unsigned number,
                      struct wf_error *error)
{
    const char *begin, *end;
    char name[PLACEHOLDER_MAX + 1];
    for (const char *at = line; next_placeholder(at, &begin, &end, name); at = end) {
        bool is_link = strcmp(name, "link") == 0;
        if (!is_personal(name) && !is_of_code(name) && strcmp(name, "association") != 0 &&
            !has_argument(check->row, name))
            return wf_fail(error, WF_CONFIG,
                           "%s:%u: {{%s}} is no placeholder; arguments of this template: %s",
                           check->path, number, name, check->row->arguments);
        if (number == 1 && (is_personal(name) || is_of_code(name)))
            return wf_fail(error, WF_CONFIG, "%s:1: {{%s}} must not be in a subject", check->path,
                           name);
        if (is_link && !check->row->has_link)
            return wf_fail(error, WF_CONFIG, "%s:%u: this template has no {{link}}", check->path,
                           number);
        check->saw_link = check->saw_link || is_link;
    }
    if (begin)
        return wf_fail(error, WF_CONFIG, "%s:%u: \"{{\" does not begin a {{placeholder}}",
                       check->path, number);
    if (line[0] && !wf_text_is_clean(line, strlen(line), TEXT_MAX))
        return wf_fail(error, WF_CONFIG, "%s:%u: not UTF-8, or a control character", check->path,
                       number);
    return 0;
}

static int check_shape(const struct mail_template *row, const char *path, struct wf_error *error)
{
    char *line_end = strchr(row->text, '\n');
    if (strncmp(row->text, "Subject: ", 9) != 0 || row->text[9] == '\n')
        return wf_fail(error, WF_CONFIG, "%s:1: the first line must be \"Subject: ...\"", path);
    if (!line_end || line_end[1] != '\n' || !line_end[2])
        return wf_fail(error, WF_CONFIG, "%s:2: an empty line and the body must follow", path);
    return 0;
}

static int check_text(const struct mail_template *row, const char *path, struct wf_error *error)
{
    struct check check = {.path = path, .row = row};
    if (check_shape(row, path, error))
        return -1;
    unsigned number = 1;
    char *copy = strdup(row->text), *rest = copy;
    WF_ASSERT(copy);
    int failed = 0;
    for (char *line = strsep(&rest, "\n"); line && !failed; line = strsep(&rest, "\n"))
        failed = check_line(&check, line, number++, error);
    free(copy);
    if (!failed && row->has_link && !check.saw_link)
        return wf_fail(error, WF_CONFIG, "%s: {{link}} is missing", path);
    return failed;
}

static int read_text(struct mail_template *row, const char *path, struct wf_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return wf_fail(error, WF_CONFIG, "%s: %s", path, strerror(errno));
    row->text = calloc(1, TEXT_MAX + 2);
    WF_ASSERT(row->text);
    size_t length = fread(row->text, 1, TEXT_MAX + 1, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed || length > TEXT_MAX || strlen(row->text) != length)
        return wf_fail(error, WF_CONFIG, "%s: unreadable, a NUL inside, or longer than %d bytes",
                       path, TEXT_MAX);
    return 0;
}

static int load(struct mail_template *row, const char *folder, struct wf_error *error)
{
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s.txt", folder, row->name);
    if (length < 0 || (size_t)length >= sizeof path)
        return wf_fail(error, WF_CONFIG, "mail_dir is too long");
    if (read_text(row, path, error) || check_text(row, path, error))
        return -1;
    char *line_end = strchr(row->text, '\n');
    *line_end = '\0';
    row->subject = row->text + strlen("Subject: ");
    row->body = line_end + 2;
    return 0;
}

int mail_templates_load(struct mail_templates **templates_at, const char *folder,
                        struct wf_error *error)
{
    struct mail_templates *templates = calloc(1, sizeof *templates);
    WF_ASSERT(templates);
    memcpy(templates->rows, rows, sizeof rows);
    *templates_at = templates;
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        if (!load(&templates->rows[i], folder, error))
            continue;
        mail_templates_free(templates_at);
        return -1;
    }
    return 0;
}

void mail_templates_free(struct mail_templates **templates)
{
    if (!*templates)
        return;
    for (size_t i = 0; i < TEMPLATE_COUNT; i++)
        free((*templates)->rows[i].text);
    free(*templates);
    *templates = NULL;
}

const struct mail_template *mail_template_find(const struct mail_templates *templates,
                                               const char *name)
{
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        if (strcmp(templates->rows[i].name, name) == 0)
            return &templates->rows[i];
    }
    return NULL;
}

static void fill(const char *text, const struct mail_value *values, size_t count,
                 struct wf_buffer *out)
{
    const char *begin, *end, *at = text;
    char name[PLACEHOLDER_MAX + 1];
    for (; next_placeholder(at, &begin, &end, name); at = end) {
        const char *value = NULL;
        for (size_t i = 0; i < count && !value; i++)
            value = strcmp(values[i].name, name) == 0 ? values[i].value : NULL;
        WF_ASSERT(value);
        wf_buffer_append(out, at, (size_t)(begin - at));
        wf_buffer_text(out, value);
    }
    wf_buffer_text(out, at);
}

void mail_template_render(const struct mail_template *which, const struct mail_value *values,
                          size_t count, struct wf_buffer *subject, struct wf_buffer *body)
{
    fill(which->subject, values, count, subject);
    fill(which->body, values, count, body);
}
