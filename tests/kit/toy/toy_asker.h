/* toy_asker.h - a program that only asks: endorsectl's place in a toy world. */
#ifndef TOY_ASKER_H
#define TOY_ASKER_H

#include "toy_world.h"

extern const struct wf_domain toy_asker;

/* The last answer. */
struct toy_answer {
    unsigned calls;
    enum wf_reply reply;
    char reason[80], text[240];
    struct wf_buffer payload;
};

/* Asks and turns the world until the answer is there. */
void toy_ask(struct toy_world *world, struct toy_program *asker, enum wf_message message,
             const char *to, const char *key, const ProtobufCMessage *payload,
             struct toy_answer *answer);

#endif
