#include "probes_helper.h"

#include "store_helper.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    BEGIN = 1700000000, /* of all certificates */
    END = 1900000000,
};

/* --- a survey --- */

static const struct tlsa_row tidy_tlsa[] = {
    {.record = {3, 1, 1, 2, (const uint8_t *)"\x11\x12"}, .usable = true},
    {.record = {3, 0, 1, 1, (const uint8_t *)"\x01"}, .reason = TLSA_REASON_LENGTH},
    {.record = {2, 1, 1, 0, NULL}, .reason = TLSA_REASON_MALFORMED},
};
static const struct tlsa_row insecure_tlsa = {.record = {3, 1, 1, 1, (const uint8_t *)"\x21"}};
static const struct tlsa_row alias_tlsa = {.record = {3, 1, 1, 1, (const uint8_t *)"\x31"},
                                           .usable = true};
const struct address_row tidy_addresses[] = {
    {.family = 4, .octets = {203, 0, 113, 9}},
    {.family = 4, .special = true, .octets = {10, 0, 0, 1}},
    {.family = 6, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
};

static void put_hosts(struct store *store)
{
    struct name tidy = name_of("mx.tidy.example"), alias = name_of("mx.alias.example");
    struct name own = name_of("own"), silent = name_of("silent.example");
    struct name hidden = name_of("hidden.example"), broken = name_of("mx2.tidy.example");
    struct hop hops[] = {{.kind = ALIAS_CNAME, .target = name_of("a.base.example")},
                         {.kind = ALIAS_CNAME, .target = name_of("b.target.example")}};
    const struct host_row common = {.class = EXCHANGE_HOST,
                                    .resolved = true,
                                    .resolved_at = 1790000000,
                                    .address_outcome = OUTCOME_ANSWER,
                                    .dnssec = DNSSEC_SECURE,
                                    .alias = ALIAS_NONE,
                                    .dane = DANE_NONE,
                                    .address_count = 1,
                                    .addresses = tidy_addresses,
                                    .tlsa_count = UNKNOWN_COUNT,
                                    .tlsa_usable_count = UNKNOWN_COUNT};
    struct host_row rows[HOSTS + 1];
    for (unsigned i = 1; i <= HOSTS; i++) {
        rows[i] = common;
        rows[i].id = i;
        assert_int_equal(store_next_host_id(store), i);
    }
    rows[TIDY].name = &tidy;
    rows[TIDY].provider = "tidy.example";
    rows[TIDY].address_count = 3;
    rows[TIDY].dane = DANE_USABLE;
    rows[TIDY].tlsa_outcome = OUTCOME_ANSWER;
    rows[TIDY].tlsa_dnssec = DNSSEC_SECURE;
    rows[TIDY].tlsa_count = 3;
    rows[TIDY].tlsa_usable_count = 1;
    rows[TIDY].tlsa = tidy_tlsa;
    rows[ALIAS].name = &alias;
    rows[ALIAS].provider = "alias.example";
    rows[ALIAS].alias = ALIAS_CNAME;
    rows[ALIAS].hop_count = 2;
    rows[ALIAS].hops = hops;
    rows[ALIAS].alias_provider = "target.example";
    rows[ALIAS].dane = DANE_USABLE;
    rows[ALIAS].tlsa_outcome = OUTCOME_ANSWER;
    rows[ALIAS].tlsa_dnssec = DNSSEC_SECURE;
    rows[ALIAS].tlsa_hop = 1;
    rows[ALIAS].tlsa_count = 1;
    rows[ALIAS].tlsa_usable_count = 1;
    rows[ALIAS].tlsa = &alias_tlsa;
    rows[OWN].name = &own;
    rows[OWN].dane = DANE_INSECURE;
    rows[OWN].tlsa_outcome = OUTCOME_ANSWER;
    rows[OWN].tlsa_dnssec = DNSSEC_INSECURE;
    rows[OWN].tlsa_count = 1;
    rows[OWN].tlsa_usable_count = 0;
    rows[OWN].tlsa = &insecure_tlsa;
    rows[SILENT].name = &silent;
    rows[SILENT].address_outcome = OUTCOME_NODATA;
    rows[SILENT].address_count = 0;
    rows[SILENT].dane = DANE_UNREACHABLE;
    rows[HIDDEN].name = &hidden;
    rows[HIDDEN].hidden = true;
    rows[HIDDEN].address_outcome = OUTCOME_FAILED;
    rows[HIDDEN].failure = FAILURE_TIMEOUT;
    rows[HIDDEN].address_count = 0;
    rows[HIDDEN].dane = DANE_FAILED;
    rows[BROKEN].name = &broken;
    rows[BROKEN].provider = "tidy.example";
    rows[BROKEN].failure = FAILURE_TIMEOUT;
    for (unsigned i = 1; i <= HOSTS; i++)
        store_put_host(store, &rows[i]);
    store_put_failure(
        store,
        &(struct failure_row){LOOKUP_ADDRESS, &broken, {.failure = FAILURE_TIMEOUT, .tries = 3}});
}

static void put_domain(struct store *store, uint64_t id, uint64_t host, enum sts sts)
{
    struct mx_row mx = {.preference = 10, .host = host, .is_primary = true};
    store_put_domain(store, &(struct domain_row){.id = id,
                                                 .surveyed_at = 1790000000,
                                                 .mx_outcome = MX_OUTCOME_MX,
                                                 .dnssec = DNSSEC_SECURE,
                                                 .provider_host = host,
                                                 .sts = sts,
                                                 .mx_count = 1,
                                                 .mx = &mx});
}

/* A finished survey of all of these hosts. */
void make_survey(const char *path)
{
    static const char *const names[] = {"tidy.example",   "alias.example",  "own",
                                        "silent.example", "broken.example", NULL};
    struct store *store = load_store(path, names);
    put_hosts(store);
    put_domain(store, 1, TIDY, STS_TESTING);
    put_domain(store, 2, ALIAS, STS_ENFORCE);
    put_domain(store, 3, OWN, STS_OFF);
    put_domain(store, 4, SILENT, STS_NONE);
    put_domain(store, 5, BROKEN, STS_UNAVAILABLE);
    close_store(store, true);
}

/* --- meetings --- */

struct probes *open_probes(const char *path, bool keep_der)
{
    struct probes *probes = NULL;
    struct error error = {""};
    if (probes_open(path, keep_der, &probes, &error) != 0)
        fail_msg("%s", error.text);
    return probes;
}

void close_probes(struct probes *probes)
{
    struct error error = {""};
    if (probes_close(probes, NULL, &error) != 0)
        fail_msg("%s", error.text);
}

void flush_probes(struct probes *probes)
{
    struct error error = {""};
    if (probes_flush(probes, &error) != 0)
        fail_msg("%s", error.text);
}

/* A certificate with this number, that names this: the same octets each time. */
X509 *make_certificate(unsigned number, const char *name)
{
    static const uint8_t secret[32] = {1};
    static EVP_PKEY *key;
    X509V3_CTX context;
    char san[300];
    if (key == NULL)
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof secret);
    X509 *ret = X509_new();
    X509_NAME *subject = X509_get_subject_name(ret);
    snprintf(san, sizeof san, "DNS:%s", name);
    X509_set_version(ret, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(ret), (long)number);
    ASN1_TIME_set(X509_getm_notBefore(ret), BEGIN);
    ASN1_TIME_set(X509_getm_notAfter(ret), END);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(ret, subject);
    X509_set_pubkey(ret, key);
    X509V3_set_ctx(&context, ret, ret, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, san);
    X509_add_ext(ret, extension, -1);
    X509_EXTENSION_free(extension);
    assert_true(X509_sign(ret, key, NULL) > 0);
    return ret;
}

/* Certificates with these numbers, up to a 0. */
static STACK_OF(X509) * chain_of(const unsigned numbers[])
{
    STACK_OF(X509) *ret = sk_X509_new_null();
    for (unsigned i = 0; numbers[i] != 0; i++) {
        char name[32];
        snprintf(name, sizeof name, "c%u.example", numbers[i]);
        sk_X509_push(ret, make_certificate(numbers[i], name));
    }
    return ret;
}

const struct probes_address met_address = {.family = 4, .octets = {203, 0, 113, 9}};

/* A meeting with a chain, judged like this. */
int put_chain(struct probes *probes, uint64_t host, int64_t at, const unsigned numbers[],
              const struct certificate_verdict *verdict, const struct probes_host *met,
              struct error *error)
{
    STACK_OF(X509) *chain = chain_of(numbers);
    int status = probes_put(probes,
                            &(struct probe_row){.host = host,
                                                .probed_at = at,
                                                .address = &met_address,
                                                .outcome = PROBE_TLS,
                                                .phase = PROBE_QUIT,
                                                .reply = 250,
                                                .version = TLS_VERSION_1_3,
                                                .alert = -1,
                                                .chain = chain,
                                                .verdict = verdict,
                                                .met = met},
                            error);
    sk_X509_pop_free(chain, X509_free);
    return status;
}

/* One that came to nothing. */
int put_refusal(struct probes *probes, uint64_t host, int64_t at, const struct probes_host *met,
                struct error *error)
{
    return probes_put(probes,
                      &(struct probe_row){.host = host,
                                          .probed_at = at,
                                          .address = &met_address,
                                          .outcome = PROBE_REFUSED,
                                          .phase = PROBE_CONNECT,
                                          .alert = -1,
                                          .met = met},
                      error);
}

const struct certificate_verdict plain_verdict = {.pkix = PKIX_SELF_SIGNED};

void assert_put(int status, const struct error *error)
{
    if (status != 0)
        fail_msg("%s", error->text);
}

struct probes_host host_of(struct probes *probes, uint64_t host)
{
    struct probes_host ret;
    struct error error = {""};
    assert_put(probes_host(probes, host, &ret, &error), &error);
    return ret;
}
