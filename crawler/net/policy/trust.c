#include "crawler/net/policy/trust.h"

#include "crawler/core/certificate.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

static const char *system_file(void)
{
    const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
    return version->cainfo != NULL ? version->cainfo : X509_get_default_cert_file();
}

X509_STORE *trust_read(const char *ca_file, struct error *error)
{
    if (ca_file == NULL)
        ca_file = system_file();
    X509_STORE *authorities = X509_STORE_new();
    if (authorities == NULL) {
        error_set(error, "out of memory");
        return NULL;
    }
    if (X509_STORE_load_file(authorities, ca_file) != 1) {
        error_set(error,
                  "%s: no certificate of an authority can be read (%s); install ca-certificates, "
                  "or name a PEM file that holds some",
                  ca_file, access(ca_file, R_OK) != 0 ? strerror(errno) : "there is none in it");
        X509_STORE_free(authorities);
        authorities = NULL;
    }
    ERR_clear_error(); /* also the end of a file leaves one */
    return authorities;
}

int trust_set(SSL_CTX *context, X509_STORE *authorities, const char *host)
{
    X509_VERIFY_PARAM *rules = SSL_CTX_get0_param(context);
    SSL_CTX_set1_cert_store(context, authorities);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                               X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_CTX_set_security_level(context, CERTIFICATE_LEVEL_PKIX);
    return X509_VERIFY_PARAM_set1_host(rules, host, 0) == 1 ? 0 : -1;
}
