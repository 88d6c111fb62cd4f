/* Rows of renewal's index.  GATEWAY 4.1. */
#include "registry_view.h"

#include "gateway_labels.h"

#include <string.h>

/* Copies the text before `separator` and moves behind it; the last part has separator '\0'. */
static bool part(const char **text, char separator, char *to, size_t size)
{
    const char *end = strchr(*text, separator);
    size_t length = end ? (size_t)(end - *text) : 0;
    if (!end || length >= size)
        return false;
    memcpy(to, *text, length);
    to[length] = '\0';
    *text = separator ? end + 1 : end;
    return true;
}

/* A date that is empty or not one is none. */
static wf_date date_of(const char *text)
{
    wf_date date = WF_NO_DATE;
    (void)wf_date_parse(text, &date);
    return date;
}

/* The person's id may hold the separator; the other parts cannot. */
static bool read_member(const char *member, struct registry_row *row)
{
    char category[16] = "";
    if (!part(&member, '~', row->association, sizeof row->association))
        return false;
    const char *line = strrchr(member, '~');
    if (!line || line == member)
        return false;
    const char *before = memrchr(member, '~', (size_t)(line - member));
    if (!before || before - member > WF_ID_MAX || line - before - 1 >= (ptrdiff_t)sizeof category)
        return false;
    memcpy(row->person, member, (size_t)(before - member));
    memcpy(category, before + 1, (size_t)(line - before - 1));
    row->category = gateway_category_find(category);
    row->line = gateway_line_find(line + 1);
    return row->category && row->line && wf_id_is_valid(row->person);
}

bool registry_row_read(const char *member, const char *value, struct registry_row *row)
{
    char since[16], due[16];
    *row = (struct registry_row){0};
    if (!read_member(member, row) || !part(&value, '|', row->status, sizeof row->status) ||
        !part(&value, '|', since, sizeof since) || !part(&value, '\0', due, sizeof due))
        return false;
    row->since = date_of(since);
    row->due = date_of(due);
    return true;
}
