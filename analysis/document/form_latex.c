/* A document as a file for pdflatex.  Whatever is no printable ASCII is spelt `\u{e9}`: a name of
 * any origin must neither end the compilation nor command it. */
#include "analysis/document/blocks.h"
#include "analysis/document/forms.h"
#include "analysis/document/markup.h"
#include "crawler/core/utf8.h"

enum {
    LINE = 480,   /* points of A4, and of letter paper with some to spare */
    GAP = 8,      /* between columns */
    SPELT = 8,    /* characters of `\u{65e5}` */
    UNBROKEN = 16 /* characters of a word; a longer one may be broken anywhere */
};
static const double LETTER = 5.5;      /* points, at most, on average, in \small */
static const double TEXTS_LEAST = 0.3; /* of a line that is too short for all */

/* What the plain fonts have is used: others are a package more to install, or drawn anew. */
static void put_octet(FILE *out, char octet)
{
    static const char *const escapes[ESCAPES] = {
        ['\\'] = "\\textbackslash{}",
        ['~'] = "\\textasciitilde{}",
        ['^'] = "\\textasciicircum{}",
        ['<'] = "\\textless{}",
        ['>'] = "\\textgreater{}",
        ['|'] = "\\textbar{}",
        ['$'] = "{\\char36}",
        ['_'] = "\\texttt{\\char95}", /* in the text font it is a rule, which cannot be copied */
        ['"'] = "\\texttt{\\char34}",
        ['`'] = "{`}",
        ['#'] = "\\#",
        ['%'] = "\\%",
        ['&'] = "\\&",
        ['{'] = "\\{",
        ['}'] = "\\}",
    };
    put_escaped(out, (const char[]){octet, '\0'}, escapes);
}

static void put_text(FILE *out, const char *text)
{
    size_t run = 0, length;
    for (char before = '\0'; *text != '\0'; before = *text, text += length) {
        length = utf8_character(text, UTF8_CHARACTER_MAX);
        run = *text == ' ' ? 0 : run + (length > 1 ? SPELT : 1);
        if (run > UNBROKEN)
            fputs("\\allowbreak{}", out);
        if (*text == before && (*text == '-' || *text == '\'')) /* a ligature */
            fputs("{}", out);
        if (length > 1)
            fprintf(out, "\\textbackslash{}u\\{%x\\}", (unsigned)utf8_point(text, length));
        else
            put_octet(out, *text);
    }
}

/* How much of the line columns have, in points: what their longest cells, and the words of their
 * titles, need; where that is too much, names and texts give up what is wanted, and wrap. */
static void begin_table(struct markup *markup, const struct block *table)
{
    double widths[COLUMNS_MAX], numbers = 0, texts = 0;
    double room = LINE - GAP * (double)table->column_count;
    bool is_text[COLUMNS_MAX];
    for (size_t column = 0; column < table->column_count; column++) {
        size_t width = block_column_width(table, column, &is_text[column]);
        widths[column] = LETTER * (double)(width + 1);
        widths[column] = widths[column] < room ? widths[column] : room;
        *(is_text[column] ? &texts : &numbers) += widths[column];
    }
    double least = texts < TEXTS_LEAST * room ? texts : TEXTS_LEAST * room;
    double for_numbers = numbers < room - least ? numbers : room - least;
    double for_texts = texts < room - for_numbers ? texts : room - for_numbers;
    fputs("{\\small\n\\begin{longtable}{", markup->out);
    for (size_t column = 0; column < table->column_count; column++)
        fprintf(markup->out, ">{\\ragged%s\\arraybackslash}p{%.1fpt}",
                is_text[column] ? "right" : "left",
                widths[column] * (is_text[column] ? for_texts / texts : for_numbers / numbers));
    fputs("}\n", markup->out);
}

static const struct markup_language LATEX = {
    .put_text = put_text,
    .blocks =
        {
            [BLOCK_SECTION] = {"\\section*{", "}\n"},
            [BLOCK_HEADING] = {"\\subsection*{", "}\n"},
            [BLOCK_PARAGRAPH] = {NULL, "\n\n"},
            [BLOCK_WARNING] = {"\\textbf{", "}\n\n"},
            [BLOCK_FACT] = {"\\paragraph{", "}\n"},
            [BLOCK_VALUE] = {NULL, ".\n"},
            [BLOCK_DETAIL] = {NULL, "\n\n"},
            [BLOCK_POINT] = {"\\item ", "\n"},
            [BLOCK_TABLE] = {NULL, "\\end{longtable}\n}\n\n"},
        },
    .groups = {[GROUP_POINTS] = {"\\begin{itemize}\n", "\\end{itemize}\n"}},
    .caption = {"\\caption{", "}\\\\\n"},
    .titles = {"\\toprule\n", " \\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"},
    .between = " & ",
    .row = {NULL, " \\\\\n"},
    .unknown = "--",
    .begin_table = begin_table,
};

void document_print_latex(const struct document *document, FILE *out)
{
    struct markup markup = {.document = document, .language = &LATEX, .out = out};
    fputs("\\documentclass{article}\n"
          "\\usepackage[a4paper,margin=2cm]{geometry}\n\\usepackage{array,booktabs,longtable}\n"
          "\\renewcommand{\\labelitemi}{$\\bullet$}\n\\setlength{\\tabcolsep}{4pt}\n\\setlength{"
          "\\emergencystretch}{4em}\n"
          "\\begin{document}\n",
          out);
    markup_put(&markup, (struct tags){"\\title{", "}\n\\author{}\n\\date{}\n\\maketitle\n"},
               document->title);
    markup_walk(&markup);
    fputs("\\end{document}\n", out);
}
