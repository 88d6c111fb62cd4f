#include "ctl.h"

#include "wf_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ctl_json(const json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    (void)puts(text ? text : "null");
    free(text);
}

/* A cell as text, in a buffer of the caller. */
static const char *cell(const json_t *row, const char *name, char *buffer, size_t size)
{
    const json_t *value = json_object_get(row, name);
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_integer(value))
        (void)snprintf(buffer, size, "%lld", (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        (void)snprintf(buffer, size, "%s", json_is_true(value) ? "yes" : "no");
    else
        (void)snprintf(buffer, size, "-");
    return buffer;
}

/* Width on the screen: UTF-8 continuation bytes take no column. */
static int width(const char *text)
{
    int columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

static void print_cell(const char *text, int columns, bool last)
{
    (void)printf("%s%*s", text, last ? 0 : columns - width(text) + 2, "");
}

void ctl_table(const struct ctl *ctl, const json_t *rows, const char *empty,
               const char *const *columns)
{
    enum { COLUMNS_MAX = 12 };
    int widths[COLUMNS_MAX] = {0};
    int count = 0;
    size_t index = 0;
    const json_t *row = NULL;
    char buffer[32];
    if (ctl->json) {
        ctl_json(rows);
        return;
    }
    if (json_array_size(rows) == 0) {
        (void)puts(empty);
        return;
    }
    for (; columns[2 * count] && count < COLUMNS_MAX; count++) {
        widths[count] = width(columns[2 * count + 1]);
        json_array_foreach(rows, index, row)
        {
            int wanted = width(cell(row, columns[2 * count], buffer, sizeof buffer));
            widths[count] = wanted > widths[count] ? wanted : widths[count];
        }
    }
    for (int i = 0; i < count; i++)
        print_cell(columns[2 * i + 1], widths[i], i + 1 == count);
    (void)puts("");
    json_array_foreach(rows, index, row)
    {
        for (int i = 0; i < count; i++)
            print_cell(cell(row, columns[2 * i], buffer, sizeof buffer), widths[i], i + 1 == count);
        (void)puts("");
    }
}

const char *ctl_duration(int64_t milliseconds)
{
    static char buffers[4][32];
    static unsigned next;
    static const struct {
        int64_t size;
        const char *unit;
    } units[] = {{WF_DAY, "d"}, {WF_HOUR, "h"}, {WF_MINUTE, "min"}, {WF_SECOND, "s"}, {1, "ms"}};
    char *text = buffers[next++ % 4];
    size_t i = 0;
    while (i < 4 && milliseconds < 2 * units[i].size)
        i++;
    (void)snprintf(text, sizeof buffers[0], "%lld %s", (long long)(milliseconds / units[i].size),
                   units[i].unit);
    return text;
}

const char *ctl_moment(int64_t milliseconds)
{
    static char buffers[4][WF_TIME_TEXT];
    static unsigned next;
    char *text = buffers[next++ % 4];
    if (milliseconds <= 0 || milliseconds == WF_NEVER)
        return "-";
    wf_time_format(milliseconds, text);
    memcpy(text + 19, "Z", 2); /* whole seconds are enough for people */
    text[10] = ' ';
    return text;
}

const char *ctl_option(int *argc, char **argv, const char *name, bool takes_value)
{
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], name) != 0 || (takes_value && i + 1 == *argc))
            continue;
        int taken = takes_value ? 2 : 1;
        const char *value = takes_value ? argv[i + 1] : "";
        memmove(argv + i, argv + i + taken, (size_t)(*argc - i - taken) * sizeof *argv);
        *argc -= taken;
        return value;
    }
    return NULL;
}

int ctl_done(const struct ctl *ctl, const char *said)
{
    (void)puts(ctl->json ? "{\"done\":true}" : said);
    return CTL_OK;
}

int ctl_complain(const struct wf_error *error)
{
    (void)fprintf(stderr, "endorsectl: %s\n", error->text);
    switch (error->code) {
    case WF_AGAIN:
    case WF_UNKNOWN:
    case WF_LIMIT:
        return CTL_UNAVAILABLE;
    case WF_CONFIG:
        return CTL_USAGE;
    case WF_OK:
    case WF_INVALID:
    case WF_DENIED:
    case WF_NOT_FOUND:
    case WF_CONFLICT:
    case WF_BROKEN:
        break;
    }
    return CTL_NO;
}
