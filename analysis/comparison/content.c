/* What changed between two surveys. */
#include "analysis/comparison/content.h"

#include "analysis/report/content.h"

/* A smaller p says no more. */
#define LEAST_P 1e-15

/* --- two runs beside each other --- */

struct difference_table {
    struct document *document;
    const char *word;
    unsigned count;
};

static void add_difference(void *context, const char *key, const char *old, const char *new)
{
    struct difference_table *table = context;
    if (table->count++ == 0)
        document_table(table->document, table->word,
                       "What else differs between the runs, and may look like a change",
                       "key|values:old -> new");
    document_row(table->document, cell_text(key),
                 cell_text(words_of("%.900s -> %.900s", old != NULL ? old : "(not said)",
                                    new != NULL ? new : "(not said)")));
}

/* Why nothing of them is compared */
static void add_dnssec_warning(struct document *document, const struct comparison *comparison)
{
    bool old = report_ad_belief(comparison->reports[OLD]) != AD_NOT_BELIEVED;
    bool new = report_ad_belief(comparison->reports[NEW]) != AD_NOT_BELIEVED;
    if (old && new)
        return;
    document_warning(document, "Nothing of DNSSEC and DANE is compared: ");
    if (!old && !new)
        document_add(document, "in neither survey AD was believed of a resolver that validated all "
                               "the time.");
    else
        document_add(document,
                     "in the %s survey AD was not believed, or the resolver did not validate all "
                     "the time.",
                     old ? "new" : "old");
}

static const char *lists_in_words(const struct report *old, const struct report *new)
{
    if (same_names(old, new))
        return "Both surveys were of the same lists.";
    return same_lists(old, new)
               ? "The surveys were of the same lists, but not of the same names of these."
               : "The surveys were of different lists, or of lists of which the files do not say "
                 "that they are the same.";
}

/* The share of another sample of the same list would be another one. */
static void add_samples(struct document *document, const struct report *old,
                        const struct report *new)
{
    bool is_sample[2] = {
        [OLD] = old->design.kind == DESIGN_SAMPLE, [NEW] = new->design.kind == DESIGN_SAMPLE};
    bool both = is_sample[OLD] && is_sample[NEW];
    if (!is_sample[OLD] && !is_sample[NEW])
        return;
    document_add(document,
                 " %s of %s: %s shares, and what is in one list only, have sampling errors, which "
                 "%s.",
                 both             ? "Both surveys are random samples"
                 : is_sample[NEW] ? "The new survey is a random sample"
                                  : "The old survey is a random sample",
                 both ? "their lists" : "its list", both ? "their" : "its",
                 both ? "their reports tell" : "its report tells");
}

void add_step(struct document *document, const char *word, const struct comparison *comparison)
{
    const struct report *old = comparison->reports[OLD], *new = comparison->reports[NEW];
    const struct overlap *domains = &comparison->domains;
    struct difference_table table = {.document = document, .word = word};
    if (domains->both == 0)
        document_warning(document, "The surveys have no domain in common: all that differs comes "
                                   "from the lists.");
    add_dnssec_warning(document, comparison);
    document_paragraph(document, "%s in both, %s in the old survey only, %s in the new only. %s",
                       number_of(domains->both, "domain"), count_of(domains->only[OLD]),
                       count_of(domains->only[NEW]), lists_in_words(old, new));
    add_samples(document, old, new);
    run_differences(old, new, add_difference, &table);
}

static void add_side(struct document *document, const char *which, const struct survey_side *side)
{
    const char *start = report_info(&side->report, "started_at");
    char begin[NUMBER_MAX];
    document_point(document, "%s: %.1500s (%s, %s)", which, side->name,
                   start != NULL ? text_time(start, begin) : "begin not known",
                   number_of(side->report.surveyed, "domain"));
}

/* --- one change --- */

int change_decimals(const struct change *change)
{
    int most = 1;
    for (int when = OLD; when <= NEW; when++) {
        const struct estimate *estimate = change->estimates[when];
        if (cluster_has_share(&estimate->cluster) && text_decimals(estimate->wilson95) > most)
            most = text_decimals(estimate->wilson95);
    }
    if (has_paired_interval(change) && text_decimals(change->same.interval95) > most)
        most = text_decimals(change->same.interval95);
    return most;
}

/* How sure the change of the same units is, behind it */
static void add_certainty(struct document *document, const struct comparison *comparison,
                          const struct change *change)
{
    static const char *const reasons[] = {
        [PAIRED_NO_UNITS] = "nothing was counted both times",
        [PAIRED_NO_CHANGE] = "none changed",
        [PAIRED_CERTAIN] = "all of the change is whole providers with over 1 %",
        [PAIRED_FEW] = "too few providers changed",
        [PAIRED_RECORDS] = "MX records come and go",
    };
    if (!has_paired_interval(change) && change_reason(change) == PAIRED_FEW &&
        change->same.changed_clusters >= 2) /* without a spread between them */
        document_add(document, "no interval: all %sproviders changed alike",
                     change->units.certainty_clusters > 0 ? "small " : "");
    else if (!has_paired_interval(change))
        document_add(document, "no interval: %s", reasons[change_reason(change)]);
    else if (change->p_holm >= 0.05)
        document_add(document, "no more than chance");
    else
        document_add(document, "more than chance (p %s %.2g, Holm over %s)",
                     change->p_holm < LEAST_P ? "<" : "=",
                     change->p_holm < LEAST_P ? LEAST_P : change->p_holm,
                     number_of(comparison->tested, "share"));
}

void add_answer(struct document *document, const struct comparison *comparison)
{
    const struct change *change = &comparison->changes[DOMAINS_WITH_CNAME_MX];
    const struct cluster_share *old = &change->estimates[OLD]->cluster,
                               *new = &change->estimates[NEW]->cluster;
    int decimals = change_decimals(change);
    if (!change->has_whole)
        return;
    document_paragraph(document,
                       "Domains with a CNAME among their mail exchanges: %s before, %s now.",
                       percent_of(old->share, decimals), percent_of(new->share, decimals));
    if (!change->has_parts)
        return;
    document_add(document, " The same domains: %s points", points_of(change->parts.same, decimals));
    if (has_paired_interval(change))
        document_add(document, " (%s), ", points_range_of(change->same.interval95, decimals));
    else
        document_add(document, "; ");
    add_certainty(document, comparison, change);
    document_add(document, ".");
}

struct document_cell cell_same(const struct change *change, int decimals)
{
    if (!change->has_parts)
        return cell_text(NULL);
    struct document_cell cell = cell_points(change->parts.same, decimals);
    return has_paired_interval(change) ? cell_with_interval(cell, change->same.interval95) : cell;
}

void add_same(struct document *document, const struct comparison *comparison, enum estimate_id id,
              int decimals)
{
    const struct change *change = &comparison->changes[id];
    const char *units = ESTIMATE_WORDING[id].unanswered_units;
    add_fact_of(document, change->estimates[OLD], id);
    document_value(document, "same", NULL, cell_same(change, decimals));
    if (!change->has_parts) {
        document_add(document, ": no %s were counted in both surveys", units);
        return;
    }
    document_add(document, " points, the same %s; ", units);
    add_certainty(document, comparison, change);
}

/* Other units count in one survey than in the other; and those of a sample from strata weigh. */
static void add_parts(struct document *document, const struct comparison *comparison,
                      const struct change *change, int decimals)
{
    bool weighed =
        comparison->reports[OLD]->strata.strata > 0 || comparison->reports[NEW]->strata.strata > 0;
    if (!change->has_parts)
        return;
    document_value(document, "counted_once", "counted once",
                   cell_points(change->parts.scope, decimals));
    document_value(document, "one_list",
                   weighed ? "in one list only, or by weights of strata" : "in one list only",
                   cell_points(change->parts.list, decimals));
}

/* "1 domain", "2 domains"; units: the plural, which ends in s */
static const char *units_of(uint64_t count, const char *units, char ret[WORDS_MAX])
{
    return text_words(ret, "%s %.*s", count_of(count), (int)strlen(units) - (count == 1), units);
}

static void add_flips(struct document *document, const struct change *change, const char *units)
{
    const struct change_counts *counts = &change->counts;
    char paired[WORDS_MAX];
    if (!change->by_units || counts->paired == 0)
        return;
    document_detail(document,
                    "Of %s counted both times %s gained it, %s lost it; a %s whose answers flap "
                    "is counted each time.",
                    units_of(counts->paired, units, paired), count_of(counts->gained),
                    count_of(counts->lost), change->estimates[OLD]->unit);
}

static void add_unanswered(struct document *document, const struct change *change,
                           const char *units, int decimals)
{
    char old[WORDS_MAX];
    if (change->unanswered[OLD] == 0 && change->unanswered[NEW] == 0)
        return;
    document_detail(document, "Kept out as unanswered: %s in the old survey, %s in the new.",
                    units_of(change->unanswered[OLD], units, old),
                    count_of(change->unanswered[NEW]));
    if (change->has_bounds)
        document_add(document,
                     " Among all %s that both know, counted or not: %s points, whatever these "
                     "would have answered.",
                     units, points_range_of(change->bounds, decimals));
}

static void add_share_of(struct document *document, const char *word, const char *when,
                         const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    document_value(document, word,
                   cluster_has_share(share) ? words_of("%s, of %s", when, count_of(share->of))
                                            : when,
                   cell_estimate(estimate, decimals));
}

static void add_change(struct document *document, const struct comparison *comparison,
                       enum estimate_id id)
{
    const struct change *change = &comparison->changes[id];
    const struct estimate *old = change->estimates[OLD], *new = change->estimates[NEW];
    const char *units = ESTIMATE_WORDING[id].unanswered_units;
    int decimals = change_decimals(change);
    if (!cluster_has_share(&old->cluster) && !cluster_has_share(&new->cluster))
        return; /* nothing is counted in either survey */
    add_same(document, comparison, id, decimals);
    add_share_of(document, "old", "before", old, decimals);
    add_share_of(document, "new", "now", new, decimals);
    if (change->has_whole)
        document_value(document, "change", "all that differs, in points",
                       cell_points(change->whole, decimals));
    add_parts(document, comparison, change, decimals);
    add_flips(document, change, units);
    add_unanswered(document, change, units, decimals);
}

static void add_changes(struct document *document, const struct comparison *comparison,
                        enum estimate_id begin, enum estimate_id end, const char *figure)
{
    for (enum estimate_id id = begin; id < end; id++)
        add_change(document, comparison, id);
    document_figure(document, figure);
}

void add_change_note(struct document *document)
{
    document_paragraph(
        document,
        "A share changes because the same units changed, or because other units are counted. \"The "
        "same\" are units counted in both surveys. \"Counted once\": known to both surveys but "
        "counted in one of them, because they got or lost what the share is of, or a lookup "
        "failed. \"One list only\": known to one of the surveys. The three add up to the whole "
        "change. Both surveys count the same names: the change is a fact. p asks whether a list "
        "with the same large providers, but other small ones, would have changed the same way. It "
        "is adjusted for all shares, an interval is not: one that leaves out 0 may be no more than "
        "chance. The interval takes units as clustered by their providers in the old survey and in "
        "the new, and those with more than 1 %% of the units as they are.");
}

static void add_all_changes(struct document *document, const struct comparison *comparison)
{
    document_section(document, "changes", "CNAMEs as mail exchanges: what changed");
    add_changes(document, comparison, 0, SECURE_DOMAINS,
                "CNAMEs as mail exchanges: changes of the same units");
    document_section(document, "protocol_changes", "DNSSEC, DANE, MTA-STS, IPv6: what changed");
    add_changes(document, comparison, SECURE_DOMAINS, ESTIMATE_COUNT,
                "DNSSEC, DANE, MTA-STS, IPv6: changes of the same units");
    add_change_note(document);
}

/* --- what appeared, what was mended --- */

/* Else it is the name of one domain once more. */
static bool has_several(const struct provider_change *row)
{
    return row->appeared > 1 || row->mended > 1 || row->cname[OLD] > 1 || row->cname[NEW] > 1;
}

static void add_cname_providers(struct document *document, const char *word, const char *caption,
                                const struct provider_changes *table)
{
    size_t rows = 0;
    for (size_t i = 0; i < table->length && rows < TOP_DEFAULT; i++) {
        const struct provider_change *row = &table->rows[i];
        if (!has_several(row))
            continue;
        if (rows++ == 0)
            document_table(document, word, caption,
                           "provider|appeared|mended|cname_new:CNAMEs now|cname_old:before");
        document_counts(document, cell_text(row->provider), row->appeared, row->mended,
                        row->cname[NEW], row->cname[OLD]);
    }
    if (rows == 0)
        document_paragraph(document, "%s: %s.", caption,
                           table->length > 0 ? "none of more than one domain" : "none");
}

static void add_appeared(struct document *document, const struct comparison *comparison)
{
    uint64_t mended = comparison_mended(comparison);
    document_section(document, "appeared", "What appeared, what was mended");
    document_paragraph(document,
                       "Of the domains in both surveys %s got a CNAME among their mail exchanges, "
                       "%s %s none any more. %s %s another provider than before.",
                       count_of(comparison_appeared(comparison)), count_of(mended),
                       mended == 1 ? "has" : "have", count_of(comparison->moved),
                       comparison->moved == 1 ? "has" : "have");
    add_cname_providers(document, "providers_appeared", "Providers by what appeared",
                        &comparison->appeared);
    add_cname_providers(document, "providers_mended", "Providers by what was mended",
                        &comparison->mended);
}

/* --- this month, last month --- */

static void add_month(struct document *document, const struct comparison *comparison)
{
    struct month_row rows[MONTH_ROWS_MAX];
    size_t length = month_rows(comparison, rows);
    document_section(document, "month", "This survey, last survey");
    document_table(document, "month_counts", NULL, "count:|new:this|old:last|change");
    for (size_t i = 0; i < length; i++) {
        const uint64_t *counts = rows[i].counts;
        document_counts(document, cell_word(rows[i].name, rows[i].label), counts[NEW], counts[OLD]);
        document_cell(document, cell_change(counts[OLD], counts[NEW]));
    }
    add_dane_deployment(document, comparison->reports[NEW], "This survey: ");
    add_dane_deployment(document, comparison->reports[OLD], "Last survey: ");
}

static void add_dane_providers(struct document *document, const struct provider_changes *table)
{
    if (table->length == 0)
        return;
    document_table(document, "providers_dane",
                   "Domains with DANE at every primary mail host, by provider",
                   "provider|new:this|old:last");
    for (size_t i = 0; i < table->length; i++)
        document_counts(document, cell_text(table->rows[i].provider), table->rows[i].dane[NEW],
                        table->rows[i].dane[OLD]);
}

struct document *comparison_document(const struct survey_side sides[2],
                                     const struct comparison *comparison)
{
    struct document *document = document_new("MX survey: what changed?");
    if (document == NULL)
        return NULL;
    add_side(document, "old", &sides[OLD]);
    add_side(document, "new", &sides[NEW]);
    add_answer(document, comparison);
    add_step(document, "differences", comparison);
    add_appeared(document, comparison);
    add_all_changes(document, comparison);
    add_classes(document, comparison);
    add_month(document, comparison);
    add_dane_providers(document, &comparison->dane);
    return document;
}
