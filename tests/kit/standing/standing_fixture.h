/* standing_fixture.h - one standing under the shipped policies, for table tests.  South Carolina unless
 * `association` says otherwise: due 12-31, grace to 01-31, fee 25, late fee 25. */
#ifndef STANDING_FIXTURE_H
#define STANDING_FIXTURE_H

#include "standing_core.h"

enum { FS = 2, MHS = 5, IMH = 1, ECMH = 2 };

extern struct standing_policy policy;
extern const char *association;
extern struct standing state;           /* after the last step that was applied */
extern struct standing_effects effects; /* of the last step */

/* Around each test. */
void setup(void);
void teardown(void);

wf_date day(const char *text);
/* Noon in the east of America. */
wf_time noon(const char *text);

/* FS on the IMH line for person p1; `on` NULL: no day. */
struct standing_event event_of(enum standing_kind kind, const char *on);
struct wf_verdict step(const struct standing_event *event, wf_time now);
void applied(enum standing_kind kind, const char *on, const char *today);
void refused(enum standing_kind kind, const char *on, const char *today,
             enum standing_reason reason);
/* Ticks at each deadline up to a day, as the runtime does. */
void ticks_until(const char *today);
/* From nothing to a state, by events; sets `association` where South Carolina has no such state. */
void bring_to(enum standing_phase phase);

void deadline_is(const char *expected);
void mail_is(int32_t number, enum standing_template template);

#define BECAUSE(reason) STANDING_BECAUSE_##reason

#endif
