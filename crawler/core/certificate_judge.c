#include "crawler/core/certificate.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEVEL_DANE = 1 /* security level */
};

/* --- names --- */

/* As certificates have it.  false: it has octets that are in no host name. */
static bool reference_identifier(const struct name *name, char ret[NAME_TEXT_MAX])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t length = name_to_text(name, ret);
    return ret[0] != '.' && strspn(ret, letters) == length;
}

static bool is_named(X509 *leaf, const struct name *name)
{
    char text[NAME_TEXT_MAX];
    const unsigned flags =
        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
    return name != NULL && reference_identifier(name, text) &&
           X509_check_host(leaf, text, 0, flags, NULL) == 1;
}

/* --- chains --- */

/* What is looked at of a chain: the same certificates, in a stack of our own.  NULL: no memory. */
static STACK_OF(X509) * shortened(STACK_OF(X509) * chain)
{
    STACK_OF(X509) *ret = sk_X509_dup(chain);
    while (ret != NULL && sk_X509_num(ret) > CERTIFICATE_CHAIN_MAX)
        sk_X509_pop(ret);
    return ret;
}

/* A verification of the chain as a TLS client makes it.  NULL: no memory. */
static X509_STORE_CTX *begin(const struct certificate_facts *facts, STACK_OF(X509) * chain,
                             int level)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    if (ctx == NULL ||
        !X509_STORE_CTX_init(ctx, facts->authorities, sk_X509_value(chain, 0), chain) ||
        !X509_STORE_CTX_set_default(ctx, "ssl_server")) {
        X509_STORE_CTX_free(ctx);
        return NULL;
    }
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_auth_level(param, level);
    X509_VERIFY_PARAM_set_time(param, facts->now);
    return ctx;
}

/* --- authorities --- */

static enum pkix_fault fault_of(int error)
{
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return PKIX_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return PKIX_NOT_YET_VALID;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return PKIX_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return PKIX_UNTRUSTED;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        return PKIX_INCOMPLETE;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return PKIX_WEAK;
    default:
        return PKIX_OTHER;
    }
}

/* Notes a fault, a bit each, and passes over it: with an error left, OpenSSL would not go on. */
static int note_fault(int is_well, X509_STORE_CTX *ctx)
{
    unsigned *faults = X509_STORE_CTX_get_app_data(ctx);
    if (!is_well)
        *faults |= 1U << fault_of(X509_STORE_CTX_get_error(ctx));
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

static enum pkix_fault most_telling(unsigned faults)
{
    static const enum pkix_fault order[] = {
        PKIX_SELF_SIGNED, PKIX_UNTRUSTED, PKIX_INCOMPLETE,    PKIX_OTHER,
        PKIX_WEAK,        PKIX_EXPIRED,   PKIX_NOT_YET_VALID,
    };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if ((faults & 1U << order[i]) != 0)
            return order[i];
    }
    return PKIX_VALID;
}

/* false: no memory. */
static bool judge_pkix(const struct certificate_facts *facts, STACK_OF(X509) * chain,
                       enum pkix_fault *ret)
{
    unsigned faults = 0;
    X509_STORE_CTX *ctx = begin(facts, chain, CERTIFICATE_LEVEL_PKIX);
    if (ctx == NULL)
        return false;
    X509_STORE_CTX_set_app_data(ctx, &faults);
    X509_STORE_CTX_set_verify_cb(ctx, note_fault);
    if (X509_verify_cert(ctx) != 1) /* what cannot be passed over */
        faults |= 1U << PKIX_OTHER;
    X509_STORE_CTX_free(ctx);
    *ret = most_telling(faults);
    return true;
}

/* --- DANE --- */

/* Connections that are none, which have the records. */
struct dane_client {
    SSL_CTX *tls;
    const struct certificate_facts *facts;
    STACK_OF(X509) * chain;
    char base[NAME_TEXT_MAX];
    bool has_base; /* is a name that certificates can have */
    bool lacks_memory;
};

/* With a base domain that no certificate can name, DANE-TA matches nothing. */
static bool add_record(const struct dane_client *dane, SSL *ssl, const struct tlsa_record *record)
{
    if (record->usage == TLSA_USAGE_TA && !dane->has_base)
        return false;
    return SSL_dane_tlsa_add(ssl, record->usage, record->selector, record->matching_type,
                             record->data, record->size) == 1;
}

/* Do the records of the connection authenticate the chain? */
static bool verify(struct dane_client *dane, SSL *ssl)
{
    X509_STORE_CTX *ctx = begin(dane->facts, dane->chain, LEVEL_DANE);
    X509_VERIFY_PARAM *param = ctx != NULL ? X509_STORE_CTX_get0_param(ctx) : NULL;
    bool is_verified = false;
    if (param == NULL || (dane->has_base && !X509_VERIFY_PARAM_set1_host(param, dane->base, 0))) {
        dane->lacks_memory = true;
    } else {
        X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        X509_STORE_CTX_set0_dane(ctx, SSL_get0_dane(ssl));
        is_verified = X509_verify_cert(ctx) == 1;
    }
    X509_STORE_CTX_free(ctx);
    return is_verified;
}

/* Do those of the records that are chosen authenticate the chain? */
static bool authenticate(struct dane_client *dane, const struct tlsa_record *records,
                         const bool *chosen, unsigned count)
{
    bool has_records = false;
    SSL *ssl = SSL_new(dane->tls);
    if (ssl == NULL || SSL_dane_enable(ssl, NULL) != 1) {
        dane->lacks_memory = true;
    } else {
        SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
        for (unsigned i = 0; i < count; i++)
            has_records |= chosen[i] && add_record(dane, ssl, &records[i]);
    }
    /* without any record it would be a verification by authorities */
    bool is_verified = has_records && verify(dane, ssl);
    SSL_free(ssl);
    return is_verified;
}

static void match_records(struct dane_client *dane, enum tlsa_match *ret)
{
    static const bool chosen = true;
    unsigned tried = 0;
    for (unsigned i = 0; i < dane->facts->record_count; i++) {
        if (!dane->facts->usable[i] || tried++ >= CERTIFICATE_RECORDS_MAX)
            ret[i] = TLSA_NOT_REACHED;
        else if (authenticate(dane, &dane->facts->records[i], &chosen, 1))
            ret[i] = TLSA_MATCHED;
        else
            ret[i] = TLSA_NO_MATCH;
    }
}

/* false: no memory. */
static bool judge_dane(const struct certificate_facts *facts, STACK_OF(X509) * chain,
                       struct certificate_verdict *ret)
{
    struct dane_client dane = {.facts = facts, .chain = chain};
    bool *effective = calloc(facts->record_count, sizeof *effective);
    dane.has_base = facts->base != NULL && reference_identifier(facts->base, dane.base);
    dane.tls = SSL_CTX_new(TLS_client_method());
    bool is_ready = effective != NULL && dane.tls != NULL && SSL_CTX_dane_enable(dane.tls) == 1;
    if (is_ready) {
        match_records(&dane, ret->matches);
        tlsa_effective(facts->records, facts->usable, facts->record_count, effective);
        ret->dane_match = authenticate(&dane, facts->records, effective, facts->record_count);
    }
    SSL_CTX_free(dane.tls);
    free(effective);
    return is_ready && !dane.lacks_memory;
}

bool certificate_judge(const struct certificate_facts *facts, struct certificate_verdict *ret)
{
    STACK_OF(X509) *chain = shortened(facts->chain);
    bool is_known = chain != NULL && judge_pkix(facts, chain, &ret->pkix);
    ret->dane_match = false;
    if (is_known && facts->record_count > 0)
        is_known = judge_dane(facts, chain, ret);
    if (is_known) {
        X509 *leaf = sk_X509_value(chain, 0);
        ret->names_host = is_named(leaf, facts->host);
        ret->names_target = is_named(leaf, facts->target);
        ret->name_match = ret->pkix == PKIX_VALID && ret->names_host;
        ret->target_match = ret->pkix == PKIX_VALID && ret->names_target;
    }
    sk_X509_free(chain);
    ERR_clear_error();
    return is_known;
}
