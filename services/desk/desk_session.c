/* Who asks: cookies, sessions, and the tokens of forms.  DESK 4. */
#include "desk.h"

#include "wf_seal.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING, SESSION_S = 24 * 3600 };

static const char *cookie_name(const struct desk *desk, bool session)
{
    if (session)
        return desk->secure ? "__Host-endorse-desk" : "endorse-desk";
    return desk->secure ? "__Host-endorse-desk-form" : "endorse-desk-form";
}

/* The value of a cookie of the request; false if it has none, or a longer one than ours. */
static bool find_cookie(const struct wf_http_request *request, const char *name, char *value,
                        size_t size)
{
    const char *at = wf_http_header(request, "Cookie");
    size_t name_length = strlen(name);
    while (at && *at) {
        at += strspn(at, "; ");
        size_t length = strcspn(at, ";");
        if (length > name_length && at[name_length] == '=' && !memcmp(at, name, name_length)) {
            length -= name_length + 1;
            if (length >= size)
                return false;
            memcpy(value, at + name_length + 1, length);
            value[length] = '\0';
            return true;
        }
        at += length;
    }
    return false;
}

static void write_cookie(const struct desk *desk, bool session, const char *value, int seconds,
                         char cookie[static DESK_COOKIE_MAX])
{
    int length =
        snprintf(cookie, DESK_COOKIE_MAX, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s",
                 cookie_name(desk, session), value, seconds, desk->secure ? "; Secure" : "");
    WF_ASSERT(length > 0 && length < DESK_COOKIE_MAX);
}

static void secret_text(const uint8_t secret[static DESK_SECRET],
                        char text[static DESK_SECRET_TEXT])
{
    WF_ASSERT(sodium_bin2base64(text, DESK_SECRET_TEXT, secret, DESK_SECRET, BASE64) != NULL);
}

static bool secret_read(const char *text, uint8_t secret[static DESK_SECRET])
{
    size_t length = 0;
    return strlen(text) == DESK_SECRET_TEXT - 1 &&
           sodium_base642bin(secret, DESK_SECRET, text, DESK_SECRET_TEXT - 1, NULL, &length, NULL,
                             BASE64) == 0 &&
           length == DESK_SECRET;
}

/* ---- sessions ---- */

void desk_session_make(struct desk *desk, const char *reader, char cookie[static DESK_COOKIE_MAX],
                       uint8_t sha256[static 32])
{
    uint8_t secret[DESK_SECRET];
    char text[DESK_SECRET_TEXT], value[WF_ID_MAX + 1 + DESK_SECRET_TEXT];
    desk->service.clock->entropy(desk->service.clock, secret, sizeof secret);
    wf_sha256((struct wf_bytes){secret, sizeof secret}, sha256);
    secret_text(secret, text);
    (void)snprintf(value, sizeof value, "%s.%s", reader, text);
    write_cookie(desk, true, value, SESSION_S, cookie);
    explicit_bzero(secret, sizeof secret);
}

void desk_session_drop(const struct desk *desk, char cookie[static DESK_COOKIE_MAX])
{
    write_cookie(desk, true, "", 0, cookie);
}

static void make_csrf(const uint8_t secret[static DESK_SECRET], char csrf[static DESK_SECRET_TEXT])
{
    static const uint8_t word[] = {'f', 'o', 'r', 'm'};
    uint8_t digest[32];
    wf_hmac(secret, (struct wf_bytes){word, sizeof word}, digest);
    secret_text(digest, csrf);
}

/* Splits "<reader>.<secret>" at the last dot: an id may hold dots. */
static bool read_session(const struct desk *desk, const struct wf_http_request *request,
                         struct desk_visit *visit, uint8_t secret[static DESK_SECRET])
{
    char value[WF_ID_MAX + 1 + DESK_SECRET_TEXT];
    if (!find_cookie(request, cookie_name(desk, true), value, sizeof value))
        return false;
    char *dot = strrchr(value, '.');
    if (!dot || !secret_read(dot + 1, secret))
        return false;
    *dot = '\0';
    if (!wf_id_is_valid(value))
        return false;
    memcpy(visit->reader, value, strlen(value) + 1);
    return true;
}

int desk_reader_load(struct desk *desk, const char *reader, struct reader_state *state,
                     struct wf_error *error)
{
    struct wf_load load = {.kind = reader_machine.kind, .id = reader};
    memset(state, 0, sizeof *state);
    int result = wf_store_load(desk->service.store, &load, 1, error);
    if (!result) {
        /* The runtime's own fields are not the machine's. */
        struct wf_fields own = {0};
        for (size_t i = 0; i < load.fields.count; i++)
            if (load.fields.rows[i].name.length && load.fields.rows[i].name.data[0] != '_')
                wf_fields_add(&own, load.fields.rows[i].name, load.fields.rows[i].value);
        wf_fields_sort(&own);
        result = reader_read(&own, state, error);
        wf_fields_fini(&own);
    }
    wf_fields_fini(&load.fields);
    return result;
}

enum desk_visitor desk_visit(struct desk *desk, const struct wf_http_request *request,
                             struct desk_visit *visit)
{
    uint8_t secret[DESK_SECRET];
    struct wf_error error = {0};
    memset(visit, 0, sizeof *visit);
    if (!read_session(desk, request, visit, secret))
        return DESK_STRANGER;
    wf_sha256((struct wf_bytes){secret, sizeof secret}, visit->session_sha256);
    make_csrf(secret, visit->csrf);
    explicit_bzero(secret, sizeof secret);
    if (desk_reader_load(desk, visit->reader, &visit->state, &error))
        return DESK_UNKNOWN;
    return reader_session_find(&visit->state, visit->session_sha256, wf_worker_now(desk->worker))
               ? DESK_SIGNED_IN
               : DESK_STRANGER;
}

/* ---- forms ---- */

/* Browsers say where a request began; whoever says nothing is judged by the token alone. */
static bool is_same_site(const struct wf_http_request *request)
{
    const char *site = wf_http_header(request, "Sec-Fetch-Site");
    return !site || strcmp(site, "same-origin") == 0;
}

static bool texts_agree(const char *one, const char *other)
{
    char first[DESK_SECRET_TEXT] = "", second[DESK_SECRET_TEXT] = "";
    if (!one || !other || strlen(one) != sizeof first - 1 || strlen(other) != sizeof second - 1)
        return false;
    memcpy(first, one, sizeof first);
    memcpy(second, other, sizeof second);
    return sodium_memcmp(first, second, sizeof first) == 0;
}

bool desk_form_is_ours(const struct wf_http_request *request, const struct http_form *post,
                       const struct desk_visit *visit)
{
    return is_same_site(request) && texts_agree(http_form_value(post, "csrf"), visit->csrf);
}

void desk_first_form_make(struct desk *desk, char form[static DESK_SECRET_TEXT],
                          char cookie[static DESK_COOKIE_MAX])
{
    uint8_t random[DESK_SECRET];
    desk->service.clock->entropy(desk->service.clock, random, sizeof random);
    secret_text(random, form);
    write_cookie(desk, false, form, 3600, cookie);
}

bool desk_first_form_is_ours(const struct desk *desk, const struct wf_http_request *request,
                             const struct http_form *post)
{
    char value[DESK_COOKIE_MAX];
    return is_same_site(request) &&
           find_cookie(request, cookie_name(desk, false), value, sizeof value) &&
           texts_agree(http_form_value(post, "form"), value);
}
