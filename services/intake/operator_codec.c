/* Stored fields of an operator, events, and what a decision sends.  Numbers are kept for ever. */
#include "operator_codec.h"

#include "paper_codec.h"
#include "payload_reader.h"
#include "record_collection.h"
#include "telling.h"
#include "wf_arena.h"
#include "wf_config.h"
#include "wf_worker.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROLES = 4 };

static const char *state_name(int value)
{
    return operator_state_name((enum operator_state_id)value);
}

static const struct record_member head[] = {
    RECORD_ENUM(1, operator_state, state, state_name, OPERATOR_STATE_COUNT),
    RECORD(2, INT, operator_state, roles),
    RECORD(3, BYTES, operator_state, key),
    RECORD(4, TEXT, operator_state, person),
};

void operator_write(const void *state, struct wf_fields *fields)
{
    record_write_field(RECORD_TABLE(head), "head", state, fields);
    wf_fields_sort(fields);
}

int operator_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    const struct wf_field *field = wf_fields_find(fields, "head");
    if (fields->count == 0)
        return 0;
    if (!field)
        return wf_fail(error, WF_BROKEN, "operator has fields but no head");
    return record_read(RECORD_TABLE(head), field->value, state, error);
}

int operator_decode(void *service, const ProtobufCMessage *payload, void *event,
                    struct wf_error *error)
{
    struct operator_event *decoded = event;
    struct payload_reader reader = {.error = error};
    (void)service;
    if (decoded->meta.message == WF_MESSAGE_OPERATOR_REVOKE) {
        const Endorse__V1__OperatorRevoke *from = (const Endorse__V1__OperatorRevoke *)payload;
        decoded->kind = OPERATOR_EVENT_REVOKE;
        return paper_take_signer(from->checked, from->seal, &decoded->signer, error);
    }
    const Endorse__V1__OperatorPut *put = (const Endorse__V1__OperatorPut *)payload;
    decoded->kind = OPERATOR_EVENT_PUT;
    PAYLOAD_TEXT(&reader, decoded->person, put, person_id);
    for (size_t i = 0; i < put->n_roles; i++)
        decoded->roles |= 1 << (int)put->roles[i];
    if (put->public_key.len != OPERATOR_KEY)
        return wf_fail(error, WF_INVALID, "public_key has not 32 bytes");
    memcpy(decoded->key, put->public_key.data, OPERATOR_KEY);
    if (put->checked && put->checked->first)
        return reader.bad ? -1 : 0;
    return reader.bad ? -1 : paper_take_signer(put->checked, put->seal, &decoded->signer, error);
}

/* ---- what is sent ---- */

static size_t list_roles(int32_t bits, Endorse__V1__OperatorRole roles[static ROLES])
{
    size_t count = 0;
    for (int role = 1; role <= ROLES; role++) {
        if (bits >> role & 1)
            roles[count++] = (Endorse__V1__OperatorRole)role;
    }
    return count;
}

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

static void tell_exam(struct wf_plan *plan, const char *id, const struct operator_state *after)
{
    Endorse__V1__OperatorCard card = ENDORSE__V1__OPERATOR_CARD__INIT;
    Endorse__V1__OperatorRole roles[ROLES];
    card.n_roles = list_roles(after->roles, roles);
    card.roles = roles;
    card.public_key = (ProtobufCBinaryData){.len = OPERATOR_KEY, .data = (uint8_t *)after->key};
    card.revoked = after->state == OPERATOR_REVOKED;
    wf_plan_send(plan, WF_MESSAGE_OPERATOR_CARD, id, &card.base);
}

static void list_it(struct wf_plan *plan, const char *id, const struct operator_state *after)
{
    Endorse__V1__OperatorPage page = ENDORSE__V1__OPERATOR_PAGE__INIT;
    Endorse__V1__OperatorRow row = ENDORSE__V1__OPERATOR_ROW__INIT;
    Endorse__V1__OperatorRow *rows[] = {&row};
    Endorse__V1__OperatorRole roles[ROLES];
    struct wf_buffer packed = {0};
    row.id = (char *)id;
    row.n_roles = list_roles(after->roles, roles);
    row.roles = roles;
    row.revoked = after->state == OPERATOR_REVOKED;
    row.person_id = (char *)after->person;
    page.n_operators = 1;
    page.operators = rows;
    wf_pack(&page.base, &packed);
    struct wf_index index = {.op = WF_INDEX_HASH_PUT,
                             .name = bytes_of("operators"),
                             .member = bytes_of(id),
                             .value = wf_buffer_bytes(&packed)};
    wf_plan_index(plan, &index);
    wf_buffer_fini(&packed);
}

int operator_plan(void *service, const void *before, const void *event, struct wf_verdict verdict,
                  const void *after, const void *effects, struct wf_plan *plan,
                  struct wf_error *error)
{
    const struct operator_event *told = event;
    (void)service;
    (void)before;
    (void)error;
    if (verdict.step != WF_APPLIED || !((const struct operator_effects *)effects)->tell)
        return 0;
    tell_exam(plan, told->meta.self.id, after);
    list_it(plan, told->meta.self.id, after);
    return 0;
}

/* ---- words and the list ---- */

void operator_waiting(const void *policy, const void *state, char *text, size_t size)
{
    (void)policy;
    (void)state;
    (void)snprintf(text, size, "Nothing: an operator waits for nothing.");
}

void operator_show(const void *state, struct wf_buffer *json)
{
    const struct operator_state *known = state;
    json_t *object = json_object();
    json_t *names = json_array();
    Endorse__V1__OperatorRole roles[ROLES];
    size_t count = list_roles(known->roles, roles);
    for (size_t i = 0; i < count; i++) {
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
            &endorse__v1__operator_role__descriptor, (int)roles[i]);
        (void)json_array_append_new(names, json_string(value ? value->name : ""));
    }
    json_member(object, "state", json_string(operator_state_name(known->state)));
    json_member(object, "roles", names);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (text)
        wf_buffer_text(json, text);
    free(text);
}

/* Packed messages of one type, one behind the other, are one message with all their items. */
static void append_row(void *context, struct wf_bytes id, struct wf_bytes value)
{
    (void)id;
    wf_buffer_append(context, value.data, value.length);
}

int operator_list(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                  const char *id, const void *state, struct wf_buffer *reply,
                  struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    unsigned instances = wf_config_instances(config, WF_INTAKE);
    unsigned instance = (unsigned)wf_config_number(config, "instance");
    (void)service;
    (void)payload;
    (void)id;
    (void)state;
    for (unsigned partition = instance; partition < WF_PARTITIONS; partition += instances) {
        if (wf_store_hash(wf_worker_store(worker), partition, "operators", append_row, reply,
                          error) < 0)
            return -1;
    }
    return 0;
}
