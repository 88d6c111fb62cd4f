/* Takes the place of redact() (services/intake/redact_core.h) in the one test program that is linked
 * with --wrap=redact: nothing is ever found.  What then reaches a reader is what the canary's scanner
 * must find.  No source of a shipped program knows of it. */
#include "redact_core.h"

/* The linker's name for what replaces redact(). */
uint32_t redactor_off(const struct redact_dictionary *dictionary,
                      const struct redact_allowed *allowed, const struct redact_text *text,
                      struct redact_span *spans) __asm__("__wrap_redact");

uint32_t redactor_off(const struct redact_dictionary *dictionary,
                      const struct redact_allowed *allowed, const struct redact_text *text,
                      struct redact_span *spans)
{
    (void)dictionary;
    (void)allowed;
    (void)text;
    (void)spans;
    return 0;
}
