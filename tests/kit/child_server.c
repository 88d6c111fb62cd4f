#include "child_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct child_server child_server_start(const char *script, const char *folder)
{
    struct child_server server = {0};
    char path[512];
    int ends[2];
    (void)snprintf(path, sizeof path, "%s/tests/kit/%s", WF_SOURCE_DIR, script);
    if (pipe(ends))
        return server;
    server.pid = fork();
    if (server.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/usr/bin/python3", "python3", path, folder, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    if (!output || fscanf(output, "%u", &server.port) != 1)
        server.port = 0;
    if (output)
        (void)fclose(output);
    return server;
}

void child_server_stop(struct child_server *server)
{
    if (server->pid <= 0)
        return;
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}
