/* wf_link.h - secure links without a stored secret.  SPEC 7. */
#ifndef WF_LINK_H
#define WF_LINK_H

#include "wf_address.h"

#include <stdbool.h>
#include <stdint.h>

enum { WF_LINK_TEXT = 160 };

struct wf_link {
    char id[WF_ID_MAX + 1]; /* application */
    uint32_t request;
    uint32_t generation;
};
/* The same input gives the same token: what was mailed twice is one link. */
void wf_link_make(const uint8_t key[static 32], const struct wf_link *link,
                  char token[static WF_LINK_TEXT]);
/* false for every token that this key did not make; constant time in the tag. */
bool wf_link_open(const uint8_t key[static 32], const char *token, struct wf_link *link);
/* Partition a token says it belongs to, for routing before it is opened; false: not even shaped
 * right. */
bool wf_link_partition(const char *token, unsigned *partition);

#endif
