/* The views of a survey file: every column against rows written by hand. */
#include "small_survey.h"
#include "store_helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char path[] = SMALL_SURVEY;

static void domains(void **state)
{
    (void)state;
    assert_query(
        path, "SELECT * FROM domains ORDER BY surveyed_at",
        "example.com|7|com|-|mx|-|-|-|secure|-|2|1|0|example.net|primary|0|0|enforce|target_only|"
        "valid|1800000001|59\n"
        "null.example|-|example|city|null_mx|-|-|-|secure|-|1|0|0|-|-|0|-|-|-|-|1800000002|3600\n"
        "mixed.example|-|-|';|mx|mixed|-|-|secure|-|2|0|0|example.net|primary|0|0|unavailable|-|"
        "none|1800000003|177\n"
        "nullpref.example|4|-|-|null_mx|preference|-|-|secure|-|2|0|0|-|-|0|-|-|-|-|1800000004|"
        "236\n"
        "implicit.co.uk|-|co.uk|city|implicit_mx|-|-|-|insecure|-|0|0|0|implicit.co.uk|insecure|"
        "0|1|none|-|multiple|1800000005|-\n"
        "none.example|0|example|';|no_service|-|-|-|insecure|-|0|0|0|-|-|0|-|-|-|-|1800000006|-\n"
        "gone.example|-|example|-|nxdomain|-|-|-|indeterminate|-|0|0|0|-|-|0|-|-|-|-|1800000007|"
        "-\n"
        "broken.example|-|example|city|failed|-|bogus|6,10|bogus|-|-|-|-|-|failed|-|0|-|-|-|"
        "1800000008|-\n"
        "address.example|-|-|';|mx|mixed|-|-|secure|-|4|0|0|-|-|0|-|off|-|none|1800000009|531\n"
        "alias.example|-|-|-|mx|-|-|-|secure|target.example|1|0|1|example.net|-|0|-|failed|-|"
        "failed|1800000010|0\n"
        "twice.example|-|-|';|mx|-|-|-|secure|-|3|0|0|example.net|primary|0|0|invalid_policy|-|"
        "invalid|1800000012|708\n"
        "odd.example|-|-|-|mx|-|-|-|secure|-|3|1|1|example.org|-|2|-|invalid_record|-|-|"
        "1800000013|767\n"
        "example|1000000000000|example|city|mx|-|-|-|secure|-|1|0|0|-|-|0|-|-|-|-|1800000014|"
        "826\n");
}

static void mx_records(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM mx_records ORDER BY domain, preference, exchange",
                 "address.example|0|.|null|0|-|0|-\n"
                 "address.example|10|192.0.2.1|address|1|-|0|-\n"
                 "address.example|10|mx1.example.net|host|1|0|0|-\n"
                 "address.example|30|excluded.example.net|host|0|-|0|-\n"
                 "alias.example|15|excluded.example.net|host|1|-|-|-\n"
                 "example|1|localhost|localhost|1|-|-|-\n"
                 "example.com|10|mx1.example.net|host|1|0|1|-\n"
                 "example.com|20|mx2.example.net|host|0|1|0|1\n"
                 "mixed.example|0|.|null|0|-|-|-\n"
                 "mixed.example|10|mx1.example.net|host|1|0|-|-\n"
                 "null.example|0|.|null|0|-|-|-\n"
                 "nullpref.example|5|.|null|0|-|-|-\n"
                 "nullpref.example|10|.|null|0|-|-|-\n"
                 "odd.example|5|_mx.example.org|invalid|1|-|-|-\n"
                 "odd.example|5|mail|single_label|1|1|-|-\n"
                 "odd.example|65535|localhost|localhost|0|-|-|-\n"
                 "twice.example|10|mx1.example.net|host|1|0|-|-\n"
                 "twice.example|30|mx1.example.net|host|0|0|-|-\n");
}

static void hosts(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM hosts ORDER BY host",
                 "_mx.example.org|example.org|failed|servfail|-|-|-|-|indeterminate|-|-|-|-|-|"
                 "not_asked|-|-|-|-|failed|failed|1700000004|-\n"
                 "implicit.co.uk|implicit.co.uk|answer|-|-|0|1|0|insecure|none|-|-|-|-|"
                 "answer|implicit.co.uk|insecure|1|0|insecure|insecure|1700000003|-\n"
                 "mail|-|nodata|-|-|0|0|0|bogus|dname|1|mail.example.org|bogus|-|"
                 "failed|mail.example.org|bogus|-|-|failed|none|1700000005|0\n"
                 "mx1.example.net|example.net|answer|timeout|9,22|2|-|1|secure|none|-|-|-|-|"
                 "answer|mx1.example.net|secure|3|2|usable|usable|1700000001|-\n"
                 "mx2.example.net|example.net|nxdomain|-|-|0|0|0|insecure|cname|2|b.example.org|"
                 "secure|dangling|not_asked|-|-|-|-|unreachable|unreachable|1700000002|300\n");
}

/* Each host once, at its lowest preference; none that is not resolved; implicit ones, too. */
static void mail_hosts(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM mail_hosts ORDER BY domain, host",
                 "address.example|mx1.example.net|10|1\n"
                 "example.com|mx1.example.net|10|1\n"
                 "example.com|mx2.example.net|20|0\n"
                 "implicit.co.uk|implicit.co.uk|-|1\n"
                 "mixed.example|mx1.example.net|10|1\n"
                 "odd.example|_mx.example.org|5|1\n"
                 "odd.example|mail|5|1\n"
                 "twice.example|mx1.example.net|10|1\n");
}

/* The rows of mx_records beside those of hosts. */
static void mx_hosts(void **state)
{
    (void)state;
    assert_query(path,
                 "SELECT exchange, host_host, host_alias_target, alias_provider, host_resolved_at"
                 " FROM mx_hosts WHERE domain IN ('example.com', 'odd.example')"
                 " ORDER BY domain, exchange",
                 "mx1.example.net|mx1.example.net|-|-|1700000001\n"
                 "mx2.example.net|mx2.example.net|b.example.org|example.org|1700000002\n"
                 "_mx.example.org|_mx.example.org|-|-|1700000004\n"
                 "localhost|-|-|-|-\n"
                 "mail|mail|mail.example.org|-|1700000005\n");
    char *columns =
        query(path, "SELECT group_concat('host_' || name) FROM pragma_table_info('hosts')");
    columns[strlen(columns) - 1] = '\0';
    char sql[2048];
    static const char *const queries[] = {
        "SELECT count(*) FROM (SELECT * FROM mx_records EXCEPT SELECT domain, preference, exchange,"
        " exchange_class, is_primary, is_alias, sts_match_name, sts_match_target FROM mx_hosts)",
        "SELECT count(*) - (SELECT count(*) FROM mx_records) FROM mx_hosts",
    };
    for (unsigned i = 0; i < 2; i++)
        assert_query(path, queries[i], "0\n");
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM (SELECT * FROM hosts WHERE host IN (SELECT exchange FROM"
             " mx_records) EXCEPT SELECT %s FROM mx_hosts)",
             columns);
    assert_query(path, sql, "0\n");
    free(columns);
}

static void tlsa_records(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM tlsa_records ORDER BY host, usage",
                 "implicit.co.uk|implicit.co.uk|3|0|1|7f|0|-|-|-\n"
                 "mx1.example.net|mx1.example.net|2|1|1|00abff|1|-|Let's Encrypt X3|expired\n"
                 "mx1.example.net|mx1.example.net|3|1|1|01|1|-|-|-\n"
                 "mx1.example.net|mx1.example.net|255|0|2||0|usage|-|-\n");
}

static void the_rest(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM aliases ORDER BY host, hop",
                 "mail|1|mail|mail.example.org|dname|0\n"
                 "mx2.example.net|1|mx2.example.net|a.example.net|cname|3600\n"
                 "mx2.example.net|2|a.example.net|b.example.org|dname|300\n");
    assert_query(path, "SELECT * FROM addresses ORDER BY host, address",
                 "implicit.co.uk|2001:db8::1|6|0\n"
                 "mx1.example.net|10.0.0.1|4|1\n"
                 "mx1.example.net|203.0.113.9|4|0\n");
    assert_query(path, "SELECT * FROM failures ORDER BY kind",
                 "address|mx1.example.net|timeout|-|3\n"
                 "mx|broken.example|bogus|6,10|4\n");
    assert_query(path, "SELECT * FROM rejected_lines ORDER BY line",
                 "-|3|192.0.2.1|address\n"
                 "a list.csv|12|'; DROP TABLE listed; --\xef\xbf\xbd|odd character\n");
    assert_query(path, "SELECT * FROM run_info ORDER BY key",
                 "list.1|a list.csv\nschema|4\nstate|finished\n");
}

static void sts_policies(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM sts_policies ORDER BY domain",
                 "address.example|valid|20261123|valid|-|200|none|0|[]|-|1700000000\n"
                 "alias.example|failed|-|not_asked|-|-|-|-|-|-|-\n"
                 "example.com|valid|20261123|valid|-|200|enforce|86400|"
                 "[\"mx1.example.net\",\"*.example.org\"]|text/plain; charset=utf-8|1700000000\n"
                 "implicit.co.uk|none|-|not_asked|-|-|-|-|-|-|-\n"
                 "mixed.example|valid|20261123|unavailable|http_status|404|-|-|-||-\n"
                 "odd.example|multiple|-|not_asked|-|-|-|-|-|-|-\n"
                 "twice.example|valid|20261123|invalid|mode: \xef\xbf\xbdnforce|200|-|-|-|"
                 "\xef\xbf\xbd/" FIFTY
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|1700000000\n");
}

/* By hand: the rows of small_survey.c.  6.9 days to the end are 6, a second past it is a day less
 * than 0. */
static void probes(void **state)
{
    (void)state;
    assert_query(path, "SELECT * FROM probes ORDER BY host",
                 "_mx.example.org|192.0.2.2|4|1800000300|3|closed|handshake|220|1|-|-|-\n"
                 "implicit.co.uk|2001:db8::1|6|1800000100|1|tls|quit|250|0|TLSv1.2|-|[3]\n"
                 "mail|192.0.2.3|4|1800000400|1|refused|connect|-|-|-|-|-\n"
                 "mx1.example.net|203.0.113.9|4|1800000000|1|tls|quit|250|0|TLSv1.3|-|[1,2]\n"
                 "mx2.example.net|192.0.2.1|4|1800000200|2|tls_failed|handshake|220|0|-|"
                 "handshake_failure|-\n");
    assert_query(path, "SELECT * FROM probe_matches ORDER BY host",
                 "implicit.co.uk|3|expired|1|0|0|0|-|0|0|-1\n"
                 "mx1.example.net|1|valid|0|-|0|-|1|1|3|6\n");
    assert_query(path, "SELECT * FROM probe_tlsa ORDER BY host, usage",
                 "mx1.example.net|2|1|1|00abff|no_match\n"
                 "mx1.example.net|3|1|1|01|matched\n"
                 "mx1.example.net|255|0|2||not_reached\n"
                 "mx2.example.net|3|1|1|02|not_reached\n");
    assert_query(path, "SELECT * FROM certificates ORDER BY id",
                 "1|0a0b|0c0d|CN=mail.example.net|CN=CA|[\"mail.example.net\"]|1790000000|"
                 "1800596160|-\n"
                 "2|0a0c|0c0e|CN=CA|CN=CA|[]|1700000000|1900000000|-\n"
                 "3|0a0d|0c0f|CN=implicit.co.uk|CN=implicit.co.uk|[\"implicit.co.uk\"]|1700000000|"
                 "1800000099|3000\n");
    assert_query(path,
                 "SELECT p.host, c.subject FROM probes AS p, json_each(p.chain) AS e"
                 " JOIN certificates AS c ON c.id = e.value WHERE p.host = 'mx1.example.net'"
                 " ORDER BY e.key",
                 "mx1.example.net|CN=mail.example.net\nmx1.example.net|CN=CA\n");
}

/* Whose certificate is good for what, by the truth table of RFC 8461 s4.2. */
static void matches_need_a_name_and_an_authority(void **state)
{
    (void)state;
    static const struct {
        const char *set, *expected;
    } cases[] = {
        {"pkix = NULL, names_host = 1, names_target = 1", "1|1\n"},
        {"pkix = NULL, names_host = 1, names_target = 0", "1|0\n"},
        {"pkix = NULL, names_host = 0, names_target = 1", "0|1\n"},
        {"pkix = NULL, names_host = 0, names_target = NULL", "0|-\n"},
        {"pkix = 1, names_host = 1, names_target = 1", "0|0\n"},
        {"pkix = 4, names_host = 1, names_target = NULL", "0|-\n"},
    };
    execute(path, "VACUUM INTO 'matches.db'");
    execute("matches.db", "DELETE FROM _probe_match WHERE id <> 1");
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        char set[128];
        snprintf(set, sizeof set, "UPDATE _probe_match SET %s", cases[i].set);
        execute("matches.db", set);
        assert_query("matches.db", "SELECT name_match, target_match FROM probe_matches",
                     cases[i].expected);
    }
}

/* RFC 8446 s6; a number that has no name there is shown as it is. */
static void alerts_have_the_names_of_tls(void **state)
{
    (void)state;
    static const struct {
        unsigned number;
        const char *name;
    } alerts[] = {
        {0, "close_notify"},
        {10, "unexpected_message"},
        {20, "bad_record_mac"},
        {22, "record_overflow"},
        {40, "handshake_failure"},
        {42, "bad_certificate"},
        {43, "unsupported_certificate"},
        {44, "certificate_revoked"},
        {45, "certificate_expired"},
        {46, "certificate_unknown"},
        {47, "illegal_parameter"},
        {48, "unknown_ca"},
        {49, "access_denied"},
        {50, "decode_error"},
        {51, "decrypt_error"},
        {70, "protocol_version"},
        {71, "insufficient_security"},
        {80, "internal_error"},
        {86, "inappropriate_fallback"},
        {90, "user_canceled"},
        {109, "missing_extension"},
        {110, "unsupported_extension"},
        {112, "unrecognized_name"},
        {113, "bad_certificate_status_response"},
        {115, "unknown_psk_identity"},
        {116, "certificate_required"},
        {120, "no_application_protocol"},
    };
    char expected[256 * 40] = "";
    for (unsigned number = 0, next = 0; number <= 255; number++) {
        char *end = expected + strlen(expected);
        if (next < sizeof alerts / sizeof *alerts && alerts[next].number == number)
            sprintf(end, "%s\n", alerts[next++].name);
        else
            sprintf(end, "%u\n", number);
    }
    execute(path, "VACUUM INTO 'alerts.db'");
    execute("alerts.db",
            "DELETE FROM _probe;"
            "WITH RECURSIVE number (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM number LIMIT 256)"
            " INSERT INTO _host (id, name, class) SELECT 1000 + n, 'host' || n, 6 FROM number;"
            "INSERT INTO _probe (id, probed_at, meetings, family, address, outcome, phase,"
            "  tls_alert)"
            " SELECT id, 1, 1, 4, '192.0.2.1', 8, 5, id - 1000 FROM _host WHERE id >= 1000");
    assert_query("alerts.db",
                 "SELECT tls_alert FROM probes ORDER BY CAST(substr(host, 5) AS INTEGER)",
                 expected);
}

/* Lookups by name must not walk a table of millions. */
static void lookups_use_indexes(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "EXPLAIN QUERY PLAN SELECT * FROM domains WHERE domain = 'example.com'",
        "EXPLAIN QUERY PLAN SELECT * FROM mx_records WHERE domain = 'example.com'",
        "EXPLAIN QUERY PLAN SELECT * FROM mx_records WHERE exchange = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT count(*) FROM mx_records WHERE exchange = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM hosts WHERE host = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM addresses WHERE host = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM tlsa_records WHERE host = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM sts_policies WHERE domain = 'example.com'",
        "EXPLAIN QUERY PLAN SELECT * FROM aliases WHERE host = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM probes WHERE host = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM probe_matches WHERE host = 'mx1.example.net'",
        "EXPLAIN QUERY PLAN SELECT * FROM probe_tlsa WHERE host = 'mx1.example.net'",
    };
    for (unsigned i = 0; i < sizeof queries / sizeof *queries; i++) {
        char *plan = query(path, queries[i]);
        const char *scan = plan;
        while ((scan = strstr(scan, "SCAN ")) != NULL) {
            /* reading the found rows once more is no walk */
            if (strncmp(scan, "SCAN (subquery", 14) != 0)
                fail_msg("%s:\n%s", queries[i], plan);
            scan++;
        }
        assert_non_null(strstr(plan, "USING"));
        free(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains),
        cmocka_unit_test(mx_records),
        cmocka_unit_test(hosts),
        cmocka_unit_test(mail_hosts),
        cmocka_unit_test(mx_hosts),
        cmocka_unit_test(tlsa_records),
        cmocka_unit_test(the_rest),
        cmocka_unit_test(sts_policies),
        cmocka_unit_test(probes),
        cmocka_unit_test(matches_need_a_name_and_an_authority),
        cmocka_unit_test(alerts_have_the_names_of_tls),
        cmocka_unit_test(lookups_use_indexes),
    };
    return cmocka_run_group_tests(tests, small_survey_make, leave_directory);
}
