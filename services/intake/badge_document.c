/* Open Badges 3.0 and Bitstring Status List 1.0, as JSON.  SPEC 9.4 to 9.6. */
#include "badge.h"

#include <stdio.h>
#include <string.h>

static const char *const lines[] = {"", "IMH", "ECMH"};
static const char *const credentials[] = {"", "Infant Mental Health Endorsement (IMH-E)",
                                          "Early Childhood Mental Health Endorsement (ECMH-E)"};
static const char *const categories[WF_CATEGORIES] = {"",    "FA",    "FS",    "FRS",   "ERS",
                                                      "MHS", "MHM_C", "MHM_P", "MHM_RF"};

static void put(json_t *object, const char *name, json_t *value)
{
    (void)json_object_set_new(object, name, value);
}

/* "<public_url>/v1/registry/<association>/<rest>" */
static json_t *address(const struct badge_signer *signer, const struct wf_association *association,
                       const char *rest)
{
    return json_sprintf("%s/v1/registry/%s/%s", signer->public_url, association->id, rest);
}

static json_t *instant(wf_time time)
{
    char text[WF_TIME_TEXT];
    wf_time_format(time, text);
    return json_string(text);
}

/* The members that a credential and a list have in common, and their copies as claims of the JWT. */
static json_t *begin(const struct badge_signer *signer, const struct wf_association *association,
                     wf_time from, wf_time until)
{
    json_t *document = json_object();
    put(document, "iss", address(signer, association, "issuer"));
    put(document, "nbf", json_integer(from / WF_SECOND));
    put(document, "exp", json_integer(until / WF_SECOND));
    put(document, "validFrom", instant(from));
    put(document, "validUntil", instant(until));
    return document;
}

static json_t *profile(const struct badge_signer *signer, const struct wf_association *association)
{
    return json_pack("{s:o, s:[s], s:s, s:o}", "id", address(signer, association, "issuer"), "type",
                     "Profile", "name", association->name, "url",
                     json_sprintf("%s/registry/%s", signer->public_url, association->id));
}

static json_t *achievement(const struct badge_signer *signer, const struct badge_entry *entry)
{
    json_t *name = json_sprintf("%s, %s", entry->label, credentials[entry->age_line]);
    json_t *id =
        json_sprintf("%s/registry/%s?category=%s&line=%s", signer->public_url,
                     entry->association->id, categories[entry->category], lines[entry->age_line]);
    json_t *narrative = json_sprintf("%s has decided that its requirements for this category are "
                                     "met, and that each renewal since was made in time.",
                                     entry->association->name);
    return json_pack("{s:o, s:[s], s:s, s:o, s:s, s:{s:o}}", "id", id, "type", "Achievement",
                     "achievementType", "Certification", "name", name, "description",
                     "A professional endorsement. It is not a licence to practise.", "criteria",
                     "narrative", narrative);
}

static json_t *subject(const struct badge_signer *signer, const struct badge_entry *entry)
{
    return json_pack("{s:[s], s:[{s:s, s:b, s:s, s:s}], s:o}", "type", "AchievementSubject",
                     "identifier", "type", "IdentityObject", "hashed", 0, "identityHash",
                     entry->name, "identityType", "name", "achievement",
                     achievement(signer, entry));
}

static json_t *status(const struct badge_signer *signer, const struct badge_entry *entry)
{
    json_t *list = json_sprintf("%s/v1/registry/%s/status/%u", signer->public_url,
                                entry->association->id, entry->partition);
    json_t *place = json_sprintf("%s#%u", json_string_value(list), entry->number);
    return json_pack("{s:o, s:s, s:s, s:o, s:o}", "id", place, "type", "BitstringStatusListEntry",
                     "statusPurpose", "suspension", "statusListIndex",
                     json_sprintf("%u", entry->number), "statusListCredential", list);
}

json_t *badge_credential(const struct badge_signer *signer, const struct badge_entry *entry)
{
    json_t *document = begin(signer, entry->association, entry->from, entry->until);
    json_t *id = json_sprintf("%s/v1/registry/%s/credentials/%s", signer->public_url,
                              entry->association->id, entry->handle);
    put(document, "@context",
        json_pack("[ss]", "https://www.w3.org/ns/credentials/v2",
                  "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"));
    put(document, "type", json_pack("[ss]", "VerifiableCredential", "OpenBadgeCredential"));
    put(document, "id", id);
    (void)json_object_set(document, "jti", id);
    put(document, "name", json_sprintf("%s (%s-E)", entry->label, lines[entry->age_line]));
    put(document, "issuer", profile(signer, entry->association));
    put(document, "credentialSubject", subject(signer, entry));
    put(document, "credentialStatus", status(signer, entry));
    return document;
}

json_t *badge_issuer(const struct badge_signer *signer, const struct wf_association *association)
{
    json_t *document = profile(signer, association);
    put(document, "@context",
        json_pack("[ss]", "https://www.w3.org/ns/credentials/v2",
                  "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"));
    return document;
}

json_t *badge_keys(const struct badge_signer *signer)
{
    json_t *kid = json_sprintf("%s/v1/keys/%s", signer->public_url, signer->key.thumbprint);
    return json_pack("{s:[{s:s, s:s, s:s, s:s, s:s, s:o}]}", "keys", "kty", "OKP", "crv", "Ed25519",
                     "x", signer->key.x, "use", "sig", "alg", "EdDSA", "kid", kid);
}

json_t *badge_list(const struct badge_signer *signer, const struct wf_association *association,
                   unsigned partition, const char *encoded, wf_time now)
{
    wf_time from = now - now % WF_MINUTE; /* so that what did not change is the same for a while */
    json_t *document = begin(signer, association, from, from + WF_DAY);
    json_t *id =
        json_sprintf("%s/v1/registry/%s/status/%u", signer->public_url, association->id, partition);
    json_t *list = json_sprintf("%s#list", json_string_value(id));
    put(document, "@context", json_pack("[s]", "https://www.w3.org/ns/credentials/v2"));
    put(document, "type",
        json_pack("[ss]", "VerifiableCredential", "BitstringStatusListCredential"));
    put(document, "id", id);
    (void)json_object_set(document, "jti", id);
    (void)json_object_set(document, "sub", list);
    put(document, "issuer", address(signer, association, "issuer"));
    put(document, "credentialSubject",
        json_pack("{s:o, s:s, s:s, s:s}", "id", list, "type", "BitstringStatusList",
                  "statusPurpose", "suspension", "encodedList", encoded));
    return document;
}
