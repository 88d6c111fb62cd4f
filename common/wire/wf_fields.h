/* wf_fields.h - proto/endorse/v1/fields.def as rows, found by descriptor. */
#ifndef WF_FIELDS_H
#define WF_FIELDS_H

#include "wf_address.h"
#include "wf_time.h"

#include <protobuf-c/protobuf-c.h>

enum {
    WF_ASSOCIATION_MAX = 16, /* "<association>~<person>" is the id of a standing: */
    WF_PERSON_MAX = WF_ID_MAX - 1 - WF_ASSOCIATION_MAX,
    WF_SUBJECT_MAX = WF_KIND_MAX + 1 + WF_ID_MAX,
    WF_LINK_MAX = 159
};
#define WF_LAST_MS INT64_C(7258118399999)    /* the last millisecond of 2199 */
#define WF_OFFSET_MAX_MS (50 * 366 * WF_DAY) /* the sandbox's clock: at most 50 years ahead */

/*   symbol     kind of value */
#define WF_RULES(X)                                                                                \
    X(ANY, "whatever the field's type can hold")                                                   \
    X(ID, "an id as wf_id_is_valid takes it")                                                      \
    X(CODE, "the code of an association")                                                          \
    X(KEY, "visible ASCII")                                                                        \
    X(SLUG, "small letters, digits and single hyphens")                                            \
    X(TYPE, "the type name of an event, or the beginning of one")                                  \
    X(SUBJECT, "application/<id> or person/<id>")                                                  \
    X(TOKEN, "base64url")                                                                          \
    X(TRACE, "a W3C traceparent")                                                                  \
    X(TEXT, "one line of text")                                                                    \
    X(PROSE, "text that may have several lines")                                                   \
    X(ANSWER, "prose of an examinee, without characters that nobody sees")                         \
    X(EMAIL, "a mail address")                                                                     \
    X(URL, "http or https")                                                                        \
    X(Z85, "a CURVE key")                                                                          \
    X(CURRENCY, "ISO 4217")                                                                        \
    X(COUNTRY, "ISO 3166-1 alpha-2")                                                               \
    X(REGION, "ISO 3166-2")                                                                        \
    X(DATE, "YYYY-MM-DD, a real day")                                                              \
    X(NUMBER, "a whole number in a range")                                                         \
    X(CHOICE, "a named enum value")                                                                \
    X(DIGEST, "bytes of a fixed length")                                                           \
    X(MESSAGE, "a message with rows of its own")

enum wf_rule {
#define WF_X(symbol, sentence) WF_RULE_##symbol,
    WF_RULES(WF_X)
#undef WF_X
        WF_RULE_COUNT
};
enum wf_presence {
    WF_PRESENCE_REQUIRED,
    WF_PRESENCE_OPTIONAL,
    WF_PRESENCE_ABSENT,
    WF_PRESENCE_ON_PERSON
};

struct wf_field_row {
    const ProtobufCMessageDescriptor *descriptor;
    const char *field; /* its name in the .proto file */
    enum wf_rule rule;
    int64_t least;
    int64_t most;
    uint32_t items;
    enum wf_presence presence;
};

/* Row n of fields.def; NULL past the last. */
const struct wf_field_row *wf_field_row(size_t n);

/* The rows of a message, one for each of descriptor->fields in that order (NULL where fields.def
 * has none); NULL if the message has no rows at all. */
const struct wf_field_row *const *wf_field_rows(const ProtobufCMessageDescriptor *descriptor);

#endif
