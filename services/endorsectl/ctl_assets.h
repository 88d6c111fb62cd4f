/* ctl_assets.h - the files of templates/, and the shared style sheet, as the build put them into the
 * program. */
#ifndef CTL_ASSETS_H
#define CTL_ASSETS_H

#include "wf_asset.h"

extern const struct wf_asset ctl_assets[];

#endif
