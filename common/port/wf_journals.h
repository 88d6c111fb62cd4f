/* wf_journals.h - the journals of every service, to be read and nothing else: what the audit copy needs of
 * the store (services/audit/SPEC.md 3). */
#ifndef WF_JOURNALS_H
#define WF_JOURNALS_H

#include "wf_address.h"
#include "wf_bytes.h"
#include "wf_error.h"

struct wf_journals;

/* One stream: what is behind an entry, or that entry alone. */
struct wf_journals_ask {
    enum wf_service service;
    unsigned partition;
    uint64_t ms, n; /* zeros: from the beginning */
    size_t most;    /* entries, at least 1 */
    bool is_exact;  /* this one entry, if it is there */
};

struct wf_journals_entry {
    uint64_t ms, n;
    struct wf_bytes
        line; /* borrowed for the call; what is in the stream but is no line comes as its
                             texts, so that it can be shown */
};
/* `length`: of the whole stream, told after its entries were read; 0 where it is_exact.  A stream that
 * does not exist, or is none any more, is empty. */
typedef void wf_journals_f(void *context, size_t ask, uint64_t length,
                           const struct wf_journals_entry *entries, size_t count);
/* All asks in one round trip, the answers in their order.  WF_AGAIN: no answer, or not all of them; the
 * next call connects anew.  WF_CONFIG: this program may not. */
int wf_journals_read(struct wf_journals *journals, const struct wf_journals_ask *asks, size_t count,
                     wf_journals_f *each, void *context, struct wf_error *error) WF_MUST_CHECK;
void wf_journals_destroy(struct wf_journals **journals);

struct wf_journals_ops {
    int (*read)(struct wf_journals *, const struct wf_journals_ask *, size_t, wf_journals_f *,
                void *, struct wf_error *);
    void (*destroy)(struct wf_journals **);
};
/* First member of every adapter's own struct. */
struct wf_journals {
    const struct wf_journals_ops *ops;
};

#endif
