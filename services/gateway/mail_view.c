#include "mail_view.h"

#include "gateway_page.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool mail_file_is_valid(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= MAIL_FILE_MAX && name[0] != '.' &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "._,:=@+-")] == '\0';
}

struct text {
    const char *at;
    size_t length;
};

/* The next line without its end; false at the end of the text. */
static bool next_line(struct text *text, struct text *line)
{
    if (!text->length)
        return false;
    const char *end = memchr(text->at, '\n', text->length);
    size_t whole = end ? (size_t)(end - text->at) + 1 : text->length;
    *line = (struct text){text->at, end ? whole - 1 : whole};
    if (line->length && line->at[line->length - 1] == '\r')
        line->length--;
    text->at += whole;
    text->length -= whole;
    return true;
}

static void append(char *to, size_t size, const char *from, size_t length)
{
    size_t used = strlen(to);
    if (length > size - 1 - used)
        length = size - 1 - used;
    memcpy(to + used, from, length);
    to[used + length] = '\0';
}

enum { PLAIN, QUOTED, BASE64 };

struct parse {
    char *field; /* of the header that a folded line continues, or NULL */
    char coding[32];
    struct mail *mail;
};

static char *field_of(struct parse *parse, const char *name, size_t length)
{
    const struct {
        const char *name;
        char *field;
    } rows[] = {{"To", parse->mail->to},
                {"From", parse->mail->from},
                {"Subject", parse->mail->subject},
                {"Date", parse->mail->date}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strlen(rows[i].name) == length && strncasecmp(rows[i].name, name, length) == 0)
            return rows[i].field;
    }
    return NULL;
}

static void take_header(struct parse *parse, struct text line)
{
    static const char coding[] = "Content-Transfer-Encoding:";
    if (line.at[0] == ' ' || line.at[0] == '\t') {
        if (parse->field)
            append(parse->field, MAIL_HEADER_MAX + 1, line.at, line.length);
        return;
    }
    const char *colon = memchr(line.at, ':', line.length);
    parse->field = NULL;
    if (!colon)
        return;
    const char *value = colon + 1;
    const char *end = line.at + line.length;
    while (value < end && *value == ' ')
        value++;
    if (line.length > strlen(coding) && strncasecmp(line.at, coding, strlen(coding)) == 0)
        append(parse->coding, sizeof parse->coding, value, (size_t)(end - value));
    parse->field = field_of(parse, line.at, (size_t)(colon - line.at));
    if (parse->field)
        append(parse->field, MAIL_HEADER_MAX + 1, value, (size_t)(end - value));
}

static void append_quoted(struct text body, struct wf_buffer *to)
{
    for (size_t i = 0; i < body.length; i++) {
        if (body.at[i] != '=') {
            wf_buffer_append(to, body.at + i, 1);
            continue;
        }
        size_t left = body.length - i - 1;
        if (left >= 1 && body.at[i + 1] == '\n') {
            i += 1;
        } else if (left >= 2 && body.at[i + 1] == '\r') {
            i += 2;
        } else if (left >= 2 && g_ascii_isxdigit(body.at[i + 1]) &&
                   g_ascii_isxdigit(body.at[i + 2])) {
            char c = (char)(g_ascii_xdigit_value(body.at[i + 1]) * 16 +
                            g_ascii_xdigit_value(body.at[i + 2]));
            wf_buffer_append(to, &c, 1);
            i += 2;
        } else {
            wf_buffer_append(to, "=", 1);
        }
    }
}

static void append_base64(struct text body, struct wf_buffer *to)
{
    gsize length = 0;
    char *copy = g_strndup(body.at, body.length);
    guchar *decoded = g_base64_decode(copy, &length);
    wf_buffer_append(to, decoded, length);
    g_free(decoded);
    g_free(copy);
}

static void append_body(const char *coding, struct text body, struct wf_buffer *to)
{
    struct wf_buffer raw = {0};
    if (strcasecmp(coding, "quoted-printable") == 0)
        append_quoted(body, &raw);
    else if (strcasecmp(coding, "base64") == 0)
        append_base64(body, &raw);
    else
        wf_buffer_append(&raw, body.at, body.length);
    char *valid = g_utf8_make_valid(raw.length ? (const char *)raw.data : "", (gssize)raw.length);
    for (const char *at = valid; *at; at++) {
        if (*at != '\r')
            wf_buffer_append(to, at, 1);
    }
    g_free(valid);
    wf_buffer_fini(&raw);
}

void mail_read(struct wf_bytes bytes, struct mail *mail, struct wf_buffer *body)
{
    struct text rest = {(const char *)bytes.data, bytes.length};
    struct text line;
    struct parse parse = {.mail = mail};
    mail->to[0] = mail->from[0] = mail->subject[0] = mail->date[0] = '\0';
    while (next_line(&rest, &line) && line.length)
        take_header(&parse, line);
    if (body && rest.length)
        append_body(parse.coding, rest, body);
}

static json_t *headers_model(const struct mail *mail)
{
    json_t *object = json_object();
    model_text(object, "file", mail->file);
    model_text(object, "to", mail->to);
    model_text(object, "from", mail->from);
    model_text(object, "subject", *mail->subject ? mail->subject : "(no subject)");
    model_text(object, "date", mail->date);
    return object;
}

json_t *mail_list_model(const struct mail *mails, size_t count, size_t page, size_t pages,
                        size_t total)
{
    char text[48];
    json_t *model = json_object();
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, headers_model(&mails[i]));
    (void)json_object_set_new(model, "mails", list);
    model_flag(model, "mails_any", count > 0);
    (void)snprintf(text, sizeof text, "%zu %s, newest first", total, total == 1 ? "mail" : "mails");
    model_text(model, "tally", text);
    model_flag(model, "paged", pages > 1);
    model_number(model, "page", (int64_t)page);
    model_number(model, "pages", (int64_t)pages);
    (void)snprintf(text, sizeof text, "/sandbox/mail?page=%zu", page - 1);
    model_optional(model, "previous", page > 1 ? text : NULL);
    (void)snprintf(text, sizeof text, "/sandbox/mail?page=%zu", page + 1);
    model_optional(model, "next", page < pages ? text : NULL);
    return model;
}

static void add_part(json_t *parts, const char *from, size_t length, bool link)
{
    char *text = g_strndup(from, length);
    json_t *part = json_object();
    if (length) {
        model_text(part, "text", text);
        model_text(part, "link", link ? text : "");
        (void)json_array_append(parts, part);
    }
    json_decref(part);
    g_free(text);
}

/* The first address of a page in the text, or NULL. */
static const char *find_link(const char *text)
{
    for (const char *at = text; (at = strstr(at, "http")) != NULL; at += 4) {
        if (strncmp(at, "http://", 7) == 0 || strncmp(at, "https://", 8) == 0)
            return at;
    }
    return NULL;
}

json_t *mail_model(const struct mail *mail, struct wf_bytes body)
{
    json_t *model = headers_model(mail);
    json_t *parts = json_array();
    char *text = g_strndup(body.length ? (const char *)body.data : "", body.length);
    const char *at = text, *link;
    while ((link = find_link(at)) != NULL) {
        size_t length = strcspn(link, " \t\n<>\"");
        while (length && strchr(".,;:)", link[length - 1]))
            length--;
        add_part(parts, at, (size_t)(link - at), false);
        add_part(parts, link, length, true);
        at = link + length;
    }
    add_part(parts, at, strlen(at), false);
    g_free(text);
    (void)json_object_set_new(model, "parts", parts);
    return model;
}
