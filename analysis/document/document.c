#include "analysis/document/document.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/utf8.h"
#include "crawler/core/utf8.h"

enum {
    SAID_MAX = 2000 /* octets at once */
};

struct text {
    struct text *next;
    char octets[];
};

/* One that was kept, and another behind it: a copy that is safe to show, and stays one in every
 * form. */
static char *join(struct document *document, const char *before, const char *text)
{
    static char none[1];
    size_t length = strlen(before), size = strlen(text) * UTF8_ESCAPE_MAX + 1;
    struct text *kept = malloc(sizeof *kept + length + size);
    if (kept == NULL) {
        document->failed = true;
        return none;
    }
    memcpy(kept->octets, before, length);
    utf8_escape(text, kept->octets + length, size);
    kept->next = document->texts;
    document->texts = kept;
    return kept->octets;
}

/* NULL of NULL */
static char *keep(struct document *document, const char *text)
{
    return text != NULL ? join(document, "", text) : NULL;
}

static void keep_texts(struct document *document, struct document_cell *cell)
{
    cell->word = keep(document, cell->word);
    cell->text = keep(document, cell->text);
}

/* The items with room for one more: it doubles where their number is a power of two.  NULL where
 * the document has failed, and they are as they were. */
static void *grown(struct document *document, void *items, size_t count, size_t size)
{
    if (document->failed || (count & (count - 1)) != 0)
        return document->failed ? NULL : items;
    void *room = reallocarray(items, count > 0 ? 2 * count : 1, size);
    document->failed = room == NULL;
    return room;
}

static void add(struct document *document, struct block block)
{
    struct block *blocks = grown(document, document->blocks, document->count, sizeof *blocks);
    if (blocks == NULL)
        return;
    block.word = keep(document, block.word);
    block.text = keep(document, block.text);
    block.label = keep(document, block.label);
    keep_texts(document, &block.cell);
    document->blocks = blocks;
    blocks[document->count++] = block;
}

struct document *document_new(const char *title)
{
    struct document *document = calloc(1, sizeof *document);
    if (document != NULL)
        document->title = keep(document, title);
    return document;
}

void document_free(struct document *document)
{
    if (document == NULL)
        return;
    for (struct text *text = document->texts, *next; text != NULL; text = next) {
        next = text->next;
        free(text);
    }
    for (size_t i = 0; i < document->count; i++)
        free(document->blocks[i].cells);
    free(document->blocks);
    free(document);
}

void document_section(struct document *document, const char *word, const char *title)
{
    add(document, (struct block){.kind = BLOCK_SECTION, .word = word, .text = title});
}

void document_heading(struct document *document, const char *title)
{
    add(document, (struct block){.kind = BLOCK_HEADING, .text = title});
}

/* Behind the text of the last block */
static void add_words(struct document *document, const char *format, va_list args)
{
    char words[SAID_MAX];
    vsnprintf(words, sizeof words, format, args);
    if (document->failed)
        return;
    struct block *last = &document->blocks[document->count - 1];
    last->text = join(document, last->text, words);
}

void document_say(struct document *document, enum block_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(document, (struct block){.kind = kind, .text = ""});
    add_words(document, format, args);
    va_end(args);
}

void document_add(struct document *document, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_words(document, format, args);
    va_end(args);
}

/* --- facts and tables --- */

void document_fact(struct document *document, const char *word, const char *title,
                   const char *label)
{
    label = label != NULL ? label : title;
    add(document, (struct block){.kind = BLOCK_FACT, .word = word, .text = title, .label = label});
}

void document_value(struct document *document, const char *column, const char *label,
                    struct document_cell cell)
{
    char number[CELL_TEXT_MAX] = "";
    const char *words = cell_words(&cell, "not known", number);
    /* an interval in brackets has one blank before it in a sentence, two in the column of a table
     */
    char *blanks = strstr(number, "  (");
    if (blanks != NULL)
        memmove(blanks, blanks + 1, strlen(blanks));
    add(document,
        (struct block){
            .kind = BLOCK_VALUE, .word = column, .text = "", .label = label, .cell = cell});
    document_add(document, "%s%s%s", label != NULL ? label : "", label != NULL ? ": " : "", words);
}

void document_table(struct document *document, const char *word, const char *caption,
                    const char *columns, ...)
{
    struct block table = {.kind = BLOCK_TABLE, .word = word, .text = caption};
    char text[SAID_MAX];
    va_list args;
    va_start(args, columns);
    vsnprintf(text, sizeof text, columns, args);
    va_end(args);
    char *rest = keep(document, text);
    for (char *item; table.column_count < COLUMNS_MAX && (item = strsep(&rest, "|")) != NULL;
         table.column_count++) {
        char *title = strchr(item, ':');
        if (title != NULL)
            *title++ = '\0';
        table.columns[table.column_count] = (struct column){item, title != NULL ? title : item};
    }
    assert(rest == NULL);
    add(document, table);
}

void document_cell(struct document *document, struct document_cell cell)
{
    if (document->failed)
        return;
    struct block *table = &document->blocks[document->count - 1];
    assert(table->kind == BLOCK_TABLE && (table->cell_count % table->column_count > 0 ||
                                          cell.kind == CELL_TEXT || cell.kind == CELL_TIME));
    struct document_cell *cells = grown(document, table->cells, table->cell_count, sizeof *cells);
    if (cells == NULL)
        return;
    keep_texts(document, &cell);
    table->cells = cells;
    cells[table->cell_count++] = cell;
    table->row_count = table->cell_count / table->column_count;
}

void document_cells(struct document *document, const struct document_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        document_cell(document, cells[i]);
}

void document_add_counts(struct document *document, struct document_cell first,
                         const uint64_t *counts, size_t count)
{
    document_cell(document, first);
    for (size_t i = 0; i < count; i++)
        document_cell(document, cell_count(counts[i]));
}

void document_figure(struct document *document, const char *title)
{
    assert(document->failed || document->count > 0); /* of something */
    add(document, (struct block){.kind = BLOCK_FIGURE, .text = title});
}

/* --- for forms --- */

bool block_is_of_facts(enum block_kind kind)
{
    return kind == BLOCK_FACT || kind == BLOCK_VALUE || kind == BLOCK_DETAIL;
}

const struct document_cell *block_cell(const struct block *table, size_t row, size_t column)
{
    return &table->cells[row * table->column_count + column];
}

static size_t longest_word(const char *text)
{
    size_t longest = 0;
    for (size_t length; *text != '\0'; text += length + strspn(text + length, " ")) {
        length = strcspn(text, " ");
        longest = length > longest ? length : longest;
    }
    return longest;
}

size_t block_column_width(const struct block *table, size_t column, bool *ret_is_text)
{
    size_t width = longest_word(table->columns[column].title);
    *ret_is_text = column == 0;
    for (size_t row = 0; row < table->row_count; row++) {
        const struct document_cell *cell = block_cell(table, row, column);
        char number[CELL_TEXT_MAX];
        size_t length = utf8_length(cell_words(cell, "-", number));
        width = length > width ? length : width;
        *ret_is_text |= cell->kind == CELL_TEXT;
    }
    return width;
}
