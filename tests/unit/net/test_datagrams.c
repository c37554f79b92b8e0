/* Datagrams through two real sockets: what was put is what arrives, whatever the box. */
#include "crawler/net/lookup/datagrams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>

struct pair {
    int here, there;
    struct sockaddr_in there_address;
    struct datagrams *datagrams;
};

static int bound_socket(struct sockaddr_in *ret_address)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof *ret_address;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), room = 1 << 20;
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)ret_address, &size), 0);
    return fd;
}

static int connect_pair(void **state)
{
    static struct pair pair;
    struct sockaddr_in here_address;
    pair.there = bound_socket(&pair.there_address);
    pair.here = bound_socket(&here_address);
    assert_int_equal(
        connect(pair.here, (struct sockaddr *)&pair.there_address, sizeof pair.there_address), 0);
    assert_int_equal(connect(pair.there, (struct sockaddr *)&here_address, sizeof here_address), 0);
    pair.datagrams = datagrams_new();
    *state = &pair;
    return pair.datagrams == NULL;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    datagrams_free(pair->datagrams);
    close(pair->here);
    if (pair->there >= 0)
        close(pair->there);
    return 0;
}

enum {
    COUNT = 500
};

/* Number i has its number and then octets of its own; lengths repeat often, seldom and once. */
static size_t make(unsigned i, uint8_t ret[DATAGRAM_OUT_MAX])
{
    size_t size = i == 77 ? DATAGRAM_OUT_MAX : i % 3 == 0 ? 40 : 20 + i % 61;
    memset(ret, (int)(i * 7), size);
    memcpy(ret, &i, sizeof i);
    return size;
}

static void take_all(int fd, bool seen[COUNT])
{
    uint8_t got[2048], expected[DATAGRAM_OUT_MAX];
    ssize_t size;
    while ((size = recv(fd, got, sizeof got, 0)) >= 0) {
        unsigned i;
        memcpy(&i, got, sizeof i);
        assert_true(i < COUNT && !seen[i]);
        assert_int_equal(size, make(i, expected));
        assert_memory_equal(got, expected, (size_t)size);
        seen[i] = true;
    }
}

/* What is longer than the box holds is cut, and says so. */
static void what_is_too_long_is_truncated(void **state)
{
    struct pair *pair = *state;
    static uint8_t message[DATAGRAM_IN_MAX + 1];
    size_t size;
    memset(message, 0x81, sizeof message);
    message[2] = 0x81; /* QR, RD */
    assert_int_equal(send(pair->there, message, DATAGRAM_IN_MAX, 0), DATAGRAM_IN_MAX);
    assert_int_equal(send(pair->there, message, sizeof message, 0), sizeof message);
    assert_int_equal(datagrams_fetch(pair->datagrams, pair->here), 2);
    assert_int_equal(datagrams_take(pair->datagrams, &size)[2], 0x81);
    assert_int_equal(size, DATAGRAM_IN_MAX);
    assert_int_equal(datagrams_take(pair->datagrams, &size)[2], 0x83);
    assert_int_equal(size, DATAGRAM_IN_MAX);
}

static void each_datagram_arrives_once_and_whole(void **state)
{
    struct pair *pair = *state;
    uint8_t octets[DATAGRAM_OUT_MAX];
    bool seen[COUNT] = {false};
    assert_false(datagrams_wait(pair->datagrams));
    for (unsigned i = 0; i < COUNT; i++) {
        size_t size = make(i, octets);
        assert_true(datagrams_put(pair->datagrams, pair->here, octets, size));
        if (i == 10)
            take_all(pair->there, seen);
    }
    assert_false(seen[0]); /* it waited for more */
    assert_true(datagrams_wait(pair->datagrams));
    assert_int_equal(datagrams_flush(pair->datagrams), 0);
    assert_false(datagrams_wait(pair->datagrams));
    take_all(pair->there, seen);
    for (unsigned i = 0; i < COUNT; i++)
        assert_true(seen[i]);
    assert_int_equal(datagrams_flush(pair->datagrams), 0);
}

/* A socket without checksums, of which the kernel cuts no messages. */
static int connect_uncut_pair(void **state)
{
    int failed = connect_pair(state), yes = 1;
    const struct pair *pair = *state;
    assert_int_equal(setsockopt(pair->here, SOL_SOCKET, SO_NO_CHECK, &yes, sizeof yes), 0);
    return failed;
}

static void the_system_refuses_to_cut(int fd)
{
    int size = 20;
    char octets[40] = {0};
    assert_int_equal(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size), 0);
    assert_int_equal(send(fd, octets, sizeof octets, 0), -1);
    assert_int_equal(errno, EINVAL);
    size = 0;
    assert_int_equal(setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size), 0);
}

/* Twice: when it is found out, and when it is known. */
static void each_arrives_where_the_system_cannot_cut(void **state)
{
    const struct pair *pair = *state;
    the_system_refuses_to_cut(pair->here);
    each_datagram_arrives_once_and_whole(state);
    each_datagram_arrives_once_and_whole(state);
}

static void a_long_one_is_refused(void **state)
{
    struct pair *pair = *state;
    uint8_t octets[DATAGRAM_OUT_MAX + 1] = {0};
    assert_false(datagrams_put(pair->datagrams, pair->here, octets, sizeof octets));
    assert_int_equal(datagrams_flush(pair->datagrams), 0);
}

/* Of a box: datagrams from number `first` on, so many. */
static void assert_all_ahead(const struct datagrams *datagrams, unsigned first, unsigned count)
{
    uint8_t octets[DATAGRAM_OUT_MAX];
    size_t length;
    for (unsigned i = 0; i < count; i++) {
        size_t size = make(first + i, octets);
        const uint8_t *ahead = datagrams_peek(datagrams, i, &length);
        assert_non_null(ahead);
        assert_int_equal(length, size);
        assert_memory_equal(ahead, octets, size);
    }
    assert_null(datagrams_peek(datagrams, count, &length));
}

static void answers_come_one_by_one(void **state)
{
    struct pair *pair = *state;
    uint8_t octets[DATAGRAM_OUT_MAX];
    unsigned next = 0;
    int count;
    for (unsigned i = 0; i < 100; i++)
        assert_true(send(pair->there, octets, make(i, octets), 0) > 0);
    while ((count = datagrams_fetch(pair->datagrams, pair->here)) > 0) {
        /* 100 are three full boxes and a rest */
        assert_int_equal(count, 100 - next < DATAGRAMS_IN_COUNT ? 100 - next : DATAGRAMS_IN_COUNT);
        for (int i = 0; i < count; i++) {
            assert_all_ahead(pair->datagrams, next, (unsigned)(count - i));
            size_t length, size = make(next++, octets);
            const uint8_t *seen = datagrams_peek(pair->datagrams, 0, &length);
            assert_int_equal(length, size);
            const uint8_t *got = datagrams_take(pair->datagrams, &length);
            assert_ptr_equal(got, seen);
            assert_non_null(got);
            assert_int_equal(length, size);
            assert_memory_equal(got, octets, size);
        }
        size_t length;
        assert_null(datagrams_take(pair->datagrams, &length));
    }
    assert_int_equal(next, 100);
    assert_int_equal(count, -1);
    assert_int_equal(errno, EAGAIN);
}

static void what_is_forgotten_is_gone(void **state)
{
    struct pair *pair = *state;
    uint8_t octets[DATAGRAM_OUT_MAX];
    size_t length;
    for (unsigned i = 0; i < 3; i++)
        assert_true(send(pair->there, octets, make(i, octets), 0) > 0);
    assert_int_equal(datagrams_fetch(pair->datagrams, pair->here), 3);
    assert_non_null(datagrams_take(pair->datagrams, &length));
    datagrams_forget(pair->datagrams);
    assert_null(datagrams_take(pair->datagrams, &length));
}

static void nobody_there_is_told(void **state)
{
    struct pair *pair = *state;
    uint8_t octets[DATAGRAM_OUT_MAX];
    close(pair->there);
    pair->there = -1;
    unsigned errors = 0;
    for (unsigned i = 0; i < 3; i++) {
        assert_true(datagrams_put(pair->datagrams, pair->here, octets, make(i, octets)));
        errors += datagrams_flush(pair->datagrams);
    }
    assert_true(errors > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_too_long_is_truncated, connect_pair, close_pair),
        cmocka_unit_test_setup_teardown(each_datagram_arrives_once_and_whole, connect_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(each_arrives_where_the_system_cannot_cut,
                                        connect_uncut_pair, close_pair),
        cmocka_unit_test_setup_teardown(a_long_one_is_refused, connect_pair, close_pair),
        cmocka_unit_test_setup_teardown(answers_come_one_by_one, connect_pair, close_pair),
        cmocka_unit_test_setup_teardown(what_is_forgotten_is_gone, connect_pair, close_pair),
        cmocka_unit_test_setup_teardown(nobody_there_is_told, connect_pair, close_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
