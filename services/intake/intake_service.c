/* The service as the runtime takes it: settings, opening and closing, tables. */
#include "intake_service.h"

#include "application_essay.h"
#include "door.h"
#include "intake_exam_machines.h"
#include "intake_machines.h"
#include "operator_codec.h"
#include "paper_gather.h"
#include "paper_view.h"
#include "portal_plan.h"
#include "wf_arena.h"
#include "wf_config.h"
#include "wf_log.h"
#include "wf_messages.h"
#include "wf_people.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define REWRITE_AFTER_PAPER (10 * WF_MINUTE)

static const struct wf_setting settings[] = {
    {"policy_dir", WF_SETTING_TEXT, "deploy/policy", 0, 0,
     "folder of the associations' policy files"},
    {"exam_forms_dir", WF_SETTING_TEXT, "deploy/exam/forms", 0, 0,
     "folder of the forms of the exam's second part"},
    {"exam_office", WF_SETTING_TEXT, "Alliance", 0, 0,
     "code in whose name mails go to exam readers"},
    {"keep_text_days", WF_SETTING_NUMBER, "400", 0, 3650,
     "days after a result for which exam keeps its text for an appeal; 0: without end"},
    {"held_days", WF_SETTING_NUMBER, "30", 1, 3650,
     "how long events wait for the registration of their application"},
    {"public_url", WF_SETTING_TEXT, "http://127.0.0.1:8080", 0, 0,
     "address under which the world reaches the pages; credentials carry it"},
    {"door_endpoint", WF_SETTING_TEXT, "", 0, 0,
     "ZeroMQ endpoint of the portals' door, which instance 0 holds; empty: no door"},
};

/* Without the secret no credentials are issued.  SPEC 9.1. */
static int open_badges(struct badge_signer *badge, const struct wf_config *config,
                       struct wf_error *error)
{
    uint8_t seed[32];
    const char *url = wf_config_text(config, "public_url");
    if (!wf_config_secret(config, "badge-key"))
        return 0;
    if (strlen(url) > BADGE_URL_MAX)
        return wf_fail(error, WF_CONFIG, "public_url has %d characters at most", BADGE_URL_MAX);
    strcpy(badge->public_url, url);
    if (wf_config_key(config, "badge-key", seed, error) != 0)
        return -1;
    wf_jws_key_make(seed, &badge->key);
    explicit_bzero(seed, sizeof seed);
    badge->is_able = true;
    return 0;
}

static int open_intake(struct wf_worker *worker, void **service, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct intake *intake = calloc(1, sizeof *intake);
    WF_ASSERT(intake);
    *service = intake;
    intake->worker = worker;
    intake->book = calloc(1, sizeof *intake->book);
    WF_ASSERT(intake->book);
    intake->policy.book = intake->book;
    intake->policy.keep_text_days = (int32_t)wf_config_number(config, "keep_text_days");
    intake->policy.held_days = (int32_t)wf_config_number(config, "held_days");
    intake->exam_office = wf_config_text(config, "exam_office");
    if (!wf_id_is_valid(intake->exam_office))
        return wf_fail(error, WF_CONFIG, "exam_office must be the code of an association");
    intake->forms = calloc(1, sizeof *intake->forms);
    WF_ASSERT(intake->forms);
    intake->policy.forms = intake->forms;
    if (wf_config_key(config, "person-key", intake->person_key, error) < 0 ||
        open_badges(&intake->badge, config, error) < 0 ||
        wf_config_key(config, "essay-key", intake->essay_key, error) < 0 ||
        wf_config_key(config, "conflict-key", intake->conflict_key, error) < 0 ||
        wf_config_key(config, "desk-key", intake->desk_key, error) < 0 ||
        wf_exam_forms_read(wf_config_text(config, "exam_forms_dir"), intake->forms, error) < 0)
        return -1;
    return wf_policy_read(wf_config_text(config, "policy_dir"), intake->book, error);
}

static int start_intake(void *service, struct wf_worker *worker, struct wf_error *error)
{
    struct intake *intake = service;
    const struct wf_config *config = wf_worker_config(worker);
    const char *endpoint = wf_config_text(config, "door_endpoint");
    const char *secret = wf_config_secret(config, "door-secret-key");
    if (!endpoint[0] || wf_config_number(config, "instance") != 0)
        return 0;
    if (!secret)
        return wf_fail(error, WF_CONFIG, "the door needs door-secret-key in intake's secrets");
    return door_open(&intake->door, worker, endpoint, secret, error);
}

static void close_intake(void **service)
{
    struct intake *intake = *service;
    if (!intake)
        return;
    door_close(&intake->door);
    free(intake->book);
    free(intake->forms);
    explicit_bzero(intake, sizeof *intake);
    free(intake);
    *service = NULL;
}

static const void *policy(void *service)
{
    return &((struct intake *)service)->policy;
}

static int rules_open(void *service, const char *folder, void **rules, struct wf_error *error)
{
    const struct intake *intake = service;
    const struct wf_config *config = wf_worker_config(intake->worker);
    struct wf_policy_book *book = NULL;
    int result =
        wf_policy_open(folder ? folder : wf_config_text(config, "policy_dir"), &book, error);
    *rules = book;
    return result;
}

static void rules_swap(void *service, void **rules)
{
    struct intake *intake = service;
    struct wf_policy_book *before = intake->book;
    intake->policy.book = intake->book = *rules;
    *rules = before;
}

static void rules_close(void **rules)
{
    free(*rules);
    *rules = NULL;
}

static const char *rules_digest(const void *service)
{
    return ((const struct intake *)service)->book->digest;
}

static int reload(void *service, struct wf_error *error)
{
    void *rules = NULL;
    if (rules_open(service, NULL, &rules, error))
        return -1;
    rules_swap(service, &rules);
    rules_close(&rules);
    return 0;
}

/* SPEC 3.7.  Where it fails, the deadline of the erased person comes back to it. */
static void destroy_key(struct wf_worker *worker, const struct wf_address *person)
{
    Endorse__V1__PersonKeyDestroyed message = ENDORSE__V1__PERSON_KEY_DESTROYED__INIT;
    struct wf_error error = {0};
    struct wf_buffer packed = {0};
    if (wf_people_forget(wf_worker_store(worker), person->id, &error) < 0) {
        wf_log(WF_LOG_ERASURE, "person=%s cause=%s", person->id, error.text);
        return;
    }
    wf_pack(&message.base, &packed);
    struct wf_act act = {.message = WF_MESSAGE_PERSON_KEY_DESTROYED,
                         .to = *person,
                         .actor = "",
                         .key = "",
                         .message_id = "key-destroyed",
                         .happened = wf_worker_now(worker),
                         .payload = wf_buffer_bytes(&packed)};
    (void)wf_worker_submit(worker, &act);
    wf_buffer_fini(&packed);
}

/* A portal's card is in the store, or a person is erased. */
static void perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                    const void *job, size_t size)
{
    struct intake *intake = service;
    if (intake_exam_perform(intake, aggregate, job, size))
        return;
    if (strcmp(aggregate->kind, "person") == 0)
        destroy_key(worker, aggregate);
    else if (intake->door)
        door_cards_changed(intake->door);
}

static void at_door(void *service, struct wf_worker *worker, const void *frame)
{
    struct intake *intake = service;
    (void)worker;
    if (intake->door)
        door_frame(intake->door, frame);
}

/* SPEC 3.7: once a day, and sooner when exam and desk have followed a paper that ended. */
static wf_time rewrite_log(struct intake *intake, wf_time now)
{
    struct wf_error error = {0};
    if (!intake->rewrite_at)
        intake->rewrite_at = now + WF_HOUR;
    if (intake->paper_forgotten && intake->rewrite_at > now + REWRITE_AFTER_PAPER)
        intake->rewrite_at = now + REWRITE_AFTER_PAPER;
    intake->paper_forgotten = false;
    if (now < intake->rewrite_at)
        return intake->rewrite_at;
    intake->rewrite_at = now + WF_DAY;
    if (wf_store_rewrite(wf_worker_store(intake->worker), 0, &error) < 0) {
        intake->rewrite_at = now + WF_MINUTE;
        wf_log(WF_LOG_REWRITE, "cause=%s", error.text);
    }
    return intake->rewrite_at;
}

static wf_time turn(void *service, struct wf_worker *worker, wf_time now)
{
    struct intake *intake = service;
    (void)worker;
    wf_time rewrite = rewrite_log(intake, now);
    wf_time door = intake->door ? door_turn(intake->door, now) : WF_NEVER;
    return rewrite < door ? rewrite : door;
}

static const struct wf_question questions[] = {
    {WF_MESSAGE_PORTAL_LIST, NULL, NULL, portal_list},
    {WF_MESSAGE_BADGE_ASKED, &person_machine, NULL, badge_answer},
    {WF_MESSAGE_BADGE_DOCUMENT_ASKED, NULL, NULL, badge_document_answer},
    {WF_MESSAGE_OPERATOR_LIST, NULL, NULL, operator_list},
    {WF_MESSAGE_REDACTION_LIST, NULL, NULL, paper_list_redactions},
    {WF_MESSAGE_REDACTION_VIEW, &paper_machine, NULL, paper_view_redaction},
    {WF_MESSAGE_UNBLIND_VIEW, &paper_machine, NULL, paper_view_unblinded},
};

const struct wf_domain *intake_domain(void)
{
    static const struct wf_rules rules = {rules_open, rules_swap, rules_close, rules_digest};
    static struct wf_domain domain = {
        .service = WF_INTAKE,
        .program = "endorse-intake",
        .summary = "takes portals' events, keeps persons and applications, tells outcomes",
        .questions = questions,
        .question_count = sizeof questions / sizeof questions[0],
        .settings = settings,
        .setting_count = sizeof settings / sizeof settings[0],
        .open = open_intake,
        .start = start_intake,
        .close = close_intake,
        .policy = policy,
        .reload = reload,
        .rules = &rules,
        .perform = perform,
        .aside = paper_lay_aside,
        .discard = application_discard_essay,
        .door = at_door,
        .turn = turn,
    };
    domain.handlers = intake_handlers(&domain.handler_count);
    return &domain;
}
