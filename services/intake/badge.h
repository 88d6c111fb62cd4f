/* badge.h - registry entries as credentials that anybody can verify offline.  SPEC 9. */
#ifndef BADGE_H
#define BADGE_H

#include "person_core.h"
#include "wf_domain.h"
#include "wf_jws.h"
#include "wf_policy.h"
#include "wf_store.h"

#include <jansson.h>

enum { BADGE_URL_MAX = 200, BADGE_LIST_BITS = 131072 };

/* Who signs, and where the world finds what is signed. */
struct badge_signer {
    bool is_able; /* there is a key */
    struct wf_jws_key key;
    char public_url[BADGE_URL_MAX + 1];
};

/* ---- badge_index.c: SPEC 9.2, in the commit of a standing's change ---- */
void badge_index(const struct person_standing *standing, const char *person, struct wf_plan *plan);
enum { BADGE_MEMBER_MAX = WF_ID_MAX + 20 };
void badge_member(const char *person, int category, int age_line,
                  char member[static BADGE_MEMBER_MAX]);

/* ---- badge_document.c: what is signed or shown; each gives a new reference ---- */
struct badge_entry {
    const struct wf_association *association;
    const char *name;   /* of the person */
    const char *handle; /* SPEC 9.3 */
    const char *label;  /* what the association calls the category */
    int category, age_line;
    wf_time from, until;
    unsigned partition, number; /* place in the status lists */
};
json_t *badge_credential(const struct badge_signer *signer, const struct badge_entry *entry);
json_t *badge_issuer(const struct badge_signer *signer, const struct wf_association *association);
json_t *badge_keys(const struct badge_signer *signer);
/* The list credential; `encoded` is the bitstring as it is written there. */
json_t *badge_list(const struct badge_signer *signer, const struct wf_association *association,
                   unsigned partition, const char *encoded, wf_time now);

/* ---- badge_bits.c ---- */
/* The bits of an association's list in one partition, compressed, as the list credential has them;
 * -1: the store does not answer. */
int badge_bits(struct wf_store *store, unsigned partition, const char *association,
               struct wf_buffer *encoded, struct wf_error *error) WF_MUST_CHECK;
/* The number of one entry; WF_NOT_FOUND: it never was active. */
int badge_number(struct wf_store *store, unsigned partition, const char *association,
                 const char *member, unsigned *number, struct wf_error *error) WF_MUST_CHECK;

/* ---- badge_answers.c: the questions ---- */
int badge_answer(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                 const char *id, const void *state, struct wf_buffer *reply,
                 struct wf_error *error);
int badge_document_answer(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                          const char *id, const void *state, struct wf_buffer *reply,
                          struct wf_error *error);

#endif
