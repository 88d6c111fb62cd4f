/* What a decision of the application sends.  SPEC 2. */
#include "application_plan.h"

#include "application_exam_plan.h"
#include "application_judge.h"
#include "application_outcomes.h"
#include "application_record.h"
#include "intake_service.h"
#include "requirements_words.h"
#include "telling.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <string.h>

struct planning {
    struct telling telling;
    const struct intake *intake;
    const struct application_event *event;
    const struct application_state *after;
    const char *id; /* of the application */
};

static void tell(struct planning *planning, const struct application_effect *effect)
{
    const struct intake_policy *policy = &planning->intake->policy;
    telling_tell(
        &planning->telling,
        (struct told){.outcome = effect->outcome,
                      .portal = effect->portal[0] ? effect->portal : planning->after->portal,
                      .cause = effect->event,
                      .data = application_outcome(policy, planning->after, effect, planning->event,
                                                  wf_plan_now(planning->telling.plan))});
}

/* ---- reference ---- */

static void ask_rater(struct planning *planning, const struct application_rater *rater)
{
    const struct application_registration *registration = &planning->after->registration;
    Endorse__V1__RatingRequested message = ENDORSE__V1__RATING_REQUESTED__INIT;
    message.request = rater->request;
    message.rater_id = (char *)rater->id;
    message.applicant_id = (char *)registration->person;
    message.association = (char *)registration->association;
    message.category = (Endorse__V1__Category)registration->category;
    message.age_line = (Endorse__V1__AgeLine)registration->age_line;
    message.role = (Endorse__V1__RaterRole)rater->role;
    message.waived = rater->waived;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_RATING_REQUESTED, planning->id, &message.base);
}

static void change_waiver(struct planning *planning, const struct application_rater *rater)
{
    Endorse__V1__RatingWaiverChanged message = ENDORSE__V1__RATING_WAIVER_CHANGED__INIT;
    message.request = rater->request;
    message.waived = rater->waived;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_RATING_WAIVER_CHANGED, planning->id,
                 &message.base);
}

static void cancel_rater(struct planning *planning, const struct application_rater *rater,
                         enum application_cancel cause)
{
    static const char *const reasons[] = {[CANCEL_REPLACED] = "replaced",
                                          [CANCEL_WITHDRAWN] = "withdrawn",
                                          [CANCEL_CLOSED] = "closed"};
    Endorse__V1__RatingCancelled message = ENDORSE__V1__RATING_CANCELLED__INIT;
    message.request = rater->request;
    message.reason = (char *)reasons[cause];
    wf_plan_send(planning->telling.plan, WF_MESSAGE_RATING_CANCELLED, planning->id, &message.base);
}

/* ---- persons, renewal ---- */

static const char *linked_person(const struct application_state *state,
                                 const struct application_effect *effect)
{
    if (effect->role == ROLE_RATER)
        return state->raters[effect->index].id;
    if (effect->role == ROLE_REVIEWER)
        return state->reviewers[effect->index].id;
    if (effect->role == ROLE_PROVIDER)
        return state->providers[effect->index].id;
    return state->registration.person;
}

static void link_person(struct planning *planning, const struct application_effect *effect)
{
    Endorse__V1__ApplicationLinked message = ENDORSE__V1__APPLICATION_LINKED__INIT;
    message.application_id = (char *)planning->id;
    message.association = (char *)planning->after->registration.association;
    message.portal = (char *)planning->after->portal;
    message.role = (Endorse__V1__LinkRole)effect->role;
    message.ended = effect->ended;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_APPLICATION_LINKED,
                 linked_person(planning->after, effect), &message.base);
}

enum { STANDING = 32 + WF_ID_MAX + 2 };

static void name_standing(const struct application_registration *registration,
                          char standing[static STANDING])
{
    (void)snprintf(standing, STANDING, "%s~%s", registration->association, registration->person);
}

static void grant(struct planning *planning, const struct application_effect *effect)
{
    const struct application_registration *registration = &planning->after->registration;
    Endorse__V1__EndorsementGranted message = ENDORSE__V1__ENDORSEMENT_GRANTED__INIT;
    char submitted[WF_DATE_TEXT];
    char endorsed[WF_DATE_TEXT];
    char emerging_until[WF_DATE_TEXT] = "";
    char standing[STANDING];
    wf_date_format(planning->after->submitted_on, submitted);
    wf_date_format(effect->day, endorsed);
    if (planning->after->emerging)
        wf_date_format(planning->after->emerging_until, emerging_until);
    name_standing(registration, standing);
    message.emerging = planning->after->emerging;
    message.emerging_until_on = emerging_until;
    message.association = (char *)registration->association;
    message.person_id = (char *)registration->person;
    message.category = (Endorse__V1__Category)registration->category;
    message.age_line = (Endorse__V1__AgeLine)registration->age_line;
    message.application_id = (char *)planning->id;
    message.submitted_on = submitted;
    message.endorsed_on = endorsed;
    message.edition = (char *)planning->after->edition;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_ENDORSEMENT_GRANTED, standing, &message.base);
}

/* What was granted emerging ends; the standing hears of it as of any category that is archived. */
static void archive(struct planning *planning)
{
    const struct application_registration *registration = &planning->after->registration;
    Endorse__V1__CategoryChanged category = ENDORSE__V1__CATEGORY_CHANGED__INIT;
    Endorse__V1__StandingFact message = ENDORSE__V1__STANDING_FACT__INIT;
    uint8_t packed[128];
    char standing[STANDING];
    category.association = (char *)registration->association;
    category.category = (Endorse__V1__Category)registration->category;
    category.age_line = (Endorse__V1__AgeLine)registration->age_line;
    WF_ASSERT(protobuf_c_message_get_packed_size(&category.base) <= sizeof packed);
    message.type = (char *)wf_message_row(WF_MESSAGE_CATEGORY_ARCHIVED)->type;
    message.data.len = protobuf_c_message_pack(&category.base, packed);
    message.data.data = packed;
    name_standing(registration, standing);
    wf_plan_send(planning->telling.plan, WF_MESSAGE_STANDING_FACT, standing, &message.base);
}

/* ---- mail, SPEC 7 ---- */

enum { MAIL_ARGUMENTS = 10, MAIL_VALUE = EXAM_LETTER_LINE };
struct letter {
    Endorse__V1__MailArgument arguments[MAIL_ARGUMENTS];
    Endorse__V1__MailArgument *list[MAIL_ARGUMENTS];
    char values[MAIL_ARGUMENTS][MAIL_VALUE];
    size_t count;
};

static void say(struct letter *letter, const char *name, const char *value)
{
    size_t place = letter->count++;
    WF_ASSERT(place < MAIL_ARGUMENTS);
    (void)snprintf(letter->values[place], MAIL_VALUE, "%s", value);
    endorse__v1__mail_argument__init(&letter->arguments[place]);
    letter->arguments[place].name = (char *)name;
    letter->arguments[place].value = letter->values[place];
    letter->list[place] = &letter->arguments[place];
}

static void say_json(struct letter *letter, const char *name, json_t *value)
{
    say(letter, name, value ? json_string_value(value) : "");
    json_decref(value);
}

static void say_reasons(struct letter *letter, const struct planning *planning)
{
    json_t *reasons = application_told_reasons(&planning->intake->policy, planning->after, NULL);
    char text[MAIL_VALUE] = "";
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const char *code = json_string_value(json_array_get(reasons, i));
        size_t needed = strlen(code) + 2;
        if (used + needed >= sizeof text)
            break;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "", code);
    }
    json_decref(reasons);
    say(letter, "reasons", text);
}

static void say_exam(struct letter *letter, const struct planning *planning)
{
    struct application_exam_letter words;
    application_exam_letter(planning->intake->forms, planning->after, &words);
    say(letter, "result", words.result);
    say(letter, "parts", words.parts);
    say(letter, "criteria", words.criteria);
    say(letter, "feedback", words.feedback[0]);
    say(letter, "feedback-more", words.feedback[1]);
    say(letter, "next", words.next);
}

static void say_what(struct letter *letter, const struct planning *planning,
                     const struct application_effect *effect)
{
    switch (effect->mail) {
    case APPLICATION_MAIL_REGISTERED:
        say_json(letter, "registered-on", json_date(planning->after->registration.on));
        say_json(letter, "draft-until", json_date(effect->day));
        break;
    case APPLICATION_MAIL_SUBMITTED:
        say_json(letter, "submitted-on", json_date(effect->day));
        break;
    case APPLICATION_MAIL_MORE_INFORMATION:
    case APPLICATION_MAIL_DEFERRED:
        say_reasons(letter, planning);
        break;
    case APPLICATION_MAIL_EXAM_ELIGIBLE:
        say_json(letter, "eligible-until", json_date(effect->day));
        say_reasons(letter, planning);
        break;
    case APPLICATION_MAIL_EXAM_FEEDBACK:
        say_exam(letter, planning);
        break;
    case APPLICATION_MAIL_ENDORSED:
        say_json(letter, "endorsed-on", json_date(effect->day));
        say_reasons(letter, planning);
        break;
    case APPLICATION_MAIL_EMERGING:
        say_json(letter, "emerging-until", json_date(effect->day));
        say_reasons(letter, planning);
        break;
    case APPLICATION_MAIL_EMERGING_ENDED:
        say_json(letter, "ended-on", json_date(effect->day));
        break;
    case APPLICATION_MAIL_EXPIRED:
        say_json(letter, "expired-on", json_date(effect->day));
        break;
    case APPLICATION_MAIL_CONFIRMATION:
        say_json(letter, "registered-on", json_date(planning->after->registration.on));
        say_json(letter, "confirmed-on", json_date(effect->day));
        say(letter, "state", application_state_name(planning->after->state));
        break;
    case APPLICATION_MAIL_ETHICS:
    case APPLICATION_MAIL_WITHDRAWN:
    case APPLICATION_MAIL_COUNT:
        break;
    }
}

static void mail(struct planning *planning, const struct application_effect *effect)
{
    static const char *const templates[APPLICATION_MAIL_COUNT] = {
#define X(symbol, name) [APPLICATION_MAIL_##symbol] = name,
        APPLICATION_MAILS(X)
#undef X
    };
    const struct application_registration *registration = &planning->after->registration;
    Endorse__V1__MailRequested message = ENDORSE__V1__MAIL_REQUESTED__INIT;
    struct letter letter = {.count = 0};
    char id[33];
    say(&letter, "application", planning->id);
    say_json(&letter, "category", json_category(registration->category));
    say_json(&letter, "age-line", json_age_line(registration->age_line));
    say_what(&letter, planning, effect);
    telling_effect_id(&planning->telling, id);
    message.template_name = (char *)templates[effect->mail];
    message.to_person_id = (char *)registration->person;
    message.association = (char *)registration->association;
    message.about_person_id = (char *)registration->person;
    message.n_arguments = letter.count;
    message.arguments = letter.list;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_MAIL_REQUESTED, id, &message.base);
}

/* ---- the plan ---- */

static void carry_out(struct planning *planning, const struct application_effect *effect)
{
    const struct application_rater *rater = &planning->after->raters[effect->index];
    switch (effect->kind) {
    case APPLICATION_TELL:
        tell(planning, effect);
        break;
    case APPLICATION_ASK_RATER:
        ask_rater(planning, rater);
        break;
    case APPLICATION_CHANGE_WAIVER:
        change_waiver(planning, rater);
        break;
    case APPLICATION_CANCEL_RATER:
        cancel_rater(planning, rater, effect->cause);
        break;
    case APPLICATION_LINK:
        link_person(planning, effect);
        break;
    case APPLICATION_GRANT:
        grant(planning, effect);
        break;
    case APPLICATION_ARCHIVE:
        archive(planning);
        break;
    case APPLICATION_MAIL:
        mail(planning, effect);
        break;
    case APPLICATION_PAPER:
        application_send_paper(planning->telling.plan, planning->after, planning->event);
        break;
    case APPLICATION_PAPER_APPEAL:
        application_appeal_paper(planning->telling.plan, planning->after, effect->index);
        break;
    case APPLICATION_PAPER_END:
        application_end_paper(planning->telling.plan, planning->after);
        break;
    case APPLICATION_EFFECT_NONE:
        break;
    }
}

static void refuse(struct planning *planning, const struct application_state *before,
                   enum application_reason_id reason)
{
    const struct wf_event_meta *meta = &planning->event->meta;
    struct requirement_list list;
    bool listed = reason == APPLICATION_REASON_INCOMPLETE &&
                  application_judge(&planning->intake->policy, before, planning->event,
                                    wf_plan_now(planning->telling.plan), &list);
    const char *type = wf_message_row((enum wf_message)meta->message)->type;
    telling_tell(&planning->telling,
                 (struct told){.outcome = INTAKE_OUTCOME_EVENT_REFUSED,
                               .portal = meta->actor,
                               .cause = meta->message_id,
                               .data = application_refusal(before, meta->message_id, type, reason,
                                                           listed ? &list : NULL)});
    if (!listed)
        return;
    wf_plan_edition(planning->telling.plan, list.edition);
    requirements_record(planning->telling.plan, before, &list, "refused");
}

int application_plan(void *service, const void *before, const void *event,
                     struct wf_verdict verdict, const void *after, const void *effects,
                     struct wf_plan *plan, struct wf_error *error)
{
    const struct application_event *told = event;
    const struct application_effects *list = effects;
    struct planning planning = {.telling = {.plan = plan, .meta = &told->meta},
                                .intake = service,
                                .event = told,
                                .after = after,
                                .id = told->meta.self.id};
    telling_hold(&planning.telling);
    if (verdict.step == WF_REFUSED) {
        refuse(&planning, before, (enum application_reason_id)verdict.reason);
        return 0;
    }
    if (list->overflow)
        return wf_fail(error, WF_BROKEN, "application %s has more effects than fit", planning.id);
    for (int32_t i = 0; i < list->count; i++)
        carry_out(&planning, &list->list[i]);
    if (planning.after->edition[0])
        wf_plan_edition(plan, planning.after->edition);
    application_record(plan, &planning.intake->policy, planning.after, list);
    return 0;
}
