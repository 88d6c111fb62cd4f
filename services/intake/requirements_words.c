#include "requirements_words.h"

#include "telling.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/journal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULE = 64, RATING_NAME = 16 };

/* "FS.rsc_hours", "membership"; "" for a rule of no association. */
static void name_rule(enum requirement_scope scope, const char *key, int32_t category,
                      char rule[static RULE])
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&endorse__v1__category__descriptor, category);
    bool of_category = scope == REQUIREMENT_SCOPE_CATEGORY && value;
    (void)snprintf(rule, RULE, "%s%s%s", of_category ? value->name : "", of_category ? "." : "",
                   scope == REQUIREMENT_SCOPE_NONE ? "" : key);
}

/* The id of what counts; ratings have none but their number. */
static const char *name_of(const struct application_state *state, enum requirement_of of,
                           int32_t place, char rating[static RATING_NAME])
{
    switch (of) {
    case REQUIREMENT_OF_ENTRIES:
        return state->entries[place].id;
    case REQUIREMENT_OF_FEES:
        return state->fees[place].payment;
    case REQUIREMENT_OF_RATERS:
        (void)snprintf(rating, RATING_NAME, "rating/%u", state->raters[place].request);
        return rating;
    case REQUIREMENT_OF_NOTHING:
        break;
    }
    return "";
}

/* ---- JSON ---- */

/* Appends the name unless the budget is used up. */
static bool append_name(json_t *names, const char *name, size_t *budget)
{
    size_t needed = strlen(name) + 3;
    if (needed > *budget)
        return false;
    *budget -= needed;
    (void)json_array_append_new(names, json_string(name));
    return true;
}

static void say_what_counts(json_t *object, const struct application_state *state,
                            const struct requirement_result *result, size_t *budget)
{
    const struct requirement_row *row = requirement_row(result->id);
    json_t *names = json_array();
    char rating[RATING_NAME];
    json_int_t left_out = 0;
    for (int32_t i = 0; i < APPLICATION_ENTRIES; i++) {
        if (requirement_set_has(&result->by, i))
            left_out += !append_name(names, name_of(state, row->of, i, rating), budget);
    }
    json_member(object, "by", names);
    if (left_out > 0)
        json_member(object, "byLeftOut", json_integer(left_out));
}

static json_t *role_names(uint16_t roles)
{
    json_t *names = json_array();
    for (int32_t role = 1; role < RATER_ROLES; role++) {
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value(&endorse__v1__rater_role__descriptor, role);
        if (value && (roles >> role & 1))
            (void)json_array_append_new(names, json_string(value->name));
    }
    return names;
}

static json_t *requirement_json(const struct application_state *state,
                                const struct requirement_list *list,
                                const struct requirement_result *result, size_t *budget)
{
    const struct requirement_row *row = requirement_row(result->id);
    int64_t lacking = result->have < result->needed ? result->needed - result->have : 0;
    char rule[RULE];
    json_t *object = json_object();
    name_rule(row->scope, row->key, list->category, rule);
    json_member(object, "requirement", json_string(row->code));
    json_member(object, "met", json_boolean(result->met));
    json_member(object, "needed", json_integer(result->needed));
    json_member(object, "have", json_integer(result->have));
    json_member(object, "short", json_integer(result->met ? 0 : lacking));
    json_member(object, "unit", json_string(row->unit));
    json_member(object, "items", json_integer(result->items));
    if (result->elsewhere[0])
        json_member(object, "elsewhere", json_string(result->elsewhere));
    if (result->roles)
        json_member(object, "roles", role_names(result->roles));
    json_member(object, "text", json_string(row->text));
    json_member(object, "rule", json_string(rule));
    json_member(object, "edition", json_string(list->edition));
    if (row->of != REQUIREMENT_OF_NOTHING)
        say_what_counts(object, state, result, budget);
    return object;
}

json_t *requirements_json(const struct application_state *state,
                          const struct requirement_list *list, size_t budget)
{
    json_t *array = json_array();
    for (int32_t i = 0; i < list->count; i++)
        (void)json_array_append_new(array,
                                    requirement_json(state, list, &list->results[i], &budget));
    return array;
}

json_t *requirements_doubts_json(const struct application_state *state,
                                 const struct requirement_list *list, size_t budget)
{
    enum { ONE = 200 }; /* bytes of one without its id, about */
    json_t *array = json_array();
    char rating[RATING_NAME];
    char rule[RULE];
    for (int32_t i = 0; i < list->doubt_count && budget >= ONE; i++) {
        const struct requirement_doubt *doubt = &list->doubts[i];
        const struct requirement_doubt_row *row = requirement_doubt_row(doubt->why);
        json_t *object = json_object();
        budget -= ONE;
        name_rule(row->scope, row->key, list->category, rule);
        json_member(object, "id", json_string(name_of(state, doubt->of, doubt->place, rating)));
        json_member(object, "why", json_string(row->code));
        json_member(object, "text", json_string(row->text));
        if (rule[0]) {
            json_member(object, "rule", json_string(rule));
            json_member(object, "edition", json_string(doubt->edition));
        }
        (void)json_array_append_new(array, object);
    }
    return array;
}

/* ---- the journal ---- */

/* A judgement and all that its pointers point to. */
struct record {
    Endorse__V1__Judgement judgement;
    Endorse__V1__JudgedRule rules[REQUIREMENT_RESULTS];
    Endorse__V1__JudgedRule *rule_list[REQUIREMENT_RESULTS];
    char rule_names[REQUIREMENT_RESULTS][RULE];
    char *by[REQUIREMENT_RESULTS][APPLICATION_ENTRIES];
    Endorse__V1__JudgedDoubt doubts[REQUIREMENT_DOUBTS];
    Endorse__V1__JudgedDoubt *doubt_list[REQUIREMENT_DOUBTS];
    char doubt_names[REQUIREMENT_DOUBTS][RULE];
    char ratings[APPLICATION_RATERS][RATING_NAME];
    char on[WF_DATE_TEXT];
};

static char *recorded_name(struct record *record, const struct application_state *state,
                           enum requirement_of of, int32_t place)
{
    char *rating = record->ratings[of == REQUIREMENT_OF_RATERS ? place : 0];
    return (char *)name_of(state, of, place, rating);
}

static void record_rules(struct record *record, const struct application_state *state,
                         const struct requirement_list *list)
{
    for (int32_t i = 0; i < list->count; i++) {
        const struct requirement_result *result = &list->results[i];
        const struct requirement_row *row = requirement_row(result->id);
        Endorse__V1__JudgedRule *rule = &record->rules[i];
        endorse__v1__judged_rule__init(rule);
        name_rule(row->scope, row->key, list->category, record->rule_names[i]);
        rule->requirement = (char *)row->code;
        rule->rule = record->rule_names[i];
        rule->needed = result->needed;
        rule->have = result->have;
        rule->unit = (char *)row->unit;
        rule->met = result->met;
        rule->by = record->by[i];
        for (int32_t place = 0; row->of && place < APPLICATION_ENTRIES; place++) {
            if (requirement_set_has(&result->by, place))
                rule->by[rule->n_by++] = recorded_name(record, state, row->of, place);
        }
        record->rule_list[i] = rule;
    }
    record->judgement.rules = record->rule_list;
    record->judgement.n_rules = (size_t)list->count;
}

static void record_doubts(struct record *record, const struct application_state *state,
                          const struct requirement_list *list)
{
    for (int32_t i = 0; i < list->doubt_count; i++) {
        const struct requirement_doubt *from = &list->doubts[i];
        const struct requirement_doubt_row *row = requirement_doubt_row(from->why);
        Endorse__V1__JudgedDoubt *doubt = &record->doubts[i];
        endorse__v1__judged_doubt__init(doubt);
        name_rule(row->scope, row->key, list->category, record->doubt_names[i]);
        doubt->id = recorded_name(record, state, from->of, from->place);
        doubt->why = (char *)row->code;
        doubt->rule = record->doubt_names[i];
        doubt->edition = (char *)from->edition;
        record->doubt_list[i] = doubt;
    }
    record->judgement.doubts = record->doubt_list;
    record->judgement.n_doubts = (size_t)list->doubt_count;
}

void requirements_record(struct wf_plan *plan, const struct application_state *state,
                         const struct requirement_list *list, const char *result)
{
    const struct application_registration *registration = &state->registration;
    struct record *record = calloc(1, sizeof *record); /* too large for the stack */
    WF_ASSERT(record);
    endorse__v1__judgement__init(&record->judgement);
    wf_date_format(list->on, record->on);
    record->judgement.decision = (char *)"submission";
    record->judgement.result = (char *)result;
    record->judgement.association = (char *)registration->association;
    record->judgement.edition = (char *)list->edition;
    record->judgement.category = (uint32_t)registration->category;
    record->judgement.age_line = (uint32_t)registration->age_line;
    record->judgement.judged_on = record->on;
    record->judgement.at_ms = list->at;
    record_rules(record, state, list);
    record_doubts(record, state, list);
    wf_plan_judgement(plan, &record->judgement.base);
    free(record);
}
