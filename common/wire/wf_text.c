#include "wf_text.h"

#include "wf_validate.h"

#include <glib.h>
#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

static bool is_break(unsigned char c)
{
    return c == '\n' || c == '\r' || c == '\t';
}

/* A code point that Unicode keeps for the inside of programs. */
static bool is_noncharacter(gunichar c)
{
    return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

static bool is_hidden(gunichar c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || is_noncharacter(c);
}

static bool is_readable_unicode(const char *text, const char *end)
{
    if (!g_utf8_validate(text, end - text, NULL))
        return false;
    for (; text < end; text = g_utf8_next_char(text)) {
        if (is_hidden(g_utf8_get_char(text)))
            return false;
    }
    return true;
}

bool wf_text_is_readable(const char *text, size_t length, bool breaks)
{
    bool ascii = true;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == 0x7f || (c < 0x20 && !(breaks && is_break(c))))
            return false;
        ascii = ascii && c < 0x80;
    }
    return ascii || is_readable_unicode(text, text + length);
}

/* With is_hidden() all of Unicode's Bidi_Control. */
static bool is_direction_mark(gunichar c)
{
    return c == 0x061c || c == 0x200e || c == 0x200f;
}

/* Deprecated format characters, byte order mark, annotations, tags. */
static bool is_no_prose(gunichar c)
{
    return (c >= 0x206a && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe007f);
}

uint32_t wf_text_unseen(const char *text)
{
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (is_hidden(c) || is_direction_mark(c) || is_no_prose(c))
            return c;
    }
    return 0;
}

bool wf_text_is_clean(const char *text, size_t length, size_t most)
{
    return length >= 1 && length <= most && wf_text_is_readable(text, length, false);
}

static bool only(const char *text, const char *allowed)
{
    return *text && text[strspn(text, allowed)] == '\0';
}

bool wf_text_is_slug(const char *text)
{
    return only(text, LOWER DIGIT "-") && *text != '-' && !strstr(text, "--") &&
           text[strlen(text) - 1] != '-';
}

bool wf_text_is_code(const char *text)
{
    return only(text, UPPER LOWER DIGIT "-") && strchr(UPPER LOWER, *text);
}

bool wf_text_is_key(const char *text)
{
    const char *at = text;
    while (*at > ' ' && *at < 0x7f)
        at++;
    return at > text && *at == '\0';
}

bool wf_text_is_type(const char *text)
{
    return only(text, LOWER DIGIT ".-");
}

bool wf_text_is_token(const char *text)
{
    return only(text, UPPER LOWER DIGIT "-_");
}

bool wf_text_is_currency(const char *text)
{
    return only(text, UPPER) && strlen(text) == 3;
}

bool wf_text_is_country(const char *text)
{
    return only(text, UPPER) && strlen(text) == 2;
}

bool wf_text_is_region(const char *text)
{
    return strspn(text, UPPER) == 2 && text[2] == '-' && only(text + 3, UPPER DIGIT) &&
           strlen(text + 3) <= 3;
}

bool wf_text_is_z85(const char *text)
{
    return only(text, DIGIT LOWER UPPER ".-:+=^!/*?&<>()[]{}@%$#");
}

static bool is_hex_run(const char *text, size_t length)
{
    return strspn(text, DIGIT "abcdef") >= length;
}

bool wf_text_is_traceparent(const char *text)
{
    static const char no_trace[] = "00000000000000000000000000000000";
    return strlen(text) == 55 && strncmp(text, "00-", 3) == 0 && is_hex_run(text + 3, 32) &&
           text[35] == '-' && is_hex_run(text + 36, 16) && text[52] == '-' &&
           is_hex_run(text + 53, 2) && strncmp(text + 3, no_trace, 32) != 0 &&
           strncmp(text + 36, no_trace, 16) != 0;
}

bool wf_text_is_url(const char *text)
{
    const char *host = NULL;
    if (strncmp(text, "https://", 8) == 0)
        host = text + 8;
    else if (strncmp(text, "http://", 7) == 0)
        host = text + 7;
    if (!host || !wf_text_is_key(text) || strpbrk(text, "\"\\<>^`{|}#"))
        return false;
    size_t authority = strcspn(host, "/?");
    return authority > 0 && host[0] != ':' && !memchr(host, '@', authority);
}

/* What RFC 5321 calls a dot-string, plus letters of other alphabets; quoted local parts are not
 * taken: they exist to carry what smuggles commands. */
bool wf_email_is_valid(const char *text)
{
    size_t length = strnlen(text, 255);
    const char *at = strchr(text, '@');
    if (length < 3 || length > 254 || !at || at == text || at - text > 64 ||
        !wf_text_is_readable(text, length, false) || strpbrk(text, " \"'(),:;<>[\\]`|") ||
        strchr(at + 1, '@'))
        return false;
    const char *domain = at + 1;
    size_t domain_length = strlen(domain);
    if (domain_length == 0 || domain[0] == '.' || domain[0] == '-' ||
        domain[domain_length - 1] == '.' || domain[domain_length - 1] == '-')
        return false;
    return text[0] != '.' && text[0] != '-' && at[-1] != '.' && !strstr(text, "..");
}
