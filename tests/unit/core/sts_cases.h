/* sts_cases.h - what the tests of MTA-STS share: texts of any octets, in memory of their size. */
#ifndef MXSURVEY_TESTS_STS_CASES_H
#define MXSURVEY_TESTS_STS_CASES_H

#include "crawler/core/sts_patterns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TEXT(text) text, sizeof text - 1
#define NAME_32    "abcdefghijklmnopqrstuvwxyz_-.345"

/* The octets end where their allocation does: the address sanitizer sees a step too far.  One text
 * at a time. */
static inline const char *tight(const char *text, size_t length)
{
    static char *copy;
    free(copy);
    copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, text, length);
    return length > 0 ? copy : copy + 1;
}

#endif
