/* collector.h - what the parts that fill struct report share. */
#ifndef MXSURVEY_ANALYSIS_COLLECTOR_H
#define MXSURVEY_ANALYSIS_COLLECTOR_H

#include "analysis/report_data.h"

struct sqlite3_stmt;
struct survey_file;

struct collector {
    const char *path; /* for errors */
    struct report *report;
};

/* Fills error; returns -1. */
int collector_no_memory(const struct collector *collector, struct error *error);

/* Ranks the provider in the row's first column; NULL and a count of 0 are left out. */
int collector_rank(struct collector *collector, struct provider_top *top, struct sqlite3_stmt *row,
                   uint64_t of, uint64_t count, struct error *error);
void provider_top_free(struct provider_top *top);

/* From a row of sql/domains.sql, from the column on */
int dane_take_domains(struct collector *collector, struct sqlite3_stmt *row, int column,
                      struct error *error);
int dane_collect(struct survey_file *file, struct collector *collector, struct error *error);
void dane_free(struct report *report);

#endif
