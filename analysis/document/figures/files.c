/* The figures of a document as files of their own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/document/figures/figure.h"
#include "analysis/document/figures/gnuplot.h"

struct file {
    char *path, *beside; /* owned; what is written first is renamed at the end */
};

struct files {
    const struct report_output *output;
    struct file *items;
    size_t count;
};

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

/* Another one, whose paths are not made where there is no memory: NULL */
static struct file *add_file(struct files *files, const char *name, const char *ending)
{
    const char *folder = files->output->figures;
    struct file *items = reallocarray(files->items, files->count + 1, sizeof *items);
    if (items == NULL)
        return NULL;
    files->items = items;
    struct file *file = &items[files->count++];
    if (asprintf(&file->path, "%s/%s.%s", folder, name, ending) < 0)
        file->path = NULL;
    if (asprintf(&file->beside, "%s/.%s.%s.new", folder, name, ending) < 0)
        file->beside = NULL;
    return file->path != NULL && file->beside != NULL ? file : NULL;
}

/* Beside where it belongs. */
static int write_file(const struct files *files, const struct file *file, const struct plot *plot,
                      enum plot_form form, const char *title, struct error *error)
{
    const struct report_output *output = files->output;
    if (output->check != NULL && output->check(output->context, file->path, error) != 0)
        return -1;
    unlink(file->beside); /* of one that was killed */
    FILE *out = fopen(file->beside, "wxe");
    if (out == NULL)
        return fail_write(file->path, error);
    int result = plot_draw(plot, form, title, 0, out, error);
    bool failed = fflush(out) != 0 || ferror(out) != 0;
    failed |= fclose(out) != 0;
    return result == 0 && failed ? fail_write(file->path, error) : result;
}

static int write_figure(struct files *files, const struct document *document,
                        const struct block *figure, struct error *error)
{
    static const struct {
        enum plot_form form;
        const char *ending;
    } forms[] = {{PLOT_SVG, "svg"}, {PLOT_PDF, "pdf"}};
    char name[CELL_TEXT_MAX];
    struct plot plot;
    if (figure_plot(document, figure, &plot, error) != 0)
        return -1;
    int result = 0;
    figure_name(document, figure, name);
    for (size_t i = 0; i < 2 && plot.script != NULL && result == 0; i++) {
        struct file *file = add_file(files, name, forms[i].ending);
        result = file != NULL ? write_file(files, file, &plot, forms[i].form, figure->text, error)
                              : error_set(error, "%s: out of memory for the figures",
                                          files->output->figures);
    }
    free(plot.script);
    return result;
}

static int place_files(const struct files *files, struct error *error)
{
    for (size_t i = 0; i < files->count; i++)
        if (rename(files->items[i].beside, files->items[i].path) != 0)
            return fail_write(files->items[i].path, error);
    return 0;
}

/* What still lies beside goes. */
static void free_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].beside != NULL)
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
    struct files files = {.output = output};
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
