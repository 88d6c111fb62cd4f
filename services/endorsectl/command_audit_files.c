/* endorsectl audit verify, show, checkpoint: from the files of the copy alone. */
#include "command_audit.h"

#include "wf_arena.h"
#include "wf_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MEMORY = 2 * AUDIT_BODY_MOST };

/* ---- verify ---- */

/* The first line of a file, without its end. */
static int read_line(const char *path, char *line, size_t size, struct wf_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return wf_fail(error, WF_NOT_FOUND, "cannot read %.120s: %s", path, strerror(errno));
    bool is_read = fgets(line, (int)size, file) != NULL;
    (void)fclose(file);
    if (!is_read)
        return wf_fail(error, WF_INVALID, "%.140s is empty", path);
    line[strcspn(line, "\r\n")] = '\0';
    return 0;
}

/* Given as it is, in a file, or lying beside the copy. */
static int find_key(const struct ctl *ctl, const char *folder, const char *given,
                    uint8_t key[static AUDIT_HASH], struct wf_error *error)
{
    char path[400], line[200];
    if (given && audit_unhex(given, key))
        return 0;
    if (given)
        (void)snprintf(path, sizeof path, "%s", given);
    else
        (void)snprintf(path, sizeof path, "%s%s/key.public", folder ? folder : ctl->state_dir,
                       folder ? "" : "/audit");
    if (read_line(path, line, sizeof line, error))
        return -1;
    return audit_unhex(line, key)
               ? 0
               : wf_fail(error, WF_INVALID, "%.120s holds no key of 64 hexadecimal digits", path);
}

static json_t *break_value(const struct audit_break *breaks)
{
    return breaks->is_found ? json_pack("{s:s,s:I,s:s}", "file", breaks->file, "offset",
                                        (json_int_t)breaks->offset, "reason", breaks->reason)
                            : json_null();
}

static json_t *report_value(const struct audit_report *report, bool is_whole, bool is_deposited)
{
    return json_pack(
        "{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:o}", "whole", is_whole,
        "generations", (json_int_t)report->generations, "files", (json_int_t)report->files, "bytes",
        (json_int_t)report->bytes, "records", (json_int_t)report->records, "lines",
        (json_int_t)report->lines, "unfit", (json_int_t)report->unfit, "streams",
        (json_int_t)report->streams, "aggregates", (json_int_t)report->aggregates, "checkpoints",
        (json_int_t)report->checkpoints, "sequence", (json_int_t)report->last.sequence, "signed_ms",
        (json_int_t)report->last.time, "unsigned_records", (json_int_t)report->unsigned_records,
        "alarms", (json_int_t)report->alarms, "deposited",
        is_deposited ? json_boolean(report->is_deposited_found) : json_null(), "break",
        break_value(&report->breaks));
}

static void print_report(const struct audit_report *report, bool is_whole, bool is_deposited,
                         bool is_own_key)
{
    (void)printf("%s\n  read         %" PRIu64 " lines in %" PRIu64 " files, %" PRIu64
                 " MiB; every hash, every chain\n"
                 "  signed       %" PRIu64 " checkpoints, the last one %" PRIu64 " of %s\n"
                 "  holds        %" PRIu64 " living aggregates in %" PRIu64 " streams\n",
                 is_whole ? "The copy is whole." : "The copy is NOT whole.", report->lines,
                 report->files, report->bytes / (1024 * 1024), report->checkpoints,
                 report->last.sequence, ctl_moment(report->last.time), report->aggregates,
                 report->streams);
    if (report->unsigned_records || report->unwritten)
        (void)printf("  not signed   %" PRIu64
                     " records behind the last checkpoint: a program is writing, or was stopped\n",
                     report->unsigned_records);
    if (report->unfit || report->alarms)
        (void)printf("  alarms       %" PRIu64 " open; %" PRIu64
                     " lines came with a chain that did not fit, and are kept\n",
                     report->alarms, report->unfit);
    if (is_deposited)
        (void)printf("  deposited    %s\n",
                     report->is_deposited_found
                         ? "the given checkpoint is in it: this copy continues that one"
                         : "the given checkpoint is NOT in it: this is another copy, or an older "
                           "one put back");
    if (report->breaks.is_found)
        (void)printf("  first break  %s at byte %" PRIu64 ": %s\n", report->breaks.file,
                     report->breaks.offset, report->breaks.reason);
    if (is_own_key)
        (void)puts(
            "The key was taken from beside the copy.  Whoever could change the one could change "
            "the other: keep it elsewhere and give it with --key.");
}

int ctl_audit_verify(struct ctl *ctl, const char *folder, const char *key, const char *deposited)
{
    struct wf_error error = {0};
    struct audit_copy *copy = NULL;
    struct audit_report report;
    uint8_t public_key[AUDIT_HASH];
    char line[AUDIT_CHECKPOINT_MOST + 2] = "";
    int status = ctl_audit_open(ctl, folder, &copy, &error);
    if (!status)
        status = find_key(ctl, folder, key, public_key, &error);
    if (!status && deposited)
        status = read_line(deposited, line, sizeof line, &error);
    if (!status)
        status = audit_copy_verify(copy, public_key,
                                   (struct wf_bytes){(const uint8_t *)line, strlen(line)}, &report,
                                   &error);
    audit_copy_close(&copy);
    if (status)
        return ctl_complain(&error);
    bool is_whole = !report.breaks.is_found && (!deposited || report.is_deposited_found);
    if (ctl->json) {
        json_t *value = report_value(&report, is_whole, deposited != NULL);
        ctl_json(value);
        json_decref(value);
    } else {
        print_report(&report, is_whole, deposited != NULL, !key);
    }
    return is_whole ? CTL_OK : CTL_NO;
}

/* ---- show ---- */

struct shown {
    json_t *rows;
    struct wf_arena arena;
};

static const char *step_word(Endorse__V1__JournalStep step)
{
    static const char *const words[] = {"", "applied", "refused", "operator"};
    return (unsigned)step < sizeof words / sizeof *words ? words[step] : "";
}

/* Who caused it and what it was called; the payload stays what it is, bytes. */
static bool add_line(void *context, const struct audit_line *line, bool fits)
{
    struct shown *shown = context;
    char entry[48];
    wf_arena_clear(&shown->arena);
    const Endorse__V1__JournalLine *read = wf_journal_decode(line->line, &shown->arena);
    (void)snprintf(entry, sizeof entry, "%" PRIu64 "-%" PRIu64, line->ms, line->n);
    json_t *row = read ? json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "version",
                                   (json_int_t)read->version, "time", ctl_moment(read->time_ms),
                                   "type", read->type, "step", step_word(read->step), "reason",
                                   read->reason, "by", read->from[0] ? read->from : read->actor,
                                   "message", read->message_id, "edition", read->edition)
                       : json_pack("{s:s}", "type", "(cannot be read)");
    (void)json_object_set_new(row, "entry", json_string(entry));
    (void)json_object_set_new(row, "stream", json_string(line->stream));
    (void)json_object_set_new(row, "chain", json_string(fits ? "fits" : "DOES NOT FIT"));
    (void)json_array_append_new(shown->rows, row);
    return true;
}

int ctl_audit_show(struct ctl *ctl, const char *folder, const char *address)
{
    static const char *const columns[] = {"version", "version", "time",   "time",   "type", "type",
                                          "step",    "step",    "reason", "reason", "by",   "by",
                                          "chain",   "chain",   "entry",  "entry",  NULL};
    struct wf_error error = {0};
    struct audit_copy *copy = NULL;
    struct audit_break breaks = {0};
    struct shown shown = {.rows = json_array()};
    wf_arena_init(&shown.arena, LINE_MEMORY);
    int status = ctl_audit_open(ctl, folder, &copy, &error);
    if (!status)
        status = audit_copy_aggregate(copy, address, add_line, &shown, &breaks, &error);
    if (!status)
        ctl_table(ctl, shown.rows,
                  "The copy has no line of it: it does not exist, or nothing was copied since.",
                  columns);
    if (!status && breaks.is_found)
        (void)fprintf(stderr, "endorsectl: %s was not read beyond byte %" PRIu64 ": %s\n",
                      breaks.file, breaks.offset, breaks.reason);
    bool is_found = json_array_size(shown.rows) > 0;
    audit_copy_close(&copy);
    wf_arena_fini(&shown.arena);
    json_decref(shown.rows);
    if (status)
        return ctl_complain(&error);
    return is_found ? CTL_OK : CTL_NO;
}

/* ---- checkpoint ---- */

int ctl_audit_checkpoint(struct ctl *ctl, const char *folder)
{
    struct wf_error error = {0};
    struct audit_copy *copy = NULL;
    struct wf_buffer text = {0};
    int status = ctl_audit_open(ctl, folder, &copy, &error);
    if (!status)
        status = audit_copy_last_checkpoint(copy, &text, &error);
    audit_copy_close(&copy);
    if (!status) {
        wf_buffer_append(&text, "", 1);
        json_t *value = json_pack("{s:s}", "checkpoint", (const char *)text.data);
        if (ctl->json)
            ctl_json(value);
        else
            (void)puts((const char *)text.data);
        json_decref(value);
    }
    wf_buffer_fini(&text);
    return status ? ctl_complain(&error) : CTL_OK;
}
