#include "wf_address.h"

#include "wf_error.h"

#include <stdio.h>
#include <string.h>

static const char *const service_names[WF_SERVICE_COUNT] = {
#define WF_X(symbol, name) [symbol] = name,
    WF_SERVICES(WF_X)
#undef WF_X
};

const char *wf_service_name(enum wf_service service)
{
    WF_ASSERT((unsigned)service < WF_SERVICE_COUNT);
    return service_names[service];
}

bool wf_service_find(const char *name, enum wf_service *service)
{
    for (int i = 0; i < WF_SERVICE_COUNT; i++) {
        if (strcmp(name, service_names[i]) == 0) {
            *service = (enum wf_service)i;
            return true;
        }
    }
    return false;
}

static bool is_id_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '~' || c == '-';
}

bool wf_id_is_valid(const char *id)
{
    size_t length = strnlen(id, WF_ID_MAX + 1);
    if (length == 0 || length > WF_ID_MAX || id[0] == '.' || id[0] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_id_character(id[i]))
            return false;
    }
    return true;
}

/* FNV-1a, 64 bit, folded: public domain, no seed, the same on every machine.  It only spreads;
 * nobody gains by choosing ids that meet in one partition. */
unsigned wf_partition(const char *id)
{
    uint64_t hash = 14695981039346656037u;
    for (; *id; id++)
        hash = (hash ^ (uint8_t)*id) * 1099511628211u;
    hash ^= hash >> 32;
    return (unsigned)((hash ^ (hash >> 16)) % WF_PARTITIONS);
}

bool wf_address_parse(const char *text, struct wf_address *address)
{
    struct wf_address parsed = {0};
    char name[WF_SERVICE_MAX + 1];
    const char *kind = strchr(text, '/');
    const char *id = kind ? strchr(kind + 1, '/') : NULL;
    if (!id || kind - text > WF_SERVICE_MAX || id - kind - 1 > WF_KIND_MAX || id == kind + 1)
        return false;
    memcpy(name, text, (size_t)(kind - text));
    name[kind - text] = '\0';
    memcpy(parsed.kind, kind + 1, (size_t)(id - kind - 1));
    if (!wf_service_find(name, &parsed.service) || !wf_id_is_valid(id + 1))
        return false;
    memcpy(parsed.id, id + 1, strlen(id + 1));
    *address = parsed;
    return true;
}

void wf_address_format(const struct wf_address *address, char text[static WF_ADDRESS_MAX + 1])
{
    (void)snprintf(text, WF_ADDRESS_MAX + 1, "%s/%s/%s", wf_service_name(address->service),
                   address->kind, address->id);
}

struct wf_address wf_address_make(enum wf_service service, const char *kind, const char *id)
{
    struct wf_address address = {.service = service};
    WF_ASSERT(strlen(kind) <= WF_KIND_MAX && strlen(id) <= WF_ID_MAX);
    memcpy(address.kind, kind, strlen(kind));
    memcpy(address.id, id, strlen(id));
    return address;
}
