/* blocks.h - a document as its forms read it. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_BLOCKS_H
#define MXSURVEY_ANALYSIS_DOCUMENT_BLOCKS_H

#include "analysis/document/document.h"

enum {
    BLOCK_KINDS = BLOCK_FIGURE + 1,
    COLUMNS_MAX = 16
};

struct block {
    enum block_kind kind;
    const char *word;          /* of a section, table or fact; of a value its column's */
    const char *text;          /* title, caption, or sentence; NULL: no caption */
    const char *label;         /* of a fact, the short one; of a value, NULL: none */
    struct document_cell cell; /* of a value, for programs and figures */
    struct column {
        const char *word, *title;
    } columns[COLUMNS_MAX]; /* of a table */
    size_t column_count, row_count;
    struct document_cell *cells; /* row after row */
    size_t cell_count;
};

/* A fact, and what belongs to it */
bool block_is_of_facts(enum block_kind kind);

struct text; /* one that the document keeps */

/* All its texts are fit to be shown as they are: UTF-8, with no character that a terminal acts on,
 * or that does not show (utf8_escape(), core).  A form has to escape what its own language acts
 * on. */
struct document {
    const char *title;
    struct block *blocks;
    size_t count;
    struct text *texts;
    bool failed;
};

const struct document_cell *block_cell(const struct block *table, size_t row, size_t column);

/* Characters of the longest cell, or of the longest word of the title; whether the column is of
 * texts, as the names are, or of numbers. */
size_t block_column_width(const struct block *table, size_t column, bool *ret_is_text);

#endif
