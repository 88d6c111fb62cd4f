/* wf_text.h - what a text from outside may look like.  Each predicate takes a NUL-terminated text
 * that may be of any length. */
#ifndef WF_TEXT_H
#define WF_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8 without control characters (C0, C1, DEL), line and paragraph separators, noncharacters, and
 * the characters that turn the reading direction of what is around them (U+202A..202E,
 * U+2066..2069).  `breaks`: line feed, carriage return and tab are allowed. */
bool wf_text_is_readable(const char *text, size_t length, bool breaks);
/* Of a readable text: the first code point that an examinee's answer may not have although other
 * texts may, because a reader does not see it (the rest of Bidi_Control, tags and others; intake
 * SPEC 10.4).  0: there is none. */
uint32_t wf_text_unseen(const char *text);

bool wf_text_is_slug(const char *text);        /* a-z 0-9 and single '-' between them */
bool wf_text_is_code(const char *text);        /* A-Z a-z 0-9 '-', beginning with a letter */
bool wf_text_is_key(const char *text);         /* visible ASCII */
bool wf_text_is_type(const char *text);        /* a-z 0-9 '.' '-' */
bool wf_text_is_token(const char *text);       /* A-Z a-z 0-9 '-' '_' */
bool wf_text_is_currency(const char *text);    /* three capital letters */
bool wf_text_is_country(const char *text);     /* two capital letters */
bool wf_text_is_region(const char *text);      /* ISO 3166-2: "US-MA" */
bool wf_text_is_z85(const char *text);         /* only characters of Z85 (ZeroMQ RFC 32) */
bool wf_text_is_traceparent(const char *text); /* W3C trace context, version 00 */
/* http or https, a host, no user information, no character that must be escaped. */
bool wf_text_is_url(const char *text);

#endif
