/* A private redis-server for a test: redis_fixture.h. */
#include "redis_fixture.h"

#include "redis_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 2000, PATH_MOST = 256 };

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "redis_fixture: %s: %s\n", what, strerror(errno));
    abort();
}

static void join(char path[static PATH_MOST], const char *folder, const char *name)
{
    int length = snprintf(path, PATH_MOST, "%s/%s", folder, name);
    WF_ASSERT(length > 0 && length < PATH_MOST);
}

/* ---- files ---- */

static void write_file(const struct redis_fixture *fixture, const char *name, const char *text,
                       size_t length)
{
    char path[PATH_MOST];
    join(path, fixture->folder, name);
    FILE *file = fopen(path, "wbe");
    if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0)
        give_up("cannot write a settings file");
}

/* The shipped template with its folders filled in, and the test's own lines, which win. */
static void write_settings(const struct redis_fixture *fixture)
{
    char line[PATH_MOST];
    struct wf_buffer text = {0};
    FILE *template = fopen(WF_SOURCE_DIR "/deploy/redis/redis.conf", "rbe");
    if (!template)
        give_up("cannot read deploy/redis/redis.conf");
    while (fgets(line, sizeof line, template)) {
        const char *at = line;
        for (const char *mark;
             (mark = strstr(at, "@RUN_DIR@")) || (mark = strstr(at, "@DATA_DIR@"));
             at = strchr(mark + 1, '@') + 1) {
            wf_buffer_append(&text, at, (size_t)(mark - at));
            wf_buffer_format(&text, "%s/%s", fixture->folder, mark[1] == 'R' ? "run" : "data");
        }
        wf_buffer_text(&text, at);
    }
    (void)fclose(template);
    wf_buffer_text(&text, fixture->settings);
    write_file(fixture, "run/redis.conf", (const char *)text.data, text.length);
    wf_buffer_fini(&text);
}

static void make_folder(const struct redis_fixture *fixture, const char *name)
{
    char path[PATH_MOST];
    join(path, fixture->folder, name);
    if (mkdir(path, 0700) != 0)
        give_up("cannot make a folder");
}

/* ---- the server ---- */

static _Noreturn void become_server(const struct redis_fixture *fixture, int log)
{
    char settings[PATH_MOST];
    join(settings, fixture->folder, "run/redis.conf");
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(log, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
    execlp("redis-server", "redis-server", settings, (char *)NULL);
    _exit(127);
}

/* Its log says when data and sockets are ready. */
static void wait_until_ready(struct redis_fixture *fixture)
{
    char text[16384];
    size_t length = 0;
    while (length < sizeof text - 1) {
        ssize_t more = read(fixture->log, text + length, sizeof text - 1 - length);
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0)
            break;
        length += (size_t)more;
        text[length] = '\0';
        if (strstr(text, "ready to accept connections"))
            return;
    }
    text[length] = '\0';
    (void)fprintf(stderr, "%s", text);
    give_up("redis-server did not become ready; its log is above");
}

static void launch(struct redis_fixture *fixture)
{
    int ends[2];
    /* Nobody reads the log later: its end must not block Redis when the pipe is full. */
    if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
        give_up("cannot make a pipe");
    fixture->pid = fork();
    if (fixture->pid < 0)
        give_up("cannot fork");
    if (fixture->pid == 0)
        become_server(fixture, ends[1]);
    (void)close(ends[1]);
    fixture->log = ends[0];
    wait_until_ready(fixture);
}

static void make_folders(struct redis_fixture *fixture, const char *settings)
{
    const char *temporary = getenv("TMPDIR");
    *fixture = (struct redis_fixture){.log = -1};
    int length = snprintf(fixture->folder, sizeof fixture->folder, "%s/endorse-redis-XXXXXX",
                          temporary ? temporary : "/tmp");
    if (length < 0 || (size_t)length >= sizeof fixture->folder || !mkdtemp(fixture->folder))
        give_up("cannot make a temporary folder");
    make_folder(fixture, "run");
    make_folder(fixture, "data");
    make_folder(fixture, "secrets");
    (void)snprintf(fixture->socket, sizeof fixture->socket, "%s/run/redis.sock", fixture->folder);
    (void)snprintf(fixture->settings, sizeof fixture->settings, "%s\n", settings ? settings : "");
}

void redis_fixture_start(struct redis_fixture *fixture, const char *settings)
{
    static const char everybody[] = "user default on nopass ~* &* +@all\n";
    make_folders(fixture, settings);
    write_file(fixture, "run/redis.acl", everybody, sizeof everybody - 1);
    write_settings(fixture);
    launch(fixture);
}

/* ---- users ---- */

static void write_secrets(const struct redis_fixture *fixture)
{
    static const char *const programs[] = {"intake",  "reference", "exam",  "desk",       "renewal",
                                           "courier", "gateway",   "audit", "endorsectl", "admin"};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char name[64], line[64];
        (void)snprintf(name, sizeof name, "secrets/%s.secrets", programs[i]);
        int length = snprintf(line, sizeof line, "redis-password pw-%s\n", programs[i]);
        write_file(fixture, name, line, (size_t)length);
    }
}

static void write_users(const struct redis_fixture *fixture)
{
    char command[PATH_MOST * 2];
    (void)snprintf(command, sizeof command, "%s/deploy/redis/make-acl %s/secrets >%s/run/redis.acl",
                   WF_SOURCE_DIR, fixture->folder, fixture->folder);
    if (system(command) != 0) // NOLINT: the folder's name is ours
        give_up("make-acl failed");
}

void redis_fixture_start_users(struct redis_fixture *fixture, const char *settings)
{
    make_folders(fixture, settings);
    fixture->has_users = true;
    write_secrets(fixture);
    write_users(fixture);
    write_settings(fixture);
    launch(fixture);
}

void redis_fixture_install(struct redis_fixture *fixture)
{
    struct wf_error error;
    if (redis_store_install(fixture->socket, fixture->has_users ? "admin" : NULL, "pw-admin",
                            PATIENCE_MS, WF_SOURCE_DIR "/deploy/redis/endorse.lua", &error))
        give_up(error.text);
}

struct wf_store *redis_fixture_store(struct redis_fixture *fixture, enum wf_service service)
{
    struct wf_store *store = NULL;
    struct wf_error error;
    char password[40];
    const char *user = fixture->has_users ? wf_service_name(service) : NULL;
    (void)snprintf(password, sizeof password, "pw-%s", wf_service_name(service));
    if (redis_store_open(&store, service, fixture->socket, user, password, PATIENCE_MS, &error))
        give_up(error.text);
    return store;
}

void redis_fixture_kill(struct redis_fixture *fixture)
{
    if (!fixture->pid)
        return;
    (void)kill(fixture->pid, SIGKILL);
    while (waitpid(fixture->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    fixture->pid = 0;
    (void)close(fixture->log);
}

void redis_fixture_restart(struct redis_fixture *fixture)
{
    redis_fixture_kill(fixture);
    launch(fixture);
}

/* Two levels are all there is: data/appendonlydir. */
static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    if (!entries)
        return;
    for (struct dirent *entry; (entry = readdir(entries));) {
        char path[PATH_MOST];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        join(path, folder, entry->d_name);
        if (unlink(path) != 0)
            remove_folder(path);
    }
    (void)closedir(entries);
    (void)rmdir(folder);
}

void redis_fixture_stop(struct redis_fixture *fixture)
{
    redis_fixture_kill(fixture);
    remove_folder(fixture->folder);
}

/* ---- the append-only file ---- */

static void append_only_path(const struct redis_fixture *fixture, char path[static PATH_MOST])
{
    join(path, fixture->folder, "data/appendonlydir/appendonly.aof.1.incr.aof");
}

off_t redis_fixture_synced(struct redis_fixture *fixture)
{
    char path[PATH_MOST];
    struct stat status;
    append_only_path(fixture, path);
    if (stat(path, &status) != 0)
        give_up("there is no append-only file");
    return status.st_size;
}

void redis_fixture_cut(struct redis_fixture *fixture, off_t length)
{
    char path[PATH_MOST];
    WF_ASSERT(!fixture->pid);
    append_only_path(fixture, path);
    if (truncate(path, length) != 0)
        give_up("cannot cut the append-only file");
}

/* ---- one command ---- */

static void show(const redisReply *reply, struct wf_buffer *text)
{
    switch (reply->type) {
    case REDIS_REPLY_INTEGER:
        wf_buffer_format(text, "%lld", reply->integer);
        break;
    case REDIS_REPLY_NIL:
        wf_buffer_text(text, "(nil)");
        break;
    case REDIS_REPLY_ARRAY:
        for (size_t i = 0; i < reply->elements; i++) {
            if (i)
                wf_buffer_text(text, " ");
            show(reply->element[i], text);
        }
        break;
    case REDIS_REPLY_ERROR:
        wf_buffer_text(text, "!");
        wf_buffer_append(text, reply->str, reply->len);
        break;
    default:
        wf_buffer_append(text, reply->str, reply->len);
    }
}

void redis_fixture_do(struct redis_fixture *fixture, const char *user, const char *password,
                      struct wf_buffer *reply, const char *const *words, size_t count)
{
    redisContext *context = redisConnectUnix(fixture->socket);
    if (!context || context->err)
        give_up("cannot connect");
    if (user) {
        redisReply *answer = redisCommand(context, "AUTH %s %s", user, password);
        if (!answer || answer->type == REDIS_REPLY_ERROR)
            give_up("cannot sign in");
        freeReplyObject(answer);
    }
    const char *copies[64];
    WF_ASSERT(count <= sizeof copies / sizeof *copies);
    for (size_t i = 0; i < count; i++)
        copies[i] = words[i];
    redisReply *answer = redisCommandArgv(context, (int)count, copies, NULL);
    if (!answer)
        give_up("no answer");
    wf_buffer_clear(reply);
    show(answer, reply);
    wf_buffer_append(reply, "", 1);
    reply->length--;
    freeReplyObject(answer);
    redisFree(context);
}
