/* endorsectl exam replay: an auditor looks whether anybody steered a paper to a reader, from the audit copy alone
 * (services/exam/SPEC.md 6.8). */
#include "command_exam.h"
#include "exam_replay_words.h"

#include "audit_copy.h"
#include "exam_service.h"
#include "pool_replay.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEX = 2 * POOL_SEED, LINE_MOST = 4096, PATH_MOST = 4096, PROGRESS_LINES = 10000 };

/* ---- the hashes that were noted when they were announced ---- */

/* The run of exactly 64 hexadecimal digits of a line, in lower case; false: there is none. */
static bool find_hash(const char *line, char hex[static HEX + 1])
{
    static const char digits[] = "0123456789abcdefABCDEF";
    for (const char *at = line; *at; at += *at != '\0') {
        size_t run = strspn(at, digits);
        if (run == HEX) {
            for (size_t i = 0; i < HEX; i++)
                hex[i] = g_ascii_tolower(at[i]);
            hex[HEX] = '\0';
            return true;
        }
        at += run;
        if (!*at)
            break;
    }
    return false;
}

/* A hash a line; a line of the log is one too.  NULL with the error filled. */
static GHashTable *read_announced(const char *path, struct wf_error *error)
{
    FILE *file = fopen(path, "r");
    char line[LINE_MOST], hex[HEX + 1];
    if (!file) {
        (void)wf_fail(error, WF_CONFIG, "cannot read the announced hashes %s", path);
        return NULL;
    }
    GHashTable *hashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int number = 0, result = 0;
    while (result == 0 && fgets(line, sizeof line, file)) {
        number++;
        if (line[strspn(line, " \t\r\n")] == '\0' || line[0] == '#')
            continue;
        if (find_hash(line, hex))
            (void)g_hash_table_add(hashes, g_strdup(hex));
        else
            result = wf_fail(error, WF_CONFIG,
                             "%s:%d: no hash: a line is one SHA-256 of 64 hexadecimal digits, or "
                             "the log's EXAM-SEED line with it",
                             path, number);
    }
    if (result == 0 && ferror(file))
        result = wf_fail(error, WF_CONFIG, "cannot read the announced hashes %s", path);
    (void)fclose(file);
    if (result == 0)
        return hashes;
    g_hash_table_destroy(hashes);
    return NULL;
}

/* ---- reading ---- */

struct reading {
    struct pool_replay *replay;
    char streams[AUDIT_STREAM_NAME]; /* how the names of endorse-exam's begin */
    bool tells;                      /* progress */
    uint64_t lines;                  /* of the whole copy: most are of other programs */
};

static bool take_line(void *context, const struct audit_line *line, bool fits)
{
    struct reading *reading = context;
    (void)fits; /* the replay looks for itself */
    if (strncmp(line->stream, reading->streams, strlen(reading->streams)) == 0)
        pool_replay_line(reading->replay, line->line);
    if (reading->tells && ++reading->lines % PROGRESS_LINES == 0)
        (void)fprintf(stderr, "%" PRIu64 " lines of the copy, the readers' up to %s\033[K\r",
                      reading->lines, ctl_moment(pool_replay_report(reading->replay).last));
    return true;
}

static int read_copy(const struct ctl *ctl, const char *folder, struct reading *reading,
                     struct audit_break *breaks, struct wf_error *error)
{
    char own[PATH_MOST];
    struct wf_error cause = {0};
    struct audit_copy *copy = NULL;
    if (!folder) {
        if (snprintf(own, sizeof own, "%s/audit", ctl->state_dir) >= PATH_MOST)
            return wf_fail(error, WF_CONFIG, "the state folder's name is too long");
        folder = own;
    }
    if (audit_copy_open(&copy, folder, &cause))
        return wf_fail(error, cause.code,
                       "%s; endorse-audit makes one, and --audit FOLDER names another", cause.text);
    (void)snprintf(reading->streams, sizeof reading->streams, "%s:", wf_service_name(WF_EXAM));
    int result = audit_copy_lines(copy, NULL, NULL, take_line, reading, breaks, error);
    audit_copy_close(&copy);
    pool_replay_finish(reading->replay);
    if (reading->tells)
        (void)fputs("\033[K", stderr);
    return result;
}

int ctl_exam_replay(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    struct audit_break breaks = {0};
    const char *folder = ctl_option(&argc, argv, "--audit", true);
    const char *announced = ctl_option(&argc, argv, "--announced", true);
    GHashTable *hashes = NULL;
    if (argc)
        return ctl_exam_wants("replay", argc, NULL);
    if (announced && !(hashes = read_announced(announced, &error)))
        return ctl_complain(&error);
    struct reading reading = {.replay = pool_replay_open(),
                              .tells = !ctl->json && isatty(STDERR_FILENO)};
    int code = CTL_OK;
    if (read_copy(ctl, folder, &reading, &breaks, &error)) {
        code = ctl_complain(&error);
    } else {
        struct pool_replay_report report = pool_replay_report(reading.replay);
        code = ctl_exam_replay_tell(ctl, &report, hashes, &breaks);
    }
    pool_replay_close(&reading.replay);
    if (hashes)
        g_hash_table_destroy(hashes);
    return code;
}
