/* telling.h - what both machines that face portals do with a plan: outcomes, and the index of what is
 * held.  SPEC 6. */
#ifndef TELLING_H
#define TELLING_H

#include "application_core.h"
#include "wf_domain.h"

#include <jansson.h>

/* One plan while it is being filled. */
struct telling {
    struct wf_plan *plan;
    const struct wf_event_meta *meta;
    unsigned ordinal; /* of the next effect that needs an id */
};

struct told {
    enum intake_outcome outcome;
    const char *portal; /* "portal/<id>"; anybody else hears nothing */
    const char *cause;  /* id of the portal's event, or "" */
    json_t *data;       /* taken */
};

const char *intake_outcome_type(enum intake_outcome outcome);

/* Puts the event in hand into held:<portal>, if a portal sent it.  proto/SPEC.md 5.5. */
void telling_hold(struct telling *telling);
void telling_tell(struct telling *telling, struct told told);
/* The data of an EVENT_REFUSED, as far as all refusals have it. */
json_t *telling_refusal(const char *event, const char *type, const char *reason, const char *text);
/* Id for the next effect of this decision. */
void telling_effect_id(struct telling *telling, char id[static 33]);

/* Values as outcomes have them; each is a new reference, NULL where there is none. */
json_t *json_date(wf_date date);
json_t *json_time(wf_time time);
json_t *json_category(int32_t category);
json_t *json_age_line(int32_t age_line);
/* Sets a member and takes the value; NULL: the member stays out. */
void json_member(json_t *object, const char *name, json_t *value);

#endif
