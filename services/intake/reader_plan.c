/* What a decision of the reader sends, and her job.  SPEC 12. */
#include "conflict_tokens.h"
#include "paper_codec.h"
#include "reader_codec.h"
#include "telling.h"
#include "wf_log.h"
#include "wf_messages.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct card {
    Endorse__V1__ReaderCard message;
    Endorse__V1__ConflictToken tokens[PAPER_TOKENS], *token_list[PAPER_TOKENS];
    Endorse__V1__ReaderQualification qualifications[READER_QUALIFICATIONS],
        *qualification_list[READER_QUALIFICATIONS];
    Endorse__V1__DaySpan spans[READER_SPANS], *span_list[READER_SPANS];
    char *languages[READER_LANGUAGES];
    char days[READER_QUALIFICATIONS + 2 * READER_SPANS][WF_DATE_TEXT];
    int32_t day_count;
};

static char *say_day(struct card *card, wf_date day)
{
    char *text = card->days[card->day_count++];
    wf_date_format(day, text);
    return text;
}

static void say_enrolment(struct card *card, const struct reader_enrolment *enrolment)
{
    for (int32_t i = 0; i < enrolment->qualification_count; i++) {
        Endorse__V1__ReaderQualification *row = &card->qualifications[i];
        endorse__v1__reader_qualification__init(row);
        row->category = (Endorse__V1__Category)enrolment->qualifications[i].category;
        row->form = (char *)enrolment->qualifications[i].form;
        row->until_on = say_day(card, enrolment->qualifications[i].until);
        card->qualification_list[i] = row;
    }
    for (int32_t i = 0; i < enrolment->span_count; i++) {
        Endorse__V1__DaySpan *row = &card->spans[i];
        endorse__v1__day_span__init(row);
        row->from_on = say_day(card, enrolment->spans[i].from);
        row->until_on = say_day(card, enrolment->spans[i].until);
        card->span_list[i] = row;
    }
    for (int32_t i = 0; i < enrolment->language_count; i++)
        card->languages[i] = (char *)enrolment->languages[i].code;
    card->message.n_qualifications = (size_t)enrolment->qualification_count;
    card->message.qualifications = card->qualification_list;
    card->message.n_unavailable = (size_t)enrolment->span_count;
    card->message.unavailable = card->span_list;
    card->message.n_languages = (size_t)enrolment->language_count;
    card->message.languages = card->languages;
    card->message.capacity = (uint32_t)enrolment->capacity;
    card->message.window_days = (uint32_t)enrolment->window_days;
    card->message.active = enrolment->active;
}

static void send_card(struct wf_plan *plan, const char *reader, const struct reader_state *after)
{
    struct card card;
    memset(&card, 0, sizeof card);
    endorse__v1__reader_card__init(&card.message);
    say_enrolment(&card, &after->enrolment);
    paper_pack_tokens(after->tokens, after->token_count, card.tokens, card.token_list);
    card.message.reader = (char *)reader;
    card.message.n_tokens = (size_t)after->token_count;
    card.message.tokens = card.token_list;
    wf_plan_send(plan, WF_MESSAGE_READER_CARD, "readers", &card.message.base);
}

/* A mail names no code, no title and no writer. */
static void send_mail(struct wf_plan *plan, const struct intake *intake, const char *reader,
                      const struct reader_state *after, const struct reader_effects *effects)
{
    static const char *const templates[] = {[READER_NOTICE_OFFERED] = "exam-reader-offered",
                                            [READER_NOTICE_REMINDER] = "exam-reader-reminder",
                                            [READER_NOTICE_LAST] = "exam-reader-last",
                                            [READER_NOTICE_LINK] = "exam-reader-link"};
    Endorse__V1__MailRequested message = ENDORSE__V1__MAIL_REQUESTED__INIT;
    Endorse__V1__MailArgument argument = ENDORSE__V1__MAIL_ARGUMENT__INIT;
    Endorse__V1__MailArgument *list[] = {&argument};
    char day[WF_DATE_TEXT];
    char id[33];
    bool asked = effects->notice == READER_NOTICE_LINK;
    wf_date_format(asked ? effects->until : effects->due, day);
    argument.name = (char *)(uintptr_t)(asked ? "until_on" : "due_on");
    argument.value = day;
    message.template_name = (char *)(uintptr_t)templates[effects->notice];
    message.to_person_id = (char *)after->person;
    message.association = (char *)intake->exam_office;
    message.n_arguments = 1;
    message.arguments = list;
    message.link_application = (char *)reader;
    message.link_request = (uint32_t)effects->until;
    message.link_generation = after->link;
    message.link_purpose = ENDORSE__V1__LINK_PURPOSE__LINK_DESK;
    wf_plan_effect_id(plan, 0, id);
    wf_plan_send(plan, WF_MESSAGE_MAIL_REQUESTED, id, &message.base);
}

int reader_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error)
{
    const struct reader_event *told = event;
    const struct reader_state *reader = after;
    const struct reader_effects *list = effects;
    (void)before;
    (void)error;
    for (int32_t i = 0; verdict.step == WF_APPLIED && i < list->count; i++) {
        struct reader_job job;
        switch (list->list[i]) {
        case READER_GATHER:
            memset(&job, 0, sizeof job);
            job.gathering = reader->gathering;
            memcpy(job.person, reader->person, sizeof job.person);
            wf_plan_perform(plan, &job, sizeof job);
            break;
        case READER_SEND_CARD:
            send_card(plan, told->meta.self.id, reader);
            break;
        case READER_MAIL:
            send_mail(plan, service, told->meta.self.id, reader, list);
            break;
        case READER_EFFECT_NONE:
            break;
        }
    }
    return 0;
}

void reader_perform(struct intake *intake, const struct wf_address *reader,
                    const struct reader_job *job)
{
    Endorse__V1__ReaderGathered message = ENDORSE__V1__READER_GATHERED__INIT;
    Endorse__V1__ConflictToken tokens[PAPER_TOKENS];
    Endorse__V1__ConflictToken *list[PAPER_TOKENS];
    struct conflict_set set = {.key = intake->conflict_key};
    struct paper_record record;
    struct wf_buffer packed = {0};
    struct wf_error error = {0};
    if (paper_record_open(intake, job->person, &record, &error) < 0) {
        wf_log(WF_LOG_PAPER_JOB, "cause=%s", error.text);
        return; /* the reader's deadline comes again */
    }
    conflict_of_reader(&set, &record);
    paper_record_close(&record);
    paper_pack_tokens(set.tokens, set.count, tokens, list);
    message.gathering = job->gathering;
    message.n_tokens = (size_t)set.count;
    message.tokens = list;
    wf_pack(&message.base, &packed);
    struct wf_act act = {.message = WF_MESSAGE_READER_GATHERED,
                         .to = *reader,
                         .actor = "",
                         .key = "",
                         .message_id = "gathered",
                         .happened = wf_worker_now(intake->worker),
                         .payload = wf_buffer_bytes(&packed)};
    (void)wf_worker_submit(intake->worker, &act);
    wf_buffer_fini(&packed);
}

/* ---- words ---- */

void reader_describe(const void *event, char *text, size_t size)
{
    const struct reader_event *told = event;
    (void)snprintf(text, size, "%s",
                   told->kind == READER_EVENT_TICK
                       ? "A deadline came."
                       : wf_message_row((enum wf_message)told->meta.message)->type);
}

void reader_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct reader_state *reader = state;
    (void)policy;
    (void)snprintf(text, size, "%s",
                   reader->due ? "Tokens to be made, tried again every minute."
                               : "Nothing: a reader waits for nothing here.");
}

/* Who she is, this never says. */
void reader_show(const void *state, struct wf_buffer *json)
{
    const struct reader_state *reader = state;
    json_t *object = json_object();
    json_member(object, "state", json_string(reader_state_name(reader->state)));
    json_member(object, "active", json_boolean(reader->enrolment.active));
    json_member(object, "capacity", json_integer(reader->enrolment.capacity));
    json_member(object, "windowDays", json_integer(reader->enrolment.window_days));
    json_member(object, "qualifications", json_integer(reader->enrolment.qualification_count));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}
