/* What chains are worth: names (RFC 8461 s4.2, RFC 6125 s6.4), authorities, DANE (RFC 7671,
 * RFC 7672 s3).  Expectations are of the RFCs, and of the words in certificate.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/certificate.h"

#include "certificates.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW    CERTIFICATES_NOW
#define HOST   "mx.example.com"
#define TARGET "host.example.net"

enum {
    CHAIN_MAX = 60,
    RECORDS_MAX = 130,
    DATA_MAX = 1500,
};

/* --- certificates that the cases are of --- */

static const struct made *root, *issuer, *other_root, *other_issuer, *leaf;
static X509_STORE *authorities;
static EVP_PKEY *small, *large; /* RSA of 1,024 and of 2,048 bits */

static const struct made *authority(const char *subject, const struct made *by)
{
    return certificates_make(
        &(struct making){.subject = subject, .issuer = by, .is_authority = true});
}

static int set_up(void **state)
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

static int tear_down(void **state)
{
    (void)state;
    X509_STORE_free(authorities);
    certificates_done();
    return 0;
}

static struct name name_of(const char *text)
{
    struct name name;
    assert_true(name_from_text(text, strlen(text), &name));
    return name;
}

static STACK_OF(X509) * chain_of(const struct made *const *chain)
{
    STACK_OF(X509) *ret = sk_X509_new_null();
    assert_non_null(ret);
    for (size_t i = 0; i < CHAIN_MAX && chain[i] != NULL; i++)
        assert_true(sk_X509_push(ret, chain[i]->x509) > 0);
    return ret;
}

/* --- names --- */

static struct certificate_verdict judge(const struct made *const *chain, const char *host,
                                        const char *target)
{
    struct certificate_verdict verdict;
    memset(&verdict, 0x5a, sizeof verdict);
    verdict.matches = NULL;
    struct name host_name = name_of(host), target_name;
    if (target != NULL)
        target_name = name_of(target);
    struct certificate_facts facts = {
        .chain = chain_of(chain),
        .authorities = authorities,
        .now = NOW,
        .host = &host_name,
        .target = target != NULL ? &target_name : NULL,
    };
    int length = sk_X509_num(facts.chain);
    assert_true(certificate_judge(&facts, &verdict));
    assert_int_equal(sk_X509_num(facts.chain), length); /* it is the caller's */
    assert_int_equal(ERR_peek_error(), 0);
    assert_false(verdict.dane_match);
    sk_X509_free(facts.chain);
    return verdict;
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *names, *more, *common_name, *host;
        bool expected;
    } rows[] = {
        {HOST, NULL, NULL, HOST, true},
        {"MX.Example.COM", NULL, NULL, HOST, true},
        {"mx1.example.com " HOST, NULL, NULL, HOST, true},
        {"mx1.example.com", NULL, NULL, HOST, false},
        {"example.com", NULL, NULL, HOST, false},
        {"a.mx.example.com", NULL, NULL, HOST, false},
        {".example.com", NULL, NULL, HOST, false},
        {"*.example.com", NULL, NULL, HOST, true},
        {"*.EXAMPLE.com", NULL, NULL, HOST, true},
        {"*.example.com", NULL, NULL, "a.mx.example.com", false},
        {"*.example.com", NULL, NULL, "example.com", false},
        {"*.example.com", NULL, NULL, "xn--mx-eka.example.com", true},
        {"m*.example.com", NULL, NULL, HOST, false},
        {"*x.example.com", NULL, NULL, HOST, false},
        {"mx*.example.com", NULL, NULL, HOST, false},
        {"mx.*.com", NULL, NULL, HOST, false},
        {"*.*.com", NULL, NULL, HOST, false},
        {"*.com", NULL, NULL, "example.com", false},
        {"*", NULL, NULL, HOST, false},
        {"*", NULL, NULL, "mx", false},
        {"mx", NULL, NULL, "mx", true},
        {NULL, NULL, HOST, HOST, false}, /* the common name alone: RFC 8461 s4.2 */
        {"mx1.example.com", NULL, HOST, HOST, false},
        {NULL, "email:" HOST, HOST, HOST, false},
        {NULL, "URI:" HOST, NULL, HOST, false},
        {NULL, "IP:192.0.2.1", NULL, "192.0.2.1", false},
        {NULL, "IP:192.0.2.1,DNS:" HOST, NULL, HOST, true},
        {"_mx.example.com", NULL, NULL, "_mx.example.com", true},
        {"*.example.com", NULL, NULL, "a\\@b.example.com", false},
        {"a\\@b.example.com", NULL, NULL, "a\\@b.example.com", false},
        {"*.example.com", NULL, NULL, "*.example.com", false},
        {".", NULL, NULL, ".", false},
        {"", NULL, NULL, ".", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct made *made = certificates_make(&(struct making){.subject = rows[i].common_name,
                                                                     .names = rows[i].names,
                                                                     .more = rows[i].more,
                                                                     .issuer = issuer});
        const struct made *chain[] = {made, issuer, NULL};
        struct certificate_verdict as_host = judge(chain, rows[i].host, NULL),
                                   as_target = judge(chain, "other.example", rows[i].host);
        if (as_host.names_host != rows[i].expected || as_target.names_target != rows[i].expected ||
            as_host.name_match != rows[i].expected || as_target.target_match != rows[i].expected)
            fail_msg("%s, %s, %s for %s", rows[i].names, rows[i].more, rows[i].common_name,
                     rows[i].host);
        assert_int_equal(as_host.pkix, PKIX_VALID);
        assert_false(as_host.names_target || as_host.target_match);
        assert_false(as_target.names_host || as_target.name_match);
    }
}

static void test_a_nul_ends_no_name(void **state)
{
    (void)state;
    static const char octets[] = HOST "\0.evil.example";
    const struct made *chain[] = {
        certificates_make(
            &(struct making){.octets = octets, .size = sizeof octets - 1, .issuer = issuer}),
        issuer, NULL};
    assert_false(judge(chain, HOST, NULL).names_host);
}

static void test_exchange_and_target(void **state)
{
    (void)state;
    static const struct {
        const char *names;
        bool host, target;
    } rows[] = {{HOST, true, false},
                {TARGET, false, true},
                {HOST " " TARGET, true, true},
                {"www.example.org", false, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned is_valid = 0; is_valid < 2; is_valid++) {
            const struct made *chain[] = {
                certificates_make(&(struct making){.names = rows[i].names,
                                                   .issuer = is_valid ? issuer : other_issuer}),
                issuer, NULL};
            struct certificate_verdict verdict = judge(chain, HOST, TARGET);
            assert_int_equal(verdict.names_host, rows[i].host);
            assert_int_equal(verdict.names_target, rows[i].target);
            assert_int_equal(verdict.name_match, rows[i].host && is_valid);
            assert_int_equal(verdict.target_match, rows[i].target && is_valid);
        }
}

static void test_many_names(void **state)
{
    (void)state;
    enum {
        NAMES = 3000,
        LENGTH = 18
    };
    char *names = malloc(NAMES * LENGTH + sizeof HOST), *at = names;
    assert_non_null(names);
    for (int i = 0; i < NAMES; i++)
        at += sprintf(at, "n%06d.example. ", i);
    strcpy(at, HOST);
    const struct made *chain[] = {
        certificates_make(&(struct making){.names = names, .issuer = issuer}), issuer, NULL};
    assert_true(judge(chain, HOST, NULL).name_match);
    free(names);
}

/* --- authorities --- */

struct fault_row {
    const char *title;
    const struct made *chain[6];
    enum pkix_fault expected;
};

static void check_faults(const struct fault_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum pkix_fault fault = judge(rows[i].chain, HOST, NULL).pkix;
        if (fault != rows[i].expected)
            fail_msg("%s: %s", rows[i].title,
                     fault == PKIX_VALID ? "valid" : pkix_fault_word(fault));
    }
}

#define CHECK_FAULTS(rows) check_faults(rows, sizeof(rows) / sizeof *(rows))
#define LEAF(...)          certificates_make(&(struct making){.names = HOST, __VA_ARGS__})
#define AUTHORITY(...)     certificates_make(&(struct making){.is_authority = true, __VA_ARGS__})

static void test_chains(void **state)
{
    (void)state;
    const struct made *self = LEAF(.subject = "self"), *unknown = LEAF(.issuer = other_issuer);
    const struct made *false_issuer = authority("Issuer", root);
    struct fault_row rows[] = {
        {"the chain", {leaf, issuer}, PKIX_VALID},
        {"with its root", {leaf, issuer, root}, PKIX_VALID},
        {"in the wrong order", {leaf, root, issuer}, PKIX_VALID},
        {"twice", {leaf, leaf, issuer, issuer}, PKIX_VALID},
        {"with what is not of it", {leaf, other_issuer, other_root, issuer}, PKIX_VALID},
        {"by the root itself", {LEAF(.issuer = root)}, PKIX_VALID},
        {"the root itself, which is for no server", {root}, PKIX_OTHER},
        {"without the issuer", {leaf}, PKIX_INCOMPLETE},
        {"without the issuer, with others", {leaf, other_issuer, root}, PKIX_INCOMPLETE},
        {"unknown, no more sent", {unknown}, PKIX_INCOMPLETE},
        {"unknown, its root not sent", {unknown, other_issuer}, PKIX_INCOMPLETE},
        {"unknown, its root sent", {unknown, other_issuer, other_root}, PKIX_UNTRUSTED},
        {"its own issuer", {self}, PKIX_SELF_SIGNED},
        {"its own issuer, with others", {self, issuer, root}, PKIX_SELF_SIGNED},
        {"an issuer of that name", {leaf, false_issuer}, PKIX_OTHER},
        {"an issuer that is no authority",
         {LEAF(.issuer = LEAF(.subject = "a", .issuer = root)), NULL},
         PKIX_INCOMPLETE},
        {"for clients", {LEAF(.issuer = issuer, .usage = "clientAuth"), issuer}, PKIX_OTHER},
        {"for servers", {LEAF(.issuer = issuer, .usage = "serverAuth"), issuer}, PKIX_VALID},
    };
    CHECK_FAULTS(rows);
}

/* An authority that is not its own issuer vouches for nothing. */
static void test_no_partial_chains(void **state)
{
    (void)state;
    X509_STORE *roots = authorities;
    authorities = X509_STORE_new();
    assert_true(authorities != NULL && X509_STORE_add_cert(authorities, issuer->x509));
    struct fault_row rows[] = {
        {"an issuer without its own", {leaf}, PKIX_INCOMPLETE},
        {"that is sent too", {leaf, issuer}, PKIX_INCOMPLETE},
    };
    CHECK_FAULTS(rows);
    X509_STORE_free(authorities);
    authorities = roots;
}

/* A key that is none: a point of no form. */
static void test_broken_keys(void **state)
{
    (void)state;
    for (unsigned is_issuer = 0; is_issuer < 2; is_issuer++) {
        uint8_t *der = NULL;
        int size = i2d_X509(is_issuer ? issuer->x509 : leaf->x509, &der);
        uint8_t *point = memmem(der, (size_t)size, "\x03\x42\0\x04", 4);
        assert_non_null(point);
        point[3] = 5;
        const uint8_t *at = der;
        struct made broken = {.x509 = d2i_X509(NULL, &at, size)};
        assert_non_null(broken.x509);
        const struct made *chain[] = {is_issuer ? leaf : &broken, is_issuer ? &broken : issuer,
                                      NULL};
        struct certificate_verdict verdict = judge(chain, HOST, NULL);
        /* what has no key is nobody's issuer */
        assert_int_equal(verdict.pkix, is_issuer ? PKIX_INCOMPLETE : PKIX_OTHER);
        assert_true(verdict.names_host);
        assert_false(verdict.name_match);
        X509_free(broken.x509);
        OPENSSL_free(der);
    }
}

static void test_times(void **state)
{
    (void)state;
    const int64_t month = 30 * DAY;
    const struct made *old_issuer =
        AUTHORITY(.subject = "Old", .issuer = root, .from = NOW - month, .until = NOW - DAY);
    const struct made *next = AUTHORITY(.subject = "Next", .issuer = root, .from = NOW + DAY);
    struct fault_row rows[] = {
        {"expired",
         {LEAF(.issuer = issuer, .from = NOW - month, .until = NOW - 1), issuer},
         PKIX_EXPIRED},
        {"before its last second", {LEAF(.issuer = issuer, .until = NOW + 1), issuer}, PKIX_VALID},
        {"in its first second", {LEAF(.issuer = issuer, .from = NOW), issuer}, PKIX_VALID},
        {"not yet", {LEAF(.issuer = issuer, .from = NOW + 1), issuer}, PKIX_NOT_YET_VALID},
        {"not yet, and no more",
         {LEAF(.issuer = issuer, .from = NOW + 2, .until = NOW - 2), issuer},
         PKIX_EXPIRED},
        {"expired above", {LEAF(.issuer = old_issuer), old_issuer}, PKIX_EXPIRED},
        {"to the year 9999",
         {LEAF(.issuer = issuer, .until = INT64_C(253402300799)), issuer},
         PKIX_VALID},
        {"from 1970", {LEAF(.issuer = issuer, .from = 1), issuer}, PKIX_VALID},
        {"expired, not yet valid above",
         {LEAF(.issuer = next, .from = NOW - month, .until = NOW - 1), next},
         PKIX_EXPIRED},
    };
    CHECK_FAULTS(rows);
}

static void test_strength(void **state)
{
    (void)state;
    const struct made *small_issuer = AUTHORITY(.subject = "Small", .issuer = root, .key = small),
                      *large_issuer = AUTHORITY(.subject = "Large", .issuer = root, .key = large),
                      *ed = AUTHORITY(.subject = "Ed", .issuer = root,
                                      .key = certificates_key("ED25519", 0)),
                      *weak_issuer = AUTHORITY(.subject = "Weak", .issuer = large_issuer,
                                               .digest = EVP_sha1());
    struct fault_row rows[] = {
        {"RSA of 2048 bits",
         {LEAF(.issuer = large_issuer, .key = large), large_issuer},
         PKIX_VALID},
        {"Ed25519", {LEAF(.issuer = ed, .key = ed->key), ed}, PKIX_VALID},
        {"a small key", {LEAF(.issuer = issuer, .key = small), issuer}, PKIX_WEAK},
        {"a small key above", {LEAF(.issuer = small_issuer), small_issuer}, PKIX_WEAK},
        {"SHA-1", {LEAF(.issuer = large_issuer, .digest = EVP_sha1()), large_issuer}, PKIX_WEAK},
        {"SHA-1 above", {LEAF(.issuer = weak_issuer), weak_issuer, large_issuer}, PKIX_WEAK},
        {"SHA-512",
         {LEAF(.issuer = large_issuer, .digest = EVP_sha512()), large_issuer},
         PKIX_VALID},
    };
    CHECK_FAULTS(rows);
}

/* What a new certificate of the same issuer would not mend is told first. */
static void test_several_faults(void **state)
{
    (void)state;
    const int64_t month = 30 * DAY;
#define OLD .from = NOW - month, .until = NOW - DAY
    struct fault_row rows[] = {
        {"self-signed, expired, weak",
         {LEAF(.subject = "self", .key = small, OLD)},
         PKIX_SELF_SIGNED},
        {"untrusted, expired, weak",
         {LEAF(.issuer = other_issuer, .key = small, OLD), other_issuer, other_root},
         PKIX_UNTRUSTED},
        {"incomplete, expired, weak", {LEAF(.issuer = issuer, .key = small, OLD)}, PKIX_INCOMPLETE},
        {"for clients, expired, weak",
         {LEAF(.issuer = issuer, .usage = "clientAuth", .key = small, OLD), issuer},
         PKIX_OTHER},
        {"weak, expired", {LEAF(.issuer = issuer, .key = small, OLD), issuer}, PKIX_WEAK},
        {"self-signed, for clients",
         {LEAF(.subject = "self", .usage = "clientAuth")},
         PKIX_SELF_SIGNED},
        {"incomplete, for clients",
         {LEAF(.issuer = issuer, .usage = "clientAuth")},
         PKIX_INCOMPLETE},
    };
    CHECK_FAULTS(rows);
}

static void test_long_chains(void **state)
{
    (void)state;
    const struct made *chain[CHAIN_MAX] = {leaf};
    for (int i = 1; i < 50; i++)
        chain[i] = other_issuer;
    assert_int_equal(judge(chain, HOST, NULL).pkix, PKIX_INCOMPLETE);
    chain[CERTIFICATE_CHAIN_MAX] = issuer; /* the first that is not looked at */
    assert_int_equal(judge(chain, HOST, NULL).pkix, PKIX_INCOMPLETE);
    chain[CERTIFICATE_CHAIN_MAX - 1] = issuer;
    assert_true(judge(chain, HOST, NULL).name_match);
}

/* --- DANE --- */

enum {
    STALE = 1,    /* the record is of another key */
    UNUSABLE = 2, /* the caller says so */
};

struct record_row {
    unsigned usage, selector, matching_type;
    const struct made *of; /* NULL: no more records */
    unsigned flags;
};

struct dane_row {
    const char *title;
    const struct made *chain[6];
    const char *base;
    struct record_row records[4];
    bool expected;
    const char *matches; /* of each: + matched, - no match, 0 not reached */
};

static uint8_t data[RECORDS_MAX][DATA_MAX];

static struct tlsa_record record_of(const struct record_row *row, uint8_t *octets)
{
    uint8_t *der = NULL;
    int size = row->selector == TLSA_SELECTOR_CERTIFICATE
                   ? i2d_X509(row->of->x509, &der)
                   : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(row->of->x509), &der);
    assert_true(size > 0 && size <= DATA_MAX);
    size_t length = (size_t)size;
    memcpy(octets, der, length);
    if (row->matching_type == TLSA_MATCHING_SHA256) {
        SHA256(der, length, octets);
        length = SHA256_DIGEST_LENGTH;
    } else if (row->matching_type == TLSA_MATCHING_SHA512) {
        SHA512(der, length, octets);
        length = SHA512_DIGEST_LENGTH;
    }
    if (row->flags & STALE)
        octets[length - 1] ^= 1;
    OPENSSL_free(der);
    return (struct tlsa_record){.usage = (uint8_t)row->usage,
                                .selector = (uint8_t)row->selector,
                                .matching_type = (uint8_t)row->matching_type,
                                .size = (uint16_t)length,
                                .data = octets};
}

static struct certificate_verdict judge_records(const struct made *const *chain, const char *base,
                                                const struct record_row *rows, unsigned count,
                                                enum tlsa_match *matches)
{
    struct tlsa_record records[RECORDS_MAX];
    bool usable[RECORDS_MAX];
    struct name host = name_of("other.example"), base_name = name_of(base);
    for (unsigned i = 0; i < count; i++) {
        records[i] = record_of(&rows[i], data[i]);
        usable[i] = (rows[i].flags & UNUSABLE) == 0;
        assert_true(!usable[i] || tlsa_judge(&records[i]) == TLSA_USABLE);
    }
    struct certificate_facts facts = {
        .chain = chain_of(chain),
        .authorities = authorities,
        .now = NOW,
        .host = &host,
        .base = &base_name,
        .records = records,
        .usable = usable,
        .record_count = count,
    };
    struct certificate_verdict verdict = {.matches = matches};
    assert_true(certificate_judge(&facts, &verdict));
    assert_ptr_equal(verdict.matches, matches);
    assert_int_equal(ERR_peek_error(), 0);
    sk_X509_free(facts.chain);
    return verdict;
}

static void check_dane(const struct dane_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum tlsa_match matches[4];
        char found[5] = "";
        unsigned record_count = (unsigned)strlen(rows[i].matches);
        struct certificate_verdict verdict =
            judge_records(rows[i].chain, rows[i].base != NULL ? rows[i].base : HOST,
                          rows[i].records, record_count, matches);
        for (unsigned k = 0; k < record_count; k++)
            found[k] = matches[k] == TLSA_MATCHED       ? '+'
                       : matches[k] == TLSA_NO_MATCH    ? '-'
                       : matches[k] == TLSA_NOT_REACHED ? '0'
                                                        : '?';
        if (verdict.dane_match != rows[i].expected || strcmp(found, rows[i].matches) != 0)
            fail_msg("%s: %d, %s", rows[i].title, verdict.dane_match, found);
    }
}

#define CHECK_DANE(rows) check_dane(rows, sizeof(rows) / sizeof *(rows))

static void test_dane_ee(void **state)
{
    (void)state;
    const struct made *old = LEAF(.issuer = issuer, .from = NOW - 90 * DAY, .until = NOW - DAY),
                      *later = LEAF(.issuer = issuer, .from = NOW + DAY),
                      *self = LEAF(.subject = "self"),
                      *small_leaf = LEAF(.issuer = issuer, .key = small);
    struct dane_row rows[] = {
        {"3 1 1", {leaf, issuer}, NULL, {{3, 1, 1, leaf, 0}}, true, "+"},
        {"3 0 1", {leaf, issuer}, NULL, {{3, 0, 1, leaf, 0}}, true, "+"},
        {"3 1 2", {leaf, issuer}, NULL, {{3, 1, 2, leaf, 0}}, true, "+"},
        {"3 0 2", {leaf, issuer}, NULL, {{3, 0, 2, leaf, 0}}, true, "+"},
        {"3 1 0", {leaf, issuer}, NULL, {{3, 1, 0, leaf, 0}}, true, "+"},
        {"3 0 0", {leaf, issuer}, NULL, {{3, 0, 0, leaf, 0}}, true, "+"},
        {"3 1 1, the leaf alone", {leaf}, NULL, {{3, 1, 1, leaf, 0}}, true, "+"},
        {"3 1 1, stale", {leaf, issuer}, NULL, {{3, 1, 1, leaf, STALE}}, false, "-"},
        {"3 0 1, stale", {leaf, issuer}, NULL, {{3, 0, 1, leaf, STALE}}, false, "-"},
        {"3 1 0, of another", {leaf, issuer}, NULL, {{3, 1, 0, self, 0}}, false, "-"},
        {"3 1 1 of the issuer", {leaf, issuer}, NULL, {{3, 1, 1, issuer, 0}}, false, "-"},
        /* RFC 7672 s3.1.1: names, times and issuers do not matter */
        {"another name", {leaf}, "mx.example.org", {{3, 1, 1, leaf, 0}}, true, "+"},
        {"a name that certificates have not",
         {leaf},
         "a\\@b.example",
         {{3, 1, 1, leaf, 0}},
         true,
         "+"},
        {"expired", {old, issuer}, NULL, {{3, 1, 1, old, 0}}, true, "+"},
        {"not yet valid", {later, issuer}, NULL, {{3, 1, 1, later, 0}}, true, "+"},
        {"self-signed", {self}, NULL, {{3, 0, 1, self, 0}}, true, "+"},
        {"a small key", {small_leaf}, NULL, {{3, 1, 1, small_leaf, 0}}, true, "+"},
    };
    CHECK_DANE(rows);
}

static void test_dane_ta(void **state)
{
    (void)state;
    const struct made
        *unknown = LEAF(.issuer = other_issuer),
        *old = LEAF(.issuer = issuer, .from = NOW - 90 * DAY, .until = NOW - DAY),
        *wild = certificates_make(&(struct making){.names = "*.example.com", .issuer = issuer}),
        *partial = certificates_make(&(struct making){.names = "m*.example.com", .issuer = issuer}),
        *common = certificates_make(&(struct making){.subject = HOST, .issuer = issuer}),
        *both = certificates_make(
            &(struct making){.subject = HOST, .names = "mx.example.org", .issuer = issuer}),
        *client = LEAF(.issuer = issuer, .usage = "clientAuth"), *self = LEAF(.subject = "self");
    struct dane_row rows[] = {
        {"2 1 1 of the issuer", {leaf, issuer}, NULL, {{2, 1, 1, issuer, 0}}, true, "+"},
        {"2 0 1 of the issuer", {leaf, issuer}, NULL, {{2, 0, 1, issuer, 0}}, true, "+"},
        {"2 1 2 of the issuer", {leaf, issuer}, NULL, {{2, 1, 2, issuer, 0}}, true, "+"},
        {"2 1 1 of the root, sent", {leaf, issuer, root}, NULL, {{2, 1, 1, root, 0}}, true, "+"},
        {"2 0 1 of the root, sent", {leaf, issuer, root}, NULL, {{2, 0, 1, root, 0}}, true, "+"},
        /* RFC 7672 s3.1.2: it must be in the chain, whatever else the client trusts */
        {"2 1 1 of the root, not sent", {leaf, issuer}, NULL, {{2, 1, 1, root, 0}}, false, "-"},
        {"2 0 1 of the root, not sent", {leaf, issuer}, NULL, {{2, 0, 1, root, 0}}, false, "-"},
        {"2 1 1 of the issuer, not sent", {leaf}, NULL, {{2, 1, 1, issuer, 0}}, false, "-"},
        /* RFC 7671 s5.2.2, s5.2.3: a whole one brings itself */
        {"2 0 0 of the issuer, not sent", {leaf}, NULL, {{2, 0, 0, issuer, 0}}, true, "+"},
        {"2 0 0 of the root, not sent", {leaf, issuer}, NULL, {{2, 0, 0, root, 0}}, true, "+"},
        {"2 1 0 of the root, not sent", {leaf, issuer}, NULL, {{2, 1, 0, root, 0}}, true, "+"},
        {"2 0 0 of another", {leaf, issuer}, NULL, {{2, 0, 0, other_root, 0}}, false, "-"},
        {"in the wrong order", {leaf, root, issuer}, NULL, {{2, 1, 1, root, 0}}, true, "+"},
        {"of no known authority",
         {unknown, other_issuer},
         NULL,
         {{2, 1, 1, other_issuer, 0}},
         true,
         "+"},
        {"of an authority, but not of the chain",
         {unknown, other_issuer, issuer},
         NULL,
         {{2, 1, 1, issuer, 0}},
         false,
         "-"},
        {"2 1 1, stale", {leaf, issuer}, NULL, {{2, 1, 1, issuer, STALE}}, false, "-"},
        {"2 1 1 of the leaf", {leaf, issuer}, NULL, {{2, 1, 1, leaf, 0}}, false, "-"},
        {"2 1 1 of a leaf that issued itself", {self}, NULL, {{2, 1, 1, self, 0}}, false, "-"},
        {"expired", {old, issuer}, NULL, {{2, 1, 1, issuer, 0}}, false, "-"},
        {"for clients", {client, issuer}, NULL, {{2, 1, 1, issuer, 0}}, false, "-"},
        /* RFC 7672 s3.2.3 */
        {"another name", {leaf, issuer}, "mx.example.org", {{2, 1, 1, issuer, 0}}, false, "-"},
        {"a wildcard", {wild, issuer}, NULL, {{2, 1, 1, issuer, 0}}, true, "+"},
        {"a part of a label", {partial, issuer}, NULL, {{2, 1, 1, issuer, 0}}, false, "-"},
        {"the common name alone", {common, issuer}, NULL, {{2, 1, 1, issuer, 0}}, true, "+"},
        {"the common name beside another",
         {both, issuer},
         NULL,
         {{2, 1, 1, issuer, 0}},
         false,
         "-"},
        {"a name that certificates have not",
         {wild, issuer},
         "a\\@b.example.com",
         {{2, 1, 1, issuer, 0}},
         false,
         "-"},
    };
    CHECK_DANE(rows);
}

static void test_dane_sets(void **state)
{
    (void)state;
    struct dane_row rows[] = {
        {"one of two", {leaf, issuer}, NULL, {{3, 1, 1, root, 0}, {3, 1, 1, leaf, 0}}, true, "-+"},
        {"both usages, the issuer's",
         {leaf, issuer},
         NULL,
         {{3, 1, 1, root, 0}, {2, 1, 1, issuer, 0}},
         true,
         "-+"},
        {"both usages, the leaf's",
         {leaf},
         NULL,
         {{3, 1, 1, leaf, 0}, {2, 1, 1, issuer, 0}},
         true,
         "+-"},
        {"none of two",
         {leaf, issuer},
         NULL,
         {{3, 1, 1, root, 0}, {2, 1, 1, root, 0}},
         false,
         "--"},
        /* RFC 7671 s9: the strongest digest of a usage and selector alone */
        {"stale SHA-512, SHA-256",
         {leaf},
         NULL,
         {{3, 1, 2, leaf, STALE}, {3, 1, 1, leaf, 0}},
         false,
         "-+"},
        {"SHA-512, stale SHA-256",
         {leaf},
         NULL,
         {{3, 1, 2, leaf, 0}, {3, 1, 1, leaf, STALE}},
         true,
         "+-"},
        {"stale SHA-512 of another selector",
         {leaf},
         NULL,
         {{3, 0, 2, leaf, STALE}, {3, 1, 1, leaf, 0}},
         true,
         "-+"},
        {"stale SHA-512, whole",
         {leaf},
         NULL,
         {{3, 1, 2, leaf, STALE}, {3, 1, 0, leaf, 0}},
         true,
         "-+"},
        {"not usable", {leaf}, NULL, {{3, 1, 1, leaf, UNUSABLE}}, false, "0"},
        {"not usable beside a stale one",
         {leaf},
         NULL,
         {{3, 1, 1, leaf, UNUSABLE}, {3, 0, 1, leaf, STALE}},
         false,
         "0-"},
        {"not usable SHA-512 beside SHA-256",
         {leaf},
         NULL,
         {{3, 1, 2, leaf, UNUSABLE | STALE}, {3, 1, 1, leaf, 0}},
         true,
         "0+"},
        /* by authorities it would be valid: no matter */
        {"not usable, of a chain that authorities vouch for",
         {leaf, issuer, root},
         HOST,
         {{0, 0, 1, root, UNUSABLE}, {1, 1, 1, leaf, UNUSABLE}},
         false,
         "00"},
    };
    CHECK_DANE(rows);
}

static void test_dane_strength(void **state)
{
    (void)state;
    const struct made *by = AUTHORITY(.subject = "Large", .issuer = root, .key = large);
    const struct made *weak = LEAF(.issuer = by, .digest = EVP_sha1());
    const struct made *short_key = LEAF(.issuer = issuer, .key = small);
    struct dane_row rows[] = {
        {"SHA-1", {weak, by}, NULL, {{2, 1, 1, by, 0}}, false, "-"},
        {"SHA-1, the key itself", {weak, by}, NULL, {{3, 1, 1, weak, 0}}, true, "+"},
        {"a key of 80 bits", {short_key, issuer}, NULL, {{2, 1, 1, issuer, 0}}, true, "+"},
        {"the same key itself", {short_key, issuer}, NULL, {{3, 1, 1, short_key, 0}}, true, "+"},
    };
    CHECK_DANE(rows);
}

static void test_many_records(void **state)
{
    (void)state;
    struct record_row rows[RECORDS_MAX];
    enum tlsa_match matches[RECORDS_MAX];
    const struct made *chain[] = {leaf, issuer, NULL};
    for (unsigned i = 0; i < RECORDS_MAX; i++)
        rows[i] = (struct record_row){3, 1, 1, leaf, i == 0 ? UNUSABLE : STALE};
    rows[CERTIFICATE_RECORDS_MAX].flags = 0;     /* the last that is tried */
    rows[CERTIFICATE_RECORDS_MAX + 1].flags = 0; /* the first that is not */
    struct certificate_verdict verdict = judge_records(chain, HOST, rows, RECORDS_MAX, matches);
    assert_true(verdict.dane_match);
    assert_int_equal(matches[0], TLSA_NOT_REACHED);
    assert_int_equal(matches[1], TLSA_NO_MATCH);
    assert_int_equal(matches[CERTIFICATE_RECORDS_MAX], TLSA_MATCHED);
    assert_int_equal(matches[CERTIFICATE_RECORDS_MAX + 1], TLSA_NOT_REACHED);
    /* all of them authenticate */
    rows[CERTIFICATE_RECORDS_MAX].flags = STALE;
    assert_true(judge_records(chain, HOST, rows, RECORDS_MAX, matches).dane_match);
    rows[CERTIFICATE_RECORDS_MAX + 1].flags = STALE;
    assert_false(judge_records(chain, HOST, rows, RECORDS_MAX, matches).dane_match);
}

/* Beside DANE the rest is judged as without. */
static void test_dane_and_names(void **state)
{
    (void)state;
    struct record_row row = {3, 1, 1, leaf, 0};
    enum tlsa_match match;
    const struct made *chain[] = {leaf, NULL};
    struct certificate_verdict verdict = judge_records(chain, HOST, &row, 1, &match);
    assert_true(verdict.dane_match);
    assert_int_equal(verdict.pkix, PKIX_INCOMPLETE);
    assert_false(verdict.names_host || verdict.name_match);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_a_nul_ends_no_name),
        cmocka_unit_test(test_exchange_and_target),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_no_partial_chains),
        cmocka_unit_test(test_broken_keys),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_strength),
        cmocka_unit_test(test_several_faults),
        cmocka_unit_test(test_long_chains),
        cmocka_unit_test(test_dane_ee),
        cmocka_unit_test(test_dane_ta),
        cmocka_unit_test(test_dane_sets),
        cmocka_unit_test(test_dane_strength),
        cmocka_unit_test(test_many_records),
        cmocka_unit_test(test_dane_and_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
