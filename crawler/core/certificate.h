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
    CERTIFICATE_NAME_MAX = 255,    /* octets of a DNS-ID that is kept (RFC 1035 s2.3.4) */
    CERTIFICATE_SUBJECT_MAX = 256, /* octets of text, with the NUL: cut behind whole characters */
    CERTIFICATE_RECORDS_MAX = 100, /* TLSA records that are matched each by itself: it may cost the
                                      signatures of a chain */
    CERTIFICATE_LEVEL_PKIX = 2,    /* security level, SSL_CTX_set_security_level(3): below */
};

struct certificate {
    uint8_t sha256[CERTIFICATE_DIGEST_SIZE];      /* of the DER */
    uint8_t spki_sha256[CERTIFICATE_DIGEST_SIZE]; /* of the key's DER: what TLSA x 1 1 has */
    int64_t not_before, not_after;                /* Unix seconds; 0 for what is no time */
    char subject[CERTIFICATE_SUBJECT_MAX], issuer[CERTIFICATE_SUBJECT_MAX]; /* RFC 2253, UTF-8 */
    char *names;         /* JSON array of its DNS-IDs (SAN, RFC 5280 s4.2.1.6), in its order, lower
                            case, `[]` without: printable ASCII, all other octets, quotation marks
                            and backslashes as \DDD (RFC 1035 s5.1); owned */
    unsigned name_count; /* all of them, also those that are not kept */
};

/* false: no memory, then there is nothing to free.  certificate_done() frees. */
bool certificate_read(X509 *x509, struct certificate *ret);
void certificate_done(struct certificate *certificate);

/* --- what a chain is worth --- */

struct certificate_facts {
    STACK_OF(X509) * chain;  /* as the server sent it, leaf first; at least one.  No more than
                                CERTIFICATE_CHAIN_MAX are looked at */
    X509_STORE *authorities; /* those that MTA-STS senders trust */
    int64_t now;
    const struct name *host;           /* the exchange, or the domain of an implicit one */
    const struct name *target;         /* end of its alias chain, or NULL */
    const struct name *base;           /* TLSA base domain, or NULL without TLSA records */
    const struct tlsa_record *records; /* secure ones, of the TLSA RRset */
    const bool *usable;                /* of each, by itself (tlsa_judge()) */
    unsigned record_count;
};

/* PKIX: the chain is verified as a TLS client's OpenSSL does it, for a server (extended key usage),
 * at `now`, from the certificates sent in whatever order to an authority that is its own issuer (no
 * partial chains), with keys and signatures of 112 bits (security level 2, the default of OpenSSL
 * since 3.2 and of Debian): RSA of 2,048 bits, no SHA-1.  Nothing is asked about revocation.
 * Of several faults that is told which a new certificate of the same issuer would not mend:
 *
 *   self_signed    the leaf alone, its own issuer, that no authority is
 *   untrusted      the chain ends in a self-signed certificate sent with it that no authority is
 *   incomplete     the issuer of its last is neither sent nor an authority: an intermediate one is
 *                  missing, or the authority is unknown and was not sent (which of the two nobody
 *                  can tell)
 *   other          anything else: a signature that is wrong, a purpose, a constraint
 *   weak           a key or a signature of less than 112 bits
 *   expired, then not_yet_valid   any certificate of the chain
 *
 * Names: DNS-IDs alone, never the common name (RFC 8461 s4.2); `*` as the whole first label stands
 * for one label (RFC 6125 s6.4.3), of names with two labels behind it (as OpenSSL has it).  A host
 * name that has odd octets is matched by nothing.
 *
 * DANE (RFC 7672 s3): OpenSSL's own.  DANE-EE(3): key or certificate alone, no name and no time
 * (s3.1.1).  DANE-TA(2): the anchor is in the chain sent, or whole in the record, and the chain
 * from it is valid at `now` and names the TLSA base domain (s3.2.2), in a DNS-ID, or in the common
 * name where it has no DNS-ID (s3.2.3).  Senders also take a certificate that names the next-hop
 * domain, or what that expands to: which these are depends on the mail, and a host serves many, so
 * of such a certificate dane_match and its record's match are less than what a sender to that
 * domain would find.  DANE-TA wants keys and signatures of 80 bits (security level 1), as Postfix
 * does where it authenticates: RSA of 1,024 bits, no SHA-1; DANE-EE nothing. */
struct certificate_verdict {
    enum pkix_fault pkix;     /* PKIX_VALID: an authority vouches for the chain, now */
    bool names_host;          /* a DNS-ID matches the host */
    bool names_target;        /* the same of the target; false without */
    bool name_match;          /* what RFC 8461 s4.2 wants of it: valid, and it names the host */
    bool target_match;        /* the same of the target */
    bool dane_match;          /* the effective records (RFC 7671 s9) authenticate it; false where
                                 no record is usable: DANE does not apply then */
    enum tlsa_match *matches; /* of each record by itself; room for record_count, the caller's:
                                 `matched`: it alone would authenticate the chain; `no_match`: it
                                 would not; `not_reached`: not usable, or behind
                                 CERTIFICATE_RECORDS_MAX usable ones */
};

/* Sets all of *ret but the pointer.  false: no memory, then nothing is known.  No
 * chain brings it about. */
bool certificate_judge(const struct certificate_facts *facts, struct certificate_verdict *ret);

#endif
