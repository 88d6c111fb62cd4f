/* gateway_assets.h - the files of templates/, as the build put them into the program. */
#ifndef GATEWAY_ASSETS_H
#define GATEWAY_ASSETS_H

#include "wf_asset.h"

extern const struct wf_asset gateway_assets[];

#endif
