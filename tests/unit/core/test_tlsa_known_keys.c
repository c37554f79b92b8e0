/* Keys of certification authorities that TLSA records are of, and what has become of them. */
#include "tests/unit/core/tlsa_cases.h"

static const struct key_case {
    unsigned usage, selector, matching_type;
    const char *data, *name; /* name: NULL, unknown */
    enum key_status status;
} key_cases[] = {
    /* the five `2 1 1` records of a post to the dane-users list: X3's, E1's, E2's, R3's, R4's keys
     */
    {2, 1, 1, X3_KEY, "Let's Encrypt X3", KEY_EXPIRED},
    {2, 1, 1, "276fe8a8c4ec7611565bf9fce6dcace9be320c1b5bea27596b2204071ed04f10",
     "Let's Encrypt E1", KEY_EXPIRED},
    {2, 1, 1, "bd936e72b212ef6f773102c6b77d38f94297322efc25396bc3279422e0c89270",
     "Let's Encrypt E2", KEY_EXPIRED},
    {2, 1, 1, "8d02536c887482bc34ff54e41d2ba659bf85b341a0a20afadb5813dcfbcf286d",
     "Let's Encrypt R3", KEY_EXPIRED},
    {2, 1, 1, "e5545e211347241891c554a03934cde9b749664a59d26d615fe58f77990f2d03",
     "Let's Encrypt R4", KEY_EXPIRED},
    {2, 1, 1, R10_KEY, "Let's Encrypt R10", KEY_RETIRED},
    {2, 1, 1, "2e8307068b6db620e4a39d068b5dee5d6ef5788cbb2c0b6d23ead84fcc17178c",
     "Let's Encrypt YR1", KEY_ACTIVE},
    {2, 1, 1, YE3_KEY, "Let's Encrypt YE3", KEY_BACKUP},
    {2, 0, 1, "25847d668eb4f04fdd40b12b6b0740c567da7d024308eb6c2c96fe41d9de218d",
     "Let's Encrypt X3", KEY_EXPIRED},
    {2, 0, 1, "7fdce3bf4103c2684b3adbb5792884bd45c75094c217788863950346f79c90a3",
     "Let's Encrypt X1", KEY_EXPIRED},
    /* whatever the usage, even one that is unusable */
    {3, 1, 1, X3_KEY, "Let's Encrypt X3", KEY_EXPIRED},
    {0, 1, 1, X3_KEY, "Let's Encrypt X3", KEY_EXPIRED},
    {255, 1, 1, X3_KEY, "Let's Encrypt X3", KEY_EXPIRED},
    /* a key's digest is no certificate's */
    {2, 0, 1, X3_KEY, NULL, KEY_STATUS_UNKNOWN},
    {2, 2, 1, X3_KEY, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 2, X3_KEY, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 3, X3_KEY, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 0, X3_KEY, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 1, HEX_32, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 1, HEX_31, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 1, "", NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 0, "", NULL, KEY_STATUS_UNKNOWN},
    /* whole, and by SHA-512 */
    {2, 1, 0, x2_key, "ISRG Root X2", KEY_ACTIVE},
    {2, 0, 0, x2_certificate, "ISRG Root X2", KEY_UNSENT},
    {2, 1, 2, x2_key_sha512, "ISRG Root X2", KEY_ACTIVE},
    {2, 0, 2, x2_certificate_sha512, "ISRG Root X2", KEY_UNSENT},
    {2, 1, 2,
     "8b0a0cbbe72552e12ab3c82cf13f4793e620c17bc534561b39e92f68d875d19f8e44d1711e01ce1142cec99a69f6"
     "3506075a6fdce196bfe89ecd495045121b11",
     "Let's Encrypt YE1", KEY_ACTIVE},
    {2, 0, 0, certificate, NULL, KEY_STATUS_UNKNOWN},
    {2, 1, 0, key, NULL, KEY_STATUS_UNKNOWN},
    /* roots: in no chain; crossed by another */
    {2, 1, 1, X1_KEY, "ISRG Root X1", KEY_UNSENT},
    {2, 0, 1, "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6", "ISRG Root X1",
     KEY_UNSENT},
    {2, 0, 1, "ee5f7abd6981bb0255632cd8f49283451b4b18844d12040b44ee00f07b8fe2c6", "ISRG Root X2",
     KEY_ACTIVE},
    {2, 0, 1, "00beaef280277e38999d3c60b27736e8f21e782c3d4b444ac34d465a7ab287c5", "ISRG Root X2",
     KEY_RETIRED},
    /* digests of no key, whatever the usage and the selector */
    {3, 1, 1, NOTHING_SHA256, "digest of nothing", KEY_JUNK},
    {2, 0, 1, NOTHING_SHA256, "digest of nothing", KEY_JUNK},
    {0, 255, 1, NOTHING_SHA256, "digest of nothing", KEY_JUNK},
    {3, 0, 2, NOTHING_SHA512, "digest of nothing", KEY_JUNK},
    {3, 1, 1, "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
     "digest of a newline", KEY_JUNK},
    {3, 1, 1, ZERO_32, "all zero", KEY_JUNK},
    {3, 1, 2, ZERO_32 ZERO_32, "all zero", KEY_JUNK},
    {3, 0, 1, "d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971",
     "example of RFC 6698", KEY_JUNK},
    {1, 1, 2,
     "92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a5029"
     "2bd58c9ebdd2f74e38fe51ffd48c43326cbc",
     "example of RFC 6698", KEY_JUNK},
    /* of the length of the other kind; or no digest at all */
    {3, 1, 2, NOTHING_SHA256, NULL, KEY_STATUS_UNKNOWN},
    {3, 1, 1, NOTHING_SHA512, NULL, KEY_STATUS_UNKNOWN},
    {3, 1, 0, ZERO_32, NULL, KEY_STATUS_UNKNOWN},
    {3, 1, 0, "0a", NULL, KEY_STATUS_UNKNOWN},
    {3, 255, 0, "0a", NULL, KEY_STATUS_UNKNOWN},
    {3, 1, 3, NOTHING_SHA256, NULL, KEY_STATUS_UNKNOWN},
};

static void known_keys(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof key_cases / sizeof *key_cases; i++) {
        const struct key_case *c = &key_cases[i];
        uint8_t octets[OCTETS_MAX];
        struct tlsa_record record =
            record_of(c->usage, c->selector, c->matching_type, c->data, "", octets);
        const struct ca_key *known = tlsa_known_key(&record);
        if ((known == NULL) != (c->name == NULL))
            fail_msg("case %u: %s", i, known == NULL ? "unknown" : known->name);
        if (known != NULL) {
            assert_string_equal(known->name, c->name);
            assert_int_equal(ca_key_status(known, NOVEMBER_2026), c->status);
        }
    }
}

/* A key's state goes by the dates of its own row alone, each a whole day in UTC. */
static const struct status_case {
    unsigned selector;
    const char *data;
    int64_t now;
    enum key_status status;
} status_cases[] = {
    /* YE1: in use from 2026-01-07, until 2028-09-02 */
    {1, YE1_KEY, INT64_MIN, KEY_BACKUP},
    {1, YE1_KEY, 1767743999, KEY_BACKUP}, /* 2026-01-06 23:59:59 */
    {1, YE1_KEY, 1767744000, KEY_ACTIVE},
    {1, YE1_KEY, NOVEMBER_2026, KEY_ACTIVE},
    {1, YE1_KEY, 1851551999, KEY_ACTIVE}, /* 2028-09-02 23:59:59 */
    {1, YE1_KEY, 1851552000, KEY_EXPIRED},
    {1, YE1_KEY, INT64_MAX, KEY_EXPIRED},
    /* YE3: never in use */
    {1, YE3_KEY, 1851551999, KEY_BACKUP},
    {1, YE3_KEY, 1851552000, KEY_EXPIRED},
    /* R10: in use from 2024-06-06, retired on 2025-08-20, until 2027-03-12 */
    {1, R10_KEY, 1717631999, KEY_BACKUP},
    {1, R10_KEY, 1717632000, KEY_ACTIVE},
    {1, R10_KEY, 1755647999, KEY_ACTIVE},
    {1, R10_KEY, 1755648000, KEY_RETIRED},
    {1, R10_KEY, 1804895999, KEY_RETIRED},
    {1, R10_KEY, 1804896000, KEY_EXPIRED},
    /* E9: never in use, retired on 2026-07-09 */
    {1, "f1440a9b76e1e41e53a4cb461329bf6337b419726be513e42e19f1c691c5d4b2", 1783555199, KEY_BACKUP},
    {1, "f1440a9b76e1e41e53a4cb461329bf6337b419726be513e42e19f1c691c5d4b2", 1783555200,
     KEY_RETIRED},
    /* X3: retired on 2020-12-04, until 2021-10-06 */
    {1, X3_KEY, 1607039999, KEY_ACTIVE},
    {1, X3_KEY, 1607040000, KEY_RETIRED},
    {1, X3_KEY, 1633564799, KEY_RETIRED},
    {1, X3_KEY, 1633564800, KEY_EXPIRED},
    /* ISRG Root X1: sent from 2021-05-04 to 2024-06-06, until 2035-06-04 */
    {1, X1_KEY, 1620086399, KEY_UNSENT},
    {1, X1_KEY, 1620086400, KEY_ACTIVE},
    {1, X1_KEY, 1717718399, KEY_ACTIVE},
    {1, X1_KEY, 1717718400, KEY_UNSENT},
    {1, X1_KEY, 2064614399, KEY_UNSENT},
    {1, X1_KEY, 2064614400, KEY_EXPIRED},
    /* Root YE: its key sent from 2026-05-13, until 2045-09-02; its certificate by ISRG Root
     * X2 until 2032-09-02 */
    {1, YE_KEY, 1778630399, KEY_UNSENT},
    {1, YE_KEY, 1778630400, KEY_ACTIVE},
    {1, YE_KEY, 1977782400, KEY_ACTIVE},
    {0, "0fc0901cca2bae9e9fdbb02d50d02f1094f7b36672086991b9e897626dc485f0", 1977782399, KEY_ACTIVE},
    {0, "0fc0901cca2bae9e9fdbb02d50d02f1094f7b36672086991b9e897626dc485f0", 1977782400,
     KEY_EXPIRED},
    /* of nothing, at all times */
    {1, NOTHING_SHA256, INT64_MIN, KEY_JUNK},
    {1, NOTHING_SHA256, INT64_MAX, KEY_JUNK},
};

static void states_of_keys(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof status_cases / sizeof *status_cases; i++) {
        const struct status_case *c = &status_cases[i];
        uint8_t octets[OCTETS_MAX];
        struct tlsa_record record = record_of(2, c->selector, 1, c->data, "", octets);
        const struct ca_key *known = tlsa_known_key(&record);
        assert_non_null(known);
        if (ca_key_status(known, c->now) != c->status)
            fail_msg("case %u: %s", i, key_status_word(ca_key_status(known, c->now)));
    }
}

/* A certificate that is not in the table, for a key that is: X2's, its last octet
 * (of the signature) changed. */
static void known_by_the_key_inside(void **state)
{
    (void)state;
    uint8_t octets[OCTETS_MAX];
    struct tlsa_record record = record_of(2, 0, 0, x2_certificate, "", octets);
    octets[3 + record.size - 1] ^= 1;
    const struct ca_key *known = tlsa_known_key(&record);
    assert_non_null(known);
    assert_string_equal(known->name, "ISRG Root X2");
}

/* A matching type that there is not is no digest, though its data be one. */
static void test_unknown_matching_type(void **state)
{
    (void)state;
    uint8_t digest[64];
    for (size_t i = 0; i < sizeof digest; i++) {
        unsigned octet;
        assert_int_equal(sscanf(x2_key_sha512 + 2 * i, "%2x", &octet), 1);
        digest[i] = (uint8_t)octet;
    }
    struct tlsa_record record = {.usage = TLSA_USAGE_TA,
                                 .selector = TLSA_SELECTOR_KEY,
                                 .matching_type = TLSA_MATCHING_SHA512,
                                 .size = sizeof digest,
                                 .data = digest};
    assert_non_null(tlsa_known_key(&record));
    record.matching_type = TLSA_MATCHING_SHA512 + 1;
    assert_null(tlsa_known_key(&record));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_matching_type),
        cmocka_unit_test(known_keys),
        cmocka_unit_test(states_of_keys),
        cmocka_unit_test(known_by_the_key_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
