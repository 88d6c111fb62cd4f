/* wf_cloudevent.h - CloudEvents 1.0: what the HTTP door takes and what outcomes are. */
#ifndef WF_CLOUDEVENT_H
#define WF_CLOUDEVENT_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_time.h"
#include "wf_validate.h"

/* Copies of the attributes, within the bounds of the specification and SPEC 5.2. */
struct wf_cloudevent {
    char id[65];
    char source[257];
    char type[129];
    char subject[97];
    char traceparent[56];
    wf_time time; /* 0: none */
};

/* Structured mode: the body is a JSON object "application/cloudevents+json".  The JSON text of the
 * member data is appended to *data.  WF_INVALID names the attribute in path.  Attributes that this
 * program does not know are extensions and skipped, as the specification wants it. */
int wf_cloudevent_read_structured(struct wf_bytes body, struct wf_cloudevent *event,
                                  struct wf_buffer *data, char path[static WF_PATH_MAX],
                                  struct wf_error *error) WF_MUST_CHECK;
/* Binary mode: attributes come as headers: get(context, "ce-id") gives one or NULL; "content-type"
 * is asked too.  Percent-encoding is undone. */
typedef const char *wf_header_f(void *context, const char *name);
int wf_cloudevent_read_binary(wf_header_f *get, void *context, struct wf_cloudevent *event,
                              char path[static WF_PATH_MAX], struct wf_error *error) WF_MUST_CHECK;
/* Where outcomes come from, by webhook and by GET /v1/outcomes alike. */
#define WF_OUTCOME_SOURCE "urn:endorse:outcomes"

/* Appends one structured event as JSON text; data_json is inserted as it is and must be JSON. */
void wf_cloudevent_write(const struct wf_cloudevent *event, const char *data_json,
                         struct wf_buffer *json);

/* SPEC 5.2 in one call: type known and a portal's, subject of its kind, data unpacked from JSON or
 * from protobuf, unknown fields refused, every rule of fields.def kept.  Fills the act's message
 * number, aggregate id and canonical packing.  path is "type", "subject", "data" or "data.<path in
 * the message>".  Whether this portal may send the type is the caller's matter. */
struct wf_door_event {
    uint32_t message; /* enum wf_message */
    char kind[17];
    char id[65];
    struct wf_buffer payload; /* canonical packing; owned */
};
int wf_door_event_from_json(const struct wf_cloudevent *event, struct wf_bytes data_json,
                            struct wf_door_event *result, char path[static WF_PATH_MAX],
                            struct wf_error *error) WF_MUST_CHECK;
int wf_door_event_from_protobuf(const char *type, const char *subject, struct wf_bytes data,
                                struct wf_door_event *result, char path[static WF_PATH_MAX],
                                struct wf_error *error) WF_MUST_CHECK;
/* May the sender speak for every association that the data names (each text member whose name ends in
 * "association")?  The caller says for one of them; both doors ask this before they hand an event over. */
typedef bool wf_association_f(const void *context, const char *association);
bool wf_door_event_is_allowed(const struct wf_door_event *event, wf_association_f *allows,
                              const void *context);
void wf_door_event_fini(struct wf_door_event *event);

#endif
