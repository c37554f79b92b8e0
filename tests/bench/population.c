#include "population.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* Draws from one name that do not depend on each other. */
enum draw {
    DRAW_KIND = 1,
    DRAW_RECORDS,
    DRAW_TAIL,
    DRAW_BACKUP,
    DRAW_ALIAS,
    DRAW_SECURE,
    DRAW_IPV6,
    DRAW_TLSA,
    DRAW_STS,
    DRAW_TLSRPT,
};

/* Shares of all domains, in 10,000ths; what is left has no service. */
enum {
    SHARE_MX = 4200,
    SHARE_IMPLICIT = 3500,
    SHARE_NXDOMAIN = 280,
    SHARE_FAILED = 5,
    /* of those with MX records */
    SHARE_OWN = 2000,
    SHARE_TAIL = 1400,
    SHARE_LISTED = 100,
    SHARE_BACKUP = 1000, /* of those with a host of their own: a second record */
    ALIAS_SHARE = 30,
    SECURE_SHARE = 900,
    IPV6_SHARE = 3000,
    TLSA_SHARE = 2500,
    STS_SHARE = 50,
    TLSRPT_SHARE = 500,
    ALL = 10000,
};

/* Big providers: their share of the other domains with MX records, in 10,000ths, and their hosts.
 */
static const struct provider {
    unsigned share, first, hosts;
} providers[] = {{5100, 0, 1}, {2100, 1, 1}, {2000, 2, 2}, {800, 4, 3}};

static const char *const provider_hosts[PROVIDER_HOSTS] = {
    "mx1.bigmail.com", "in.officepost.com", "mx1.parkedmail.net", "mx2.parkedmail.net",
    "mx1.hostpost.de", "mx2.hostpost.de",   "mx3.hostpost.de",
};

static uint64_t draw(const char *text, size_t length, enum draw what)
{
    return XXH3_64bits_withSeed(text, length, what);
}

static enum kind kind_of(const char *text, size_t length)
{
    uint64_t share = draw(text, length, DRAW_KIND) % ALL;
    if (share < SHARE_MX)
        return KIND_MX;
    share -= SHARE_MX;
    if (share < SHARE_IMPLICIT)
        return KIND_IMPLICIT;
    share -= SHARE_IMPLICIT;
    if (share < SHARE_NXDOMAIN)
        return KIND_NXDOMAIN;
    return share - SHARE_NXDOMAIN < SHARE_FAILED ? KIND_FAILED : KIND_NO_SERVICE;
}

static bool chance(const char *text, size_t length, enum draw what, unsigned share)
{
    return draw(text, length, what) % ALL < share;
}

/* Syllables of two letters stand for six bits each: names can be told apart by them alone. */
static char *put_syllable(char *end, unsigned bits)
{
    static const char consonants[] = "bdfghklmnprstvwz", vowels[] = "aeio";
    *end++ = consonants[bits & 15];
    *end++ = vowels[bits >> 4 & 3];
    return end;
}

size_t population_name(uint32_t number, char ret[NAME_TEXT_ROOM])
{
    static const char *const endings[] = {"", "", "", "24", "hub", "shop", "media", "-online"};
    static const char *const suffixes[] = {"com", "com", "com", "com", "com", "net", "org", "de"};
    uint64_t mixed = number;
    char *end = ret;
    /* one of 2^30 numbers for another: neighbours are parted */
    mixed = mixed * 1103515245U & 0x3fffffff;
    mixed ^= mixed >> 15;
    mixed = mixed * 747796405U & 0x3fffffff;
    mixed ^= mixed >> 15;
    for (unsigned i = 0; i < 5; i++)
        end = put_syllable(end, (unsigned)(mixed >> 6 * i) & 63);
    uint64_t drawn = draw(ret, (size_t)(end - ret), 0);
    end += sprintf(end, "%s.%s", endings[drawn & 7], suffixes[drawn >> 3 & 7]);
    return (size_t)(end - ret);
}

static void put_record(struct domain *domain, uint16_t preference, int provider, int tail)
{
    struct exchange *record = &domain->records[domain->record_count++];
    *record = (struct exchange){.preference = preference, .provider = provider, .tail = tail};
    if (provider >= 0)
        strcpy(record->text, provider_hosts[provider]);
    else
        sprintf(record->text, "mx.hoster%d.net", tail);
}

/* Few tail hosts have many domains, many have few. */
static int tail_of(uint64_t drawn)
{
    uint64_t product = (drawn & 0xffff) * (drawn >> 16 & 0xffff);
    return (int)(product * TAIL_HOSTS >> 32);
}

static void put_big_provider(struct domain *domain, uint64_t drawn)
{
    const struct provider *provider = providers;
    uint64_t share = drawn % ALL;
    for (; share >= provider->share; provider++)
        share -= provider->share;
    for (unsigned i = 0; i < provider->hosts; i++)
        put_record(domain, (uint16_t)(10 * (i + 1)), (int)(provider->first + i), -1);
}

static void put_tail_host(const char *text, size_t length, uint16_t preference,
                          struct domain *domain)
{
    put_record(domain, preference, -1, tail_of(draw(text, length, DRAW_TAIL)));
}

/* A domain of the list; where it has MX records itself, or none of its own, a tail host. */
static void put_listed(const char *text, size_t length, struct domain *domain)
{
    struct exchange record = {.preference = 10, .provider = -1, .tail = -1, .listed = true};
    uint64_t number = draw(text, length, DRAW_BACKUP) % DOMAINS_LEAST;
    size_t other = population_name((uint32_t)number, record.text);
    if (kind_of(record.text, other) == KIND_IMPLICIT)
        domain->records[domain->record_count++] = record;
    else
        put_tail_host(text, length, 10, domain);
}

static void put_records(const char *text, size_t length, struct domain *domain)
{
    uint64_t drawn = draw(text, length, DRAW_RECORDS);
    uint64_t share = drawn % ALL;
    if (share < SHARE_OWN) {
        struct exchange *record = &domain->records[domain->record_count++];
        *record = (struct exchange){.preference = 10, .provider = -1, .tail = -1, .own = true};
        sprintf(record->text, "mail.%.*s", (int)length, text);
        if (chance(text, length, DRAW_BACKUP, SHARE_BACKUP))
            put_tail_host(text, length, 20, domain);
    } else if (share < SHARE_OWN + SHARE_TAIL) {
        put_tail_host(text, length, 10, domain);
    } else if (share < SHARE_OWN + SHARE_TAIL + SHARE_LISTED) {
        put_listed(text, length, domain);
    } else {
        put_big_provider(domain, drawn / ALL);
    }
}

void population_domain(const char *text, size_t length, struct domain *ret)
{
    ret->kind = kind_of(text, length);
    ret->record_count = 0;
    if (ret->kind == KIND_MX)
        put_records(text, length, ret);
}

bool population_is_alias(const char *host, size_t length)
{
    return chance(host, length, DRAW_ALIAS, ALIAS_SHARE);
}

bool population_is_secure(const char *text, size_t length)
{
    size_t start = length;
    for (unsigned dots = 0; start > 0; start--) {
        dots += text[start - 1] == '.';
        if (dots == 2)
            break;
    }
    return chance(text + start, length - start, DRAW_SECURE, SECURE_SHARE);
}

bool population_has_ipv6(const char *text, size_t length)
{
    return chance(text, length, DRAW_IPV6, IPV6_SHARE);
}

bool population_has_tlsa(const char *host, size_t length)
{
    return chance(host, length, DRAW_TLSA, TLSA_SHARE);
}

bool population_two_sts(const char *domain, size_t length)
{
    return chance(domain, length, DRAW_STS, STS_SHARE);
}

bool population_has_tlsrpt(const char *domain, size_t length)
{
    return chance(domain, length, DRAW_TLSRPT, TLSRPT_SHARE);
}
