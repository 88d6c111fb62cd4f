/* courier_bench.h - the courier's service in the test's own process, over a private Redis, the real
 * bus, a real SMTP server and a real HTTP receiver.  The test plays reference and intake.  Waits end
 * after 20 s with a failed check. */
#ifndef COURIER_BENCH_H
#define COURIER_BENCH_H

#include "child_server.h"
#include "lane_peer.h"
#include "redis_fixture.h"
#include "wf_clock.h"
#include "wf_config.h"
#include "wf_worker.h"

#include "endorse/v1/internal.pb-c.h"

#include <jansson.h>

struct bench_clock {
    struct wf_clock clock;
    wf_time offset; /* of the wall clock */
    wf_time monotonic_offset;
};

struct courier_bench {
    struct redis_fixture redis;
    char run_dir[96];
    struct child_server smtp, http;
    struct bench_clock clock;
    struct wf_config *config;
    struct wf_worker *worker;
    struct wf_store *observer; /* of the courier's own keys */
    struct wf_store *people;   /* of intake's */
    struct lane_peer *reference, *intake;
};

void courier_bench_start(struct courier_bench *bench);
void courier_bench_stop(struct courier_bench *bench);
/* Ends the service without a drain and starts another over what it left. */
void courier_bench_crash(struct courier_bench *bench);
void courier_bench_advance(struct courier_bench *bench, wf_time milliseconds);
void courier_bench_advance_monotonic(struct courier_bench *bench, wf_time milliseconds);

/* Intake's record of person <id>, sealed as intake does. */
void courier_bench_person(struct courier_bench *bench, const char *id, const char *name,
                          const char *email);
/* A request for "rating-request" to the person of the same id, about person about-1, from
 * reference/ratings/MA-1; gives the delivery. */
uint64_t courier_bench_ask(struct courier_bench *bench, const char *effect, uint64_t sequence);
void courier_bench_endpoint(struct courier_bench *bench, const char *portal, const char *path);
/* Outcome `sequence` to the portal's endpoint. */
uint64_t courier_bench_push(struct courier_bench *bench, const char *portal, unsigned sequence);
/* What /switch of the receiver answers from now on. */
void courier_bench_switch(struct courier_bench *bench, int status);

/* The report about the mail, valid until the next one is asked for. */
const Endorse__V1__MailReported *courier_bench_report(struct courier_bench *bench,
                                                      const char *effect);
void courier_bench_until_reports(struct courier_bench *bench, unsigned count);
const Endorse__V1__WebhookReported *courier_bench_webhook_report(struct courier_bench *bench,
                                                                 unsigned n);
void courier_bench_until_delivered(struct courier_bench *bench, uint64_t sequence);
/* Until the delivery, of whichever peer, has a status. */
void courier_bench_until_status(struct courier_bench *bench, uint64_t delivery);
/* Until the stored head of the aggregate contains the text. */
void courier_bench_until_shown(struct courier_bench *bench, const char *kind, const char *id,
                               const char *text);
void courier_bench_until_gone(struct courier_bench *bench, const char *kind, const char *id);
/* Until a server's file has so many lines. */
void courier_bench_until_lines(struct courier_bench *bench, const char *name, unsigned count);
/* Until no attempt of the endpoint is on its way. */
void courier_bench_until_settled(struct courier_bench *bench, const char *portal);

/* Lines of a server's file as a list (a new reference), and a text of one of them. */
json_t *courier_bench_lines(struct courier_bench *bench, const char *name);
const char *courier_bench_text(json_t *list, size_t index, const char *name);
void courier_bench_check_link(struct courier_bench *bench, const char *mail,
                              const char *application, unsigned request, unsigned generation);
void courier_bench_check_signature(struct courier_bench *bench, json_t *request, const char *portal,
                                   unsigned sequence);
/* Whether Redis has written the text anywhere. */
bool courier_bench_store_holds(struct courier_bench *bench, const char *text);

#endif
