/* wf_journal.h - lines of the journal and their chain.  SPEC 4.3. */
#ifndef WF_JOURNAL_H
#define WF_JOURNAL_H

#include "wf_arena.h"
#include "wf_pool.h"

#include "endorse/v1/journal.pb-c.h"

#include <stdbool.h>

enum { WF_CHAIN_SIZE = 32 };

/* Packs the line with its chain hash; `head` is the hash of the line before and becomes this one's.
 * line->previous and line->chain are filled here. */
struct wf_bytes wf_journal_encode(struct wf_pool *pool, Endorse__V1__JournalLine *line,
                                  uint8_t head[static WF_CHAIN_SIZE]);
/* NULL if the bytes are no line. */
Endorse__V1__JournalLine *wf_journal_decode(struct wf_bytes bytes, struct wf_arena *arena);
/* True if the line's hash is right and it follows `head`, which then becomes this line's hash. */
bool wf_journal_follows(struct wf_bytes bytes, const Endorse__V1__JournalLine *line,
                        uint8_t head[static WF_CHAIN_SIZE]);

#endif
