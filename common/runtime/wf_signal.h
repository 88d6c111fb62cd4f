/* wf_signal.h - signals as something to read in the loop, not as interruptions. */
#ifndef WF_SIGNAL_H
#define WF_SIGNAL_H

#include "wf_error.h"

#include <stdbool.h>

/* What has been asked for since the last reading. */
struct wf_signals {
    bool is_stop;   /* SIGTERM, SIGINT */
    bool is_reload; /* SIGHUP */
};

/* Blocks them and ignores SIGPIPE; before any thread is started, so that every thread inherits it.
 * *fd becomes readable when one has come. */
int wf_signal_open(int *fd, struct wf_error *error) WF_MUST_CHECK;
struct wf_signals wf_signal_read(int fd);

#endif
