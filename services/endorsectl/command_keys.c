/* endorsectl keys: a CURVE key pair, for a portal or for the door itself. */
#include "ctl.h"

#include "zmq_portal.h"

#include <stdio.h>
#include <string.h>

int ctl_keys(struct ctl *ctl, int argc, char **argv)
{
    char public_key[ZMQ_PORTAL_KEY];
    char secret_key[ZMQ_PORTAL_KEY];
    if (argc != 1 || strcmp(argv[0], "new") != 0) {
        (void)fputs("endorsectl: keys takes the word new\n", stderr);
        return CTL_USAGE;
    }
    zmq_portal_new_keys(public_key, secret_key);
    if (ctl->json) {
        json_t *pair = json_pack("{s:s,s:s}", "public", public_key, "secret", secret_key);
        ctl_json(pair);
        json_decref(pair);
    } else {
        (void)printf("public %s\nsecret %s\n", public_key, secret_key);
    }
    return CTL_OK;
}
