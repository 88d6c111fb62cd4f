#include "wf_journal.h"

#include "wf_error.h"
#include "wf_seal.h"

#include <string.h>

/* Field 20, length-delimited, 32 bytes: protobuf-c packs by ascending number, so the hash can be
 * appended to the packed rest and cut off again. */
static const uint8_t chain_tag[3] = {0xa2, 0x01, WF_CHAIN_SIZE};
enum { CHAIN_FIELD = sizeof chain_tag + WF_CHAIN_SIZE };

struct wf_bytes wf_journal_encode(struct wf_pool *pool, Endorse__V1__JournalLine *line,
                                  uint8_t head[static WF_CHAIN_SIZE])
{
    line->previous = (ProtobufCBinaryData){.data = head, .len = WF_CHAIN_SIZE};
    line->chain = (ProtobufCBinaryData){0};
    size_t length = protobuf_c_message_get_packed_size(&line->base);
    uint8_t *packed = wf_pool_take(pool, length + CHAIN_FIELD);
    (void)protobuf_c_message_pack(&line->base, packed);
    memcpy(packed + length, chain_tag, sizeof chain_tag);
    wf_sha256((struct wf_bytes){.data = packed, .length = length}, head);
    memcpy(packed + length + sizeof chain_tag, head, WF_CHAIN_SIZE);
    return (struct wf_bytes){.data = packed, .length = length + CHAIN_FIELD};
}

Endorse__V1__JournalLine *wf_journal_decode(struct wf_bytes bytes, struct wf_arena *arena)
{
    return (Endorse__V1__JournalLine *)wf_unpack(&endorse__v1__journal_line__descriptor, bytes,
                                                 arena);
}

bool wf_journal_follows(struct wf_bytes bytes, const Endorse__V1__JournalLine *line,
                        uint8_t head[static WF_CHAIN_SIZE])
{
    uint8_t digest[WF_CHAIN_SIZE];
    if (bytes.length <= CHAIN_FIELD || line->chain.len != WF_CHAIN_SIZE ||
        line->previous.len != WF_CHAIN_SIZE ||
        memcmp(line->previous.data, head, WF_CHAIN_SIZE) != 0)
        return false;
    wf_sha256((struct wf_bytes){.data = bytes.data, .length = bytes.length - CHAIN_FIELD}, digest);
    if (memcmp(digest, line->chain.data, WF_CHAIN_SIZE) != 0)
        return false;
    memcpy(head, digest, WF_CHAIN_SIZE);
    return true;
}
