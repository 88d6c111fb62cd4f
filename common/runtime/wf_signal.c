#include "wf_signal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

int wf_signal_open(int *fd, struct wf_error *error)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return wf_fail(error, WF_LIMIT, "signals cannot be blocked: %s", strerror(errno));
    *fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return *fd < 0 ? wf_fail(error, WF_LIMIT, "signalfd: %s", strerror(errno)) : 0;
}

struct wf_signals wf_signal_read(int fd)
{
    struct wf_signals signals = {0};
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
        signals.is_stop = signals.is_stop || info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT;
        signals.is_reload = signals.is_reload || info.ssi_signo == SIGHUP;
    }
    return signals;
}
