/* policy_layers.h - from the files as they stand to the editions that decide; for this folder alone. */
#ifndef WF_POLICY_LAYERS_H
#define WF_POLICY_LAYERS_H

#include "policy_source.h"
#include "wf_policy.h"
#include "wf_policy_figures.h"

#define WF_POLICY_NETWORK_FILE "network.conf"

/* The earliest edition of network.conf gives every key, for every category. */
int wf_policy_network_check(cfg_t *network, struct wf_error *error) WF_MUST_CHECK;
/* Adds the association of a file, which is called `name`, to the book. */
int wf_policy_association_make(cfg_t *network, cfg_t *own, const char *name,
                               struct wf_policy_book *book, struct wf_error *error) WF_MUST_CHECK;
/* The date from which a section `edition` is in force. */
wf_date wf_policy_edition_date(cfg_t *section);
/* The first date after `after` on which the file has an edition, if that is before `best`; else `best`. */
wf_date wf_policy_next_date(cfg_t *file, wf_date after, wf_date best);

/* The folder: network.conf, the associations' files in the order of their names, and the book made of them. */
struct wf_policy_files {
    struct wf_policy_source network;
    struct wf_policy_source own[WF_ASSOCIATIONS_MAX]; /* as the associations of the book */
    struct wf_policy_book book;
};

#endif
