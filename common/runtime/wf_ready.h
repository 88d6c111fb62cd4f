/* wf_ready.h - telling the supervisor that we have resumed our work (s6 descriptor, systemd
 * datagram). */
#ifndef WF_READY_H
#define WF_READY_H

/* Writes "\n" to `fd` and closes it, unless it is -1; sends READY=1 to $NOTIFY_SOCKET if set. */
void wf_ready_tell(int fd);
/* STOPPING=1 to $NOTIFY_SOCKET if set. */
void wf_ready_tell_stopping(void);

#endif
