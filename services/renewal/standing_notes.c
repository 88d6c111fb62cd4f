/* What portals are told of a renewal beyond its status: each requirement with what is owed and what
 * there is, and the audits.  SPEC 4. */
#include "standing_notes.h"

#include "standing_registry.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 12, PERCENT = 100 };

enum need {
#define STANDING_NEED(symbol, its_code, its_unit, its_rule, its_text) NEED_##symbol,
#include "standing_needs.def"
#undef STANDING_NEED
    NEED_COUNT
};
static const struct {
    const char *code, *unit, *rule, *text;
} needs[NEED_COUNT] = {
#define STANDING_NEED(symbol, its_code, its_unit, its_rule, its_text)                              \
    [NEED_##symbol] = {.code = its_code, .unit = its_unit, .rule = its_rule, .text = its_text},
#include "standing_needs.def"
#undef STANDING_NEED
};

/* One designation that is judged on a day. */
struct judging {
    const struct standing_policy *policy;
    const struct standing *standing;
    const struct wf_edition *edition;
    int32_t designation;
    wf_date today;
    struct standing_hours hours;
    size_t entries_max; /* that a list names */
    json_t *list;
};

static json_t *need_add(struct judging *judging, enum need need, int64_t needed, int64_t have)
{
    int64_t lacking = have < needed ? needed - have : 0;
    json_t *object =
        json_pack("{s:s s:b s:I s:I s:I s:s s:s s:s s:s}", "requirement", needs[need].code, "met",
                  lacking == 0, "needed", (json_int_t)needed, "have", (json_int_t)have, "short",
                  (json_int_t)lacking, "unit", needs[need].unit, "text", needs[need].text, "rule",
                  needs[need].rule, "edition", judging->edition->name);
    (void)json_array_append_new(judging->list, object);
    return object;
}

/* What counts: the first of them, and how many more there are. */
static void add_entries(struct judging *judging, json_t *object, const uint32_t *bits)
{
    json_t *entries = json_array();
    size_t items = 0;
    for (int32_t i = 0; i < judging->standing->activity_count; i++) {
        if ((bits[i / 32] >> (i % 32) & 1) == 0)
            continue;
        if (items++ < judging->entries_max)
            (void)json_array_append_new(entries, json_string(judging->standing->activities[i].id));
    }
    (void)json_object_set_new(object, "items", json_integer((json_int_t)items));
    (void)json_object_set_new(object, "by", entries);
    if (items > judging->entries_max)
        (void)json_object_set_new(object, "byLeftOut",
                                  json_integer((json_int_t)(items - judging->entries_max)));
}

static void add_hours(struct judging *judging)
{
    const struct standing_hours *hours = &judging->hours;
    add_entries(judging, need_add(judging, NEED_TRAINING, hours->needed.training, hours->training),
                hours->counted_training);
    (void)need_add(judging, NEED_DEI, hours->needed.dei, hours->dei);
    (void)need_add(judging, NEED_RSC_TRAINING, hours->needed.rsc_training, hours->rsc_training);
    add_entries(judging, need_add(judging, NEED_RSC, hours->needed.rsc, hours->rsc),
                hours->counted_rsc);
    if (hours->rsc_months_needed > 0)
        (void)need_add(judging, NEED_RSC_MONTHS, hours->rsc_months_needed, hours->rsc_months);
}

static void add_fact(struct judging *judging, enum need need, bool is_missing, bool is_there)
{
    (void)need_add(judging, need, is_missing || is_there, !is_missing && is_there);
}

static void add_facts(struct judging *judging)
{
    const struct standing *standing = judging->standing;
    int64_t fee = 0;
    int64_t paid = 0;
    uint16_t missing =
        standing_missing(judging->policy, standing, judging->designation, judging->today, &fee);
    for (int32_t i = 0; i < standing->payment_count; i++)
        paid += standing->payments[i].amount_minor;
    (void)need_add(judging, NEED_FEE, fee > 0 ? paid + fee : 0, paid);
    add_fact(judging, NEED_ETHICS, (missing & WF_NEED_ETHICS) != 0, standing->ethics_on != 0);
    add_fact(judging, NEED_NO_SANCTION, (missing & WF_NEED_NO_SANCTION) != 0,
             standing->no_sanction_on != 0);
    add_fact(judging, NEED_MEMBERSHIP, (missing & WF_NEED_MEMBERSHIP) != 0,
             standing->member_until >= judging->today);
    add_fact(judging, NEED_AUDIT, (missing & WF_NEED_AUDIT) != 0, false);
}

static struct judging judging_of(const struct standing_policy *policy,
                                 const struct standing *standing, int32_t designation,
                                 bool gives_rsc, wf_date today)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, standing->association);
    struct judging judging = {
        .policy = policy,
        .standing = standing,
        .designation = designation,
        .today = today,
        .edition = standing_edition(association, standing->designations[designation].due),
        .hours = standing_hours_of(policy, standing, designation, gives_rsc),
        .entries_max = ENTRIES_MAX,
        .list = json_array()};
    return judging;
}

/* A new list: every requirement with needed, have, short and what counts. */
static json_t *requirements_json(const struct standing_policy *policy,
                                 const struct standing *standing, int32_t designation,
                                 bool gives_rsc, wf_date today)
{
    struct judging judging = judging_of(policy, standing, designation, gives_rsc, today);
    add_hours(&judging);
    add_facts(&judging);
    return judging.list;
}

/* A new list: the entries that do not count, and why. */
static json_t *doubts_up_to(const struct standing_policy *policy, const struct standing *standing,
                            int32_t designation, bool gives_rsc, size_t entries_max)
{
    static const struct {
        const char *code, *rule, *text;
    } doubts[STANDING_DOUBT_COUNT] = {
#define STANDING_DOUBT(symbol, its_code, its_rule, its_text)                                       \
    [STANDING_DOUBT_##symbol] = {.code = its_code, .rule = its_rule, .text = its_text},
#include "standing_doubts.def"
#undef STANDING_DOUBT
    };
    struct judging judging = judging_of(policy, standing, designation, gives_rsc, 0);
    for (int32_t i = 0; i < standing->activity_count; i++) {
        uint8_t why = judging.hours.doubts[i];
        if (why == STANDING_DOUBT_NONE || json_array_size(judging.list) == entries_max)
            continue;
        (void)json_array_append_new(
            judging.list, json_pack("{s:s s:s s:s s:s s:s}", "id", standing->activities[i].id,
                                    "why", doubts[why].code, "rule", doubts[why].rule, "edition",
                                    judging.edition->name, "text", doubts[why].text));
    }
    return judging.list;
}

static json_t *doubts_json(const struct standing_policy *policy, const struct standing *standing,
                           int32_t designation, bool gives_rsc)
{
    return doubts_up_to(policy, standing, designation, gives_rsc, ENTRIES_MAX);
}

void standing_judgement_lists(const struct standing_policy *policy, const struct standing *standing,
                              int32_t designation, bool gives_rsc, wf_time now,
                              json_t **requirements, json_t **not_counted)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, standing->association);
    wf_date today = wf_policy_local_date(policy->book, association, now);
    struct judging judging = judging_of(policy, standing, designation, gives_rsc, today);
    judging.entries_max = SIZE_MAX;
    add_hours(&judging);
    add_facts(&judging);
    *requirements = judging.list;
    *not_counted = doubts_up_to(policy, standing, designation, gives_rsc, SIZE_MAX);
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

bool standing_refusal_note(const struct standing_policy *policy, const struct standing *before,
                           const struct standing_event *event, wf_time now,
                           struct standing_refusal *refusal)
{
    const struct wf_association *association =
        wf_policy_association(policy->book, before->association);
    int32_t place = place_of(before, event);
    if (event->kind != STANDING_ON_SUBMITTED || association == NULL || place < 0 ||
        before->designations[place].status != STANDING_IS_ACTIVE)
        return false;
    refusal->edition = standing_edition(association, before->designations[place].due)->name;
    refusal->requirements = dumped(requirements_json(policy, before, place, event->gives_rsc,
                                                     today_at(policy, association, now)));
    refusal->not_counted = dumped(doubts_json(policy, before, place, event->gives_rsc));
    return true;
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
    struct standing with_form = *before;
    with_form.designations[place].renewal_on = event->on;
    const struct standing_designation *one = &before->designations[place];
    bool accepted = after->designations[place].due > one->due;
    const struct wf_edition *edition = standing_edition(association, one->due);
    return dumped(
        json_pack("{s:s s:s s:s s:s s:o s:s s:b s:o s:o}", "association", before->association,
                  "category", standing_category_code(one->category), "ageLine",
                  standing_age_line_code(one->age_line), "edition", edition->name, "renewalDue",
                  day_json(one->due), "state", accepted ? "accepted" : "received", "attested",
                  (int)edition->renewal_attested, "requirements",
                  requirements_json(policy, &with_form, place, event->gives_rsc,
                                    today_at(policy, association, now)),
                  "notCounted", doubts_json(policy, &with_form, place, event->gives_rsc)));
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

void standing_judged(const void *policy, const void *state, wf_time now, struct wf_buffer *json)
{
    const struct standing_policy *rules = policy;
    const struct standing *standing = state;
    const struct wf_association *association =
        wf_policy_association(rules->book, standing->association);
    if (association == NULL || standing->cycle_due == 0)
        return;
    wf_date today = today_at(rules, association, now);
    json_t *requirements = json_array();
    json_t *not_counted = json_array();
    for (int32_t i = 0; i < standing->designation_count; i++) {
        const struct standing_designation *one = &standing->designations[i];
        json_t *row = NULL;
        size_t n = 0;
        if (one->status != STANDING_IS_ACTIVE || one->due != standing->cycle_due)
            continue;
        json_t *list = requirements_json(rules, standing, i, standing->gives_rsc, today);
        json_array_foreach(list, n, row)
        {
            (void)json_object_set_new(row, "category",
                                      json_string(standing_category_code(one->category)));
            (void)json_object_set_new(row, "ageLine",
                                      json_string(standing_age_line_code(one->age_line)));
        }
        (void)json_array_extend(requirements, list);
        json_decref(list);
        list = doubts_json(rules, standing, i, standing->gives_rsc);
        (void)json_array_extend(not_counted, list);
        json_decref(list);
    }
    char *text =
        dumped(json_pack("{s:o s:o}", "requirements", requirements, "notCounted", not_counted));
    wf_buffer_text(json, text);
    free(text);
}
