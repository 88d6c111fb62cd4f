/* audit_streams.h - journals in memory that a test can cut, and a copier that follows them. */
#ifndef AUDIT_STREAMS_H
#define AUDIT_STREAMS_H

#include "audit_follow.h"
#include "audit_kit.h"
#include "audit_reread.h"

enum { AUDIT_STREAMS_ENTRIES = 4096 };

struct audit_streams {
    struct wf_journals base;
    struct audit_entry entries[AUDIT_STREAMS_ENTRIES]; /* in the order of their ids */
    bool is_gone[AUDIT_STREAMS_ENTRIES];
    size_t count;
    uint64_t rounds, asks; /* asked so far */
    bool is_away;          /* the next reading fails half way */
    uint64_t late;         /* so many lengths tell one more than was there when it was read */
};

struct audit_copier {
    struct audit_kit kit;
    struct audit_streams streams;
    struct audit_follow follow;
    struct audit_reread reread;
};

void audit_copier_open(struct audit_copier *copier);
void audit_copier_close(struct audit_copier *copier);
/* Kills it and starts it again. */
void audit_copier_restart(struct audit_copier *copier);
/* The next line of an aggregate; its place among the entries. */
size_t audit_copier_happen(struct audit_copier *copier, unsigned who);
/* A whole cycle; false: it failed, as the journals were away. */
bool audit_copier_cycle(struct audit_copier *copier);
/* Compares the next lines once more; true: the files were altered. */
bool audit_copier_reread(struct audit_copier *copier, size_t most);
const struct audit_state *audit_copier_state(const struct audit_copier *copier);

#endif
