/* registry_model.h - the registry as a page and as JSON.  Pure.  GATEWAY 4.2, 4.3. */
#ifndef REGISTRY_MODEL_H
#define REGISTRY_MODEL_H

#include "registry_view.h"

#include <jansson.h>

struct registry_page {
    const char *id; /* "MassAIMH" */
    const char *name;
    const char *disclaimer; /* "" if none */
    bool shows_inactive;
    const char *status; /* as it was asked for; NULL or "": whatever is shown */
    const struct registry_query *query;
    const struct registry_result *result;
    size_t page; /* 1, 2, ... */
};

json_t *registry_page_model(const struct registry_page *page);
/* The page of one entry. */
json_t *registry_entry_model(const struct registry_entry *entry, const char *id, const char *name,
                             const char *disclaimer);
json_t *registry_json(const struct registry_page *page);

#endif
