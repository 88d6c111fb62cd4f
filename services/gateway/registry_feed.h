/* registry_feed.h - keeps the registry lists in step with renewal's index and intake's names, in
 * pieces so small that a reader of the registry hardly waits for one.  GATEWAY 4.1. */
#ifndef REGISTRY_FEED_H
#define REGISTRY_FEED_H

#include "registry_view.h"
#include "wf_policy.h"
#include "wf_store.h"

enum {
    REGISTRY_LOOK_MS = 1000,       /* between two looks at the change marks */
    REGISTRY_RENAME_MS = 5 * 1000, /* between two partitions whose names are read again unasked */
    REGISTRY_NAMES_A_TURN = 200
};

struct registry_feed {
    struct registry_list *lists[WF_ASSOCIATIONS_MAX]; /* by the number in the policy book */
    uint64_t marks[WF_PARTITIONS];                    /* as far as read, plus one; 0: never */
    uint64_t wanted[WF_PARTITIONS];
    uint64_t names[WF_PARTITIONS]; /* intake's marks, as far as names were asked for */
    bool knows_names;
    wf_time looked_at, renamed_at; /* monotonic */
    unsigned next, rename_next;
    bool behind; /* a slice is still to be read, or a name */
    bool ready;  /* everything was read once */
};

struct registry_sources {
    struct wf_store *renewal;
    struct wf_store *intake;
    const uint8_t *person_key; /* 32 bytes */
    const struct wf_policy_book *policies;
};

void registry_feed_open(struct registry_feed *feed, const struct wf_policy_book *policies);
/* A bounded piece of work.  WF_AGAIN: a store does not answer; what was read stays shown. */
int registry_feed_turn(struct registry_feed *feed, const struct registry_sources *sources,
                       wf_time now, struct wf_error *error) WF_MUST_CHECK;
wf_time registry_feed_next(const struct registry_feed *feed);
/* The list of an association, or NULL. */
struct registry_list *registry_feed_list(struct registry_feed *feed,
                                         const struct wf_policy_book *policies, const char *id);
uint64_t registry_feed_count(const struct registry_feed *feed);
void registry_feed_close(struct registry_feed *feed);

#endif
