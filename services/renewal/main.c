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

static int rules_open(void *service, const char *folder, void **rules, struct wf_error *error)
{
    const struct renewal *renewal = service;
    struct wf_policy_book *book = NULL;
    int result = wf_policy_open(folder ? folder : wf_config_text(renewal->config, "policy_dir"),
                                &book, error);
    *rules = book;
    return result;
}

static void rules_swap(void *service, void **rules)
{
    struct standing_service *standing = &((struct renewal *)service)->standing;
    struct wf_policy_book *before = standing->book;
    standing->policy.book = standing->book = *rules;
    *rules = before;
}

static void rules_close(void **rules)
{
    free(*rules);
    *rules = NULL;
}

static const char *rules_digest(const void *service)
{
    return ((const struct renewal *)service)->standing.book->digest;
}

static int reload(void *service, struct wf_error *error)
{
    void *rules = NULL;
    if (rules_open(service, NULL, &rules, error) != 0)
        return -1;
    rules_swap(service, &rules);
    rules_close(&rules);
    return 0;
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
    static const struct wf_rules rules = {rules_open, rules_swap, rules_close, rules_digest};
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
        .rules = &rules,
    };
    return wf_program_main(&domain, argc, argv);
}
