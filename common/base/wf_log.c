#include "wf_log.h"

#include "wf_bytes.h"
#include "wf_time.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
    enum wf_log_level level;
    const char *id;
} lines[WF_LOG_ID_COUNT] = {
#define WF_LOG_ID(symbol, level, id, sentence) [WF_LOG_##symbol] = {level, id},
#include "wf_log_ids.def"
#undef WF_LOG_ID
};

/* The only process-wide state of the library: who is speaking. */
static struct {
    const char *program;
    unsigned instance;
    enum wf_log_level least;
} speaker = {.program = "endorse", .least = WF_LOG_INFO};

void wf_log_open(const char *program, unsigned instance, enum wf_log_level least)
{
    speaker.program = program;
    speaker.instance = instance;
    speaker.least = least;
}

static bool is_number(const char *text, size_t length)
{
    size_t i = text[0] == '-';
    if (i == length || length > 15 || (text[i] == '0' && length > i + 1))
        return false;
    for (; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return true;
}

static void append_escaped(struct wf_buffer *line, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            wf_buffer_format(line, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            wf_buffer_format(line, "\\u%04x", c);
        else
            wf_buffer_append(line, &c, 1);
    }
}

/* The value runs to the next " key=" or to the end, so a value may hold spaces. */
static size_t value_length(const char *value)
{
    const char *space = value;
    while ((space = strchr(space, ' ')) != NULL) {
        size_t key = strspn(space + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (key > 0 && space[1 + key] == '=')
            return (size_t)(space - value);
        space++;
    }
    return strlen(value);
}

static void append_pairs(struct wf_buffer *line, const char *pairs)
{
    while (*pairs) {
        const char *equals = strchr(pairs, '=');
        if (!equals)
            return;
        size_t length = value_length(equals + 1);
        wf_buffer_text(line, ",\"");
        append_escaped(line, pairs, (size_t)(equals - pairs));
        wf_buffer_text(line, "\":");
        bool number = is_number(equals + 1, length);
        if (!number)
            wf_buffer_text(line, "\"");
        append_escaped(line, equals + 1, length);
        if (!number)
            wf_buffer_text(line, "\"");
        pairs = equals + 1 + length;
        pairs += *pairs == ' ';
    }
}

void wf_log(enum wf_log_id id, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if (lines[id].level < speaker.least)
        return;
    struct timespec now;
    char time[WF_TIME_TEXT];
    char pairs[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(pairs, sizeof pairs, format, arguments);
    va_end(arguments);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    wf_time_format((wf_time)now.tv_sec * 1000 + now.tv_nsec / 1000000, time);
    struct wf_buffer line = {0};
    wf_buffer_format(&line, "{\"time\":\"%s\",\"level\":\"%s\",\"id\":\"%s\",\"program\":\"%s.%u\"",
                     time, names[lines[id].level], lines[id].id, speaker.program, speaker.instance);
    append_pairs(&line, pairs);
    wf_buffer_text(&line, "}\n");
    ssize_t written =
        write(STDERR_FILENO, line.data, line.length); /* one write, so lines stay whole */
    (void)written;                                    /* nowhere to complain to */
    wf_buffer_fini(&line);
}
