/* The dialogue of a probe as tables: what the server says, and what must come of it (RFC 5321 s3.1,
 * s4.2, RFC 3207 s4; the leniency that smtp.h promises).  Each is said at once a turn, then octet
 * by octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crawler/core/smtp.h"

#include <stdlib.h>
#include <string.h>

#define HELO  "probe.example.net"
#define SAID  "EHLO probe.example.net\r\n"
#define HELLO "220 mx.example.com ESMTP\r\n"
#define OFFER "250-mx.example.com\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"
#define GO    "220 2.0.0 Ready to start TLS\r\n"

enum {
    TURNS_MAX = 4,
    SAID_MAX = 2000,
};

struct dialogue {
    const char *title;
    const char *turns[TURNS_MAX]; /* what the server says: first, then after each command */
    const char *said;             /* all that it is told, QUIT too */
    enum probe_outcome outcome;   /* PROBE_NOT_MET: not over */
    enum probe_phase phase;
    unsigned reply;
    bool plaintext;
};

/* What was said and wanted in the end. */
struct heard {
    struct smtp smtp;
    enum smtp_want want;
    char said[SAID_MAX];
};

static void begin(struct heard *heard)
{
    memset(heard, 0x5a, sizeof *heard);
    heard->said[0] = '\0';
    smtp_begin(&heard->smtp, HELO);
    heard->want = smtp_connected(&heard->smtp);
    assert_int_equal(heard->want, SMTP_READ);
    assert_string_equal(heard->smtp.command, "");
}

static void hear(struct heard *heard, const char *octets, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1); /* of its own size, so that reading past shows */
    assert_non_null(copy);
    memcpy(copy, octets, size);
    enum smtp_want before = heard->want;
    heard->want = smtp_take(&heard->smtp, copy, size);
    free(copy);
    assert_true((unsigned)heard->want <= SMTP_CLOSE);
    bool is_new = heard->want == SMTP_WRITE || (heard->want == SMTP_CLOSE && before != SMTP_CLOSE);
    if (is_new)
        strncat(heard->said, heard->smtp.command, SAID_MAX - strlen(heard->said) - 1);
    if (heard->want == SMTP_READ && before == SMTP_SHAKE)
        heard->want = before;
}

static void check(const struct dialogue *row, const struct heard *heard)
{
    const struct smtp *smtp = &heard->smtp;
    if (strcmp(heard->said, row->said) != 0 || smtp->outcome != row->outcome ||
        smtp->phase != row->phase || smtp->reply != row->reply || smtp->plaintext != row->plaintext)
        fail_msg("%s: said %s, outcome %d, phase %d, reply %u, plaintext %d", row->title,
                 heard->said, (int)smtp->outcome, (int)smtp->phase, smtp->reply, smtp->plaintext);
    enum smtp_want want = row->outcome != PROBE_NOT_MET   ? SMTP_CLOSE
                          : row->phase == PROBE_HANDSHAKE ? SMTP_SHAKE
                                                          : heard->want;
    if (heard->want != want)
        fail_msg("%s: wants %d", row->title, (int)heard->want);
}

static void play(const struct dialogue *row)
{
    static struct heard heard;
    begin(&heard);
    for (size_t i = 0; i < TURNS_MAX && row->turns[i] != NULL; i++)
        hear(&heard, row->turns[i], strlen(row->turns[i]));
    check(row, &heard);
    begin(&heard);
    for (size_t i = 0; i < TURNS_MAX && row->turns[i] != NULL; i++)
        for (const char *at = row->turns[i]; *at != '\0'; at++)
            hear(&heard, at, 1);
    check(row, &heard);
}

static void play_all(const struct dialogue *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        play(&rows[i]);
}

#define PLAY(rows) play_all(rows, sizeof(rows) / sizeof *(rows))
#define TLS_READY  SAID "STARTTLS\r\n", PROBE_NOT_MET, PROBE_HANDSHAKE
#define NO_OFFER   SAID "QUIT\r\n", PROBE_NO_STARTTLS, PROBE_EHLO
#define NO_SMTP    "", PROBE_MALFORMED, PROBE_GREETING

static void test_ways(void **state)
{
    (void)state;
    static const struct dialogue rows[] = {
        {"nothing yet", {""}, "", PROBE_NOT_MET, PROBE_GREETING, 0, false},
        {"half a greeting", {"220 mx.example.com"}, "", PROBE_NOT_MET, PROBE_GREETING, 0, false},
        {"a greeting", {HELLO}, SAID, PROBE_NOT_MET, PROBE_EHLO, 220, false},
        {"a greeting to go on",
         {"220-mx\r\n220-no\r\n"},
         "",
         PROBE_NOT_MET,
         PROBE_GREETING,
         0,
         false},
        {"offered", {HELLO, OFFER}, SAID "STARTTLS\r\n", PROBE_NOT_MET, PROBE_STARTTLS, 250, false},
        {"TLS", {HELLO, OFFER, GO}, TLS_READY, 220, false},
        {"long greeting", {"220-mx\r\n220-\r\n220 \r\n", OFFER, GO}, TLS_READY, 220, false},
        {"no text at all", {"220\r\n", OFFER, "220\r\n"}, TLS_READY, 220, false},
        {"bare LF", {"220 mx\n", "250-mx\n250 STARTTLS\n", "220 go\n"}, TLS_READY, 220, false},
        {"another 2xx",
         {"299 mx\r\n", "251-mx\r\n251 STARTTLS\r\n", "200 go\r\n"},
         TLS_READY,
         200,
         false},
        {"all before it is asked",
         {HELLO OFFER GO},
         NULL,
         PROBE_NOT_MET,
         PROBE_HANDSHAKE,
         220,
         false},
    };
    play_all(rows, sizeof rows / sizeof *rows - 1);
    /* and the start of the next */
    static struct heard early;
    begin(&early);
    hear(&early, HELLO "25", strlen(HELLO "25"));
    assert_int_equal(early.want, SMTP_WRITE);
    /* what is said then depends on the pieces; what comes of it does not */
    static struct heard heard;
    begin(&heard);
    hear(&heard, rows[10].turns[0], strlen(rows[10].turns[0]));
    assert_int_equal(heard.want, SMTP_SHAKE);
    assert_int_equal(heard.smtp.reply, 220);
    assert_int_equal(heard.smtp.phase, PROBE_HANDSHAKE);
}

static void test_extensions(void **state)
{
    (void)state;
    static const struct dialogue rows[] = {
        {"none", {HELLO, "250 mx.example.com\r\n"}, NO_OFFER, 250, false},
        {"others", {HELLO, "250-mx\r\n250-SIZE\r\n250 8BITMIME\r\n"}, NO_OFFER, 250, false},
        {"the first line is a name", {HELLO, "250-STARTTLS\r\n250 SIZE\r\n"}, NO_OFFER, 250, false},
        {"the only line is a name", {HELLO, "250 STARTTLS\r\n"}, NO_OFFER, 250, false},
        {"any case", {HELLO, "250-mx\r\n250 StartTls\r\n", GO}, TLS_READY, 220, false},
        {"in the middle",
         {HELLO, "250-mx\r\n250-STARTTLS\r\n250 SIZE\r\n", GO},
         TLS_READY,
         220,
         false},
        {"with a parameter", {HELLO, "250-mx\r\n250 STARTTLS now\r\n", GO}, TLS_READY, 220, false},
        {"with a tab", {HELLO, "250-mx\r\n250 STARTTLS\tnow\r\n", GO}, TLS_READY, 220, false},
        {"with a value", {HELLO, "250-mx\r\n250 STARTTLS=now\r\n", GO}, TLS_READY, 220, false},
        {"with blanks before", {HELLO, "250-mx\r\n250  \tSTARTTLS\r\n", GO}, TLS_READY, 220, false},
        {"a longer word", {HELLO, "250-mx\r\n250 STARTTLSX\r\n"}, NO_OFFER, 250, false},
        {"a shorter word", {HELLO, "250-mx\r\n250 STARTTL\r\n"}, NO_OFFER, 250, false},
        {"behind an empty line", {HELLO, "250-  STARTTLS x\r\n250 \n"}, NO_OFFER, 250, false},
        {"behind a bare code", {HELLO, "250-STARTTLS x\r\n250\n"}, NO_OFFER, 250, false},
        {"another word", {HELLO, "250-mx\r\n250 XSTARTTLS\r\n"}, NO_OFFER, 250, false},
        {"a parameter of another",
         {HELLO, "250-mx\r\n250 AUTH STARTTLS\r\n"},
         NO_OFFER,
         250,
         false},
        {"an empty line", {HELLO, "250-mx\r\n250-\r\n250\r\n"}, NO_OFFER, 250, false},
        {"blanks alone", {HELLO, "250-mx\r\n250  \r\n"}, NO_OFFER, 250, false},
        {"in the greeting", {"220-mx\r\n220 STARTTLS\r\n", "250 mx\r\n"}, NO_OFFER, 250, false},
    };
    PLAY(rows);
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct dialogue rows[] = {
        {"greeting 4xx",
         {"450 later\r\n"},
         "QUIT\r\n",
         PROBE_GREETING_4XX,
         PROBE_GREETING,
         450,
         false},
        {"greeting 400",
         {"400 later\r\n"},
         "QUIT\r\n",
         PROBE_GREETING_4XX,
         PROBE_GREETING,
         400,
         false},
        {"greeting 421", {"421 closing\r\n"}, "", PROBE_GREETING_4XX, PROBE_GREETING, 421, false},
        {"greeting 422", {"422 x\r\n"}, "QUIT\r\n", PROBE_GREETING_4XX, PROBE_GREETING, 422, false},
        {"greeting 554",
         {"554 no\r\n"},
         "QUIT\r\n",
         PROBE_GREETING_5XX,
         PROBE_GREETING,
         554,
         false},
        {"greeting 500",
         {"500 no\r\n"},
         "QUIT\r\n",
         PROBE_GREETING_5XX,
         PROBE_GREETING,
         500,
         false},
        {"greeting 3xx", {"354 go\r\n"}, "", PROBE_MALFORMED, PROBE_GREETING, 354, false},
        {"greeting 300", {"300 go\r\n"}, "", PROBE_MALFORMED, PROBE_GREETING, 300, false},
        {"greeting 399", {"399 go\r\n"}, "", PROBE_MALFORMED, PROBE_GREETING, 399, false},
        {"long refusal",
         {"554-no\r\n554 service\r\n"},
         "QUIT\r\n",
         PROBE_GREETING_5XX,
         PROBE_GREETING,
         554,
         false},
        {"EHLO 499",
         {HELLO, "499 x\r\n"},
         SAID "QUIT\r\n",
         PROBE_GREETING_4XX,
         PROBE_EHLO,
         499,
         false},
        {"EHLO 500", {HELLO, "500 what\r\n"}, NO_OFFER, 500, false},
        {"EHLO 502", {HELLO, "502 no\r\n"}, NO_OFFER, 502, false},
        {"EHLO 504", {HELLO, "504 no\r\n"}, NO_OFFER, 504, false},
        {"EHLO 505",
         {HELLO, "505 no\r\n"},
         SAID "QUIT\r\n",
         PROBE_GREETING_5XX,
         PROBE_EHLO,
         505,
         false},
        {"EHLO 550",
         {HELLO, "550 policy\r\n"},
         SAID "QUIT\r\n",
         PROBE_GREETING_5XX,
         PROBE_EHLO,
         550,
         false},
        {"EHLO 450",
         {HELLO, "450 later\r\n"},
         SAID "QUIT\r\n",
         PROBE_GREETING_4XX,
         PROBE_EHLO,
         450,
         false},
        {"EHLO 421", {HELLO, "421 closing\r\n"}, SAID, PROBE_GREETING_4XX, PROBE_EHLO, 421, false},
        {"EHLO 334", {HELLO, "334 x\r\n"}, SAID, PROBE_MALFORMED, PROBE_EHLO, 334, false},
        {"STARTTLS 454",
         {HELLO, OFFER, "454 no TLS now\r\n"},
         SAID "STARTTLS\r\nQUIT\r\n",
         PROBE_NO_STARTTLS,
         PROBE_STARTTLS,
         454,
         false},
        {"STARTTLS 501",
         {HELLO, OFFER, "501 what\r\n"},
         SAID "STARTTLS\r\nQUIT\r\n",
         PROBE_NO_STARTTLS,
         PROBE_STARTTLS,
         501,
         false},
        {"STARTTLS 550",
         {HELLO, OFFER, "550 no\r\n"},
         SAID "STARTTLS\r\nQUIT\r\n",
         PROBE_NO_STARTTLS,
         PROBE_STARTTLS,
         550,
         false},
        {"STARTTLS 421",
         {HELLO, OFFER, "421 closing\r\n"},
         SAID "STARTTLS\r\n",
         PROBE_GREETING_4XX,
         PROBE_STARTTLS,
         421,
         false},
        {"STARTTLS 354",
         {HELLO, OFFER, "354 x\r\n"},
         SAID "STARTTLS\r\n",
         PROBE_MALFORMED,
         PROBE_STARTTLS,
         354,
         false},
        {"more after the end",
         {"554 no\r\n", HELLO, OFFER},
         "QUIT\r\n",
         PROBE_GREETING_5XX,
         PROBE_GREETING,
         554,
         false},
    };
    PLAY(rows);
}

static void test_malformed(void **state)
{
    (void)state;
    static const struct dialogue rows[] = {
        {"another protocol", {"SSH-2.0-OpenSSH_9.2\r\n"}, NO_SMTP, 0, false},
        {"an empty line", {"\r\n"}, NO_SMTP, 0, false},
        {"an empty line, LF alone", {"\n"}, NO_SMTP, 0, false},
        {"two digits", {"22 mx\r\n"}, NO_SMTP, 0, false},
        {"two digits alone", {"22\r\n"}, NO_SMTP, 0, false},
        {"two digits behind three", {"220-mx\r\n22\n"}, NO_SMTP, 0, false},
        {"four digits", {"2200 mx\r\n"}, NO_SMTP, 0, false},
        {"below the digits", {"2/0 mx\r\n"}, NO_SMTP, 0, false},
        {"above the digits", {"22: mx\r\n"}, NO_SMTP, 0, false},
        {"1xx", {"120 mx\r\n"}, NO_SMTP, 0, false},
        {"6xx", {"620 mx\r\n"}, NO_SMTP, 0, false},
        {"a tab behind the code", {"220\tmx\r\n"}, NO_SMTP, 0, false},
        {"a blank before the code", {" 220 mx\r\n"}, NO_SMTP, 0, false},
        {"two CR", {"220\r\r\n"}, NO_SMTP, 0, false},
        {"two codes", {"220-mx\r\n221 mx\r\n"}, NO_SMTP, 0, false},
        {"a line between that is none", {"220-mx\r\nwelcome\r\n220 mx\r\n"}, NO_SMTP, 0, false},
        {"to EHLO",
         {HELLO, "250-mx\r\nSTARTTLS\r\n250 SIZE\r\n"},
         SAID,
         PROBE_MALFORMED,
         PROBE_EHLO,
         220,
         false},
        {"to STARTTLS",
         {HELLO, OFFER, "\x16\x03\x01\n"},
         SAID "STARTTLS\r\n",
         PROBE_MALFORMED,
         PROBE_STARTTLS,
         250,
         false},
        {"codes of two replies may differ",
         {HELLO, "250-mx\r\n250 STARTTLS\r\n", "200 x\r\n"},
         TLS_READY,
         200,
         false},
    };
    PLAY(rows);
}

static void test_plaintext(void **state)
{
    (void)state;
    static const struct dialogue rows[] = {
        {"behind the reply", {HELLO, OFFER, GO "250 injected\r\n"}, TLS_READY, 220, true},
        {"one octet", {HELLO, OFFER, GO "\n"}, TLS_READY, 220, true},
        {"a refusal", {HELLO, OFFER, GO "421 closing\r\n"}, TLS_READY, 220, true},
        {"in a packet of its own", {HELLO, OFFER, GO, "550 no\r\n"}, TLS_READY, 220, true},
        {"nothing more", {HELLO, OFFER, GO, ""}, TLS_READY, 220, false},
    };
    PLAY(rows);
}

static void test_octets_of_any_kind(void **state)
{
    (void)state;
    static const char greeting[] = "220 m\0x\xff\r\r\n";
    static const char offer[] = "250-\0\r\n250-\0STARTTLS\r\n250-STARTTLS\0\r\n250 \x80\r\n";
    static struct heard heard;
    begin(&heard);
    hear(&heard, greeting, sizeof greeting - 1);
    assert_int_equal(heard.want, SMTP_WRITE);
    hear(&heard, offer, sizeof offer - 1);
    assert_int_equal(heard.smtp.outcome, PROBE_NO_STARTTLS);
    static const char code[] = "22\0 mx\r\n";
    begin(&heard);
    hear(&heard, code, sizeof code - 1);
    assert_int_equal(heard.smtp.outcome, PROBE_MALFORMED);
}

/* So many octets of a line without its end, then the end. */
static enum probe_outcome greet(size_t length, const char *end)
{
    static struct heard heard;
    static char line[SMTP_LINE_MAX + 10];
    begin(&heard);
    memset(line, 'x', sizeof line);
    memcpy(line, "220 ", 4);
    strcpy(line + length, end);
    hear(&heard, line, strlen(line));
    assert_int_equal(heard.want, heard.smtp.outcome == PROBE_NOT_MET ? SMTP_WRITE : SMTP_CLOSE);
    return heard.smtp.outcome;
}

static void test_long_lines(void **state)
{
    (void)state;
    assert_int_equal(greet(SMTP_LINE_MAX, "\r\n"), PROBE_NOT_MET);
    assert_int_equal(greet(SMTP_LINE_MAX, "\n"), PROBE_NOT_MET);
    assert_int_equal(greet(SMTP_LINE_MAX + 1, "\n"), PROBE_MALFORMED);
    assert_int_equal(greet(SMTP_LINE_MAX + 1, "\r\n"), PROBE_MALFORMED);
    /* without an end it is over as soon as it is too long */
    assert_int_equal(greet(SMTP_LINE_MAX + 2, ""), PROBE_MALFORMED);
}

static enum probe_outcome greet_lines(unsigned lines)
{
    static struct heard heard;
    begin(&heard);
    for (unsigned i = 1; i < lines; i++)
        hear(&heard, "220-mx\r\n", 8);
    hear(&heard, "220 mx\r\n", 8);
    return heard.smtp.outcome;
}

static void test_many_lines(void **state)
{
    (void)state;
    assert_int_equal(greet_lines(SMTP_LINES_MAX), PROBE_NOT_MET);
    assert_int_equal(greet_lines(SMTP_LINES_MAX + 1), PROBE_MALFORMED);
    /* the next reply has as many of its own */
    static struct heard heard;
    begin(&heard);
    hear(&heard, HELLO, strlen(HELLO));
    for (unsigned i = 1; i < SMTP_LINES_MAX; i++)
        hear(&heard, "250-mx\r\n", 8);
    assert_int_equal(heard.smtp.outcome, PROBE_NOT_MET);
    hear(&heard, "250 STARTTLS\r\n", 14);
    assert_int_equal(heard.want, SMTP_WRITE);
}

static void test_ends(void **state)
{
    (void)state;
    static struct heard heard;
    smtp_begin(&heard.smtp, HELO);
    assert_int_equal(heard.smtp.phase, PROBE_CONNECT);
    assert_int_equal(heard.smtp.outcome, PROBE_NOT_MET);
    smtp_end(&heard.smtp, PROBE_REFUSED);
    assert_int_equal(heard.smtp.phase, PROBE_CONNECT);
    assert_int_equal(heard.smtp.outcome, PROBE_REFUSED);
    assert_int_equal(heard.smtp.reply, 0);

    begin(&heard);
    hear(&heard, HELLO, strlen(HELLO));
    smtp_end(&heard.smtp, PROBE_TIMEOUT);
    assert_int_equal(heard.smtp.phase, PROBE_EHLO);
    assert_int_equal(heard.smtp.outcome, PROBE_TIMEOUT);
    assert_string_equal(heard.smtp.command, "");
    smtp_end(&heard.smtp, PROBE_CLOSED); /* what is known stays */
    assert_int_equal(heard.smtp.outcome, PROBE_TIMEOUT);

    begin(&heard);
    hear(&heard, "554 no\r\n", 8);
    smtp_end(&heard.smtp, PROBE_CLOSED);
    assert_int_equal(heard.smtp.outcome, PROBE_GREETING_5XX);
    assert_string_equal(heard.smtp.command, "QUIT\r\n");
}

static void test_handshakes(void **state)
{
    (void)state;
    static struct heard heard;
    for (unsigned is_secured = 0; is_secured < 2; is_secured++) {
        begin(&heard);
        hear(&heard, HELLO, strlen(HELLO));
        hear(&heard, OFFER, strlen(OFFER));
        assert_true(heard.smtp.starttls);
        hear(&heard, GO, strlen(GO));
        assert_string_equal(heard.smtp.command, "");
        if (is_secured == 0) {
            smtp_end(&heard.smtp, PROBE_TLS_FAILED);
            assert_int_equal(heard.smtp.phase, PROBE_HANDSHAKE);
            assert_int_equal(heard.smtp.outcome, PROBE_TLS_FAILED);
            continue;
        }
        assert_int_equal(smtp_secured(&heard.smtp), SMTP_CLOSE);
        assert_int_equal(heard.smtp.phase, PROBE_QUIT);
        assert_int_equal(heard.smtp.outcome, PROBE_TLS);
        assert_string_equal(heard.smtp.command, "QUIT\r\n");
        smtp_end(&heard.smtp, PROBE_CLOSED);
        assert_int_equal(heard.smtp.outcome, PROBE_TLS);
        assert_false(heard.smtp.plaintext);
        assert_int_equal(smtp_take(&heard.smtp, (const uint8_t *)"221 bye\r\n", 9), SMTP_CLOSE);
        assert_int_equal(heard.smtp.reply, 220);
    }
}

static void test_long_helo(void **state)
{
    (void)state;
    static struct heard heard;
    char helo[254];
    memset(helo, 'a', 253);
    helo[253] = '\0';
    smtp_begin(&heard.smtp, helo);
    (void)smtp_connected(&heard.smtp);
    assert_int_equal(smtp_take(&heard.smtp, (const uint8_t *)HELLO, strlen(HELLO)), SMTP_WRITE);
    assert_int_equal(strlen(heard.smtp.command), 5 + 253 + 2);
    assert_string_equal(heard.smtp.command + 5 + 253, "\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),       cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_refusals),   cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_plaintext),  cmocka_unit_test(test_octets_of_any_kind),
        cmocka_unit_test(test_long_lines), cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_ends),       cmocka_unit_test(test_handshakes),
        cmocka_unit_test(test_long_helo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
