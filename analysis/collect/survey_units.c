#include "analysis/collect/survey_units.h"

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

/* A message holds fewer than 5,000 MX records, so 16 bits are plenty. */
static uint64_t bits16(uint32_t count, unsigned shift)
{
    return (uint64_t)(count < UINT16_MAX ? count : UINT16_MAX) << shift;
}

int survey_units_domain(struct survey_units *units, uint64_t key, uint64_t provider,
                        uint64_t cluster, const struct domain_kind *kind, struct error *error)
{
    uint64_t words = (uint64_t)kind->outcome | (uint64_t)kind->dnssec << 3 |
                     (uint64_t)kind->dane << 6 | (uint64_t)kind->sts << 9 |
                     (uint64_t)kind->effect << 13 | (uint64_t)kind->failing << 15;
    struct unit unit = {key, provider, cluster,
                        words | bits16(kind->records, 16) | bits16(kind->aliases, 32) |
                            bits16(kind->unknown, 48)};
    return units_add(units->domains, &unit, error);
}

int survey_units_host(struct survey_units *units, uint64_t key, uint64_t provider, uint64_t cluster,
                      struct host_kind kind, struct error *error)
{
    struct unit unit = {key, provider, cluster, host_kind_number(kind)};
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
        .records = kind >> 16 & UINT16_MAX,
        .aliases = kind >> 32 & UINT16_MAX,
        .unknown = kind >> 48 & UINT16_MAX,
    };
}

struct host_kind unit_host_kind(uint64_t kind)
{
    return host_kind_of((uint32_t)kind);
}
