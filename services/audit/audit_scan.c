#include "audit_scan.h"

#include "audit_checkpoint.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

/* ---- the folder ---- */

void audit_file_name(uint64_t generation, uint64_t number, char name[static AUDIT_FILE_NAME])
{
    (void)snprintf(name, AUDIT_FILE_NAME, "%04" PRIu64 "-%06" PRIu64 ".log", generation % 10000,
                   number % 1000000);
}

static bool parse_name(const char *name, uint64_t *generation, uint64_t *number)
{
    char again[AUDIT_FILE_NAME];
    char *end = NULL;
    *generation = strtoull(name, &end, 10);
    if (*end != '-')
        return false;
    *number = strtoull(end + 1, &end, 10);
    audit_file_name(*generation, *number, again);
    return *generation && *number && strcmp(again, name) == 0;
}

static struct audit_generation *row_of(struct audit_generation **rows, size_t *count,
                                       uint64_t generation)
{
    for (size_t i = 0; i < *count; i++)
        if ((*rows)[i].generation == generation)
            return &(*rows)[i];
    *rows = realloc(*rows, (*count + 1) * sizeof **rows);
    WF_ASSERT(*rows);
    (*rows)[*count] = (struct audit_generation){.generation = generation};
    return &(*rows)[(*count)++];
}

static int by_generation(const void *one, const void *other)
{
    uint64_t first = ((const struct audit_generation *)one)->generation;
    uint64_t second = ((const struct audit_generation *)other)->generation;
    return (first > second) - (first < second);
}

int audit_scan_list(int folder, struct audit_generation **rows, size_t *count,
                    struct wf_error *error)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = again >= 0 ? fdopendir(again) : NULL;
    *rows = NULL;
    *count = 0;
    if (!listing) {
        if (again >= 0)
            (void)close(again);
        return wf_fail(error, WF_AGAIN, "cannot list the audit folder: %s", strerror(errno));
    }
    for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        uint64_t generation = 0, number = 0;
        if (!parse_name(entry->d_name, &generation, &number))
            continue;
        struct audit_generation *row = row_of(rows, count, generation);
        row->files = number > row->files ? number : row->files;
    }
    (void)closedir(listing);
    if (*count)
        qsort(*rows, *count, sizeof **rows, by_generation);
    return 0;
}

/* ---- reading ---- */

void audit_scan_open(struct audit_scan *scan, int folder, const struct audit_generation *generation)
{
    *scan = (struct audit_scan){.folder = folder, .generation = *generation, .file = -1};
}

void audit_scan_close(struct audit_scan *scan)
{
    if (scan->file >= 0)
        (void)close(scan->file);
    scan->file = -1;
    wf_buffer_fini(&scan->window);
}

static enum audit_scanned breaks(struct audit_scan *scan, const char *reason)
{
    (void)snprintf(scan->reason, sizeof scan->reason, "%s", reason);
    return AUDIT_SCAN_BREAK;
}

static bool next_file(struct audit_scan *scan)
{
    char name[AUDIT_FILE_NAME];
    if (scan->file >= 0)
        (void)close(scan->file);
    scan->number++;
    scan->begin = scan->offset = 0;
    wf_buffer_clear(&scan->window);
    scan->at = 0;
    audit_file_name(scan->generation.generation, scan->number, name);
    scan->file = openat(scan->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return scan->file >= 0;
}

/* More of the file into the window: bytes, 0 at its end, -1. */
static ssize_t read_more(struct audit_scan *scan)
{
    size_t rest = scan->window.length - scan->at;
    if (scan->at && rest)
        memmove(scan->window.data, scan->window.data + scan->at, rest);
    scan->window.length = rest;
    scan->at = 0;
    wf_buffer_reserve(&scan->window, PIECE);
    ssize_t count;
    do
        count = read(scan->file, scan->window.data + rest, PIECE);
    while (count < 0 && errno == EINTR);
    if (count > 0)
        scan->window.length += (size_t)count;
    return count;
}

static enum audit_scanned take(struct audit_scan *scan, const struct audit_record *record)
{
    if ((record->kind == AUDIT_FILE) != (scan->offset == 0))
        return breaks(scan, scan->offset ? "a file's first record stands in its middle"
                                         : "the file does not begin with its record");
    scan->at += record->size;
    scan->offset += record->size;
    return AUDIT_SCAN_RECORD;
}

/* At the end of what a file holds; END, BREAK, or RECORD for "go on in the next file". */
static enum audit_scanned at_end(struct audit_scan *scan, size_t rest)
{
    if (rest)
        return breaks(scan, "a record is not whole");
    if (scan->number == scan->generation.files)
        return AUDIT_SCAN_END;
    if (scan->number && !scan->offset)
        return breaks(scan, "the file is empty");
    return next_file(scan) ? AUDIT_SCAN_RECORD : breaks(scan, "the file is missing");
}

enum audit_scanned audit_scan_next(struct audit_scan *scan, struct audit_record *record)
{
    for (;;) {
        struct wf_bytes rest = {scan->window.data + scan->at, scan->window.length - scan->at};
        enum audit_reading reading =
            rest.length ? audit_record_read(rest, record) : AUDIT_READ_SHORT;
        scan->begin = scan->offset;
        if (reading == AUDIT_READ_WHOLE)
            return take(scan, record);
        if (reading == AUDIT_READ_BAD)
            return breaks(scan, "the bytes are not those that were written");
        ssize_t more = scan->file >= 0 ? read_more(scan) : 0;
        if (more < 0)
            return breaks(scan, "the file cannot be read");
        if (more > 0)
            continue;
        enum audit_scanned end = at_end(scan, scan->window.length - scan->at);
        if (end != AUDIT_SCAN_RECORD)
            return end;
    }
}

/* ---- torn or altered ---- */

static bool has_checkpoint(struct wf_bytes bytes, const uint8_t public_key[static AUDIT_HASH])
{
    static const uint8_t beginning[4] = {'E', 'A', 0x01, AUDIT_CHECKPOINT};
    const uint8_t *at = bytes.data;
    const uint8_t *end = bytes.data + bytes.length;
    while (at < end && (at = memmem(at, (size_t)(end - at), beginning, sizeof beginning)) != NULL) {
        struct audit_record record;
        struct audit_checkpoint checkpoint;
        if (audit_record_read((struct wf_bytes){at, (size_t)(end - at)}, &record) ==
                AUDIT_READ_WHOLE &&
            audit_checkpoint_read(record.body, public_key, &checkpoint, NULL) == 0)
            return true;
        at++;
    }
    return false;
}

bool audit_scan_is_torn(struct audit_scan *scan, const uint8_t public_key[static AUDIT_HASH])
{
    if (scan->number != scan->generation.files || scan->file < 0 ||
        lseek(scan->file, (off_t)scan->begin, SEEK_SET) < 0)
        return false;
    wf_buffer_clear(&scan->window);
    scan->at = 0;
    while (read_more(scan) > 0) {
    }
    return !has_checkpoint(wf_buffer_bytes(&scan->window), public_key);
}
