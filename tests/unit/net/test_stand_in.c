/* What c-ares is given instead of messages, and which datagrams answer a question. */
#include "crawler/net/lookup/stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void the_shortest_messages_there_are(void **state)
{
    (void)state;
    uint8_t message[STAND_IN_SIZE];
    static const uint8_t question[] = {0xab, 0xcd, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1};
    static const uint8_t answer[] = {0xab, 0xcd, 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1};
    stand_in_write(0xabcd, false, message);
    assert_memory_equal(message, question, sizeof question);
    stand_in_write(0xabcd, true, message);
    assert_memory_equal(message, answer, sizeof answer);
}

#define HEADER        "\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00"
#define CASE(section) HEADER section, sizeof HEADER section - 1

static const struct {
    const char *name; /* asked for, MX */
    const char *message;
    size_t size;
    bool fits;
} cases[] = {
    {"a.example",
     CASE("\x01"
          "a\x07"
          "example\x00\x00\x0f\x00\x01"),
     true},
    {"a.example",
     CASE("\x01"
          "A\x07"
          "eXaMpLe\x00\x00\x0f\x00\x01"),
     true},
    {"a.example",
     CASE("\x01"
          "a\x07"
          "example\x00\x00\x0f\x00\x01 and more"),
     true},
    {"a.example",
     CASE("\x01"
          "b\x07"
          "example\x00\x00\x0f\x00\x01"),
     false},
    {"a.example",
     CASE("\x01"
          "a\x07"
          "example\x00\x00\x01\x00\x01"),
     false},
    {"a.example",
     CASE("\x01"
          "a\x07"
          "example\x00\x00\x0f\x00\x03"),
     false},
    {"a.example",
     CASE("\x01"
          "a\x07"
          "example\x00\x00\x0f\x00"),
     false}, /* an octet short */
    {"a.example", CASE(""), false},
    {"a.example", HEADER, 4, false},
    {".", CASE("\x00\x00\x0f\x00\x01"), true},
    {".",
     CASE("\x01"
          "a\x00\x00\x0f\x00\x01"),
     false},
    /* no question, and two */
    {"a.example",
     "\x12\x34\x81\x80\x00\x00\x00\x00\x00\x00\x00\x00\x01"
     "a\x07"
     "example\x00\x00\x0f\x00\x01",
     27, false},
    {"a.example",
     "\x12\x34\x81\x80\x00\x02\x00\x00\x00\x00\x00\x00\x01"
     "a\x07"
     "example\x00\x00\x0f\x00\x01",
     27, false},
    /* octets that no host name has; '@' and '`' are one bit apart, as 'A' and 'a' are */
    {"\\@.example",
     CASE("\x01"
          "@\x07"
          "example\x00\x00\x0f\x00\x01"),
     true},
    {"\\@.example",
     CASE("\x01"
          "`\x07"
          "example\x00\x00\x0f\x00\x01"),
     false},
};

static void only_its_own_answer_fits_a_question(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct question question = {.type = TYPE_MX};
        assert_true(name_from_text(cases[i].name, strlen(cases[i].name), &question.name));
        bool fits = stand_in_fits((const uint8_t *)cases[i].message, cases[i].size, &question);
        if (fits != cases[i].fits)
            fail_msg("case %zu: %s", i, fits ? "fits" : "does not fit");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shortest_messages_there_are),
        cmocka_unit_test(only_its_own_answer_fits_a_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
