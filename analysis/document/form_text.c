/* A document as text of 78 columns. */
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

enum {
    INDENT = 2,
    DETAIL_INDENT = 4,
    GAP = 2,         /* between columns */
    SHORT_NAME = 16, /* longer names stand last in their row */
};

static const char UNKNOWN[] = "-";

static void pad(FILE *out, int columns)
{
    fprintf(out, "%*s", columns > 0 ? columns : 0, "");
}

static void wrapped(FILE *out, int indent, const char *text)
{
    pad(out, indent);
    text_wrap(out, indent, indent, text);
}

/* --- tables --- */

/* Columns in the order in which they are printed */
struct layout {
    struct place {
        size_t column;
        const char *title; /* what is left of it to print */
        int width;
        bool is_text; /* else right-aligned */
    } places[COLUMNS_MAX];
    size_t count;
};

static void make_layout(const struct block *table, struct layout *ret)
{
    struct place places[COLUMNS_MAX];
    size_t count = ret->count = table->column_count;
    int widest_text = 0; /* beside the names */
    for (size_t column = 0; column < count; column++) {
        struct place *place = &places[column];
        place->column = column;
        place->title = table->columns[column].title;
        size_t width = block_column_width(table, column, &place->is_text);
        place->width = width < TEXT_COLUMNS ? (int)width : TEXT_COLUMNS;
        if (column > 0 && place->is_text && place->width > widest_text)
            widest_text = place->width;
    }
    bool names_last = places[0].width > SHORT_NAME && places[0].width >= widest_text;
    for (size_t i = 0; i < count; i++)
        ret->places[i] = places[names_last ? (i + 1) % count : i];
}

static bool fits(const struct layout *layout)
{
    const struct place *last = &layout->places[layout->count - 1];
    int width = INDENT;
    for (const struct place *place = layout->places; place < last; place++)
        width += place->width + GAP;
    return width + (last->is_text && last->width > SHORT_NAME ? SHORT_NAME : last->width) <=
           TEXT_COLUMNS;
}

/* Of the first line of a title that has so much room, its words in one piece */
static int line_of(const char *title, int width)
{
    int length = (int)strcspn(title, " "), next;
    while (title[length] == ' ' &&
           (next = length + 1 + (int)strcspn(title + length + 1, " ")) <= width)
        length = next;
    return length;
}

static const char *after_line(const char *title, int width)
{
    title += line_of(title, width);
    return title + strspn(title, " ");
}

static int lines_of(const char *title, int width)
{
    int lines = 0;
    for (; *title != '\0'; lines++)
        title = after_line(title, width);
    return lines;
}

/* Titles end in the same line. */
static void print_titles(FILE *out, struct layout *layout)
{
    int left = 0;
    for (size_t i = 0; i < layout->count; i++) {
        int lines = lines_of(layout->places[i].title, layout->places[i].width);
        left = lines > left ? lines : left;
    }
    for (; left > 0; left--) {
        int owed = INDENT; /* blanks, written when something follows */
        for (size_t i = 0; i < layout->count; i++) {
            struct place *place = &layout->places[i];
            bool has_line = lines_of(place->title, place->width) == left;
            int length = has_line ? line_of(place->title, place->width) : 0;
            int blanks = place->width - length;
            owed += place->is_text ? 0 : blanks;
            if (has_line) {
                fprintf(out, "%*s%.*s", owed, "", length, place->title);
                place->title = after_line(place->title, place->width);
                owed = 0;
            }
            owed += GAP + (place->is_text ? blanks : 0);
        }
        fputc('\n', out);
    }
}

static void print_row(FILE *out, const struct block *table, const struct layout *layout, size_t row)
{
    int column = INDENT;
    pad(out, INDENT);
    for (size_t i = 0; i < layout->count; i++) {
        const struct place *place = &layout->places[i];
        char number[CELL_TEXT_MAX];
        const char *words = cell_words(block_cell(table, row, place->column), UNKNOWN, number);
        size_t length = utf8_length(words);
        int left = length < (size_t)place->width ? place->width - (int)length : 0;
        pad(out, place->is_text ? 0 : left);
        if (i + 1 == layout->count) {
            column += place->is_text ? 0 : left;
            text_wrap(out, column, column, words);
        } else {
            fputs(words, out);
            pad(out, GAP + (place->is_text ? left : 0));
            column += place->width + GAP;
        }
    }
}

/* Of a table that is too wide: a row as a list of what its columns have */
static void print_listed(FILE *out, const struct block *table, size_t row)
{
    for (size_t column = 0; column < table->column_count; column++) {
        char number[CELL_TEXT_MAX];
        int indent = column == 0 ? INDENT : DETAIL_INDENT;
        pad(out, indent);
        if (column > 0)
            indent += fprintf(out, "%s: ", table->columns[column].title);
        text_wrap(out, indent, DETAIL_INDENT,
                  cell_words(block_cell(table, row, column), UNKNOWN, number));
    }
}

static void print_table(FILE *out, const struct block *table)
{
    struct layout layout;
    if (table->text != NULL)
        wrapped(out, INDENT, table->text);
    if (table->row_count == 0) {
        wrapped(out, INDENT, "none");
        return;
    }
    make_layout(table, &layout);
    bool is_listed = !fits(&layout);
    if (!is_listed)
        print_titles(out, &layout);
    for (size_t row = 0; row < table->row_count; row++) {
        if (is_listed)
            print_listed(out, table, row);
        else
            print_row(out, table, &layout, row);
    }
}

/* --- the rest --- */

static bool has_line_before(enum block_kind kind, enum block_kind before)
{
    if (kind == BLOCK_SECTION || kind == BLOCK_HEADING || kind == BLOCK_FACT)
        return true;
    if (block_is_of_facts(kind) || kind == BLOCK_FIGURE)
        return false;
    return before != BLOCK_SECTION && before != BLOCK_HEADING &&
           !(before == kind && (kind == BLOCK_POINT || kind == BLOCK_WARNING));
}

/* No figure: its table has what it shows. */
static void print_block(FILE *out, const struct block *block)
{
    bool is_detail = block->kind == BLOCK_VALUE || block->kind == BLOCK_DETAIL;
    if (block->kind == BLOCK_TABLE) {
        print_table(out, block);
    } else if (block->kind == BLOCK_SECTION) {
        text_titled(out, block->text, '-');
    } else if (block->kind == BLOCK_POINT) {
        fputs("  - ", out);
        text_wrap(out, DETAIL_INDENT, DETAIL_INDENT, block->text);
    } else if (block->kind != BLOCK_FIGURE) {
        wrapped(out, is_detail ? DETAIL_INDENT : INDENT, block->text);
    }
}

void document_print_text(const struct document *document, FILE *out)
{
    enum block_kind before = BLOCK_SECTION;
    text_titled(out, document->title, '=');
    for (size_t i = 0; i < document->count; i++) {
        if (has_line_before(document->blocks[i].kind, before))
            fputc('\n', out);
        before = document->blocks[i].kind;
        print_block(out, &document->blocks[i]);
    }
}
