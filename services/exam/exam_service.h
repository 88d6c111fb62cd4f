/* exam_service.h - what the shell of endorse-exam holds, and its parts.  SPEC 6. */
#ifndef EXAM_SERVICE_H
#define EXAM_SERVICE_H

#include "exam_records.h"

#include "wf_arena.h"
#include "wf_domain.h"
#include "wf_worker.h"

#include "endorse/v1/exam.pb-c.h"

#include <jansson.h>

enum { EXAM_PACKS_MAX = 64 };

struct exam_service {
    struct wf_worker *worker; /* borrowed; NULL in tests without one */
    struct wf_store *store;   /* borrowed: texts, cards of operators, journals */
    struct exam_policy policy;
    struct adjudicate_pack packs[EXAM_PACKS_MAX];
    size_t pack_count;
    struct wf_arena arena; /* for what is unpacked here */
    /* The second implementation (SPEC 7.5); NULL: there is none, and nothing is released. */
    char *(*recheck)(const char *json);
};
/* Reads the rule packs and makes the arena; worker, store and policy are set by the caller. */
int exam_service_init(struct exam_service *service, const char *rules_folder,
                      struct wf_error *error) WF_MUST_CHECK;
/* On error the old packs stay in force. */
int exam_service_reload(struct exam_service *service, const char *rules_folder,
                        struct wf_error *error) WF_MUST_CHECK;
void exam_service_fini(struct exam_service *service);

/* The machines and their tables, for main.c and for tests. */
extern const struct wf_machine paper_machine, seat_machine, pool_machine, operator_machine;
extern const struct wf_handler exam_handlers[];
extern const size_t exam_handler_count;
extern const struct wf_question exam_questions[];
extern const size_t exam_question_count;

/* ---- messages -> events ---- */
int paper_decode(void *service, const ProtobufCMessage *payload, void *event,
                 struct wf_error *error);
int seat_decode(void *service, const ProtobufCMessage *payload, void *event,
                struct wf_error *error);
int pool_decode(void *service, const ProtobufCMessage *payload, void *event,
                struct wf_error *error);
int operator_decode(void *service, const ProtobufCMessage *payload, void *event,
                    struct wf_error *error);
/* wf_handler.seal of operators' acts: checks the signature and keeps whose it is (SPEC 6.6). */
int exam_seal_act(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                  struct wf_buffer *kept, struct wf_error *error);

/* ---- parts of messages (exam_taking.c) ---- */
/* Text, at most size - 1 bytes; empty only where it may be. */
int exam_take_text(const char *from, const char *field, bool may_be_empty, char *to, size_t size,
                   struct wf_error *error) WF_MUST_CHECK;
#define EXAM_TAKE(message, member, to, may_be_empty, error)                                        \
    exam_take_text((message)->member, #member, may_be_empty, to, sizeof(to), error)
int exam_take_tokens(Endorse__V1__ConflictToken **rows, size_t count, struct exam_token *tokens,
                     int32_t *token_count, struct wf_error *error) WF_MUST_CHECK;
int exam_take_text_sealed(uint32_t version, ProtobufCBinaryData sha256, ProtobufCBinaryData text,
                          struct exam_text *to, struct wf_error *error) WF_MUST_CHECK;
/* wf_domain.aside: the keys of texts, which no journal keeps (SPEC 5.4). */
int exam_lay_aside(void *service, enum wf_message message, ProtobufCMessage *payload,
                   struct wf_buffer *aside, struct wf_error *error);
int exam_take_scores(Endorse__V1__SeatScore **rows, size_t count, struct exam_scores *scores,
                     struct wf_error *error) WF_MUST_CHECK;
int exam_take_sheet(const Endorse__V1__SeatSubmitted *from, struct exam_sheet *sheet,
                    struct exam_scores *scores, struct wf_error *error) WF_MUST_CHECK;
int exam_take_by(const Endorse__V1__OperatorSeal *seal, const Endorse__V1__OperatorChecked *checked,
                 struct exam_operator *by, struct wf_error *error) WF_MUST_CHECK;

/* ---- decisions -> messages ---- */
int paper_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
               const void *after, const void *effects, struct wf_plan *plan,
               struct wf_error *error);
int seat_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
              const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error);
int pool_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
              const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error);
int operator_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error);

/* ---- jobs (wf_domain.perform) ---- */
enum exam_job_kind { EXAM_JOB_PLAN = 1, EXAM_JOB_GATE, EXAM_JOB_SEED };
struct exam_job {
    enum exam_job_kind kind;
    bool repair;             /* plan */
    uint8_t seed_sha256[32]; /* seed */
};
void exam_perform(void *service, struct wf_worker *worker, const struct wf_address *aggregate,
                  const void *job, size_t size);
/* The hash of the seed in use, to the log: a crash may have taken the job that was to say it.  At the start. */
void exam_announce_seed(struct exam_service *service, struct wf_worker *worker);
/* The choice for this state, packed as PoolPlanned rows; deterministic (SPEC 4, 6.3). */
void pool_choose(const struct pool *pool, wf_date today, bool repair, struct pool_event *planned);
/* Appends the packed PoolPlanned. */
void exam_pack_plan(struct pool_event *planned, struct wf_buffer *packed);
/* What the raw events say, as SPEC 7.1 has it; WF_NOT_FOUND: there is no such paper. */
int exam_gate_input(struct exam_service *service, const char *handle, const struct paper *paper,
                    struct wf_buffer *json, struct wf_error *error) WF_MUST_CHECK;
/* SPEC 6.5, 7.5: true if the second implementation gives the same; *why says what differs. */
bool exam_gate_agrees(struct exam_service *service, const char *handle, const struct paper *paper,
                      char why[static EXAM_CERTIFICATE_MAX + 1]);

/* SPEC 6.7: of what is released; an array with a row for each form.  NULL: the store did not answer. */
json_t *exam_stats(struct exam_service *service, struct wf_worker *worker, struct wf_error *error);

/* Name of the index that holds the sealed text of a paper and its wrapped key: members "text" and "key". */
enum { EXAM_INDEX_MAX = WF_ID_MAX + 8 };
void exam_text_index(const char *handle, char name[static EXAM_INDEX_MAX]);
#define EXAM_POOL "readers" /* id of the one pool */

#endif
