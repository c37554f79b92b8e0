/* An address and a port, there and back. */
#include "crawler/base/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void there_and_back(void **state)
{
    static const struct {
        uint8_t family, octets[16];
        uint16_t port;
        const char *text;
        bool on_loopback;
    } cases[] = {
        {4, {192, 0, 2, 1}, 53, "192.0.2.1:53", false},
        {4, {127, 255, 0, 9}, 65535, "127.255.0.9:65535", true},
        {6, {0x20, 1, 0xd, 0xb8, [15] = 1}, 5300, "[2001:db8::1]:5300", false},
        {6, {[15] = 1}, 53, "[::1]:53", true},
        {6, {[10] = 0xff, 0xff, 127, 0, 0, 9}, 53, "[::ffff:127.0.0.9]:53", true},
        {6, {[10] = 0xff, 0xff, 192, 0, 2, 1}, 53, "[::ffff:192.0.2.1]:53", false},
        {6, {[12] = 127, 0, 0, 1}, 53, "[::127.0.0.1]:53", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sockaddr_storage endpoint;
        uint8_t octets[16] = {0};
        char text[ENDPOINT_TEXT_MAX];
        socklen_t size = endpoint_make(cases[i].family, cases[i].octets, cases[i].port, &endpoint);
        assert_int_equal(size, cases[i].family == 4 ? sizeof(struct sockaddr_in)
                                                    : sizeof(struct sockaddr_in6));
        assert_int_equal(endpoint_address(&endpoint, octets), cases[i].family);
        assert_memory_equal(octets, cases[i].octets, sizeof octets);
        endpoint_to_text(&endpoint, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(endpoint_on_loopback((const struct sockaddr *)&endpoint),
                         cases[i].on_loopback);
    }
}

static void the_longest_text_has_room(void **state)
{
    struct sockaddr_storage endpoint;
    uint8_t octets[16];
    char text[ENDPOINT_TEXT_MAX];
    (void)state;
    memset(octets, 0xff, sizeof octets);
    endpoint_make(6, octets, 65535, &endpoint);
    endpoint_to_text(&endpoint, text);
    assert_string_equal(text, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(the_longest_text_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
