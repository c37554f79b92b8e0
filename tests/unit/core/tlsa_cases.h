/* tlsa_cases.h - what the tests of TLSA records share: objects and digests, a record of them.
 * Certificates and keys were made by the openssl command; known digests are those that the
 * certification authority's certificates give with it. */
#ifndef MXSURVEY_TESTS_TLSA_CASES_H
#define MXSURVEY_TESTS_TLSA_CASES_H

#include "crawler/core/tlsa.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

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
static inline struct tlsa_record record_of(unsigned usage, unsigned selector,
                                           unsigned matching_type, const char *hex,
                                           const char *more, uint8_t octets[OCTETS_MAX])
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

#endif
