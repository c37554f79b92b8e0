/* A document as one long table for programs. */
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/markup.h"
#include "analysis/document/utf8.h"

/* RFC 4180: quoted where it has to be; what a spreadsheet would take for a formula is none. */
static void put_text(FILE *out, const char *text)
{
    static const char *const escapes[ESCAPES] = {['"'] = "\"\""};
    const char *quote = strpbrk(text, ",\"\r\n") != NULL ? "\"" : "";
    fprintf(out, "%s%s", quote, utf8_is_formula(text) ? "'" : "");
    put_escaped(out, text, escapes);
    fputs(quote, out);
}

static void put_row(FILE *out, const char *section, const char *row, const char *column,
                    const struct document_cell *cell)
{
    char text[CELL_TEXT_MAX];
    fprintf(out, "%s,", section);
    put_text(out, row);
    fprintf(out, ",%s,", column);
    if (cell->kind == CELL_TEXT)
        put_text(out, cell_name(cell, text));
    else if (cell->kind != CELL_NONE && cell->kind != CELL_RANGE) /* lo and hi have it */
        fprintf(out, "%.17g", cell->value);
    if (cell->has_interval)
        fprintf(out, ",%.17g,%.17g", cell->interval.low, cell->interval.high);
    else
        fputs(",,", out);
    if (cell->has_of)
        fprintf(out, ",%llu,%llu\n", (unsigned long long)cell->of,
                (unsigned long long)cell->unanswered);
    else
        fputs(",,\n", out);
}

static void put_table(FILE *out, const struct block *table)
{
    char name[CELL_TEXT_MAX];
    for (size_t row = 0; row < table->row_count; row++)
        for (size_t column = 1; column < table->column_count; column++)
            put_row(out, table->word, cell_name(block_cell(table, row, 0), name),
                    table->columns[column].word, block_cell(table, row, column));
}

void document_print_csv(const struct document *document, FILE *out)
{
    const char *section = "", *fact = "";
    fputs("section,row,column,value,lo,hi,of,unanswered\n", out);
    for (size_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind == BLOCK_SECTION)
            section = block->word;
        else if (block->kind == BLOCK_FACT)
            fact = block->word;
        else if (block->kind == BLOCK_VALUE)
            put_row(out, section, fact, block->word, &block->cell);
        else if (block->kind == BLOCK_TABLE)
            put_table(out, block);
    }
}
