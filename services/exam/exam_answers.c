/* Answers to `endorsectl exam`: handles, words and loads; never a reader with a paper, never how many
 * sheets are in.  SPEC 6.1, 6.3. */
#include "exam_service.h"

#include "wf_config.h"
#include "wf_seal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MOST = 90 * 1024 };

static int give(json_t *value, struct wf_buffer *reply, struct wf_error *error)
{
    Endorse__V1__ExamAnswer answer = ENDORSE__V1__EXAM_ANSWER__INIT;
    char *text = json_dumps(value, JSON_COMPACT);
    json_decref(value);
    WF_ASSERT(text);
    int result = 0;
    answer.json = text;
    if (strlen(text) > ANSWER_MOST)
        result = wf_fail(error, WF_LIMIT, "the answer is too long");
    else
        wf_pack(&answer.base, reply);
    free(text);
    return result;
}

/* ---- list ---- */

static void take_paper(void *context, struct wf_bytes member, struct wf_bytes value)
{
    char word[16], since[16], form[EXAM_NAME_MAX + 1], text[160];
    int category = 0;
    if (value.length >= sizeof text)
        return;
    memcpy(text, value.data, value.length);
    text[value.length] = '\0';
    if (sscanf(text, "%15s %15s %d %40s", word, since, &category, form) != 4)
        return; /* void: it has no word */
    (void)json_array_append_new(context,
                                json_pack("{s:s% s:s s:s s:i s:s}", "handle",
                                          (const char *)member.data, member.length, "state", word,
                                          "since", since, "category", category, "form", form));
}

static int answer_list(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    struct exam_service *exam = service;
    const struct wf_config *config = wf_worker_config(worker);
    unsigned instances = wf_config_instances(config, WF_EXAM);
    unsigned first = (unsigned)wf_config_number(config, "instance");
    json_t *rows = json_array();
    (void)payload;
    (void)id;
    (void)state;
    for (unsigned partition = first; partition < WF_PARTITIONS; partition += instances)
        if (wf_store_hash(exam->store, partition, "papers", take_paper, rows, error)) {
            json_decref(rows);
            return -1;
        }
    return give(rows, reply, error);
}

/* ---- show ---- */

static json_t *result_json(const struct paper *paper)
{
    json_t *criteria = json_object();
    for (int32_t i = 0; i < paper->pack.criteria_count; i++)
        (void)json_object_set_new(criteria, paper->pack.criteria[i].name,
                                  json_integer(paper->result.criteria[i]));
    return json_pack("{s:i s:I s:i s:o s:b}", "resolution", (int)paper->resolution,
                     "score_hundredths", (json_int_t)paper->result.score, "most",
                     paper_most(&paper->pack), "criteria", criteria, "passed",
                     paper->result.passed);
}

static int answer_show(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    const struct paper *paper = state;
    char since[WF_DATE_TEXT];
    (void)service;
    (void)worker;
    (void)payload;
    if (!paper || paper->state == PAPER_UNKNOWN)
        return wf_fail(error, WF_NOT_FOUND, "there is no paper of this handle");
    wf_date_format(wf_time_to_utc_date(paper->since), since);
    json_t *answer = json_pack(
        "{s:s s:s s:s s:i s:s s:s s:s s:i s:b s:b s:i s:i}", "handle", id, "state",
        paper->state == PAPER_VOID ? "void" : paper_word(paper), "since", since, "category",
        paper->category, "form", paper->form, "language", paper->language, "rule_pack",
        paper->pack.name, "rule_pack_version", paper->pack.version, "suspended", paper->suspended,
        "text_questioned", paper->paused, "text_version", (int)paper->text_version, "appeals",
        (int)(paper->resolution > 0 ? paper->resolution - 1 : 0));
    if (paper->state == PAPER_UNASSIGNABLE)
        (void)json_object_set_new(answer, "certificate", json_string(paper->certificate));
    if (paper->state == PAPER_HELD)
        (void)json_object_set_new(answer, "held_because", json_string(paper->gate_why));
    if (paper->state == PAPER_RELEASED)
        (void)json_object_set_new(answer, "result", result_json(paper));
    return give(answer, reply, error);
}

/* ---- the pool ---- */

static json_t *workload_json(const struct pool *pool, wf_date today)
{
    json_t *rows = json_array();
    for (int32_t i = 0; i < pool->reader_count; i++) {
        const struct pool_reader *reader = &pool->readers[i];
        json_t *categories = json_array();
        for (int32_t j = 0; j < reader->card.qualification_count; j++)
            (void)json_array_append_new(categories,
                                        json_integer(reader->card.qualifications[j].category));
        (void)json_array_append_new(
            rows,
            json_pack("{s:s s:b s:i s:i s:i s:i s:o s:i s:i s:b}", "reader", reader->id, "active",
                      reader->card.active, "given", pool_load(reader, today), "capacity",
                      reader->card.capacity, "window_days", reader->card.window_days, "seats",
                      reader->seats, "categories", categories, "calibrations", reader->calibrations,
                      "within", reader->within, "recalibrating", reader->recalibrating));
    }
    return rows;
}

static void hex_of(const uint8_t *bytes, char text[static 65])
{
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* The seed in use is shown by its hash alone. */
static json_t *seed_json(const struct pool *pool)
{
    json_t *rows = json_array();
    for (int32_t i = 0; i < pool->seed_count; i++) {
        const struct pool_seed *seed = &pool->seeds[i];
        uint8_t digest[32];
        char text[65], since[WF_TIME_TEXT];
        wf_sha256((struct wf_bytes){seed->bytes, POOL_SEED}, digest);
        hex_of(digest, text);
        wf_time_format(seed->since, since);
        json_t *row =
            json_pack("{s:s s:s s:i}", "sha256", text, "since", since, "plans", seed->plans);
        hex_of(seed->bytes, text);
        if (i + 1 < pool->seed_count)
            (void)json_object_set_new(row, "seed", json_string(text));
        (void)json_array_append_new(rows, row);
    }
    return rows;
}

static int answer_pool(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                       const char *id, const void *state, struct wf_buffer *reply,
                       struct wf_error *error)
{
    const Endorse__V1__ExamPool *asked = (const void *)payload;
    (void)service;
    (void)id;
    if (!state)
        return give(json_array(), reply, error);
    if (strcmp(asked->what, "seed") == 0)
        return give(seed_json(state), reply, error);
    if (strcmp(asked->what, "workload") == 0)
        return give(workload_json(state, (wf_date)(wf_worker_now(worker) / WF_DAY)), reply, error);
    return wf_fail(error, WF_INVALID, "what: \"workload\" or \"seed\"");
}

static int answer_stats(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                        const char *id, const void *state, struct wf_buffer *reply,
                        struct wf_error *error)
{
    json_t *rows = exam_stats(service, worker, error);
    (void)payload;
    (void)id;
    (void)state;
    return rows ? give(rows, reply, error) : -1;
}

const struct wf_question exam_questions[] = {
    {WF_MESSAGE_EXAM_STATS, NULL, NULL, answer_stats},
    {WF_MESSAGE_EXAM_LIST, NULL, NULL, answer_list},
    {WF_MESSAGE_EXAM_SHOW, &paper_machine, NULL, answer_show},
    {WF_MESSAGE_EXAM_POOL, &pool_machine, NULL, answer_pool},
};
const size_t exam_question_count = sizeof exam_questions / sizeof exam_questions[0];
