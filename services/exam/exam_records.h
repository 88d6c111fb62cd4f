/* exam_records.h - stored fields <-> the states of endorse-exam.  Numbers and names are kept for ever. */
#ifndef EXAM_RECORDS_H
#define EXAM_RECORDS_H

#include "operator_core.h"
#include "paper_core.h"
#include "pool_core.h"
#include "seat_core.h"

#include "record_collection.h"

void exam_pack_write(const struct adjudicate_pack *pack, struct wf_buffer *bytes);
int exam_pack_read(struct wf_bytes bytes, struct adjudicate_pack *pack,
                   struct wf_error *error) WF_MUST_CHECK;

int paper_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void paper_write(const void *state, struct wf_fields *fields);
int seat_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void seat_write(const void *state, struct wf_fields *fields);
int pool_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void pool_write(const void *state, struct wf_fields *fields);
int operator_read(const struct wf_fields *fields, void *state, struct wf_error *error);
void operator_write(const void *state, struct wf_fields *fields);

#endif
