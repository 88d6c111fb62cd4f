/* wf_config_inner.h - the inside of a configuration, for wf_config*.c alone. */
#ifndef WF_CONFIG_INNER_H
#define WF_CONFIG_INNER_H

#include "wf_config.h"

enum { WF_SECRETS_MAX = 16 };

struct wf_config {
    const struct wf_domain *domain;
    char **values; /* by row of the table: common settings, then the service's */
    struct {
        char name[32];
        char value[200];
    } secrets[WF_SECRETS_MAX];
    unsigned secret_count;
};

/* ---- wf_config_secrets.c ---- */
int wf_config_check_instances(const struct wf_config *config, struct wf_error *error) WF_MUST_CHECK;
int wf_config_read_secrets(struct wf_config *config, struct wf_error *error) WF_MUST_CHECK;
void wf_config_forget_secrets(struct wf_config *config);

#endif
