#include "wf_path.h"

#include <stdio.h>
#include <string.h>

void wf_json_name(const char *field, char name[static WF_JSON_NAME_MAX])
{
    size_t length = 0;
    bool capital = false;
    for (; *field && length < WF_JSON_NAME_MAX - 1; field++) {
        if (*field == '_') {
            capital = true;
            continue;
        }
        bool raise = capital && *field >= 'a' && *field <= 'z';
        name[length++] = (char)(raise ? *field - 'a' + 'A' : *field);
        capital = false;
    }
    name[length] = '\0';
}

static void prepend(char path[static WF_PATH_MAX], const char *text)
{
    size_t length = strlen(text);
    size_t keep = strlen(path);
    if (length > WF_PATH_MAX - 1)
        length = WF_PATH_MAX - 1;
    if (keep > WF_PATH_MAX - 1 - length)
        keep = WF_PATH_MAX - 1 - length;
    memmove(path + length, path, keep);
    memcpy(path, text, length);
    path[length + keep] = '\0';
}

static void prepend_dot(char path[static WF_PATH_MAX])
{
    if (path[0] && path[0] != '[')
        prepend(path, ".");
}

void wf_path_name(char path[static WF_PATH_MAX], const char *name)
{
    prepend_dot(path);
    prepend(path, name);
}

void wf_path_index(char path[static WF_PATH_MAX], size_t index)
{
    char text[24];
    (void)snprintf(text, sizeof text, "[%zu]", index);
    prepend_dot(path);
    prepend(path, text);
}
