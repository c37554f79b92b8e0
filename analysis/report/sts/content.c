/* MTA-STS and TLSRPT. */
#include <string.h>

#include "analysis/report/content.h"
#include "analysis/report/meanings.h"

static const char *const EFFECT_MEANINGS[STS_CNAME_NEITHER + 1] = {
    [STS_CNAME_SAME] = "same: every alias matches by its name and by its target",
    [STS_CNAME_NAME_ONLY] = "name_only: refused by senders that match the target",
    [STS_CNAME_TARGET_ONLY] = "target_only: refused by senders that follow RFC 8461",
    [STS_CNAME_MIXED] = "mixed: exchanges of both kinds",
    [STS_CNAME_NEITHER] = "neither: an alias matches in no way, refused by all",
};

static void add_states(struct document *document, const struct sts_report *sts)
{
    add_meanings(document, STS_DOMAINS_TABLE, sts->domains);
    add_meanings(document, STS_RECORDS_TABLE, sts->records);
    add_meanings(document, STS_TLSRPT_TABLE, sts->tlsrpt);
    add_meanings(document, STS_FETCH_TABLE, sts->fetch);
    add_meanings(document, STS_FAULTS_TABLE, sts->faults);
    if (sts->valid > 0)
        document_paragraph(document,
                           "Of %s valid polic%s %s came with a media type other than text/plain, "
                           "or with none: some senders refuse these (RFC 8461 s3.2).",
                           count_of(sts->valid), sts->valid == 1 ? "y" : "ies",
                           count_of(sts->not_plain));
}

static const char PAIR_COLUMNS[] = "what:|domains|enforce:mode enforce";

static void add_matches(struct document *document, const struct sts_report *sts)
{
    const struct {
        const char *word, *meaning;
        struct sts_count count;
    } rows[] = {
        {"with_policy", "domains with a policy to enforce or to test, and MX records",
         sts->matched},
        {"at_odds", "at odds: at least one exchange does not match", sts->odd},
        {"none_matches", "of these, none matches: enforced, no mail from senders with MTA-STS",
         sts->shut},
    };
    document_table(document, "sts_matches", "Policies and the names of MX records (RFC 8461 s4.1)",
                   PAIR_COLUMNS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        document_counts(document, cell_word(rows[i].word, rows[i].meaning), rows[i].count.domains,
                        rows[i].count.enforced);
}

/* Who refuses mail to alias exchanges */
static void add_refused(struct document *document, const struct sts_report *sts)
{
    document_paragraph(
        document,
        "Of %s with a policy to enforce, senders that match the alias's target refuse an exchange "
        "of %s: name_only and mixed; senders that follow RFC 8461, which knows no targets, of %s: "
        "target_only and mixed. Both refuse an exchange of another %s: neither. A policy of mode "
        "testing refuses nothing: senders report what it would refuse.",
        number_of(sts_over_aliases(sts).enforced, "such domain"),
        count_of(sts_refused_by_target(sts).enforced), count_of(sts_refused_by_name(sts).enforced),
        count_of(sts->effects[STS_CNAME_NEITHER].enforced));
}

static void add_effects(struct document *document, const struct sts_report *sts)
{
    struct sts_count all = sts_over_aliases(sts);
    if (says_nothing(document, all.domains == 0, "No policy is over a CNAME exchange."))
        return;
    document_table(document, "sts_aliases", "Policies over CNAME exchanges", PAIR_COLUMNS);
    for (int i = 1; i <= STS_CNAME_NEITHER; i++)
        document_counts(document, cell_meaning(EFFECT_MEANINGS[i]), sts->effects[i].domains,
                        sts->effects[i].enforced);
    document_counts(document, cell_word("all", "all of these"), all.domains, all.enforced);
    add_refused(document, sts);
}

void add_sts(struct document *document, const struct report *report)
{
    const struct sts_report *sts = &report->sts;
    const char *setting = report_info(report, "setting.sts");
    document_section(document, "sts", "MTA-STS (RFC 8461)");
    if (says_nothing(document, !sts->asked,
                     setting != NULL && strcmp(setting, "on") == 0
                         ? "No domain was asked: none is known to have a mail host."
                         : "Not asked: a survey without MTA-STS lookups."))
        return;
    add_states(document, sts);
    add_matches(document, sts);
    add_effects(document, sts);
}
