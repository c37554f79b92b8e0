/* What `probe` reads of a survey file and adds to it: rows, certificates, other programs, a full
 * disk, damage, kill -9. */
#include "store_helper.h"

#include "crawler/store/probes.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum {
    BEGIN = 1700000000, /* of all certificates */
    END = 1900000000,
    MET = 1800000000,
};

/* --- a survey --- */

enum {
    TIDY = 1, /* TLSA records of its own */
    ALIAS,    /* of a name of another provider, under a policy */
    OWN,      /* a domain that is its own host, without provider */
    SILENT,   /* without address */
    HIDDEN,   /* no mail host as far as known */
    BROKEN,   /* an address, and a lookup that failed */
    HOSTS = BROKEN
};

static const struct tlsa_row tidy_tlsa[] = {
    {.record = {3, 1, 1, 2, (const uint8_t *)"\x11\x12"}, .usable = true},
    {.record = {3, 0, 1, 1, (const uint8_t *)"\x01"}, .reason = TLSA_REASON_LENGTH},
    {.record = {2, 1, 1, 0, NULL}, .reason = TLSA_REASON_MALFORMED},
};
static const struct tlsa_row insecure_tlsa = {.record = {3, 1, 1, 1, (const uint8_t *)"\x21"}};
static const struct tlsa_row alias_tlsa = {.record = {3, 1, 1, 1, (const uint8_t *)"\x31"},
                                           .usable = true};
static const struct address_row tidy_addresses[] = {
    {.family = 4, .octets = {203, 0, 113, 9}},
    {.family = 4, .special = true, .octets = {10, 0, 0, 1}},
    {.family = 6, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
};

static void put_hosts(struct store *store)
{
    struct name tidy = name_of("mx.tidy.example"), alias = name_of("mx.alias.example");
    struct name own = name_of("own"), silent = name_of("silent.example");
    struct name hidden = name_of("hidden.example"), broken = name_of("mx2.tidy.example");
    struct hop hops[] = {{ALIAS_CNAME, name_of("a.base.example")},
                         {ALIAS_CNAME, name_of("b.target.example")}};
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
static void make_survey(const char *path)
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

static struct probes *open_probes(const char *path, bool keep_der)
{
    struct probes *probes = NULL;
    struct error error = {""};
    if (probes_open(path, keep_der, &probes, &error) != 0)
        fail_msg("%s", error.text);
    return probes;
}

static void close_probes(struct probes *probes)
{
    struct error error = {""};
    if (probes_close(probes, &error) != 0)
        fail_msg("%s", error.text);
}

static void flush(struct probes *probes)
{
    struct error error = {""};
    if (probes_flush(probes, &error) != 0)
        fail_msg("%s", error.text);
}

/* A certificate with this number, that names this: the same octets each time. */
static X509 *certificate(unsigned number, const char *name)
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
        sk_X509_push(ret, certificate(numbers[i], name));
    }
    return ret;
}

static const struct probes_address met_address = {.family = 4, .octets = {203, 0, 113, 9}};

/* A meeting with a chain, judged like this. */
static int put_chain(struct probes *probes, uint64_t host, int64_t at, const unsigned numbers[],
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
static int put_refusal(struct probes *probes, uint64_t host, int64_t at,
                       const struct probes_host *met, struct error *error)
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

static const struct certificate_verdict plain_verdict = {.pkix = PKIX_SELF_SIGNED};

static void assert_put(int status, const struct error *error)
{
    if (status != 0)
        fail_msg("%s", error->text);
}

/* --- opening --- */

static void assert_refused(const char *path, const char *words)
{
    struct probes *probes = NULL;
    struct error error = {""};
    assert_true(probes_open(path, false, &probes, &error) < 0);
    assert_null(probes);
    if (strstr(error.text, words) == NULL || strstr(error.text, path) == NULL)
        fail_msg("%s", error.text);
    assert_null(strchr(error.text, '\n'));
}

static void opens_finished_surveys_only(void **state)
{
    (void)state;
    static const char *const names[] = {"a.example", NULL};
    assert_refused("missing.db", "No such file");
    assert_int_not_equal(access("missing.db", F_OK), 0);
    fclose(fopen("empty.db", "w"));
    assert_refused("empty.db", "is no survey file");
    FILE *text = fopen("text.db", "w");
    fputs("this is no database, whatever its name is\n", text);
    fclose(text);
    assert_refused("text.db", "is no survey file");
    fclose(fopen("other.db", "w"));
    execute("other.db", "CREATE TABLE t (a)");
    assert_refused("other.db", "another program");
    assert_refused("/", "is no survey file");
    close_store(load_store("part.db", names), false);
    assert_refused("part.db", "is unfinished");
    make_survey("whole.db");
    execute("whole.db", "PRAGMA user_version = 3");
    assert_refused("whole.db", "older mxsurvey (schema 3, this one writes 4)");
    execute("whole.db", "PRAGMA user_version = 5");
    assert_refused("whole.db", "newer mxsurvey (schema 5");
    execute("whole.db", "PRAGMA user_version = 4");
    close_probes(open_probes("whole.db", false));
}

static void one_program_at_a_time(void **state)
{
    (void)state;
    make_survey("locked.db");
    struct probes *probes = open_probes("locked.db", false);
    assert_refused("locked.db", "another run");
    struct store *store = NULL;
    enum store_state now;
    struct error error;
    assert_int_equal(store_open("locked.db", &store, &now, &error), -1);
    assert_non_null(strstr(error.text, "another run"));
    close_probes(probes);
    store = open_store("locked.db", STORE_FINISHED);
    assert_refused("locked.db", "another run");
    close_store(store, true);
    close_probes(open_probes("locked.db", false));
    close_probes(NULL);
}

/* --- what is there --- */

struct candidates {
    unsigned count;
    struct probes_candidate list[HOSTS + 1];
};

static void take(void *context, const struct probes_candidate *candidate)
{
    struct candidates *candidates = context;
    assert_true(candidates->count <= HOSTS);
    candidates->list[candidates->count++] = *candidate;
}

static struct candidates candidates_of(struct probes *probes, enum probes_only only)
{
    struct candidates ret = {0};
    struct error error = {""};
    assert_put(probes_candidates(probes, only, take, &ret, &error), &error);
    return ret;
}

static uint64_t operator_of(const struct candidates *candidates, unsigned index)
{
    return candidates->list[index].operator;
}

/* Hosts with an address, in the order of their numbers. */
static void candidates_have_an_address(void **state)
{
    (void)state;
    struct error error;
    make_survey("candidates.db");
    struct probes *probes = open_probes("candidates.db", false);
    struct candidates all = candidates_of(probes, PROBES_ALL);
    assert_int_equal(all.count, 4);
    static const uint64_t expected[] = {TIDY, ALIAS, OWN, BROKEN};
    for (unsigned i = 0; i < all.count; i++) {
        assert_int_equal(all.list[i].host, expected[i]);
        assert_int_equal(all.list[i].probed_at, 0);
        assert_int_equal(all.list[i].outcome, PROBE_NOT_MET);
        assert_int_equal(all.list[i].meetings, 0);
    }
    assert_int_equal(operator_of(&all, 0), operator_of(&all, 3)); /* of one provider */
    assert_int_not_equal(operator_of(&all, 0), operator_of(&all, 1));
    assert_int_not_equal(operator_of(&all, 1), operator_of(&all, 2));

    struct candidates aliases = candidates_of(probes, PROBES_ALIAS);
    assert_int_equal(aliases.count, 1);
    assert_int_equal(aliases.list[0].host, ALIAS);
    struct candidates tlsa = candidates_of(probes, PROBES_TLSA);
    assert_int_equal(tlsa.count, 2);
    assert_int_equal(tlsa.list[0].host, TIDY);
    assert_int_equal(tlsa.list[1].host, ALIAS);
    struct candidates sts = candidates_of(probes, PROBES_STS);
    assert_int_equal(sts.count, 2);
    assert_int_equal(sts.list[0].host, TIDY);
    assert_int_equal(sts.list[1].host, ALIAS);

    assert_put(put_refusal(probes, OWN, MET, NULL, &error), &error);
    flush(probes);
    assert_put(put_refusal(probes, OWN, MET + 4000, NULL, &error), &error);
    flush(probes);
    all = candidates_of(probes, PROBES_ALL);
    assert_int_equal(all.list[2].probed_at, MET + 4000);
    assert_int_equal(all.list[2].outcome, PROBE_REFUSED);
    assert_int_equal(all.list[2].meetings, 2);
    close_probes(probes);
}

static struct probes_host host_of(struct probes *probes, uint64_t host)
{
    struct probes_host ret;
    struct error error = {""};
    assert_put(probes_host(probes, host, &ret, &error), &error);
    return ret;
}

static void assert_name(const struct name *name, const char *expected)
{
    char text[NAME_TEXT_MAX];
    name_to_text(name, text);
    assert_string_equal(text, expected);
}

static void hosts_come_with_what_a_meeting_needs(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("hosts.db");
    struct probes *probes = open_probes("hosts.db", false);
    struct probes_host tidy = host_of(probes, TIDY);
    assert_name(&tidy.name, "mx.tidy.example");
    assert_string_equal(tidy.provider, "tidy.example");
    assert_false(tidy.has_target);
    assert_true(tidy.has_base);
    assert_name(&tidy.base, "mx.tidy.example");
    assert_int_equal(tidy.address_count, 3);
    assert_int_equal(tidy.addresses[0].family, 6); /* first */
    assert_memory_equal(tidy.addresses[0].octets, tidy_addresses[2].octets, 16);
    for (unsigned i = 1; i < 3; i++) {
        assert_int_equal(tidy.addresses[i].family, 4);
        assert_int_equal(tidy.addresses[i].special, tidy.addresses[i].octets[0] == 10);
    }
    assert_int_equal(tidy.record_count, 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct tlsa_record *record = &tidy.records[i];
        assert_int_equal(tidy.usable[i], record->usage == 3 && record->selector == 1);
        assert_int_equal(record->size, record->usage == 2 ? 0 : record->selector == 1 ? 2 : 1);
        if (record->size == 2)
            assert_memory_equal(record->data, "\x11\x12", 2);
    }
    struct probes_host alias = host_of(probes, ALIAS);
    assert_true(alias.has_target);
    assert_name(&alias.target, "b.target.example");
    assert_name(&alias.base, "a.base.example");
    assert_int_equal(alias.record_count, 1);
    struct probes_host own = host_of(probes, OWN);
    assert_null(own.provider);
    assert_false(own.has_target);
    assert_false(own.has_base); /* its records are not secure */
    assert_int_equal(own.record_count, 0);
    assert_int_equal(own.address_count, 1);
    struct probes_host none;
    assert_true(probes_host(probes, 99, &none, &error) < 0);
    close_probes(probes);
}

/* --- what is added --- */

static void rows_say_what_was_met(void **state)
{
    (void)state;
    struct error error;
    enum tlsa_match matches[3];
    make_survey("rows.db");
    struct probes *probes = open_probes("rows.db", false);
    struct probes_host tidy = host_of(probes, TIDY);
    for (unsigned i = 0; i < 3; i++)
        matches[i] = tidy.usable[i] ? TLSA_MATCHED : TLSA_NOT_REACHED;
    struct certificate_verdict verdict = {.pkix = PKIX_VALID,
                                          .names_host = true,
                                          .name_match = true,
                                          .dane_match = true,
                                          .matches = matches};
    assert_put(put_chain(probes, TIDY, MET, (unsigned[]){7, 8, 0}, &verdict, &tidy, &error),
               &error);
    struct probes_host alias = host_of(probes, ALIAS);
    matches[0] = TLSA_NO_MATCH;
    verdict = (struct certificate_verdict){
        .pkix = PKIX_UNTRUSTED, .names_target = true, .matches = matches};
    assert_put(put_chain(probes, ALIAS, MET + 1, (unsigned[]){9, 8, 0}, &verdict, &alias, &error),
               &error);
    struct probes_address six = {.family = 6, .octets = {0x20, 0x01, 0x0d, 0xb8, [15] = 9}};
    assert_put(probes_put(probes,
                          &(struct probe_row){.host = OWN,
                                              .probed_at = MET + 2,
                                              .address = &six,
                                              .outcome = PROBE_TLS_FAILED,
                                              .phase = PROBE_HANDSHAKE,
                                              .reply = 220,
                                              .plaintext = true,
                                              .alert = 40},
                          &error),
               &error);
    assert_query("rows.db", "SELECT count(*) FROM probes", "0\n"); /* nothing before the flush */
    assert_put(probes_set_info(probes, "helo", "probe.example.net", &error), &error);
    flush(probes);
    assert_query(
        "rows.db", "SELECT * FROM probes ORDER BY probed_at",
        "mx.tidy.example|203.0.113.9|4|1800000000|1|tls|quit|250|0|TLSv1.3|-|[1,2]\n"
        "mx.alias.example|203.0.113.9|4|1800000001|1|tls|quit|250|0|TLSv1.3|-|[3,2]\n"
        "own|2001:db8::9|6|1800000002|1|tls_failed|handshake|220|1|-|handshake_failure|-\n");
    /* (1900000000 - 1800000000) / 86400 = 1157.4 */
    assert_query("rows.db", "SELECT * FROM probe_matches ORDER BY host",
                 "mx.alias.example|3|untrusted|0|1|0|0|0|0|1|1157\n"
                 "mx.tidy.example|1|valid|1|-|1|-|1|1|3|1157\n");
    assert_query("rows.db", "SELECT * FROM probe_tlsa ORDER BY host, usage, selector",
                 "mx.alias.example|3|1|1|31|no_match\n"
                 "mx.tidy.example|2|1|1||not_reached\n"
                 "mx.tidy.example|3|0|1|01|not_reached\n"
                 "mx.tidy.example|3|1|1|1112|matched\n");
    assert_query("rows.db",
                 "SELECT id, subject, issuer, names, not_before, not_after, der, length(sha256),"
                 " length(spki_sha256) FROM certificates",
                 "1|CN=c7.example|CN=c7.example|[\"c7.example\"]|1700000000|1900000000|-|64|64\n"
                 "2|CN=c8.example|CN=c8.example|[\"c8.example\"]|1700000000|1900000000|-|64|64\n"
                 "3|CN=c9.example|CN=c9.example|[\"c9.example\"]|1700000000|1900000000|-|64|64\n");
    assert_query("rows.db", "SELECT value FROM run_info WHERE key = 'probe.helo'",
                 "probe.example.net\n");
    close_probes(probes);
    assert_int_not_equal(access("rows.db-journal", F_OK), 0);
    assert_query("rows.db", "PRAGMA journal_mode", "delete\n");
}

/* Once stored, once a file, whoever shows it and whenever; its DER when that is asked for. */
static void certificates_are_stored_once(void **state)
{
    (void)state;
    struct error error;
    make_survey("once.db");
    struct probes *probes = open_probes("once.db", false);
    for (unsigned i = 0; i < 3; i++) { /* twice in one chain, in two rows, and after a flush */
        assert_put(put_chain(probes, TIDY + i % 2, MET, (unsigned[]){5, 6, 5, 0}, &plain_verdict,
                             NULL, &error),
                   &error);
        if (i == 1)
            flush(probes);
    }
    close_probes(probes);
    assert_query("once.db", "SELECT id, subject FROM certificates",
                 "1|CN=c5.example\n2|CN=c6.example\n");
    assert_query("once.db", "SELECT host, meetings, chain FROM probes ORDER BY 1",
                 "mx.alias.example|1|[1,2,1]\nmx.tidy.example|2|[1,2,1]\n");
    probes = open_probes("once.db", true);
    assert_put(put_chain(probes, OWN, MET, (unsigned[]){4, 6, 0}, &plain_verdict, NULL, &error),
               &error);
    close_probes(probes);
    assert_query("once.db", "SELECT host, chain FROM probes WHERE host = 'own'", "own|[3,2]\n");
    char expected[4096], *end = expected + sprintf(expected, "1|-\n2|");
    uint8_t *der = NULL;
    X509 *x509 = certificate(6, "c6.example");
    int size = i2d_X509(x509, &der);
    for (int i = 0; i < size; i++)
        end += sprintf(end, "%02x", der[i]);
    strcpy(end, "\n");
    assert_query("once.db", "SELECT id, der FROM certificates WHERE id < 3 ORDER BY id", expected);
    OPENSSL_free(der);
    X509_free(x509);
    probes = open_probes("once.db", false); /* does not take it away */
    assert_put(put_chain(probes, OWN, MET, (unsigned[]){6, 0}, &plain_verdict, NULL, &error),
               &error);
    close_probes(probes);
    assert_query("once.db", "SELECT count(der) FROM certificates", "2\n");
}

static void long_chains_are_cut(void **state)
{
    (void)state;
    struct error error;
    unsigned numbers[CERTIFICATE_CHAIN_MAX + 3] = {0};
    for (unsigned i = 0; i < CERTIFICATE_CHAIN_MAX + 2; i++)
        numbers[i] = 100 + i;
    make_survey("chain.db");
    struct probes *probes = open_probes("chain.db", false);
    assert_put(put_chain(probes, TIDY, MET, numbers, &plain_verdict, NULL, &error), &error);
    close_probes(probes);
    assert_query("chain.db", "SELECT json_array_length(chain) FROM probes", "30\n");
    assert_query("chain.db", "SELECT count(*) FROM certificates", "30\n");
}

/* A second meeting says all anew, also that there is nothing to say. */
static void a_second_meeting_replaces_the_first(void **state)
{
    (void)state;
    struct error error;
    enum tlsa_match matches[3] = {TLSA_MATCHED, TLSA_MATCHED, TLSA_MATCHED};
    struct certificate_verdict verdict = {.pkix = PKIX_VALID, .matches = matches};
    make_survey("second.db");
    struct probes *probes = open_probes("second.db", false);
    struct probes_host tidy = host_of(probes, TIDY);
    assert_put(put_refusal(probes, TIDY, MET, &tidy, &error), &error);
    assert_put(put_chain(probes, TIDY, MET + 10, (unsigned[]){1, 0}, &verdict, &tidy, &error),
               &error);
    flush(probes);
    assert_query("second.db", "SELECT meetings, probed_at, outcome FROM probes",
                 "2|1800000010|tls\n");
    assert_query("second.db", "SELECT match, count(*) FROM probe_tlsa GROUP BY 1", "matched|3\n");
    assert_put(put_refusal(probes, TIDY, MET + 20, &tidy, &error), &error);
    close_probes(probes);
    assert_query("second.db",
                 "SELECT meetings, probed_at, outcome, reply, tls_version, chain"
                 " FROM probes",
                 "3|1800000020|refused|-|-|-\n");
    assert_query("second.db", "SELECT count(*) FROM probe_matches", "0\n");
    assert_query("second.db", "SELECT match, count(*) FROM probe_tlsa GROUP BY 1",
                 "not_reached|3\n");
}

/* --- other programs, full disks, damage --- */

static sqlite3 *hold(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void let_go(sqlite3 *db)
{
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Rows wait for a reader, who sees what was there, and whom nothing disturbs. */
static void rows_wait_for_readers(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("read.db");
    struct probes *probes = open_probes("read.db", false);
    sqlite3 *reader = hold("read.db", "BEGIN; SELECT count(*) FROM probes");
    for (unsigned i = 0; i < 3; i++) {
        assert_put(
            put_chain(probes, TIDY, MET + i, (unsigned[]){1 + i, 0}, &plain_verdict, NULL, &error),
            &error);
        flush(probes);
        assert_string_equal(error.text, "");
        assert_query("read.db", "SELECT count(*) FROM probes", "0\n"); /* others may begin, too */
        host_of(probes, TIDY);
    }
    let_go(reader);
    flush(probes);
    assert_query("read.db", "SELECT meetings, chain FROM probes", "3|[3]\n");
    reader = hold("read.db", "BEGIN IMMEDIATE");
    assert_put(put_refusal(probes, TIDY, MET + 4, NULL, &error), &error);
    flush(probes);
    let_go(reader);
    close_probes(probes);
    assert_query("read.db", "SELECT meetings FROM probes", "4\n");
}

static void waiting_has_an_end(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("wait.db");
    struct probes *probes = open_probes("wait.db", false);
    sqlite3 *reader = hold("wait.db", "BEGIN; SELECT count(*) FROM probes");
    for (unsigned i = 0; i < PROBES_WAITING_MAX; i++)
        assert_put(put_refusal(probes, TIDY, MET + i, NULL, &error), &error);
    assert_int_equal(put_refusal(probes, TIDY, MET, NULL, &error), PROBES_FAILED);
    assert_non_null(strstr(error.text, "wait.db: cannot write what was met: database is locked; "
                                       "close the program that uses it, then run the same command "
                                       "again"));
    let_go(reader);
    close_probes(probes);
    assert_query("wait.db", "SELECT meetings FROM probes", "1000\n");
}

/* A certificate with 250 names of 250 octets. */
static X509 *large_certificate(void)
{
    X509 *ret = certificate(1, "large.example");
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    for (unsigned i = 0; i < 250; i++) {
        char text[251];
        memset(text, 'a', 250);
        ASN1_IA5STRING *name = ASN1_IA5STRING_new();
        ASN1_STRING_set(name, text, 250);
        GENERAL_NAME *general = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(general, GEN_DNS, name);
        sk_GENERAL_NAME_push(names, general);
    }
    assert_int_equal(X509_add1_ext_i2d(ret, NID_subject_alt_name, names, 0, X509V3_ADD_REPLACE), 1);
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
    X509 *again = X509_dup(ret); /* with its encoding made anew */
    X509_free(ret);
    return again;
}

static void waiting_has_a_bound_in_octets(void **state)
{
    (void)state;
    struct error error = {""};
    make_survey("octets.db");
    struct probes *probes = open_probes("octets.db", false);
    sqlite3 *reader = hold("octets.db", "BEGIN; SELECT count(*) FROM probes");
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509 *large = large_certificate();
    for (unsigned i = 0; i < CERTIFICATE_CHAIN_MAX; i++)
        sk_X509_push(chain, large);
    struct probe_row row = {.host = TIDY,
                            .probed_at = MET,
                            .address = &met_address,
                            .outcome = PROBE_TLS,
                            .phase = PROBE_QUIT,
                            .alert = -1,
                            .chain = chain};
    unsigned rows = 0;
    int status = 0;
    while (rows < PROBES_WAITING_MAX && status == 0) {
        status = probes_put(probes, &row, &error);
        rows += status == 0;
    }
    assert_int_equal(status, PROBES_FAILED);
    /* 250 * 250 * 30 octets each: 64 MB are 36 */
    assert_true(rows > 20 && rows < 40);
    let_go(reader);
    close_probes(probes);
    char *meetings = query("octets.db", "SELECT meetings FROM probes");
    assert_int_equal(atoi(meetings), rows);
    free(meetings);
    sk_X509_free(chain);
    X509_free(large);
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000},
              NULL);
}

enum {
    MANY = 5000
};

/* A survey with many hosts more, by SQL: HOSTS + 1 to MANY. */
static void make_large_survey(const char *path)
{
    make_survey(path);
    execute(path, "WITH RECURSIVE number (n) AS"
                  " (SELECT 7 UNION ALL SELECT n + 1 FROM number LIMIT 4994)"
                  " INSERT INTO _host (id, name, class, address_outcome, alias, resolved_at)"
                  " SELECT n, 'mx' || n || '.example', 6, 1, 1, 1790000000 FROM number");
}

/* Rows fit together, whatever happened. */
static void assert_sound(const char *path)
{
    assert_query(path, "PRAGMA integrity_check", "ok\n");
    assert_query(path, "SELECT count(*) - count(DISTINCT host) FROM probes", "0\n");
    assert_query(path,
                 "SELECT (SELECT count(*) FROM probes WHERE chain NOTNULL)"
                 " - (SELECT count(*) FROM probe_matches)",
                 "0\n");
    assert_query(path, "SELECT count(*) - count(DISTINCT sha256) FROM certificates", "0\n");
    assert_query(path,
                 "SELECT count(*) FROM probes AS p, json_each(p.chain) AS e"
                 " WHERE e.value NOT IN (SELECT id FROM certificates)",
                 "0\n");
    assert_query(path, "SELECT value FROM run_info WHERE key = 'state'", "finished\n");
}

static int number_of(const char *path, const char *sql)
{
    char *text = query(path, sql);
    int ret = atoi(text);
    free(text);
    return ret;
}

/* A disk that fills: what was written stays, and there is an error that the same command goes on
 * from when there is room. */
static void a_full_disk_keeps_what_was_written(void **state)
{
    (void)state;
    make_large_survey("full.db");
    pid_t child = fork();
    if (child == 0) {
        struct error error = {""}, closing = {""};
        signal(SIGXFSZ, SIG_IGN);
        rlim_t room = (rlim_t)number_of("full.db", "SELECT page_count * page_size"
                                                   " FROM pragma_page_count, pragma_page_size");
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){room + 100000, room + 100000});
        struct probes *probes = open_probes("full.db", true);
        int status = 0;
        for (unsigned host = 1; host <= MANY && status == 0; host++) {
            status =
                put_chain(probes, host, MET, (unsigned[]){host, 0}, &plain_verdict, NULL, &error);
            if (status == 0 && host % 10 == 0)
                status = probes_flush(probes, &error);
        }
        bool told = status == PROBES_FAILED && strchr(error.text, '\n') == NULL &&
                    strncmp(error.text, "full.db: cannot write what was met: ", 36) == 0 &&
                    strstr(error.text, "run the same command again") != NULL;
        _exit(told && probes_close(probes, &closing) == PROBES_FAILED ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    int kept = number_of("full.db", "SELECT count(*) FROM probes");
    assert_true(kept > 0 && kept < MANY);
    assert_sound("full.db");
    struct probes *probes = open_probes("full.db", true);
    struct error error;
    assert_put(put_chain(probes, MANY, MET, (unsigned[]){MANY, 0}, &plain_verdict, NULL, &error),
               &error);
    close_probes(probes);
    assert_int_equal(number_of("full.db", "SELECT count(*) FROM probes"), kept + 1);
}

/* Damage is told from what passes. */
static void damage_is_no_reason_to_try_again(void **state)
{
    (void)state;
    struct error error = {""};
    make_large_survey("damaged.db");
    long page = number_of("damaged.db", "SELECT rootpage FROM sqlite_schema WHERE name = '_probe'");
    long size = number_of("damaged.db", "SELECT page_size FROM pragma_page_size");
    FILE *file = fopen("damaged.db", "r+");
    assert_int_equal(fseek(file, (page - 1) * size, SEEK_SET), 0);
    for (long i = 0; i < size; i++)
        fputc(0xff, file);
    fclose(file);
    struct probes *probes = NULL;
    int status = probes_open("damaged.db", false, &probes, &error);
    if (status == 0) {
        assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
        status = probes_flush(probes, &error);
        assert_int_equal(status, PROBES_DAMAGED);
        assert_non_null(strstr(error.text, "the file is damaged"));
        assert_int_equal(probes_close(probes, &error), PROBES_DAMAGED);
    }
    assert_int_equal(status, PROBES_DAMAGED);
    assert_null(strchr(error.text, '\n'));
}

static void count(void *context, const struct probes_candidate *candidate)
{
    *(unsigned *)context += candidate->probed_at == 0;
}

/* Meets hosts that were not met, in a child that is killed. */
static void kill_after(const char *path, unsigned ms)
{
    pid_t child = fork();
    if (child == 0) {
        struct error error;
        struct probes *probes = open_probes(path, true);
        unsigned next = (unsigned)number_of(path, "SELECT coalesce(max(id), 0) FROM _probe") + 1;
        for (unsigned host = next; host <= MANY; host++) {
            put_chain(probes, host, MET, (unsigned[]){host, host % 50 + 1, 0}, &plain_verdict, NULL,
                      &error);
            if (host % 3 == 0)
                put_refusal(probes, host / 2 + 1, MET, NULL, &error);
            if (host % 20 == 0)
                probes_flush(probes, &error);
        }
        probes_close(probes, &error);
        _exit(0);
    }
    pause_ms(ms);
    kill(child, SIGKILL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void kills_lose_and_double_nothing(void **state)
{
    (void)state;
    static const char path[] = "killed.db";
    struct error error;
    make_large_survey(path);
    unsigned in_the_middle = 0, longest_ms = 60;
    int done = 0;
    srand(2);
    for (unsigned i = 0; i < 15 || (in_the_middle < 5 && i < 60); i++) {
        kill_after(path, 5 + (unsigned)rand() % longest_ms);
        /* what a kill left is put right by whoever opens it first */
        struct probes *probes = open_probes(path, false);
        unsigned left = 0;
        assert_put(probes_candidates(probes, PROBES_ALL, count, &left, &error), &error);
        close_probes(probes);
        int now = number_of(path, "SELECT count(*) FROM probes");
        assert_true(now >= done);
        in_the_middle += now > done && now < MANY - HOSTS;
        if (now == done && longest_ms < 10000)
            longest_ms *= 2;
        done = now;
        assert_sound(path);
    }
    assert_true(in_the_middle > 0);
    struct probes *probes = open_probes(path, false);
    assert_put(put_refusal(probes, TIDY, MET, NULL, &error), &error);
    close_probes(probes);
    assert_int_not_equal(access("killed.db-journal", F_OK),
                         0); /* with the first row at the latest */
    assert_sound(path);
}

/* --- what becomes of it --- */

static void meet_all(const char *path)
{
    struct error error;
    enum tlsa_match matches[3] = {TLSA_MATCHED, TLSA_MATCHED, TLSA_MATCHED};
    struct certificate_verdict verdict = {.dane_match = true, .matches = matches};
    static const uint64_t hosts[] = {TIDY, ALIAS, OWN, BROKEN};
    struct probes *probes = open_probes(path, false);
    for (unsigned i = 0; i < 4; i++) {
        struct probes_host met = host_of(probes, hosts[i]);
        assert_put(put_chain(probes, hosts[i], MET, (unsigned[]){1 + i, 0}, &verdict, &met, &error),
                   &error);
    }
    close_probes(probes);
}

/* A host of which something failed is asked about anew, and its number is free for another; what
 * was seen of others stays. */
static void retry_forgets_hosts_that_failed(void **state)
{
    (void)state;
    struct error error = {""};
    enum store_state now;
    make_survey("retry.db");
    meet_all("retry.db");
    struct store *store = open_store("retry.db", STORE_FINISHED);
    assert_int_equal(store_retry("retry.db", &store, &now, &error), 0);
    struct store_domain domain;
    assert_true(next_domain(store, &domain));
    assert_int_equal(domain.id, 5);
    assert_int_equal(put_plain_host(store, "mx.another.example"), BROKEN);
    put_plain_domain(store, 5, BROKEN);
    close_store(store, true);
    assert_query("retry.db", "SELECT host FROM probes ORDER BY host",
                 "mx.alias.example\nmx.tidy.example\nown\n");
    assert_query("retry.db", "SELECT host FROM probe_matches ORDER BY host",
                 "mx.alias.example\nmx.tidy.example\nown\n");
    assert_query("retry.db", "SELECT host, count(*) FROM probe_tlsa GROUP BY host",
                 "mx.alias.example|1\nmx.tidy.example|3\n");
    close_probes(open_probes("retry.db", false));
}

/* A host that no domain names any more goes with all that was seen of it. */
static void strays_take_their_meetings_along(void **state)
{
    (void)state;
    struct error error = {""};
    enum store_state now;
    make_survey("strays.db");
    meet_all("strays.db");
    execute("strays.db", "UPDATE _surveyed SET mx_set = (SELECT mx_set FROM _surveyed WHERE id = 2)"
                         " WHERE id = 1");
    struct store *store = open_store("strays.db", STORE_FINISHED);
    assert_int_equal(store_retry("strays.db", &store, &now, &error), 0);
    struct store_domain domain;
    while (next_domain(store, &domain))
        put_plain_domain(store, domain.id, ALIAS);
    close_store(store, true);
    assert_query("strays.db", "SELECT host FROM probes ORDER BY host", "mx.alias.example\nown\n");
    assert_query("strays.db", "SELECT host FROM probe_matches ORDER BY host",
                 "mx.alias.example\nown\n");
    assert_query("strays.db", "SELECT host, match FROM probe_tlsa", "mx.alias.example|matched\n");
    assert_query("strays.db", "SELECT count(*) FROM _probe WHERE id NOT IN (SELECT id FROM _host)",
                 "0\n");
}

/* Of a resolver that did not always validate no TLSA record is known; a certificate is. */
static void what_rests_on_dnssec_is_disbelieved(void **state)
{
    (void)state;
    struct error error = {""};
    enum store_state now;
    make_survey("disbelieved.db");
    meet_all("disbelieved.db");
    struct store *store = open_store("disbelieved.db", STORE_FINISHED);
    assert_int_equal(store_retry("disbelieved.db", &store, &now, &error), 0);
    assert_int_equal(store_set_info(store, "resolver_validates", "not always", &error), 0);
    struct store_domain domain;
    while (next_domain(store, &domain))
        put_plain_domain(store, domain.id, ALIAS);
    close_store(store, true);
    assert_query("disbelieved.db",
                 "SELECT host, pkix, dane_match, tlsa_count FROM probe_matches"
                 " ORDER BY host",
                 "mx.alias.example|valid|-|0\nmx.tidy.example|valid|-|0\nown|valid|-|0\n");
    assert_query("disbelieved.db", "SELECT count(*) FROM probe_tlsa", "0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_finished_surveys_only),
        cmocka_unit_test(one_program_at_a_time),
        cmocka_unit_test(candidates_have_an_address),
        cmocka_unit_test(hosts_come_with_what_a_meeting_needs),
        cmocka_unit_test(rows_say_what_was_met),
        cmocka_unit_test(certificates_are_stored_once),
        cmocka_unit_test(long_chains_are_cut),
        cmocka_unit_test(a_second_meeting_replaces_the_first),
        cmocka_unit_test(rows_wait_for_readers),
        cmocka_unit_test(waiting_has_an_end),
        cmocka_unit_test(waiting_has_a_bound_in_octets),
        cmocka_unit_test(a_full_disk_keeps_what_was_written),
        cmocka_unit_test(damage_is_no_reason_to_try_again),
        cmocka_unit_test(kills_lose_and_double_nothing),
        cmocka_unit_test(retry_forgets_hosts_that_failed),
        cmocka_unit_test(strays_take_their_meetings_along),
        cmocka_unit_test(what_rests_on_dnssec_is_disbelieved),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
