-- Hosts that are aliases and that an MX record names, by kind and length of the chain.
SELECT alias, alias_hops, alias_problem, count(*)
FROM hosts
WHERE alias IN ('cname', 'dname') AND host IN (SELECT exchange FROM mx_records WHERE is_alias = 1)
GROUP BY alias, alias_hops, alias_problem
ORDER BY alias, alias_hops, alias_problem
LIMIT 1000
