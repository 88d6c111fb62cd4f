#include "audit.h"

#include "wf_config.h"
#include "wf_log.h"
#include "wf_metrics.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_PIECE = 4 * 1024 * 1024 }; /* of its own files, a turn */
static const wf_time retry_after = 10 * WF_SECOND;
static const wf_time redis_after = WF_SECOND;

const struct wf_setting audit_settings[] = {
    {"audit_dir", WF_SETTING_TEXT, "", 0, 0, "Folder of the audit copy; empty: <state_dir>/audit."},
    {"audit_cycle_seconds", WF_SETTING_NUMBER, "10", 1, 3600,
     "How often the journals are looked at for what is new."},
    {"audit_checkpoint_minutes", WF_SETTING_NUMBER, "60", 1, 1440,
     "A checkpoint is signed at least so often, with nothing new too."},
    {"audit_file_mib", WF_SETTING_NUMBER, "64", 1, 1024,
     "Size in MiB at which a file of the copy ends and the next begins."},
    {"audit_reread_lines", WF_SETTING_NUMBER, "50", 0, AUDIT_REREAD_MOST,
     "Copied lines that each look compares with Redis again; 0: none."},
};
const size_t audit_setting_count = sizeof audit_settings / sizeof *audit_settings;

/* ---- life ---- */

int audit_create(struct audit **audit, struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    uint8_t seed[AUDIT_HASH];
    if (wf_config_key(config, "audit-key", seed, error))
        return -1;
    struct audit *made = calloc(1, sizeof *made);
    WF_ASSERT(made);
    made->worker = worker;
    made->reread = (struct audit_reread){.folder = -1, .scan.file = -1};
    audit_key_make(seed, &made->key);
    explicit_bzero(seed, sizeof seed);
    *audit = made;
    const char *folder = wf_config_text(config, "audit_dir");
    int length = *folder ? snprintf(made->folder, sizeof made->folder, "%s", folder)
                         : snprintf(made->folder, sizeof made->folder, "%s/audit",
                                    wf_config_text(config, "state_dir"));
    if ((size_t)length < sizeof made->folder)
        return 0;
    audit_destroy(audit);
    return wf_fail(error, WF_CONFIG, "audit_dir: the path is too long");
}

void audit_destroy(struct audit **audit)
{
    struct audit *old = *audit;
    if (!old)
        return;
    audit_reread_close(&old->reread);
    audit_writer_destroy(&old->writer);
    wf_journals_destroy(&old->journals);
    explicit_bzero(&old->key, sizeof old->key);
    free(old);
    *audit = NULL;
}

wf_time audit_wall(const struct audit *audit)
{
    struct wf_clock *clock = wf_worker_clock(audit->worker);
    return clock->wall(clock);
}

static int64_t setting(const struct audit *audit, const char *name)
{
    return wf_config_number(wf_worker_config(audit->worker), name);
}

/* ---- telling ---- */

void audit_tell_alarms(struct audit *audit)
{
    const struct audit_state *state = audit_writer_state(audit->writer);
    for (size_t i = 0; i < state->open_count; i++) {
        const struct audit_alarm *alarm = &state->open[i];
        char stream[AUDIT_STREAM_NAME];
        if (alarm->number <= audit->told)
            continue;
        audit_stream_name(alarm->stream, stream);
        wf_log(WF_LOG_AUDIT_ALARM,
               "number=%" PRIu64 " kind=%s stream=%s entry=%" PRIu64 "-%" PRIu64 " missing=%" PRId64
               " detail=%s",
               alarm->number, audit_alarm_name(alarm->kind), stream, alarm->ms, alarm->n,
               alarm->missing, alarm->detail);
        wf_worker_count(audit->worker, WF_METRIC_AUDIT_ALARMS);
        wf_worker_report(audit->worker);
        audit->told = alarm->number;
    }
}

static void fail(struct audit *audit, const struct wf_error *error)
{
    if (strcmp(audit->error, error->text) != 0) /* not every second while Redis is away */
        wf_log(WF_LOG_AUDIT_FAILED, "code=%s text=%s", wf_error_name(error->code), error->text);
    wf_worker_count(audit->worker, WF_METRIC_AUDIT_FAILED);
    (void)snprintf(audit->error, sizeof audit->error, "%s", error->text);
    wf_worker_report(audit->worker);
    audit->is_in_cycle = false;
}

/* What is in memory may be ahead of the files: they are read anew. */
static void fail_disk(struct audit *audit, const struct wf_error *error, wf_time now)
{
    fail(audit, error);
    audit_reread_close(&audit->reread);
    audit_writer_destroy(&audit->writer);
    memset(&audit->follow, 0, sizeof audit->follow);
    audit->told = 0;
    audit->retry_at = now + retry_after;
}

static void count(struct audit *audit, enum wf_metric metric, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++)
        wf_worker_count(audit->worker, metric);
}

/* ---- its own files ---- */

static int open_files(struct audit *audit, struct wf_error *error)
{
    uint64_t bytes = (uint64_t)setting(audit, "audit_file_mib") * 1024 * 1024;
    if (audit_writer_create(&audit->writer, audit->folder, &audit->key, bytes, error))
        return -1;
    audit->is_reading = true;
    return audit_reread_open(&audit->reread, audit->folder, error);
}

/* A disk that fails for now is tried again; a folder that is not ours is for a person. */
int audit_start(struct audit *audit, struct wf_journals **journals, struct wf_error *error)
{
    struct wf_error reason = {0};
    audit->journals = *journals;
    *journals = NULL;
    if (open_files(audit, &reason) == 0)
        return 0;
    if (reason.code == WF_CONFIG)
        return wf_fail(error, WF_CONFIG, "%s", reason.text);
    fail_disk(audit, &reason, 0);
    return 0;
}

static int read_files(struct audit *audit, struct wf_error *error)
{
    struct audit_resumed resumed;
    if (audit_writer_resume(audit->writer, audit_wall(audit), READ_PIECE, &resumed, error))
        return -1;
    if (!resumed.is_done)
        return 0;
    audit->is_reading = false;
    if (resumed.cut)
        wf_log(WF_LOG_AUDIT_TORN, "bytes=%" PRIu64 " place=%s", resumed.cut, resumed.place);
    audit_tell_alarms(audit);
    wf_log(WF_LOG_AUDIT_READ, "generation=%" PRIu64, audit_writer_state(audit->writer)->generation);
    return 0;
}

/* ---- a cycle ---- */

static int flush(struct audit *audit, struct wf_error *error)
{
    const struct audit_state *state = audit_writer_state(audit->writer);
    wf_time wall = audit_wall(audit);
    wf_time longest = setting(audit, "audit_checkpoint_minutes") * WF_MINUTE;
    uint64_t before = state->checkpoints;
    bool is_due = state->records && wall - state->last.time >= longest;
    if (audit_writer_flush(audit->writer, wall, is_due, error))
        return -1;
    count(audit, WF_METRIC_AUDIT_CHECKPOINTS, state->checkpoints - before);
    audit_tell_alarms(audit);
    return 0;
}

static int reread(struct audit *audit, bool *is_disk, struct wf_error *error)
{
    struct audit_reread_result result;
    wf_time wall = audit_wall(audit);
    size_t most = (size_t)setting(audit, "audit_reread_lines");
    if (audit_reread_step(&audit->reread, audit->writer, audit->key.public, audit->journals, most,
                          wall, &result, is_disk, error))
        return -1;
    count(audit, WF_METRIC_AUDIT_ROUNDS, result.rounds);
    *is_disk = true;
    if (result.is_altered) {
        audit->told = 0; /* a new generation numbers its alarms anew */
        if (audit_writer_begin_anew(audit->writer, wall, result.place, error))
            return -1;
        memset(&audit->follow, 0, sizeof audit->follow);
    }
    return flush(audit, error);
}

static int end_cycle(struct audit *audit, bool *is_disk, struct wf_error *error)
{
    *is_disk = true;
    if (flush(audit, error))
        return -1;
    *is_disk = false;
    if (reread(audit, is_disk, error))
        return -1;
    if (audit->error[0])
        wf_worker_report(audit->worker);
    audit->error[0] = '\0';
    audit->is_in_cycle = false;
    audit->followed = audit_wall(audit);
    audit->is_drained = audit->is_last;
    return 0;
}

static int step_cycle(struct audit *audit, bool *is_disk, struct wf_error *error)
{
    struct audit_step step;
    if (audit_follow_step(&audit->follow, audit->writer, audit->journals, audit_wall(audit), &step,
                          is_disk, error))
        return -1;
    count(audit, WF_METRIC_AUDIT_ROUNDS, step.rounds);
    count(audit, WF_METRIC_AUDIT_LINES, step.lines);
    return step.is_done ? end_cycle(audit, is_disk, error) : 0;
}

/* A cycle that a drain meets begun is not its last: what came before the drain must be in it. */
static bool is_due(const struct audit *audit, wf_time now)
{
    bool is_last = wf_worker_is_draining(audit->worker) && !audit->is_drained;
    return audit->is_in_cycle || is_last || now >= audit->next_cycle;
}

static wf_time run_cycle(struct audit *audit, wf_time now)
{
    struct wf_error error = {0};
    bool is_disk = false;
    if (!audit->is_in_cycle) {
        audit->is_in_cycle = true;
        audit->is_last = wf_worker_is_draining(audit->worker);
        audit->next_cycle = now + setting(audit, "audit_cycle_seconds") * WF_SECOND;
    }
    if (step_cycle(audit, &is_disk, &error) == 0)
        return audit->is_in_cycle ? now : audit->next_cycle;
    if (is_disk) {
        fail_disk(audit, &error, now);
        return audit->retry_at;
    }
    fail(audit, &error);
    audit->next_cycle = now + redis_after;
    return audit->next_cycle;
}

wf_time audit_turn(struct audit *audit, wf_time now)
{
    struct wf_error error = {0};
    if (!audit->writer && now < audit->retry_at)
        return audit->retry_at;
    if ((!audit->writer && open_files(audit, &error)) ||
        (audit->is_reading && read_files(audit, &error))) {
        fail_disk(audit, &error, now);
        return audit->retry_at;
    }
    if (audit->is_reading)
        return now;
    return is_due(audit, now) ? run_cycle(audit, now) : audit->next_cycle;
}

bool audit_is_engaged(const struct audit *audit)
{
    return wf_worker_is_draining(audit->worker) && audit->writer && !audit->is_reading &&
           !audit->error[0] && !audit->is_drained;
}

int audit_acknowledge(struct audit *audit, uint64_t number, const char *by, struct wf_error *error)
{
    wf_time wall = audit_wall(audit);
    struct wf_clock *clock = wf_worker_clock(audit->worker);
    if (audit_writer_acknowledge(audit->writer, wall, number, by, error) ||
        audit_writer_flush(audit->writer, wall, false, error)) {
        fail_disk(audit, error, clock->monotonic(clock));
        return -1;
    }
    wf_worker_report(audit->worker);
    return 0;
}

/* ---- the heartbeat ---- */

const char *audit_word(const struct audit *audit)
{
    if (audit->error[0])
        return "failing";
    return audit->followed ? "following" : "reading";
}

void audit_report(const struct audit *audit, struct wf_buffer *json)
{
    bool has_state = audit->writer && !audit->is_reading;
    const struct audit_state *state = has_state ? audit_writer_state(audit->writer) : NULL;
    const struct audit_alarm *first = state && state->open_count ? state->open : NULL;
    char stream[AUDIT_STREAM_NAME] = "";
    if (first)
        audit_stream_name(first->stream, stream);
    json_t *object = json_pack("{s:s,s:s,s:I,s:s,s:s,s:I}", "state", audit_word(audit), "error",
                               audit->error, "alarms", state ? (json_int_t)state->open_count : 0,
                               "first", first ? audit_alarm_name(first->kind) : "", "stream",
                               stream, "since", first ? (json_int_t)first->time : 0);
    char *text = json_dumps(object, JSON_COMPACT);
    WF_ASSERT(text);
    wf_buffer_format(json, ",\"audit\":%s", text);
    free(text);
    json_decref(object);
}
