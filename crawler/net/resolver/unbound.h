/* unbound.h - the private validating resolver of a run.
 *
 * An Unbound of our own on loopback: a free port, a generated configuration
 * tuned to the machine, kept in memory; never the system's service.
 * It ends with the run, also when the run is killed (PR_SET_PDEATHSIG), and is
 * started again when it dies in the middle of a run.
 */
#ifndef MXSURVEY_NET_RESOLVER_UNBOUND_H
#define MXSURVEY_NET_RESOLVER_UNBOUND_H

#include "crawler/core/error.h"
#include "crawler/net/resolver/unbound_check.h"

#include <uv.h>

struct unbound;

enum {
    UNBOUND_PLACE_MAX = 128
};

struct unbound_settings {
    const char *program;      /* NULL: `unbound` found in PATH, /usr/sbin, /usr/local/sbin */
    const char *root_hints;   /* NULL: the Internet's, compiled into Unbound */
    const char *trust_anchor; /* NULL: the packaged root anchor of dns-root-data */
    const char *include;      /* further configuration lines, or NULL */
    unsigned max_in_flight;   /* what it must be able to hold at once */
    unsigned threads;         /* 0: one a core */
};

/* Call it from the main thread: the process dies with the thread that started it.
 * Starts it and waits (blocking, at most some seconds) until the root's DNSKEY
 * and SOA come back validated.  NULL on error: one line, with Unbound's own last
 * words where it gave any, or both ways out where Unbound is not installed. */
struct unbound *unbound_start(uv_loop_t *loop, const struct unbound_settings *settings,
                              struct error *error);

const struct sockaddr *unbound_address(const struct unbound *unbound);
const char *unbound_version(const struct unbound *unbound); /* "1.17.1" */

/* What its DNSSEC verdicts depend on beside the version: the libraries it is linked
 * with (they decide which algorithms it knows), and what it was told. */
const char *unbound_libraries(const struct unbound *unbound);
/* As whom it runs, and in which confinement by the system (AppArmor, SELinux): "unbound", "none".
 */
void unbound_place(const struct unbound *unbound, char ret_user[UNBOUND_PLACE_MAX],
                   char ret_confinement[UNBOUND_PLACE_MAX]);

const char *unbound_policy(const struct unbound *unbound);
const struct unbound_algorithms *
unbound_refused(const struct unbound *unbound); /* NULL: not known */

/* Asks afresh, some hundredths of a second.  false: it cannot be asked. */
bool unbound_validation(const struct unbound *unbound, struct unbound_validation *ret);

/* Number of times it had to be started again; -1 when it dies faster than it can
 * be started (the run should end with status 3). */
int unbound_restarts(const struct unbound *unbound);

/* Kills the process, closes handles; then closed. */
void unbound_stop(struct unbound *unbound, void (*closed)(void *context), void *context);
void unbound_free(struct unbound *unbound); /* after closed; NULL ok */

#endif
