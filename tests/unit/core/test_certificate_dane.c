/* What chains are worth by DANE (RFC 7671, RFC 7672 s3).  Expectations are of the RFCs, and of the
 * words in certificate.h. */
#include "judge_cases.h"

#include <openssl/sha.h>

enum {
    RECORDS_MAX = 130,
    DATA_MAX = 1500,
};
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
        cmocka_unit_test(test_dane_ee),      cmocka_unit_test(test_dane_ta),
        cmocka_unit_test(test_dane_sets),    cmocka_unit_test(test_dane_strength),
        cmocka_unit_test(test_many_records), cmocka_unit_test(test_dane_and_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
