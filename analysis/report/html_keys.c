/* Known keys, and TLSA records that will break, in the page. */
#include <stdio.h>

#include "analysis/report/form.h"
#include "analysis/report/html.h"

enum {
    ROWS_MAX = 30 /* of one table; JSON has more */
};

void page_keys(struct html_form *form, const struct dane_report *dane)
{
    static const struct html_column columns[] = {{"key", false},        {"status", false},
                                                 {"hosts", true},       {"only stale", true},
                                                 {"only backup", true}, {"leftover", true}};
    const struct page_count unused[] = {
        {"stale only", ONLY_STALE_MEANING, dane->unused.broken},
        {"backups only", ONLY_BACKUP_MEANING, dane->unused.idle},
        {"stale beside others", LEFTOVERS_MEANING, dane->unused.leftover},
    };
    size_t rows = dane->key_count < ROWS_MAX ? dane->key_count : ROWS_MAX;
    if (dane->key_count == 0)
        return;
    html_heading(form, CA_KEYS_HEADING);
    page_counts(form, "Mail hosts with keys out of use", "hosts", "", unused, 3);
    html_table_begin(form, "Known keys", columns, 6);
    for (size_t i = 0; i < rows; i++) {
        const struct key_use *key = &dane->keys[i];
        html_row_begin(form);
        html_cell_header(form, key->name);
        html_cell_text(form, key->status != NULL ? key->status : "not known");
        html_cell_count(form, key->hosts);
        html_cell_count(form, key->broken);
        html_cell_count(form, key->idle);
        html_cell_count(form, key->leftover);
        html_row_end(form);
    }
    html_table_end(form);
    page_rest(form, dane->key_count - rows, "keys");
    html_paragraph(form, "%s", CA_KEYS_NOTE);
}

static void page_unknown_keys(struct html_form *form, const struct key_outlook *outlook)
{
    static const struct html_column columns[] = {
        {"record", false}, {"hosts", true}, {"providers", true}};
    if (outlook->unknown_count == 0)
        return;
    html_table_begin(form, UNKNOWN_KEYS_HEADING, columns, 3);
    for (size_t i = 0; i < outlook->unknown_count; i++) {
        const struct unknown_key *key = &outlook->unknown[i];
        char text[SENTENCE_MAX];
        snprintf(text, sizeof text, "2 %llu %llu %.200s", (unsigned long long)key->selector,
                 (unsigned long long)key->matching_type, key->digest);
        html_row_begin(form);
        html_cell_header(form, text);
        html_cell_count(form, key->hosts);
        html_cell_count(form, key->providers);
        html_row_end(form);
    }
    html_table_end(form);
}

static void page_empty_hosts(struct html_form *form, const struct key_outlook *outlook)
{
    static const struct html_column columns[] = {{"mail host", false}};
    if (outlook->empty_count == 0)
        return;
    html_table_begin(form, "Mail hosts with a TLSA record without data", columns, 1);
    for (size_t i = 0; i < outlook->empty_count; i++) {
        html_row_begin(form);
        html_cell_header(form, outlook->empty_hosts[i]);
        html_row_end(form);
    }
    html_table_end(form);
    page_rest(form, (size_t)outlook->empty - outlook->empty_count, "hosts");
}

void page_key_outlook(struct html_form *form, const struct key_outlook *outlook)
{
    const struct page_count rows[] = {
        {NULL, SINGLE_MEANING, outlook->single},
        {NULL, CERTIFICATE_MEANING, outlook->certificate},
        {NULL, EMPTY_MEANING, outlook->empty},
    };
    html_heading(form, OUTLOOK_HEADING);
    page_count_table(form, "Mail hosts with TLSA records that will break", "hosts", "", rows, 3);
    page_empty_hosts(form, outlook);
    page_unknown_keys(form, outlook);
}
