/* MTA-STS and TLSRPT. */
#include <string.h>

#include "analysis/document/text_form.h"
#include "analysis/report/content.h"

static const char *const STS_MEANINGS[STS_FAILED + 1] = {
    [STS_NONE] = "none: no policy announced",
    [STS_ENFORCE] = "enforce: senders refuse hosts that the policy does not name",
    [STS_TESTING] = "testing: they report them and deliver",
    [STS_OFF] = "off: a policy of mode none",
    [STS_INVALID_RECORD] = "invalid_record: invalid, or several",
    [STS_INVALID_POLICY] = "invalid_policy",
    [STS_UNAVAILABLE] = "unavailable: the policy could not be fetched",
    [STS_FAILED] = "failed: the DNS lookup failed",
};

static const char *const RECORD_MEANINGS[STS_RECORD_FAILED + 1] = {
    [STS_RECORD_NONE] = "none",
    [STS_RECORD_VALID] = "valid: one valid record, the policy was asked for",
    [STS_RECORD_MULTIPLE] = "multiple: several records count as none",
    [STS_RECORD_INVALID] = "invalid: not as RFC 8461 section 3.1 says",
    [STS_RECORD_FAILED] = "failed: the lookup failed",
};

static const char *const DETAIL_MEANINGS[STS_DETAIL_SPECIAL_ADDRESS + 1] = {
    [STS_DETAIL_DNS] = "dns: no address of the policy's host",
    [STS_DETAIL_CONNECT] = "connect: no connection, or one that broke off",
    [STS_DETAIL_TLS] = "tls: the certificate is not valid for the name, or no TLS session",
    [STS_DETAIL_TIMEOUT] = "timeout: not in time",
    [STS_DETAIL_HTTP_STATUS] = "http_status: another than 200, redirects among them",
    [STS_DETAIL_TOO_LARGE] = "too_large: over 65,536 octets",
    [STS_DETAIL_SPECIAL_ADDRESS] = "special_address: private addresses and the like only",
};

static const char *const FAULT_MEANINGS[STS_FAULT_COUNT] = {
    [FAULT_NO_VERSION] = "no version",
    [FAULT_NO_MODE] = "no mode",
    [FAULT_NO_MAX_AGE] = "no max_age",
    [FAULT_NO_MX] = "no mx",
    [FAULT_LINE] = "a line that is not as RFC 8461 section 3.2 says",
};

static const char *const EFFECT_MEANINGS[STS_CNAME_NEITHER + 1] = {
    [STS_CNAME_SAME] = "same: every alias matches by its name and by its target",
    [STS_CNAME_NAME_ONLY] = "name_only: refused by senders that match the target",
    [STS_CNAME_TARGET_ONLY] = "target_only: refused by senders that follow RFC 8461",
    [STS_CNAME_MIXED] = "mixed: exchanges of both kinds",
    [STS_CNAME_NEITHER] = "neither: an alias matches in no way, refused by all",
};

static const char *const TLSRPT_MEANINGS[TLSRPT_FAILED + 1] = {
    [TLSRPT_NONE] = "none: no reports wanted",
    [TLSRPT_VALID] = "valid",
    [TLSRPT_MULTIPLE] = "multiple: several records count as none",
    [TLSRPT_INVALID] = "invalid",
    [TLSRPT_FAILED] = "failed: the lookup failed",
};

static void add_states(struct document *document, const struct sts_report *sts)
{
    add_meanings(document, "sts_domains", "Domains with a mail host, by MTA-STS", "domains",
                 STS_MEANINGS, sts->domains, STS_FAILED + 1, true);
    add_meanings(document, "sts_records", "Domains, by MTA-STS record", "domains", RECORD_MEANINGS,
                 sts->records, STS_RECORD_FAILED + 1, true);
    add_meanings(document, "tlsrpt_records", "Domains, by TLSRPT record (RFC 8460)", "domains",
                 TLSRPT_MEANINGS, sts->tlsrpt, TLSRPT_FAILED + 1, true);
    add_meanings(document, "sts_unavailable", "Policies that could not be fetched", "domains",
                 DETAIL_MEANINGS, sts->fetch, STS_DETAIL_SPECIAL_ADDRESS + 1, false);
    struct count_row faults[STS_FAULT_COUNT];
    for (int i = 0; i < STS_FAULT_COUNT; i++)
        faults[i] = (struct count_row){STS_FAULT_WORDS[i], FAULT_MEANINGS[i], sts->faults[i]};
    add_counts(document, "sts_faults", "Policies at fault", "domains", faults, STS_FAULT_COUNT,
               false);
    char count[NUMBER_MAX], of[NUMBER_MAX];
    if (sts->valid > 0)
        document_paragraph(document,
                           "Of %s valid policies %s came with a media type other than text/plain, "
                           "or with none: some senders refuse these (RFC 8461 s3.2).",
                           text_count(sts->valid, of), text_count(sts->not_plain, count));
}

static void pair_row(struct document *document, struct document_cell name, struct sts_count count)
{
    counts_row(document, name, count.domains, count.enforced);
}

static const char PAIR_COLUMNS[] = "what:|domains|enforce:mode enforce";

static void add_matches(struct document *document, const struct sts_report *sts)
{
    document_table_of(document, "sts_matches",
                      "Policies and the names of MX records (RFC 8461 s4.1)", PAIR_COLUMNS);
    pair_row(
        document,
        cell_word("with_policy", "domains with a policy to enforce or to test, and MX records"),
        sts->matched);
    pair_row(document, cell_word("at_odds", "at odds: at least one exchange does not match"),
             sts->odd);
    pair_row(document,
             cell_word("none_matches",
                       "of these, none matches: enforced, no mail from senders with MTA-STS"),
             sts->shut);
}

/* Who refuses mail to alias exchanges */
static void add_refused(struct document *document, const struct sts_report *sts)
{
    struct sts_count all = sts_over_aliases(sts);
    char by_target[NUMBER_MAX], by_name[NUMBER_MAX], of[NUMBER_MAX];
    if (all.domains == 0)
        return;
    document_paragraph(
        document,
        "Of %s such domains with a policy to enforce, senders that match the alias's target "
        "refuse an exchange of %s: name_only and mixed; senders that follow RFC 8461, which knows "
        "no targets, of %s: target_only and mixed. Both refuse one of those that are neither. A "
        "policy of mode testing refuses nothing: senders report what it would refuse.",
        text_count(all.enforced, of), text_count(sts_refused_by_target(sts).enforced, by_target),
        text_count(sts_refused_by_name(sts).enforced, by_name));
}

static void add_effects(struct document *document, const struct sts_report *sts)
{
    if (sts_over_aliases(sts).domains == 0) {
        document_paragraph(document, "No policy is over a CNAME exchange.");
        return;
    }
    char word[WORD_MAX];
    document_table_of(document, "sts_aliases", "Policies over CNAME exchanges", PAIR_COLUMNS);
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        pair_row(document, cell_meaning(EFFECT_MEANINGS[i], word), sts->effects[i]);
    pair_row(document, cell_word("all", "all of these"), sts_over_aliases(sts));
    add_refused(document, sts);
}

void add_sts(struct document *document, const struct report *report)
{
    const struct sts_report *sts = &report->sts;
    const char *setting = report_info(report, "setting.sts");
    document_section(document, "sts", "MTA-STS (RFC 8461)");
    if (!sts->asked) {
        document_paragraph(document, "%s",
                           setting != NULL && strcmp(setting, "on") == 0
                               ? "No domain was asked: none is known to have a mail host."
                               : "Not asked: a survey without MTA-STS lookups.");
        return;
    }
    add_states(document, sts);
    add_matches(document, sts);
    add_effects(document, sts);
}
