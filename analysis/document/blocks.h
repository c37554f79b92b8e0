/* blocks.h - a document as its forms read it. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_BLOCKS_H
#define MXSURVEY_ANALYSIS_DOCUMENT_BLOCKS_H

#include "analysis/document/document.h"

enum block_kind {
    BLOCK_SECTION,
    BLOCK_HEADING,
    BLOCK_PARAGRAPH,
    BLOCK_WARNING,
    BLOCK_FACT,
    BLOCK_VALUE, /* a further one of the fact before */
    BLOCK_DETAIL,
    BLOCK_POINT,
    BLOCK_TABLE,
    BLOCK_FIGURE
};

struct block {
    enum block_kind kind;
    const char *word;         /* of sections, tables, facts */
    const char *text;         /* title, caption, label, or sentence; NULL: no caption */
    const char *column;       /* of a value, for programs */
    const char *more, *label; /* of a fact */
    struct document_cell cell;
    size_t first_column, column_count;
    size_t first_cell, row_count; /* the rows' cells, row after row */
};

/* A fact, and what belongs to it */
bool block_is_of_facts(enum block_kind kind);

struct text; /* one that the document keeps */

struct document {
    const char *title;
    struct block *blocks;
    size_t count, capacity;
    struct document_column *columns; /* of all tables */
    size_t column_count, column_capacity;
    struct document_cell *cells; /* likewise */
    size_t cell_count, cell_capacity;
    struct text *texts;
    bool failed;
};

const struct document_column *document_columns(const struct document *document,
                                               const struct block *table);
const struct document_cell *document_cell_at(const struct document *document,
                                             const struct block *table, size_t row, size_t column);

/* The column that a figure shows; 0: none.  A row's cell in it, with its interval. */
size_t document_figure_column(const struct document *document, const struct block *table);
struct document_cell document_figure_cell(const struct document *document,
                                          const struct block *table, size_t row, size_t column);

enum {
    CELL_TEXT_MAX = 160
};

/* A number as people read it, "0.31 %  (0.22 - 0.43 %)"; a text as it is; NULL for CELL_NONE. */
const char *document_cell_words(const struct document_cell *cell, char ret[CELL_TEXT_MAX]);

/* Its characters as a form shows them; 0 for CELL_NONE, or without memory. */
size_t document_cell_length(const struct document_cell *cell);

/* What programs, and figures, call a row. */
const char *document_cell_word(const struct document_cell *cell, char ret[CELL_TEXT_MAX]);

#endif
