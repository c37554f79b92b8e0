/* What changed between two surveys, as text of 78 columns. */
#include <string.h>

#include "analysis/comparison/form.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"

/* --- one change --- */

static int print_shares_of(const struct comparison *comparison, enum estimate_id id, int decimals,
                           FILE *out)
{
    const struct change *change = &comparison->changes[id];
    char share[2][NUMBER_MAX], range[2][NUMBER_MAX], points[NUMBER_MAX];
    const char *ranges[2];
    for (int when = OLD; when <= NEW; when++) {
        const struct cluster_share *cluster = &change->estimates[when]->cluster;
        if (cluster_has_share(cluster))
            text_percent(cluster->share, decimals, share[when]);
        else
            strcpy(share[when], "not known");
        ranges[when] = side_interval_text(comparison->reports[when], id, decimals, range[when]);
    }
    if (!cluster_has_share(&change->estimates[OLD]->cluster) ||
        !cluster_has_share(&change->estimates[NEW]->cluster))
        return text_print(out, 4, "%s -> %s", share[OLD], share[NEW]);
    double difference =
        change->estimates[NEW]->cluster.share - change->estimates[OLD]->cluster.share;
    points_text(difference, decimals, points);
    if (!report_has_intervals(comparison->reports[OLD]) &&
        !report_has_intervals(comparison->reports[NEW]))
        return text_print(out, 4, "%s -> %s: %s", share[OLD], share[NEW], points);
    return text_print(out, 4, "%s -> %s: %s (" OTHER_LISTS_TITLE ": %s; %s)", share[OLD],
                      share[NEW], points, ranges[OLD], ranges[NEW]);
}

int print_same(const char *lead, const struct comparison *comparison, enum estimate_id id,
               int decimals, FILE *out)
{
    const struct change *change = &comparison->changes[id];
    const char *units = ESTIMATE_WORDING[id].unanswered_units;
    char points[NUMBER_MAX], range[NUMBER_MAX], verdict[VERDICT_MAX];
    if (!has_paired_units(change))
        return text_print(out, 4, "%s %s: none were counted in both surveys.", lead, units);
    points_text(same_change(change), decimals, points);
    if (!has_paired_interval(change))
        return text_print(out, 4, "%s %s: %s (no interval: %s).", lead, units, points,
                          paired_reason_text(change));
    return text_print(out, 4, "%s %s: %s (95 %% interval %s): %s.", lead, units, points,
                      points_range_text(change->same.interval95, decimals, range),
                      verdict_text(change, comparison->tested, verdict));
}

static int print_parts(const struct change *change, int decimals, FILE *out)
{
    char scope[NUMBER_MAX], list[NUMBER_MAX];
    if (!change->has_parts)
        return 0;
    return text_print(out, 4, "Counted once: %s. In one list only: %s.",
                      points_text(change->parts.scope, decimals, scope),
                      points_text(change->parts.list, decimals, list));
}

static int print_flips(const struct change *change, const char *units, const char *unit, FILE *out)
{
    const struct change_counts *counts = &change->counts;
    char of[NUMBER_MAX], gained[NUMBER_MAX], lost[NUMBER_MAX];
    if (!change->by_units || counts->paired == 0)
        return 0;
    return text_print(out, 4,
                      "Of %s %s counted both times %s gained it, %s lost it; a %s whose answers "
                      "flap is counted each time.",
                      text_count(counts->paired, of), units, text_count(counts->gained, gained),
                      text_count(counts->lost, lost), unit);
}

static int print_unanswered(const struct change *change, const char *units, int decimals, FILE *out)
{
    char old[NUMBER_MAX], new[NUMBER_MAX], range[NUMBER_MAX];
    int failed = 0;
    if (change->unanswered[OLD] == 0 && change->unanswered[NEW] == 0)
        return 0;
    failed |= text_print(
        out, 4, "Kept out by failed lookups: %s %s in the old survey, %s in the new.",
        text_count(change->unanswered[OLD], old), units, text_count(change->unanswered[NEW], new));
    if (change->has_bounds)
        failed |= text_print(out, 4,
                             "Among all %s that both know, counted or not: %s, whatever these "
                             "would have answered.",
                             units, points_range_text(change->bounds, decimals, range));
    return failed;
}

static int print_change(const struct comparison *comparison, enum estimate_id id, FILE *out)
{
    const struct change *change = &comparison->changes[id];
    const char *units = ESTIMATE_WORDING[id].unanswered_units;
    int decimals = change_decimals(change);
    fprintf(out, "\n  %s\n", ESTIMATE_WORDING[id].title);
    if (!cluster_has_share(&change->estimates[OLD]->cluster) &&
        !cluster_has_share(&change->estimates[NEW]->cluster))
        return text_print(out, 4, "Not known: nothing is counted in either survey.");
    return print_shares_of(comparison, id, decimals, out) |
           print_same("The same", comparison, id, decimals, out) |
           print_parts(change, decimals, out) |
           print_flips(change, units, change->estimates[OLD]->unit, out) |
           print_unanswered(change, units, decimals, out);
}

/* --- two surveys beside each other --- */

struct difference_printer {
    FILE *out;
    int failed;
    unsigned count;
};

static void print_difference(void *context, const char *key, const char *old, const char *new)
{
    struct difference_printer *printer = context;
    char line[3 * SURVEY_TEXT_MAX + 32];
    if (printer->count++ == 0)
        fprintf(printer->out, "\n  What else differs between the runs, and may look like a "
                              "change:\n");
    snprintf(line, sizeof line, "%s: %s -> %s", key, old != NULL ? old : "(not said)",
             new != NULL ? new : "(not said)");
    fprintf(printer->out, "    ");
    printer->failed |= text_wrap(printer->out, 4, 6, line);
}

int print_step(const struct survey_side *old, const struct survey_side *new,
               const struct comparison *comparison, FILE *out)
{
    const struct overlap *domains = &comparison->domains;
    char both[NUMBER_MAX], gone[NUMBER_MAX], come[NUMBER_MAX];
    struct difference_printer printer = {.out = out};
    int failed =
        text_print(out, 2, "%s domains in both, %s in the old survey only, %s in the new only.",
                   text_count(domains->both, both), text_count(domains->only[0], gone),
                   text_count(domains->only[1], come));
    failed |= text_print(out, 2, "%s", lists_text(old, new));
    if (domains->both == 0)
        failed |= text_print(out, 2, "%s", NOTHING_IN_COMMON);
    if (!comparison->dnssec_compared)
        failed |= text_print(out, 2, "%s", dnssec_not_compared_text(&old->report, &new->report));
    run_differences(&old->report, &new->report, print_difference, &printer);
    return failed | printer.failed;
}

static int print_side(const char *which, const struct survey_side *side, FILE *out)
{
    char begin[NUMBER_MAX], surveyed[NUMBER_MAX];
    char line[SURVEY_TEXT_MAX + 200];
    snprintf(line, sizeof line, "%s: %s (%s, %s domains)", which, side->name,
             side_begin_text(&side->report, begin), text_count(side->report.surveyed, surveyed));
    fprintf(out, "  ");
    return text_wrap(out, 2, 4, line);
}

/* --- tables --- */

static int print_counts(const uint64_t *counts, size_t length, const char *text, FILE *out)
{
    int column = 0;
    for (size_t i = 0; i < length; i++) {
        char number[NUMBER_MAX];
        column += fprintf(out, "  %10s", text_count(counts[i], number));
    }
    column += fprintf(out, "  ");
    return text_wrap(out, column, column, text);
}

static int print_month(const struct report *old, const struct report *new, FILE *out)
{
    struct month_row rows[MONTH_ROWS_MAX];
    size_t length = month_rows(old, new, rows);
    const struct dane_report *const dane[2] = {&old->dane, &new->dane};
    int failed = 0;
    text_heading(out, "This survey, last survey");
    fprintf(out, "  %12s  %12s  %12s\n", "this", "last", "change");
    for (size_t i = 0; i < length; i++) {
        char this[NUMBER_MAX], last[NUMBER_MAX], change[NUMBER_MAX];
        int column = fprintf(out, "  %12s  %12s  %12s  ", text_count(rows[i].counts[1], this),
                             text_count(rows[i].counts[0], last),
                             difference_text(rows[i].counts[0], rows[i].counts[1], change));
        failed |= text_wrap(out, column, column, rows[i].label);
    }
    for (int when = 1; when >= 0; when--) {
        char sentence[SENTENCE_MAX];
        if (dane_secure_domains(dane[when]) > 0)
            failed |= text_print(out, 2, "%s survey: %s", when == 1 ? "This" : "Last",
                                 dane_deployment_text(dane[when], sentence));
    }
    return failed;
}

static int print_dane_providers(const struct provider_changes *table, FILE *out)
{
    int failed = 0;
    text_heading(out, "Providers by domains with DANE at every primary mail host");
    if (table->length == 0)
        fprintf(out, "  none\n");
    else
        fprintf(out, "  %10s  %10s  provider\n", "this", "last");
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_change *row = &table->rows[i];
        failed |=
            print_counts((const uint64_t[]){row->dane[1], row->dane[0]}, 2, row->provider, out);
    }
    return failed;
}

static int print_cname_providers(const char *title, const struct provider_changes *table, FILE *out)
{
    int failed = 0;
    text_heading(out, title);
    if (table->length == 0)
        fprintf(out, "  none\n");
    else
        fprintf(out, "  %10s  %10s  %10s  %10s  provider\n", "appeared", "mended", "CNAMEs now",
                "before");
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_change *row = &table->rows[i];
        failed |= print_counts(
            (const uint64_t[]){row->appeared, row->mended, row->cname[1], row->cname[0]}, 4,
            row->provider, out);
    }
    return failed;
}

static int print_appeared(const struct comparison *comparison, FILE *out)
{
    char appeared[NUMBER_MAX], mended[NUMBER_MAX], moved[NUMBER_MAX];
    text_heading(out, "What appeared, what was mended (domains in both surveys)");
    int failed = text_print(out, 2,
                            "%s domains got a CNAME among their mail exchanges, %s have none any "
                            "more. %s domains have another provider than before.",
                            text_count(comparison_appeared(comparison), appeared),
                            text_count(comparison_mended(comparison), mended),
                            text_count(comparison->moved, moved));
    failed |= print_cname_providers("Providers by what appeared", &comparison->appeared, out);
    return failed | print_cname_providers("Providers by what was mended", &comparison->mended, out);
}

static const char *word_or_null(enum class_table table, unsigned number)
{
    const char *word = class_word(table, number);
    return word != NULL ? word : "(none)";
}

static int print_classes(const struct comparison *comparison, FILE *out)
{
    int failed = 0;
    text_heading(out, "What changed class (domains in both surveys)");
    for (int i = 0; i < CLASS_TABLE_COUNT; i++) {
        enum class_table table = (enum class_table)i;
        struct class_move moves[CLASS_MOVES_MAX];
        size_t length = class_moves(comparison, table, moves);
        fprintf(out, "\n  %s\n", class_table_title(table));
        if (length == 0)
            fprintf(out, "    %s\n", class_table_empty(comparison, table));
        for (size_t j = 0; j < length; j++) {
            char number[NUMBER_MAX];
            fprintf(out, "  %14s  %s -> %s\n", text_count(moves[j].count, number),
                    word_or_null(table, moves[j].from), word_or_null(table, moves[j].to));
        }
    }
    return failed;
}

int comparison_print_text(const struct survey_side *old, const struct survey_side *new,
                          const struct comparison *comparison, FILE *out)
{
    int failed = 0;
    fprintf(out, "MX survey: what changed?\n========================\n\n");
    failed |= print_side("old", old, out);
    failed |= print_side("new", new, out);
    failed |= print_step(old, new, comparison, out);
    text_heading(out, "Shares");
    for (int id = 0; id < ESTIMATE_COUNT; id++)
        failed |= print_change(comparison, (enum estimate_id)id, out);
    fprintf(out, "\n");
    failed |= text_print(out, 2, "%s", CHANGE_NOTE);
    failed |= print_appeared(comparison, out);
    failed |= print_classes(comparison, out);
    failed |= print_month(&old->report, &new->report, out);
    failed |= print_dane_providers(&comparison->dane, out);
    return failed == 0 ? 0 : -1;
}
