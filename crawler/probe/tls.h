/* tls.h - a TLS client that has no socket: octets in, octets out (OpenSSL over memory BIOs).
 *
 * It looks and believes nothing: no certificate is refused in the handshake, and all that the
 * library can speak is offered, TLS 1.0 and weak algorithms too (security level 0, whatever the
 * system's configuration says), for a server that speaks nothing better must be seen as what it is.
 * No mail is ever sent over it.
 */
#ifndef MXSURVEY_PROBE_TLS_H
#define MXSURVEY_PROBE_TLS_H

#include "crawler/core/error.h"
#include "crawler/core/name.h"

#include <openssl/ssl.h>

enum {
    TLS_CHAIN_OCTETS_MAX =
        100 * 1024, /* of a chain, on the wire: a longer one fails the handshake */
};

struct tls {
    SSL *ssl;
    BIO *in, *out; /* the ssl's own */
    int alert; /* fatal one of a handshake that failed, the server's rather than ours; -1: none */
    bool alert_is_theirs;
};

/* NULL with error. */
SSL_CTX *tls_context(struct error *error);

/* server: the name for SNI; NULL, or no host name: none is sent.  -1: no memory. */
int tls_begin(struct tls *tls, SSL_CTX *context, const struct name *server);
void tls_done(struct tls *tls); /* of one that has not begun, too */

enum tls_state {
    TLS_SHAKING,
    TLS_SHAKEN,
    TLS_FAILED
};

/* Takes octets of the server (none to begin with).  tls_written() must follow. */
enum tls_state tls_shake(struct tls *tls, const uint8_t *octets, size_t size);

/* After TLS_SHAKEN: text for the server, and that nothing follows. */
void tls_say_last(struct tls *tls, const char *text);

/* The octets for the server, so far; they go with the next call.  Their number. */
size_t tls_written(struct tls *tls, const uint8_t **ret_octets);
void tls_sent(struct tls *tls);

enum tls_version tls_version_of(const struct tls *tls);

#endif
