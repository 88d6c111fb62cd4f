#include "audit_kit.h"

#include "wf_journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void audit_kit_open(struct audit_kit *kit)
{
    static const uint8_t seed[AUDIT_HASH] = {7};
    memset(kit, 0, sizeof *kit);
    (void)snprintf(kit->folder, sizeof kit->folder, "/tmp/endorse-audit-XXXXXX");
    WF_ASSERT(mkdtemp(kit->folder));
    audit_key_make(seed, &kit->key);
    kit->file_bytes = 64 * 1024 * 1024;
    kit->now = 1763733600000;
    kit->ids = (uint64_t)kit->now;
}

void audit_kit_close(struct audit_kit *kit)
{
    audit_kit_stop(kit);
    DIR *listing = opendir(kit->folder);
    for (const struct dirent *entry = listing ? readdir(listing) : NULL; entry;
         entry = readdir(listing))
        if (entry->d_name[0] != '.')
            audit_kit_remove(kit, entry->d_name);
    if (listing)
        (void)closedir(listing);
    (void)rmdir(kit->folder);
    wf_pool_fini(&kit->pool);
}

/* ---- lines ---- */

static struct audit_entry make_line(struct audit_kit *kit, unsigned who, bool is_last)
{
    Endorse__V1__JournalLine line = ENDORSE__V1__JOURNAL_LINE__INIT;
    char id[24];
    (void)snprintf(id, sizeof id, "A-%u", who);
    line.aggregate = (char *)wf_pool_format(&kit->pool, "application/%s", id);
    line.version = ++kit->people[who].version;
    line.type = (char *)"org.endorse.application.registered.v1";
    line.time_ms = (int64_t)kit->ids;
    line.step = ENDORSE__V1__JOURNAL_STEP__JOURNAL_STEP_APPLIED;
    line.payload.data = wf_pool_take(&kit->pool, 40);
    line.payload.len = 40;
    line.ended = is_last;
    struct audit_entry entry = {.stream = WF_INTAKE * WF_PARTITIONS + wf_partition(id),
                                .ms = ++kit->ids};
    entry.line = wf_journal_encode(&kit->pool, &line, kit->people[who].head);
    return entry;
}

struct audit_entry audit_kit_line(struct audit_kit *kit, unsigned who)
{
    return make_line(kit, who, false);
}

struct audit_entry audit_kit_last_line(struct audit_kit *kit, unsigned who)
{
    struct audit_entry entry = make_line(kit, who, true);
    memset(&kit->people[who], 0, sizeof kit->people[who]);
    return entry;
}

enum audit_fit audit_kit_copy(struct audit_kit *kit, const struct audit_entry *entry)
{
    enum audit_fit fit = AUDIT_IS_NO_LINE;
    struct wf_error error = {0};
    WF_ASSERT(audit_writer_line(kit->writer, kit->now, entry->stream, entry->ms, entry->n,
                                entry->line, &fit, &error) == 0);
    return fit;
}

void audit_kit_flush(struct audit_kit *kit)
{
    struct wf_error error = {0};
    WF_ASSERT(audit_writer_flush(kit->writer, kit->now, false, &error) == 0);
}

void audit_kit_start(struct audit_kit *kit)
{
    struct wf_error error = {0};
    struct audit_resumed piece = {0};
    WF_ASSERT(audit_writer_create(&kit->writer, kit->folder, &kit->key, kit->file_bytes, &error) ==
              0);
    do
        WF_ASSERT(audit_writer_resume(kit->writer, kit->now, 4096, &piece, &error) == 0);
    while (!piece.is_done);
    kit->resumed = piece;
}

void audit_kit_stop(struct audit_kit *kit)
{
    audit_writer_destroy(&kit->writer);
}

const struct audit_report *audit_kit_verify(struct audit_kit *kit, const char *deposited)
{
    static struct audit_report report;
    struct audit_copy *copy = NULL;
    struct wf_error error = {0};
    struct wf_bytes text = {(const uint8_t *)deposited, deposited ? strlen(deposited) : 0};
    WF_ASSERT(audit_copy_open(&copy, kit->folder, &error) == 0);
    WF_ASSERT(audit_copy_verify(copy, kit->key.public, text, &report, &error) == 0);
    audit_copy_close(&copy);
    return &report;
}

/* ---- files ---- */

void audit_kit_path(const struct audit_kit *kit, const char *name, char path[static 128])
{
    WF_ASSERT((size_t)snprintf(path, 128, "%s/%s", kit->folder, name) < 128);
}

uint64_t audit_kit_size(const struct audit_kit *kit, const char *name)
{
    char path[128];
    struct stat file;
    audit_kit_path(kit, name, path);
    WF_ASSERT(stat(path, &file) == 0);
    return (uint64_t)file.st_size;
}

void audit_kit_flip(const struct audit_kit *kit, const char *name, uint64_t at)
{
    char path[128];
    uint8_t byte = 0;
    audit_kit_path(kit, name, path);
    int file = open(path, O_RDWR | O_CLOEXEC);
    WF_ASSERT(file >= 0 && pread(file, &byte, 1, (off_t)at) == 1);
    byte ^= 0x10;
    WF_ASSERT(pwrite(file, &byte, 1, (off_t)at) == 1);
    (void)close(file);
}

void audit_kit_cut(const struct audit_kit *kit, const char *name, uint64_t length)
{
    char path[128];
    audit_kit_path(kit, name, path);
    WF_ASSERT(truncate(path, (off_t)length) == 0);
}

void audit_kit_add(const struct audit_kit *kit, const char *name, struct wf_bytes bytes)
{
    char path[128];
    audit_kit_path(kit, name, path);
    int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    WF_ASSERT(file >= 0 && write(file, bytes.data, bytes.length) == (ssize_t)bytes.length);
    (void)close(file);
}

void audit_kit_remove(const struct audit_kit *kit, const char *name)
{
    char path[128];
    audit_kit_path(kit, name, path);
    (void)unlink(path);
}
