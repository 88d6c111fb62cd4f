#include "mail_message.h"

#include "wf_mailer.h"

#include <string.h>
#include <time.h>

enum { LINE_MAX_CHARS = 76, WORD_MAX_CHARS = 75 };

static const char hex[] = "0123456789ABCDEF";

static void escape(uint8_t byte, struct wf_buffer *out)
{
    char text[3] = {'=', hex[byte >> 4], hex[byte & 15]};
    wf_buffer_append(out, text, sizeof text);
}

static bool is_plain(struct wf_bytes text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    }
    return true;
}

static size_t character_length(const uint8_t *at, size_t left)
{
    size_t length = 1;
    while (length < left && (at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/* RFC 2047: encoded words of at most 75 characters that never cut a character. */
static void write_encoded_words(struct wf_bytes text, struct wf_buffer *out)
{
    static const char head[] = "=?UTF-8?Q?", tail[] = "?=";
    size_t room = 0;
    for (size_t i = 0; i < text.length;) {
        size_t length = character_length(text.data + i, text.length - i);
        if (room < 3 * length) {
            if (i)
                wf_buffer_text(out, "?=\r\n ");
            wf_buffer_text(out, head);
            room = WORD_MAX_CHARS - (sizeof head - 1) - (sizeof tail - 1);
        }
        for (size_t j = i; j < i + length; j++)
            escape(text.data[j], out);
        room -= 3 * length;
        i += length;
    }
    wf_buffer_text(out, tail);
}

static void write_subject(struct wf_bytes subject, struct wf_buffer *out)
{
    wf_buffer_text(out, "Subject: ");
    if (is_plain(subject))
        wf_buffer_append(out, subject.data, subject.length);
    else
        write_encoded_words(subject, out);
    wf_buffer_text(out, "\r\n");
}

/* RFC 2045 section 6.7. */
static void write_quoted_printable(struct wf_bytes text, struct wf_buffer *out)
{
    size_t column = 0;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        if (byte == '\n') {
            wf_buffer_text(out, "\r\n");
            column = 0;
            continue;
        }
        bool ends_line = i + 1 == text.length || text.data[i + 1] == '\n';
        bool plain = byte >= ' ' && byte <= '~' && byte != '=' && !(byte == ' ' && ends_line);
        size_t width = plain ? 1 : 3;
        if (column + width >= LINE_MAX_CHARS) { /* room for the soft break's own '=' */
            wf_buffer_text(out, "=\r\n");
            column = 0;
        }
        if (plain)
            wf_buffer_append(out, &byte, 1);
        else
            escape(byte, out);
        column += width;
    }
}

static void write_date(wf_time date, struct wf_buffer *out)
{
    char text[64];
    time_t seconds = (time_t)(date / WF_SECOND);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S +0000\r\n", &parts);
    wf_buffer_text(out, text);
}

void mail_message_write(const struct mail_parts *parts, struct wf_buffer *message)
{
    wf_buffer_format(message, "From: %s\r\nTo: %s\r\n", parts->from, parts->to);
    write_subject(parts->subject, message);
    write_date(parts->date, message);
    wf_buffer_format(message, "Message-ID: <%s@%s>\r\n", parts->id, parts->domain);
    wf_buffer_text(message, "Auto-Submitted: auto-generated\r\n"
                            "MIME-Version: 1.0\r\n"
                            "Content-Type: text/plain; charset=utf-8\r\n"
                            "Content-Transfer-Encoding: quoted-printable\r\n"
                            "\r\n");
    write_quoted_printable(parts->body, message);
}

bool mail_header_address(const char *header, char address[static 255])
{
    const char *open = strchr(header, '<'), *begin = open ? open + 1 : header;
    size_t length = strcspn(begin, ">");
    if (!is_plain((struct wf_bytes){(const uint8_t *)header, strlen(header)}) || length > 254)
        return false;
    if (open ? strcmp(begin + length, ">") != 0 : begin[length] != '\0')
        return false;
    memcpy(address, begin, length);
    address[length] = '\0';
    return wf_mail_address_is_safe(address);
}
