/* Cases of TLSA records: usability (RFC 7672 s3.1, RFC 6698 s4.1, RFC 7671 s9), digest agility,
 * sizes, order. */
#include "tests/unit/core/tlsa_cases.h"

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
        cmocka_unit_test(test_agility_of_each_kind),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_order),
        cmocka_unit_test(usability),
        cmocka_unit_test(whole_objects_cut_short),
        cmocka_unit_test(not_der),
        cmocka_unit_test(too_short_to_read),
        cmocka_unit_test(digest_agility),
        cmocka_unit_test(order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
