#include "wf_conf_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Past a quoted string; a backslash takes the next byte along. */
static char *past_quotes(char *at)
{
    char quote = *at++;
    while (*at && *at != quote) {
        if (*at == '\\' && at[1])
            at++;
        at++;
    }
    return *at ? at + 1 : at;
}

static char *blank_until(char *at, const char *end)
{
    for (; at < end; at++)
        if (*at != '\n')
            *at = ' ';
    return at;
}

static char *blank_comment(char *at)
{
    if (at[0] == '/' && at[1] == '*') {
        char *end = strstr(at + 2, "*/");
        return blank_until(at, end ? end + 2 : at + strlen(at));
    }
    return blank_until(at, at + strcspn(at, "\n"));
}

void wf_conf_text_blank(char *text)
{
    char *at = text;
    while (*at) {
        bool comment = *at == '#' || (*at == '/' && (at[1] == '/' || at[1] == '*'));
        if (*at == '"' || *at == '\'')
            at = past_quotes(at);
        else if (comment)
            at = blank_comment(at);
        else
            at++;
    }
}

int wf_conf_text_read(const char *path, struct wf_buffer *text, struct wf_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return wf_fail(error, WF_CONFIG, "%s cannot be read: %s", path, strerror(errno));
    size_t start = text->length;
    wf_buffer_reserve(text, WF_CONF_TEXT_MAX + 1);
    size_t length = fread(text->data + start, 1, WF_CONF_TEXT_MAX, file);
    bool whole = length < WF_CONF_TEXT_MAX && !ferror(file);
    (void)fclose(file);
    if (!whole)
        return wf_fail(error, WF_CONFIG, "%s cannot be read whole: at most %d bytes are", path,
                       WF_CONF_TEXT_MAX - 1);
    if (length && memchr(text->data + start, 0, length))
        return wf_fail(error, WF_CONFIG, "%s holds a NUL byte: it is no text", path);
    text->data[start + length] = 0;
    text->length = start + length;
    wf_conf_text_blank((char *)text->data + start);
    return 0;
}
