/* door_pages.h - what portals read back over ZeroMQ: outcomes and held events.  proto/SPEC.md 5.4, 5.5. */
#ifndef DOOR_PAGES_H
#define DOOR_PAGES_H

#include "wf_store.h"

#include "endorse/v1/door.pb-c.h"

/* Appends the packed OutcomesPage.  At most 500 outcomes and about 256 KiB; the reader goes on behind
 * the last one it got. */
int door_outcomes(struct wf_store *store, const char *portal,
                  const Endorse__V1__OutcomesRequest *request, struct wf_buffer *page,
                  struct wf_error *error) WF_MUST_CHECK;
/* Appends the packed HeldPage: at most 500 events, partition by partition, in each by time of
 * acceptance.  WF_INVALID: the cursor is none of ours. */
int door_held(struct wf_store *store, const char *portal, const Endorse__V1__HeldRequest *request,
              struct wf_buffer *page, struct wf_error *error) WF_MUST_CHECK;

#endif
