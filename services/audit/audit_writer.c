#include "audit_writer.h"

#include "audit_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HELD_MOST = 1024 * 1024 }; /* bytes that wait for the flush in memory */

struct audit_writer {
    int folder, lock, file; /* file -1: the next record begins one */
    struct audit_key key;
    uint64_t file_bytes, written; /* bytes of the file */
    wf_date day;                  /* of the file's first record */
    struct audit_state *state;
    struct audit_scan scan; /* while resuming */
    bool is_scanning, is_dirty;
    struct wf_buffer held, body;
    char name[AUDIT_FILE_NAME];
};

/* ---- the folder ---- */

static int take_lock(struct audit_writer *writer, struct wf_error *error)
{
    writer->lock = openat(writer->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (writer->lock < 0)
        return wf_fail(error, WF_CONFIG, "cannot write to the audit folder: %s", strerror(errno));
    if (flock(writer->lock, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return wf_fail(error, WF_AGAIN, "another endorse-audit writes to this folder");
}

/* For convenience only; who verifies should have it from elsewhere. */
static int write_public_key(const struct audit_writer *writer, struct wf_error *error)
{
    char text[AUDIT_HEX + 1];
    audit_hex(writer->key.public, text);
    text[AUDIT_HEX - 1] = '\n';
    int file = openat(writer->folder, "key.public",
                      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = file >= 0 && write(file, text, AUDIT_HEX) == AUDIT_HEX;
    if (file >= 0)
        (void)close(file);
    return good ? 0
                : wf_fail(error, WF_AGAIN, "cannot write key.public of the audit folder: %s",
                          strerror(errno));
}

static int list_last(const struct audit_writer *writer, struct audit_generation *last,
                     struct wf_error *error)
{
    struct audit_generation *rows = NULL;
    size_t count = 0;
    *last = (struct audit_generation){.generation = 1};
    if (audit_scan_list(writer->folder, &rows, &count, error))
        return -1;
    if (count)
        *last = rows[count - 1];
    free(rows);
    return 0;
}

static int open_folder(struct audit_writer *writer, const char *folder, struct wf_error *error)
{
    struct audit_generation last;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return wf_fail(error, WF_CONFIG, "cannot make the audit folder %.120s: %s", folder,
                       strerror(errno));
    writer->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (writer->folder < 0)
        return wf_fail(error, WF_CONFIG, "cannot open the audit folder %.120s: %s", folder,
                       strerror(errno));
    if (take_lock(writer, error) || write_public_key(writer, error) ||
        list_last(writer, &last, error))
        return -1;
    writer->state = audit_state_create(last.generation);
    writer->is_scanning = last.files > 0;
    audit_scan_open(&writer->scan, writer->folder, &last);
    return 0;
}

int audit_writer_create(struct audit_writer **writer, const char *folder,
                        const struct audit_key *key, uint64_t file_bytes, struct wf_error *error)
{
    struct audit_writer *made = calloc(1, sizeof *made);
    WF_ASSERT(made);
    made->folder = made->lock = made->file = made->scan.file = -1;
    made->key = *key;
    made->file_bytes = file_bytes;
    *writer = made;
    if (!open_folder(made, folder, error))
        return 0;
    audit_writer_destroy(writer);
    return -1;
}

static void close_fd(int *file)
{
    if (*file >= 0)
        (void)close(*file);
    *file = -1;
}

void audit_writer_destroy(struct audit_writer **writer)
{
    struct audit_writer *old = *writer;
    if (!old)
        return;
    audit_scan_close(&old->scan);
    close_fd(&old->file);
    close_fd(&old->lock);
    close_fd(&old->folder);
    audit_state_destroy(&old->state);
    wf_buffer_fini(&old->held);
    wf_buffer_fini(&old->body);
    explicit_bzero(&old->key, sizeof old->key);
    free(old);
    *writer = NULL;
}

const struct audit_state *audit_writer_state(const struct audit_writer *writer)
{
    return writer->state;
}

const char *audit_writer_file(const struct audit_writer *writer)
{
    return writer->name;
}

/* ---- writing ---- */

static int write_held(struct audit_writer *writer, struct wf_error *error)
{
    size_t done = 0;
    while (done < writer->held.length) {
        ssize_t count = write(writer->file, writer->held.data + done, writer->held.length - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return wf_fail(error, WF_AGAIN, "cannot write to %s of the audit folder: %s",
                           writer->name, strerror(errno));
        done += (size_t)count;
    }
    writer->written += done;
    wf_buffer_clear(&writer->held);
    return 0;
}

static int sync_held(struct audit_writer *writer, struct wf_error *error)
{
    if (write_held(writer, error))
        return -1;
    if (fdatasync(writer->file) == 0)
        return 0;
    return wf_fail(error, WF_AGAIN, "cannot make %s of the audit folder durable: %s", writer->name,
                   strerror(errno));
}

static int hold(struct audit_writer *writer, struct wf_error *error)
{
    writer->is_dirty = true;
    return writer->held.length < HELD_MOST ? 0 : write_held(writer, error);
}

/* The record of writer->body; our own text always fits our own state. */
static int put_text(struct audit_writer *writer, enum audit_kind kind, struct wf_error *error)
{
    struct audit_record record;
    audit_record_write(&writer->held, kind, wf_buffer_bytes(&writer->body), &record);
    if (audit_state_take(writer->state, &record, writer->key.public, error))
        return -1;
    return hold(writer, error);
}

static int begin_file(struct audit_writer *writer, wf_time now, struct wf_error *error)
{
    uint64_t number = writer->state->number + 1;
    audit_file_name(writer->state->generation, number, writer->name);
    writer->file = openat(writer->folder, writer->name,
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (writer->file < 0 || fsync(writer->folder) != 0)
        return wf_fail(error, WF_AGAIN, "cannot begin %s of the audit folder: %s", writer->name,
                       strerror(errno));
    writer->written = 0;
    writer->day = wf_time_to_utc_date(now);
    wf_buffer_clear(&writer->body);
    audit_file_text(writer->state, number, now, &writer->body);
    return put_text(writer, AUDIT_FILE, error);
}

static int ensure_file(struct audit_writer *writer, wf_time now, struct wf_error *error)
{
    WF_ASSERT(!writer->is_scanning);
    return writer->file >= 0 ? 0 : begin_file(writer, now, error);
}

int audit_writer_alarm(struct audit_writer *writer, wf_time now, struct audit_alarm *alarm,
                       struct wf_error *error)
{
    if (ensure_file(writer, now, error))
        return -1;
    alarm->number = writer->state->alarm_number + 1;
    alarm->time = now;
    for (char *at = alarm->detail; *at; at++)
        *at = (char)(*at > ' ' && *at < 127 ? *at : '-');
    wf_buffer_clear(&writer->body);
    audit_alarm_text(alarm, &writer->body);
    return put_text(writer, AUDIT_ALARM, error);
}

int audit_writer_acknowledge(struct audit_writer *writer, wf_time now, uint64_t number,
                             const char *by, struct wf_error *error)
{
    if (ensure_file(writer, now, error))
        return -1;
    wf_buffer_clear(&writer->body);
    wf_buffer_format(&writer->body, "acknowledged time=%" PRId64 " number=%" PRIu64 " by=%s", now,
                     number, by);
    return put_text(writer, AUDIT_ACKNOWLEDGED, error);
}

/* Before the line itself: a crash between the two must not leave it untold. */
static int tell_unfit(struct audit_writer *writer, wf_time now, const struct audit_line *line,
                      unsigned stream, enum audit_fit fit, struct wf_error *error)
{
    struct audit_alarm alarm = {.kind = fit == AUDIT_IS_NO_LINE ? AUDIT_ALARM_UNREADABLE
                                                                : AUDIT_ALARM_CHAIN,
                                .stream = stream,
                                .ms = line->ms,
                                .n = line->n,
                                .missing = writer->state->streams[stream].missing};
    if (audit_state_open_alarm(writer->state, alarm.kind, stream))
        return 0;
    return audit_writer_alarm(writer, now, &alarm, error);
}

int audit_writer_line(struct audit_writer *writer, wf_time now, unsigned stream, uint64_t ms,
                      uint64_t n, struct wf_bytes bytes, enum audit_fit *fit,
                      struct wf_error *error)
{
    struct audit_line line = {.ms = ms, .n = n, .line = bytes};
    struct audit_record record;
    struct audit_judged judged;
    if (ensure_file(writer, now, error))
        return -1;
    audit_stream_name(stream, line.stream);
    if (line.line.length > AUDIT_LINE_MOST)
        line.line.length = AUDIT_LINE_MOST;
    audit_state_judge(writer->state, stream, line.line, &judged);
    *fit = judged.fit;
    if (judged.fit != AUDIT_FITS && tell_unfit(writer, now, &line, stream, judged.fit, error))
        return -1;
    wf_buffer_clear(&writer->body);
    audit_line_write(&writer->body, &line);
    audit_record_write(&writer->held, judged.fit == AUDIT_FITS ? AUDIT_LINE : AUDIT_UNFIT,
                       wf_buffer_bytes(&writer->body), &record);
    audit_state_take_line(writer->state, stream, ms, n, &judged, &record);
    return hold(writer, error);
}

/* Only between two flushes may a file end: a checkpoint then is its last record. */
static void end_file(struct audit_writer *writer, wf_time now)
{
    if (writer->written >= writer->file_bytes || wf_time_to_utc_date(now) != writer->day)
        close_fd(&writer->file);
}

int audit_writer_flush(struct audit_writer *writer, wf_time now, bool anyway,
                       struct wf_error *error)
{
    struct audit_checkpoint checkpoint;
    if (!writer->is_dirty && !anyway)
        return 0;
    if (ensure_file(writer, now, error) || sync_held(writer, error))
        return -1;
    audit_state_checkpoint(writer->state, &checkpoint);
    checkpoint.time = now;
    wf_buffer_clear(&writer->body);
    audit_checkpoint_write(&checkpoint, &writer->key, &writer->body);
    if (put_text(writer, AUDIT_CHECKPOINT, error) || sync_held(writer, error))
        return -1;
    writer->is_dirty = false;
    end_file(writer, now);
    return 0;
}

/* ---- resuming ---- */

static int tell_altered(struct audit_writer *writer, wf_time now, const char *place,
                        struct wf_error *error)
{
    struct audit_alarm alarm = {.kind = AUDIT_ALARM_COPY_ALTERED, .stream = AUDIT_NO_STREAM};
    (void)snprintf(alarm.detail, sizeof alarm.detail, "%s", place);
    if (audit_writer_alarm(writer, now, &alarm, error))
        return -1;
    return audit_writer_flush(writer, now, true, error);
}

int audit_writer_begin_anew(struct audit_writer *writer, wf_time now, const char *place,
                            struct wf_error *error)
{
    struct audit_state *before = writer->state;
    close_fd(&writer->file);
    wf_buffer_clear(&writer->held);
    writer->state = audit_state_create(before->generation + 1);
    memcpy(writer->state->previous, before->previous, AUDIT_HASH);
    audit_state_destroy(&before);
    return tell_altered(writer, now, place, error);
}

/* Opens the last file for more, cut to what is whole. */
static int open_last(struct audit_writer *writer, uint64_t length, struct wf_error *error)
{
    audit_file_name(writer->state->generation, writer->scan.number, writer->name);
    writer->file =
        openat(writer->folder, writer->name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (writer->file < 0 || ftruncate(writer->file, (off_t)length) != 0 || fsync(writer->file) != 0)
        return wf_fail(error, WF_AGAIN, "cannot continue %s of the audit folder: %s", writer->name,
                       strerror(errno));
    writer->written = length;
    writer->is_dirty = writer->state->records > writer->state->signed_records;
    if (!length) /* not even its first record: begin_file writes it */
        close_fd(&writer->file);
    return 0;
}

static int settle(struct audit_writer *writer, wf_time now, uint64_t length, const char *reason,
                  struct audit_resumed *resumed, struct wf_error *error)
{
    char name[AUDIT_FILE_NAME];
    struct stat file = {0};
    audit_file_name(writer->state->generation, writer->scan.number, name);
    bool is_torn = !reason || audit_scan_is_torn(&writer->scan, writer->key.public);
    if (reason)
        (void)snprintf(resumed->place, sizeof resumed->place, "%s at %" PRIu64 ": %s", name, length,
                       reason);
    if (reason && is_torn && fstat(writer->scan.file, &file) == 0)
        resumed->cut = (uint64_t)file.st_size - length;
    resumed->is_done = true;
    resumed->is_altered = !is_torn;
    int status = is_torn ? open_last(writer, length, error)
                         : audit_writer_begin_anew(writer, now, resumed->place, error);
    audit_scan_close(&writer->scan);
    /* A crash in the middle of beginning anew must not hide why it was begun. */
    if (!status && writer->state->generation > 1 && !writer->state->alarm_number)
        status = tell_altered(writer, now, "see-the-generation-before", error);
    return status;
}

/* -1 with `reason`: it does not belong where it stands. */
static int take_back(struct audit_writer *writer, const struct audit_record *record,
                     struct wf_error *reason)
{
    uint64_t time = 0;
    if (audit_state_take(writer->state, record, writer->key.public, reason))
        return -1;
    if (record->kind == AUDIT_FILE && audit_text_number(record->body, "time", &time))
        writer->day = wf_time_to_utc_date((wf_time)time);
    return 0;
}

int audit_writer_resume(struct audit_writer *writer, wf_time now, uint64_t budget,
                        struct audit_resumed *resumed, struct wf_error *error)
{
    struct audit_record record;
    struct wf_error reason = {0};
    uint64_t seen = 0;
    *resumed = (struct audit_resumed){.is_done = !writer->is_scanning};
    while (writer->is_scanning && seen < budget) {
        enum audit_scanned scanned = audit_scan_next(&writer->scan, &record);
        bool is_taken = scanned == AUDIT_SCAN_RECORD && take_back(writer, &record, &reason) == 0;
        if (is_taken) {
            seen += record.size;
            continue;
        }
        writer->is_scanning = false;
        if (scanned == AUDIT_SCAN_END)
            return settle(writer, now, writer->scan.offset, NULL, resumed, error);
        return settle(writer, now, writer->scan.begin,
                      scanned == AUDIT_SCAN_BREAK ? writer->scan.reason : reason.text, resumed,
                      error);
    }
    return 0;
}
