#include "wf_model.h"

void model_text(json_t *object, const char *name, const char *text)
{
    json_t *value = json_string(text ? text : "");
    /* Not UTF-8: validated texts never are; what a file of mail holds may be. */
    (void)json_object_set_new(object, name, value ? value : json_string("(unreadable)"));
}

void model_number(json_t *object, const char *name, int64_t number)
{
    (void)json_object_set_new(object, name, json_integer(number));
}

void model_flag(json_t *object, const char *name, bool flag)
{
    (void)json_object_set_new(object, name, json_boolean(flag));
}

void model_optional(json_t *object, const char *name, const char *text)
{
    if (text && *text)
        model_text(object, name, text);
}
