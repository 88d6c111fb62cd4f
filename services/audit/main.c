/* endorse-audit: wiring only. */
#include "audit.h"

#include "redis_journals.h"
#include "wf_config.h"

enum { JOURNALS_TIMEOUT_MS = 5000 };

static int open_audit(struct wf_worker *worker, void **service, struct wf_error *error)
{
    struct audit *audit = NULL;
    int result = audit_create(&audit, worker, error);
    *service = audit;
    return result;
}

static int start(void *service, struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    const char *password = wf_config_secret(config, "redis-password");
    struct wf_journals *journals = redis_journals_open(wf_config_text(config, "redis_socket"),
                                                       password ? wf_service_name(WF_AUDIT) : NULL,
                                                       password, JOURNALS_TIMEOUT_MS);
    return audit_start(service, &journals, error);
}

static void close_audit(void **service)
{
    struct audit *audit = *service;
    audit_destroy(&audit);
    *service = NULL;
}

static bool is_engaged(void *service)
{
    return audit_is_engaged(service);
}

static void report(const void *service, struct wf_buffer *json)
{
    audit_report(service, json);
}

static wf_time turn(void *service, struct wf_worker *worker, wf_time now)
{
    (void)worker;
    return audit_turn(service, now);
}

int main(int argc, char **argv)
{
    struct wf_domain domain = {
        .service = WF_AUDIT,
        .program = "endorse-audit",
        .summary = "Copies every journal to signed files and tells where one was changed.",
        .is_discreet = true,
        .settings = audit_settings,
        .setting_count = audit_setting_count,
        .questions = audit_questions,
        .question_count = audit_question_count,
        .open = open_audit,
        .start = start,
        .close = close_audit,
        .is_engaged = is_engaged,
        .report = report,
        .turn = turn,
    };
    return wf_program_main(&domain, argc, argv);
}
