#include "crawler/survey/jobs/setbacks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum {
    MANY = 10000
};

static void each_domain_has_its_own(void **state)
{
    struct setbacks setbacks;
    (void)state;
    setbacks_init(&setbacks);
    assert_int_equal(setbacks_of(&setbacks, 1), 0);
    for (uint64_t id = 1; id <= MANY; id++)
        setbacks_add(&setbacks, id, id % (1U << SETBACK_KINDS));
    for (uint64_t id = 1; id <= MANY; id++)
        assert_int_equal(setbacks_of(&setbacks, id), id % (1U << SETBACK_KINDS));
    assert_int_equal(setbacks_of(&setbacks, MANY + 1), 0);
    setbacks_done(&setbacks);
}

static void lookups_come_to_those_before(void **state)
{
    static const uint64_t last = UINT64_MAX >> SETBACK_KINDS;
    struct setbacks setbacks;
    (void)state;
    setbacks_init(&setbacks);
    setbacks_add(&setbacks, last, 1);
    setbacks_add(&setbacks, last, 4);
    setbacks_add(&setbacks, last, 0);
    setbacks_add(&setbacks, last - 1, 0);
    assert_int_equal(setbacks_of(&setbacks, last), 5);
    assert_int_equal(setbacks_of(&setbacks, last - 1), 0);
    assert_int_equal(setbacks.buckets.entry_count, 1); /* none of one without a failure */
    setbacks_done(&setbacks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_domain_has_its_own),
        cmocka_unit_test(lookups_come_to_those_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
