/* store_helper.h - what the tests of survey files share. */
#ifndef MXSURVEY_TESTS_STORE_HELPER_H
#define MXSURVEY_TESTS_STORE_HELPER_H

#include "crawler/store/store.h"

/* cmocka setup and teardown: an empty directory as current directory */
int enter_directory(void **state);
int leave_directory(void **state);

/* Rows of a query on a connection of its own: columns joined by `|`, NULL as `-`,
 * rows ended by a line feed; asserts that it succeeds.  The caller frees. */
char *query(const char *path, const char *sql);
void assert_query(const char *path, const char *sql, const char *expected);
void execute(const char *path, const char *sql);

struct name name_of(const char *text);

struct store *open_store(const char *path, enum store_state expected);
void close_store(struct store *store, bool finished);
/* open, load these names (NULL-terminated) without rank or suffix */
struct store *load_store(const char *path, const char *const names[]);
/* store_next(), once it is known; false: none */
bool next_domain(struct store *store, struct store_domain *ret);
/* A resolved host with a single IPv4 address; returns its id. */
uint64_t put_plain_host(struct store *store, const char *name);
/* A domain with one MX record for this host. */
void put_plain_domain(struct store *store, uint64_t id, uint64_t host);

#endif
