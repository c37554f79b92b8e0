/* smtp.h - what a probe says to a mail server and hears of it: greeting, EHLO, STARTTLS, and QUIT
 * (RFC 5321 s3.1, s4.2; RFC 3207).
 *
 * Pure: octets in, octets out, no socket and no clock.  Everything that a server says is hostile:
 * nothing of it is kept but the code of the last reply.
 *
 *     connect --> greeting -2xx-> EHLO -2xx, offered-> STARTTLS -2xx-> handshake --> QUIT
 *
 *     4xx            greeting_4xx     greeting_4xx         no_starttls     or tls_failed
 *     5xx            greeting_5xx     500 to 504:          no_starttls
 *                                     no_starttls, other:
 *                                     greeting_5xx
 *     not offered                     no_starttls
 *     421            greeting_4xx at any time
 *     no SMTP, 3xx, or over a limit: malformed at any time
 *
 * QUIT is said wherever the server may still listen: not after 421, and not to what is no SMTP.
 *
 * EHLO: 500 to 504 say that the server does not know it (s4.2.2), and HELO would offer no STARTTLS.
 * Any other 5xx refuses the client, as a greeting may: nothing is known of the server's TLS then.
 *
 * Where Postfix and Exim agree to take what RFC 5321 does not allow, it is taken: a line that ends
 * in LF alone, a line over 512 octets, any 2xx for 220 and 250, any second and third digit, no
 * blank behind the code of the last line, any octets as text, NUL too.  Where they do not, no reply
 * is there (malformed): a line without a code, over which Postfix reads and at which Exim gives up;
 * a reply whose lines have several codes, of which Postfix goes by the last and Exim by the first
 * (s4.2.1: a client may rely on any).
 *
 * A reply that comes before its command is the next command's, as in both; a server that says all
 * in advance may so be spared a command.
 */
#ifndef MXSURVEY_CORE_SMTP_H
#define MXSURVEY_CORE_SMTP_H

#include "crawler/core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SMTP_LINE_MAX = 2000,   /* octets of a reply's line, without its end; RFC 5321 s4.5.3.1.5
                               promises 512 with it, some servers say more */
    SMTP_LINES_MAX = 200,   /* of one reply */
    SMTP_COMMAND_MAX = 300, /* "EHLO ", a name, CRLF */
};

enum smtp_want {
    SMTP_READ,  /* more octets, smtp_take() */
    SMTP_WRITE, /* smtp->command is to be sent, then more octets */
    SMTP_SHAKE, /* the TLS handshake; then smtp_secured(), or smtp_end() */
    SMTP_CLOSE  /* it is over: smtp->outcome; where smtp->command is not empty it is said first
                   (QUIT), and no reply is waited for */
};

struct smtp {
    enum probe_phase phase;
    enum probe_outcome outcome; /* PROBE_NOT_MET until it is known */
    uint16_t reply;             /* code of the last whole reply; 0 before any */
    bool plaintext; /* octets came behind the reply to STARTTLS, before TLS: they are dropped, as
                       Postfix does (what they injected is not taken for TLS's) */
    bool starttls;  /* offered */
    const char *command; /* what is to be sent, empty for nothing: points into the structure (which
                            must not move), or a constant */
    char ehlo[SMTP_COMMAND_MAX];
    /* of the reply that is being read */
    char line[SMTP_LINE_MAX + 1]; /* with room for the CR */
    uint16_t code, lines, length; /* code 0: none of its lines is whole */
};

/* Before the connection (phase `connect`).  helo: the name that this host goes by, presentation
 * form without a final dot, a host name, so at most 253 octets. */
void smtp_begin(struct smtp *smtp, const char *helo);

/* The connection is there: the greeting is waited for. */
enum smtp_want smtp_connected(struct smtp *smtp);

/* Takes all the octets that came, in plain text before the handshake, decrypted after it.  However
 * they are cut into pieces, it comes to the same. */
enum smtp_want smtp_take(struct smtp *smtp, const uint8_t *octets, size_t size);

/* TLS is there: what is said in it (QUIT). */
enum smtp_want smtp_secured(struct smtp *smtp);

/* It ended otherwise, by the network or by TLS: PROBE_REFUSED, _TIMEOUT, _CLOSED, _UNREACHABLE,
 * _TLS_FAILED. What is known already stays. */
void smtp_end(struct smtp *smtp, enum probe_outcome outcome);

#endif
