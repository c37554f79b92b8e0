/* networks.h - the country and the autonomous system (AS) of an address, by files that the user
 * brings (network_file.h).
 *
 * In a file the smallest network that holds an address counts (the longest prefix), of the same
 * network twice the later line; of networks that overlap, the one that begins last.  Of several
 * files, the first one that knows.  48 octets for each line.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_GIVEN_NETWORKS_H
#define MXSURVEY_ANALYSIS_COLLECT_GIVEN_NETWORKS_H

#include "analysis/collect/tables/name_table.h"
#include "analysis/collect/given/network_file.h"

enum {
    NETWORK_FILES_MAX = 8,
    NETWORKS_MAX = 8 << 20 /* of all files; the usual tables have up to a million */
};

struct network {
    uint32_t as;      /* 0: not known */
    uint16_t country; /* as in network_file.h; 0: not known */
};

struct network_range;
struct network_ranges {
    struct network_range *items;
    size_t length, room;
};

struct networks {                                       /* starts zeroed: none */
    size_t count;                                       /* of files */
    struct network_ranges ranges[NETWORK_FILES_MAX][2]; /* IPv4, IPv6 */
    struct network_lines lines[NETWORK_FILES_MAX];
    size_t length; /* networks in all */
    bool has_countries, has_systems;
    struct key_map named; /* by AS: the place of its name in names, from 1 */
    struct name_table names;
};

/* -1 with one line that names the file: as network_file_read(), no network at all, or more than
 * NETWORKS_MAX. */
int networks_read(const char *const *paths, size_t count, struct networks *ret,
                  struct error *error);
void networks_free(struct networks *networks);

struct network networks_find(const struct networks *networks, const char *address);

/* Its two letters; NULL for 0 */
enum {
    COUNTRY_MAX = 3
};
const char *country_code(uint16_t country, char ret[COUNTRY_MAX]);

/* NULL: none is known */
const char *networks_as_name(const struct networks *networks, uint32_t as);

#endif
