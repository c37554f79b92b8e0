/* networks.h - the part of the report about countries and autonomous systems (AS), as data. */
#ifndef MXSURVEY_ANALYSIS_REPORT_NETWORKS_NETWORKS_H
#define MXSURVEY_ANALYSIS_REPORT_NETWORKS_NETWORKS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/collect/given/networks.h"
#include "analysis/report/dane/dane.h"

/* With an address there: mail hosts; of these, those with DANE (usable), and their own addresses,
 * each once, by family; domains with such a mail host. */
struct network_counts {
    uint64_t domains, hosts, dane_hosts;
    uint64_t dane_addresses[2]; /* IPv4, IPv6 */
};

struct network_row {
    uint32_t as;      /* of a row of systems; 0: not known */
    uint16_t country; /* of one of countries; 0: not known */
    char *name;       /* the AS's, owned; or NULL */
    struct network_counts counts;
};

struct network_table {
    uint64_t known; /* countries, or systems, that were met */
    size_t length;
    struct network_row rows[PROVIDERS_MAX]; /* most domains first, then most hosts, then by code */
};

struct network_source {
    char *path; /* owned */
    struct network_lines lines;
};

struct networks_report {
    size_t file_count; /* 0: none given, the rest is empty */
    struct network_source files[NETWORK_FILES_MAX];
    bool has_countries, has_systems; /* a line of the files has one */
    struct network_counts all;
    struct network_table countries, systems;
};

#endif
