/* Shares as text. */
#include <string.h>

#include "analysis/document/text_form.h"
#include "analysis/report/estimate_form.h"
#include "analysis/report/text.h"

static void print_clusters(struct printer *printer, const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    char clusters[NUMBER_MAX], certain[NUMBER_MAX], units[NUMBER_MAX], without[NUMBER_MAX];
    text_count(share->clusters, clusters);
    if (share->certainty_clusters == 0)
        printer->failed |= text_print(printer->out, 4, "Providers: %s.", clusters);
    else
        printer->failed |= text_print(
            printer->out, 4, "Providers: %s; those with more than 1 %% of the units (%s) hold %s.",
            clusters, text_count(share->certainty_clusters, certain),
            text_percent((double)share->certainty_of / (double)share->of, 1, units));
    if (estimate->has_rest && estimate->largest != NULL)
        printer->failed |=
            text_print(printer->out, 4, "Without the largest (%.200s): %s.", estimate->largest,
                       text_percent(estimate->rest, decimals, without));
}

static void print_intervals(struct printer *printer, const struct estimate *estimate, int decimals)
{
    char range[NUMBER_MAX], others[SENTENCE_MAX];
    if (estimate->sample_reason == SAMPLE_NO_REASON)
        printer->failed |= text_print(printer->out, 4, LIST_SHARE_TITLE ": %s",
                                      text_range(estimate->sample95, decimals, range));
    if (report_has_intervals(printer->report))
        printer->failed |= text_print(printer->out, 4, OTHER_LISTS_TITLE ": %s",
                                      other_lists_text(&estimate->cluster, decimals, others));
}

static void print_unanswered(struct printer *printer, const struct estimate *estimate,
                             const char *units, int decimals)
{
    char unanswered[NUMBER_MAX], bounds[NUMBER_MAX], unseen[SENTENCE_MAX];
    if (estimate->unanswered == 0 && estimate->unseen == 0) {
        printer->failed |= text_print(printer->out, 4, "Unanswered %s: none.", units);
        return;
    }
    unseen_text(printer->report, estimate, unseen);
    printer->failed |= text_print(
        printer->out, 4, "Unanswered %s: %s. %s%sWhatever they are, the share is within %s.", units,
        text_count(estimate->unanswered, unanswered), unseen, *unseen != '\0' ? " " : "",
        text_range(estimate->bounds, decimals, bounds));
}

static void print_estimate(struct printer *printer, enum estimate_id id)
{
    const struct estimate *estimate = &printer->report->estimates[id];
    const struct cluster_share *share = &estimate->cluster;
    const struct estimate_wording *wording = &ESTIMATE_WORDING[id];
    char count[NUMBER_MAX], of[NUMBER_MAX], value[NUMBER_MAX], text[SENTENCE_MAX];
    fprintf(printer->out, "\n  %s\n", wording->title);
    if (!cluster_has_share(share)) {
        printer->failed |= text_print(
            printer->out, 4, "Not known: 0 %s in this file; unanswered %s: %s.", wording->units,
            wording->unanswered_units, text_count(estimate->unanswered, count));
        return;
    }
    int decimals = text_decimals(estimate->wilson95);
    printer->failed |=
        text_print(printer->out, 4, "%s: %s of %s %s", text_percent(share->share, decimals, value),
                   text_count(share->count, count), text_count(share->of, of), wording->units);
    print_intervals(printer, estimate, decimals);
    print_unanswered(printer, estimate, wording->unanswered_units, decimals);
    print_clusters(printer, estimate, decimals);
    if (estimate->is_weighed)
        printer->failed |= text_print(printer->out, 4, "%s",
                                      weighed_text(printer->report, estimate, decimals, text));
}

void print_cname_shares(struct printer *printer)
{
    text_heading(printer->out, "CNAMEs as mail exchanges");
    for (int id = DOMAINS_WITH_CNAME_MX; id <= CNAME_MX_HOSTS; id++)
        print_estimate(printer, (enum estimate_id)id);
    fprintf(printer->out, "\n");
    printer->failed |= text_print(printer->out, 2, "%s", CNAME_SHARES_NOTE);
}

void print_protocol_shares(struct printer *printer)
{
    text_heading(printer->out, "DNSSEC, DANE, MTA-STS, IPv6");
    print_ad_belief(printer);
    for (int id = SECURE_DOMAINS; id < ESTIMATE_COUNT; id++)
        print_estimate(printer, (enum estimate_id)id);
}
