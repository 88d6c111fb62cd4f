#include "wf_metrics.h"

#include "wf_error.h"

#include <inttypes.h>

enum kind { WORK, TROUBLE };

static const struct {
    enum kind kind;
    const char *name, *help;
} rows[WF_METRIC_COUNT] = {
#define WF_METRIC(symbol, its_kind, metric_name, sentence)                                         \
    [WF_METRIC_##symbol] = {.kind = its_kind, .name = metric_name, .help = sentence},
#include "wf_metrics.def"
#undef WF_METRIC
};

const char *wf_metric_name(enum wf_metric metric)
{
    WF_ASSERT((unsigned)metric < WF_METRIC_COUNT);
    return rows[metric].name;
}

const char *wf_metric_help(enum wf_metric metric)
{
    WF_ASSERT((unsigned)metric < WF_METRIC_COUNT);
    return rows[metric].help;
}

void wf_metrics_write(const struct wf_metrics *metrics, bool discreet, struct wf_buffer *json)
{
    const char *comma = "";
    wf_buffer_text(json, "{");
    for (unsigned i = 0; i < WF_METRIC_COUNT; i++) {
        if (discreet && rows[i].kind == WORK)
            continue;
        wf_buffer_format(json, "%s\"%s\":%" PRIu64, comma, rows[i].name, metrics->counts[i]);
        comma = ",";
    }
    wf_buffer_text(json, "}");
}
