/* population.h - a world of any number of domains that needs no zone: what a name is, its name
 * says.
 *
 * The responder answers by these rules and the list generator counts by them what a survey must
 * find; neither knows the crawler.  Shares are about those measured of all domains (GROWTH.md):
 * 42 % have MX records, 35 % are their own mail host.
 */
#ifndef MXSURVEY_BENCH_POPULATION_H
#define MXSURVEY_BENCH_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NAME_TEXT_ROOM = 64,
    TAIL_HOSTS = 30000,   /* mail hosts that small providers share among their domains */
    DOMAINS_LEAST = 4096, /* in a list: the first so many may be exchanges of others */
    RECORDS_MAX = 3,      /* MX records of a domain */
};

enum kind {
    KIND_MX,
    KIND_IMPLICIT,   /* no MX, an address at the name */
    KIND_NO_SERVICE, /* neither */
    KIND_NXDOMAIN,
    KIND_FAILED, /* SERVFAIL to its MX question */
    KIND_COUNT,
};

/* The exchange of an MX record, by its text; of tail hosts also by number. */
struct exchange {
    uint16_t preference;
    int tail;     /* its number; -1: none of these */
    int provider; /* 0 to PROVIDER_HOSTS - 1: a big provider's; -1: none */
    bool own;     /* mail.<domain> */
    bool listed;  /* a domain of the list that is its own mail host, too */
    char text[NAME_TEXT_ROOM];
};

enum {
    PROVIDER_HOSTS = 7
};

struct domain {
    enum kind kind;
    unsigned record_count;
    struct exchange records[RECORDS_MAX];
};

/* The text of domain `number`, from 0: as many letters as domains have, each once. */
size_t population_name(uint32_t number, char ret[NAME_TEXT_ROOM]);

/* What a domain is, by its text in lower case without a final dot. */
void population_domain(const char *text, size_t length, struct domain *ret);

/* Of any mail host: an alias of `alias.<host>`, which is none. */
bool population_is_alias(const char *host, size_t length);

/* Whether answers about the name are secure: as its last two labels are, the domain's. */
bool population_is_secure(const char *text, size_t length);

bool population_has_ipv6(const char *text, size_t length);     /* besides IPv4 */
bool population_has_tlsa(const char *host, size_t length);     /* a usable record at the name */
bool population_two_sts(const char *domain, size_t length);    /* two MTA-STS records: invalid */
bool population_has_tlsrpt(const char *domain, size_t length); /* a valid record */

#endif
