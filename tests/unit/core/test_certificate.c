/* What is read of a certificate.  The digests, times and names of the first are what the openssl
 * command says of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/certificate.h"

#include "certificates.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* DER of a certificate for mail.example.org */
static const char der[] =
    "3082018b30820131a003020102021449df0c0f6afd1e676c9cb4e5d3267d5046f5459b300a06082a8648ce3d04"
    "0302301b3119301706035504030c106d61696c2e6578616d706c652e6f7267301e170d32363131323332303237"
    "34375a170d3336313132303230323734375a301b3119301706035504030c106d61696c2e6578616d706c652e6f"
    "72673059301306072a8648ce3d020106082a8648ce3d03010703420004e0d211cad5aefb48d6221e94f4c1bb5b"
    "f289e6ac92e57aa4320c25a79f593cfa9abbf4cc97e8e06e0c752c69de720b44c39cc0abeadf70321e5d15280d"
    "9631f6a3533051301d0603551d0e04160414ab2d9367cae31c32f9b16d6f61d9f0cf4ef1f3e3301f0603551d23"
    "041830168014ab2d9367cae31c32f9b16d6f61d9f0cf4ef1f3e3300f0603551d130101ff040530030101ff300a"
    "06082a8648ce3d0403020348003045022100e71b6f028e5e7554df4ed88bff1aad74c3418b1b89c176eb139b9c"
    "ece498b71b02202a36cd8866616e219b379f56f3ef3386de493b482009e6dfbbe823f7ffab5548";
static const char sha256[] = "6b00e6a933f16e2c70dc5f29dda4de27b2487306bee8291447078f85f4d829f6";
static const char spki_sha256[] =
    "c7ab17568ab63395c720ab4994d95674120d4320db5d5f12e78156de8a2f316c";

enum {
    TEXT_MAX = 1000,
};

static void assert_digest(const uint8_t *digest, const char *hex)
{
    char text[2 * CERTIFICATE_DIGEST_SIZE + 1];
    for (size_t i = 0; i < CERTIFICATE_DIGEST_SIZE; i++)
        sprintf(text + 2 * i, "%02x", digest[i]);
    assert_string_equal(text, hex);
}

/* *ret is not initialised before. */
static void read_it(X509 *x509, struct certificate *ret)
{
    memset(ret, 0x5a, sizeof *ret);
    assert_true(certificate_read(x509, ret));
    assert_int_equal(ERR_peek_error(), 0);
}

enum {
    DER_SIZE = sizeof der / 2
};

static void read_der(uint8_t ret[DER_SIZE])
{
    for (size_t i = 0; i < DER_SIZE; i++)
        sscanf(der + 2 * i, "%2hhx", &ret[i]);
}

static void test_whole(void **state)
{
    (void)state;
    uint8_t octets[DER_SIZE];
    read_der(octets);
    const uint8_t *at = octets;
    X509 *x509 = d2i_X509(NULL, &at, sizeof octets);
    assert_non_null(x509);
    struct certificate read;
    read_it(x509, &read);
    assert_digest(read.sha256, sha256);
    assert_digest(read.spki_sha256, spki_sha256);
    assert_int_equal(read.not_before, 1795465667); /* 2026-11-23 20:27:47 */
    assert_int_equal(read.not_after, 2110825667);  /* 2036-11-20 20:27:47 */
    assert_string_equal(read.subject, "CN=mail.example.org");
    assert_string_equal(read.issuer, "CN=mail.example.org");
    assert_string_equal(read.names, "[]");
    assert_int_equal(read.name_count, 0);
    certificate_done(&read);
    X509_free(x509);
}

/* --- names of subjects --- */

struct part {
    int field, type;
    const char *octets;
    int size; /* -1: up to the NUL */
};

/* A certificate with this subject, nothing else of it is of interest. */
static char *subject_of(const struct part *parts, size_t count)
{
    X509_NAME *name = X509_NAME_new();
    X509 *x509 = X509_dup(certificates_make(&(struct making){.subject = "x"})->x509);
    assert_true(name != NULL && x509 != NULL);
    for (size_t i = 0; i < count && parts[i].field != 0; i++)
        assert_true(X509_NAME_add_entry_by_NID(name, parts[i].field, parts[i].type,
                                               (const unsigned char *)parts[i].octets,
                                               parts[i].size, -1, 0));
    assert_true(X509_set_subject_name(x509, name));
    struct certificate read;
    read_it(x509, &read);
    assert_string_equal(read.issuer, "CN=x");
    char *text = strdup(read.subject);
    assert_non_null(text);
    certificate_done(&read);
    X509_NAME_free(name);
    X509_free(x509);
    return text;
}

static void test_subjects(void **state)
{
    (void)state;
    static const struct {
        struct part parts[3];
        const char *expected;
    } rows[] = {
        {{{0, 0, NULL, 0}}, ""},
        /* RFC 2253 s2.1: the last comes first */
        {{{NID_countryName, V_ASN1_PRINTABLESTRING, "DE", -1},
          {NID_organizationName, V_ASN1_UTF8STRING, "Mail", -1},
          {NID_commonName, V_ASN1_UTF8STRING, "mx", -1}},
         "CN=mx,O=Mail,C=DE"},
        /* s2.4: what separates is escaped */
        {{{NID_commonName, V_ASN1_UTF8STRING, "a,b=c+\"d\\", -1}}, "CN=a\\,b=c\\+\\\"d\\\\"},
        {{{NID_commonName, V_ASN1_UTF8STRING, "M\xc3\xbcller", -1}}, "CN=M\xc3\xbcller"},
        {{{NID_commonName, V_ASN1_T61STRING, "M\xfcller", -1}}, "CN=M\xc3\xbcller"},
        {{{NID_commonName, V_ASN1_BMPSTRING, "\0M\x20\xac", 4}}, "CN=M\xe2\x82\xac"},
        {{{NID_commonName, V_ASN1_UTF8STRING, "a\0b", 3}}, "CN=a\\00b"},
        /* a value that is no text: its DER */
        {{{NID_commonName, V_ASN1_BIT_STRING, "\xff", 1}}, "CN=#030200FF"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *subject = subject_of(rows[i].parts, 3);
        assert_string_equal(subject, rows[i].expected);
        free(subject);
    }
}

/* A name of whatever type: what OpenSSL reads is read. */
static void test_any_type(void **state)
{
    (void)state;
    uint8_t octets[DER_SIZE];
    static const uint8_t odd[] = {0, 'a', 0x80, 0xff};
    unsigned taken = 0;
    read_der(octets);
    uint8_t *name = memmem(octets, DER_SIZE, "\x0c\x10mail", 6);
    assert_non_null(name);
    for (unsigned type = 0; type <= UINT8_MAX; type++)
        for (size_t i = 0; i < sizeof odd; i++) {
            const uint8_t *at = octets;
            name[0] = (uint8_t)type;
            name[2] = name[17] = odd[i];
            X509 *x509 = d2i_X509(NULL, &at, DER_SIZE);
            ERR_clear_error();
            if (x509 == NULL)
                continue;
            struct certificate read;
            read_it(x509, &read);
            assert_memory_equal(read.issuer, "CN=", 3);
            assert_int_not_equal(strlen(read.issuer), 3);
            certificate_done(&read);
            X509_free(x509);
            taken++;
        }
    assert_true(taken >= sizeof odd); /* an IA5String takes every octet */
}

/* A common name of so many `a`, then so many `ü`. */
static size_t length_of_long(size_t letters, size_t umlauts)
{
    char text[TEXT_MAX], *at = text + letters;
    assert_true(letters + 2 * umlauts < sizeof text);
    memset(text, 'a', letters);
    for (size_t i = 0; i < umlauts; i++)
        at += sprintf(at, "\xc3\xbc");
    *at = '\0';
    struct part part = {NID_commonName, V_ASN1_UTF8STRING, text, -1};
    char *subject = subject_of(&part, 1);
    size_t length = strlen(subject);
    assert_memory_equal(subject, "CN=", 3);
    assert_memory_equal(subject + 3, text, length - 3);
    free(subject);
    return length;
}

static void test_long_subjects(void **state)
{
    (void)state;
    assert_int_equal(length_of_long(252, 0), 255);
    assert_int_equal(length_of_long(253, 0), 255);
    assert_int_equal(length_of_long(900, 0), 255);
    assert_int_equal(length_of_long(0, 400), 255);
    assert_int_equal(length_of_long(1, 400), 254); /* no half of a character */
}

/* --- DNS-IDs --- */

static void assert_names(const struct making *making, const char *expected, unsigned count)
{
    struct certificate read;
    read_it(certificates_make(making)->x509, &read);
    assert_string_equal(read.names, expected);
    assert_int_equal(read.name_count, count);
    certificate_done(&read);
}

static void test_names(void **state)
{
    (void)state;
    static const char octets[] = "a\0b \x1f!\"#[\\]~\x7f\x80\xff";
    assert_names(&(struct making){.subject = "mx.example.com"}, "[]", 0);
    assert_names(&(struct making){.names = "mx.example.com"}, "[\"mx.example.com\"]", 1);
    assert_names(&(struct making){.names = "MX.Example.com *.example.net"},
                 "[\"mx.example.com\",\"*.example.net\"]", 2);
    assert_names(&(struct making){.more = "IP:192.0.2.1,email:a@example.com,URI:x.example"}, "[]",
                 0);
    assert_names(&(struct making){.more = "IP:192.0.2.1,DNS:A.example,email:a@b.c,DNS:b.example"},
                 "[\"a.example\",\"b.example\"]", 2);
    assert_names(&(struct making){.octets = "", .size = 0}, "[\"\"]", 1);
    assert_names(&(struct making){.octets = octets, .size = sizeof octets - 1},
                 "[\"a\\\\000b\\\\032\\\\031!\\\\034#[\\\\092]~\\\\127\\\\128\\\\255\"]", 1);
}

/* The array of so many names `nNNN`. */
static void test_many_names(void **state)
{
    (void)state;
    for (unsigned count = CERTIFICATE_NAMES_MAX - 1; count <= CERTIFICATE_NAMES_MAX + 1; count++) {
        static char names[5 * (CERTIFICATE_NAMES_MAX + 1) + 1];
        static char expected[7 * (CERTIFICATE_NAMES_MAX + 1) + 3];
        char *at = names, *expected_at = expected;
        *expected_at++ = '[';
        for (unsigned i = 0; i < count; i++) {
            at += sprintf(at, i > 0 ? " n%03u" : "n%03u", i);
            if (i < CERTIFICATE_NAMES_MAX)
                expected_at += sprintf(expected_at, i > 0 ? ",\"n%03u\"" : "\"n%03u\"", i);
        }
        strcpy(expected_at, "]");
        assert_names(&(struct making){.names = names}, expected, count);
    }
}

static void test_long_names(void **state)
{
    (void)state;
    char name[CERTIFICATE_NAME_MAX + 1], expected[5 * CERTIFICATE_NAME_MAX + 5], *at = expected;
    memset(name, ' ', sizeof name); /* what takes the most room */
    at += sprintf(at, "[\"");
    for (size_t i = 0; i < CERTIFICATE_NAME_MAX; i++)
        at += sprintf(at, "\\\\032");
    strcpy(at, "\"]");
    assert_names(&(struct making){.octets = name, .size = CERTIFICATE_NAME_MAX}, expected, 1);
    assert_names(&(struct making){.octets = name, .size = CERTIFICATE_NAME_MAX + 1}, "[]", 1);
    assert_names(&(struct making){.names = "a", .octets = name, .size = CERTIFICATE_NAME_MAX + 1},
                 "[\"a\"]", 2);
}

/* Names that have the most octets each, as many as are kept. */
static void test_most_octets(void **state)
{
    (void)state;
    enum {
        ALL = (CERTIFICATE_NAME_MAX + 1) * CERTIFICATE_NAMES_MAX
    };
    char *names = malloc(ALL);
    assert_non_null(names);
    memset(names, 0x01, ALL);
    for (size_t at = CERTIFICATE_NAME_MAX; at < ALL; at += CERTIFICATE_NAME_MAX + 1)
        names[at] = ' ';
    names[ALL - 1] = '\0';
    struct certificate read;
    read_it(certificates_make(&(struct making){.names = names})->x509, &read);
    assert_int_equal(read.name_count, CERTIFICATE_NAMES_MAX);
    /* five octets for one, quotation marks, and a comma or a bracket */
    assert_int_equal(strlen(read.names),
                     (5 * CERTIFICATE_NAME_MAX + 3) * CERTIFICATE_NAMES_MAX + 1);
    certificate_done(&read);
    free(names);
}

static void test_broken_names(void **state)
{
    (void)state;
    X509 *x509 = X509_dup(certificates_make(&(struct making){.subject = "x"})->x509);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    assert_true(x509 != NULL && octets != NULL);
    assert_true(ASN1_OCTET_STRING_set(octets, (const unsigned char *)"\x30\x09xyz", 5));
    X509_EXTENSION *extension = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, octets);
    assert_true(extension != NULL && X509_add_ext(x509, extension, -1));
    struct certificate read;
    read_it(x509, &read);
    assert_string_equal(read.names, "[]");
    assert_int_equal(read.name_count, 0);
    certificate_done(&read);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(octets);
    X509_free(x509);
}

/* --- times --- */

static void test_times(void **state)
{
    (void)state;
    static const struct {
        int64_t from, until;
    } rows[] = {
        {1, 2},
        {INT64_C(-631152000), -1},                    /* 1950, the first UTCTime */
        {INT64_C(2524607999), INT64_C(2524608000)},   /* 2049, 2050: the other form */
        {INT64_C(4102444800), INT64_C(253402300799)}, /* 2100, 9999-12-31 23:59:59 */
        {CERTIFICATES_NOW, CERTIFICATES_NOW + DAY - 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct certificate read;
        read_it(certificates_make(
                    &(struct making){.subject = "x", .from = rows[i].from, .until = rows[i].until})
                    ->x509,
                &read);
        assert_int_equal(read.not_before, rows[i].from);
        assert_int_equal(read.not_after, rows[i].until);
        certificate_done(&read);
    }
}

static void test_no_times(void **state)
{
    (void)state;
    X509 *x509 = X509_dup(
        certificates_make(&(struct making){.subject = "x", .until = CERTIFICATES_NOW})->x509);
    assert_non_null(x509);
    assert_true(ASN1_STRING_set(X509_getm_notBefore(x509), "never", 5));
    struct certificate read;
    read_it(x509, &read);
    assert_int_equal(read.not_before, 0);
    assert_int_equal(read.not_after, CERTIFICATES_NOW);
    certificate_done(&read);
    X509_free(x509);
}

static int tear_down(void **state)
{
    (void)state;
    certificates_done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),        cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_any_type),     cmocka_unit_test(test_long_subjects),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_long_names),   cmocka_unit_test(test_most_octets),
        cmocka_unit_test(test_broken_names), cmocka_unit_test(test_times),
        cmocka_unit_test(test_no_times),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
