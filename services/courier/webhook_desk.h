/* webhook_desk.h - carries out the attempts of webhooks: signs, posts, reports.  SPEC 3.2, 3.3. */
#ifndef WEBHOOK_DESK_H
#define WEBHOOK_DESK_H

#include "courier.h"
#include "endpoint_codec.h"

struct webhook_desk *webhook_desk_create(struct courier *courier);
void webhook_desk_add(struct webhook_desk *desk, const char *portal,
                      const struct endpoint_job *job);
wf_time webhook_desk_turn(struct webhook_desk *desk, wf_time now);
/* Waiting and on the way. */
unsigned webhook_desk_in_hand(const struct webhook_desk *desk);
void webhook_desk_destroy(struct webhook_desk **desk);

#endif
