#include "wf_ethics.h"

#include "wf_address.h"
#include "wf_conf_folder.h"
#include "wf_validate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ENDING ".txt"

enum { FILE_MAX = WF_ETHICS_TEXT + 256 };

/* Takes "<name>: value" from the beginning of *text; moves behind the line. */
static int take_head(char **text, const char *name, unsigned line, char *value, size_t most,
                     const char *path, struct wf_error *error)
{
    size_t length = strlen(name);
    char *end = strchr(*text, '\n');
    if (!end || strncmp(*text, name, length) != 0)
        return wf_fail(error, WF_CONFIG, "%s:%u: this line must be \"%s...\"", path, line, name);
    const char *begin = *text + length;
    size_t size = (size_t)(end - begin);
    if (!size || size > most)
        return wf_fail(error, WF_CONFIG, "%s:%u: 1 to %zu characters must follow \"%s\"", path,
                       line, most, name);
    memcpy(value, begin, size);
    value[size] = '\0';
    *text = end + 1;
    return 0;
}

static int take_text(struct wf_ethics *code, char *text, const char *path, struct wf_error *error)
{
    unsigned number = 1;
    size_t length;
    if (take_head(&text, "Version: ", 1, code->version, WF_ETHICS_VERSION, path, error) ||
        take_head(&text, "Title: ", 2, code->title, WF_ETHICS_TITLE, path, error))
        return -1;
    if (!wf_id_is_valid(code->version))
        return wf_fail(error, WF_CONFIG, "%s:1: a version is letters, digits, '.', '_' and '-'",
                       path);
    if (*text != '\n' || !text[1])
        return wf_fail(error, WF_CONFIG, "%s:3: an empty line and the text must follow", path);
    text++;
    length = strlen(text);
    if (length > WF_ETHICS_TEXT || text[length - 1] != '\n')
        return wf_fail(error, WF_CONFIG, "%s: the text has %d bytes at most and ends with a line",
                       path, WF_ETHICS_TEXT);
    memcpy(code->text, text, length + 1);
    for (const char *at = text; *at; number++) {
        size_t size = strcspn(at, "\n");
        if (size && !wf_text_is_clean(at, size, WF_ETHICS_TEXT))
            return wf_fail(error, WF_CONFIG, "%s:%u: not UTF-8, or a control character", path,
                           number + 3);
        at += size + 1;
    }
    return 0;
}

static int read_code(const char *path, const char *file, struct wf_ethics *code,
                     struct wf_error *error)
{
    char text[FILE_MAX + 1];
    size_t name_length = strlen(file) - strlen(ENDING);
    *code = (struct wf_ethics){0};
    if (name_length >= sizeof code->association)
        return wf_fail(error, WF_CONFIG, "%s: the name is too long", path);
    memcpy(code->association, file, name_length);
    FILE *stream = fopen(path, "re");
    if (!stream)
        return wf_fail(error, WF_CONFIG, "%s: %s", path, strerror(errno));
    size_t length = fread(text, 1, FILE_MAX, stream);
    (void)fclose(stream);
    text[length] = '\0';
    if (strlen(text) != length || length == FILE_MAX)
        return wf_fail(error, WF_CONFIG, "%s: a NUL inside, or longer than %d bytes", path,
                       FILE_MAX - 1);
    return take_text(code, text, path, error);
}

static int add_code(void *context, const char *path, const char *file, struct wf_error *error)
{
    struct wf_ethics_book *book = context;
    if (book->count == WF_ETHICS_MAX)
        return wf_fail(error, WF_CONFIG, "%s: there are more than %d codes", path, WF_ETHICS_MAX);
    return read_code(path, file, &book->codes[book->count++], error);
}

int wf_ethics_read(const char *folder, struct wf_ethics_book *book, struct wf_error *error)
{
    book->count = 0;
    int result = wf_conf_folder_read(folder, ENDING, add_code, book, error);
    if (!result && !wf_ethics_of(book, "network"))
        return wf_fail(error, WF_CONFIG, "%s/network.txt is missing", folder);
    return result;
}

const struct wf_ethics *wf_ethics_of(const struct wf_ethics_book *book, const char *association)
{
    const struct wf_ethics *network = NULL;
    for (int i = 0; i < book->count; i++) {
        if (strcmp(book->codes[i].association, association) == 0)
            return &book->codes[i];
        if (strcmp(book->codes[i].association, "network") == 0)
            network = &book->codes[i];
    }
    return network;
}
