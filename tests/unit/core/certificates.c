#include "certificates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum {
    MADE_MAX = 700
};

static struct made made[MADE_MAX];
static size_t made_count;
static EVP_PKEY *keys[MADE_MAX];
static size_t key_count;

EVP_PKEY *certificates_key(const char *type, size_t bits)
{
    EVP_PKEY *key = strcmp(type, "RSA") == 0  ? EVP_PKEY_Q_keygen(NULL, NULL, type, bits)
                    : strcmp(type, "EC") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, type, "P-256")
                                              : EVP_PKEY_Q_keygen(NULL, NULL, type);
    assert_non_null(key);
    assert_true(key_count < MADE_MAX);
    keys[key_count++] = key;
    return key;
}

static void add_dns_id(GENERAL_NAMES *names, const void *octets, int size)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    assert_true(name != NULL && text != NULL && ASN1_STRING_set(text, octets, size));
    GENERAL_NAME_set0_value(name, GEN_DNS, text);
    assert_true(sk_GENERAL_NAME_push(names, name) > 0);
}

static void add_names(X509 *x509, const struct making *making)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    if (making->more != NULL) {
        X509_EXTENSION *more = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, making->more);
        assert_non_null(more);
        GENERAL_NAMES_free(names);
        names = X509V3_EXT_d2i(more);
        X509_EXTENSION_free(more);
    }
    assert_non_null(names);
    for (const char *at = making->names; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, " ");
        add_dns_id(names, at, (int)length);
        at += length + (at[length] == ' ');
    }
    if (making->octets != NULL)
        add_dns_id(names, making->octets, making->size);
    assert_true(X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT));
    GENERAL_NAMES_free(names);
}

static void add_extension(X509 *x509, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    assert_non_null(extension);
    assert_true(X509_add_ext(x509, extension, -1));
    X509_EXTENSION_free(extension);
}

static void add_extensions(X509 *x509, const struct making *making)
{
    add_extension(x509, NID_basic_constraints,
                  making->is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (making->is_authority)
        add_extension(x509, NID_key_usage, "critical,keyCertSign");
    if (making->usage != NULL)
        add_extension(x509, NID_ext_key_usage, making->usage);
    if (making->names != NULL || making->octets != NULL || making->more != NULL)
        add_names(x509, making);
}

static void set_names(X509 *x509, const struct making *making)
{
    X509_NAME *subject = X509_NAME_new();
    assert_non_null(subject);
    if (making->subject != NULL)
        assert_true(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                               (const unsigned char *)making->subject, -1, -1, 0));
    const X509_NAME *issuer =
        making->issuer != NULL ? X509_get_subject_name(making->issuer->x509) : subject;
    assert_true(X509_set_subject_name(x509, subject) && X509_set_issuer_name(x509, issuer));
    X509_NAME_free(subject);
}

const struct made *certificates_make(const struct making *making)
{
    EVP_PKEY *key = making->key != NULL ? making->key : certificates_key("EC", 0);
    EVP_PKEY *signer = making->issuer != NULL ? making->issuer->key : key;
    int64_t from = making->from != 0 ? making->from : CERTIFICATES_NOW - DAY;
    int64_t until = making->until != 0 ? making->until : CERTIFICATES_NOW + 90 * DAY;
    const EVP_MD *digest = making->digest != NULL ? making->digest : EVP_sha256();
    X509 *x509 = X509_new();
    assert_true(x509 != NULL && made_count < MADE_MAX && X509_set_version(x509, X509_VERSION_3));
    assert_true(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1 + (long)made_count));
    assert_non_null(ASN1_TIME_set(X509_getm_notBefore(x509), from));
    assert_non_null(ASN1_TIME_set(X509_getm_notAfter(x509), until));
    set_names(x509, making);
    assert_true(X509_set_pubkey(x509, key));
    add_extensions(x509, making);
    assert_true(
        X509_sign(x509, signer, EVP_PKEY_get_id(signer) == EVP_PKEY_ED25519 ? NULL : digest) > 0);
    /* as it is read from a server */
    uint8_t *der = NULL;
    int size = i2d_X509(x509, &der);
    const uint8_t *at = der;
    made[made_count] = (struct made){.x509 = d2i_X509(NULL, &at, size), .key = key};
    assert_non_null(made[made_count].x509);
    OPENSSL_free(der);
    X509_free(x509);
    return &made[made_count++];
}

void certificates_done(void)
{
    while (made_count > 0)
        X509_free(made[--made_count].x509);
    while (key_count > 0)
        EVP_PKEY_free(keys[--key_count]);
}
