/* markup.h - a document in a language of tags: one walk, for which HTML and LaTeX have their
 * words. */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_MARKUP_H
#define MXSURVEY_ANALYSIS_DOCUMENT_MARKUP_H

#include <stdio.h>

#include "analysis/document/blocks.h"

enum {
    ESCAPES = 0x80 /* of ASCII */
};

/* A text of a document with what a language has for its octets; NULL: the same. */
void put_escaped(FILE *out, const char *text, const char *const escapes[ESCAPES]);

/* Fit for elements of HTML and SVG, and for attributes in quotes: the only way of texts there */
void put_html(FILE *out, const char *text);

/* Here, and in what a language has, NULL is nothing. */
struct tags {
    const char *begin, *end;
};

/* Blocks that stand together, beside each other where there is room */
enum markup_group {
    GROUP_NONE,
    GROUP_FACTS,
    GROUP_TABLES, /* without figures */
    GROUP_PAIR,   /* a table with its figure */
    GROUP_POINTS,
    GROUPS
};

struct markup;

struct markup_language {
    void (*put_text)(FILE *out, const char *text);
    struct tags blocks[BLOCK_KINDS]; /* around a block's text; of a table, around all of it */
    struct tags groups[GROUPS];
    const char *fact_end;
    struct tags caption, titles, row;
    struct tags text_title, number_title; /* of columns */
    struct tags name, text, number;       /* cells; a name is a row's first */
    const char *between, *unknown;        /* cells; in an empty one */
    /* Before a block's tags; before a table's caption; in the tag of a number */
    void (*before)(struct markup *markup, const struct block *block);
    void (*begin_table)(struct markup *markup, const struct block *table);
    void (*put_value)(FILE *out, const struct document_cell *cell);
};

struct markup {
    const struct document *document;
    const struct markup_language *language;
    FILE *out;
    enum markup_group group;
    bool in_fact;
};

/* The text between tags */
void markup_put(const struct markup *markup, struct tags tags, const char *text);

/* A table with a figure behind it */
bool markup_has_figure(const struct markup *markup, const struct block *table);

/* All blocks */
void markup_walk(struct markup *markup);

#endif
