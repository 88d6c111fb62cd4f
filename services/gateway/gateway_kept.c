#include "gateway_kept.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static const wf_time kept_for = 30 * WF_SECOND;

static unsigned row_of(const char *place)
{
    return g_str_hash(place) % GATEWAY_KEPT_PLACES;
}

const char *gateway_kept_find(const struct gateway_kept *kept, const char *place, wf_time now)
{
    unsigned row = row_of(place);
    bool is_here = kept->rows[row].text && kept->rows[row].until > now &&
                   strcmp(kept->rows[row].place, place) == 0;
    return is_here ? kept->rows[row].text : NULL;
}

void gateway_kept_put(struct gateway_kept *kept, const char *place, const char *text, wf_time now)
{
    unsigned row = row_of(place);
    g_free(kept->rows[row].text);
    kept->rows[row].text = g_strdup(text);
    kept->rows[row].until = now + kept_for;
    (void)snprintf(kept->rows[row].place, sizeof kept->rows[row].place, "%s", place);
}

bool gateway_kept_may_ask(struct gateway_kept *kept, wf_time now)
{
    if (now - kept->counted_from >= WF_SECOND) {
        kept->counted_from = now;
        kept->asked = 0;
    }
    return kept->asked++ < GATEWAY_ASKS_A_SECOND;
}

void gateway_kept_fini(struct gateway_kept *kept)
{
    for (unsigned i = 0; i < GATEWAY_KEPT_PLACES; i++)
        g_free(kept->rows[i].text);
    memset(kept, 0, sizeof *kept);
}
