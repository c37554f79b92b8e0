/* sts_text.h - what the grammars of records and of policies have in common. */
#ifndef MXSURVEY_CORE_STS_TEXT_H
#define MXSURVEY_CORE_STS_TEXT_H

#include "crawler/core/sts.h"

#include <string.h>

static inline bool is_wsp(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static inline bool text_is(struct sts_text text, const char *word)
{
    return text.length == strlen(word) && memcmp(text.text, word, text.length) == 0;
}

static inline struct sts_text trim(const char *text, size_t length)
{
    while (length > 0 && is_wsp(text[0])) {
        text++;
        length--;
    }
    while (length > 0 && is_wsp(text[length - 1]))
        length--;
    return (struct sts_text){text, length};
}

/* sts-ext-name, tlsrpt-ext-name, sts-policy-ext-name: one form, which the names of all
 * fields have */
static inline bool is_field_name(struct sts_text name)
{
    if (name.length == 0 || name.length > 32 || !is_alnum(name.text[0]))
        return false;
    for (size_t i = 1; i < name.length; i++) {
        char c = name.text[i];
        if (!is_alnum(c) && c != '_' && c != '-' && c != '.')
            return false;
    }
    return true;
}

#endif
