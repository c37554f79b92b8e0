/* Known keys, and TLSA records that will break, as text. */
#include <string.h>

#include "analysis/report/form.h"
#include "analysis/report/text.h"
#include "analysis/collect/survey_file.h"
#include "analysis/document/text_form.h"

enum {
    ROWS_MAX = 30, /* of one table; JSON has more */
    LINE_MAX_LENGTH = 2 * SURVEY_TEXT_MAX + 200,
    DIGITS_OF_A_LINE = 64 /* a SHA-256; a SHA-512 takes two */
};

void print_keys(struct printer *printer)
{
    const struct dane_report *dane = &printer->report->dane;
    if (dane->key_count == 0)
        return;
    text_heading(printer->out, CA_KEYS_HEADING);
    print_line(printer, dane->unused.broken, ONLY_STALE_MEANING);
    print_line(printer, dane->unused.idle, ONLY_BACKUP_MEANING);
    print_line(printer, dane->unused.leftover, LEFTOVERS_MEANING);
    fprintf(printer->out, "\n  %11s  %11s  %11s  %11s  key\n", "hosts", "only stale", "only backup",
            "leftover");
    for (size_t i = 0; i < dane->key_count && i < ROWS_MAX; i++) {
        const struct key_use *key = &dane->keys[i];
        char hosts[NUMBER_MAX], broken[NUMBER_MAX], idle[NUMBER_MAX], leftover[NUMBER_MAX];
        char text[LINE_MAX_LENGTH];
        snprintf(text, sizeof text, "%s (%s)", key->name,
                 key->status != NULL ? key->status : "status not known");
        int column = fprintf(printer->out, "  %11s  %11s  %11s  %11s  ",
                             text_count(key->hosts, hosts), text_count(key->broken, broken),
                             text_count(key->idle, idle), text_count(key->leftover, leftover));
        printer->failed |= text_wrap(printer->out, column, 54, text);
    }
    if (dane->key_count > ROWS_MAX)
        printer->failed |= text_print(printer->out, 2, "and %zu more keys: see the JSON form",
                                      dane->key_count - ROWS_MAX);
    fputc('\n', printer->out);
    printer->failed |= text_print(printer->out, 2, "%s", CA_KEYS_NOTE);
}

static void print_unknown_keys(struct printer *printer)
{
    const struct key_outlook *outlook = &printer->report->dane.outlook;
    if (outlook->unknown_count == 0)
        return;
    text_heading(printer->out, UNKNOWN_KEYS_HEADING);
    fprintf(printer->out, "  %11s  %11s  record\n", "hosts", "providers");
    for (size_t i = 0; i < outlook->unknown_count; i++) {
        const struct unknown_key *key = &outlook->unknown[i];
        char hosts[NUMBER_MAX], providers[NUMBER_MAX], text[LINE_MAX_LENGTH];
        const char *rest = key->digest + strnlen(key->digest, DIGITS_OF_A_LINE);
        snprintf(text, sizeof text, "2 %llu %llu %.*s%s%s", (unsigned long long)key->selector,
                 (unsigned long long)key->matching_type, DIGITS_OF_A_LINE, key->digest,
                 *rest != '\0' ? " " : "", rest);
        int column = fprintf(printer->out, "  %11s  %11s  ", text_count(key->hosts, hosts),
                             text_count(key->providers, providers));
        printer->failed |= text_wrap(printer->out, column, 10, text);
    }
}

void print_key_outlook(struct printer *printer)
{
    const struct key_outlook *outlook = &printer->report->dane.outlook;
    char rest[NUMBER_MAX];
    text_heading(printer->out, OUTLOOK_HEADING);
    print_line(printer, outlook->single, SINGLE_MEANING);
    print_line(printer, outlook->certificate, CERTIFICATE_MEANING);
    print_line(printer, outlook->empty, EMPTY_MEANING);
    for (size_t i = 0; i < outlook->empty_count; i++) {
        int column = fprintf(printer->out, "  %14s  ", "");
        printer->failed |= text_wrap(printer->out, column, 18, outlook->empty_hosts[i]);
    }
    if (outlook->empty > outlook->empty_count)
        printer->failed |= text_print(printer->out, 18, "and %s more",
                                      text_count(outlook->empty - outlook->empty_count, rest));
    print_unknown_keys(printer);
}
