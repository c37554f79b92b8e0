/* certificates.h - certificates for tests, made by OpenSSL as a case describes them. */
#ifndef MXSURVEY_TESTS_CERTIFICATES_H
#define MXSURVEY_TESTS_CERTIFICATES_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#define CERTIFICATES_NOW INT64_C(1800000000) /* 2027-01-15 08:00:00 */

enum {
    DAY = 86400
};

struct made {
    X509 *x509;
    EVP_PKEY *key;
};

struct making {
    const char *subject;       /* common name; NULL: an empty subject */
    const char *names;         /* DNS-IDs with blanks between them; NULL: no such extension */
    const void *octets;        /* and one more of any octets; NULL: none */
    int size;                  /* of octets */
    const char *more;          /* other alternative names, as OpenSSL's configuration has them */
    const struct made *issuer; /* NULL: itself */
    EVP_PKEY *key;             /* NULL: a new one of P-256 */
    int64_t from, until;       /* Unix seconds; 0: a day before CERTIFICATES_NOW, 90 days after */
    bool is_authority;
    const char *usage;    /* extended key usage; NULL: no such extension */
    const EVP_MD *digest; /* NULL: SHA-256, and what Ed25519 has */
};

/* Ends the test where it cannot be made.  All is freed by certificates_done(). */
const struct made *certificates_make(const struct making *making);
EVP_PKEY *certificates_key(const char *type, size_t bits); /* "RSA" and bits, "EC", "ED25519" */
void certificates_done(void);

#endif
