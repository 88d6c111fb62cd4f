/* requirements_words.h - a list of requirements for portals, operators and the journal.  SPEC 4.4. */
#ifndef REQUIREMENTS_WORDS_H
#define REQUIREMENTS_WORDS_H

#include "requirements_core.h"
#include "wf_domain.h"

#include <jansson.h>

enum {
    /* Bytes of ids that an outcome may spend on naming what counts: an outcome is bounded, the
     * journal and `endorsectl show` name all. */
    REQUIREMENTS_TOLD_BYTES = 3000,
    REQUIREMENTS_ALL_BYTES = 1 << 20
};

/* Array of requirements with what meets each; `budget` bounds the bytes of ids. */
json_t *requirements_json(const struct application_state *state,
                          const struct requirement_list *list, size_t budget);
/* Array of what does not count, and why. */
json_t *requirements_doubts_json(const struct application_state *state,
                                 const struct requirement_list *list, size_t budget);

/* The judgement of a submission, in the journal line of the event in hand.  `result`: SPEC 4.5. */
void requirements_record(struct wf_plan *plan, const struct application_state *state,
                         const struct requirement_list *list, const char *result);

#endif
