/* What a program is trusted with, and how many of each program there are. */
#include "wf_config_inner.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INSTANCES_MAX = 16 };

/* ---- instances ---- */

/* The number after "<service>=" in the list; 1 if it is not there, 0 if it is no number from 1 to 16. */
static unsigned listed(const char *list, const char *service)
{
    size_t length = strlen(service);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        if (strncmp(at, service, length) == 0 && at[length] == '=') {
            long count = strtol(at + length + 1, NULL, 10);
            return count >= 1 && count <= INSTANCES_MAX ? (unsigned)count : 0;
        }
    }
    return 1;
}

int wf_config_check_instances(const struct wf_config *config, struct wf_error *error)
{
    const char *list = wf_config_text(config, "instances");
    for (int service = 0; service < WF_SERVICE_COUNT; service++) {
        if (!listed(list, wf_service_name((enum wf_service)service)))
            return wf_fail(error, WF_CONFIG, "instances: %s takes a number from 1 to %d",
                           wf_service_name((enum wf_service)service), INSTANCES_MAX);
    }
    if (wf_config_number(config, "instance") >=
        wf_config_instances(config, config->domain->service))
        return wf_fail(error, WF_CONFIG, "instance is %lld, but instances says there are %u of %s",
                       (long long)wf_config_number(config, "instance"),
                       wf_config_instances(config, config->domain->service),
                       config->domain->program);
    return 0;
}

unsigned wf_config_instances(const struct wf_config *config, enum wf_service service)
{
    return listed(wf_config_text(config, "instances"), wf_service_name(service));
}

/* ---- secrets ---- */

static FILE *open_bundle(const struct wf_config *config, char path[static 400],
                         struct wf_error *error)
{
    int64_t descriptor = wf_config_number(config, "secrets_fd");
    const char *file = wf_config_text(config, "secrets_file");
    FILE *in = NULL;
    if (descriptor >= 0) {
        (void)snprintf(path, 400, "descriptor %lld", (long long)descriptor);
        in = fdopen((int)descriptor, "r");
    } else {
        if (*file)
            (void)snprintf(path, 400, "%s", file);
        else
            (void)snprintf(path, 400, "%s/secrets/%s.secrets", wf_config_text(config, "state_dir"),
                           wf_service_name(config->domain->service));
        in = fopen(path, "re");
    }
    if (!in)
        (void)wf_fail(error, WF_CONFIG, "the credential of %s cannot be read from %s: %s",
                      config->domain->program, path, strerror(errno));
    return in;
}

int wf_config_read_secrets(struct wf_config *config, struct wf_error *error)
{
    char path[400];
    char line[256];
    FILE *in = open_bundle(config, path, error);
    if (!in)
        return -1;
    int number = 0;
    int bad = 0;
    while (!bad && fgets(line, sizeof line, in)) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        size_t name = strcspn(line, " ");
        if (line[0] == '\0' || line[0] == '#')
            continue;
        bad = line[name] != ' ' || name >= sizeof config->secrets[0].name ||
              strlen(line + name + 1) >= sizeof config->secrets[0].value ||
              config->secret_count == WF_SECRETS_MAX;
        if (bad)
            break;
        memcpy(config->secrets[config->secret_count].name, line, name);
        memcpy(config->secrets[config->secret_count].value, line + name + 1,
               strlen(line + name + 1));
        config->secret_count++;
    }
    sodium_memzero(line, sizeof line);
    (void)fclose(in);
    return bad ? wf_fail(error, WF_CONFIG,
                         "%s, line %d: a secret is 'name value', at most %d of them", path, number,
                         WF_SECRETS_MAX)
               : 0;
}

void wf_config_forget_secrets(struct wf_config *config)
{
    sodium_memzero(config->secrets, sizeof config->secrets);
}

const char *wf_config_secret(const struct wf_config *config, const char *name)
{
    for (unsigned i = 0; i < config->secret_count; i++) {
        if (strcmp(config->secrets[i].name, name) == 0)
            return config->secrets[i].value;
    }
    return NULL;
}

int wf_config_key(const struct wf_config *config, const char *name, uint8_t key[static 32],
                  struct wf_error *error)
{
    const char *text = wf_config_secret(config, name);
    size_t length = 0;
    if (text && strlen(text) == 64 && sodium_hex2bin(key, 32, text, 64, NULL, &length, NULL) == 0 &&
        length == 32)
        return 0;
    return wf_fail(error, WF_CONFIG, "the credential of %s %s '%s', 64 hexadecimal digits",
                   config->domain->program, text ? "has a wrong" : "lacks", name);
}
