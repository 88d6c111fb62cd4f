#include "wf_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int wf_fail(struct wf_error *error, enum wf_error_code code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        error->code = code;
        va_start(arguments, format);
        (void)vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return -1;
}

const char *wf_error_name(enum wf_error_code code)
{
    switch (code) {
#define WF_X(symbol, name, action)                                                                 \
    case symbol:                                                                                   \
        return name;
        WF_ERROR_CODES(WF_X)
#undef WF_X
    }
    return "unknown-code";
}

_Noreturn void wf_bug(const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "{\"level\":\"fatal\",\"id\":\"BUG\",\"at\":\"%s:%d\",\"what\":\"%s\"}\n",
                  file, line, what);
    abort();
}
