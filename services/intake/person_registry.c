#include "person_registry.h"

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

void person_registry_plan(const struct person_state *before, const struct person_state *after,
                          struct wf_plan *plan)
{
    bool renamed = after->standing_count > 0 && name_changed(before, after);
    if (!renamed && after->standing_count <= before->standing_count)
        return;
    struct wf_index mark = {.op = WF_INDEX_COUNT_UP, .name = bytes_of("name-mark")};
    wf_plan_index(plan, &mark);
}
