/* http_gate.h - the adapter's own front: accepts connections, waits for the whole header block,
 * lets the guard judge it, and answers what it refuses.  GATEWAY 1.1, 1.3. */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

#include "wf_error.h"
#include "wf_time.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    HTTP_GATE_PLACES = 256,
    HTTP_GATE_HEADER_MS = 10 * 1000, /* from connecting to the end of the header block */
    HTTP_GATE_LINGER_MS = 2 * 1000   /* what a refused client still sends is read for so long */
};

struct http_gate;

/* A connection whose header block has passed; the callee owns the descriptor. */
typedef void http_gate_pass_f(void *context, int fd, const struct sockaddr_storage *peer,
                              socklen_t peer_length);
/* A request was refused and answered; for the counts. */
typedef void http_gate_refused_f(void *context, unsigned status);

struct http_gate_calls {
    http_gate_pass_f *pass;
    http_gate_refused_f *refused;
    void *context;
};

int http_gate_open(struct http_gate **gate, const char *address, uint16_t port,
                   const struct http_gate_calls *calls, struct wf_error *error) WF_MUST_CHECK;
/* Its epoll descriptor: readable when a turn is wanted. */
int http_gate_fd(const struct http_gate *gate);
/* Another descriptor whose readiness asks for a turn too. */
void http_gate_join(struct http_gate *gate, int fd);
uint16_t http_gate_port(const struct http_gate *gate);
wf_time http_gate_turn(struct http_gate *gate, wf_time now);
void http_gate_stop_listening(struct http_gate *gate);
void http_gate_close(struct http_gate **gate);

#endif
