#include "standing_registry.h"

#include <stdio.h>

const char *standing_category_code(int32_t category)
{
    static const char *const codes[WF_CATEGORIES] = {"",    "FA",    "FS",    "FRS",   "ERS",
                                                     "MHS", "MHM_C", "MHM_P", "MHM_RF"};
    return category > 0 && category < WF_CATEGORIES ? codes[category] : "";
}

const char *standing_age_line_code(int32_t age_line)
{
    static const char *const codes[] = {"", "IMH", "ECMH"};
    return age_line > 0 && age_line < 3 ? codes[age_line] : "";
}

void standing_registry_member(const struct standing *standing, int32_t designation,
                              char member[static STANDING_MEMBER_TEXT])
{
    const struct standing_designation *one = &standing->designations[designation];
    (void)snprintf(member, STANDING_MEMBER_TEXT, "%s~%s~%s~%s", standing->association,
                   standing->person, standing_category_code(one->category),
                   standing_age_line_code(one->age_line));
}

bool standing_registry_value(const struct standing *standing, int32_t designation,
                             bool shows_inactive, char value[static STANDING_VALUE_TEXT])
{
    const struct standing_designation *one = &standing->designations[designation];
    char since[WF_DATE_TEXT];
    char due[WF_DATE_TEXT];
    bool active = one->status == STANDING_IS_ACTIVE;
    bool inactive = one->status == STANDING_IS_ON_LEAVE || one->status == STANDING_IS_SANCTIONED;
    if (!active && !(inactive && shows_inactive))
        return false;
    wf_date_format(one->since, since);
    wf_date_format(one->due, due);
    (void)snprintf(value, STANDING_VALUE_TEXT, "%s|%s|%s", active ? "active" : "inactive", since,
                   active ? due : "");
    return true;
}
