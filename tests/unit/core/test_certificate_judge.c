/* What chains are worth: names (RFC 8461 s4.2, RFC 6125 s6.4) and authorities.  Expectations are of
 * the RFCs, and of the words in certificate.h. */
#include "judge_cases.h"

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
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
