/* The report's order, and what its parts share. */
#include "analysis/report/content.h"

#include <stdio.h>
#include <string.h>

#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"
#include "analysis/report/shares/wording.h"
#include "analysis/report/unanswered.h"
#include "crawler/core/utf8.h"

struct document_cell cell_share_of(uint64_t count, uint64_t of, int decimals)
{
    return of > 0 ? cell_share((double)count / (double)of, decimals) : cell_text(NULL);
}

bool says_nothing(struct document *document, bool is_nothing, const char *sentence)
{
    if (is_nothing)
        document_paragraph(document, "%s", sentence);
    return is_nothing;
}

void add_counts(struct document *document, const char *word, const char *caption, const char *unit,
                const struct count_row *rows, size_t count, bool in_percent)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += rows[i].count;
    if (sum == 0) {
        document_paragraph(document, "%s: none.", caption);
        return;
    }
    document_table(document, word, caption, "what:|count:%s%s", unit, in_percent ? "|share" : "");
    for (size_t i = 0; i < count; i++) {
        const char *meaning = rows[i].meaning;
        document_counts(document,
                        rows[i].word != NULL ? cell_word(rows[i].word, meaning)
                                             : cell_meaning(meaning),
                        rows[i].count);
        if (in_percent)
            document_cell(document, cell_share_of(rows[i].count, sum, 1));
    }
    document_figure(document, caption);
}

size_t shown_rows(const struct report *report, size_t count)
{
    return count < report->top ? count : report->top;
}

void add_rest(struct document *document, uint64_t rest, const char *row)
{
    if (rest > 0)
        document_paragraph(document, "And %s more %s%s: see --top, or --format json.",
                           count_of(rest), row, rest == 1 ? "" : "s");
}

void add_ad_belief(struct document *document, const struct report *report)
{
    if (report_ad_belief(report) == AD_NOT_BELIEVED)
        document_warning(document,
                         "AD of this resolver was not believed, or it did not validate all the "
                         "time: no DNSSEC status is known, and the DANE numbers say nothing.");
}

/* --- the head --- */

/* What readers must not miss, first */
static void add_warnings(struct document *document, const struct report *report)
{
    uint64_t failed = report->mx_outcomes[MX_OUTCOME_FAILED];
    bool listed = report->listed.known;
    if (unanswered_is_much(failed, report->surveyed))
        document_warning(document,
                         "UNANSWERED: %s of the domains surveyed (%s of %s): trouble with network, "
                         "resolver or list? See failures and bounds first.",
                         percent_of((double)failed / (double)report->surveyed, 1), count_of(failed),
                         count_of(report->surveyed));
    if (!report->finished)
        document_warning(document,
                         "PARTIAL: this survey is not finished. %s%s domain%s surveyed%s. Shares "
                         "are counts so far, in no random order and without an interval: all "
                         "numbers speak of the surveyed ones only, which need not be typical.",
                         count_of(report->surveyed),
                         listed ? words_of(" of %s listed", count_of(report->listed.count)) : "",
                         report->surveyed != 1 ? "s are"
                         : listed              ? "s is"
                                               : " is",
                         listed ? words_of(", %s %s left", count_of(report->left.count),
                                           report->left.count == 1 ? "is" : "are")
                                : " so far");
    if (report->surveyed == 0)
        document_warning(document, "No domain has been surveyed: there is nothing to estimate.");
    add_ad_belief(document, report);
}

/* Names of the lists, drawn and of other shards or not; 0: not known */
static uint64_t names_listed(const struct report *report)
{
    const struct design *design = &report->design;
    uint64_t listed = report->listed.known ? report->listed.count : 0;
    return design->has_population && design->population > listed ? design->population : listed;
}

/* "2026-11-23 to 2026-11-24", or the one day; of a survey without an end "begun 2026-11-23" */
static void add_days(struct document *document, const struct report *report)
{
    const char *started = report_info(report, "started_at"),
               *ended = report_info(report, "ended_at");
    char from[NUMBER_MAX] = "?", to[NUMBER_MAX] = "?";
    if (started != NULL)
        text_time(started, from);
    if (ended != NULL)
        text_time(ended, to);
    document_add(document, "%s%.10s", ended == NULL ? "begun " : "", from);
    if (ended != NULL && strncmp(from, to, 10) != 0)
        document_add(document, " to %.10s", to);
}

enum {
    PIECE_MAX = 34, /* columns of a name of any origin in the head; run_info has it whole */
    PIECE_OCTETS = PIECE_MAX * UTF8_CHARACTER_MAX + sizeof "..."
};

/* As much of a text as has room there, however a terminal shows it */
static const char *piece_of(const char *text, char ret[PIECE_OCTETS])
{
    char shown[PIECE_OCTETS * UTF8_ESCAPE_MAX];
    size_t length = strlen(text), most = PIECE_MAX;
    do {
        utf8_from_octets(text, length, most, ret);
        utf8_escape(ret, shown, sizeof shown);
    } while (utf8_length(shown) > PIECE_MAX && most-- > 1);
    return strlen(ret) < length ? strcat(ret, "...") : ret;
}

/* Without the folders, which are of one machine; run_info has them */
static const char *list_name(const struct report *report)
{
    const char *path = report_info(report, "list.1.path");
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return path == NULL ? "not recorded" : slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* What a sample says of its list */
static void add_sample(struct document *document, const struct report *report)
{
    const struct design *design = &report->design;
    const struct strata_cover *strata = &report->strata;
    document_add(document, "%s of the list's %s names %s surveyed, drawn at random",
                 count_of(design->surveyed), count_of(design->population),
                 design->surveyed == 1 ? "was" : "were");
    if (strata->strata > 0)
        document_add(document, " from %s, by whose size%s shares are weighed",
                     strata->strata == 1 ? "1 stratum"
                                         : words_of("%s strata", count_of(strata->strata)),
                     strata->strata == 1 ? "" : "s");
    if (strata->strata > 0 && strata->covered < 1)
        document_add(document,
                     "; these have %s of the names, and what is said of the list is said of these",
                     percent_of(strata->covered, 1));
    document_add(document, ". Intervals are for the list's own share (Wilson, with finite "
                           "population correction).");
}

/* What the survey is of its list, and what its intervals are for */
static void add_design(struct document *document, const struct report *report)
{
    const struct design *design = &report->design;
    const char *surveyed = count_of(design->surveyed), *names = count_of(design->population);
    bool single = design->surveyed == 1;
    switch (design->kind) {
    case DESIGN_CENSUS:
        document_add(document,
                     "%s surveyed: shares are counts of this list and have no sampling error. What "
                     "was not answered can change them within the bounds.",
                     design->population == 1 ? "The only name of the list was"
                                             : words_of("All %s names of the list were", names));
        break;
    case DESIGN_SAMPLE:
        add_sample(document, report);
        break;
    case DESIGN_FIRST:
        document_add(document,
                     "The first %s of the list %s: shares are counts of %s and have no sampling "
                     "error. They say nothing of the names behind %s.",
                     single ? "name" : words_of("%s names", surveyed),
                     single ? "was surveyed, it alone" : "were surveyed, all of them",
                     single ? "it" : "these", single ? "it" : "them");
        break;
    case DESIGN_PARTIAL:
        document_add(document,
                     "The survey is not finished: %s %snames so far, in no random order. Shares "
                     "are counts so far, without an interval.",
                     surveyed, design->has_population ? words_of("of %s ", names) : "");
        return;
    }
    document_add(document, " The interval for other lists takes providers as drawn at random, but "
                           "for those with more than 1 %% of the units, which it takes as they "
                           "are.");
}

/* Which names were asked, when, through whom; and what that is of the list */
static void add_subject(struct document *document, const struct report *report)
{
    const char *digest = report_info(report, "list.1.sha256"),
               *resolver = report_info(report, "resolver"),
               *validates = report_info(report, "resolver_validates"),
               *place = report_info(report, "place");
    bool several = report_info(report, "list.2.path") != NULL;
    uint64_t names = names_listed(report);
    char piece[PIECE_OCTETS];
    document_paragraph(document, "%s: %s", several ? "Lists" : "List",
                       piece_of(list_name(report), piece));
    if (digest != NULL)
        document_add(document, " (SHA-256 %.12s", digest);
    document_add(document, "%s%s, %s surveyed, ",
                 several          ? ", and others), "
                 : digest != NULL ? "...), "
                                  : ", ",
                 names > 0 || report->listed.known ? number_of(names, "name") : "? names",
                 count_of(report->surveyed));
    add_days(document, report);
    if (place != NULL)
        document_add(document, ", from %s", piece_of(place, piece));
    document_add(document, "; resolver: %s",
                 resolver != NULL ? piece_of(resolver, piece) : "not recorded");
    if (validates != NULL)
        document_add(document, ", validates: %s", validates);
    document_add(document, ".");
    if (report->surveyed > 0 && report->finished) { /* else a warning has said it */
        document_add(document, " ");
        add_design(document, report);
    }
}

/* The line on DANE and MTA-STS */
static void add_protocols(struct document *document, const struct report *report)
{
    static const struct {
        enum estimate_id id;
        const char *words, *units; /* after the count of all */
        const char *none;          /* where it is 0 */
    } shares[] = {{SECURE_DOMAINS, "MX answer secure by DNSSEC", "", "no domain that exists"},
                  {DOMAINS_DANE_COMPLETE, "DANE complete",
                   " with mail hosts and a secure MX answer",
                   "no domain with mail hosts and a secure MX answer"},
                  {DOMAINS_WITH_STS, "MTA-STS", " asked", "no domain asked"}};
    bool told = report_ad_belief(report) != AD_NOT_BELIEVED; /* else a warning says why */
    const char *between = "";
    document_paragraph(document, "Domains: ");
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const struct estimate *estimate = &report->estimates[shares[i].id];
        const struct cluster_share *cluster = &estimate->cluster;
        if (!told && shares[i].id != DOMAINS_WITH_STS)
            continue;
        document_add(document, "%s%s: ", between, shares[i].words);
        between = "; ";
        if (cluster_has_share(cluster))
            document_add(document, "%s of %s%s",
                         percent_of(cluster->share, text_decimals(estimate->wilson95)),
                         count_of(cluster->of), shares[i].units);
        else
            document_add(document, "%s", estimate->unanswered > 0 ? "not known" : shares[i].none);
    }
    document_add(document, ".");
}

struct document *report_document(const struct report *report, bool only_summary)
{
    static void (*const parts[])(struct document * document, const struct report *report) = {
        add_cname_shares, add_responses, add_breakdowns, add_providers,
        add_aliases,      add_senders,   add_dane,       add_tlsa,
        add_networks,     add_sts,       add_probe,      add_protocol_shares,
        add_failures,     add_run,
    };
    struct document *document = document_new("MX survey: how common are CNAMEs as mail exchanges?");
    if (document == NULL)
        return NULL;
    add_warnings(document, report);
    add_subject(document, report);
    add_summary(document, report);
    add_protocols(document, report);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !only_summary; i++)
        parts[i](document, report);
    return document;
}
