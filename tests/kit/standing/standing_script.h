/* standing_script.h - lives of a standing in words, for the text tables and the tests of rules.  The words are
 * listed in standing_script.c.  Shipped policies; one standing at a time (standing_fixture.h). */
#ifndef STANDING_SCRIPT_H
#define STANDING_SCRIPT_H

#include "standing_fixture.h"

#include <stddef.h>

/* Plays steps that are separated by "; ": "at NE", "in open", or "DATE WORDS".  Before each dated step the
 * deadlines up to noon of its day are let pass, as the runtime does.  Every step must be applied. */
void script_play(const char *steps);
/* Plays one event at noon of a day, whatever comes of it. */
void script_act(const char *words, const char *today);
/* What the last event did: "refused hours-short", "ignored", or
 * "applied open due 2025-12-31: report FS-IMH active, mail renewal-opened". */
void script_tell(char *text, size_t size);
/* The same for the state alone: "open due 2025-12-31: FS-IMH active". */
void script_tell_state(char *text, size_t size);
extern enum standing_kind script_kind;   /* of the last event */
extern enum standing_phase script_phase; /* before it */

#endif
