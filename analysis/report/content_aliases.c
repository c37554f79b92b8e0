/* Providers, alias chains, and what senders make of aliases. */
#include <string.h>

#include "analysis/report/content.h"
#include "analysis/report/senders/senders.h"
#include "crawler/core/message.h"

static const char *const PROBLEM_MEANINGS[ALIAS_MULTIPLE + 1] = {
    [ALIAS_DANGLING] = "dangling: the chain ends at a name that does not exist",
    [ALIAS_LOOP] = "loop: the chain meets a name again",
    [ALIAS_TOO_LONG] = "too_long: over 16 steps",
    [ALIAS_MULTIPLE] = "multiple: two CNAMEs at one name",
};

void add_provider_top(struct document *document, const struct report *report, const char *word,
                      const char *caption, const struct provider_top *top, const char *counted,
                      const char *of)
{
    size_t rows = 0; /* a provider of one domain is its name once more */
    while (rows < shown_rows(report, top->length) && top->items[rows].of > 1)
        rows++;
    if (rows == 0) {
        document_paragraph(document, "%s: %s.", caption, top->length > 0 ? "each has one" : "none");
        return;
    }
    document_table(document, word, caption, "provider|count:%s|of:%s|share", counted, of);
    for (size_t i = 0; i < rows; i++) {
        const struct provider_count *item = &top->items[i];
        document_counts(document, cell_text(item->provider), item->count, item->of);
        document_cell(document, cell_share_of(item->count, item->of, 1));
    }
    document_figure(document, caption);
}

static void add_concentration(struct document *document, const struct concentration *found)
{
    if (found->of == 0)
        return;
    document_table(document, "concentration", "Of domains with MX records", "what:|count|share");
    for (int rank = 0; rank < CONCENTRATION_RANKS; rank++)
        if (found->clusters >= CONCENTRATION_OF[rank])
            document_row(document, cell_text(words_of("at the largest %u", CONCENTRATION_OF[rank])),
                         cell_count(found->largest[rank]),
                         cell_share_of(found->largest[rank], found->of, 1));
    document_row(document,
                 cell_word("providers_with_cname",
                           "providers with a domain that has a CNAME exchange, each counted once"),
                 cell_count(found->having), cell_share_of(found->having, found->clusters, 2));
    document_row(document, cell_word("providers", "providers"), cell_count(found->clusters),
                 cell_text(NULL));
    document_row(document,
                 cell_word("herfindahl", "Herfindahl-Hirschman index: the sum of squared shares"),
                 cell_real(found->herfindahl, 4), cell_text(NULL));
    document_paragraph(document,
                       "Here a domain with a CNAME exchange is with whom its alias leads to, as "
                       "for the intervals; in the tables of providers with whom its exchange's "
                       "own name is.");
}

static void add_largest(struct document *document, const struct report *report)
{
    size_t rows = 0; /* a provider of one domain is its name once more */
    while (rows < shown_rows(report, report->providers.length) &&
           report->providers.rows[rows].domains > 1)
        rows++;
    if (says_nothing(document, rows == 0, "The largest, by domains: each has one."))
        return;
    document_table(document, "providers_by_domains", "The largest, by domains",
                   "provider|domains|cname_share:share with CNAME|with_cname:with CNAME|"
                   "of_all:of all|secure_share:secure|dane_ready:DANE ready");
    for (size_t i = 0; i < rows; i++) {
        const struct provider_row *row = &report->providers.rows[i];
        uint64_t cnames = row->shares[BREAKDOWN_CNAME_MX].count;
        document_row(
            document, cell_text(row->provider), cell_count(row->domains),
            cell_share_of(cnames, row->shares[BREAKDOWN_CNAME_MX].of, 2), cell_count(cnames),
            cell_share_of(row->domains, report->surveyed, 2),
            cell_share_of(row->shares[BREAKDOWN_SECURE].count, row->shares[BREAKDOWN_SECURE].of, 1),
            cell_count(row->shares[BREAKDOWN_DANE_READY].count));
    }
    document_paragraph(document,
                       "Share with CNAME: of the domains with MX records of which it is known. Of "
                       "all: of all domains surveyed. Secure: of those whose DNSSEC status is "
                       "known.");
}

void add_providers(struct document *document, const struct report *report)
{
    document_section(document, "providers", "Providers");
    if (says_nothing(document, report->providers.length == 0, "No domain has a provider."))
        return;
    add_concentration(document, &report->concentration);
    add_largest(document, report);
    add_provider_top(document, report, "providers_with_cname",
                     "Most domains that have a CNAME exchange", &report->alias_providers,
                     "with CNAME", "domains");
}

/* --- chains --- */

/* A larger number of hops than any survey has is counted with that of too_long. */
static void add_chains(struct document *document, const struct report *report)
{
    uint64_t by_hops[HOPS_MAX + 1][2] = {0};
    if (report->chains.length == 0)
        return;
    for (size_t i = 0; i < report->chains.length; i++) {
        const struct tally *chain = &report->chains.items[i];
        uint64_t hops = chain->hops < HOPS_MAX ? chain->hops : HOPS_MAX;
        by_hops[hops][chain->kind != NULL && strcmp(chain->kind, "dname") == 0] += chain->count;
    }
    document_table(document, "alias_chains", "Alias hosts, by the length of their chain",
                   "hops:steps|cname:first by CNAME|dname:first by DNAME");
    for (int hops = 0; hops <= HOPS_MAX; hops++)
        if (by_hops[hops][0] + by_hops[hops][1] > 0)
            document_counts(document, cell_text(words_of("%d", hops)), by_hops[hops][0],
                            by_hops[hops][1]);
}

/* Whose exchange leads to whom */
static void add_pairs(struct document *document, const struct report *report)
{
    const struct named_top *pairs = &report->aliases.pairs;
    size_t rows = 0; /* a pair of one domain is its name once more */
    while (rows < shown_rows(report, pairs->length) && pairs->items[rows].count.domains > 1)
        rows++;
    if (rows == 0)
        return;
    document_table(document, "alias_providers", "Whose exchanges, and to whom",
                   "providers:provider|alias_provider:of the chain's last name|"
                   "domains|hosts:alias hosts");
    for (size_t i = 0; i < rows; i++) {
        const struct named_count *pair = &pairs->items[i];
        const char *target = strchr(pair->name, '\n') + 1;
        const char *own = words_of("%.*s", (int)(target - 1 - pair->name), pair->name);
        document_cell(document, cell_word(words_of("%.1000s %.1000s", own, target),
                                          *own != '\0' ? own : "(none)"));
        document_counts(document, cell_text(target), pair->count.domains, pair->count.hosts);
    }
    document_figure(document, "Domains, by whose exchanges lead to whom");
}

static void add_targets(struct document *document, const struct alias_report *aliases)
{
    const struct {
        const char *word, *meaning;
        struct host_count count;
    } rows[] = {
        {"all", "all that MX records name", aliases->all},
        {"same_provider", "to the same provider", aliases->same_provider},
        {"other_provider", "to another provider", aliases->other_provider},
        {"unknown_provider", "to a name, or from one, without a registrable domain",
         aliases->unknown_provider},
    };
    document_table(document, "alias_targets", "Where they lead", "to:|hosts:alias hosts|domains");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        document_counts(document, cell_word(rows[i].word, rows[i].meaning), rows[i].count.hosts,
                        rows[i].count.domains);
    for (int i = 1; i <= ALIAS_MULTIPLE; i++)
        if (aliases->problems[i].hosts > 0)
            document_counts(document, cell_meaning(PROBLEM_MEANINGS[i]), aliases->problems[i].hosts,
                            aliases->problems[i].domains);
}

void add_aliases(struct document *document, const struct report *report)
{
    document_section(document, "aliases", "Aliases, and where they lead");
    if (says_nothing(document, report->aliases.all.hosts == 0, "No MX record names an alias."))
        return;
    add_chains(document, report);
    add_targets(document, &report->aliases);
    add_pairs(document, report);
}

/* --- senders --- */

void add_senders(struct document *document, const struct report *report)
{
    const struct sender_report *senders = &report->senders;
    struct sender_difference difference;
    if (senders->domains == 0)
        return;
    document_section(document, "senders", "What an alias does, sender by sender");
    document_table(document, "deliveries", "Domains with a CNAME exchange: mail is delivered ...",
                   "sender|authenticated|unauthenticated:without|deferred|unknown:not known");
    for (int i = 0; i < SENDER_COUNT; i++) {
        const uint64_t *ways = senders->deliveries[i];
        document_counts(document, cell_word(SENDER_WORDS[i], SENDER_MEANINGS[i]),
                        ways[DELIVERY_AUTHENTICATED], ways[DELIVERY_UNAUTHENTICATED],
                        ways[DELIVERY_DEFERRED], ways[DELIVERY_UNKNOWN]);
    }
    unsigned at = 0;
    if (senders_next_difference(senders, &at, &difference)) {
        document_table(document, "senders_differ", "Where two senders differ", "senders:|domains");
        do {
            char text[SENDER_DIFFERENCE_MAX];
            document_row(document, cell_text(senders_difference_text(&difference, text)),
                         cell_count(difference.domains));
        } while (senders_next_difference(senders, &at, &difference));
    }
    document_paragraph(
        document,
        "By what DNS and the policies say, at the reachable hosts of the lowest preference; "
        "\"with authentication\" if the certificate there is good. Each sender goes by one of the "
        "two standards. Left aside: Postfix may use TLSA records where the MX answer is not "
        "secure, and returns the mail of domains that have \".\" beside other exchanges; see "
        "mxsurvey(1).");
}
