/* wf_field_size.h - how protobuf-c lays out one item of a repeated field, for the types that the
 * schema uses. */
#ifndef WF_FIELD_SIZE_H
#define WF_FIELD_SIZE_H

#include <protobuf-c/protobuf-c.h>

static inline size_t wf_field_size(ProtobufCType type)
{
    switch ((int)type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return sizeof(uint64_t);
    default:
        return sizeof(uint32_t);
    }
}

#endif
