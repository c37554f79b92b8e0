/* The first lines of a report are few, whatever they have to say: at most 25 of 78 columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/document/output.h"
#include "analysis/report/content.h"

enum {
    LINES_MAX = 25,
    COLUMNS_MAX = 78,
    INFOS = 8
};

#define LONG_NAME                                                                                  \
    "a-name-of-a-list-that-nobody-would-give-to-a-file-but-some-program-of-yesterday-did"
#define HOSTILE                                                                                    \
    "\x1b[31m\xe2\x80\xae\xf3\xa0\x81\x81\xf3\xa0\x81\x81\xf3\xa0\x81\x81 rtl \xc3\xa4\xc3\xb6"

/* What may be there or not, as bits of a number */
enum {
    UNANSWERED = 1 << 0, /* half of the domains */
    UNFINISHED = 1 << 1,
    NOT_BELIEVED = 1 << 2,
    UNTOLD = 1 << 3, /* other lists: too few */
    STRATA = 1 << 4,
    LONG_NAMES = 1 << 5,
    WIDE = 1 << 6,      /* numbers, and their decimals */
    OF_SHARDS = 1 << 7, /* and of several lists */
    COMBINATIONS = 1 << 8
};

static void add_info(struct report *report, const char *key, const char *value)
{
    assert_true(report->info_count < INFOS);
    report->info[report->info_count++] = (struct info){(char *)key, (char *)value};
}

static void set_infos(struct report *report, unsigned bits)
{
    const char *name =
        (bits & LONG_NAMES) != 0 ? (bits & WIDE) != 0 ? LONG_NAME : HOSTILE HOSTILE : "names.csv";
    add_info(report, "list.1.path", name);
    add_info(report, "list.1.sha256",
             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    add_info(report, "started_at", "1606158365");
    add_info(report, "ended_at", (bits & WIDE) != 0 ? "1616158365" : "1606158366");
    add_info(report, "resolver", (bits & LONG_NAMES) != 0 ? name : "private Unbound");
    add_info(report, "resolver_validates", (bits & NOT_BELIEVED) != 0 ? "not always" : "yes");
    if ((bits & LONG_NAMES) != 0)
        add_info(report, "place", name);
    if ((bits & OF_SHARDS) != 0)
        add_info(report, "list.2.path", name);
}

static void set_estimate(struct estimate *estimate, unsigned bits, bool is_sample)
{
    bool wide = (bits & WIDE) != 0;
    estimate->cluster = (struct cluster_share){
        .reason = CLUSTER_NO_REASON,
        .clusters = 40,
        .of = wide ? 14552195 : 586,
        .count = wide ? 14552190 : 230,
        .share = wide ? 0.999999 : 0.39,
        .rarer_clusters = 5,
        .cluster95 = {wide ? 0.9912345 : 0.31, wide ? 0.9999996 : 0.45},
        .reliability = (bits & UNTOLD) != 0 ? RELIABILITY_FEW : RELIABILITY_OK,
    };
    estimate->wilson95 = (struct interval){wide ? 0.9999991 : 0.35, wide ? 0.9999997 : 0.43};
    estimate->unanswered = wide ? 12345678 : 85;
    estimate->sample_reason = is_sample ? SAMPLE_NO_REASON : SAMPLE_DESIGN;
    estimate->sample95 = estimate->wilson95;
}

static void fill(struct report *report, enum design_kind kind, unsigned bits)
{
    uint64_t surveyed = (bits & WIDE) != 0 ? 14552195 : 800;
    report->top = TOP_DEFAULT;
    report->finished = (bits & UNFINISHED) == 0;
    report->surveyed = surveyed;
    report->listed = report->left = (struct known_count){true, 2 * surveyed};
    report->mx_outcomes[MX_OUTCOME_FAILED] = (bits & UNANSWERED) != 0 ? surveyed / 2 : 0;
    report->design = (struct design){
        .kind = kind, .surveyed = surveyed, .has_population = true, .population = 10 * surveyed};
    if ((bits & STRATA) != 0)
        report->strata =
            (struct strata_cover){.strata = (bits & WIDE) != 0 ? 10000 : 3, .covered = 0.987};
    for (int id = 0; id < ESTIMATE_COUNT; id++)
        set_estimate(&report->estimates[id], bits, kind == DESIGN_SAMPLE);
    set_infos(report, bits);
}

/* Lines of the first lines as text; all fit */
static unsigned lines_of(const struct report *report, char **ret)
{
    size_t length;
    FILE *out = open_memstream(ret, &length);
    const struct report_output output = {.out = out, .format = REPORT_TEXT};
    struct error error;
    unsigned lines = 0;
    assert_int_equal(document_print(report_document(report, true), &output, &error), 0);
    assert_int_equal(fclose(out), 0);
    for (const char *at = *ret; *at != '\0'; lines++) {
        size_t columns = 0;
        for (; *at != '\n'; at++)
            columns += ((unsigned char)*at & 0xc0) != 0x80;
        assert_true(columns <= COLUMNS_MAX);
        at++;
    }
    return lines;
}

static void every_case(void **state)
{
    unsigned most = 0;
    (void)state;
    for (int kind = DESIGN_PARTIAL; kind <= DESIGN_FIRST; kind++) {
        for (unsigned bits = 0; bits < COMBINATIONS; bits++) {
            struct info infos[INFOS];
            struct report report = {.info = infos};
            char *text;
            if ((kind != DESIGN_PARTIAL && (bits & UNFINISHED) != 0) ||
                (kind != DESIGN_SAMPLE && (bits & STRATA) != 0))
                continue;
            fill(&report, (enum design_kind)kind, bits);
            unsigned lines = lines_of(&report, &text);
            if (lines > most && (most = lines) > LINES_MAX)
                print_error("kind %d, bits %x, %u lines:\n%s\n", kind, bits, lines, text);
            free(text);
        }
    }
    assert_in_range(most, 15, LINES_MAX);
}

static void nothing_surveyed(void **state)
{
    struct info infos[INFOS];
    struct report report = {.info = infos, .top = TOP_DEFAULT};
    char *text;
    (void)state;
    assert_in_range(lines_of(&report, &text), 8, LINES_MAX);
    assert_non_null(strstr(text, "No domain has been surveyed"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case),
        cmocka_unit_test(nothing_surveyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
