/* store_alone.c - what the survey's file costs alone: the names of population.c are loaded, handed
 * out in the order of a long list, their rows written, the indexes built.  No question is asked.
 * What making the names takes is measured first, and taken from the sum.
 *
 *     store-alone N FILE
 */
#include "population.h"

#include "crawler/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    PAUSE_US = 2000, /* a batch takes the writer 20 times as long */
};

struct bench {
    struct store *store;
    uint64_t tail[TAIL_HOSTS], provider[PROVIDER_HOSTS]; /* ids of their hosts, 0: not met */
    uint64_t any;
    double wall, cpu; /* at the end of the last phase */
};

static void fail(const char *text)
{
    fprintf(stderr, "store-alone: %s\n", text);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void end_phase(struct bench *bench, const char *phase)
{
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (phase != NULL)
        printf("%-8s %8.2f s, CPU %8.2f s\n", phase, wall - bench->wall, cpu - bench->cpu);
    bench->wall = wall;
    bench->cpu = cpu;
}

/* As often as loading and writing do it. */
static void make_names(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char text[NAME_TEXT_ROOM];
        struct domain domain;
        population_domain(text, population_name(i, text), &domain);
    }
}

static void load(struct bench *bench, uint32_t count)
{
    struct error error;
    if (store_load_begin(bench->store, &error) != 0)
        fail(error.text);
    for (uint32_t i = 0; i < count; i++) {
        char text[NAME_TEXT_ROOM];
        size_t length = population_name(i, text);
        if (store_load_name(bench->store, text, length, -1, strrchr(text, '.') + 1, 0, &error) != 0)
            fail(error.text);
    }
    if (store_load_end(bench->store, &error) != 0)
        fail(error.text);
}

static uint64_t put_host(struct bench *bench, const char *text)
{
    static const struct address_row address = {.family = 4, .octets = {198, 18, 0, 1}};
    struct name name;
    if (!name_from_text(text, strlen(text), &name))
        fail(text);
    struct host_row row = {
        .id = store_next_host_id(bench->store),
        .name = &name,
        .provider = strchr(text, '.') + 1,
        .class = EXCHANGE_HOST,
        .resolved = true,
        .address_outcome = OUTCOME_ANSWER,
        .ipv4_count = 1,
        .special_count = 1,
        .dnssec = DNSSEC_INSECURE,
        .alias = ALIAS_NONE,
        .dane = DANE_INSECURE,
        .dane_exim = DANE_INSECURE,
        .address_count = 1,
        .addresses = &address,
    };
    store_put_host(bench->store, &row);
    return row.id;
}

static uint64_t host_of(struct bench *bench, const struct exchange *record)
{
    uint64_t *known = record->tail >= 0       ? &bench->tail[record->tail]
                      : record->provider >= 0 ? &bench->provider[record->provider]
                                              : NULL;
    if (record->listed) /* there is no table of hosts here: any will do */
        return bench->any;
    if (known == NULL)
        return put_host(bench, record->text);
    if (*known == 0)
        *known = put_host(bench, record->text);
    return *known;
}

static void put_domain(struct bench *bench, const struct store_domain *listed)
{
    static const enum mx_outcome outcomes[KIND_COUNT] = {MX_OUTCOME_MX, MX_OUTCOME_IMPLICIT_MX,
                                                         MX_OUTCOME_NO_SERVICE, MX_OUTCOME_NXDOMAIN,
                                                         MX_OUTCOME_NO_SERVICE};
    char text[NAME_TEXT_MAX];
    struct domain domain;
    struct mx_row mx[RECORDS_MAX] = {0};
    population_domain(text, name_to_text(&listed->name, text), &domain);
    struct domain_row row = {
        .id = listed->id,
        .surveyed_at = time(NULL),
        .mx_outcome = outcomes[domain.kind],
        .dnssec = DNSSEC_INSECURE,
        .mx_count = (int)domain.record_count,
        .mx = mx,
    };
    for (unsigned i = 0; i < domain.record_count; i++) {
        mx[i].preference = domain.records[i].preference;
        mx[i].host = host_of(bench, &domain.records[i]);
    }
    if (domain.kind == KIND_MX)
        row.provider_host = mx[0].host;
    if (domain.kind == KIND_IMPLICIT)
        row.provider_host = put_host(bench, text);
    if (row.provider_host != 0)
        row.dane = DOMAIN_DANE_INSECURE;
    store_put_domain(bench->store, &row);
}

static void write_rows(struct bench *bench)
{
    struct store_domain domain;
    enum store_next next;
    bench->any = put_host(bench, "mx.example.org");
    while ((next = store_next(bench->store, &domain)) != STORE_NEXT_NONE) {
        if (next == STORE_NEXT)
            put_domain(bench, &domain);
        while (next == STORE_NEXT_LATER || store_busy(bench->store)) {
            usleep(PAUSE_US);
            next = STORE_NEXT;
        }
    }
    store_flush(bench->store);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    enum store_state state;
    struct error error;
    unsigned long count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    if (count == 0 || count > 1 << 30) {
        fprintf(stderr, "usage: store-alone N FILE (N up to 2^30)\n");
        return 2;
    }
    if (store_open(argv[2], &bench.store, &state, &error) != 0)
        fail(error.text);
    if (state != STORE_NEW)
        fail("the file is there already");
    end_phase(&bench, NULL);
    double begin = bench.cpu;
    make_names((uint32_t)count);
    end_phase(&bench, "names");
    double names = bench.cpu - begin;
    load(&bench, (uint32_t)count);
    end_phase(&bench, "loading");
    store_set_shuffle(bench.store, 1, false);
    write_rows(&bench);
    end_phase(&bench, "writing");
    if (store_close(bench.store, true, &error) != STORE_ENDED)
        fail(error.text);
    end_phase(&bench, "ending");
    printf("CPU in all, without making the names, %.2f s\n", bench.cpu - begin - 2 * names);
    return 0;
}
