/* curl_http_client.h - webhooks through libcurl.  Every address is checked at the socket, after the
 * name was resolved, so that a name cannot be resolved to one address for a check and to another
 * for the connection. */
#ifndef CURL_HTTP_CLIENT_H
#define CURL_HTTP_CLIENT_H

#include "wf_bus.h"
#include "wf_http_client.h"

#include <sys/socket.h>

struct curl_http_settings {
    bool allow_private; /* sandboxes only: private addresses, plain HTTP */
    unsigned most;      /* on the way at once */
    wf_time timeout;    /* of the whole exchange */
};

/* Copies the settings, borrows the bus. */
int curl_http_client_create(struct wf_http_client **client, struct wf_bus *bus,
                            const struct curl_http_settings *settings,
                            struct wf_error *error) WF_MUST_CHECK;

/* Whether an address belongs to the public Internet: not private, loopback, link-local, multicast,
 * documentation or reserved, also when an IPv6 address carries it. */
bool curl_address_is_public(const struct sockaddr *address);

#endif
