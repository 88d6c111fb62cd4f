#include "wf_journals.h"

int wf_journals_read(struct wf_journals *journals, const struct wf_journals_ask *asks, size_t count,
                     wf_journals_f *each, void *context, struct wf_error *error)
{
    return journals->ops->read(journals, asks, count, each, context, error);
}

void wf_journals_destroy(struct wf_journals **journals)
{
    if (*journals)
        (*journals)->ops->destroy(journals);
}
