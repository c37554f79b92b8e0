#include "small_survey.h"

#include "store_helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void load_lists(struct store *store)
{
    static const struct {
        const char *domain;
        int64_t rank;
        const char *suffix;
    } names[] = {
        {"example.com", 7, "com"},       {"null.example", -1, "example"},
        {"mixed.example", -1, NULL},     {"nullpref.example", 4, NULL},
        {"implicit.co.uk", -1, "co.uk"}, {"none.example", 0, "example"},
        {"gone.example", -1, "example"}, {"broken.example", -1, "example"},
        {"address.example", -1, NULL},   {"alias.example", -1, NULL},
        {"left.example", -1, NULL},      {"twice.example", -1, NULL},
        {"odd.example", -1, NULL},       {"example", 1000000000000, "example"},
    };
    struct error error;
    assert_int_equal(store_load_begin(store, &error), 0);
    store_load_stratum(store, 1, "city");
    store_load_stratum(store, 2, "';");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(store_load_name(store, names[i].domain, strlen(names[i].domain),
                                         names[i].rank, names[i].suffix, i % 3, &error),
                         0);
    assert_int_equal(store_load_reject(store, "a list.csv", 12,
                                       "'; DROP TABLE listed; --\xef\xbf\xbd", "odd character",
                                       &error),
                     0);
    assert_int_equal(store_load_reject(store, "-", 3, "192.0.2.1", "address", &error), 0);
    assert_int_equal(store_set_info(store, "list.1", "a list.csv", &error), 0);
    assert_int_equal(store_load_end(store, &error), 0);
}

enum {
    MX1 = 1,
    MX2,
    ROOT,
    IMPLICIT,
    LITERAL,
    LOCALHOST,
    EXCLUDED,
    UNDERSCORE,
    SINGLE,
};

static void put_named_hosts(struct store *store)
{
    struct name root = name_of(".");
    struct name literal = name_of("192.0.2.1");
    struct name localhost = name_of("localhost");
    struct name excluded = name_of("excluded.example.net");
    store_put_host(store, &(struct host_row){.id = ROOT, .name = &root, .class = EXCHANGE_NULL});
    store_put_host(store,
                   &(struct host_row){.id = LITERAL, .name = &literal, .class = EXCHANGE_ADDRESS});
    store_put_host(store, &(struct host_row){
                              .id = LOCALHOST, .name = &localhost, .class = EXCHANGE_LOCALHOST});
    store_put_host(store, &(struct host_row){.id = EXCLUDED,
                                             .name = &excluded,
                                             .class = EXCHANGE_HOST,
                                             .provider = "example.net"});
}

static const struct address_row mx1_addresses[] = {
    {.family = 4, .octets = {203, 0, 113, 9}},
    {.family = 4, .special = true, .octets = {10, 0, 0, 1}},
    {.family = 4, .octets = {203, 0, 113, 9}}, /* repeated by the server */
};
static const struct tlsa_row mx1_tlsa[] = {
    {.record = {2, 1, 1, 3, (const uint8_t *)"\x00\xab\xFF"},
     .usable = true,
     .known_key = "Let's Encrypt X3",
     .key_status = KEY_EXPIRED},
    {.record = {3, 1, 1, 1, (const uint8_t *)"\x01"}, .usable = true},
    {.record = {255, 0, 2, 0, NULL}, .reason = TLSA_REASON_USAGE},
};
static const struct tlsa_row implicit_tlsa = {.record = {3, 0, 1, 1, (const uint8_t *)"\x7f"}};
static const struct address_row implicit_address = {.family = 6,
                                                    .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

static const struct resolved_host {
    const char *name;
    struct {
        enum alias kind;
        uint32_t ttl;
        const char *target;
    } hops[2];
    struct host_row row; /* but for its names */
} resolved_hosts[] = {
    {.name = "mx1.example.net",
     .row = {.id = MX1,
             .provider = "example.net",
             .class = EXCHANGE_HOST,
             .resolved = true,
             .resolved_at = 1700000001,
             .address_outcome = OUTCOME_ANSWER,
             .failure = FAILURE_TIMEOUT,
             .ede = {2, {9, 22}},
             .ipv4_count = 2,
             .ipv6_count = UNKNOWN_COUNT,
             .special_count = 1,
             .dnssec = DNSSEC_SECURE,
             .alias = ALIAS_NONE,
             .address_count = 3,
             .addresses = mx1_addresses,
             .dane = DANE_USABLE,
             .dane_exim = DANE_USABLE,
             .tlsa_outcome = OUTCOME_ANSWER,
             .tlsa_dnssec = DNSSEC_SECURE,
             .tlsa_count = 3,
             .tlsa_usable_count = 2,
             .tlsa = mx1_tlsa}},
    {.name = "mx2.example.net",
     .hops = {{ALIAS_CNAME, 3600, "a.example.net"}, {ALIAS_DNAME, 300, "b.example.org"}},
     .row = {.id = MX2,
             .provider = "example.net",
             .class = EXCHANGE_HOST,
             .resolved = true,
             .resolved_at = 1700000002,
             .address_outcome = OUTCOME_NXDOMAIN,
             .dnssec = DNSSEC_INSECURE,
             .alias = ALIAS_CNAME,
             .alias_dnssec = DNSSEC_SECURE,
             .alias_problem = ALIAS_DANGLING,
             .hop_count = 2,
             .alias_provider = "example.org",
             .dane = DANE_UNREACHABLE,
             .dane_exim = DANE_UNREACHABLE,
             .tlsa_count = UNKNOWN_COUNT,
             .tlsa_usable_count = UNKNOWN_COUNT}},
    {.name = "implicit.co.uk",
     .row = {.id = IMPLICIT,
             .provider = "implicit.co.uk",
             .class = EXCHANGE_HOST,
             .resolved = true,
             .resolved_at = 1700000003,
             .address_outcome = OUTCOME_ANSWER,
             .ipv6_count = 1,
             .dnssec = DNSSEC_INSECURE,
             .alias = ALIAS_NONE,
             .address_count = 1,
             .addresses = &implicit_address,
             .dane = DANE_INSECURE,
             .dane_exim = DANE_INSECURE,
             .tlsa_outcome = OUTCOME_ANSWER,
             .tlsa_dnssec = DNSSEC_INSECURE,
             .tlsa_count = 1,
             .tlsa = &implicit_tlsa}},
    {.name = "_mx.example.org",
     .row = {.id = UNDERSCORE,
             .provider = "example.org",
             .class = EXCHANGE_INVALID,
             .resolved = true,
             .resolved_at = 1700000004,
             .address_outcome = OUTCOME_FAILED,
             .failure = FAILURE_SERVFAIL,
             .ipv4_count = UNKNOWN_COUNT,
             .ipv6_count = UNKNOWN_COUNT,
             .special_count = UNKNOWN_COUNT,
             .dnssec = DNSSEC_INDETERMINATE,
             .dane = DANE_FAILED}},
    {.name = "mail",
     .hops = {{ALIAS_DNAME, 0, "mail.example.org"}},
     .row = {.id = SINGLE,
             .class = EXCHANGE_SINGLE_LABEL,
             .resolved = true,
             .resolved_at = 1700000005,
             .address_outcome = OUTCOME_NODATA,
             .dnssec = DNSSEC_BOGUS,
             .alias = ALIAS_DNAME,
             .alias_dnssec = DNSSEC_BOGUS,
             .hop_count = 1,
             .dane = DANE_FAILED,
             .dane_exim = DANE_NONE,
             .tlsa_outcome = OUTCOME_FAILED,
             .tlsa_hop = 1,
             .tlsa_dnssec = DNSSEC_BOGUS,
             .tlsa_count = UNKNOWN_COUNT,
             .tlsa_usable_count = UNKNOWN_COUNT}},
};

static void put_resolved_hosts(struct store *store)
{
    for (unsigned i = 0; i < sizeof resolved_hosts / sizeof *resolved_hosts; i++) {
        const struct resolved_host *host = &resolved_hosts[i];
        struct name name = name_of(host->name);
        struct hop hops[2];
        struct host_row row = host->row;
        for (unsigned hop = 0; hop < row.hop_count; hop++)
            hops[hop] = (struct hop){host->hops[hop].kind, host->hops[hop].ttl,
                                     name_of(host->hops[hop].target)};
        row.name = &name;
        row.hops = hops;
        store_put_host(store, &row);
    }
}

/* --- MTA-STS: by domain --- */

enum {
    DOMAINS_MAX = 15
};

static const enum sts sts_words[DOMAINS_MAX] = {
    [1] = STS_ENFORCE,
    [3] = STS_UNAVAILABLE,
    [5] = STS_NONE,
    [9] = STS_OFF,
    [10] = STS_FAILED,
    [12] = STS_INVALID_POLICY,
    [13] = STS_INVALID_RECORD,
};
static const enum tlsrpt tlsrpt_words[DOMAINS_MAX] = {
    [1] = TLSRPT_VALID, [3] = TLSRPT_NONE,    [5] = TLSRPT_MULTIPLE,
    [9] = TLSRPT_NONE,  [10] = TLSRPT_FAILED, [12] = TLSRPT_INVALID,
};

/* The row of a domain that has a record; NULL for others.  Matches are in the order of its
 * mx below. */
static const struct sts_row *sts_row_of(uint64_t id)
{
    static const struct sts_match first[] = {{.alias = true, .target = true}, {.name = true}};
    static const struct sts_match ninth[4] = {{0}};
    static const char valid[] =
        "version: STSv1\nmode: enforce\nmx: MX1.example.net\nmax_age: 86400\nmx: *.example.org";
    static const char off[] = "version: STSv1\nmode: none\nmax_age: 0\n";
    static const char invalid[] = "version: STSv1\nmode: \xe9nforce\n";
    static struct sts_policy policies[3];
    static struct sts_row row;
    row = (struct sts_row){.record_outcome = STS_RECORD_VALID,
                           .record_id = "20261123",
                           .policy_outcome = STS_POLICY_VALID,
                           .http_status = 200,
                           .media_type = "text/plain; charset=utf-8",
                           .fetched_at = 1700000000};
    sts_policy_read(valid, sizeof valid - 1, &policies[0]);
    sts_policy_read(off, sizeof off - 1, &policies[1]);
    sts_policy_read(invalid, sizeof invalid - 1, &policies[2]);
    switch (id) {
    case 1:
        row.policy = &policies[0];
        row.matches = first;
        row.cname_effect = STS_CNAME_TARGET_ONLY;
        break;
    case 3:
        row.policy_outcome = STS_POLICY_UNAVAILABLE;
        row.detail = STS_DETAIL_HTTP_STATUS;
        row.http_status = 404;
        row.media_type = "";
        row.fetched_at = 0;
        break;
    case 9:
        row.policy = &policies[1];
        row.media_type = NULL;
        row.matches = ninth;
        break;
    case 12:
        row.policy_outcome = STS_POLICY_INVALID;
        row.policy = &policies[2];
        row.media_type = "\xe9/" FIFTY FIFTY; /* the first 100 characters are kept */
        break;
    case 13:
        row = (struct sts_row){.record_outcome = STS_RECORD_MULTIPLE,
                               .policy_outcome = STS_POLICY_NOT_ASKED};
        break;
    default:
        return NULL;
    }
    return &row;
}

static void put_records(struct store *store, uint64_t id, int count, const struct mx_row *mx,
                        uint64_t provider, int cnames, enum null_mx_flaw flaw)
{
    store_put_domain(
        store,
        &(struct domain_row){.id = id,
                             .surveyed_at = 1800000000 + (int64_t)id,
                             .mx_outcome = provider == 0 && mx[0].host == ROOT ? MX_OUTCOME_NULL_MX
                                                                               : MX_OUTCOME_MX,
                             .null_mx_flaw = flaw,
                             .dnssec = DNSSEC_SECURE,
                             .mx_count = count,
                             .mx_ttl = id == 2 ? 3600 : 59 * (uint32_t)id,
                             .provider_host = provider,
                             .cname_mx_count = cnames,
                             .unknown_mx_count = provider == UNDERSCORE,
                             .dane = provider == MX1 ? DOMAIN_DANE_PRIMARY : DOMAIN_DANE_UNKNOWN,
                             .tlsa_failures = provider == UNDERSCORE ? 2 : 0,
                             .sts = sts_words[id],
                             .tlsrpt = tlsrpt_words[id],
                             .sts_row = sts_row_of(id),
                             .mx = mx});
}

static void put_domains_with_records(struct store *store)
{
    put_records(store, 1, 2, (struct mx_row[]){{20, MX2, false}, {10, MX1, true}}, MX1, 1,
                NULL_MX_NO_FLAW);
    put_records(store, 2, 1, (struct mx_row[]){{0, ROOT, false}}, 0, 0, NULL_MX_NO_FLAW);
    put_records(store, 3, 2, (struct mx_row[]){{0, ROOT, false}, {10, MX1, true}}, MX1, 0,
                NULL_MX_MIXED);
    put_records(store, 4, 2, (struct mx_row[]){{5, ROOT, false}, {10, ROOT, false}}, 0, 0,
                NULL_MX_PREFERENCE);
    /* of two primary exchanges the first in text order gives the provider: an address has none */
    put_records(store, 9, 4,
                (struct mx_row[]){
                    {10, MX1, true}, {10, LITERAL, true}, {0, ROOT, false}, {30, EXCLUDED, false}},
                0, 0, NULL_MX_MIXED);
    /* the same host twice, and one record sent twice */
    put_records(store, 12, 3, (struct mx_row[]){{30, MX1, false}, {10, MX1, true}, {10, MX1, true}},
                MX1, 0, NULL_MX_NO_FLAW);
    put_records(
        store, 13, 3,
        (struct mx_row[]){{5, UNDERSCORE, true}, {5, SINGLE, true}, {65535, LOCALHOST, false}},
        UNDERSCORE, 1, NULL_MX_NO_FLAW);
    put_records(store, 14, 1, (struct mx_row[]){{1, LOCALHOST, true}}, 0, 0, NULL_MX_NO_FLAW);
}

static void put_domains_without_records(struct store *store)
{
    struct name target = name_of("target.example");
    struct mx_row mx = {15, EXCLUDED, true};
    store_put_domain(store, &(struct domain_row){.id = 5,
                                                 .surveyed_at = 1800000005,
                                                 .mx_outcome = MX_OUTCOME_IMPLICIT_MX,
                                                 .dnssec = DNSSEC_INSECURE,
                                                 .dane = DOMAIN_DANE_INSECURE,
                                                 .dane_ready = true,
                                                 .sts = sts_words[5],
                                                 .tlsrpt = tlsrpt_words[5],
                                                 .provider_host = IMPLICIT,
                                                 .provider_length = sizeof "implicit.co.uk" - 1});
    store_put_domain(store, &(struct domain_row){.id = 6,
                                                 .surveyed_at = 1800000006,
                                                 .mx_outcome = MX_OUTCOME_NO_SERVICE,
                                                 .dnssec = DNSSEC_INSECURE});
    store_put_domain(store, &(struct domain_row){.id = 7,
                                                 .surveyed_at = 1800000007,
                                                 .mx_outcome = MX_OUTCOME_NXDOMAIN,
                                                 .dnssec = DNSSEC_INDETERMINATE});
    store_put_domain(store, &(struct domain_row){.id = 8,
                                                 .surveyed_at = 1800000008,
                                                 .mx_outcome = MX_OUTCOME_FAILED,
                                                 .failure = FAILURE_BOGUS,
                                                 .ede = {2, {6, 10}},
                                                 .dnssec = DNSSEC_BOGUS,
                                                 .dane = DOMAIN_DANE_FAILED,
                                                 .tlsa_failures = UNKNOWN_COUNT,
                                                 .mx_count = UNKNOWN_COUNT,
                                                 .cname_mx_count = UNKNOWN_COUNT,
                                                 .unknown_mx_count = UNKNOWN_COUNT});
    store_put_domain(store, &(struct domain_row){.id = 10,
                                                 .surveyed_at = 1800000010,
                                                 .mx_outcome = MX_OUTCOME_MX,
                                                 .dnssec = DNSSEC_SECURE,
                                                 .alias_target = &target,
                                                 .unknown_mx_count = 1,
                                                 .sts = sts_words[10],
                                                 .tlsrpt = tlsrpt_words[10],
                                                 .provider_host = EXCLUDED,
                                                 .mx_count = 1,
                                                 .mx = &mx});
}

static void put_failures(struct store *store)
{
    struct name broken = name_of("broken.example");
    struct name mx1 = name_of("mx1.example.net");
    store_put_failure(
        store, &(struct failure_row){LOOKUP_MX,
                                     &broken,
                                     {.failure = FAILURE_BOGUS, .ede = {2, {6, 10}}, .tries = 4}});
    store_put_failure(store, &(struct failure_row){
                                 LOOKUP_ADDRESS, &mx1, {.failure = FAILURE_TIMEOUT, .tries = 3}});
}

/* As `probe` leaves them. */
static const char probes[] =
    "INSERT INTO _certificate VALUES (1, x'0a0b', x'0c0d', 'CN=mail.example.net', 'CN=CA',"
    "  '[\"mail.example.net\"]', 1790000000, 1800596160, NULL),"
    " (2, x'0a0c', x'0c0e', 'CN=CA', 'CN=CA', '[]', 1700000000, 1900000000, NULL),"
    " (3, x'0a0d', x'0c0f', 'CN=implicit.co.uk', 'CN=implicit.co.uk', '[\"implicit.co.uk\"]',"
    "  1700000000, 1800000099, x'3000');"
    "INSERT INTO _probe"
    " SELECT id, 1800000000, 1, 4, '203.0.113.9', 1, 6, 250, NULL, 4, NULL, '[1,2]'"
    "  FROM _host WHERE name = 'mx1.example.net'"
    " UNION ALL SELECT id, 1800000100, 1, 6, '2001:db8::1', 1, 6, 250, NULL, 3, NULL, '[3]'"
    "  FROM _host WHERE name = 'implicit.co.uk'"
    " UNION ALL SELECT id, 1800000200, 2, 4, '192.0.2.1', 8, 5, 220, NULL, NULL, 40, NULL"
    "  FROM _host WHERE name = 'mx2.example.net'"
    " UNION ALL SELECT id, 1800000300, 3, 4, '192.0.2.2', 5, 5, 220, 1, NULL, NULL, NULL"
    "  FROM _host WHERE name = '_mx.example.org'"
    " UNION ALL SELECT id, 1800000400, 1, 4, '192.0.2.3', 3, 1, NULL, NULL, NULL, NULL, NULL"
    "  FROM _host WHERE name = 'mail';"
    "INSERT INTO _probe_match"
    " SELECT id, 1, NULL, 0, NULL, 1 FROM _host WHERE name = 'mx1.example.net'"
    " UNION ALL SELECT id, 3, 1, 1, 0, NULL FROM _host WHERE name = 'implicit.co.uk';"
    "INSERT INTO _probe_tlsa"
    " SELECT id, 2, 1, 1, x'00abff', 2 FROM _host WHERE name = 'mx1.example.net'"
    " UNION ALL SELECT id, 3, 1, 1, x'01', 1 FROM _host WHERE name = 'mx1.example.net'"
    " UNION ALL SELECT id, 255, 0, 2, x'', 3 FROM _host WHERE name = 'mx1.example.net'"
    " UNION ALL SELECT id, 3, 1, 1, x'02', 3 FROM _host WHERE name = 'mx2.example.net'";

int small_survey_make(void **state)
{
    if (enter_directory(state) != 0)
        return -1;
    struct store *store = open_store(SMALL_SURVEY, STORE_NEW);
    load_lists(store);
    for (unsigned id = MX1; id <= SINGLE; id++)
        assert_int_equal(store_next_host_id(store), id);
    put_named_hosts(store);
    put_resolved_hosts(store);
    put_failures(store);
    put_domains_with_records(store);
    put_domains_without_records(store);
    close_store(store, true);
    execute(SMALL_SURVEY, probes);
    return 0;
}
