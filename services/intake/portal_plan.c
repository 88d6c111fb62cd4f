/* What a decision of the portal writes and sends.  SPEC 5. */
#include "portal_plan.h"

#include "telling.h"
#include "wf_arena.h"
#include "wf_cloudevent.h"
#include "wf_messages.h"

#include "endorse/v1/door.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct planning {
    struct wf_plan *plan;
    const struct portal_event *event;
    const struct portal_state *after;
    const char *id;
};

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

/* The doors read this instead of the aggregate. */
static void put_card(struct planning *planning)
{
    const struct portal_state *after = planning->after;
    Endorse__V1__PortalCard card = ENDORSE__V1__PORTAL_CARD__INIT;
    char *associations[PORTAL_ASSOCIATIONS];
    char *types[PORTAL_TYPES];
    char *keys[PORTAL_GOOD];
    ProtobufCBinaryData tokens[PORTAL_GOOD];
    struct wf_buffer packed = {0};
    for (int32_t i = 0; i < after->association_count; i++)
        associations[i] = (char *)after->associations[i].id;
    for (int32_t i = 0; i < after->type_count; i++)
        types[i] = (char *)after->types[i].prefix;
    for (int32_t i = 0; i < after->key_count; i++)
        keys[i] = (char *)after->keys[i].z85;
    for (int32_t i = 0; i < after->token_count; i++)
        tokens[i] =
            (ProtobufCBinaryData){.len = PORTAL_TOKEN, .data = (uint8_t *)after->tokens[i].sha256};
    card.n_associations = (size_t)after->association_count;
    card.associations = associations;
    card.n_allowed_types = (size_t)after->type_count;
    card.allowed_types = types;
    card.n_curve_public_keys = (size_t)after->key_count;
    card.curve_public_keys = keys;
    card.n_token_sha256 = (size_t)after->token_count;
    card.token_sha256 = tokens;
    card.revoked = after->state == PORTAL_REVOKED;
    wf_pack(&card.base, &packed);
    struct wf_index put = {.op = WF_INDEX_HASH_PUT,
                           .name = bytes_of("portals"),
                           .member = bytes_of(planning->id),
                           .value = wf_buffer_bytes(&packed)};
    struct wf_index mark = {.op = WF_INDEX_COUNT_UP, .name = bytes_of("portals:changed")};
    wf_plan_index(planning->plan, &put);
    wf_plan_index(planning->plan, &mark);
    wf_plan_perform(planning->plan, planning->id, strlen(planning->id) + 1);
    wf_buffer_fini(&packed);
}

static void set_endpoint(struct planning *planning)
{
    Endorse__V1__EndpointSet message = ENDORSE__V1__ENDPOINT_SET__INIT;
    message.url = (char *)planning->after->webhook_url;
    message.enabled = planning->after->webhook_url[0] != '\0';
    wf_plan_send(planning->plan, WF_MESSAGE_ENDPOINT_SET, planning->id, &message.base);
}

static void append_to_log(struct planning *planning)
{
    const struct portal_event *event = planning->event;
    Endorse__V1__Outcome outcome = ENDORSE__V1__OUTCOME__INIT;
    struct wf_buffer packed = {0};
    char name[WF_ID_MAX + 8];
    outcome.sequence = planning->after->outcomes;
    outcome.id = (char *)event->is.outcome.id;
    outcome.type = (char *)event->is.outcome.type;
    outcome.subject = (char *)event->is.outcome.subject;
    outcome.number = event->is.outcome.number;
    outcome.time_ms = event->is.outcome.time;
    outcome.cause = (char *)event->is.outcome.cause;
    outcome.data_json = (char *)event->is.outcome.data;
    wf_pack(&outcome.base, &packed);
    (void)snprintf(name, sizeof name, "log:%s", planning->id);
    struct wf_index index = {.op = WF_INDEX_LOG_APPEND,
                             .name = bytes_of(name),
                             .value = wf_buffer_bytes(&packed),
                             .score = (int64_t)planning->after->outcomes};
    wf_plan_index(planning->plan, &index);
    wf_buffer_fini(&packed);
}

static void push_webhook(struct planning *planning)
{
    const struct portal_event *event = planning->event;
    Endorse__V1__WebhookRequested message = ENDORSE__V1__WEBHOOK_REQUESTED__INIT;
    struct wf_cloudevent cloud = {.time = event->is.outcome.time};
    struct wf_buffer body = {0};
    (void)snprintf(cloud.id, sizeof cloud.id, "%s", event->is.outcome.id);
    (void)snprintf(cloud.source, sizeof cloud.source, "%s", WF_OUTCOME_SOURCE);
    (void)snprintf(cloud.type, sizeof cloud.type, "%s", event->is.outcome.type);
    (void)snprintf(cloud.subject, sizeof cloud.subject, "%s", event->is.outcome.subject);
    wf_cloudevent_write(&cloud, event->is.outcome.data, &body);
    wf_buffer_append(&body, "", 1);
    message.sequence = planning->after->outcomes;
    message.webhook_id = (char *)event->is.outcome.id;
    message.body_json = (char *)body.data;
    wf_plan_send(planning->plan, WF_MESSAGE_WEBHOOK_REQUESTED, planning->id, &message.base);
    wf_buffer_fini(&body);
}

int portal_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                const void *after, const void *effects, struct wf_plan *plan,
                struct wf_error *error)
{
    const struct portal_event *told = event;
    const struct portal_effects *list = effects;
    struct planning planning = {
        .plan = plan, .event = told, .after = after, .id = told->meta.self.id};
    (void)service;
    (void)before;
    (void)error;
    for (int32_t i = 0; verdict.step == WF_APPLIED && i < list->count; i++) {
        switch (list->list[i]) {
        case PORTAL_CARD:
            put_card(&planning);
            break;
        case PORTAL_ENDPOINT:
            set_endpoint(&planning);
            break;
        case PORTAL_LOG:
            append_to_log(&planning);
            break;
        case PORTAL_PUSH:
            push_webhook(&planning);
            break;
        case PORTAL_EFFECT_NONE:
            break;
        }
    }
    return 0;
}

void portal_describe(const void *event, char *text, size_t size)
{
    const struct portal_event *told = event;
    if (told->kind == PORTAL_EVENT_OUTCOME)
        (void)snprintf(text, size, "told %s of %s", told->is.outcome.type,
                       told->is.outcome.subject);
    else
        (void)snprintf(text, size, "%s", wf_message_row((enum wf_message)told->meta.message)->type);
}

void portal_waiting(const void *policy, const void *state, char *text, size_t size)
{
    const struct portal_state *portal = state;
    (void)policy;
    (void)snprintf(text, size,
                   "Nothing: a portal waits for nothing; %llu of %llu outcomes pushed%s.",
                   (unsigned long long)portal->delivered, (unsigned long long)portal->outcomes,
                   portal->webhook_off ? "; its webhook was given up" : "");
}

void portal_show(const void *state, struct wf_buffer *json)
{
    const struct portal_state *portal = state;
    json_t *object = json_object();
    json_t *associations = json_array();
    for (int32_t i = 0; i < portal->association_count; i++)
        (void)json_array_append_new(associations, json_string(portal->associations[i].id));
    json_member(object, "state", json_string(portal_state_name(portal->state)));
    json_member(object, "associations", associations);
    json_member(object, "keys", json_integer(portal->key_count));
    json_member(object, "tokens", json_integer(portal->token_count));
    json_member(object, "webhook", json_boolean(portal->webhook_url[0] != '\0'));
    json_member(object, "webhookOff", json_boolean(portal->webhook_off));
    json_member(object, "outcomes", json_integer((json_int_t)portal->outcomes));
    json_member(object, "delivered", json_integer((json_int_t)portal->delivered));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}
