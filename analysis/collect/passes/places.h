/* places.h - in which countries and autonomous systems mail hosts and domains are.
 *
 * The addresses are read first, by the numbers of their hosts, for which a list of rows is kept:
 * one for each country and each AS.  Most hosts have a list that others have too, so that it takes
 * 4 octets for a number of a host.  The passes of the report then tell what they meet.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_PASSES_PLACES_H
#define MXSURVEY_ANALYSIS_COLLECT_PASSES_PLACES_H

#include <stdint.h>

#include "analysis/report/networks/networks.h"
#include "analysis/report/options.h"

struct collector;
struct error;
struct places;
struct survey_file;

/* Reads the files of options, before the survey; *ret stays NULL where there is none. */
int places_open(struct collector *collector, const struct report_options *options,
                struct places **ret, struct error *error);
void places_free(struct places *places);

/* All addresses, then the domains by their mail hosts; before the pass that meets hosts. */
int places_read(struct survey_file *file, struct collector *collector, struct error *error);

/* A mail host.  Nothing without places. */
void places_meet_host(struct places *places, int64_t host, bool has_dane);

/* An address of hosts with DANE, which comes once. */
int places_meet_address(struct places *places, const char *address, bool is_ipv6);

/* Fills the report. */
int places_finish(struct collector *collector, struct error *error);
void networks_report_free(struct networks_report *report);

#endif
