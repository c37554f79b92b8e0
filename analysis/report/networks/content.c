/* Where mail hosts and domains are, by the files of networks that the user brings. */
#include "analysis/report/content.h"

static void add_table(struct document *document, const struct report *report, bool is_system)
{
    const struct networks_report *networks = &report->networks;
    const struct network_table *table = is_system ? &networks->systems : &networks->countries;
    const char *caption = is_system ? "By autonomous system" : "By country";
    size_t rows = shown_rows(report, table->length);
    document_table(document, is_system ? "by_as" : "by_country", caption,
                   "place:%s|domains|share|hosts|dane_hosts:with DANE|dane_ipv4:DANE IPv4|"
                   "dane_ipv6:DANE IPv6",
                   is_system ? "AS" : "country");
    for (size_t i = 0; i < rows; i++) {
        const struct network_row *row = &table->rows[i];
        const struct network_counts *counts = &row->counts;
        char code[COUNTRY_MAX];
        const char *name = is_system && row->as != 0 && row->name != NULL ? row->name : "";
        const char *word = !is_system     ? country_code(row->country, code)
                           : row->as != 0 ? words_of("AS%u", (unsigned)row->as)
                                          : NULL;
        document_counts(document,
                        word == NULL ? cell_word("", "(not known)")
                                     : cell_word(word, words_of("%s%s%.150s", word,
                                                                *name != '\0' ? " " : "", name)),
                        counts->domains);
        document_counts(document, cell_share_of(counts->domains, networks->all.domains, 1),
                        counts->hosts, counts->dane_hosts, counts->dane_addresses[0],
                        counts->dane_addresses[1]);
    }
    document_figure(document, caption);
    uint64_t met = table->known + (table->known < table->length); /* those without are a row */
    add_rest(document, met > rows ? met - rows : 0, "row");
}

void add_networks(struct document *document, const struct report *report)
{
    const struct networks_report *networks = &report->networks;
    if (networks->file_count == 0)
        return;
    document_section(document, "networks", "Where mail hosts are");
    for (size_t i = 0; i < networks->file_count; i++) {
        const struct network_source *file = &networks->files[i];
        if (file->lines.broken > 0)
            document_paragraph(document,
                               "%.200s: %s of %s %s no network of which a country or an AS is "
                               "said; the first is line %llu.",
                               file->path, count_of(file->lines.broken),
                               number_of(file->lines.read, "line"),
                               file->lines.broken == 1 ? "is" : "are",
                               (unsigned long long)file->lines.first_broken);
    }
    if (says_nothing(document, networks->all.hosts == 0, "No mail host has an address."))
        return;
    if (networks->has_countries)
        add_table(document, report, false);
    if (networks->has_systems)
        add_table(document, report, true);
    document_paragraph(
        document,
        "Of %s with a mail host that has an address, and %s. One with addresses "
        "in several places counts in each. DANE IPv4 and IPv6: addresses of hosts with DANE, each "
        "once. Where an address is, the files say.",
        number_of(networks->all.domains, "domain"), number_of(networks->all.hosts, "such host"));
}
