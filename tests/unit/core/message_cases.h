/* message_cases.h - what the tests of messages share: one message, its reading. */
#ifndef MXSURVEY_TESTS_MESSAGE_CASES_H
#define MXSURVEY_TESTS_MESSAGE_CASES_H

#include "crawler/core/message.h"

#include "tests/unit/core/message_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    RESPONSE = 0x8180, /* QR, RD, RA */
    AD = 0x0020,
    TC = 0x0200,
    NXDOMAIN = 3,
};

static struct builder b; /* large */
static struct answer answer;

static inline struct question ask(const char *name, enum record_type type)
{
    struct question question = {.type = type};
    if (!name_from_text(name, strlen(name), &question.name))
        fail_msg("no name: %s", name);
    return question;
}

/* The octets end where their allocation does: a sanitizer sees a read behind. */
static inline enum message_status read_sized(size_t size, const char *name, enum record_type type)
{
    static uint8_t *copy;
    free(copy);
    copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, b.bytes, size);
    struct question question = ask(name, type);
    return message_read(copy, size, &question, &answer);
}

static inline enum message_status read_as(const char *name, enum record_type type)
{
    return read_sized(b.size, name, type);
}

static inline void assert_name(const struct name *name, const char *expected)
{
    char text[NAME_TEXT_MAX];
    name_to_text(name, text);
    assert_string_equal(text, expected);
}

static inline void assert_status(enum message_status status, enum message_status expected,
                                 const char *what)
{
    if (status != expected)
        fail_msg("%s: status %d, not %d", what, status, expected);
}

#endif
