/* endorse-desk: wiring only. */
#include "desk.h"

static int open_desk(struct wf_worker *worker, void **service, struct wf_error *error)
{
    struct desk *desk = NULL;
    int result = desk_create(&desk, worker, error);
    *service = desk;
    return result;
}

static int start(void *service, struct wf_worker *worker, struct wf_error *error)
{
    (void)worker;
    return desk_start(service, error);
}

static void close_desk(void **service)
{
    struct desk *desk = *service;
    desk_destroy(&desk);
    *service = NULL;
}

static const void *policy(void *service)
{
    return &((struct desk *)service)->service.policy;
}

static int reload(void *service, struct wf_error *error)
{
    return desk_reload(service, error);
}

static wf_time turn(void *service, struct wf_worker *worker, wf_time now)
{
    (void)worker;
    return desk_turn(service, now);
}

int main(int argc, char **argv)
{
    const struct wf_domain domain = {
        .service = WF_DESK,
        .program = "endorse-desk",
        .is_discreet = true,
        .summary = "Where the blind readers of exams read and score.",
        .handlers = desk_handlers,
        .handler_count = desk_handler_count,
        .settings = desk_settings,
        .setting_count = desk_setting_count,
        .open = open_desk,
        .start = start,
        .close = close_desk,
        .policy = policy,
        .reload = reload,
        .perform = desk_perform,
        .turn = turn,
    };
    return wf_program_main(&domain, argc, argv);
}
