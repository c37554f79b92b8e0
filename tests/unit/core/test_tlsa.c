/* Cases of TLSA records: usability (RFC 7672 s3.1, RFC 6698 s4.1, RFC 7671 s9),
 * digest agility, known keys.  Certificates and keys were made by the openssl
 * command; known digests are those that the certification authority's certificates
 * give with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/tlsa.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* DER: a certificate for mail.example.org, its key; ISRG Root X2's own certificate, its key */
static const char certificate[] =
    "3082018b30820131a003020102021449df0c0f6afd1e676c9cb4e5d3267d5046f5459b300a06082a8648ce3d04"
    "0302301b3119301706035504030c106d61696c2e6578616d706c652e6f7267301e170d32363131323332303237"
    "34375a170d3336313132303230323734375a301b3119301706035504030c106d61696c2e6578616d706c652e6f"
    "72673059301306072a8648ce3d020106082a8648ce3d03010703420004e0d211cad5aefb48d6221e94f4c1bb5b"
    "f289e6ac92e57aa4320c25a79f593cfa9abbf4cc97e8e06e0c752c69de720b44c39cc0abeadf70321e5d15280d"
    "9631f6a3533051301d0603551d0e04160414ab2d9367cae31c32f9b16d6f61d9f0cf4ef1f3e3301f0603551d23"
    "041830168014ab2d9367cae31c32f9b16d6f61d9f0cf4ef1f3e3300f0603551d130101ff040530030101ff300a"
    "06082a8648ce3d0403020348003045022100e71b6f028e5e7554df4ed88bff1aad74c3418b1b89c176eb139b9c"
    "ece498b71b02202a36cd8866616e219b379f56f3ef3386de493b482009e6dfbbe823f7ffab5548";
static const char key[] =
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004e0d211cad5aefb48d6221e94f4c1bb5bf289"
    "e6ac92e57aa4320c25a79f593cfa9abbf4cc97e8e06e0c752c69de720b44c39cc0abeadf70321e5d15280d9631"
    "f6";
static const char x2_certificate[] =
    "3082021b308201a1a003020102021041d29dd172eaeea780c12c6ce92f8752300a06082a8648ce3d040303304f"
    "310b300906035504061302555331293027060355040a1320496e7465726e657420536563757269747920526573"
    "65617263682047726f7570311530130603550403130c4953524720526f6f74205832301e170d32303039303430"
    "30303030305a170d3430303931373136303030305a304f310b300906035504061302555331293027060355040a"
    "1320496e7465726e65742053656375726974792052657365617263682047726f7570311530130603550403130c"
    "4953524720526f6f742058323076301006072a8648ce3d020106052b8104002203620004cd9bd59f80830aec09"
    "4af3164a3e5ccf77acde67050d1d07b6dc16fb5a8b14dbe27160c4ba459511898eea06dff72a161ca4b9c5c532"
    "e003e01e8218388bd745d80a6a6ee60077fb02517d22d80a6e9a5b77dff0fa41ec39dc75ca68070c1feaa34230"
    "40300e0603551d0f0101ff040403020106300f0603551d130101ff040530030101ff301d0603551d0e04160414"
    "7c4296aede4b483bfa92f89e8ccf6d8ba9723795300a06082a8648ce3d040303036800306502307b794e465084"
    "c24487461b4570ff5899def4fda4d255a6202d74d634bc41a3505f012756b4be277506af122e75988dfc023100"
    "8bf5776cd4c865aae00b2cee149d2737a4f953a551e42983d7f890315b429f0af5feae0068e78c490fb66f5b5b"
    "15f2e7";
static const char x2_key[] =
    "3076301006072a8648ce3d020106052b8104002203620004cd9bd59f80830aec094af3164a3e5ccf77acde6705"
    "0d1d07b6dc16fb5a8b14dbe27160c4ba459511898eea06dff72a161ca4b9c5c532e003e01e8218388bd745d80a"
    "6a6ee60077fb02517d22d80a6e9a5b77dff0fa41ec39dc75ca68070c1fea";
static const char x2_key_sha512[] =
    "2be19312b0b05d20d7edccf16eb355a8f6546bf7fa2b164ca0a20092dd542370b5cc1feedf2aa0c14b879cd017"
    "f123bb4251346bdbeec2480e19c91bc0488883";
static const char x2_certificate_sha512[] =
    "2bfbc06bdba0864bac09e5de0be19d67f5640b754c8f1442a6afb9ddbf8e03bd31063bfc01dc638f87ae8a8215"
    "ef37f94ce679291b050e44599d5fac564c6931";

#define HEX_32         "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX_31         "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e"
#define X3_KEY         "60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18"
#define R10_KEY        "2bbad93ab5c79279ec121507f272cbe0c6647a3aae52e22f388afab426b4adba"
#define X1_KEY         "0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3"
#define YE_KEY         "b0292ae545978e0fbb98abbd94c861605e5b18bb32ed523f50d5b7b5c71d47bc"
#define YE1_KEY        "6ebcefb4210b088654a38b03fea3d7d1c711b4fb1ddc363a45f9b1a4e53da01e"
#define YE3_KEY        "a698a20824be04e47a1a33c4fa488731be92011f23a31e900e2ca26c9c2acfce"
#define NOTHING_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define NOTHING_SHA512                                                                             \
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"                             \
    "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
#define ZERO_32 "0000000000000000000000000000000000000000000000000000000000000000"

enum {
    OCTETS_MAX = 2048,
    NOVEMBER_2026 = 1795737600 /* 2026-11-27 */
};

/* A record from its numbers and hexadecimal texts, one after the other. */
static struct tlsa_record record_of(unsigned usage, unsigned selector, unsigned matching_type,
                                    const char *hex, const char *more, uint8_t octets[OCTETS_MAX])
{
    size_t size = 0;
    const char *const parts[] = {hex, more};
    for (unsigned part = 0; part < 2; part++) {
        for (const char *at = parts[part]; *at != '\0'; at += 2) {
            unsigned octet;
            assert_true(size < OCTETS_MAX - 3);
            assert_int_equal(sscanf(at, "%2x", &octet), 1);
            octets[3 + size++] = (uint8_t)octet;
        }
    }
    struct tlsa_record ret;
    octets[0] = (uint8_t)usage;
    octets[1] = (uint8_t)selector;
    octets[2] = (uint8_t)matching_type;
    assert_true(tlsa_read(octets, size + 3, &ret));
    assert_int_equal(ret.usage, usage);
    assert_int_equal(ret.selector, selector);
    assert_int_equal(ret.matching_type, matching_type);
    assert_int_equal(ret.size, size);
    return ret;
}

static const struct usability_case {
    unsigned usage, selector, matching_type;
    const char *data, *more;
    enum tlsa_reason reason;
} usability_cases[] = {
    {3, 1, 1, HEX_32, "", TLSA_USABLE},
    {3, 1, 2, HEX_32, HEX_32, TLSA_USABLE},
    {3, 0, 1, HEX_32, "", TLSA_USABLE},
    {3, 0, 2, HEX_32, HEX_32, TLSA_USABLE},
    {2, 0, 1, HEX_32, "", TLSA_USABLE},
    {2, 1, 1, HEX_32, "", TLSA_USABLE},
    {2, 1, 2, HEX_32, HEX_32, TLSA_USABLE},
    {2, 0, 0, certificate, "", TLSA_USABLE},
    {3, 0, 0, certificate, "", TLSA_USABLE},
    {2, 1, 0, key, "", TLSA_USABLE},
    {3, 1, 0, key, "", TLSA_USABLE},
    {2, 0, 0, x2_certificate, "", TLSA_USABLE},
    {2, 1, 0, x2_key, "", TLSA_USABLE},
    /* the first reason counts */
    {0, 1, 1, HEX_32, "", TLSA_REASON_USAGE},
    {1, 1, 1, HEX_32, "", TLSA_REASON_USAGE},
    {4, 1, 1, HEX_32, "", TLSA_REASON_USAGE},
    {255, 255, 255, "", "", TLSA_REASON_USAGE},
    {3, 2, 1, HEX_32, "", TLSA_REASON_SELECTOR},
    {3, 255, 255, "", "", TLSA_REASON_SELECTOR},
    {3, 1, 3, HEX_32, "", TLSA_REASON_MATCHING_TYPE},
    {3, 1, 255, "", "", TLSA_REASON_MATCHING_TYPE},
    {3, 1, 1, HEX_31, "", TLSA_REASON_LENGTH},
    {3, 1, 1, HEX_32, "00", TLSA_REASON_LENGTH},
    {3, 1, 1, HEX_32, HEX_32, TLSA_REASON_LENGTH},
    {3, 1, 2, HEX_32, "", TLSA_REASON_LENGTH},
    {3, 1, 2, HEX_32, HEX_31, TLSA_REASON_LENGTH},
    {3, 1, 2, HEX_32, HEX_32 "00", TLSA_REASON_LENGTH},
    {3, 1, 0, "", "", TLSA_REASON_MALFORMED},
    {3, 1, 1, "", "", TLSA_REASON_MALFORMED},
    {3, 1, 2, "", "", TLSA_REASON_MALFORMED},
    {3, 0, 0, key, "", TLSA_REASON_MALFORMED},
    {3, 1, 0, certificate, "", TLSA_REASON_MALFORMED},
    {3, 0, 0, certificate, "00", TLSA_REASON_MALFORMED},
    {3, 1, 0, key, "00", TLSA_REASON_MALFORMED},
    {3, 1, 0, HEX_32, "", TLSA_REASON_MALFORMED},
    {3, 0, 0, "3000", "", TLSA_REASON_MALFORMED},
    {3, 0, 0, "30", "", TLSA_REASON_MALFORMED},
};

static void usability(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof usability_cases / sizeof *usability_cases; i++) {
        const struct usability_case *c = &usability_cases[i];
        uint8_t octets[OCTETS_MAX];
        struct tlsa_record record =
            record_of(c->usage, c->selector, c->matching_type, c->data, c->more, octets);
        if (tlsa_judge(&record) != c->reason)
            fail_msg("case %u: %s", i, tlsa_reason_word(tlsa_judge(&record)));
    }
}

static void whole_objects_cut_short(void **state)
{
    (void)state;
    const char *const objects[] = {certificate, key};
    for (unsigned selector = 0; selector < 2; selector++) {
        uint8_t octets[OCTETS_MAX];
        struct tlsa_record record = record_of(3, selector, 0, objects[selector], "", octets);
        while (--record.size > 0)
            assert_int_equal(tlsa_judge(&record), TLSA_REASON_MALFORMED);
    }
}

/* An object with some of its hexadecimal digits replaced, or more behind it. */
static const struct not_der_case {
    unsigned selector;
    const char *object;
    size_t at, replaced;
    const char *by, *behind;
} not_der_cases[] = {
    /* BER that OpenSSL reads.  The whole: of indefinite length, lengths of too many octets */
    {0, certificate, 2, 6, "80", "0000"},
    {0, certificate, 2, 6, "8300018b", ""},
    {1, key, 2, 2, "80", "0000"},
    {1, key, 2, 2, "8159", ""},
    {1, key, 2, 2, "820059", ""},
    /* inside: the TBSCertificate, its serial number, the key's algorithm */
    {0, certificate, 2, 14, "82018c3083000131", ""},
    {0, certificate, 2, 28, "82018c30820132a003020102028114", ""},
    {1, key, 2, 6, "5a308113", ""},
    {1, key, 2, 44, "5b308006072a8648ce3d020106082a8648ce3d0301070000", ""},
    /* a bit string in parts: constructed */
    {1, key, 2, 50, "5b301306072a8648ce3d020106082a8648ce3d03010723440342", ""},
    /* lengths of lengths that are too long, or reserved */
    {1, key, 2, 2, "8400000059", ""},
    {1, key, 2, 2, "ff", ""},
    /* a certificate whose key is of an algorithm that is not known */
    {0, certificate, 282, 18, "06072a8648ce3d0209", ""},
};

static void not_der(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof not_der_cases / sizeof *not_der_cases; i++) {
        const struct not_der_case *c = &not_der_cases[i];
        uint8_t octets[OCTETS_MAX];
        char hex[2 * OCTETS_MAX];
        snprintf(hex, sizeof hex, "%.*s%s%s%s", (int)c->at, c->object, c->by,
                 c->object + c->at + c->replaced, c->behind);
        struct tlsa_record record = record_of(3, c->selector, 0, hex, "", octets);
        if (tlsa_judge(&record) != TLSA_REASON_MALFORMED)
            fail_msg("case %u: usable", i);
    }
}

static void too_short_to_read(void **state)
{
    (void)state;
    const uint8_t octets[3] = {3, 1, 1};
    struct tlsa_record record;
    assert_false(tlsa_read(octets, 0, &record));
    assert_false(tlsa_read(octets, 2, &record));
    assert_true(tlsa_read(octets, 3, &record));
    assert_int_equal(record.size, 0);
}

/* "USAGE SELECTOR MATCHING" of each record, `!` before unusable ones; e: effective */
static const struct agility_case {
    const char *records, *effective;
} agility_cases[] = {
    {"310 311 312", "e-e"}, /* the example of RFC 7671 s9 */
    {"311 312", "-e"},
    {"312 311 312", "e-e"},
    {"311", "e"},
    {"310", "e"},
    {"311 !312", "e-"}, /* what is unusable does not count */
    {"!312 !311", "--"},
    {"311 302", "ee"}, /* for each usage and selector */
    {"311 212", "ee"},
    {"301 302 311 211 212", "-ee-e"},
    {"!012 211 !112 311", "-e-e"}, /* usage 0 is not 2, nor 1 3 */
    {"", ""},
};

static void digest_agility(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof agility_cases / sizeof *agility_cases; i++) {
        const char *at = agility_cases[i].records;
        struct tlsa_record records[8];
        bool usable[8], effective[8];
        char said[9] = "";
        unsigned count = 0;
        while (*at != '\0') {
            usable[count] = *at != '!';
            at += *at == '!';
            records[count] = (struct tlsa_record){.usage = (uint8_t)(at[0] - '0'),
                                                  .selector = (uint8_t)(at[1] - '0'),
                                                  .matching_type = (uint8_t)(at[2] - '0')};
            count++;
            at += at[3] == ' ' ? 4 : 3;
        }
        tlsa_effective(records, usable, count, effective);
        for (unsigned j = 0; j < count; j++)
            said[j] = effective[j] ? 'e' : '-';
        if (strcmp(said, agility_cases[i].effective) != 0)
            fail_msg("%s: %s", agility_cases[i].records, said);
        tlsa_effective(records, usable, count, usable); /* in place */
        assert_memory_equal(usable, effective, count * sizeof *usable);
    }
}

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

static void order(void **state)
{
    (void)state;
    static const char *const sorted[] = {"2 0 1 00",   "2 1 0 ffff", "2 1 1 ff",
                                         "2 1 1 0001", "2 1 1 0002", "3 0 0 "};
    uint8_t octets[6][OCTETS_MAX];
    struct tlsa_record records[6];
    for (unsigned i = 0; i < 6; i++)
        records[i] = record_of((unsigned)(sorted[i][0] - '0'), (unsigned)(sorted[i][2] - '0'),
                               (unsigned)(sorted[i][4] - '0'), sorted[i] + 6, "", octets[i]);
    for (unsigned i = 0; i < 6; i++) {
        for (unsigned j = 0; j < 6; j++) {
            int compared = tlsa_compare(&records[i], &records[j]);
            assert_int_equal((compared > 0) - (compared < 0), (i > j) - (i < j));
        }
    }
}

/* --- lengths and depths of DER (X.690 s10.1), in RSA keys, which may have any modulus --- */

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

/* RFC 7671 s9: of one usage and selector the strongest digest, in whatever order. */
static void test_agility_of_each_kind(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        struct tlsa_record records[2] = {{.usage = (uint8_t)(2 + kind / 2),
                                          .selector = (uint8_t)(kind % 2),
                                          .matching_type = TLSA_MATCHING_SHA256}};
        const bool usable[2] = {true, true};
        bool effective[2];
        tlsa_effective(records, usable, 1, effective);
        assert_true(effective[0]);
        for (unsigned order = 0; order < 2; order++) {
            records[1] = records[0];
            records[order].matching_type = TLSA_MATCHING_SHA512;
            records[!order].matching_type = TLSA_MATCHING_SHA256;
            tlsa_effective(records, usable, 2, effective);
            assert_true(effective[order]);
            assert_false(effective[!order]);
        }
    }
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

/* RDATA of up to 65535 octets (RFC 1035 s3.2.1), and what has no room for its three numbers */
static void test_sizes(void **state)
{
    (void)state;
    static uint8_t rdata[UINT16_MAX + 1] = {3, 1, 1};
    struct tlsa_record record;
    assert_false(tlsa_read(rdata, 2, &record));
    assert_true(tlsa_read(rdata, 3, &record));
    assert_int_equal(record.size, 0);
    assert_true(tlsa_read(rdata, UINT16_MAX, &record));
    assert_int_equal(record.size, UINT16_MAX - 3);
    assert_false(tlsa_read(rdata, UINT16_MAX + 1, &record));
}

static void test_order(void **state)
{
    (void)state;
    static const struct tlsa_record rising[] = {
        {.usage = 2, .selector = 1, .matching_type = 2, .size = 2, .data = (const uint8_t *)"zz"},
        {.usage = 3, .selector = 0, .matching_type = 2, .size = 2, .data = (const uint8_t *)"zz"},
        {.usage = 3, .selector = 1, .matching_type = 0, .size = 2, .data = (const uint8_t *)"zz"},
        {.usage = 3, .selector = 1, .matching_type = 1, .size = 0, .data = NULL},
        {.usage = 3, .selector = 1, .matching_type = 1, .size = 1, .data = (const uint8_t *)"a"},
        {.usage = 3, .selector = 1, .matching_type = 1, .size = 1, .data = (const uint8_t *)"b"},
        {.usage = 3, .selector = 1, .matching_type = 1, .size = 2, .data = (const uint8_t *)"aa"},
    };
    for (int i = 0; i < (int)(sizeof rising / sizeof *rising); i++) {
        for (int j = 0; j < (int)(sizeof rising / sizeof *rising); j++) {
            struct tlsa_record other = rising[j];
            int order = tlsa_compare(&rising[i], &other);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_der_lengths),
        cmocka_unit_test(test_der_depth),
        cmocka_unit_test(test_cut_keys),
        cmocka_unit_test(test_ber),
        cmocka_unit_test(test_long_tag),
        cmocka_unit_test(test_no_errors_are_left),
        cmocka_unit_test(test_agility_of_each_kind),
        cmocka_unit_test(test_unknown_matching_type),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(usability),
        cmocka_unit_test(whole_objects_cut_short),
        cmocka_unit_test(not_der),
        cmocka_unit_test(too_short_to_read),
        cmocka_unit_test(digest_agility),
        cmocka_unit_test(known_keys),
        cmocka_unit_test(states_of_keys),
        cmocka_unit_test(known_by_the_key_inside),
        cmocka_unit_test(order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
