#include "effect_codec.h"

#include "courier.h"
#include "courier_stored.h"
#include "mail_template.h"

#include "endorse/v1/internal.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef Endorse__V1__MailRequested mail_requested;
typedef Endorse__V1__MailAttempted mail_attempted;

static const char *const state_names[] = {
#define EFFECT_STATE(symbol, name, waits) name,
#include "effect_states.def"
#undef EFFECT_STATE
};
static const char *const state_waits[] = {
#define EFFECT_STATE(symbol, name, waits) waits,
#include "effect_states.def"
#undef EFFECT_STATE
};

/* ---- messages ---- */

static const char *find_value(const mail_requested *message, const char *name)
{
    for (size_t i = 0; i < message->n_arguments; i++) {
        if (strcmp(message->arguments[i]->name, name) == 0)
            return message->arguments[i]->value;
    }
    return NULL;
}

/* Keeps what the template uses, in its order; what it does not name is not kept. */
static int decode_arguments(const mail_requested *message, const struct mail_template *which,
                            struct effect_mail *mail, struct wf_error *error)
{
    char name[EFFECT_NAME_MAX + 1];
    for (const char *at = which->arguments; mail_template_next_argument(&at, name, sizeof name);) {
        const char *value = find_value(message, name);
        WF_ASSERT(mail->argument_count < EFFECT_ARGUMENTS_MOST);
        struct effect_argument *kept = &mail->arguments[mail->argument_count++];
        if (!value)
            return wf_fail(error, WF_INVALID, "arguments: template %s needs %s", which->name, name);
        (void)courier_copy(kept->name, sizeof kept->name, name);
        if (!courier_copy_clean(kept->value, sizeof kept->value, value))
            return wf_fail(error, WF_INVALID, "arguments.%s: at most %d bytes of clean text", name,
                           EFFECT_VALUE_MAX);
    }
    return 0;
}

static bool decode_id(char to[static WF_ID_MAX + 1], const char *from, bool required)
{
    if (!from[0] && !required)
        return true;
    return wf_id_is_valid(from) && courier_copy(to, WF_ID_MAX + 1, from);
}

int effect_decode_requested(void *service, const ProtobufCMessage *payload, void *event_at,
                            struct wf_error *error)
{
    const struct courier *courier = service;
    const mail_requested *message = (const mail_requested *)payload;
    struct effect_event *event = event_at;
    struct effect_mail *mail = &event->mail;
    const struct mail_template *which =
        mail_template_find(courier->templates, message->template_name);
    event->kind = EFFECT_ON_REQUESTED;
    if (!which)
        return wf_fail(error, WF_INVALID, "template_name: templates.def names no such template");
    (void)courier_copy(mail->template_name, sizeof mail->template_name, which->name);
    mail->hold = which->hold;
    mail->asker = event->meta.from;
    if (!decode_id(mail->to_person, message->to_person_id, true))
        return wf_fail(error, WF_INVALID, "to_person_id: no id");
    if (!decode_id(mail->about_person, message->about_person_id, false))
        return wf_fail(error, WF_INVALID, "about_person_id: no id");
    if (!decode_id(mail->association, message->association, true))
        return wf_fail(error, WF_INVALID, "association: no code of an association");
    if (!decode_id(mail->link_application, message->link_application, which->has_link))
        return wf_fail(error, WF_INVALID, "link_application: template %s carries a link",
                       which->name);
    mail->link_request = message->link_request;
    mail->link_generation = message->link_generation;
    if (message->link_purpose != ENDORSE__V1__LINK_PURPOSE__LINK_PURPOSE_UNSPECIFIED &&
        message->link_purpose != ENDORSE__V1__LINK_PURPOSE__LINK_DESK)
        return wf_fail(error, WF_INVALID, "link_purpose: not one of the list");
    mail->link_purpose = (uint8_t)message->link_purpose;
    return decode_arguments(message, which, mail, error);
}

int effect_decode_attempted(void *service, const ProtobufCMessage *payload, void *event_at,
                            struct wf_error *error)
{
    (void)service;
    const mail_attempted *message = (const mail_attempted *)payload;
    struct effect_event *event = event_at;
    switch (message->result) {
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_ACCEPTED:
        event->kind = EFFECT_ON_ACCEPTED;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_FAILED:
        event->kind = EFFECT_ON_FAILED;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_REJECTED:
        event->kind = EFFECT_ON_REJECTED;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_NO_ADDRESS:
        event->kind = EFFECT_ON_NO_ADDRESS;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_UNCERTAIN:
        event->kind = EFFECT_ON_UNCERTAIN;
        break;
    case ENDORSE__V1__ATTEMPT_RESULT__ATTEMPT_RESULT_UNSPECIFIED:
    case _ENDORSE__V1__ATTEMPT_RESULT_IS_INT_SIZE:
    default:
        return wf_fail(error, WF_INVALID, "result: not one of the list");
    }
    event->attempt = message->attempt;
    if (!courier_copy_clean(event->detail, sizeof event->detail, message->detail))
        return wf_fail(error, WF_INVALID, "detail: at most %d bytes of clean text",
                       EFFECT_DETAIL_MAX);
    return 0;
}

/* ---- stored: "h" changes with every step, "m" was written once ---- */

static json_t *head_json(const struct effect *effect)
{
    json_t *head = json_pack(
        "{s:s s:I s:I s:I s:I s:I s:s}", "state", state_names[effect->state], "attempt",
        (json_int_t)effect->attempt, "missing", (json_int_t)effect->missing, "possiblyTwice",
        (json_int_t)effect->possibly_twice, "requestedMs", (json_int_t)effect->requested, "dueMs",
        (json_int_t)effect->due, "detail", effect->detail);
    WF_ASSERT(head);
    return head;
}

static json_t *mail_json(const struct effect_mail *mail)
{
    char asker[WF_ADDRESS_MAX + 1] = "";
    json_t *arguments = json_array();
    if (mail->asker.kind[0])
        wf_address_format(&mail->asker, asker);
    for (uint32_t i = 0; i < mail->argument_count; i++)
        json_array_append_new(arguments,
                              json_pack("[ss]", mail->arguments[i].name, mail->arguments[i].value));
    json_t *object = json_pack(
        "{s:s s:s s:s s:s s:s s:I s:I s:I s:b s:s s:o}", "template", mail->template_name, "to",
        mail->to_person, "about", mail->about_person, "association", mail->association,
        "linkApplication", mail->link_application, "linkRequest", (json_int_t)mail->link_request,
        "linkGeneration", (json_int_t)mail->link_generation, "linkPurpose",
        (json_int_t)mail->link_purpose, "hold", mail->hold, "asker", asker, "arguments", arguments);
    WF_ASSERT(object);
    return object;
}

static void write_effect(const void *state, struct wf_fields *fields)
{
    const struct effect *effect = state;
    courier_put_json(fields, "h", head_json(effect));
    courier_put_json(fields, "m", mail_json(&effect->mail));
    wf_fields_sort(fields);
}

static bool read_head(json_t *head, struct effect *effect)
{
    const char *state = NULL, *detail = NULL;
    json_int_t attempt = 0, missing = 0, twice = 0, requested = 0, due = 0;
    if (json_unpack(head, "{s:s s:I s:I s:I s:I s:I s:s !}", "state", &state, "attempt", &attempt,
                    "missing", &missing, "possiblyTwice", &twice, "requestedMs", &requested,
                    "dueMs", &due, "detail", &detail))
        return false;
    effect->attempt = (uint32_t)attempt;
    effect->missing = (uint32_t)missing;
    effect->possibly_twice = (uint32_t)twice;
    effect->requested = requested;
    effect->due = due;
    for (unsigned i = 0; i < EFFECT_STATE_COUNT; i++) {
        if (strcmp(state_names[i], state) == 0) {
            effect->state = (enum effect_state)i;
            return courier_copy(effect->detail, sizeof effect->detail, detail);
        }
    }
    return false;
}

static bool read_arguments(json_t *list, struct effect_mail *mail)
{
    if (!json_is_array(list) || json_array_size(list) > EFFECT_ARGUMENTS_MOST)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct effect_argument *kept = &mail->arguments[i];
        const char *name = NULL, *value = NULL;
        if (json_unpack(json_array_get(list, i), "[ss!]", &name, &value) ||
            !courier_copy(kept->name, sizeof kept->name, name) ||
            !courier_copy(kept->value, sizeof kept->value, value))
            return false;
    }
    mail->argument_count = (uint32_t)json_array_size(list);
    return true;
}

static bool read_mail(json_t *object, struct effect_mail *mail)
{
    const char *template_name = NULL, *to = NULL, *about = NULL, *association = NULL, *link = NULL;
    const char *asker = NULL;
    json_int_t request = 0, generation = 0, purpose = 0;
    json_t *arguments = NULL;
    int hold = 0;
    if (json_unpack(object, "{s:s s:s s:s s:s s:s s:I s:I s?:I s:b s:s s:o !}", "template",
                    &template_name, "to", &to, "about", &about, "association", &association,
                    "linkApplication", &link, "linkRequest", &request, "linkGeneration",
                    &generation, "linkPurpose", &purpose, "hold", &hold, "asker", &asker,
                    "arguments", &arguments))
        return false;
    mail->link_request = (uint32_t)request;
    mail->link_generation = (uint32_t)generation;
    mail->link_purpose = (uint8_t)purpose;
    mail->hold = hold;
    return courier_copy(mail->template_name, sizeof mail->template_name, template_name) &&
           courier_copy(mail->to_person, sizeof mail->to_person, to) &&
           courier_copy(mail->about_person, sizeof mail->about_person, about) &&
           courier_copy(mail->association, sizeof mail->association, association) &&
           courier_copy(mail->link_application, sizeof mail->link_application, link) &&
           (!asker[0] || wf_address_parse(asker, &mail->asker)) && read_arguments(arguments, mail);
}

static int read_effect(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct effect *effect = state;
    json_t *head = courier_get_json(fields, "h", error);
    json_t *mail = head ? courier_get_json(fields, "m", error) : NULL;
    int result = mail ? 0 : -1;
    if (mail && (!read_head(head, effect) || !read_mail(mail, &effect->mail)))
        result = wf_fail(error, WF_BROKEN, "a stored mail has an unknown shape");
    json_decref(head);
    json_decref(mail);
    return result;
}

/* ---- plans ---- */

/* SPEC 2.6 */
static Endorse__V1__MailState reported_state(enum effect_state state)
{
    switch (state) {
    case EFFECT_SENT:
        return ENDORSE__V1__MAIL_STATE__MAIL_SENT;
    case EFFECT_BOUNCED:
        return ENDORSE__V1__MAIL_STATE__MAIL_BOUNCED;
    case EFFECT_GIVEN_UP:
        return ENDORSE__V1__MAIL_STATE__MAIL_GIVEN_UP;
    case EFFECT_NO_ADDRESS:
        return ENDORSE__V1__MAIL_STATE__MAIL_NO_ADDRESS;
    case EFFECT_UNCERTAIN:
        return ENDORSE__V1__MAIL_STATE__MAIL_UNKNOWN;
    case EFFECT_NONE:
    case EFFECT_SENDING:
    case EFFECT_WAITING:
    case EFFECT_STATE_COUNT:
        break;
    }
    return ENDORSE__V1__MAIL_STATE__MAIL_STATE_UNSPECIFIED;
}

static void report(const struct effect_event *event, const struct effect *after,
                   struct wf_plan *plan)
{
    const struct effect_mail *mail = &after->mail;
    enum wf_message message;
    if (mail->asker.service == WF_REFERENCE && strcmp(mail->asker.kind, "ratings") == 0)
        message = WF_MESSAGE_MAIL_REPORTED_RATINGS;
    else if (mail->asker.service == WF_INTAKE && strcmp(mail->asker.kind, "application") == 0)
        message = WF_MESSAGE_MAIL_REPORTED_APPLICATION;
    else
        return;
    bool doubtful = after->state == EFFECT_SENT && after->possibly_twice;
    Endorse__V1__MailReported reported = ENDORSE__V1__MAIL_REPORTED__INIT;
    reported.effect_id = (char *)event->meta.self.id;
    reported.state = reported_state(after->state);
    reported.at_ms = wf_plan_now(plan);
    reported.detail = doubtful ? (char *)"possibly sent twice" : (char *)after->detail;
    reported.to_person_id = (char *)mail->to_person;
    reported.template_name = (char *)mail->template_name;
    reported.link_request = mail->link_request;
    reported.link_generation = mail->link_generation;
    wf_plan_send(plan, message, mail->asker.id, &reported.base);
}

static int plan_effect(void *service, const void *before, const void *event,
                       struct wf_verdict verdict, const void *after, const void *effects_at,
                       struct wf_plan *plan, struct wf_error *error)
{
    (void)service;
    (void)before;
    (void)error;
    const struct effect_effects *effects = effects_at;
    if (verdict.step != WF_APPLIED)
        return 0;
    if (effects->send)
        wf_plan_perform(plan, after, sizeof(struct effect));
    if (effects->report)
        report(event, after, plan);
    if (effects->end)
        wf_plan_end(plan);
    return 0;
}

/* ---- stories ---- */

static void describe(const void *event_at, char *text, size_t size)
{
    static const char *const ended[EFFECT_KIND_COUNT] = {
        [EFFECT_ON_ACCEPTED] = "was accepted",
        [EFFECT_ON_FAILED] = "failed",
        [EFFECT_ON_REJECTED] = "was rejected",
        [EFFECT_ON_NO_ADDRESS] = "found no address",
        [EFFECT_ON_UNCERTAIN] = "may have arrived"};
    const struct effect_event *event = event_at;
    if (event->kind == EFFECT_ON_REQUESTED)
        (void)snprintf(text, size, "Mail %s to person %s was asked for.", event->mail.template_name,
                       event->mail.to_person);
    else if (event->kind == EFFECT_ON_TICK)
        (void)snprintf(text, size, "A deadline of the mail came due.");
    else
        (void)snprintf(text, size, "Attempt %" PRIu32 " %s%s%s.", event->attempt,
                       ended[event->kind], event->detail[0] ? ": " : "", event->detail);
}

static void waiting(const void *policy, const void *state, char *text, size_t size)
{
    (void)policy;
    const struct effect *effect = state;
    char until[WF_TIME_TEXT];
    if (effect->state == EFFECT_NONE) {
        (void)snprintf(text, size, "Waits for nothing: there is no such mail.");
        return;
    }
    wf_time_format(effect->due, until);
    (void)snprintf(text, size, "Waits for %s, until %s; attempt %" PRIu32 " of %d.",
                   state_waits[effect->state], until, effect->attempt, EFFECT_ATTEMPTS_MOST);
}

static void show(const void *state, struct wf_buffer *json)
{
    const struct effect *effect = state;
    json_t *object = head_json(effect);
    json_object_set_new(object, "mail", mail_json(&effect->mail));
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    WF_ASSERT(text);
    wf_buffer_text(json, text);
    free(text);
    json_decref(object);
}

const struct wf_machine effect_machine = {
    .kind = "effect",
    .state_size = sizeof(struct effect),
    .event_size = sizeof(struct effect_event),
    .effects_size = sizeof(struct effect_effects),
    .one_shot = true,
    .step = effect_step,
    .next_deadline = effect_next_deadline,
    .holds = effect_holds,
    .read = read_effect,
    .write = write_effect,
    .plan = plan_effect,
    .describe = describe,
    .waiting = waiting,
    .show = show,
};
