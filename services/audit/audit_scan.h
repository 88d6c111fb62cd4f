/* audit_scan.h - the records of one generation in order, file by file.  services/audit/SPEC.md 2.1, 2.4. */
#ifndef AUDIT_SCAN_H
#define AUDIT_SCAN_H

#include "audit_record.h"

#include "wf_error.h"

enum { AUDIT_FILE_NAME = 32 };

struct audit_generation {
    uint64_t generation;
    uint64_t files; /* highest number there is */
};
/* The generations of the folder, lowest first; *rows is the caller's to free.  Files of other names are
 * none of ours. */
int audit_scan_list(int folder, struct audit_generation **rows, size_t *count,
                    struct wf_error *error) WF_MUST_CHECK;
void audit_file_name(uint64_t generation, uint64_t number, char name[static AUDIT_FILE_NAME]);

struct audit_scan {
    int folder; /* borrowed */
    struct audit_generation generation;
    uint64_t number; /* of the file, 0 before the first */
    uint64_t begin;  /* where in it the last record began */
    uint64_t offset; /* where the next one begins */
    int file;        /* -1: none */
    struct wf_buffer window;
    size_t at;
    char reason[120]; /* of AUDIT_SCAN_BREAK */
};
void audit_scan_open(struct audit_scan *scan, int folder,
                     const struct audit_generation *generation);
void audit_scan_close(struct audit_scan *scan);

enum audit_scanned {
    AUDIT_SCAN_RECORD, /* its body is borrowed until the next call */
    AUDIT_SCAN_END,    /* number and offset say where the next record belongs */
    AUDIT_SCAN_BREAK   /* what begins at `begin` is no whole record, or a file is missing */
};
enum audit_scanned audit_scan_next(struct audit_scan *scan, struct audit_record *record);

/* Whether what begins at `begin` can be what a crash left: the last file, and no checkpoint of the key
 * behind it (SPEC 2.4). */
bool audit_scan_is_torn(struct audit_scan *scan, const uint8_t public_key[static AUDIT_HASH]);

#endif
