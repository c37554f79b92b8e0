/* What changed between two surveys. */
#include "analysis/comparison/content.h"

#include <stdio.h>
#include <string.h>

/* --- two runs beside each other --- */

struct difference_table {
    struct document *document;
    const char *word;
    unsigned count;
};

static void add_difference(void *context, const char *key, const char *old, const char *new)
{
    struct difference_table *table = context;
    char text[2000];
    if (table->count++ == 0)
        document_table_of(table->document, table->word,
                          "What else differs between the runs, and may look like a change",
                          "key|values:old -> new");
    snprintf(text, sizeof text, "%.900s -> %.900s", old != NULL ? old : "(not said)",
             new != NULL ? new : "(not said)");
    document_row(table->document, cell_text(key), cell_text(text));
}

void add_step(struct document *document, const char *word, const struct survey_side *old,
              const struct survey_side *new, const struct comparison *comparison)
{
    const struct overlap *domains = &comparison->domains;
    struct difference_table table = {.document = document, .word = word};
    char both[NUMBER_MAX], gone[NUMBER_MAX], come[NUMBER_MAX];
    if (domains->both == 0)
        document_warning(document, "%s", NOTHING_IN_COMMON);
    if (!comparison->dnssec_compared)
        document_warning(document, "%s", dnssec_not_compared_text(&old->report, &new->report));
    document_paragraph(document,
                       "%s domains in both, %s in the old survey only, %s in the new only. %s",
                       text_count(domains->both, both), text_count(domains->only[OLD], gone),
                       text_count(domains->only[NEW], come), lists_text(old, new));
    run_differences(&old->report, &new->report, add_difference, &table);
}

static void add_side(struct document *document, const char *which, const struct survey_side *side)
{
    char begin[NUMBER_MAX], surveyed[NUMBER_MAX];
    document_point(document, "%s: %.1500s (%s, %s domains)", which, side->name,
                   side_begin_text(&side->report, begin),
                   text_count(side->report.surveyed, surveyed));
}

/* The answer before all else */
static void add_answer(struct document *document, const struct comparison *comparison)
{
    const struct change *change = &comparison->changes[DOMAINS_WITH_CNAME_MX];
    const struct cluster_share *old = &change->estimates[OLD]->cluster,
                               *new = &change->estimates[NEW]->cluster;
    int decimals = change_decimals(change);
    char before[NUMBER_MAX], now[NUMBER_MAX], points[NUMBER_MAX], range[NUMBER_MAX];
    char verdict[VERDICT_MAX], same[VERDICT_MAX + 200] = "";
    if (!cluster_has_share(old) || !cluster_has_share(new))
        return;
    if (has_paired_interval(change))
        snprintf(same, sizeof same, " The same domains: %s points (%s), %s.",
                 text_points(same_change(change), decimals, points),
                 text_points_range(change->same.interval95, decimals, range),
                 verdict_text(change, comparison->tested, verdict));
    else if (has_paired_units(change))
        snprintf(same, sizeof same, " The same domains: %s points; no interval: %s.",
                 text_points(same_change(change), decimals, points), paired_reason_text(change));
    document_paragraph(document,
                       "Domains with a CNAME among their mail exchanges: %s before, %s "
                       "now.%s",
                       text_percent(old->share, decimals, before),
                       text_percent(new->share, decimals, now), same);
}

/* --- one share --- */

void add_same(struct document *document, const char *title, const struct comparison *comparison,
              enum estimate_id id, int decimals)
{
    const struct change *change = &comparison->changes[id];
    struct document_cell cell = cell_text(NULL);
    char word[ESTIMATE_WORD_MAX], verdict[VERDICT_MAX], more[300] = "";
    const char *units = ESTIMATE_WORDING[id].unanswered_units;
    if (!has_paired_units(change)) {
        snprintf(more, sizeof more, ": no %s were counted in both surveys", units);
    } else {
        cell = cell_points(same_change(change), decimals);
        if (has_paired_interval(change))
            cell = cell_with_interval(cell, change->same.interval95);
        snprintf(more, sizeof more, " points, the same %s; %s%s", units,
                 has_paired_interval(change) ? "" : "no interval: ",
                 has_paired_interval(change) ? verdict_text(change, comparison->tested, verdict)
                                             : paired_reason_text(change));
    }
    document_fact(document,
                  &(struct document_fact){
                      .word = estimate_word(change->estimates[OLD], word),
                      .title = title,
                      .label = ESTIMATE_WORDING[id].label,
                      .column = "same",
                      .more = more,
                  },
                  cell);
}

static struct document_cell share_of(const struct estimate *estimate, int decimals)
{
    const struct cluster_share *share = &estimate->cluster;
    return cluster_has_share(share)
               ? cell_with_of(cell_share(share->share, decimals), share->of, estimate->unanswered)
               : cell_text(NULL);
}

/* Other units count in one survey than in the other. */
static void add_parts(struct document *document, const struct change *change, int decimals)
{
    if (!change->has_parts)
        return;
    document_value(document, "counted_once", "counted once",
                   cell_points(change->parts.scope, decimals));
    document_value(document, "one_list", "in one list only",
                   cell_points(change->parts.list, decimals));
}

static void add_flips(struct document *document, const struct change *change, const char *units)
{
    const struct change_counts *counts = &change->counts;
    char of[NUMBER_MAX], gained[NUMBER_MAX], lost[NUMBER_MAX];
    if (!change->by_units || counts->paired == 0)
        return;
    document_detail(document,
                    "Of %s %s counted both times %s gained it, %s lost it; a %s whose answers flap "
                    "is counted each time.",
                    text_count(counts->paired, of), units, text_count(counts->gained, gained),
                    text_count(counts->lost, lost), change->estimates[OLD]->unit);
}

static void add_unanswered(struct document *document, const struct change *change,
                           const char *units, int decimals)
{
    char old[NUMBER_MAX], new[NUMBER_MAX], range[NUMBER_MAX], text[300] = "";
    if (change->unanswered[OLD] == 0 && change->unanswered[NEW] == 0)
        return;
    if (change->has_bounds)
        snprintf(text, sizeof text,
                 " Among all %s that both know, counted or not: %s points, whatever these would "
                 "have answered.",
                 units, text_points_range(change->bounds, decimals, range));
    document_detail(document,
                    "Kept out by failed lookups: %s %s in the old survey, %s in the new.%s",
                    text_count(change->unanswered[OLD], old), units,
                    text_count(change->unanswered[NEW], new), text);
}

static void add_change(struct document *document, const struct comparison *comparison,
                       enum estimate_id id)
{
    const struct change *change = &comparison->changes[id];
    const struct estimate *old = change->estimates[OLD], *new = change->estimates[NEW];
    const char *units = ESTIMATE_WORDING[id].unanswered_units;
    int decimals = change_decimals(change);
    bool known = cluster_has_share(&old->cluster) && cluster_has_share(&new->cluster);
    if (!cluster_has_share(&old->cluster) && !cluster_has_share(&new->cluster))
        return; /* nothing is counted in either survey */
    add_same(document, ESTIMATE_WORDING[id].title, comparison, id, decimals);
    document_value(document, "old", "before", share_of(old, decimals));
    document_value(document, "new", "now", share_of(new, decimals));
    if (known)
        document_value(document, "change", "all that differs, in points",
                       cell_points(new->cluster.share - old->cluster.share, decimals));
    add_parts(document, change, decimals);
    add_flips(document, change, units);
    add_unanswered(document, change, units, decimals);
}

static void add_changes(struct document *document, const struct comparison *comparison)
{
    document_section(document, "changes", "CNAMEs as mail exchanges: what changed");
    for (int id = 0; id < SECURE_DOMAINS; id++)
        add_change(document, comparison, (enum estimate_id)id);
    document_figure(document, "CNAMEs as mail exchanges: changes of the same units");
    document_section(document, "protocol_changes", "DNSSEC, DANE, MTA-STS, IPv6: what changed");
    for (int id = SECURE_DOMAINS; id < ESTIMATE_COUNT; id++)
        add_change(document, comparison, (enum estimate_id)id);
    document_figure(document, "DNSSEC, DANE, MTA-STS, IPv6: changes of the same units");
    document_paragraph(document, "%s", CHANGE_NOTE);
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
    static const struct document_column columns[] = {{"provider", "provider"},
                                                     {"appeared", "appeared"},
                                                     {"mended", "mended"},
                                                     {"cname_new", "CNAMEs now"},
                                                     {"cname_old", "before"}};
    size_t several = 0, rows = 0;
    for (size_t i = 0; i < table->length; i++)
        several += has_several(&table->rows[i]);
    if (several == 0) {
        document_paragraph(document, "%s: %s.", caption,
                           table->length > 0 ? "none of more than one domain" : "none");
        return;
    }
    document_table(document, word, caption, columns, 5);
    for (size_t i = 0; i < table->length && rows < TOP_DEFAULT; i++) {
        const struct provider_change *row = &table->rows[i];
        if (!has_several(row))
            continue;
        rows++;
        document_row(document, cell_text(row->provider), cell_count(row->appeared),
                     cell_count(row->mended), cell_count(row->cname[NEW]),
                     cell_count(row->cname[OLD]));
    }
}

static void add_appeared(struct document *document, const struct comparison *comparison)
{
    char came[NUMBER_MAX], went[NUMBER_MAX], moved[NUMBER_MAX];
    document_section(document, "appeared", "What appeared, what was mended");
    document_paragraph(document,
                       "Of the domains in both surveys %s got a CNAME among their mail exchanges, "
                       "%s have none any more. %s have another provider than before.",
                       text_count(comparison_appeared(comparison), came),
                       text_count(comparison_mended(comparison), went),
                       text_count(comparison->moved, moved));
    add_cname_providers(document, "providers_appeared", "Providers by what appeared",
                        &comparison->appeared);
    add_cname_providers(document, "providers_mended", "Providers by what was mended",
                        &comparison->mended);
}

/* --- classes --- */

static const char *word_or_null(enum class_table table, unsigned number)
{
    const char *word = class_word(table, number);
    return word != NULL ? word : "(none)";
}

static void add_classes(struct document *document, const struct comparison *comparison)
{
    document_section(document, "classes", "What changed class (domains in both surveys)");
    for (int i = 0; i < CLASS_TABLE_COUNT; i++) {
        enum class_table table = (enum class_table)i;
        struct class_move moves[CLASS_MOVES_MAX];
        size_t length = class_moves(comparison, table, moves);
        if (length == 0) {
            document_paragraph(document, "%s: %s.", class_table_title(table),
                               class_table_empty(comparison, table));
            continue;
        }
        document_table_of(document, class_table_name(table), class_table_title(table),
                          "move:old -> new|domains");
        for (size_t j = 0; j < length; j++) {
            char text[100];
            snprintf(text, sizeof text, "%s -> %s", word_or_null(table, moves[j].from),
                     word_or_null(table, moves[j].to));
            document_row(document, cell_text(text), cell_count(moves[j].count));
        }
    }
}

/* --- this month, last month --- */

static void add_month(struct document *document, const struct report *old, const struct report *new)
{
    struct month_row rows[MONTH_ROWS_MAX];
    const struct dane_report *const dane[] = {[OLD] = &old->dane, [NEW] = &new->dane};
    size_t length = month_rows(old, new, rows);
    document_section(document, "month", "This survey, last survey");
    document_table_of(document, "month_counts", NULL, "count:|new:this|old:last|change");
    for (size_t i = 0; i < length; i++)
        document_row(document, cell_word(rows[i].name, rows[i].label),
                     cell_count(rows[i].counts[NEW]), cell_count(rows[i].counts[OLD]),
                     cell_change(rows[i].counts[OLD], rows[i].counts[NEW]));
    for (int when = NEW; when >= OLD; when--) {
        char sentence[SENTENCE_MAX];
        if (dane_secure_domains(dane[when]) > 0)
            document_paragraph(document, "%s survey: %s", when == NEW ? "This" : "Last",
                               dane_deployment_text(dane[when], sentence));
    }
}

static void add_dane_providers(struct document *document, const struct provider_changes *table)
{
    if (table->length == 0)
        return;
    document_table_of(document, "providers_dane",
                      "Domains with DANE at every primary mail host, by provider",
                      "provider|new:this|old:last");
    for (size_t i = 0; i < table->length; i++)
        document_row(document, cell_text(table->rows[i].provider),
                     cell_count(table->rows[i].dane[NEW]), cell_count(table->rows[i].dane[OLD]));
}

struct document *comparison_document(const struct survey_side *old, const struct survey_side *new,
                                     const struct comparison *comparison)
{
    struct document *document = document_new("MX survey: what changed?");
    if (document == NULL)
        return NULL;
    add_side(document, "old", old);
    add_side(document, "new", new);
    add_answer(document, comparison);
    add_step(document, "differences", old, new, comparison);
    add_appeared(document, comparison);
    add_changes(document, comparison);
    add_classes(document, comparison);
    add_month(document, &old->report, &new->report);
    add_dane_providers(document, &comparison->dane);
    return document;
}
