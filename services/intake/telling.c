#include "telling.h"

#include "wf_messages.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORTAL_ACTOR "portal/"

const char *intake_outcome_type(enum intake_outcome outcome)
{
    static const char *const types[INTAKE_OUTCOME_COUNT] = {
#define INTAKE_OUTCOME(symbol, type, members) [INTAKE_OUTCOME_##symbol] = type,
#include "outcomes.def"
#undef INTAKE_OUTCOME
    };
    return types[outcome];
}

/* NULL: the actor is no portal. */
static const char *portal_id(const char *actor)
{
    size_t length = strlen(PORTAL_ACTOR);
    return strncmp(actor, PORTAL_ACTOR, length) == 0 && wf_id_is_valid(actor + length)
               ? actor + length
               : NULL;
}

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

/* "application/MA-1" */
static void subject_of(const struct wf_address *self, char subject[static WF_ADDRESS_MAX + 1])
{
    (void)snprintf(subject, WF_ADDRESS_MAX + 1, "%s/%s", self->kind, self->id);
}

void telling_hold(struct telling *telling)
{
    const char *portal = portal_id(telling->meta->actor);
    char subject[WF_ADDRESS_MAX + 1];
    char name[WF_ID_MAX + 8];
    char member[WF_ADDRESS_MAX + WF_ID_MAX + 4];
    if (!portal)
        return;
    subject_of(&telling->meta->self, subject);
    (void)snprintf(name, sizeof name, "held:%s", portal);
    (void)snprintf(member, sizeof member, "%s %s", subject, telling->meta->message_id);
    struct wf_index index = {.op = WF_INDEX_ZSET_PUT,
                             .name = bytes_of(name),
                             .member = bytes_of(member),
                             .score = wf_plan_now(telling->plan)};
    wf_plan_index(telling->plan, &index);
}

void telling_effect_id(struct telling *telling, char id[static 33])
{
    wf_plan_effect_id(telling->plan, telling->ordinal++, id);
}

void telling_tell(struct telling *telling, struct told told)
{
    Endorse__V1__OutcomeRecorded message = ENDORSE__V1__OUTCOME_RECORDED__INIT;
    const char *portal = portal_id(told.portal);
    char subject[WF_ADDRESS_MAX + 1];
    char id[33];
    if (!portal) {
        json_decref(told.data);
        return;
    }
    struct wf_address to = wf_address_make(WF_INTAKE, "portal", portal);
    char *data = json_dumps(told.data, JSON_COMPACT);
    json_decref(told.data);
    WF_ASSERT(data);
    subject_of(&telling->meta->self, subject);
    telling_effect_id(telling, id);
    message.id = id;
    message.type = (char *)intake_outcome_type(told.outcome);
    message.subject = subject;
    message.time_ms = wf_plan_now(telling->plan);
    message.cause = (char *)told.cause;
    message.data_json = data;
    /* An aggregate tells a portal nothing else, so its lane counts the outcomes.  SPEC 6. */
    message.number = wf_plan_lane_sequence(telling->plan, &to) + 1;
    wf_plan_send(telling->plan, WF_MESSAGE_OUTCOME_RECORDED, portal, &message.base);
    free(data);
}

json_t *telling_refusal(const char *event, const char *type, const char *reason, const char *text)
{
    json_t *data = json_object();
    json_member(data, "event", json_string(event));
    json_member(data, "type", json_string(type));
    json_member(data, "reason", json_string(reason));
    json_member(data, "text", json_string(text));
    return data;
}

json_t *json_date(wf_date date)
{
    char text[WF_DATE_TEXT];
    if (date == WF_NO_DATE)
        return NULL;
    wf_date_format(date, text);
    return json_string(text);
}

json_t *json_time(wf_time time)
{
    char text[WF_TIME_TEXT];
    if (time == 0 || time == WF_NEVER)
        return NULL;
    wf_time_format(time, text);
    return json_string(text);
}

static json_t *json_enum(const ProtobufCEnumDescriptor *descriptor, int32_t number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, number);
    return value ? json_string(value->name) : NULL;
}

json_t *json_category(int32_t category)
{
    return json_enum(&endorse__v1__category__descriptor, category);
}

json_t *json_age_line(int32_t age_line)
{
    return json_enum(&endorse__v1__age_line__descriptor, age_line);
}

void json_member(json_t *object, const char *name, json_t *value)
{
    if (value)
        WF_ASSERT(json_object_set_new(object, name, value) == 0);
}
