#include "wf_cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static guint entity_hash(gconstpointer key)
{
    const struct wf_entity *entity = key;
    return g_str_hash(entity->id) ^ (g_str_hash(entity->kind) << 1);
}

static gboolean entity_equal(gconstpointer a, gconstpointer b)
{
    const struct wf_entity *one = a;
    const struct wf_entity *two = b;
    return strcmp(one->id, two->id) == 0 && strcmp(one->kind, two->kind) == 0;
}

void wf_cache_init(struct wf_cache *cache, size_t budget)
{
    *cache =
        (struct wf_cache){.table = g_hash_table_new(entity_hash, entity_equal), .budget = budget};
}

static void unlink_entity(struct wf_cache *cache, struct wf_entity *entity)
{
    *(entity->newer ? &entity->newer->older : &cache->newest) = entity->older;
    *(entity->older ? &entity->older->newer : &cache->oldest) = entity->newer;
    entity->newer = entity->older = NULL;
}

static void link_newest(struct wf_cache *cache, struct wf_entity *entity)
{
    entity->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entity;
    cache->newest = entity;
}

struct wf_entity *wf_cache_get(struct wf_cache *cache, const char *kind, const char *id)
{
    struct wf_entity key;
    WF_ASSERT(strlen(kind) <= WF_KIND_MAX && strlen(id) <= WF_ID_MAX);
    strcpy(key.kind, kind);
    strcpy(key.id, id);
    struct wf_entity *entity = g_hash_table_lookup(cache->table, &key);
    if (entity) {
        if (entity != cache->newest) {
            unlink_entity(cache, entity);
            link_newest(cache, entity);
        }
        return entity;
    }
    entity = calloc(1, sizeof *entity);
    WF_ASSERT(entity);
    strcpy(entity->kind, kind);
    strcpy(entity->id, id);
    entity->partition = wf_partition(id);
    g_hash_table_add(cache->table, entity);
    link_newest(cache, entity);
    return entity;
}

/* Decimal text of up to 20 digits. */
static bool read_number(struct wf_bytes text, uint64_t *number)
{
    *number = 0;
    if (text.length == 0 || text.length > 20)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return true;
}

static bool fill_own(struct wf_entity *entity, const struct wf_field *row)
{
    const char *name = (const char *)row->name.data;
    size_t length = row->name.length;
    if (length == 2 && name[1] == 'v')
        return read_number(row->value, &entity->stamp);
    if (length == 2 && name[1] == 'i')
        return read_number(row->value, &entity->incarnation);
    if (length == 2 && name[1] == 'p') {
        entity->is_parked = true;
        return true;
    }
    if (length == 2 && name[1] == 'h') {
        if (row->value.length != WF_CHAIN_SIZE)
            return false;
        memcpy(entity->head, row->value.data, WF_CHAIN_SIZE);
        return true;
    }
    if (length > 2 && name[1] == '>' && length - 2 <= WF_ADDRESS_MAX) {
        char to[WF_ADDRESS_MAX + 1] = {0};
        memcpy(to, name + 2, length - 2);
        return read_number(row->value, &wf_entity_lane(entity, to)->sequence);
    }
    return false;
}

int wf_entity_fill(struct wf_entity *entity, const struct wf_fields *stored, struct wf_error *error)
{
    wf_entity_forget(entity);
    for (size_t i = 0; i < stored->count; i++) {
        const struct wf_field *row = &stored->rows[i];
        if (row->name.length == 0 || row->name.data[0] != '_')
            wf_fields_add(&entity->fields, row->name, row->value);
        else if (!fill_own(entity, row))
            return wf_fail(error, WF_BROKEN, "stored field %.*s of %s/%s cannot be read",
                           (int)row->name.length, (const char *)row->name.data, entity->kind,
                           entity->id);
    }
    wf_fields_sort(&entity->fields);
    entity->is_loaded = true;
    return 0;
}

void wf_entity_forget(struct wf_entity *entity)
{
    entity->is_loaded = false;
    entity->stamp = entity->incarnation = 0;
    entity->tick_repeats = 0;
    entity->is_parked = entity->has_due = false;
    entity->due = 0;
    entity->lane_count = 0;
    memset(entity->head, 0, sizeof entity->head);
    wf_fields_clear(&entity->fields);
}

struct wf_lane_out *wf_entity_lane(struct wf_entity *entity, const char *to)
{
    for (size_t i = 0; i < entity->lane_count; i++) {
        if (strcmp(entity->lanes[i].to, to) == 0)
            return &entity->lanes[i];
    }
    if (entity->lane_count == entity->lane_capacity) {
        entity->lane_capacity = entity->lane_capacity ? entity->lane_capacity * 2 : 2;
        entity->lanes = realloc(entity->lanes, entity->lane_capacity * sizeof *entity->lanes);
        WF_ASSERT(entity->lanes);
    }
    struct wf_lane_out *lane = &entity->lanes[entity->lane_count++];
    *lane = (struct wf_lane_out){0};
    (void)snprintf(lane->to, sizeof lane->to, "%s", to);
    return lane;
}

static void free_entity(struct wf_cache *cache, struct wf_entity *entity)
{
    unlink_entity(cache, entity);
    g_hash_table_remove(cache->table, entity);
    wf_fields_fini(&entity->fields);
    free(entity->lanes);
    free(entity);
}

/* What it holds, not what it uses: that is what the machine lacks.  The hash row is some 50 bytes. */
static size_t cost_of(const struct wf_entity *entity)
{
    return sizeof *entity + 50 + entity->fields.capacity * sizeof *entity->fields.rows +
           entity->fields.memory.capacity + entity->lane_capacity * sizeof *entity->lanes;
}

void wf_cache_account(struct wf_cache *cache, struct wf_entity *entity)
{
    size_t cost = cost_of(entity);
    cache->bytes += cost - entity->cost;
    entity->cost = cost;
}

/* NOLINTBEGIN(clang-analyzer-unix.Malloc): free_entity moves `oldest` on, which version 14 does not follow. */
void wf_cache_trim(struct wf_cache *cache)
{
    while (cache->bytes > cache->budget && cache->oldest) {
        cache->bytes -= cache->oldest->cost;
        free_entity(cache, cache->oldest);
    }
}

void wf_cache_drop_all(struct wf_cache *cache)
{
    while (cache->oldest)
        free_entity(cache, cache->oldest);
    cache->bytes = 0;
}
/* NOLINTEND(clang-analyzer-unix.Malloc) */

void wf_cache_fini(struct wf_cache *cache)
{
    if (!cache->table)
        return;
    wf_cache_drop_all(cache);
    g_hash_table_destroy(cache->table);
    cache->table = NULL;
}
