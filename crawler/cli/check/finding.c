#include "crawler/cli/check/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FINDING_WORD(constant, severity, code)     code,
#define FINDING_SEVERITY(constant, severity, code) SEVERITY_##severity,
#define ADVICE_WORD(constant, code)                code,

const char *finding_word(enum finding_code code)
{
    static const char *const words[] = {FINDINGS(FINDING_WORD)};
    return words[code];
}

enum severity finding_severity(enum finding_code code)
{
    static const enum severity severities[] = {FINDINGS(FINDING_SEVERITY)};
    return severities[code];
}

const char *advice_word(enum advice_code code)
{
    static const char *const words[] = {ADVICES(ADVICE_WORD)};
    return words[code];
}

const char *severity_word(enum severity severity)
{
    static const char *const words[] = {"note", "unknown", "wrong"};
    return words[severity];
}

void advice_begin(struct advice *advice)
{
    advice->text[0] = '\0';
    advice->count = 0;
}

void advice_step(struct advice *advice, enum advice_code code, const char *name, const char *value)
{
    if (advice->count < STEPS_MAX)
        advice->steps[advice->count++] = (struct advice_step){code, name, value};
}

void advice_say(struct advice *advice, const char *format, ...)
{
    size_t used = strlen(advice->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(advice->text + used, sizeof advice->text - used, format, arguments);
    va_end(arguments);
}
