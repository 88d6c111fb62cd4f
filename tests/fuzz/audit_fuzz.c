/* links: audit_copy wf_wire wf_base */
/* The audit copy, as its verifier meets it: bytes as they lie in a file, then the same bytes as records that are framed
 * rightly (kind, length in two bytes, body), so that bodies are reached too.  Whoever wrote the files may have written anything. */
#include "fuzz.h"

#include "audit_state.h"

static void take_framed(struct audit_state *state, uint8_t kind, struct wf_bytes body)
{
    static const enum audit_kind kinds[] = {AUDIT_FILE,  AUDIT_LINE,         AUDIT_UNFIT,
                                            AUDIT_ALARM, AUDIT_ACKNOWLEDGED, AUDIT_CHECKPOINT};
    struct wf_buffer bytes = {0};
    struct audit_record made, read;
    struct audit_checkpoint checkpoint;
    struct wf_error error = {0};
    audit_record_write(&bytes, kinds[kind % (sizeof kinds / sizeof *kinds)], body, &made);
    WF_ASSERT(audit_record_read(wf_buffer_bytes(&bytes), &read) == AUDIT_READ_WHOLE);
    WF_ASSERT(read.kind == made.kind && read.size == bytes.length);
    uint64_t before = state->records;
    int status = audit_state_take(state, &read, NULL, &error);
    WF_ASSERT((status == 0) == (state->records == before + 1) && (status == 0 || error.text[0]));
    if (audit_checkpoint_read(body, NULL, &checkpoint, &error) == 0)
        WF_ASSERT(body.length <= AUDIT_CHECKPOINT_MOST);
    wf_buffer_fini(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct audit_state *state = audit_state_create(1);
    struct audit_record record;
    if (audit_record_read((struct wf_bytes){data, size}, &record) == AUDIT_READ_WHOLE)
        WF_ASSERT(record.size <= size);
    while (size >= 3) {
        size_t length = (size_t)data[1] << 8 | data[2];
        if (length > size - 3)
            break;
        take_framed(state, data[0], (struct wf_bytes){data + 3, length});
        data += 3 + length;
        size -= 3 + length;
    }
    audit_state_destroy(&state);
    return 0;
}
