/* mail_desk.h - carries out the attempts of mails: finds the address, writes, sends, reports.
 * SPEC 2.2, 2.8 and 4. */
#ifndef MAIL_DESK_H
#define MAIL_DESK_H

#include "courier.h"

struct mail_desk *mail_desk_create(struct courier *courier);
/* The attempt that `effect` counts. */
void mail_desk_add(struct mail_desk *desk, const char *id, const struct effect *effect);
/* Sends what waits while there is room; gives the time of the next turn. */
wf_time mail_desk_turn(struct mail_desk *desk, wf_time now);
/* Waiting and on the way. */
unsigned mail_desk_in_hand(const struct mail_desk *desk);
void mail_desk_destroy(struct mail_desk **desk);

#endif
