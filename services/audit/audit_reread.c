#include "audit_reread.h"

#include "wf_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int audit_reread_open(struct audit_reread *reread, const char *folder, struct wf_error *error)
{
    *reread = (struct audit_reread){.scan.file = -1};
    reread->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return reread->folder >= 0
               ? 0
               : wf_fail(error, WF_AGAIN, "cannot open the audit folder: %s", strerror(errno));
}

static void leave_off(struct audit_reread *reread)
{
    audit_scan_close(&reread->scan);
    reread->is_open = false;
}

void audit_reread_close(struct audit_reread *reread)
{
    leave_off(reread);
    if (reread->folder >= 0)
        (void)close(reread->folder);
    reread->folder = -1;
}

/* ---- the files ---- */

static void begin(struct audit_reread *reread, const struct audit_state *state)
{
    struct audit_generation generation = {.generation = state->generation, .files = state->number};
    leave_off(reread);
    memset(reread->chain, 0, sizeof reread->chain);
    reread->generation = state->generation;
    audit_scan_open(&reread->scan, reread->folder, &generation);
    reread->is_open = true;
}

/* What a record says of the chain, if it says something. */
static bool is_sound(const struct audit_reread *reread, const struct audit_record *record,
                     const uint8_t public_key[static AUDIT_HASH])
{
    struct audit_checkpoint checkpoint;
    char said[AUDIT_HEX], is[AUDIT_HEX];
    if (record->kind == AUDIT_CHECKPOINT)
        return audit_checkpoint_read(record->body, public_key, &checkpoint, NULL) == 0 &&
               memcmp(checkpoint.chain, reread->chain, AUDIT_HASH) == 0;
    if (record->kind != AUDIT_FILE)
        return true;
    audit_hex(reread->chain, is);
    return audit_text_value(record->body, "chain", said, sizeof said) && strcmp(said, is) == 0;
}

static void name_place(const struct audit_reread *reread, const char *reason,
                       struct audit_reread_result *result)
{
    char name[AUDIT_FILE_NAME];
    audit_file_name(reread->generation, reread->scan.number, name);
    result->is_altered = true;
    (void)snprintf(result->place, sizeof result->place, "%s at %" PRIu64 ": %.90s", name,
                   reread->scan.begin, reason);
}

/* ---- against Redis ---- */

struct compared {
    unsigned stream;
    uint8_t hash[AUDIT_HASH];
    bool is_there, is_same;
};

struct comparison {
    struct wf_journals_ask *asks;
    struct compared *rows;
    size_t count;
};

static void note_line(struct comparison *comparison, const struct audit_record *record)
{
    struct audit_line line;
    if (!audit_line_read(record->body, &line))
        return;
    unsigned stream = audit_stream_index(line.stream);
    if (stream == AUDIT_NO_STREAM)
        return;
    struct compared *row = &comparison->rows[comparison->count];
    *row = (struct compared){.stream = stream};
    wf_sha256(line.line, row->hash);
    comparison->asks[comparison->count++] =
        (struct wf_journals_ask){.service = (enum wf_service)(stream / WF_PARTITIONS),
                                 .partition = stream % WF_PARTITIONS,
                                 .ms = line.ms,
                                 .n = line.n,
                                 .most = 1,
                                 .is_exact = true};
}

static void compare_answer(void *context, size_t index, uint64_t length,
                           const struct wf_journals_entry *entries, size_t count)
{
    struct comparison *comparison = context;
    uint8_t hash[AUDIT_HASH];
    (void)length;
    if (!count)
        return;
    struct wf_bytes line = entries[0].line;
    if (line.length > AUDIT_LINE_MOST)
        line.length = AUDIT_LINE_MOST;
    wf_sha256(line, hash);
    comparison->rows[index].is_there = true;
    comparison->rows[index].is_same = memcmp(hash, comparison->rows[index].hash, AUDIT_HASH) == 0;
}

static int tell_entry(struct audit_writer *writer, wf_time now, const struct comparison *comparison,
                      size_t index, struct wf_error *error)
{
    const struct audit_state *state = audit_writer_state(writer);
    const struct compared *row = &comparison->rows[index];
    struct audit_alarm alarm = {.kind = row->is_there ? AUDIT_ALARM_ENTRY_DIFFERS
                                                      : AUDIT_ALARM_ENTRY_MISSING,
                                .stream = row->stream,
                                .ms = comparison->asks[index].ms,
                                .n = comparison->asks[index].n,
                                .missing = state->streams[row->stream].missing};
    bool is_known = !row->is_there && alarm.missing > 0;
    if (row->is_same || is_known || audit_state_open_alarm(state, alarm.kind, row->stream))
        return 0;
    return audit_writer_alarm(writer, now, &alarm, error);
}

static int compare(struct comparison *comparison, struct audit_writer *writer,
                   struct wf_journals *journals, wf_time now, bool *is_disk, struct wf_error *error)
{
    if (!comparison->count)
        return 0;
    if (wf_journals_read(journals, comparison->asks, comparison->count, compare_answer, comparison,
                         error))
        return -1;
    for (size_t i = 0; i < comparison->count; i++) {
        if (tell_entry(writer, now, comparison, i, error) == 0)
            continue;
        *is_disk = true;
        return -1;
    }
    return 0;
}

/* Reads on until there are so many lines, the files end, or they are not as they were written. */
static void gather(struct audit_reread *reread, const struct audit_state *state,
                   const uint8_t public_key[static AUDIT_HASH], size_t most,
                   struct comparison *comparison, struct audit_reread_result *result)
{
    struct audit_record record;
    enum audit_scanned scanned = AUDIT_SCAN_RECORD;
    while (comparison->count < most &&
           (scanned = audit_scan_next(&reread->scan, &record)) == AUDIT_SCAN_RECORD) {
        if (!is_sound(reread, &record, public_key)) {
            name_place(reread, "the chain of the copy does not fit", result);
            break;
        }
        audit_hash_on(reread->chain, record.digest);
        if (record.kind == AUDIT_LINE || record.kind == AUDIT_UNFIT)
            note_line(comparison, &record);
    }
    if (scanned == AUDIT_SCAN_BREAK)
        name_place(reread, reread->scan.reason, result);
    if (scanned == AUDIT_SCAN_END && reread->scan.number == state->number &&
        memcmp(reread->chain, state->chain, AUDIT_HASH) != 0)
        name_place(reread, "records are missing at its end", result);
    if (scanned != AUDIT_SCAN_RECORD || result->is_altered)
        leave_off(reread); /* from the beginning again */
}

int audit_reread_step(struct audit_reread *reread, struct audit_writer *writer,
                      const uint8_t public_key[static AUDIT_HASH], struct wf_journals *journals,
                      size_t most, wf_time now, struct audit_reread_result *result, bool *is_disk,
                      struct wf_error *error)
{
    const struct audit_state *state = audit_writer_state(writer);
    struct comparison comparison = {0};
    *result = (struct audit_reread_result){0};
    *is_disk = false;
    if (!most || !state->number)
        return 0;
    if (!reread->is_open || reread->generation != state->generation)
        begin(reread, state);
    comparison.asks = calloc(most, sizeof *comparison.asks);
    comparison.rows = calloc(most, sizeof *comparison.rows);
    WF_ASSERT(comparison.asks && comparison.rows);
    gather(reread, state, public_key, most, &comparison, result);
    result->lines = comparison.count;
    result->rounds = comparison.count > 0;
    int status = compare(&comparison, writer, journals, now, is_disk, error);
    free(comparison.asks);
    free(comparison.rows);
    return status;
}
