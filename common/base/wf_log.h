/* wf_log.h - structured log lines: one JSON object per line on standard error.
 *
 * Every line has an id from wf_log_ids.def with a sentence of its meaning; values are references,
 * numbers and codes.  Never a name, an address, an answer, a token: a test greps for them. */
#ifndef WF_LOG_H
#define WF_LOG_H

#include <stdint.h>

enum wf_log_level { WF_LOG_DEBUG, WF_LOG_INFO, WF_LOG_WARN, WF_LOG_ERROR };

enum wf_log_id {
#define WF_LOG_ID(symbol, level, id, sentence) WF_LOG_##symbol,
#include "wf_log_ids.def"
#undef WF_LOG_ID
    WF_LOG_ID_COUNT
};

/* Program and instance that every line carries; call once, before the first line. */
void wf_log_open(const char *program, unsigned instance, enum wf_log_level least);

/* wf_log(WF_LOG_STORE_LOST, "redis=%s attempts=%d", path, n): the format is a list of key=value
 * pairs separated by single spaces; each becomes a JSON member (a number where the text is one). */
void wf_log(enum wf_log_id id, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
