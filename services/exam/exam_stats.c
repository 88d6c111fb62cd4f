/* Statistics of the released papers: agreement, severity, blindness, anonymity.  SPEC 3, 6.7.  Nothing that
 * is not released is counted, so that no figure moves with a single sheet. */
#include "exam_service.h"

#include "exam_anonymity.h"
#include "exam_records.h"
#include "stats_blind.h"
#include "stats_pairs.h"
#include "wf_config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS_MAX = 64, PAPERS_MAX = 4096, READERS_MAX = 512, SCORES = ADJUDICATE_CRITERIA_MAX + 1 };

/* Double readings of one form; score 0 is the total, the others are its criteria. */
struct form_stats {
    char form[EXAM_NAME_MAX + 1];
    char language[EXAM_LANGUAGE_MAX + 1];
    int32_t category;
    struct adjudicate_pack pack;
    size_t papers, pairs, third, committee, passed;
    size_t known[4]; /* by WriterKnown */
    int32_t *first[SCORES], *second[SCORES];
    struct stats_observation *seen;
    size_t seen_count;
};
struct gathering {
    struct exam_service *service;
    struct form_stats *forms;
    size_t form_count, paper_count;
    struct paper *paper;
    struct pool *pool;
    struct exam_anonymity *anonymity;
    struct stats_gauge *gauges; /* one a form */
    char (*readers)[EXAM_ID_MAX + 1];
    uint32_t reader_count;
    struct wf_error error;
    bool failed;
};

static void *blank(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    WF_ASSERT(memory);
    return memory;
}

static struct form_stats *form_of(struct gathering *gathering, const struct paper *paper)
{
    for (size_t i = 0; i < gathering->form_count; i++) {
        struct form_stats *form = &gathering->forms[i];
        if (strcmp(form->form, paper->form) == 0 && form->category == paper->category &&
            strcmp(form->language, paper->language) == 0)
            return form;
    }
    if (gathering->form_count == FORMS_MAX)
        return NULL;
    struct form_stats *form = &gathering->forms[gathering->form_count++];
    memcpy(form->form, paper->form, sizeof form->form);
    memcpy(form->language, paper->language, sizeof form->language);
    form->category = paper->category;
    form->pack = paper->pack;
    for (size_t i = 0; i < SCORES; i++) {
        form->first[i] = blank(PAPERS_MAX, sizeof(int32_t));
        form->second[i] = blank(PAPERS_MAX, sizeof(int32_t));
    }
    form->seen = blank((size_t)PAPERS_MAX * EXAM_PLACES, sizeof *form->seen);
    return form;
}

static uint32_t reader_of(struct gathering *gathering, const char *id)
{
    for (uint32_t i = 0; i < gathering->reader_count; i++)
        if (strcmp(gathering->readers[i], id) == 0)
            return i;
    if (gathering->reader_count == READERS_MAX)
        return READERS_MAX;
    memcpy(gathering->readers[gathering->reader_count], id, strlen(id) + 1);
    return gathering->reader_count++;
}

/* Forms of one category and language may be read together: they share the number of the first of them. */
static uint32_t pool_of(const struct gathering *gathering, const struct form_stats *form)
{
    uint32_t first = 0;
    while (gathering->forms[first].category != form->category ||
           strcmp(gathering->forms[first].language, form->language) != 0)
        first++;
    return first;
}

static void observe(struct gathering *gathering, struct form_stats *form,
                    const struct paper_seat *seat)
{
    uint32_t reader = reader_of(gathering, seat->reader);
    if (seat->known >= 0 && seat->known < 4)
        form->known[seat->known]++;
    if (reader < READERS_MAX)
        form->seen[form->seen_count++] =
            (struct stats_observation){.exam = (uint32_t)(form->papers - 1),
                                       .reader = reader,
                                       .score = adjudicate_total(&form->pack, seat->sheet.points)};
}

static void add(struct gathering *gathering, const struct paper *paper)
{
    struct form_stats *form = form_of(gathering, paper);
    int32_t a = paper_seat_at(paper, 1), b = paper_seat_at(paper, 2);
    if (!form || form->papers == PAPERS_MAX)
        return;
    form->papers++;
    exam_anonymity_add(gathering->anonymity, paper, (uint32_t)(form - gathering->forms),
                       pool_of(gathering, form));
    form->third += paper->result.path == ADJUDICATE_PATH_THIRD;
    form->committee += paper->result.by_committee;
    form->passed += paper->result.passed;
    for (int32_t i = 0; i < paper->seat_count; i++)
        if (paper->seats[i].round == paper->round && paper->seats[i].state == PAPER_SEAT_LOCKED)
            observe(gathering, form, &paper->seats[i]);
    if (a < 0 || b < 0 || paper->pack.version != form->pack.version)
        return;
    const int32_t *one = paper->seats[a].sheet.points, *two = paper->seats[b].sheet.points;
    form->first[0][form->pairs] = adjudicate_total(&paper->pack, one);
    form->second[0][form->pairs] = adjudicate_total(&paper->pack, two);
    for (int32_t i = 0; i < paper->pack.criteria_count; i++) {
        form->first[i + 1][form->pairs] = one[i];
        form->second[i + 1][form->pairs] = two[i];
    }
    form->pairs++;
}

static void take_paper(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct gathering *gathering = context;
    struct wf_load load = {.kind = "paper"};
    char handle[WF_ID_MAX + 1];
    (void)value;
    if (gathering->failed || member.length > WF_ID_MAX ||
        gathering->paper_count++ == (size_t)FORMS_MAX * PAPERS_MAX)
        return;
    memcpy(handle, member.data, member.length);
    handle[member.length] = '\0';
    load.id = handle;
    memset(gathering->paper, 0, sizeof *gathering->paper);
    gathering->failed = wf_store_load(gathering->service->store, &load, 1, &gathering->error) ||
                        paper_read(&load.fields, gathering->paper, &gathering->error);
    wf_fields_fini(&load.fields);
    if (!gathering->failed && gathering->paper->state == PAPER_RELEASED)
        add(gathering, gathering->paper);
}

/* ---- the answer ---- */

static void set(json_t *object, const char *key, double value)
{
    (void)json_object_set_new(object, key, value == value ? json_real(value) : json_null());
}

static json_t *agreement_json(const struct form_stats *form, size_t score)
{
    struct stats_agreement seen;
    stats_agreement(form->first[score], form->second[score], form->pairs, &seen);
    json_t *line =
        json_pack("{s:s s:I s:I s:I s:b}", "score",
                  score == 0 ? "total" : form->pack.criteria[score - 1].name, "n",
                  (json_int_t)seen.n, "exact_count", (json_int_t)seen.exact, "adjacent_count",
                  (json_int_t)seen.adjacent, "few", seen.n < STATS_FEW);
    if (seen.n < STATS_FEW)
        return line;
    set(line, "exact", (double)seen.exact / (double)seen.n);
    set(line, "adjacent", (double)seen.adjacent / (double)seen.n);
    set(line, "kappa_linear", seen.kappa_linear);
    set(line, "kappa_quadratic", seen.kappa_quadratic);
    set(line, "icc_1_1", seen.icc_1_1);
    set(line, "icc_1_1_least", seen.icc_1_1_within.least);
    set(line, "icc_1_1_most", seen.icc_1_1_within.most);
    set(line, "icc_1_2", seen.icc_1_2);
    set(line, "icc_1_2_least", seen.icc_1_2_within.least);
    set(line, "icc_1_2_most", seen.icc_1_2_within.most);
    set(line, "smd", seen.smd);
    return line;
}

/* Only of readers with enough readings, and random names. */
static json_t *severity_json(const struct gathering *gathering, const struct form_stats *form)
{
    json_t *rows = json_array();
    struct stats_severity *readers = blank(READERS_MAX, sizeof *readers);
    if (form->pairs >= STATS_FEW)
        stats_severity(form->seen, form->seen_count, (uint32_t)form->papers,
                       gathering->reader_count, readers);
    for (uint32_t i = 0; i < gathering->reader_count && form->pairs >= STATS_FEW; i++) {
        if (readers[i].n < STATS_FEW)
            continue;
        json_t *row =
            json_pack("{s:s s:I}", "reader", gathering->readers[i], "n", (json_int_t)readers[i].n);
        set(row, "severity", readers[i].shrunk);
        set(row, "least", readers[i].least);
        set(row, "most", readers[i].most);
        (void)json_array_append_new(rows, row);
    }
    free(readers);
    return rows;
}

static json_t *form_json(const struct gathering *gathering, const struct form_stats *form)
{
    const struct stats_gauge *gauge = &gathering->gauges[form - gathering->forms];
    struct stats_blindness blind;
    json_t *agreements = json_array();
    stats_blindness(form->known[1], form->known[2], form->known[3], &blind);
    for (size_t score = 0; score <= (size_t)form->pack.criteria_count; score++)
        (void)json_array_append_new(agreements, agreement_json(form, score));
    json_t *value =
        json_pack("{s:s s:i s:s s:I s:I s:I s:I s:o s:o s:{s:I s:I s:I} s:{s:I s:I s:b}}", "form",
                  form->form, "category", form->category, "language", form->language, "papers",
                  (json_int_t)form->papers, "third_read", (json_int_t)form->third, "committees",
                  (json_int_t)form->committee, "passed", (json_int_t)form->passed, "agreement",
                  agreements, "severity", severity_json(gathering, form), "blindness", "no",
                  (json_int_t)blind.no, "suspect", (json_int_t)blind.suspect, "yes",
                  (json_int_t)blind.yes, "anonymity", "k", (json_int_t)gauge->alone, "k_pooled",
                  (json_int_t)gauge->pooled, "few", gauge->pooled < STATS_ANONYMOUS);
    json_t *blindness = json_object_get(value, "blindness");
    if (blind.no + blind.suspect + blind.yes >= STATS_FEW) {
        set(blindness, "index", blind.index);
        set(blindness, "known_least", blind.known.least);
        set(blindness, "known_most", blind.known.most);
    }
    return value;
}

static void free_gathering(struct gathering *gathering)
{
    for (size_t i = 0; i < gathering->form_count; i++) {
        for (size_t score = 0; score < SCORES; score++) {
            free(gathering->forms[i].first[score]);
            free(gathering->forms[i].second[score]);
        }
        free(gathering->forms[i].seen);
    }
    exam_anonymity_free(&gathering->anonymity);
    free(gathering->gauges);
    free(gathering->pool);
    free(gathering->forms);
    free(gathering->paper);
    free(gathering->readers);
}

/* The readers' cards, which say whom each may read. */
static void load_pool(struct gathering *gathering, wf_date today)
{
    struct wf_load load = {.kind = "pool", .id = EXAM_POOL};
    gathering->failed = wf_store_load(gathering->service->store, &load, 1, &gathering->error) ||
                        pool_read(&load.fields, gathering->pool, &gathering->error);
    wf_fields_fini(&load.fields);
    gathering->anonymity = exam_anonymity_new(gathering->pool, today);
}

json_t *exam_stats(struct exam_service *service, struct wf_worker *worker, struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    unsigned instances = wf_config_instances(config, WF_EXAM);
    struct gathering gathering = {.service = service,
                                  .forms = blank(FORMS_MAX, sizeof *gathering.forms),
                                  .paper = blank(1, sizeof *gathering.paper),
                                  .pool = blank(1, sizeof *gathering.pool),
                                  .gauges = blank(FORMS_MAX, sizeof *gathering.gauges),
                                  .readers = blank(READERS_MAX, sizeof *gathering.readers)};
    json_t *rows = NULL;
    load_pool(&gathering, (wf_date)(wf_worker_now(worker) / WF_DAY));
    for (unsigned partition = (unsigned)wf_config_number(config, "instance");
         partition < WF_PARTITIONS && !gathering.failed; partition += instances)
        gathering.failed = wf_store_hash(service->store, partition, "papers", take_paper,
                                         &gathering, &gathering.error) < 0 ||
                           gathering.failed;
    if (gathering.failed) {
        *error = gathering.error;
    } else {
        rows = json_array();
        exam_anonymity_gauge(gathering.anonymity, (uint32_t)gathering.form_count, gathering.gauges);
    }
    for (size_t i = 0; rows && i < gathering.form_count; i++)
        (void)json_array_append_new(rows, form_json(&gathering, &gathering.forms[i]));
    free_gathering(&gathering);
    return rows;
}
