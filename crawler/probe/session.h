/* session.h - one meeting with a mail server: connect, greeting, EHLO, STARTTLS, handshake, QUIT.
 *
 * TCP on libuv, the dialogue by core/smtp.h, TLS by tls.h on the same loop: a slow server holds
 * nobody up.  Everything has a bound: what a server may say before TLS (smtp.h), its chain (tls.h),
 * the time of a connection, of each reply whole, of the handshake, and of it all.  Octets that drip
 * in win no time.  After QUIT no reply is waited for, but the server's end of the connection is,
 * for a moment: octets that came too late for us would reset it, and look like an accident there.
 *
 * Life cycle: sessions_new() -> any number of session_begin(), each of which ends by `ended`, or by
 * session_drop() -> sessions_free() when the loop has no handle of theirs left.
 */
#ifndef MXSURVEY_PROBE_SESSION_H
#define MXSURVEY_PROBE_SESSION_H

#include "crawler/core/certificate.h"
#include "crawler/core/error.h"
#include "crawler/core/smtp.h"
#include "crawler/store/probes.h"

#include <uv.h>

enum {
    SMTP_PORT = 25,
};

struct session_limits { /* milliseconds */
    unsigned connect_ms;
    unsigned reply_ms; /* of each reply, from the command to its last octet; of the handshake */
    unsigned all_ms;
    unsigned leave_ms; /* for the server's end of the connection, after QUIT */
};

extern const struct session_limits session_limits_usual;

struct sessions;
struct session;

/* helo: the name that we go by.  Borrowed, as limits are.  NULL with error. */
struct sessions *sessions_new(uv_loop_t *loop, const char *helo,
                              const struct session_limits *limits, struct error *error);
void sessions_free(struct sessions *sessions); /* NULL ok */

/* Valid inside the callback that hands it over. */
struct session_result {
    enum probe_outcome outcome;
    enum probe_phase phase;
    unsigned reply; /* the last SMTP code; 0: none */
    bool plaintext;
    enum tls_version version; /* of a handshake that was finished */
    int alert;                /* that ended one: the server's, or ours; -1: none */
    STACK_OF(X509) * chain;   /* as sent, leaf first; NULL: none was shown */
};

/* From the loop, never from inside of session_begin(). */
struct session_voice {
    void (*connected)(void *context); /* there is a connection; or NULL: nobody wants to know */
    void (*ended)(void *context, const struct session_result *result); /* and it is closed */
};

/* server: the name for SNI, the TLSA base domain or the host (RFC 7672 s8.1); copied. */
struct session *session_begin(struct sessions *sessions, const struct probes_address *address,
                              uint16_t port, const struct name *server,
                              const struct session_voice *voice, void *context);

/* Closes it at once, and calls nobody. */
void session_drop(struct session *session);

/* Is there a way from here to the address?  *ret_from: our address on it.  No packet is sent. */
bool session_route(const struct probes_address *address, struct probes_address *ret_from);

#endif
