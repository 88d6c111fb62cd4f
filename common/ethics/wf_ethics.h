/* wf_ethics.h - the codes of ethics that applicants sign: deploy/ethics/<association>.txt, else
 * network.txt.  A file is
 *
 *   Version: 2026-01
 *   Title: Code of Ethics
 *
 *   paragraphs in UTF-8, an empty line between two
 *
 * The version is what an `ethics.signed` event names.  A new version is a new text in the file; what
 * was signed before names its own. */
#ifndef WF_ETHICS_H
#define WF_ETHICS_H

#include "wf_error.h"

enum {
    WF_ETHICS_MAX = 64,
    WF_ETHICS_TEXT = 8 * 1024,
    WF_ETHICS_VERSION = 32,
    WF_ETHICS_TITLE = 100
};

struct wf_ethics {
    char association[32]; /* "network" for all others */
    char version[WF_ETHICS_VERSION + 1];
    char title[WF_ETHICS_TITLE + 1];
    char text[WF_ETHICS_TEXT + 1]; /* behind the head; ends with a line end */
};
struct wf_ethics_book {
    int count;
    struct wf_ethics codes[WF_ETHICS_MAX];
};

/* Reads every *.txt of the folder; WF_CONFIG names file, line and what to mend.  network.txt must be
 * there. */
int wf_ethics_read(const char *folder, struct wf_ethics_book *book,
                   struct wf_error *error) WF_MUST_CHECK;
/* The association's own, else the network's; never NULL for a book that was read. */
const struct wf_ethics *wf_ethics_of(const struct wf_ethics_book *book, const char *association);

#endif
