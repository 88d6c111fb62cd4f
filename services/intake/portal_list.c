/* The answer to PortalList. */
#include "portal_codec.h"
#include "portal_plan.h"
#include "wf_arena.h"
#include "wf_config.h"
#include "wf_worker.h"

#include "endorse/v1/internal.pb-c.h"

#include <string.h>

enum { PORTALS_LISTED = 256 };

struct listing {
    char ids[PORTALS_LISTED][WF_ID_MAX + 1];
    size_t count;
};

static void take_id(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct listing *listing = context;
    (void)value;
    if (listing->count == PORTALS_LISTED || member.length > WF_ID_MAX)
        return;
    memcpy(listing->ids[listing->count], member.data, member.length);
    listing->ids[listing->count++][member.length] = '\0';
}

static void append_row(const char *id, const struct portal_state *state, struct wf_buffer *reply)
{
    Endorse__V1__PortalPage page = ENDORSE__V1__PORTAL_PAGE__INIT;
    Endorse__V1__PortalRow row = ENDORSE__V1__PORTAL_ROW__INIT;
    Endorse__V1__PortalRow *rows[] = {&row};
    char *associations[PORTAL_ASSOCIATIONS];
    for (int32_t i = 0; i < state->association_count; i++)
        associations[i] = (char *)state->associations[i].id;
    row.id = (char *)id;
    row.n_associations = (size_t)state->association_count;
    row.associations = associations;
    row.keys = (uint32_t)state->key_count;
    row.tokens = (uint32_t)state->token_count;
    row.webhook_url = (char *)state->webhook_url;
    row.revoked = state->state == PORTAL_REVOKED;
    row.outcomes = state->outcomes;
    row.delivered = state->delivered;
    row.webhook_off = state->webhook_off;
    page.n_portals = 1;
    page.portals = rows;
    /* Packed messages of one type, one behind the other, are one message with all their items. */
    wf_pack(&page.base, reply);
}

static int append_portals(struct wf_store *store, const struct listing *listing,
                          struct wf_buffer *reply, struct wf_error *error)
{
    struct wf_load load = {.kind = "portal"};
    struct portal_state state;
    int result = 0;
    for (size_t i = 0; result == 0 && i < listing->count; i++) {
        load.id = listing->ids[i];
        memset(&state, 0, sizeof state);
        result = wf_store_load(store, &load, 1, error);
        if (result == 0)
            result = portal_read(&load.fields, &state, error);
        if (result == 0)
            append_row(load.id, &state, reply);
        wf_fields_fini(&load.fields);
        load.fields = (struct wf_fields){0};
    }
    return result;
}

int portal_list(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                const char *id, const void *state, struct wf_buffer *reply, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    struct wf_store *store = wf_worker_store(worker);
    unsigned instances = wf_config_instances(config, WF_INTAKE);
    unsigned instance = (unsigned)wf_config_number(config, "instance");
    struct listing listing = {.count = 0};
    (void)service;
    (void)payload;
    (void)id;
    (void)state;
    for (unsigned partition = instance; partition < WF_PARTITIONS; partition += instances) {
        if (wf_store_hash(store, partition, "portals", take_id, &listing, error) < 0)
            return -1;
    }
    return append_portals(store, &listing, reply, error);
}
