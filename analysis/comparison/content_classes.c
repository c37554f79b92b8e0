/* Which domains changed class. */
#include <stdlib.h>
#include <string.h>

#include "analysis/comparison/content.h"
#include "analysis/document/text_form.h"

static const char *const CLASS_TITLES[CLASS_TABLE_COUNT] = {
    [CLASS_CNAME] = "CNAMEs among the mail exchanges",
    [CLASS_MX_OUTCOME] = "Mail exchanges (mx_outcome)",
    [CLASS_DNSSEC] = "DNSSEC of the MX answer (dnssec)",
    [CLASS_DANE] = "DANE (dane)",
    [CLASS_STS] = "MTA-STS (sts)",
};

struct class_move {
    unsigned from, to;
    uint64_t count;
    bool alarms;
};
enum {
    CLASS_MOVES_MAX = CLASSES_MAX * CLASSES_MAX
};

/* What costs mail or its protection, or is an alias where there was none */
static bool is_alarming(const char *word)
{
    static const char *const words[] = {
        "cname", "bogus", "failed", "invalid_record", "nxdomain", "unavailable", "invalid_policy"};
    for (size_t i = 0; word != NULL && i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static int compare_moves(const void *one, const void *other)
{
    const struct class_move *a = one, *b = other;
    if (a->alarms != b->alarms)
        return a->alarms ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->from != b->from ? (int)a->from - (int)b->from : (int)a->to - (int)b->to;
}

/* Class changes, without those that stay: what would alarm a reader first, then the largest;
 * returns how many */
static size_t class_moves(const struct comparison *comparison, enum class_table table,
                          struct class_move ret[CLASS_MOVES_MAX])
{
    if (!class_table_is_compared(comparison, table))
        return 0;
    size_t length = 0;
    for (unsigned from = 0; from < class_count(table); from++) {
        for (unsigned to = 0; to < class_count(table); to++) {
            uint64_t count = comparison->classes[table].counts[from][to];
            if (from != to && count > 0)
                ret[length++] =
                    (struct class_move){from, to, count, is_alarming(class_word(table, to))};
        }
    }
    qsort(ret, length, sizeof *ret, compare_moves);
    return length;
}

static const char *word_or_null(enum class_table table, unsigned number)
{
    const char *word = class_word(table, number);
    return word != NULL ? word : "(none)";
}

void add_classes(struct document *document, const struct comparison *comparison)
{
    document_section(document, "classes", "What changed class (domains in both surveys)");
    for (enum class_table table = 0; table < CLASS_TABLE_COUNT; table++) {
        struct class_move moves[CLASS_MOVES_MAX];
        size_t length = class_moves(comparison, table, moves);
        if (length == 0) {
            document_paragraph(document, "%s: %s.", CLASS_TITLES[table],
                               class_table_is_compared(comparison, table) ? "no change"
                                                                          : "not compared");
            continue;
        }
        document_table(document, class_table_name(table), CLASS_TITLES[table],
                       "move:old -> new|domains");
        for (size_t j = 0; j < length; j++) {
            const char *from = word_or_null(table, moves[j].from);
            const char *to = word_or_null(table, moves[j].to);
            document_counts(document, cell_text(words_of("%s -> %s", from, to)), moves[j].count);
        }
    }
}
