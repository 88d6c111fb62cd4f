/* conflict_tokens.h - what a paper and a reader must not have in common, as keyed tokens.  SPEC 13. */
#ifndef CONFLICT_TOKENS_H
#define CONFLICT_TOKENS_H

#include "paper_core.h"
#include "paper_record.h"

struct conflict_set {
    const uint8_t *key; /* 32 bytes, borrowed */
    int32_t count;
    struct paper_token tokens[PAPER_TOKENS];
};

/* A name, an employer: normalised, keyed, once.  A full set takes no more. */
void conflict_add(struct conflict_set *set, int32_t kind, const char *text);

void conflict_of_writer(struct conflict_set *set, const struct paper_record *writer);
/* Somebody around the writer: who she is, and what she is called. */
void conflict_of_companion(struct conflict_set *set, const struct paper_record *person);
void conflict_of_reader(struct conflict_set *set, const struct paper_record *reader);

#endif
