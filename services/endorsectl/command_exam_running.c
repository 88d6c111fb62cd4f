/* endorsectl exam list, show, workload, seed, stats: questions to endorse-exam.  What it answers never joins a
 * reader with a paper, nor says how many sheets are in (services/exam/SPEC.md 6.1). */
#include "command_exam.h"
#include "ctl_installation.h"
#include "stats_pairs.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>
#include <string.h>

static json_t *category_name(const json_t *number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
        &endorse__v1__category__descriptor, (int)json_integer_value(number));
    return value ? json_string(value->name) : json_null();
}

/* Categories have numbers between the programs, and for people the names that portals use. */
static void name_categories(json_t *value)
{
    const char *key;
    size_t index;
    json_t *member;
    void *next;
    json_array_foreach(value, index, member)
    {
        name_categories(member);
    }
    json_object_foreach_safe(value, next, key, member)
    {
        name_categories(member);
        if (json_is_integer(member) && strcmp(key, "category") == 0)
            (void)json_object_set_new(value, key, category_name(member));
    }
    json_t *list = json_object_get(value, "categories");
    json_array_foreach(list, index, member)
    {
        if (json_is_integer(member))
            (void)json_array_set_new(list, index, category_name(member));
    }
}

/* The JSON of an ExamAnswer; NULL with the error filled. */
static json_t *answer_json(const struct ctl_answer *answer, struct wf_error *error)
{
    if (!answer->ok) {
        (void)wf_fail(error, WF_INVALID, "%s",
                      answer->text[0] ? answer->text : "endorse-exam did not answer this");
        return NULL;
    }
    Endorse__V1__ExamAnswer *said =
        endorse__v1__exam_answer__unpack(NULL, answer->payload.length, answer->payload.data);
    json_t *value = said ? json_loads(said->json, 0, NULL) : NULL;
    if (said)
        endorse__v1__exam_answer__free_unpacked(said, NULL);
    if (!value)
        (void)wf_fail(error, WF_BROKEN, "the answer of endorse-exam cannot be read");
    name_categories(value);
    return value;
}

/* The rows of every instance, one behind the other. */
static json_t *ask_all(struct ctl *ctl, enum wf_message message, const ProtobufCMessage *question,
                       struct wf_error *error)
{
    json_t *rows = json_array();
    if (ctl_installation_read(ctl, error) < 0) {
        json_decref(rows);
        return NULL;
    }
    for (unsigned i = 0; i < ctl_instances(ctl, WF_EXAM); i++) {
        struct ctl_answer answer;
        json_t *some = NULL;
        if (ctl_ask_instance(ctl, message, WF_EXAM, i, i, NULL, question, &answer, error) == 0)
            some = answer_json(&answer, error);
        if (!some) {
            json_decref(rows);
            return NULL;
        }
        (void)json_array_extend(rows, some);
        json_decref(some);
    }
    return rows;
}

static int table(struct ctl *ctl, json_t *rows, const char *empty, const char *const *columns,
                 const struct wf_error *error)
{
    if (!rows)
        return ctl_complain(error);
    ctl_table(ctl, rows, empty, columns);
    json_decref(rows);
    return CTL_OK;
}

int ctl_exam_list(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {"handle", "paper", "state",    "waits for",
                                          "since",  "since", "category", "category",
                                          "form",   "form",  NULL};
    Endorse__V1__ExamList question = ENDORSE__V1__EXAM_LIST__INIT;
    struct wf_error error = {0};
    (void)argv;
    if (argc)
        return ctl_exam_wants("list", argc, NULL);
    return table(ctl, ask_all(ctl, WF_MESSAGE_EXAM_LIST, &question.base, &error),
                 "No paper was sealed yet.", columns, &error);
}

static void print_paper(const json_t *paper)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)paper, key, value)
    {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        (void)printf("%-18s %s\n", key, json_is_string(value) ? json_string_value(value) : text);
        free(text);
    }
}

int ctl_exam_show(struct ctl *ctl, int argc, char **argv)
{
    Endorse__V1__ExamShow question = ENDORSE__V1__EXAM_SHOW__INIT;
    struct wf_error error = {0};
    struct ctl_answer answer;
    char to[WF_ADDRESS_MAX + 1];
    if (argc != 1 || !wf_id_is_valid(argv[0]))
        return ctl_exam_wants("show", argc, "needs the handle of a paper");
    struct wf_address address = wf_address_make(WF_EXAM, "paper", argv[0]);
    wf_address_format(&address, to);
    json_t *paper = NULL;
    if (ctl_installation_read(ctl, &error) == 0 &&
        ctl_ask(ctl, WF_MESSAGE_EXAM_SHOW, to, 0, NULL, &question.base, &answer, &error) == 0)
        paper = answer_json(&answer, &error);
    if (!paper)
        return ctl_complain(&error);
    if (ctl->json)
        ctl_json(paper);
    else
        print_paper(paper);
    json_decref(paper);
    return CTL_OK;
}

static json_t *ask_pool(struct ctl *ctl, const char *what, struct wf_error *error)
{
    Endorse__V1__ExamPool question = ENDORSE__V1__EXAM_POOL__INIT;
    struct ctl_answer answer;
    question.what = (char *)(uintptr_t)what;
    if (ctl_installation_read(ctl, error) < 0 ||
        ctl_ask(ctl, WF_MESSAGE_EXAM_POOL, "exam/pool/readers", 0, NULL, &question.base, &answer,
                error) < 0)
        return NULL;
    return answer_json(&answer, error);
}

int ctl_exam_reader(struct ctl *ctl, const char *reader, struct wf_error *error)
{
    json_t *workload = ask_pool(ctl, "workload", error), *row;
    size_t index;
    bool known = false;
    if (!workload)
        return -1;
    json_array_foreach(workload, index, row)
    {
        known = known || strcmp(json_string_value(json_object_get(row, "reader")), reader) == 0;
    }
    json_decref(workload);
    return known ? 0
                 : wf_fail(error, WF_INVALID,
                           "no reader is called %s: endorsectl exam workload lists them", reader);
}

int ctl_exam_workload(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {"reader",   "reader",   "given",         "given",
                                          "capacity", "capacity", "window_days",   "days",
                                          "active",   "active",   "calibrations",  "calibrations",
                                          "within",   "within",   "recalibrating", "recalibrates",
                                          NULL};
    struct wf_error error = {0};
    (void)argv;
    if (argc)
        return ctl_exam_wants("workload", argc, NULL);
    return table(ctl, ask_pool(ctl, "workload", &error), "No reader is enrolled yet.", columns,
                 &error);
}

int ctl_exam_seed(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {
        "sha256", "SHA-256 of the seed", "since", "since", "plans", "plans", "seed", "seed", NULL};
    struct wf_error error = {0};
    (void)argv;
    if (argc)
        return ctl_exam_wants("seed", argc, NULL);
    return table(ctl, ask_pool(ctl, "seed", &error),
                 "No reader is enrolled yet, so no seed is in use.", columns, &error);
}

/* Copies the lines of a form's list behind the others, each with the name of its form. */
static void gather(json_t *lines, const json_t *form, const char *list)
{
    size_t index;
    json_t *line;
    json_array_foreach(json_object_get(form, list), index, line)
    {
        json_t *copy = json_copy(line);
        (void)json_object_set(copy, "form", json_object_get(form, "form"));
        (void)json_array_append_new(lines, copy);
    }
}

/* The same shape as what is computed of a file, so that one page shows both. */
static json_t *page_value(json_t *forms)
{
    json_t *agreement = json_array(), *severity = json_array();
    json_int_t papers = 0;
    size_t index;
    json_t *form;
    json_array_foreach(forms, index, form)
    {
        gather(agreement, form, "agreement");
        gather(severity, form, "severity");
        papers += json_integer_value(json_object_get(form, "papers"));
    }
    return json_pack("{s:O,s:I,s:i,s:o,s:o}", "forms", forms, "papers", papers, "few_below",
                     STATS_FEW, "agreement", agreement, "severity", severity);
}

static int write_page(const struct ctl *ctl, json_t *forms, const char *path,
                      struct wf_error *error)
{
    json_t *value = forms ? page_value(forms) : NULL;
    int result = value ? ctl_exam_page(value, path, error) : -1;
    if (result == 0 && ctl->json)
        ctl_json(forms);
    else if (result == 0)
        (void)printf("Written: %s\n", path);
    json_decref(value);
    json_decref(forms);
    return result ? ctl_complain(error) : CTL_OK;
}

int ctl_exam_stats_running(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {
        "form",        "form",       "category",   "category", "papers", "released", "third_read",
        "read thrice", "committees", "committees", "passed",   "passed", NULL};
    Endorse__V1__ExamStats question = ENDORSE__V1__EXAM_STATS__INIT;
    struct wf_error error = {0};
    const char *page = ctl_option(&argc, argv, "--page", true);
    if (argc)
        return ctl_exam_wants("stats", argc,
                              "takes --page FILE.html; with --scores FILE.csv --cut POINTS too");
    if (page)
        return write_page(ctl, ask_all(ctl, WF_MESSAGE_EXAM_STATS, &question.base, &error), page,
                          &error);
    return table(ctl, ask_all(ctl, WF_MESSAGE_EXAM_STATS, &question.base, &error),
                 "No result is released yet.", columns, &error);
}
