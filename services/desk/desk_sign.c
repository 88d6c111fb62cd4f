/* Signing in by a link, signing out, and the own list.  DESK 4, 5.3. */
#include "desk.h"

#include "wf_model.h"
#include "wf_seal.h"
#include "wf_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An act of signing in or out that is under way. */
struct signing {
    struct desk *desk;
    uint64_t ticket;
    char token[WF_LINK_TEXT];
    char cookie[DESK_COOKIE_MAX];
};

/* ---- pages of a link ---- */

/* What may stand in a form's address: the token as it came, if it is shaped like one. */
static void keep_token(const char *text, char token[static WF_LINK_TEXT])
{
    unsigned partition = 0;
    bool shaped = strlen(text) < WF_LINK_TEXT && wf_link_partition(text, &partition);
    (void)snprintf(token, WF_LINK_TEXT, "%s", shaped ? text : "none");
}

static void send_link_page(struct desk *desk, uint64_t ticket, const char *token, bool good)
{
    char form[DESK_SECRET_TEXT], cookie[DESK_COOKIE_MAX], kept[WF_LINK_TEXT];
    json_t *model = json_object();
    keep_token(token, kept);
    desk_first_form_make(desk, form, cookie);
    model_text(model, "token", kept);
    model_text(model, "form", form);
    const struct desk_page page = {.title = good ? "Sign in" : "Link no longer valid",
                                   .cookie = cookie};
    desk_send(desk, ticket, good ? 200 : 404, good ? "sign_in.html" : "dead_link.html", model,
              &page);
}

/* -1: the store did not answer. */
static int judge_link(struct desk *desk, const char *token, struct wf_link *link, bool *good)
{
    struct reader_state state;
    struct wf_error error = {0};
    *good = false;
    if (strlen(token) >= WF_LINK_TEXT || !wf_link_open(desk->link_key, token, link))
        return 0;
    if (desk_reader_load(desk, link->id, &state, &error))
        return -1;
    *good =
        reader_link_is_good(&state, link->generation, link->request, wf_worker_now(desk->worker));
    return 0;
}

void serve_sign_in(void *context, const struct wf_http_request *request,
                   const struct http_params *params)
{
    struct desk *desk = context;
    struct wf_link link;
    bool good = false;
    if (judge_link(desk, params->values[0], &link, &good))
        desk_send_again(desk, request->ticket, "", NULL);
    else
        send_link_page(desk, request->ticket, params->values[0], good);
}

/* ---- acts ---- */

static struct signing *begin(struct desk *desk, uint64_t ticket, const char *token)
{
    struct signing *signing = calloc(1, sizeof *signing);
    WF_ASSERT(signing);
    signing->desk = desk;
    signing->ticket = ticket;
    keep_token(token, signing->token);
    return signing;
}

static bool submit(struct desk *desk, enum wf_message message, const char *reader, const char *key,
                   const ProtobufCMessage *payload, wf_act_done_f *done, void *context)
{
    struct wf_buffer packed = {0};
    wf_pack(payload, &packed);
    const struct wf_act act = {.message = message,
                               .to = wf_address_make(WF_DESK, reader_machine.kind, reader),
                               .actor = "reader",
                               .key = key,
                               .message_id = key,
                               .happened = wf_worker_now(desk->worker),
                               .payload = wf_buffer_bytes(&packed),
                               .done = done,
                               .context = context};
    bool taken = wf_worker_submit(desk->worker, &act);
    wf_buffer_fini(&packed);
    return taken;
}

/* Half of a session's digest names the act: 32 hexadecimal digits. */
enum { KEY_TEXT = 40 };
static void key_of(const char *word, const uint8_t sha256[static 32], char key[static KEY_TEXT])
{
    int length = snprintf(key, KEY_TEXT, "%s-", word);
    for (int i = 0; i < 16; i++)
        (void)snprintf(key + length + 2 * i, 3, "%02x", sha256[i]);
}

static void on_signed_in(void *context, const struct wf_outcome *outcome)
{
    struct signing *signing = context;
    struct desk *desk = signing->desk;
    if (outcome->reply == WF_REPLY_OK || outcome->reply == WF_REPLY_DUPLICATE) {
        desk_redirect(desk, signing->ticket, "/", signing->cookie);
    } else if (outcome->reply == WF_REPLY_BUSY) {
        desk_send_again(desk, signing->ticket, "", NULL);
    } else {
        send_link_page(desk, signing->ticket, signing->token, false);
    }
    explicit_bzero(signing, sizeof *signing);
    free(signing);
}

static void sign_in(struct desk *desk, const struct wf_http_request *request, const char *token,
                    const struct wf_link *link)
{
    char key[KEY_TEXT];
    uint8_t sha256[32];
    struct signing *signing = begin(desk, request->ticket, token);
    Endorse__V1__ReaderSignedIn message = ENDORSE__V1__READER_SIGNED_IN__INIT;
    desk_session_make(desk, link->id, signing->cookie, sha256);
    message.until_day = link->request;
    message.link = link->generation;
    message.session_sha256 = (ProtobufCBinaryData){.data = sha256, .len = sizeof sha256};
    key_of("in", sha256, key);
    if (!submit(desk, WF_MESSAGE_READER_SIGNED_IN, link->id, key, &message.base, on_signed_in,
                signing)) {
        desk_send_again(desk, request->ticket, "", NULL);
        free(signing);
    }
}

void serve_sign_in_post(void *context, const struct wf_http_request *request,
                        const struct http_params *params)
{
    struct desk *desk = context;
    struct http_form post = {0};
    struct wf_link link;
    bool good = false;
    if (!desk_read_post(desk, request, &post))
        return;
    if (!desk_first_form_is_ours(desk, request, &post))
        desk_send_denied(desk, request->ticket, NULL);
    else if (judge_link(desk, params->values[0], &link, &good))
        desk_send_again(desk, request->ticket, "", NULL);
    else if (!good)
        send_link_page(desk, request->ticket, params->values[0], false);
    else
        sign_in(desk, request, params->values[0], &link);
    http_form_fini(&post);
}

/* ---- a new link: the same answer, whoever asks.  DESK 4.3 ---- */

static void send_link_answer(struct desk *desk, uint64_t ticket)
{
    const struct desk_page page = {.title = "A new link"};
    desk_send_message(
        desk, ticket, 200,
        &(struct desk_message){.heading = "Please look into your mail",
                               .first = "If the link was once yours, a new one is on its way to "
                                        "the address that we have of you.",
                               .second = "It can take some minutes."},
        &page);
}

void serve_link_post(void *context, const struct wf_http_request *request,
                     const struct http_params *params)
{
    struct desk *desk = context;
    struct http_form post = {0};
    struct wf_link link;
    if (!desk_read_post(desk, request, &post))
        return;
    bool ours = desk_first_form_is_ours(desk, request, &post);
    if (!ours) {
        desk_send_denied(desk, request->ticket, NULL);
    } else {
        Endorse__V1__ReaderLinkAsked message = ENDORSE__V1__READER_LINK_ASKED__INIT;
        uint8_t random[32];
        char key[KEY_TEXT];
        desk->service.clock->entropy(desk->service.clock, random, sizeof random);
        key_of("link", random, key);
        /* Nobody waits for it: the answer must not depend on what it does. */
        if (strlen(params->values[0]) < WF_LINK_TEXT &&
            wf_link_open(desk->link_key, params->values[0], &link))
            (void)submit(desk, WF_MESSAGE_READER_LINK_ASKED, link.id, key, &message.base, NULL,
                         NULL);
        send_link_answer(desk, request->ticket);
    }
    http_form_fini(&post);
}

/* ---- signing out ---- */

static void on_signed_out(void *context, const struct wf_outcome *outcome)
{
    struct signing *signing = context;
    char cookie[DESK_COOKIE_MAX];
    if (outcome->reply == WF_REPLY_BUSY) {
        desk_send_again(signing->desk, signing->ticket, "", NULL);
    } else {
        desk_session_drop(signing->desk, cookie);
        desk_redirect(signing->desk, signing->ticket, "/", cookie);
    }
    free(signing);
}

static void sign_out(struct desk *desk, uint64_t ticket, struct desk_visit *visit)
{
    char key[KEY_TEXT];
    struct signing *signing = begin(desk, ticket, "");
    Endorse__V1__ReaderSignedOut message = ENDORSE__V1__READER_SIGNED_OUT__INIT;
    message.session_sha256 =
        (ProtobufCBinaryData){.data = visit->session_sha256, .len = sizeof visit->session_sha256};
    key_of("out", visit->session_sha256, key);
    if (!submit(desk, WF_MESSAGE_READER_SIGNED_OUT, visit->reader, key, &message.base,
                on_signed_out, signing)) {
        desk_send_again(desk, ticket, "", NULL);
        free(signing);
    }
}

void serve_sign_out(void *context, const struct wf_http_request *request,
                    const struct http_params *params)
{
    struct desk *desk = context;
    struct http_form post = {0};
    struct desk_visit visit;
    (void)params;
    if (!desk_read_post(desk, request, &post))
        return;
    enum desk_visitor visitor = desk_visit(desk, request, &visit);
    if (visitor == DESK_UNKNOWN)
        desk_send_again(desk, request->ticket, "/sign-out", &post);
    else if (visitor == DESK_STRANGER)
        desk_redirect(desk, request->ticket, "/", NULL);
    else if (!desk_form_is_ours(request, &post, &visit))
        desk_send_denied(desk, request->ticket, NULL);
    else
        sign_out(desk, request->ticket, &visit);
    http_form_fini(&post);
}

/* ---- the own list ---- */

void serve_front(void *context, const struct wf_http_request *request,
                 const struct http_params *params)
{
    struct desk *desk = context;
    struct desk_visit visit;
    (void)params;
    enum desk_visitor visitor = desk_visit(desk, request, &visit);
    struct desk_page page = {.title = "Welcome"};
    if (visitor == DESK_UNKNOWN) {
        desk_send_again(desk, request->ticket, "", NULL);
    } else if (visitor == DESK_STRANGER) {
        desk_send(desk, request->ticket, 200, "welcome.html", json_object(), &page);
    } else {
        page = (struct desk_page){.title = "My assignments", .visit = &visit, .home = true};
        desk_send(desk, request->ticket, 200, "list.html",
                  desk_list_model(&visit.state, visit.csrf), &page);
    }
}
