/* paper_record.h - one person's sealed record, opened for as long as a job needs it.  SPEC 10.1. */
#ifndef PAPER_RECORD_H
#define PAPER_RECORD_H

#include "intake_service.h"
#include "wf_arena.h"
#include "wf_people.h"

#include "endorse/v1/events.pb-c.h"

struct paper_record {
    struct wf_person_card card;
    const Endorse__V1__PersonProfileChanged *profile; /* never NULL; empty if she has none */
    struct wf_arena arena;
    Endorse__V1__PersonProfileChanged none;
};

int paper_record_open(const struct intake *intake, const char *person_id,
                      struct paper_record *record, struct wf_error *error) WF_MUST_CHECK;
/* Wipes what was open. */
void paper_record_close(struct paper_record *record);

#endif
