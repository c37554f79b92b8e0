#include "crawler/core/certificate.h"

#include "crawler/core/utf8.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- digests and times --- */

/* Of DER that an encoder made, and freed with it.  false: no memory. */
static bool digest(uint8_t *der, int size, uint8_t ret[CERTIFICATE_DIGEST_SIZE])
{
    bool is_written = size > 0;
    if (is_written)
        SHA256(der, (size_t)size, ret);
    OPENSSL_free(der);
    return is_written;
}

static bool read_digests(X509 *x509, struct certificate *ret)
{
    uint8_t *der = NULL, *key = NULL;
    int size = i2d_X509(x509, &der);
    int key_size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &key);
    bool is_written = digest(der, size, ret->sha256);
    return digest(key, key_size, ret->spki_sha256) && is_written;
}

/* false: no memory. */
static bool read_times(X509 *x509, struct certificate *ret)
{
    const ASN1_TIME *times[] = {X509_get0_notBefore(x509), X509_get0_notAfter(x509)};
    int64_t *seconds[] = {&ret->not_before, &ret->not_after};
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    if (epoch == NULL)
        return false;
    for (size_t i = 0; i < 2; i++) {
        int days, rest; /* to the year 9999 */
        *seconds[i] = 0;
        if (ASN1_TIME_diff(&days, &rest, epoch, times[i]))
            *seconds[i] = INT64_C(86400) * days + rest;
    }
    ASN1_TIME_free(epoch);
    return true;
}

/* --- subject and issuer --- */

/* As many whole characters of a text as have room. */
static void keep_text(const char *text, size_t length, char ret[CERTIFICATE_SUBJECT_MAX])
{
    size_t used = 0;
    while (used < length) {
        size_t octets = utf8_character(text + used, length - used);
        if (octets == 0 || used + octets >= CERTIFICATE_SUBJECT_MAX)
            break;
        memcpy(ret + used, text + used, octets);
        used += octets;
    }
    ret[used] = '\0';
}

/* false: no memory.  A value that is no text of its type does not come here: OpenSSL's parser takes
 * no certificate with one; should it, the text ends there. */
static bool read_name(const X509_NAME *name, char ret[CERTIFICATE_SUBJECT_MAX])
{
    const unsigned long form = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    BIO *text = BIO_new(BIO_s_mem());
    if (text == NULL)
        return false;
    char *octets;
    (void)X509_NAME_print_ex(text, name, 0, form);
    long length = BIO_get_mem_data(text, &octets);
    keep_text(octets, (size_t)length, ret);
    BIO_free(text);
    return true;
}

/* --- DNS-IDs --- */

/* Appends, in JSON; returns the end. */
static char *write_dns_id(const uint8_t *octets, size_t length, char *at)
{
    *at++ = '"';
    for (size_t i = 0; i < length; i++) {
        uint8_t octet = name_lower(octets[i]);
        if (octet > ' ' && octet < 0x7f && octet != '"' && octet != '\\')
            *at++ = (char)octet;
        else
            at += sprintf(at, "\\\\%03u", octet);
    }
    *at++ = '"';
    return at;
}

enum {
    DNS_ID_SIZE = 5 * CERTIFICATE_NAME_MAX + 3 /* octets that one becomes, with a comma */
};

/* Of the names of a certificate (NULL for none) those that are DNS-IDs. */
static bool write_dns_ids(const GENERAL_NAMES *names, struct certificate *ret)
{
    unsigned kept = 0;
    int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;
    size_t room = count < CERTIFICATE_NAMES_MAX ? (size_t)count : CERTIFICATE_NAMES_MAX;
    char *at = malloc(room * DNS_ID_SIZE + sizeof "[]");
    ret->name_count = 0;
    ret->names = at;
    if (at == NULL)
        return false;
    *at++ = '[';
    for (int i = 0; i < count; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_DNS)
            continue;
        ret->name_count++;
        size_t length = (size_t)ASN1_STRING_length(name->d.dNSName);
        if (length > CERTIFICATE_NAME_MAX || kept == CERTIFICATE_NAMES_MAX)
            continue;
        if (kept++ > 0)
            *at++ = ',';
        at = write_dns_id(ASN1_STRING_get0_data(name->d.dNSName), length, at);
    }
    memcpy(at, "]", sizeof "]");
    return true;
}

static bool read_dns_ids(X509 *x509, struct certificate *ret)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    bool written = write_dns_ids(names, ret);
    GENERAL_NAMES_free(names);
    return written;
}

/* --- all of it --- */

bool certificate_read(X509 *x509, struct certificate *ret)
{
    bool is_read = read_digests(x509, ret) && read_times(x509, ret) &&
                   read_name(X509_get_subject_name(x509), ret->subject) &&
                   read_name(X509_get_issuer_name(x509), ret->issuer) && read_dns_ids(x509, ret);
    ERR_clear_error();
    return is_read;
}

void certificate_done(struct certificate *certificate)
{
    free(certificate->names);
}
