/* endorse-exam: SPEC.md.  Wiring only. */
#include "exam_service.h"

#include "recheck.h"
#include "wf_config.h"
#include "wf_worker.h"

#include <stdlib.h>

static const struct wf_setting settings[] = {
    {"rules_dir", WF_SETTING_TEXT, "deploy/exam/rules", 0, 0, "folder of the rule packs"},
    {"respond_days", WF_SETTING_NUMBER, "5", 1, 90, "days a reader has to accept a seat"},
    {"due_days", WF_SETTING_NUMBER, "21", 1, 365, "days a reader has to hand the sheet in"},
    {"grace_days", WF_SETTING_NUMBER, "3", 0, 60,
     "days after the due day before somebody else takes over"},
    {"attestation_hours", WF_SETTING_NUMBER, "72", 0, 720,
     "longest wait for a reader to say whether they know the writer"},
    {"gate_hold_hours", WF_SETTING_NUMBER, "0", 0, 8760,
     "shortest time between a result and its release"},
    {"committee_members", WF_SETTING_NUMBER, "3", 1, 8, "fewest members of a committee"},
    {"calibration_percent", WF_SETTING_NUMBER, "5", 0, 50,
     "share of a reader's seats that measure the reader by a released paper; 0: none"},
    {"keep_text_days", WF_SETTING_NUMBER, "400", 0, 3650,
     "days after a result for which its text is kept for an appeal; 0: without end"},
};

static int open_exam(struct wf_worker *worker, void **service, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct exam_service *exam = calloc(1, sizeof *exam);
    WF_ASSERT(exam != NULL);
    *service = exam;
    exam->worker = worker;
    exam->policy = (struct exam_policy){
        .respond_days = (int32_t)wf_config_number(config, "respond_days"),
        .due_days = (int32_t)wf_config_number(config, "due_days"),
        .grace_days = (int32_t)wf_config_number(config, "grace_days"),
        .attestation_hours = (int32_t)wf_config_number(config, "attestation_hours"),
        .gate_hold_hours = (int32_t)wf_config_number(config, "gate_hold_hours"),
        .committee_members = (int32_t)wf_config_number(config, "committee_members"),
        .calibration_percent = (int32_t)wf_config_number(config, "calibration_percent"),
        .keep_text_days = (int32_t)wf_config_number(config, "keep_text_days"),
    };
    exam->recheck = recheck;
    return exam_service_init(exam, wf_config_text(config, "rules_dir"), error);
}

static int start(void *service, struct wf_worker *worker, struct wf_error *error)
{
    (void)error;
    ((struct exam_service *)service)->store = wf_worker_store(worker);
    exam_announce_seed(service, worker);
    return 0;
}

static int reload(void *service, struct wf_error *error)
{
    struct exam_service *exam = service;
    return exam_service_reload(exam, wf_config_text(wf_worker_config(exam->worker), "rules_dir"),
                               error);
}

static void close_exam(void **service)
{
    if (*service == NULL)
        return;
    exam_service_fini(*service);
    free(*service);
    *service = NULL;
}

static const void *policy(void *service)
{
    return &((struct exam_service *)service)->policy;
}

int main(int argc, char **argv)
{
    const struct wf_domain domain = {
        .service = WF_EXAM,
        .program = "endorse-exam",
        .is_discreet = true,
        .summary =
            "gives sealed papers to blind readers and makes one proved result of their sheets",
        .handlers = exam_handlers,
        .handler_count = exam_handler_count,
        .questions = exam_questions,
        .question_count = exam_question_count,
        .settings = settings,
        .setting_count = sizeof settings / sizeof settings[0],
        .open = open_exam,
        .start = start,
        .close = close_exam,
        .policy = policy,
        .reload = reload,
        .perform = exam_perform,
        .aside = exam_lay_aside,
    };
    return wf_program_main(&domain, argc, argv);
}
