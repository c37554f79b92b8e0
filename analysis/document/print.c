#include "analysis/document/figure.h"
#include "analysis/document/forms.h"
#include "analysis/document/output.h"

static int print_form(const struct document *document, const struct report_output *output,
                      struct error *error)
{
    switch (output->format) {
    case REPORT_HTML:
        return document_print_html(document, output->out, error);
    case REPORT_CSV:
        return document_print_csv(document, output->out);
    case REPORT_LATEX:
        return document_print_latex(document, output->out);
    case REPORT_TEXT:
        return document_print_text(document, output->out);
    case REPORT_JSON:
        break;
    }
    return 0;
}

int document_print(struct document *document, const struct report_output *output,
                   struct error *error)
{
    int result = document != NULL ? 0 : -1;
    if (result == 0 && output->figures != NULL)
        result = figures_write(document, output, error);
    if (result == 0)
        result = print_form(document, output, error);
    document_free(document);
    return result;
}
