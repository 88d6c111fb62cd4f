/* desk_assets.h - the files of templates/, and the shared style sheet, as the build put them into
 * the program. */
#ifndef DESK_ASSETS_H
#define DESK_ASSETS_H

#include "wf_asset.h"

extern const struct wf_asset desk_assets[];

#endif
