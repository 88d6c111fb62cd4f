/* portal_door.h - who a portal is, by its bearer token, and how much it may send.  GATEWAY 2.1. */
#ifndef PORTAL_DOOR_H
#define PORTAL_DOOR_H

#include "wf_bytes.h"
#include "wf_store.h"

enum {
    PORTAL_PLACES = 64,
    PORTAL_CARD_MS = 2000,
    PORTAL_TOKEN_SECRET = 43, /* characters behind "<portal id>." */
    PORTAL_BURST = 1000,
    PORTAL_RATE = 500, /* events a second */
    PORTAL_CREDIT = 256
};

struct portal_place {
    char id[WF_ID_MAX + 1]; /* "": free */
    struct wf_buffer card;  /* packed PortalCard; empty: no such portal */
    wf_time read_at;        /* monotonic */
    wf_time used_at;
    wf_time filled_at; /* when the bucket was last filled */
    int64_t tokens;    /* thousandths of an event */
    unsigned unanswered;
};

struct portal_door {
    struct portal_place places[PORTAL_PLACES];
};

enum portal_answer {
    PORTAL_KNOWN,
    PORTAL_UNKNOWN, /* no, a malformed, or an unknown token */
    PORTAL_REVOKED,
    PORTAL_UNREADABLE /* the store does not answer: nothing is known */
};

/* Reads "Bearer <id>.<secret>" (NULL: absent) into the id; false if it is not shaped so. */
bool portal_token_read(const char *authorization, char id[static WF_ID_MAX + 1],
                       struct wf_bytes *token);
/* *place is set for PORTAL_KNOWN; it stays while its portal has unanswered events. */
enum portal_answer portal_door_ask(struct portal_door *door, struct wf_store *intake,
                                   const char *authorization, wf_time now,
                                   struct portal_place **place, struct wf_error *error);
/* Is the type among those that the portal may send? */
bool portal_may_send(const struct portal_place *place, const char *type);
/* May the portal speak for that association? */
bool portal_may_speak_for(const struct portal_place *place, const char *association);
/* Takes one event from the bucket and one from the credit; false: too many.  portal_done gives the
 * credit back. */
bool portal_take(struct portal_place *place, wf_time now);
void portal_done(struct portal_place *place);
void portal_door_fini(struct portal_door *door);

#endif
