-- Every mail host.  In this order: columns in analysis/collect_hosts.c.
SELECT host, provider, address_outcome, ede, dnssec, alias, dane, tlsa_outcome, tlsa_dnssec,
       tlsa_count, alias_hops, alias_target, alias_dnssec, alias_problem, tlsa_base
FROM hosts
