/* paper_redact.h - a whole essay through the redactor.  SPEC 10. */
#ifndef PAPER_REDACT_H
#define PAPER_REDACT_H

#include "paper_core.h"
#include "paper_record.h"
#include "wf_exam_form.h"

struct redact_result {
    struct wf_buffer text; /* packed PaperText */
    int32_t hit_count;
    struct paper_hit hits[PAPER_HITS];
    size_t answer_count;
    uint32_t lengths[PAPER_PROMPTS]; /* of the answers as they were written */
};

void redact_learn_writer(struct redact_dictionary *dictionary, const struct paper_record *writer);
void redact_learn_companion(struct redact_dictionary *dictionary,
                            const struct paper_record *person);

/* Finds what the dictionary knows, keeps what a redactor judged before, and writes the text with
 * what is certain or was accepted replaced. */
void redact_essay(const struct redact_dictionary *dictionary, const struct wf_exam_form *form,
                  const struct paper_state *state, const Endorse__V1__EssaySubmitted *essay,
                  struct redact_result *result);
/* Wipes and frees the text. */
void redact_result_fini(struct redact_result *result);

#endif
