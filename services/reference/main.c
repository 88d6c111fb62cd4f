/* endorse-reference: SPEC.md.  Wiring only. */
#include "ratings_service.h"

#include "wf_config.h"
#include "wf_worker.h"

#include <stdlib.h>

static const struct wf_setting settings[] = {
    {"policy_dir", WF_SETTING_TEXT, "deploy/policy", 0, 0,
     "folder of the associations' policy files"},
    {"forms_dir", WF_SETTING_TEXT, "deploy/forms", 0, 0, "folder of the rating forms"},
};

/* The settings are needed by a reload, which gets only the service. */
struct reference {
    struct ratings_service ratings; /* first: machines and questions take this one */
    const struct wf_config *config;
};

static int open_reference(struct wf_worker *worker, void **service, struct wf_error *error)
{
    struct reference *reference = calloc(1, sizeof *reference);
    WF_ASSERT(reference);
    *service = reference;
    reference->config = wf_worker_config(worker);
    reference->ratings.clock = wf_worker_clock(worker);
    if (wf_config_key(reference->config, "link-key", reference->ratings.link_key, error) ||
        wf_config_key(reference->config, "answers-key", reference->ratings.answers_key, error))
        return -1;
    return ratings_service_init(&reference->ratings,
                                wf_config_text(reference->config, "policy_dir"),
                                wf_config_text(reference->config, "forms_dir"), error);
}

/* The store is open only now. */
static int start(void *service, struct wf_worker *worker, struct wf_error *error)
{
    struct reference *reference = service;
    (void)error;
    reference->ratings.store = wf_worker_store(worker);
    return 0;
}

static int reload(void *service, struct wf_error *error)
{
    struct reference *reference = service;
    return ratings_service_reload(&reference->ratings,
                                  wf_config_text(reference->config, "policy_dir"),
                                  wf_config_text(reference->config, "forms_dir"), error);
}

static int rules_open(void *service, const char *folder, void **rules, struct wf_error *error)
{
    const struct reference *reference = service;
    struct wf_policy_book *book = NULL;
    int result = wf_policy_open(folder ? folder : wf_config_text(reference->config, "policy_dir"),
                                &book, error);
    *rules = book;
    return result;
}

static void rules_swap(void *service, void **rules)
{
    struct ratings_service *ratings = &((struct reference *)service)->ratings;
    struct wf_policy_book *before = ratings->book;
    ratings->policy.book = ratings->book = *rules;
    *rules = before;
}

static void rules_close(void **rules)
{
    free(*rules);
    *rules = NULL;
}

static const char *rules_digest(const void *service)
{
    return ((const struct reference *)service)->ratings.book->digest;
}

static void close_reference(void **service)
{
    struct reference *reference = *service;
    if (!reference)
        return;
    ratings_service_fini(&reference->ratings);
    free(reference);
    *service = NULL;
}

static const void *policy(void *service)
{
    return &((struct reference *)service)->ratings.policy;
}

static int answer_view(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    struct reference *reference = service;
    if (!state)
        return ratings_link_gone(error);
    return ratings_page(&reference->ratings, state, id, ratings_token(payload),
                        wf_worker_now(worker), reply, error);
}

static int answer_link(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    struct reference *reference = service;
    if (!state)
        return ratings_link_gone(error);
    return ratings_link_text(&reference->ratings, state, id,
                             ((const Endorse__V1__RatingLinkWanted *)payload)->request,
                             wf_worker_now(worker), reply, error);
}

static const struct wf_question questions[] = {
    {WF_MESSAGE_RATING_LINK_WANTED, &ratings_machine, NULL, answer_link},
    {WF_MESSAGE_RATING_VIEW, &ratings_machine, ratings_resolve, answer_view},
};

int main(int argc, char **argv)
{
    static const struct wf_rules rules = {rules_open, rules_swap, rules_close, rules_digest};
    const struct wf_domain domain = {
        .service = WF_REFERENCE,
        .program = "endorse-reference",
        .summary = "asks reference raters, keeps their answers, judges whether they count",
        .handlers = ratings_handlers,
        .handler_count = ratings_handler_count,
        .questions = questions,
        .question_count = sizeof questions / sizeof questions[0],
        .settings = settings,
        .setting_count = sizeof settings / sizeof settings[0],
        .open = open_reference,
        .start = start,
        .close = close_reference,
        .policy = policy,
        .reload = reload,
        .rules = &rules,
    };
    return wf_program_main(&domain, argc, argv);
}
