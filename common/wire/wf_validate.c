#include "wf_validate.h"

#include "wf_field_size.h"
#include "wf_fields.h"
#include "wf_path.h"
#include "wf_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One value of one field; row is NULL where only the checks for all apply. */
struct value {
    const ProtobufCFieldDescriptor *field;
    const struct wf_field_row *row;
    const void *at;
};

static const char *text_of(const struct value *value)
{
    const char *text = *(char *const *)value->at;
    return text ? text : "";
}

bool wf_subject_parse(const char *subject, char kind[static 17], char id[static 65])
{
    static const struct {
        const char *kind;
        size_t longest;
    } kinds[] = {{"application", WF_ID_MAX}, {"person", WF_PERSON_MAX}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(kinds[i].kind);
        if (strncmp(subject, kinds[i].kind, length) != 0 || subject[length] != '/')
            continue;
        const char *rest = subject + length + 1;
        if (!wf_id_is_valid(rest) || strlen(rest) > kinds[i].longest)
            return false;
        memcpy(kind, kinds[i].kind, length + 1);
        memcpy(id, rest, strlen(rest) + 1);
        return true;
    }
    return false;
}

static bool is_subject(const char *text)
{
    char kind[17];
    char id[65];
    return wf_subject_parse(text, kind, id);
}

static bool is_date(const char *text, const struct wf_field_row *row)
{
    wf_date date = 0;
    if (!wf_date_parse(text, &date))
        return false;
    int32_t year = wf_date_to_civil(date).year;
    return year >= row->least && year <= row->most;
}

/* Beginning or ending with a space is a slip that nobody sees. */
static bool is_trimmed(const char *text, size_t length)
{
    return text[0] != ' ' && text[length - 1] != ' ';
}

static bool text_fits(const char *text, size_t length, const struct wf_field_row *row)
{
    if (row->rule == WF_RULE_DATE)
        return is_date(text, row);
    if (row->rule == WF_RULE_TRACE)
        return wf_text_is_traceparent(text);
    if (length < (size_t)row->least || length > (size_t)row->most)
        return false;
    static bool (*const predicates[WF_RULE_COUNT])(const char *) = {
        [WF_RULE_ID] = wf_id_is_valid,
        [WF_RULE_CODE] = wf_text_is_code,
        [WF_RULE_KEY] = wf_text_is_key,
        [WF_RULE_SLUG] = wf_text_is_slug,
        [WF_RULE_TYPE] = wf_text_is_type,
        [WF_RULE_SUBJECT] = is_subject,
        [WF_RULE_TOKEN] = wf_text_is_token,
        [WF_RULE_EMAIL] = wf_email_is_valid,
        [WF_RULE_URL] = wf_text_is_url,
        [WF_RULE_Z85] = wf_text_is_z85,
        [WF_RULE_CURRENCY] = wf_text_is_currency,
        [WF_RULE_COUNTRY] = wf_text_is_country,
        [WF_RULE_REGION] = wf_text_is_region,
    };
    if (predicates[row->rule])
        return predicates[row->rule](text);
    return row->rule != WF_RULE_TEXT || is_trimmed(text, length);
}

/* What the rule allows, as the end of a sentence. */
static void explain(const struct wf_field_row *row, char text[static 120])
{
    static const char *const fixed[WF_RULE_COUNT] = {
        [WF_RULE_SUBJECT] =
            "application/<id> or person/<id>, a person's id with at most 47 characters",
        [WF_RULE_TRACE] = "a W3C traceparent of version 00",
        [WF_RULE_EMAIL] =
            "a mail address: name@domain, at most 254 bytes, without quotes or spaces",
        [WF_RULE_Z85] = "a CURVE public key: 40 characters of Z85",
        [WF_RULE_CURRENCY] = "an ISO 4217 code of three capital letters",
        [WF_RULE_COUNTRY] = "an ISO 3166-1 code of two capital letters",
        [WF_RULE_REGION] = "an ISO 3166-2 code such as US-MA",
        [WF_RULE_DIGEST] = "exactly 32 bytes",
        [WF_RULE_MESSAGE] = "given",
    };
    static const char *const bounded[WF_RULE_COUNT] = {
        [WF_RULE_ID] = "characters of A-Z a-z 0-9 . _ ~ - and not begin with . or -",
        [WF_RULE_CODE] = "letters, digits or hyphens, the first a letter",
        [WF_RULE_KEY] = "visible ASCII characters",
        [WF_RULE_SLUG] = "small letters, digits and single hyphens between them",
        [WF_RULE_TYPE] = "small letters, digits, dots and hyphens",
        [WF_RULE_TOKEN] = "characters of A-Z a-z 0-9 - _",
        [WF_RULE_TEXT] = "bytes of one line of text, without spaces at its ends",
        [WF_RULE_PROSE] = "bytes of text",
        [WF_RULE_ANSWER] = "bytes of text",
        [WF_RULE_URL] = "bytes, beginning with https:// or http:// and a host, without user name",
    };
    if (row->rule == WF_RULE_DATE)
        (void)snprintf(text, 120, "a real day as YYYY-MM-DD, year %" PRId64 " to %" PRId64,
                       row->least, row->most);
    else if (row->rule == WF_RULE_NUMBER)
        (void)snprintf(text, 120, "a whole number from %" PRId64 " to %" PRId64, row->least,
                       row->most);
    else if (bounded[row->rule])
        (void)snprintf(text, 120, "%" PRId64 " to %" PRId64 " %s", row->least, row->most,
                       bounded[row->rule]);
    else
        (void)snprintf(text, 120, "%s", fixed[row->rule] ? fixed[row->rule] : "valid");
}

/* What was found wrong, while the recursion goes back out. */
struct fault {
    char path[WF_PATH_MAX];
    char what[140];
};

static bool refuse(const struct wf_field_row *row, struct fault *fault)
{
    char allowed[120];
    explain(row, allowed);
    (void)snprintf(fault->what, sizeof fault->what, "must be %s", allowed);
    return false;
}

static bool has_breaks(const struct wf_field_row *row)
{
    return row && (row->rule == WF_RULE_PROSE || row->rule == WF_RULE_ANSWER);
}

static bool check_seen(const char *text, const struct wf_field_row *row, struct fault *fault)
{
    uint32_t unseen = row && row->rule == WF_RULE_ANSWER ? wf_text_unseen(text) : 0;
    if (unseen)
        (void)snprintf(fault->what, sizeof fault->what,
                       "must not hold U+%04" PRIX32 ", which a reader would not see", unseen);
    return !unseen;
}

static bool check_text(const struct value *value, struct fault *fault)
{
    const char *text = text_of(value);
    size_t length = strlen(text);
    const struct wf_field_row *row = value->row;
    if (row && length == 0)
        return row->presence != WF_PRESENCE_REQUIRED || refuse(row, fault);
    if (!wf_text_is_readable(text, length, has_breaks(row))) {
        (void)snprintf(fault->what, sizeof fault->what,
                       "must be UTF-8 without NUL, control characters and characters that turn "
                       "the reading direction");
        return false;
    }
    if (!check_seen(text, row, fault))
        return false;
    return !row || row->rule == WF_RULE_ANY || text_fits(text, length, row) || refuse(row, fault);
}

static bool check_choice(const struct value *value, struct fault *fault)
{
    const ProtobufCEnumDescriptor *type = value->field->descriptor;
    int number = *(const int *)value->at;
    bool required = value->row && value->row->presence == WF_PRESENCE_REQUIRED;
    if (protobuf_c_enum_descriptor_get_value(type, number) && (number != 0 || !required))
        return true;
    (void)snprintf(fault->what, sizeof fault->what, "must be one of the names of %s%s",
                   type->short_name, number ? "" : ", and not be left out");
    return false;
}

/* A number beyond int64 is beyond every range: capping keeps the order. */
static int64_t number_of(const struct value *value)
{
    uint64_t big = 0;
    switch ((int)value->field->type) {
    case PROTOBUF_C_TYPE_INT32:
        return *(const int32_t *)value->at;
    case PROTOBUF_C_TYPE_UINT32:
        return *(const uint32_t *)value->at;
    case PROTOBUF_C_TYPE_UINT64:
        big = *(const uint64_t *)value->at;
        return big > INT64_MAX ? INT64_MAX : (int64_t)big;
    default:
        return *(const int64_t *)value->at;
    }
}

static bool check_number(const struct value *value, struct fault *fault)
{
    const struct wf_field_row *row = value->row;
    if (!row || row->rule == WF_RULE_ANY)
        return true;
    int64_t number = number_of(value);
    return (number >= row->least && number <= row->most) || refuse(row, fault);
}

static bool check_bytes(const struct value *value, struct fault *fault)
{
    const struct wf_field_row *row = value->row;
    size_t length = ((const ProtobufCBinaryData *)value->at)->len;
    if (!row || row->rule == WF_RULE_ANY || (length == 0 && row->presence == WF_PRESENCE_OPTIONAL))
        return true;
    return length == (size_t)row->most || refuse(row, fault);
}

static bool check_message(const ProtobufCMessage *message, struct fault *fault);

static bool check_inner(const struct value *value, struct fault *fault)
{
    const ProtobufCMessage *inner = *(ProtobufCMessage *const *)value->at;
    const struct wf_field_row *row = value->row;
    if (!inner)
        return !row || row->presence != WF_PRESENCE_REQUIRED || refuse(row, fault);
    if (row && row->presence == WF_PRESENCE_ABSENT) {
        (void)snprintf(fault->what, sizeof fault->what, "must be left out");
        return false;
    }
    return check_message(inner, fault);
}

/* The schema uses these types and no others; tests/unit/field_rules_test.c holds it to that. */
static bool check_value(const struct value *value, struct fault *fault)
{
    switch ((int)value->field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return check_text(value, fault);
    case PROTOBUF_C_TYPE_BYTES:
        return check_bytes(value, fault);
    case PROTOBUF_C_TYPE_ENUM:
        return check_choice(value, fault);
    case PROTOBUF_C_TYPE_MESSAGE:
        return check_inner(value, fault);
    case PROTOBUF_C_TYPE_BOOL:
        return true;
    default:
        return check_number(value, fault);
    }
}

static bool check_count(const struct wf_field_row *row, size_t count, struct fault *fault)
{
    size_t least = row->presence == WF_PRESENCE_REQUIRED;
    if (count >= least && count <= row->items)
        return true;
    (void)snprintf(fault->what, sizeof fault->what, "must have %zu to %u items", least, row->items);
    return false;
}

/* An item that is there must be there for good: an empty text in a list is refused. */
static bool check_items(const ProtobufCMessage *message, const struct value *list,
                        struct fault *fault)
{
    size_t count = *(const size_t *)((const char *)message + list->field->quantifier_offset);
    const char *items = *(char *const *)list->at;
    struct wf_field_row item_row = list->row ? *list->row : (struct wf_field_row){0};
    item_row.presence = WF_PRESENCE_REQUIRED;
    if (list->row && !check_count(list->row, count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct value item = {.field = list->field,
                             .row = list->row ? &item_row : NULL,
                             .at = items + i * wf_field_size(list->field->type)};
        if (check_value(&item, fault))
            continue;
        wf_path_index(fault->path, i);
        return false;
    }
    return true;
}

static bool check_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                        const struct wf_field_row *row, struct fault *fault)
{
    struct value value = {.field = field, .row = row, .at = (const char *)message + field->offset};
    bool another_of_its_oneof =
        (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
        *(const uint32_t *)((const char *)message + field->quantifier_offset) != field->id;
    if (another_of_its_oneof)
        return true;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return check_items(message, &value, fault);
    return check_value(&value, fault);
}

static bool check_message(const ProtobufCMessage *message, struct fault *fault)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    const struct wf_field_row *const *rows = wf_field_rows(descriptor);
    if (message->n_unknown_fields) {
        (void)snprintf(fault->path, sizeof fault->path, "#%u", message->unknown_fields[0].tag);
        (void)snprintf(fault->what, sizeof fault->what, "is no field number of %s",
                       descriptor->short_name);
        return false;
    }
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        char name[WF_JSON_NAME_MAX];
        if (check_field(message, &descriptor->fields[i], rows ? rows[i] : NULL, fault))
            continue;
        wf_json_name(descriptor->fields[i].name, name);
        wf_path_name(fault->path, name);
        return false;
    }
    return true;
}

int wf_validate(const ProtobufCMessage *message, char path[static WF_PATH_MAX],
                struct wf_error *error)
{
    struct fault fault = {.path = ""};
    bool valid = check_message(message, &fault);
    memcpy(path, fault.path, WF_PATH_MAX);
    return valid ? 0 : wf_fail(error, WF_INVALID, "%.50s %s.", fault.path, fault.what);
}

int wf_validate_subject(const ProtobufCMessage *message, const char *kind,
                        char path[static WF_PATH_MAX], struct wf_error *error)
{
    const struct wf_field_row *const *rows = wf_field_rows(message->descriptor);
    bool person = strcmp(kind, "person") == 0;
    path[0] = '\0';
    for (unsigned i = 0; rows && i < message->descriptor->n_fields; i++) {
        if (!rows[i] || rows[i]->presence != WF_PRESENCE_ON_PERSON)
            continue;
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *text = *(char *const *)((const char *)message + field->offset);
        bool given = text && text[0];
        if (given == person)
            continue;
        wf_json_name(field->name, path);
        return wf_fail(error, WF_INVALID, "%s must be %s where the subject is %s/<id>.", path,
                       person ? "given" : "left out", kind);
    }
    return 0;
}
