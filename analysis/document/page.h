/* page.h - the style of pages, page.css, compiled in (schema/embed.sh). */
#ifndef MXSURVEY_ANALYSIS_DOCUMENT_PAGE_H
#define MXSURVEY_ANALYSIS_DOCUMENT_PAGE_H

extern const char page_css[];

#endif
