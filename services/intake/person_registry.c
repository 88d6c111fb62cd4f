#include "person_registry.h"

#include "badge.h"

#include <string.h>

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

static bool name_changed(const struct person_state *before, const struct person_state *after)
{
    return before->name.length != after->name.length ||
           memcmp(before->name.bytes, after->name.bytes, after->name.length) != 0;
}

/* The rows whose status is another than before, or that are new. */
static void index_standings(const struct person_state *before, const struct person_state *after,
                            const char *person, struct wf_plan *plan)
{
    for (int32_t i = 0; i < after->standing_count; i++) {
        if (i >= before->standing_count ||
            before->standings[i].status != after->standings[i].status)
            badge_index(&after->standings[i], person, plan);
    }
}

void person_registry_plan(const struct person_state *before, const struct person_state *after,
                          const char *person, struct wf_plan *plan)
{
    index_standings(before, after, person, plan);
    bool renamed = after->standing_count > 0 && name_changed(before, after);
    if (!renamed && after->standing_count <= before->standing_count)
        return;
    struct wf_index mark = {.op = WF_INDEX_COUNT_UP, .name = bytes_of("name-mark")};
    wf_plan_index(plan, &mark);
}
