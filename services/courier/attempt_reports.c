#include "attempt_reports.h"

#include "wf_arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct report {
    enum wf_message message;
    struct wf_address to;
    char message_id[WF_ID_MAX + 1];
    wf_time happened;
    struct wf_buffer payload;
    struct report *next;
};

struct attempt_reports {
    struct wf_worker *worker;
    struct report *first, **last;
};

struct attempt_reports *attempt_reports_create(struct wf_worker *worker)
{
    struct attempt_reports *reports = calloc(1, sizeof *reports);
    WF_ASSERT(reports);
    reports->worker = worker;
    reports->last = &reports->first;
    return reports;
}

static bool submit(struct attempt_reports *reports, const struct report *report)
{
    struct wf_act act = {.message = report->message,
                         .to = report->to,
                         .actor = "",
                         .key = "",
                         .message_id = report->message_id,
                         .happened = report->happened,
                         .payload = wf_buffer_bytes(&report->payload)};
    return wf_worker_submit(reports->worker, &act);
}

static void drop_first(struct attempt_reports *reports)
{
    struct report *report = reports->first;
    reports->first = report->next;
    if (!reports->first)
        reports->last = &reports->first;
    wf_buffer_fini(&report->payload);
    free(report);
}

void attempt_reports_add(struct attempt_reports *reports, enum wf_message message, const char *kind,
                         const char *id, uint32_t attempt, const ProtobufCMessage *payload)
{
    struct report *report = calloc(1, sizeof *report);
    WF_ASSERT(report);
    report->message = message;
    report->to = wf_address_make(WF_COURIER, kind, id);
    report->happened = wf_worker_now(reports->worker);
    /* The number of the attempt first: an id of full length is cut, the number is not. */
    (void)snprintf(report->message_id, sizeof report->message_id, "%u.%.50s", attempt, id);
    wf_pack(payload, &report->payload);
    *reports->last = report;
    reports->last = &report->next;
    (void)attempt_reports_turn(reports);
}

bool attempt_reports_turn(struct attempt_reports *reports)
{
    while (reports->first && submit(reports, reports->first))
        drop_first(reports);
    return reports->first != NULL;
}

void attempt_reports_destroy(struct attempt_reports **reports)
{
    if (!*reports)
        return;
    while ((*reports)->first)
        drop_first(*reports);
    free(*reports);
    *reports = NULL;
}
