/* Which place an entry has in the status lists, and whether its bit is set.  SPEC 9.2. */
#include "badge.h"

#include "wf_domain.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <string.h>

static struct wf_bytes bytes_of(const char *text)
{
    return (struct wf_bytes){.data = (const uint8_t *)text, .length = strlen(text)};
}

void badge_member(const char *person, int category, int age_line,
                  char member[static BADGE_MEMBER_MAX])
{
    (void)snprintf(member, BADGE_MEMBER_MAX, "%s~%d~%d", person, category, age_line);
}

void badge_index(const struct person_standing *standing, const char *person, struct wf_plan *plan)
{
    char numbers[sizeof standing->association + 8], off[sizeof standing->association + 12];
    char member[BADGE_MEMBER_MAX];
    bool is_active = standing->status == (int32_t)ENDORSE__V1__STANDING_STATUS__STANDING_ACTIVE;
    (void)snprintf(numbers, sizeof numbers, "badge:%s", standing->association);
    (void)snprintf(off, sizeof off, "badge-off:%s", standing->association);
    badge_member(person, standing->category, standing->age_line, member);
    struct wf_index change = {.op = is_active ? WF_INDEX_HASH_DROP : WF_INDEX_HASH_PUT,
                              .name = bytes_of(off),
                              .member = bytes_of(member),
                              .value = bytes_of(is_active ? "" : "1")};
    struct wf_index number = {
        .op = WF_INDEX_HASH_NUMBER, .name = bytes_of(numbers), .member = bytes_of(member)};
    wf_plan_index(plan, &change);
    if (is_active)
        wf_plan_index(plan, &number);
}
