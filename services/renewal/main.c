/* endorse-renewal: SPEC.md.  Wiring only. */
#include "standing_service.h"

#include "wf_config.h"
#include "wf_worker.h"

#include <stdlib.h>

static const struct wf_setting settings[] = {
    {"policy_dir", WF_SETTING_TEXT, "deploy/policy", 0, 0,
     "folder of the associations' policy files"},
};

/* The configuration is needed by a reload, which gets only the service. */
struct renewal {
    struct standing_service standing; /* first: the machine takes this one */
    const struct wf_config *config;
};

static int open_renewal(struct wf_worker *worker, void **service, struct wf_error *error)
{
    struct renewal *renewal = calloc(1, sizeof *renewal);
    WF_ASSERT(renewal != NULL);
    *service = renewal;
    renewal->config = wf_worker_config(worker);
    return standing_service_init(&renewal->standing, wf_config_text(renewal->config, "policy_dir"),
                                 error);
}

static int reload(void *service, struct wf_error *error)
{
    struct renewal *renewal = service;
    return standing_service_reload(&renewal->standing,
                                   wf_config_text(renewal->config, "policy_dir"), error);
}

static void close_renewal(void **service)
{
    struct renewal *renewal = *service;
    if (renewal == NULL)
        return;
    standing_service_fini(&renewal->standing);
    free(renewal);
    *service = NULL;
}

static const void *policy(void *service)
{
    return &((struct renewal *)service)->standing.policy;
}

int main(int argc, char **argv)
{
    const struct wf_domain domain = {
        .service = WF_RENEWAL,
        .program = "endorse-renewal",
        .summary = "keeps every endorsement renewed or lapsed on time, and the public registry",
        .handlers = standing_handlers,
        .handler_count = standing_handler_count,
        .settings = settings,
        .setting_count = sizeof settings / sizeof settings[0],
        .open = open_renewal,
        .close = close_renewal,
        .policy = policy,
        .reload = reload,
    };
    return wf_program_main(&domain, argc, argv);
}
