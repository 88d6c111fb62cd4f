/* What deploy/run left in <state>/installation.json: where the doors are, how many of each program run. */
#include "ctl_installation.h"

#include <string.h>

int ctl_installation_read(struct ctl *ctl, struct wf_error *error)
{
    char path[512];
    json_error_t problem;
    if (ctl->installation)
        return 0;
    (void)snprintf(path, sizeof path, "%s/installation.json", ctl->state_dir);
    ctl->installation = json_load_file(path, 0, &problem);
    if (!ctl->installation)
        return wf_fail(error, WF_CONFIG,
                       "%s cannot be read (%s): start Endorse with deploy/run, or name its folder "
                       "with --state",
                       path, problem.text);
    return 0;
}

const char *ctl_installation_text(const struct ctl *ctl, const char *name)
{
    const char *text = json_string_value(json_object_get(ctl->installation, name));
    return text ? text : "";
}

unsigned ctl_instances(struct ctl *ctl, enum wf_service service)
{
    const json_t *instances = json_object_get(ctl->installation, "instances");
    return (unsigned)json_integer_value(json_object_get(instances, wf_service_name(service)));
}

int ctl_secret_line(const struct ctl *ctl, const char *file, const char *name, char *value,
                    size_t size, struct wf_error *error)
{
    char path[512];
    char line[512];
    (void)snprintf(path, sizeof path, "%s/secrets/%s", ctl->state_dir, file);
    FILE *in = fopen(path, "re");
    if (!in)
        return wf_fail(error, WF_CONFIG,
                       "cannot read %s: run this as the user who started deploy/run", path);
    size_t length = strlen(name);
    bool found = false;
    while (!found && fgets(line, sizeof line, in)) {
        found = strncmp(line, name, length) == 0 && line[length] == ' ';
        line[strcspn(line, "\n")] = '\0';
        if (found)
            (void)snprintf(value, size, "%s", line + length + 1);
    }
    (void)fclose(in);
    return found ? 0 : wf_fail(error, WF_CONFIG, "%s has no line '%s'", path, name);
}
