#include "analysis/collect/units/survey_units.h"

int survey_units_new(const char *path, struct survey_units *ret, struct error *error)
{
    *ret = (struct survey_units){0};
    if (units_new(path, &ret->domains, error) != 0 || units_new(path, &ret->hosts, error) != 0) {
        survey_units_free(ret);
        return -1;
    }
    return 0;
}

void survey_units_free(struct survey_units *units)
{
    units_free(units->domains);
    units_free(units->hosts);
    *units = (struct survey_units){0};
}

enum {
    COUNT_MAX = (1 << 13) - 1, /* MX records: a message holds fewer than 5,000 */
    UNKNOWN_MAX = (1 << 11) - 1,
    RECORDS_SHIFT = 23,
    ALIASES_SHIFT = 36,
    UNKNOWN_SHIFT = 49,
    PROBED_SHIFT = 60
};

static uint64_t small_count(uint32_t count, uint32_t max, unsigned shift)
{
    return (uint64_t)(count < max ? count : max) << shift;
}

int survey_units_domain(struct survey_units *units, uint64_t key, uint64_t provider,
                        uint64_t cluster, const struct domain_kind *kind, struct error *error)
{
    uint64_t words =
        (uint64_t)kind->outcome | (uint64_t)kind->dnssec << 3 | (uint64_t)kind->dane << 6 |
        (uint64_t)kind->sts << 9 | (uint64_t)kind->effect << 13 | (uint64_t)kind->failing << 15 |
        (uint64_t)kind->primary << 16 | (uint64_t)kind->ipv6 << 18 | (uint64_t)kind->mail << 20 |
        (uint64_t)kind->dane_ready << 21 | (uint64_t)kind->dane_open << 22;
    struct unit unit = {key, provider, cluster,
                        words | small_count(kind->records, COUNT_MAX, RECORDS_SHIFT) |
                            small_count(kind->aliases, COUNT_MAX, ALIASES_SHIFT) |
                            small_count(kind->unknown, UNKNOWN_MAX, UNKNOWN_SHIFT) |
                            (uint64_t)kind->refused_as_probed[0] << PROBED_SHIFT |
                            (uint64_t)kind->refused_as_probed[1] << (PROBED_SHIFT + 2)};
    return units_add(units->domains, &unit, error);
}

int survey_units_host(struct survey_units *units, uint64_t key, uint64_t cluster,
                      struct host_kind kind, struct error *error)
{
    struct unit unit = {key, 0, cluster, host_kind_number(kind)};
    return units_add(units->hosts, &unit, error);
}

struct domain_kind unit_domain_kind(uint64_t kind)
{
    return (struct domain_kind){
        .outcome = kind & 7,
        .dnssec = kind >> 3 & 7,
        .dane = kind >> 6 & 7,
        .sts = kind >> 9 & 15,
        .effect = kind >> 13 & 3,
        .failing = kind >> 15 & 1,
        .primary = kind >> 16 & 3,
        .ipv6 = kind >> 18 & 3,
        .mail = kind >> 20 & 1,
        .dane_ready = kind >> 21 & 1,
        .dane_open = kind >> 22 & 1,
        .records = kind >> RECORDS_SHIFT & COUNT_MAX,
        .aliases = kind >> ALIASES_SHIFT & COUNT_MAX,
        .unknown = kind >> UNKNOWN_SHIFT & UNKNOWN_MAX,
        .refused_as_probed = {kind >> PROBED_SHIFT & 3, kind >> (PROBED_SHIFT + 2) & 3},
    };
}

struct host_kind unit_host_kind(uint64_t kind)
{
    return host_kind_of((uint32_t)kind);
}
