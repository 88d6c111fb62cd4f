/* pool_lines.h - the pool's journal of a world of exams as its store would hold it: chained lines.  And what a
 * forger can do with them who has the store. */
#ifndef POOL_LINES_H
#define POOL_LINES_H

#include "exam_world.h"
#include "wf_arena.h"

#include "endorse/v1/journal.pb-c.h"

struct pool_lines {
    struct wf_buffer *lines;
    size_t count;
};
/* Of what was applied; each belongs to the caller: pool_lines_fini. */
void pool_lines_make(const struct exam_world *world, struct pool_lines *lines);
void pool_lines_fini(struct pool_lines *lines);

/* Changes one line, which is unpacked into `arena` meanwhile. */
typedef void pool_lines_change(Endorse__V1__JournalLine *line, struct wf_arena *arena,
                               void *context);
/* Line `at` (from 0) is changed and every hash from there made anew; change NULL: only the hashes. */
void pool_lines_forge(struct pool_lines *lines, size_t at, pool_lines_change *change,
                      void *context);
void pool_lines_drop(struct pool_lines *lines, size_t at);
void pool_lines_swap(struct pool_lines *lines, size_t at, size_t other);

#endif
