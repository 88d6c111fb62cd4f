/* wf_config.h - settings of a program: file, then environment, then flags; the later wins.
 *
 * The common settings are one table in wf_config.c (name, type, default, bounds, sentence); a
 * service adds its own (wf_domain.settings).  --help, --check-config and the README's list derive
 * from them. An unknown or out-of-range key is an error with file and line. */
#ifndef WF_CONFIG_H
#define WF_CONFIG_H

#include "wf_domain.h"

struct wf_config;

/* Common settings, all usable with wf_config_text/number:
 *   state_dir        folder of the installation (default "var")
 *   run_dir          sockets (default <state_dir>/run): "<service>.<instance>.sock", "redis.sock"
 *   instance         0..n-1 of this program (default 0)
 *   instances        "intake=1,reference=2": how many of each run (default one each)
 *   redis_socket     (default <run_dir>/redis.sock)
 *   secrets_fd       descriptor with this program's credential, or -1 (default): then
 *                    secrets_file     (default <state_dir>/secrets/<program>.secrets)
 *   sandbox          the business clock may be advanced (default no)
 *   log_level        debug, info, warn, error (default info)
 *   drain_ms         longest drain (default 5000)
 *   ready_fd         descriptor to write "\n" to when READY, or -1; NOTIFY_SOCKET is honoured too
 *   check_config     read, check, say so, exit
 */
int wf_config_read(struct wf_config **config, const struct wf_domain *domain, int argc, char **argv,
                   struct wf_error *error) WF_MUST_CHECK;
const char *wf_config_text(const struct wf_config *config, const char *name);
int64_t wf_config_number(const struct wf_config *config, const char *name);
bool wf_config_flag(const struct wf_config *config, const char *name);
unsigned wf_config_instances(const struct wf_config *config, enum wf_service service);
/* A secret by name: "redis-password", "person-key", "link-key", "door-secret-key", "webhook-key",
 * "fingerprint-key".  The bundle is lines "name value", values hexadecimal or Z85.  NULL if the
 * bundle has none: then say in the error which file should have it. */
const char *wf_config_secret(const struct wf_config *config, const char *name);
/* A 32-byte key given as 64 hexadecimal digits. */
int wf_config_key(const struct wf_config *config, const char *name, uint8_t key[static 32],
                  struct wf_error *error) WF_MUST_CHECK;
void wf_config_destroy(struct wf_config **config);

#endif
