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

const char *dane_deployment_text(const struct report *report, char ret[SENTENCE_MAX])
{
    const struct dane_report *dane = &report->dane;
    uint64_t secure = dane_secure_domains(dane), complete = dane->domains[DOMAINS_COMPLETE];
    uint64_t primary = complete + dane->domains[DOMAINS_PRIMARY];
    uint64_t open = secure - report->estimates[DOMAINS_DANE_COMPLETE].cluster.of;
    *ret = '\0';
    sentence_add(ret,
                 "DANE TLSA is deployed on ~%s of domains with DNSSEC and mail hosts: complete on "
                 "%s of %s with a secure MX answer",
                 percent_of((double)complete / (double)secure, 1), count_of(complete),
                 count_of(secure));
    if (open > 0)
        sentence_add(ret, ", %s of which failed lookups leave open", count_of(open));
    sentence_add(ret,
                 ". Counted at primary hosts only, as the monthly posts to dane-users do: %s. Only "
                 "the DNS is judged: no certificate was compared.",
                 percent_of((double)primary / (double)secure, 1));
    return ret;
}
