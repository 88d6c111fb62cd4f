#include "wf_conf_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_wanted(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t end = strlen(ending);
    return name[0] != '.' && length > end && strcmp(name + length - end, ending) == 0;
}

/* alphasort would follow the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int wf_conf_folder_read(const char *folder, const char *ending, wf_conf_each_f *each, void *context,
                        struct wf_error *error)
{
    struct dirent **entries = NULL;
    char path[WF_CONF_PATH_MAX];
    int result = 0;
    int count = scandir(folder, &entries, NULL, by_name);
    if (count < 0)
        return wf_fail(error, WF_CONFIG, "the folder %s cannot be read: %s", folder,
                       strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (!result && is_wanted(name, ending)) {
            int length = snprintf(path, sizeof path, "%s/%s", folder, name);
            result = length < (int)sizeof path
                         ? each(context, path, name, error)
                         : wf_fail(error, WF_CONFIG, "the path of %s is too long", name);
        }
        free(entries[i]);
    }
    free(entries);
    return result;
}
