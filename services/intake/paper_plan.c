#include "paper_plan.h"

#include "paper_codec.h"
#include "paper_gather.h"
#include "telling.h"
#include "wf_messages.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct planning {
    struct wf_plan *plan;
    const struct paper_event *event;
    const struct paper_state *before, *after;
    const struct paper_effects *effects;
    const char *handle;
};

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

static ProtobufCBinaryData data_of(const void *bytes, size_t length)
{
    return (ProtobufCBinaryData){.len = length, .data = (uint8_t *)(uintptr_t)bytes};
}

/* ---- persons ---- */

static void link_person(struct planning *planning, int32_t index, bool ended)
{
    Endorse__V1__ApplicationLinked message = ENDORSE__V1__APPLICATION_LINKED__INIT;
    const struct paper_state *after = planning->after;
    message.application_id = (char *)planning->handle;
    message.association = (char *)after->association;
    message.role = ENDORSE__V1__LINK_ROLE__LINK_PAPER;
    message.ended = ended;
    wf_plan_send(planning->plan, WF_MESSAGE_APPLICATION_LINKED,
                 index < 0 ? after->person : after->people[index].id, &message.base);
}

/* ---- exam ---- */

/* Of the text that was gathered just now; here it stays nowhere (SPEC 11.1). */
static ProtobufCBinaryData gathered_key(const struct planning *planning)
{
    struct wf_bytes key = wf_plan_aside(planning->plan);
    return data_of(key.data, key.length);
}

static void seal(struct planning *planning)
{
    Endorse__V1__PaperSealed message = ENDORSE__V1__PAPER_SEALED__INIT;
    Endorse__V1__ConflictToken tokens[PAPER_TOKENS];
    Endorse__V1__ConflictToken *list[PAPER_TOKENS];
    const struct paper_state *after = planning->after;
    const struct paper_text *text = &after->text;
    paper_pack_tokens(after->tokens, after->token_count, tokens, list);
    message.category = (Endorse__V1__Category)after->category;
    message.age_line = (Endorse__V1__AgeLine)after->age_line;
    message.form = (char *)after->form;
    message.language = (char *)after->language;
    message.rule_pack = (char *)after->rule_pack;
    message.text_version = text->version;
    message.text_sha256 = data_of(text->sha256, sizeof text->sha256);
    message.sealed_text = data_of(text->sealed.bytes, text->sealed.length);
    message.sealed_key = gathered_key(planning);
    message.n_tokens = (size_t)after->token_count;
    message.tokens = list;
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_SEALED, planning->handle, &message.base);
}

static void replace_text(struct planning *planning)
{
    Endorse__V1__PaperTextReplaced message = ENDORSE__V1__PAPER_TEXT_REPLACED__INIT;
    const struct paper_text *text = &planning->after->text;
    message.text_version = text->version;
    message.text_sha256 = data_of(text->sha256, sizeof text->sha256);
    message.sealed_text = data_of(text->sealed.bytes, text->sealed.length);
    message.sealed_key = gathered_key(planning);
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_TEXT_REPLACED, planning->handle, &message.base);
}

static void change_tokens(struct planning *planning)
{
    Endorse__V1__PaperTokensChanged message = ENDORSE__V1__PAPER_TOKENS_CHANGED__INIT;
    Endorse__V1__ConflictToken tokens[PAPER_TOKENS];
    Endorse__V1__ConflictToken *list[PAPER_TOKENS];
    paper_pack_tokens(planning->after->tokens, planning->after->token_count, tokens, list);
    message.n_tokens = (size_t)planning->after->token_count;
    message.tokens = list;
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_TOKENS_CHANGED, planning->handle, &message.base);
}

static void send_appeal(struct planning *planning, int32_t kind)
{
    Endorse__V1__PaperAppealed message = ENDORSE__V1__PAPER_APPEALED__INIT;
    message.kind = (Endorse__V1__AppealKind)kind;
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_APPEALED, planning->handle, &message.base);
}

static void send_hold(struct planning *planning, bool held)
{
    Endorse__V1__PaperHeld message = ENDORSE__V1__PAPER_HELD__INIT;
    message.held = held;
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_HELD, planning->handle, &message.base);
}

static void send_void(struct planning *planning)
{
    Endorse__V1__PaperVoided message = ENDORSE__V1__PAPER_VOIDED__INIT;
    bool erased = planning->event->kind == PAPER_EVENT_TOUCHED;
    message.reason = (char *)(uintptr_t)(erased ? "erased" : "withdrawn");
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_VOIDED, planning->handle, &message.base);
}

static void exclude(struct planning *planning, int32_t index)
{
    Endorse__V1__OperatorExcluded message = ENDORSE__V1__OPERATOR_EXCLUDED__INIT;
    message.operator_ = (char *)planning->after->excluded[index].id;
    wf_plan_send(planning->plan, WF_MESSAGE_OPERATOR_EXCLUDED, planning->handle, &message.base);
}

/* ---- the application ---- */

static void tell_result(struct planning *planning)
{
    const struct application_paper_result *result = &planning->effects->result;
    Endorse__V1__PaperResult message = ENDORSE__V1__PAPER_RESULT__INIT;
    Endorse__V1__CriterionResult criteria[EXAM_CRITERIA];
    Endorse__V1__CriterionResult *list[EXAM_CRITERIA];
    char *comments[EXAM_COMMENTS];
    for (int32_t i = 0; i < result->criterion_count; i++) {
        endorse__v1__criterion_result__init(&criteria[i]);
        criteria[i].criterion = (char *)result->criteria[i].id;
        criteria[i].hundredths = result->criteria[i].hundredths;
        criteria[i].most = result->criteria[i].most;
        list[i] = &criteria[i];
    }
    for (int32_t i = 0; i < result->comment_count; i++)
        comments[i] = (char *)result->comments[i].code;
    message.handle = (char *)planning->handle;
    message.resolution = result->resolution;
    message.passed = result->passed;
    message.score_hundredths = result->score_hundredths;
    message.most = result->most;
    message.n_criteria = (size_t)result->criterion_count;
    message.criteria = list;
    message.n_comments = (size_t)result->comment_count;
    message.comments = comments;
    wf_plan_send(planning->plan, WF_MESSAGE_PAPER_RESULT, planning->after->application,
                 &message.base);
}

/* ---- jobs and the redactors' queue ---- */

static void perform(struct planning *planning, int kind)
{
    struct paper_job job;
    memset(&job, 0, sizeof job);
    job.kind = kind;
    job.gathering = planning->after->gathering;
    wf_plan_perform(planning->plan, &job, sizeof job);
}

static void queue(struct planning *planning, enum wf_index_op op)
{
    struct wf_index index = {.op = op,
                             .name = bytes_of("redaction"),
                             .member = bytes_of(planning->handle),
                             .score = planning->after->since};
    wf_plan_index(planning->plan, &index);
}

static void carry_out(struct planning *planning, const struct paper_effect *effect)
{
    switch (effect->kind) {
    case PAPER_LINK:
        link_person(planning, effect->index, false);
        break;
    case PAPER_UNLINK:
        link_person(planning, effect->index, true);
        break;
    case PAPER_GATHER:
        perform(planning, PAPER_JOB_GATHER);
        break;
    case PAPER_SEAL:
        seal(planning);
        break;
    case PAPER_REPLACE_TEXT:
        replace_text(planning);
        break;
    case PAPER_CHANGE_TOKENS:
        change_tokens(planning);
        break;
    case PAPER_TELL_RESULT:
        tell_result(planning);
        break;
    case PAPER_SEND_APPEAL:
        send_appeal(planning, effect->index);
        break;
    case PAPER_SEND_HOLD:
        send_hold(planning, effect->index != 0);
        break;
    case PAPER_SEND_VOID:
        send_void(planning);
        break;
    case PAPER_FORGET_KEY:
        perform(planning, PAPER_JOB_FORGET);
        break;
    case PAPER_EXCLUDE:
        exclude(planning, effect->index);
        break;
    case PAPER_QUEUE:
        queue(planning, WF_INDEX_ZSET_PUT);
        break;
    case PAPER_UNQUEUE:
        queue(planning, WF_INDEX_ZSET_DROP);
        break;
    case PAPER_EFFECT_NONE:
        break;
    }
}

int paper_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
               const void *after, const void *effects, struct wf_plan *plan, struct wf_error *error)
{
    const struct paper_event *told = event;
    const struct paper_effects *list = effects;
    struct planning planning = {.plan = plan,
                                .event = told,
                                .before = before,
                                .after = after,
                                .effects = effects,
                                .handle = told->meta.self.id};
    (void)service;
    (void)error;
    for (int32_t i = 0; verdict.step == WF_APPLIED && i < list->count; i++)
        carry_out(&planning, &list->list[i]);
    return 0;
}

/* ---- words ---- */

void paper_describe(const void *event, char *text, size_t size)
{
    const struct paper_event *told = event;
    (void)snprintf(text, size, "%s",
                   told->kind == PAPER_EVENT_TICK
                       ? "A deadline came."
                       : wf_message_row((enum wf_message)told->meta.message)->type);
}

void paper_waiting(const void *policy, const void *state, char *text, size_t size)
{
    static const char *const waits[PAPER_STATE_COUNT] = {
        [PAPER_NONE] = "Nothing is known of it.",
        [PAPER_GATHERING] = "Its redaction, tried again every minute.",
        [PAPER_CHECKING] = "A human redactor; no deadline.",
        [PAPER_SEALED] = "The readers' result; exam keeps the deadlines.",
        [PAPER_RESOLVED] = "Nothing: resolved; an appeal is possible.",
        [PAPER_VOIDING] = "The destruction of its key, tried again every minute.",
        [PAPER_VOID] = "Nothing: void.",
    };
    (void)policy;
    (void)snprintf(text, size, "%s", waits[((const struct paper_state *)state)->state]);
}

/* Whose it is, this never says. */
void paper_show(const void *state, struct wf_buffer *json)
{
    const struct paper_state *paper = state;
    json_t *object = json_object();
    int32_t open = 0;
    for (int32_t i = 0; i < paper->hit_count; i++)
        open += !paper->hits[i].certain && paper->hits[i].judgement == HIT_OPEN;
    json_member(object, "state", json_string(paper_state_name(paper->state)));
    json_member(object, "form", json_string(paper->form));
    json_member(object, "language", json_string(paper->language));
    json_member(object, "since", json_time(paper->since));
    json_member(object, "textVersion", json_integer(paper->text.version));
    json_member(object, "spans", json_integer(paper->hit_count));
    json_member(object, "openSpans", json_integer(open));
    json_member(object, "questioned", json_boolean(paper->questioned[0] != '\0'));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}
