#include "wf_asset.h"

#include "wf_error.h"

#include <string.h>

struct wf_bytes wf_asset_bytes(const struct wf_asset *assets, const char *name)
{
    while (assets->name && strcmp(assets->name, name) != 0)
        assets++;
    WF_ASSERT(assets->name);
    return assets->bytes;
}
