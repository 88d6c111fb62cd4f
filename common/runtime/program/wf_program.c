/* The main() of every service: the one place that names the adapters. */
#include "redis_store.h"
#include "sys_clock.h"
#include "wf_config.h"
#include "wf_log.h"
#include "wf_ready.h"
#include "wf_signal.h"
#include "wf_worker_state.h"
#include "zmq_bus.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    STORE_TIMEOUT_MS = 5000, /* a commit waits for the disk; longer is no answer */
    OPEN_EVERY_MS = 100,
    OPEN_TRIES = 150 /* 15 s: then the supervisor decides */
};

struct program {
    const struct wf_domain *domain;
    struct wf_config *config;
    struct wf_worker *worker;
    struct wf_store *store;
    struct wf_bus *bus;
    int signal_fd;
};

static enum wf_log_level log_level(const struct wf_config *config)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    const char *wanted = wf_config_text(config, "log_level");
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], wanted) == 0)
            return (enum wf_log_level)i;
    }
    return WF_LOG_INFO;
}

static void signalled(void *context, int fd, int ready)
{
    struct program *program = context;
    struct wf_signals signals = wf_signal_read(fd);
    (void)ready;
    if (signals.is_stop)
        wf_worker_stop(program->worker);
    if (signals.is_reload)
        program->worker->is_reload_wanted = true;
}

/* Redis may still be starting or loading; only a refused credential is final.  A signal ends the
 * waiting. */
static int open_store(struct program *program, struct wf_error *error)
{
    const char *password = wf_config_secret(program->config, "redis-password");
    struct pollfd signal = {.fd = program->signal_fd, .events = POLLIN};
    for (unsigned i = 0; i < OPEN_TRIES; i++) {
        if (redis_store_open(&program->store, program->domain->service,
                             wf_config_text(program->config, "redis_socket"),
                             password ? wf_service_name(program->domain->service) : NULL, password,
                             STORE_TIMEOUT_MS, error) == 0)
            return 0;
        if (error->code != WF_AGAIN || poll(&signal, 1, OPEN_EVERY_MS) > 0)
            return -1;
    }
    return -1;
}

static int open_all(struct program *program, struct wf_error *error)
{
    const struct wf_config *config = program->config;
    struct zmq_bus_settings settings = {.run_dir = wf_config_text(config, "run_dir"),
                                        .service = program->domain->service,
                                        .instance = (unsigned)wf_config_number(config, "instance"),
                                        .group_access = wf_config_flag(config, "group_sockets")};
    if (open_store(program, error) || zmq_bus_open(&program->bus, &settings, error))
        return -1;
    wf_bus_watch(program->bus, program->signal_fd, WF_WATCH_READ, signalled, program);
    wf_worker_attach(program->worker, &program->store, &program->bus);
    return wf_worker_resume(program->worker, error);
}

static int run(struct program *program, struct wf_error *error)
{
    if (open_all(program, error))
        return -1;
    wf_log(WF_LOG_READY, "version=%s", WF_VERSION);
    wf_ready_tell((int)wf_config_number(program->config, "ready_fd"));
    int result = wf_worker_run(program->worker, error);
    wf_ready_tell_stopping();
    return result;
}

static void close_all(struct program *program)
{
    wf_worker_destroy(&program->worker);
    if (program->bus)
        wf_bus_destroy(&program->bus);
    if (program->store)
        wf_store_destroy(&program->store);
    wf_config_destroy(&program->config);
    if (program->signal_fd >= 0)
        (void)close(program->signal_fd);
}

static int exit_code(const struct wf_error *error)
{
    return error->code == WF_CONFIG || error->code == WF_INVALID ? WF_EXIT_CONFIG
                                                                 : WF_EXIT_UNAVAILABLE;
}

int wf_program_main(const struct wf_domain *domain, int argc, char **argv)
{
    struct program program = {.domain = domain, .signal_fd = -1};
    struct wf_error error = {0};
    wf_log_open(domain->program, 0, WF_LOG_INFO);
    int result = wf_config_read(&program.config, domain, argc, argv, &error);
    if (!result) {
        wf_log_open(domain->program, (unsigned)wf_config_number(program.config, "instance"),
                    log_level(program.config));
        result =
            wf_worker_create_bare(&program.worker, domain, program.config, sys_clock(), &error);
    }
    if (result) {
        wf_log(WF_LOG_CONFIG_BAD, "text=%s", error.text);
        close_all(&program);
        return exit_code(&error);
    }
    if (wf_config_flag(program.config, "check_config")) {
        (void)printf("%s: the configuration is good\n", domain->program);
        close_all(&program);
        return WF_EXIT_OK;
    }
    wf_log(WF_LOG_START, "version=%s pid=%ld", WF_VERSION, (long)getpid());
    result = wf_signal_open(&program.signal_fd, &error);
    if (!result)
        result = run(&program, &error);
    int code = result ? exit_code(&error) : WF_EXIT_OK;
    wf_log(WF_LOG_STOP, "code=%d text=%s", code, error.text);
    close_all(&program);
    return code;
}
