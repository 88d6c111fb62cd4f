/* policy_zone.h - a time zone as a table of offsets, from the tz database through GLib. */
#ifndef WF_POLICY_ZONE_H
#define WF_POLICY_ZONE_H

#include "wf_policy.h"

/* Fills the offsets from 2000 to 2060.  WF_INVALID if the database has no zone of that name (an
 * installation without tzdata has none at all). */
int wf_policy_zone_read(const char *name, struct wf_zone *zone,
                        struct wf_error *error) WF_MUST_CHECK;

#endif
