/* A document as text of 78 columns. */
#include <stdlib.h>
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

enum {
    COLUMNS_MAX = 16,
    INDENT = 2,
    DETAIL_INDENT = 4,
    GAP = 2,         /* between columns */
    SHORT_NAME = 16, /* longer names stand last in their row */
};

struct form {
    const struct document *document;
    FILE *out;
    int failed;
};

static const char UNKNOWN[] = "-";

/* With a line under it */
static void titled(struct form *form, const char *text, char with)
{
    char *safe = utf8_for_terminal(text);
    size_t length = safe != NULL ? utf8_length(safe) : 0;
    free(safe);
    form->failed |= safe == NULL ? -1 : text_wrap(form->out, 0, 0, text);
    for (size_t i = 0; i < length && i < TEXT_COLUMNS; i++)
        fputc(with, form->out);
    fputc('\n', form->out);
}

static void wrapped(struct form *form, int indent, const char *text)
{
    fprintf(form->out, "%*s", indent, "");
    form->failed |= text_wrap(form->out, indent, indent, text);
}

/* --- tables --- */

/* Columns in the order in which they are printed, and how wide. */
struct layout {
    size_t order[COLUMNS_MAX];
    int widths[COLUMNS_MAX];
    bool right[COLUMNS_MAX]; /* numbers */
    size_t count;
    bool has_titles;
};

/* Of a title, broken between words into lines of at most width: the start and length of line n,
 * counted from the last; NULL where it has no such line. */
static const char *title_line(const char *title, int width, int from_last, int *ret_length)
{
    const char *starts[8];
    int lengths[8], lines = 0;
    for (const char *at = title; *at != '\0' && lines < 8; lines++) {
        int length = (int)strcspn(at, " ");
        while (at[length] == ' ' && length + 1 + (int)strcspn(at + length + 1, " ") <= width)
            length += 1 + (int)strcspn(at + length + 1, " ");
        starts[lines] = at;
        lengths[lines] = length;
        at += length;
        at += strspn(at, " ");
    }
    if (from_last >= lines)
        return NULL;
    *ret_length = lengths[lines - 1 - from_last];
    return starts[lines - 1 - from_last];
}

static int cell_width(const struct document_cell *cell)
{
    size_t length = document_cell_length(cell);
    return length == 0 ? (int)strlen(UNKNOWN) : length < TEXT_COLUMNS ? (int)length : TEXT_COLUMNS;
}

static struct layout layout_of(struct form *form, const struct block *table)
{
    struct layout layout = {.count = table->column_count < COLUMNS_MAX ? table->column_count
                                                                       : COLUMNS_MAX};
    int widths[COLUMNS_MAX];
    bool numbers[COLUMNS_MAX];
    for (size_t column = 0; column < layout.count; column++) {
        layout.has_titles |= *document_columns(form->document, table)[column].title != '\0';
        widths[column] =
            (int)text_longest_word(document_columns(form->document, table)[column].title);
        numbers[column] = column > 0;
        for (size_t row = 0; row < table->row_count; row++) {
            const struct document_cell *cell = document_cell_at(form->document, table, row, column);
            int width = cell_width(cell);
            widths[column] = width > widths[column] ? width : widths[column];
            numbers[column] &= cell->kind != CELL_TEXT;
        }
    }
    int widest_text = 0; /* beside the names */
    for (size_t column = 1; column < layout.count; column++)
        if (!numbers[column] && widths[column] > widest_text)
            widest_text = widths[column];
    bool names_last = widths[0] > SHORT_NAME && widths[0] >= widest_text;
    for (size_t place = 0; place < layout.count; place++) {
        size_t column = names_last ? (place + 1) % layout.count : place;
        layout.order[place] = column;
        layout.widths[place] = widths[column];
        layout.right[place] = numbers[column];
    }
    return layout;
}

static void pad(FILE *out, int columns)
{
    fprintf(out, "%*s", columns > 0 ? columns : 0, "");
}

static void print_titles(struct form *form, const struct block *table, const struct layout *layout)
{
    int lines = 0, length;
    for (size_t place = 0; place < layout->count; place++)
        while (title_line(document_columns(form->document, table)[layout->order[place]].title,
                          layout->widths[place], lines, &length) != NULL)
            lines++;
    while (lines-- > 0) {
        int owed = INDENT; /* blanks, written when something follows */
        for (size_t place = 0; place < layout->count; place++) {
            const char *text =
                title_line(document_columns(form->document, table)[layout->order[place]].title,
                           layout->widths[place], lines, &length);
            int left = layout->widths[place] - (text != NULL ? length : 0);
            if (text != NULL) {
                pad(form->out, owed + (layout->right[place] ? left : 0));
                fprintf(form->out, "%.*s", length, text);
                owed = layout->right[place] ? 0 : left;
            } else {
                owed += layout->widths[place];
            }
            owed += GAP;
        }
        fputc('\n', form->out);
    }
}

static void print_row(struct form *form, const struct block *table, const struct layout *layout,
                      size_t row)
{
    int column = INDENT;
    pad(form->out, INDENT);
    for (size_t place = 0; place < layout->count; place++) {
        const struct document_cell *cell =
            document_cell_at(form->document, table, row, layout->order[place]);
        char number[CELL_TEXT_MAX];
        const char *words = document_cell_words(cell, number);
        words = words != NULL ? words : UNKNOWN;
        int left = layout->widths[place] - cell_width(cell);
        if (layout->right[place])
            pad(form->out, left);
        if (place + 1 == layout->count) {
            column += layout->right[place] ? left : 0;
            form->failed |= text_wrap(form->out, column, column, words);
            return;
        }
        char *safe = utf8_for_terminal(words);
        if (safe == NULL) {
            form->failed = -1;
            return;
        }
        fputs(safe, form->out);
        free(safe);
        pad(form->out, GAP + (layout->right[place] ? 0 : left));
        column += layout->widths[place] + GAP;
    }
}

/* Of a table that is too wide: a row as a list of what its columns have */
static void print_listed(struct form *form, const struct block *table, size_t row)
{
    for (size_t column = 0; column < table->column_count; column++) {
        char number[CELL_TEXT_MAX];
        const char *words =
            document_cell_words(document_cell_at(form->document, table, row, column), number);
        int indent = column == 0 ? INDENT : DETAIL_INDENT;
        fprintf(form->out, "%*s", indent, "");
        if (column > 0)
            indent +=
                fprintf(form->out, "%s: ", document_columns(form->document, table)[column].title);
        form->failed |=
            text_wrap(form->out, indent, DETAIL_INDENT, words != NULL ? words : UNKNOWN);
    }
}

static bool fits(const struct layout *layout)
{
    int width = INDENT;
    for (size_t place = 0; place + 1 < layout->count; place++)
        width += layout->widths[place] + GAP;
    size_t last = layout->count - 1;
    int least = !layout->right[last] && layout->widths[last] > SHORT_NAME ? SHORT_NAME
                                                                          : layout->widths[last];
    return width + least <= TEXT_COLUMNS;
}

static void print_table(struct form *form, const struct block *table, enum block_kind before)
{
    struct layout layout = layout_of(form, table);
    if (before != BLOCK_HEADING && before != BLOCK_SECTION)
        fputc('\n', form->out);
    if (table->text != NULL)
        wrapped(form, INDENT, table->text);
    if (table->row_count == 0) {
        wrapped(form, INDENT, "none");
        return;
    }
    if (!fits(&layout)) {
        for (size_t row = 0; row < table->row_count; row++)
            print_listed(form, table, row);
        return;
    }
    if (layout.has_titles)
        print_titles(form, table, &layout);
    for (size_t row = 0; row < table->row_count; row++)
        print_row(form, table, &layout, row);
}

/* --- the rest --- */

static void print_value(struct form *form, const char *label, const struct block *block)
{
    char number[CELL_TEXT_MAX];
    const char *words = document_cell_words(&block->cell, number);
    words = words != NULL ? words : "not known";
    char *line = NULL;
    if (asprintf(&line, "%s%s%s%s", label, *label != '\0' ? ": " : "", words,
                 block->more != NULL ? block->more : "") < 0) {
        form->failed = -1;
        return;
    }
    wrapped(form, DETAIL_INDENT, line);
    free(line);
}

static void print_block(struct form *form, const struct block *block, enum block_kind before)
{
    switch (block->kind) {
    case BLOCK_SECTION:
        fputc('\n', form->out);
        titled(form, block->text, '-');
        break;
    case BLOCK_HEADING:
        fputc('\n', form->out);
        wrapped(form, INDENT, block->text);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_WARNING:
        if (before != BLOCK_SECTION && before != BLOCK_HEADING &&
            (before != BLOCK_WARNING || block->kind != BLOCK_WARNING))
            fputc('\n', form->out);
        wrapped(form, INDENT, block->text);
        break;
    case BLOCK_DETAIL:
        wrapped(form, DETAIL_INDENT, block->text);
        break;
    case BLOCK_POINT:
        if (before != BLOCK_SECTION && before != BLOCK_HEADING && before != BLOCK_POINT)
            fputc('\n', form->out);
        fprintf(form->out, "%*s- ", INDENT, "");
        form->failed |= text_wrap(form->out, DETAIL_INDENT, DETAIL_INDENT, block->text);
        break;
    case BLOCK_FACT:
        fputc('\n', form->out);
        wrapped(form, INDENT, block->text);
        print_value(form, "", block);
        break;
    case BLOCK_VALUE:
        print_value(form, block->text, block);
        break;
    case BLOCK_TABLE:
        print_table(form, block, before);
        break;
    case BLOCK_FIGURE:
        break; /* its table has what it shows */
    }
}

int document_print_text(const struct document *document, FILE *out)
{
    struct form form = {document, out, 0};
    enum block_kind before = BLOCK_SECTION;
    titled(&form, document->title, '=');
    for (size_t i = 0; i < document->count; i++) {
        print_block(&form, &document->blocks[i], before);
        before = document->blocks[i].kind;
    }
    return form.failed != 0 || document->failed ? -1 : 0;
}
