/* endorsectl show and dead: one aggregate's story, and what could not be applied. */
#include "ctl_installation.h"

#include "endorse/v1/internal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Where an id can have a story.  The same id may have several: an application has one in intake and one in
 * reference. */
static const struct {
    enum wf_service service;
    const char *kind;
} homes[] = {{WF_INTAKE, "application"}, {WF_REFERENCE, "ratings"}, {WF_INTAKE, "person"},
             {WF_RENEWAL, "standing"},   {WF_COURIER, "effect"},    {WF_INTAKE, "portal"},
             {WF_COURIER, "endpoint"}};

static void add_story(json_t *stories, json_t *lines, const char *address, struct wf_bytes payload)
{
    Endorse__V1__Story *story = endorse__v1__story__unpack(NULL, payload.length, payload.data);
    if (!story)
        return;
    json_t *state = json_loads(story->state_json, 0, NULL);
    json_t *judged = json_loads(story->judged_json, 0, NULL);
    json_t *whole = json_pack("{s:s,s:s,s:o}", "aggregate", address, "waiting", story->waiting,
                              "state", state ? state : json_object());
    if (judged)
        (void)json_object_update(whole, judged);
    json_decref(judged);
    (void)json_array_append_new(stories, whole);
    for (size_t i = 0; i < story->n_lines; i++) {
        const Endorse__V1__StoryLine *line = story->lines[i];
        (void)json_array_append_new(lines, json_pack("{s:I,s:s,s:s,s:I,s:s,s:s,s:s,s:s}", "time_ms",
                                                     (json_int_t)line->time_ms, "time",
                                                     ctl_moment(line->time_ms), "aggregate",
                                                     address, "version", (json_int_t)line->version,
                                                     "type", line->type, "result", line->result,
                                                     "text", line->text, "actor", line->actor));
    }
    endorse__v1__story__free_unpacked(story, NULL);
}

static int by_time(const void *a, const void *b)
{
    const json_t *first = *(json_t *const *)a;
    const json_t *second = *(json_t *const *)b;
    json_int_t difference = json_integer_value(json_object_get(first, "time_ms")) -
                            json_integer_value(json_object_get(second, "time_ms"));
    if (difference == 0)
        difference = json_integer_value(json_object_get(first, "version")) -
                     json_integer_value(json_object_get(second, "version"));
    return (difference > 0) - (difference < 0);
}

/* A new array with the same lines in order of time. */
static json_t *sorted(const json_t *lines)
{
    size_t count = json_array_size(lines);
    json_t **order = calloc(count ? count : 1, sizeof *order);
    json_t *result = json_array();
    WF_ASSERT(order);
    for (size_t i = 0; i < count; i++)
        order[i] = json_array_get(lines, i);
    qsort(order, count, sizeof *order, by_time);
    for (size_t i = 0; i < count; i++)
        (void)json_array_append(result, order[i]);
    free(order);
    return result;
}

static int ask_home(struct ctl *ctl, size_t home, const char *id, json_t *stories, json_t *lines,
                    struct wf_error *error)
{
    Endorse__V1__Show question = ENDORSE__V1__SHOW__INIT;
    struct ctl_answer answer;
    char to[WF_ADDRESS_MAX + 1];
    char name[WF_KIND_MAX + WF_ID_MAX + 2];
    struct wf_address address = wf_address_make(homes[home].service, homes[home].kind, id);
    wf_address_format(&address, to);
    (void)snprintf(name, sizeof name, "%s/%s", homes[home].kind, id);
    question.id = name;
    question.limit = 400;
    if (ctl_ask(ctl, WF_MESSAGE_SHOW, to, 0, NULL, &question.base, &answer, error) < 0)
        return -1;
    if (answer.ok)
        add_story(stories, lines, to, answer.payload);
    return 0;
}

/* "t1, t2" for the table. */
static json_t *joined(const json_t *names)
{
    char text[400] = "";
    size_t used = 0;
    size_t i = 0;
    const json_t *name = NULL;
    json_array_foreach(names, i, name)
    {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "",
                                 json_string_value(name));
        if (used >= sizeof text - 70) {
            (void)snprintf(text + used, sizeof text - used, ", ...");
            break;
        }
    }
    return json_string(text);
}

/* What is judged of an application: each requirement, then what does not count. */
static void print_judged(struct ctl *ctl, const json_t *story)
{
    static const char *const wanted[] = {"requirement", "requirement", "met",    "met",   "needed",
                                         "needed",      "have",        "have",   "short", "short",
                                         "unit",        "unit",        "rule",   "rule",  "edition",
                                         "edition",     "met_by",      "met by", NULL};
    static const char *const doubted[] = {"id",   "does not count", "why",     "because", "rule",
                                          "rule", "edition",        "edition", "text",    "",
                                          NULL};
    json_t *requirements = json_object_get(story, "requirements");
    size_t i = 0;
    json_t *row = NULL;
    if (!requirements)
        return;
    json_array_foreach(requirements, i, row)
    {
        (void)json_object_set_new(row, "met_by", joined(json_object_get(row, "by")));
        (void)json_object_set_new(
            row, "met", json_string(json_is_true(json_object_get(row, "met")) ? "yes" : "no"));
    }
    (void)puts("");
    ctl_table(ctl, requirements, "Nothing is required.", wanted);
    (void)puts("");
    ctl_table(ctl, json_object_get(story, "notCounted"), "Everything that is shown counts.",
              doubted);
}

static void print_story(struct ctl *ctl, const char *id, json_t *stories, const json_t *lines)
{
    static const char *const columns[] = {"time",   "time", "aggregate",     "where", "result",
                                          "result", "text", "what happened", NULL};
    static const char *const waits[] = {"aggregate", "where", "waiting", "what it waits for", NULL};
    if (ctl->json) {
        json_t *whole = json_pack("{s:s,s:O,s:O}", "id", id, "stories", stories, "lines", lines);
        ctl_json(whole);
        json_decref(whole);
        return;
    }
    ctl_table(ctl, lines, "Nothing happened yet.", columns);
    (void)puts("");
    ctl_table(ctl, stories, "", waits);
    size_t i = 0;
    const json_t *story = NULL;
    json_array_foreach(stories, i, story) print_judged(ctl, story);
}

int ctl_show(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    if (argc != 1 || !wf_id_is_valid(argv[0])) {
        (void)fputs("endorsectl: show takes the id of an application, person, standing or mail\n",
                    stderr);
        return CTL_USAGE;
    }
    json_t *stories = json_array();
    json_t *lines = json_array();
    int unanswered = 0;
    for (size_t home = 0; home < sizeof homes / sizeof *homes; home++)
        unanswered += ask_home(ctl, home, argv[0], stories, lines, &error) < 0;
    json_t *story = sorted(lines);
    int code = CTL_OK;
    if (json_array_size(stories) > 0) {
        print_story(ctl, argv[0], stories, story);
    } else if (unanswered) {
        code = ctl_complain(&error);
    } else {
        (void)fprintf(stderr, "endorsectl: nothing is known of %s\n", argv[0]);
        code = CTL_NO;
    }
    json_decref(story);
    json_decref(lines);
    json_decref(stories);
    return code;
}

/* ---- dead letters ---- */

static const enum wf_service owners[] = {WF_INTAKE,  WF_REFERENCE, WF_EXAM,
                                         WF_RENEWAL, WF_COURIER,   WF_DESK};

static void add_letters(json_t *rows, enum wf_service service, unsigned instance,
                        struct wf_bytes payload)
{
    Endorse__V1__DeadPage *page =
        endorse__v1__dead_page__unpack(NULL, payload.length, payload.data);
    for (size_t i = 0; page && i < page->n_letters; i++) {
        const Endorse__V1__DeadLetter *letter = page->letters[i];
        (void)json_array_append_new(
            rows, json_pack("{s:s,s:s,s:i,s:s,s:I,s:s,s:s,s:s,s:s,s:i}", "id", letter->id,
                            "program", wf_service_name(service), "instance", (int)instance, "time",
                            ctl_moment(letter->time_ms), "time_ms", (json_int_t)letter->time_ms,
                            "aggregate", letter->aggregate, "type", letter->type, "from",
                            letter->from, "cause", letter->cause, "behind", (int)letter->behind));
    }
    if (page)
        endorse__v1__dead_page__free_unpacked(page, NULL);
}

static int collect_letters(struct ctl *ctl, json_t *rows, struct wf_error *error)
{
    Endorse__V1__DeadList question = ENDORSE__V1__DEAD_LIST__INIT;
    struct ctl_answer answer;
    question.limit = 500;
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        for (unsigned instance = 0; instance < ctl_instances(ctl, owners[i]); instance++) {
            if (ctl_ask_instance(ctl, WF_MESSAGE_DEAD_LIST, owners[i], instance, instance, NULL,
                                 &question.base, &answer, error) < 0)
                return -1;
            add_letters(rows, owners[i], instance, answer.payload);
        }
    }
    return 0;
}

static const json_t *find_letter(const json_t *rows, const char *id)
{
    size_t index = 0;
    const json_t *row = NULL;
    json_array_foreach(rows, index, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "id")), id) == 0)
            return row;
    }
    return NULL;
}

static int act_on_letter(struct ctl *ctl, enum wf_message message, const json_t *letter,
                         const char *reason, struct wf_error *error)
{
    Endorse__V1__DeadAct act = ENDORSE__V1__DEAD_ACT__INIT;
    struct ctl_answer answer;
    enum wf_service service = WF_ANY;
    char key[128];
    const char *id = json_string_value(json_object_get(letter, "id"));
    WF_ASSERT(wf_service_find(json_string_value(json_object_get(letter, "program")), &service));
    act.id = (char *)(uintptr_t)id;
    act.reason = (char *)(uintptr_t)reason;
    (void)snprintf(key, sizeof key, "%s-%lld", id, (long long)time(NULL));
    unsigned instance = (unsigned)json_integer_value(json_object_get(letter, "instance"));
    if (ctl_ask_instance(ctl, message, service, instance, instance, key, &act.base, &answer,
                         error) < 0)
        return -1;
    if (!answer.ok)
        return wf_fail(error, WF_INVALID, "%s: %s", id, answer.text);
    (void)printf("%s: done\n", id);
    return 0;
}

int ctl_dead(struct ctl *ctl, int argc, char **argv)
{
    static const char *const columns[] = {"id",    "id",        "program",   "program", "time",
                                          "since", "aggregate", "aggregate", "type",    "type",
                                          "cause", "cause",     "behind",    "behind",  NULL};
    struct wf_error error = {0};
    const char *reason = ctl_option(&argc, argv, "--reason", true);
    const char *what = argc > 0 ? argv[0] : "list";
    json_t *rows = json_array();
    int code = CTL_OK;
    const json_t *letter = NULL;
    if (ctl_installation_read(ctl, &error) < 0 || collect_letters(ctl, rows, &error) < 0) {
        code = ctl_complain(&error);
    } else if (strcmp(what, "list") == 0) {
        ctl_table(ctl, rows, "No dead letters: every message could be applied.", columns);
    } else if (argc != 2 || !(letter = find_letter(rows, argv[1]))) {
        (void)fprintf(stderr, "endorsectl: dead %s takes the id of a dead letter; see dead list\n",
                      what);
        code = CTL_NO;
    } else if (strcmp(what, "show") == 0) {
        ctl_json(letter);
    } else if (strcmp(what, "retry") == 0 || strcmp(what, "discard") == 0) {
        bool retry = what[0] == 'r';
        if (!retry && !reason)
            code = ctl_complain(&(struct wf_error){
                .code = WF_CONFIG, .text = "dead discard ID --reason TEXT: say why"});
        else if (act_on_letter(ctl, retry ? WF_MESSAGE_DEAD_RETRY : WF_MESSAGE_DEAD_DISCARD, letter,
                               reason ? reason : "", &error) < 0)
            code = ctl_complain(&error);
    } else {
        code = ctl_complain(&(struct wf_error){.code = WF_CONFIG,
                                               .text = "dead takes list, show, retry or discard"});
    }
    json_decref(rows);
    return code;
}
