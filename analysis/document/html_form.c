#include "analysis/document/html_form.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/document/page.h"
#include "analysis/document/text_form.h"
#include "analysis/document/utf8.h"

void html_no_memory(struct html_form *form)
{
    if (form->failed == 0)
        form->failed = error_set(form->error, "out of memory for the page");
}

int html_escape(FILE *out, const char *text)
{
    char *safe = utf8_for_terminal(text);
    if (safe == NULL)
        return -1;
    for (const char *at = safe; *at != '\0'; at++) {
        if (*at == '&')
            fputs("&amp;", out);
        else if (*at == '<')
            fputs("&lt;", out);
        else if (*at == '>')
            fputs("&gt;", out);
        else if (*at == '"')
            fputs("&quot;", out);
        else if (*at == '\'')
            fputs("&#39;", out);
        else
            fputc(*at, out);
    }
    free(safe);
    return 0;
}

void html_text(struct html_form *form, const char *text)
{
    if (html_escape(form->out, text) != 0)
        html_no_memory(form);
}

static void element(struct html_form *form, const char *tag, const char *text)
{
    fprintf(form->out, "<%s>", tag);
    html_text(form, text);
    fprintf(form->out, "</%s>\n", tag);
}

void html_begin(struct html_form *form, const char *title)
{
    fputs("<!DOCTYPE html>\n"
          "<html lang=\"en\">\n"
          "<head>\n"
          "<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"generator\" content=\"mxsurvey " MXSURVEY_VERSION "\">\n",
          form->out);
    element(form, "title", title);
    fprintf(form->out, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", page_css);
    element(form, "h1", title);
}

void html_end(struct html_form *form)
{
    fputs("</main>\n</body>\n</html>\n", form->out);
}

void html_contents(struct html_form *form, const char *const *titles, size_t count)
{
    fputs("<nav aria-label=\"Contents\">\n<ul>\n", form->out);
    for (size_t i = 0; i < count; i++) {
        fprintf(form->out, "<li><a href=\"#part-%zu\">", form->sections + i + 1);
        html_text(form, titles[i]);
        fputs("</a></li>\n", form->out);
    }
    fputs("</ul>\n</nav>\n", form->out);
}

void html_section_begin(struct html_form *form, const char *title)
{
    fprintf(form->out, "<section id=\"part-%zu\">\n", ++form->sections);
    element(form, "h2", title);
}

void html_section_end(struct html_form *form)
{
    fputs("</section>\n", form->out);
}

void html_heading(struct html_form *form, const char *title)
{
    element(form, "h3", title);
}

static void paragraph(struct html_form *form, const char *begin, const char *format, va_list args)
{
    char text[2000];
    vsnprintf(text, sizeof text, format, args);
    fputs(begin, form->out);
    html_text(form, text);
    fputs("</p>\n", form->out);
}

void html_paragraph(struct html_form *form, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    paragraph(form, "<p>", format, args);
    va_end(args);
}

void html_warning(struct html_form *form, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    paragraph(form, "<p class=\"warning\">", format, args);
    va_end(args);
}

void html_pair_begin(struct html_form *form)
{
    fputs("<div class=\"pair\">\n", form->out);
}

void html_pair_end(struct html_form *form)
{
    fputs("</div>\n", form->out);
}

/* --- tables --- */

/* Wide tables scroll in a box of their own, which the keyboard can reach. */
void html_table_begin(struct html_form *form, const char *caption,
                      const struct html_column *columns, size_t count)
{
    fputs("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"", form->out);
    html_text(form, caption != NULL ? caption : "table");
    /* room for sentences beside one number or two */
    fprintf(form->out, "\">\n<table%s>\n", count <= 3 ? " class=\"few\"" : "");
    if (caption != NULL)
        element(form, "caption", caption);
    fputs("<thead><tr>", form->out);
    for (size_t i = 0; i < count; i++) {
        fprintf(form->out, "<th scope=\"col\"%s>", columns[i].is_number ? " class=\"number\"" : "");
        html_text(form, columns[i].title);
        fputs("</th>", form->out);
    }
    fputs("</tr></thead>\n<tbody>\n", form->out);
}

void html_table_end(struct html_form *form)
{
    fputs("</tbody>\n</table>\n</div>\n", form->out);
}

void html_row_begin(struct html_form *form)
{
    fputs("<tr>", form->out);
}

void html_row_end(struct html_form *form)
{
    fputs("</tr>\n", form->out);
}

/* Isolated, so that a text written from right to left does not turn its row around */
void html_cell_header(struct html_form *form, const char *text)
{
    fputs("<th scope=\"row\"><bdi>", form->out);
    html_text(form, text);
    fputs("</bdi></th>", form->out);
}

void html_cell_text(struct html_form *form, const char *text)
{
    fputs("<td><bdi>", form->out);
    html_text(form, text);
    fputs("</bdi></td>", form->out);
}

void html_cell_count(struct html_form *form, uint64_t count)
{
    char text[NUMBER_MAX];
    fprintf(form->out, "<td class=\"number\">%s</td>", text_count(count, text));
}

static void unknown_cell(struct html_form *form)
{
    fputs("<td class=\"number\">\xe2\x80\x93</td>", form->out); /* an en dash */
}

void html_cell_real(struct html_form *form, bool known, double value, int digits)
{
    if (known)
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g\">%.*g</td>", value, digits,
                value);
    else
        unknown_cell(form);
}

void html_cell_percent(struct html_form *form, bool known, double share, int decimals)
{
    char text[NUMBER_MAX];
    if (known)
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g\">%s</td>", share,
                text_percent(share, decimals, text));
    else
        unknown_cell(form);
}

void html_cell_range(struct html_form *form, bool known, struct interval interval, int decimals)
{
    char text[NUMBER_MAX];
    if (known)
        fprintf(form->out, "<td class=\"number\" data-value=\"%.12g %.12g\">%s</td>", interval.low,
                interval.high, text_range(interval, decimals, text));
    else
        unknown_cell(form);
}
