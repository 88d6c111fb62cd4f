/* The gateway's questions about credentials.  SPEC 9. */
#include "badge.h"

#include "intake_service.h"
#include "wf_arena.h"
#include "wf_messages.h"
#include "wf_people.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int not_there(struct wf_error *error)
{
    return wf_fail(error, WF_NOT_FOUND, "there is no such credential");
}

static void reply_text(const char *text, struct wf_buffer *reply)
{
    Endorse__V1__BadgeText message = ENDORSE__V1__BADGE_TEXT__INIT;
    message.text = (char *)text;
    wf_pack(&message.base, reply);
}

/* Takes the document. */
static void reply_json(json_t *document, struct wf_buffer *reply)
{
    char *text = json_dumps(document, JSON_COMPACT);
    WF_ASSERT(text);
    reply_text(text, reply);
    free(text);
    json_decref(document);
}

/* Takes the document; replies with it signed. */
static void reply_signed(const struct badge_signer *signer, json_t *document,
                         struct wf_buffer *reply)
{
    char header[BADGE_URL_MAX + 160];
    struct wf_buffer token = {0};
    char *payload = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS);
    WF_ASSERT(payload);
    int length = snprintf(header, sizeof header,
                          "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s/v1/keys/%s\"}",
                          signer->public_url, signer->key.thumbprint);
    wf_jws_sign(
        &signer->key, (struct wf_bytes){.data = (const uint8_t *)header, .length = (size_t)length},
        (struct wf_bytes){.data = (const uint8_t *)payload, .length = strlen(payload)}, &token);
    wf_buffer_append(&token, "", 1);
    reply_text((const char *)token.data, reply);
    wf_buffer_fini(&token);
    free(payload);
    json_decref(document);
}

/* ---- one credential ---- */

static const struct person_standing *active_standing(const struct person_state *person,
                                                     const Endorse__V1__BadgeAsked *asked)
{
    for (int32_t i = 0; i < person->standing_count; i++) {
        const struct person_standing *standing = &person->standings[i];
        if (strcmp(standing->association, asked->association) == 0 &&
            standing->category == (int32_t)asked->category &&
            standing->age_line == (int32_t)asked->age_line &&
            standing->status == (int32_t)ENDORSE__V1__STANDING_STATUS__STANDING_ACTIVE)
            return standing;
    }
    return NULL;
}

/* The end of the due day there; while days of grace run, the end of those. */
static wf_time valid_until(const struct intake *intake, const struct wf_association *association,
                           wf_date due, wf_time now)
{
    wf_time until = wf_policy_midnight(intake->book, association, due + 1);
    wf_date grace = wf_policy_grace_end(wf_policy_edition(association, due), due);
    return until > now ? until : wf_policy_midnight(intake->book, association, grace + 1);
}

int badge_answer(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                 const char *id, const void *state, struct wf_buffer *reply, struct wf_error *error)
{
    const struct intake *intake = service;
    const Endorse__V1__BadgeAsked *asked = (const Endorse__V1__BadgeAsked *)payload;
    const struct person_standing *standing = active_standing(state, asked);
    const struct wf_association *association =
        wf_policy_association(intake->book, asked->association);
    if (!intake->badge.is_able || !standing || !association)
        return not_there(error);
    char member[BADGE_MEMBER_MAX], handle[WF_HANDLE_TEXT];
    struct wf_person_card card = {0};
    unsigned partition = wf_partition(id), number = 0;
    (void)snprintf(card.id, sizeof card.id, "%s", id);
    badge_member(id, standing->category, standing->age_line, member);
    wf_people_handle(intake->person_key, association->id, id, standing->category,
                     standing->age_line, handle);
    if (badge_number(wf_worker_store(worker), partition, association->id, member, &number, error) ||
        wf_people_read(wf_worker_store(worker), intake->person_key, &card, 1, error))
        return -1;
    struct badge_entry entry = {
        .association = association,
        .name = card.name,
        .handle = handle,
        .label =
            wf_policy_edition(association, standing->since)->categories[standing->category].label,
        .category = standing->category,
        .age_line = standing->age_line,
        .from = wf_policy_midnight(intake->book, association, standing->since),
        .until = valid_until(intake, association, standing->renewal_due, wf_worker_now(worker)),
        .partition = partition,
        .number = number};
    int result = *card.name ? 0 : not_there(error);
    if (!result)
        reply_signed(&intake->badge, badge_credential(&intake->badge, &entry), reply);
    explicit_bzero(&card, sizeof card);
    return result;
}

/* ---- what belongs to nobody ---- */

static int answer_list(const struct intake *intake, struct wf_worker *worker,
                       const struct wf_association *association, unsigned partition,
                       struct wf_buffer *reply, struct wf_error *error)
{
    struct wf_buffer encoded = {0};
    int result = badge_bits(wf_worker_store(worker), partition, association->id, &encoded, error);
    if (!result)
        reply_signed(&intake->badge,
                     badge_list(&intake->badge, association, partition, (char *)encoded.data,
                                wf_worker_now(worker)),
                     reply);
    wf_buffer_fini(&encoded);
    return result;
}

int badge_document_answer(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                          const char *id, const void *state, struct wf_buffer *reply,
                          struct wf_error *error)
{
    const struct intake *intake = service;
    const Endorse__V1__BadgeDocumentAsked *asked = (const Endorse__V1__BadgeDocumentAsked *)payload;
    const struct wf_association *association =
        wf_policy_association(intake->book, asked->association);
    (void)id;
    (void)state;
    if (!intake->badge.is_able)
        return not_there(error);
    if (asked->document == ENDORSE__V1__BADGE_DOCUMENT__BADGE_DOCUMENT_KEYS)
        reply_json(badge_keys(&intake->badge), reply);
    else if (!association)
        return not_there(error);
    else if (asked->document == ENDORSE__V1__BADGE_DOCUMENT__BADGE_DOCUMENT_ISSUER)
        reply_json(badge_issuer(&intake->badge, association), reply);
    else
        return answer_list(intake, worker, association, asked->partition, reply, error);
    return 0;
}
