/* The figures of a document as files of their own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/document/figure.h"
#include "analysis/document/gnuplot.h"

enum {
    FORMS = 2
};
static const char *const ENDINGS[FORMS] = {"svg", "pdf"};

struct file {
    char *path, *beside; /* owned; what is written first is renamed at the end */
    bool is_written;
};

struct files {
    const struct report_output *output;
    const char *folder; /* of it */
    struct file *items;
    size_t count;
};

static int no_memory(const struct files *files, struct error *error)
{
    return error_set(error, "%s: out of memory for the figures", files->folder);
}

static char *text_of(const char *format, const char *one, const char *two, const char *three)
{
    char *text = NULL;
    return asprintf(&text, format, one, two, three) >= 0 ? text : NULL;
}

static int fail_write(const char *path, struct error *error)
{
    return error_set(error, "%s: cannot be written: %s", path, strerror(errno));
}

/* The word of what a figure shows; words are ours, but a path is no place for surprises. */
static void figure_name(const struct document *document, const struct block *figure,
                        char ret[CELL_TEXT_MAX])
{
    const struct block *block = figure - 1;
    while (block->kind != BLOCK_TABLE && block->kind != BLOCK_SECTION && block > document->blocks)
        block--;
    snprintf(ret, CELL_TEXT_MAX, "%s", block->word != NULL ? block->word : "figure");
    for (char *at = ret; *at != '\0'; at++)
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_-.", *at) == NULL || *ret == '.')
            *at = '_';
}

static int draw(const struct plot *plot, const char *title, size_t form, FILE *out,
                struct error *error)
{
    return form == 0 ? plot_to_svg(plot, title, out, error) : plot_to_pdf(plot, out, error);
}

/* Beside where it belongs. */
static int write_file(struct files *files, const char *name, const struct plot *plot,
                      const char *title, size_t form, struct error *error)
{
    struct file *items = reallocarray(files->items, files->count + 1, sizeof *items);
    if (items == NULL)
        return no_memory(files, error);
    files->items = items;
    struct file *file = &items[files->count++];
    *file = (struct file){0};
    file->path = text_of("%s/%s.%s", files->folder, name, ENDINGS[form]);
    file->beside = text_of("%s/.%s.%s.new", files->folder, name, ENDINGS[form]);
    if (file->path == NULL || file->beside == NULL)
        return no_memory(files, error);
    if (files->output->check != NULL &&
        files->output->check(files->output->context, file->path, error) != 0)
        return -1;
    unlink(file->beside); /* of one that was killed */
    FILE *out = fopen(file->beside, "wxe");
    if (out == NULL)
        return fail_write(file->path, error);
    file->is_written = true;
    int result = draw(plot, title, form, out, error);
    bool failed = fflush(out) != 0 || ferror(out) != 0;
    failed |= fclose(out) != 0;
    return result == 0 && failed ? fail_write(file->path, error) : result;
}

static int write_figure(struct files *files, const struct document *document,
                        const struct block *figure, struct error *error)
{
    char name[CELL_TEXT_MAX];
    struct plot plot;
    if (figure_plot(document, figure, &plot, error) != 0)
        return -1;
    int result = 0;
    figure_name(document, figure, name);
    for (size_t form = 0; form < FORMS && plot.script != NULL && result == 0; form++)
        result = write_file(files, name, &plot, figure->text, form, error);
    plot_free(&plot);
    return result;
}

static int place_files(struct files *files, struct error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        struct file *file = &files->items[i];
        if (rename(file->beside, file->path) != 0)
            return fail_write(file->path, error);
        file->is_written = false;
    }
    return 0;
}

static void free_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].is_written)
            unlink(files->items[i].beside);
        free(files->items[i].beside);
        free(files->items[i].path);
    }
    free(files->items);
}

int figures_write(const struct document *document, const struct report_output *output,
                  struct error *error)
{
    const char *folder = output->figures;
    struct files files = {.output = output, .folder = folder};
    bool is_new = mkdir(folder, 0777) == 0;
    int result = is_new || errno == EEXIST ? 0 : fail_write(folder, error);
    for (size_t i = 0; i < document->count && result == 0; i++)
        if (document->blocks[i].kind == BLOCK_FIGURE)
            result = write_figure(&files, document, &document->blocks[i], error);
    if (result == 0)
        result = place_files(&files, error);
    free_files(&files);
    if (result != 0 && is_new)
        rmdir(folder);
    return result;
}
