#include "wf_metrics.h"

#include "wf_error.h"

#include <inttypes.h>

static const struct {
    const char *name, *help;
} rows[WF_METRIC_COUNT] = {
#define WF_METRIC(symbol, metric_name, sentence)                                                   \
    [WF_METRIC_##symbol] = {.name = metric_name, .help = sentence},
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

void wf_metrics_write(const struct wf_metrics *metrics, struct wf_buffer *json)
{
    wf_buffer_text(json, "{");
    for (unsigned i = 0; i < WF_METRIC_COUNT; i++)
        wf_buffer_format(json, "%s\"%s\":%" PRIu64, i ? "," : "", rows[i].name, metrics->counts[i]);
    wf_buffer_text(json, "}");
}
