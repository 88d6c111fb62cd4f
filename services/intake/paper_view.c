#include "paper_view.h"

#include "operator_seal.h"
#include "paper_codec.h"
#include "paper_gather.h"
#include "wf_arena.h"
#include "wf_config.h"
#include "wf_messages.h"
#include "wf_people.h"

#include "endorse/v1/events.pb-c.h"
#include "endorse/v1/internal.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { ANSWERS_ARENA = 256 * 1024, LISTED = 500 };

static void append_paper(void *context, struct wf_bytes member, int64_t score)
{
    Endorse__V1__RedactionPage page = ENDORSE__V1__REDACTION_PAGE__INIT;
    Endorse__V1__RedactionRow row = ENDORSE__V1__REDACTION_ROW__INIT;
    Endorse__V1__RedactionRow *rows[] = {&row};
    char handle[WF_ID_MAX + 1] = "";
    if (member.length > WF_ID_MAX)
        return;
    memcpy(handle, member.data, member.length);
    row.handle = handle;
    row.since_ms = score;
    page.n_papers = 1;
    page.papers = rows;
    wf_pack(&page.base, context); /* packed one behind the other they are one page */
}

int paper_list_redactions(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                          const char *id, const void *state, struct wf_buffer *reply,
                          struct wf_error *error)
{
    const struct wf_config *config = wf_worker_config(worker);
    unsigned instances = wf_config_instances(config, WF_INTAKE);
    unsigned instance = (unsigned)wf_config_number(config, "instance");
    (void)service;
    (void)payload;
    (void)id;
    (void)state;
    for (unsigned partition = instance; partition < WF_PARTITIONS; partition += instances) {
        if (wf_store_zset(wf_worker_store(worker), partition, "redaction", 0, LISTED, append_paper,
                          reply, error) < 0)
            return -1;
    }
    return 0;
}

static int check(const struct intake *intake, enum wf_message message, const char *handle,
                 const ProtobufCMessage *act, const Endorse__V1__OperatorSeal *seal,
                 struct paper_signer *signer, struct wf_error *error)
{
    struct wf_address self = wf_address_make(WF_INTAKE, "paper", handle);
    return operator_check(intake, wf_message_row(message)->type, &self, act, seal, signer, error);
}

/* The answers, prompt by prompt. */
static void show_answers(const struct paper_state *paper, const Endorse__V1__EssaySubmitted *essay,
                         Endorse__V1__PaperAnswer *rows, Endorse__V1__PaperAnswer **list,
                         Endorse__V1__RedactionShown *shown)
{
    for (size_t i = 0; i < essay->n_answers && i < PAPER_PROMPTS; i++) {
        endorse__v1__paper_answer__init(&rows[i]);
        rows[i].prompt = (char *)paper->prompts[i].id;
        rows[i].text = essay->answers[i];
        list[i] = &rows[i];
        shown->n_answers = i + 1;
    }
    shown->answers = list;
}

static int show(const struct intake *intake, const char *handle, const struct paper_state *paper,
                struct wf_buffer *reply, struct wf_error *error)
{
    Endorse__V1__RedactionShown shown = ENDORSE__V1__REDACTION_SHOWN__INIT;
    Endorse__V1__PaperAnswer rows[PAPER_PROMPTS];
    Endorse__V1__PaperAnswer *list[PAPER_PROMPTS];
    Endorse__V1__RedactionHit *hits = calloc(PAPER_HITS, sizeof *hits);
    Endorse__V1__RedactionHit **hit_list = calloc(PAPER_HITS, sizeof *hit_list);
    struct wf_arena arena;
    WF_ASSERT(hits && hit_list);
    wf_arena_init(&arena, ANSWERS_ARENA);
    const Endorse__V1__EssaySubmitted *essay =
        paper_open_answers(intake, handle, paper, &arena, error);
    if (essay) {
        show_answers(paper, essay, rows, list, &shown);
        paper_pack_hits(paper, paper->hits, paper->hit_count, hits, hit_list);
        shown.n_hits = (size_t)paper->hit_count;
        shown.hits = hit_list;
        shown.text_version = paper->text.version + 1;
        shown.questioned = (char *)paper->questioned;
        wf_pack(&shown.base, reply);
    }
    wf_arena_clear(&arena);
    wf_arena_fini(&arena);
    free(hit_list);
    free(hits);
    return essay ? 0 : -1;
}

int paper_view_redaction(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                         const char *id, const void *state, struct wf_buffer *reply,
                         struct wf_error *error)
{
    const Endorse__V1__RedactionView *view = (const Endorse__V1__RedactionView *)payload;
    const struct paper_state *paper = state;
    struct paper_signer signer;
    (void)worker;
    if (check(service, WF_MESSAGE_REDACTION_VIEW, id, payload, view->seal, &signer, error) < 0)
        return -1;
    enum paper_reason_id reason = paper_may_redact(paper, &signer);
    if (reason != PAPER_REASON_NONE)
        return wf_fail(error, WF_DENIED, "%s", paper_reasons[reason].text);
    if (!paper->answers.length)
        return wf_fail(error, WF_NOT_FOUND, "there is no such paper, or it is void");
    return show(service, id, paper, reply, error);
}

int paper_view_unblinded(void *service, struct wf_worker *worker, const ProtobufCMessage *payload,
                         const char *id, const void *state, struct wf_buffer *reply,
                         struct wf_error *error)
{
    const struct intake *intake = service;
    const Endorse__V1__UnblindView *view = (const Endorse__V1__UnblindView *)payload;
    const struct paper_state *paper = state;
    Endorse__V1__UnblindShown shown = ENDORSE__V1__UNBLIND_SHOWN__INIT;
    struct wf_person_card card = {.id = ""};
    struct paper_signer signer;
    if (check(intake, WF_MESSAGE_UNBLIND_VIEW, id, payload, view->seal, &signer, error) < 0)
        return -1;
    if (!paper_is_unblinded_for(paper, signer.id, wf_worker_now(worker)))
        return wf_fail(error, WF_DENIED, "nobody approved that you see this within the last hour");
    memcpy(card.id, paper->person, sizeof card.id);
    if (wf_people_read(wf_worker_store(worker), intake->person_key, &card, 1, error) < 0)
        return -1;
    shown.application_id = (char *)paper->application;
    shown.person_id = card.id;
    shown.name = card.name;
    shown.until_ms = paper->unblinding.approved + PAPER_UNBLIND_LIFE;
    wf_pack(&shown.base, reply);
    explicit_bzero(&card, sizeof card);
    return 0;
}
