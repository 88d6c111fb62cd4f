/* standing_registry.h - what the public registry shows of a standing.  Pure.  SPEC 5. */
#ifndef STANDING_REGISTRY_H
#define STANDING_REGISTRY_H

#include "standing_core.h"

enum { STANDING_MEMBER_TEXT = 128, STANDING_VALUE_TEXT = 48 };

/* "<association>~<person>~<CATEGORY>~<LINE>" */
void standing_registry_member(const struct standing *standing, int32_t designation,
                              char member[static STANDING_MEMBER_TEXT]);
/* "<status>|<since>|<due>"; false: the designation has no entry. */
bool standing_registry_value(const struct standing *standing, int32_t designation,
                             bool shows_inactive, char value[static STANDING_VALUE_TEXT]);
/* Names of the protocol: "FS", "IMH"; "" for a number that is none. */
const char *standing_category_code(int32_t category);
const char *standing_age_line_code(int32_t age_line);

#endif
