/* store.h - the survey file: the only code that writes it.
 *
 * Main thread: open or continue, load the lists, hand out names that are left,
 * take rows.  Rows are copied into a batch; a writer thread inserts batches in
 * large transactions, so the loop is never held by the disk.  A domain's rows
 * and the fact that it is done are one transaction.  `kill -9` at any moment
 * leaves a file that the same command continues.
 *
 * Numbers: domains are numbered from 1 in list order (first list first, each
 * name once); hosts (every distinct exchange or implicit mail host that a row
 * names) are numbered from 1 by the caller, see store_next_host_id().
 * Codes are those of core/words.h; 0 is stored as NULL.  UNKNOWN_COUNT is NULL.
 *
 * Other programs may read the file at any time: it is in WAL mode while the run
 * goes on.  (Not on a disk that other machines share: disk.h.)  SQLite's part of memory is bounded:
 * caches of 4 MB and 1 MB.
 */
#ifndef MXSURVEY_STORE_STORE_H
#define MXSURVEY_STORE_STORE_H

#include "crawler/core/error.h"
#include "crawler/core/answer.h"
#include "crawler/core/sts.h"
#include "crawler/core/tlsa.h"
#include "crawler/core/words.h"
#include "crawler/store/voice.h"

struct store;

enum {
    UNKNOWN_COUNT = -1
};

enum store_state {
    STORE_NEW,       /* no file, an empty one, or one whose lists were never wholly loaded */
    STORE_CONTINUED, /* an unfinished run over the same lists with the same settings */
    STORE_FINISHED,  /* the same run, already finished */
};

/* Opens or creates path.  A file that is no survey (another program's database,
 * a text), of a newer schema, or in use by another mxsurvey run: -1, one line,
 * nothing touched. */
int store_open(const char *path, struct store **ret, enum store_state *ret_state,
               struct error *error);

/* Of a finished survey: all that failed is left again, the state is CONTINUED.  The store is opened
 * anew for that; -1 with error, then *store is closed and NULL. */
int store_retry(const char *path, struct store **store, enum store_state *ret_state,
                struct error *error);

/* run_info: what the run is and what it was told.  Values are text.  Before the
 * run this goes into one transaction with the load or the start; during the run
 * it travels with the rows, and an error shows in store_failed().  The keys
 * `schema` and `state` (running, interrupted, finished) are the store's own. */
int store_set_info(struct store *store, const char *key, const char *value, struct error *error);
int store_set_number(struct store *store, const char *key, uint64_t value, struct error *error);
/* As last set, NULL where it was not; the caller frees. */
char *store_get_info(struct store *store, const char *key);
/* 0 where it was not set. */
uint64_t store_get_number(struct store *store, const char *key);

/* --- loading (main thread, blocking, one transaction) --- */

int store_load_begin(struct store *store, struct error *error);
/* Names come each once: the caller removes duplicates.  rank: negative without.
 * suffix: the tail of domain that is its public suffix, or NULL.  stratum: a number of
 * store_load_stratum(), 0 without.  After an error nothing is loaded: close. */
int store_load_name(struct store *store, const char *domain, size_t length, int64_t rank,
                    const char *suffix, uint32_t stratum, struct error *error);
/* A value of the lists' column of strata: each once, numbered from 1. */
void store_load_stratum(struct store *store, uint32_t number, const char *text);
/* In a shard: where the name just loaded stands among all that the lists name, from 1. */
void store_load_position(struct store *store, uint64_t position);
int store_load_reject(struct store *store, const char *list, uint64_t line, const char *text,
                      const char *reason, struct error *error);
int store_load_end(struct store *store, struct error *error); /* commits */

/* --- opt-outs: while the lists are loaded, or before the first question --- */

/* All names that are opted out now, by ascending hashes.  *ret_lost: one that the file has is not
 * among them.  The second adds those that the file does not have. */
int store_lost_opt_out(struct store *store, const int64_t *hashes, size_t count, bool *ret_lost,
                       struct error *error);
int store_add_opt_outs(struct store *store, const int64_t *hashes, size_t count,
                       struct error *error);

/* Takes names that are left and opted out from the lists; *ret_count: how many. */
typedef bool opt_out_fn(void *context, const char *domain, size_t length);
int store_opt_out(struct store *store, opt_out_fn *is_out, void *context, uint64_t *ret_count,
                  struct error *error);

/* --- what is left --- */

uint64_t store_domain_count(const struct store *store);     /* loaded */
uint64_t store_done_count(const struct store *store);       /* rows stored or handed over */
uint64_t store_unanswered_count(const struct store *store); /* of these: mx_outcome `failed` */

struct store_domain {
    uint64_t id;
    struct name name;
};

enum store_next {
    STORE_NEXT,       /* ret is the next domain in visiting order that has no row */
    STORE_NEXT_LATER, /* there may be one, but its name is not read yet: ask again in a while */
    STORE_NEXT_NONE,  /* the end of this pass */
    STORE_NEXT_FAILED /* see store_failed() */
};

/* The first call of this or of store_put_*() starts the threads that write and read, and may
 * wait for the disk; later ones do not. */
enum store_next store_next(struct store *store, struct store_domain *ret);
void store_rewind(struct store *store); /* another pass over what is left */

/* List order without it.  whole: every name for itself, as a random sample needs; else runs of
 * neighbours, by turns: as good for what the run asks of others, and cheaper (ahead.h). */
void store_set_shuffle(struct store *store, uint64_t seed, bool whole);

/* --- rows (main thread, copies, never blocks) ---
 *
 * What is put before a domain's row, since the last store_flush(), is in the same
 * transaction or an earlier one than that row: put a domain's or a host's failures
 * and its row without a flush in between, then no kill can part them.
 */

struct mx_row {
    uint16_t preference;
    uint64_t host;   /* id of the exchange */
    bool is_primary; /* the lowest preference of exchanges other than `.`, and no such */
};

/* An MTA-STS record other than none, and what it led to. */
struct sts_row {
    enum sts_record_outcome record_outcome; /* VALID, MULTIPLE or INVALID */
    const char *record_id;                  /* of a VALID one */
    enum sts_policy_outcome policy_outcome;
    enum sts_detail detail;          /* of one UNAVAILABLE */
    unsigned http_status;            /* 0: none */
    const char *media_type;          /* of the same, octets of any kind; NULL: none */
    const struct sts_policy *policy; /* of one VALID or INVALID, as it was read */
    int64_t fetched_at;              /* of the same */
    const struct sts_match *matches; /* of the same when VALID: of each of the domain's mx */
    enum sts_cname_effect cname_effect;
};

struct domain_row {
    uint64_t id;
    int64_t surveyed_at; /* Unix seconds */
    enum mx_outcome mx_outcome;
    enum null_mx_flaw null_mx_flaw;
    enum failure failure;
    struct ede ede; /* of its lookup, every try and pass; count 0 is NULL */
    enum dnssec dnssec;
    const struct name *alias_target;      /* or NULL */
    uint64_t provider_host;               /* the host whose provider is the domain's: one of mx with
                                             the lowest preference of all but `.`, or the implicit mail
                                             host; 0 without: then its hosts of that preference have
                                             no provider */
    unsigned provider_length;             /* of an implicit mail host: of its provider, the tail of
                                             the domain's name; 0 without */
    int cname_mx_count, unknown_mx_count; /* or UNKNOWN_COUNT */
    enum domain_dane dane;
    bool dane_ready;
    enum sts sts;
    enum tlsrpt tlsrpt;
    const struct sts_row *sts_row; /* or NULL: no record, or its lookup failed */
    int tlsa_failures;             /* or UNKNOWN_COUNT */
    uint32_t mx_ttl;               /* seconds, where mx_count is over 0 */
    int mx_count;                  /* or UNKNOWN_COUNT; mx has this many unless UNKNOWN */
    const struct mx_row *mx;       /* a pair that comes again is stored once */
};

struct address_row {
    uint8_t family; /* 4 or 6 */
    bool special;
    uint8_t octets[16];
};

struct tlsa_row {
    struct tlsa_record record;
    bool usable;             /* by itself */
    enum tlsa_reason reason; /* why not; TLSA_USABLE also in an insecure answer */
    const char *known_key;   /* name, or NULL */
    enum key_status key_status;
};

struct host_row {
    uint64_t id;
    const struct name *name;
    const char *provider; /* registrable domain, or NULL */
    enum exchange_class class;
    bool resolved;       /* a row of the view hosts; false: only named (null, address, localhost, or
                            excluded): all below is then unused */
    bool hidden;         /* resolved, but not known to be a mail host: no row of the views until
                            store_show_host() */
    int64_t resolved_at; /* Unix seconds */
    enum outcome address_outcome;
    enum failure failure;
    struct ede ede;
    int ipv4_count, ipv6_count, special_count; /* or UNKNOWN_COUNT */
    enum dnssec dnssec;
    enum alias alias;
    enum dnssec alias_dnssec;
    enum alias_problem alias_problem;
    unsigned hop_count; /* 0 without alias */
    const struct hop *hops;
    const char *alias_provider; /* registrable domain of the last target, or NULL */
    unsigned address_count;
    const struct address_row *addresses; /* one that comes again is stored once */
    enum dane dane, dane_exim;
    enum outcome tlsa_outcome; /* UNKNOWN: not asked; all below is then unused */
    unsigned tlsa_hop;         /* the base domain: 0 the host, else the target of this hop */
    enum dnssec tlsa_dnssec;
    int tlsa_count, tlsa_usable_count; /* or UNKNOWN_COUNT; tlsa has tlsa_count unless UNKNOWN */
    const struct tlsa_row *tlsa;       /* different ones */
};

struct failure_row {
    enum lookup_kind kind;
    const struct name *name;
    struct lookup_answer lookup;
};

/* A host's row goes before the rows of the domains that name it. */
void store_put_host(struct store *store, const struct host_row *row);
void store_show_host(struct store *store, uint64_t id); /* of a hidden one */
void store_put_failure(struct store *store, const struct failure_row *row);
void store_put_domain(struct store *store, const struct domain_row *row);

/* Lookups of a domain; numbers of schema/tables.sql. */
enum deferred_lookup {
    DEFERRED_MX,
    DEFERRED_STS,    /* its MTA-STS record */
    DEFERRED_TLSRPT, /* its TLSRPT record */
    DEFERRED_POLICY, /* the addresses of its policy host */
};

/* What a lookup of a domain without a row came with; the domain comes again in the next pass, or
 * when the run is continued. */
void store_defer_ede(struct store *store, uint64_t id, enum deferred_lookup lookup,
                     const struct ede *ede);
/* Adds it to what the lookup comes with now. */
void store_add_deferred_ede(const struct store *store, uint64_t id, enum deferred_lookup lookup,
                            struct ede *ede);

/* EDE codes received with a host's questions, good answers or bad, at every attempt. */
struct host_codes {
    struct ede address, alias, tlsa; /* of A and AAAA; CNAME and DNAME; TLSA */
};
/* The same of a host without a row, all its codes so far. */
void store_defer_host(struct store *store, const struct name *name, const struct host_codes *codes);

/* true while the writer is so far behind that no new work should be started */
bool store_busy(const struct store *store);

/* How far the writer is behind: batches handed over and not yet in the file, rows of the
 * batch that is being filled. */
struct store_queue {
    unsigned batches;
    uint64_t rows;
};
void store_queue(const struct store *store, struct store_queue *ret);

/* Hands the batch over even if it is small (call it every second or so). */
void store_flush(struct store *store);

/* The writer's error (disk full, ...), once it met one: no row after it is kept,
 * everything before is.  false while all is well.  error may be NULL. */
bool store_failed(struct store *store, struct error *error);

/* Longest time any store_* call of the loop took, in microseconds: of those that do
 * more than copy (reading names ahead, handing a batch over). */
uint64_t store_longest_call_us(const struct store *store);

/* --- hosts known from an earlier part of the run --- */

uint64_t store_next_host_id(struct store *store);
struct known_host {
    uint64_t id;
    struct name name;
    enum exchange_class class;
    bool resolved;
    enum outcome address_outcome;
    enum alias alias;
    enum dane dane;
    enum failure failure;
    struct ede ede;
    bool hidden;
    bool aliased; /* alias_target is set: the last name of its chain */
    struct name alias_target;
};
/* Calls for every stored host; stops at non-zero and returns it; -1 on error.
 * Before the first store_next() or store_put_*(). */
int store_each_host(struct store *store, int (*each)(void *context, const struct known_host *host),
                    void *context, struct error *error);
/* The same for every host that store_defer_host() was told of, until the run is finished. */
int store_each_deferred_host(struct store *store,
                             int (*each)(void *context, const struct name *name,
                                         const struct host_codes *codes),
                             void *context, struct error *error);

/* --- the end --- */

/* Borrowed until the store is closed. */
void store_set_voice(struct store *store, const struct store_voice *voice);

enum store_end {
    STORE_ENDED,
    STORE_STOPPED,      /* asked to, before it was finished; all before is kept */
    STORE_FAILED = -1,  /* error says how; what was committed stays, and can be gone on with */
    STORE_DAMAGED = -2, /* error says how; the same command would meet it again */
};

/* Waits for the writer, writes the state (`finished` also builds the indexes), and leaves one file
 * without side files.  Where another program has a finished survey open, they go when it ends;
 * where it has a transaction open, this waits and says so, and in the end STORE_FAILED.  Frees
 * store.  A file that was only looked at is left as it is. */
enum store_end store_close(struct store *store, bool finished, struct error *error);

#endif
