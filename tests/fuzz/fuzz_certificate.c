/* fuzz_certificate.c - a chain and its TLSA records: how many records, each its size (two octets)
 * and RDATA; then certificates in DER, one behind the other. */
#include "crawler/core/certificate.h"
#include "crawler/core/utf8.h"

#include <openssl/err.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORDS_MAX = 8,
    CERTIFICATES_MAX = 40,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    size_t left = strnlen(text, CERTIFICATE_SUBJECT_MAX), octets;
    assert(left < CERTIFICATE_SUBJECT_MAX);
    for (; left > 0; text += octets, left -= octets) {
        octets = utf8_character(text, left);
        assert(octets > 0);
    }
}

/* A JSON array of strings, all of it printable ASCII. */
static void check_array(const char *text, unsigned count)
{
    size_t quotes = 0, length = strlen(text);
    assert(length >= 2 && text[0] == '[' && text[length - 1] == ']');
    for (size_t i = 0; i < length; i++) {
        assert(text[i] > ' ' && text[i] < 0x7f);
        quotes += text[i] == '"';
        if (text[i] == '\\')
            assert(text[++i] == '\\');
    }
    unsigned kept = count < CERTIFICATE_NAMES_MAX ? count : CERTIFICATE_NAMES_MAX;
    assert(quotes % 2 == 0 && quotes / 2 <= kept);
}

static void check_certificate(X509 *x509)
{
    struct certificate read;
    bool is_read = certificate_read(x509, &read);
    assert(is_read);
    check_text(read.subject);
    check_text(read.issuer);
    check_array(read.names, read.name_count);
    certificate_done(&read);
}

static void check_chain(STACK_OF(X509) * chain, const struct tlsa_record *records,
                        const bool *usable, unsigned count, X509_STORE *authorities)
{
    struct name host;
    enum tlsa_match matches[RECORDS_MAX];
    struct certificate_verdict verdict = {.matches = matches};
    bool is_name = name_from_text("mail.example.org", 16, &host);
    assert(is_name);
    struct certificate_facts facts = {
        .chain = chain,
        .authorities = authorities,
        .now = 1800000000,
        .host = &host,
        .base = &host,
        .records = records,
        .usable = usable,
        .record_count = count,
    };
    bool is_known = certificate_judge(&facts, &verdict), any = false;
    assert(is_known);
    assert(verdict.pkix == PKIX_VALID || pkix_fault_word(verdict.pkix) != NULL);
    assert(verdict.name_match == (verdict.names_host && verdict.pkix == PKIX_VALID));
    assert(!verdict.names_target && !verdict.target_match);
    for (unsigned i = 0; i < count; i++) {
        assert((matches[i] == TLSA_NOT_REACHED) == !usable[i]);
        any |= matches[i] == TLSA_MATCHED;
    }
    assert(any || !verdict.dane_match);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tlsa_record records[RECORDS_MAX];
    bool usable[RECORDS_MAX];
    unsigned count = 0, wanted = size > 0 ? data[0] % (RECORDS_MAX + 1) : 0;
    const uint8_t *at = data + (size > 0), *end = data + size;
    while (count < wanted && end - at >= 2) {
        size_t length = (size_t)at[0] << 8 | at[1];
        if (length > (size_t)(end - at) - 2 || !tlsa_read(at + 2, length, &records[count]))
            break;
        usable[count] = tlsa_judge(&records[count]) == TLSA_USABLE;
        count++;
        at += 2 + length;
    }
    X509_STORE *authorities = X509_STORE_new();
    STACK_OF(X509) *chain = sk_X509_new_null();
    assert(authorities != NULL && chain != NULL);
    while (sk_X509_num(chain) < CERTIFICATES_MAX) {
        X509 *x509 = d2i_X509(NULL, &at, end - at);
        if (x509 == NULL)
            break;
        sk_X509_push(chain, x509);
        check_certificate(x509);
    }
    ERR_clear_error();
    if (sk_X509_num(chain) > 0) {
        /* the last is an authority */
        X509_STORE_add_cert(authorities, sk_X509_value(chain, sk_X509_num(chain) - 1));
        check_chain(chain, records, usable, count, authorities);
    }
    sk_X509_pop_free(chain, X509_free);
    X509_STORE_free(authorities);
    return 0;
}
