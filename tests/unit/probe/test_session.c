/* One meeting, against a server that says what a script has.  TLS is tests/e2e/test_probe's. */
#include "crawler/probe/session.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <cmocka.h>

enum {
    HEARD_MAX = 4096,
    DRIP_MS = 20,
};

static const struct session_limits short_limits = {
    .connect_ms = 2000, .reply_ms = 600, .all_ms = 2000, .leave_ms = 300};

/* What is said before the first command, and after each. */
struct script {
    const char *says[6];
    bool drips;  /* an octet at a time */
    bool closes; /* behind the last line; else it waits for the client's end */
    int listening;
    uint16_t port;
    char heard[HEARD_MAX];
    pthread_t thread;
};

static void say(const struct script *script, int connection, const char *text)
{
    if (!script->drips) {
        (void)!write(connection, text, strlen(text));
        return;
    }
    for (; *text != '\0' && send(connection, text, 1, MSG_NOSIGNAL) == 1; text++)
        usleep(DRIP_MS * 1000);
}

/* A line, added to what was heard; false: the client's end. */
static bool hear(struct script *script, int connection)
{
    size_t length = strlen(script->heard);
    while (length + 1 < HEARD_MAX && read(connection, script->heard + length, 1) == 1) {
        if (script->heard[length++] == '\n')
            return true;
    }
    return false;
}

static void *serve(void *argument)
{
    struct script *script = argument;
    int connection = accept(script->listening, NULL, NULL);
    bool is_open = true;
    for (unsigned i = 0; script->says[i] != NULL && is_open; i++) {
        say(script, connection, script->says[i]);
        if (script->says[i + 1] != NULL || !script->closes)
            is_open = hear(script, connection);
    }
    while (is_open && !script->closes)
        is_open = hear(script, connection);
    close(connection);
    return NULL;
}

static void start(struct script *script)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    script->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(script->listening, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(script->listening, 1), 0);
    assert_int_equal(getsockname(script->listening, (struct sockaddr *)&address, &size), 0);
    script->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&script->thread, NULL, serve, script), 0);
}

struct seen {
    unsigned connected, ended;
    struct session_result result;
};

static unsigned busy_ms; /* so long, once there is a connection, the loop does something else */

static void on_connected(void *context)
{
    ((struct seen *)context)->connected++;
    usleep(busy_ms * 1000);
}

static void on_ended(void *context, const struct session_result *result)
{
    struct seen *seen = context;
    seen->ended++;
    seen->result = *result;
}

static const struct session_voice voice = {on_connected, on_ended};
static const struct probes_address loopback = {.family = 4, .octets = {127, 0, 0, 1}};

static void drop(uv_timer_t *timer)
{
    session_drop(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

/* drop_ms: the session is dropped then; 0: it is not. */
static struct seen meet(uint16_t port, unsigned drop_ms, const struct session_limits *limits)
{
    uv_loop_t loop;
    uv_timer_t timer;
    struct error error;
    struct seen seen = {0};
    struct name name;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_true(name_from_text("mx.example.org", 14, &name));
    struct sessions *sessions = sessions_new(&loop, "probe.example.org", limits, &error);
    assert_non_null(sessions);
    struct session *session = session_begin(sessions, &loopback, port, &name, &voice, &seen);
    if (drop_ms > 0) {
        uv_timer_init(&loop, &timer);
        timer.data = session;
        uv_timer_start(&timer, drop, drop_ms, 0);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    sessions_free(sessions);
    assert_int_equal(uv_loop_close(&loop), 0); /* no handle is left */
    return seen;
}

static struct seen play_within(struct script *script, unsigned drop_ms,
                               const struct session_limits *limits)
{
    start(script);
    struct seen seen = meet(script->port, drop_ms, limits);
    pthread_join(script->thread, NULL);
    close(script->listening);
    return seen;
}

static struct seen play(struct script *script, unsigned drop_ms)
{
    return play_within(script, drop_ms, &short_limits);
}

static void test_outcomes(void **state)
{
    static const struct {
        struct script script;
        enum probe_outcome outcome;
        enum probe_phase phase;
        unsigned reply;
        const char *heard;
    } cases[] = {
        {{.says = {"220 a\r\n", "250 b\r\n", ""}},
         PROBE_NO_STARTTLS,
         PROBE_EHLO,
         250,
         "EHLO probe.example.org\r\nQUIT\r\n"},
        {{.says = {"220 a\r\n", "250-b\r\n250 STARTTLS\r\n", "454 no\r\n", ""}},
         PROBE_NO_STARTTLS,
         PROBE_STARTTLS,
         454,
         "EHLO probe.example.org\r\nSTARTTLS\r\nQUIT\r\n"},
        {{.says = {"554 no\r\n", ""}}, PROBE_GREETING_5XX, PROBE_GREETING, 554, "QUIT\r\n"},
        {{.says = {"421 busy\r\n", ""}}, PROBE_GREETING_4XX, PROBE_GREETING, 421, ""},
        {{.says = {"hello\r\n", ""}}, PROBE_MALFORMED, PROBE_GREETING, 0, ""},
        {{.says = {"", ""}}, PROBE_TIMEOUT, PROBE_GREETING, 0, ""},
        {{.says = {"220 a\r\n", "", ""}},
         PROBE_TIMEOUT,
         PROBE_EHLO,
         220,
         "EHLO probe.example.org\r\n"},
        {{.says = {""}, .closes = true}, PROBE_CLOSED, PROBE_GREETING, 0, ""},
        {{.says = {"220 a\r\n", ""}, .closes = true},
         PROBE_CLOSED,
         PROBE_EHLO,
         220,
         "EHLO probe.example.org\r\n"},
        {{.says = {"220 a\r\n", "250 STARTTLS\r\n", ""}},
         PROBE_NO_STARTTLS,
         PROBE_EHLO,
         250,
         "EHLO probe.example.org\r\nQUIT\r\n"}, /* that is the server's name */
        {{.says = {"220 a\r\n", "250-b\r\n250 STARTTLS\r\n", "220 c\r\n"}},
         PROBE_TIMEOUT,
         PROBE_HANDSHAKE,
         220,
         NULL},
        {{.says = {"220 a\r\n", "250-b\r\n250 STARTTLS\r\n", "220 c\r\n", "no TLS at all\r\n"}},
         PROBE_TLS_FAILED,
         PROBE_HANDSHAKE,
         220,
         NULL},
        /* 14 octets in 280 ms are a reply in time, 45 in 900 ms are none */
        {{.says = {"220 aaaaaaaa\r\n", ""}, .drips = true},
         PROBE_TIMEOUT,
         PROBE_EHLO,
         220,
         "EHLO probe.example.org\r\n"},
        {{.says = {"220 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", ""}, .drips = true},
         PROBE_TIMEOUT,
         PROBE_GREETING,
         0,
         ""},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct script script = cases[i].script;
        struct seen seen = play(&script, 0);
        assert_int_equal(seen.connected, 1);
        assert_int_equal(seen.ended, 1);
        if (seen.result.outcome != cases[i].outcome || seen.result.phase != cases[i].phase ||
            seen.result.reply != cases[i].reply)
            fail_msg("case %u: %s %s %u", i, probe_outcome_word(seen.result.outcome),
                     probe_phase_word(seen.result.phase), seen.result.reply);
        if (cases[i].heard != NULL)
            assert_string_equal(script.heard, cases[i].heard);
        assert_null(seen.result.chain);
    }
}

static void test_refused(void **state)
{
    struct script script = {.says = {NULL}};
    (void)state;
    start(&script); /* to have a port that nobody listens at */
    meet(script.port, 0, &short_limits);
    pthread_join(script.thread, NULL);
    close(script.listening);
    struct seen seen = meet(script.port, 0, &short_limits);
    assert_int_equal(seen.connected, 0);
    assert_int_equal(seen.result.outcome, PROBE_REFUSED);
    assert_int_equal(seen.result.phase, PROBE_CONNECT);
}

static void test_dropped(void **state)
{
    struct script silent = {.says = {"", ""}};
    (void)state;
    struct seen seen = play(&silent, 100);
    assert_int_equal(seen.ended, 0);
}

/* What came while we were busy came in time, as far as we know. */
static void test_busy(void **state)
{
    struct script script = {.says = {"220 a\r\n", "250 b\r\n", ""}};
    (void)state;
    busy_ms = 900;
    struct seen seen = play(&script, 0);
    busy_ms = 0;
    assert_int_equal(seen.result.outcome, PROBE_NO_STARTTLS);
}

/* A server that is never late with a reply, and never at its end: 12 octets each time. */
static void test_all(void **state)
{
    struct script script = {.says = {"220 aaaaaa\r\n", "250-aaaaaaaa\r\n250-b\r\n", NULL},
                            .drips = true};
    struct session_limits limits = short_limits;
    (void)state;
    limits.reply_ms = 2000;
    limits.all_ms = 400;
    uint64_t begun = uv_hrtime();
    struct seen seen = play_within(&script, 0, &limits);
    assert_int_equal(seen.result.outcome, PROBE_TIMEOUT);
    assert_int_equal(seen.result.phase, PROBE_EHLO);
    assert_in_range(uv_hrtime() - begun, UINT64_C(350000000), UINT64_C(1500000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_dropped),  cmocka_unit_test(test_busy),
        cmocka_unit_test(test_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
