/* What operations ask and acknowledge.  services/audit/SPEC.md 4. */
#include "audit.h"

#include "wf_arena.h"
#include "wf_log.h"

#include "endorse/v1/internal.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TOLD_MOST = 200 }; /* alarms in an answer, the oldest */

struct told {
    Endorse__V1__AuditAlarm row;
    char stream[AUDIT_STREAM_NAME], entry[48];
};

static void fill(struct told *told, const struct audit_alarm *alarm)
{
    endorse__v1__audit_alarm__init(&told->row);
    audit_stream_name(alarm->stream, told->stream);
    (void)snprintf(told->entry, sizeof told->entry, "%" PRIu64 "-%" PRIu64, alarm->ms, alarm->n);
    told->row.number = alarm->number;
    told->row.time_ms = alarm->time;
    told->row.kind = (char *)audit_alarm_name(alarm->kind);
    told->row.meaning = (char *)audit_alarm_sentence(alarm->kind);
    told->row.stream = told->stream;
    told->row.entry = told->entry;
    told->row.missing = alarm->missing;
    told->row.detail = (char *)alarm->detail;
}

static void answer_state(const struct audit *audit, struct wf_buffer *reply)
{
    struct told told[TOLD_MOST];
    Endorse__V1__AuditAlarm *rows[TOLD_MOST];
    Endorse__V1__AuditState answer = ENDORSE__V1__AUDIT_STATE__INIT;
    bool has_state = audit->writer && !audit->is_reading;
    answer.state = (char *)audit_word(audit);
    answer.error = (char *)audit->error;
    answer.followed_ms = audit->followed;
    answer.alarms = rows;
    if (has_state) {
        const struct audit_state *state = audit_writer_state(audit->writer);
        answer.generation = state->generation;
        for (size_t i = 0; i < state->open_count && i < TOLD_MOST; i++) {
            fill(&told[i], &state->open[i]);
            rows[answer.n_alarms++] = &told[i].row;
        }
    }
    wf_pack(&answer.base, reply);
}

static int ask_state(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                     const char *id, const void *state, struct wf_buffer *reply,
                     struct wf_error *error)
{
    (void)worker;
    (void)payload;
    (void)id;
    (void)state;
    (void)error;
    answer_state(service, reply);
    return 0;
}

static int acknowledge(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    struct audit *audit = service;
    const Endorse__V1__AuditAcknowledge *wanted = (const Endorse__V1__AuditAcknowledge *)payload;
    (void)worker;
    (void)id;
    (void)state;
    if (!audit->writer || audit->is_reading)
        return wf_fail(error, WF_AGAIN, "the copy is still being read; try again");
    const struct audit_state *known = audit_writer_state(audit->writer);
    if (!wanted->number || wanted->number > known->alarm_number)
        return wf_fail(error, WF_INVALID, "number: the last alarm is %" PRIu64,
                       known->alarm_number);
    wf_log(WF_LOG_OPERATOR,
           "actor=operator/%s type=endorse.ops.audit.acknowledge.v1 number=%" PRIu64, wanted->by,
           wanted->number);
    if (audit_acknowledge(audit, wanted->number, wanted->by, error))
        return -1;
    answer_state(audit, reply);
    return 0;
}

const struct wf_question audit_questions[] = {
    {.message = WF_MESSAGE_AUDIT_STATE, .answer = ask_state},
    {.message = WF_MESSAGE_AUDIT_ACKNOWLEDGE, .answer = acknowledge},
};
const size_t audit_question_count = sizeof audit_questions / sizeof *audit_questions;
