/* wf_conf_text.h - a configuration file as text for libconfuse, whose line numbers come out right.
 *
 * libconfuse 3.3 counts the lines of a comment more than once, so that its errors name the wrong
 * line.  Comments are therefore blanked here, byte by byte, before the text reaches it; line ends
 * stay. */
#ifndef WF_CONF_TEXT_H
#define WF_CONF_TEXT_H

#include "wf_bytes.h"
#include "wf_error.h"

enum { WF_CONF_TEXT_MAX = 512 * 1024 };

/* Appends the file's text, comments blanked, and a NUL that is not counted in length.  WF_CONFIG
 * names the path: it cannot be read, is larger than WF_CONF_TEXT_MAX or holds a NUL. */
int wf_conf_text_read(const char *path, struct wf_buffer *text,
                      struct wf_error *error) WF_MUST_CHECK;
/* Blanks the comments of a text: "#" and "//" to the end of the line, and C comments, outside
 * quotes. */
void wf_conf_text_blank(char *text);

#endif
