/* courier_stored.h - what both codecs need to keep their states as JSON texts in fields. */
#ifndef COURIER_STORED_H
#define COURIER_STORED_H

#include "wf_bytes.h"
#include "wf_error.h"
#include "wf_store.h"

#include <jansson.h>
#include <stdbool.h>

/* Takes the reference and adds it, packed in a fixed order, as the field `name`. */
void courier_put_json(struct wf_fields *fields, const char *name, json_t *object);
/* The field's object as a new reference; NULL with WF_BROKEN. */
json_t *courier_get_json(const struct wf_fields *fields, const char *name, struct wf_error *error);
/* Copies a text of at most size - 1 bytes; false if it is longer. */
bool courier_copy(char *to, size_t size, const char *from);
/* The same for a text that must also be clean UTF-8; `most` bytes. Empty is allowed. */
bool courier_copy_clean(char *to, size_t size, const char *from);

#endif
