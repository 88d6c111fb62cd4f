/* attempt_reports.h - how attempts ended, on their way into the worker's queue of acts. */
#ifndef ATTEMPT_REPORTS_H
#define ATTEMPT_REPORTS_H

#include "wf_worker.h"

struct attempt_reports;

struct attempt_reports *attempt_reports_create(struct wf_worker *worker);
/* "MAIL_ATTEMPTED" or "WEBHOOK_ATTEMPTED" to courier/<kind>/<id>; submitted at once or, when the
 * worker is full, in a later turn. */
void attempt_reports_add(struct attempt_reports *reports, enum wf_message message, const char *kind,
                         const char *id, uint32_t attempt, const ProtobufCMessage *payload);
/* Tries again what was not taken; true if something is still left. */
bool attempt_reports_turn(struct attempt_reports *reports);
void attempt_reports_destroy(struct attempt_reports **reports);

#endif
