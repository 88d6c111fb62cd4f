#include "wf_conf_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Put behind the text of every file: a section that is not closed has no such key, and so does not
 * pass in silence, which libconfuse would allow. */
#define END_KEY "end_of_file"
#define TOP_LEVEL "root" /* what libconfuse calls it */

enum { REASON_MAX = 160 };

/* libconfuse calls back without a context of ours; a thread reads one file at a time. */
struct reading {
    void *context;
    struct wf_error error;
};
static _Thread_local struct reading *reading;

void *wf_conf_context(void)
{
    WF_ASSERT(reading);
    return reading->context;
}

__attribute__((format(printf, 2, 0))) static void report(cfg_t *section, const char *format,
                                                         va_list arguments)
{
    char reason[REASON_MAX];
    if (reading->error.code != WF_OK)
        return; /* the first error is the cause of the others */
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    bool unclosed = strstr(reason, END_KEY) != NULL;
    (void)wf_fail(&reading->error, WF_CONFIG, "%s:%d: %s", section->filename, section->line,
                  unclosed ? "a brace before it is not closed" : reason);
}

int wf_conf_wrong(const cfg_t *section, struct wf_error *error, const char *format, ...)
{
    char reason[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (strcmp(section->name, TOP_LEVEL) == 0) /* its line is the end of the text */
        return wf_fail(error, WF_CONFIG, "%s: %s", section->filename, reason);
    return wf_fail(error, WF_CONFIG, "%s:%d: %s", section->filename, section->line, reason);
}

/* The options and the key of the end; libconfuse copies what it is given. */
static cfg_t *open_file(const struct wf_conf_kind *kind, const char *name)
{
    size_t count = 0;
    while (kind->options[count].type != CFGT_NONE)
        count++;
    cfg_opt_t *options = calloc(count + 2, sizeof *options);
    WF_ASSERT(options);
    memcpy(options, kind->options, count * sizeof *options);
    options[count] = (cfg_opt_t)CFG_STR(END_KEY, NULL, CFGF_NODEFAULT);
    cfg_t *file = cfg_init(options, CFGF_NONE);
    WF_ASSERT(file);
    free(options);
    file->filename = strdup(name); /* libconfuse frees it */
    WF_ASSERT(file->filename);
    (void)cfg_set_error_function(file, report);
    if (kind->prepare)
        kind->prepare(file);
    return file;
}

/* A stream and not cfg_parse_buf, which would call every text "[buf]". */
static int parse(cfg_t *file, const struct wf_buffer *text, void *context, struct wf_error *error)
{
    struct reading now = {.context = context};
    FILE *stream = fmemopen(text->data, text->length, "r");
    WF_ASSERT(stream && !reading);
    reading = &now;
    int status = cfg_parse_fp(file, stream);
    reading = NULL;
    (void)fclose(stream);
    if (status == CFG_SUCCESS)
        return 0;
    if (now.error.code == WF_OK)
        return wf_conf_wrong(file, error, "its text cannot be understood");
    return wf_fail(error, now.error.code, "%s", now.error.text);
}

int wf_conf_file_read(const char *path, const char *name, const struct wf_conf_kind *kind,
                      void *context, cfg_t **file, struct wf_error *error)
{
    struct wf_buffer text = {0};
    *file = NULL;
    int result = wf_conf_text_read(path, &text, error);
    if (!result) {
        wf_buffer_text(&text, "\n" END_KEY " = yes\n");
        *file = open_file(kind, name);
        result = parse(*file, &text, context, error);
    }
    if (result && *file) {
        (void)cfg_free(*file);
        *file = NULL;
    }
    wf_buffer_fini(&text);
    return result;
}
