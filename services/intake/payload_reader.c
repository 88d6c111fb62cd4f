#include "payload_reader.h"

#include <string.h>

void payload_text(struct payload_reader *reader, char *to, size_t size, const char *from,
                  const char *member)
{
    size_t length = strlen(from);
    if (reader->bad)
        return;
    if (length < size) {
        memcpy(to, from, length);
        return;
    }
    reader->bad = true;
    (void)wf_fail(reader->error, WF_INVALID, "%s is longer than %zu bytes", member, size - 1);
}

void payload_date(struct payload_reader *reader, wf_date *to, const char *from, const char *member)
{
    *to = WF_NO_DATE;
    if (reader->bad || !from[0] || wf_date_parse(from, to))
        return;
    reader->bad = true;
    (void)wf_fail(reader->error, WF_INVALID, "%s is no date", member);
}
