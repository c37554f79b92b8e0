/* A document as a file for pdflatex.  Whatever is no printable ASCII is spelt `\u{e9}`: a name of
 * any origin must neither end the compilation nor command it. */
#include <stdlib.h>
#include <string.h>

#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"
#include "crawler/core/utf8.h"

enum {
    COLUMNS_MAX = 16,
    LINE = 480,   /* points of A4, and of letter paper with some to spare */
    GAP = 8,      /* between columns */
    SPELT = 8,    /* characters of `\u{65e5}` */
    UNBROKEN = 16 /* characters of a word; a longer one may be broken anywhere */
};
static const double LETTER = 5.5;      /* points, at most, on average, in \small */
static const double TEXTS_LEAST = 0.3; /* of a line that is too short for all */

struct form {
    const struct document *document;
    FILE *out;
    int failed;
    bool in_points;
};

static unsigned code_point(const char *at, size_t length)
{
    unsigned code = (unsigned char)*at & (0xff >> (length + 1));
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)at[i] & 0x3f);
    return code;
}

/* before: the octet before it, for `--` and `''` are ligatures.  What the plain fonts have is used:
 * others are a package more to install, or drawn anew. */
static void put_octet(FILE *out, char octet, char before)
{
    if (octet == before && (octet == '-' || octet == '\''))
        fputs("{}", out);
    switch (octet) {
    case '\\':
        fputs("\\textbackslash{}", out);
        break;
    case '~':
        fputs("\\textasciitilde{}", out);
        break;
    case '^':
        fputs("\\textasciicircum{}", out);
        break;
    case '<':
        fputs("\\textless{}", out);
        break;
    case '>':
        fputs("\\textgreater{}", out);
        break;
    case '|':
        fputs("\\textbar{}", out);
        break;
    case '$':
        fputs("{\\char36}", out);
        break;
    case '_': /* in the text font it is a rule, which cannot be copied */
        fputs("\\texttt{\\char95}", out);
        break;
    case '"':
        fputs("\\texttt{\\char34}", out);
        break;
    case '`':
        fputs("{`}", out);
        break;
    default:
        if (strchr("#%&{}", octet) != NULL)
            fputc('\\', out);
        fputc(octet, out);
    }
}

static void put_text(struct form *form, const char *text)
{
    char *safe = utf8_for_terminal(text);
    if (safe == NULL) {
        form->failed = -1;
        return;
    }
    size_t run = 0;
    for (size_t at = 0, left = strlen(safe), length; left > 0; at += length, left -= length) {
        length = utf8_character(safe + at, left);
        run = safe[at] == ' ' ? 0 : run + (length > 1 ? SPELT : 1);
        if (run > UNBROKEN)
            fputs("\\allowbreak{}", form->out);
        if (length > 1) {
            fprintf(form->out, "\\textbackslash{}u\\{%x\\}", code_point(safe + at, length));
        } else {
            length = 1;
            put_octet(form->out, safe[at], at > 0 ? safe[at - 1] : '\0');
        }
    }
    free(safe);
}

static void put_command(struct form *form, const char *command, const char *text)
{
    fprintf(form->out, "\\%s{", command);
    put_text(form, text);
    fputs("}\n", form->out);
}

static void put_cell(struct form *form, const struct document_cell *cell)
{
    char number[CELL_TEXT_MAX];
    const char *words = document_cell_words(cell, number);
    if (words == NULL)
        fputs("--", form->out);
    else
        put_text(form, words);
}

static bool is_text_column(const struct form *form, const struct block *table, size_t column)
{
    if (column == 0)
        return true;
    for (size_t row = 0; row < table->row_count; row++)
        if (document_cell_at(form->document, table, row, column)->kind == CELL_TEXT)
            return true;
    return false;
}

/* How much of the line columns have, in points: what their longest cells, and the words of their
 * titles, need; where that is too much, names and texts give up what is wanted, and wrap. */
static void column_widths(const struct form *form, const struct block *table,
                          double ret[COLUMNS_MAX])
{
    double numbers = 0, texts = 0, room = LINE - GAP * (double)table->column_count;
    for (size_t column = 0; column < table->column_count; column++) {
        size_t length = text_longest_word(document_columns(form->document, table)[column].title);
        for (size_t row = 0; row < table->row_count; row++) {
            size_t wanted =
                document_cell_length(document_cell_at(form->document, table, row, column));
            length = wanted > length ? wanted : length;
        }
        ret[column] = LETTER * (double)(length + 1);
        ret[column] = ret[column] < room ? ret[column] : room;
        *(is_text_column(form, table, column) ? &texts : &numbers) += ret[column];
    }
    double least = texts < TEXTS_LEAST * room ? texts : TEXTS_LEAST * room;
    double for_numbers = numbers < room - least ? numbers : room - least;
    double for_texts = texts < room - for_numbers ? texts : room - for_numbers;
    for (size_t column = 0; column < table->column_count; column++)
        ret[column] *=
            is_text_column(form, table, column) ? for_texts / texts : for_numbers / numbers;
}

static void put_columns(struct form *form, const struct block *table)
{
    double widths[COLUMNS_MAX];
    column_widths(form, table, widths);
    for (size_t column = 0; column < table->column_count; column++)
        fprintf(form->out, ">{\\ragged%s\\arraybackslash}p{%.1fpt}",
                is_text_column(form, table, column) ? "right" : "left", widths[column]);
}

static void put_table(struct form *form, const struct block *table)
{
    fputs("{\\small\n\\begin{longtable}{", form->out);
    put_columns(form, table);
    fputs("}\n", form->out);
    if (table->text != NULL) {
        fputs("\\caption{", form->out);
        put_text(form, table->text);
        fputs("}\\\\\n", form->out);
    }
    fputs("\\toprule\n", form->out);
    for (size_t column = 0; column < table->column_count; column++) {
        fputs(column > 0 ? " & " : "", form->out);
        put_text(form, document_columns(form->document, table)[column].title);
    }
    fputs(" \\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n", form->out);
    for (size_t row = 0; row < table->row_count; row++) {
        for (size_t column = 0; column < table->column_count; column++) {
            fputs(column > 0 ? " & " : "", form->out);
            put_cell(form, document_cell_at(form->document, table, row, column));
        }
        fputs(" \\\\\n", form->out);
    }
    fputs("\\end{longtable}\n}\n\n", form->out);
}

static void put_value(struct form *form, const struct block *block)
{
    if (block->kind == BLOCK_FACT) {
        put_command(form, "paragraph", block->text);
    } else {
        put_text(form, block->text);
        fputs(": ", form->out);
    }
    put_cell(form, &block->cell);
    if (block->more != NULL)
        put_text(form, block->more);
    fputs(".\n", form->out);
}

static void put_block(struct form *form, const struct block *block)
{
    bool is_point = block->kind == BLOCK_POINT;
    if (is_point != form->in_points)
        fputs(is_point ? "\\begin{itemize}\n" : "\\end{itemize}\n", form->out);
    form->in_points = is_point;
    switch (block->kind) {
    case BLOCK_SECTION:
        put_command(form, "section*", block->text);
        break;
    case BLOCK_HEADING:
        put_command(form, "subsection*", block->text);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_DETAIL:
        put_text(form, block->text);
        fputs("\n\n", form->out);
        break;
    case BLOCK_WARNING:
        put_command(form, "textbf", block->text);
        fputc('\n', form->out);
        break;
    case BLOCK_POINT:
        fputs("\\item ", form->out);
        put_text(form, block->text);
        fputc('\n', form->out);
        break;
    case BLOCK_FACT:
    case BLOCK_VALUE:
        put_value(form, block);
        break;
    case BLOCK_TABLE:
        put_table(form, block);
        break;
    case BLOCK_FIGURE:
        break; /* its table has what it shows */
    }
}

int document_print_latex(const struct document *document, FILE *out)
{
    struct form form = {.document = document, .out = out};
    fputs("\\documentclass{article}\n"
          "\\usepackage[a4paper,margin=2cm]{geometry}\n\\usepackage{array,booktabs,longtable}\n"
          "\\renewcommand{\\labelitemi}{$\\bullet$}\n\\setlength{\\tabcolsep}{4pt}\n\\setlength{"
          "\\emergencystretch}{4em}\n"
          "\\begin{document}\n",
          out);
    put_command(&form, "title", document->title);
    fputs("\\author{}\n\\date{}\n\\maketitle\n", out);
    for (size_t i = 0; i < document->count; i++)
        put_block(&form, &document->blocks[i]);
    if (form.in_points)
        fputs("\\end{itemize}\n", out);
    fputs("\\end{document}\n", out);
    return form.failed != 0 || document->failed ? -1 : 0;
}
