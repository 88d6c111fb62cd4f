#include "ctl_replay.h"

#include "ctl_installation.h"
#include "endorse/v1/journal.pb-c.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- judgements as JSON ---- */

static json_t *rule_json(const Endorse__V1__JudgedRule *rule)
{
    json_t *by = json_array();
    for (size_t i = 0; i < rule->n_by; i++)
        (void)json_array_append_new(by, json_string(rule->by[i]));
    return json_pack("{s:s,s:s,s:I,s:I,s:s,s:b,s:o}", "requirement", rule->requirement, "rule",
                     rule->rule, "needed", (json_int_t)rule->needed, "have", (json_int_t)rule->have,
                     "unit", rule->unit, "met", (int)rule->met, "by", by);
}

static json_t *doubt_json(const Endorse__V1__JudgedDoubt *doubt)
{
    return json_pack("{s:s,s:s,s:s,s:s}", "id", doubt->id, "why", doubt->why, "rule", doubt->rule,
                     "edition", doubt->edition);
}

static json_t *judgement_json(ProtobufCBinaryData packed)
{
    Endorse__V1__Judgement *judgement =
        packed.len ? endorse__v1__judgement__unpack(NULL, packed.len, packed.data) : NULL;
    json_t *rules = json_array();
    json_t *doubts = json_array();
    json_t *reasons = json_array();
    if (!judgement) {
        json_decref(rules);
        json_decref(doubts);
        json_decref(reasons);
        return json_null();
    }
    for (size_t i = 0; i < judgement->n_rules; i++)
        (void)json_array_append_new(rules, rule_json(judgement->rules[i]));
    for (size_t i = 0; i < judgement->n_doubts; i++)
        (void)json_array_append_new(doubts, doubt_json(judgement->doubts[i]));
    for (size_t i = 0; i < judgement->n_reasons; i++)
        (void)json_array_append_new(reasons, json_string(judgement->reasons[i]));
    json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:o,s:o,s:o}", "decision",
                               judgement->decision, "result", judgement->result, "association",
                               judgement->association, "edition", judgement->edition, "judgedOn",
                               judgement->judged_on, "at_ms", (json_int_t)judgement->at_ms, "rules",
                               rules, "doubts", doubts, "reasons", reasons);
    endorse__v1__judgement__free_unpacked(judgement, NULL);
    return object;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void amount(int64_t number, const char *unit, char *text, size_t size)
{
    if (strcmp(unit, "hour-hundredths") == 0 || strcmp(unit, "minor-units") == 0)
        (void)snprintf(text, size, "%lld.%02lld", (long long)(number / 100),
                       (long long)(number % 100));
    else
        (void)snprintf(text, size, "%lld", (long long)number);
}

void ctl_judged_rule_words(const json_t *rule, char *text, size_t size)
{
    const char *unit = text_of(rule, "unit");
    bool is_hours = strcmp(unit, "hour-hundredths") == 0;
    bool is_yes = strcmp(unit, "yes") == 0;
    char have[32];
    char needed[32];
    amount(json_integer_value(json_object_get(rule, "have")), unit, have, sizeof have);
    amount(json_integer_value(json_object_get(rule, "needed")), unit, needed, sizeof needed);
    int used =
        is_yes ? snprintf(text, size, "%s", text_of(rule, "requirement"))
               : snprintf(text, size, "%s: %s of %s %s", text_of(rule, "requirement"), have, needed,
                          is_hours                           ? "hours"
                          : strcmp(unit, "minor-units") == 0 ? ""
                                                             : unit);
    const char *key = text_of(rule, "rule");
    if (key[0] && used > 0 && (size_t)used < size)
        used += snprintf(text + used, size - (size_t)used, " (%s)", key);
    size_t index = 0;
    const json_t *by = NULL;
    json_array_foreach(json_object_get(rule, "by"), index, by)
    {
        if (used > 0 && (size_t)used < size)
            used += snprintf(text + used, size - (size_t)used, "%s%s", index ? ", " : "  by ",
                             json_string_value(by));
    }
}

/* ---- asking ---- */

static void add_row(json_t *rows, enum wf_service service, const Endorse__V1__ReplayedLine *line)
{
    json_t *row =
        json_pack("{s:s,s:s,s:I,s:I,s:s,s:s,s:s,s:b,s:s}", "program", wf_service_name(service),
                  "aggregate", line->aggregate, "version", (json_int_t)line->version, "time_ms",
                  (json_int_t)line->time_ms, "type", line->type, "was", line->was, "now", line->now,
                  "agrees", (int)line->agrees, "problem", line->problem);
    (void)json_object_set_new(row, "editionWas", json_string(line->edition_was));
    (void)json_object_set_new(row, "editionNow", json_string(line->edition_now));
    (void)json_object_set_new(row, "rulesWas", json_string(line->rules_was));
    (void)json_object_set_new(row, "judgementWas", judgement_json(line->judgement_was));
    (void)json_object_set_new(row, "judgementNow", judgement_json(line->judgement_now));
    (void)json_array_append_new(rows, row);
}

static void say_progress(const struct ctl *ctl, enum wf_service service,
                         const Endorse__V1__ReplayPage *page)
{
    if (ctl->json || !isatty(STDERR_FILENO))
        return;
    (void)fprintf(stderr, "%s: %u of %u partitions, %llu lines\r", wf_service_name(service),
                  page->partitions_done, page->partitions, (unsigned long long)page->lines);
    if (!page->session[0])
        (void)fputs("\033[K", stderr);
}

static void add_total(json_t *total, const char *name, uint64_t more)
{
    json_int_t before = json_integer_value(json_object_get(total, name));
    (void)json_object_set_new(total, name, json_integer(before + (json_int_t)more));
}

/* One slice; *session becomes that of the next, empty at the end. */
static int ask_slice(struct ctl *ctl, enum wf_service service, unsigned instance,
                     const Endorse__V1__Replay *question, char session[static 33], json_t *rows,
                     json_t *total, struct wf_error *error)
{
    struct ctl_answer answer;
    if (ctl_ask_instance(ctl, WF_MESSAGE_REPLAY, service, instance, instance, NULL, &question->base,
                         &answer, error) < 0)
        return -1;
    if (!answer.ok)
        return wf_fail(error, WF_NOT_FOUND, "%s: %s", wf_service_name(service), answer.text);
    Endorse__V1__ReplayPage *page =
        endorse__v1__replay_page__unpack(NULL, answer.payload.length, answer.payload.data);
    if (!page)
        return wf_fail(error, WF_BROKEN, "the answer of %s cannot be read",
                       wf_service_name(service));
    for (size_t i = 0; i < page->n_told; i++)
        add_row(rows, service, page->told[i]);
    (void)snprintf(session, 33, "%s", page->session);
    (void)json_object_set_new(total, "rules", json_string(page->rules));
    say_progress(ctl, service, page);
    if (!page->session[0]) {
        add_total(total, "lines", page->lines);
        add_total(total, "aggregates", page->aggregates);
    }
    endorse__v1__replay_page__free_unpacked(page, NULL);
    return 0;
}

int ctl_replay(struct ctl *ctl, enum wf_service service, unsigned instance,
               const Endorse__V1__Replay *wanted, json_t *rows, json_t *total,
               struct wf_error *error)
{
    char session[33] = "";
    Endorse__V1__Replay question = *wanted;
    do {
        question.session = session;
        if (ask_slice(ctl, service, instance, &question, session, rows, total, error))
            return -1;
    } while (session[0]);
    return 0;
}
