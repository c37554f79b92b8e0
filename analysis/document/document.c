#include "analysis/document/document.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/utf8.h"
#include "crawler/core/utf8.h"

struct text {
    struct text *next;
    char octets[];
};

/* A copy that is safe to show, and stays one in every form; NULL of NULL. */
static char *keep(struct document *document, const char *text)
{
    static char none[1];
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) * UTF8_ESCAPE_MAX + 1;
    struct text *kept = malloc(sizeof *kept + size);
    if (kept == NULL) {
        document->failed = true;
        return none;
    }
    utf8_escape(text, kept->octets, size);
    kept->next = document->texts;
    document->texts = kept;
    return kept->octets;
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

void document_say(struct document *document, enum block_kind kind, const char *format, ...)
{
    char text[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add(document, (struct block){.kind = kind, .text = text});
}

/* --- facts and tables --- */

/* In a sentence an interval in brackets has one blank before it; in the column of a table, two. */
static void join_interval(char *line)
{
    char *blanks = strstr(line, "  (");
    if (blanks != NULL)
        memmove(blanks, blanks + 1, strlen(blanks));
}

/* A line of a label, where it has one, the number in words, and more of them */
static void add_value(struct document *document, const char *column, const char *label,
                      const struct document_cell *cell, const char *more)
{
    char number[CELL_TEXT_MAX], *line = NULL;
    int length = asprintf(&line, "%s%s%s%s", label != NULL ? label : "", label != NULL ? ": " : "",
                          cell_words(cell, "not known", number), more != NULL ? more : "");
    document->failed |= length < 0;
    if (length < 0)
        return;
    join_interval(line);
    add(document,
        (struct block){
            .kind = BLOCK_VALUE, .word = column, .text = line, .label = label, .cell = *cell});
    free(line);
}

void document_fact(struct document *document, const struct document_fact *fact,
                   struct document_cell cell)
{
    const char *label = fact->label != NULL ? fact->label : fact->title;
    add(document, (struct block){
                      .kind = BLOCK_FACT, .word = fact->word, .text = fact->title, .label = label});
    add_value(document, fact->column, NULL, &cell, fact->more);
}

void document_value(struct document *document, const char *column, const char *label,
                    struct document_cell cell)
{
    add_value(document, column, label, &cell, NULL);
}

void document_table(struct document *document, const char *word, const char *caption,
                    const char *columns)
{
    struct block table = {.kind = BLOCK_TABLE, .word = word, .text = caption};
    char *rest = keep(document, columns);
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

void document_cells(struct document *document, const struct document_cell *cells, size_t count)
{
    if (document->failed)
        return;
    struct block *table = &document->blocks[document->count - 1];
    assert(table->kind == BLOCK_TABLE && table->column_count == count &&
           (cells[0].kind == CELL_TEXT || cells[0].kind == CELL_TIME));
    struct document_cell *rows =
        grown(document, table->cells, table->row_count, count * sizeof *rows);
    if (rows == NULL)
        return;
    table->cells = rows;
    rows += table->row_count++ * count;
    memcpy(rows, cells, count * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        keep_texts(document, &rows[i]);
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
