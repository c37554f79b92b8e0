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
    case REPORT_JSON: /* the data's own */
        break;
    }
    return document_print_text(document, output->out);
}

int document_print(struct document *document, const struct report_output *output,
                   struct error *error)
{
    int result = document != NULL ? print_form(document, output, error) : -1;
    document_free(document);
    return result;
}
