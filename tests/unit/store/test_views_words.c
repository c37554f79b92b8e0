/* The views of a survey file: their columns against those promised and the data dictionary, their
 * words against core/words.h. */
#include "small_survey.h"
#include "store_helper.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char path[] = SMALL_SURVEY;

/* --- the columns that are promised, in their order --- */

#define MX_RECORDS                                                                                 \
    "domain preference exchange exchange_class is_primary is_alias sts_match_name "                \
    "sts_match_target "
#define HOSTS(P)                                                                                   \
    P "host " P "provider " P "address_outcome " P "failure " P "ede " P "ipv4_count " P           \
      "ipv6_count " P "special_count " P "dnssec " P "alias " P "alias_hops " P "alias_target " P  \
      "alias_dnssec " P "alias_problem " P "tlsa_outcome " P "tlsa_base " P "tlsa_dnssec " P       \
      "tlsa_count " P "tlsa_usable_count " P "dane " P "dane_exim " P "resolved_at " P             \
      "alias_ttl "

static const struct view {
    const char *name, *columns;
    const char *described; /* in the dictionary; NULL: all */
} views[] = {
    {"domains",
     "domain rank suffix stratum mx_outcome null_mx_flaw failure ede dnssec alias_target "
     "mx_count cname_mx_count unknown_mx_count provider dane tlsa_failures dane_ready "
     "sts sts_cname_effect tlsrpt surveyed_at mx_ttl ",
     NULL},
    {"mx_records", MX_RECORDS, NULL},
    {"hosts", HOSTS(""), NULL},
    {"aliases", "host hop owner target kind ttl ", NULL},
    {"addresses", "host address family special ", NULL},
    {"tlsa_records",
     "host base usage selector matching_type data usable reason known_key "
     "key_status ",
     NULL},
    {"sts_policies",
     "domain record_outcome id policy_outcome detail http_status mode max_age mx "
     "media_type fetched_at ",
     NULL},
    {"mail_hosts", "domain host preference is_primary ", NULL},
    {"mx_hosts", MX_RECORDS HOSTS("host_") "alias_provider ", "alias_provider "},
    {"probes",
     "host address family probed_at meetings outcome phase reply plaintext tls_version tls_alert "
     "chain ",
     NULL},
    {"probe_matches",
     "host certificate pkix names_host names_target name_match target_match dane_match "
     "tlsa_matched tlsa_count expires_in_days ",
     NULL},
    {"probe_tlsa", "host usage selector matching_type data match ", NULL},
    {"certificates", "id sha256 spki_sha256 subject issuer names not_before not_after der ", NULL},
    {"failures", "kind name failure ede tries ", NULL},
    {"rejected_lines", "list line text reason ", NULL},
    {"run_info", "key value ", NULL},
};

enum {
    VIEW_COUNT = sizeof views / sizeof *views
};

/* --- columns --- */

static void columns_are_those_promised(void **state)
{
    (void)state;
    char sql[128];
    for (unsigned i = 0; i < VIEW_COUNT; i++) {
        snprintf(sql, sizeof sql,
                 "SELECT group_concat(name || ' ', '') FROM pragma_table_info('%s')",
                 views[i].name);
        char *columns = query(path, sql);
        columns[strlen(columns) - 1] = '\0';
        assert_string_equal(columns, views[i].columns);
        free(columns);
    }
    assert_query(path,
                 "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name NOT LIKE '\\_%' "
                 "ESCAPE '\\'",
                 "16\n");
    /* all else is out of sight */
    assert_query(path,
                 "SELECT count(*) FROM sqlite_schema WHERE type <> 'view'"
                 " AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                 "0\n");
}

/* The next cell of a table row `| a | b |`, without blanks; NULL at its end. */
static char *next_cell(char **row)
{
    char *begin = *row + strspn(*row, "| ");
    char *end = strchr(begin, '|');
    if (end == NULL)
        return NULL;
    *row = end;
    while (end > begin && isblank((unsigned char)end[-1]))
        end--;
    *end = '\0';
    *row += 1;
    return begin;
}

/* Does the view keep what the dictionary says of this column? */
static void check_column(const char *view, const char *column, const char *type, const char *null)
{
    char sql[256];
    assert_true(strcmp(type, "text") == 0 || strcmp(type, "integer") == 0);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE typeof(%s) NOT IN ('null', '%s')",
             view, column, type);
    assert_query(path, sql, "0\n");
    if (strcmp(null, "never") != 0)
        return;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s IS NULL", view, column);
    assert_query(path, sql, "0\n");
}

static void dictionary_names_the_same_columns(void **state)
{
    (void)state;
    const char *dictionary = getenv("SCHEMA_DICTIONARY");
    assert_non_null(dictionary);
    FILE *file = fopen(dictionary, "r");
    assert_non_null(file);
    const struct view *view = NULL;
    bool in_views = false;
    unsigned seen = 0;
    char line[1024], columns[1024] = "";
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "## ", 3) == 0 || strncmp(line, "### ", 4) == 0) {
            if (view != NULL)
                assert_string_equal(columns,
                                    view->described == NULL ? view->columns : view->described);
            view = NULL;
            columns[0] = '\0';
            if (line[2] == ' ')
                in_views = strcmp(line, "## Views\n") == 0;
            else if (in_views) {
                assert_true(seen < VIEW_COUNT);
                view = &views[seen++];
                assert_memory_equal(line + 4, view->name, strlen(view->name));
                assert_int_equal(line[4 + strlen(view->name)], '\n');
            }
        } else if (view != NULL && line[0] == '|' && strncmp(line, "| column", 8) != 0 &&
                   strncmp(line, "| ---", 5) != 0) {
            char *rest = line, *column = next_cell(&rest), *type = next_cell(&rest);
            char *null = next_cell(&rest), *meaning = next_cell(&rest);
            assert_non_null(meaning);
            assert_true(strlen(meaning) > 3);
            strcat(strcat(columns, column), " ");
            check_column(view->name, column, type, null);
        }
    }
    fclose(file);
    assert_int_equal(seen, VIEW_COUNT);
}

/* --- words --- */

#define COUNT_WORD(constant, word) +1
#define WORDS_TEST(tag, WORDS)                                                                     \
    static const char *tag##_text(unsigned value)                                                  \
    {                                                                                              \
        return tag##_word((enum tag)value);                                                        \
    }                                                                                              \
    enum {                                                                                         \
        tag##_count = 0 WORDS(COUNT_WORD)                                                          \
    };
WORDS_TEST(outcome, OUTCOME_WORDS)
WORDS_TEST(failure, FAILURE_WORDS)
WORDS_TEST(dnssec, DNSSEC_WORDS)
WORDS_TEST(mx_outcome, MX_OUTCOME_WORDS)
WORDS_TEST(null_mx_flaw, NULL_MX_FLAW_WORDS)
WORDS_TEST(exchange_class, EXCHANGE_CLASS_WORDS)
WORDS_TEST(alias, ALIAS_WORDS)
WORDS_TEST(alias_problem, ALIAS_PROBLEM_WORDS)
WORDS_TEST(dane, DANE_WORDS)
WORDS_TEST(domain_dane, DOMAIN_DANE_WORDS)
WORDS_TEST(tlsa_reason, TLSA_REASON_WORDS)
WORDS_TEST(key_status, KEY_STATUS_WORDS)
WORDS_TEST(lookup_kind, LOOKUP_KIND_WORDS)
WORDS_TEST(sts, STS_WORDS)
WORDS_TEST(sts_cname_effect, STS_CNAME_EFFECT_WORDS)
WORDS_TEST(tlsrpt, TLSRPT_WORDS)
WORDS_TEST(sts_record_outcome, STS_RECORD_OUTCOME_WORDS)
WORDS_TEST(sts_policy_outcome, STS_POLICY_OUTCOME_WORDS)
WORDS_TEST(sts_mode, STS_MODE_WORDS)
WORDS_TEST(sts_detail, STS_DETAIL_WORDS)
WORDS_TEST(probe_outcome, PROBE_OUTCOME_WORDS)
WORDS_TEST(probe_phase, PROBE_PHASE_WORDS)
WORDS_TEST(tls_version, TLS_VERSION_WORDS)
WORDS_TEST(pkix_fault, PKIX_FAULT_WORDS)
WORDS_TEST(tlsa_match, TLSA_MATCH_WORDS)

static const struct coded {
    const char *table, *column, *view, *view_column;
    const char *(*text)(unsigned value);
    unsigned count;
    const char *section; /* of the dictionary */
} coded[] = {
    {"_surveyed", "mx_outcome", "domains", "mx_outcome", mx_outcome_text, mx_outcome_count,
     "mx_outcome"},
    {"_surveyed", "dnssec", "domains", "dnssec", dnssec_text, dnssec_count, "dnssec"},
    {"_surveyed_detail", "null_mx_flaw", "domains", "null_mx_flaw", null_mx_flaw_text,
     null_mx_flaw_count, "null_mx_flaw"},
    {"_surveyed_detail", "failure", "domains", "failure", failure_text, failure_count, "failure"},
    {"_host", "class", "mx_records", "exchange_class", exchange_class_text, exchange_class_count,
     "exchange_class"},
    {"_host", "address_outcome", "hosts", "address_outcome", outcome_text, outcome_count,
     "outcome"},
    {"_host", "dnssec", "hosts", "dnssec", dnssec_text, dnssec_count, "dnssec"},
    {"_host", "alias", "hosts", "alias", alias_text, alias_count, "alias"},
    {"_host_detail", "failure", "hosts", "failure", failure_text, failure_count, "failure"},
    {"_host_detail", "alias_dnssec", "hosts", "alias_dnssec", dnssec_text, dnssec_count, "dnssec"},
    {"_host_detail", "alias_problem", "hosts", "alias_problem", alias_problem_text,
     alias_problem_count, "alias_problem"},
    {"_surveyed", "dane", "domains", "dane", domain_dane_text, domain_dane_count,
     "dane of a domain"},
    {"_host", "dane", "hosts", "dane", dane_text, dane_count, "dane of a host"},
    {"_host_tlsa", "outcome", "hosts", "tlsa_outcome", outcome_text, outcome_count, "outcome"},
    {"_host_tlsa", "dnssec", "hosts", "tlsa_dnssec", dnssec_text, dnssec_count, "dnssec"},
    {"_tlsa", "reason", "tlsa_records", "reason", tlsa_reason_text, tlsa_reason_count, "reason"},
    {"_tlsa", "key_status", "tlsa_records", "key_status", key_status_text, key_status_count,
     "key_status"},
    {"_alias", "kind", "aliases", "kind", alias_text, alias_count, "alias"},
    {"_failure", "kind", "failures", "kind", lookup_kind_text, lookup_kind_count, "kind"},
    {"_failure", "failure", "failures", "failure", failure_text, failure_count, "failure"},
    {"_surveyed", "sts", "domains", "sts", sts_text, sts_count, "sts"},
    {"_sts_policy", "cname_effect", "domains", "sts_cname_effect", sts_cname_effect_text,
     sts_cname_effect_count, "sts_cname_effect"},
    {"_surveyed", "tlsrpt", "domains", "tlsrpt", tlsrpt_text, tlsrpt_count, "tlsrpt"},
    {"_sts_policy", "record_outcome", "sts_policies", "record_outcome", sts_record_outcome_text,
     sts_record_outcome_count, "record_outcome"},
    {"_sts_policy", "policy_outcome", "sts_policies", "policy_outcome", sts_policy_outcome_text,
     sts_policy_outcome_count, "policy_outcome"},
    {"_sts_policy", "detail", "sts_policies", "detail", sts_detail_text, sts_detail_count,
     "detail"},
    {"_sts_policy", "mode", "sts_policies", "mode", sts_mode_text, sts_mode_count, "mode"},
    {"_probe", "outcome", "probes", "outcome", probe_outcome_text, probe_outcome_count,
     "probe_outcome"},
    {"_probe", "phase", "probes", "phase", probe_phase_text, probe_phase_count, "phase"},
    {"_probe", "tls_version", "probes", "tls_version", tls_version_text, tls_version_count,
     "tls_version"},
    {"_probe_match", "pkix", "probe_matches", "pkix", pkix_fault_text, pkix_fault_count, "pkix"},
    {"_probe_tlsa", "match", "probe_tlsa", "match", tlsa_match_text, tlsa_match_count, "match"},
};

/* One word past the last must be unknown to the view: a word added to words.h
 * but not to views.sql, or the other way round, shows. */
static void views_know_every_word(void **state)
{
    (void)state;
    char set[256], get[256], expected[64];
    execute(path, "VACUUM INTO 'words.db'");
    execute("words.db", "DELETE FROM _surveyed WHERE id <> 1;"
                        "DELETE FROM _mx_record WHERE host <> 1;"
                        "DELETE FROM _sts_policy WHERE id <> 1;"
                        "DELETE FROM _host WHERE id <> 1; DELETE FROM _alias;"
                        "INSERT INTO _alias VALUES (1, 1, 2, 'x.example', 300);"
                        "DELETE FROM _failure WHERE id <> 1;"
                        "DELETE FROM _tlsa WHERE usage <> 2 OR host <> 1;"
                        "DELETE FROM _probe WHERE id <> 1;"
                        "DELETE FROM _probe_match WHERE id <> 1;"
                        "DELETE FROM _probe_tlsa WHERE usage <> 2 OR host <> 1;"
                        "INSERT OR IGNORE INTO _surveyed_detail (id) VALUES (1);"
                        "UPDATE _surveyed SET detailed = 1; UPDATE _host SET details = 3");
    for (unsigned i = 0; i < sizeof coded / sizeof *coded; i++) {
        const struct coded *code = &coded[i];
        execute("words.db", "UPDATE _surveyed SET sts = 2"); /* enforce: there is a policy */
        for (unsigned value = 1; value <= code->count + 1; value++) {
            snprintf(set, sizeof set, "UPDATE %s SET %s = %u", code->table, code->column, value);
            snprintf(get, sizeof get, "SELECT %s FROM %s", code->view_column, code->view);
            snprintf(expected, sizeof expected, "%s\n",
                     value <= code->count ? code->text(value) : "-");
            execute("words.db", set);
            assert_query("words.db", get, expected);
        }
    }
}

static void is_alias_follows_alias(void **state)
{
    (void)state;
    execute(path, "VACUUM INTO 'alias.db'");
    execute("alias.db",
            "DELETE FROM _surveyed WHERE id <> 1; DELETE FROM _mx_record WHERE place > 0");
    static const char *const expected[] = {"0\n", "1\n", "1\n"};
    assert_int_equal(alias_count, 3);
    for (unsigned value = 1; value <= 3; value++) {
        char set[64];
        snprintf(set, sizeof set, "UPDATE _host SET alias = %u", value);
        execute("alias.db", set);
        assert_query("alias.db", "SELECT is_alias FROM mx_records", expected[value - 1]);
    }
}

/* Each word of words.h has its line under its heading, and no line is another's. */
static void dictionary_explains_every_word(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof coded / sizeof *coded; i++) {
        char line[1024], heading[64];
        bool inside = false;
        unsigned words = 0;
        FILE *file = fopen(getenv("SCHEMA_DICTIONARY"), "r");
        assert_non_null(file);
        snprintf(heading, sizeof heading, "### %s\n", coded[i].section);
        while (fgets(line, sizeof line, file) != NULL) {
            if (line[0] == '#')
                inside = strcmp(line, heading) == 0;
            if (!inside || line[0] != '|' || strncmp(line, "| word", 6) == 0 ||
                strncmp(line, "| ---", 5) == 0)
                continue;
            char *rest = line, *word = next_cell(&rest), *meaning = next_cell(&rest);
            words++;
            assert_true(words <= coded[i].count);
            assert_string_equal(word, coded[i].text(words));
            assert_non_null(meaning);
            assert_true(strlen(meaning) > 3);
        }
        fclose(file);
        assert_int_equal(words, coded[i].count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_those_promised),
        cmocka_unit_test(dictionary_names_the_same_columns),
        cmocka_unit_test(views_know_every_word),
        cmocka_unit_test(is_alias_follows_alias),
        cmocka_unit_test(dictionary_explains_every_word),
    };
    return cmocka_run_group_tests(tests, small_survey_make, leave_directory);
}
