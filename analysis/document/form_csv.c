/* A document as one long table for programs. */
#include <stdlib.h>
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/utf8.h"

/* RFC 4180: quoted where it has to be.  What is no text becomes U+FFFD, or is spelt out; what a
 * spreadsheet would take for a formula is none. */
static int put_text(FILE *out, const char *text)
{
    char *safe = utf8_for_terminal(text);
    if (safe == NULL)
        return -1;
    const char *guard = utf8_is_formula(safe) ? "'" : "";
    if (strpbrk(safe, ",\"\r\n") == NULL) {
        fprintf(out, "%s%s", guard, safe);
    } else {
        fprintf(out, "\"%s", guard);
        for (const char *at = safe; *at != '\0'; at++)
            fputs(*at == '"' ? "\"\"" : (char[]){*at, '\0'}, out);
        fputc('"', out);
    }
    free(safe);
    return 0;
}

static int put_value(FILE *out, const struct document_cell *cell)
{
    char text[CELL_TEXT_MAX];
    switch (cell->kind) {
    case CELL_NONE:
    case CELL_RANGE: /* lo and hi have it */
        return 0;
    case CELL_TEXT:
        return put_text(out, document_cell_word(cell, text));
    case CELL_COUNT:
        fprintf(out, "%llu", (unsigned long long)cell->count);
        return 0;
    case CELL_REAL:
    case CELL_SHARE:
    case CELL_POINTS:
    case CELL_CHANGE:
    case CELL_TIME:
        fprintf(out, "%.17g", cell->value);
        return 0;
    }
    return 0;
}

static int put_row(FILE *out, const char *section, const char *row, const char *column,
                   const struct document_cell *cell)
{
    int failed = 0;
    fprintf(out, "%s,", section);
    failed |= put_text(out, row);
    fprintf(out, ",%s,", column);
    failed |= put_value(out, cell);
    if (cell->has_interval)
        fprintf(out, ",%.17g,%.17g", cell->interval.low, cell->interval.high);
    else
        fputs(",,", out);
    if (cell->has_of)
        fprintf(out, ",%llu,%llu\n", (unsigned long long)cell->of,
                (unsigned long long)cell->unanswered);
    else
        fputs(",,\n", out);
    return failed;
}

static int put_table(const struct document *document, const struct block *table, FILE *out)
{
    char name[CELL_TEXT_MAX];
    int failed = 0;
    for (size_t row = 0; row < table->row_count; row++)
        for (size_t column = 1; column < table->column_count; column++)
            failed |= put_row(out, table->word,
                              document_cell_word(document_cell_at(document, table, row, 0), name),
                              document_columns(document, table)[column].word,
                              document_cell_at(document, table, row, column));
    return failed;
}

int document_print_csv(const struct document *document, FILE *out)
{
    const char *section = "", *fact = "";
    int failed = 0;
    fputs("section,row,column,value,lo,hi,of,unanswered\n", out);
    for (size_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind == BLOCK_SECTION)
            section = block->word;
        if (block->kind == BLOCK_FACT)
            fact = block->word;
        if (block->kind == BLOCK_FACT || block->kind == BLOCK_VALUE)
            failed |= put_row(out, section, fact, block->column, &block->cell);
        if (block->kind == BLOCK_TABLE)
            failed |= put_table(document, block, out);
    }
    return failed != 0 || document->failed ? -1 : 0;
}
