/* wf_json.h - the protobuf JSON mapping over protobuf-c descriptors: lowerCamelCase names (the
 * original names are taken too), enum names, int64 as decimal strings (numbers are taken too),
 * bytes as base64. Unknown members, duplicates, wrong types and numbers out of range are refused
 * with their path.  null is the same as leaving a member out. */
#ifndef WF_JSON_H
#define WF_JSON_H

#include "wf_arena.h"
#include "wf_error.h"
#include "wf_validate.h"

#include <jansson.h>

/* Text -> JSON object (a new reference), or NULL: no JSON object, a member twice, NUL, bad UTF-8, a
 * number beyond 64 bits, nested too deeply.  The sentence names the line, never the content. */
json_t *wf_json_load(struct wf_bytes text, struct wf_error *error) WF_MUST_CHECK;
/* Appends the compact text. */
void wf_json_dump(const json_t *json, struct wf_buffer *text);

/* JSON object -> message in the arena, or NULL. */
ProtobufCMessage *wf_json_read(const json_t *object, const ProtobufCMessageDescriptor *descriptor,
                               struct wf_arena *arena, char path[static WF_PATH_MAX],
                               struct wf_error *error) WF_MUST_CHECK;
/* Message -> JSON object (a new reference); defaults are left out. */
json_t *wf_json_write(const ProtobufCMessage *message);

#endif
