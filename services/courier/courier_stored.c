#include "courier_stored.h"

#include "wf_validate.h"

#include <stdlib.h>
#include <string.h>

void courier_put_json(struct wf_fields *fields, const char *name, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    WF_ASSERT(text);
    wf_fields_add(fields, (struct wf_bytes){(const uint8_t *)name, strlen(name)},
                  (struct wf_bytes){(const uint8_t *)text, strlen(text)});
    free(text);
    json_decref(object);
}

json_t *courier_get_json(const struct wf_fields *fields, const char *name, struct wf_error *error)
{
    const struct wf_field *field = wf_fields_find(fields, name);
    json_t *object = NULL;
    if (field)
        object = json_loadb((const char *)field->value.data, field->value.length,
                            JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        (void)wf_fail(error, WF_BROKEN, "stored field %s is missing or no JSON object", name);
        return NULL;
    }
    return object;
}

bool courier_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    if (length >= size)
        return false;
    memcpy(to, from, length + 1);
    return true;
}

bool courier_copy_clean(char *to, size_t size, const char *from)
{
    return courier_copy(to, size, from) &&
           (!from[0] || wf_text_is_clean(from, strlen(from), size - 1));
}
