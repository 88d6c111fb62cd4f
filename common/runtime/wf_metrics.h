/* wf_metrics.h - the counters of a program; wf_metrics.def is the list. */
#ifndef WF_METRICS_H
#define WF_METRICS_H

#include "wf_bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum wf_metric {
#define WF_METRIC(symbol, kind, name, help) WF_METRIC_##symbol,
#include "wf_metrics.def"
#undef WF_METRIC
    WF_METRIC_COUNT
};

struct wf_metrics {
    uint64_t counts[WF_METRIC_COUNT];
};

static inline void wf_count(struct wf_metrics *metrics, enum wf_metric metric)
{
    metrics->counts[metric]++;
}
const char *wf_metric_name(enum wf_metric metric);
const char *wf_metric_help(enum wf_metric metric);
/* Appends a JSON object name: count.  Discreet: of trouble alone, not of work. */
void wf_metrics_write(const struct wf_metrics *metrics, bool discreet, struct wf_buffer *json);

#endif
