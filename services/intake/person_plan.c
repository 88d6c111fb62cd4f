/* What a decision of the person sends.  SPEC 3. */
#include "person_plan.h"

#include "intake_service.h"
#include "person_profile.h"
#include "person_registry.h"
#include "telling.h"
#include "wf_arena.h"
#include "wf_messages.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct planning {
    struct telling telling;
    const struct person_event *event;
    const struct person_state *after;
    const char *id; /* of the person */
    const struct wf_policy_book *book;
};

/* What a provider was endorsed as, and from when until when. */
struct spans {
    Endorse__V1__EndorsedSpan rows[PERSON_SPANS];
    Endorse__V1__EndorsedSpan *list[PERSON_SPANS];
    char from[PERSON_SPANS][WF_DATE_TEXT], until[PERSON_SPANS][WF_DATE_TEXT];
    size_t count;
};

static void fill_spans(struct spans *spans, const struct person_state *person)
{
    spans->count = (size_t)person->span_count;
    for (int32_t i = 0; i < person->span_count; i++) {
        Endorse__V1__EndorsedSpan *row = &spans->rows[i];
        endorse__v1__endorsed_span__init(row);
        wf_date_format(person->spans[i].from, spans->from[i]);
        wf_date_format(person->spans[i].until, spans->until[i]);
        row->category = (Endorse__V1__Category)person->spans[i].category;
        row->age_line = (Endorse__V1__AgeLine)person->spans[i].age_line;
        row->from_on = spans->from[i];
        row->until_on = spans->until[i];
        row->association = (char *)person->spans[i].association;
        row->vetted = person->spans[i].category == 0;
        spans->list[i] = row;
    }
}

static void tell_facts(struct planning *planning, const struct person_link *link)
{
    Endorse__V1__PersonFacts message = ENDORSE__V1__PERSON_FACTS__INIT;
    char member_until[WF_DATE_TEXT] = "";
    char enrolled_until[WF_DATE_TEXT] = "";
    wf_date until = person_member_until(planning->book, planning->after, link->association,
                                        wf_time_to_utc_date(wf_plan_now(planning->telling.plan)));
    const struct person_enrolment *enrolment =
        person_enrolment_at(planning->after, link->association);
    wf_date_format(until, member_until);
    if (enrolment)
        wf_date_format(enrolment->until, enrolled_until);
    message.role = (Endorse__V1__LinkRole)link->role;
    message.erased = planning->after->state == PERSON_ERASED;
    message.person_id = (char *)planning->id;
    message.member_of = (char *)link->association;
    message.member_until_on = member_until;
    message.residence_region = (char *)planning->after->region;
    message.residence_country = (char *)planning->after->country;
    message.enrolled = enrolment != NULL;
    message.enrolled_until_on = enrolled_until;
    struct spans spans;
    if (link->role == LINKED_APPLICANT)
        message.earlier_application = (char *)person_earlier_application(planning->after, link);
    if (link->role != LINKED_REVIEWER) {
        fill_spans(&spans, planning->after);
        message.endorsed = spans.list;
        message.n_endorsed = spans.count;
    }
    wf_plan_send(planning->telling.plan, WF_MESSAGE_PERSON_FACTS, link->application, &message.base);
}

static void tell_address_moved(struct planning *planning, const struct person_link *link)
{
    Endorse__V1__RaterAddressChanged message = ENDORSE__V1__RATER_ADDRESS_CHANGED__INIT;
    message.rater_id = (char *)planning->id;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_RATER_ADDRESS_CHANGED, link->application,
                 &message.base);
}

static void touch(struct planning *planning, const struct person_effect *effect)
{
    Endorse__V1__PersonTouched message = ENDORSE__V1__PERSON_TOUCHED__INIT;
    message.person_id = (char *)planning->id;
    message.answer = effect->categories != 0;
    message.erased = planning->after->state == PERSON_ERASED;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_PERSON_TOUCHED_PAPER,
                 planning->after->links[effect->index].application, &message.base);
}

static void pass_on(struct planning *planning)
{
    const struct person_event *event = planning->event;
    Endorse__V1__StandingFact message = ENDORSE__V1__STANDING_FACT__INIT;
    char standing[sizeof event->is.fact.association + WF_ID_MAX + 2];
    (void)snprintf(standing, sizeof standing, "%s~%s", event->is.fact.association, planning->id);
    message.type = (char *)wf_message_row((enum wf_message)event->meta.message)->type;
    message.data =
        (ProtobufCBinaryData){.data = (uint8_t *)event->is.fact.data, .len = event->is.fact.size};
    message.event_id = (char *)event->meta.message_id;
    message.portal = (char *)event->meta.actor;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_STANDING_FACT, standing, &message.base);
}

static void standing_id(const struct planning *planning, const char *association,
                        char id[static WF_ID_MAX + 1])
{
    (void)snprintf(id, WF_ID_MAX + 1, "%s~%s", association, planning->id);
}

/* What counts at an association now: until when, or that it is over. */
static void pass_membership(struct planning *planning, const struct person_effect *effect)
{
    const struct person_event *event = planning->event;
    Endorse__V1__MembershipVerified verified = ENDORSE__V1__MEMBERSHIP_VERIFIED__INIT;
    Endorse__V1__MembershipExpired expired = ENDORSE__V1__MEMBERSHIP_EXPIRED__INIT;
    Endorse__V1__StandingFact message = ENDORSE__V1__STANDING_FACT__INIT;
    bool ended = event->kind == PERSON_EVENT_MEMBERSHIP_EXPIRED;
    struct wf_buffer packed = {0};
    char standing[WF_ID_MAX + 1];
    char day[WF_DATE_TEXT];
    wf_date first_without = effect->until == WF_NO_DATE ? event->is.fact.until : effect->until + 1;
    wf_date_format(ended ? first_without : effect->until, day);
    verified.association = expired.association = (char *)effect->association;
    verified.until_on = expired.expired_on = day;
    wf_pack(ended ? &expired.base : &verified.base, &packed);
    message.type = (char *)wf_message_row(ended ? WF_MESSAGE_MEMBERSHIP_EXPIRED
                                                : WF_MESSAGE_MEMBERSHIP_VERIFIED)
                       ->type;
    message.data = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    standing_id(planning, effect->association, standing);
    wf_plan_send(planning->telling.plan, WF_MESSAGE_STANDING_FACT, standing, &message.base);
    wf_buffer_fini(&packed);
}

/* The hours as their event had them, with what the provider was endorsed as. */
static void pass_activity(struct planning *planning, const struct person_effect *effect)
{
    const struct person_activity *activity = &planning->after->activities[effect->index];
    Endorse__V1__ActivityAdded data = ENDORSE__V1__ACTIVITY_ADDED__INIT;
    Endorse__V1__StandingFact message = ENDORSE__V1__STANDING_FACT__INIT;
    bool is_its_event = planning->event->kind == PERSON_EVENT_ACTIVITY;
    struct wf_buffer packed = {0};
    char standing[WF_ID_MAX + 1];
    char from[WF_DATE_TEXT];
    char until[WF_DATE_TEXT];
    wf_date_format(activity->from, from);
    wf_date_format(activity->until, until);
    data.activity_id = (char *)activity->id;
    data.topic = (Endorse__V1__TrainingTopic)activity->topic;
    data.training_hundredths = activity->training;
    data.rsc_hundredths = activity->rsc;
    data.peer = activity->peer;
    data.reviewing = activity->reviewing;
    data.from_on = from;
    data.until_on = until;
    data.provider_id = (char *)activity->provider;
    wf_pack(&data.base, &packed);
    message.type = (char *)wf_message_row(WF_MESSAGE_ACTIVITY_ADDED)->type;
    message.data = (ProtobufCBinaryData){.data = packed.data, .len = packed.length};
    message.provider_categories = activity->categories;
    message.event_id = (char *)(is_its_event ? planning->event->meta.message_id : "");
    message.portal = (char *)(is_its_event ? planning->event->meta.actor : "");
    standing_id(planning, effect->association, standing);
    wf_plan_send(planning->telling.plan, WF_MESSAGE_STANDING_FACT, standing, &message.base);
    wf_buffer_fini(&packed);
}

static void ask_provider(struct planning *planning, const struct person_activity *activity)
{
    Endorse__V1__ProviderAsked message = ENDORSE__V1__PROVIDER_ASKED__INIT;
    char on[WF_DATE_TEXT];
    wf_date_format(activity->from, on);
    message.person_id = (char *)planning->id;
    message.activity_id = (char *)activity->id;
    message.on = on;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_PROVIDER_ASKED, activity->provider,
                 &message.base);
}

static void answer_provider(struct planning *planning, uint32_t categories)
{
    Endorse__V1__ProviderTold message = ENDORSE__V1__PROVIDER_TOLD__INIT;
    message.activity_id = (char *)planning->event->is.asked.activity;
    message.categories = categories;
    wf_plan_send(planning->telling.plan, WF_MESSAGE_PROVIDER_TOLD, planning->event->is.asked.person,
                 &message.base);
}

static void erase_standing(struct planning *planning, const char *association)
{
    Endorse__V1__PersonErased message = ENDORSE__V1__PERSON_ERASED__INIT;
    char standing[WF_ID_MAX + 1];
    message.person_id = (char *)planning->id;
    standing_id(planning, association, standing);
    wf_plan_send(planning->telling.plan, WF_MESSAGE_PERSON_ERASED, standing, &message.base);
}

/* SPEC 3.7 */
static void destroy_key(struct planning *planning)
{
    wf_plan_perform(planning->telling.plan, planning->id, strlen(planning->id) + 1);
}

static json_t *status_name(int32_t status)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&endorse__v1__standing_status__descriptor, status);
    return value ? json_string(value->name) : NULL;
}

static json_t *standing_json(const struct person_standing *standing)
{
    json_t *data = json_object();
    json_member(data, "association", json_string(standing->association));
    json_member(data, "category", json_category(standing->category));
    json_member(data, "ageLine", json_age_line(standing->age_line));
    json_member(data, "status", status_name(standing->status));
    json_member(data, "since", json_date(standing->since));
    json_member(data, "renewalDue", json_date(standing->renewal_due));
    if (standing->application[0])
        json_member(data, "applicationId", json_string(standing->application));
    return data;
}

static json_t *fact_refusal_json(const struct person_event *event)
{
    json_t *data = telling_refusal(event->is.refusal.event, event->is.refusal.type,
                                   event->is.refusal.reason, event->is.refusal.text);
    if (event->is.refusal.edition[0])
        json_member(data, "edition", json_string(event->is.refusal.edition));
    if (event->is.refusal.requirements[0])
        json_member(data, "requirements", json_loads(event->is.refusal.requirements, 0, NULL));
    if (event->is.refusal.not_counted[0])
        json_member(data, "notCounted", json_loads(event->is.refusal.not_counted, 0, NULL));
    return data;
}

static enum intake_outcome outcome_of_note(const char *about)
{
    return strcmp(about, "audit") == 0 ? INTAKE_OUTCOME_AUDIT_CHANGED
                                       : INTAKE_OUTCOME_RENEWAL_JUDGED;
}

static void tell_note(struct planning *planning, const char *portal)
{
    json_t *data = json_loads(planning->event->is.note.data, 0, NULL);
    if (data == NULL) /* our own program wrote it */
        return;
    telling_tell(&planning->telling,
                 (struct told){.outcome = outcome_of_note(planning->event->is.note.about),
                               .portal = portal,
                               .cause = "",
                               .data = data});
}

static void carry_out(struct planning *planning, const struct person_effect *effect)
{
    switch (effect->kind) {
    case PERSON_FACTS:
        tell_facts(planning, &planning->after->links[effect->index]);
        break;
    case PERSON_ADDRESS_MOVED:
        tell_address_moved(planning, &planning->after->links[effect->index]);
        break;
    case PERSON_TOUCHED:
        touch(planning, effect);
        break;
    case PERSON_TOUCH_READER:
    case PERSON_PUT_READER:
        person_tell_reader(planning->telling.plan, planning->after, planning->event);
        break;
    case PERSON_PASS_ON:
        pass_on(planning);
        break;
    case PERSON_TELL_STANDING:
        telling_tell(
            &planning->telling,
            (struct told){.outcome = INTAKE_OUTCOME_STANDING_CHANGED,
                          .portal = effect->portal,
                          .cause = "",
                          .data = standing_json(&planning->after->standings[effect->index])});
        break;
    case PERSON_TELL_REFUSAL:
        telling_tell(&planning->telling, (struct told){.outcome = INTAKE_OUTCOME_EVENT_REFUSED,
                                                       .portal = planning->event->is.refusal.portal,
                                                       .cause = planning->event->is.refusal.event,
                                                       .data = fact_refusal_json(planning->event)});
        break;
    case PERSON_TELL_NOTE:
        tell_note(planning, effect->portal);
        break;
    case PERSON_PASS_MEMBERSHIP:
        pass_membership(planning, effect);
        break;
    case PERSON_PASS_ACTIVITY:
        pass_activity(planning, effect);
        break;
    case PERSON_ASK_PROVIDER:
        ask_provider(planning, &planning->after->activities[effect->index]);
        break;
    case PERSON_ANSWER_PROVIDER:
        answer_provider(planning, effect->categories);
        break;
    case PERSON_ERASE_STANDING:
        erase_standing(planning, effect->association);
        break;
    case PERSON_DESTROY_KEY:
        destroy_key(planning);
        break;
    case PERSON_TELL_ERASED:
        telling_tell(&planning->telling, (struct told){.outcome = INTAKE_OUTCOME_PERSON_ERASED,
                                                       .portal = planning->after->keeper,
                                                       .cause = "",
                                                       .data = json_object()});
        break;
    case PERSON_EFFECT_NONE:
        break;
    }
}

static json_t *refusal_json(const struct person_event *event, enum person_reason_id reason)
{
    const char *type = wf_message_row((enum wf_message)event->meta.message)->type;
    return telling_refusal(event->meta.message_id, type, person_reasons[reason].code,
                           person_reasons[reason].text);
}

int person_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error)
{
    const struct person_event *told = event;
    const struct person_effects *list = effects;
    struct planning planning = {.telling = {.plan = plan, .meta = &told->meta},
                                .event = told,
                                .after = after,
                                .id = told->meta.self.id,
                                .book = ((const struct intake *)service)->book};
    (void)error;
    telling_hold(&planning.telling);
    if (verdict.step == WF_REFUSED) {
        telling_tell(
            &planning.telling,
            (struct told){.outcome = INTAKE_OUTCOME_EVENT_REFUSED,
                          .portal = told->meta.actor,
                          .cause = told->meta.message_id,
                          .data = refusal_json(told, (enum person_reason_id)verdict.reason)});
        /* Its text was sealed before it was refused, and for that a key was made anew. */
        if (verdict.reason == PERSON_REASON_ERASED)
            destroy_key(&planning);
        return 0;
    }
    for (int32_t i = 0; i < list->count; i++)
        carry_out(&planning, &list->list[i]);
    person_registry_plan(before, after, told->meta.self.id, plan);
    return 0;
}

static const char *role_name(int32_t role)
{
    static const char *const roles[] = {"",         "applicant", "rater",
                                        "reviewer", "named in",  "RSC provider"};
    return role > 0 && role <= LINKED_PROVIDER ? roles[role] : roles[0];
}

void person_describe(const void *event, char *text, size_t size)
{
    const struct person_event *told = event;
    switch (told->kind) {
    case PERSON_EVENT_NAME:
        (void)snprintf(text, size, "name changed (sealed)");
        break;
    case PERSON_EVENT_ADDRESS:
        (void)snprintf(text, size, "address changed (sealed)");
        break;
    case PERSON_EVENT_RESIDENCE:
        (void)snprintf(text, size, "residence changed");
        break;
    case PERSON_EVENT_MEMBERSHIP_VERIFIED:
        (void)snprintf(text, size, "member of %s", told->is.fact.association);
        break;
    case PERSON_EVENT_MEMBERSHIP_EXPIRED:
        (void)snprintf(text, size, "member of %s no longer", told->is.fact.association);
        break;
    case PERSON_EVENT_ENROLLED:
        (void)snprintf(text, size, "enrolled as reviewer of %s", told->is.enrolment.association);
        break;
    case PERSON_EVENT_LINKED:
        (void)snprintf(text, size, "%s %s of application %s",
                       told->is.linked.ended ? "no longer" : "now",
                       role_name(told->is.linked.link.role), told->is.linked.link.application);
        break;
    case PERSON_EVENT_STANDING_CHANGED:
        (void)snprintf(text, size, "standing at %s changed", told->is.standing.association);
        break;
    case PERSON_EVENT_FACT_REFUSED:
        (void)snprintf(text, size, "renewal refused event %s: %s", told->is.refusal.event,
                       told->is.refusal.reason);
        break;
    case PERSON_EVENT_ACTIVITY:
        (void)snprintf(text, size, "hours added: %s", told->is.activity.id);
        break;
    case PERSON_EVENT_PROVIDER_ASKED:
        (void)snprintf(text, size, "asked what she was endorsed as when giving hours %s",
                       told->is.asked.activity);
        break;
    case PERSON_EVENT_PROVIDER_TOLD:
        (void)snprintf(text, size, "the provider of hours %s was %s", told->is.told.activity,
                       told->is.told.categories ? "endorsed" : "not endorsed");
        break;
    case PERSON_EVENT_NOTED:
        (void)snprintf(text, size, "renewal at %s: %s", told->is.note.association,
                       told->is.note.about);
        break;
    case PERSON_EVENT_ERASURE:
        (void)snprintf(text, size, "erased");
        break;
    case PERSON_EVENT_KEY_DESTROYED:
        (void)snprintf(text, size, "the key is destroyed");
        break;
    case PERSON_EVENT_PROFILE:
    case PERSON_EVENT_READER:
    case PERSON_EVENT_TICK:
    case PERSON_EVENT_STANDING_FACT:
    case PERSON_EVENT_TRANSFERRED:
    case PERSON_EVENT_VERIFIED:
    case PERSON_EVENT_COUNT:
        (void)snprintf(text, size, "%s", wf_message_row((enum wf_message)told->meta.message)->type);
        break;
    }
}

void person_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct person_state *person = state;
    char due[WF_TIME_TEXT];
    (void)policy;
    if (person->key_due != 0) {
        wf_time_format(person->key_due, due);
        (void)snprintf(text, size,
                       "The destruction of the key; at %s it is tried again if it is not done.",
                       due);
        return;
    }
    (void)snprintf(text, size, "Nothing: a person waits for nothing; part in %d open applications.",
                   person->link_count);
}

static json_t *links_json(const struct person_state *person)
{
    json_t *list = json_array();
    for (int32_t i = 0; i < person->link_count; i++) {
        const struct person_link *link = &person->links[i];
        json_t *object = json_object();
        json_member(object, "application", json_string(link->application));
        json_member(object, "as", json_string(role_name(link->role)));
        (void)json_array_append_new(list, object);
    }
    return list;
}

void person_show(const void *state, struct wf_buffer *json)
{
    const struct person_state *person = state;
    json_t *object = json_object();
    json_t *standings = json_array();
    json_t *memberships = json_array();
    for (int32_t i = 0; i < person->standing_count; i++)
        (void)json_array_append_new(standings, standing_json(&person->standings[i]));
    for (int32_t i = 0; i < person->membership_count; i++) {
        json_t *membership = json_object();
        json_member(membership, "association", json_string(person->memberships[i].association));
        json_member(membership, "until", json_date(person->memberships[i].until));
        (void)json_array_append_new(memberships, membership);
    }
    json_member(object, "state", json_string(person_state_name(person->state)));
    json_member(object, "keeper", json_string(person->keeper));
    json_member(object, "hasName", json_boolean(person->name.length > 0));
    json_member(object, "hasAddress", json_boolean(person->email.length > 0));
    json_member(object, "memberships", memberships);
    json_member(object, "enrolments", json_integer(person->enrolment_count));
    json_member(object, "standings", standings);
    json_member(object, "hours", json_integer(person->activity_count));
    json_member(object, "applications", links_json(person));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}
