/* endorsectl exam redact: a person judges what the redactor was not sure of (services/intake/SPEC.md 10). */
#include "command_exam.h"
#include "ctl_installation.h"
#include "ctl_operator.h"

#include "endorse/v1/exam.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPANS = 200 };

static void address_of(const char *handle, char to[static WF_ADDRESS_MAX + 1])
{
    struct wf_address address = wf_address_make(WF_INTAKE, "paper", handle);
    wf_address_format(&address, to);
}

static void add_rows(json_t *rows, struct wf_bytes payload)
{
    Endorse__V1__RedactionPage *page =
        endorse__v1__redaction_page__unpack(NULL, payload.length, payload.data);
    for (size_t i = 0; page && i < page->n_papers; i++)
        (void)json_array_append_new(rows,
                                    json_pack("{s:s,s:s}", "handle", page->papers[i]->handle,
                                              "since", ctl_moment(page->papers[i]->since_ms)));
    if (page)
        endorse__v1__redaction_page__free_unpacked(page, NULL);
}

static int list_waiting(struct ctl *ctl, struct wf_error *error)
{
    static const char *const columns[] = {"handle", "paper", "since", "since", NULL};
    Endorse__V1__RedactionList question = ENDORSE__V1__REDACTION_LIST__INIT;
    struct ctl_answer answer;
    json_t *rows = json_array();
    int result = ctl_installation_read(ctl, error);
    for (unsigned i = 0; result == 0 && i < ctl_instances(ctl, WF_INTAKE); i++) {
        result = ctl_ask_instance(ctl, WF_MESSAGE_REDACTION_LIST, WF_INTAKE, i, i, NULL,
                                  &question.base, &answer, error);
        if (result == 0)
            add_rows(rows, answer.payload);
    }
    if (result == 0)
        ctl_table(ctl, rows, "No paper waits for a redactor.", columns);
    json_decref(rows);
    return result;
}

/* What waits: the caller frees it with endorse__v1__redaction_shown__free_unpacked. */
static Endorse__V1__RedactionShown *look(struct ctl *ctl, const struct ctl_operator *who,
                                         const char *handle, struct wf_error *error)
{
    Endorse__V1__RedactionView question = ENDORSE__V1__REDACTION_VIEW__INIT;
    Endorse__V1__RedactionShown *shown = NULL;
    struct ctl_answer answer;
    char to[WF_ADDRESS_MAX + 1];
    address_of(handle, to);
    if (ctl_operator_ask(ctl, who, WF_MESSAGE_REDACTION_VIEW, to, &question.base, &answer, error) <
        0)
        return NULL;
    shown = endorse__v1__redaction_shown__unpack(NULL, answer.payload.length, answer.payload.data);
    if (!shown)
        (void)wf_fail(error, WF_BROKEN, "intake gave an answer that cannot be read");
    return shown;
}

static const char *answer_text(const Endorse__V1__RedactionShown *shown, const char *prompt)
{
    for (size_t i = 0; i < shown->n_answers; i++) {
        if (strcmp(shown->answers[i]->prompt, prompt) == 0)
            return shown->answers[i]->text;
    }
    return "";
}

static json_t *hit_json(const Endorse__V1__RedactionShown *shown, size_t place)
{
    const Endorse__V1__RedactionHit *hit = shown->hits[place];
    const char *text = answer_text(shown, hit->prompt);
    size_t length = strlen(text);
    size_t begin = hit->begin < length ? hit->begin : length;
    size_t end = hit->end < length ? hit->end : length;
    return json_pack("{s:i,s:s,s:i,s:i,s:s%,s:s,s:s,s:b}", "number", (int)place + 1, "prompt",
                     hit->prompt, "begin", (int)hit->begin, "end", (int)hit->end, "text",
                     text + begin, end > begin ? end - begin : 0, "kind", hit->kind, "rule",
                     hit->rule, "certain", (int)hit->certain);
}

static void print_shown(const struct ctl *ctl, const Endorse__V1__RedactionShown *shown)
{
    static const char *const columns[] = {"number", "no",   "prompt",  "prompt",  "begin", "begin",
                                          "end",    "end",  "text",    "text",    "kind",  "kind",
                                          "rule",   "rule", "certain", "certain", NULL};
    json_t *hits = json_array();
    json_t *answers = json_object();
    for (size_t i = 0; i < shown->n_hits; i++)
        (void)json_array_append_new(hits, hit_json(shown, i));
    for (size_t i = 0; i < shown->n_answers; i++)
        (void)json_object_set_new(answers, shown->answers[i]->prompt,
                                  json_string(shown->answers[i]->text));
    if (ctl->json) {
        json_t *value =
            json_pack("{s:i,s:s,s:O,s:O}", "text_version", (int)shown->text_version, "questioned",
                      shown->questioned, "answers", answers, "spans", hits);
        ctl_json(value);
        json_decref(value);
    } else {
        for (size_t i = 0; i < shown->n_answers; i++)
            (void)printf("--- %s\n%s\n\n", shown->answers[i]->prompt, shown->answers[i]->text);
        if (shown->questioned[0])
            (void)printf("A reader asked about: %s\n\n", shown->questioned);
        ctl_table(ctl, hits, "Nothing was found.", columns);
    }
    json_decref(hits);
    json_decref(answers);
}

static int show(struct ctl *ctl, const struct ctl_operator *who, const char *handle,
                struct wf_error *error)
{
    Endorse__V1__RedactionShown *shown = look(ctl, who, handle, error);
    if (!shown)
        return -1;
    print_shown(ctl, shown);
    endorse__v1__redaction_shown__free_unpacked(shown, NULL);
    return CTL_OK;
}

/* ---- check ---- */

struct spans {
    Endorse__V1__RedactionSpan rows[SPANS], *list[SPANS];
    char prompts[SPANS][64], placeholders[SPANS][48];
    size_t count;
};

static const char *placeholder_of(const char *kind)
{
    static const char *const known[][2] = {{"name", "[NAME]"},           {"person", "[PERSON]"},
                                           {"employer", "[EMPLOYER]"},   {"place", "[PLACE]"},
                                           {"programme", "[PROGRAMME]"}, {"contact", "[CONTACT]"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i][0], kind) == 0)
            return known[i][1];
    }
    return "[REMOVED]";
}

static int put_span(struct spans *spans, const char *prompt, unsigned begin, unsigned end,
                    const char *placeholder, struct wf_error *error)
{
    if (spans->count == SPANS)
        return wf_fail(error, WF_CONFIG, "at most %d spans at once", SPANS);
    size_t place = spans->count++;
    endorse__v1__redaction_span__init(&spans->rows[place]);
    (void)snprintf(spans->prompts[place], sizeof spans->prompts[place], "%s", prompt);
    (void)snprintf(spans->placeholders[place], sizeof spans->placeholders[place], "%s",
                   placeholder);
    spans->rows[place].prompt = spans->prompts[place];
    spans->rows[place].begin = begin;
    spans->rows[place].end = end;
    spans->rows[place].placeholder = spans->placeholders[place];
    spans->list[place] = &spans->rows[place];
    return 0;
}

/* "1,3": of the spans that are shown. */
static int accept_numbers(const Endorse__V1__RedactionShown *shown, const char *numbers,
                          struct spans *spans, struct wf_error *error)
{
    char text[600];
    char *rest = NULL;
    (void)snprintf(text, sizeof text, "%s", numbers);
    for (char *one = strtok_r(text, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) {
        char *end = NULL;
        unsigned long number = strtoul(one, &end, 10);
        if (*end || number == 0 || number > shown->n_hits)
            return wf_fail(error, WF_CONFIG, "--accept: there is no span %s", one);
        const Endorse__V1__RedactionHit *hit = shown->hits[number - 1];
        if (put_span(spans, hit->prompt, hit->begin, hit->end, placeholder_of(hit->kind), error) <
            0)
            return -1;
    }
    return 0;
}

/* "vignette-1:10-14:[NAME]": bytes of the answer; without a placeholder nothing stands there. */
static int add_span(const char *wish, struct spans *spans, struct wf_error *error)
{
    char prompt[64] = "";
    char placeholder[48] = "";
    unsigned begin = 0;
    unsigned end = 0;
    int read = sscanf(wish, "%63[^:]:%u-%u:%47s", prompt, &begin, &end, placeholder);
    if (read < 3)
        return wf_fail(error, WF_CONFIG, "--add takes PROMPT:BEGIN-END[:PLACEHOLDER], not '%s'",
                       wish);
    return put_span(spans, prompt, begin, end, placeholder, error);
}

static int check(struct ctl *ctl, const struct ctl_operator *who, const char *handle, int *argc,
                 char **argv, struct wf_error *error)
{
    Endorse__V1__RedactionChecked act = ENDORSE__V1__REDACTION_CHECKED__INIT;
    struct spans *spans = calloc(1, sizeof *spans);
    const char *numbers = ctl_option(argc, argv, "--accept", true);
    const char *wish = ctl_option(argc, argv, "--add", true);
    char to[WF_ADDRESS_MAX + 1], said[80];
    WF_ASSERT(spans);
    Endorse__V1__RedactionShown *shown = look(ctl, who, handle, error);
    int result = shown ? 0 : -1;
    if (result == 0 && numbers)
        result = accept_numbers(shown, numbers, spans, error);
    for (; result == 0 && wish; wish = ctl_option(argc, argv, "--add", true))
        result = add_span(wish, spans, error);
    if (result == 0) {
        address_of(handle, to);
        act.text_version = shown->text_version;
        act.n_accepted = spans->count;
        act.accepted = spans->list;
        result = ctl_operator_act(ctl, who, WF_MESSAGE_REDACTION_CHECKED, to, &act.base, error);
    }
    (void)snprintf(said, sizeof said, "Checked: %zu spans go, what else was uncertain stays.",
                   spans->count);
    if (result == 0)
        result = ctl_done(ctl, said);
    if (shown)
        endorse__v1__redaction_shown__free_unpacked(shown, NULL);
    free(spans);
    return result;
}

int ctl_exam_redact(struct ctl *ctl, int argc, char **argv)
{
    struct wf_error error = {0};
    struct ctl_operator who;
    const char *what = argc > 0 ? argv[0] : "list";
    const char *handle = argc > 1 ? argv[1] : "";
    int result = -1;
    if (strcmp(what, "list") == 0)
        result = list_waiting(ctl, &error);
    else if (!wf_id_is_valid(handle))
        (void)wf_fail(&error, WF_CONFIG, "exam redact show|check takes the paper's handle first");
    else if (ctl_operator_option(ctl, &argc, argv, &who, &error) == 0) {
        if (strcmp(what, "show") == 0)
            result = show(ctl, &who, handle, &error);
        else if (strcmp(what, "check") == 0)
            result = check(ctl, &who, handle, &argc, argv, &error);
        else
            (void)wf_fail(&error, WF_CONFIG, "exam redact takes list, show or check, not '%s'",
                          what);
    }
    return result < 0 ? ctl_complain(&error) : result;
}
