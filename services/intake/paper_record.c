#include "paper_record.h"

#include <stdio.h>
#include <string.h>

enum { RECORD_ARENA = 64 * 1024 };

int paper_record_open(const struct intake *intake, const char *person_id,
                      struct paper_record *record, struct wf_error *error)
{
    struct wf_store *store = wf_worker_store(intake->worker);
    struct wf_buffer packed = {0};
    memset(record, 0, sizeof *record);
    endorse__v1__person_profile_changed__init(&record->none);
    record->profile = &record->none;
    (void)snprintf(record->card.id, sizeof record->card.id, "%s", person_id);
    wf_arena_init(&record->arena, RECORD_ARENA);
    int result = wf_people_read(store, intake->person_key, &record->card, 1, error);
    if (result == 0)
        result = wf_people_profile(store, intake->person_key, person_id, &packed, error);
    if (result == 0 && packed.length > 0) {
        const Endorse__V1__PersonProfileChanged *profile =
            (const Endorse__V1__PersonProfileChanged *)wf_unpack(
                &endorse__v1__person_profile_changed__descriptor, wf_buffer_bytes(&packed),
                &record->arena);
        record->profile = profile ? profile : &record->none;
    }
    if (packed.data)
        explicit_bzero(packed.data, packed.length);
    wf_buffer_fini(&packed);
    if (result < 0)
        paper_record_close(record);
    return result;
}

void paper_record_close(struct paper_record *record)
{
    wf_arena_clear(&record->arena);
    wf_arena_fini(&record->arena);
    explicit_bzero(record, sizeof *record);
}
