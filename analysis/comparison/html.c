/* What changed between two surveys, as a page. */
#include "analysis/comparison/html.h"

#include "analysis/document/plot.h"
#include "analysis/collect/survey_file.h"

const char *const CHANGE_LABELS[ESTIMATE_COUNT] = {
    [DOMAINS_WITH_CNAME_MX] = "CNAME: domains",
    [DOMAINS_WITH_CNAME_MX_SECURE] = "CNAME: secure domains",
    [DOMAINS_WITH_CNAME_MX_INSECURE] = "CNAME: unsigned domains",
    [DOMAINS_ALL_PRIMARY_CNAME] = "CNAME: all primary",
    [CNAME_MX_RECORDS] = "CNAME: MX records",
    [CNAME_MX_HOSTS] = "CNAME: hosts",
    [SECURE_DOMAINS] = "secure domains",
    [SECURE_HOSTS] = "secure hosts",
    [HOSTS_WITH_TLSA] = "hosts with TLSA",
    [DOMAINS_DANE_COMPLETE] = "DANE complete",
    [DOMAINS_DANE_READY] = "ready for DANE",
    [DOMAINS_WITH_STS] = "MTA-STS",
    [STS_REFUSED_ENFORCE] = "MTA-STS over CNAME, enforced",
    [STS_REFUSED_TESTING] = "MTA-STS over CNAME, testing",
    [DOMAINS_WITH_IPV6_MX] = "IPv6",
};

static const char UNKNOWN_CELL[] = "<td class=\"number\">\xe2\x80\x93</td>"; /* an en dash */

void html_cell_points(struct html_form *form, bool known, double change, int decimals)
{
    char text[NUMBER_MAX];
    if (known)
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g\">%s</td>", change,
                points_text(change, decimals, text));
    else
        fputs(UNKNOWN_CELL, form->out);
}

void html_cell_points_range(struct html_form *form, bool known, struct interval interval,
                            int decimals)
{
    char text[NUMBER_MAX];
    if (known)
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g %.12g\">%s</td>", interval.low,
                interval.high, points_range_text(interval, decimals, text));
    else
        fputs(UNKNOWN_CELL, form->out);
}

static void p_value_cell(struct html_form *form, bool known, double p)
{
    char text[NUMBER_MAX];
    if (known)
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g\">%s</td>", p,
                p < 1e-15 ? "&lt; 1e-15" : (snprintf(text, sizeof text, "%.2g", p), text));
    else
        fputs(UNKNOWN_CELL, form->out);
}

/* The real change of a share with its interval, for plot_shares() */
static struct plot_share same_plot(const struct change *change)
{
    return (struct plot_share){
        .known = has_paired_units(change),
        .share = same_change(change),
        .has_bar = has_paired_interval(change),
        .bar = change->same.interval95,
    };
}

struct difference_table {
    struct html_form *form;
    unsigned count;
};

static void difference_row(void *context, const char *key, const char *old, const char *new)
{
    static const struct html_column columns[] = {{"key", false}, {"old", false}, {"new", false}};
    struct difference_table *table = context;
    if (table->count++ == 0)
        html_table_begin(table->form,
                         "What else differs between the runs, and may look like a "
                         "change",
                         columns, 3);
    html_row_begin(table->form);
    html_cell_header(table->form, key);
    html_cell_text(table->form, old != NULL ? old : "\u2013");
    html_cell_text(table->form, new != NULL ? new : "\u2013");
    html_row_end(table->form);
}

void page_step(struct html_form *form, const struct survey_side *old, const struct survey_side *new,
               const struct comparison *comparison)
{
    const struct overlap *domains = &comparison->domains;
    struct difference_table table = {.form = form};
    char both[NUMBER_MAX], gone[NUMBER_MAX], come[NUMBER_MAX];
    html_paragraph(form, "%s domains in both, %s in the old survey only, %s in the new only. %s",
                   text_count(domains->both, both), text_count(domains->only[0], gone),
                   text_count(domains->only[1], come), lists_text(old, new));
    if (domains->both == 0)
        html_warning(form, "%s", NOTHING_IN_COMMON);
    if (!comparison->dnssec_compared)
        html_warning(form, "%s", dnssec_not_compared_text(&old->report, &new->report));
    run_differences(&old->report, &new->report, difference_row, &table);
    if (table.count > 0)
        html_table_end(form);
}

/* --- shares --- */

static void change_row(struct html_form *form, const struct change *change, enum estimate_id id)
{
    const struct estimate *old = change->estimates[0], *new = change->estimates[1];
    bool both = cluster_has_share(&old->cluster) && cluster_has_share(&new->cluster);
    int decimals = change_decimals(change);
    html_row_begin(form);
    html_cell_header(form, ESTIMATE_WORDING[id].title);
    html_cell_percent(form, cluster_has_share(&old->cluster), old->cluster.share, decimals);
    html_cell_percent(form, cluster_has_share(&new->cluster), new->cluster.share, decimals);
    html_cell_points(form, both, both ? new->cluster.share - old->cluster.share : 0, decimals);
    html_cell_points(form, has_paired_units(change), same_change(change), decimals);
    html_cell_points_range(form, has_paired_interval(change), change->same.interval95, decimals);
    html_cell_points(form, change->has_parts, change->parts.scope, decimals);
    html_cell_points(form, change->has_parts, change->parts.list, decimals);
    html_row_end(form);
}

static void flip_row(struct html_form *form, const struct change *change, enum estimate_id id,
                     size_t tested)
{
    char verdict[VERDICT_MAX];
    html_row_begin(form);
    html_cell_header(form, ESTIMATE_WORDING[id].title);
    html_cell_count(form, change->counts.paired);
    html_cell_count(form, change->counts.gained);
    html_cell_count(form, change->counts.lost);
    p_value_cell(form, change->has_p_holm, change->same.p_value);
    html_cell_text(form, change->has_p_holm ? verdict_text(change, tested, verdict)
                                            : paired_reason_text(change));
    html_cell_count(form, change->unanswered[OLD]);
    html_cell_count(form, change->unanswered[NEW]);
    html_cell_points_range(form, change->has_bounds, change->bounds, change_decimals(change));
    html_row_end(form);
}

/* The units that are met again one by one: what became of them, and what that is worth */
static void flip_table(struct html_form *form, const struct comparison *comparison)
{
    static const struct html_column columns[] = {
        {"", false},
        {"counted both times", true},
        {"gained it", true},
        {"lost it", true},
        {"p", true},
        {"the change of the same units is", false},
        {"not answered, old", true},
        {"not answered, new", true},
        {"whatever these would have answered", true},
    };
    html_table_begin(form, "The same units, one by one", columns, 9);
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        const struct change *change = &comparison->changes[id];
        if (change->by_units && change->counts.paired > 0)
            flip_row(form, change, (enum estimate_id)id, comparison->tested);
    }
    html_table_end(form);
    html_paragraph(form, "A unit whose answers flap is counted each time.");
}

static void shares(struct html_form *form, const struct comparison *comparison)
{
    static const struct html_column columns[] = {
        {"", false},
        {"old", true},
        {"new", true},
        {"change", true},
        {"the same units", true},
        {"95 % interval", true},
        {"counted once", true},
        {"one list only", true},
    };
    struct plot_row rows[ESTIMATE_COUNT];
    html_section_begin(form, "Shares");
    size_t count = 0;
    for (int id = 0; id < ESTIMATE_COUNT; id++) {
        const struct change *change = &comparison->changes[id];
        if (has_paired_units(change))
            rows[count++] = (struct plot_row){CHANGE_LABELS[id], same_plot(change)};
    }
    plot_shares(form, "Real changes: the same units, in percentage points", rows, count);
    html_table_begin(form, "Shares, and what their changes come from", columns, 8);
    for (int id = 0; id < ESTIMATE_COUNT; id++)
        change_row(form, &comparison->changes[id], (enum estimate_id)id);
    html_table_end(form);
    flip_table(form, comparison);
    html_paragraph(form, "%s", CHANGE_NOTE);
    html_section_end(form);
}

/* --- tables --- */

static void provider_rows(struct html_form *form, const char *title,
                          const struct provider_changes *table)
{
    static const struct html_column columns[] = {{"provider", false},
                                                 {"appeared", true},
                                                 {"mended", true},
                                                 {"domains with CNAME now", true},
                                                 {"before", true}};
    if (table->length == 0)
        return;
    html_table_begin(form, title, columns, 5);
    for (size_t i = 0; i < table->length; i++) {
        const struct provider_change *row = &table->rows[i];
        html_row_begin(form);
        html_cell_header(form, row->provider);
        html_cell_count(form, row->appeared);
        html_cell_count(form, row->mended);
        html_cell_count(form, row->cname[1]);
        html_cell_count(form, row->cname[0]);
        html_row_end(form);
    }
    html_table_end(form);
}

static void appeared(struct html_form *form, const struct comparison *comparison)
{
    char came[NUMBER_MAX], went[NUMBER_MAX], moved[NUMBER_MAX];
    html_section_begin(form, "What appeared, what was mended");
    html_paragraph(form,
                   "Of the domains in both surveys %s got a CNAME among their mail exchanges, %s "
                   "have none any more. %s have another provider than before.",
                   text_count(comparison_appeared(comparison), came),
                   text_count(comparison_mended(comparison), went),
                   text_count(comparison->moved, moved));
    html_pair_begin(form);
    provider_rows(form, "Providers by what appeared", &comparison->appeared);
    provider_rows(form, "Providers by what was mended", &comparison->mended);
    html_pair_end(form);
    html_section_end(form);
}

static const char *word_or_null(enum class_table table, unsigned number)
{
    const char *word = class_word(table, number);
    return word != NULL ? word : "(none)";
}

static void classes(struct html_form *form, const struct comparison *comparison)
{
    static const struct html_column columns[] = {{"old", false}, {"new", false}, {"domains", true}};
    html_section_begin(form, "What changed class");
    for (int i = 0; i < CLASS_TABLE_COUNT; i++) {
        enum class_table table = (enum class_table)i;
        struct class_move moves[CLASS_MOVES_MAX];
        size_t length = class_moves(comparison, table, moves);
        if (length == 0) {
            html_paragraph(form, "%s: %s.", class_table_title(table),
                           class_table_empty(comparison, table));
            continue;
        }
        html_table_begin(form, class_table_title(table), columns, 3);
        for (size_t j = 0; j < length; j++) {
            html_row_begin(form);
            html_cell_header(form, word_or_null(table, moves[j].from));
            html_cell_text(form, word_or_null(table, moves[j].to));
            html_cell_count(form, moves[j].count);
            html_row_end(form);
        }
        html_table_end(form);
    }
    html_section_end(form);
}

static void month_table(struct html_form *form, const struct report *old, const struct report *new)
{
    static const struct html_column columns[] = {
        {"", false}, {"this", true}, {"last", true}, {"change", true}};
    struct month_row rows[MONTH_ROWS_MAX];
    size_t length = month_rows(old, new, rows);
    html_table_begin(form, "Counts", columns, 4);
    for (size_t i = 0; i < length; i++) {
        char change[NUMBER_MAX];
        html_row_begin(form);
        html_cell_header(form, rows[i].label);
        html_cell_count(form, rows[i].counts[1]);
        html_cell_count(form, rows[i].counts[0]);
        fprintf(form->out, "<td class=\"number\">%s</td>",
                difference_text(rows[i].counts[0], rows[i].counts[1], change));
        html_row_end(form);
    }
    html_table_end(form);
}

static void month(struct html_form *form, const struct report *old, const struct report *new,
                  const struct provider_changes *dane)
{
    static const struct html_column columns[] = {
        {"provider", false}, {"this", true}, {"last", true}};
    const struct dane_report *const reports[2] = {&old->dane, &new->dane};
    html_section_begin(form, "This survey, last survey");
    for (int when = 1; when >= 0; when--) {
        char sentence[SENTENCE_MAX];
        if (dane_secure_domains(reports[when]) > 0)
            html_paragraph(form, "%s survey: %s", when == 1 ? "This" : "Last",
                           dane_deployment_text(reports[when], sentence));
    }
    html_pair_begin(form);
    month_table(form, old, new);
    html_table_begin(form, "Domains with DANE at every primary mail host, by provider", columns, 3);
    for (size_t i = 0; i < dane->length; i++) {
        html_row_begin(form);
        html_cell_header(form, dane->rows[i].provider);
        html_cell_count(form, dane->rows[i].dane[1]);
        html_cell_count(form, dane->rows[i].dane[0]);
        html_row_end(form);
    }
    html_table_end(form);
    html_pair_end(form);
    html_section_end(form);
}

static void side_paragraph(struct html_form *form, const char *which,
                           const struct survey_side *side)
{
    char begin[NUMBER_MAX], surveyed[NUMBER_MAX];
    html_paragraph(form, "%s: %.1000s (%s, %s domains)", which, side->name,
                   side_begin_text(&side->report, begin),
                   text_count(side->report.surveyed, surveyed));
}

int comparison_print_html(const struct survey_side *old, const struct survey_side *new,
                          const struct comparison *comparison, FILE *out, struct error *error)
{
    struct html_form form = {.out = out, .error = error};
    html_begin(&form, "MX survey: what changed?");
    side_paragraph(&form, "Old", old);
    side_paragraph(&form, "New", new);
    page_step(&form, old, new, comparison);
    shares(&form, comparison);
    appeared(&form, comparison);
    classes(&form, comparison);
    month(&form, &old->report, &new->report, &comparison->dane);
    html_end(&form);
    return form.failed;
}
