#include "operator_seal.h"

#include "operator_codec.h"
#include "person_codec.h"
#include "wf_arena.h"
#include "wf_messages.h"
#include "wf_operator_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACT_ARENA = 128 * 1024, ROLES = 4 };

static int load_operator(const struct intake *intake, const char *id, struct operator_state *state,
                         struct wf_error *error)
{
    struct wf_load load = {.kind = "operator", .id = id};
    int result = wf_store_load(wf_worker_store(intake->worker), &load, 1, error);
    memset(state, 0, sizeof *state);
    if (result == 0)
        result = operator_read(&load.fields, state, error);
    wf_fields_fini(&load.fields);
    return result;
}

/* Whether the person behind an operator reads exams: nobody both reads and redacts. */
static int is_reader(const struct intake *intake, const char *person, bool *reads,
                     struct wf_error *error)
{
    struct wf_load load = {.kind = "person", .id = person};
    struct person_state *state = calloc(1, sizeof *state);
    WF_ASSERT(state);
    *reads = false;
    int result = person[0] ? wf_store_load(wf_worker_store(intake->worker), &load, 1, error) : 0;
    if (result == 0 && person[0])
        result = person_read(&load.fields, state, error);
    *reads = state->reader[0] != '\0';
    wf_fields_fini(&load.fields);
    free(state);
    return result;
}

int operator_check(const struct intake *intake, const char *type, const struct wf_address *self,
                   const ProtobufCMessage *act, const Endorse__V1__OperatorSeal *seal,
                   struct paper_signer *signer, struct wf_error *error)
{
    struct operator_state state;
    char address[WF_ADDRESS_MAX + 1];
    memset(signer, 0, sizeof *signer);
    if (!seal || seal->signature.len != WF_OPERATOR_SIGNATURE ||
        strlen(seal->operator_) > PAPER_OPERATOR || !wf_id_is_valid(seal->operator_))
        return wf_fail(error, WF_DENIED, "this needs an operator's seal");
    if (load_operator(intake, seal->operator_, &state, error) < 0)
        return -1;
    wf_address_format(self, address);
    struct wf_operator_place place = {.type = type, .aggregate = address, .time = seal->time_ms};
    if (wf_operator_verify(state.key, &place, act, seal->signature.data,
                           wf_worker_now(intake->worker), error) < 0)
        return -1;
    if (state.state != OPERATOR_ACTIVE)
        return wf_fail(error, WF_DENIED, "this needs an operator's seal");
    (void)snprintf(signer->id, sizeof signer->id, "%s", seal->operator_);
    signer->roles = state.roles;
    return is_reader(intake, state.person, &signer->reads, error);
}

static void note_any(void *context, struct wf_bytes member, struct wf_bytes value)
{
    (void)member;
    (void)value;
    *(bool *)context = true;
}

static int is_first(const struct intake *intake, bool *first, struct wf_error *error)
{
    bool any = false;
    for (unsigned partition = 0; partition < WF_PARTITIONS && !any; partition++) {
        if (wf_store_hash(wf_worker_store(intake->worker), partition, "operators", note_any, &any,
                          error) < 0)
            return -1;
    }
    *first = !any;
    return 0;
}

/* The ids of all operators, one behind the other, each ended by NUL. */
static void take_id(void *context, struct wf_bytes member, struct wf_bytes value)
{
    (void)value;
    wf_buffer_append(context, member.data, member.length);
    wf_buffer_append(context, "", 1);
}

/* One key under two ids would count twice, and a revoked key is nobody's any more.  The same act sent again is
 * not judged here. */
static int check_own_key(const struct intake *intake, const char *self,
                         const Endorse__V1__OperatorPut *put, struct wf_error *error)
{
    struct wf_buffer ids = {0};
    int result = 0;
    for (unsigned partition = 0; partition < WF_PARTITIONS && result == 0; partition++)
        result = wf_store_hash(wf_worker_store(intake->worker), partition, "operators", take_id,
                               &ids, error) < 0
                     ? -1
                     : 0;
    for (size_t at = 0; at < ids.length && result == 0;
         at += strlen((const char *)ids.data + at) + 1) {
        struct operator_state state;
        result = load_operator(intake, (const char *)ids.data + at, &state, error);
        if (result == 0 && strcmp((const char *)ids.data + at, self) != 0 &&
            put->public_key.len == sizeof state.key &&
            memcmp(put->public_key.data, state.key, sizeof state.key) == 0)
            result = wf_fail(error, WF_DENIED, "this key is or was another operator's");
    }
    wf_buffer_fini(&ids);
    return result;
}

/* Where the act has its member of that name. */
static void *member(ProtobufCMessage *act, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(act->descriptor, name);
    WF_ASSERT(field && field->type == PROTOBUF_C_TYPE_MESSAGE);
    return (uint8_t *)act + field->offset;
}

static int fill_in(const struct intake *intake, const struct wf_event_meta *meta,
                   ProtobufCMessage *act, Endorse__V1__SealChecked *checked, struct wf_error *error)
{
    const Endorse__V1__OperatorSeal *seal = *(Endorse__V1__OperatorSeal **)member(act, "seal");
    const char *type = wf_message_row((enum wf_message)meta->message)->type;
    struct paper_signer signer;
    bool first = false;
    if (meta->message == WF_MESSAGE_OPERATOR_PUT &&
        check_own_key(intake, meta->self.id, (const Endorse__V1__OperatorPut *)act, error) < 0)
        return -1;
    if (!seal && meta->message == WF_MESSAGE_OPERATOR_PUT) {
        if (is_first(intake, &first, error) < 0)
            return -1;
        checked->first = first;
        return first ? 0 : wf_fail(error, WF_DENIED, "this needs an operator's seal");
    }
    if (operator_check(intake, type, &meta->self, act, seal, &signer, error) < 0)
        return -1;
    checked->known = true;
    checked->reads = signer.reads;
    for (int role = 1; role <= ROLES; role++) {
        if (signer.roles >> role & 1)
            checked->roles[checked->n_roles++] = (Endorse__V1__OperatorRole)role;
    }
    return 0;
}

int operator_seal_act(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                      struct wf_buffer *kept, struct wf_error *error)
{
    Endorse__V1__SealChecked checked = ENDORSE__V1__SEAL_CHECKED__INIT;
    Endorse__V1__OperatorRole roles[ROLES];
    struct wf_arena arena;
    int result = -1;
    checked.roles = roles;
    wf_arena_init(&arena, ACT_ARENA);
    ProtobufCMessage *act =
        wf_unpack(wf_message_row((enum wf_message)meta->message)->descriptor, payload, &arena);
    if (!act)
        (void)wf_fail(error, WF_INVALID, "payload is no act of an operator");
    else
        result = fill_in(service, meta, act, &checked, error);
    if (result == 0) {
        *(Endorse__V1__SealChecked **)member(act, "checked") = &checked;
        wf_pack(act, kept);
    }
    wf_arena_fini(&arena);
    return result;
}
