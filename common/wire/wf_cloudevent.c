/* CloudEvents 1.0.2: JSON event format, and the HTTP protocol binding's binary mode. */
#include "wf_cloudevent.h"

#include "wf_json.h"
#include "wf_text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { VALUE_MAX = 256 };

static bool is_source(const char *text)
{
    return wf_text_is_key(text) && !strpbrk(text, "\"<>\\^`{|}");
}

static bool is_any_subject(const char *text)
{
    char kind[17];
    char id[65];
    return wf_subject_parse(text, kind, id);
}

static bool is_version(const char *text)
{
    return strcmp(text, "1.0") == 0;
}

static bool is_time(const char *text)
{
    wf_time time = 0;
    return wf_time_parse(text, &time);
}

static bool is_json(const char *text)
{
    static const char json[] = "application/json";
    size_t length = strlen(json);
    return strncasecmp(text, json, length) == 0 &&
           (text[length] == '\0' || text[length] == ';' || text[length] == ' ');
}

enum { NOT_COPIED = -1, AS_TIME = -2 };

static const struct attribute {
    const char *name;
    bool required;
    int offset; /* where it is copied to, or one of the two above */
    size_t most;
    bool (*holds)(const char *text);
    const char *allowed;
} attributes[] = {
    {"specversion", true, NOT_COPIED, 3, is_version, "must be \"1.0\""},
    {"id", true, offsetof(struct wf_cloudevent, id), 64, wf_text_is_key,
     "must be 1 to 64 visible ASCII characters"},
    {"source", true, offsetof(struct wf_cloudevent, source), 256, is_source,
     "must be a URI reference of 1 to 256 ASCII characters"},
    {"type", true, offsetof(struct wf_cloudevent, type), 128, wf_text_is_type,
     "must be the name of an event: small letters, digits, dots and hyphens"},
    {"subject", true, offsetof(struct wf_cloudevent, subject), 96, is_any_subject,
     "must be application/<id> or person/<id>, a person's id with at most 47 characters"},
    {"time", false, AS_TIME, 40, is_time, "must be an RFC 3339 time"},
    {"traceparent", false, offsetof(struct wf_cloudevent, traceparent), 55, wf_text_is_traceparent,
     "must be a W3C traceparent of version 00"},
    {"datacontenttype", false, NOT_COPIED, VALUE_MAX, is_json, "must be application/json"},
};
enum { ATTRIBUTES = sizeof attributes / sizeof attributes[0] };

static int refuse(const char *name, const char *what, char path[static WF_PATH_MAX],
                  struct wf_error *error)
{
    (void)snprintf(path, WF_PATH_MAX, "%s", name);
    return wf_fail(error, WF_INVALID, "%s %s.", name, what);
}

/* value: NULL if the event does not have it. */
static int take(const struct attribute *attribute, const char *value, struct wf_cloudevent *event,
                char path[static WF_PATH_MAX], struct wf_error *error)
{
    if (!value && !attribute->required)
        return 0;
    if (!value)
        return refuse(attribute->name, "is missing", path, error);
    if (strnlen(value, attribute->most + 1) > attribute->most || !attribute->holds(value))
        return refuse(attribute->name, attribute->allowed, path, error);
    if (attribute->offset == AS_TIME)
        (void)wf_time_parse(value, &event->time);
    else if (attribute->offset >= 0)
        memcpy((char *)event + attribute->offset, value, strlen(value) + 1);
    return 0;
}

/* An extension's name and value as the specification allows them: no object, no list. */
static int check_members(json_t *object, char path[static WF_PATH_MAX], struct wf_error *error)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(object, name, value)
    {
        size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (strcmp(name, "data") == 0)
            continue;
        if (strcmp(name, "data_base64") == 0)
            return refuse(name, "is not taken: send the event's content as JSON in data", path,
                          error);
        if (length == 0 || length > 40 || name[length])
            return refuse("?", "an attribute's name has only small letters and digits", path,
                          error);
        if (json_is_object(value) || json_is_array(value))
            return refuse(name, "must be a string, a number or a truth value", path, error);
    }
    return 0;
}

static int take_members(json_t *object, struct wf_cloudevent *event, char path[static WF_PATH_MAX],
                        struct wf_error *error)
{
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        const json_t *member = json_object_get(object, attributes[i].name);
        bool absent = !member || json_is_null(member);
        if (!absent && !json_is_string(member))
            return refuse(attributes[i].name, "must be a string", path, error);
        if (take(&attributes[i], absent ? NULL : json_string_value(member), event, path, error) !=
            0)
            return -1;
    }
    return 0;
}

int wf_cloudevent_read_structured(struct wf_bytes body, struct wf_cloudevent *event,
                                  struct wf_buffer *data, char path[static WF_PATH_MAX],
                                  struct wf_error *error)
{
    int failed = -1;
    *event = (struct wf_cloudevent){0};
    path[0] = '\0';
    json_t *object = wf_json_load(body, error);
    if (!object)
        return -1;
    const json_t *content = json_object_get(object, "data");
    if (check_members(object, path, error) == 0 && take_members(object, event, path, error) == 0) {
        if (json_is_object(content)) {
            wf_json_dump(content, data);
            failed = 0;
        } else {
            (void)refuse("data", "must be a JSON object", path, error);
        }
    }
    json_decref(object);
    return failed;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The binding's header values: %xx is a byte; false if it is not well formed or too long. */
static bool undo_percent(const char *header, char value[static VALUE_MAX + 1])
{
    size_t length = 0;
    for (; *header; header++) {
        char c = *header;
        if (length == VALUE_MAX)
            return false;
        if (c == '%') {
            int high = hex_digit(header[1]);
            int low = high < 0 ? -1 : hex_digit(header[2]);
            if (low < 0 || high * 16 + low == 0)
                return false;
            c = (char)(high * 16 + low);
            header += 2;
        }
        value[length++] = c;
    }
    value[length] = '\0';
    return true;
}

int wf_cloudevent_read_binary(wf_header_f *get, void *context, struct wf_cloudevent *event,
                              char path[static WF_PATH_MAX], struct wf_error *error)
{
    *event = (struct wf_cloudevent){0};
    path[0] = '\0';
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        char name[32];
        char value[VALUE_MAX + 1];
        (void)snprintf(name, sizeof name, "ce-%s", attributes[i].name);
        if (strcmp(attributes[i].name, "datacontenttype") == 0)
            (void)snprintf(name, sizeof name, "content-type");
        const char *header = get(context, name);
        if (header && !undo_percent(header, value))
            return refuse(attributes[i].name, "is too long or not percent-encoded UTF-8", path,
                          error);
        if (take(&attributes[i], header ? value : NULL, event, path, error) != 0)
            return -1;
    }
    return 0;
}

void wf_cloudevent_write(const struct wf_cloudevent *event, const char *data_json,
                         struct wf_buffer *json)
{
    char time[WF_TIME_TEXT];
    wf_time_format(event->time, time);
    json_t *object = json_pack("{ss ss ss ss}", "specversion", "1.0", "id", event->id, "source",
                               event->source, "type", event->type);
    WF_ASSERT(object);
    if (event->subject[0])
        (void)json_object_set_new(object, "subject", json_string(event->subject));
    if (event->time)
        (void)json_object_set_new(object, "time", json_string(time));
    if (event->traceparent[0])
        (void)json_object_set_new(object, "traceparent", json_string(event->traceparent));
    (void)json_object_set_new(object, "datacontenttype", json_string("application/json"));
    wf_json_dump(object, json);
    json_decref(object);
    json->length--; /* the closing brace comes after the data */
    wf_buffer_format(json, ",\"data\":%s}", data_json);
}
