/* Whole keys and certificates in TLSA records are DER: lengths, depths, tags (X.690 s10.1), in RSA
 * keys, which may have any modulus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/tlsa.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

enum {
    DER_MAX = 1200
};

/* Puts identifier and length before the octets at the end of der: in the fewest octets, or with
 * `more` of them than it takes. */
static size_t wrap(uint8_t *der, size_t begin, uint8_t identifier, unsigned more)
{
    size_t length = DER_MAX - begin, fewest = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
    size_t octets = fewest + more;
    for (size_t i = 0; i < octets; i++)
        der[--begin] = (uint8_t)(i < sizeof length ? length >> (8 * i) : 0);
    der[--begin] = (uint8_t)(octets > 0 ? 0x80 | octets : length);
    der[--begin] = identifier;
    return begin;
}

/* SubjectPublicKeyInfo (RFC 3279 s2.3.1) of a modulus of so many octets; nested: SEQUENCEs in each
 * other instead of the algorithm's NULL.  Returns where it begins. */
static size_t make_key(uint8_t der[DER_MAX], size_t modulus, unsigned more, unsigned nested)
{
    static const uint8_t exponent[] = {2, 3, 1, 0, 1}, null[] = {5, 0};
    static const uint8_t rsa[] = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1};
    uint8_t algorithm[DER_MAX];
    size_t at = DER_MAX;
    if (nested == 0)
        memcpy(algorithm + (at -= sizeof null), null, sizeof null);
    for (unsigned i = 0; i < nested; i++)
        at = wrap(algorithm, at, 0x30, 0);
    memcpy(algorithm + (at -= sizeof rsa), rsa, sizeof rsa);
    at = wrap(algorithm, at, 0x30, 0);
    size_t size = DER_MAX - at;
    /* wrap() takes all to the end: the modulus apart, then both */
    uint8_t integer[DER_MAX];
    memset(integer + DER_MAX - modulus, 0x55, modulus);
    size_t inside = wrap(integer, DER_MAX - modulus, 2, 0);
    size_t begin = inside - sizeof exponent;
    memcpy(der + begin, integer + inside, DER_MAX - inside);
    memcpy(der + DER_MAX - sizeof exponent, exponent, sizeof exponent);
    begin = wrap(der, begin, 0x30, 0);
    der[--begin] = 0; /* no unused bits */
    begin = wrap(der, begin, 3, 0);
    memcpy(der + (begin -= size), algorithm + at, size);
    return wrap(der, begin, 0x30, more);
}

static enum tlsa_reason judge_key(const uint8_t *der, size_t size)
{
    const struct tlsa_record record = {
        .usage = TLSA_USAGE_EE,
        .selector = TLSA_SELECTOR_KEY,
        .matching_type = TLSA_MATCHING_FULL,
        .size = (uint16_t)size,
        .data = der,
    };
    return tlsa_judge(&record);
}

static void test_der_lengths(void **state)
{
    (void)state;
    static uint8_t der[DER_MAX];
    for (size_t modulus = 64; modulus < 400; modulus++) {
        size_t begin = make_key(der, modulus, 0, 0);
        if (judge_key(der + begin, DER_MAX - begin) != TLSA_USABLE)
            fail_msg("a modulus of %zu octets", modulus);
        for (unsigned more = 1; more <= 3; more++) {
            begin = make_key(der, modulus, more, 0);
            if (judge_key(der + begin, DER_MAX - begin) != TLSA_REASON_MALFORMED)
                fail_msg("a modulus of %zu octets, %u more for its length", modulus, more);
        }
    }
}

static void test_der_depth(void **state)
{
    (void)state;
    static uint8_t der[DER_MAX];
    for (unsigned nested = 28; nested <= 33; nested++) { /* in two */
        size_t begin = make_key(der, 64, 0, nested);
        assert_int_equal(judge_key(der + begin, DER_MAX - begin),
                         nested + 2 <= 32 ? TLSA_USABLE : TLSA_REASON_MALFORMED);
    }
}

/* In memory of its own size: the address sanitizer sees a step too far. */
static enum tlsa_reason judge_tight(const uint8_t *der, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, der, size);
    enum tlsa_reason reason = judge_key(copy, size);
    free(copy);
    return reason;
}

static void test_cut_keys(void **state)
{
    (void)state;
    static uint8_t der[DER_MAX];
    static const size_t moduli[] = {64, 100, 130, 300};
    for (size_t i = 0; i < sizeof moduli / sizeof *moduli; i++) {
        size_t begin = make_key(der, moduli[i], 0, 0);
        assert_int_equal(judge_tight(der + begin, DER_MAX - begin), TLSA_USABLE);
        for (size_t size = 1; size < DER_MAX - begin; size++)
            assert_int_equal(judge_tight(der + begin, size), TLSA_REASON_MALFORMED);
    }
}

/* What OpenSSL's parsers take besides, as BER has it. */
static void test_ber(void **state)
{
    (void)state;
    static uint8_t der[DER_MAX + 2];
    for (size_t modulus = 64; modulus < 110; modulus++) { /* indefinite length, one is of 128 */
        size_t begin = make_key(der, modulus, 0, 0);
        begin += der[begin + 1] < 0x80 ? 0 : 1;
        der[begin] = 0x30;
        der[begin + 1] = 0x80;
        der[DER_MAX] = der[DER_MAX + 1] = 0;
        assert_int_equal(judge_tight(der + begin, DER_MAX + 2 - begin), TLSA_REASON_MALFORMED);
    }
    /* a string in parts */
    size_t begin = make_key(der, 64, 0, 0), bits = begin;
    while (der[bits] != 3)
        bits++;
    memmove(der + begin - 2, der + begin, bits - begin);
    begin -= 2;
    bits -= 2;
    der[bits] = 0x23;
    der[bits + 1] = (uint8_t)(DER_MAX - bits - 2);
    der[begin + 1] = (uint8_t)(der[begin + 1] + 2);
    assert_true(der[begin + 1] < 0x80 && der[bits + 1] < 0x80);
    assert_int_equal(judge_tight(der + begin, DER_MAX - begin), TLSA_REASON_MALFORMED);
    /* an object of one octet inside */
    begin = make_key(der, 64, 0, 1);
    for (size_t at = begin; at < DER_MAX - 1; at++) {
        if (der[at] == 0x30 && der[at + 1] == 0) { /* the empty SEQUENCE */
            memmove(der + begin - 1, der + begin, at + 2 - begin);
            der[at + 1] = 0;
            der[at] = 1;
            break;
        }
    }
    begin--;
    der[begin + 1]++; /* the whole, and the algorithm */
    der[begin + 3]++;
    assert_int_equal(judge_tight(der + begin, DER_MAX - begin), TLSA_REASON_MALFORMED);
}

/* A tag of two octets, 31, which no certificate has.  Instead of the algorithm's NULL, and so that
 * its second octet would be its length if it were a tag of one. */
static void test_long_tag(void **state)
{
    (void)state;
    static uint8_t der[DER_MAX];
    enum {
        TAG = 31,
        MORE = TAG /* octets than the NULL has */
    };
    size_t begin = make_key(der, 64, 0, 0), null = begin + 15;
    assert_memory_equal(der + null, "\5", 2);
    memmove(der + begin - MORE, der + begin, null - begin);
    begin -= MORE;
    null -= MORE;
    memset(der + null, 1, MORE + 2);
    der[null] = 0x1f;
    der[null + 1] = TAG;
    der[null + 2] = TAG - 1;                           /* the length */
    der[begin + 1] = (uint8_t)(der[begin + 1] + MORE); /* of the whole, and of the algorithm */
    der[begin + 3] = (uint8_t)(der[begin + 3] + MORE);
    assert_true(der[begin + 1] < 0x80);
    assert_int_equal(judge_tight(der + begin, DER_MAX - begin), TLSA_REASON_MALFORMED);
}

/* OpenSSL keeps a queue of errors for each thread: what was no object leaves none there. */
static void test_no_errors_are_left(void **state)
{
    (void)state;
    static const uint8_t octets[] = {0x30, 3, 2, 1, 1};
    struct tlsa_record record = {.usage = TLSA_USAGE_EE, .size = sizeof octets, .data = octets};
    for (unsigned selector = 0; selector < 2; selector++) {
        record.selector = (uint8_t)selector;
        assert_int_equal(tlsa_judge(&record), TLSA_REASON_MALFORMED);
        assert_int_equal(ERR_peek_error(), 0);
        assert_null(tlsa_known_key(&record));
        assert_int_equal(ERR_peek_error(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_der_lengths), cmocka_unit_test(test_der_depth),
        cmocka_unit_test(test_cut_keys),    cmocka_unit_test(test_ber),
        cmocka_unit_test(test_long_tag),    cmocka_unit_test(test_no_errors_are_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
