/* growth_list.c - the list of a world of N domains on standard output, and what a survey of it must
 * find, as `key value` lines, in a file.
 *
 *     growth-list N TRUTH
 */
#include "population.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct truth {
    uint64_t kinds[KIND_COUNT];
    uint64_t records, alias_records;
    uint64_t hosts, aliases, secure_hosts, usable_hosts;
    uint64_t secure_domains, two_sts, tlsrpt;
    bool tail_met[TAIL_HOSTS], provider_met[PROVIDER_HOSTS];
};

static void count_host(struct truth *truth, const char *host, bool may_be_alias)
{
    size_t length = strlen(host);
    char target[NAME_TEXT_ROOM + sizeof "alias."];
    bool is_alias = may_be_alias && population_is_alias(host, length);
    bool has_tlsa = population_has_tlsa(host, length);
    truth->hosts++;
    truth->aliases += is_alias;
    if (!population_is_secure(host, length))
        return;
    truth->secure_hosts++;
    if (is_alias) /* RFC 7672 s2.2.2: of a secure alias either name may have them */
        has_tlsa |= population_has_tlsa(target, (size_t)sprintf(target, "alias.%s", host));
    truth->usable_hosts += has_tlsa;
}

static void count_record(struct truth *truth, const struct exchange *record)
{
    bool *met = record->tail >= 0       ? &truth->tail_met[record->tail]
                : record->provider >= 0 ? &truth->provider_met[record->provider]
                                        : NULL;
    truth->records++;
    if (record->listed) /* counted as a host where it is a domain, and no alias */
        return;
    truth->alias_records += population_is_alias(record->text, strlen(record->text));
    if (met == NULL || !*met)
        count_host(truth, record->text, true);
    if (met != NULL)
        *met = true;
}

static void count_domain(struct truth *truth, const char *text, size_t length)
{
    struct domain domain;
    population_domain(text, length, &domain);
    truth->kinds[domain.kind]++;
    truth->secure_domains += domain.kind != KIND_FAILED && population_is_secure(text, length);
    if (domain.kind == KIND_IMPLICIT)
        count_host(truth, text, false);
    for (unsigned i = 0; i < domain.record_count; i++)
        count_record(truth, &domain.records[i]);
    if (domain.kind == KIND_MX || domain.kind == KIND_IMPLICIT) {
        truth->two_sts += population_two_sts(text, length);
        truth->tlsrpt += population_has_tlsrpt(text, length);
    }
}

static int write_truth(const struct truth *truth, uint64_t domains, const char *path)
{
    const struct {
        const char *key;
        uint64_t value;
    } lines[] = {
        {"domains", domains},
        {"mx", truth->kinds[KIND_MX]},
        {"implicit_mx", truth->kinds[KIND_IMPLICIT]},
        {"no_service", truth->kinds[KIND_NO_SERVICE]},
        {"nxdomain", truth->kinds[KIND_NXDOMAIN]},
        {"failed", truth->kinds[KIND_FAILED]},
        {"secure_domains", truth->secure_domains},
        {"invalid_sts", truth->two_sts},
        {"tlsrpt", truth->tlsrpt},
        {"mx_records", truth->records},
        {"alias_mx_records", truth->alias_records},
        {"hosts", truth->hosts},
        {"aliases", truth->aliases},
        {"secure_hosts", truth->secure_hosts},
        {"usable_hosts", truth->usable_hosts},
    };
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return -1;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        fprintf(file, "%s %" PRIu64 "\n", lines[i].key, lines[i].value);
    return fclose(file);
}

int main(int argc, char **argv)
{
    static struct truth truth;
    static char buffer[1 << 16];
    char *end = NULL;
    unsigned long long domains = argc == 3 ? strtoull(argv[1], &end, 10) : 0;
    if (domains < DOMAINS_LEAST || domains > 1 << 30 || *end != '\0') {
        fprintf(stderr, "usage: growth-list N TRUTH (N from 4096 to 2^30)\n");
        return 2;
    }
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    for (uint32_t number = 0; number < domains; number++) {
        char text[NAME_TEXT_ROOM];
        size_t length = population_name(number, text);
        count_domain(&truth, text, length);
        text[length] = '\n';
        fwrite(text, 1, length + 1, stdout);
    }
    if (fclose(stdout) != 0 || write_truth(&truth, domains, argv[2]) != 0) {
        fprintf(stderr, "growth-list: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
