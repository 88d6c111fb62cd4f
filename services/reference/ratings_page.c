/* What a rater is shown: a question, so nothing changes.  SPEC 4, 5. */
#include "ratings_service.h"

#include "wf_link.h"
#include "wf_seal.h"

#include <stdio.h>
#include <string.h>

struct wanted_paper {
    const char *member;
    struct wf_buffer sealed;
};

static void take_member(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct wanted_paper *wanted = context;
    size_t length = strlen(wanted->member);
    if (member.length != length || memcmp(member.data, wanted->member, length) != 0)
        return;
    wf_buffer_clear(&wanted->sealed);
    wf_buffer_append(&wanted->sealed, value.data, value.length);
}

/* The sealed paper that belongs to this state; another one means that a commit is between. */
static int read_paper(struct ratings_service *service, const char *application,
                      const struct ratings_request *request, struct wf_buffer *sealed,
                      struct wf_error *error)
{
    char name[RATINGS_INDEX_MAX], member[12];
    uint8_t sha256[32];
    struct wanted_paper wanted = {.member = member};
    (void)snprintf(member, sizeof member, "%u", request->number);
    ratings_paper_index(application, name);
    if (wf_store_hash(service->store, wf_partition(application), name, take_member, &wanted,
                      error)) {
        wf_buffer_fini(&wanted.sealed);
        return -1;
    }
    wf_sha256(wf_buffer_bytes(&wanted.sealed), sha256);
    *sealed = wanted.sealed;
    if (sealed->length != request->paper.length ||
        memcmp(sha256, request->paper.sha256, sizeof sha256) != 0)
        return wf_fail(error, WF_AGAIN, "the draft of request %u of %s is being changed",
                       request->number, application);
    return 0;
}

/* The draft in the service's arena, or NULL if there is none. */
static int read_draft(struct ratings_service *service, const char *application,
                      const struct ratings_request *request, Endorse__V1__RatingForm **draft,
                      struct wf_error *error)
{
    struct wf_buffer sealed = {0}, plain = {0};
    *draft = NULL;
    if (!request->paper.length)
        return 0;
    int result = read_paper(service, application, request, &sealed, error);
    if (!result)
        result = ratings_unseal_text(service, application, request->number,
                                     wf_buffer_bytes(&sealed), &plain, error);
    if (!result) {
        *draft = (Endorse__V1__RatingForm *)wf_unpack(&endorse__v1__rating_form__descriptor,
                                                      wf_buffer_bytes(&plain), &service->arena);
        explicit_bzero(plain.data, plain.length);
        if (!*draft)
            result = wf_fail(error, WF_BROKEN, "request %u of %s: the draft is no form",
                             request->number, application);
    }
    wf_buffer_fini(&sealed);
    wf_buffer_fini(&plain);
    return result;
}

static void pack_page(const struct ratings_service *service, const struct ratings_state *state,
                      const struct ratings_request *request, Endorse__V1__RatingForm *draft,
                      struct wf_buffer *reply)
{
    char due_on[WF_DATE_TEXT];
    Endorse__V1__RatingPage page = ENDORSE__V1__RATING_PAGE__INIT;
    wf_date_format(ratings_due_on(&service->policy, state, request), due_on);
    page.applicant_id = (char *)state->applicant_id;
    page.association = (char *)state->association;
    page.category = (Endorse__V1__Category)state->category;
    page.age_line = (Endorse__V1__AgeLine)state->age_line;
    page.role = (Endorse__V1__RaterRole)request->role;
    page.waived = request->waived;
    page.due_on = due_on;
    page.form = (char *)request->form;
    page.form_version = (uint32_t)request->form_version;
    page.begun = request->state == RATINGS_OPENED;
    page.draft = draft;
    wf_pack(&page.base, reply);
}

int ratings_link_text(struct ratings_service *service, const struct ratings_state *state,
                      const char *application, uint32_t number, wf_time now,
                      struct wf_buffer *reply, struct wf_error *error)
{
    Endorse__V1__RatingLinkText message = ENDORSE__V1__RATING_LINK_TEXT__INIT;
    struct wf_link link = {.request = number};
    char token[WF_LINK_TEXT];
    if (!ratings_may_read_link(state, number, now))
        return ratings_link_gone(error);
    for (int32_t i = 0; i < RATINGS_REQUESTS_MAX; i++) {
        if (state->requests[i].number == number)
            link.generation = state->requests[i].generation;
    }
    memcpy(link.id, application, strlen(application));
    wf_link_make(service->link_key, &link, token);
    message.token = token;
    wf_pack(&message.base, reply);
    explicit_bzero(token, sizeof token);
    return 0;
}

int ratings_page(struct ratings_service *service, const struct ratings_state *state,
                 const char *application, const char *token, wf_time now, struct wf_buffer *reply,
                 struct wf_error *error)
{
    struct wf_link link;
    Endorse__V1__RatingForm *draft;
    if (!wf_link_open(service->link_key, token, &link) || strcmp(link.id, application) != 0)
        return ratings_link_gone(error);
    const struct ratings_request *request =
        ratings_by_link(state, link.request, link.generation, now);
    if (!request)
        return ratings_link_gone(error);
    int result = read_draft(service, application, request, &draft, error);
    if (!result)
        pack_page(service, state, request, draft, reply);
    wf_arena_clear(&service->arena);
    return result;
}
