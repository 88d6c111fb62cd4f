/* application_verbs.h - one event in words, "rater r1 supervisor endorsed". */
#ifndef APPLICATION_VERBS_H
#define APPLICATION_VERBS_H

#include "application_core.h"

/* Fills kind and content; true if a portal sends it.  Aborts the test on an unknown verb. */
bool application_verb(const char *text, struct application_event *event);

#endif
