/* What `probe` reads of a survey file and adds to it, and what becomes of that. */
#include "probes_helper.h"
#include "store_helper.h"

#include <openssl/crypto.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

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
    flush_probes(probes);
    assert_put(put_refusal(probes, OWN, MET + 4000, NULL, &error), &error);
    flush_probes(probes);
    all = candidates_of(probes, PROBES_ALL);
    assert_int_equal(all.list[2].probed_at, MET + 4000);
    assert_int_equal(all.list[2].outcome, PROBE_REFUSED);
    assert_int_equal(all.list[2].meetings, 2);
    close_probes(probes);
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
    flush_probes(probes);
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
            flush_probes(probes);
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
    X509 *x509 = make_certificate(6, "c6.example");
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

/* Whether the target is named does not hang on TLSA records. */
static void aliases_are_known_without_records(void **state)
{
    (void)state;
    struct error error;
    struct certificate_verdict verdict = {.pkix = PKIX_VALID, .names_target = true};
    make_survey("aliases.db");
    struct probes *probes = open_probes("aliases.db", false);
    assert_put(put_chain(probes, ALIAS, MET, (unsigned[]){1, 0}, &verdict, NULL, &error), &error);
    assert_put(put_chain(probes, OWN, MET, (unsigned[]){1, 0}, &verdict, NULL, &error), &error);
    close_probes(probes);
    assert_query("aliases.db",
                 "SELECT host, names_host, names_target, name_match, target_match, dane_match,"
                 " tlsa_count FROM probe_matches ORDER BY host",
                 "mx.alias.example|0|1|0|1|-|0\nown|0|-|0|-|-|0\n");
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
    flush_probes(probes);
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
    execute("retry.db", "INSERT INTO _probe_tlsa VALUES (6, 3, 1, 1, x'41', 1)"); /* BROKEN */
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
    /* the views would not show it */
    assert_query("strays.db",
                 "SELECT count(*) FROM (SELECT id FROM _probe UNION SELECT id FROM _probe_match"
                 " UNION SELECT host FROM _probe_tlsa) WHERE id NOT IN (SELECT id FROM _host)",
                 "0\n");
}

static bool is_tidy(void *context, const char *domain, size_t length)
{
    (void)context;
    return length == strlen("tidy.example") && memcmp(domain, "tidy.example", length) == 0;
}

/* Domains that opt out change the numbers of domains, and of no host. */
static void opt_outs_part_nothing(void **state)
{
    (void)state;
    struct error error = {""};
    enum store_state now;
    uint64_t count = 0;
    make_survey("out.db");
    meet_all("out.db");
    execute("out.db", "INSERT INTO _failure VALUES (99, 2, 'mx.tidy.example', 1, NULL, 3)");
    struct store *store = open_store("out.db", STORE_FINISHED);
    assert_int_equal(store_retry("out.db", &store, &now, &error), 0);
    assert_int_equal(store_opt_out(store, is_tidy, NULL, &count, &error), 0);
    assert_int_equal(count, 1);
    struct store_domain domain;
    while (next_domain(store, &domain))
        put_plain_domain(store, domain.id, put_plain_host(store, "mx.another.example"));
    close_store(store, true);
    assert_query("out.db",
                 "SELECT domain, p.host, c.subject FROM mail_hosts JOIN probes AS p USING (host)"
                 " JOIN probe_matches AS m ON m.host = p.host JOIN certificates AS c"
                 " ON c.id = m.certificate ORDER BY domain",
                 "alias.example|mx.alias.example|CN=c2.example\nown|own|CN=c3.example\n");
    assert_query("out.db", "SELECT count(*) FROM probes", "2\n");
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
        cmocka_unit_test(aliases_are_known_without_records),
        cmocka_unit_test(a_second_meeting_replaces_the_first),
        cmocka_unit_test(retry_forgets_hosts_that_failed),
        cmocka_unit_test(strays_take_their_meetings_along),
        cmocka_unit_test(opt_outs_part_nothing),
        cmocka_unit_test(what_rests_on_dnssec_is_disbelieved),
    };
    return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
