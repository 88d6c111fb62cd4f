/* What portals are told of a renewal beyond its status: each requirement with what is owed and what
 * there is, and the audits.  SPEC 4. */
#include "standing_notes.h"

#include "standing_registry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 40, PERCENT = 100 };

enum need {
#define STANDING_NEED(symbol, its_code, its_unit, its_text) NEED_##symbol,
#include "standing_needs.def"
#undef STANDING_NEED
    NEED_COUNT
};
static const struct {
    const char *code, *unit, *text;
} needs[NEED_COUNT] = {
#define STANDING_NEED(symbol, its_code, its_unit, its_text)                                        \
    [NEED_##symbol] = {.code = its_code, .unit = its_unit, .text = its_text},
#include "standing_needs.def"
#undef STANDING_NEED
};

static json_t *need_json(enum need need, int64_t needed, int64_t have)
{
    int64_t lacking = have < needed ? needed - have : 0;
    return json_pack("{s:s s:b s:I s:I s:I s:s s:s}", "requirement", needs[need].code, "met",
                     lacking == 0, "needed", (json_int_t)needed, "have", (json_int_t)have, "short",
                     (json_int_t)lacking, "unit", needs[need].unit, "text", needs[need].text);
}

/* The first ENTRIES_MAX of what counts; `items` says how many there are. */
static json_t *with_entries(json_t *object, const struct standing *standing, const uint32_t *bits)
{
    json_t *entries = json_array();
    int items = 0;
    for (int32_t i = 0; i < standing->activity_count; i++) {
        if ((bits[i / 32] >> (i % 32) & 1) == 0)
            continue;
        if (items++ < ENTRIES_MAX)
            (void)json_array_append_new(entries, json_string(standing->activities[i].id));
    }
    (void)json_object_set_new(object, "items", json_integer(items));
    (void)json_object_set_new(object, "entries", entries);
    return object;
}

static void add_hours(json_t *list, const struct standing *standing,
                      const struct standing_hours *hours)
{
    (void)json_array_append_new(
        list, with_entries(need_json(NEED_TRAINING, hours->needed.training, hours->training),
                           standing, hours->counted_training));
    (void)json_array_append_new(list, need_json(NEED_DEI, hours->needed.dei, hours->dei));
    (void)json_array_append_new(
        list, need_json(NEED_RSC_TRAINING, hours->needed.rsc_training, hours->rsc_training));
    (void)json_array_append_new(list,
                                with_entries(need_json(NEED_RSC, hours->needed.rsc, hours->rsc),
                                             standing, hours->counted_rsc));
    if (hours->rsc_months_needed > 0)
        (void)json_array_append_new(
            list, need_json(NEED_RSC_MONTHS, hours->rsc_months_needed, hours->rsc_months));
}

static void add_facts(json_t *list, uint16_t missing, int64_t fee_missing)
{
    static const struct {
        enum need need;
        uint16_t bit;
    } facts[] = {{NEED_ETHICS, WF_NEED_ETHICS},
                 {NEED_NO_SANCTION, WF_NEED_NO_SANCTION},
                 {NEED_MEMBERSHIP, WF_NEED_MEMBERSHIP},
                 {NEED_AUDIT, WF_NEED_AUDIT}};
    (void)json_array_append_new(list, need_json(NEED_FEE, fee_missing, 0));
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        (void)json_array_append_new(
            list, need_json(facts[i].need, (missing & facts[i].bit) != 0 ? 1 : 0, 0));
}

json_t *standing_requirements_json(const struct standing_policy *policy,
                                   const struct standing *standing, int32_t designation,
                                   bool gives_rsc, wf_date today)
{
    struct standing_hours hours = standing_hours_of(policy, standing, designation, gives_rsc);
    int64_t fee = 0;
    uint16_t missing = standing_missing(policy, standing, designation, today, &fee);
    json_t *list = json_array();
    add_hours(list, standing, &hours);
    add_facts(list, missing, fee);
    return list;
}

static json_t *day_json(wf_date day)
{
    char text[WF_DATE_TEXT];
    if (day == 0)
        return json_null();
    wf_date_format(day, text);
    return json_string(text);
}

/* The place of the designation that an event names; -1: none. */
static int32_t place_of(const struct standing *standing, const struct standing_event *event)
{
    for (int32_t i = 0; i < standing->designation_count; i++) {
        if (standing->designations[i].category == event->category &&
            standing->designations[i].age_line == event->age_line)
            return i;
    }
    return -1;
}

static char *dumped(json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    WF_ASSERT(text != NULL);
    json_decref(json);
    return text;
}

static wf_date today_at(const struct standing_policy *policy,
                        const struct wf_association *association, wf_time now)
{
    return wf_policy_local_date(policy->book, association, now);
}

char *standing_refusal_requirements(const struct standing_policy *policy,
                                    const struct standing *before,
                                    const struct standing_event *event, wf_time now,
                                    const char **edition)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, before->association);
    int32_t place = place_of(before, event);
    *edition = "";
    if (event->kind != STANDING_ON_SUBMITTED || association == NULL || place < 0 ||
        before->designations[place].status != STANDING_IS_ACTIVE)
        return NULL;
    *edition = standing_edition(association, before->designations[place].due)->name;
    return dumped(standing_requirements_json(policy, before, place, event->gives_rsc,
                                             today_at(policy, association, now)));
}

char *standing_judged_note(const struct standing_policy *policy, const struct standing *before,
                           const struct standing_event *event, const struct standing *after,
                           wf_time now)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, before->association);
    int32_t place = place_of(before, event);
    if (event->kind != STANDING_ON_SUBMITTED || association == NULL || place < 0)
        return NULL;
    /* Judged is what was there when it came, with the form itself. */
    static struct standing with_form;
    with_form = *before;
    with_form.designations[place].renewal_on = event->on;
    const struct standing_designation *one = &before->designations[place];
    bool accepted = after->designations[place].due > one->due;
    const struct wf_edition *edition = standing_edition(association, one->due);
    return dumped(json_pack("{s:s s:s s:s s:s s:o s:s s:b s:o}", "association", before->association,
                            "category", standing_category_code(one->category), "ageLine",
                            standing_age_line_code(one->age_line), "edition", edition->name,
                            "renewalDue", day_json(one->due), "state",
                            accepted ? "accepted" : "received", "attested",
                            (int)edition->renewal_attested, "requirements",
                            standing_requirements_json(policy, &with_form, place, event->gives_rsc,
                                                       today_at(policy, association, now))));
}

char *standing_audit_note(const struct standing *after, const struct standing_effects *effects)
{
    static const char *const states[] = {[STANDING_AUDIT_NONE] = "satisfied",
                                         [STANDING_AUDIT_NEXT] = "next-renewal",
                                         [STANDING_AUDIT_ASKED] = "asked",
                                         [STANDING_AUDIT_FAILED] = "failed"};
    char seed[17];
    (void)snprintf(seed, sizeof seed, "%016" PRIx64, after->audit_seed);
    return dumped(json_pack("{s:s s:s s:o s:s s:i s:s}", "association", after->association, "state",
                            states[after->audit], "until", day_json(after->audit_until), "seed",
                            seed, "draw", (int)(after->audit_seed % PERCENT), "edition",
                            effects->edition));
}
