/* document.h - what a report or an estimate says, once, for every form of it (forms.h).
 *
 * A document is a list of blocks, added in the order in which they are read: sections, paragraphs,
 * points of a list, facts (a number with a name, and sentences about it), tables, and figures of
 * tables.  Who adds them knows the survey and nothing of forms; the forms know nothing of surveys.
 *
 * Texts may be of any origin: a document has copies in which what a terminal would act on is spelt
 * out (utf8_escape(), core).  Words (section, table, column, fact) are what programs know a block
 * by.  Without memory a document notes that and takes no more: it is not printed (output.h).
 */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_DOCUMENT_H
#define MXSURVEY_ANALYSIS_DOCUMENT_DOCUMENT_H

#include <stddef.h>

#include "analysis/document/cell.h"

struct document;

/* The caller frees; NULL without memory. */
struct document *document_new(const char *title);
void document_free(struct document *document);

void document_section(struct document *document, const char *word, const char *title);
void document_heading(struct document *document, const char *title);

enum block_kind {
    BLOCK_SECTION,
    BLOCK_HEADING,
    BLOCK_PARAGRAPH,
    BLOCK_WARNING,
    BLOCK_FACT,   /* its title; its number is the value behind it */
    BLOCK_VALUE,  /* a number of the fact before, in words */
    BLOCK_DETAIL, /* belongs to the fact before */
    BLOCK_POINT,  /* of a list */
    BLOCK_TABLE,
    BLOCK_FIGURE
};

/* printf of our own words, numbers and texts of any origin; at most 2000 octets. */
void document_say(struct document *document, enum block_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define document_paragraph(document, ...) document_say(document, BLOCK_PARAGRAPH, __VA_ARGS__)
#define document_warning(document, ...)   document_say(document, BLOCK_WARNING, __VA_ARGS__)
#define document_detail(document, ...)    document_say(document, BLOCK_DETAIL, __VA_ARGS__)
#define document_point(document, ...)     document_say(document, BLOCK_POINT, __VA_ARGS__)

/* Further words of what was said last, or behind the number that was given last */
void document_add(struct document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A title, which a figure that has little room has its label for (NULL: the title); word: the row
 * of the form for programs.  Then its number, and perhaps further values of the same, each with a
 * label before it (NULL: none); column: for programs. */
void document_fact(struct document *document, const char *word, const char *title,
                   const char *label);
void document_value(struct document *document, const char *column, const char *label,
                    struct document_cell cell);

/* --- tables --- */

/* Columns, by printf, are "word:title|word:title"; a word without a colon is its own title.  Then
 * its cells, row after row; a row's first is its name: a text or a time. */
void document_table(struct document *document, const char *word, const char *caption,
                    const char *columns, ...) __attribute__((format(printf, 4, 5)));
void document_cell(struct document *document, struct document_cell cell);
void document_cells(struct document *document, const struct document_cell *cells, size_t count);
#define document_row(document, ...)                                                                \
    document_cells(document, (const struct document_cell[]){__VA_ARGS__},                          \
                   sizeof((const struct document_cell[]){__VA_ARGS__}) /                           \
                       sizeof(struct document_cell))

/* A cell, and counts behind it */
void document_add_counts(struct document *document, struct document_cell first,
                         const uint64_t *counts, size_t count);
#define document_counts(document, first, ...)                                                      \
    document_add_counts(document, (first), (const uint64_t[]){__VA_ARGS__},                        \
                        sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* A figure of what comes just before it, for forms that have figures: the facts; or a table's first
 * column of shares, or points, with their intervals, or, where it has none, of counts; or, where
 * its rows are times, all its columns of shares over time. */
void document_figure(struct document *document, const char *title);

#endif
