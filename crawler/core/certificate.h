/* certificate.h - what a certificate says, and what a chain is worth to those who send mail.
 *
 * Pure: libcrypto, and of libssl its implementation of DANE (SSL_dane), without a connection. Times
 * and trust anchors are arguments.  All octets are hostile, all texts are escaped by who prints
 * them.
 */
#ifndef MXSURVEY_CORE_CERTIFICATE_H
#define MXSURVEY_CORE_CERTIFICATE_H

#include "crawler/core/name.h"
#include "crawler/core/tlsa.h"

#include <openssl/x509.h>

enum {
    CERTIFICATE_CHAIN_MAX = 30,    /* certificates of a chain that are looked at and kept */
    CERTIFICATE_NAMES_MAX = 250,   /* DNS-IDs of a certificate that are kept */
    CERTIFICATE_DIGEST_SIZE = 32,  /* SHA-256 */
    CERTIFICATE_SUBJECT_MAX = 256, /* octets of text, with the NUL: cut behind them */
};

struct certificate {
    uint8_t sha256[CERTIFICATE_DIGEST_SIZE];      /* of the DER */
    uint8_t spki_sha256[CERTIFICATE_DIGEST_SIZE]; /* of the key's DER: what TLSA x 1 1 has */
    int64_t not_before, not_after;                /* Unix seconds */
    char subject[CERTIFICATE_SUBJECT_MAX], issuer[CERTIFICATE_SUBJECT_MAX]; /* RFC 2253, UTF-8 */
    char *names;         /* JSON array of its DNS-IDs, lower case, `[]` without; owned */
    unsigned name_count; /* all of them, also those that are not kept */
};

/* false: no memory.  certificate_done() frees. */
bool certificate_read(X509 *x509, struct certificate *ret);
void certificate_done(struct certificate *certificate);

/* --- what a chain is worth --- */

struct certificate_facts {
    STACK_OF(X509) * chain;  /* as the server sent it, leaf first; at least one */
    X509_STORE *authorities; /* those that MTA-STS senders trust */
    int64_t now;
    const struct name *host;           /* the exchange, or the domain of an implicit one */
    const struct name *target;         /* end of its alias chain, or NULL */
    const struct name *base;           /* TLSA base domain, or NULL without TLSA records */
    const struct tlsa_record *records; /* secure ones, of the TLSA RRset */
    const bool *usable;                /* of each, by itself (tlsa_judge()) */
    unsigned record_count;
};

struct certificate_verdict {
    enum pkix_fault pkix;     /* PKIX_VALID: an authority vouches for the chain, now */
    bool names_host;          /* a DNS-ID matches the host (RFC 6125 s6.4, `*` one whole label) */
    bool names_target;        /* the same of the target; false without */
    bool name_match;          /* what RFC 8461 s4.2 wants of it: valid, and it names the host */
    bool target_match;        /* the same of the target */
    bool dane_match;          /* the effective records (RFC 7671 s9) authenticate it, RFC 7672 s3 */
    enum tlsa_match *matches; /* of each record by itself; room for record_count, the caller's */
};

/* Sets all of *ret but the pointer.  false: no memory, then nothing is known. */
bool certificate_judge(const struct certificate_facts *facts, struct certificate_verdict *ret);

#endif
