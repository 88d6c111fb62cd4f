/* gateway_assets.h - the files of templates/, as the build put them into the program. */
#ifndef GATEWAY_ASSETS_H
#define GATEWAY_ASSETS_H

#include "wf_bytes.h"

struct gateway_asset {
    const char *name; /* NULL ends the table */
    struct wf_bytes bytes;
};
extern const struct gateway_asset gateway_assets[];

#endif
