/* wf_wire_scan.h - a look at the bytes before protobuf-c gets them.  protobuf-c takes field number
 * 0 and loses the length of a string, so that a NUL inside a text would silently cut it. */
#ifndef WF_WIRE_SCAN_H
#define WF_WIRE_SCAN_H

#include "wf_bytes.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

enum wf_scan {
    WF_SCAN_BAD, /* not the encoding of any message */
    WF_SCAN_GOOD,
    WF_SCAN_NUL /* well formed, with a NUL inside a text */
};
enum wf_scan wf_scan(const ProtobufCMessageDescriptor *descriptor, struct wf_bytes bytes);

/* Replaces each NUL inside a text by U+0001, which no rule allows: validation then names the field.
 * The bytes must have been found WF_SCAN_NUL. */
void wf_scan_mark_nul(const ProtobufCMessageDescriptor *descriptor, uint8_t *data, size_t length);

#endif
