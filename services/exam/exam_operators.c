/* Seals under operators' acts: checked before the journal, against the cards that intake sent.  SPEC 6.6. */
#include "exam_service.h"

#include "wf_operator_seal.h"

#include <string.h>

struct wanted_card {
    const char *id;
    struct operator_card card;
    bool broken;
};

static void take_card(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct wanted_card *wanted = context;
    struct wf_fields fields = {0};
    struct wf_error error = {0};
    if (member.length != strlen(wanted->id) || memcmp(member.data, wanted->id, member.length) != 0)
        return;
    wf_fields_add(&fields, (struct wf_bytes){(const uint8_t *)"head", 4}, value);
    wanted->broken = operator_read(&fields, &wanted->card, &error) < 0;
    wf_fields_fini(&fields);
}

static int find_card(const struct exam_service *service, const char *id, struct operator_card *card,
                     struct wf_error *error)
{
    struct wanted_card wanted = {.id = id};
    if (wf_store_hash(service->store, wf_partition(id), "operators", take_card, &wanted, error))
        return -1;
    *card = wanted.card;
    return 0;
}

static int know_members(const struct exam_service *service, const ProtobufCMessage *act,
                        bool *known, struct wf_error *error)
{
    *known = true;
    if (act->descriptor != &endorse__v1__split_decided__descriptor)
        return 0;
    const Endorse__V1__SplitDecided *split = (const void *)act;
    for (size_t i = 0; i < split->n_members; i++) {
        struct operator_card card;
        if (find_card(service, split->members[i], &card, error))
            return -1;
        *known = *known && card.known && !card.revoked;
    }
    return 0;
}

/* Where the seal and what was checked stand in the three acts. */
static Endorse__V1__OperatorSeal **seal_of(ProtobufCMessage *act,
                                           Endorse__V1__OperatorChecked ***checked)
{
    if (act->descriptor == &endorse__v1__split_decided__descriptor) {
        *checked = &((Endorse__V1__SplitDecided *)act)->checked;
        return &((Endorse__V1__SplitDecided *)act)->seal;
    }
    if (act->descriptor == &endorse__v1__non_conflict_pinned__descriptor) {
        *checked = &((Endorse__V1__NonConflictPinned *)act)->checked;
        return &((Endorse__V1__NonConflictPinned *)act)->seal;
    }
    *checked = &((Endorse__V1__CorrectionApproved *)act)->checked;
    return &((Endorse__V1__CorrectionApproved *)act)->seal;
}

static bool is_signed(const struct exam_service *service, const struct operator_card *card,
                      const struct wf_event_meta *meta, const ProtobufCMessage *act,
                      const Endorse__V1__OperatorSeal *seal)
{
    char address[WF_ADDRESS_MAX + 1];
    struct wf_error error = {0};
    if (!card->known || card->revoked || seal->signature.len != WF_OPERATOR_SIGNATURE)
        return false;
    wf_address_format(&meta->self, address);
    struct wf_operator_place place = {.type = wf_message_row((enum wf_message)meta->message)->type,
                                      .aggregate = address,
                                      .time = seal->time_ms};
    wf_time now = service->worker ? wf_worker_now(service->worker) : seal->time_ms;
    return wf_operator_verify(card->public_key, &place, act, seal->signature.data, now, &error) ==
           0;
}

int exam_seal_act(void *service, const struct wf_event_meta *meta, struct wf_bytes payload,
                  struct wf_buffer *kept, struct wf_error *error)
{
    struct exam_service *exam = service;
    struct operator_card card;
    Endorse__V1__OperatorRole roles[8];
    Endorse__V1__OperatorChecked found = ENDORSE__V1__OPERATOR_CHECKED__INIT, **checked;
    bool known = false;
    int result = -1;
    ProtobufCMessage *act = wf_unpack(wf_message_row((enum wf_message)meta->message)->descriptor,
                                      payload, &exam->arena);
    if (!act)
        return wf_fail(error, WF_INVALID, "payload");
    const Endorse__V1__OperatorSeal *seal = *seal_of(act, &checked);
    if (!seal)
        (void)wf_fail(error, WF_INVALID, "seal");
    else if (find_card(exam, seal->operator_, &card, error) == 0 &&
             know_members(exam, act, &known, error) == 0)
        result = 0;
    if (result == 0) {
        *checked = NULL;
        bool good = is_signed(exam, &card, meta, act, seal);
        for (unsigned role = 1; good && role < 8; role++)
            if (card.roles & 1u << role)
                roles[found.n_roles++] = (Endorse__V1__OperatorRole)role;
        found.roles = roles;
        found.members_known = known;
        *checked = &found;
        wf_pack(act, kept);
    }
    wf_arena_clear(&exam->arena);
    return result;
}
