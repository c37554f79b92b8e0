#include "crawler/core/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint8_t octets_of(const char *text, uint8_t octets[16])
{
    uint8_t family = strchr(text, ':') != NULL ? 6 : 4;
    assert_int_equal(inet_pton(family == 6 ? AF_INET6 : AF_INET, text, octets), 1);
    return family;
}

/* first and last address of each block */
static const char *const special[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.0",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.255.255",
    "192.175.48.6",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "64:ff9b:1::",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::",
    "100::ffff:ffff:ffff:ffff",
    "100:0:0:1::",
    "2001::",
    "2001:0:ffff::1",
    "2001:1::1",
    "2001:2::",
    "2001:4:112::1",
    "2001:10::",
    "2001:20::",
    "2001:3f:ffff::",
    "2001:1ff:ffff::",
    "2001:db8::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::",
    "2002:ffff::1",
    "2620:4f:8000::1",
    "3fff::",
    "3fff:fff:ffff::1",
    "5f00::",
    "5f00:ffff::",
    "fc00::",
    "fdff:ffff::1",
    "fe80::",
    "febf:ffff::",
    "ff00::",
    "ff02::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

/* those just outside */
static const char *const global[] = {
    "1.0.0.0",         "8.8.8.8",         "9.255.255.255",
    "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
    "126.255.255.255", "128.0.0.0",       "169.253.255.255",
    "169.255.0.0",     "172.15.255.255",  "172.32.0.0",
    "191.255.255.255", "192.0.1.0",       "192.0.3.0",
    "192.31.195.255",  "192.31.197.0",    "192.52.192.255",
    "192.52.194.0",    "192.88.98.255",   "192.88.100.0",
    "192.167.255.255", "192.169.0.0",     "192.175.47.255",
    "192.175.49.0",    "198.17.255.255",  "198.20.0.0",
    "198.51.99.255",   "198.51.101.0",    "203.0.112.255",
    "203.0.114.0",     "223.255.255.255", "::2",
    "::fffe:0:0",      "::1:0:0:0",       "64:ff9b::1:0:0",
    "64:ff9b:2::",     "64:ff9a::",       "100:0:0:2::",
    "2001:200::",      "2001:db7:ffff::", "2001:db9::",
    "2001:4860::1",    "2003::",          "2620:4f:7fff::",
    "2620:4f:8001::",  "3fff:1000::",     "3ffe::",
    "5eff::",          "5f01::",          "fbff::",
    "fe00::",          "fe7f::",          "fec0::",
    "feff::",
};

static void test_special(void **state)
{
    (void)state;
    uint8_t octets[16];
    for (size_t i = 0; i < COUNT(special); i++) {
        uint8_t family = octets_of(special[i], octets);
        if (!address_is_special(family, octets))
            fail_msg("%s is special", special[i]);
    }
    for (size_t i = 0; i < COUNT(global); i++) {
        uint8_t family = octets_of(global[i], octets);
        if (address_is_special(family, octets))
            fail_msg("%s is not special", global[i]);
    }
}

static void test_text(void **state)
{
    (void)state;
    char text[ADDRESS_TEXT_MAX];
    assert_int_equal(address_to_text(4, (const uint8_t[]){192, 0, 2, 1}, text), 9);
    assert_string_equal(text, "192.0.2.1");
    for (unsigned octet = 0; octet < 256; octet++) {
        char expected[ADDRESS_TEXT_MAX];
        snprintf(expected, sizeof expected, "%u.%u.0.%u", octet, 255 - octet, octet);
        size_t length = address_to_text(
            4, (const uint8_t[]){(uint8_t)octet, (uint8_t)(255 - octet), 0, (uint8_t)octet}, text);
        assert_string_equal(text, expected);
        assert_int_equal(length, strlen(expected));
    }
    const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x0f};
    assert_int_equal(address_to_text(6, ipv6, text), 11);
    assert_string_equal(text, "2001:db8::f");
    const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 168, 100, 255};
    assert_int_equal(address_to_text(6, mapped, text), strlen("::ffff:192.168.100.255"));
    assert_string_equal(text, "::ffff:192.168.100.255");
    uint8_t longest[16];
    memset(longest, 0xff, sizeof longest);
    assert_int_equal(address_to_text(6, longest, text), 39);
}

static void test_from_text(void **state)
{
    (void)state;
    uint8_t octets[16];
    assert_int_equal(address_from_text("192.0.2.1", octets), 4);
    assert_memory_equal(octets, ((const uint8_t[]){192, 0, 2, 1}), address_size(4));
    assert_int_equal(address_from_text("2001:db8::ff", octets), 6);
    assert_memory_equal(octets, ((const uint8_t[16]){0x20, 1, 0xd, 0xb8, [15] = 0xff}),
                        address_size(6));
    assert_int_equal(address_from_text("192.0.2", octets), 0);
    assert_int_equal(address_from_text("", octets), 0);
}

static void test_blocks(void **state)
{
    static const struct {
        const char *text;
        uint8_t family, bits; /* family 0: no block */
    } cases[] = {
        {"192.0.2.1", 4, 32},
        {"192.0.2.0/24", 4, 24},
        {"192.0.2.1/32", 4, 32},
        {"0.0.0.0/0", 4, 0},
        {"192.0.2.0/9", 4, 9},
        {"2001:db8::", 6, 128},
        {"2001:db8::/32", 6, 32},
        {"::1/128", 6, 128},
        {"::/007", 6, 7},
        {"1111:2222:3333:4444:5555:6666:123.123.123.123/99", 6, 99},
        {.text = ""},
        {.text = "/24"},
        {.text = "192.0.2.0/"},
        {.text = "192.0.2.0/33"},
        {.text = "192.0.2.0/-1"},
        {.text = "192.0.2.0/1:"},
        {.text = "192.0.2.0/1/"},
        {.text = "192.0.2.0/1."},
        {.text = "192.0.2.0/ 1"},
        {.text = "192.0.2.0/24/"},
        {.text = "192.0.2.0/0024"},
        {.text = "2001:db8::/129"},
        {.text = "192.0.2/24"},
        {.text = "1111:2222:3333:4444:5555:6666:123.123.123.1234"},
    };
    (void)state;
    static const uint8_t none[16];
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct address_block block;
        memset(&block, 0xff, sizeof block);
        bool taken = address_block_from_text(cases[i].text, &block);
        if (taken != (cases[i].family != 0) ||
            (taken && (block.family != cases[i].family || block.bits != cases[i].bits)))
            fail_msg("%s", cases[i].text);
        if (taken)
            assert_memory_equal(block.octets + address_size(block.family), none,
                                sizeof none - address_size(block.family));
    }
}

static void test_what_blocks_have(void **state)
{
    static const struct {
        const char *block, *address;
        bool has;
    } cases[] = {
        {"198.51.100.0/22", "198.51.100.0", true},
        {"198.51.100.0/22", "198.51.103.255", true},
        {"198.51.100.0/22", "198.51.104.0", false},
        {"198.51.100.0/22", "198.51.99.255", false},
        {"198.51.101.1/22", "198.51.100.7", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"::/0", "203.0.113.1", false},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"::1", "::1", true},
        {"::1", "::2", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct address_block block;
        uint8_t octets[16];
        uint8_t family = octets_of(cases[i].address, octets);
        assert_true(address_block_from_text(cases[i].block, &block));
        if (address_block_has(&block, family, octets) != cases[i].has)
            fail_msg("%s, %s", cases[i].block, cases[i].address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_special),          cmocka_unit_test(test_text),
        cmocka_unit_test(test_from_text),        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_what_blocks_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
