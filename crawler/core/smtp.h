/* smtp.h - what a probe says to a mail server and hears of it: greeting, EHLO, STARTTLS, and QUIT
 * (RFC 5321 s3.1, s4.2; RFC 3207).
 *
 * Pure: octets in, octets out, no socket and no clock.  Everything that a server says is hostile:
 * nothing of it is kept but the code of the last reply.
 *
 *     greeting -220-> ehlo -250, STARTTLS offered-> starttls -220-> (the handshake) --> quit -->
 * end
 *        |              |- EHLO refused by 5xx, or no STARTTLS ------> no_starttls   \
 *        |- 4xx, or 421 at any time --> greeting_4xx                                  | QUIT is
 * said
 *        |- 5xx -----------------------> greeting_5xx                                 | where it
 * can be
 *        '- no SMTP, or over a limit --> malformed                                   /
 */
#ifndef MXSURVEY_CORE_SMTP_H
#define MXSURVEY_CORE_SMTP_H

#include "crawler/core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SMTP_LINE_MAX = 2000,   /* octets of a reply's line; RFC 5321 s4.5.3.1.5 promises 512, some
                               servers say more */
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
    bool plaintext; /* octets came behind the reply to STARTTLS, before TLS: they are dropped */
    bool starttls;  /* offered */
    const char *command; /* what is to be sent: points into the structure, or a constant */
    char ehlo[SMTP_COMMAND_MAX];
    /* of the reply that is being read */
    uint16_t code, lines, length;
    bool is_last;
    char line[SMTP_LINE_MAX];
};

/* helo: the name that this host goes by, presentation form without a final dot. */
void smtp_begin(struct smtp *smtp, const char *helo);

/* Takes all the octets that came, in plain text before the handshake, decrypted after it. */
enum smtp_want smtp_take(struct smtp *smtp, const uint8_t *octets, size_t size);

/* TLS is there: what is said in it (QUIT). */
enum smtp_want smtp_secured(struct smtp *smtp);

/* It ended otherwise, by the network or by TLS: PROBE_REFUSED, _TIMEOUT, _CLOSED, _UNREACHABLE,
 * _TLS_FAILED. What is known already stays. */
void smtp_end(struct smtp *smtp, enum probe_outcome outcome);

/* tls, no_starttls, tls_failed: it says something about the host's TLS. */
bool probe_is_conclusive(enum probe_outcome outcome);

#endif
