#include "analysis/document/output.h"

#include <errno.h>
#include <string.h>

#include "analysis/document/figures/figure.h"
#include "analysis/document/forms.h"
#include "analysis/document/json_form.h"

static int print_form(const struct document *document, const struct report_output *output,
                      struct error *error)
{
    if (output->format == REPORT_HTML)
        return document_print_html(document, output->out, error);
    if (output->format == REPORT_CSV)
        document_print_csv(document, output->out);
    else if (output->format == REPORT_LATEX)
        document_print_latex(document, output->out);
    else if (output->format == REPORT_TEXT)
        document_print_text(document, output->out);
    return 0;
}

int document_print(struct document *document, const struct report_output *output,
                   struct error *error)
{
    int result = document != NULL && !document->failed ? 0 : -1;
    if (result == 0 && output->figures != NULL)
        result = figures_write(document, output, error);
    if (result == 0)
        result = print_form(document, output, error);
    document_free(document);
    return result;
}

int report_output_write(const struct report_output *output, struct document *document, json_t *tree,
                        const char *source, struct error *error)
{
    *error->text = '\0';
    errno = 0;
    int result = document_print(document, output, error);
    if (result == 0 && output->format == REPORT_JSON)
        result = json_form_print(tree, output->out);
    else
        json_decref(tree);
    if (fflush(output->out) != 0 || ferror(output->out))
        return error_set(error, "%s: cannot be written: %s", output->name,
                         errno != 0 ? strerror(errno) : "it failed");
    if (result != 0 && *error->text == '\0')
        return error_set(error, "%s: out of memory", source);
    return result;
}
