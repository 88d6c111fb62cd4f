/* wf_asset.h - files that the build put into a program (deploy/cmake/embed.cmake). */
#ifndef WF_ASSET_H
#define WF_ASSET_H

#include "wf_bytes.h"

struct wf_asset {
    const char *name; /* NULL ends the table */
    struct wf_bytes bytes;
};

/* Bytes of a file of the table; our own mistake if there is none. */
struct wf_bytes wf_asset_bytes(const struct wf_asset *assets, const char *name);

#endif
