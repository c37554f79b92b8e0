/* What senders make of domains with alias exchanges, as text, page and JSON. */
#include <string.h>

#include "analysis/document/json_form.h"
#include "analysis/report/dane_json.h"
#include "analysis/report/html.h"
#include "analysis/report/text.h"
#include "analysis/document/text_form.h"

#define SENDERS_TITLE "What an alias does, sender by sender: domains with a CNAME exchange"
#define SENDERS_NOTE                                                                               \
    "By what DNS and the policies say, at the reachable hosts of the lowest preference; "          \
    "\"with authentication\" if the certificate there is good. Each sender goes by one of "        \
    "the two standards. Left aside: Postfix may use TLSA records where the MX answer is not "      \
    "secure, and returns the mail of domains that have \".\" beside other exchanges; see "         \
    "mxsurvey(1)."

/* A cell off the diagonal: the senders of a pair differ over these domains. */
struct difference {
    enum sender senders[2];
    enum delivery deliveries[2];
    uint64_t domains;
};

/* The next one that is not 0, from *at on, which moves behind it; false at the end. */
static bool next_difference(const struct sender_report *report, unsigned *at,
                            struct difference *ret)
{
    for (; *at < SENDER_PAIRS * DELIVERIES * DELIVERIES; ++*at) {
        unsigned pair = *at / (DELIVERIES * DELIVERIES), first = *at / DELIVERIES % DELIVERIES;
        unsigned second = *at % DELIVERIES;
        uint64_t domains = report->pairs[pair][first][second];
        if (first == second || domains == 0)
            continue;
        *ret = (struct difference){
            .senders = {pair == PAIR_DANE ? SENDER_DANE : SENDER_STS,
                        pair == PAIR_DANE ? SENDER_DANE_TARGET : SENDER_STS_TARGET},
            .deliveries = {(enum delivery)first, (enum delivery)second},
            .domains = domains,
        };
        ++*at;
        return true;
    }
    return false;
}

enum {
    DIFFERENCE_TEXT_MAX = 200
};

static const char *difference_text(const struct difference *difference,
                                   char ret[DIFFERENCE_TEXT_MAX])
{
    snprintf(ret, DIFFERENCE_TEXT_MAX, "%s: %s; %s: %s", SENDER_MEANINGS[difference->senders[0]],
             delivery_meaning(difference->deliveries[0]), SENDER_MEANINGS[difference->senders[1]],
             delivery_meaning(difference->deliveries[1]));
    return ret;
}

/* --- text --- */

void print_senders(struct printer *printer)
{
    const struct sender_report *report = &printer->report->senders;
    struct difference difference;
    char text[DIFFERENCE_TEXT_MAX];
    if (report->domains == 0)
        return;
    text_heading(printer->out, SENDERS_TITLE);
    fprintf(printer->out, "  %12s  %12s  %9s  %9s\n", "authenticated", "without", "deferred",
            "not known");
    for (int i = 0; i < SENDER_COUNT; i++) {
        char numbers[DELIVERIES][NUMBER_MAX];
        for (int j = 0; j < DELIVERIES; j++)
            text_count(report->deliveries[i][j], numbers[j]);
        int column = fprintf(printer->out, "  %13s  %12s  %9s  %9s  ",
                             numbers[DELIVERY_AUTHENTICATED], numbers[DELIVERY_UNAUTHENTICATED],
                             numbers[DELIVERY_DEFERRED], numbers[DELIVERY_UNKNOWN]);
        printer->failed |= text_wrap(printer->out, column, column, SENDER_MEANINGS[i]);
    }
    for (unsigned at = 0; next_difference(report, &at, &difference);)
        print_line(printer, difference.domains, difference_text(&difference, text));
    printer->failed |= text_print(printer->out, 2, "%s", SENDERS_NOTE);
}

/* --- page --- */

void page_senders(struct html_form *form, const struct report *report)
{
    static const struct html_column columns[] = {{"sender", false},
                                                 {"delivers with authentication", true},
                                                 {"without", true},
                                                 {"does not deliver", true},
                                                 {"not known", true}};
    static const struct html_column different[] = {{"two senders differ", false},
                                                   {"domains", true}};
    static const enum delivery order[] = {DELIVERY_AUTHENTICATED, DELIVERY_UNAUTHENTICATED,
                                          DELIVERY_DEFERRED, DELIVERY_UNKNOWN};
    const struct sender_report *senders = &report->senders;
    struct difference difference;
    char text[DIFFERENCE_TEXT_MAX];
    html_table_begin(form, "Domains with a CNAME exchange", columns, 5);
    for (int i = 0; i < SENDER_COUNT; i++) {
        html_row_begin(form);
        html_cell_header(form, SENDER_MEANINGS[i]);
        for (int j = 0; j < DELIVERIES; j++)
            html_cell_count(form, senders->deliveries[i][order[j]]);
        html_row_end(form);
    }
    html_table_end(form);
    html_table_begin(form, "Where two senders differ", different, 2);
    for (unsigned at = 0; next_difference(senders, &at, &difference);) {
        html_row_begin(form);
        html_cell_header(form, difference_text(&difference, text));
        html_cell_count(form, difference.domains);
        html_row_end(form);
    }
    html_table_end(form);
    html_paragraph(form, "%s", SENDERS_NOTE);
}

/* --- JSON --- */

static const char *json_word(enum delivery delivery)
{
    const char *word = delivery_word(delivery);
    return word != NULL ? word : "unknown";
}

json_t *senders_json(const struct sender_report *senders)
{
    json_t *list = json_array(), *differences = json_array();
    struct difference difference;
    for (int i = 0; i < SENDER_COUNT; i++) {
        json_t *item = json_pack("{s:s}", "sender", SENDER_WORDS[i]);
        for (int j = 0; j < DELIVERIES; j++)
            item = json_with_member(item, json_word((enum delivery)j),
                                    count_json(senders->deliveries[i][j]));
        list = json_with_item(list, item);
    }
    for (unsigned at = 0; next_difference(senders, &at, &difference);)
        differences = json_with_item(
            differences,
            json_pack("{s:[s, s], s:[s, s], s:o}", "senders", SENDER_WORDS[difference.senders[0]],
                      SENDER_WORDS[difference.senders[1]], "deliveries",
                      json_word(difference.deliveries[0]), json_word(difference.deliveries[1]),
                      "domains", count_json(difference.domains)));
    return json_pack("{s:o, s:o, s:o}", "domains", count_json(senders->domains), "by_sender", list,
                     "differences", differences);
}
