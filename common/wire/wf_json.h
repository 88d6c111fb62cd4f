/* wf_json.h - the protobuf JSON mapping over protobuf-c descriptors: lowerCamelCase names (the
 * original names are taken too), enum names, int64 as decimal strings (numbers are taken too),
 * bytes as base64. Unknown members, duplicates, wrong types and numbers out of range are refused
 * with their path. */
#ifndef WF_JSON_H
#define WF_JSON_H

#include "wf_arena.h"
#include "wf_error.h"
#include "wf_validate.h"

#include <jansson.h>

/* JSON object -> message in the arena. */
ProtobufCMessage *wf_json_read(const json_t *object, const ProtobufCMessageDescriptor *descriptor,
                               struct wf_arena *arena, char path[static WF_PATH_MAX],
                               struct wf_error *error) WF_MUST_CHECK;
/* Message -> JSON object (a new reference); defaults are left out. */
json_t *wf_json_write(const ProtobufCMessage *message);

#endif
