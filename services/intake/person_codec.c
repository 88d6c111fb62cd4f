/* Stored fields of a person.  Numbers and names here are kept for ever. */
#include "person_codec.h"

#include "record_collection.h"

#include <string.h>

static const char *state_name(int value)
{
    return person_state_name((enum person_state_id)value);
}

static const struct record_member head[] = {
    RECORD_ENUM(1, person_state, state, state_name, PERSON_STATE_COUNT),
    RECORD(2, TEXT, person_state, keeper),
    RECORD(3, TEXT, person_state, region),
    RECORD(4, TEXT, person_state, country),
    RECORD(5, LONG, person_state, key_due),
    RECORD(6, TEXT, person_state, reader),
};
static const struct record_member membership[] = {
    RECORD(1, TEXT, person_membership, association),
    RECORD(2, DATE, person_membership, until),
};
static const struct record_member enrolment[] = {
    RECORD(1, TEXT, person_enrolment, association),
    RECORD(2, INT, person_enrolment, category),
    RECORD(3, INT, person_enrolment, age_line),
    RECORD(4, DATE, person_enrolment, until),
};
static const struct record_member link[] = {
    RECORD(1, TEXT, person_link, application),
    RECORD(2, TEXT, person_link, association),
    RECORD(3, INT, person_link, role),
};
static const struct record_member portal[] = {
    RECORD(1, TEXT, person_portal, association),
    RECORD(2, TEXT, person_portal, portal),
};
static const struct record_member standing[] = {
    RECORD(1, TEXT, person_standing, association), RECORD(2, INT, person_standing, category),
    RECORD(3, INT, person_standing, age_line),     RECORD(4, INT, person_standing, status),
    RECORD(5, DATE, person_standing, since),       RECORD(6, DATE, person_standing, renewal_due),
    RECORD(7, TEXT, person_standing, application),
};

static const struct record_member activity[] = {
    RECORD(1, TEXT, person_activity, id),         RECORD(2, INT, person_activity, topic),
    RECORD(3, INT, person_activity, training),    RECORD(4, INT, person_activity, rsc),
    RECORD(5, BOOL, person_activity, peer),       RECORD(6, BOOL, person_activity, reviewing),
    RECORD(7, DATE, person_activity, from),       RECORD(8, DATE, person_activity, until),
    RECORD(9, TEXT, person_activity, provider),   RECORD(10, BOOL, person_activity, is_asked),
    RECORD(11, INT, person_activity, categories),
};
static const struct record_member span[] = {
    RECORD(1, TEXT, person_span, association), RECORD(2, INT, person_span, category),
    RECORD(3, INT, person_span, age_line),     RECORD(4, DATE, person_span, from),
    RECORD(5, DATE, person_span, until),       RECORD(6, BOOL, person_span, is_verified),
};

static const struct record_collection collections[] = {
    RECORD_COLLECTION("membership", person_state, membership_count, memberships, PERSON_MEMBERSHIPS,
                      membership, NULL),
    RECORD_COLLECTION("enrolment", person_state, enrolment_count, enrolments, PERSON_ENROLMENTS,
                      enrolment, NULL),
    RECORD_COLLECTION("link", person_state, link_count, links, PERSON_LINKS, link, NULL),
    RECORD_COLLECTION("portal", person_state, portal_count, portals, PERSON_PORTALS, portal, NULL),
    RECORD_COLLECTION("standing", person_state, standing_count, standings, PERSON_STANDINGS,
                      standing, NULL),
    RECORD_COLLECTION("activity", person_state, activity_count, activities, PERSON_ACTIVITIES,
                      activity, NULL),
    RECORD_COLLECTION("span", person_state, span_count, spans, PERSON_SPANS, span, NULL),
};
enum { COLLECTIONS = sizeof collections / sizeof collections[0] };

static void write_sealed(const char *name, const struct person_sealed *sealed,
                         struct wf_fields *fields)
{
    if (sealed->length > 0)
        wf_fields_add(fields,
                      (struct wf_bytes){.data = (const uint8_t *)name, .length = strlen(name)},
                      (struct wf_bytes){.data = sealed->bytes, .length = sealed->length});
}

void person_write(const void *state, struct wf_fields *fields)
{
    const struct person_state *person = state;
    record_write_field(RECORD_TABLE(head), "head", state, fields);
    write_sealed("name", &person->name, fields);
    write_sealed("email", &person->email, fields);
    if (person->profile.length > 0)
        wf_fields_add(
            fields, (struct wf_bytes){.data = (const uint8_t *)"profile", .length = 7},
            (struct wf_bytes){.data = person->profile.bytes, .length = person->profile.length});
    record_write_collections(collections, COLLECTIONS, state, fields);
    wf_fields_sort(fields);
}

static int read_sealed(const struct wf_fields *fields, const char *name,
                       struct person_sealed *sealed, struct wf_error *error)
{
    const struct wf_field *field = wf_fields_find(fields, name);
    if (!field)
        return 0;
    if (field->value.length > sizeof sealed->bytes)
        return wf_fail(error, WF_BROKEN, "stored %s of a person is too long", name);
    sealed->length = (uint16_t)field->value.length;
    memcpy(sealed->bytes, field->value.data, field->value.length);
    return 0;
}

static int read_profile(const struct wf_fields *fields, struct person_profile *profile,
                        struct wf_error *error)
{
    const struct wf_field *field = wf_fields_find(fields, "profile");
    if (!field)
        return 0;
    if (field->value.length > sizeof profile->bytes)
        return wf_fail(error, WF_BROKEN, "stored profile of a person is too long");
    profile->length = (uint16_t)field->value.length;
    memcpy(profile->bytes, field->value.data, field->value.length);
    return 0;
}

int person_read(const struct wf_fields *fields, void *state, struct wf_error *error)
{
    struct person_state *person = state;
    const struct wf_field *head_field = wf_fields_find(fields, "head");
    if (fields->count == 0)
        return 0;
    if (!head_field)
        return wf_fail(error, WF_BROKEN, "person has fields but no head");
    if (record_read(RECORD_TABLE(head), head_field->value, state, error) < 0 ||
        read_sealed(fields, "name", &person->name, error) < 0 ||
        read_sealed(fields, "email", &person->email, error) < 0 ||
        read_profile(fields, &person->profile, error) < 0)
        return -1;
    return record_read_collections(collections, COLLECTIONS, fields, state, error);
}
