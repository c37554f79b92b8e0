/* host_cases.h - what hosts' questions would be answered, and what must have been
 * asked and judged. */
#ifndef MXSURVEY_TESTS_HOST_CASES_H
#define MXSURVEY_TESTS_HOST_CASES_H

#include "crawler/core/host_rules.h"

/* A case: `world` has an answer for each question, separated by " | ":
 *   QUESTION = OUTCOME [ad] [chain NAME>NAME..] [dname OWNER] [loop] [multiple]
 *              [addresses N] [special N] [ede N] [tlsa N] [usable N]
 * or `excluded`: it may not be asked.
 * `TLSA h` is the question at `_25._tcp.h`; one that this world does not have is
 * securely denied, so that cases about other things need not say it, but is among
 * the asked.  `verdict` is what host_judge() must say, `asked` the questions in order. */
struct rule_case {
    const char *title, *world, *asked, *verdict;
};

static const struct rule_case cases[] = {
    {"a plain host, insecure", "A h = answer addresses 1 | AAAA h = nodata", "A h, AAAA h",
     "answer 1/0/0 insecure alias=none dane=insecure"},
    {"a plain host, secure",
     "A h = answer ad addresses 2 | AAAA h = answer ad addresses 1 special 1",
     "A h, AAAA h, TLSA h", "answer 2/1/1 secure alias=none dane=none tlsa=nodata@h/secure/0/0"},
    {"a secure address and an insecure denial: the answers that gave an address count",
     "A h = answer ad addresses 1 | AAAA h = nodata", "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=none tlsa=nodata@h/secure/0/0"},
    {"one address answer insecure", "A h = answer ad addresses 1 | AAAA h = answer addresses 1",
     "A h, AAAA h", "answer 1/1/0 insecure alias=none dane=insecure"},
    {"secure denials", "A h = nxdomain ad | AAAA h = nxdomain ad", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=none dane=unreachable"},
    {"one denial insecure", "A h = nodata ad | AAAA h = nodata", "A h, AAAA h",
     "nodata 0/0/0 insecure alias=none dane=unreachable"},
    {"one family says NXDOMAIN", "A h = nxdomain | AAAA h = nodata", "A h, AAAA h",
     "nxdomain 0/0/0 insecure alias=none dane=unreachable"},
    {"AAAA fails beside an answer: still an answer, the failure is kept",
     "A h = answer ad addresses 1 | AAAA h = servfail ede 22", "A h, AAAA h, TLSA h",
     "answer 1/-/0 secure alias=none failure=servfail ede=22 dane=none tlsa=nodata@h/secure/0/0 "
     "incomplete"},
    {"A fails, AAAA has none: failed", "A h = timeout | AAAA h = nodata ad", "A h, AAAA h",
     "failed -/0/0 indeterminate alias=none failure=timeout dane=failed incomplete"},
    {"bogus addresses, and a CNAME question that shows no alias",
     "A h = bogus ede 6 | AAAA h = bogus | CNAME h = nodata ad", "A h, AAAA h, CNAME h",
     "failed -/-/- bogus alias=none failure=bogus ede=6 dane=failed incomplete"},
    {"everything fails: the alias is not known",
     "A h = servfail | AAAA h = servfail | CNAME h = servfail", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=NULL failure=servfail alias_failure=servfail dane=failed "
     "incomplete"},
    {"an alias, secure throughout: no further question",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"a secure answer that does not show the alias says nothing of it",
     "A h = answer chain t addresses 1 | AAAA h = nodata ad | CNAME h = answer chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure"},
    {"an insecure answer: the alias is asked for itself (RFC 7672 s2.1.3)",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t",
     "A h, AAAA h, CNAME h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "exim=insecure "
     "tlsa=nodata@h/secure/0/0"},
    {"insecure alias",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure"},
    {"only the AAAA answer is secure: it vouches for the alias too",
     "A h = servfail | AAAA h = answer ad chain t addresses 1", "A h, AAAA h, TLSA t, TLSA h",
     "answer -/1/0 secure alias=cname hops=1 target=t alias_dnssec=secure failure=servfail "
     "dane=none tlsa=nodata@h/secure/0/0 incomplete"},
    {"a bogus CNAME question",
     "A h = answer chain t addresses 1 | AAAA h = answer chain t addresses 1 | CNAME h = bogus",
     "A h, AAAA h, CNAME h",
     "answer 1/1/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate "
     "alias_failure=bogus "
     "dane=failed exim=insecure incomplete"},
    {"dangling: NXDOMAIN with the CNAME (RFC 6604)",
     "A h = nxdomain ad chain t | AAAA h = nxdomain ad chain t", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=dangling "
     "dane=unreachable"},
    {"an alias to a name without addresses is no problem of the alias",
     "A h = nodata ad chain t | AAAA h = nodata ad chain t", "A h, AAAA h",
     "nodata 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=unreachable"},
    {"a DNAME is asked for at its owner",
     "A h = answer chain t dname d addresses 1 | AAAA h = nodata chain t dname d | DNAME d = "
     "answer ad",
     "A h, AAAA h, DNAME d, TLSA h",
     "answer 1/0/0 insecure alias=dname hops=1 target=t alias_dnssec=secure dane=none "
     "exim=insecure "
     "tlsa=nodata@h/secure/0/0"},
    {"a self-loop, seen by walking",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain h", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=cname hops=1 target=h alias_dnssec=insecure problem=loop "
     "failure=servfail dane=failed incomplete"},
    {"a loop entered after one step: the closing record counts",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = answer chain b "
     "| CNAME b = answer chain a",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b",
     "failed -/-/- indeterminate alias=cname hops=3 target=a alias_dnssec=secure problem=loop "
     "failure=servfail dane=failed incomplete"},
    {"a walk that fails half way",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = servfail",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=secure failure=servfail "
     "alias_failure=servfail dane=failed incomplete"},
    {"a short chain to a lame name is not asked again",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain a | CNAME a = nodata",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=insecure "
     "failure=servfail dane=failed incomplete"},
    {"a walk that ends at a name that is not there",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain a | CNAME a = nxdomain",
     "A h, AAAA h, CNAME h, CNAME a",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=insecure "
     "problem=dangling failure=servfail dane=failed incomplete"},
    {"a walk of eight is not asked again",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain b | CNAME b = answer chain c | "
     "CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = answer chain f | CNAME f = "
     "answer chain g | CNAME g = answer chain i | CNAME i = answer chain j | CNAME j = nodata",
     "A h, AAAA h, CNAME h, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME i, CNAME j",
     "failed -/-/- indeterminate alias=cname hops=8 target=j alias_dnssec=insecure "
     "failure=servfail dane=failed incomplete"},
    {"nor is a long one that closes a loop",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain b | CNAME b = answer chain c | "
     "CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = answer chain f | CNAME f = "
     "answer chain g | CNAME g = answer chain i | CNAME i = answer chain j | CNAME j = answer "
     "chain k | CNAME k = answer chain l | CNAME l = answer chain b",
     "A h, AAAA h, CNAME h, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME i, CNAME "
     "j, CNAME k, CNAME l",
     "failed -/-/- indeterminate alias=cname hops=11 target=b alias_dnssec=insecure problem=loop "
     "failure=servfail dane=failed incomplete"},
    {"a loop that closes behind its beginning",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain a | CNAME a = answer chain b | "
     "CNAME b = answer chain c | CNAME c = answer chain b",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b, CNAME c",
     "failed -/-/- indeterminate alias=cname hops=4 target=b alias_dnssec=insecure problem=loop "
     "failure=servfail dane=failed incomplete"},
    {"a walk over a DNAME: only the record at its owner tells its security",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain t dname sub | CNAME t = nodata | "
     "DNAME sub = answer ad",
     "A h, AAAA h, CNAME h, CNAME t, DNAME sub",
     "failed -/-/- indeterminate alias=dname hops=1 target=t alias_dnssec=secure failure=servfail "
     "dane=failed incomplete"},
    {"... unless the answer was secure",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain t dname sub | CNAME t = "
     "nodata",
     "A h, AAAA h, CNAME h, CNAME t",
     "failed -/-/- indeterminate alias=dname hops=1 target=t alias_dnssec=secure failure=servfail "
     "dane=failed incomplete"},
    {"an answer without an alias record shows none",
     "A h = servfail | AAAA h = servfail | CNAME h = answer", "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=none failure=servfail dane=failed incomplete"},
    {"two CNAMEs at a name of the walk",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain a multiple | CNAME a = answer "
     "chain b | CNAME b = nodata",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b",
     "failed -/-/- indeterminate alias=cname hops=2 target=b alias_dnssec=insecure "
     "problem=multiple failure=servfail dane=failed incomplete"},
    {"an answer whose alias record is behind too many others shows no other target",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad",
     "A h, AAAA h, CNAME h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "exim=insecure tlsa=nodata@h/secure/0/0"},
    {"a walk of seventeen hops is too long, and over",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain b | CNAME b = answer chain c | "
     "CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = answer chain f | CNAME f = "
     "answer chain g | CNAME g = answer chain i | CNAME i = answer chain j | CNAME j = answer "
     "chain k | CNAME k = answer chain l | CNAME l = answer chain m | CNAME m = answer chain n | "
     "CNAME n = answer chain o | CNAME o = answer chain p | CNAME p = answer chain q | CNAME q = "
     "answer chain r | CNAME r = answer chain s",
     "A h, AAAA h, CNAME h, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME i, CNAME "
     "j, CNAME k, CNAME l, CNAME m, CNAME n, CNAME o, CNAME p, CNAME q, CNAME r",
     "failed -/-/- indeterminate alias=cname hops=17 target=s alias_dnssec=insecure "
     "problem=too_long failure=servfail dane=failed incomplete"},
    {"one of sixteen is not: the addresses are asked again",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain b | CNAME b = answer chain c | "
     "CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = answer chain f | CNAME f = "
     "answer chain g | CNAME g = answer chain i | CNAME i = answer chain j | CNAME j = answer "
     "chain k | CNAME k = answer chain l | CNAME l = answer chain m | CNAME m = answer chain n | "
     "CNAME n = answer chain o | CNAME o = answer chain p | CNAME p = answer chain q | CNAME q = "
     "answer chain r | CNAME r = nodata | A2 h = answer addresses 1 chain "
     "b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r | AAAA2 h = nodata chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r",
     "A h, AAAA h, CNAME h, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME i, CNAME "
     "j, CNAME k, CNAME l, CNAME m, CNAME n, CNAME o, CNAME p, CNAME q, CNAME r, A h, AAAA h",
     "answer 1/0/0 insecure alias=cname hops=16 target=r alias_dnssec=insecure dane=insecure"},
    {"a walk that dangles, and then has addresses after all",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain b | CNAME b = answer chain c | "
     "CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = answer chain f | CNAME f = "
     "answer chain g | CNAME g = answer chain i | CNAME i = answer chain j | CNAME j = answer "
     "chain k | CNAME k = nxdomain | A2 h = answer addresses 1 chain b>c>d>e>f>g>i>j>k | AAAA2 h = "
     "answer addresses 1 chain b>c>d>e>f>g>i>j>k",
     "A h, AAAA h, CNAME h, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME i, CNAME "
     "j, CNAME k, A h, AAAA h",
     "answer 1/1/0 insecure alias=cname hops=9 target=k alias_dnssec=insecure dane=insecure"},
    {"... and answers that do not show the chain",
     "A h = servfail | AAAA h = servfail | CNAME h = answer chain b | CNAME b = answer chain c | "
     "CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = answer chain f | CNAME f = "
     "answer chain g | CNAME g = answer chain i | CNAME i = answer chain j | CNAME j = answer "
     "chain k | CNAME k = nxdomain | A2 h = answer addresses 1 | AAAA2 h = answer addresses 1",
     "A h, AAAA h, CNAME h, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME i, CNAME "
     "j, CNAME k, A h, AAAA h",
     "answer 1/1/0 insecure alias=cname hops=9 target=k alias_dnssec=insecure dane=insecure"},
    {"a second try that fails too: both count, with their codes",
     "A h = servfail ede 9 | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = servfail ede 6",
     "A h, AAAA h, A h",
     "failed -/0/0 indeterminate alias=cname hops=9 target=k alias_dnssec=secure failure=servfail "
     "tries=2 ede=6,9 dane=failed incomplete"},
    /* --- loops and lengths that the address answers show --- */
    {"a loop", "A h = nodata ad chain a>h loop | AAAA h = nodata ad chain a>h loop", "A h, AAAA h",
     "nodata 0/0/0 secure alias=cname hops=2 target=h alias_dnssec=secure problem=loop "
     "dane=unreachable"},
    {"... only the host itself is a candidate then",
     "A h = answer ad chain a>h loop addresses 1 | AAAA h = nodata ad chain a>h loop",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=2 target=h alias_dnssec=secure problem=loop dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... whose records are not those of the expanded name",
     "A h = answer ad chain a>h loop addresses 1 | AAAA h = nodata ad chain a>h loop | TLSA h = "
     "answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=2 target=h alias_dnssec=secure problem=loop dane=usable "
     "exim=none tlsa=answer@h/secure/1/1"},
    {"seventeen hops, in both answers",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s addresses 1 | AAAA h = nodata ad "
     "chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=17 target=s alias_dnssec=secure problem=too_long "
     "dane=none tlsa=nodata@h/secure/0/0"},
    {"... with addresses at its end",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s addresses 1 | AAAA h = answer ad "
     "chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s addresses 1",
     "A h, AAAA h, TLSA h",
     "answer 1/1/0 secure alias=cname hops=17 target=s alias_dnssec=secure problem=too_long "
     "dane=none tlsa=nodata@h/secure/0/0"},
    /* --- of several DNAMEs the closest --- */
    {"that A and AAAA show",
     "A h = answer chain t dname sub addresses 1 | AAAA h = nodata chain t dname x.sub | DNAME "
     "x.sub = answer",
     "A h, AAAA h, DNAME x.sub",
     "answer 1/0/0 insecure alias=dname hops=1 target=t alias_dnssec=insecure dane=insecure"},
    {"that make no name of it",
     "A h = nxdomain dname sub overflow | AAAA h = nxdomain dname x.sub overflow | DNAME x.sub = "
     "answer",
     "A h, AAAA h, DNAME x.sub",
     "nxdomain 0/0/0 insecure alias=dname hops=0 target=NULL alias_dnssec=insecure "
     "problem=dangling dane=unreachable"},
    {"a chain of nine, too long for some resolvers: addresses are asked again after the walk",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = answer chain b "
     "| CNAME b = answer chain c | CNAME c = answer chain d | CNAME d = answer chain e | CNAME e = "
     "answer chain f | CNAME f = answer chain g | CNAME g = answer chain i | CNAME i = answer "
     "chain j | CNAME j = nodata | A2 h = answer chain a>b>c>d>e>f>g>i>j addresses 1 | AAAA2 h = "
     "nodata chain a>b>c>d>e>f>g>i>j",
     "A h, AAAA h, CNAME h, CNAME a, CNAME b, CNAME c, CNAME d, CNAME e, CNAME f, CNAME g, CNAME "
     "i, CNAME j, A h, AAAA h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=9 target=j alias_dnssec=secure dane=none "
     "exim=insecure "
     "tlsa=nodata@h/secure/0/0"},
    {"a chain of nine whose hops A taught the resolver: AAAA knows it, A is asked again",
     "A h = servfail | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = answer ad chain "
     "b>c>d>e>f>g>i>j>k addresses 1",
     "A h, AAAA h, A h, TLSA k, TLSA h",
     "answer 1/0/0 secure alias=cname hops=9 target=k alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"asked again once only",
     "A h = servfail | AAAA h = nodata ad chain b>c>d>e>f>g>i>j>k | A2 h = servfail",
     "A h, AAAA h, A h",
     "failed -/0/0 indeterminate alias=cname hops=9 target=k alias_dnssec=secure failure=servfail "
     "tries=2 dane=failed incomplete"},
    {"two CNAMEs at one owner",
     "A h = answer ad chain t multiple addresses 1 | AAAA h = nodata ad chain t multiple",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=multiple "
     "dane=none tlsa=nodata@h/secure/0/0"},
    {"two CNAMEs that only one of the answers shows",
     "A h = answer ad chain t multiple addresses 1 | AAAA h = nodata ad chain t",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=multiple "
     "dane=none tlsa=nodata@h/secure/0/0"},
    {"two CNAMEs that the alias question does not show any more",
     "A h = answer chain t multiple addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain "
     "t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure problem=multiple "
     "dane=insecure"},
    {"two CNAMEs that only the alias question shows",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t "
     "multiple",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure problem=multiple "
     "dane=insecure"},
    {"A and AAAA lead to different names: the first in wire order is followed; in each answer one "
     "CNAME is no fault",
     "A h = answer ad chain u addresses 1 | AAAA h = answer ad chain t addresses 1",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/1/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... but where one gave addresses, that one",
     "A h = answer ad chain u addresses 1 | AAAA h = nodata ad chain t",
     "A h, AAAA h, TLSA u, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=u alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... and be the other longer",
     "A h = answer ad chain u addresses 1 | AAAA h = nodata ad chain u>v",
     "A h, AAAA h, TLSA u, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=u alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... or the one that leads further",
     "A h = answer ad chain u>v addresses 1 | AAAA h = answer ad chain t addresses 1",
     "A h, AAAA h, TLSA v, TLSA h",
     "answer 1/1/0 secure alias=cname hops=2 target=v alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"the alias question leads to another name: the record may change, its status is known",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain u",
     "A h, AAAA h, CNAME h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "exim=insecure tlsa=nodata@h/secure/0/0"},
    {"a server that says NXDOMAIN for AAAA only: an alias of a name with an address dangles not",
     "A h = answer ad chain t addresses 1 | AAAA h = nxdomain ad chain t",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... but of one without: as the addresses' outcome",
     "A h = nodata ad chain t | AAAA h = nxdomain ad chain t", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=dangling "
     "dane=unreachable"},
    {"dangling, as far as one family tells", "A h = nxdomain ad chain t | AAAA h = servfail",
     "A h, AAAA h",
     "failed 0/-/0 indeterminate alias=cname hops=1 target=t alias_dnssec=secure problem=dangling "
     "failure=servfail dane=failed incomplete"},
    {"a good answer over a long chain is not asked for again",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k addresses 1 | AAAA h = servfail | AAAA2 h = servfail",
     "A h, AAAA h, AAAA h, TLSA k, TLSA h",
     "answer 1/-/0 secure alias=cname hops=9 target=k alias_dnssec=secure failure=servfail tries=2 "
     "dane=none tlsa=nodata@h/secure/0/0 incomplete"},
    /* --- the first alias record: a question that fails or contradicts (RFC 7672 s2.1.2) --- */
    {"its question fails: TLSA records may be there",
     "A h = answer chain t addresses 1 | AAAA h = answer chain t addresses 1 | CNAME h = servfail",
     "A h, AAAA h, CNAME h",
     "answer 1/1/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate "
     "alias_failure=servfail dane=failed exim=insecure incomplete"},
    {"it is denied: the answers contradict each other",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = nodata ad",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate "
     "alias_failure=other dane=failed exim=insecure incomplete"},
    {"... by NXDOMAIN",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = nxdomain",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate "
     "alias_failure=other dane=failed exim=insecure incomplete"},
    {"of a DNAME",
     "A h = answer chain h.t dname sub addresses 1 | AAAA h = nodata chain h.t dname sub | "
     "DNAME sub = servfail",
     "A h, AAAA h, DNAME sub",
     "answer 1/0/0 insecure alias=dname hops=1 target=h.t alias_dnssec=indeterminate "
     "alias_failure=servfail dane=failed exim=insecure incomplete"},
    {"without an address nothing is to be located",
     "A h = nodata chain t | AAAA h = nodata chain t | CNAME h = servfail", "A h, AAAA h, CNAME h",
     "nodata 0/0/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate "
     "alias_failure=servfail dane=unreachable incomplete"},
    /* --- one family answers, the other fails --- */
    {"A is bogus, AAAA is secure: judged by AAAA",
     "A h = bogus ede 7 | AAAA h = answer ad addresses 1 ede 3 | TLSA h = answer ad tlsa 1 usable "
     "1",
     "A h, AAAA h, TLSA h",
     "answer -/1/0 secure alias=none failure=bogus ede=3,7 dane=usable "
     "tlsa=answer@h/secure/1/1 incomplete"},
    {"A is insecure, AAAA fails: insecure", "A h = answer addresses 1 | AAAA h = notimp",
     "A h, AAAA h", "answer 1/-/0 insecure alias=none failure=notimp dane=insecure incomplete"},
    {"A says nothing, AAAA fails: that is what prevents resolution",
     "A h = nodata ad | AAAA h = timeout", "A h, AAAA h",
     "failed 0/-/0 indeterminate alias=none failure=timeout dane=failed incomplete"},
    {"insecure A beside secure AAAA: never DANE",
     "A h = answer addresses 1 | AAAA h = answer ad addresses 1 | TLSA h = answer ad tlsa 1 usable "
     "1",
     "A h, AAAA h", "answer 1/1/0 insecure alias=none dane=insecure"},
    {"codes of good answers are kept, of both",
     "A h = answer addresses 1 ede 27 | AAAA h = nodata ede 3", "A h, AAAA h",
     "answer 1/0/0 insecure alias=none ede=3,27 dane=insecure"},
    {"an address of the host's own beside an alias that gives none",
     "A h = answer ad addresses 1 | AAAA h = nodata ad chain t | TLSA t = answer ad tlsa 1 usable "
     "1 | TLSA h = answer ad tlsa 1",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=unusable "
     "tlsa=answer@h/secure/1/0"},
    {"... an insecure one: the alias does not matter",
     "A h = answer addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=insecure"},
    {"... nor does its question",
     "A h = answer addresses 1 | AAAA h = nodata chain t | CNAME h = servfail",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate "
     "alias_failure=servfail dane=insecure incomplete"},
    /* --- validation switched off for a name: a negative trust anchor (EDE 33) --- */
    {"of the addresses", "A h = answer unvalidated addresses 1 | AAAA h = nodata unvalidated",
     "A h, AAAA h", "answer 1/0/0 indeterminate alias=none dane=NULL"},
    {"of one family of two",
     "A h = answer unvalidated addresses 1 | AAAA h = answer ad addresses 1", "A h, AAAA h",
     "answer 1/1/0 indeterminate alias=none dane=NULL"},
    {"of the first alias record",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer unvalidated "
     "chain t",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=indeterminate dane=NULL"},
    {"of the TLSA records",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer "
     "unvalidated tlsa 1 usable 1",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=NULL tlsa=answer@h/indeterminate/1/0"},
    /* --- a DNAME that makes no name of it for want of room: YXDOMAIN (RFC 6672 s2.2) --- */
    {"no name, no address",
     "A h = nxdomain ad dname sub overflow | AAAA h = nxdomain ad dname sub overflow",
     "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=dname hops=0 target=NULL alias_dnssec=secure problem=dangling "
     "dane=unreachable"},
    {"insecure: the DNAME is asked for",
     "A h = nxdomain dname sub overflow | AAAA h = nxdomain dname sub overflow | "
     "DNAME sub = answer ad",
     "A h, AAAA h, DNAME sub",
     "nxdomain 0/0/0 insecure alias=dname hops=0 target=NULL alias_dnssec=secure problem=dangling "
     "dane=unreachable"},
    {"seen by the CNAME question only",
     "A h = servfail | AAAA h = servfail | CNAME h = nxdomain ad dname sub overflow | "
     "DNAME sub = answer ad",
     "A h, AAAA h, CNAME h, DNAME sub",
     "failed -/-/- indeterminate alias=dname hops=0 target=NULL alias_dnssec=secure "
     "problem=dangling failure=servfail dane=failed incomplete"},
    {"behind a CNAME",
     "A h = nxdomain ad chain t overflow | AAAA h = nxdomain ad chain t "
     "overflow",
     "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure problem=dangling "
     "dane=unreachable"},
    /* --- A and AAAA show the same names, one of them the DNAME --- */
    {"a DNAME goes before the CNAME that stands for it",
     "A h = answer ad chain h.t addresses 1 | AAAA h = nodata ad chain h.t dname sub",
     "A h, AAAA h, TLSA h.t, TLSA h",
     "answer 1/0/0 secure alias=dname hops=1 target=h.t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... also in the answer that shows less",
     "A h = answer ad chain h.t>u addresses 1 | AAAA h = nodata ad chain h.t dname sub",
     "A h, AAAA h, TLSA u, TLSA h",
     "answer 1/0/0 secure alias=dname hops=2 target=u alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"... and before one that shows no end",
     "A h = nxdomain ad dname sub overflow | AAAA h = nodata ad chain h.t", "A h, AAAA h",
     "nxdomain 0/0/0 secure alias=cname hops=1 target=h.t alias_dnssec=secure dane=unreachable"},
    /* --- names that opted out are not asked about, though an alias leads there --- */
    {"a target that opted out is no candidate",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | TLSA t = excluded | "
     "TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=usable exim=none "
     "tlsa=answer@h/secure/1/1"},
    {"after the last candidate nothing was asked",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = excluded", "A h, AAAA h",
     "answer 1/0/0 secure alias=none dane=none"},
    {"... where the host alone is a candidate",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t | "
     "TLSA h = excluded",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
     "exim=insecure"},
    {"a walk ends before a name that opted out",
     "A h = servfail | AAAA h = servfail | CNAME h = answer ad chain a | CNAME a = excluded",
     "A h, AAAA h, CNAME h",
     "failed -/-/- indeterminate alias=cname hops=1 target=a alias_dnssec=secure "
     "failure=servfail dane=failed incomplete"},
    {"seventeen hops are too long, the addresses as the resolver gave them",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r>s addresses 1 | "
     "AAAA h = nodata ad",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=cname hops=17 target=s alias_dnssec=secure problem=too_long "
     "dane=none tlsa=nodata@h/secure/0/0"},
    {"sixteen are not",
     "A h = answer ad chain b>c>d>e>f>g>i>j>k>l>m>n>o>p>q>r addresses 1 | AAAA h = nodata ad",
     "A h, AAAA h, TLSA r, TLSA h",
     "answer 1/0/0 secure alias=cname hops=16 target=r alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    /* --- TLSA: RFC 7672 s2.2.2, s2.2.3 --- */
    {"usable records at the host",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | "
     "TLSA h = answer ad tlsa 2 usable 1",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=usable tlsa=answer@h/secure/2/1"},
    {"secure, but none is usable",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | "
     "TLSA h = answer ad tlsa 2",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=unusable tlsa=answer@h/secure/2/0"},
    {"denied by NXDOMAIN",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = nxdomain ad",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=none tlsa=nxdomain@h/secure/0/0"},
    {"an insecure denial is no failure (s2.1.1)",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = nxdomain", "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=none tlsa=nxdomain@h/insecure/0/0"},
    {"over an insecure CNAME at _25._tcp: records that do not count",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer chain x tlsa 3",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=none tlsa=answer@h/insecure/3/0"},
    {"over a secure CNAME at _25._tcp: the base stays the host",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer ad chain x tlsa 1 usable "
     "1",
     "A h, AAAA h, TLSA h", "answer 1/0/0 secure alias=none dane=usable tlsa=answer@h/secure/1/1"},
    {"a TLSA question that fails (s2.1.2)",
     "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = timeout", "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=failed tlsa=failed@h/indeterminate/-/- "
     "tlsa_failure=timeout incomplete"},
    {"bogus TLSA", "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = bogus",
     "A h, AAAA h, TLSA h",
     "answer 1/0/0 secure alias=none dane=failed tlsa=failed@h/bogus/-/- tlsa_failure=bogus "
     "incomplete"},
    {"insecure addresses of one family: not asked",
     "A h = answer ad addresses 1 | AAAA h = answer addresses 1 | TLSA h = answer ad tlsa 1 usable "
     "1",
     "A h, AAAA h", "answer 1/1/0 insecure alias=none dane=insecure"},
    {"an alias, secure throughout: the target has records",
     "A h = answer ad chain m>t addresses 1 | AAAA h = nodata ad chain m>t | "
     "TLSA t = answer ad tlsa 1 usable 1 | TLSA h = answer ad tlsa 5 usable 5",
     "A h, AAAA h, TLSA t",
     "answer 1/0/0 secure alias=cname hops=2 target=t alias_dnssec=secure dane=usable "
     "tlsa=answer@t/secure/1/1"},
    {"the target has none, the host has",
     "A h = answer ad chain m>t addresses 1 | AAAA h = nodata ad chain m>t | "
     "TLSA t = nxdomain ad | TLSA h = answer ad tlsa 5 usable 5",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=2 target=t alias_dnssec=secure dane=usable exim=none "
     "tlsa=answer@h/secure/5/5"},
    {"records only in the middle of the chain do not count (s2.2.3)",
     "A h = answer ad chain m>t addresses 1 | AAAA h = nodata ad chain m>t | "
     "TLSA m = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=2 target=t alias_dnssec=secure dane=none "
     "tlsa=nodata@h/secure/0/0"},
    {"unusable records at the target stop the search",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = answer ad tlsa 2 | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=unusable "
     "tlsa=answer@t/secure/2/0"},
    {"an error at the target stops the search",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = servfail | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=failed "
     "tlsa=failed@t/indeterminate/-/- tlsa_failure=servfail incomplete"},
    {"insecure records at the target do not",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = answer tlsa 2 | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=usable exim=none "
     "tlsa=answer@h/secure/1/1"},
    {"an error at the host after a denial at the target",
     "A h = answer ad chain t addresses 1 | AAAA h = nodata ad chain t | "
     "TLSA t = nodata ad | TLSA h = refused",
     "A h, AAAA h, TLSA t, TLSA h",
     "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=failed exim=none "
     "tlsa=failed@h/indeterminate/-/- tlsa_failure=refused incomplete"},
    {"a secure alias into an insecure zone: the host alone",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer ad chain t | "
     "TLSA t = answer ad tlsa 1 usable 1 | TLSA h = answer ad tlsa 2 usable 2",
     "A h, AAAA h, CNAME h, TLSA h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=secure dane=usable "
     "exim=insecure "
     "tlsa=answer@h/secure/2/2"},
    {"an insecure alias into a secure zone: DANE is lost",
     "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t | "
     "TLSA t = answer ad tlsa 1 usable 1",
     "A h, AAAA h, CNAME h",
     "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure"},
    {"AAAA fails, A is secure: what would prevent address resolution counts (s2.1.2)",
     "A h = answer ad addresses 1 | AAAA h = timeout | TLSA h = answer ad tlsa 1 usable 1",
     "A h, AAAA h, TLSA h",
     "answer 1/-/0 secure alias=none failure=timeout dane=usable tlsa=answer@h/secure/1/1 "
     "incomplete"},
};

#define LABEL_60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
#define NAME_245                                                                                   \
    LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 /* 4 * 61 + 1 octets in wire form */

/* Names other than `h`, or asked by another policy. */
struct special_case {
    struct rule_case c;
    const char *host;
    enum tlsa_policy policy;
    bool doubt_ad; /* AD is not believed */
};

static const struct special_case special_cases[] = {
    /* the example of RFC 7672 s3.2.2 */
    {{"mx15: the backup host has no records, the exchange itself has",
      "A mx15.example.com = answer ad chain mxbackup.example.com addresses 1 | "
      "AAAA mx15.example.com = nodata ad chain mxbackup.example.com | "
      "TLSA mxbackup.example.com = nxdomain ad | TLSA mx15.example.com = answer ad tlsa 1 usable 1",
      "A mx15.example.com, AAAA mx15.example.com, TLSA mxbackup.example.com, TLSA mx15.example.com",
      "answer 1/0/0 secure alias=cname hops=1 target=mxbackup.example.com alias_dnssec=secure "
      "dane=usable exim=none tlsa=answer@mx15.example.com/secure/1/1"},
     "mx15.example.com",
     TLSA_SECURE,
     false},
    {{"mx20: the backup host in another zone has them",
      "A mx20.example.com = answer ad chain mxbackup.example.net addresses 1 | "
      "AAAA mx20.example.com = nodata ad chain mxbackup.example.net | "
      "TLSA mxbackup.example.net = answer ad tlsa 1 usable 1",
      "A mx20.example.com, AAAA mx20.example.com, TLSA mxbackup.example.net",
      "answer 1/0/0 secure alias=cname hops=1 target=mxbackup.example.net alias_dnssec=secure "
      "dane=usable tlsa=answer@mxbackup.example.net/secure/1/1"},
     "mx20.example.com",
     TLSA_SECURE,
     false},
    /* 9 octets of _25._tcp. before 246 are 255, before 247 too many */
    {{"a name that just has room",
      "A a" NAME_245 " = answer ad addresses 1 | AAAA a" NAME_245 " = nodata ad",
      "A a" NAME_245 ", AAAA a" NAME_245 ", TLSA a" NAME_245,
      "answer 1/0/0 secure alias=none dane=none tlsa=nodata@a" NAME_245 "/secure/0/0"},
     "a" NAME_245,
     TLSA_SECURE,
     false},
    {{"a name that has not",
      "A aa" NAME_245 " = answer ad addresses 1 | AAAA aa" NAME_245 " = nodata ad",
      "A aa" NAME_245 ", AAAA aa" NAME_245, "answer 1/0/0 secure alias=none dane=none exim=failed"},
     "aa" NAME_245,
     TLSA_SECURE,
     false},
    {{"a target without room: the host is still a candidate",
      "A h = answer ad chain aa" NAME_245 " addresses 1 | AAAA h = nodata ad | "
      "TLSA h = answer ad tlsa 1 usable 1",
      "A h, AAAA h, TLSA h",
      "answer 1/0/0 secure alias=cname hops=1 target=aa" NAME_245
      " alias_dnssec=secure dane=usable exim=failed tlsa=answer@h/secure/1/1"},
     "h",
     TLSA_SECURE,
     false},
    {{"a host without room: its target is a candidate",
      "A aa" NAME_245 " = answer ad chain t addresses 1 | AAAA aa" NAME_245 " = nodata ad | "
      "TLSA t = nxdomain ad",
      "A aa" NAME_245 ", AAAA aa" NAME_245 ", TLSA t",
      "answer 1/0/0 secure alias=cname hops=1 target=t alias_dnssec=secure dane=none "
      "tlsa=nxdomain@t/secure/0/0"},
     "aa" NAME_245,
     TLSA_SECURE,
     false},
    /* --tlsa all */
    {{"an insecure host is asked, and stays insecure",
      "A h = answer addresses 1 | AAAA h = nodata | TLSA h = answer tlsa 2", "A h, AAAA h, TLSA h",
      "answer 1/0/0 insecure alias=none dane=insecure tlsa=answer@h/insecure/2/0"},
     "h",
     TLSA_ALL,
     false},
    {{"a failure there is no failure of DANE",
      "A h = answer addresses 1 | AAAA h = nodata | TLSA h = servfail", "A h, AAAA h, TLSA h",
      "answer 1/0/0 insecure alias=none dane=insecure tlsa=failed@h/indeterminate/-/- "
      "tlsa_failure=servfail incomplete"},
     "h",
     TLSA_ALL,
     false},
    {{"an insecure alias: at the host alone",
      "A h = answer chain t addresses 1 | AAAA h = nodata chain t | CNAME h = answer chain t | "
      "TLSA t = answer ad tlsa 1 usable 1",
      "A h, AAAA h, CNAME h, TLSA h",
      "answer 1/0/0 insecure alias=cname hops=1 target=t alias_dnssec=insecure dane=insecure "
      "tlsa=nodata@h/secure/0/0"},
     "h",
     TLSA_ALL,
     false},
    {{"a host without address is not", "A h = nodata | AAAA h = nodata", "A h, AAAA h",
      "nodata 0/0/0 insecure alias=none dane=unreachable"},
     "h",
     TLSA_ALL,
     false},
    {{"nor one whose addresses failed", "A h = nodata | AAAA h = servfail", "A h, AAAA h",
      "failed 0/-/0 indeterminate alias=none failure=servfail dane=failed incomplete"},
     "h",
     TLSA_ALL,
     false},
    {{"AD that may not be believed",
      "A h = answer ad addresses 1 | AAAA h = nodata ad | TLSA h = answer ad tlsa 2 usable 2",
      "A h, AAAA h", "answer 1/0/0 indeterminate alias=none dane=NULL"},
     "h",
     TLSA_ALL,
     true},
};

#endif
