#include "analysis/document/markup.h"

static void put(FILE *out, const char *text)
{
    if (text != NULL)
        fputs(text, out);
}

void put_escaped(FILE *out, const char *text, const char *const escapes[ESCAPES])
{
    for (; *text != '\0'; text++) {
        unsigned char octet = (unsigned char)*text;
        if (octet < ESCAPES && escapes[octet] != NULL)
            fputs(escapes[octet], out);
        else
            fputc(octet, out);
    }
}

void put_html(FILE *out, const char *text)
{
    static const char *const escapes[ESCAPES] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
    put_escaped(out, text, escapes);
}

void markup_put(const struct markup *markup, struct tags tags, const char *text)
{
    put(markup->out, tags.begin);
    markup->language->put_text(markup->out, text);
    put(markup->out, tags.end);
}

static void put_titles(const struct markup *markup, const struct block *table)
{
    const struct markup_language *language = markup->language;
    put(markup->out, language->titles.begin);
    for (size_t column = 0; column < table->column_count; column++) {
        bool is_text;
        block_column_width(table, column, &is_text);
        put(markup->out, column > 0 ? language->between : NULL);
        markup_put(markup, is_text ? language->text_title : language->number_title,
                   table->columns[column].title);
    }
    put(markup->out, language->titles.end);
}

static void put_cell(const struct markup *markup, const struct block *table, size_t row,
                     size_t column)
{
    const struct markup_language *language = markup->language;
    const struct document_cell *cell = block_cell(table, row, column);
    bool is_number = column > 0 && cell->kind != CELL_TEXT;
    struct tags tags = column == 0 ? language->name : is_number ? language->number : language->text;
    char number[CELL_TEXT_MAX];
    const char *words = cell_words(cell, NULL, number);
    put(markup->out, column > 0 ? language->between : NULL);
    put(markup->out, tags.begin);
    if (is_number && language->put_value != NULL)
        language->put_value(markup->out, cell);
    if (words != NULL)
        language->put_text(markup->out, words);
    else
        fputs(language->unknown, markup->out);
    put(markup->out, tags.end);
}

static void put_table(struct markup *markup, const struct block *table)
{
    const struct markup_language *language = markup->language;
    language->begin_table(markup, table);
    if (table->text != NULL)
        markup_put(markup, language->caption, table->text);
    put_titles(markup, table);
    for (size_t row = 0; row < table->row_count; row++) {
        put(markup->out, language->row.begin);
        for (size_t column = 0; column < table->column_count; column++)
            put_cell(markup, table, row, column);
        put(markup->out, language->row.end);
    }
    put(markup->out, language->blocks[BLOCK_TABLE].end);
}

bool markup_has_figure(const struct markup *markup, const struct block *table)
{
    const struct block *end = markup->document->blocks + markup->document->count;
    return table->kind == BLOCK_TABLE && table + 1 < end && table[1].kind == BLOCK_FIGURE;
}

static enum markup_group group_of(const struct markup *markup, const struct block *block)
{
    if (block_is_of_facts(block->kind))
        return GROUP_FACTS;
    if (block->kind == BLOCK_TABLE)
        return markup_has_figure(markup, block) ? GROUP_PAIR : GROUP_TABLES;
    return block->kind == BLOCK_POINT ? GROUP_POINTS : GROUP_NONE;
}

static void change_group(struct markup *markup, enum markup_group group)
{
    if (group == markup->group)
        return;
    put(markup->out, markup->in_fact ? markup->language->fact_end : NULL);
    put(markup->out, markup->language->groups[markup->group].end);
    put(markup->out, markup->language->groups[group].begin);
    markup->group = group;
    markup->in_fact = false;
}

static void put_block(struct markup *markup, const struct block *block)
{
    change_group(markup, group_of(markup, block));
    if (block->kind == BLOCK_FACT) {
        put(markup->out, markup->in_fact ? markup->language->fact_end : NULL);
        markup->in_fact = true;
    }
    if (markup->language->before != NULL)
        markup->language->before(markup, block);
    if (block->kind == BLOCK_TABLE)
        put_table(markup, block);
    else if (block->kind != BLOCK_FIGURE)
        markup_put(markup, markup->language->blocks[block->kind], block->text);
}

void markup_walk(struct markup *markup)
{
    for (size_t i = 0; i < markup->document->count; i++)
        put_block(markup, &markup->document->blocks[i]);
    change_group(markup, GROUP_NONE);
}
