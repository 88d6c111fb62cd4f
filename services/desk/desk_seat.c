/* A seat as it is stored, and the page that its state wants.  DESK 5. */
#include "desk.h"

#include "wf_log.h"
#include "wf_seal.h"

#include <string.h>

enum { ARENA_SIZE = 256 * 1024 };

/* ---- reading ---- */

struct papers {
    struct wf_buffer text, sheet;
};

static void take_member(void *context, struct wf_bytes member, struct wf_bytes value)
{
    struct papers *papers = context;
    bool is_text = member.length == strlen(SEAT_INDEX_TEXT) &&
                   memcmp(member.data, SEAT_INDEX_TEXT, member.length) == 0;
    struct wf_buffer *to = is_text ? &papers->text : &papers->sheet;
    wf_buffer_clear(to);
    wf_buffer_append(to, value.data, value.length);
}

/* The bytes that belong to this state; others mean that a commit is between. */
static int check_paper(const struct seat_paper *wanted, const struct wf_buffer *found,
                       struct wf_error *error)
{
    uint8_t sha256[32];
    if (!wanted->length)
        return 0;
    wf_sha256(wf_buffer_bytes(found), sha256);
    if (found->length == wanted->length && memcmp(sha256, wanted->sha256, sizeof sha256) == 0)
        return 0;
    return wf_fail(error, WF_AGAIN, "this seat is just being changed");
}

static int open_text(struct desk *desk, const char *code, const struct wf_buffer *sealed,
                     struct desk_seat *seat, struct wf_error *error)
{
    struct wf_buffer plain = {0};
    int result = seat_open_text(&desk->service, code, seat->state.text_version,
                                wf_buffer_bytes(sealed), &plain, error);
    if (!result)
        seat->text = (const Endorse__V1__PaperText *)wf_unpack(
            &endorse__v1__paper_text__descriptor, wf_buffer_bytes(&plain), &seat->arena);
    desk_wipe(&plain);
    return result;
}

static int open_sheet(struct desk *desk, const char *code, const struct wf_buffer *sealed,
                      struct desk_seat *seat, struct wf_error *error)
{
    struct wf_buffer plain = {0};
    int result = seat_open_sheet(&desk->service, code, wf_buffer_bytes(sealed), &plain, error);
    if (!result)
        seat->sheet = (const Endorse__V1__SeatSheet *)wf_unpack(
            &endorse__v1__seat_sheet__descriptor, wf_buffer_bytes(&plain), &seat->arena);
    desk_wipe(&plain);
    return result;
}

/* The text is shown from opening on, and not while it is paused. */
static int read_papers(struct desk *desk, const char *code, struct desk_seat *seat,
                       struct wf_error *error)
{
    char name[SEAT_INDEX_MAX];
    struct papers papers = {0};
    bool shows_text = seat->state.state >= SEAT_OPENED && !seat->state.paused;
    seat_index_name(code, name);
    int result =
        wf_store_hash(desk->service.store, wf_partition(code), name, take_member, &papers, error);
    if (!result && (check_paper(&seat->state.text, &papers.text, error) ||
                    check_paper(&seat->state.sheet, &papers.sheet, error)))
        result = -1;
    if (!result && shows_text)
        result = open_text(desk, code, &papers.text, seat, error);
    if (!result && seat->state.sheet.length)
        result = open_sheet(desk, code, &papers.sheet, seat, error);
    wf_buffer_fini(&papers.text);
    wf_buffer_fini(&papers.sheet);
    return result;
}

static int read_state(struct desk *desk, const char *code, struct seat_state *state,
                      struct wf_error *error)
{
    struct wf_load load = {.kind = seat_machine.kind, .id = code};
    int result = wf_store_load(desk->service.store, &load, 1, error);
    wf_fields_sort(&load.fields);
    if (!result)
        result = seat_read(&load.fields, state, error);
    wf_fields_fini(&load.fields);
    return result;
}

int desk_seat_load(struct desk *desk, const char *code, struct desk_seat *seat,
                   struct wf_error *error)
{
    memset(seat, 0, sizeof *seat);
    wf_arena_init(&seat->arena, ARENA_SIZE);
    if (read_state(desk, code, &seat->state, error))
        return -1;
    if (!seat_is_there(&seat->state))
        return wf_fail(error, WF_NOT_FOUND, "this seat is gone");
    seat->form = wf_exam_form_named(desk->service.book, seat->state.form);
    if (!seat->form)
        return wf_fail(error, WF_CONFIG, "the form %s is gone", seat->state.form);
    return read_papers(desk, code, seat, error);
}

void desk_seat_free(struct desk_seat *seat)
{
    explicit_bzero(&seat->state, sizeof seat->state);
    wf_arena_fini(&seat->arena);
}

/* ---- showing ---- */

static const char *template_of(const struct seat_state *seat, bool review)
{
    if (seat->state == SEAT_LOCKED)
        return "locked.html";
    if (seat->state == SEAT_OPENED)
        return review ? "review.html" : "score.html";
    return "offer.html";
}

static const char *title_of(const struct desk_shown *shown)
{
    if (shown->findings && shown->findings->count)
        return "Please check your sheet";
    return shown->problem ? "Please look again" : "Assignment";
}

void desk_seat_send(struct desk *desk, uint64_t ticket, const struct desk_visit *visit,
                    const char *code, const struct desk_seat *seat, const struct desk_shown *shown)
{
    const struct seat_state *state = &seat->state;
    struct desk_view view = {.code = code,
                             .csrf = visit->csrf,
                             .form = seat->form,
                             .seat = state,
                             .text = seat->text,
                             .problem = shown->problem,
                             .problem_field = shown->problem_field,
                             .findings = shown->findings};
    desk_sheet_from_message(seat->form, seat->sheet, &view.sheet);
    if (shown->sheet)
        view.sheet = *shown->sheet;
    json_t *model = desk_view_model(&view);
    desk_embed(model, "text", "text.html");
    desk_embed(model, "question", "question.html");
    desk_embed(model, "step_back", "step_back.html");
    (void)json_object_set_new(model, "offered", json_boolean(state->state == SEAT_OFFERED));
    (void)json_object_set_new(model, "accepted", json_boolean(state->state == SEAT_ACCEPTED));
    bool scores = state->state == SEAT_OPENED && !shown->review;
    const struct desk_page page = {
        .title = title_of(shown), .visit = visit, .wide = scores, .script = scores};
    desk_send(desk, ticket, shown->status, template_of(state, shown->review), model, &page);
}

/* DESK 5.4: the own list decides before anything of a seat is read. */
void serve_seat(void *context, const struct wf_http_request *request,
                const struct http_params *params)
{
    struct desk *desk = context;
    struct desk_visit visit;
    struct desk_seat seat;
    struct wf_error error = {0};
    const char *code = params->values[0];
    enum desk_visitor visitor = desk_visit(desk, request, &visit);
    if (visitor == DESK_UNKNOWN) {
        desk_send_again(desk, request->ticket, "", NULL);
        return;
    }
    if (visitor == DESK_STRANGER) {
        desk_redirect(desk, request->ticket, "/", NULL);
        return;
    }
    if (!reader_seat_find(&visit.state, code)) {
        desk_send_gone(desk, request->ticket, &visit, NULL);
        return;
    }
    if (desk_seat_load(desk, code, &seat, &error) == 0) {
        desk_seat_send(desk, request->ticket, &visit, code, &seat,
                       &(struct desk_shown){.status = 200});
    } else if (error.code == WF_NOT_FOUND) {
        desk_send_gone(desk, request->ticket, &visit, NULL);
    } else {
        wf_log(WF_LOG_PAGE_BROKEN, "why=%s", error.text);
        desk_send_again(desk, request->ticket, "", NULL);
    }
    desk_seat_free(&seat);
}
