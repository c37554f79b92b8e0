/* trust.h - whom an HTTPS connection believes: the authorities, read once, and the
 * rules for a server's name.
 */
#ifndef MXSURVEY_NET_POLICY_TRUST_H
#define MXSURVEY_NET_POLICY_TRUST_H

#include "crawler/core/error.h"

#include <openssl/ssl.h>

/* Reads certificates of authorities; of NULL the system's, as libcurl knows them.  NULL with the
 * reason: none in there. */
X509_STORE *trust_read(const char *ca_file, struct error *error);

/* Makes the connections of a context believe these authorities only, for this host
 * only: by a DNS-ID, `*` standing for one whole label, never by a common name
 * (RFC 8461 s3.3, RFC 6125 s6.4).  Keys and signatures are to be worth what they are in a probe
 * (core/certificate.h), whatever level this machine's OpenSSL begins with.  Returns 0, or -1: no
 * memory. */
int trust_set(SSL_CTX *context, X509_STORE *authorities, const char *host);

#endif
