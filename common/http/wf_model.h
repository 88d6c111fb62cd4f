/* wf_model.h - small helpers for the models of templates (wf_template.h). */
#ifndef WF_MODEL_H
#define WF_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

void model_text(json_t *object, const char *name, const char *text); /* NULL is "" */
void model_number(json_t *object, const char *name, int64_t number);
void model_flag(json_t *object, const char *name, bool flag);
/* A text that is only there when it is not empty: for sections. */
void model_optional(json_t *object, const char *name, const char *text);

#endif
