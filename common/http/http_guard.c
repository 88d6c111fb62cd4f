#include "http_guard.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A run of the block; never empty pointers, never beyond it. */
struct slice {
    const uint8_t *at;
    size_t length;
};

/* Headers of which a second one is an attempt to be read in two ways. */
#define SINGLE_HEADERS(X)                                                                          \
    X(SINGLE_HOST, "host")                                                                         \
    X(SINGLE_LENGTH, "content-length")                                                             \
    X(SINGLE_CODING, "transfer-encoding")                                                          \
    X(SINGLE_TYPE, "content-type")                                                                 \
    X(SINGLE_ENCODING, "content-encoding")                                                         \
    X(SINGLE_AUTHORIZATION, "authorization")                                                       \
    X(SINGLE_KEY, "idempotency-key")                                                               \
    X(SINGLE_EXPECT, "expect")

enum single {
#define X(symbol, name) symbol,
    SINGLE_HEADERS(X)
#undef X
        SINGLE_COUNT
};

static const char *const single_names[SINGLE_COUNT] = {
#define X(symbol, name) [symbol] = name,
    SINGLE_HEADERS(X)
#undef X
};

enum { METHOD_READ, METHOD_POST };

struct head {
    int method;
    bool version_1_1;
    struct slice values[SINGLE_COUNT];
    bool seen[SINGLE_COUNT];
    struct slice event_names[HTTP_GUARD_HEADERS_MAX]; /* the "ce-" ones */
    size_t event_count;
};

static struct http_guard_verdict refuse(unsigned status, const char *text)
{
    return (struct http_guard_verdict){.step = HTTP_GUARD_REFUSE, .status = status, .text = text};
}

static const struct http_guard_verdict pass = {.step = HTTP_GUARD_PASS};

static bool slice_is(struct slice slice, const char *text)
{
    return slice.length == strlen(text) && memcmp(slice.at, text, slice.length) == 0;
}

static bool slice_is_any_case(struct slice slice, const char *text)
{
    return slice.length == strlen(text) &&
           strncasecmp((const char *)slice.at, text, slice.length) == 0;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(uint8_t c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_token_character(uint8_t c)
{
    return is_alphanumeric(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static int hex_value(uint8_t c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Next character of a target, decoded; -1 where it is not one that a target may hold. */
static int target_character(struct slice target, size_t *i)
{
    uint8_t c = target.at[(*i)++];
    if (c != '%')
        return c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}#", c) == NULL ? c : -1;
    if (target.length - *i < 2)
        return -1;
    int high = hex_value(target.at[*i]);
    int low = hex_value(target.at[*i + 1]);
    *i += 2;
    if (high < 0 || low < 0)
        return -1;
    int value = high * 16 + low;
    return value < ' ' || value == 0x7f ? -1 : value;
}

static bool query_is_clean(struct slice query)
{
    for (size_t i = 0; i < query.length;) {
        if (target_character(query, &i) < 0)
            return false;
    }
    return true;
}

/* "." and ".." segments are recognised after decoding, so that an encoded dot does not hide one. */
static bool path_is_clean(struct slice path)
{
    size_t dots = 0, others = 0;
    for (size_t i = 0; i < path.length;) {
        bool plain_slash = path.at[i] == '/';
        int c = target_character(path, &i);
        if (c < 0 || c == '\\' || (c == '/' && !plain_slash))
            return false;
        if (!plain_slash) {
            dots += c == '.';
            others += c != '.';
            continue;
        }
        if (!others && (dots == 1 || dots == 2))
            return false;
        dots = others = 0;
    }
    return others || dots == 0 || dots > 2;
}

static struct http_guard_verdict judge_target(struct slice target)
{
    if (!target.length || target.at[0] != '/')
        return refuse(400, "The request target must begin with '/'.");
    const uint8_t *mark = memchr(target.at, '?', target.length);
    struct slice path = {target.at, mark ? (size_t)(mark - target.at) : target.length};
    struct slice query = {target.at + path.length, target.length - path.length};
    if (!path_is_clean(path))
        return refuse(400, "The path holds a character or segment that is not allowed.");
    if (!query_is_clean(query))
        return refuse(400, "The query holds a character that is not allowed.");
    return pass;
}

static struct http_guard_verdict judge_method(struct slice method, struct head *head)
{
    if (!method.length)
        return refuse(400, "The request line has no method.");
    for (size_t i = 0; i < method.length; i++) {
        if (!is_token_character(method.at[i]))
            return refuse(400, "The request line is malformed.");
    }
    if (slice_is(method, "POST"))
        head->method = METHOD_POST;
    else if (slice_is(method, "GET") || slice_is(method, "HEAD"))
        head->method = METHOD_READ;
    else
        return refuse(405, "Only GET, HEAD and POST are served.");
    return pass;
}

static struct http_guard_verdict judge_request_line(struct slice line, struct head *head)
{
    const uint8_t *first = memchr(line.at, ' ', line.length);
    if (!first)
        return refuse(400, "The request line is malformed.");
    struct slice method = {line.at, (size_t)(first - line.at)};
    const uint8_t *rest = first + 1;
    size_t left = line.length - method.length - 1;
    const uint8_t *second = memchr(rest, ' ', left);
    if (!second)
        return refuse(400, "The request line is malformed.");
    struct slice target = {rest, (size_t)(second - rest)};
    struct slice version = {second + 1, left - target.length - 1};
    struct http_guard_verdict verdict = judge_method(method, head);
    if (verdict.step != HTTP_GUARD_PASS)
        return verdict;
    head->version_1_1 = slice_is(version, "HTTP/1.1");
    if (!head->version_1_1 && !slice_is(version, "HTTP/1.0"))
        return version.length >= 5 && memcmp(version.at, "HTTP/", 5) == 0
                   ? refuse(505, "Only HTTP/1.0 and HTTP/1.1 are served.")
                   : refuse(400, "The request line is malformed.");
    return judge_target(target);
}

static bool value_is_clean(struct slice value)
{
    for (size_t i = 0; i < value.length; i++) {
        if ((value.at[i] < ' ' && value.at[i] != '\t') || value.at[i] == 0x7f)
            return false;
    }
    return true;
}

static struct slice trimmed(struct slice value)
{
    while (value.length && (value.at[0] == ' ' || value.at[0] == '\t')) {
        value.at++;
        value.length--;
    }
    while (value.length &&
           (value.at[value.length - 1] == ' ' || value.at[value.length - 1] == '\t'))
        value.length--;
    return value;
}

static bool event_name_is_new(struct head *head, struct slice name)
{
    for (size_t i = 0; i < head->event_count; i++) {
        if (head->event_names[i].length == name.length &&
            strncasecmp((const char *)head->event_names[i].at, (const char *)name.at,
                        name.length) == 0)
            return false;
    }
    head->event_names[head->event_count++] = name;
    return true;
}

static struct http_guard_verdict note_header(struct slice name, struct slice value,
                                             struct head *head)
{
    for (unsigned i = 0; i < SINGLE_COUNT; i++) {
        if (!slice_is_any_case(name, single_names[i]))
            continue;
        if (head->seen[i])
            return refuse(400, "A header that may stand once stands twice.");
        head->seen[i] = true;
        head->values[i] = value;
        return pass;
    }
    bool event = name.length > 3 && strncasecmp((const char *)name.at, "ce-", 3) == 0;
    if (event && !event_name_is_new(head, name))
        return refuse(400, "A header that may stand once stands twice.");
    return pass;
}

static struct http_guard_verdict judge_header(struct slice line, struct head *head)
{
    const uint8_t *colon = memchr(line.at, ':', line.length);
    if (!colon || colon == line.at)
        return refuse(400, "A header line has no name.");
    struct slice name = {line.at, (size_t)(colon - line.at)};
    for (size_t i = 0; i < name.length; i++) {
        if (!is_token_character(name.at[i]))
            return refuse(400, "A header name is malformed, or its line is folded.");
    }
    struct slice value = {colon + 1, line.length - name.length - 1};
    if (!value_is_clean(value))
        return refuse(400, "A header value holds a control character.");
    return note_header(name, trimmed(value), head);
}

static struct http_guard_verdict judge_host(const struct head *head)
{
    if (!head->seen[SINGLE_HOST])
        return head->version_1_1 ? refuse(400, "HTTP/1.1 needs a Host header.") : pass;
    struct slice host = head->values[SINGLE_HOST];
    for (size_t i = 0; i < host.length; i++) {
        uint8_t c = host.at[i];
        if (!is_alphanumeric(c) && (c == '\0' || !strchr(".-:[]_", c)))
            return refuse(400, "The Host header is malformed.");
    }
    return host.length ? pass : refuse(400, "The Host header is empty.");
}

static struct http_guard_verdict judge_length(struct slice value, size_t *length)
{
    if (!value.length || value.length > 10)
        return refuse(400, "Content-Length is not a number.");
    *length = 0;
    for (size_t i = 0; i < value.length; i++) {
        if (!is_digit(value.at[i]))
            return refuse(400, "Content-Length is not a number.");
        *length = *length * 10 + (size_t)(value.at[i] - '0');
    }
    return *length > HTTP_BODY_MAX ? refuse(413, "The body is larger than 128 KiB.") : pass;
}

static struct http_guard_verdict judge_body(const struct head *head)
{
    size_t length = 0;
    bool coded = head->seen[SINGLE_CODING], counted = head->seen[SINGLE_LENGTH];
    if (coded && counted)
        return refuse(400, "Content-Length and Transfer-Encoding contradict each other.");
    if (coded && !head->version_1_1)
        return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (coded && !slice_is_any_case(head->values[SINGLE_CODING], "chunked"))
        return refuse(501, "The only transfer coding served is chunked.");
    if (counted) {
        struct http_guard_verdict verdict = judge_length(head->values[SINGLE_LENGTH], &length);
        if (verdict.step != HTTP_GUARD_PASS)
            return verdict;
    }
    if (head->method == METHOD_READ && (coded || length))
        return refuse(400, "GET and HEAD carry no body.");
    if (head->method == METHOD_POST && !coded && !counted)
        return refuse(411, "POST needs a Content-Length.");
    if (head->seen[SINGLE_EXPECT] &&
        !slice_is_any_case(head->values[SINGLE_EXPECT], "100-continue"))
        return refuse(417, "The only expectation served is 100-continue.");
    return pass;
}

static struct http_guard_verdict judge_block(struct slice block)
{
    struct head head = {0};
    size_t lines = 0;
    while (block.length) {
        const uint8_t *end = memmem(block.at, block.length, "\r\n", 2);
        size_t length = (size_t)(end - block.at); /* the block ends with a line end */
        struct slice line = {block.at, length};
        if (lines > HTTP_GUARD_HEADERS_MAX)
            return refuse(431, "There are more than 64 header lines.");
        struct http_guard_verdict verdict =
            lines++ ? judge_header(line, &head) : judge_request_line(line, &head);
        if (verdict.step != HTTP_GUARD_PASS)
            return verdict;
        block.at += length + 2;
        block.length -= length + 2;
    }
    struct http_guard_verdict verdict = judge_host(&head);
    return verdict.step == HTTP_GUARD_PASS ? judge_body(&head) : verdict;
}

/* CR and LF only as a pair, no NUL, whatever the line: found early, also in an incomplete block. */
static bool line_ends_are_clean(struct slice bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        bool lone_cr = bytes.at[i] == '\r' && i + 1 < bytes.length && bytes.at[i + 1] != '\n';
        bool lone_lf = bytes.at[i] == '\n' && (i == 0 || bytes.at[i - 1] != '\r');
        if (lone_cr || lone_lf || bytes.at[i] == '\0')
            return false;
    }
    return true;
}

struct http_guard_verdict http_guard(const uint8_t *bytes, size_t length)
{
    const uint8_t *end = length ? memmem(bytes, length, "\r\n\r\n", 4) : NULL;
    size_t block = end ? (size_t)(end - bytes) + 4 : length;
    const uint8_t *line = length ? memmem(bytes, length, "\r\n", 2) : NULL;
    size_t line_length = line ? (size_t)(line - bytes) : length;
    if (!line_ends_are_clean((struct slice){bytes, block}))
        return refuse(400, "A line does not end with CR LF, or holds a NUL byte.");
    if (line && line_length == 0)
        return refuse(400, "The request begins with an empty line.");
    if (line_length > HTTP_GUARD_LINE_MAX)
        return refuse(414, "The request line is longer than 4 KiB.");
    if (block > HTTP_GUARD_BLOCK_MAX)
        return refuse(431, "The headers are longer than 16 KiB.");
    if (!end)
        return (struct http_guard_verdict){.step = HTTP_GUARD_MORE};
    return judge_block((struct slice){bytes, block - 2});
}
