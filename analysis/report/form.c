#include "analysis/report/form.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sentence_add(char sentence[SENTENCE_MAX], const char *format, ...)
{
    size_t length = strlen(sentence);
    va_list args;
    va_start(args, format);
    vsnprintf(sentence + length, SENTENCE_MAX - length, format, args);
    va_end(args);
}

const char *dane_deployment_text(const struct dane_report *dane, char ret[SENTENCE_MAX])
{
    double secure = (double)dane_secure_domains(dane);
    uint64_t complete = dane->domains[DOMAINS_COMPLETE];
    uint64_t primary = complete + dane->domains[DOMAINS_PRIMARY];
    snprintf(
        ret, SENTENCE_MAX,
        "DANE TLSA is deployed on ~%s of domains with DNSSEC and mail hosts: complete on %s of %s "
        "with a secure MX answer. Counted at primary hosts only, as the monthly posts "
        "to dane-users do: %s. Only the DNS is judged: no certificate was compared.",
        percent_of((double)complete / secure, 1), count_of(complete),
        count_of(dane_secure_domains(dane)), percent_of((double)primary / secure, 1));
    return ret;
}
