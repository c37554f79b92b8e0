/* judge_cases.h - what the tests of judged chains share: the certificates that they are of. */
#ifndef MXSURVEY_TESTS_JUDGE_CASES_H
#define MXSURVEY_TESTS_JUDGE_CASES_H

#include "crawler/core/certificate.h"

#include "tests/unit/core/certificates.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW    CERTIFICATES_NOW
#define HOST   "mx.example.com"
#define TARGET "host.example.net"

#define LEAF(...)      certificates_make(&(struct making){.names = HOST, __VA_ARGS__})
#define AUTHORITY(...) certificates_make(&(struct making){.is_authority = true, __VA_ARGS__})

enum {
    CHAIN_MAX = 60
};

static const struct made *root, *issuer, *other_root, *other_issuer, *leaf;
static X509_STORE *authorities;
static EVP_PKEY *small, *large; /* RSA of 1,024 and of 2,048 bits */

static inline const struct made *authority(const char *subject, const struct made *by)
{
    return certificates_make(
        &(struct making){.subject = subject, .issuer = by, .is_authority = true});
}

static inline int set_up(void **state)
{
    (void)state;
    small = certificates_key("RSA", 1024);
    large = certificates_key("RSA", 2048);
    root = authority("Root", NULL);
    issuer = authority("Issuer", root);
    other_root = authority("Other Root", NULL);
    other_issuer = authority("Other Issuer", other_root);
    leaf = certificates_make(&(struct making){.names = HOST, .issuer = issuer});
    authorities = X509_STORE_new();
    assert_true(authorities != NULL && X509_STORE_add_cert(authorities, root->x509));
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    X509_STORE_free(authorities);
    certificates_done();
    return 0;
}

static inline struct name name_of(const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    return name;
}

static inline STACK_OF(X509) * chain_of(const struct made *const *chain)
{
    STACK_OF(X509) *ret = sk_X509_new_null();
    assert_non_null(ret);
    for (size_t i = 0; i < CHAIN_MAX && chain[i] != NULL; i++)
        assert_true(sk_X509_push(ret, chain[i]->x509) > 0);
    return ret;
}

#endif
