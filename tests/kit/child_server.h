/* child_server.h - a Python server of tests/kit as a child process, ended by its pid. */
#ifndef CHILD_SERVER_H
#define CHILD_SERVER_H

#include <sys/types.h>

struct child_server {
    pid_t pid;
    unsigned port;
};
/* Starts tests/kit/<script> FOLDER and waits for the port that it prints; port 0: it did not come
 * up. */
struct child_server child_server_start(const char *script, const char *folder);
void child_server_stop(struct child_server *server);

#endif
