-- Every mail host.  In this order: columns in analysis/collect_hosts.c.
SELECT host, provider, address_outcome, ede, dnssec, alias, dane, tlsa_outcome, tlsa_dnssec,
       tlsa_count,
       -- of the few aliases only
       CASE WHEN alias IN ('cname', 'dname') THEN alias_hops END,
       CASE WHEN alias IN ('cname', 'dname') THEN alias_target END,
       CASE WHEN alias IN ('cname', 'dname') THEN alias_dnssec END,
       CASE WHEN alias IN ('cname', 'dname') THEN alias_problem END,
       CASE WHEN alias IN ('cname', 'dname') THEN tlsa_base END
FROM hosts
