/* What is shown: populations with the coverage and the width that a reference measured. */
#include "coverage.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* m, mu, rho */
#define SHARE(text, drawer, ...) .name = text, .trial = trial_share, .draw = drawer, __VA_ARGS__

static const struct row SHARES[] = {
    {SHARE("Zipf 30, .1, .1", draw_zipf, .m = 30, .mu = .1, .rho = .1), .given_coverage = 96.8,
     .given_width = .0202},
    {SHARE("Zipf 100, .003, .1", draw_zipf, .m = 100, .mu = .003, .rho = .1),
     .given_coverage = 99.6, .given_width = .0052},
    {SHARE("Zipf 100, .003, .3", draw_zipf, .m = 100, .mu = .003, .rho = .3),
     .given_coverage = 99.9, .given_width = .0179},
    {SHARE("Zipf 300, .003, .1", draw_zipf, .m = 300, .mu = .003, .rho = .1),
     .given_coverage = 96.9, .given_width = .0031},
    {SHARE("Zipf 300, .003, .3", draw_zipf, .m = 300, .mu = .003, .rho = .3),
     .given_coverage = 96.8, .given_width = .0068},
    {SHARE("Zipf 1000, .003, .1", draw_zipf, .m = 1000, .mu = .003, .rho = .1),
     .given_coverage = 98.8, .given_width = .0026},
    {SHARE("Zipf 1000, .1, .1", draw_zipf, .m = 1000, .mu = .1, .rho = .1), .given_coverage = 96.1,
     .given_width = .0139},
    {SHARE("equal 100,90, .003, .1", draw_equal, .m = 100, .b = 90, .mu = .003, .rho = .1),
     .given_coverage = 96.9, .given_width = .0096},
    {SHARE("equal 1000,20, .003, .1", draw_equal, .m = 1000, .b = 20, .mu = .003, .rho = .1),
     .given_coverage = 95.9, .given_width = .0028},
    {SHARE("drawn 1000, .05, .3", draw_sizes, .m = 1000, .mu = .05, .rho = .3),
     .given_coverage = 98.6, .given_width = .0256},
    {SHARE("rising 1000, .003, .1", draw_rising, .m = 1000, .mu = .003, .rho = .1),
     .given_coverage = 94.8, .given_width = .0016},
    {SHARE("Internet 200,000, .02, .012", draw_internet, .m = 200000, .a = .02, .b = .012),
     .given_coverage = 100, .given_width = .0049},
    {SHARE("the same, the fourth has it whole", draw_internet, .m = 200000, .a = .02, .b = .012,
           .fraction = 1),
     .given_coverage = 100, .given_width = .0049},
    {SHARE("Internet 200,000, .2, .1", draw_internet, .m = 200000, .a = .2, .b = .1),
     .given_coverage = 97.6, .given_width = .0146},
    {SHARE("List 2,000, .01, .1", draw_list, .m = 2000, .mu = .01, .rho = .1),
     .given_coverage = 99.9, .given_width = .0210},
    {SHARE("List 10,000, .05, .5", draw_list, .m = 10000, .mu = .05, .rho = .5),
     .given_coverage = 99.2, .given_width = .0150},
    {SHARE("Between 10,000", draw_between, .m = 10000, .mu = .003, .rho = .02),
     .given_coverage = 97.4, .given_width = .0060},
};

#define SAMPLE(text, size, part)                                                                   \
    {                                                                                              \
        .name = text, .trial = trial_sample, .m = size, .mu = .003, .fraction = part               \
    }
#define RECORDS(text, part)                                                                        \
    {                                                                                              \
        .name = text, .trial = trial_records, .m = 20000, .mu = .02, .fraction = part              \
    }

static const struct row SAMPLES[] = {
    SAMPLE("10 % of 10,000 names", 10000, .1),
    SAMPLE("50 % of 10,000 names", 10000, .5),
    SAMPLE("90 % of 10,000 names", 10000, .9),
    SAMPLE("10 % of 100,000 names", 100000, .1),
    SAMPLE("50 % of 100,000 names", 100000, .5),
    SAMPLE("90 % of 100,000 names", 100000, .9),
    RECORDS("MX records, 5 % of 20,000 domains", .05),
    RECORDS("MX records, 25 % of 20,000 domains", .25),
};

#define DIFFERENCE(text, size, one, other)                                                         \
    {                                                                                              \
        .name = text, .trial = trial_difference, .draw = draw_zipf, .m = size, .mu = one,          \
        .b = other, .rho = .1                                                                      \
    }

static const struct row DIFFERENCES[] = {
    DIFFERENCE("Zipf 100, .01 - .003", 100, .01, .003),
    DIFFERENCE("Zipf 300, .003 - .003", 300, .003, .003),
    DIFFERENCE("Zipf 1000, .1 - .003", 1000, .1, .003),
};

static const struct row WEIGHTS[] = {
    {.name = "Zipf 300, .01, .1, three zones 1, 4, 10",
     .trial = trial_strata,
     .m = 300,
     .mu = .01,
     .rho = .1},
    {.name = "Zipf 300, .01, .1, 300 zones",
     .trial = trial_zones,
     .m = 300,
     .mu = .01,
     .rho = .1,
     .a = 300},
    {.name = "Zipf 300, .01, .1, 1,000 zones",
     .trial = trial_zones,
     .m = 300,
     .mu = .01,
     .rho = .1,
     .a = 1000},
};

#define STRATA(text, which, records)                                                               \
    {                                                                                              \
        .name = text, .trial = trial_drawn_strata, .a = which, .fraction = .42, .b = records       \
    }
/* All units of small strata that were drawn whole, often none of a large one */
#define BESIDE(text, small, large, ...)                                                            \
    {                                                                                              \
        .name = text, .trial = trial_drawn_strata, .a = STRATA_BESIDE, .fraction = 1, .b = 1,      \
        .rho = small, .m = large, .mu = __VA_ARGS__                                                \
    }

static const struct row STRATA_ROWS[] = {
    STRATA("three, in proportion", STRATA_PROPORTIONAL, 1),
    STRATA("the same, of .001, .05, .2", STRATA_DIFFERENT, 1),
    STRATA("2,000 of 500,000, 30,000, 10,000", STRATA_EQUAL, 1),
    STRATA("500, 2,000, 2,500 of these", STRATA_SMALL_RICH, 1),
    STRATA("200, 4,800 of 50,000 with .5, .001", STRATA_LARGE_VARIES, 1),
    STRATA("50 % of each", STRATA_HALF, 1),
    STRATA("90 % of each", STRATA_MOST, 1),
    STRATA("all of two small ones", STRATA_WHOLE, 1),
    STRATA("five of each of 200", STRATA_MANY, 1),
    STRATA("MX records, three each, in proportion", STRATA_DIFFERENT, 3),
    BESIDE("400 drawn with .3, half a unit beside", .3, .5, .3),
    BESIDE("the same, one with .3", .3, 1, .3),
    BESIDE("the same, two that have it", .3, 2, 1),
    BESIDE("the same, three that have it not", .3, 3, 0),
    BESIDE("400 without it, two with .3 beside", 0, 2, .3),
    BESIDE("the same, five with .3", 0, 5, .3),
    BESIDE("400 that all have it, two with .3 beside", 1, 2, .3),
};

/* Few units of a large stratum, of another kind than the many known: where one is drawn by chance
 */
static const struct row STRATA_LIMITS[] = {
    BESIDE("400 with .3, four that have it beside", .3, 4, 1, .limit = true),
    BESIDE("400 without it, a tenth of a unit with it", 0, .1, 1, .limit = true),
};

static const struct row CHANGES[] = {
    {.name = "Zipf 300, each unit .005", .trial = trial_units_churn, .m = 300, .mu = .005},
    {.name = "Zipf 300, each operator .1", .trial = trial_operators_churn, .m = 300, .mu = .1},
    {.name = "Zipf 1000, each operator .05", .trial = trial_operators_churn, .m = 1000, .mu = .05},
    {.name = "Zipf 300, to 30 new operators", .trial = trial_operators_move, .m = 300},
};

#define HIDDEN(text, what)                                                                         \
    {                                                                                              \
        SHARE(text, draw_hidden, .m = 200000, .a = .02, .b = .012, .known = what), .limit = true   \
    }

static const struct row LIMITS[] = {
    {.name = "change one way, Zipf 300, .03",
     .trial = trial_one_sided,
     .m = 300,
     .mu = .03,
     .limit = true},
    {.name = "change one way, Zipf 1000, .03",
     .trial = trial_one_sided,
     .m = 1000,
     .mu = .03,
     .limit = true},
    HIDDEN("hidden hosters, nothing known", KNOWN_NONE),
    HIDDEN("the same, known by alias targets", KNOWN_BY_ALIAS),
    HIDDEN("the same, by the operator map", KNOWN_ALL),
};

const struct table COVERAGE_TABLES[] = {
    {"cluster95: other lists like it", SHARES, COUNT(SHARES), false},
    {"sample95: the list's own share", SAMPLES, COUNT(SAMPLES), false},
    {"signed against unsigned", DIFFERENCES, COUNT(DIFFERENCES), false},
    {"weighed by zones", WEIGHTS, COUNT(WEIGHTS), false},
    {"change of the same units, none systematic", CHANGES, COUNT(CHANGES), true},
    {"known limits: nothing is promised", LIMITS, COUNT(LIMITS), false},
    {"sample95: names drawn from strata", STRATA_ROWS, COUNT(STRATA_ROWS), false},
    {"the same: nothing is promised", STRATA_LIMITS, COUNT(STRATA_LIMITS), false},
};
const size_t COVERAGE_TABLE_COUNT = COUNT(COVERAGE_TABLES);
