/* wf_address.h - who owns what: aggregates, partitions and the addresses of messages.
 * proto/SPEC.md section 2. */
#ifndef WF_ADDRESS_H
#define WF_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WF_KIB 1024u

enum {
    WF_PARTITIONS = 128, /* fixed for the life of an installation: keys carry the number */
    WF_ID_MAX = 64,      /* bytes of an id, without the NUL */
    WF_KIND_MAX = 16,
    WF_SERVICE_MAX = 16,
    WF_ADDRESS_MAX = WF_SERVICE_MAX + WF_KIND_MAX + WF_ID_MAX + 2
};

/* The programs that own aggregates, and the other senders of messages. */
#define WF_SERVICES(X)                                                                             \
    X(WF_INTAKE, "intake")                                                                         \
    X(WF_REFERENCE, "reference")                                                                   \
    X(WF_EXAM, "exam")                                                                             \
    X(WF_DESK, "desk")                                                                             \
    X(WF_RENEWAL, "renewal")                                                                       \
    X(WF_COURIER, "courier")                                                                       \
    X(WF_GATEWAY, "gateway")                                                                       \
    X(WF_AUDIT, "audit")                                                                           \
    X(WF_ENDORSECTL, "endorsectl")                                                                 \
    X(WF_ANY, "any")

enum wf_service {
#define WF_X(symbol, name) symbol,
    WF_SERVICES(WF_X)
#undef WF_X
        WF_SERVICE_COUNT
};

/* Bits of "who may send this"; a portal is no program and has its own bit. */
enum {
    WF_FROM_INTAKE = 1 << WF_INTAKE,
    WF_FROM_REFERENCE = 1 << WF_REFERENCE,
    WF_FROM_EXAM = 1 << WF_EXAM,
    WF_FROM_DESK = 1 << WF_DESK,
    WF_FROM_RENEWAL = 1 << WF_RENEWAL,
    WF_FROM_COURIER = 1 << WF_COURIER,
    WF_FROM_GATEWAY = 1 << WF_GATEWAY,
    WF_FROM_ENDORSECTL = 1 << WF_ENDORSECTL,
    WF_FROM_PORTAL = 1 << (WF_SERVICE_COUNT + 1)
};

struct wf_address {
    enum wf_service service;
    char kind[WF_KIND_MAX + 1];
    char id[WF_ID_MAX + 1];
};

const char *wf_service_name(enum wf_service service);
bool wf_service_find(const char *name, enum wf_service *service);

/* 1..64 characters of [A-Za-z0-9._~-], not beginning with '.' or '-': safe in a key, a path, a URL
 * and a log line. */
bool wf_id_is_valid(const char *id);

/* Partition of an aggregate: the same in every service for the same id. */
unsigned wf_partition(const char *id);

/* "intake/application/MA-1"; false for anything else, *address then unchanged. */
bool wf_address_parse(const char *text, struct wf_address *address);
void wf_address_format(const struct wf_address *address, char text[static WF_ADDRESS_MAX + 1]);
/* Builds one; the parts are ours and must be valid. */
struct wf_address wf_address_make(enum wf_service service, const char *kind, const char *id);

#endif
