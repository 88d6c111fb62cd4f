#include "standing_record.h"

#include "standing_notes.h"
#include "standing_registry.h"

#include "endorse/v1/journal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULE_MAX = 64, REASON_MAX = 64 };

/* A judgement while it is made: texts are the lists', which live until it is packed. */
struct record {
    struct wf_plan *plan;
    const struct standing_policy *policy;
    const struct standing_event *event;
    json_t *rules, *doubts; /* of all designations that were decided */
    json_t *reasons;        /* "FS IMH: renewed" */
    int32_t first;          /* the first of them; -1: none */
    const char *result;     /* of it */
    const struct wf_edition *edition;
    wf_date due;
};

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* ---- which designations were decided, and how ---- */

static const char *result_of(const struct standing_designation *was,
                             const struct standing_designation *is)
{
    static const char *const results[] = {
        [STANDING_IS_NOTHING] = NULL,          [STANDING_IS_ACTIVE] = "active",
        [STANDING_IS_LAPSED] = "lapsed",       [STANDING_IS_ON_LEAVE] = "on-leave",
        [STANDING_IS_SANCTIONED] = "inactive", [STANDING_IS_ARCHIVED] = "archived",
        [STANDING_IS_EMERITUS] = "emeritus",   [STANDING_IS_ERASED] = NULL};
    if (was == NULL)
        return "granted";
    if (was->status != is->status)
        return results[is->status];
    return is->status == STANDING_IS_ACTIVE && is->due > was->due ? "renewed" : NULL;
}

/* The rule with its category, as other judgements have it. */
static void name_rules(json_t *rules, const char *category)
{
    static const char hours[] = "renewal_";
    char name[RULE_MAX];
    size_t index = 0;
    json_t *rule = NULL;
    json_array_foreach(rules, index, rule)
    {
        const char *key = text_of(rule, "rule");
        bool is_of_category =
            strncmp(key, hours, sizeof hours - 1) == 0 && strcmp(key, "renewal_ethics") != 0;
        (void)snprintf(name, sizeof name, "%s%s%s", is_of_category ? category : "",
                       is_of_category ? "." : "", key);
        (void)json_object_set_new(rule, "rule", json_string(name));
    }
}

/* What was still short before the event that renewed is what this event has brought. */
static void complete(json_t *rules, const char *event)
{
    size_t index = 0;
    json_t *rule = NULL;
    json_array_foreach(rules, index, rule)
    {
        if (json_is_true(json_object_get(rule, "met")))
            continue;
        (void)json_object_set_new(rule, "met", json_true());
        (void)json_object_set(rule, "have", json_object_get(rule, "needed"));
        (void)json_object_set_new(rule, "by", json_pack("[s]", event));
    }
}

static void add_form(const struct record *record, json_t *rules, bool is_there)
{
    const char *by = record->event->meta.message_id;
    json_t *rule = json_pack(
        "{s:s s:b s:i s:i s:s s:s s:o}", "requirement", "submission", "met", (int)is_there,
        "needed", 1, "have", (int)is_there, "unit", "yes", "rule", "due", "by",
        is_there && record->event->kind == STANDING_ON_SUBMITTED ? json_pack("[s]", by)
                                                                 : json_array());
    (void)json_array_insert_new(rules, 0, rule);
}

/* Of a designation by its place: the hours, the facts and the form. */
static void judge(struct record *record, const struct standing *before, int32_t place,
                  bool is_renewed)
{
    bool is_form = record->event->kind == STANDING_ON_SUBMITTED;
    struct standing with_form = *before;
    json_t *rules = NULL;
    json_t *doubts = NULL;
    if (is_form)
        with_form.designations[place].renewal_on = record->event->on;
    standing_judgement_lists(record->policy, &with_form, place,
                             is_form ? record->event->gives_rsc : before->gives_rsc,
                             wf_plan_now(record->plan), &rules, &doubts);
    if (is_renewed)
        complete(rules, record->event->meta.message_id);
    add_form(record, rules, with_form.designations[place].renewal_on != 0 || is_renewed);
    name_rules(rules, standing_category_code(before->designations[place].category));
    (void)json_array_extend(record->rules, rules);
    (void)json_array_extend(record->doubts, doubts);
    json_decref(rules);
    json_decref(doubts);
}

static void add_result(struct record *record, const struct standing *standing, int32_t place,
                       const char *result)
{
    const struct standing_designation *one = &standing->designations[place];
    char reason[REASON_MAX];
    (void)snprintf(reason, sizeof reason, "%s %s: %s", standing_category_code(one->category),
                   standing_age_line_code(one->age_line), result);
    (void)json_array_append_new(record->reasons, json_string(reason));
    if (record->first >= 0)
        return;
    record->first = place;
    record->result = result;
    record->due = one->due;
}

static int32_t place_of_form(const struct standing *standing, const struct standing_event *event)
{
    for (int32_t i = 0; event->kind == STANDING_ON_SUBMITTED && i < standing->designation_count;
         i++) {
        const struct standing_designation *one = &standing->designations[i];
        if (one->category == event->category && one->age_line == event->age_line &&
            one->status == STANDING_IS_ACTIVE)
            return i;
    }
    return -1;
}

/* A form that was taken or refused without any designation being decided. */
static void decide_form(struct record *record, const struct standing *before, bool is_taken)
{
    int32_t place = place_of_form(before, record->event);
    if (record->first >= 0 || place < 0)
        return;
    add_result(record, before, place, is_taken ? "received" : "refused");
    judge(record, before, place, false);
}

static void decide_all(struct record *record, const struct standing *before,
                       const struct standing *after)
{
    for (int32_t i = 0; i < after->designation_count; i++) {
        const struct standing_designation *was =
            i < before->designation_count ? &before->designations[i] : NULL;
        const char *result = result_of(was, &after->designations[i]);
        if (result == NULL)
            continue;
        bool is_renewed = strcmp(result, "renewed") == 0;
        add_result(record, was != NULL ? before : after, i, result);
        if (was != NULL && was->status == STANDING_IS_ACTIVE &&
            (is_renewed || strcmp(result, "lapsed") == 0))
            judge(record, before, i, is_renewed);
    }
}

/* ---- packing ---- */

static size_t texts_of(const json_t *list, char ***texts)
{
    size_t count = json_array_size(list);
    *texts = calloc(count + 1, sizeof **texts);
    WF_ASSERT(*texts != NULL);
    for (size_t i = 0; i < count; i++)
        (*texts)[i] = (char *)(uintptr_t)json_string_value(json_array_get(list, i));
    return count;
}

static void fill_rules(const json_t *list, Endorse__V1__JudgedRule *rules,
                       Endorse__V1__JudgedRule **pointers)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        endorse__v1__judged_rule__init(&rules[i]);
        rules[i].requirement = (char *)text_of(row, "requirement");
        rules[i].rule = (char *)text_of(row, "rule");
        rules[i].unit = (char *)text_of(row, "unit");
        rules[i].needed = json_integer_value(json_object_get(row, "needed"));
        rules[i].have = json_integer_value(json_object_get(row, "have"));
        rules[i].met = json_is_true(json_object_get(row, "met"));
        rules[i].n_by = texts_of(json_object_get(row, "by"), &rules[i].by);
        pointers[i] = &rules[i];
    }
}

static void fill_doubts(const json_t *list, Endorse__V1__JudgedDoubt *doubts,
                        Endorse__V1__JudgedDoubt **pointers)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        endorse__v1__judged_doubt__init(&doubts[i]);
        doubts[i].id = (char *)text_of(row, "id");
        doubts[i].why = (char *)text_of(row, "why");
        doubts[i].rule = (char *)text_of(row, "rule");
        doubts[i].edition = (char *)text_of(row, "edition");
        pointers[i] = &doubts[i];
    }
}

static void pack(const struct record *record, const struct standing *standing)
{
    size_t rule_count = json_array_size(record->rules);
    size_t doubt_count = json_array_size(record->doubts);
    Endorse__V1__JudgedRule *rules = calloc(rule_count + 1, sizeof *rules);
    Endorse__V1__JudgedRule **rule_list = calloc(rule_count + 1, sizeof(Endorse__V1__JudgedRule *));
    Endorse__V1__JudgedDoubt *doubts = calloc(doubt_count + 1, sizeof *doubts);
    Endorse__V1__JudgedDoubt **doubt_list =
        calloc(doubt_count + 1, sizeof(Endorse__V1__JudgedDoubt *));
    WF_ASSERT(rules != NULL && rule_list != NULL && doubts != NULL && doubt_list != NULL);
    const struct standing_designation *one = &standing->designations[record->first];
    Endorse__V1__Judgement judgement = ENDORSE__V1__JUDGEMENT__INIT;
    char on[WF_DATE_TEXT] = "";
    wf_date_format(record->due, on);
    fill_rules(record->rules, rules, rule_list);
    fill_doubts(record->doubts, doubts, doubt_list);
    judgement.decision = (char *)"standing";
    judgement.result = (char *)record->result;
    judgement.association = (char *)standing->association;
    judgement.edition = (char *)(record->edition != NULL ? record->edition->name : "");
    judgement.category = (uint32_t)one->category;
    judgement.age_line = (uint32_t)one->age_line;
    judgement.judged_on = on;
    judgement.at_ms = wf_plan_now(record->plan);
    judgement.n_rules = rule_count;
    judgement.rules = rule_list;
    judgement.n_doubts = doubt_count;
    judgement.doubts = doubt_list;
    judgement.n_reasons = texts_of(record->reasons, &judgement.reasons);
    wf_plan_judgement(record->plan, &judgement.base);
    for (size_t i = 0; i < rule_count; i++)
        free(rules[i].by);
    free(judgement.reasons);
    free(doubt_list);
    free(doubts);
    free(rule_list);
    free(rules);
}

void standing_record(struct wf_plan *plan, const struct standing_policy *policy,
                     const struct standing *before, const struct standing_event *event,
                     const struct standing *after)
{
    const struct standing *named = after != NULL ? after : before;
    const struct wf_association *association =
        wf_policy_association(policy->book, named->association);
    struct record record = {.plan = plan, .policy = policy, .event = event, .first = -1};
    if (association == NULL)
        return;
    record.rules = json_array();
    record.doubts = json_array();
    record.reasons = json_array();
    if (after != NULL)
        decide_all(&record, before, after);
    decide_form(&record, before, after != NULL);
    if (record.first >= 0) {
        record.edition = standing_edition(association, record.due);
        pack(&record, named);
    }
    json_decref(record.rules);
    json_decref(record.doubts);
    json_decref(record.reasons);
}
