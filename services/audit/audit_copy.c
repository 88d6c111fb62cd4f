#include "audit_copy.h"

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

struct audit_copy {
    int folder;
    struct audit_generation *generations;
    size_t count;
};

int audit_copy_open(struct audit_copy **copy, const char *folder, struct wf_error *error)
{
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return wf_fail(error, errno == EACCES ? WF_DENIED : WF_NOT_FOUND,
                       "cannot open the audit copy %.100s: %s", folder, strerror(errno));
    struct audit_copy *made = calloc(1, sizeof *made);
    WF_ASSERT(made);
    made->folder = file;
    *copy = made;
    if (audit_scan_list(file, &made->generations, &made->count, error) == 0 && made->count)
        return 0;
    if (!made->count)
        (void)wf_fail(error, WF_NOT_FOUND,
                      "there is no audit copy in %.90s yet: endorse-audit begins it with the first "
                      "line of a journal",
                      folder);
    audit_copy_close(copy);
    return -1;
}

void audit_copy_close(struct audit_copy **copy)
{
    if (!*copy)
        return;
    (void)close((*copy)->folder);
    free((*copy)->generations);
    free(*copy);
    *copy = NULL;
}

static void name_break(const struct audit_scan *scan, const char *reason,
                       struct audit_break *breaks)
{
    if (!breaks || breaks->is_found)
        return;
    breaks->is_found = true;
    breaks->offset = scan->begin;
    audit_file_name(scan->generation.generation, scan->number, breaks->file);
    (void)snprintf(breaks->reason, sizeof breaks->reason, "%s", reason);
}

/* A program that writes holds the lock. */
static bool is_written_to(const struct audit_copy *copy)
{
    int lock = openat(copy->folder, "lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0)
        return false;
    bool is_free = flock(lock, LOCK_SH | LOCK_NB) == 0;
    (void)close(lock);
    return !is_free;
}

/* ---- proving ---- */

struct proof {
    struct audit_copy *copy;
    const uint8_t *public_key;
    struct wf_bytes deposited;
    struct audit_report *report;
};

static void note(struct proof *proof, const struct audit_record *record)
{
    struct audit_report *report = proof->report;
    report->records++;
    report->bytes += record->size;
    report->files += record->kind == AUDIT_FILE;
    report->checkpoints += record->kind == AUDIT_CHECKPOINT;
    report->lines += record->kind == AUDIT_LINE || record->kind == AUDIT_UNFIT;
    if (record->kind == AUDIT_CHECKPOINT && proof->deposited.length == record->body.length &&
        memcmp(proof->deposited.data, record->body.data, record->body.length) == 0)
        report->is_deposited_found = true;
}

/* What is known of the newest generation when it has been read. */
static void note_state(struct audit_report *report, const struct audit_state *state)
{
    report->aggregates = state->aggregates;
    report->unfit = state->unfit;
    report->unsigned_records = state->records - state->signed_records;
    report->alarms = state->open_count;
    report->last = state->last;
    report->streams = 0;
    for (unsigned i = 0; i < AUDIT_STREAMS; i++)
        report->streams += state->streams[i].count > 0;
}

/* A torn tail is a crash's, and is cut at the next start; only while somebody writes is it nothing. */
static void judge_break(struct proof *proof, struct audit_scan *scan, bool is_last,
                        const char *reason)
{
    struct stat file = {0};
    bool is_torn = is_last && audit_scan_is_torn(scan, proof->public_key);
    if (is_torn && is_written_to(proof->copy)) {
        if (fstat(scan->file, &file) == 0)
            proof->report->unwritten = (uint64_t)file.st_size - scan->begin;
        return;
    }
    char text[200];
    (void)snprintf(text, sizeof text, "%.110s%s", reason,
                   is_torn ? "; nothing signed stands behind it: a crash leaves this, and the next "
                             "start cuts it off"
                           : "");
    name_break(scan, text, &proof->report->breaks);
}

static void prove_generation(struct proof *proof, const struct audit_generation *generation,
                             bool is_last)
{
    struct audit_state *state = audit_state_create(generation->generation);
    struct audit_scan scan;
    struct audit_record record;
    struct wf_error reason = {0};
    enum audit_scanned scanned;
    audit_scan_open(&scan, proof->copy->folder, generation);
    bool is_good = true;
    while (is_good && (scanned = audit_scan_next(&scan, &record)) == AUDIT_SCAN_RECORD) {
        is_good = audit_state_take(state, &record, proof->public_key, &reason) == 0;
        if (is_good)
            note(proof, &record);
    }
    if (!is_good)
        judge_break(proof, &scan, is_last, reason.text);
    else if (scanned == AUDIT_SCAN_BREAK)
        judge_break(proof, &scan, is_last, scan.reason);
    note_state(proof->report, state);
    audit_scan_close(&scan);
    audit_state_destroy(&state);
}

int audit_copy_verify(struct audit_copy *copy, const uint8_t public_key[static AUDIT_HASH],
                      struct wf_bytes deposited, struct audit_report *report,
                      struct wf_error *error)
{
    struct proof proof = {copy, public_key, deposited, report};
    struct audit_checkpoint checkpoint;
    *report = (struct audit_report){.generations = copy->count};
    if (deposited.length && audit_checkpoint_read(deposited, public_key, &checkpoint, error))
        return -1;
    for (size_t i = 0; i < copy->count; i++)
        prove_generation(&proof, &copy->generations[i], i + 1 == copy->count);
    return 0;
}

/* ---- reading ---- */

struct wanted {
    unsigned stream;
    const char *aggregate;
    audit_line_f *each;
    void *context;
    uint64_t (*given)[2]; /* of each stream, the id of the last entry given */
};

/* The first field of a line is its aggregate. */
static bool is_of(struct wf_bytes line, const char *aggregate)
{
    size_t length = strlen(aggregate);
    return line.length > length + 2 && line.data[0] == 0x0a && line.data[1] == length &&
           memcmp(line.data + 2, aggregate, length) == 0;
}

/* False: the reader has enough. */
static bool give(struct wanted *wanted, const struct audit_record *record)
{
    struct audit_line line;
    if ((record->kind != AUDIT_LINE && record->kind != AUDIT_UNFIT) ||
        !audit_line_read(record->body, &line))
        return true;
    unsigned stream = audit_stream_index(line.stream);
    if (stream == AUDIT_NO_STREAM ||
        (wanted->stream != AUDIT_NO_STREAM && stream != wanted->stream))
        return true;
    uint64_t *last = wanted->given[stream];
    if (line.ms < last[0] || (line.ms == last[0] && line.n <= last[1]))
        return true; /* an older generation gave it */
    last[0] = line.ms;
    last[1] = line.n;
    if (wanted->aggregate && !is_of(line.line, wanted->aggregate))
        return true;
    return wanted->each(wanted->context, &line, record->kind == AUDIT_LINE);
}

static bool give_generation(const struct audit_copy *copy, size_t index, struct wanted *wanted,
                            struct audit_break *breaks)
{
    struct audit_scan scan;
    struct audit_record record;
    enum audit_scanned scanned;
    bool goes_on = true;
    audit_scan_open(&scan, copy->folder, &copy->generations[index]);
    while (goes_on && (scanned = audit_scan_next(&scan, &record)) == AUDIT_SCAN_RECORD)
        goes_on = give(wanted, &record);
    if (goes_on && scanned == AUDIT_SCAN_BREAK)
        name_break(&scan, scan.reason, breaks);
    audit_scan_close(&scan);
    return goes_on;
}

int audit_copy_lines(struct audit_copy *copy, const char *stream, const char *aggregate,
                     audit_line_f *each, void *context, struct audit_break *breaks,
                     struct wf_error *error)
{
    struct wanted wanted = {AUDIT_NO_STREAM, aggregate, each, context, NULL};
    if (breaks)
        *breaks = (struct audit_break){0};
    if (stream && (wanted.stream = audit_stream_index(stream)) == AUDIT_NO_STREAM)
        return wf_fail(error, WF_INVALID, "there is no stream '%.40s'", stream);
    wanted.given = calloc(AUDIT_STREAMS, sizeof *wanted.given);
    WF_ASSERT(wanted.given);
    for (size_t i = 0; i < copy->count; i++)
        if (!give_generation(copy, i, &wanted, breaks))
            break;
    free(wanted.given);
    return 0;
}

int audit_copy_aggregate(struct audit_copy *copy, const char *address, audit_line_f *each,
                         void *context, struct audit_break *breaks, struct wf_error *error)
{
    struct wf_address self;
    char stream[AUDIT_STREAM_NAME];
    if (!wf_address_parse(address, &self))
        return wf_fail(error, WF_INVALID, "'%.100s' is no address such as exam/paper/<handle>",
                       address);
    audit_stream_name((unsigned)self.service * WF_PARTITIONS + wf_partition(self.id), stream);
    return audit_copy_lines(copy, stream, strchr(address, '/') + 1, each, context, breaks, error);
}

int audit_copy_last_checkpoint(struct audit_copy *copy, struct wf_buffer *text,
                               struct wf_error *error)
{
    struct audit_scan scan;
    struct audit_record record;
    size_t begin = text->length;
    for (size_t i = copy->count; i > 0 && text->length == begin; i--) {
        audit_scan_open(&scan, copy->folder, &copy->generations[i - 1]);
        while (audit_scan_next(&scan, &record) == AUDIT_SCAN_RECORD) {
            if (record.kind != AUDIT_CHECKPOINT)
                continue;
            text->length = begin;
            wf_buffer_append(text, record.body.data, record.body.length);
        }
        audit_scan_close(&scan);
    }
    return text->length > begin ? 0
                                : wf_fail(error, WF_NOT_FOUND, "the copy has no checkpoint yet");
}
