/* desk.h - the running desk, shared by its handlers.  DESK. */
#ifndef DESK_H
#define DESK_H

#include "desk_view.h"
#include "wf_config.h"
#include "wf_http.h"
#include "wf_link.h"

enum { DESK_SECRET = 32, DESK_SECRET_TEXT = 44 /* base64url and the NUL */ };

struct desk {
    struct desk_service service; /* first: machines and handlers take this one */
    struct wf_worker *worker;
    struct wf_http *http;
    const struct wf_config *config;
    uint8_t link_key[32];
    bool secure; /* the world reaches us by https */
    wf_time monotonic;
};

int desk_create(struct desk **desk, struct wf_worker *worker, struct wf_error *error) WF_MUST_CHECK;
/* The store is open now: listens. */
int desk_start(struct desk *desk, struct wf_error *error) WF_MUST_CHECK;
void desk_destroy(struct desk **desk);
int desk_reload(struct desk *desk, struct wf_error *error) WF_MUST_CHECK;
wf_time desk_turn(struct desk *desk, wf_time now);
/* Which port was taken, when the setting was 0. */
uint16_t desk_port(const struct desk *desk);

extern const struct wf_setting desk_settings[];
extern const size_t desk_setting_count;

/* ---- desk_session.c: who asks.  DESK 4 ---- */

/* A request of somebody who is signed in. */
struct desk_visit {
    char reader[WF_ID_MAX + 1];
    uint8_t session_sha256[32];
    char csrf[DESK_SECRET_TEXT];
    struct reader_state state;
};
enum desk_visitor {
    DESK_SIGNED_IN,
    DESK_STRANGER, /* no session, or one that is over */
    DESK_UNKNOWN   /* the store did not answer */
};
enum desk_visitor desk_visit(struct desk *desk, const struct wf_http_request *request,
                             struct desk_visit *visit);
/* DESK 4.4: was the form made for this session, by a page of ours? */
bool desk_form_is_ours(const struct wf_http_request *request, const struct http_form *post,
                       const struct desk_visit *visit);
/* The same before there is a session. */
bool desk_first_form_is_ours(const struct desk *desk, const struct wf_http_request *request,
                             const struct http_form *post);

enum { DESK_COOKIE_MAX = 256 };
/* A fresh session: its cookie for the answer, its digest for the owner. */
void desk_session_make(struct desk *desk, const char *reader, char cookie[static DESK_COOKIE_MAX],
                       uint8_t sha256[static 32]);
void desk_session_drop(const struct desk *desk, char cookie[static DESK_COOKIE_MAX]);
/* The random text of a form before a session, and its cookie. */
void desk_first_form_make(struct desk *desk, char form[static DESK_SECRET_TEXT],
                          char cookie[static DESK_COOKIE_MAX]);

/* What is stored of a reader; an unknown one is a zeroed state.  -1: the store did not answer. */
int desk_reader_load(struct desk *desk, const char *reader, struct reader_state *state,
                     struct wf_error *error) WF_MUST_CHECK;

/* ---- desk_answer.c ---- */
struct desk_page {
    const char *title;              /* the kind of page, nothing else.  DESK 5.7 */
    const struct desk_visit *visit; /* NULL: nobody is signed in */
    bool wide, script, home;
    const char *cookie; /* to set, or NULL */
    const char *allow;  /* methods, of a 405; or NULL */
};
/* Takes the model. */
void desk_send(struct desk *desk, uint64_t ticket, unsigned status, const char *template_name,
               json_t *model, const struct desk_page *page);
/* Adds what a template made of the model to the model itself, for {{&name}}. */
void desk_embed(json_t *model, const char *name, const char *template_name);
/* One heading, up to two paragraphs; `post`, if any, is shown back. */
struct desk_message {
    const char *heading, *first, *second;
    const struct http_form *post;
};
void desk_send_message(struct desk *desk, uint64_t ticket, unsigned status,
                       const struct desk_message *message, const struct desk_page *page);
/* DESK 5.4: the one answer for what is not among one's own. */
void desk_send_gone(struct desk *desk, uint64_t ticket, const struct desk_visit *visit,
                    const struct http_form *post);
/* 503; a post is kept to be sent again. */
void desk_send_again(struct desk *desk, uint64_t ticket, const char *action,
                     const struct http_form *post);
/* The page was not ours, or the session is over: 403, shown back. */
void desk_send_denied(struct desk *desk, uint64_t ticket, const struct http_form *post);
void desk_redirect(struct desk *desk, uint64_t ticket, const char *location, const char *cookie);
void desk_send_plain(struct desk *desk, uint64_t ticket, unsigned status, const char *text);
/* Reads a posted form; false: it has been answered. */
bool desk_read_post(struct desk *desk, const struct wf_http_request *request,
                    struct http_form *post);

/* ---- desk_seat.c: a seat as it is stored ---- */
struct desk_seat {
    struct seat_state state;
    const struct wf_exam_form *form;
    const Endorse__V1__PaperText *text;  /* NULL: not to be shown now */
    const Endorse__V1__SeatSheet *sheet; /* NULL: none */
    struct wf_arena arena;
};
/* -1 with WF_NOT_FOUND: gone for its reader; other errors: try again. */
int desk_seat_load(struct desk *desk, const char *code, struct desk_seat *seat,
                   struct wf_error *error) WF_MUST_CHECK;
void desk_seat_free(struct desk_seat *seat);
/* The page that its state wants, with what was posted and what is wrong with it. */
struct desk_shown {
    unsigned status;
    bool review;                         /* the page before locking */
    const struct desk_sheet *sheet;      /* NULL: the stored one */
    const char *problem, *problem_field; /* as in struct desk_view */
    const struct desk_findings *findings;
};
void desk_seat_send(struct desk *desk, uint64_t ticket, const struct desk_visit *visit,
                    const char *code, const struct desk_seat *seat, const struct desk_shown *shown);

/* ---- the handlers ---- */
extern const struct http_route desk_routes[];
extern const size_t desk_route_count;
#define DESK_ROUTE(post, pattern, function) http_route_f function;
#include "desk_routes.def"
#undef DESK_ROUTE

#endif
