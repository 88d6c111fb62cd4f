#include "webhook_desk.h"

#include "attempt_reports.h"
#include "wf_clock.h"
#include "wf_log.h"
#include "wf_webhook.h"

#include "endorse/v1/internal.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Waits for its turn, then is on the way; one for each endpoint at most, as its machine says. */
struct call {
    struct webhook_desk *desk;
    char portal[WF_ID_MAX + 1];
    struct endpoint_job job;
    bool on_the_way;
    struct call *next;
};

struct webhook_desk {
    struct courier *courier;
    struct call *first;
    unsigned on_the_way;
};

enum { SLOW_DOWN_S = 60 }; /* SPEC 3.3 */

struct webhook_desk *webhook_desk_create(struct courier *courier)
{
    struct webhook_desk *desk = calloc(1, sizeof *desk);
    WF_ASSERT(desk);
    desk->courier = courier;
    return desk;
}

/* SPEC 3.3 */
static Endorse__V1__AttemptResult judge(const struct wf_http_answer *answer)
{
    if (answer->result == WF_HTTP_REFUSED)
        return ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED;
    if (answer->result == WF_HTTP_FAILED)
        return ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED;
    if (answer->status >= 200 && answer->status <= 299)
        return ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED;
    return answer->status == 410 ? ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED
                                 : ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED;
}

static uint32_t waiting_time(const struct wf_http_answer *answer)
{
    bool slow = answer->status == 429 || answer->status == 502 || answer->status == 504;
    return slow && answer->retry_after_s < SLOW_DOWN_S ? SLOW_DOWN_S : answer->retry_after_s;
}

static void take_out(struct webhook_desk *desk, struct call *call)
{
    struct call **at = &desk->first;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
}

static void report(struct call *call, const struct wf_http_answer *answer)
{
    Endorse__V1__WebhookAttempted payload = ENDORSE__V1__WEBHOOK_ATTEMPTED__INIT;
    payload.attempt = call->job.attempt;
    payload.result = judge(answer);
    payload.retry_after_s = waiting_time(answer);
    payload.detail = (char *)answer->detail;
    bool delivered = payload.result == ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED;
    wf_worker_count(call->desk->courier->worker,
                    delivered ? WF_METRIC_WEBHOOKS_DELIVERED : WF_METRIC_WEBHOOKS_FAILED);
    if (!delivered)
        wf_log(WF_LOG_EFFECT_FAILED, "endpoint=%s attempt=%u status=%d", call->portal,
               call->job.attempt, answer->status);
    attempt_reports_add(call->desk->courier->reports, WF_MESSAGE_WEBHOOK_ATTEMPTED, "endpoint",
                        call->portal, call->job.attempt, &payload.base);
}

static void answered(void *context, const struct wf_http_answer *answer)
{
    struct call *call = context;
    report(call, answer);
    call->desk->on_the_way--;
    take_out(call->desk, call);
    free(call);
}

/* SPEC 3.2.  The timestamp is the real time, not the business clock's: receivers compare it with
 * theirs. */
static int post(struct call *call, struct wf_error *error)
{
    struct courier *courier = call->desk->courier;
    const struct endpoint_item *item = &call->job.item;
    struct wf_clock *clock = wf_worker_clock(courier->worker);
    int64_t seconds = clock->wall(clock) / WF_SECOND;
    struct wf_bytes body = {(const uint8_t *)item->body, item->length};
    char signature[WF_WEBHOOK_SIGNATURE_TEXT];
    char id_line[96], time_line[64], signature_line[96];
    wf_webhook_sign(courier->webhook_key, call->portal, item->webhook_id, seconds, body, signature);
    (void)snprintf(id_line, sizeof id_line, "webhook-id: %s", item->webhook_id);
    (void)snprintf(time_line, sizeof time_line, "webhook-timestamp: %" PRId64, seconds);
    (void)snprintf(signature_line, sizeof signature_line, "webhook-signature: %s", signature);
    const char *headers[] = {"Content-Type: application/cloudevents+json; charset=utf-8", id_line,
                             time_line, signature_line};
    struct wf_http_post what = {.url = call->job.url,
                                .headers = headers,
                                .header_count = sizeof headers / sizeof headers[0],
                                .body = body};
    return wf_http_client_post(courier->client, &what, answered, call, error);
}

void webhook_desk_add(struct webhook_desk *desk, const char *portal, const struct endpoint_job *job)
{
    struct call *call = calloc(1, sizeof *call), **at = &desk->first;
    WF_ASSERT(call && strlen(portal) < sizeof call->portal);
    call->desk = desk;
    memcpy(call->portal, portal, strlen(portal) + 1);
    call->job = *job;
    while (*at)
        at = &(*at)->next;
    *at = call;
}

wf_time webhook_desk_turn(struct webhook_desk *desk, wf_time now)
{
    wf_time next = wf_http_client_turn(desk->courier->client, now);
    for (struct call *call = desk->first, *after; call; call = after) {
        struct wf_error error = {0};
        after = call->next;
        if (call->on_the_way || desk->on_the_way >= COURIER_WEBHOOKS_AT_ONCE)
            continue;
        next = now; /* what was begun wants to be driven */
        if (!post(call, &error)) {
            call->on_the_way = true;
            desk->on_the_way++;
            continue;
        }
        struct wf_http_answer answer = {.result = WF_HTTP_FAILED};
        (void)snprintf(answer.detail, sizeof answer.detail, "%s", wf_error_name(error.code));
        report(call, &answer);
        take_out(desk, call);
        free(call);
    }
    return next;
}

unsigned webhook_desk_in_hand(const struct webhook_desk *desk)
{
    unsigned count = 0;
    for (const struct call *call = desk->first; call; call = call->next)
        count++;
    return count;
}

/* The client is gone before: it calls nobody back. */
void webhook_desk_destroy(struct webhook_desk **desk)
{
    if (!*desk)
        return;
    while ((*desk)->first) {
        struct call *call = (*desk)->first;
        (*desk)->first = call->next;
        free(call);
    }
    free(*desk);
    *desk = NULL;
}
